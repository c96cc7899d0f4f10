// SPDX-License-Identifier: GPL-2.0-or-later
// What names mean where an expression stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gradus/diag/source.h"
#include "gradus/syntax/model.h"

namespace gradus::syntax {

// A name of this many is the most that a suggestion is looked for among.
inline constexpr std::size_t max_candidates = 10'000;

enum class NameKind { unknown, input, param, definition, function, dimension };
std::string_view describe(NameKind kind);  // "an input"

class Scope {
 public:
  virtual ~Scope() = default;
  [[nodiscard]] virtual NameKind kind(std::string_view name) const = 0;
  // The number of arguments of a function of the model; nothing if there is none of this name.
  [[nodiscard]] virtual std::optional<std::size_t> arity(std::string_view function) const = 0;
  // Names that could have been meant, the last ones if there are too many: functions, or the others.
  [[nodiscard]] virtual std::vector<std::string> candidates(bool functions) const = 0;
  // Why an unknown name is not known (it comes later, it is outside of a function's body); empty for no reason.
  struct Why {
    std::string message, hint;
  };
  [[nodiscard]] virtual Why why_unknown(std::string_view name) const = 0;
  // Whether derivatives may be written (not in the body of a function).
  [[nodiscard]] virtual bool derivatives() const { return true; }
  // Whether what is read says what this name is.
  [[nodiscard]] virtual bool is_being_defined(std::string_view) const { return false; }

  // Empty for scalars.
  [[nodiscard]] virtual Shape shape(std::string_view) const { return {}; }

  [[nodiscard]] bool is_value(std::string_view name) const {
    const NameKind k = kind(name);
    return k != NameKind::unknown && k != NameKind::function;
  }
};

// The names of a finished model.
class ModelScope : public Scope {
 public:
  ModelScope(const Arena& arena, const Model& model) : arena_(arena), model_(model) {}
  [[nodiscard]] NameKind kind(std::string_view name) const override;
  [[nodiscard]] std::optional<std::size_t> arity(std::string_view function) const override;
  [[nodiscard]] std::vector<std::string> candidates(bool functions) const override;
  [[nodiscard]] Why why_unknown(std::string_view) const override { return {}; }
  [[nodiscard]] Shape shape(std::string_view name) const override;

 private:
  const Arena& arena_;
  const Model& model_;
};

// The names of a model that is being read.
class GrowingScope : public Scope {
 public:
  struct Entry {
    NameKind kind;
    Place place;
    std::size_t arity = 0;
    Shape shape = {};
  };
  // The text is searched for a later definition of an unknown name.
  explicit GrowingScope(SourcePtr source) : source_(std::move(source)) {}

  void add(const std::string& name, Entry entry);
  // The name stays known as one of `model`, for messages.
  void remove(const std::string& name, const std::string& model);
  [[nodiscard]] const Entry* find(std::string_view name) const;
  // The name whose right side is being read, and where its line begins.
  void defining(std::string name, std::size_t begin);
  [[nodiscard]] bool is_being_defined(std::string_view name) const override { return name == defining_; }

  [[nodiscard]] NameKind kind(std::string_view name) const override;
  [[nodiscard]] std::optional<std::size_t> arity(std::string_view function) const override;
  [[nodiscard]] std::vector<std::string> candidates(bool functions) const override;
  [[nodiscard]] Why why_unknown(std::string_view name) const override;
  [[nodiscard]] Shape shape(std::string_view name) const override;

 private:
  SourcePtr source_;
  std::unordered_map<std::string, Entry> entries_;
  std::unordered_map<std::string, std::string> removed_;  // and the model of each
  std::vector<std::string> order_;
  std::string defining_;
  std::size_t line_begin_ = 0;
};

// The body of a function: its own parameters, and the functions outside.
class BodyScope : public Scope {
 public:
  BodyScope(const Scope& outside, std::string function, std::vector<std::string> parameters)
      : outside_(outside), function_(std::move(function)), parameters_(std::move(parameters)) {}
  [[nodiscard]] NameKind kind(std::string_view name) const override;
  [[nodiscard]] std::optional<std::size_t> arity(std::string_view function) const override;
  [[nodiscard]] std::vector<std::string> candidates(bool functions) const override;
  [[nodiscard]] Why why_unknown(std::string_view name) const override;
  [[nodiscard]] bool derivatives() const override { return false; }

 private:
  const Scope& outside_;
  std::string function_;
  std::vector<std::string> parameters_;
};

}  // namespace gradus::syntax

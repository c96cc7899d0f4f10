// SPDX-License-Identifier: GPL-2.0-or-later
/// What is known about a named function: data, read from rules/functions.rules.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradus/diag/source.h"
#include "gradus/expr/expr.h"

namespace gradus {

/// One function of a fixed number of real arguments. All expressions are in terms of the symbols `parameters`.
struct Function {
  std::string name;
  std::vector<Expr> parameters;
  std::optional<Expr> definition;  ///< in terms of simpler functions; none for exp, ln, sin, ...
  std::vector<Expr> domain;        ///< conditions on the parameters, all needed; empty: everywhere
  std::vector<Expr> range;         ///< conditions on the symbol `value`; empty: nothing known
  std::vector<Expr> derivative;    ///< one per parameter, away from the kinks
  std::vector<Expr> kinks;         ///< equations (Eq) that hold where the derivative is a convention
  std::string latex;               ///< template: `{u}` stands for the argument named u
  std::string cpp;                 ///< template in C++17, accurate; `{u}` as above; `{real}` for the number type
  std::optional<Expr> computed;    ///< the form that floating point computes well; set if and only if `cpp` is empty
  std::string says;                ///< one sentence
  std::string cite;                ///< source, e.g. "DLMF 4.2"
  Place place;
};

/// The functions that are built in, by name and number of arguments. `log` is an alias of `ln`.
class FunctionTable {
 public:
  /// Throws Error at `f.place` if there is one of the same name and arity.
  void add(Function f);
  [[nodiscard]] const Function* find(std::string_view name, std::size_t arity) const;
  [[nodiscard]] bool has_name(std::string_view name) const;
  /// In order of definition.
  [[nodiscard]] const std::vector<Function>& all() const { return functions_; }
  [[nodiscard]] std::vector<std::string> names() const;
  /// The name that `alias` stands for (`log` -> `ln`), or itself.
  [[nodiscard]] std::string canonical(std::string_view alias) const;
  void add_alias(std::string alias, std::string name);

 private:
  std::vector<Function> functions_;
  std::map<std::pair<std::string, std::size_t>, std::size_t> index_;
  std::map<std::string, std::string, std::less<>> aliases_;
};

}  // namespace gradus

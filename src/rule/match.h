// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <memory_resource>

#include "gradus/rule/rewrite.h"

namespace gradus {

/// Something to call, which outlives the reference; unlike std::function it takes no memory of its own.
template <class Signature>
class FunctionRef;
template <class Result, class... Arguments>
class FunctionRef<Result(Arguments...)> {
 public:
  template <class Function>
  FunctionRef(const Function& f)
      : object_(&f), call_([](const void* object, Arguments... arguments) -> Result {
          return (*static_cast<const Function*>(object))(arguments...);
        }) {}
  Result operator()(Arguments... arguments) const { return call_(object_, arguments...); }

 private:
  const void* object_;
  Result (*call_)(const void*, Arguments...);
};

/// Matches patterns of one rule, with backtracking: `accept` is called for each match until it returns true.
class Matcher {
 public:
  using Accept = FunctionRef<bool()>;
  Matcher(Arena& arena, const FunctionTable& functions, AcForms& forms, const Rule& rule)
      : arena_(arena), functions_(functions), forms_(forms), rule_(rule) {}

  /// Matches the rule's `from` at the root of `e`. A sum or product at the root may have more children than the
  /// pattern: `used` then says which (of its flattened children) the pattern took.
  bool match_root(Expr e, FunctionRef<bool(const Match&, const std::vector<char>& used)> accept);

 private:
  bool match(Expr pattern, Expr target, const Accept& accept);
  bool match_children(Expr pattern, Expr target, std::size_t k, const Accept& accept);
  bool match_ac(Expr pattern, Expr target, bool root, const Accept& accept);
  bool bind(Expr variable, Expr value, const Accept& accept);
  struct Ac;
  bool match_next(Ac& ac, std::size_t k);
  bool finish(Ac& ac);
  VarType type_of(const std::string& name) const;
  std::pmr::vector<Expr> unused(const Ac& ac);

  Arena& arena_;
  const FunctionTable& functions_;
  AcForms& forms_;
  const Rule& rule_;
  Match match_;
  std::vector<char> root_used_;
  long steps_ = 0;  // of backtracking; bounded
  // Most attempts are over at once: what they need to remember lies here.
  std::array<std::byte, 1024> room_;
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
};

/// The children of a sum or product, nested ones of the same operator included; a single element for anything else.
std::vector<Expr> flattened(const Arena& arena, Op op, Expr e);

/// What a pattern stands for under a match. Arithmetic of number variables is computed.
Expr instantiate(Arena& arena, const Rule& rule, const Match& match, Expr pattern);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// How names and calls are looked through: definitions of names, bodies of functions.
#pragma once

#include <optional>

#include "gradus/expr/expr.h"
#include "gradus/expr/function.h"
#include "gradus/syntax/model.h"

namespace gradus {

/// What names and calls stand for, in one model.
class Forms {
 public:
  Forms(Arena& arena, const FunctionTable& functions, const Model& model)
      : arena_(arena), functions_(functions), model_(model) {}

  /// The definition of a name, if `symbol` is one that is defined.
  [[nodiscard]] std::optional<Expr> definition(Expr symbol) const;
  /// The body of a call with its arguments put in: of the model's functions, and of functions of the table that have
  /// a definition. Nothing for exp, ln, ... and for functions that are not specified.
  std::optional<Expr> body(Expr call);
  /// The same for the functions that the model defines only.
  std::optional<Expr> model_body(Expr call);
  /// `e` over inputs and parameters: names and the model's own functions unfolded. Throws LimitError when more than
  /// `max_nodes` nodes would have to be looked at.
  Expr unfold(Expr e, std::size_t max_nodes = 200'000);
  /// All nodes that `roots` depend on through definitions, sorted. Stops at `max_nodes` (then `complete` is false).
  std::vector<Expr> cone(const std::vector<Expr>& roots, bool* complete = nullptr, std::size_t max_nodes = 1U << 22);

  [[nodiscard]] Arena& arena() const { return arena_; }
  [[nodiscard]] const FunctionTable& functions() const { return functions_; }
  [[nodiscard]] const Model& model() const { return model_; }

 private:
  Expr instantiate(const std::vector<Expr>& parameters, Expr body, Expr call);

  Arena& arena_;
  const FunctionTable& functions_;
  const Model& model_;
  ExprMap<Expr> bodies_;
};

/// A model that has the functions of another one, and nothing else of it.
Model functions_of(const Model& model);

/// The exact value of an expression in the four operations and whole powers, if it has one of moderate size.
std::optional<Rational> exact_value(const Arena& arena, Expr e, const ExprMap<Rational>& values);

}  // namespace gradus

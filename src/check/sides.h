// SPDX-License-Identifier: GPL-2.0-or-later
// A side of a link, made ready: derivatives computed, and what it divides by and where it has kinks.
#pragma once

#include <string>
#include <vector>

#include "check/forms.h"
#include "check/primes.h"
#include "gradus/derive/derivation.h"

namespace gradus {

struct Side {
  Expr written;
  Expr plain;    ///< without derivatives
  Expr guarded;  ///< the same, with 0 times what was differentiated: undefined where that is undefined
};

/// Computes derivatives, each once.
class Resolver {
 public:
  Resolver(Engine& engine, const Model& model, Forms& forms);

  /// The derivative-free form of a Deriv. Throws Error and LimitError as `resolve_derivatives` does.
  Expr resolved(Expr derivative);
  /// `e` with each outermost Deriv replaced.
  Expr plain(Expr e);
  Side side(Expr e);

 private:
  Expr guarded(Expr e, int depth);
  /// The derivative name by name, forwards: linear in the number of names, where unfolding them all is not.
  Expr by_chain(Expr of, Expr by);
  Expr partial(Expr of, Expr by);
  std::vector<Expr> names_between(Expr of, Expr by);
  Expr replace(Expr e, const std::function<Expr(Expr)>& of_derivative);

  Engine& engine_;
  const Model& model_;
  Model functions_;  // of the model, and nothing else of it
  Forms& forms_;
  Primes primes_;
  ExprMap<Expr> resolved_;
};

/// The bases of negative powers in `e` (names not looked through), factor by factor, in order; numbers left out.
std::vector<Expr> denominators(const Arena& arena, Expr e);

/// Expressions whose sign chooses a branch of `e`, names looked through: `a - b` for conditions `a < b`, what the
/// kinks of functions compare. At most `most`.
std::vector<Expr> switches(Forms& forms, const std::vector<Expr>& roots, std::size_t most = 24);

/// The conditions `u != v` without which an expression may jump, names looked through: `a != b` for conditions `a < b`,
/// the kinks of functions that are constant in pieces. At most `most`.
std::vector<Expr> jumps(Forms& forms, const std::vector<Expr>& roots, std::size_t most);

/// The conditions `u != v` for the kinks of what a Deriv in `e` differentiates, in order.
std::vector<Expr> kinks_of_derivatives(Forms& forms, Expr e);

}  // namespace gradus

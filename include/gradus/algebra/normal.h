// SPDX-License-Identifier: GPL-2.0-or-later
/// The exact zero test: expressions as rational functions in kernels, decided by GiNaC in bounded steps.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gradus/algebra/enclose.h"
#include "gradus/algebra/facts.h"
#include "gradus/expr/expr.h"

namespace gradus {

struct ZeroTest {
  enum class Answer { zero, nonzero_form, gave_up };
  Answer answer = Answer::gave_up;
  std::string reason;  ///< for gave_up: which budget; for nonzero_form: the normal form that is left
  /// For nonzero_form: conditions `u > 0`, `u < 0` and `s == value` over inputs and parameters. Where they all hold,
  /// the form is the one that is left.
  std::vector<Expr> region;
};

/// Whether `e` is zero wherever it is defined. Names are unfolded by `model`; Deriv nodes must be resolved before.
/// `zero` is a proof (definedness apart). `nonzero_form` means that the normal form is not zero: no proof of
/// inequality, kernels may depend on each other.
ZeroTest zero_test(Arena& arena, const FunctionTable& functions, const Model* model, const Facts& facts, Expr e);

/// What an expression is around a point.
struct LocalForm {
  enum class State {
    value,     ///< `form` is equal to it on a neighbourhood of the point in the domain
    no_value,  ///< it has no value anywhere on a neighbourhood
    not_known,
  };
  State state = State::not_known;
  Expr form;
};
/// The normal form of `e` near `point`, which has values for all inputs and parameters: signs and conditions are
/// decided by what they are there. What is zero at the point and not around it decides nothing.
LocalForm local_form(Arena& arena, const FunctionTable& functions, const Model* model, Expr e, const Point& point);

/// `e` as one fraction with expanded numerator and denominator without common factors (a rational function of its
/// non-rational parts), or nothing if it is over the budget. Used by rules that put over a common denominator.
struct Fraction {
  Expr numerator, denominator;
};
std::optional<Fraction> rational_form(Arena& arena, Expr e);
/// The factored form of a polynomial in its non-rational parts; nothing if over the budget.
std::optional<Expr> factored_form(Arena& arena, Expr e);

}  // namespace gradus

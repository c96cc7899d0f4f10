// SPDX-License-Identifier: GPL-2.0-or-later
/// Derivatives without our rules: expressions as power series in `_` with enclosures as coefficients.
/// This is what the rules of differentiation are compared with, so it knows them only through Arb's arithmetic of
/// series.
#pragma once

#include <optional>
#include <string>

#include "gradus/expr/expr.h"
#include "gradus/expr/function.h"

namespace gradus::verify {

/// The value of an expression (which may hold derivatives by `_`) at `_ = t`.
struct SeriesValue {
  /// unknown: at a kink or a pole as well, where there is nothing to compare.
  enum class State { defined, undefined, unknown };
  State state = State::unknown;
  Rational lower = 0, upper = 0;  ///< for defined: the value is between them
  std::string text;               ///< decimal, or what is to blame
};

/// Evaluates `e`, whose only free symbol is `_`. Functions of the table are unfolded to exp, ln, sin, cos, atan, abs,
/// sign, erf, lgamma, digamma, polygamma; their derivatives in the table are not looked at.
SeriesValue series_value(Arena& arena, const FunctionTable& functions, Expr e, const Rational& t);

/// Whether a condition without free symbols other than `_` holds at `_ = t`: decided by the enclosures, or not at all.
std::optional<bool> series_holds(Arena& arena, const FunctionTable& functions, Expr condition, const Rational& t);

}  // namespace gradus::verify

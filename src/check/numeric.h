// SPDX-License-Identifier: GPL-2.0-or-later
// Values in long double: quick and not rigorous. They choose what is worth an enclosure or a proof, never a verdict.
#pragma once

#include <functional>

#include "check/forms.h"
#include "gradus/algebra/enclose.h"

namespace gradus {

/// The values of many expressions at one point; shared parts are computed once. NaN where there is no real value.
class NumericValues {
 public:
  /// `resolve` gives the derivative-free form of a Deriv; it may be empty, then a Deriv has no value.
  NumericValues(Forms& forms, const Point& point, std::function<Expr(Expr)> resolve = {})
      : forms_(forms), point_(point), resolve_(std::move(resolve)) {}

  long double value(Expr e);

 private:
  long double compute(Expr e);
  [[nodiscard]] long double at(Expr e) const { return memo_.at(e); }
  /// What `e` stands for, if it is not computed from its own children.
  std::optional<Expr> stands_for(Expr e);

  Forms& forms_;
  const Point& point_;
  std::function<Expr(Expr)> resolve_;
  ExprMap<long double> memo_;
};

/// Whether two values agree as far as long double can tell; false if one of them is NaN.
bool agree(long double a, long double b);
/// The nearest long double; infinite beyond its range.
long double to_long_double(const Rational& r);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Along one name, the others held: where expressions change their sign, and a value from every piece between.
#pragma once

#include <optional>
#include <vector>

#include "check/domain.h"

namespace gradus {

/// The simplest rational number between two others (the smallest denominator, then the nearest to zero).
Rational simplest_between(const Rational& low, const Rational& high);

class Lines {
 public:
  Lines(Forms& forms, const Domain& domain) : forms_(forms), domain_(domain) {}

  /// One value of `name` from every piece of its range on which no gap changes its sign (or stops having a value), as
  /// far as the pieces are found by steps of many sizes. The shortest numbers first.
  std::vector<Rational> pieces(const Point& from, Expr name, const std::vector<Expr>& gaps);

  /// `from` with names moved one by one until all gaps are positive, if that succeeds. Whether it is in the domain is
  /// for the caller to see.
  std::optional<Point> where_positive(Point from, const std::vector<Expr>& gaps);

 private:
  std::size_t positive(const Point& point, const std::vector<Expr>& gaps);

  Forms& forms_;
  const Domain& domain_;
};

}  // namespace gradus

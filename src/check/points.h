// SPDX-License-Identifier: GPL-2.0-or-later
// Points of a domain in a fixed order: those that a reader would choose first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <vector>

#include "check/domain.h"

namespace gradus {

/// Draws points of a domain. The sequence depends on the model alone.
class PointSource {
 public:
  /// `effort`: steps that are left, if there is a limit beside that of each source.
  PointSource(Forms& forms, Domain& domain, std::size_t* effort) : forms_(forms), domain_(domain), effort_(effort) {}

  /// Takes steps from those that are left; false if there are not so many.
  bool spend(std::size_t steps);
  /// No more tries than these.
  void limit(std::size_t tries) { limit_ = tries; }
  /// The k-th point of the domain, from 0; null if the tries are used up before there are so many.
  const Point* point(std::size_t k);
  /// A point of the domain where `gap` has the sign of `target` and, if a name enters it linearly, the value.
  std::optional<Point> point_with(Expr gap, const Rational& target);

 private:
  [[nodiscard]] std::uint64_t draw(std::uint64_t below);
  [[nodiscard]] Rational sample(const Range& range, int style);
  Point candidate(std::size_t attempt);
  /// Moves these names so that a quadratic `gap` becomes `target`; false if it is none, or no point is near at hand.
  bool move_on_quadric(Point& point, Expr gap, const std::vector<Expr>& names, const Rational& target);
  /// Moves one name so that `gap` becomes `target`, or all of them if none enters it linearly; false if that fails.
  bool move(Point& point, Expr gap, const Rational& target, bool exact);
  /// Moves names until all wishes are fulfilled, in a few steps.
  bool repair(Point& point);
  [[nodiscard]] const std::vector<Expr>& movable(Expr gap);

  Forms& forms_;
  Domain& domain_;
  std::mt19937_64 random_{20240229};
  std::deque<Point> found_;  // pointers into it stay valid
  std::size_t attempts_ = 0;
  std::size_t* effort_;
  std::optional<std::size_t> limit_;
  ExprMap<std::vector<Expr>> movable_;
};

}  // namespace gradus

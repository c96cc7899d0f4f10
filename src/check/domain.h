// SPDX-License-Identifier: GPL-2.0-or-later
// The domain of a model: what its assumptions and definitions ask of inputs and parameters, and whether a point is in.
#pragma once

#include <optional>
#include <vector>

#include "check/numeric.h"
#include "gradus/algebra/enclose.h"
#include "gradus/algebra/facts.h"

namespace gradus {

/// What is known about one input or parameter by itself.
struct Range {
  std::optional<Rational> low, high;  ///< bounds; whether they are attained does not matter: the inside is sampled
  bool integer = false;
  std::vector<Rational> values;  ///< not empty: these values only, in order

  [[nodiscard]] bool discrete() const { return integer || !values.empty(); }
  [[nodiscard]] bool admits(const Rational& v) const;
};

/// `gap > 0` (or `gap == 0`): a condition that a point may be moved to.
struct Wish {
  Expr gap;
  bool equality = false;
};

/// sqrt(E) = c for a number c that is not negative: E = c^2, in the place of both sides; E stands left.
void square_root_equation(Arena& arena, Expr& left, Expr& right);

class Domain {
 public:
  Domain(Forms& forms, const Facts& facts, const EvalContext& context);

  [[nodiscard]] const std::vector<Expr>& base() const { return base_; }                ///< inputs, then parameters
  [[nodiscard]] const std::vector<Range>& ranges() const { return ranges_; }           ///< one for each
  [[nodiscard]] const Range* range_of(Expr name) const;                                ///< null for any other name
  [[nodiscard]] const std::vector<Wish>& wishes() const { return wishes_; }            ///< equalities first
  [[nodiscard]] const std::vector<Expr>& assumptions() const { return assumptions_; }  ///< without And
  /// Nodes that one test of a point looks at: the measure by which the number of points is bounded.
  [[nodiscard]] std::size_t weight() const { return weight_; }
  [[nodiscard]] bool is_discrete(Expr symbol) const;
  /// Whether all conditions are bounds on single symbols: then the domain is an interval in every direction.
  [[nodiscard]] bool is_box() const { return box_; }

  /// A quick look in long double. A point that fails is not worth more.
  bool looks_inside(const Point& point);
  /// Whether the point is in the domain for certain.
  bool contains(const Point& point);

 private:
  void flatten(Expr condition);
  void read_condition(Expr condition);
  bool read_bound(Expr symbol, Expr gap);

  Forms& forms_;
  const EvalContext& context_;
  std::vector<Expr> base_;
  std::vector<Range> ranges_;
  ExprMap<std::size_t> index_;
  std::vector<Wish> wishes_;
  std::vector<Expr> assumptions_;
  std::optional<Expr> all_definitions_;  ///< the sum of 0 times every definition: defined where all of them are
  std::size_t weight_ = 1;
  bool box_ = true;
};

}  // namespace gradus

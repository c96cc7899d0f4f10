// SPDX-License-Identifier: GPL-2.0-or-later
// The true values of a formula at the points of a sample, by enclosures, and how far a computed value is from them.
#pragma once

#include <optional>
#include <vector>

#include "accuracy/sample.h"
#include "gradus/algebra/enclose.h"
#include "gradus/rule/rewrite.h"

namespace gradus::accuracy {

/// The true value at a point.
struct TrueValue {
  enum class State {
    value,     ///< nearest + rest, with |rest| at most half an ulp
    overflow,  ///< beyond the finite numbers: computed is infinity, with the sign of `nearest`
    none,      ///< no value, a true kink or jump, or not known: nothing is compared
  };
  State state = State::none;
  double nearest = 0, rest = 0;
  double scale = 0;  ///< the error that one unit stands for: ulp(f) * (1 + condition number); 0: not yet computed
};

/// The error of a computed value; both are infinite if a finite number was expected and none came, or the other way
/// round.
struct Deviation {
  double normalised = 0;  ///< in units of `scale`
  double raw = 0;         ///< in ulp of the true value
};
/// The values of one formula.
class Truths {
 public:
  /// `formulas` are equal and may contain derivatives; where one of them has no value that can be found (a joint, or
  /// too much cancels), the next is asked. Where a variable is exact, as labels are, its error is not counted: it has
  /// discrete values, or is data and 0, 1 or -1.
  Truths(Engine& engine, const Setting& setting, Rewriter& rewriter, const std::vector<Expr>& formulas, Real real);

  [[nodiscard]] TrueValue at(const std::vector<double>& point) const;
  /// The error of a value that was computed at the same point. The condition number is found when it matters: an error
  /// of at most one ulp counts as it is.
  Deviation deviation(TrueValue& truth, const std::vector<double>& point, double computed) const;

 private:
  [[nodiscard]] std::optional<double> sensitivity(const Point& point, const std::vector<double>& values) const;

  Engine& engine_;
  const Setting& setting_;
  Real real_;
  [[nodiscard]] Point exact_point(const std::vector<double>& values) const;
  [[nodiscard]] TrueValue by(Expr formula, const Point& point) const;

  [[nodiscard]] std::optional<Approximation> limit_at(Expr formula, const Point& point) const;

  std::vector<Expr> formulas_;
  std::vector<Expr> partials_;  ///< by the variables
  std::vector<bool> discrete_;
};

}  // namespace gradus::accuracy

// SPDX-License-Identifier: GPL-2.0-or-later
// The zero test, region by region: where the sign of a factor matters and is not known, both cases are proved.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "algebra/normaliser.h"
#include "algebra/unfold.h"
#include "gradus/algebra/facts.h"
#include "gradus/algebra/normal.h"

namespace gradus::algebra {

/// What the model's assumptions say to a zero test.
struct Assumed {
  std::vector<Expr> equalities;                              ///< differences that are zero, unfolded
  std::vector<std::pair<Expr, std::vector<Rational>>> sets;  ///< symbols with their values
  std::unordered_set<Expr, ExprHash> discrete;               ///< symbols with a set, or integers
  struct Positive {
    Expr difference;  ///< unfolded
    bool strict;      ///< else it may be zero
  };
  std::vector<Positive> positive;               ///< simple ones only
  std::unordered_set<Expr, ExprHash> confined;  ///< symbols of assumptions that could not be used
};

/// `facts` (null: left out) give the inequalities over `relevant` symbols. Symbols with sets that an assumption links
/// to relevant ones (`y1 + y2 = 1`) become relevant.
Assumed assumed(Arena& arena, Unfolder& unfold, const Model* model, const Facts* facts,
                std::unordered_set<Expr, ExprHash>& relevant);

/// One zero test of an unfolded expression.
class Cases {
 public:
  Cases(Arena& arena, const FunctionTable& functions, const Facts& facts, const Assumed& assumed, Budget& budget)
      : arena_(arena), functions_(functions), facts_(facts), assumed_(assumed), budget_(budget) {}

  /// With these symbols set to values; nothing if the assumptions or `e` exclude them all. Throws GaveUp.
  std::optional<ZeroTest> run(Expr e, const ExprMap<Rational>& values);

 private:
  friend class Region;
  struct Choice {
    Expr factor;
    int sign;
    bool open;  ///< the other sign is still to be tried
  };
  Rat region(Expr e, const ExprMap<Rational>& values);

  Arena& arena_;
  const FunctionTable& functions_;
  const Facts& facts_;
  const Assumed& assumed_;
  Budget& budget_;
  Hints hints_;
  std::vector<Choice> path_;
  /// The sign that the facts know, and whether zero is excluded.
  struct Known {
    int sign = 0;
    bool strict = false;
  };
  ExprMap<Known> known_;
  std::string left_;  // the form that is left in the region looked at last
};

}  // namespace gradus::algebra

// SPDX-License-Identifier: GPL-2.0-or-later
// The interval in which the values of an expression lie, from the facts and from the functions' ranges.
#pragma once

#include <string>
#include <vector>

#include "algebra/interval.h"
#include "gradus/expr/function.h"
#include "gradus/syntax/model.h"

namespace gradus::algebra {

/// Interval evaluation. Names are looked up as names and as what they stand for. Iterative; remembers.
class Ranges {
 public:
  Ranges(const FunctionTable& functions, const Model* model) : functions_(functions), model_(model) {}

  /// `e` lies in `interval`; `why` is shown when that is used. Forgets what was remembered.
  void bound(const Arena& arena, Expr e, const Interval& interval, const std::string& why);
  Interval of(Arena& arena, Expr e);
  /// What was known about parts of `e` and may have been used, worded; at most three.
  std::string sources(Arena& arena, Expr e);

 private:
  struct Bound {
    Interval interval;
    std::string why;
  };
  struct Frame {
    Expr e;
    std::size_t next = 0;
    bool followed = false;
  };
  Interval combine(Arena& arena, Expr e);
  Interval product(Arena& arena, Expr e);
  Interval where(Arena& arena, Expr e);
  Interval declared(Arena& arena, Expr call);
  /// What a name or call stands for, if it is to be looked at as well.
  std::optional<Expr> meaning(Arena& arena, Expr e);
  const Interval& at(Expr e) const { return values_.at(e); }

  const FunctionTable& functions_;
  const Model* model_;
  ExprMap<Bound> bounds_;
  ExprMap<Interval> values_;
  ExprMap<Expr> meanings_;
};

}  // namespace gradus::algebra

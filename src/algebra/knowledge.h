// SPDX-License-Identifier: GPL-2.0-or-later
// A set of facts and what follows from it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "algebra/ranges.h"
#include "gradus/algebra/facts.h"

namespace gradus::algebra {

/// A condition that holds, and where it comes from.
struct Fact {
  Expr condition;
  std::string why;
};

/// Which signs a number may have.
enum SignSet : unsigned { none = 0, negative = 1, zero = 2, positive = 4, any = 7 };

class Polynomials;

/// Decides conditions from facts: first by looking them up, then by intervals, then by normal forms.
class Knowledge {
 public:
  Knowledge(Arena& arena, const FunctionTable& functions, const Model* model, std::vector<Fact> facts);
  ~Knowledge();

  Decision decide(Arena& arena, Expr condition);

 private:
  void learn(Arena& arena, const Fact& fact);
  void learn_comparison(Arena& arena, Op op, Expr a, Expr b, const Fact& fact);
  void learn_bound(Arena& arena, Op op, Expr e, const Rational& value, const std::string& why);
  Decision fresh(Arena& arena, Expr condition);
  Decision junction(Arena& arena, Expr condition);
  Decision comparison(Arena& arena, Expr condition);
  Decision almost_everywhere_nonzero(Arena& arena, Expr difference);
  Decision member(Arena& arena, Expr condition);
  Decision integer(Arena& arena, Expr e, int depth);
  Decision numeral(Arena& arena, Expr e);

  const FunctionTable& functions_;
  const Model* model_;
  std::vector<Fact> facts_;
  Ranges ranges_;
  ExprMap<std::string> held_;  // conditions, as they are
  ExprMap<std::vector<Rational>> sets_;
  ExprMap<std::string> integers_;
  ExprMap<Decision> decided_;
  std::map<Expr, std::unique_ptr<Knowledge>> under_;  // with one more fact
  std::unique_ptr<Polynomials> polynomials_;
};

/// `not condition` as a comparison if it is one.
Expr negated(Arena& arena, Expr condition);

}  // namespace gradus::algebra

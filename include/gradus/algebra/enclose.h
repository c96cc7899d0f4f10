// SPDX-License-Identifier: GPL-2.0-or-later
/// Rigorous evaluation: enclosures (midpoint and radius, Arb) of expressions at exact rational points.
#pragma once

#include <optional>
#include <string>

#include "gradus/expr/expr.h"
#include "gradus/expr/function.h"
#include "gradus/syntax/model.h"

namespace gradus {

/// A point: exact values of symbols.
using Point = ExprMap<Rational>;

/// A real interval that is known to hold the value, as decimal strings and as doubles; pimpl keeps Arb out of headers.
class Enclosure {
 public:
  enum class State {
    defined,    ///< the value is a real number inside the interval
    undefined,  ///< the expression has no real value here, and none nearby (an open set)
    singular,   ///< no value exactly here (`1/0`, `ln(0)`), or a kink or jump: neighbours may have values
    unknown,    ///< precision or budget did not suffice
  };
  State state = State::unknown;
  bool joint = false;           ///< for singular: nothing but a sign or a condition that changes here
  std::string culprit;          ///< for undefined and singular: the part that is to blame, printed
  double lower = 0, upper = 0;  ///< rounded outwards (infinite if beyond doubles)
  std::string midpoint;         ///< decimal, as many digits as are known (at most 20)
  // exact data for comparisons: mid = m*2^e as dyadic rationals
  Rational exact_lower = 0, exact_upper = 0;
};

/// What an evaluation needs to know besides the point.
struct EvalContext {
  const FunctionTable& functions;
  const Model* model = nullptr;  ///< names stand for their definitions, calls for the model's functions
};

/// Encloses `e` at `point`. Deriv nodes are not allowed (resolve them first): state unknown. Precision is raised from
/// 64 bits until the relative radius is below 2^-60, or `max_bits` is reached. Conditions (`Lt`, ...) in Where
/// are decided only if the enclosures decide them or both sides are exact; else singular.
Enclosure enclose(const Arena& arena, Expr e, const Point& point, const EvalContext& context, long max_bits = 4096);

/// The same for numbers that are compared with many others: the nearest double, and what is left.
struct Approximation {
  Enclosure::State state = Enclosure::State::unknown;
  bool joint = false;   ///< as in Enclosure
  double nearest = 0;   ///< infinite if beyond the doubles
  double rest = 0;      ///< of the midpoint: midpoint - nearest
  double greatest = 0;  ///< not below the absolute value
  long bits = 0;        ///< the relative accuracy; huge for exact values
};
Approximation approximate(const Arena& arena, Expr e, const Point& point, const EvalContext& context,
                          long max_bits = 4096);

/// Whether a condition holds at a point: true, false, or not decided.
std::optional<bool> holds_at(const Arena& arena, Expr condition, const Point& point, const EvalContext& context);

/// -1: a < b for certain, 1: a > b for certain, 0: the enclosures overlap.
int compare(const Enclosure& a, const Enclosure& b);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
/// What the checks of rules share: random exact points, rules with their rests filled in, conditions at a point.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradus/algebra/enclose.h"
#include "gradus/rule/rule.h"

namespace gradus::verify {

inline constexpr long wanted_samples = 240;  // accepted samples at which a check stops
inline constexpr long needed_samples = 200;  // with fewer than these, it fails
inline constexpr long least_tries = 1200;    // of one instance: some rules break at few points
inline constexpr long most_tries = 8000;     // of one instance

/// The same numbers on every machine; the seed is a name.
class Random {
 public:
  explicit Random(std::string_view seed);
  std::uint64_t next();
  /// From `low` to `high`, both included.
  long range(long low, long high);
  /// A value for a variable: small integers and fractions mostly, from 1/1000 to 1000, either sign, zero.
  Rational value(VarType type);
  /// The same, from the few numbers at which expressions like to break.
  Rational special(VarType type);

 private:
  std::uint64_t state_;
};

/// A rule whose rests stand for some number of fresh symbols each.
struct Instance {
  Expr from, to;
  std::vector<Expr> conditions;
  std::vector<std::pair<Expr, VarType>> variables;  ///< in the order of their appearance in `from`; no functions
};
/// One instance, or if the rule has rests three: with one, with two and with no fresh symbol for each.
std::vector<Instance> instances(Arena& arena, const Rule& rule);

/// The instance with literal numbers in place of variables that stand for numbers, and of some that may stand for one:
/// `u^2` has a value at u = -1, but `u^v` has none around v = 2.
Instance with_literals(Arena& arena, const Instance& instance, const Point& point, Random& random);

bool has_derivative(const Arena& arena, const Rule& rule);

/// Whether `e` for certain has no value exactly here: a zero that is divided by, or in a logarithm.
bool no_value(const Arena& arena, Expr e, const Point& point);

/// Whether a condition of a rule, its variables filled in, holds: `number(E)` and `free(E)` by the form of E, the
/// others by `value`, which decides comparisons and `integer(E)`.
std::optional<bool> condition_holds(const Arena& arena, Expr c, const std::function<std::optional<bool>(Expr)>& value);

/// Sets variables for which a condition is an equation (`v == E` with a value of E).
void solve_equations(const Arena& arena, const std::vector<Expr>& conditions, Point& point);

/// "u = 1/2, v = -3"
std::string show_point(const Arena& arena, const std::vector<std::pair<Expr, VarType>>& variables, const Point& point);
std::string show(const Rational& r);

}  // namespace gradus::verify

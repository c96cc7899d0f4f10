// SPDX-License-Identifier: GPL-2.0-or-later
/// The parts of `verify_rules`: comparing two sides at a point, with and without derivatives.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/verify_rules_points.h"
#include "gradus/algebra/facts.h"
#include "gradus/check/verify_rules.h"

namespace gradus::verify {

/// The two sides of a rule at one point.
struct Difference {
  enum class Kind { unknown, equal, differ, only_left, only_right };  ///< only: just this side has a value
  Kind kind = Kind::unknown;
  std::string left, right;  ///< values, or "no value"
};

Difference compare_sides(const Arena& arena, const FunctionTable& functions, Expr from, Expr to, const Point& point);
/// Whether every condition for `needed` to have a value is known where `given` has one.
bool defined_too(Arena& arena, const FunctionTable& functions, const Model& model, const Facts& facts, Expr given,
                 Expr needed);
/// Sides with derivatives: each variable is its value in `point` plus `_`, unless it must be free of `_`; at `_ = 0`.
Difference compare_derivatives(Engine& engine, const Instance& instance, const Point& point);

std::optional<bool> plain_condition(const Arena& arena, const FunctionTable& functions, Expr c, const Point& point);

/// Samples a rule of differentiation with concrete functions of `_` in place of its variables.
void sample_derivative(Engine& engine, const Rule& rule, const std::vector<Instance>& all, RuleReport& report);

bool refutes(const Difference& d, bool enlarges);
void refute(RuleReport& report, const Difference& d, const std::string& point);
/// The outcome of a report that is not refuted.
void conclude(RuleReport& report, bool proof, const std::string& how, const std::string& why_not);

}  // namespace gradus::verify

// SPDX-License-Identifier: GPL-2.0-or-later
/// The catalogue checked against mathematics: what `gradus rules verify` prints.
#pragma once

#include <string>
#include <vector>

#include "gradus/derive/derivation.h"
#include "gradus/expr/function.h"
#include "gradus/rule/rule.h"

namespace gradus {

enum class RuleOutcome {
  proved,   ///< the normal form shows it, and every sample agrees
  sampled,  ///< at least 200 samples inside its condition agree
  refuted,  ///< there is a point where it is wrong, or where one side alone has a value
  failed,   ///< too few samples, or a point to reject that shows nothing: a check that knows nothing fails
};

/// What was found about one rule, one function or one point to reject.
struct RuleReport {
  std::string name;  ///< of the rule; `f(u, v)` for a function
  RuleOutcome outcome = RuleOutcome::failed;
  std::string detail;          ///< how it was proved, or what is wrong; one line
  long samples = 0;            ///< points inside the condition at which both sides had a value and were compared
  std::string counterexample;  ///< "u = -2: 2 and -2"; empty unless refuted
  std::string kind;            ///< "rule", "function", "computed", "reject"
};

/// All rules in order, each followed by its points to reject, then all functions, each followed by its computed form.
/// Deterministic.
std::vector<RuleReport> verify_rules(Engine& engine);

/// One rule without its points to reject. Compares both sides as enclosures at random exact points inside the
/// condition, the rules of differentiation with concrete functions in place of the variables; tries a proof by the
/// normal form.
RuleReport verify_rule(Engine& engine, const Rule& rule);

/// One report for each `reject`: its point must be refused by the condition, and the rule must be wrong there
/// (the sides differ, or just one has a value).
std::vector<RuleReport> verify_rejects(Engine& engine, const Rule& rule);

/// One function of the table: its domain and range at samples, its derivatives against derivatives that do not use
/// the table, and against the derivative that the rules derive from its definition.
RuleReport verify_function(Engine& engine, const Function& f);

/// The computed form of a function that has one: equal to the function on its domain, by the normal form or at samples.
RuleReport verify_computed(Engine& engine, const Function& f);

}  // namespace gradus

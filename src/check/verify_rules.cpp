// SPDX-License-Identifier: GPL-2.0-or-later
// Rules without derivatives: samples, then the proof by the normal form.
#include "gradus/check/verify_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "check/forms.h"
#include "check/verify_rules_parts.h"
#include "gradus/algebra/facts.h"
#include "gradus/algebra/normal.h"

namespace gradus {
namespace verify {
namespace {

using State = Enclosure::State;

std::string shown(const Enclosure& e, bool missing) {
  if (e.state == State::defined) return e.midpoint;
  return e.culprit.empty() || !missing ? "no value" : fmt::format("no value ({})", e.culprit);
}

}  // namespace

std::optional<bool> plain_condition(const Arena& arena, const FunctionTable& functions, Expr c, const Point& point) {
  return condition_holds(arena, c, [&](Expr part) -> std::optional<bool> {
    if (arena.is(part, Op::Call)) {  // integer(E)
      const auto value = exact_value(arena, arena.child(part, 0), point);
      return value ? std::optional<bool>(cln::denominator(*value) == 1) : std::nullopt;
    }
    return holds_at(arena, part, point, {functions, nullptr});
  });
}

Difference compare_sides(const Arena& arena, const FunctionTable& functions, Expr from, Expr to, const Point& point) {
  constexpr long bits = 512;
  const EvalContext context{functions, nullptr};
  const Enclosure left = enclose(arena, from, point, context, bits);
  const Enclosure right = enclose(arena, to, point, context, bits);
  const auto missing = [&](const Enclosure& e, Expr side) {
    return e.state == State::undefined || (e.state == State::singular && no_value(arena, side, point));
  };
  Difference out;
  out.left = shown(left, missing(left, from));
  out.right = shown(right, missing(right, to));
  if (left.state == State::defined && right.state == State::defined) {
    out.kind = compare(left, right) == 0 ? Difference::Kind::equal : Difference::Kind::differ;
    if (out.left == out.right && out.kind == Difference::Kind::differ) out.right += " (they differ in later digits)";
  } else if (left.state == State::defined && missing(right, to)) {
    out.kind = Difference::Kind::only_left;
  } else if (right.state == State::defined && missing(left, from)) {
    out.kind = Difference::Kind::only_right;
  }
  return out;
}

bool defined_too(Arena& arena, const FunctionTable& functions, const Model& model, const Facts& facts, Expr given,
                 Expr needed) {
  const std::vector<Expr> known = definedness(arena, functions, &model, given);
  for (const Expr c : definedness(arena, functions, &model, needed)) {
    if (std::find(known.begin(), known.end(), c) != known.end()) continue;
    if (facts.decide(arena, c, known).truth != Truth::yes) return false;
  }
  return true;
}

namespace {

// A variable that is dropped takes the places with it where it had no value. (A name always has one.)
std::optional<std::string> dropped(const Arena& arena, const Instance& instance) {
  const std::vector<Expr> kept = symbols(arena, instance.to);
  for (const auto& [symbol, type] : instance.variables) {
    if (type == VarType::number || type == VarType::integer || type == VarType::name) continue;
    if (std::find(kept.begin(), kept.end(), symbol) == kept.end()) return arena.name(symbol);
  }
  return std::nullopt;
}

void sample_plain(Engine& engine, const Rule& rule, const std::vector<Instance>& all, RuleReport& report) {
  Arena& arena = engine.arena;
  const FunctionTable& functions = engine.catalogue.functions;
  Random random(rule.name);
  const long share = wanted_samples / static_cast<long>(all.size());
  for (const Instance& instance : all) {
    long accepted = 0;
    for (long k = 0; k < most_tries && (accepted < share || k < least_tries); ++k) {
      Point point;
      for (const auto& [symbol, type] : instance.variables) {
        point[symbol] = k % 3 == 0 ? random.special(type) : random.value(type);
      }
      solve_equations(arena, instance.conditions, point);
      const Instance at = with_literals(arena, instance, point, random);
      const bool inside = std::all_of(at.conditions.begin(), at.conditions.end(),
                                      [&](Expr c) { return plain_condition(arena, functions, c, point) == true; });
      if (!inside) continue;
      const Difference d = compare_sides(arena, functions, at.from, at.to, point);
      if (d.kind == Difference::Kind::equal) {
        ++accepted;
      } else if (refutes(d, rule.enlarges)) {
        refute(report, d, show_point(arena, instance.variables, point));
        return;
      }
      if (instance.variables.empty()) {  // there is one point only
        if (d.kind == Difference::Kind::equal) accepted = share;
        break;
      }
    }
    report.samples += accepted;
  }
}

// To the normal form `u^n` with a variable n has a positive base. In a rule n may be a literal integer, and u anything:
// then the proof is one for positive bases only, unless they are known to be positive for another reason.
bool positive_bases(Arena& arena, const FunctionTable& functions, const Model& model, const Facts& facts,
                    const Instance& instance) {
  const std::vector<Expr> sides{instance.from, instance.to};
  std::vector<Expr> bases;
  ExprMap<Expr> one;
  for (const Expr e : reachable(arena, sides)) {
    if (!arena.is(e, Op::Pow)) continue;
    const std::vector<Expr> names = symbols(arena, arena.child(e, 1));
    if (names.empty()) continue;
    bases.push_back(arena.child(e, 0));
    for (const Expr name : names) one[name] = arena.number(1);
  }
  if (bases.empty()) return true;
  const std::vector<Expr> known = definedness(arena, functions, &model, substitute(arena, instance.from, one));
  return std::all_of(bases.begin(), bases.end(), [&](Expr base) {
    return facts.decide(arena, arena.make(Op::Gt, {base, arena.number(0)}), known).truth == Truth::yes;
  });
}

bool proved(Engine& engine, const Rule& rule, const Instance& instance, std::string& why_not) {
  Arena& arena = engine.arena;
  const FunctionTable& functions = engine.catalogue.functions;
  Model model;
  for (const auto& [symbol, type] : instance.variables) model.inputs.push_back(symbol);
  for (const Expr c : instance.conditions) {
    const std::vector<Expr> nodes = reachable(arena, c);
    // Conditions on the form of an expression say nothing about its value.
    const bool form = std::any_of(nodes.begin(), nodes.end(), [&](Expr e) {
      return arena.is(e, Op::Call) &&
             (arena.name(e) == "free" || arena.name(e) == "number" || arena.name(e) == "integer");
    });
    if (!form) model.assumptions.push_back({c, rule.place});
  }
  try {
    const Facts facts(arena, functions, &model);
    const ZeroTest test = zero_test(arena, functions, &model, facts, arena.sub(instance.from, instance.to));
    if (test.answer != ZeroTest::Answer::zero) {
      why_not =
          test.answer == ZeroTest::Answer::gave_up ? "the normal form gave up" : "the normal form does not decide it";
      return false;
    }
    if (!defined_too(arena, functions, model, facts, instance.from, instance.to) ||
        (!rule.enlarges && !defined_too(arena, functions, model, facts, instance.to, instance.from))) {
      why_not = "equal by the normal form, but where both sides have values is not decided";
      return false;
    }
    if (!positive_bases(arena, functions, model, facts, instance)) {
      why_not = "equal by the normal form for positive bases";
      return false;
    }
    return true;
  } catch (const Error& error) {
    why_not = error.message;
  } catch (const LimitError& error) {
    why_not = error.what();
  }
  return false;
}

}  // namespace

bool refutes(const Difference& d, bool enlarges) {
  return d.kind == Difference::Kind::differ || d.kind == Difference::Kind::only_left ||
         (d.kind == Difference::Kind::only_right && !enlarges);
}

void refute(RuleReport& report, const Difference& d, const std::string& point) {
  report.outcome = RuleOutcome::refuted;
  report.detail = d.kind == Difference::Kind::differ ? "the two sides differ"
                  : d.kind == Difference::Kind::only_left
                      ? "`to` has no value where `from` has one"
                      : "`to` has a value where `from` has none, and the rule is not marked `enlarges`";
  report.counterexample = fmt::format("{}{}from is {}, to is {}", point, point.empty() ? "" : ": ", d.left, d.right);
}

void conclude(RuleReport& report, bool proof, const std::string& how, const std::string& why_not) {
  if (report.outcome == RuleOutcome::refuted) return;
  if (proof) {
    report.outcome = RuleOutcome::proved;
    report.detail = how;
  } else if (report.samples >= needed_samples) {
    report.outcome = RuleOutcome::sampled;
    report.detail = why_not;
  } else {
    report.outcome = RuleOutcome::failed;
    report.detail = fmt::format("only {} of {} needed samples lie inside the condition and have values", report.samples,
                                needed_samples);
  }
}

}  // namespace verify

RuleReport verify_rule(Engine& engine, const Rule& rule) {
  RuleReport report;
  report.name = rule.name;
  report.kind = "rule";
  const std::vector<verify::Instance> all = verify::instances(engine.arena, rule);
  if (!rule.enlarges) {
    for (const verify::Instance& instance : all) {
      const auto name = verify::dropped(engine.arena, instance);
      if (!name) continue;
      report.outcome = RuleOutcome::refuted;
      report.detail = fmt::format(
          "`{}` is dropped, so that `to` may have a value where `from` has none, and the rule is not marked "
          "`enlarges`",
          *name);
      report.counterexample = fmt::format("{} = ln(-1): from is no value, to has one", *name);
      return report;
    }
  }
  if (verify::has_derivative(engine.arena, rule)) {
    verify::sample_derivative(engine, rule, all, report);
    verify::conclude(report, false, "", "compared with derivatives of concrete functions");
    return report;
  }
  verify::sample_plain(engine, rule, all, report);
  if (report.outcome == RuleOutcome::refuted) return report;
  std::string why_not;
  const bool functions = std::any_of(rule.variables.begin(), rule.variables.end(),
                                     [](const auto& v) { return v.second == VarType::function; });
  const bool proof = !functions && std::all_of(all.begin(), all.end(), [&](const verify::Instance& instance) {
    return verify::proved(engine, rule, instance, why_not);
  });
  verify::conclude(report, proof, "the normal form of the difference is 0", why_not);
  return report;
}

std::vector<RuleReport> verify_rejects(Engine& engine, const Rule& rule) {
  std::vector<RuleReport> out;
  Arena& arena = engine.arena;
  for (const auto& reject : rule.rejects) {
    RuleReport report;
    report.name = rule.name;
    report.kind = "reject";
    const verify::Instance instance = verify::instances(arena, rule).back();
    Point point;
    bool typed = false;
    for (const auto& [symbol, type] : instance.variables) {
      const auto it = reject.find(arena.name(symbol));
      if (it == reject.end()) continue;
      point[symbol] = it->second;
      typed = typed || (type == VarType::integer && cln::denominator(it->second) != 1);
    }
    const std::string at = verify::show_point(arena, instance.variables, point);
    verify::Random random(rule.name);
    const verify::Instance literal = verify::with_literals(arena, instance, point, random);
    const bool refused = typed || std::any_of(literal.conditions.begin(), literal.conditions.end(), [&](Expr c) {
                           return verify::plain_condition(arena, engine.catalogue.functions, c, point) == false;
                         });
    if (!refused) {
      report.detail = fmt::format("the condition does not refuse {}", at);
      out.push_back(std::move(report));
      continue;
    }
    const verify::Difference d =
        verify::has_derivative(arena, rule)
            ? verify::compare_derivatives(engine, instance, point)
            : verify::compare_sides(arena, engine.catalogue.functions, literal.from, literal.to, point);
    using Shown = verify::Difference::Kind;
    if (d.kind == Shown::differ || d.kind == Shown::only_left || d.kind == Shown::only_right) {
      report.outcome = RuleOutcome::proved;
      report.detail = fmt::format("refused, and wrong there: at {} from is {}, to is {}", at, d.left, d.right);
      report.samples = 1;
    } else {
      report.detail = fmt::format("nothing is wrong at {}: from is {}, to is {}", at, d.left, d.right);
    }
    out.push_back(std::move(report));
  }
  return out;
}

std::vector<RuleReport> verify_rules(Engine& engine) {
  std::vector<RuleReport> out;
  for (const Rule& rule : engine.catalogue.rules) {
    out.push_back(verify_rule(engine, rule));
    for (RuleReport& reject : verify_rejects(engine, rule)) out.push_back(std::move(reject));
  }
  for (const Function& f : engine.catalogue.functions.all()) {
    out.push_back(verify_function(engine, f));
    if (f.computed) out.push_back(verify_computed(engine, f));
  }
  return out;
}

}  // namespace gradus

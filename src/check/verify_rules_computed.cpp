// SPDX-License-Identifier: GPL-2.0-or-later
// The computed form of a function is equal to it wherever the function has a value.
#include <fmt/format.h>

#include <algorithm>

#include "check/verify_rules_parts.h"
#include "gradus/algebra/facts.h"
#include "gradus/algebra/normal.h"

namespace gradus {
namespace {

using verify::Difference;

bool proved(Engine& engine, const Function& f, Expr call, std::string& why_not) {
  Arena& arena = engine.arena;
  const FunctionTable& functions = engine.catalogue.functions;
  Model model;
  model.inputs = f.parameters;
  for (const Expr c : f.domain) model.assumptions.push_back({c, f.place});
  try {
    const Facts facts(arena, functions, &model);
    const ZeroTest test = zero_test(arena, functions, &model, facts, arena.sub(call, *f.computed));
    if (test.answer != ZeroTest::Answer::zero) {
      why_not =
          test.answer == ZeroTest::Answer::gave_up ? "the normal form gave up" : "the normal form does not decide it";
      return false;
    }
    if (verify::defined_too(arena, functions, model, facts, call, *f.computed)) return true;
    why_not = "equal by the normal form, but whether it has a value everywhere is not decided";
  } catch (const Error& error) {
    why_not = error.message;
  } catch (const LimitError& error) {
    why_not = error.what();
  }
  return false;
}

}  // namespace

RuleReport verify_computed(Engine& engine, const Function& f) {
  Arena& arena = engine.arena;
  const FunctionTable& functions = engine.catalogue.functions;
  RuleReport report;
  report.kind = "computed";
  std::vector<std::pair<Expr, VarType>> variables;
  std::vector<std::string> names;
  for (const Expr p : f.parameters) {
    variables.emplace_back(p, VarType::any);
    names.push_back(arena.name(p));
  }
  report.name = fmt::format("{}({})", f.name, fmt::join(names, ", "));
  const Expr call = arena.call(f.name, f.parameters);
  verify::Random random("computed form of " + report.name);
  for (long k = 0; k < verify::most_tries && report.samples < verify::wanted_samples; ++k) {
    Point point;
    for (const Expr p : f.parameters) point[p] = k % 3 == 0 ? random.special(VarType::any) : random.value(VarType::any);
    const bool inside = std::all_of(f.domain.begin(), f.domain.end(), [&](Expr c) {
      return holds_at(arena, c, point, {functions, nullptr}) == true;
    });
    if (!inside) continue;
    const Difference d = verify::compare_sides(arena, functions, call, *f.computed, point);
    if (d.kind == Difference::Kind::equal) ++report.samples;
    if (d.kind != Difference::Kind::differ && d.kind != Difference::Kind::only_left) continue;
    report.outcome = RuleOutcome::refuted;
    report.detail = d.kind == Difference::Kind::differ ? "the computed form is not the function"
                                                       : "the computed form has no value where the function has one";
    report.counterexample =
        fmt::format("{}: it is {}, computed as {}", verify::show_point(arena, variables, point), d.left, d.right);
    return report;
  }
  std::string why_not;
  const bool proof = report.samples > 0 && proved(engine, f, call, why_not);
  verify::conclude(report, proof, "equal by the normal form", why_not);
  return report;
}

}  // namespace gradus

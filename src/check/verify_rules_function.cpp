// SPDX-License-Identifier: GPL-2.0-or-later
// The table of functions: domains, ranges, derivatives.
#include <fmt/format.h>

#include <algorithm>

#include "check/verify_rules_parts.h"
#include "check/verify_rules_series.h"
#include "gradus/algebra/facts.h"
#include "gradus/algebra/normal.h"

namespace gradus {
namespace {

using verify::Random;
using State = Enclosure::State;

class FunctionCheck {
 public:
  FunctionCheck(Engine& engine, const Function& f)
      : arena_(engine.arena), engine_(engine), functions_(engine.catalogue.functions), f_(f) {
    call_ = arena_.call(f.name, f.parameters);
    std::vector<std::string> names;
    for (const Expr p : f.parameters) {
      variables_.emplace_back(p, VarType::any);
      names.push_back(arena_.name(p));
    }
    report_.name = fmt::format("{}({})", f.name, fmt::join(names, ", "));
    report_.kind = "function";
  }

  RuleReport run() {
    values();
    for (std::size_t k = 0; k < f_.parameters.size() && report_.outcome != RuleOutcome::refuted; ++k) {
      if (!takes_integers(f_.parameters[k])) derivative(k);
    }
    if (report_.outcome == RuleOutcome::refuted) return report_;
    if (samples_.empty() || report_.samples < verify::needed_samples) {
      report_.detail = fmt::format("only {} of {} needed samples have values", report_.samples, verify::needed_samples);
      return report_;
    }
    std::string why_not;
    const bool proof = derived(why_not);
    verify::conclude(report_, proof, "its derivative follows from its definition", why_not);
    return report_;
  }

 private:
  Point random_point(Random& random, long k) {
    Point point;
    for (const Expr p : f_.parameters) point[p] = k < 30 ? random.special(VarType::any) : random.value(VarType::any);
    return point;
  }

  // There is no derivative by such a parameter.
  bool takes_integers(Expr parameter) const {
    return std::any_of(f_.domain.begin(), f_.domain.end(), [&](Expr c) {
      return arena_.is(c, Op::Call) && arena_.name(c) == "integer" && arena_.child(c, 0) == parameter;
    });
  }

  std::optional<bool> holds(const std::vector<Expr>& conditions, const Point& point) const {
    std::optional<bool> out = true;
    for (const Expr c : conditions) {
      const auto one = holds_at(arena_, c, point, {functions_, nullptr});
      if (one == false) return false;
      if (!one) out = std::nullopt;
    }
    return out;
  }

  void wrong(const Point& point, std::string detail, const std::string& values) {
    report_.outcome = RuleOutcome::refuted;
    report_.detail = std::move(detail);
    report_.counterexample = fmt::format("{}: {}", verify::show_point(arena_, variables_, point), values);
  }

  // Inside the domain there is a value, in the range; outside there is none.
  void values() {
    Random random("values of " + report_.name);
    ExprMap<Expr> value_is_call;
    value_is_call[arena_.symbol("value")] = call_;
    std::vector<Expr> range;
    for (const Expr c : f_.range) range.push_back(substitute(arena_, c, value_is_call));
    for (long k = 0; k < verify::most_tries && static_cast<long>(samples_.size()) < verify::wanted_samples; ++k) {
      const Point point = random_point(random, k);
      const auto inside = holds(f_.domain, point);
      if (!inside) continue;
      const Enclosure value = enclose(arena_, f_.definition.value_or(call_), point, {functions_, nullptr}, 1024);
      if (!*inside) {
        if (value.state == State::defined) {
          return wrong(point, "the definition has a value outside the domain", value.midpoint);
        }
        continue;
      }
      if (value.state == State::undefined) {
        return wrong(point, "no value inside the domain", fmt::format("no value of {}", value.culprit));
      }
      if (value.state != State::defined) continue;
      if (holds(range, point) == false) return wrong(point, "the value is not in the range", value.midpoint);
      samples_.push_back(point);
    }
    report_.samples = static_cast<long>(samples_.size());
  }

  void derivative(std::size_t index) {
    Random random(fmt::format("derivative {} of {}", index, report_.name));
    const Expr t = arena_.symbol("_");
    long accepted = 0;
    for (long k = 0; k < verify::most_tries && accepted < verify::wanted_samples; ++k) {
      const Point point = random_point(random, k);
      if (holds(f_.domain, point) != true) continue;
      const bool kink = std::any_of(f_.kinks.begin(), f_.kinks.end(), [&](Expr c) {
        return holds_at(arena_, c, point, {functions_, nullptr}) != false;
      });
      if (kink) continue;
      ExprMap<Expr> moving, fixed;
      for (std::size_t j = 0; j < f_.parameters.size(); ++j) {
        const Expr number = arena_.number(point.at(f_.parameters[j]));
        fixed[f_.parameters[j]] = number;
        moving[f_.parameters[j]] = j == index ? arena_.add(number, t) : number;
      }
      const Expr change = arena_.make(Op::Deriv, {substitute(arena_, f_.definition.value_or(call_), moving), t});
      const auto truth = verify::series_value(arena_, functions_, change, 0);
      const auto table = verify::series_value(arena_, functions_, substitute(arena_, f_.derivative[index], fixed), 0);
      using Series = verify::SeriesValue::State;
      if (truth.state == Series::defined && table.state == Series::undefined) {
        return wrong(point, fmt::format("the derivative by `{}` has no value", arena_.name(f_.parameters[index])),
                     fmt::format("it is {}", truth.text));
      }
      if (truth.state != Series::defined || table.state != Series::defined) continue;
      if (truth.upper < table.lower || table.upper < truth.lower) {
        return wrong(point, fmt::format("the derivative by `{}` is wrong", arena_.name(f_.parameters[index])),
                     fmt::format("it is {}, the table says {}", truth.text, table.text));
      }
      ++accepted;
    }
    report_.samples = std::min(report_.samples, accepted);
  }

  // The derivative that the rules derive from the definition is the one in the table.
  bool derived(std::string& why_not) {
    if (!f_.definition) {
      why_not = "a primitive function, compared with power series";
      return false;
    }
    Model model;
    model.inputs = f_.parameters;
    for (const Expr c : f_.domain) model.assumptions.push_back({c, f_.place});
    try {
      const Facts facts(arena_, functions_, &model);
      for (std::size_t k = 0; k < f_.parameters.size(); ++k) {
        const Expr start = arena_.make(Op::Deriv, {*f_.definition, f_.parameters[k]});
        const Expr found = resolve_derivatives(engine_, model, start);
        const std::vector<Expr> nodes = reachable(arena_, found);
        if (std::any_of(nodes.begin(), nodes.end(), [&](Expr e) { return arena_.is(e, Op::Deriv); })) {
          why_not = "the derivative of its definition could not be carried out";
          return false;
        }
        if (found == f_.derivative[k]) continue;
        const ZeroTest test = zero_test(arena_, functions_, &model, facts, arena_.sub(found, f_.derivative[k]));
        if (test.answer != ZeroTest::Answer::zero) {
          why_not = fmt::format("the normal form does not show that {} is {}", print(arena_, found, 2000),
                                print(arena_, f_.derivative[k], 2000));
          return false;
        }
      }
      return true;
    } catch (const Error& error) {
      why_not = error.message;
    } catch (const LimitError& error) {
      why_not = error.what();
    }
    return false;
  }

  Arena& arena_;
  Engine& engine_;
  const FunctionTable& functions_;
  const Function& f_;
  Expr call_;
  std::vector<std::pair<Expr, VarType>> variables_;
  std::vector<Point> samples_;
  RuleReport report_;
};

}  // namespace

RuleReport verify_function(Engine& engine, const Function& f) { return FunctionCheck(engine, f).run(); }

}  // namespace gradus

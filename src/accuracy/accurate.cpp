// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/accuracy/accurate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "accuracy/choose.h"
#include "accuracy/columns.h"
#include "accuracy/truth.h"
#include "derive/session.h"

namespace gradus {
namespace {

using namespace accuracy;

constexpr std::uint64_t largest_program = 1'000;  // nodes of all statements as trees, names unfolded
constexpr std::uint64_t seed_of_program = 3;

class Chooser {
 public:
  /// `results` are the names of the program whose values are asked for.
  Chooser(Engine& engine, const Model& model, const GradientProgram& program, const std::vector<Expr>& results,
          const AccuracyOptions& options)
      : engine_(engine),
        arena_(engine.arena),
        model_(model),
        program_(program),
        results_(results),
        options_(options),
        session_(engine, model, false) {
    keep_names();
  }

  /// Whether the program is small enough to be measured.
  bool small() {
    std::uint64_t sum = 0;
    for (const auto* statements : {&program_.forward, &program_.backward}) {
      for (const Statement& s : *statements) {
        sum += tree_size(arena_, substitute(arena_, s.value, flat_));
        if (sum > largest_program) return false;
      }
    }
    return true;
  }

  GradientProgram run(AccuracyReport& report) {
    GradientProgram out = rewritten();
    if (!small()) {
      for (const auto* statements : {&program_.forward, &program_.backward}) {
        for (const Statement& s : *statements) {
          report.statements.push_back(
              {.name = s.name, .meaning = s.value, .note = "not measured: the program is large"});
        }
      }
      return out;
    }
    // Any name that was defined before the cost may stand in a form.
    out.forward.clear();
    for (const Definition& d : model_.definitions) {
      if (d.symbol == program_.cost) break;
      // A name has the value that it stands for in the forms, digit for digit.
      const auto known = std::ranges::find(folded_, d.symbol, [](const auto& f) { return f.second; });
      out.forward.push_back({d.symbol, known == folded_.end()
                                           ? codegen(d.value)
                                           : folded(known->first, static_cast<std::size_t>(known - folded_.begin()))});
    }
    const Statement cost = program_.forward.back();
    out.forward.push_back({cost.name, chosen(cost, {cost_definition()}, report)});
    out.backward.clear();
    for (const Statement& s : program_.backward) {
      // No form has the other names in it.
      const bool used = is_kept(s.name) || std::ranges::find(results_, s.name) != results_.end();
      out.backward.push_back({s.name, used ? chosen(s, {}, report) : codegen(s.value)});
    }
    measure_whole(out, report);
    return out;
  }

 private:
  Expr codegen(Expr e) { return session_.rewriter.run("codegen", e); }

  // Each statement in the form of the strategy `codegen`.
  GradientProgram rewritten() {
    GradientProgram out = program_;
    for (auto* statements : {&out.forward, &out.backward}) {
      for (Statement& s : *statements) s.value = codegen(s.value);
    }
    return out;
  }

  Expr cost_definition() const {
    for (const Definition& d : model_.definitions) {
      if (d.symbol == program_.cost) return d.value;
    }
    return program_.cost;
  }

  // Which names and adjoints the forms may use, and what the others stand for.
  void keep_names() {
    for (const Definition& d : model_.definitions) {
      full_[d.symbol] = substitute(arena_, d.value, full_);
      const Expr value = substitute(arena_, d.value, flat_);
      if (is_read_once(arena_, value) && d.symbol != program_.cost) {
        kept_.insert(d.symbol);
      } else {
        flat_[d.symbol] = value;
        if (d.symbol != program_.cost) folded_.emplace_back(codegen(value), d.symbol);
      }
    }
    for (const Statement& s : program_.backward) {
      full_[s.name] = substitute(arena_, s.value, full_);
      if (is_kept(s.name)) {
        const Expr atom = arena_.symbol(print(arena_, s.name));
        flat_[s.name] = atom;
        adjoint_of_[atom] = s.name;
      } else {
        flat_[s.name] = substitute(arena_, s.value, flat_);
      }
    }
  }

  bool is_kept(Expr adjoint) const { return arena_.is(adjoint, Op::Deriv) && kept_.contains(arena_.child(adjoint, 1)); }

  Expr chosen(const Statement& s, const std::vector<Expr>& others, AccuracyReport& report) {
    Measured measured;
    measured.name = s.name;
    std::vector<Expr> formulas{substitute(arena_, s.value, flat_)};
    for (const Expr other : others) formulas.push_back(substitute(arena_, other, flat_));
    measured.meaning = formulas.front();
    if (is_read_once(arena_, formulas.front())) {
      measured.note = "each name stands once in sums, products and quotients: there is nothing to choose";
      report.statements.push_back(measured);
      return codegen(s.value);
    }
    const Expr form = choose(engine_, model_, session_.rewriter, options_, formulas, measured);
    report.statements.push_back(measured);
    return folded(form, folded_.size());
  }

  // The first names of the model, and adjoints, for what they stand for.
  Expr folded(Expr form, std::size_t names) {
    for (std::size_t k = names; k-- > 0;) {
      if (arena_.count(folded_[k].first) > 0) form = substitute(arena_, form, {{folded_[k].first, folded_[k].second}});
    }
    return substitute(arena_, form, adjoint_of_);
  }

  // --- from the inputs to the results ---

  // A name that was taken as given may have lost what a result needs of it: then the result is computed from the
  // inputs.
  void measure_whole(GradientProgram& out, AccuracyReport& report) {
    std::vector<Expr> meanings;
    for (const Expr r : results_) meanings.push_back(full_.at(r));
    const std::vector<Expr> variables = symbols(arena_, arena_.sum(meanings));
    const Setting setting = setting_for(engine_, model_, variables);
    Setting rounded = setting;
    rounded.data.clear();
    const Sample sample = draw(engine_, setting, {}, options_.points, seed_of_program, options_.real);
    emit::Lowering lowering(engine_, model_);
    for (const Expr result : results_) {
      const std::vector<Expr> formulas{codegen(full_.at(result)), full_.at(result)};
      Whole whole{result, sample, Truths(engine_, setting, session_.rewriter, formulas, options_.real), {}};
      Whole relaxed{result, sample, Truths(engine_, rounded, session_.rewriter, formulas, options_.real), {}};
      const bool as_rounded =
          std::ranges::any_of(report.statements, [&](const Measured& m) { return m.name == result && m.rounded_data; });
      // Where labels as exact values ask for too much, they count as rounded before anything is computed anew.
      const auto settled = [&](GradientProgram& program) {
        Measured exact = through(program, whole, lowering);
        if ((exact.beyond == 0 && !as_rounded) || setting.data.empty()) return exact;
        Measured loose = through(program, relaxed, lowering);
        loose.rounded_data = true;
        loose.note +=
            fmt::format("; with inputs of 0, 1 and -1 as exact values, {} points are beyond it", exact.beyond);
        return loose;
      };
      Measured measured = settled(out);
      if (!measured.reached && !sample.points.empty()) {
        GradientProgram other = out;
        Measured found;
        statement(other, result).value =
            choose(engine_, model_, session_.rewriter, options_, {full_.at(result)}, found);
        Measured again = settled(other);
        if (again.beyond < measured.beyond) {
          out = std::move(other);
          measured = std::move(again);
        }
      }
      report.results.push_back(std::move(measured));
    }
  }

  // A result and its true values at the points of a sample, which are found when they are needed.
  struct Whole {
    Expr result;
    const Sample& sample;
    Truths truths;
    std::vector<TrueValue> values;
  };

  static Statement& statement(GradientProgram& program, Expr name) {
    for (auto* statements : {&program.forward, &program.backward}) {
      for (Statement& s : *statements) {
        if (s.name == name) return s;
      }
    }
    throw Error({}, "a result without a statement");
  }

  Measured through(GradientProgram& program, Whole& whole, emit::Lowering& lowering) {
    const Sample& sample = whole.sample;
    if (whole.values.empty()) {
      for (const auto& point : sample.points) whole.values.push_back(whole.truths.at(point));
    }
    Columns columns(engine_, lowering, sample, options_.real);
    for (const auto* statements : {&program.forward, &program.backward}) {
      for (const Statement& s : *statements) columns.assign(s.name, s.value);
    }
    Measured out;
    out.name = whole.result;
    out.meaning = full_.at(whole.result);
    Trial trial;
    trial.form = statement(program, whole.result).value;
    std::size_t worst = 0;
    const std::vector<double>& computed = columns.values(whole.result);
    for (std::size_t k = 0; k < sample.points.size(); ++k) {
      const Deviation d = whole.truths.deviation(whole.values[k], sample.points[k], computed[k]);
      if (whole.values[k].state != TrueValue::State::none) ++out.points;
      trial.worst_raw = std::max(trial.worst_raw, d.raw);
      if (d.normalised > options_.ulp) ++out.beyond;
      if (d.normalised <= trial.worst) continue;
      trial.worst = d.normalised;
      worst = k;
    }
    for (std::size_t v = 0; v < sample.variables.size() && out.points > 0; ++v)
      trial.worst_point.emplace_back(sample.variables[v], sample.points[worst][v]);
    out.trials.push_back(std::move(trial));
    out.reached = out.beyond == 0 && out.points > 0;
    out.note = out.points == 0 ? "no point with a true value was found: nothing was measured"
               : out.reached   ? "within the bound at every point"
                               : fmt::format("{} of {} points are beyond the bound", out.beyond, out.points);
    return out;
  }

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  const GradientProgram& program_;
  const std::vector<Expr>& results_;
  const AccuracyOptions& options_;
  Session session_;
  std::unordered_set<Expr, ExprHash> kept_;
  ExprMap<Expr> flat_, adjoint_of_;
  ExprMap<Expr> full_;                         // over inputs and parameters
  std::vector<std::pair<Expr, Expr>> folded_;  // what a name stands for, and the name
};

// The names among the cost, the entries of the gradient and those of the Hessian that statements assign.
std::vector<Expr> results_of(const GradientProgram& program, const SecondOrder* second) {
  std::vector<Expr> wanted{program.cost}, out;
  for (const auto& [variable, adjoint] : program.gradient) wanted.push_back(adjoint);
  if (second != nullptr) {
    for (const SecondOrder::Entry& e : second->hessian) wanted.push_back(e.value);
  }
  std::unordered_set<Expr, ExprHash> assigned;
  for (const auto* statements : {&program.forward, &program.backward}) {
    for (const Statement& s : *statements) assigned.insert(s.name);
  }
  for (const Expr e : wanted) {
    if (assigned.erase(e) > 0) out.push_back(e);
  }
  return out;
}

// The program continued by the statements of the Hessian, and by what these need of first order.
GradientProgram continued(const Arena& arena, const GradientProgram& program, const SecondOrder& second) {
  GradientProgram out = program;
  std::unordered_set<Expr, ExprHash> known;
  for (const auto* statements : {&program.forward, &program.backward}) {
    for (const Statement& s : *statements) known.insert(s.name);
  }
  for (const Statement& s : second.first) {
    if (arena.is(s.name, Op::Deriv) && !known.contains(s.name)) out.backward.push_back(s);
  }
  out.backward.insert(out.backward.end(), second.second.begin(), second.second.end());
  return out;
}

}  // namespace

GradientProgram accurate_program(Engine& engine, const Model& model, const GradientProgram& program,
                                 const AccuracyOptions& options, AccuracyReport* report, SecondOrder* second) {
  AccuracyReport unused;
  AccuracyReport& written = report == nullptr ? unused : *report;
  if (second != nullptr) {
    const GradientProgram all = continued(engine.arena, program, *second);
    const std::vector<Expr> results = results_of(all, second);
    if (Chooser chooser(engine, model, all, results, options); chooser.small()) {
      GradientProgram out = chooser.run(written);
      for (; out.backward.size() > program.backward.size(); out.backward.pop_back()) {
        const Statement& s = out.backward.back();
        for (auto* statements : {&second->first, &second->second}) {
          for (Statement& t : *statements) {
            if (t.name == s.name) t.value = s.value;
          }
        }
      }
      return out;
    }
  }
  const std::vector<Expr> results = results_of(program, nullptr);
  GradientProgram out = Chooser(engine, model, program, results, options).run(written);
  if (second != nullptr) {
    for (const Statement& s : second->second)
      written.statements.push_back({.name = s.name, .meaning = s.value, .note = "not measured: the program is large"});
  }
  return out;
}

}  // namespace gradus

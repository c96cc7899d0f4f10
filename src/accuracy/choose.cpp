// SPDX-License-Identifier: GPL-2.0-or-later
#include "accuracy/choose.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_set>

#include "accuracy/expand.h"
#include "accuracy/regimes.h"
#include "gradus/algebra/normal.h"

namespace gradus::accuracy {
namespace {

constexpr std::size_t corrected = 5, enlarged = 3;  // the second sample, and the first at the most, to the first
constexpr std::size_t most_corrections = 2;
constexpr std::size_t most_reported = 5;
constexpr std::uint64_t first_seed = 1, check_seed = 2;
constexpr std::uint64_t largest_simplified = 300;  // nodes as a tree
constexpr std::size_t expanded_forms = 4;
constexpr double margin_to_bound = 0.75;  // of the bound

std::vector<Rational> numbers_in(const Arena& arena, Expr e) {
  std::vector<Rational> out;
  for (const Expr n : reachable(arena, e)) {
    if (!arena.is_number(n) || cln::abs(arena.value(n)) > 1'000'000) continue;
    for (const Rational& v : {arena.value(n), Rational(-arena.value(n))}) {
      if (std::find(out.begin(), out.end(), v) == out.end()) out.push_back(v);
    }
  }
  return out;
}

class Choice {
 public:
  Choice(Engine& engine, const Model& model, Rewriter& rewriter, const AccuracyOptions& options)
      : engine_(engine), arena_(engine.arena), model_(model), rewriter_(rewriter), options_(options) {}

  Expr run(std::vector<Expr> formulas, Measured& measured) {
    Setting setting = setting_for(engine_, model_, symbols(arena_, arena_.sum(formulas)));
    // A formula whose cases agree has a value at the joint as well.
    for (std::size_t k = 0, n = formulas.size(); k < n; ++k) {
      if (const auto merged = without_cases(engine_, setting.model, rewriter_, formulas[k]))
        formulas.insert(formulas.begin(), *merged);
    }
    const Expr exact = attempt(setting, formulas, measured);
    if (measured.reached || measured.points == 0 || setting.data.empty()) return exact;
    // Where that asks for too much, what is given counts as rounded, like everything else; of the forms that are
    // accurate then, one is taken that is so at most points with exact values as well.
    Measured again;
    const Setting strict = setting;
    setting.data.clear();
    const Expr form = attempt(setting, formulas, again, &strict);
    if (!again.reached) return exact;
    again.rounded_data = true;
    again.name = measured.name;
    again.meaning = measured.meaning;
    again.note = fmt::format(
        "within the bound at every point; with inputs of 0, 1 and -1 as exact values no form is ({} of {} points are "
        "not), "
        "and this is the cheapest of those that are at most points",
        measured.beyond, measured.points);
    measured = std::move(again);
    return form;
  }

 private:
  Expr attempt(const Setting& setting, const std::vector<Expr>& formulas, Measured& measured,
               const Setting* strict = nullptr) {
    // Where less cancels, less precision is needed.
    std::vector<Expr> equal;
    for (const Expr f : formulas) equal.push_back(codegen(f));
    equal.insert(equal.end(), formulas.begin(), formulas.end());
    const Truths truths(engine_, setting, rewriter_, equal, options_.real);
    const std::vector<Rational> special = numbers_in(arena_, formulas.front());
    Search search(engine_, setting, truths, rewriter_, options_);
    search.set_sample(draw(engine_, setting, special, options_.points, first_seed, options_.real));
    for (const Expr seed : seeds(formulas)) search.offer(seed);
    if (search.forms().empty()) {
      measured.note = "no form can be computed";
      return codegen(formulas.front());
    }
    const Sample check = draw(engine_, setting, special, corrected * options_.points, check_seed, options_.real);
    Search judge(engine_, setting, truths, rewriter_, options_);
    judge.set_sample(check);
    Form best;
    std::optional<Truths> strict_truths;
    std::optional<Search> strict_search;
    if (strict != nullptr) {
      strict_truths.emplace(engine_, *strict, rewriter_, equal, options_.real);
      strict_search.emplace(engine_, *strict, *strict_truths, rewriter_, options_);
      strict_search->set_sample(draw(engine_, *strict, special, options_.points, first_seed, options_.real));
    }
    for (std::size_t correction = 0;; ++correction) {
      search.explore();
      if (!reached(search)) {
        for (const Expr form : most_accurate(search)) {
          for (const Expr series : series_forms(engine_, rewriter_, form)) search.offer(series);
        }
      }
      best = judge.measure(pick(search, strict_search ? &*strict_search : nullptr));
      if (best.failing == 0 || correction == most_corrections) break;
      // What went wrong there is to be noticed from now on.
      Sample more = search.sample();
      bool added = false;
      for (std::size_t k = 0; k < check.points.size() && more.points.size() < enlarged * options_.points; ++k) {
        if (best.errors[k] <= options_.ulp) continue;
        if (std::find(more.points.begin(), more.points.end(), check.points[k]) != more.points.end()) continue;
        more.points.push_back(check.points[k]);
        added = true;
      }
      if (!added) break;
      search.set_sample(std::move(more));
    }
    if (best.compared == 0) {
      measured.note = "no point with a true value was found: nothing was measured";
      return codegen(formulas.front());
    }
    describe(search, judge, best, measured);
    return best.e;
  }

  Expr codegen(Expr e) { return rewriter_.run("codegen", e); }

  std::vector<Expr> seeds(const std::vector<Expr>& formulas) {
    std::vector<Expr> out;
    for (const Expr f : formulas) {
      out.push_back(rewriter_.run("tidy", f));
      out.push_back(codegen(f));
      if (tree_size(arena_, f) > largest_simplified) continue;
      const Expr simple = rewriter_.run("simplify", f);
      out.push_back(simple);
      out.push_back(codegen(simple));
      if (const auto factored = factored_form(arena_, simple)) {
        out.push_back(rewriter_.run("tidy", *factored));
        out.push_back(codegen(*factored));
      }
    }
    return out;
  }

  static bool reached(const Search& search) {
    return std::ranges::any_of(search.forms(), [](const Form& f) { return f.failing == 0; });
  }

  static std::vector<Expr> most_accurate(const Search& search) {
    std::vector<const Form*> order;
    for (const Form& f : search.forms()) order.push_back(&f);
    std::stable_sort(order.begin(), order.end(), [](const Form* a, const Form* b) { return a->total < b->total; });
    std::vector<Expr> out;
    for (std::size_t k = 0; k < std::min(expanded_forms, order.size()); ++k) out.push_back(order[k]->e);
    return out;
  }

  // The cheapest form that is within the bound everywhere, of those that are by `strict` at most points, and of these
  // one with a margin_to_bound if there is any: other points may be a little worse. Or the fewest that are together, or
  // the most accurate.
  Expr pick(Search& search, Search* strict) {
    const Form* best = nullptr;
    const auto& forms = search.forms();
    std::tuple<std::size_t, bool, long> least;
    for (const Form& f : forms) {
      if (f.failing > 0) continue;
      const std::size_t failing = strict == nullptr ? 0 : strict->measure(f.e).failing;
      const std::tuple order(failing, f.worst > margin_to_bound * options_.ulp, f.cost);
      if (best != nullptr && order >= least) continue;
      best = &f;
      least = order;
    }
    if (best != nullptr) return best->e;
    if (const auto joined = join_regimes(arena_, search)) return *joined;
    for (const Form& f : forms) {
      if (best == nullptr || f.failing < best->failing || (f.failing == best->failing && f.total < best->total))
        best = &f;
    }
    return best->e;
  }

  void describe(Search& search, Search& judge, const Form& best, Measured& measured) {
    measured.points = best.compared;
    measured.tried = search.forms().size();
    measured.beyond = best.failing;
    measured.reached = best.failing == 0;
    measured.note = measured.reached ? "the cheapest form within the bound at every point"
                                     : fmt::format("no form is within the bound everywhere: {} of {} points are not",
                                                   best.failing, measured.points);
    measured.trials.push_back(trial(best, judge.sample()));
    std::vector<const Form*> others;
    for (const Form& f : search.forms()) {
      if (f.e != best.e) others.push_back(&f);
    }
    std::stable_sort(others.begin(), others.end(), [](const Form* a, const Form* b) {
      return a->failing != b->failing ? a->failing < b->failing : a->cost < b->cost;
    });
    for (const Form* f : others) {
      if (measured.trials.size() > most_reported) break;
      measured.trials.push_back(trial(*f, search.sample()));
    }
  }

  static Trial trial(const Form& form, const Sample& sample) {
    Trial out;
    out.form = form.e;
    out.cost = form.cost;
    out.worst = form.worst;
    std::size_t at = 0;
    for (std::size_t k = 0; k < form.errors.size(); ++k) {
      out.worst_raw = std::max(out.worst_raw, form.raw[k]);
      if (form.errors[k] > form.errors[at]) at = k;
    }
    for (std::size_t v = 0; v < sample.variables.size() && !sample.points.empty(); ++v)
      out.worst_point.emplace_back(sample.variables[v], sample.points[at][v]);
    return out;
  }

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  Rewriter& rewriter_;
  const AccuracyOptions& options_;
};

}  // namespace

Expr choose(Engine& engine, const Model& model, Rewriter& rewriter, const AccuracyOptions& options,
            const std::vector<Expr>& formulas, Measured& measured) {
  return Choice(engine, model, rewriter, options).run(formulas, measured);
}

bool is_read_once(const Arena& arena, Expr e) {
  std::vector<Expr> open{e};
  std::unordered_set<Expr, ExprHash> seen;
  while (!open.empty()) {
    const Expr at = open.back();
    open.pop_back();
    switch (arena.op(at)) {
      case Op::Number:
        break;
      case Op::Symbol:
      case Op::Deriv:
        if (!seen.insert(at).second) return false;
        break;
      case Op::Pow:
        if (!arena.is_number(arena.child(at, 1), -1)) return false;
        open.push_back(arena.child(at, 0));
        break;
      case Op::Add:
      case Op::Mul:
        for (const Expr c : arena.children(at)) open.push_back(c);
        break;
      default:
        return false;
    }
  }
  return true;
}

}  // namespace gradus::accuracy

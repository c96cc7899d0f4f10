// SPDX-License-Identifier: GPL-2.0-or-later
// A gradient program against central differences of its cost, both enclosed rigorously at exact points.
#pragma once

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "check/lab.h"
#include "gradus/algebra/enclose.h"
#include "gradus/derive/derivation.h"

namespace gradus::random {

// The program with every name replaced by what it stands for: expressions in inputs and parameters.
struct Unfolded {
  Expr cost;
  std::vector<std::pair<Expr, Expr>> gradient;  // parameter, entry
};

inline Unfolded unfold(Arena& arena, const GradientProgram& program) {
  // The names of the costs also stand in adjoints, whose places must not be touched: adjoints come first.
  ExprMap<Expr> adjoints, names;
  for (const Statement& s : program.backward) adjoints[s.name] = substitute(arena, s.value, adjoints);
  for (const Statement& s : program.forward) names[s.name] = substitute(arena, s.value, names);
  Unfolded out{names.at(program.cost), {}};
  for (const auto& [by, adjoint] : program.gradient) {
    out.gradient.emplace_back(by, substitute(arena, substitute(arena, adjoint, adjoints), names));
  }
  return out;
}

// The cost by the definitions of the model alone.
inline Expr definition_of_cost(Arena& arena, const Model& model) {
  ExprMap<Expr> names;
  for (const Definition& d : model.definitions) names[d.symbol] = substitute(arena, d.value, names);
  return names.at(model.definitions.back().symbol);
}

struct Interval {
  double lower, upper;
  [[nodiscard]] double most() const { return std::max(std::fabs(lower), std::fabs(upper)); }
  [[nodiscard]] double least() const { return lower > 0 ? lower : upper < 0 ? -upper : 0; }
};

class Trial {
 public:
  Trial(lab::Lab& lab, const Model& model, GradientProgram program, std::string text)
      : lab_(lab), model_(model), program_(std::move(program)), text_(std::move(text)) {
    unfolded_ = unfold(lab.arena, program_);
    cost_ = definition_of_cost(lab.arena, model_);
  }

  // Whether the cost and all entries are compared at this point; false: a kink is within reach, or no value there.
  bool compare(const Point& at) {
    Arena& a = lab_.arena;
    const auto same_cost = enclosed(a.sub(unfolded_.cost, cost_), at);
    bool all = same_cost.has_value();
    if (all && same_cost->least() > 0) complain("the cost is another one", at, *same_cost);
    for (const auto& [by, entry] : unfolded_.gradient) {
      const auto off = beyond_allowance(by, entry, at);
      if (off && *off) complain("d/d" + a.name(by) + " is not the slope", at, **off);
      all = off.has_value() && all;
    }
    return all;
  }

  // By how much an entry differs for certain from the slope of the cost at `at`, if it does; nothing at all where that
  // cannot be told: a kink is within reach, or a value is missing.
  std::optional<std::optional<Interval>> beyond_allowance(Expr by, Expr entry, const Point& at) const {
    Arena& a = lab_.arena;
    const Rational h = Rational(1) / cln::expt(Rational(2), 60);
    const auto over = [&](Expr e, const Rational& by_what) { return a.mul(a.number(1 / by_what), e); };
    const Expr up = moved(by, h), down = moved(by, -h);
    const Expr central = over(a.sub(up, down), 2 * h);
    const Expr wide = over(a.sub(moved(by, 2 * h), moved(by, -2 * h)), 4 * h);
    const Expr bend = over(a.add(a.sub(up, a.mul(a.number(2), cost_)), down), h);
    const auto slope = enclosed(central, at), curvature = enclosed(bend, at);
    const auto error = enclosed(a.sub(wide, central), at), difference = enclosed(a.sub(entry, central), at);
    if (!slope || !curvature || !error || !difference) return std::nullopt;
    // At a kink, and nowhere else within 2^-60, the slopes to the right and to the left differ by more than this.
    const double scale = 1 + slope->most();
    if (curvature->most() > 0x1p-30 * scale) return std::nullopt;
    // The error of the central difference is h^2/6 f''', a third of what the step of twice the width has more.
    const double allowance = 4 * error->most() + 0x1p-45 * scale;
    return difference->least() > allowance ? difference : std::optional<Interval>();
  }

  [[nodiscard]] const GradientProgram& program() const { return program_; }
  [[nodiscard]] std::optional<Interval> value(Expr e, const Point& at) const {
    const Enclosure v = enclose(lab_.arena, e, at, {lab_.catalogue.functions, &model_});
    if (v.state != Enclosure::State::defined) return std::nullopt;
    return Interval{v.lower, v.upper};
  }
  [[nodiscard]] const Unfolded& unfolded() const { return unfolded_; }

 private:
  // An interval of width 2^-50 or so, also for what is exactly zero, which no precision separates from it.
  std::optional<Interval> enclosed(Expr e, const Point& at) const {
    static const Rational shift = Rational(5) / Rational(7);
    const Enclosure v =
        enclose(lab_.arena, lab_.arena.add(lab_.arena.number(shift), e), at, {lab_.catalogue.functions, &model_});
    if (v.state != Enclosure::State::defined) return std::nullopt;
    // Doubles end at 2^-1074: exact ends, then rounded outwards by far more than a half unit.
    const auto rounded = [](const Rational& r) { return cln::double_approx(r); };
    const double low = rounded(v.exact_lower - shift), high = rounded(v.exact_upper - shift);
    return Interval{low - std::fabs(low) * 0x1p-50, high + std::fabs(high) * 0x1p-50};
  }

  // The cost at `at` with `by` moved.
  Expr moved(Expr by, const Rational& step) const {
    return substitute(lab_.arena, cost_, {{by, lab_.arena.add(by, lab_.arena.number(step))}});
  }

  void complain(const std::string& what, const Point& at, const Interval& by) {
    std::string where;
    for (const auto& [name, value] : at)
      where += fmt::format(" {}={}", lab_.arena.name(name), cln::double_approx(value));
    BOOST_ERROR(fmt::format("{}, by {} to {}, at{}\n{}", what, by.lower, by.upper, where, text_));
  }

  lab::Lab& lab_;
  const Model& model_;
  GradientProgram program_;
  std::string text_;
  Unfolded unfolded_;
  Expr cost_;
};

}  // namespace gradus::random

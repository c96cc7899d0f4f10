// SPDX-License-Identifier: GPL-2.0-or-later
#include "accuracy/sample.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <unordered_set>

#include "accuracy/real.h"
#include "check/domain.h"
#include "gradus/algebra/facts.h"

namespace gradus::accuracy {
namespace {

constexpr std::size_t tries_per_point = 40;

// How the values of one point are drawn.
enum class Manner { wild, moderate, linear, small, special, related, mixed };
constexpr Manner manners[] = {Manner::moderate, Manner::linear,  Manner::special,  Manner::wild,
                              Manner::small,    Manner::related, Manner::moderate, Manner::mixed};

class Drawing {
 public:
  Drawing(Forms& forms, const Setting& setting, const Domain& domain, const std::vector<Rational>& special, std::uint64_t seed,
          Real real)
      : forms_(forms), setting_(setting), domain_(domain), real_(real), random_(seed) {
    special_ = {0.0, 1.0, -1.0};
    for (const Rational& s : special) special_.push_back(rounded(static_cast<double>(to_long_double(s)), real));
  }

  std::vector<double> point(std::size_t k) {
    const Manner manner = manners[k % std::size(manners)];
    std::vector<double> out;
    for (const Expr v : setting_.variables()) {
      const auto at = std::find(domain_.base().begin(), domain_.base().end(), v) - domain_.base().begin();
      const Range& range = domain_.ranges()[static_cast<std::size_t>(at)];
      const bool label = std::find(setting_.data.begin(), setting_.data.end(), v) != setting_.data.end();
      if (label && !range.discrete() && below(3) == 0) {
        // What is given is often a label or a count.
        out.push_back(confined(range, static_cast<double>(below(3)) - (below(4) == 0 ? 1.0 : 0.0)));
        continue;
      }
      const double related = out.empty() ? 1.0 : out[below(out.size())];
      out.push_back(confined(range, value(manner, related)));
    }
    balance(out);
    return out;
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  double unit() { return static_cast<double>(random_() >> 11U) * 0x1p-53; }
  double sign() { return below(2) == 0 ? 1.0 : -1.0; }
  double magnitude(double from, double to) { return sign() * std::exp2(from + (to - from) * unit()); }

  double wild() {
    for (;;) {
      double d = 0;
      if (real_ == Real::float64) {
        const std::uint64_t bits = random_();
        std::memcpy(&d, &bits, sizeof d);
      } else {
        const auto bits = static_cast<std::uint32_t>(random_() >> 32U);
        float f = 0;
        std::memcpy(&f, &bits, sizeof f);
        d = f;
      }
      if (std::isfinite(d)) return d;
    }
  }

  double near(double s) {
    switch (below(4)) {
      case 0:
        return s;
      case 1:
        return s == 0 ? magnitude(-40, 0) : s * (1 + magnitude(-52, -1));
      case 2:
        return s + magnitude(-30, 2);
      default:
        return std::nextafter(s, s + sign());
    }
  }

  double value(Manner manner, double related) {
    switch (manner) {
      case Manner::wild:
        return wild();
      case Manner::moderate:
        return magnitude(-6, 6);
      case Manner::linear:
        return below(2) == 0 ? (unit() - 0.5) * 1600 : (unit() - 0.5) * 80;
      case Manner::small:
        return magnitude(-60, 1);
      case Manner::special:
        return near(special_[below(special_.size())]);
      case Manner::related:
        return below(4) == 0 ? magnitude(-4, 6) : sign() * near(related);
      case Manner::mixed:
        return below(2) == 0 ? wild() : magnitude(-10, 10);
    }
    return 0;
  }

  // A value of the range, near `v` if it can be.
  double confined(const Range& range, double v) {
    if (!range.values.empty()) {
      const Rational& r = range.values[below(range.values.size())];
      return rounded(static_cast<double>(to_long_double(r)), real_);
    }
    if (range.integer) v = std::nearbyint(std::abs(v) > 1e6 ? std::remainder(v, 1e4) : v);
    const auto inside = [&](double x) {
      return std::isfinite(x) && (!range.low || exact(x) > *range.low) && (!range.high || exact(x) < *range.high);
    };
    v = rounded(v, real_);
    if (inside(v)) return v;
    const double low = range.low ? static_cast<double>(to_long_double(*range.low)) : 0;
    const double high = range.high ? static_cast<double>(to_long_double(*range.high)) : 0;
    double moved = 0;
    if (range.low && range.high) {
      const double part = std::abs(v) - std::floor(std::abs(v));
      moved = v < 0 && part < 0.5 ? high - part * (high - low) : low + part * (high - low);
      if (part == 0) moved = below(2) == 0 ? low + (high - low) * std::exp2(-40 * unit()) : low + (high - low) * unit();
    } else {
      moved = range.low ? low + std::abs(v - low) : high - std::abs(v - high);
    }
    moved = rounded(moved, real_);
    return std::isfinite(moved) ? moved : rounded(range.low ? low : high, real_);
  }

  // One name of each equality is given the value that the others leave for it; all become short binary fractions, so that
  // the equality holds exactly.
  void balance(std::vector<double>& values) {
    Arena& arena = forms_.arena();
    const auto& names = setting_.variables();
    for (const Wish& wish : domain_.wishes()) {
      if (!wish.equality) continue;
      std::optional<std::size_t> moved;
      for (std::size_t v = 0; v < names.size(); ++v) {
        if (!contains(arena, wish.gap, names[v])) continue;
        values[v] = std::nearbyint(std::clamp(values[v], -0x1p20, 0x1p20) * 0x1p10) * 0x1p-10;
        if (!moved || below(2) == 0) moved = v;
      }
      if (!moved) continue;
      Point point;
      for (std::size_t v = 0; v < names.size(); ++v) point[names[v]] = exact(values[v]);
      point[names[*moved]] = 0;
      const auto at_zero = exact_value(arena, wish.gap, point);
      point[names[*moved]] = 1;
      const auto at_one = exact_value(arena, wish.gap, point);
      if (!at_zero || !at_one || *at_zero == *at_one) continue;
      values[*moved] = static_cast<double>(to_long_double(*at_zero / (*at_zero - *at_one)));
    }
  }

  Forms& forms_;
  const Setting& setting_;
  const Domain& domain_;
  Real real_;
  std::mt19937_64 random_;
  std::vector<double> special_;
};

}  // namespace

Setting setting_for(Engine& engine, const Model& model, const std::vector<Expr>& variables) {
  Setting out;
  out.model.inputs = variables;
  out.model.functions = model.functions;
  const std::unordered_set<Expr, ExprHash> known(variables.begin(), variables.end());
  for (const Assumption& a : model.assumptions) {
    const auto used = symbols(engine.arena, a.condition);
    if (std::all_of(used.begin(), used.end(), [&](Expr s) { return known.contains(s); }))
      out.model.assumptions.push_back(a);
  }
  for (const Expr v : variables) {
    if (std::find(model.inputs.begin(), model.inputs.end(), v) != model.inputs.end()) out.data.push_back(v);
  }
  return out;
}

Sample draw(Engine& engine, const Setting& setting, const std::vector<Rational>& special, std::size_t count,
            std::uint64_t seed, Real real) {
  Forms forms(engine.arena, engine.catalogue.functions, setting.model);
  const Facts facts(engine.arena, engine.catalogue.functions, &setting.model);
  const EvalContext context{engine.catalogue.functions, &setting.model};
  Domain domain(forms, facts, context);
  Drawing drawing(forms, setting, domain, special, seed, real);
  Sample out;
  out.variables = setting.variables();
  for (std::size_t k = 0; k < count * tries_per_point && out.points.size() < count; ++k) {
    std::vector<double> point = drawing.point(k);
    if (!domain.assumptions().empty()) {
      Point exact_point;
      for (std::size_t v = 0; v < point.size(); ++v) exact_point[out.variables[v]] = exact(point[v]);
      if (!domain.contains(exact_point)) continue;
    }
    out.points.push_back(std::move(point));
  }
  return out;
}

}  // namespace gradus::accuracy

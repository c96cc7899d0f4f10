// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/points.h"

#include <cln/integer.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gradus {
namespace {

/// Tries for one model. A try looks at `Domain::weight` nodes, so big models get fewer.
constexpr std::size_t most_tries = 20'000, work = 40'000'000;
constexpr int most_moves = 8;

struct Ratio {
  long p, q;
};
/// What a reader would try, the nicest first; without 0 and 1, where too much is equal.
constexpr std::array<Ratio, 28> nice{{{2, 1},  {3, 1},  {1, 2}, {-1, 1}, {5, 1}, {-2, 1}, {1, 3},
                                      {3, 2},  {-3, 1}, {4, 1}, {-1, 2}, {2, 3}, {7, 1},  {1, 4},
                                      {-3, 2}, {5, 2},  {3, 4}, {-4, 1}, {6, 1}, {1, 5},  {-1, 3},
                                      {-5, 1}, {8, 1},  {5, 3}, {-2, 3}, {7, 2}, {0, 1},  {1, 1}}};
/// Parts of an interval.
constexpr std::array<Ratio, 16> parts_of_interval{{{1, 2},
                                                   {1, 3},
                                                   {3, 4},
                                                   {1, 4},
                                                   {2, 3},
                                                   {2, 5},
                                                   {3, 5},
                                                   {1, 5},
                                                   {4, 5},
                                                   {1, 8},
                                                   {7, 8},
                                                   {1, 10},
                                                   {9, 10},
                                                   {3, 10},
                                                   {7, 10},
                                                   {5, 8}}};
/// How far the tries go: a small pool of nice values first, then more of them, then magnitudes and large values.
constexpr std::array<int, 12> styles{{0, 0, 1, 0, 1, 2, 1, 1, 2, 3, 1, 2}};

Rational ratio(const Ratio& r) { return Rational(r.p) / Rational(r.q); }

/// The fraction with the smallest power of two below it that is near enough to a value.
std::optional<Rational> simple_near(long double v, long double tolerance) {
  if (!std::isfinite(v) || std::fabs(v) > 1e15L) return std::nullopt;
  for (int k = 0; k < 40; ++k) {
    const long double scaled = std::ldexp(v, k), whole = std::nearbyint(scaled);
    if (std::fabs(whole) > 9e18L) break;
    if (std::fabs(whole - scaled) <= std::ldexp(tolerance, k)) {
      return Rational(static_cast<long>(whole)) / Rational(1L << k);
    }
  }
  return std::nullopt;
}

}  // namespace

std::uint64_t PointSource::draw(std::uint64_t below) { return below == 0 ? 0 : random_() % below; }

Rational PointSource::sample(const Range& r, int style) {
  if (!r.values.empty()) return r.values[draw(r.values.size())];
  if (r.integer) {
    const Rational low = r.low ? Rational(cln::ceiling1(*r.low)) : r.high ? Rational(*r.high - 20) : Rational(-8);
    const Rational high = r.high ? Rational(cln::floor1(*r.high)) : Rational(low + (style < 2 ? 8 : 200));
    const Rational span = high - low;
    if (span < 0) return low;
    const auto count = span < 1000 ? cln::cl_I_to_ulong(cln::floor1(span)) + 1 : 1000UL;
    return low + Rational(static_cast<long>(draw(count)));
  }
  const auto part = [&] {
    if (style >= 2) {
      const Rational small = cln::recip(Rational(style == 2 ? 100 : 1000));
      return draw(2) == 0 ? small : Rational(1 - small);
    }
    return ratio(parts_of_interval[draw(style == 0 ? 7 : parts_of_interval.size())]);
  };
  if (r.low && r.high) return *r.low + (*r.high - *r.low) * part();
  Rational v = 0;
  if (style <= 1) {
    v = ratio(nice[draw(style == 0 ? 8 : nice.size())]);
  } else {
    static constexpr std::array<long, 4> powers{1, 10, 100, 1000};
    const Rational digit = static_cast<long>(1 + draw(9));
    const long power = powers[draw(style == 2 ? 3 : 4)];
    v = style == 2 && draw(2) == 0 ? Rational(digit / (power * 10)) : Rational(digit * power);
    if (draw(2) == 0) v = -v;
  }
  if (r.low) return *r.low + (v == 0 ? Rational(1) : cln::abs(v));
  if (r.high) return *r.high - (v == 0 ? Rational(1) : cln::abs(v));
  return v;
}

Point PointSource::candidate(std::size_t attempt) {
  const int style = styles[attempt % styles.size()];
  const auto& base = domain_.base();
  const auto& ranges = domain_.ranges();
  Point point;
  std::vector<Rational> used;
  std::size_t combination = attempt;
  for (std::size_t k = 0; k < base.size(); ++k) {
    const Range& r = ranges[k];
    if (!r.values.empty()) {
      // Small sets take all their combinations in turn.
      point[base[k]] = r.values[combination % r.values.size()];
      combination /= r.values.size();
      continue;
    }
    // Different values (in size as well) for different names, so that one name for another is noticed.
    Rational v = sample(r, style == 3 && draw(2) == 0 ? 1 : style);
    for (int t = 0; t < 12; ++t) {
      const bool taken =
          std::any_of(used.begin(), used.end(), [&](const Rational& u) { return cln::abs(u) == cln::abs(v); });
      const bool degenerate = style == 0 && (v == 0 || v == 1) && !r.integer;
      if (!taken && !degenerate) break;
      v = sample(r, t < 6 ? style : std::max(style, 1));
    }
    used.push_back(v);
    point[base[k]] = v;
  }
  return point;
}

const std::vector<Expr>& PointSource::movable(Expr gap) {
  if (const auto it = movable_.find(gap); it != movable_.end()) return it->second;
  std::vector<Expr> out;
  const std::vector<Expr> cone = forms_.cone({gap});
  for (std::size_t k = 0; k < domain_.base().size(); ++k) {
    const Expr s = domain_.base()[k];
    if (!domain_.ranges()[k].discrete() && std::binary_search(cone.begin(), cone.end(), s)) out.push_back(s);
  }
  return movable_[gap] = out;
}

bool PointSource::move(Point& point, Expr gap, const Rational& target, bool exact) {
  const std::vector<Expr> names = movable(gap);
  if (names.empty()) return false;
  std::optional<Expr> unfolded;
  if (exact) {
    try {
      unfolded = forms_.unfold(gap);
    } catch (const LimitError&) {
      return false;
    }
  }
  const std::size_t start = draw(names.size());
  for (std::size_t k = 0; k < names.size(); ++k) {
    const Expr name = names[(start + k) % names.size()];
    const Range& range = *domain_.range_of(name);
    const Rational old = point.at(name);
    std::optional<Rational> solution;
    if (exact) {
      std::array<std::optional<Rational>, 3> f;
      for (long j = 0; j < 3; ++j) {
        point[name] = Rational(j + 1);
        f[static_cast<std::size_t>(j)] = exact_value(forms_.arena(), *unfolded, point);
      }
      if (f[0] && f[1] && f[2] && *f[1] != *f[0] && *f[2] - *f[1] == *f[1] - *f[0]) {
        solution = 1 + (target - *f[0]) / (*f[1] - *f[0]);
      }
    } else {
      std::array<long double, 3> f{};
      const long double at = to_long_double(old);
      for (std::size_t j = 0; j < 3; ++j) {
        point[name] = old + Rational(static_cast<long>(j));
        NumericValues numbers(forms_, point);
        f[j] = numbers.value(gap);
      }
      const long double slope = f[1] - f[0];
      if (std::isfinite(slope) && slope != 0 && agree(f[2] - f[1], slope)) {
        const long double want = to_long_double(target);
        solution = simple_near(at + (want - f[0]) / slope, std::fabs(want / slope) / 16);
      }
    }
    point[name] = old;
    if (solution && range.admits(*solution) && cln::integer_length(cln::denominator(*solution)) < 200) {
      point[name] = *solution;
      return true;
    }
  }
  return unfolded && move_on_quadric(point, *unfolded, names, target);
}

// Where the gap is quadratic, as that of a unit vector is: the line from a point that is known through the given one
// meets the quadric at another rational point.
bool PointSource::move_on_quadric(Point& point, Expr gap, const std::vector<Expr>& names, const Rational& target) {
  const auto value = [&](const Point& at) -> std::optional<Rational> {
    const auto v = exact_value(forms_.arena(), gap, at);
    return v ? std::optional<Rational>(*v - target) : std::nullopt;
  };
  const std::size_t start = draw(names.size());
  const long sign = draw(2) == 0 ? 1 : -1;
  for (std::size_t k = 0; k < names.size(); ++k) {
    Point known = point;
    for (const Expr n : names) known[n] = 0;
    known[names[(start + k) % names.size()]] = sign;
    const auto there = value(known);
    if (!there || *there != 0) continue;
    const auto along = [&](const Rational& t) {
      Point p = point;
      for (const Expr n : names) p[n] = known[n] + t * (point.at(n) - known[n]);
      return p;
    };
    std::array<std::optional<Rational>, 3> f;
    for (long j = 0; j < 3; ++j) f[static_cast<std::size_t>(j)] = value(along(j + 1));
    if (!f[0] || !f[1] || !f[2] || *f[2] - 3 * *f[1] + 3 * *f[0] != 0) return false;
    const Rational square = (*f[1] - 2 * *f[0]) / 2, slope = *f[0] - square;
    if (square == 0 || slope == 0) return false;
    Point found = along(-slope / square);
    for (const Expr n : names) {
      if (!domain_.range_of(n)->admits(found[n]) || cln::integer_length(cln::denominator(found[n])) >= 200)
        return false;
    }
    point = std::move(found);
    return true;
  }
  return false;
}

bool PointSource::repair(Point& point) {
  const auto& wishes = domain_.wishes();
  if (wishes.empty() || wishes.size() > 64) return true;
  for (int step = 0; step < most_moves; ++step) {
    const Wish* violated = nullptr;
    {
      NumericValues numbers(forms_, point);
      const std::size_t start = step == 0 ? 0 : draw(wishes.size());
      for (std::size_t k = 0; k < wishes.size() && violated == nullptr; ++k) {
        const Wish& w = wishes[(start + k) % wishes.size()];
        const long double gap = numbers.value(w.gap);
        if (std::isnan(gap)) continue;
        if (w.equality ? !agree(gap + 1, 1) : !(gap > 0)) violated = &w;
      }
    }
    if (violated == nullptr) return true;
    const Rational target = violated->equality ? Rational(0) : ratio(parts_of_interval[draw(parts_of_interval.size())]);
    if (!move(point, violated->gap, target, violated->equality)) return false;
  }
  return true;
}

bool PointSource::spend(std::size_t steps) {
  if (effort_ == nullptr) return true;
  const bool enough = *effort_ >= steps;
  if (enough) *effort_ -= steps;
  return enough;
}

const Point* PointSource::point(std::size_t k) {
  const std::size_t tries =
      std::min(limit_.value_or(most_tries), std::max<std::size_t>(40, work / domain_.weight() / 8));
  const std::size_t most_rigorous = std::max<std::size_t>(12, work / domain_.weight() / 100);
  while (found_.size() <= k && found_.size() < most_rigorous && attempts_ < tries) {
    if (found_.empty() && attempts_ >= std::max<std::size_t>(40, tries / 5)) break;
    if (!spend(domain_.weight())) break;
    Point p = candidate(attempts_++);
    if (!repair(p) || !domain_.looks_inside(p) || !domain_.contains(p)) continue;
    found_.push_back(std::move(p));
  }
  return k < found_.size() ? &found_[k] : nullptr;
}

std::optional<Point> PointSource::point_with(Expr gap, const Rational& target) {
  const long double want = to_long_double(target);
  for (std::size_t k = 0; k < 12; ++k) {
    const Point* from = point(k);
    if (from == nullptr) break;
    Point p = *from;
    {
      NumericValues numbers(forms_, p);
      const long double now = numbers.value(gap);
      if (!std::isnan(now) && now * want > 0 && std::fabs(now) <= 4 * std::fabs(want)) return p;
    }
    if (!move(p, gap, target, false)) continue;
    NumericValues numbers(forms_, p);
    if (numbers.value(gap) * want > 0 && domain_.looks_inside(p) && domain_.contains(p)) return p;
  }
  return std::nullopt;
}

}  // namespace gradus

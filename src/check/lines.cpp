// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/lines.h"

#include "check/decimal.h"

#include <cln/integer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace gradus {
namespace {

constexpr int bisections = 80, sections = 48, rounds = 3;
constexpr std::size_t most_breaks = 40, most_dips = 40;

/// -1, 0, 1, or 2 where there is no value.
int class_of(long double v) { return std::isnan(v) ? 2 : v > 0 ? 1 : v < 0 ? -1 : 0; }

Rational exactly(long double v) {
  int exponent = 0;
  const long double mantissa = std::frexp(v, &exponent);
  const auto whole = static_cast<long>(std::ldexp(mantissa, 62));
  return Rational(whole) * cln::expt(Rational(2), exponent - 62);
}

/// Steps of many sizes within a range, in order.
std::vector<long double> grid(const Range& range, long double at) {
  std::vector<long double> out{at};
  const std::array<long double, 4> digits{1, 2, 4, 7};
  if (range.low && range.high) {
    const long double low = to_long_double(*range.low), width = to_long_double(*range.high - *range.low);
    for (int k = 1; k < 48; ++k) out.push_back(low + width * static_cast<long double>(k) / 48);
    for (int k = 2; k <= 15; ++k) {
      out.push_back(low + width * std::pow(10.0L, -k));
      out.push_back(low + width - width * std::pow(10.0L, -k));
    }
  } else {
    const bool up = !range.high, down = !range.low;
    const long double origin = range.low ? to_long_double(*range.low) : range.high ? to_long_double(*range.high) : 0;
    if (up && down) out.push_back(0);
    for (int k = -12; k <= 40; ++k) {
      for (const long double d : digits) {
        if (k > 6 && d > 1) continue;
        if (up) out.push_back(origin + d * std::pow(10.0L, k));
        if (down) out.push_back(origin - d * std::pow(10.0L, k));
      }
    }
    for (int k = 1; k <= 48; ++k) {
      if (up) out.push_back(origin + static_cast<long double>(k) / 4);
      if (down) out.push_back(origin - static_cast<long double>(k) / 4);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

using Curve = std::function<long double(long double)>;

/// Between two places of different classes: the place where the class of the first ends.
long double border(const Curve& f, long double a, int class_a, long double b) {
  for (int k = 0; k < bisections; ++k) {
    const long double m = a + (b - a) / 2;
    if (m <= std::min(a, b) || m >= std::max(a, b)) break;
    (class_of(f(m)) == class_a ? a : b) = m;
  }
  return b;
}

/// The place between a and c where |f| is smallest, or where its sign changes.
long double lowest(const Curve& f, long double a, long double c, int sign) {
  constexpr long double ratio = 0.6180339887498948482L;
  long double x = c - ratio * (c - a), y = a + ratio * (c - a), fx = sign * f(x), fy = sign * f(y);
  for (int k = 0; k < sections && fx > 0 && fy > 0; ++k) {
    if (fx < fy) {
      c = y;
      y = x;
      fy = fx;
      x = c - ratio * (c - a);
      fx = sign * f(x);
    } else {
      a = x;
      x = y;
      fx = fy;
      y = a + ratio * (c - a);
      fy = sign * f(y);
    }
  }
  return fx < fy ? x : y;
}

void add_breaks(const Curve& f, const std::vector<long double>& at, std::vector<long double>& out) {
  std::vector<long double> v;
  for (const long double x : at) v.push_back(f(x));
  std::size_t found = 0, dips = 0;
  const auto between = [&](long double a, long double fa, long double b, long double fb) {
    if (class_of(fa) == class_of(fb) || found >= most_breaks) return;
    ++found;
    out.push_back(border(f, a, class_of(fa), b));
  };
  for (std::size_t k = 0; k + 1 < at.size(); ++k) {
    between(at[k], v[k], at[k + 1], v[k + 1]);
    if (k == 0 || dips >= most_dips) continue;
    const int s = class_of(v[k]);
    const bool same = (s == 1 || s == -1) && class_of(v[k - 1]) == s && class_of(v[k + 1]) == s;
    if (!same || std::fabs(v[k]) > std::fabs(v[k - 1]) || std::fabs(v[k]) > std::fabs(v[k + 1])) continue;
    ++dips;
    const long double x = lowest(f, at[k - 1], at[k + 1], s), fx = f(x);
    between(at[k - 1], v[k - 1], x, fx);
    between(x, fx, at[k + 1], v[k + 1]);
  }
}

/// A short number well inside a piece.
Rational inside(long double a, long double b) {
  const Rational width = exactly(b) - exactly(a), low = exactly(a) + width / 4, high = low + width / 2;
  if (low <= 0 && high >= 0) return 0;
  const Rational simple = simplest_between(low, high);
  // The fewest decimal digits, if that is shorter: 10^30 and not 2^100.
  Rational unit = 1;
  while (unit * 10 <= high - low) unit = unit * 10;
  while (unit > high - low) unit = unit / 10;
  const Rational rounded = Rational(cln::ceiling1(low / unit)) * unit;
  return decimal(rounded, 40).size() < decimal(simple, 40).size() ? rounded : simple;
}

}  // namespace

Rational simplest_between(const Rational& low, const Rational& high) {
  if (low > high) return simplest_between(high, low);
  if (low <= 0 && high >= 0) return 0;
  if (high < 0) return -simplest_between(-high, -low);
  // The continued fractions of both, as far as they agree.
  std::vector<cln::cl_I> parts;
  Rational a = low, b = high;
  for (;;) {
    const cln::cl_I n = cln::ceiling1(a);
    if (Rational(n) <= b) {
      Rational out = n;
      for (std::size_t k = parts.size(); k-- > 0;) out = parts[k] + cln::recip(out);
      return out;
    }
    const cln::cl_I whole = cln::floor1(a);
    parts.push_back(whole);
    const Rational next_low = cln::recip(b - whole), next_high = cln::recip(a - whole);
    a = next_low;
    b = next_high;
  }
}

std::vector<Rational> Lines::pieces(const Point& from, Expr name, const std::vector<Expr>& gaps) {
  const Range* range = domain_.range_of(name);
  if (range == nullptr || range->discrete()) return {};
  Point point = from;
  const std::vector<long double> at = grid(*range, to_long_double(from.at(name)));
  std::vector<long double> breaks;
  for (const Expr gap : gaps) {
    const std::vector<Expr> cone = forms_.cone({gap});
    if (!std::binary_search(cone.begin(), cone.end(), name)) continue;  // it does not change along the line
    const Curve f = [&](long double x) {
      point[name] = exactly(x);
      return NumericValues(forms_, point).value(gap);
    };
    add_breaks(f, at, breaks);
  }
  std::sort(breaks.begin(), breaks.end());
  breaks.erase(std::unique(breaks.begin(), breaks.end()), breaks.end());
  if (breaks.empty()) return {};
  const auto step = [](long double x) { return 1 + std::fabs(x) / 2; };
  long double low = range->low ? to_long_double(*range->low) : breaks.front() - step(breaks.front());
  const long double end = range->high ? to_long_double(*range->high) : breaks.back() + step(breaks.back());
  breaks.push_back(end);
  std::vector<Rational> out;
  for (const long double high : breaks) {
    // What lies between two roundings of one place is no piece.
    if (high - low > 1e-17L * std::max(std::fabs(low), std::fabs(high))) {
      const Rational v = inside(low, high);
      if (range->admits(v)) out.push_back(v);
    }
    low = std::max(low, high);
  }
  const auto length = [](const Rational& v) { return decimal(v, 40).size(); };
  std::stable_sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return length(a) < length(b); });
  return out;
}

std::size_t Lines::positive(const Point& point, const std::vector<Expr>& gaps) {
  NumericValues numbers(forms_, point);
  return static_cast<std::size_t>(
      std::count_if(gaps.begin(), gaps.end(), [&](Expr gap) { return numbers.value(gap) > 0; }));
}

std::optional<Point> Lines::where_positive(Point from, const std::vector<Expr>& gaps) {
  std::size_t best = positive(from, gaps);
  const std::vector<Expr> cone = forms_.cone(gaps);
  for (int round = 0; round < rounds && best < gaps.size(); ++round) {
    const std::size_t before = best;
    for (const Expr name : domain_.base()) {
      if (best == gaps.size()) break;
      if (!std::binary_search(cone.begin(), cone.end(), name)) continue;
      Point moved = from;
      for (const Rational& v : pieces(from, name, gaps)) {
        moved[name] = v;
        const std::size_t n = positive(moved, gaps);
        if (n <= best) continue;
        best = n;
        from = moved;
      }
    }
    if (best == before) break;
  }
  if (best < gaps.size()) return std::nullopt;
  return from;
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Intervals with rational or infinite ends, open or closed.
#pragma once

#include <cln/integer.h>

#include <optional>
#include <string>

#include "gradus/expr/expr.h"

namespace gradus::algebra {

/// One end; without a value it is infinite (and open).
struct End {
  std::optional<Rational> value;
  bool open = true;
};

/// The set of reals between two ends. May be empty when facts contradict each other; then every question about it
/// is answered as if it were the whole line.
struct Interval {
  End low, high;

  static Interval all() { return {}; }
  static Interval point(const Rational& v) { return {{v, false}, {v, false}}; }
  static Interval above(const Rational& v, bool open) { return {{v, open}, {}}; }
  static Interval below(const Rational& v, bool open) { return {{}, {v, open}}; }
  static Interval between(const Rational& a, const Rational& b, bool open) { return {{a, open}, {b, open}}; }

  [[nodiscard]] bool whole() const { return !low.value && !high.value; }
  [[nodiscard]] bool empty() const;
  [[nodiscard]] bool is_point() const { return low.value && high.value && *low.value == *high.value && !empty(); }
  [[nodiscard]] bool positive() const { return low.value && (*low.value > 0 || (*low.value == 0 && low.open)); }
  [[nodiscard]] bool negative() const { return high.value && (*high.value < 0 || (*high.value == 0 && high.open)); }
  [[nodiscard]] bool not_negative() const { return low.value && *low.value >= 0; }
  [[nodiscard]] bool not_positive() const { return high.value && *high.value <= 0; }
  [[nodiscard]] bool has_zero() const { return !positive() && !negative(); }
  [[nodiscard]] bool contains(const Rational& v) const;
  /// "(0, 1]", with "-infinity" and "infinity".
  [[nodiscard]] std::string text() const;
};

Interval meet(const Interval& a, const Interval& b);
/// The least interval that holds both.
Interval join(const Interval& a, const Interval& b);
Interval operator+(const Interval& a, const Interval& b);
Interval operator-(const Interval& a);
Interval operator*(const Interval& a, const Interval& b);
Interval power(const Interval& a, long n);
/// a^r for a >= 0 (what is below is cut off), r not an integer.
Interval real_power(const Interval& a, const Rational& r);
/// exp, ln, atan, erf, digamma, abs, sign, sin, cos; the whole line for another name.
Interval apply(const std::string& function, const Interval& a);
/// Bounds of pi and e.
Interval constant(const std::string& name);

}  // namespace gradus::algebra

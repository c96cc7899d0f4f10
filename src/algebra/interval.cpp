// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/interval.h"

#include <arb_hypgeom.h>
#include <arf.h>
#include <cln/integer_io.h>
#include <cln/rational_io.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "algebra/ball.h"

namespace gradus::algebra {
namespace {

constexpr unsigned long most_bits_of_end = 200;
constexpr long kept_bits = 96;
constexpr long end_precision = 96;

// Ends with many digits are moved outwards to shorter ones, not across zero.
End shortened(End e, bool low) {
  if (!e.value || bits(*e.value) <= most_bits_of_end) return e;
  const Rational scale = cln::expt(Rational(2), kept_bits);
  if (cln::abs(*e.value) > scale) {
    const bool outwards_is_infinite = (*e.value > 0) != low;
    if (outwards_is_infinite) return {};
    return {low ? scale : -scale, true};
  }
  const Rational scaled = *e.value * scale;
  return {Rational(low ? cln::floor1(scaled) : cln::ceiling1(scaled)) / scale, true};
}
Interval shortened(const Interval& a) { return {shortened(a.low, true), shortened(a.high, false)}; }

// -1, 0, 1: which low end lets in more; infinity is the lowest.
bool lower(const End& a, const End& b) {
  if (!b.value) return false;
  if (!a.value) return true;
  return *a.value < *b.value || (*a.value == *b.value && !a.open && b.open);
}
bool higher(const End& a, const End& b) {
  if (!b.value) return false;
  if (!a.value) return true;
  return *a.value > *b.value || (*a.value == *b.value && !a.open && b.open);
}

// Products of ends, with infinite ones as signs.
struct Extended {
  int infinite = 0;  // -1, 1: infinity with this sign
  Rational value = 0;
  bool open = false;
};
Extended extend(const End& e, int side) { return e.value ? Extended{0, *e.value, e.open} : Extended{side, 0, true}; }
Extended product(const Extended& a, const Extended& b) {
  // Zero times anything is zero, taken on if that zero is.
  const bool a_zero = a.infinite == 0 && cln::zerop(a.value), b_zero = b.infinite == 0 && cln::zerop(b.value);
  if (a_zero || b_zero) return {0, 0, (a_zero ? a.open : true) && (b_zero ? b.open : true)};
  const auto sign = [](const Extended& x) { return x.infinite != 0 ? x.infinite : x.value > 0 ? 1 : -1; };
  if (a.infinite != 0 || b.infinite != 0) return {sign(a) * sign(b), 0, true};
  return {0, a.value * b.value, a.open || b.open};
}
bool less(const Extended& a, const Extended& b) {
  if (a.infinite != b.infinite) return a.infinite < b.infinite;
  return a.infinite == 0 && a.value < b.value;
}

// The bounds of f at one end, outwards.
template <class F>
std::optional<Rational> outwards(const Rational& at, bool low, F f) {
  Ball x, y;
  x.set(at, end_precision);
  f(y.get(), x.get());
  if (arb_is_finite(y.get()) == 0) return std::nullopt;
  arf_t bound;
  arf_init(bound);
  if (low) {
    arb_get_lbound_arf(bound, y.get(), end_precision);
  } else {
    arb_get_ubound_arf(bound, y.get(), end_precision);
  }
  std::optional<Rational> out;
  if (arf_cmpabs_2exp_si(bound, 2000) < 0 && (arf_is_zero(bound) != 0 || arf_cmpabs_2exp_si(bound, -2000) > 0)) {
    Fmpz mantissa, exponent;
    arf_get_fmpz_2exp(mantissa.get(), exponent.get(), bound);
    out = Rational(to_cln(mantissa.get())) * cln::expt(Rational(2), to_cln(exponent.get()));
  }
  arf_clear(bound);
  return out;
}

template <class F>
Interval increasing(const Interval& a, const Interval& range, const std::optional<std::pair<Rational, Rational>>& exact,
                    F f) {
  Interval out = range;
  const auto end = [&](const End& e, bool low) -> End {
    if (!e.value) return low ? range.low : range.high;
    if (exact && *e.value == exact->first) return {exact->second, e.open};
    const auto v = outwards(*e.value, low, f);
    return v ? End{*v, e.open} : low ? range.low : range.high;
  };
  out.low = end(a.low, true);
  out.high = end(a.high, false);
  return meet(shortened(out), range);
}

std::string text_of(const Rational& v) {
  std::ostringstream out;
  out << v;
  return out.str();
}

}  // namespace

bool Interval::empty() const {
  if (!low.value || !high.value) return false;
  return *low.value > *high.value || (*low.value == *high.value && (low.open || high.open));
}

bool Interval::contains(const Rational& v) const {
  const bool from_below = !low.value || *low.value < v || (*low.value == v && !low.open);
  const bool from_above = !high.value || *high.value > v || (*high.value == v && !high.open);
  return from_below && from_above;
}

std::string Interval::text() const {
  return fmt::format("{}{}, {}{}", low.open ? "(" : "[", low.value ? text_of(*low.value) : "-infinity",
                     high.value ? text_of(*high.value) : "infinity", high.open ? ")" : "]");
}

Interval meet(const Interval& a, const Interval& b) {
  return {lower(a.low, b.low) ? b.low : a.low, higher(a.high, b.high) ? b.high : a.high};
}

Interval join(const Interval& a, const Interval& b) {
  return {lower(a.low, b.low) ? a.low : b.low, higher(a.high, b.high) ? a.high : b.high};
}

Interval operator+(const Interval& a, const Interval& b) {
  const auto add = [](const End& s, const End& t) -> End {
    if (!s.value || !t.value) return {};
    return {*s.value + *t.value, s.open || t.open};
  };
  return shortened({add(a.low, b.low), add(a.high, b.high)});
}

Interval operator-(const Interval& a) {
  const auto negated = [](const End& e) -> End { return e.value ? End{-*e.value, e.open} : End{}; };
  return {negated(a.high), negated(a.low)};
}

Interval operator*(const Interval& a, const Interval& b) {
  const Extended ends[] = {product(extend(a.low, -1), extend(b.low, -1)), product(extend(a.low, -1), extend(b.high, 1)),
                           product(extend(a.high, 1), extend(b.low, -1)),
                           product(extend(a.high, 1), extend(b.high, 1))};
  Extended low = ends[0], high = ends[0];
  for (const Extended& e : ends) {
    const bool same_low = !less(e, low) && !less(low, e), same_high = !less(e, high) && !less(high, e);
    if (less(e, low))
      low = e;
    else if (same_low)
      low.open = low.open && e.open;
    if (less(high, e))
      high = e;
    else if (same_high)
      high.open = high.open && e.open;
  }
  // A zero inside one factor is taken on.
  const auto end = [](const Extended& e) -> End { return e.infinite != 0 ? End{} : End{e.value, e.open}; };
  Interval out{end(low), end(high)};
  if (a.contains(0) || b.contains(0)) {
    if (out.low.value && cln::zerop(*out.low.value)) out.low.open = false;
    if (out.high.value && cln::zerop(*out.high.value)) out.high.open = false;
  }
  return shortened(out);
}

Interval power(const Interval& a, long n) {
  if (n == 0) return Interval::point(1);
  if (n < 0) {
    const Interval p = power(a, -n);
    // 1/p, defined where p is not zero.
    const auto inverse = [](const End& e) -> End {
      if (!e.value) return {Rational(0), true};
      if (cln::zerop(*e.value)) return {};
      return {cln::recip(*e.value), e.open};
    };
    if (p.positive() || p.not_negative()) return shortened({inverse(p.high), inverse(p.low)});
    if (p.negative() || p.not_positive()) return shortened({inverse(p.high), inverse(p.low)});
    return Interval::all();
  }
  constexpr long most = 64;
  if (n > most) {
    if (n % 2 == 0) return a.has_zero() ? Interval::above(0, false) : Interval::above(0, true);
    return a.positive() ? Interval::above(0, true) : a.negative() ? Interval::below(0, true) : Interval::all();
  }
  const auto raise = [&](const End& e) -> End {
    return e.value ? End{cln::expt(*e.value, cln::cl_I(n)), e.open} : End{};
  };
  if (n % 2 != 0) return shortened({raise(a.low), raise(a.high)});
  if (a.not_negative()) return shortened({raise(a.low), raise(a.high)});
  if (a.not_positive()) return shortened({raise(a.high), raise(a.low)});
  const End up = raise(a.high), down = raise(a.low);
  return shortened({{Rational(0), false}, higher(up, down) ? up : down});
}

Interval real_power(const Interval& base, const Rational& r) {
  const Interval a = meet(base, Interval::above(0, r < 0));
  const auto f = [&](arb_ptr y, arb_srcptr x) {
    Ball e;
    e.set(r, end_precision);
    arb_pow(y, x, e.get(), end_precision);
  };
  const auto end = [&](const End& e, bool low) -> End {
    if (!e.value) return {};
    if (cln::zerop(*e.value)) return {Rational(0), e.open};
    if (*e.value == 1) return e;
    const auto v = outwards(*e.value, low, f);
    if (v) return {*v, e.open};
    return low ? End{Rational(0), true} : End{};
  };
  if (r > 0) return meet(shortened({end(a.low, true), end(a.high, false)}), Interval::above(0, a.positive()));
  const auto inverted = [&](const End& e, bool low) -> End {
    if (!e.value) return {Rational(0), true};
    if (cln::zerop(*e.value)) return {};
    return end(e, low);
  };
  return meet(shortened({inverted(a.high, true), inverted(a.low, false)}), Interval::above(0, true));
}

Interval constant(const std::string& name) {
  const Rational scale = Rational(1'000'000'000);
  const long digits = name == "pi" ? 3'141'592'653 : 2'718'281'828;
  return Interval::between(Rational(digits) / scale, Rational(digits + 1) / scale, true);
}

Interval apply(const std::string& function, const Interval& a) {
  const auto zero_to = [](long v) { return std::make_pair(Rational(0), Rational(v)); };
  if (function == "exp") {
    return increasing(a, Interval::above(0, true), zero_to(1),
                      [](arb_ptr y, arb_srcptr x) { arb_exp(y, x, end_precision); });
  }
  if (function == "ln") {
    Interval inside = meet(a, Interval::above(0, true));
    if (inside.low.value && cln::zerop(*inside.low.value)) inside.low = {};
    if (inside.high.value && *inside.high.value <= 0) return Interval::all();
    return increasing(inside, Interval::all(), std::make_pair(Rational(1), Rational(0)),
                      [](arb_ptr y, arb_srcptr x) { arb_log(y, x, end_precision); });
  }
  if (function == "atan") {
    const Rational quarter = *constant("pi").high.value / 2;
    return increasing(a, Interval::between(-quarter, quarter, true), zero_to(0),
                      [](arb_ptr y, arb_srcptr x) { arb_atan(y, x, end_precision); });
  }
  if (function == "erf") {
    return increasing(a, Interval::between(-1, 1, true), zero_to(0),
                      [](arb_ptr y, arb_srcptr x) { arb_hypgeom_erf(y, x, end_precision); });
  }
  if (function == "digamma" && a.positive()) {
    return increasing(a, Interval::all(), std::nullopt,
                      [](arb_ptr y, arb_srcptr x) { arb_digamma(y, x, end_precision); });
  }
  if (function == "abs") {
    if (a.not_negative()) return a;
    if (a.not_positive()) return -a;
    const End up = a.high, down = (-a).high;
    return {{Rational(0), false}, higher(up, down) ? up : down};
  }
  if (function == "sign") {
    if (a.positive()) return Interval::point(1);
    if (a.negative()) return Interval::point(-1);
    return Interval::between(a.not_negative() ? 0 : -1, a.not_positive() ? 0 : 1, false);
  }
  if (function == "sin" || function == "cos") return Interval::between(-1, 1, false);
  return Interval::all();
}

}  // namespace gradus::algebra

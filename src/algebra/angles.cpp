// SPDX-License-Identifier: GPL-2.0-or-later
// Sines and cosines: angles over a basis that is linearly independent over the rationals, multiples and sums by the
// addition theorems, s^2 = 1 - c^2.
#include <fmt/format.h>

#include <cstdlib>

#include "algebra/normaliser.h"

namespace gradus::algebra {
namespace {
constexpr long most_multiples = 40;
}

// The cosine and sine of r*pi where roots give them.
std::optional<std::pair<Rat, Rat>> Normaliser::turn(const Rational& half_turns) {
  const Rational twelfths = half_turns * 12;
  if (cln::denominator(twelfths) != 1) return std::nullopt;
  const long k = cln::cl_I_to_long(cln::mod(cln::numerator(twelfths), 24));
  const auto cosine = [&](long n) -> std::optional<Rat> {
    n = ((n % 24) + 24) % 24;
    if (n > 12) n = 24 - n;
    const bool negative = n > 6;
    if (negative) n = 12 - n;
    Rat value;
    switch (n) {
      case 0:
        value = Ring::constant(1);
        break;
      case 2:
        value = ring_.scale(integer_power(3, Rational(1) / Rational(2)), Rational(1) / Rational(2));
        break;
      case 3:
        value = ring_.scale(integer_power(2, Rational(1) / Rational(2)), Rational(1) / Rational(2));
        break;
      case 4:
        value = Ring::constant(Rational(1) / Rational(2));
        break;
      case 6:
        break;
      default:
        return std::nullopt;
    }
    return negative ? ring_.negate(value) : value;
  };
  const auto c = cosine(k);
  const auto s = cosine(k - 6);
  if (!c || !s) return std::nullopt;
  return std::make_pair(*c, *s);
}

// The cosine and sine of n times the kernel's angle, n >= 1.
std::pair<Rat, Rat> Normaliser::multiple_angle(std::size_t element, long n) {
  const Span::Element& e = angles_.elements[element];
  Rat c = Ring::variable(e.first), s = Ring::variable(e.second);
  // tan(atan(v)) = v: there the cosine and the sine are algebraic.
  const Expr angle = ring_.arena().child(ring_.at(e.first).expr, 0);
  if (const auto it = arctangents_.find(angle); it != arctangents_.end()) {
    const Rat& v = it->second;
    c = real_power(ring_.add(Ring::constant(1), ring_.power(v, 2)), Rational(-1) / Rational(2));
    s = ring_.multiply(v, c);
  }
  std::pair<Rat, Rat> out{c, s};
  for (long k = 1; k < n; ++k) {
    out = {ring_.add(ring_.multiply(out.first, c), ring_.negate(ring_.multiply(out.second, s))),
           ring_.add(ring_.multiply(out.second, c), ring_.multiply(out.first, s))};
  }
  return out;
}

std::pair<Rat, Rat> Normaliser::cosine_and_sine(const Rat& argument) {
  const Rat u = ring_.canonical(argument);
  std::pair<Rat, Rat> out{Ring::constant(1), {}};
  if (u.zero()) return out;
  Arena& arena = ring_.arena();
  if (angles_.elements.empty()) {  // the first element is pi itself
    const Expr pi = arena.constant("pi");
    const auto hint = hints_.angle.find(pi);
    const long order = hint == hints_.angle.end() ? 1 : hint->second;
    angles_.elements.push_back({Ring::variable(ring_.kernel(Kernel::Kind::constant, pi, true)), order});
  }
  auto parts = angles_.solve(ring_, u);
  if (!parts) {
    const Rational unit = Span::unit(u);
    const Rat base = ring_.scale(u, cln::recip(unit));
    const Expr key = ring_.expr(base);
    const auto hint = hints_.angle.find(key);
    Span::Element e{base, hint == hints_.angle.end() ? 1 : hint->second};
    const Expr inner = e.order == 1 ? key : ring_.expr(ring_.scale(base, Rational(1) / Rational(e.order)));
    e.first = ring_.kernel(Kernel::Kind::cosine, arena.call("cos", {inner}), false);
    e.second = ring_.kernel(Kernel::Kind::sine, arena.call("sin", {inner}), false);
    const Poly cosine_squared = Poly::variable(e.first, 2);
    ring_.relate(e.second, 2, Poly(1) - cosine_squared);
    angles_.elements.push_back(std::move(e));
    parts.emplace();
    parts->emplace_back(angles_.elements.size() - 1, unit);
  }
  for (const auto& [index, c] : *parts) {
    std::pair<Rat, Rat> one;
    const std::optional<std::pair<Rat, Rat>> exact = index == 0 ? turn(c) : std::nullopt;
    if (exact) {
      one = *exact;
    } else {
      Span::Element& e = angles_.elements[index];
      const Rational n = c * e.order;
      if (cln::denominator(n) != 1) Hints::refine(hints_.angle, ring_.expr(e.value), e.order, cln::denominator(c));
      if (cln::abs(n) > most_multiples) throw GaveUp(fmt::format("a multiple of an angle above {}", most_multiples));
      if (index == 0 && ring_.at(e.first).kind != Kernel::Kind::cosine) {
        const Expr inner = ring_.expr(ring_.scale(e.value, Rational(1) / Rational(e.order)));
        e.first = ring_.kernel(Kernel::Kind::cosine, arena.call("cos", {inner}), false);
        e.second = ring_.kernel(Kernel::Kind::sine, arena.call("sin", {inner}), false);
        ring_.relate(e.second, 2, Poly(1) - Poly::variable(e.first, 2));
      }
      const long m = cln::cl_I_to_long(cln::numerator(n));
      one = multiple_angle(index, std::abs(m));
      if (m < 0) one.second = ring_.negate(one.second);
    }
    out = {ring_.add(ring_.multiply(out.first, one.first), ring_.negate(ring_.multiply(out.second, one.second))),
           ring_.add(ring_.multiply(out.second, one.first), ring_.multiply(out.first, one.second))};
  }
  return out;
}

Rat Normaliser::arctangent(const Rat& argument) {
  Rat u = ring_.canonical(argument);
  if (u.zero()) return u;
  Arena& arena = ring_.arena();
  // Odd: the first coefficient is made positive.
  const bool flipped = u.num.terms()[0].coefficient < 0;
  if (flipped) u = ring_.negate(u);
  Rat out;
  if (u.constant() && u.value() == 1) {
    const Var pi = ring_.kernel(Kernel::Kind::constant, arena.constant("pi"), true);
    out = ring_.scale(Ring::variable(pi), Rational(1) / Rational(4));
  } else {
    const Expr atan = arena.call("atan", {ring_.expr(u)});
    arctangents_[atan] = u;
    out = Ring::variable(ring_.kernel(Kernel::Kind::arctangent, atan, false));
  }
  return flipped ? ring_.negate(out) : out;
}

}  // namespace gradus::algebra

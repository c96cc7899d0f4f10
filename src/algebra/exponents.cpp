// SPDX-License-Identifier: GPL-2.0-or-later
// Exponentials and roots. Exponents are written over a basis that is linearly independent over the rationals, so
// that exp(2*u), exp(u)^2, exp(-u) and exp(u/2) are powers of one kernel.
#include <fmt/format.h>

#include <algorithm>

#include "algebra/normaliser.h"

namespace gradus::algebra {
namespace {

constexpr long most_order = 5'000;
constexpr long most_power = 1'000'000;

long small(const Rational& n) {
  if (cln::abs(n) > most_power) throw GaveUp(fmt::format("an exponent exceeds {}", most_power));
  return cln::cl_I_to_long(cln::numerator(n));
}

bool integer(const Rational& q) { return cln::denominator(q) == 1; }

}  // namespace

void Hints::refine(ExprMap<long>& map, Expr key, long current, const cln::cl_I& order) {
  const cln::cl_I finer = cln::lcm(cln::cl_I(current), order);
  if (finer > most_order) throw GaveUp(fmt::format("roots of an order above {}", most_order));
  map[key] = cln::cl_I_to_long(finer);
  throw Restart();
}

std::optional<std::vector<std::pair<std::size_t, Rational>>> Span::solve(Ring& ring, const Rat& u) const {
  std::vector<Rat> all;
  for (const Element& e : elements) all.push_back(e.value);
  all.push_back(u);
  const std::vector<Poly> polys = ring.common_denominator(all).first;
  // Gauss: each row is reduced by the rows before it, and remembers what it is made of.
  struct Row {
    Poly poly;
    std::vector<Rational> made_of;
  };
  std::vector<Row> rows;
  for (std::size_t k = 0; k < polys.size(); ++k) {
    Row row{polys[k], std::vector<Rational>(polys.size(), Rational(0))};
    row.made_of[k] = 1;
    for (const Row& pivot : rows) {
      const Term& lead = pivot.poly.terms()[0];
      const auto& terms = row.poly.terms();
      const auto it = std::lower_bound(terms.begin(), terms.end(), lead.monomial, [](const Term& t, const Monomial& m) {
        return algebra::compare(t.monomial, m) > 0;
      });
      if (it == terms.end() || it->monomial != lead.monomial) continue;
      const Rational c = it->coefficient / lead.coefficient;
      ring.budget().spend(pivot.poly.terms().size());
      row.poly = row.poly - pivot.poly.scaled(c);
      for (std::size_t j = 0; j < polys.size(); ++j) row.made_of[j] = row.made_of[j] - c * pivot.made_of[j];
    }
    if (row.poly.zero()) {
      if (k + 1 < polys.size()) throw GaveUp("exponents that depend on each other");
      std::vector<std::pair<std::size_t, Rational>> out;
      for (std::size_t j = 0; j < k; ++j) {
        if (!cln::zerop(row.made_of[j])) out.emplace_back(j, -row.made_of[j]);
      }
      return out;
    }
    rows.push_back(std::move(row));
  }
  return std::nullopt;
}

Rational Span::unit(const Rat& u) {
  const Rational c = u.num.content();
  const Rational integer(cln::numerator(c));
  return cln::abs(integer) > most_power ? Rational(1) : integer;
}

Rat Normaliser::exponential(const Rat& argument) {
  Rat u = ring_.canonical(argument);
  Rat out = Ring::constant(1);
  if (u.zero()) return out;
  // Terms c*ln|p| become |p|^c.
  Monomial denominator;
  const bool laurent = std::all_of(u.factors.begin(), u.factors.end(), [&](const auto& f) {
    const auto v = ring_.single(f.first);
    if (v) denominator = times(denominator, {{*v, static_cast<std::uint32_t>(-f.second)}});
    return v.has_value();
  });
  if (laurent) {
    std::vector<Term> kept;
    for (const Term& t : u.num.terms()) {
      const auto m = quotient(t.monomial, denominator);
      const bool log =
          m && m->size() == 1 && (*m)[0].second == 1 && ring_.at((*m)[0].first).kind == Kernel::Kind::logarithm;
      if (!log) {
        kept.push_back(t);
        continue;
      }
      const Kernel& k = ring_.at((*m)[0].first);
      const bool prime = ring_.arena().is_number(ring_.arena().child(k.expr, 0));
      if (prime) {
        out = ring_.multiply(
            out, integer_power(cln::numerator(ring_.arena().value(ring_.arena().child(k.expr, 0))), t.coefficient));
      } else {
        out = ring_.multiply(out, absolute_power(static_cast<FactorId>(k.index), t.coefficient));
      }
    }
    u = ring_.canonical({Poly::from_terms(std::move(kept)), u.factors});
    if (u.zero()) return out;
  }
  auto parts = exponents_.solve(ring_, u);
  if (!parts) {
    const Rational c = Span::unit(u);
    const Rat base = ring_.scale(u, cln::recip(c));
    const Expr key = ring_.expr(base);
    const auto hint = hints_.exponent.find(key);
    Span::Element e{base, hint == hints_.exponent.end() ? 1 : hint->second};
    Arena& arena = ring_.arena();
    const Expr inner = e.order == 1 ? key : ring_.expr(ring_.scale(base, Rational(1) / Rational(e.order)));
    e.first = ring_.kernel(Kernel::Kind::exponential, arena.call("exp", {inner}), true);
    ring_.at(e.first).index = exponents_.elements.size();
    exponents_.elements.push_back(std::move(e));
    parts.emplace();
    parts->emplace_back(exponents_.elements.size() - 1, c);
  }
  for (const auto& [index, c] : *parts) {
    const Span::Element& e = exponents_.elements[index];
    const Rational n = c * e.order;
    if (!integer(n)) Hints::refine(hints_.exponent, ring_.expr(e.value), e.order, cln::denominator(c));
    out = ring_.multiply(out, ring_.power(Ring::variable(e.first), small(n)));
  }
  return out;
}

// base^exponent for a kernel of the base that is fine enough: R^order = base, R >= 0.
Rat Normaliser::root(Expr base, const Rat& value, FactorId id, const Rational& exponent) {
  const auto hint = hints_.root.find(base);
  const long order = hint == hints_.root.end() ? 1 : hint->second;
  const Rational n = exponent * order;
  if (!integer(n)) Hints::refine(hints_.root, base, order, cln::denominator(exponent));
  Arena& arena = ring_.arena();
  const bool positive = arena.is_number(base) || plain_sign(id) == Plain::positive;
  const Var v = ring_.kernel(Kernel::Kind::root, arena.pow(base, arena.fraction(1, order)), positive);
  Kernel& k = ring_.at(v);
  k.not_negative = true;
  k.order = order;
  k.index = id;
  if (k.relation_degree == 0) ring_.relate(v, static_cast<std::uint32_t>(order), ring_.canonical(value).num);
  return ring_.power(Ring::variable(v), small(n));
}

Rat Normaliser::integer_power(const cln::cl_I& base, const Rational& exponent) {
  Rat out = Ring::constant(1);
  if (cln::abs(exponent) > 20'000) throw GaveUp("a power of a number is too large");
  for (const auto& [prime, n] : factor_integer(base, ring_.budget())) {
    const Rational r = exponent * n;
    const cln::cl_I whole = cln::floor1(r);
    const Poly number = algebra::power(Poly(whole < 0 ? Rational(1) / Rational(prime) : Rational(prime)),
                                       static_cast<std::uint32_t>(cln::cl_I_to_long(cln::abs(whole))), ring_.budget());
    out = ring_.scale(out, number.constant_term());
    if (r == Rational(whole)) continue;
    const Rat value = Ring::constant(Rational(prime));
    const Rat power = root(ring_.arena().number(Rational(prime)), value, 0, r - Rational(whole));
    out = ring_.multiply(out, power);
  }
  return out;
}

// A symbol whose roots occur is written as a power of its finest root, so that x - 1 has the factors of sqrt(x).
std::optional<Rat> Normaliser::root_of_symbol(Var v, const Rational& exponent) {
  const Expr symbol = ring_.at(v).expr;
  const auto hint = hints_.root.find(symbol);
  if (hint == hints_.root.end() || ring_.at(v).kind != Kernel::Kind::symbol) return std::nullopt;
  const FactorId id = ring_.intern(Poly::variable(v));
  const int s = sign(id, false);
  if (s == 0) return std::nullopt;
  const Rational n = exponent * hint->second;
  if (!integer(n)) Hints::refine(hints_.root, symbol, hint->second, cln::denominator(exponent));
  Arena& arena = ring_.arena();
  const Expr base = s > 0 ? symbol : arena.negate(symbol);
  const Var r = ring_.kernel(Kernel::Kind::root, arena.pow(base, arena.fraction(1, hint->second)), false);
  ring_.at(r).not_negative = true;
  ring_.at(r).order = hint->second;
  ring_.at(r).index = id;
  return ring_.power(Ring::variable(r), small(n));
}

// |p|^exponent
Rat Normaliser::absolute_power(FactorId id, const Rational& exponent) {
  if (cln::zerop(exponent)) return Ring::constant(1);
  if (const auto v = ring_.single(id)) {
    const Kernel k = ring_.at(*v);
    if (k.kind == Kernel::Kind::symbol) {
      if (auto r = root_of_symbol(*v, exponent)) return *r;
    }
    if ((k.positive || k.not_negative) && integer(exponent)) return ring_.power(Ring::variable(*v), small(exponent));
    if (k.kind == Kernel::Kind::exponential) {
      const Span::Element& e = exponents_.elements[k.index];
      Hints::refine(hints_.exponent, ring_.expr(e.value), e.order, e.order * cln::denominator(exponent));
    }
    if (k.kind == Kernel::Kind::root) {
      const Expr base = ring_.arena().child(k.expr, 0);
      if (ring_.arena().is_number(base))
        return integer_power(cln::numerator(ring_.arena().value(base)), exponent / k.order);
      return absolute_power(static_cast<FactorId>(k.index), exponent / k.order);
    }
  }
  const Rational whole = Rational(cln::floor1(exponent));
  const Rat value = absolute(id);
  Rat out = Ring::constant(1);
  if (!cln::zerop(whole)) {
    const long n = small(whole);
    const Rat p = ring_.unfactored({1, {{id, 1}}});
    out = n % 2 == 0 ? ring_.power(p, n) : ring_.multiply(ring_.power(p, n - 1), value);
  }
  if (exponent != whole) {
    const Expr base = ring_.expr(value);
    out = ring_.multiply(out, root(base, value, id, exponent - whole));
  }
  return out;
}

// base^exponent where base >= 0.
Rat Normaliser::real_power(const Rat& base, const Rational& exponent) {
  if (integer(exponent)) return ring_.power(base, small(exponent));
  if (base.zero()) {
    if (exponent > 0) return base;
    throw NoValue("a denominator is identically zero");
  }
  const Product u = ring_.factored(base);
  require_positive(u);
  const Rational c = cln::abs(u.coefficient);
  Rat out = ring_.multiply(integer_power(cln::numerator(c), exponent), integer_power(cln::denominator(c), -exponent));
  for (const auto& [id, n] : u.factors) out = ring_.multiply(out, absolute_power(id, exponent * n));
  return out;
}

Rat Normaliser::power(const Rat& base, const Rat& exponent) {
  const Rat n = ring_.canonical(exponent);
  if (n.constant()) return real_power(base, n.value());
  if (base.zero()) {
    const auto s = sign(n);
    if (!s) throw GaveUp("a power of zero with an exponent of unknown sign");
    if (*s > 0) return base;
    throw NoValue("a power of zero with a negative exponent");
  }
  if (signs_.single_valued(ring_, n.num)) {
    // By logarithms only for a positive base; another one has powers where the exponent is an integer.
    const Product p = ring_.factored(base);
    int s = p.coefficient < 0 ? -1 : 1;
    for (const auto& [id, k] : p.factors) {
      if (k % 2 != 0) s *= sign(id, false);
    }
    if (s <= 0) throw NeedsValues("a power depends on an input that takes single values only");
  }
  return exponential(ring_.multiply(n, logarithm(base)));
}

}  // namespace gradus::algebra

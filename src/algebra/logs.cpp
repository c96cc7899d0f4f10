// SPDX-License-Identifier: GPL-2.0-or-later
// Logarithms, absolute values and signs, all over irreducible factors.
#include <algorithm>

#include "algebra/normaliser.h"

namespace gradus::algebra {

Normaliser::Plain Normaliser::plain_sign(FactorId id) const {
  Plain out = Plain::open;
  for (const Term& t : ring_.factor(id).terms()) {
    if (t.coefficient < 0) return Plain::open;
    Plain one = Plain::positive;
    for (const auto& [v, n] : t.monomial) {
      const Kernel& k = ring_.at(v);
      if (k.positive) continue;
      if (n % 2 != 0 && !k.not_negative) return Plain::open;
      one = Plain::not_negative;
    }
    out = std::max(out, one);
  }
  return out;
}

// Even powers and roots are zero with their bases; what is left over is asked for.
bool Normaliser::nonzero(FactorId id) {
  return plain_sign(id) == Plain::positive || signs_.nonzero(ring_, ring_.factor(id));
}

// exp(x) - exp(y) has the sign of x - y.
std::optional<Rat> Normaliser::difference_of_logarithms(FactorId id) {
  const Poly p = ring_.factor(id);
  if (p.terms().size() != 2 || p.terms()[0].coefficient * p.terms()[1].coefficient > 0) return std::nullopt;
  Rat out;
  for (const Term& t : p.terms()) {
    Rat log = logarithm(Ring::constant(cln::abs(t.coefficient)));
    for (const auto& [v, n] : t.monomial) {
      if (ring_.at(v).kind != Kernel::Kind::exponential) return std::nullopt;
      const Span::Element& e = exponents_.elements[ring_.at(v).index];
      log = ring_.add(log, ring_.scale(e.value, Rational(static_cast<long>(n)) / Rational(e.order)));
    }
    out = ring_.add(out, t.coefficient < 0 ? ring_.negate(log) : log);
  }
  return out;
}

int Normaliser::sign(FactorId id, bool required) {
  if (plain_sign(id) != Plain::open) return 1;
  if (const auto d = difference_of_logarithms(id); d && !d->zero()) {
    const Product u = ring_.factored(*d);
    int s = u.coefficient < 0 ? -1 : 1;
    for (const auto& [factor, n] : u.factors) {
      if (n % 2 != 0) s *= sign(factor, required);
    }
    return s;
  }
  return signs_.sign(ring_, id, required);
}

std::optional<int> Normaliser::sign(const Rat& u) {
  if (u.zero()) return 0;
  const Product p = ring_.factored(u);
  int s = p.coefficient < 0 ? -1 : 1;
  for (const auto& [id, n] : p.factors) {
    if (!nonzero(id)) return std::nullopt;
    if (n % 2 == 0) continue;
    const int one = sign(id, true);
    if (one == 0) return std::nullopt;
    s *= one;
  }
  return s;
}

// What is written down has a value only where u > 0 (or u >= 0): that is checked, or tells the sign of the last
// factor that is open.
void Normaliser::require_positive(const Product& u) {
  int s = u.coefficient < 0 ? -1 : 1;
  std::vector<FactorId> open;
  for (const auto& [id, n] : u.factors) {
    if (n % 2 != 0) open.push_back(id);
  }
  if (open.size() == 1 && !guarded_) {
    if (plain_sign(open[0]) == Plain::open && !difference_of_logarithms(open[0])) {
      signs_.deduce(ring_, open[0], s);
      return;
    }
  }
  for (const FactorId id : open) {
    const int one = sign(id, false);
    if (one == 0) return;
    s *= one;
  }
  if (s < 0) throw Infeasible();
}

Rat Normaliser::absolute(FactorId id) {
  const Rat p = ring_.unfactored({1, {{id, 1}}});
  const int s = sign(id, false);
  if (s != 0) return s > 0 ? p : ring_.negate(p);
  // The sign is not known: |p| is a kernel whose square is p^2.
  Arena& arena = ring_.arena();
  const Var v = ring_.kernel(Kernel::Kind::opaque, arena.call("abs", {ring_.expr(ring_.factor(id))}), false);
  ring_.at(v).not_negative = true;
  if (ring_.at(v).relation_degree == 0) ring_.relate(v, 2, ring_.canonical(ring_.power(p, 2)).num);
  return Ring::variable(v);
}

Rat Normaliser::absolute(const Rat& u) {
  if (u.zero()) return u;
  const Product p = ring_.factored(u);
  Rat out = Ring::constant(cln::abs(p.coefficient));
  for (const auto& [id, n] : p.factors) {
    const Rat base = n % 2 == 0 ? ring_.unfactored({1, {{id, 1}}}) : absolute(id);
    out = ring_.multiply(out, ring_.power(base, n));
  }
  return out;
}

Rat Normaliser::sign_form(const Rat& u) {
  if (u.zero()) return u;
  if (const auto s = sign(u)) return Ring::constant(*s);
  Arena& arena = ring_.arena();
  return Ring::variable(ring_.kernel(Kernel::Kind::opaque, arena.call("sign", {ring_.expr(u)}), false));
}

Rat Normaliser::log_of(FactorId id) {
  if (const auto v = ring_.single(id)) {
    const Kernel k = ring_.at(*v);
    if (k.kind == Kernel::Kind::exponential) {
      const Span::Element& e = exponents_.elements[k.index];
      return ring_.scale(e.value, Rational(1) / Rational(e.order));
    }
    if (k.kind == Kernel::Kind::root) {
      const Expr base = ring_.arena().child(k.expr, 0);
      const Rational share = Rational(1) / Rational(k.order);
      if (ring_.arena().is_number(base))
        return ring_.scale(logarithm(Ring::constant(ring_.arena().value(base))), share);
      return ring_.scale(log_of(static_cast<FactorId>(k.index)), share);
    }
  }
  Arena& arena = ring_.arena();
  // The kernel is ln|p|; its expression says so unless the sign is plain to see.
  const Expr p = ring_.expr(ring_.factor(id));
  const Var v = ring_.kernel(Kernel::Kind::logarithm, arena.call("ln", {arena.call("abs", {p})}), false);
  ring_.at(v).index = id;
  return Ring::variable(v);
}

Rat Normaliser::logarithm(const Rat& u) {
  if (u.zero()) throw NoValue("the logarithm of a term that is identically zero");
  const Product p = ring_.factored(u);
  require_positive(p);
  std::vector<Rat> terms;
  const Rational c = cln::abs(p.coefficient);
  Arena& arena = ring_.arena();
  for (const bool denominator : {false, true}) {
    for (const auto& [prime, n] :
         factor_integer(denominator ? cln::denominator(c) : cln::numerator(c), ring_.budget())) {
      const Var v = ring_.kernel(Kernel::Kind::logarithm, arena.call("ln", {arena.number(Rational(prime))}), true);
      terms.push_back(ring_.scale(Ring::variable(v), denominator ? -n : n));
    }
  }
  for (const auto& [id, n] : p.factors) terms.push_back(ring_.scale(log_of(id), n));
  return ring_.sum(std::move(terms));
}

}  // namespace gradus::algebra

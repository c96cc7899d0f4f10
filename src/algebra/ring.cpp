// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/ring.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace gradus::algebra {
namespace {

constexpr long most_exponent_of_ring = 2'000'000;
constexpr std::size_t most_kernels_of_ring = 20'000;

}  // namespace

Factors join(const Factors& a, const Factors& b, long times) {
  Factors out;
  out.reserve(a.size() + b.size());
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    std::pair<FactorId, long> next;
    if (j == b.size() || (i < a.size() && a[i].first < b[j].first)) {
      next = a[i++];
    } else if (i == a.size() || b[j].first < a[i].first) {
      next = {b[j].first, b[j].second * times};
      ++j;
    } else {
      next = {a[i].first, a[i].second + b[j].second * times};
      ++i;
      ++j;
    }
    if (std::abs(next.second) > most_exponent_of_ring)
      throw GaveUp(fmt::format("an exponent exceeds {}", most_exponent_of_ring));
    if (next.second != 0) out.push_back(next);
  }
  return out;
}

Var Ring::kernel(Kernel::Kind kind, Expr expr, bool positive) {
  const auto [it, added] = kernel_index_.try_emplace({static_cast<int>(kind), expr}, static_cast<Var>(kernels_.size()));
  if (added) {
    if (kernels_.size() >= most_kernels_of_ring)
      throw GaveUp(fmt::format("there are more than {} kernels", most_kernels_of_ring));
    Kernel k;
    k.kind = kind;
    k.expr = expr;
    k.positive = positive;
    kernels_.push_back(std::move(k));
  }
  return it->second;
}

void Ring::relate(Var v, std::uint32_t degree, Poly value) {
  kernels_[v].relation_degree = degree;
  kernels_[v].relation = std::move(value);
  related_ = true;
}

Poly Ring::reduce(const Poly& p) {
  if (!related_) return p;
  Poly out = p;
  // A relation speaks of older kernels (or of the cosine of its sine) only, so that this ends.
  for (bool changed = true; changed;) {
    changed = false;
    std::vector<Term> kept;
    Poly replaced;
    for (const Term& t : out.terms()) {
      const auto reducible = [&](const Power& f) {
        return kernels_[f.first].relation_degree != 0 && f.second >= kernels_[f.first].relation_degree;
      };
      const auto it = std::find_if(t.monomial.begin(), t.monomial.end(), reducible);
      if (it == t.monomial.end()) {
        kept.push_back(t);
        continue;
      }
      changed = true;
      const Kernel& k = kernels_[it->first];
      Monomial rest;
      for (const Power& f : t.monomial) {
        if (f.first != it->first) {
          rest.push_back(f);
        } else if (f.second % k.relation_degree != 0) {
          rest.emplace_back(f.first, f.second % k.relation_degree);
        }
      }
      const Poly value = algebra::power(k.relation, it->second / k.relation_degree, budget_);
      replaced = replaced + algebra::multiply(Poly::from_terms({{std::move(rest), t.coefficient}}), value, budget_);
    }
    if (changed) out = Poly::from_terms(std::move(kept)) + replaced;
  }
  return out;
}

Poly Ring::multiply(const Poly& a, const Poly& b) { return reduce(algebra::multiply(a, b, budget_)); }

FactorId Ring::intern(const Poly& irreducible) {
  const auto [it, added] = factor_index_.try_emplace(irreducible, static_cast<FactorId>(factors_.size()));
  if (added) factors_.push_back(irreducible);
  return it->second;
}

std::optional<Var> Ring::single(FactorId id) const {
  const Poly& p = factors_[id];
  if (p.terms().size() != 1 || p.terms()[0].monomial.size() != 1) return std::nullopt;
  return p.terms()[0].monomial[0].first;
}

Poly Ring::expand(const Factors& positive) {
  Poly out(1);
  for (const auto& [id, n] : positive) {
    const Poly p = reduce(algebra::power(factors_[id], static_cast<std::uint32_t>(n), budget_));
    out = multiply(out, p);
  }
  return out;
}

// Takes what the numerator has in common with the denominator out of both.
void Ring::cancel(Rat& a) {
  if (a.num.zero()) {
    a.factors.clear();
    return;
  }
  for (auto& [id, n] : a.factors) {
    while (n < 0) {
      auto q = divide(a.num, factors_[id], budget_);
      if (!q) break;
      a.num = std::move(*q);
      ++n;
    }
  }
  std::erase_if(a.factors, [](const auto& f) { return f.second == 0; });
}

Rat Ring::add(const Rat& a, const Rat& b) {
  if (a.zero()) return b;
  if (b.zero()) return a;
  if (a.factors == b.factors) {
    Rat out{a.num + b.num, a.factors};
    cancel(out);
    return out;
  }
  return sum({a, b});
}

std::pair<std::vector<Poly>, Factors> Ring::common_denominator(const std::vector<Rat>& all) {
  // The least exponent of every factor, where a factor that is missing has 0.
  std::map<FactorId, std::pair<long, std::size_t>> least;
  std::size_t count = 0;
  for (const Rat& r : all) {
    if (r.zero()) continue;
    ++count;
    for (const auto& [id, n] : r.factors) {
      const auto [it, added] = least.try_emplace(id, n, 0);
      it->second.first = std::min(it->second.first, n);
      ++it->second.second;
    }
  }
  Factors shared;
  for (const auto& [id, entry] : least) {
    const long n = entry.second < count ? std::min(entry.first, 0L) : entry.first;
    if (n != 0) shared.emplace_back(id, n);
  }
  std::vector<Poly> numerators;
  for (const Rat& r : all) {
    numerators.push_back(r.zero() ? Poly() : multiply(r.num, expand(join(r.factors, shared, -1))));
  }
  return {std::move(numerators), std::move(shared)};
}

Rat Ring::sum(std::vector<Rat> terms) {
  // Terms over the same denominator first: long sums would otherwise be brought to one again and again.
  std::map<Factors, Poly> groups;
  for (Rat& t : terms) {
    if (t.zero()) continue;
    budget_.spend(t.num.terms().size());
    auto [it, added] = groups.try_emplace(std::move(t.factors), Poly());
    it->second = added ? std::move(t.num) : it->second + t.num;
  }
  std::vector<Rat> parts;
  for (auto& [factors, num] : groups) {
    if (!num.zero()) parts.push_back({std::move(num), factors});
  }
  if (parts.empty()) return {};
  auto [numerators, shared] = common_denominator(parts);
  Rat out{Poly(), std::move(shared)};
  for (const Poly& p : numerators) out.num = out.num + p;
  cancel(out);
  return out;
}

Rat Ring::scale(const Rat& a, const Rational& c) {
  if (cln::zerop(c)) return {};
  return {a.num.scaled(c), a.factors};
}

Rat Ring::multiply(const Rat& a, const Rat& b) {
  if (a.zero() || b.zero()) return {};
  if (a.constant()) return scale(b, a.value());
  if (b.constant()) return scale(a, b.value());
  // Cancelled across before the numerators are multiplied.
  Rat left{a.num, b.factors}, right{b.num, a.factors};
  cancel(left);
  cancel(right);
  Rat out{multiply(left.num, right.num), join(left.factors, right.factors)};
  cancel(out);
  return settled(std::move(out));
}

Rat Ring::power(const Rat& a, long n) {
  if (n == 0) return constant(1);
  if (n == 1) return a;
  if (a.zero()) {
    if (n > 0) return a;
    throw NoValue("a denominator is identically zero");
  }
  if (std::abs(n) > most_exponent_of_ring) throw GaveUp(fmt::format("an exponent exceeds {}", most_exponent_of_ring));
  constexpr long expanded_at_once = 3;
  if (n > 0 && n <= expanded_at_once && a.factors.empty() && a.num.terms().size() <= 4) {
    return {reduce(algebra::power(a.num, static_cast<std::uint32_t>(n), budget_)), {}};
  }
  const Product p = factored(a);
  const auto size = static_cast<std::uint32_t>(std::abs(n));
  const Poly c = algebra::power(Poly(n < 0 ? cln::recip(p.coefficient) : p.coefficient), size, budget_);
  return unfactored({c.constant_term(), join({}, p.factors, n)});
}

Product Ring::factored(const Rat& a) {
  if (a.zero()) throw GaveUp("zero has no factors");
  const Rational c = a.num.content();
  Product out{c, a.factors};
  const Poly primitive = a.num.scaled(cln::recip(c));
  if (primitive.one()) return out;
  Factors found;
  for (const auto& [p, n] : algebra::factor(primitive, budget_)) found.emplace_back(intern(p), static_cast<long>(n));
  std::sort(found.begin(), found.end());
  out.factors = join(out.factors, found);
  return out;
}

Rat Ring::settled(Rat a) {
  if (!related_ || a.zero()) return a;
  // A relation may lead to a power of another related variable; each is older than the one before.
  for (;;) {
    const auto it = std::find_if(a.factors.begin(), a.factors.end(), [&](const auto& f) {
      const auto v = single(f.first);
      if (!v || kernels_[*v].relation_degree == 0) return false;
      return f.second < 0 || f.second >= static_cast<long>(kernels_[*v].relation_degree);
    });
    if (it == a.factors.end()) return a;
    const auto [id, n] = *it;
    const Kernel& k = kernels_[*single(id)];
    const auto degree = static_cast<long>(k.relation_degree);
    const long whole = n >= 0 ? n / degree : -((-n + degree - 1) / degree);
    const Product relation = factored({k.relation, {}});
    a.factors = join(join(a.factors, {{id, 1}}, -whole * degree), relation.factors, whole);
    const Poly c = algebra::power(Poly(whole < 0 ? cln::recip(relation.coefficient) : relation.coefficient),
                                  static_cast<std::uint32_t>(std::abs(whole)), budget_);
    a.num = a.num.scaled(c.constant_term());
    cancel(a);
  }
}

Rat Ring::unfactored(const Product& p) {
  if (cln::zerop(p.coefficient)) return {};
  return settled({Poly(p.coefficient), p.factors});
}

Rat Ring::canonical(const Rat& a) {
  Factors positive, negative;
  for (const auto& f : a.factors) (f.second > 0 ? positive : negative).push_back(f);
  if (positive.empty()) return a;
  Rat out{multiply(a.num, expand(positive)), std::move(negative)};
  cancel(out);
  return out;
}

Expr Ring::expr(const Poly& p) {
  std::vector<Expr> terms;
  for (const Term& t : p.terms()) {
    std::vector<Expr> factors;
    if (t.coefficient != 1 || t.monomial.empty()) factors.push_back(arena_.number(t.coefficient));
    for (const auto& [v, n] : t.monomial) {
      const Expr base = kernels_[v].expr;
      factors.push_back(n == 1 ? base : arena_.pow(base, arena_.number(static_cast<long>(n))));
    }
    terms.push_back(arena_.product(factors));
  }
  // A sum that begins with a minus is written with a positive term first, if it has one.
  const auto positive =
      std::find_if(p.terms().begin(), p.terms().end(), [](const Term& t) { return t.coefficient > 0; });
  if (positive != p.terms().end()) {
    const auto at = terms.begin() + (positive - p.terms().begin());
    std::rotate(terms.begin(), at, at + 1);
  }
  return arena_.sum(terms);
}

Expr Ring::expr(const Product& p) {
  std::vector<Expr> factors;
  if (p.coefficient != 1 || p.factors.empty()) factors.push_back(arena_.number(p.coefficient));
  for (const bool denominator : {false, true}) {
    for (const auto& [id, n] : p.factors) {
      if ((n < 0) != denominator) continue;
      const Expr base = expr(factors_[id]);
      factors.push_back(n == 1 ? base : arena_.pow(base, arena_.number(n)));
    }
  }
  return arena_.product(factors);
}

Expr Ring::expr(const Rat& a) {
  const Rat c = canonical(a);
  if (c.factors.empty()) return expr(c.num);
  std::vector<Expr> factors;
  if (!c.num.one()) factors.push_back(expr(c.num));
  for (const auto& [id, n] : c.factors) factors.push_back(arena_.pow(expr(factors_[id]), arena_.number(n)));
  return arena_.product(factors);
}

}  // namespace gradus::algebra

// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/poly.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "algebra/ball.h"

namespace gradus::algebra {
namespace {

constexpr std::size_t most_terms_of_product = 8'000;
constexpr std::uint64_t most_products = 400'000;
constexpr std::uint32_t most_exponent_of_poly = 2'000'000;
constexpr unsigned long most_bits_of_coefficient = 40'000;

bool after(const Term& a, const Term& b) { return compare(a.monomial, b.monomial) > 0; }

void check_size(const Poly& p) {
  if (p.terms().size() > most_terms_of_product)
    throw GaveUp(fmt::format("a polynomial has more than {} terms", most_terms_of_product));
}

}  // namespace

void Budget::spend(std::uint64_t steps) {
  if (steps > left_) {
    left_ = 0;
    throw GaveUp("the budget of steps is used up");
  }
  left_ -= steps;
}

int compare(const Monomial& a, const Monomial& b) {
  for (std::size_t k = 0; k < a.size() && k < b.size(); ++k) {
    if (a[k].first != b[k].first) return a[k].first < b[k].first ? 1 : -1;
    if (a[k].second != b[k].second) return a[k].second > b[k].second ? 1 : -1;
  }
  return a.size() == b.size() ? 0 : a.size() > b.size() ? 1 : -1;
}

Monomial times(const Monomial& a, const Monomial& b) {
  Monomial out;
  out.reserve(a.size() + b.size());
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (j == b.size() || (i < a.size() && a[i].first < b[j].first)) {
      out.push_back(a[i++]);
    } else if (i == a.size() || b[j].first < a[i].first) {
      out.push_back(b[j++]);
    } else {
      const std::uint32_t sum = a[i].second + b[j].second;
      if (sum > most_exponent_of_poly) throw GaveUp(fmt::format("an exponent exceeds {}", most_exponent_of_poly));
      out.emplace_back(a[i].first, sum);
      ++i;
      ++j;
    }
  }
  return out;
}

std::optional<Monomial> quotient(const Monomial& a, const Monomial& b) {
  Monomial out;
  std::size_t j = 0;
  for (const auto& [v, n] : a) {
    if (j < b.size() && b[j].first < v) return std::nullopt;
    if (j < b.size() && b[j].first == v) {
      if (b[j].second > n) return std::nullopt;
      if (b[j].second < n) out.emplace_back(v, n - b[j].second);
      ++j;
    } else {
      out.emplace_back(v, n);
    }
  }
  if (j < b.size()) return std::nullopt;
  return out;
}

Monomial common(const Monomial& a, const Monomial& b) {
  Monomial out;
  std::size_t j = 0;
  for (const auto& [v, n] : a) {
    while (j < b.size() && b[j].first < v) ++j;
    if (j < b.size() && b[j].first == v) out.emplace_back(v, std::min(n, b[j].second));
  }
  return out;
}

Poly::Poly(const Rational& constant) {
  if (!cln::zerop(constant)) terms_.push_back({{}, constant});
}

Poly Poly::variable(Var v, std::uint32_t exponent) {
  Poly p;
  p.terms_.push_back({exponent == 0 ? Monomial{} : Monomial{{v, exponent}}, Rational(1)});
  return p;
}

Poly Poly::from_terms(std::vector<Term> terms) {
  std::stable_sort(terms.begin(), terms.end(), after);
  Poly out;
  for (Term& t : terms) {
    if (!out.terms_.empty() && out.terms_.back().monomial == t.monomial) {
      out.terms_.back().coefficient = out.terms_.back().coefficient + t.coefficient;
    } else {
      if (!out.terms_.empty() && cln::zerop(out.terms_.back().coefficient)) out.terms_.pop_back();
      out.terms_.push_back(std::move(t));
    }
  }
  if (!out.terms_.empty() && cln::zerop(out.terms_.back().coefficient)) out.terms_.pop_back();
  return out;
}

Rational Poly::constant_term() const {
  return !terms_.empty() && terms_.back().monomial.empty() ? terms_.back().coefficient : Rational(0);
}

std::uint32_t Poly::degree(Var v) const {
  std::uint32_t n = 0;
  for (const Term& t : terms_) {
    for (const auto& [w, k] : t.monomial) {
      if (w == v) n = std::max(n, k);
    }
  }
  return n;
}

std::uint32_t Poly::total_degree() const {
  std::uint32_t n = 0;
  for (const Term& t : terms_) {
    std::uint32_t sum = 0;
    for (const auto& [w, k] : t.monomial) sum += std::min(k, most_exponent_of_poly);
    n = std::max(n, sum);
  }
  return n;
}

std::vector<Var> Poly::variables() const {
  std::vector<Var> out;
  for (const Term& t : terms_) {
    for (const auto& [v, n] : t.monomial) out.push_back(v);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Monomial Poly::monomial_content() const {
  if (terms_.empty()) return {};
  Monomial m = terms_[0].monomial;
  for (const Term& t : terms_) {
    if (m.empty()) break;
    m = common(m, t.monomial);
  }
  return m;
}

Rational Poly::content() const {
  if (terms_.empty()) return 1;
  cln::cl_I top = 0, bottom = 1;
  for (const Term& t : terms_) {
    top = cln::gcd(top, cln::numerator(t.coefficient));
    bottom = cln::lcm(bottom, cln::denominator(t.coefficient));
  }
  const Rational c = Rational(top) / Rational(bottom);
  return terms_[0].coefficient < 0 ? -c : c;
}

Poly Poly::scaled(const Rational& c) const {
  Poly out;
  if (cln::zerop(c)) return out;
  out.terms_ = terms_;
  if (c == 1) return out;
  for (Term& t : out.terms_) t.coefficient = t.coefficient * c;
  return out;
}

Poly Poly::shifted(const Monomial& m) const {
  Poly out = *this;
  if (m.empty()) return out;
  for (Term& t : out.terms_) t.monomial = times(t.monomial, m);
  return out;
}

Poly Poly::without(const Monomial& m) const {
  Poly out = *this;
  if (m.empty()) return out;
  for (Term& t : out.terms_) t.monomial = *quotient(t.monomial, m);
  return out;
}

std::vector<Poly> Poly::coefficients(Var v) const {
  std::vector<std::vector<Term>> parts(degree(v) + 1);
  for (const Term& t : terms_) {
    std::uint32_t n = 0;
    Monomial rest;
    for (const Power& p : t.monomial) {
      if (p.first == v) {
        n = p.second;
      } else {
        rest.push_back(p);
      }
    }
    parts[n].push_back({std::move(rest), t.coefficient});
  }
  std::vector<Poly> out;
  for (auto& p : parts) out.push_back(from_terms(std::move(p)));
  return out;
}

Poly operator+(const Poly& a, const Poly& b) {
  Poly out;
  out.terms_.reserve(a.terms_.size() + b.terms_.size());
  std::size_t i = 0, j = 0;
  while (i < a.terms_.size() && j < b.terms_.size()) {
    const int order = compare(a.terms_[i].monomial, b.terms_[j].monomial);
    if (order > 0) {
      out.terms_.push_back(a.terms_[i++]);
    } else if (order < 0) {
      out.terms_.push_back(b.terms_[j++]);
    } else {
      const Rational c = a.terms_[i].coefficient + b.terms_[j].coefficient;
      if (!cln::zerop(c)) out.terms_.push_back({a.terms_[i].monomial, c});
      ++i;
      ++j;
    }
  }
  out.terms_.insert(out.terms_.end(), a.terms_.begin() + static_cast<std::ptrdiff_t>(i), a.terms_.end());
  out.terms_.insert(out.terms_.end(), b.terms_.begin() + static_cast<std::ptrdiff_t>(j), b.terms_.end());
  check_size(out);
  return out;
}

Poly operator-(const Poly& a, const Poly& b) { return a + b.scaled(-1); }

bool operator==(const Poly& a, const Poly& b) {
  return std::equal(
      a.terms_.begin(), a.terms_.end(), b.terms_.begin(), b.terms_.end(),
      [](const Term& s, const Term& t) { return s.coefficient == t.coefficient && s.monomial == t.monomial; });
}

bool less(const Poly& a, const Poly& b) {
  if (a.terms().size() != b.terms().size()) return a.terms().size() < b.terms().size();
  for (std::size_t k = 0; k < a.terms().size(); ++k) {
    const int order = compare(a.terms()[k].monomial, b.terms()[k].monomial);
    if (order != 0) return order > 0;
    if (a.terms()[k].coefficient != b.terms()[k].coefficient)
      return a.terms()[k].coefficient < b.terms()[k].coefficient;
  }
  return false;
}

Poly multiply(const Poly& a, const Poly& b, Budget& budget) {
  const std::uint64_t products = static_cast<std::uint64_t>(a.terms().size()) * b.terms().size();
  if (products > most_products) throw GaveUp(fmt::format("a product would have more than {} terms", most_products));
  budget.spend(products + 1);
  std::vector<Term> terms;
  terms.reserve(products);
  for (const Term& s : a.terms()) {
    for (const Term& t : b.terms()) {
      terms.push_back({times(s.monomial, t.monomial), s.coefficient * t.coefficient});
      if (bits(terms.back().coefficient) > most_bits_of_coefficient)
        throw GaveUp(fmt::format("a number has more than {} bits", most_bits_of_coefficient));
    }
  }
  Poly out = Poly::from_terms(std::move(terms));
  check_size(out);
  return out;
}

Poly power(const Poly& a, std::uint32_t n, Budget& budget) {
  if (n == 0) return Poly(1);
  if (n == 1 || a.zero()) return a;
  // Before anything is computed: the number of terms of a power of a sum of t terms is at most C(n+t-1, t-1).
  const std::size_t t = a.terms().size();
  double terms = 1;
  for (std::size_t k = 1; k < t && terms < 1e9; ++k) terms *= static_cast<double>(n + k) / static_cast<double>(k);
  if (terms > static_cast<double>(most_terms_of_product))
    throw GaveUp(fmt::format("a power would have more than {} terms", most_terms_of_product));
  for (const Term& s : a.terms()) {
    const bool unit = cln::abs(s.coefficient) == 1;
    if (!unit && static_cast<double>(bits(s.coefficient)) * n > 2 * static_cast<double>(most_bits_of_coefficient)) {
      throw GaveUp(fmt::format("a number has more than {} bits", most_bits_of_coefficient));
    }
    for (const auto& [v, k] : s.monomial) {
      if (static_cast<std::uint64_t>(k) * n > most_exponent_of_poly)
        throw GaveUp(fmt::format("an exponent exceeds {}", most_exponent_of_poly));
    }
  }
  Poly result(1);
  if (t == 1) {
    Term s = a.terms()[0];
    for (Power& p : s.monomial) p.second *= n;
    s.coefficient = cln::expt(s.coefficient, cln::cl_I(n));
    return Poly::from_terms({s});
  }
  // By one factor at a time: for sparse polynomials this is cheaper than squaring.
  for (std::uint32_t k = 0; k < n; ++k) result = multiply(result, a, budget);
  return result;
}

std::optional<Poly> divide(const Poly& a, const Poly& b, Budget& budget) {
  if (b.zero()) return std::nullopt;
  if (a.zero()) return a;
  if (b.terms().size() == 1) {
    std::vector<Term> terms;
    for (const Term& t : a.terms()) {
      auto m = quotient(t.monomial, b.terms()[0].monomial);
      if (!m) return std::nullopt;
      terms.push_back({std::move(*m), t.coefficient / b.terms()[0].coefficient});
    }
    budget.spend(terms.size());
    return Poly::from_terms(std::move(terms));
  }
  // Cheap reasons why not: the last terms must divide as well, and no degree may be too small.
  if (!quotient(a.terms().back().monomial, b.terms().back().monomial)) return std::nullopt;
  for (const Var v : b.variables()) {
    if (a.degree(v) < b.degree(v)) return std::nullopt;
  }
  const auto order = [](const Monomial& s, const Monomial& t) { return compare(s, t) > 0; };
  std::map<Monomial, Rational, decltype(order)> rest(order);
  for (const Term& t : a.terms()) rest.emplace(t.monomial, t.coefficient);
  std::vector<Term> out;
  const Term& lead = b.terms()[0];
  while (!rest.empty()) {
    budget.spend(b.terms().size());
    auto m = quotient(rest.begin()->first, lead.monomial);
    if (!m || out.size() > most_terms_of_product) return std::nullopt;
    const Rational c = rest.begin()->second / lead.coefficient;
    for (const Term& t : b.terms()) {
      const auto [it, added] = rest.try_emplace(times(*m, t.monomial), Rational(0));
      it->second = it->second - c * t.coefficient;
      if (cln::zerop(it->second)) rest.erase(it);
    }
    out.push_back({std::move(*m), c});
  }
  return Poly::from_terms(std::move(out));
}

}  // namespace gradus::algebra

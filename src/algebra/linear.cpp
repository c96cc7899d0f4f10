// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/linear.h"

#include <algorithm>

namespace gradus::algebra {
namespace {
constexpr std::size_t most_rows_of_system = 300;
constexpr std::size_t most_terms_of_row = 40;

bool impossible(const Inequality& row) {
  if (!row.poly.constant()) return false;
  const Rational c = row.poly.constant_term();
  return c < 0 || (cln::zerop(c) && row.strict);
}

}  // namespace

bool contradictory(const std::vector<Inequality>& inequalities) {
  std::vector<Inequality> rows;
  for (const Inequality& row : inequalities) {
    if (impossible(row)) return true;
    if (!row.poly.constant() && row.poly.terms().size() <= most_terms_of_row) rows.push_back(row);
  }
  while (!rows.empty() && rows.size() <= most_rows_of_system) {
    // The unknown that makes the fewest new rows.
    std::vector<Monomial> unknowns;
    for (const Inequality& row : rows) {
      for (const Term& t : row.poly.terms()) {
        if (!t.monomial.empty()) unknowns.push_back(t.monomial);
      }
    }
    std::sort(unknowns.begin(), unknowns.end(), [](const auto& a, const auto& b) { return compare(a, b) > 0; });
    unknowns.erase(std::unique(unknowns.begin(), unknowns.end()), unknowns.end());
    const auto coefficient = [](const Poly& p, const Monomial& m) {
      for (const Term& t : p.terms()) {
        if (t.monomial == m) return t.coefficient;
      }
      return Rational(0);
    };
    const Monomial* best = nullptr;
    std::size_t least = 0;
    for (const Monomial& m : unknowns) {
      std::size_t above = 0, below = 0;
      for (const Inequality& row : rows) {
        const Rational c = coefficient(row.poly, m);
        above += c > 0 ? 1 : 0;
        below += c < 0 ? 1 : 0;
      }
      if (best == nullptr || above * below < least) {
        best = &m;
        least = above * below;
      }
    }
    std::vector<Inequality> kept, above, below;
    for (Inequality& row : rows) {
      const Rational c = coefficient(row.poly, *best);
      if (cln::zerop(c)) {
        kept.push_back(std::move(row));
      } else {
        (c > 0 ? above : below).push_back({row.poly.scaled(cln::recip(cln::abs(c))), row.strict});
      }
    }
    for (const Inequality& a : above) {
      for (const Inequality& b : below) {
        Inequality sum{a.poly + b.poly, a.strict || b.strict};
        if (impossible(sum)) return true;
        const auto same = [&](const Inequality& k) { return k.strict == sum.strict && k.poly == sum.poly; };
        if (!sum.poly.constant() && std::none_of(kept.begin(), kept.end(), same)) kept.push_back(std::move(sum));
        if (kept.size() > most_rows_of_system) return false;
      }
    }
    rows = std::move(kept);
  }
  return false;
}

}  // namespace gradus::algebra

// SPDX-License-Identifier: GPL-2.0-or-later
// Irreducible factors. FLINT factors polynomials in several variables; it comes with Arb.
#include <flint/fmpz_mpoly_factor.h>

#include <algorithm>

#include "algebra/ball.h"
#include "algebra/poly.h"

namespace gradus::algebra {
namespace {

constexpr std::size_t most_terms_to_factor = 400;
constexpr std::size_t most_variables = 40;
constexpr std::uint32_t most_degree = 120;
constexpr std::uint64_t most_work = 12'000;  // terms times the greatest degree

using PolyFactors = std::vector<std::pair<Poly, std::uint32_t>>;

/// Polynomials of FLINT in the variables of one of ours.
class Flint {
 public:
  explicit Flint(std::vector<Var> variables) : variables_(std::move(variables)) {
    fmpz_mpoly_ctx_init(ctx_, static_cast<slong>(variables_.size()), ORD_LEX);
  }
  Flint(const Flint&) = delete;
  Flint& operator=(const Flint&) = delete;
  ~Flint() { fmpz_mpoly_ctx_clear(ctx_); }

  std::optional<PolyFactors> factor(const Poly& p) {
    fmpz_mpoly_t a;
    fmpz_mpoly_init(a, ctx_);
    set(a, p);
    fmpz_mpoly_factor_t f;
    fmpz_mpoly_factor_init(f, ctx_);
    std::optional<PolyFactors> out;
    if (fmpz_mpoly_factor(f, a, ctx_) != 0) {
      out.emplace();
      for (slong k = 0; k < f->num; ++k) {
        Poly q = get(f->poly + k);
        q = q.scaled(cln::recip(q.content()));
        out->emplace_back(std::move(q), static_cast<std::uint32_t>(fmpz_get_ui(f->exp + k)));
      }
    }
    fmpz_mpoly_factor_clear(f, ctx_);
    fmpz_mpoly_clear(a, ctx_);
    return out;
  }

 private:
  void set(fmpz_mpoly_struct* a, const Poly& p) {
    std::vector<ulong> exponents(variables_.size());
    for (const Term& t : p.terms()) {
      std::fill(exponents.begin(), exponents.end(), 0);
      for (const auto& [v, n] : t.monomial) {
        const auto at = std::lower_bound(variables_.begin(), variables_.end(), v) - variables_.begin();
        exponents[static_cast<std::size_t>(at)] = n;
      }
      const Fmpz c(cln::numerator(t.coefficient));
      fmpz_mpoly_push_term_fmpz_ui(a, c.get(), exponents.data(), ctx_);
    }
    fmpz_mpoly_sort_terms(a, ctx_);
  }

  Poly get(const fmpz_mpoly_struct* a) {
    std::vector<Term> terms;
    std::vector<ulong> exponents(variables_.size());
    for (slong k = 0; k < fmpz_mpoly_length(a, ctx_); ++k) {
      Fmpz c;
      fmpz_mpoly_get_term_coeff_fmpz(c.get(), a, k, ctx_);
      fmpz_mpoly_get_term_exp_ui(exponents.data(), a, k, ctx_);
      Term t{{}, Rational(to_cln(c.get()))};
      for (std::size_t i = 0; i < exponents.size(); ++i) {
        if (exponents[i] > 0) t.monomial.emplace_back(variables_[i], static_cast<std::uint32_t>(exponents[i]));
      }
      terms.push_back(std::move(t));
    }
    return Poly::from_terms(std::move(terms));
  }

  std::vector<Var> variables_;
  fmpz_mpoly_ctx_t ctx_;
};

}  // namespace

std::vector<std::pair<Poly, std::uint32_t>> factor(const Poly& a, Budget& budget) {
  PolyFactors out;
  const Monomial m = a.monomial_content();
  for (const auto& [v, n] : m) out.emplace_back(Poly::variable(v), n);
  const Poly rest = a.without(m);
  if (rest.constant()) return out;
  const std::vector<Var> variables = rest.variables();
  std::uint32_t degree = 0;
  for (const Var v : variables) degree = std::max(degree, rest.degree(v));
  const std::uint64_t size = static_cast<std::uint64_t>(rest.terms().size()) * degree;
  budget.spend(10 * size + 10);
  const bool too_large = rest.terms().size() > most_terms_to_factor || variables.size() > most_variables ||
                         degree > most_degree || size > most_work;
  std::optional<PolyFactors> factors;
  if (rest.total_degree() > 1 && !too_large) factors = Flint(variables).factor(rest);
  if (factors) {
    out.insert(out.end(), factors->begin(), factors->end());
  } else {
    out.emplace_back(rest, 1);
  }
  std::sort(out.begin(), out.end(), [](const auto& s, const auto& t) { return less(s.first, t.first); });
  return out;
}

std::vector<std::pair<cln::cl_I, long>> factor_integer(const cln::cl_I& n, Budget& budget) {
  constexpr long largest = 10'000;
  std::vector<std::pair<cln::cl_I, long>> out;
  cln::cl_I rest = n;
  for (long p = 2; p <= largest && rest > 1; p += p == 2 ? 1 : 2) {
    if (cln::cl_I(p) * p > rest) break;
    long k = 0;
    while (cln::zerop(cln::mod(rest, p))) {
      rest = cln::exquo(rest, p);
      ++k;
    }
    if (k > 0) out.emplace_back(p, k);
  }
  budget.spend(100);
  if (rest > 1) out.emplace_back(rest, 1);
  return out;
}

}  // namespace gradus::algebra

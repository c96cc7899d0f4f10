// SPDX-License-Identifier: GPL-2.0-or-later
// Sparse polynomials with rational coefficients, in lexicographic order: the same order on every run.
#pragma once

#include <cln/integer.h>
#include <cln/rational.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "gradus/expr/expr.h"

namespace gradus::algebra {

/// A budget is used up, or the procedure does not cover the case. The message says which; it is for the reader.
class GaveUp : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Counts steps, never time.
class Budget {
 public:
  explicit Budget(std::uint64_t steps) : left_(steps) {}
  /// Throws GaveUp if there are fewer left.
  void spend(std::uint64_t steps);
  [[nodiscard]] bool used_up() const { return left_ == 0; }

 private:
  std::uint64_t left_;
};

using Var = std::uint32_t;
/// A variable and its exponent, at least 1.
using Power = std::pair<Var, std::uint32_t>;
/// Sorted by variable.
using Monomial = std::vector<Power>;

/// Variable 0 is the most significant one.
int compare(const Monomial& a, const Monomial& b);
Monomial times(const Monomial& a, const Monomial& b);
/// a/b if b divides a.
std::optional<Monomial> quotient(const Monomial& a, const Monomial& b);
/// The part that two monomials have in common.
Monomial common(const Monomial& a, const Monomial& b);

struct Term {
  Monomial monomial;
  Rational coefficient;
};

/// Immutable. Terms descend; no coefficient is zero.
class Poly {
 public:
  Poly() = default;
  explicit Poly(const Rational& constant);
  static Poly variable(Var v, std::uint32_t exponent = 1);
  /// Sorts and collects.
  static Poly from_terms(std::vector<Term> terms);

  [[nodiscard]] const std::vector<Term>& terms() const { return terms_; }
  [[nodiscard]] bool zero() const { return terms_.empty(); }
  [[nodiscard]] bool constant() const { return terms_.empty() || (terms_.size() == 1 && terms_[0].monomial.empty()); }
  [[nodiscard]] bool one() const { return constant() && !zero() && terms_[0].coefficient == 1; }
  /// The constant term.
  [[nodiscard]] Rational constant_term() const;
  [[nodiscard]] std::uint32_t degree(Var v) const;
  [[nodiscard]] std::uint32_t total_degree() const;
  /// Sorted.
  [[nodiscard]] std::vector<Var> variables() const;
  /// The greatest monomial that divides every term.
  [[nodiscard]] Monomial monomial_content() const;
  /// The positive or negative rational c such that this/c has coprime integer coefficients and a positive first one.
  [[nodiscard]] Rational content() const;

  [[nodiscard]] Poly scaled(const Rational& c) const;
  [[nodiscard]] Poly shifted(const Monomial& m) const;  ///< times a monomial
  /// This divided by a monomial that divides every term.
  [[nodiscard]] Poly without(const Monomial& m) const;
  /// The coefficients by powers of one variable, from the exponent 0 up.
  [[nodiscard]] std::vector<Poly> coefficients(Var v) const;

  friend Poly operator+(const Poly& a, const Poly& b);
  friend Poly operator-(const Poly& a, const Poly& b);
  friend bool operator==(const Poly& a, const Poly& b);

 private:
  std::vector<Term> terms_;
};

/// Some total order, for containers.
bool less(const Poly& a, const Poly& b);
struct PolyLess {
  bool operator()(const Poly& a, const Poly& b) const { return less(a, b); }
};

/// Throw GaveUp if the result would be too large.
Poly multiply(const Poly& a, const Poly& b, Budget& budget);
Poly power(const Poly& a, std::uint32_t n, Budget& budget);
/// a/b if b divides a.
std::optional<Poly> divide(const Poly& a, const Poly& b, Budget& budget);

/// The irreducible factors over the rationals of a polynomial with integer coefficients and content 1, each with
/// content 1, with their multiplicities; the order is that of `less`. What is too large to be factored is left as one
/// factor: whoever uses the factors may rely on their product, and on irreducibility only to find more.
std::vector<std::pair<Poly, std::uint32_t>> factor(const Poly& a, Budget& budget);

/// The primes of a positive integer with their multiplicities; a cofactor without small factors counts as a prime.
std::vector<std::pair<cln::cl_I, long>> factor_integer(const cln::cl_I& n, Budget& budget);

}  // namespace gradus::algebra

// SPDX-License-Identifier: GPL-2.0-or-later
// Rational functions in kernels: the parts of an expression that are not rational (exp(u), ln|p|, roots, ...) stand as
// variables of polynomials, some with a relation that rewrites their powers.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "algebra/poly.h"
#include "gradus/expr/expr.h"

namespace gradus::algebra {

/// An interned polynomial with coprime integer coefficients, the first one positive; as a rule irreducible.
using FactorId = std::uint32_t;
/// Factors with exponents other than 0, sorted by id.
using Factors = std::vector<std::pair<FactorId, long>>;

/// What is converted has no value anywhere in the region: a division by what is zero everywhere.
struct NoValue : GaveUp {
  using GaveUp::GaveUp;
};

/// num times the product of the factors. Zero has no factors.
struct Rat {
  Poly num;
  Factors factors;
  [[nodiscard]] bool zero() const { return num.zero(); }
  [[nodiscard]] bool constant() const { return factors.empty() && num.constant(); }
  [[nodiscard]] Rational value() const { return num.constant_term(); }  ///< of a constant
};

/// A number times a product of factors.
struct Product {
  Rational coefficient = 1;
  Factors factors;
};

/// What a variable of the polynomials stands for.
struct Kernel {
  enum class Kind { symbol, constant, exponential, logarithm, root, cosine, sine, arctangent, opaque };
  Kind kind = Kind::symbol;
  Expr expr;                  ///< the same as an expression
  bool positive = false;      ///< wherever it is defined
  bool not_negative = false;  ///< wherever it is defined; zero where its base is
  std::size_t index = 0;      ///< exponential, cosine, sine: of the exponent or angle; root: the factor or prime
  long order = 1;             ///< root: R^order is the factor's absolute value (or the prime)
  std::uint32_t relation_degree = 0;  ///< v^relation_degree = relation; 0: none
  Poly relation;
};

class Ring {
 public:
  Ring(Arena& arena, Budget& budget) : arena_(arena), budget_(budget) {}

  // --- kernels ---
  Var kernel(Kernel::Kind kind, Expr expr, bool positive);
  [[nodiscard]] const Kernel& at(Var v) const { return kernels_[v]; }
  Kernel& at(Var v) { return kernels_[v]; }
  [[nodiscard]] std::size_t size() const { return kernels_.size(); }
  void relate(Var v, std::uint32_t degree, Poly value);

  // --- numbers and variables ---
  [[nodiscard]] static Rat constant(const Rational& c) { return {Poly(c), {}}; }
  [[nodiscard]] static Rat variable(Var v) { return {Poly::variable(v), {}}; }

  // --- arithmetic; relations are applied ---
  Rat add(const Rat& a, const Rat& b);
  Rat sum(std::vector<Rat> terms);
  Rat negate(const Rat& a) { return {a.num.scaled(-1), a.factors}; }
  Rat scale(const Rat& a, const Rational& c);
  Rat multiply(const Rat& a, const Rat& b);
  Rat power(const Rat& a, long n);
  /// Throws GaveUp if `a` is zero.
  Rat inverse(const Rat& a) { return power(a, -1); }
  Poly reduce(const Poly& p);
  Poly multiply(const Poly& a, const Poly& b);

  // --- forms ---
  /// The factored form of what is not zero.
  Product factored(const Rat& a);
  Rat unfactored(const Product& p);
  /// An equal one whose factors all have negative exponents and do not divide the numerator.
  Rat canonical(const Rat& a);
  [[nodiscard]] const Poly& factor(FactorId id) const { return factors_[id]; }
  FactorId intern(const Poly& irreducible);
  /// The variable that the factor is, if it is one.
  [[nodiscard]] std::optional<Var> single(FactorId id) const;
  /// One common denominator: the numerators of all, over the product of the factors.
  std::pair<std::vector<Poly>, Factors> common_denominator(const std::vector<Rat>& all);

  // --- back to expressions: the same form, the same expression ---
  Expr expr(const Poly& p);
  Expr expr(const Rat& a);  ///< of its canonical form
  Expr expr(const Product& p);

  Arena& arena() { return arena_; }
  Budget& budget() { return budget_; }

 private:
  Poly expand(const Factors& positive);
  void cancel(Rat& a);
  /// Powers of related variables among the factors, brought to exponents from 0 to below the relation's degree.
  Rat settled(Rat a);
  Arena& arena_;
  Budget& budget_;
  std::deque<Kernel> kernels_;  // references stay valid
  bool related_ = false;
  std::map<std::tuple<int, Expr>, Var> kernel_index_;
  std::vector<Poly> factors_;
  std::map<Poly, FactorId, PolyLess> factor_index_;
};

/// The product of two lists of factors, with `times` as the exponent of the second.
Factors join(const Factors& a, const Factors& b, long times = 1);

}  // namespace gradus::algebra

// SPDX-License-Identifier: GPL-2.0-or-later
// From expressions in natives (exp, ln, sin, cos, atan, abs, sign, where, powers) to rational functions in kernels.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "algebra/ring.h"

namespace gradus::algebra {

/// What is known of the signs of factors, almost everywhere in the region that is looked at.
class Signs {
 public:
  virtual ~Signs() = default;
  /// 1: not negative, -1: not positive, or 0 if it is not known. May throw Infeasible, and GaveUp if an answer is
  /// required.
  virtual int sign(Ring& ring, FactorId id, bool required) = 0;
  /// The expression has a value only where the factor has this sign.
  virtual void deduce(Ring& ring, FactorId id, int sign) = 0;
  /// An exponent that varies: whether it takes single values only, at which a base that is negative has powers.
  virtual bool single_valued(Ring& ring, const Poly& exponent) = 0;
  /// Whether `p`, whose form is not zero, is not zero (almost everywhere in the region). May throw GaveUp.
  virtual bool nonzero(Ring& ring, const Poly& p) = 0;
};

/// A sign is asked for that depends on an input that takes single values only: the values must be tried one by one.
struct NeedsValues : GaveUp {
  using GaveUp::GaveUp;
};

/// The region that is looked at is empty, or the expression has no value in it.
struct Infeasible : std::exception {};
/// A finer kernel is needed: the hints have been changed, and the work starts again in a new ring.
struct Restart : std::exception {};

/// How fine the kernels must be, by the expression of the exponent, angle, root's base.
struct Hints {
  ExprMap<long> exponent, angle, root;
  /// Makes `entry` a multiple of `order` as well. Throws GaveUp above a limit, else Restart.
  [[noreturn]] static void refine(ExprMap<long>& map, Expr key, long current, const cln::cl_I& order);
};

/// Rational functions that are linearly independent over the rationals.
class Span {
 public:
  struct Element {
    Rat value;
    long order = 1;  ///< the kernel stands for value/order
    Var first = 0, second = 0;
  };
  /// Coefficients over the elements if `u` is a combination of them.
  std::optional<std::vector<std::pair<std::size_t, Rational>>> solve(Ring& ring, const Rat& u) const;
  std::vector<Element> elements;
  /// The integer by which a new element is divided, so that its multiples need no finer kernel.
  static Rational unit(const Rat& u);
};

/// One walk. Values are remembered by expression.
class Normaliser {
 public:
  Normaliser(Ring& ring, Signs& signs, Hints& hints) : ring_(ring), signs_(signs), hints_(hints) {}

  /// Symbols that stand for something else (values of discrete inputs, names eliminated by equations).
  ExprMap<Rat> given;

  /// Iterative. Throws GaveUp, Infeasible, Restart.
  Rat convert(Expr e);
  /// The truth of a condition almost everywhere, or nothing.
  std::optional<bool> decide(Expr condition);

  // The functions, on forms.
  Rat exponential(const Rat& u);
  Rat logarithm(const Rat& u);
  Rat absolute(const Rat& u);
  Rat sign_form(const Rat& u);
  Rat power(const Rat& base, const Rat& exponent);
  std::pair<Rat, Rat> cosine_and_sine(const Rat& u);
  Rat error_function(const Rat& u);
  Rat arctangent(const Rat& u);
  /// -1, 0 (only for the zero form), 1, or nothing. Almost everywhere, so that it may be compared with zero.
  std::optional<int> sign(const Rat& u);
  /// The same as `Signs::sign`, and what is plain to see.
  int sign(FactorId id, bool required);

 private:
  struct Frame {
    Expr e;
    std::size_t next = 0;
    std::optional<bool> truth;
  };
  void step();
  bool ready(Expr e);
  void done(Rat r);
  void where(Frame& frame);
  Rat combine(Expr e);
  Rat call(Expr e);
  Rat symbol(Expr e);
  std::optional<bool> compare(Op op, const Rat& a, const Rat& b);
  std::optional<bool> junction(Expr condition);

  Rat real_power(const Rat& base, const Rational& exponent);
  Rat absolute_power(FactorId id, const Rational& exponent);
  Rat integer_power(const cln::cl_I& base, const Rational& exponent);
  Rat log_of(FactorId id);
  /// The absolute value of a factor as a form.
  Rat absolute(FactorId id);
  void require_positive(const Product& u);
  Rat root(Expr base, const Rat& value, FactorId id, const Rational& exponent);
  /// The difference of the logarithms if the factor is a difference of two products of exponentials.
  std::optional<Rat> difference_of_logarithms(FactorId id);
  enum class Plain { open, not_negative, positive };
  /// Of a sum of terms none of which is negative.
  Plain plain_sign(FactorId id) const;
  bool nonzero(FactorId id);
  std::optional<Rat> root_of_symbol(Var v, const Rational& exponent);
  std::pair<Rat, Rat> multiple_angle(std::size_t element, long n);
  std::optional<std::pair<Rat, Rat>> turn(const Rational& half_turns);

  Ring& ring_;
  Signs& signs_;
  Hints& hints_;
  Span exponents_, angles_;
  ExprMap<Rat> arctangents_;  // their arguments
  ExprMap<Rat> values_;
  ExprMap<std::optional<bool>> truths_;
  std::vector<Frame> frames_;
  int depth_ = 0;         // of conditions within one another
  bool guarded_ = false;  // inside a part of a condition that need not be defined
};

}  // namespace gradus::algebra

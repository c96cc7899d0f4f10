// SPDX-License-Identifier: GPL-2.0-or-later
// The values of a rigorous evaluation and the native operations on them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "algebra/ball.h"
#include "gradus/algebra/enclose.h"

namespace gradus::algebra {

/// What an expression is at a point: a real number, or the truth of a condition, or why it is neither.
struct Value {
  Enclosure::State state = Enclosure::State::unknown;
  Expr culprit;                   ///< the part to blame, if the state is not `defined`
  Ball ball;                      ///< holds the number
  std::optional<Rational> exact;  ///< the number, if it is known exactly and is not too long
  bool discrete = true;           ///< depends on nothing that can vary continuously
  // Of a condition:
  bool condition = false;
  std::optional<bool> truth;  ///< empty: the enclosures do not decide it
  bool boundary = false;      ///< the truth holds exactly here, not around here (`x >= 0` at 0); of a failure: a kink

  [[nodiscard]] bool defined() const { return state == Enclosure::State::defined; }
  [[nodiscard]] bool zero() const { return exact && cln::zerop(*exact); }
  [[nodiscard]] bool positive() const { return exact ? *exact > 0 : arb_is_positive(ball.get()) != 0; }
  [[nodiscard]] bool negative() const { return exact ? *exact < 0 : arb_is_negative(ball.get()) != 0; }
};

/// Whether none of them can vary continuously.
bool all_discrete(const std::vector<const Value*>& arguments);

/// The operations, at one precision. Arguments are defined numbers unless said otherwise. Each result is a new value
/// whose `culprit` is `at` if it is not defined.
class Natives {
 public:
  /// Exact numbers of more than `exact_bits` are given up for balls.
  explicit Natives(long precision, unsigned long exact_bits) : precision_(precision), exact_bits_(exact_bits) {}

  [[nodiscard]] Value number(const Rational& value, bool discrete = true) const;
  [[nodiscard]] Value failure(Enclosure::State state, Expr at) const;
  /// A kink or jump that this precision does not decide: unknown, and singular if no precision decides it.
  [[nodiscard]] Value undecided(Expr at) const;
  /// A kink or jump exactly here.
  [[nodiscard]] Value joint(Expr at) const;
  [[nodiscard]] Value constant(std::string_view name, Expr at) const;
  /// The failure that dominates the others, if there is one among the arguments.
  [[nodiscard]] static const Value* failed(const std::vector<const Value*>& arguments);

  [[nodiscard]] Value sum(const std::vector<const Value*>& terms, Expr at) const;
  [[nodiscard]] Value product(const std::vector<const Value*>& factors, Expr at) const;
  [[nodiscard]] Value power(const Value& base, const Value& exponent, Expr at) const;
  /// exp, ln, sin, cos, atan, abs, sign, sqrt of one argument; nothing for another name.
  [[nodiscard]] std::optional<Value> function(std::string_view name, const Value& argument, Expr at) const;
  /// The same as a question.
  [[nodiscard]] static bool native(std::string_view name);
  /// erf, erfc, lgamma, digamma of one argument, polygamma of two; nothing for anything else.
  [[nodiscard]] std::optional<Value> special(std::string_view name, const std::vector<const Value*>& arguments,
                                             Expr at) const;
  [[nodiscard]] static bool native_special(std::string_view name, std::size_t arguments);
  /// A fixed smooth function chosen by the name, its derivative of some order (of one argument only).
  [[nodiscard]] Value unspecified(std::string_view name, unsigned order, const std::vector<const Value*>& arguments,
                                  Expr at) const;

  [[nodiscard]] Value comparison(Op op, const Value& a, const Value& b, Expr at) const;
  [[nodiscard]] Value member(const std::vector<const Value*>& element_then_set, Expr at) const;
  /// And, Or: the arguments may have failed.
  [[nodiscard]] Value junction(Op op, const std::vector<const Value*>& arguments, Expr at) const;
  [[nodiscard]] Value negation(const Value& a) const;
  [[nodiscard]] Value truth(bool holds, bool boundary) const;

 private:
  [[nodiscard]] Value finish(Value v, Expr at) const;
  [[nodiscard]] Value integer_power(const Value& base, const cln::cl_I& n, Expr at) const;
  [[nodiscard]] Value no_value_here(const Value& argument, Expr at) const;
  [[nodiscard]] Value exponential(const Value& u, Expr at) const;
  long precision_;
  unsigned long exact_bits_;
};

}  // namespace gradus::algebra

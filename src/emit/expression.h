// SPDX-License-Identifier: GPL-2.0-or-later
// Lowered expressions as C++ text.
#pragma once

#include <string>
#include <vector>

#include "emit/functions.h"

namespace gradus::emit {

// A part of an expression as it is written: with a sign or a stroke before it that belongs to the operator.
struct Operand {
  Expr e;
  bool turned = false;  // subtracted in a sum, divided by in a product
};
// What the text of `e` consists of. Negations in sums and reciprocals in products are seen through.
std::vector<Operand> operands(const Arena& arena, Expr e);

// Whether the text of `e` has the text of its only operand more than once.
bool repeats_operand(const Arena& arena, Expr e);

// Writes expressions. What has a name is written as its name; everything else is written out, to the depth that the
// schedule has left.
class Speller {
 public:
  Speller(const Arena& arena, Functions& functions) : arena_(arena), functions_(functions) {}

  void set_name(Expr e, std::string text) { names_[e] = std::move(text); }
  [[nodiscard]] const std::string* name_of(Expr e) const;

  // The type of the numbers.
  [[nodiscard]] Real real() const { return functions_.real(); }

  // Throws Error for a name without a definition.
  std::string spell(Expr e) { return text(e).code; }

 private:
  enum Level { conditional, disjunction, conjunction, equality, relation, sum, product, sign, primary };
  struct Text {
    std::string code;
    Level level;
  };
  Text text(Expr e);
  Text written(Expr e);
  Text number(const Rational& value);
  [[nodiscard]] const char* constant(bool pi) const;
  Text sum_of(Expr e);
  Text product_of(Expr e);
  Text power_of(Expr e);
  Text membership(Expr e);
  Text joined(Expr e, const char* between, Level level, Level needed);
  Text call_of(Expr e);
  static std::string at_least(Text t, Level level);
  // The same; a leading minus is put in parentheses too.
  static std::string unsigned_at_least(Text t, Level level);

  const Arena& arena_;
  Functions& functions_;
  ExprMap<std::string> names_;
};

}  // namespace gradus::emit

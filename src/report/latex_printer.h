// SPDX-License-Identifier: GPL-2.0-or-later
// Expressions in LaTeX. Like the printer of our notation: a stack of work instead of recursion.
#pragma once

#include <string>
#include <vector>

#include "gradus/expr/size.h"
#include "gradus/expr/slice.h"
#include "gradus/report/latex.h"

namespace gradus {

class LatexPrinter {
 public:
  LatexPrinter(const Arena& arena, const FunctionTable& functions, std::size_t max_length, const LatexStyle& style)
      : arena_(arena), functions_(functions), max_length_(max_length), style_(style) {}

  std::string run(Expr e);

 private:
  static constexpr int sum_level = 50, product_level = 60, sign_level = 70, power_level = 80, atom_level = 100;
  struct Item {
    std::string text;
    Expr expr;
    int level = -1;  // -1: a text
  };

  std::string open() const { return style_.typed ? "(" : "\\left("; }
  std::string close() const { return style_.typed ? ")" : "\\right)"; }
  std::string between() const { return style_.typed ? " " : "\\,"; }
  void put(std::string text) { pending_.push_back({std::move(text), {}, -1}); }
  void put(Expr e, int level) { pending_.push_back({{}, e, level}); }
  void flush();

  bool negative(Expr e) const { return arena_.is_number(e) && arena_.value(e) < 0; }
  bool fraction(Expr e) const;
  bool inverted(Expr e) const { return arena_.is(e, Op::Pow) && negative(arena_.child(e, 1)); }
  bool subtracted(Expr e) const { return negative(e) || (arena_.is(e, Op::Mul) && negative(arena_.child(e, 0))); }

  int level_of(Expr e) const;

  // Whether a call may be the base of a power as it stands.
  int call_level(Expr e) const;
  bool is_inverse(Expr e) const;
  bool matrix_call(Expr e);

  void number(const Rational& value, const std::string* typed);

  void denominator(Expr pow);

  // Whether the text of `e` begins with a digit: then a dot must stand before it.
  bool begins_with_digit(Expr e) const;

  // Factors from `first` on. A run of plain factors with the inverted ones that follow it is one fraction.
  void factors(Expr product, std::size_t first, bool written);

  void plain_factors(Expr product, std::size_t from, std::size_t to, bool written);

  // A product that begins with a negative number, or such a number, without its sign.
  void positive_part(Expr e);

  void list(Expr e, std::size_t first);

  // x_{ij}, {x_t}_i
  void entry_of_name(Expr e);
  void slice(const Slice& s);
  void part(Expr of, const Part& part, bool columns);
  void range(const Part& part, bool columns);
  void over_index(Expr e, Expr body);

  // The identity, the vector of ones, and tables over indices that have letters of their own.
  bool known_table(Expr e);

  // a^T b, a b^T, tr(A), |a|, delta_ij as they are written
  bool product_call(Expr e);
  [[nodiscard]] std::string function_name(Expr call) const;

  void call(Expr e);

  bool plain_derivative(Expr e) const;

  void derivative(Expr e);

  void bare(Expr e);

  static std::string relation(Op op);

  const Arena& arena_;
  const FunctionTable& functions_;
  std::size_t max_length_;
  const LatexStyle& style_;
  std::string out_;
  std::vector<Item> pending_, stack_;
};

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Expressions in our notation, such that parsing the text gives the same expression again.
#include <cln/integer_io.h>
#include <fmt/format.h>

#include <sstream>

#include "gradus/expr/expr.h"

namespace gradus {
namespace {

std::string digits(const cln::cl_I& n) {
  std::ostringstream out;
  cln::print_integer(out, 10, n);
  return out.str();
}

// Work that is still to do: a text, or an expression that must bind at least as tightly as `level`.
struct Item {
  std::string text;
  Expr expr;
  int level = -1;  // -1: a text
};

constexpr int sum_level = 50, product_level = 60, sign_level = 70, power_level = 80, atom_level = 100;

class Printer {
 public:
  Printer(const Arena& arena, std::size_t max_length) : arena_(arena), max_length_(max_length) {}

  std::string run(Expr e) {
    put(e, 0);
    flush();
    while (!stack_.empty()) {
      Item item = std::move(stack_.back());
      stack_.pop_back();
      if (item.level < 0) {
        out_ += item.text;
        if (out_.size() > max_length_) throw LimitError(fmt::format("the expression is longer than {} characters", max_length_));
      } else {
        expand(item.expr, item.level);
        flush();
      }
    }
    return std::move(out_);
  }

 private:
  void put(std::string text) { pending_.push_back({std::move(text), {}, -1}); }
  void put(Expr e, int level) { pending_.push_back({{}, e, level}); }
  void flush() {
    for (; !pending_.empty(); pending_.pop_back()) stack_.push_back(std::move(pending_.back()));
  }

  bool negative(Expr e) const { return arena_.is_number(e) && arena_.value(e) < 0; }
  bool fraction(Expr e) const {
    return arena_.is_number(e) && arena_.spelling_of(e) == nullptr && cln::denominator(arena_.value(e)) != 1;
  }
  // x^(-n), which is written as a denominator.
  bool inverted(Expr e) const {
    if (!arena_.is(e, Op::Pow) || !negative(arena_.child(e, 1))) return false;
    const Expr base = arena_.child(e, 0);
    if (arena_.is_number(arena_.child(e, 1), -1)) {
      // `1/3` is the number, `1/c^2` is c^(-2): these two keep their exponent.
      if (arena_.is_integer(base) && arena_.value(base) >= 2) return false;
      if (arena_.is(base, Op::Pow) && arena_.is_number(arena_.child(base, 1)) && arena_.value(arena_.child(base, 1)) > 0) return false;
    }
    return true;
  }
  // A term that is written with a minus before it: a negative number, or a product that `negate` would make.
  bool subtracted(Expr e) const {
    if (negative(e)) return true;
    if (!arena_.is(e, Op::Mul) || !negative(arena_.child(e, 0))) return false;
    return !arena_.is_number(arena_.child(e, 0), -1) || !arena_.is_number(arena_.child(e, 1));
  }

  int level_of(Expr e) const {
    switch (arena_.op(e)) {
      case Op::Number:
        if (fraction(e)) return negative(e) ? sign_level - 10 : product_level;
        return negative(e) ? sign_level : atom_level;
      case Op::Mul:
        return product_level;
      case Op::Pow:
        return inverted(e) ? product_level : power_level;
      default:
        return precedence(arena_.op(e));
    }
  }

  void number(const Rational& value, const std::string* spelling) {
    if (spelling != nullptr) return put(*spelling);
    put(digits(cln::numerator(value)));
    if (cln::denominator(value) != 1) put("/" + digits(cln::denominator(value)));
  }
  void number(Expr e) { number(arena_.value(e), arena_.spelling_of(e)); }

  void denominator(Expr pow) {
    const Expr base = arena_.child(pow, 0);
    const Rational n = -arena_.value(arena_.child(pow, 1));
    put("/");
    if (n == 1) return put(base, sign_level + 1);
    put(base, power_level + 1);
    put("^");
    exponent(n);
  }
  void exponent(const Rational& n) {
    if (cln::denominator(n) != 1 || n < 0) put("(");
    number(n, nullptr);
    if (cln::denominator(n) != 1 || n < 0) put(")");
  }

  // The factors from `first` on; `written` says whether a factor stands before them, `numeral` whether it is a number.
  void factors(Expr product, std::size_t first, bool written, bool numeral) {
    const std::size_t n = arena_.count(product);
    for (std::size_t k = first; k < n; ++k) {
      const Expr f = arena_.child(product, k);
      const bool unit_fraction = arena_.is_number(f) && arena_.spelling_of(f) == nullptr && cln::numerator(arena_.value(f)) == 1 &&
                                 cln::denominator(arena_.value(f)) != 1;
      const bool after_one = k == 1 && arena_.is_number(arena_.child(product, 0), 1);
      if (written && unit_fraction && !numeral) {
        put("/" + digits(cln::denominator(arena_.value(f))));
      } else if (written && inverted(f) && !after_one) {
        if (numeral && arena_.is_number(arena_.child(f, 0)) && arena_.is_number(arena_.child(f, 1), -1)) {
          put("*(1");
          denominator(f);
          put(")");
        } else {
          denominator(f);
        }
      } else {
        if (written) put("*");
        if (!written && (fraction(f) || inverted(f))) {
          put(f, product_level);
        } else {
          put(f, written || negative(f) ? sign_level + 1 : sign_level);
        }
      }
      written = true;
      numeral = arena_.is_number(f);
    }
  }

  // A product without its leading minus, or a number without its sign.
  void positive_part(Expr e) {
    if (arena_.is_number(e)) {
      const Rational v = -arena_.value(e);
      return number(v, nullptr);
    }
    const Expr c = arena_.child(e, 0);
    if (!arena_.is_number(c, -1)) {
      number(-arena_.value(c), nullptr);
      return factors(e, 1, true, true);
    }
    const Expr f = arena_.child(e, 1);
    if (inverted(f)) {
      put("1");
      denominator(f);
      return factors(e, 2, true, false);
    }
    // -(2*x) has the product as one factor; a bare product would be taken apart.
    put(f, arena_.is(f, Op::Mul) ? atom_level : sign_level + 1);
    factors(e, 2, true, false);
  }

  void expand(Expr e, int level) {
    const bool parentheses = level_of(e) < level;
    if (parentheses) put("(");
    bare(e);
    if (parentheses) put(")");
  }

  void list(Expr e, std::size_t first) {
    for (std::size_t k = first; k < arena_.count(e); ++k) {
      if (k > first) put(", ");
      put(arena_.child(e, k), 0);
    }
  }

  void derivative(Expr e) {
    std::vector<Expr> by;
    Expr of = e;
    for (; arena_.is(of, Op::Deriv); of = arena_.child(of, 0)) by.push_back(arena_.child(of, 1));
    const bool plain = arena_.is(by.back(), Op::Symbol) && by.size() == 1;
    if (plain && arena_.is(of, Op::Symbol)) return put(fmt::format("d{}/d{}", arena_.name(of), arena_.name(by[0])));
    if (plain) {
      put("d(");
      put(of, 0);
      return put(fmt::format(")/d{}", arena_.name(by[0])));
    }
    put("diff(");
    put(of, 0);
    for (std::size_t k = by.size(); k-- > 0;) {
      put(", ");
      put(by[k], 0);
    }
    put(")");
  }

  void bare(Expr e) {
    const Op op = arena_.op(e);
    switch (op) {
      case Op::Number:
        if (negative(e) && arena_.spelling_of(e) == nullptr) {
          put("-");
          return number(-arena_.value(e), nullptr);
        }
        return number(e);
      case Op::Constant:
      case Op::Symbol:
        return put(arena_.name(e));
      case Op::Rest:
        return put(arena_.name(e) + "...");
      case Op::Add:
        for (std::size_t k = 0; k < arena_.count(e); ++k) {
          const Expr t = arena_.child(e, k);
          if (subtracted(t)) {
            put(k == 0 ? "-" : " - ");
            positive_part(t);
          } else {
            if (k > 0) put(" + ");
            // `a + -1*3*x` would not be read back as it is meant.
            put(t, arena_.is(t, Op::Mul) && negative(arena_.child(t, 0)) && k > 0 ? atom_level : sum_level + 1);
          }
        }
        return;
      case Op::Mul:
        if (subtracted(e)) {
          put("-");
          return positive_part(e);
        }
        if (arena_.is_number(arena_.child(e, 0), -1)) {
          put("-1");
          return factors(e, 1, true, true);
        }
        return factors(e, 0, false, false);
      case Op::Pow:
        if (inverted(e)) {
          put("1");
          return denominator(e);
        }
        put(arena_.child(e, 0), power_level + 1);
        put("^");
        if (arena_.is_number(arena_.child(e, 1)) && arena_.spelling_of(arena_.child(e, 1)) == nullptr) {
          return exponent(arena_.value(arena_.child(e, 1)));
        }
        return put(arena_.child(e, 1), power_level);
      case Op::Call:
        put(arena_.name(e) + "(");
        list(e, 0);
        return put(")");
      case Op::Deriv:
        return derivative(e);
      case Op::Where:
        put("where(");
        list(e, 0);
        return put(")");
      case Op::In:
        put(arena_.child(e, 0), sum_level);
        put(" in {");
        list(e, 1);
        return put("}");
      case Op::Not:
        put("not ");
        return put(arena_.child(e, 0), precedence(op));
      default:  // comparisons, and, or
        for (std::size_t k = 0; k < arena_.count(e); ++k) {
          if (k > 0) put(std::string(spelling(op)));
          put(arena_.child(e, k), precedence(op) + 1);
        }
    }
  }

  const Arena& arena_;
  std::size_t max_length_;
  std::string out_;
  std::vector<Item> pending_, stack_;
};

}  // namespace

std::string print(const Arena& arena, Expr e, std::size_t max_length) { return Printer(arena, max_length).run(e); }

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Expressions in our notation, such that parsing the text gives the same expression again.
#include <cln/integer_io.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "gradus/expr/expr.h"
#include "gradus/expr/layer_name.h"
#include "gradus/expr/size.h"
#include "gradus/expr/slice.h"
#include "gradus/expr/tensor_function.h"

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

constexpr int sum_level = 50, product_level = 60, sign_level = 70, derivative_level = 75, power_level = 80,
              atom_level = 100;

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
        if (reads_as_derivative(item.text)) {
          out_.back() = ' ';
          out_ += "/ ";
        }
        out_ += item.text;
        if (out_.size() > max_length_)
          throw LimitError(fmt::format("the expression is longer than {} characters", max_length_));
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

  // Whether the quotient that would be written by appending `text` could be read as the token `dA/dB` or as
  // `d(A)/dB`. Blanks around the slash make it a quotient.
  bool reads_as_derivative(std::string_view text) const {
    const auto in_name = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             (static_cast<unsigned char>(c) & 0x80U) != 0;
    };
    if (text.size() < 2 || text[0] != 'd' || !in_name(text[1])) return false;
    if (out_.size() < 2 || out_.back() != '/') return false;
    const std::size_t end = out_.size() - 1;
    if (out_[end - 1] == ')') return true;
    std::size_t begin = end;
    while (begin > 0 && in_name(out_[begin - 1])) --begin;
    return end - begin >= 2 && out_[begin] == 'd';
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
      if (arena_.is(base, Op::Pow) && arena_.is_number(arena_.child(base, 1)) &&
          arena_.value(arena_.child(base, 1)) > 0)
        return false;
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
      case Op::Deriv:
        return implicit(e) ? atom_level : derivative_level;
      case Op::MatMul:
        return taken_part(arena_, e) ? atom_level : precedence(Op::MatMul);
      default:
        return precedence(arena_.op(e));
    }
  }

  // `d(E)` in patterns: the derivative with respect to the symbol `_`.
  bool implicit(Expr deriv) const {
    return arena_.is(arena_.child(deriv, 1), Op::Symbol) && arena_.name(arena_.child(deriv, 1)) == "_";
  }

  // The absolute value of a number as it is written.
  std::string magnitude(Expr e) const {
    if (const std::string* spelling = arena_.spelling_of(e))
      return spelling->substr(spelling->starts_with("-") ? 1 : 0);
    const Rational value = cln::abs(arena_.value(e));
    std::string out = digits(cln::numerator(value));
    if (cln::denominator(value) != 1) out += "/" + digits(cln::denominator(value));
    return out;
  }

  void denominator(Expr pow) {
    const Expr base = arena_.child(pow, 0);
    const Expr n = arena_.child(pow, 1);
    put("/");
    if (arena_.is_number(n, -1)) return put(base, power_level);
    put(base, power_level + 1);
    put(fraction(n) ? "^(" : "^");
    put(magnitude(n));
    if (fraction(n)) put(")");
  }

  bool unit_fraction(Expr e) const { return fraction(e) && cln::numerator(arena_.value(e)) == 1; }

  // The level at which factor `k` is written: a derivative before a division is put in parentheses for the reader.
  int factor_level(Expr product, std::size_t k, int level) const {
    if (!arena_.is(arena_.child(product, k), Op::Deriv) || k + 1 == arena_.count(product)) return level;
    const Expr next = arena_.child(product, k + 1);
    return unit_fraction(next) || inverted(next) ? power_level : level;
  }

  // The factors from `first` on; `written` says whether a factor stands before them, `numeral` whether it is a number.
  void factors(Expr product, std::size_t first, bool written, bool numeral) {
    const std::size_t n = arena_.count(product);
    for (std::size_t k = first; k < n; ++k) {
      const Expr f = arena_.child(product, k);
      const bool after_one = k == 1 && arena_.is_number(arena_.child(product, 0), 1);
      if (written && unit_fraction(f) && !numeral) {
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
          put(f, factor_level(product, k, written || negative(f) ? sign_level + 1 : sign_level));
        }
      }
      written = true;
      numeral = arena_.is_number(f);
    }
  }

  // A product without its leading minus, or a number without its sign.
  void positive_part(Expr e) {
    if (arena_.is_number(e)) return put(magnitude(e));
    const Expr c = arena_.child(e, 0);
    if (!arena_.is_number(c, -1)) {
      put(magnitude(c));
      return factors(e, 1, true, true);
    }
    const Expr f = arena_.child(e, 1);
    if (inverted(f)) {
      put("1");
      denominator(f);
      return factors(e, 2, true, false);
    }
    // -(2*x) has the product as one factor; a bare product would be taken apart.
    put(f, arena_.is(f, Op::Mul) ? atom_level : factor_level(e, 1, sign_level + 1));
    factors(e, 2, true, false);
  }

  void expand(Expr e, int level) {
    if (arena_.is(e, Op::Table)) {
      if (const auto s = slice_of(arena_, e)) return slice(*s, level);
      if (const auto r = tensor_reduction(arena_, e)) return over_index(r->entry, r->of);
    }
    const bool parentheses = level_of(e) < level;
    if (parentheses) put("(");
    bare(e);
    if (parentheses) put(")");
  }

  // X[:, 1]
  void slice(const Slice& s, int level) {
    if (std::ranges::none_of(s.indices, [](const auto& i) { return i.has_value(); })) return put(s.of, level);
    put(s.of, atom_level);
    put("[");
    write_indices(
        s, [this](std::string text) { put(std::move(text)); }, [this](Expr index) { put(index, 0); });
    put("]");
  }

  // X[2..n], X[:, 2..n]
  void part(Expr of, const Part& part, bool columns) {
    put(of, arena_.is(of, Op::Transpose) ? precedence(Op::Transpose) : atom_level);
    range(part, columns);
  }

  void range(const Part& part, bool columns) {
    put(columns ? "[:, " : "[");
    put(part.from, 0);
    put("..");
    put(part.to, 0);
    put("]");
  }

  // sum[j](E), with the operator of `e`
  void over_index(Expr e, Expr body) {
    put(std::string(spelling(arena_.op(e))) + "[");
    put(arena_.child(e, 0), 0);
    if (!shows_range(e, body)) {
      put(" in ");
      put(arena_.child(e, 1), 0);
    }
    put("](");
    put(body, 0);
    put(")");
  }

  void list(Expr e, std::size_t first) {
    for (std::size_t k = first; k < arena_.count(e); ++k) {
      if (k > first) put(", ");
      put(arena_.child(e, k), 0);
    }
  }

  // Whether the body of a sum, a greatest one or a table says what its index runs over: it stands in brackets behind a
  // tensor.
  bool shows_range(Expr e, Expr body) const {
    const Expr index = arena_.child(e, 0);
    if (!arena_.is(index, Op::Symbol) || is_over_layers(arena_, e)) return true;
    const std::vector<Expr> nodes = reachable(arena_, body);
    return std::ranges::any_of(nodes, [&](Expr n) {
      const auto parts = arena_.children(n);
      return arena_.is(n, Op::Entry) && std::ranges::find(parts.subspan(1), index) != parts.end();
    });
  }

  void derivative(Expr e) {
    if (implicit(e)) {
      put("d(");
      put(arena_.child(e, 0), 0);
      return put(")");
    }
    std::vector<Expr> by;
    Expr of = e;
    for (; arena_.is(of, Op::Deriv) && !implicit(of); of = arena_.child(of, 0)) by.push_back(arena_.child(of, 1));
    if (by.size() == 1 && arena_.is(by[0], Op::Symbol)) {
      const std::string below = "d" + arena_.name(by[0]);
      if (arena_.is(of, Op::Symbol)) {
        // Where `dA` or `dB` is a name, `dA/dB` would be ambiguous.
        const std::string above = "d" + arena_.name(of);
        if (!arena_.has_symbol(above) && !arena_.has_symbol(below)) return put(above + "/" + below);
      }
      put("d(");
      put(of, 0);
      return put(")/" + below);
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
        if (negative(e)) put("-");
        return put(magnitude(e));
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
        return put(arena_.child(e, 1), power_level);
      case Op::MatMul:  // associates to the left
        if (const auto part = taken_part(arena_, e)) return this->part(part->of, part->part, part->columns);
        put(arena_.child(e, 0), arena_.is(arena_.child(e, 0), Op::Mul) ? product_level + 1 : product_level);
        put(" @ ");
        return put(arena_.child(e, 1), product_level + 1);
      case Op::Transpose:
        put(arena_.child(e, 0), arena_.is_number(arena_.child(e, 0)) ? atom_level + 1 : precedence(op));
        return put(".T");
      case Op::Entry:
        put(arena_.child(e, 0), atom_level);
        put("[");
        list(e, 1);
        return put("]");
      case Op::Sum:
      case Op::Max:
      case Op::Min:
      case Op::Table:
        return over_index(e, arena_.child(e, 2));
      case Op::Call:
        if (const auto rows = part_of(arena_, e)) {
          put("eye(");
          put(rows->dimension, 0);
          put(")");
          return range(*rows, false);
        }
        put(std::string(written_name(arena_, e)) + "(");
        if (has_axis(arena_, e)) {
          put(arena_.child(e, 0), 0);
          put(", axis=");
          put(arena_.child(e, 1), 0);
        } else {
          list(e, 0);
        }
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

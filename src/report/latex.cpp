// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/report/latex.h"

#include <cln/integer_io.h>
#include <fmt/format.h>

#include <sstream>

#include "gradus/expr/layer_name.h"
#include "report/latex_printer.h"

namespace gradus {
namespace {

std::string digits(const cln::cl_I& n) {
  std::ostringstream out;
  cln::print_integer(out, 10, n);
  return out.str();
}

// `1.5e-3` as typed becomes `1.5 \cdot 10^{-3}`.
std::string typed_number(const std::string& text) {
  const std::size_t e = text.find_first_of("eE");
  if (e == std::string::npos) return text;
  std::string exponent = text.substr(e + 1);
  if (!exponent.empty() && exponent.front() == '+') exponent.erase(0, 1);
  return text.substr(0, e) + " \\cdot 10^{" + exponent + "}";
}

}  // namespace

std::string LatexPrinter::run(Expr e) {
  put(e, 0);
  flush();
  while (!stack_.empty()) {
    Item item = std::move(stack_.back());
    stack_.pop_back();
    if (item.level < 0) {
      out_ += item.text;
      if (out_.size() > max_length_)
        throw LimitError(fmt::format("the LaTeX is longer than {} characters", max_length_));
    } else {
      const bool wrapped = level_of(item.expr) < item.level;
      if (wrapped) put(open());
      bare(item.expr);
      if (wrapped) put(close());
      flush();
    }
  }
  return std::move(out_);
}

void LatexPrinter::flush() {
  for (; !pending_.empty(); pending_.pop_back()) stack_.push_back(std::move(pending_.back()));
}

bool LatexPrinter::fraction(Expr e) const {
  return arena_.is_number(e) && arena_.spelling_of(e) == nullptr && cln::denominator(arena_.value(e)) != 1;
}

int LatexPrinter::level_of(Expr e) const {
  switch (arena_.op(e)) {
    case Op::Number:
      if (negative(e)) return sum_level;  // needs parentheses wherever it is not alone or a first term
      if (const std::string* typed = arena_.spelling_of(e); typed != nullptr) {
        return typed->find_first_of("eE") == std::string::npos ? atom_level : product_level;
      }
      return fraction(e) ? sign_level + 5 : atom_level;
    case Op::Mul:
      return subtracted(e) ? sum_level : product_level;
    case Op::Pow:
      return inverted(e) ? sign_level + 5 : power_level;
    case Op::Deriv:
      return plain_derivative(e) ? sign_level + 5 : product_level;
    case Op::Transpose:
      return power_level;
    case Op::MatMul:
      return taken_part(arena_, e) ? power_level : precedence(Op::MatMul);
    case Op::Sum:
    case Op::Max:
    case Op::Min:
    case Op::Table:
      return product_level;
    case Op::Where:
      return sum_level - 1;  // the brace of `cases` has no right side
    case Op::Call:
      return call_level(e);
    default:
      return precedence(arena_.op(e));
  }
}

void LatexPrinter::number(const Rational& value, const std::string* typed) {
  if (typed != nullptr) return put(typed_number(*typed));
  if (value < 0) {
    put("-");
    return number(-value, nullptr);
  }
  if (cln::denominator(value) == 1) return put(digits(cln::numerator(value)));
  put("\\frac{" + digits(cln::numerator(value)) + "}{" + digits(cln::denominator(value)) + "}");
}

void LatexPrinter::denominator(Expr pow) {
  const Expr base = arena_.child(pow, 0);
  const Rational n = -arena_.value(arena_.child(pow, 1));
  if (n == 1) return put(base, 0);
  put(base, power_level + 1);
  put("^{");
  number(n, nullptr);
  put("}");
}

bool LatexPrinter::begins_with_digit(Expr e) const {
  while (arena_.is(e, Op::Pow) && !inverted(e)) e = arena_.child(e, 0);
  return arena_.is_number(e) && !negative(e);
}

void LatexPrinter::factors(Expr product, std::size_t first, bool written) {
  const std::size_t n = arena_.count(product);
  for (std::size_t k = first; k < n;) {
    std::size_t plain = k;
    while (plain < n && !inverted(arena_.child(product, plain))) ++plain;
    std::size_t below = plain;
    while (below < n && inverted(arena_.child(product, below))) ++below;
    if (below == plain) {
      plain_factors(product, k, plain, written);
    } else {
      if (written) put(between());
      put("\\frac{");
      if (plain == k) {
        put("1");
      } else if (plain == k + 1) {
        put(arena_.child(product, k), 0);
      } else {
        plain_factors(product, k, plain, false);
      }
      put("}{");
      for (std::size_t j = plain; j < below; ++j) {
        if (j > plain) put(begins_with_digit(arena_.child(arena_.child(product, j), 0)) ? " \\cdot " : between());
        if (below > plain + 1 && arena_.is_number(arena_.child(arena_.child(product, j), 1), -1)) {
          put(arena_.child(arena_.child(product, j), 0), product_level + 1);
        } else {
          denominator(arena_.child(product, j));
        }
      }
      put("}");
    }
    written = true;
    k = below;
  }
}

void LatexPrinter::plain_factors(Expr product, std::size_t from, std::size_t to, bool written) {
  for (std::size_t k = from; k < to; ++k) {
    const Expr f = arena_.child(product, k);
    if (written) put(begins_with_digit(f) ? " \\cdot " : between());
    put(f, product_level + 1);
    written = true;
  }
}

void LatexPrinter::positive_part(Expr e) {
  if (arena_.is_number(e)) return number(-arena_.value(e), nullptr);
  const Rational c = -arena_.value(arena_.child(e, 0));
  if (c == 1) return arena_.count(e) == 2 ? put(arena_.child(e, 1), product_level) : factors(e, 1, false);
  number(c, nullptr);
  factors(e, 1, true);
}

void LatexPrinter::bare(Expr e) {
  const Op op = arena_.op(e);
  switch (op) {
    case Op::Number:
      return number(arena_.value(e), negative(e) ? nullptr : arena_.spelling_of(e));
    case Op::Constant:
      return put(arena_.name(e) == "pi" ? "\\pi" : arena_.name(e));
    case Op::Symbol:
      return put(style_.name(arena_.name(e)));
    case Op::Rest:
      return put(latex_name(arena_.name(e)) + "\\ldots");
    case Op::Add:
      for (std::size_t k = 0; k < arena_.count(e); ++k) {
        const Expr t = arena_.child(e, k);
        if (subtracted(t)) {
          put(k == 0 ? "-" : " - ");
          positive_part(t);
        } else {
          if (k > 0) put(" + ");
          put(t, sum_level + 1);
        }
      }
      return;
    case Op::Mul:
      if (subtracted(e)) {
        put("-");
        return positive_part(e);
      }
      return factors(e, 0, false);
    case Op::Pow:
      if (inverted(e)) {
        put("\\frac{1}{");
        denominator(e);
        return put("}");
      }
      put(arena_.child(e, 0), power_level + 1);
      put("^{");
      put(arena_.child(e, 1), 0);
      return put("}");
    case Op::MatMul:
      if (const auto part = taken_part(arena_, e)) return this->part(part->of, part->part, part->columns);
      put(arena_.child(e, 0), product_level);
      put(style_.typed ? " " : " \\cdot ");
      return put(arena_.child(e, 1), product_level + 1);
    case Op::Transpose: {
      const bool inverse = is_inverse(arena_.child(e, 0));
      put(inverse ? arena_.child(arena_.child(e, 0), 0) : arena_.child(e, 0), atom_level);
      return put(inverse ? "^{-\\top}" : "^{\\top}");
    }
    case Op::Entry:
      if (style_.typed && arena_.is(arena_.child(e, 0), Op::Symbol)) return entry_of_name(e);
      put(arena_.is(arena_.child(e, 0), Op::Symbol) ? "{" : "{\\left(");
      put(arena_.child(e, 0), 0);
      put(arena_.is(arena_.child(e, 0), Op::Symbol) ? "}_{" : "\\right)}_{");
      list(e, 1);
      return put("}");
    case Op::Sum:
    case Op::Max:
    case Op::Min:
      return over_index(e, arena_.child(e, 2));
    case Op::Table:  // its general entry
      if (const auto s = slice_of(arena_, e)) return slice(*s);
      if (const auto r = tensor_reduction(arena_, e)) return over_index(r->entry, r->of);
      if (style_.typed && known_table(e)) return;
      put("\\left(");
      put(arena_.child(e, 2), 0);
      put("\\right)_{");
      put(arena_.child(e, 0), 0);
      return put("}");
    case Op::Call:
      return call(e);
    case Op::Deriv:
      return derivative(e);
    case Op::Where:
      put("\\begin{cases} ");
      put(arena_.child(e, 1), 0);
      put(" & \\text{if } ");
      put(arena_.child(e, 0), 0);
      put(" \\\\ ");
      put(arena_.child(e, 2), 0);
      return put(" & \\text{otherwise} \\end{cases}");
    case Op::In:
      put(arena_.child(e, 0), sum_level);
      put(" \\in \\{");
      list(e, 1);
      return put("\\}");
    case Op::Not:
      put("\\lnot ");
      return put(arena_.child(e, 0), precedence(op) + 11);
    default:
      for (std::size_t k = 0; k < arena_.count(e); ++k) {
        if (k > 0) put(relation(op));
        put(arena_.child(e, k), precedence(op) + 1);
      }
  }
}

std::string LatexPrinter::relation(Op op) {
  switch (op) {
    case Op::Eq:
      return " = ";
    case Op::Ne:
      return " \\neq ";
    case Op::Le:
      return " \\le ";
    case Op::Ge:
      return " \\ge ";
    case Op::And:
      return " \\land ";
    case Op::Or:
      return " \\lor ";
    default:
      return std::string(spelling(op));
  }
}

std::string latex(const Arena& arena, const FunctionTable& functions, Expr e, std::size_t max_length,
                  const LatexStyle& style) {
  return LatexPrinter(arena, functions, max_length, style).run(e);
}

}  // namespace gradus

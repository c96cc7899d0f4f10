// SPDX-License-Identifier: GPL-2.0-or-later
// Expressions in LaTeX. Like the printer of our notation: a stack of work instead of recursion.
#include "gradus/report/latex.h"

#include "gradus/expr/tensor_function.h"

#include <cln/integer_io.h>
#include <fmt/format.h>

#include <cctype>
#include <sstream>

namespace gradus {
namespace {

constexpr int sum_level = 50, product_level = 60, sign_level = 70, power_level = 80, atom_level = 100;

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

struct Item {
  std::string text;
  Expr expr;
  int level = -1;  // -1: a text
};

class Printer {
 public:
  Printer(const Arena& arena, const FunctionTable& functions, std::size_t max_length, const LatexStyle& style)
      : arena_(arena), functions_(functions), max_length_(max_length), style_(style) {}

  std::string run(Expr e) {
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

 private:
  std::string open() const { return style_.typed ? "(" : "\\left("; }
  std::string close() const { return style_.typed ? ")" : "\\right)"; }
  std::string between() const { return style_.typed ? " " : "\\,"; }
  void put(std::string text) { pending_.push_back({std::move(text), {}, -1}); }
  void put(Expr e, int level) { pending_.push_back({{}, e, level}); }
  void flush() {
    for (; !pending_.empty(); pending_.pop_back()) stack_.push_back(std::move(pending_.back()));
  }

  bool negative(Expr e) const { return arena_.is_number(e) && arena_.value(e) < 0; }
  bool fraction(Expr e) const {
    return arena_.is_number(e) && arena_.spelling_of(e) == nullptr && cln::denominator(arena_.value(e)) != 1;
  }
  bool inverted(Expr e) const { return arena_.is(e, Op::Pow) && negative(arena_.child(e, 1)); }
  bool subtracted(Expr e) const { return negative(e) || (arena_.is(e, Op::Mul) && negative(arena_.child(e, 0))); }

  int level_of(Expr e) const {
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
      case Op::Sum:
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

  // Whether a call may be the base of a power as it stands.
  int call_level(Expr e) const {
    const Function* f = functions_.find(arena_.name(e), arena_.count(e));
    if (f == nullptr || f->latex.empty()) return atom_level;
    const std::string& t = f->latex;
    const bool closed = t.ends_with("\\right)") || t.ends_with("\\right|") || t.ends_with(")");
    return closed && t.find('^') == std::string::npos && !t.starts_with("\\frac") ? atom_level : sign_level + 5;
  }

  void number(const Rational& value, const std::string* typed) {
    if (typed != nullptr) return put(typed_number(*typed));
    if (value < 0) {
      put("-");
      return number(-value, nullptr);
    }
    if (cln::denominator(value) == 1) return put(digits(cln::numerator(value)));
    put("\\frac{" + digits(cln::numerator(value)) + "}{" + digits(cln::denominator(value)) + "}");
  }

  void denominator(Expr pow) {
    const Expr base = arena_.child(pow, 0);
    const Rational n = -arena_.value(arena_.child(pow, 1));
    if (n == 1) return put(base, 0);
    put(base, power_level + 1);
    put("^{");
    number(n, nullptr);
    put("}");
  }

  // Whether the text of `e` begins with a digit: then a dot must stand before it.
  bool begins_with_digit(Expr e) const {
    while (arena_.is(e, Op::Pow) && !inverted(e)) e = arena_.child(e, 0);
    return arena_.is_number(e) && !negative(e);
  }

  // Factors from `first` on. A run of plain factors with the inverted ones that follow it is one fraction.
  void factors(Expr product, std::size_t first, bool written) {
    const std::size_t n = arena_.count(product);
    for (std::size_t k = first; k < n;) {
      std::size_t plain = k;
      while (plain < n && !inverted(arena_.child(product, plain))) ++plain;
      std::size_t below = plain;
      while (below < n && inverted(arena_.child(product, below))) ++below;
      if (below == plain) {
        run(product, k, plain, written);
      } else {
        if (written) put(between());
        put("\\frac{");
        if (plain == k) {
          put("1");
        } else if (plain == k + 1) {
          put(arena_.child(product, k), 0);
        } else {
          run(product, k, plain, false);
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

  void run(Expr product, std::size_t from, std::size_t to, bool written) {
    for (std::size_t k = from; k < to; ++k) {
      const Expr f = arena_.child(product, k);
      if (written) put(begins_with_digit(f) ? " \\cdot " : between());
      put(f, product_level + 1);
      written = true;
    }
  }

  // A product that begins with a negative number, or such a number, without its sign.
  void positive_part(Expr e) {
    if (arena_.is_number(e)) return number(-arena_.value(e), nullptr);
    const Rational c = -arena_.value(arena_.child(e, 0));
    if (c == 1) return arena_.count(e) == 2 ? put(arena_.child(e, 1), product_level) : factors(e, 1, false);
    number(c, nullptr);
    factors(e, 1, true);
  }

  void list(Expr e, std::size_t first) {
    for (std::size_t k = first; k < arena_.count(e); ++k) {
      if (k > first) put(", ");
      put(arena_.child(e, k), 0);
    }
  }

  // x_{ij}, {x_t}_i
  void entry_of_name(Expr e) {
    const std::string name = style_.name(arena_.name(arena_.child(e, 0)));
    std::vector<std::string> indices;
    bool letters = true;
    for (std::size_t k = 1; k < arena_.count(e); ++k) {
      const Expr i = arena_.child(e, k);
      letters = letters && arena_.is(i, Op::Symbol) && style_.name(arena_.name(i)).size() == 1;
    }
    const bool scripted = name.find_first_of("_^") != std::string::npos;
    put((scripted ? "{" + name + "}" : name) + (letters && arena_.count(e) == 2 ? "_" : "_{"));
    for (std::size_t k = 1; k < arena_.count(e); ++k) {
      if (k > 1 && !letters) put(", ");
      put(arena_.child(e, k), 0);
    }
    if (!(letters && arena_.count(e) == 2)) put("}");
  }

  // The identity, the vector of ones, and tables over indices that have letters of their own.
  bool known_table(Expr e) {
    const Expr inner = arena_.child(e, 2);
    if (arena_.is_number(inner, 1)) {
      put("\\mathbf{1}");
      return true;
    }
    if (arena_.is(inner, Op::Table)) {
      Expr body = arena_.child(inner, 2);
      if (arena_.is(body, Op::Mul) && arena_.count(body) == 2 && arena_.is_number(arena_.child(body, 1), 1))
        body = arena_.child(body, 0);
      if (arena_.is(body, Op::Call) && arena_.name(body) == "delta" && arena_.child(body, 0) == arena_.child(e, 0) &&
          arena_.child(body, 1) == arena_.child(inner, 0)) {
        put("I");
        return true;
      }
    }
    return false;
  }

  // a^T b, a b^T, tr(A), |a|, delta_ij as they are written
  bool product_call(Expr e) {
    const std::string& name = arena_.name(e);
    const bool inner = name == "dot", outer = name == "outer";
    if (inner || outer) {
      put(arena_.child(e, 0), atom_level);
      put(inner ? "^{\\top} " : " ");
      put(arena_.child(e, 1), outer ? atom_level : product_level + 1);
      if (outer) put("^{\\top}");
      return true;
    }
    if (name != "delta" && name != "trace" && name != "norm") return false;
    put(name == "delta" ? "\\delta_{" : name == "trace" ? "\\operatorname{tr}(" : "\\|");
    list(e, 0);
    put(name == "delta" ? "}" : name == "trace" ? ")" : "\\|");
    return true;
  }

  void call(Expr e) {
    const bool identity = arena_.name(e) == "eye";
    if (identity || (arena_.name(e) == "delta" && arena_.count(e) == 2)) {
      put(identity ? "I_{" : "\\delta_{");
      list(e, 0);
      return put("}");
    }
    if (has_axis(arena_, e)) {
      put(latex_name(arena_.name(e)) + "_{\\text{axis }" + print(arena_, arena_.child(e, 1)) + "}\\left(");
      put(arena_.child(e, 0), 0);
      return put("\\right)");
    }
    if (style_.typed && product_call(e)) return;
    const Function* f = functions_.find(arena_.name(e), arena_.count(e));
    if (f == nullptr || f->latex.empty()) {
      put(style_.name(arena_.name(e)) + open());
      list(e, 0);
      return put(close());
    }
    const std::string& t = f->latex;
    std::size_t from = 0;
    while (from < t.size()) {
      std::size_t at = std::string::npos, length = 0, which = 0;
      for (std::size_t k = 0; k < f->parameters.size(); ++k) {
        const std::string mark = "{" + arena_.name(f->parameters[k]) + "}";
        const std::size_t found = t.find(mark, from);
        if (found < at) at = found, length = mark.size(), which = k;
      }
      if (at == std::string::npos) break;
      put(t.substr(from, at - from));
      // Inside braces, parentheses or bars, or between commas, nothing can be misread.
      std::size_t before = at;
      while (before > 0 && t[before - 1] == ' ') --before;
      const char c = before == 0 ? ' ' : t[before - 1];
      const bool enclosed = c == '{' || c == '(' || c == '|' || c == ',' || c == '[' || c == '&';
      put(arena_.child(e, which), enclosed ? 0 : c == '+' ? sum_level + 1 : atom_level);
      from = at + length;
    }
    put(t.substr(from));
  }

  bool plain_derivative(Expr e) const {
    while (arena_.is(e, Op::Deriv)) e = arena_.child(e, 0);
    return arena_.is(e, Op::Symbol);
  }

  void derivative(Expr e) {
    std::vector<Expr> by;
    Expr of = e;
    for (; arena_.is(of, Op::Deriv); of = arena_.child(of, 0)) by.push_back(arena_.child(of, 1));
    if (by.size() == 1 && arena_.is(by[0], Op::Symbol) && arena_.name(by[0]) == "_") {
      put("\\mathrm{d}");
      return put(of, atom_level + 1);
    }
    const std::string top = by.size() == 1 ? "\\partial" : fmt::format("\\partial^{{{}}}", by.size());
    put("\\frac{" + top);
    if (arena_.is(of, Op::Symbol)) put(" " + style_.name(arena_.name(of)));
    put("}{");
    for (const Expr b : by) {
      put("\\partial ");
      put(b, atom_level);
    }
    put("}");
    if (!arena_.is(of, Op::Symbol)) put(of, atom_level + 1);
  }

  void bare(Expr e) {
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
        put(arena_.child(e, 0), product_level);
        put(style_.typed ? " " : " \\cdot ");
        return put(arena_.child(e, 1), product_level + 1);
      case Op::Transpose:
        put(arena_.child(e, 0), atom_level);
        return put("^{\\top}");
      case Op::Entry:
        if (style_.typed && arena_.is(arena_.child(e, 0), Op::Symbol)) return entry_of_name(e);
        put(arena_.is(arena_.child(e, 0), Op::Symbol) ? "{" : "{\\left(");
        put(arena_.child(e, 0), 0);
        put(arena_.is(arena_.child(e, 0), Op::Symbol) ? "}_{" : "\\right)}_{");
        list(e, 1);
        return put("}");
      case Op::Sum:
        put("\\sum_{");
        put(arena_.child(e, 0), 0);
        put("} ");
        return put(arena_.child(e, 2), product_level);
      case Op::Table:  // its general entry
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

  static std::string relation(Op op) {
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

  const Arena& arena_;
  const FunctionTable& functions_;
  std::size_t max_length_;
  const LatexStyle& style_;
  std::string out_;
  std::vector<Item> pending_, stack_;
};

}  // namespace

std::string latex(const Arena& arena, const FunctionTable& functions, Expr e, std::size_t max_length,
                  const LatexStyle& style) {
  return Printer(arena, functions, max_length, style).run(e);
}

}  // namespace gradus

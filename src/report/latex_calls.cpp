// SPDX-License-Identifier: GPL-2.0-or-later
// Functions, entries, tables and derivatives in LaTeX.
#include <fmt/format.h>

#include "gradus/expr/layer_name.h"
#include "gradus/expr/tensor_function.h"
#include "report/latex_printer.h"

namespace gradus {

bool LatexPrinter::is_inverse(Expr e) const { return tensor_call(arena_, e) != nullptr && arena_.name(e) == "inv"; }

int LatexPrinter::call_level(Expr e) const {
  if (is_inverse(e)) return power_level;
  const Function* f = functions_.find(arena_.name(e), arena_.count(e));
  if (f == nullptr || f->latex.empty()) return atom_level;
  const std::string& t = f->latex;
  const bool closed = t.ends_with("\\right)") || t.ends_with("\\right|") || t.ends_with(")");
  return closed && t.find('^') == std::string::npos && !t.starts_with("\\frac") ? atom_level : sign_level + 5;
}

void LatexPrinter::list(Expr e, std::size_t first) {
  for (std::size_t k = first; k < arena_.count(e); ++k) {
    if (k > first) put(", ");
    put(arena_.child(e, k), 0);
  }
}

// \sum_{j} E, with the operator of `e`
void LatexPrinter::over_index(Expr e, Expr body) {
  put((arena_.is(e, Op::Sum) ? "\\sum_{" : "\\" + std::string(spelling(arena_.op(e))) + "_{"));
  put(arena_.child(e, 0), 0);
  if (is_over_layers(arena_, e)) {
    put("=1}^{");
    put(arena_.child(e, 1), 0);
  }
  put("} ");
  put(body, product_level);
}

// X_{:, 1}
void LatexPrinter::slice(const Slice& s) {
  const bool name = arena_.is(s.of, Op::Symbol);
  put(name ? "{" : "{\\left(");
  put(s.of, 0);
  put(name ? "}_{" : "\\right)}_{");
  write_indices(
      s, [this](std::string text) { put(std::move(text)); }, [this](Expr index) { put(index, 0); });
  put("}");
}

// X_{2:n}, X_{:, 2:n}
void LatexPrinter::part(Expr of, const Part& part, bool columns) {
  const bool name = arena_.is(of, Op::Symbol);
  put(name ? "{" : "{\\left(");
  put(of, 0);
  put(name ? "}_{" : "\\right)}_{");
  range(part, columns);
}

void LatexPrinter::range(const Part& part, bool columns) {
  if (columns) put(":, ");
  put(part.from, 0);
  put(":");
  put(part.to, 0);
  put("}");
}

void LatexPrinter::entry_of_name(Expr e) {
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

bool LatexPrinter::known_table(Expr e) {
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

// A^{-1}, \det A
bool LatexPrinter::matrix_call(Expr e) {
  if (is_inverse(e)) {
    put(arena_.child(e, 0), atom_level);
    put("^{-1}");
    return true;
  }
  const std::string& name = arena_.name(e);
  if (tensor_call(arena_, e) == nullptr || (name != "det" && name != "logdet")) return false;
  put(name == "det" ? "\\det" : "\\ln\\det");
  put(open());
  put(arena_.child(e, 0), 0);
  put(close());
  return true;
}

bool LatexPrinter::product_call(Expr e) {
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

std::string LatexPrinter::function_name(Expr call) const {
  const std::string name(written_name(arena_, call));
  return name != arena_.name(call) ? "\\" + name : style_.name(name);
}

void LatexPrinter::call(Expr e) {
  if (const auto rows = part_of(arena_, e)) {
    put("{I_{");
    put(rows->dimension, 0);
    put("}}_{");
    return range(*rows, false);
  }
  const bool identity = arena_.name(e) == "eye";
  if (identity || (arena_.name(e) == "delta" && arena_.count(e) == 2)) {
    put(identity ? "I_{" : "\\delta_{");
    list(e, 0);
    return put("}");
  }
  if (has_axis(arena_, e)) {
    put(function_name(e) + "_{\\text{axis }" + print(arena_, arena_.child(e, 1)) + "}\\left(");
    put(arena_.child(e, 0), 0);
    return put("\\right)");
  }
  if (matrix_call(e) || (style_.typed && product_call(e))) return;
  const Function* f = functions_.find(arena_.name(e), arena_.count(e));
  if (f == nullptr || f->latex.empty()) {
    put(function_name(e) + open());
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

bool LatexPrinter::plain_derivative(Expr e) const {
  while (arena_.is(e, Op::Deriv)) e = arena_.child(e, 0);
  return arena_.is(e, Op::Symbol);
}

void LatexPrinter::derivative(Expr e) {
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

}  // namespace gradus

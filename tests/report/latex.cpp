// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/report/latex.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "gradus/expr/slice.h"

using namespace gradus;

namespace {

struct Printing {
  Printing() {
    add("exp", "e^{{u}}");
    add("ln", "\\ln\\left({u}\\right)");
    add("sigmoid", "\\sigma\\left({u}\\right)");
    add("sqrt", "\\sqrt{{u}}");
    add("log1p", "\\ln\\left(1 + {u}\\right)");
    add("bare", "\\sin {u}");
    Function max{};
    max.name = "max";
    max.parameters = {arena.symbol("u"), arena.symbol("v")};
    max.latex = "\\max\\left({u}, {v}\\right)";
    functions.add(max);
  }
  void add(const char* name, const char* text) {
    Function f{};
    f.name = name;
    f.parameters = {arena.symbol("u")};
    f.latex = text;
    functions.add(f);
  }
  Expr s(const char* name) { return arena.symbol(name); }
  Expr n(long value) { return arena.number(value); }
  std::string tex(Expr e) { return latex(arena, functions, e); }

  Arena arena;
  FunctionTable functions;
};

// Braces, \left and \right, and environments are balanced.
bool balanced(const std::string& text) {
  long braces = 0, pairs = 0, environments = 0;
  for (std::size_t k = 0; k < text.size(); ++k) {
    if (text[k] == '\\' && k + 1 < text.size() && (text[k + 1] == '{' || text[k + 1] == '}' || text[k + 1] == '\\')) {
      ++k;
      continue;
    }
    if (text[k] == '{') ++braces;
    if (text[k] == '}' && --braces < 0) return false;
    if (text.compare(k, 5, "\\left") == 0) ++pairs;
    if (text.compare(k, 6, "\\right") == 0 && --pairs < 0) return false;
    if (text.compare(k, 6, "\\begin") == 0) ++environments;
    if (text.compare(k, 4, "\\end") == 0 && --environments < 0) return false;
  }
  return braces == 0 && pairs == 0 && environments == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(latex_printer)

BOOST_AUTO_TEST_CASE(names) {
  BOOST_TEST(latex_name("x") == "x");
  BOOST_TEST(latex_name("w_1") == "w_{1}");
  BOOST_TEST(latex_name("W1") == "W_{1}");
  BOOST_TEST(latex_name("w_1_2") == "w_{1,2}");
  BOOST_TEST(latex_name("yhat") == "\\hat{y}");
  BOOST_TEST(latex_name("y_hat") == "\\hat{y}");
  BOOST_TEST(latex_name("yhat2") == "\\hat{y}_{2}");
  BOOST_TEST(latex_name("alpha") == "\\alpha");
  BOOST_TEST(latex_name("sigma2") == "\\sigma_{2}");
  BOOST_TEST(latex_name("mu_x") == "\\mu_{x}");
  BOOST_TEST(latex_name("loss") == "\\mathrm{loss}");
  BOOST_TEST(latex_name("_") == "\\mathrm{\\_}");
  BOOST_TEST(latex_name("g'") == "g'");
  BOOST_TEST(latex_text("100% of `a_b` & {c}") == "100\\% of `a\\_b' \\& \\{c\\}");
}

BOOST_FIXTURE_TEST_CASE(sums_and_signs, Printing) {
  BOOST_TEST(tex(arena.sub(s("a"), s("y"))) == "a - y");
  BOOST_TEST(tex(arena.negate(arena.add(s("a"), s("b")))) == "-\\left(a + b\\right)");
  BOOST_TEST(tex(arena.mul(s("x"), arena.sub(s("a"), s("y")))) == "x\\,\\left(a - y\\right)");
  BOOST_TEST(tex(arena.mul(s("x"), n(-3))) == "x\\,\\left(-3\\right)");
  BOOST_TEST(tex(arena.mul(s("x"), n(3))) == "x \\cdot 3");
  BOOST_TEST(tex(arena.mul(n(2), s("x"))) == "2\\,x");
  BOOST_TEST(tex(arena.mul(s("x"), arena.negate(s("y")))) == "x\\,\\left(-y\\right)");
}

BOOST_FIXTURE_TEST_CASE(inverses_and_determinants, Printing) {
  const Expr inverse = arena.call("inv", {s("A")});
  BOOST_TEST(tex(inverse) == "A^{-1}");
  BOOST_TEST(tex(arena.make(Op::Transpose, {inverse})) == "A^{-\\top}");
  BOOST_TEST(tex(arena.pow(inverse, n(2))) == "\\left(A^{-1}\\right)^{2}");
  BOOST_TEST(tex(arena.call("inv", {arena.add(s("A"), s("B"))})) == "\\left(A + B\\right)^{-1}");
  BOOST_TEST(tex(arena.call("det", {s("A")})) == "\\det\\left(A\\right)");
  BOOST_TEST(tex(arena.call("logdet", {s("A")})) == "\\ln\\det\\left(A\\right)");
}

BOOST_FIXTURE_TEST_CASE(fractions_and_powers, Printing) {
  BOOST_TEST(tex(arena.fraction(-1, 2)) == "-\\frac{1}{2}");
  BOOST_TEST(tex(arena.div(s("y"), s("a"))) == "\\frac{y}{a}");
  BOOST_TEST(tex(arena.negate(arena.div(s("y"), s("a")))) == "-\\frac{y}{a}");
  const Expr q = arena.div(n(1), arena.add(n(1), arena.call("exp", {s("z")})));
  BOOST_TEST(tex(q) == "\\frac{1}{1 + e^{z}}");
  BOOST_TEST(tex(arena.pow(arena.call("exp", {s("z")}), n(2))) == "\\left(e^{z}\\right)^{2}");
  BOOST_TEST(tex(arena.pow(arena.call("sigmoid", {s("z")}), n(2))) == "\\sigma\\left(z\\right)^{2}");
  BOOST_TEST(tex(arena.pow(s("a"), arena.fraction(1, 2))) == "a^{\\frac{1}{2}}");
  BOOST_TEST(tex(arena.pow(s("a"), n(-2))) == "\\frac{1}{a^{2}}");
  BOOST_TEST(tex(arena.pow(arena.pow(s("a"), s("b")), n(2))) == "\\left(a^{b}\\right)^{2}");
  BOOST_TEST(tex(arena.pow(n(-2), n(2))) == "\\left(-2\\right)^{2}");
  // a*b/c*d: what stands before the division is its numerator.
  const Expr abcd = arena.make(Op::Mul, {s("a"), s("b"), arena.pow(s("c"), n(-1)), s("d")});
  BOOST_TEST(tex(abcd) == "\\frac{a\\,b}{c}\\,d");
}

BOOST_FIXTURE_TEST_CASE(functions_by_template, Printing) {
  BOOST_TEST(tex(arena.call("ln", {arena.add(s("a"), s("b"))})) == "\\ln\\left(a + b\\right)");
  BOOST_TEST(tex(arena.call("log1p", {arena.add(s("a"), s("b"))})) == "\\ln\\left(1 + \\left(a + b\\right)\\right)");
  BOOST_TEST(tex(arena.call("bare", {arena.mul(s("a"), s("b"))})) == "\\sin \\left(a\\,b\\right)");
  BOOST_TEST(tex(arena.call("max", {s("a"), n(0)})) == "\\max\\left(a, 0\\right)");
  BOOST_TEST(tex(arena.call("g'", {s("z")})) == "g'\\left(z\\right)");
}

BOOST_FIXTURE_TEST_CASE(derivatives_and_cases, Printing) {
  const Expr d = arena.make(Op::Deriv, {s("L"), s("w_1")});
  BOOST_TEST(tex(d) == "\\frac{\\partial L}{\\partial w_{1}}");
  BOOST_TEST(tex(arena.make(Op::Deriv, {d, s("b")})) == "\\frac{\\partial^{2} L}{\\partial b\\partial w_{1}}");
  BOOST_TEST(tex(arena.make(Op::Deriv, {arena.mul(s("w"), s("x")), s("w")})) ==
             "\\frac{\\partial}{\\partial w}\\left(w\\,x\\right)");
  BOOST_TEST(tex(arena.mul(d, d)) == "\\frac{\\partial L}{\\partial w_{1}}\\,\\frac{\\partial L}{\\partial w_{1}}");
  const Expr where = arena.make(Op::Where, {arena.make(Op::Ge, {s("x"), n(0)}), s("x"), n(0)});
  BOOST_TEST(tex(where) == "\\begin{cases} x & \\text{if } x \\ge 0 \\\\ 0 & \\text{otherwise} \\end{cases}");
  BOOST_TEST(tex(arena.mul(n(2), where)) == "2\\,\\left(" + tex(where) + "\\right)");
  BOOST_TEST(tex(arena.make(Op::In, {s("y"), n(0), n(1)})) == "y \\in \\{0, 1\\}");
}

BOOST_FIXTURE_TEST_CASE(slices, Printing) {
  const Expr i = slice_indices(arena, s("X"), 1)[0], j = s("j"), m = s("m");
  const Expr column = arena.make(Op::Table, {i, s("n"), arena.make(Op::Entry, {s("X"), i, j})});
  BOOST_TEST(tex(column) == "{X}_{:, j}");
  const Expr entry = arena.make(Op::Entry, {column, i});
  BOOST_TEST(tex(arena.make(Op::Sum, {j, m, column})) == "\\sum_{j} {X}_{:, j}");
  const Expr k = slice_indices(arena, column, 1)[0], of_k = arena.make(Op::Entry, {column, k});
  BOOST_TEST(tex(arena.make(Op::Table, {k, s("n"), arena.make(Op::Sum, {j, m, of_k})})) == "\\sum_{j} {X}_{:, j}");
  // The index of the table within the tensor: no slice.
  BOOST_TEST(tex(arena.make(Op::Table, {i, s("n"), entry})) ==
             "\\left({\\left({X}_{:, j}\\right)}_{" + tex(i) + "}\\right)_{" + tex(i) + "}");
}

BOOST_FIXTURE_TEST_CASE(deep_and_balanced, Printing) {
  Expr e = s("x");
  for (int k = 0; k < 20'000; ++k) {
    e = k % 3 == 0   ? arena.call("sigmoid", {e})
        : k % 3 == 1 ? arena.pow(arena.add(n(1), e), n(-1))
                     : arena.make(Op::Where, {arena.make(Op::Gt, {e, n(0)}), s("y"), s("x")});
  }
  const std::string text = tex(e);
  BOOST_TEST(balanced(text));
  BOOST_TEST(text.size() > 100'000U);
  BOOST_CHECK_THROW(latex(arena, functions, e, 1000), LimitError);
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// Index notation: what definitions and claims entry by entry become, and that what is printed is read back.
#include <boost/test/unit_test.hpp>

#include "gradus/syntax/parse.h"
#include "syntax/table.h"

using namespace gradus;

namespace {

constexpr const char* head = "dim n, h, m\ninput X[n, m], x[n], T[n, 1], y[3]\nparam W[h, n], b[h], c\n";

struct Reader {
  Arena arena;
  FunctionTable table = test::small_table(arena);
  Model read(const std::string& text) { return parse_model(arena, table, test::source_of(head + text)).models.front(); }
  std::string shape(const Model& m, const std::string& name) {
    const auto it = m.shapes.find(name);
    return print_shape(arena, it == m.shapes.end() ? Shape{} : it->second);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(indices)

BOOST_AUTO_TEST_CASE(a_definition_entry_by_entry_is_a_table) {
  Reader r;
  const Model m = r.read(
      "Z[i, j] = sum[k](W[i, k]*X[k, j]) + b[i]\n"
      "q[j, 1] = X[1, j]*c\n"
      "one[1] = c\n"
      "I[i in n, k in n] = delta(i, k)\n"
      "D[p, q1] = delta(p, q1)*x[p]\n"
      "t[i] = T[i, 1]\n"
      "s[i, j] = T[i, j]\n");
  const Expr z = m.definition("Z")->value;
  BOOST_REQUIRE((r.arena.op(z) == Op::Table));
  BOOST_TEST(r.arena.name(r.arena.child(z, 0)) == "i");
  BOOST_TEST(r.arena.name(r.arena.child(z, 1)) == "h");
  const Expr inside = r.arena.child(z, 2);
  BOOST_REQUIRE((r.arena.op(inside) == Op::Table));
  BOOST_TEST(r.arena.name(r.arena.child(inside, 1)) == "m");
  BOOST_TEST((r.arena.op(r.arena.child(inside, 2)) == Op::Add));
  BOOST_TEST(r.shape(m, "Z") == "[h, m]");
  BOOST_TEST(r.shape(m, "q") == "[m, 1]");
  BOOST_TEST(r.shape(m, "one") == "[1]");
  BOOST_TEST(r.shape(m, "I") == "[n, n]");
  BOOST_TEST(r.shape(m, "D") == "[n, n]");  // a delta says what its other index runs over
  BOOST_TEST(r.shape(m, "t") == "[n]");
  BOOST_TEST(r.shape(m, "s") == "[n, 1]");
  BOOST_TEST(print(r.arena, m.definition("q")->value) == "table[j](table[1](X[1, j]*c))");
}

BOOST_AUTO_TEST_CASE(a_claim_with_free_indices_is_one_of_tables) {
  Reader r;
  const Model m = r.read(
      "J = sum(W @ X)\n"
      "claim dJ/dW[i, k] = sum[j](X[k, j]) = (dJ/dW)[i, k]\n"
      "claim sum[k](W[i, k]) = 1\n"
      "claim J = J\n"
      "claim sum(T, axis=0)[1, 1] = 2\n");
  BOOST_REQUIRE(m.claims.size() == 4U);
  BOOST_TEST(m.claims[0].free_indices == 2U);
  BOOST_REQUIRE(m.claims[0].sides.size() == 3U);
  BOOST_TEST((m.claims[0].sides[0] == m.claims[0].sides[2]));  // with and without the parentheses
  BOOST_TEST(print(r.arena, m.claims[0].sides[0]) == "table[i](table[k]((dJ/dW)[i, k]))");
  BOOST_TEST(print(r.arena, m.claims[0].sides[1]) == "table[i in h](table[k](sum[j](X[k, j])))");
  BOOST_TEST(m.claims[1].free_indices == 1U);
  BOOST_TEST(print(r.arena, m.claims[1].sides[1]) == "table[i in h](1)");
  BOOST_TEST(m.claims[2].free_indices == 0U);
}

BOOST_AUTO_TEST_CASE(slices_are_tables_of_entries) {
  Reader r;
  const Model m = r.read(
      "v = X[:, 1]\nu = X[:, 1]\nZ[:, j] = W @ X[:, j]\nS = sum[j](X[:, j])\nall = X[:, :]\n"
      "claim Z[:, j] = W @ X[:, j]\n");
  const Expr v = m.definition("v")->value;
  BOOST_REQUIRE((r.arena.op(v) == Op::Table));
  BOOST_TEST(r.arena.name(r.arena.child(v, 1)) == "n");
  BOOST_TEST((m.definition("u")->value == v));
  BOOST_TEST(r.shape(m, "Z") == "[h, m]");
  BOOST_TEST(r.shape(m, "S") == "[n]");
  BOOST_TEST(print(r.arena, m.definition("S")->value) == "sum[j](X[:, j])");
  BOOST_TEST((m.definition("all")->value == r.arena.symbol("X")));
  BOOST_REQUIRE(m.claims.size() == 1U);
  BOOST_TEST(m.claims[0].free_indices == 1U);
  BOOST_TEST(print(r.arena, m.definition("Z")->value) == "table[j](W @ X[:, j]).T");
  BOOST_TEST(print(r.arena, m.claims[0].sides[1]) == "table[j](W @ X[:, j])");
}

BOOST_AUTO_TEST_CASE(what_is_printed_is_read_back) {
  Reader r;
  const Model m = r.read("Z = W @ X\nJ = sum(Z)\ntable = x\n");
  ExpressionOptions options;
  options.model = &m;
  for (const char* text : {"table[i](table[j](Z[i, j]^2))",
                           "table[i](table[1](b[i]))",
                           "table[i in n](1)",
                           "table[i in 1](c)",
                           "sum[i in n](c)",
                           "sum[i in n](sum[j in n](delta(i, j)))",
                           "sum[i](x[i]*delta(i, 1))",
                           "(W @ X)[1, 1]",
                           "table[i](table[j]((W @ X)[i, j] - (X.T)[j, 1]))",
                           "X[:, 1]",
                           "(W @ X)[:, 1]*2",
                           "(dJ/dW)[1, :]",
                           "X[1, :][1]",
                           "table[i](X[i, :])",
                           "table[j](W @ X[:, j]).T",
                           "sum[i](X[i, :])[1]",
                           "sum[j](X[:, j]*Z[1, j])",
                           "max[j in m](X[:, 1])",
                           "(dJ/dW)[1, 1]",
                           "table[i]((dJ/dW)[i, 1] + x[1])",
                           "(d(Z[1, 1])/dW)[1, 1]",
                           "table[i](2*x[i])[1]",
                           "(x + x)[1]^2",
                           "sum(X, axis=1)[1, 1]",
                           "table[1]*c",
                           "sum[i](table[i])",
                           "max[i](x[i])",
                           "min[i](max[j](Z[i, j]) - b[i])",
                           "max[i in n](c)",
                           "max(X)",
                           "max(X, axis=1)[1, 1]",
                           "max(c, 1)",
                           "min(X, axis=0)*max(X, 1)",
                           "hardmax(X, axis=0)",
                           "onehot(c, n)",
                           "onehot(X[1, 1], 3)",
                           "onehot(sum(X, axis=0), h)[1, 1]",
                           "-x[1]*y[3]",
                           "table[i](x[i]) + x"}) {
    const Expr e = parse_expression(r.arena, r.table, test::source_of(text), options);
    const std::string printed = print(r.arena, e);
    BOOST_TEST(printed == text);
    BOOST_TEST((parse_expression(r.arena, r.table, test::source_of(printed), options) == e), printed);
  }
  // Other spellings of the same.
  for (const auto& [text, printed] :
       {std::pair("W.T[1, 1]", "(W.T)[1, 1]"), std::pair("dJ/dW[1, 1]", "(dJ/dW)[1, 1]"),
        std::pair("sum[i in n](x[i])", "sum[i](x[i])"), std::pair("diff(J, W)[1, 1]", "(dJ/dW)[1, 1]"),
        std::pair("table[ i ] (x[i])", "table[i](x[i])"), std::pair("mean[i](x[i])", "sum[i](x[i])/n"),
        std::pair("2*mean[i](x[i])", "2*(sum[i](x[i])/n)"), std::pair("-mean[i](x[i])^2", "-(sum[i](x[i])/n)^2")}) {
    BOOST_TEST(print(r.arena, parse_expression(r.arena, r.table, test::source_of(text), options)) == printed);
  }
}

BOOST_AUTO_TEST_CASE(indices_end_with_their_statement) {
  Reader r;
  // The names are free again, over other dimensions; another model may have them as its own.
  const ModelFile file =
      parse_model(r.arena, r.table,
                  test::source_of(std::string(head) + "p[i] = x[i]\nq[i] = b[i] + sum[j](W[i, j])\n"
                                                      "claim q[j] = sum[i](W[j, i]) + b[j]\nclaim p[i] = x[i]\n"
                                                      "model other\ni = 2*c\nL = i^2\n"));
  BOOST_TEST(file.models.size() == 2U);
  BOOST_TEST(r.shape(file.models[0], "q") == "[h]");
}

BOOST_AUTO_TEST_SUITE_END()

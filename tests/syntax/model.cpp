// SPDX-License-Identifier: GPL-2.0-or-later
// What a model file is read as: names, definitions, functions, assumptions, claims, models, and their places.
#include <boost/test/unit_test.hpp>

#include "table.h"

namespace {

using namespace gradus;

struct File {
  explicit File(std::string text) : file(parse_model(arena, table, test::source_of(std::move(text)))) {}
  Expr expression(const std::string& text) { return parse_expression(arena, table, test::source_of(text)); }
  std::vector<std::string> names(const std::vector<Expr>& list) const {
    std::vector<std::string> out;
    for (const Expr e : list) out.push_back(print(arena, e));
    return out;
  }
  Arena arena;
  FunctionTable table = test::small_table(arena);
  ModelFile file;
};

using Names = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(models)

BOOST_AUTO_TEST_CASE(a_file_of_every_statement) {
  File f(
      "\xEF\xBB\xBF# lines of Windows, a byte order mark\r\n"
      "input x, y   # data\r\n"
      "param w\r\n"
      "assume 0 < y < 1, x = 2 or x != w\r\n"
      "function g(t), h(s, t)\r\n"
      "act(t) = t/(1 + abs(t))\r\n"
      "\r\n"
      "z = (w\r\n"
      "     *x)\r\n"
      "L\t= act(z)\r\n"
      "claim dL/dw = dL/dz * dz/dw   # a chain\r\n"
      "            = x*act'(z)");
  BOOST_REQUIRE_EQUAL(f.file.models.size(), 1U);
  const Model& m = f.file.models[0];
  BOOST_TEST(m.name == "");
  BOOST_TEST((f.names(m.inputs) == Names{"x", "y"}));
  BOOST_TEST((f.names(m.params) == Names{"w"}));
  BOOST_REQUIRE_EQUAL(m.assumptions.size(), 2U);
  BOOST_TEST(print(f.arena, m.assumptions[0].condition) == "0 < y and y < 1");
  BOOST_TEST(print(f.arena, m.assumptions[1].condition) == "x == 2 or x != w");
  BOOST_TEST(m.assumptions[1].place.text() == "x = 2 or x != w");
  BOOST_REQUIRE_EQUAL(m.functions.size(), 3U);
  BOOST_TEST(!m.functions[0].body.has_value());
  BOOST_TEST((f.names(m.functions[1].parameters) == Names{"s", "t"}));
  BOOST_REQUIRE(m.function("act") != nullptr);
  BOOST_TEST((*m.function("act")->body == f.expression("t/(1 + abs(t))")));
  BOOST_REQUIRE_EQUAL(m.definitions.size(), 2U);
  BOOST_REQUIRE(m.definition("z") != nullptr);
  BOOST_TEST((m.definition("z")->value == f.expression("w*x")));
  BOOST_TEST(m.definition("x") == nullptr);
  BOOST_TEST(m.introduced.at("L").position().line == 10U);
  BOOST_REQUIRE_EQUAL(m.claims.size(), 1U);
  const Claim& claim = m.claims[0];
  BOOST_REQUIRE_EQUAL(claim.sides.size(), 3U);
  BOOST_TEST((claim.sides[1] == f.expression("dL/dz * dz/dw")));
  BOOST_TEST(print(f.arena, claim.sides[2]) == "x*act'(z)");
  BOOST_TEST(claim.places[2].position().line == 12U);
  BOOST_TEST(claim.places[2].position().column == 15U);
  BOOST_TEST(claim.places[1].text() == "dL/dz * dz/dw");
}

BOOST_AUTO_TEST_CASE(models_share_what_stands_before_them) {
  File f(
      "input x\nassume x > 0\nsquare2(t) = t^2\n"
      "model one\nz = square2(x)\nassume z < 9\n"
      "model two\nz = 2*x\nparam w\n");
  BOOST_REQUIRE_EQUAL(f.file.models.size(), 2U);
  const Model *one = f.file.find("one"), *two = f.file.find("two");
  BOOST_REQUIRE(one != nullptr);
  BOOST_REQUIRE(two != nullptr);
  BOOST_TEST(f.file.find("") == one);
  BOOST_TEST(f.file.find("three") == nullptr);
  BOOST_TEST(one->assumptions.size() == 2U);
  BOOST_TEST(two->assumptions.size() == 1U);
  BOOST_TEST(two->function("square2") != nullptr);
  BOOST_TEST(print(f.arena, one->definition("z")->value) == "square2(x)");
  BOOST_TEST(print(f.arena, two->definition("z")->value) == "2*x");
  BOOST_TEST((f.names(two->params) == Names{"w"}));
}

// `dA/dB` is one token if A and B are names; with blanks it is a quotient.
BOOST_AUTO_TEST_CASE(derivatives_and_quotients) {
  File f("input da, db, c\nq = da/db\nr = c^2\nclaim dr/dc = d(c^2)/dc = diff(r, c)\nclaim de/dc = 0\n");
  const Model& m = f.file.models[0];
  const Expr da = f.arena.symbol("da"), db = f.arena.symbol("db");
  BOOST_TEST((m.definition("q")->value == f.arena.div(da, db)));
  const Expr r = f.arena.symbol("r"), c = f.arena.symbol("c");
  BOOST_TEST((m.claims[0].sides[0] == f.arena.make(Op::Deriv, {r, c})));
  BOOST_TEST((m.claims[0].sides[1] == f.arena.make(Op::Deriv, {f.arena.pow(c, f.arena.number(2)), c})));
  BOOST_TEST((m.claims[0].sides[2] == m.claims[0].sides[0]));
  BOOST_TEST((m.claims[1].sides[0] == f.arena.make(Op::Deriv, {f.arena.constant("e"), c})));
}

BOOST_AUTO_TEST_CASE(files_with_little_in_them) {
  for (const char* text : {"", "\n", "# nothing", "\r\n\t \r\n", "\xEF\xBB\xBF", "input x"}) {
    const File f(text);
    BOOST_REQUIRE_EQUAL(f.file.models.size(), 1U);
    BOOST_TEST(f.file.models[0].definitions.empty());
  }
}

// Long files in one pass: names chain to any depth, and each is found at once.
BOOST_AUTO_TEST_CASE(a_long_chain_of_names) {
  std::string text = "input a0\n";
  constexpr std::size_t n = 20'000;
  for (std::size_t k = 1; k <= n; ++k) text += "a" + std::to_string(k) + " = tanh(a" + std::to_string(k - 1) + ")\n";
  const File f(text);
  BOOST_TEST(f.file.models[0].definitions.size() == n);
  BOOST_TEST(f.file.models[0].definition("a19999")->place.position().line == 20'000U);
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// The arena builds what it is told: one node for equal expressions, nothing simplified, nothing reordered.
#include "gradus/expr/expr.h"

#include <boost/test/unit_test.hpp>

using namespace gradus;

namespace {

struct Lab {
  Arena arena;
  Expr x = arena.symbol("x"), y = arena.symbol("y"), z = arena.symbol("z");
  Expr zero = arena.number(0), one = arena.number(1), two = arena.number(2);
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(arena_of_expressions, Lab)

BOOST_AUTO_TEST_CASE(equal_expressions_are_one_node) {
  const Expr first = arena.call("sin", {arena.add(x, arena.mul(two, y))});
  const std::size_t nodes = arena.size();
  const Expr second = arena.call("sin", {arena.add(arena.symbol("x"), arena.mul(arena.number(2), arena.symbol("y")))});
  BOOST_CHECK(first == second);
  BOOST_TEST(arena.size() == nodes);
  BOOST_CHECK(arena.fraction(2, 4) == arena.fraction(1, 2));
  BOOST_CHECK(arena.fraction(-3, 1) == arena.number(-3));
}

BOOST_AUTO_TEST_CASE(different_expressions_are_different_nodes) {
  const std::vector<Expr> all{arena.add(x, y),
                              arena.add(y, x),
                              arena.mul(x, y),
                              arena.mul(y, x),
                              arena.pow(x, y),
                              arena.pow(y, x),
                              arena.call("f", {x, y}),
                              arena.call("f", {y, x}),
                              arena.call("g", {x, y}),
                              arena.call("f", {x}),
                              arena.symbol("f"),
                              arena.rest("x"),
                              arena.constant("e"),
                              arena.symbol("e"),
                              arena.make(Op::Lt, {x, y}),
                              arena.make(Op::Gt, {x, y}),
                              arena.make(Op::Eq, {x, y}),
                              arena.make(Op::Add, {x, y, z}),
                              arena.add(arena.add(x, y), z),
                              arena.add(x, arena.add(y, z)),
                              arena.fraction(1, 2),
                              arena.fraction(-1, 2)};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) BOOST_TEST((all[i] != all[j]), print(arena, all[i]));
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_simplified) {
  const std::vector<std::pair<Expr, std::string>> all{
      {arena.add(zero, x), "0 + x"},
      {arena.mul(one, x), "1*x"},
      {arena.mul(zero, x), "0*x"},
      {arena.mul(x, x), "x*x"},
      {arena.pow(x, one), "x^1"},
      {arena.pow(x, zero), "x^0"},
      {arena.sub(x, x), "x - x"},
      {arena.div(x, x), "x/x"},
      {arena.add(one, two), "1 + 2"},
      {arena.mul(two, two), "2*2"},
      {arena.pow(two, two), "2^2"},
      {arena.negate(arena.negate(x)), "-(-x)"},
      {arena.call("ln", {arena.call("exp", {x})}), "ln(exp(x))"},
      {arena.sum(std::vector<Expr>{z, y, x, y}), "z + y + x + y"},
      {arena.add(x, arena.add(y, z)), "x + (y + z)"},
      {arena.mul(arena.mul(x, y), z), "(x*y)*z"},
      {arena.add(z, arena.sub(x, y)), "z + (x - y)"},
      {arena.sub(arena.add(z, x), y), "z + x - y"},
  };
  for (const auto& [e, text] : all) BOOST_TEST(print(arena, e) == text);
}

BOOST_AUTO_TEST_CASE(children_come_before_parents) {
  const Expr e = arena.mul(arena.call("f", {arena.add(x, y), z}), arena.pow(x, arena.add(x, y)));
  const auto all = reachable(arena, e);
  BOOST_CHECK(all.back() == e);
  BOOST_TEST(all.size() == 7U);  // x, y, x + y, z, f(..), x^(x + y), the product: shared ones once
  ExprMap<bool> seen;
  for (const Expr node : all) {
    for (const Expr child : arena.children(node)) {
      BOOST_CHECK(seen.contains(child));
      BOOST_CHECK_LT(child.id, node.id);
    }
    BOOST_CHECK(seen.emplace(node, true).second);
  }
}

BOOST_AUTO_TEST_CASE(substitution_is_simultaneous_and_takes_the_outermost) {
  const Expr e = arena.add(arena.mul(x, y), arena.call("f", {x}));
  const ExprMap<Expr> swap{{x, y}, {y, x}};
  BOOST_TEST(print(arena, substitute(arena, e, swap)) == "y*x + f(y)");
  const ExprMap<Expr> outer{{arena.mul(x, y), z}, {x, two}};
  BOOST_TEST(print(arena, substitute(arena, e, outer)) == "z + f(2)");
  const ExprMap<Expr> itself{{x, arena.add(x, one)}};
  BOOST_TEST(print(arena, substitute(arena, e, itself)) == "(x + 1)*y + f(x + 1)");
}

BOOST_AUTO_TEST_CASE(names_in_order_of_appearance) {
  const Expr e = arena.add(arena.mul(z, x), arena.call("f", {y, x}));
  const auto names = symbols(arena, e);
  BOOST_REQUIRE_EQUAL(names.size(), 3U);
  BOOST_CHECK(names[0] == z);
  BOOST_CHECK(names[1] == x);
  BOOST_CHECK(names[2] == y);
  BOOST_CHECK(contains(arena, e, arena.mul(z, x)));
  BOOST_CHECK(!contains(arena, e, arena.mul(x, z)));
}

BOOST_AUTO_TEST_CASE(numbers_have_a_stated_limit) {
  const Rational largest = cln::expt(cln::cl_RA(10), cln::cl_I(limits::max_digits)) - 1;
  BOOST_CHECK_NO_THROW(arena.number(largest));
  BOOST_CHECK_NO_THROW(arena.number(1 / largest));
  BOOST_CHECK_THROW(arena.number(largest + 1), LimitError);
  BOOST_CHECK_THROW(arena.number(1 / (largest + 1)), LimitError);
}

BOOST_AUTO_TEST_SUITE_END()

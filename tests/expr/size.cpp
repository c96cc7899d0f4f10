// SPDX-License-Identifier: GPL-2.0-or-later
// A million terms and a million nested calls: built, walked and freed without recursion.
#include <boost/test/unit_test.hpp>

#include "gradus/expr/expr.h"

using namespace gradus;

namespace {

constexpr int million = 1'000'000;

Expr nested(Arena& arena, Expr innermost) {
  Expr e = innermost;
  for (int k = 0; k < million; ++k) e = arena.call(k % 2 == 0 ? "sin" : "exp", {e});
  return e;
}

Expr wide(Arena& arena, Expr x) {
  std::vector<Expr> terms;
  terms.reserve(million);
  for (int k = 1; k <= million; ++k) terms.push_back(arena.mul(arena.number(k), x));
  return arena.sum(terms);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(size)

BOOST_AUTO_TEST_CASE(a_chain_of_a_million_calls) {
  Arena arena;
  const Expr x = arena.symbol("x"), y = arena.symbol("y");
  const Expr chain = nested(arena, x);
  BOOST_TEST(arena.size() >= static_cast<std::size_t>(million));
  const std::size_t nodes = arena.size();
  BOOST_CHECK(nested(arena, x) == chain);
  BOOST_TEST(arena.size() == nodes);
  BOOST_TEST(reachable(arena, chain).size() == static_cast<std::size_t>(million) + 1);
  BOOST_TEST(tree_size(arena, chain) == static_cast<std::uint64_t>(million) + 1);
  BOOST_CHECK(contains(arena, chain, x));
  BOOST_CHECK(!contains(arena, chain, y));
  BOOST_CHECK(symbols(arena, chain) == std::vector<Expr>{x});
  BOOST_CHECK(substitute(arena, chain, {{x, y}}) == nested(arena, y));
  const std::string text = print(arena, chain);
  BOOST_TEST(text.size() == 5 * static_cast<std::size_t>(million) + 1);
  BOOST_CHECK(text.starts_with("exp(sin(exp("));
}

BOOST_AUTO_TEST_CASE(a_sum_of_a_million_terms) {
  Arena arena;
  const Expr x = arena.symbol("x"), y = arena.symbol("y");
  const Expr sum = wide(arena, x);
  BOOST_TEST(arena.count(sum) == static_cast<std::size_t>(million));
  BOOST_CHECK(arena.child(sum, 0) == arena.mul(arena.number(1), x));
  BOOST_CHECK(arena.child(sum, million - 1) == arena.mul(arena.number(million), x));
  BOOST_CHECK(substitute(arena, sum, {{x, y}}) == wide(arena, y));
  BOOST_CHECK(print(arena, sum).starts_with("1*x + 2*x + 3*x + "));
}

BOOST_AUTO_TEST_CASE(shared_nodes_do_not_unfold) {
  // x1 = x0 + x0, x2 = x1 + x1, ...: a tree of 2^1000 leaves in a thousand nodes.
  Arena arena;
  Expr e = arena.symbol("x");
  for (int k = 0; k < 1'000; ++k) e = arena.add(e, e);
  BOOST_TEST(reachable(arena, e).size() == 1'001U);
  BOOST_TEST(tree_size(arena, e) == std::uint64_t{1} << 40);  // saturated
  BOOST_CHECK_THROW(print(arena, e, 100'000), LimitError);
  BOOST_CHECK(!contains(arena, e, arena.symbol("y")));
  const Expr other = substitute(arena, e, {{arena.symbol("x"), arena.symbol("y")}});
  BOOST_TEST(reachable(arena, other).size() == 1'001U);
}

BOOST_AUTO_TEST_SUITE_END()

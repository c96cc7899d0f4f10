// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/changes.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

using namespace gradus;

namespace {

struct Names {
  Arena arena;
  Expr a = arena.symbol("a"), b = arena.symbol("b"), c = arena.symbol("c"), one = arena.number(1);

  std::vector<std::string> of(Expr side, const Material& material = {}) {
    std::vector<std::string> out;
    for (const Change& change : changes(arena, side, material, 5000)) out.push_back(print(arena, change.side));
    return out;
  }
};

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(small_changes)

BOOST_AUTO_TEST_CASE(signs_come_first) {
  Names n;
  const auto list = n.of(n.arena.sub(n.a, n.b));
  BOOST_REQUIRE_GE(list.size(), 3U);
  BOOST_CHECK_EQUAL(list[0], "-a - b");
  BOOST_CHECK_EQUAL(list[1], "a + b");
  BOOST_CHECK_EQUAL(list[2], "-(a - b)");
}

BOOST_AUTO_TEST_CASE(each_kind_occurs) {
  Names n;
  Arena& r = n.arena;
  const auto sum = n.of(r.add(r.mul(n.a, n.b), n.c), {{n.c}, {n.b}, {n.a, n.b, n.c}});
  for (const char* text : {"a*(b + c)", "a*b", "c", "a*b + c^2", "a*b + 1 - c", "2*a*b + c", "a*b*c + c", "b*b + c",
                           "a*b + c + b", "(1 - a)*b + c", "abs(a)*b + c"}) {
    BOOST_CHECK_MESSAGE(has(sum, text), text);
  }
  const auto quotient = n.of(r.mul(r.div(n.a, n.b), n.c));
  BOOST_CHECK(has(quotient, "a/(b*c)"));
  const auto negative = n.of(r.add(r.negate(n.a), n.b));
  BOOST_CHECK(has(negative, "-(a + b)"));
  const auto complement = n.of(r.mul(n.a, r.sub(n.one, n.b)));
  BOOST_CHECK(has(complement, "a*b"));
  const auto power = n.of(r.mul(n.a, r.pow(n.b, r.number(3))));
  BOOST_CHECK(has(power, "a*b^2") && has(power, "a*b^4") && has(power, "(a*b)^3"));
  const auto call = n.of(r.mul(r.call("exp", {n.a}), n.b));
  BOOST_CHECK(has(call, "exp(-a)*b") && has(call, "exp(a*b)"));
}

BOOST_AUTO_TEST_CASE(no_side_comes_twice_and_the_budget_holds) {
  Names n;
  Arena& r = n.arena;
  std::vector<Expr> terms;
  for (int k = 0; k < 300; ++k) terms.push_back(r.mul(n.a, r.pow(n.b, r.number(k + 2))));
  const Expr side = r.sum(terms);
  const auto list = changes(r, side, {{n.a, n.b}, {n.a}, {n.a, n.b}}, 500);
  BOOST_CHECK_EQUAL(list.size(), 500U);
  std::set<Expr> seen{side};
  for (const Change& c : list) BOOST_CHECK(seen.insert(c.side).second);
  BOOST_CHECK(std::is_sorted(list.begin(), list.end(), [](const auto& p, const auto& q) { return p.cost < q.cost; }));
}

BOOST_AUTO_TEST_CASE(signs_are_flipped_without_leaving_two) {
  Names n;
  Arena& r = n.arena;
  BOOST_CHECK(flip_sign(r, r.mul(r.number(-1), n.a)) == n.a);
  BOOST_CHECK(flip_sign(r, n.a) == r.mul(r.number(-1), n.a));
  BOOST_CHECK(flip_sign(r, r.mul(r.number(-2), n.a)) == r.mul(r.number(2), n.a));
  BOOST_CHECK(flip_sign(r, r.number(3)) == r.number(-3));
  BOOST_CHECK(is_negative(r, r.mul(r.number(-2), n.a)) && !is_negative(r, n.a));
  BOOST_CHECK(times(r, r.mul(r.number(2), n.a), r.fraction(1, 2)) == n.a);
}

BOOST_AUTO_TEST_SUITE_END()

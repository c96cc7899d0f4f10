// SPDX-License-Identifier: GPL-2.0-or-later
// What a rule with `rest...` makes of a sum or product with none, one or two parts left over: the rewriter must mean by
// a rest what `rules verify` verified, a whole that stays a product when it goes into a sum, and a sum in a product.
#include <map>

#include "derive/lines.h"

using namespace gradus;

namespace {

// The left side with `parts` symbols in place of the rest. All symbols count as positive.
Expr filled(Arena& arena, const Rule& rule, std::size_t parts) {
  return map_bottom_up(arena, rule.from, [&](Arena& a, Expr e) {
    if (!a.is(e, Op::Add) && !a.is(e, Op::Mul)) {
      if (!a.is(e, Op::Symbol)) return e;
      const auto type = rule.variables.find(a.name(e));
      if (type == rule.variables.end()) return e;
      const bool number = type->second == VarType::number || type->second == VarType::integer;
      return number ? a.number(2 + static_cast<long>(type->first.back() % 5)) : e;
    }
    std::vector<Expr> out;
    for (const Expr c : a.children_copy(e)) {
      if (!a.is(c, Op::Rest)) {
        out.push_back(c);
        continue;
      }
      for (std::size_t k = 0; k < parts; ++k) out.push_back(a.symbol(std::string(1, static_cast<char>('g' + k))));
    }
    return a.is(e, Op::Add) ? a.sum(out) : a.product(out);
  });
}

bool has_rest(const Rule& rule) {
  return std::ranges::any_of(rule.variables, [](const auto& v) { return v.second == VarType::rest; });
}

bool differentiates(const Arena& arena, const Rule& rule) {
  return std::ranges::any_of(reachable(arena, rule.from), [&](Expr e) { return arena.is(e, Op::Deriv); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rests)

BOOST_AUTO_TEST_CASE(every_rewriting_equals_what_it_replaces) {
  lab::Derived d("input u, v, w, s, g, h\nassume u > 0\nassume v > 0\nassume w > 0\nassume s > 0\nL = u\n");
  std::map<std::size_t, int> made;  // by the number of parts
  for (const Rule& rule : d.catalogue.rules) {
    if (!has_rest(rule) || differentiates(d.arena, rule)) continue;
    Rewriter rewriter(d.arena, d.catalogue, &d.model, {});
    for (std::size_t parts = 0; parts <= 2; ++parts) {
      const Expr before = filled(d.arena, rule, parts);
      for (const Rewriting& r : rewriter.rewritings(rule, before, 20)) {
        BOOST_TEST_INFO(rule.name << ": " << print(d.arena, r.before) << " -> " << print(d.arena, r.after));
        BOOST_CHECK(d.proved_equal(r.before, r.after));
        ++made[parts];
      }
    }
  }
  for (std::size_t parts = 0; parts <= 2; ++parts) BOOST_TEST(made[parts] >= 4, made[parts]);
}

BOOST_AUTO_TEST_CASE(a_product_goes_into_a_sum_as_a_whole) {
  lab::Derived d("input y, z\nL = z\n");
  Rewriter rewriter(d.arena, d.catalogue, &d.model, {});
  const Rule& rule = d.catalogue.rules.at(d.catalogue.rule_index.at("softplus-and-line"));
  const auto made = rewriter.rewritings(rule, d.expression("softplus(z) - z*y"), 20);
  BOOST_REQUIRE(!made.empty());
  for (const Rewriting& r : made)
    BOOST_TEST(d.proved_equal(r.after, d.expression("(1 - y)*softplus(z) + y*softplus(-z)")), print(d.arena, r.after));
}

BOOST_AUTO_TEST_SUITE_END()

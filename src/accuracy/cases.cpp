// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "accuracy/expand.h"
#include "gradus/algebra/normal.h"

namespace gradus::accuracy {
namespace {

constexpr std::size_t most_boundaries = 4;

// -u as u, where it is written so.
std::pair<Expr, bool> without_sign(Arena& arena, Expr e) {
  if (arena.is(e, Op::Mul) && arena.is_number(arena.child(e, 0), -1)) {
    const std::vector<Expr> factors = arena.children_copy(e);
    return {arena.product(std::span<const Expr>(factors).subspan(1)), true};
  }
  return {e, false};
}

// What changes where its sign does: the argument of abs and sign, the difference in a comparison.
std::optional<Expr> boundary(Arena& arena, Expr e) {
  if (arena.is(e, Op::Call) && arena.count(e) == 1 && (arena.name(e) == "abs" || arena.name(e) == "sign"))
    return without_sign(arena, arena.child(e, 0)).first;
  if (!is_comparison(arena.op(e)) || arena.is(e, Op::Eq) || arena.is(e, Op::Ne)) return std::nullopt;
  const Expr a = arena.child(e, 0), b = arena.child(e, 1);
  if (arena.is_number(b, 0)) return without_sign(arena, a).first;
  if (arena.is_number(a, 0)) return without_sign(arena, b).first;
  return arena.sub(a, b);
}

// `e` where u has this sign.
Expr on_side(Arena& arena, Expr e, Expr u, int sign) {
  return map_bottom_up(arena, e, [&](Arena& a, Expr node) {
    if (a.is(node, Op::Where)) {
      const Expr condition = a.child(node, 0);
      if (!is_comparison(a.op(condition))) return node;
      const auto b = boundary(a, condition);
      if (!b || *b != u) return node;
      // left - right is u or, written the other way round, -u.
      const bool zero_right = a.is_number(a.child(condition, 1), 0), zero_left = a.is_number(a.child(condition, 0), 0);
      int difference = sign;
      if (zero_right && without_sign(a, a.child(condition, 0)).second) difference = -difference;
      if (!zero_right && zero_left && !without_sign(a, a.child(condition, 1)).second) difference = -difference;
      const bool greater = a.is(condition, Op::Gt) || a.is(condition, Op::Ge);
      return a.child(node, (difference > 0) == greater ? 1 : 2);
    }
    if (!a.is(node, Op::Call) || a.count(node) != 1) return node;
    const bool abs = a.name(node) == "abs";
    if (!abs && a.name(node) != "sign") return node;
    const auto [inner, negative] = without_sign(a, a.child(node, 0));
    if (inner != u) return node;
    if (abs) return sign > 0 ? inner : a.negate(inner);
    return a.number(negative ? -sign : sign);
  });
}

}  // namespace

std::optional<Expr> without_cases(Engine& engine, const Model& model, Rewriter& rewriter, Expr form) {
  Arena& arena = engine.arena;
  const Facts facts(arena, engine.catalogue.functions, &model);
  // max, min, relu and the like are cases by definition; softplus and the sigmoids stay.
  Expr line = map_bottom_up(arena, form, [&](Arena& a, Expr node) {
    if (!a.is(node, Op::Call)) return node;
    const Function* f = engine.catalogue.functions.find(engine.catalogue.functions.canonical(a.name(node)), a.count(node));
    if (f == nullptr || !f->definition || f->kinks.empty()) return node;
    ExprMap<Expr> map;
    for (std::size_t k = 0; k < f->parameters.size(); ++k) map[f->parameters[k]] = a.child(node, k);
    return substitute(a, *f->definition, map);
  });
  bool changed = false;
  std::vector<Expr> tried;
  while (tried.size() < most_boundaries) {
    std::optional<Expr> u;
    for (const Expr node : reachable(arena, line)) {
      const auto b = boundary(arena, node);
      if (b && std::find(tried.begin(), tried.end(), *b) == tried.end()) {
        u = b;
        break;
      }
    }
    if (!u) break;
    tried.push_back(*u);
    const Expr above = on_side(arena, line, *u, 1), below = on_side(arena, line, *u, -1);
    if (above == line || below == line) continue;
    const ZeroTest test = zero_test(arena, engine.catalogue.functions, &model, facts, arena.sub(above, below));
    if (test.answer != ZeroTest::Answer::zero) continue;
    line = rewriter.run("simplify", above);
    changed = true;
  }
  return changed ? std::optional(line) : std::nullopt;
}

}  // namespace gradus::accuracy

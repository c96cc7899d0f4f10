// SPDX-License-Identifier: GPL-2.0-or-later
// What a model's assumptions say to a zero test.
#include <algorithm>

#include "algebra/cases.h"

namespace gradus::algebra {
namespace {

constexpr std::size_t most_equalities = 50;
constexpr std::size_t most_inequalities = 40;
constexpr std::size_t simple_size = 80;

// Rational in its symbols and exponentials: converting it raises no questions about signs.
bool simple(const Arena& arena, Expr e) {
  const auto nodes = reachable(arena, e);
  return nodes.size() <= simple_size && std::all_of(nodes.begin(), nodes.end(), [&](Expr n) {
           switch (arena.op(n)) {
             case Op::Number:
             case Op::Symbol:
             case Op::Add:
             case Op::Mul:
               return true;
             case Op::Constant:
               return arena.name(n) == "pi";
             case Op::Pow:
               return arena.is_integer(arena.child(n, 1));
             case Op::Call:
               return arena.name(n) == "exp";
             default:
               return false;
           }
         });
}

void conjuncts(const Arena& arena, Expr condition, std::vector<Expr>& out) {
  std::vector<Expr> open{condition};
  while (!open.empty()) {
    const Expr e = open.back();
    open.pop_back();
    if (!arena.is(e, Op::And)) {
      out.push_back(e);
      continue;
    }
    const auto parts = arena.children(e);
    for (std::size_t k = parts.size(); k-- > 0;) open.push_back(parts[k]);
  }
}

// Those that a condition depends on by way of the definitions.
std::vector<Expr> base_symbols(const Arena& arena, const Model* model, Expr condition) {
  std::vector<Expr> out, open = symbols(arena, condition);
  std::unordered_set<Expr, ExprHash> seen(open.begin(), open.end());
  while (!open.empty()) {
    const Expr s = open.back();
    open.pop_back();
    out.push_back(s);
    const Definition* d = model->definition(arena.name(s));
    if (d == nullptr) continue;
    for (const Expr t : symbols(arena, d->value)) {
      if (seen.insert(t).second) open.push_back(t);
    }
  }
  return out;
}

// Conditions over symbols with sets alone: which combinations of values there are depends on all of them.
void link(const Arena& arena, const Model* model, const std::vector<Expr>& conditions, const Assumed& known,
          std::unordered_set<Expr, ExprHash>& relevant) {
  const auto has_set = [&](Expr s) {
    return std::any_of(known.sets.begin(), known.sets.end(), [&](const auto& set) { return set.first == s; });
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const Expr c : conditions) {
      if (!is_comparison(arena.op(c))) continue;
      std::vector<Expr> names = base_symbols(arena, model, c);
      std::erase_if(names, [&](Expr s) { return model->definition(arena.name(s)) != nullptr; });
      const bool touches = std::any_of(names.begin(), names.end(), [&](Expr s) { return relevant.contains(s); });
      if (!touches || !std::all_of(names.begin(), names.end(), has_set)) continue;
      for (const Expr s : names) changed = relevant.insert(s).second || changed;
    }
  }
}

}  // namespace

Assumed assumed(Arena& arena, Unfolder& unfold, const Model* model, const Facts* facts,
                std::unordered_set<Expr, ExprHash>& relevant) {
  Assumed out;
  std::vector<Expr> conditions;
  if (model != nullptr) {
    for (const Assumption& a : model->assumptions) conjuncts(arena, a.condition, conditions);
  }
  for (const Expr c : conditions) {
    try {
      if (arena.is(c, Op::Eq)) {
        if (out.equalities.size() >= most_equalities) throw GaveUp("too many equations");
        out.equalities.push_back(unfold(arena.sub(arena.child(c, 0), arena.child(c, 1))));
      } else if (arena.is(c, Op::In)) {
        const std::vector<Expr> parts = arena.children_copy(c);
        std::vector<Rational> values;
        bool plain = arena.is(parts[0], Op::Symbol);
        for (std::size_t k = 1; k < parts.size() && plain; ++k) {
          plain = arena.is_number(parts[k]);
          if (plain && std::find(values.begin(), values.end(), arena.value(parts[k])) == values.end()) {
            values.push_back(arena.value(parts[k]));
          }
        }
        if (!plain) throw GaveUp("a set that is not of numbers");
        out.discrete.insert(parts[0]);
        out.sets.emplace_back(parts[0], std::move(values));
      } else if (arena.is(c, Op::Call) && arena.name(c) == "integer" && arena.is(arena.child(c, 0), Op::Symbol)) {
        out.discrete.insert(arena.child(c, 0));
      } else if (!is_comparison(arena.op(c))) {
        throw GaveUp("a condition that cannot be used");
      }
    } catch (const GaveUp&) {
      for (const Expr s : base_symbols(arena, model, c)) out.confined.insert(s);
    }
  }
  if (facts == nullptr) return out;
  link(arena, model, conditions, out, relevant);
  for (const Expr c : facts->conditions()) {
    if (out.positive.size() >= most_inequalities) break;
    const Op op = arena.op(c);
    if (op < Op::Lt || op > Op::Ge) continue;
    const bool less = op == Op::Lt || op == Op::Le;
    try {
      const Expr d = unfold(less ? arena.sub(arena.child(c, 1), arena.child(c, 0))
                                 : arena.sub(arena.child(c, 0), arena.child(c, 1)));
      if (!simple(arena, d)) continue;
      const auto names = symbols(arena, d);
      if (std::all_of(names.begin(), names.end(), [&](Expr s) { return relevant.contains(s); }))
        out.positive.push_back({d, op == Op::Lt || op == Op::Gt});
    } catch (const GaveUp&) {
    } catch (const LimitError&) {
    }
  }
  return out;
}

}  // namespace gradus::algebra

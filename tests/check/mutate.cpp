// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/mutate.h"

#include <functional>
#include <set>

namespace gradus::lab {
namespace {

/// Calls `at` for every place of the tree with a function that puts something else there.
void for_each_place(Arena& arena, Expr e, const std::function<Expr(Expr)>& put,
                    const std::function<void(Expr, const std::function<Expr(Expr)>&)>& at) {
  at(e, put);
  if (is_condition(arena.op(e))) return;
  const std::vector<Expr> children = arena.children_copy(e);
  const std::size_t n = arena.is(e, Op::Deriv) ? 1 : children.size();
  for (std::size_t k = 0; k < n; ++k) {
    if (arena.is(e, Op::Pow) && k == 1) break;
    for_each_place(
        arena, children[k],
        [&](Expr c) {
          std::vector<Expr> changed = children;
          changed[k] = c;
          return put(arena.rebuild(e, changed));
        },
        at);
  }
}

struct Collector {
  std::vector<Mutant> out;
  std::set<Expr> seen;
  void operator()(const std::string& kind, Expr side) {
    if (seen.insert(side).second) out.push_back({kind, side});
  }
};

std::vector<Expr> but(const std::vector<Expr>& list, std::size_t k) {
  std::vector<Expr> out = list;
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(k));
  return out;
}

}  // namespace

std::vector<Mutant> mutants(Arena& arena, Expr side, const std::vector<Expr>& names) {
  Collector keep;
  keep.seen.insert(side);
  const auto number = [&](long v) { return arena.number(v); };
  for_each_place(
      arena, side, [](Expr e) { return e; },
      [&](Expr e, const std::function<Expr(Expr)>& put) {
        const std::vector<Expr> c = arena.children_copy(e);
        switch (arena.op(e)) {
          case Op::Add:
            for (std::size_t k = 0; k < c.size(); ++k) {
              std::vector<Expr> changed = c;
              changed[k] = arena.mul(number(-1), c[k]);
              keep("sign flipped", put(arena.make(Op::Add, changed)));
              keep("term lost", put(arena.sum(but(c, k))));
            }
            if (c.size() == 2 && arena.is_number(c[0], 1)) keep("a for 1 - a", put(arena.mul(number(-1), c[1])));
            break;
          case Op::Mul:
            for (std::size_t k = 0; k < c.size(); ++k) {
              keep(arena.is_number(c[k], -1) ? "sign flipped" : "factor dropped", put(arena.product(but(c, k))));
              if (!arena.is_number(c[k])) {
                std::vector<Expr> twice = c;
                twice.push_back(c[k]);
                keep("factor doubled", put(arena.product(twice)));
              }
            }
            keep("factor 2", put(arena.mul(number(2), e)));
            break;
          case Op::Pow:
            if (arena.is_number(c[1])) {
              const Rational n = arena.value(c[1]);
              for (const Rational& m : {Rational(n + 1), Rational(n - 1)}) {
                if (m != 0) keep("exponent off by one", put(arena.pow(c[0], arena.number(m))));
              }
            }
            break;
          case Op::Call: {
            std::vector<Expr> changed = c;
            changed[0] = arena.mul(number(-1), c[0]);
            keep("sign flipped in an argument", put(arena.rebuild(e, changed)));
            keep("1 - a for a", put(arena.sub(number(1), e)));
            break;
          }
          case Op::Symbol:
            keep("1 - a for a", put(arena.sub(number(1), e)));
            keep("exponent off by one", put(arena.pow(e, number(2))));
            for (const Expr s : names) {
              if (s != e) keep("one name for another", put(s));
            }
            break;
          default:
            break;
        }
      });
  keep("sign flipped", arena.mul(number(-1), side));
  keep("factor 2", arena.mul(number(2), side));
  return keep.out;
}

std::vector<Mutant> respellings(Arena& arena, Expr side) {
  Collector keep;
  keep.seen.insert(side);
  const auto number = [&](long v) { return arena.number(v); };
  for_each_place(
      arena, side, [](Expr e) { return e; },
      [&](Expr e, const std::function<Expr(Expr)>& put) {
        const std::vector<Expr> c = arena.children_copy(e);
        switch (arena.op(e)) {
          case Op::Add: {
            keep("reordered", put(arena.make(Op::Add, std::vector<Expr>(c.rbegin(), c.rend()))));
            std::vector<Expr> negated;
            for (const Expr t : c) negated.push_back(arena.mul(number(-1), t));
            keep("sign taken out", put(arena.mul(number(-1), arena.make(Op::Add, negated))));
            // a + b -> (a/s + b/s)*s with s = 1 + t^2, never zero
            const Expr t = symbols(arena, side).empty() ? number(2) : symbols(arena, side)[0];
            const Expr s = arena.add(number(1), arena.pow(t, number(2)));
            std::vector<Expr> over;
            for (const Expr term : c) over.push_back(arena.mul(term, arena.pow(s, number(-1))));
            keep("common factor", put(arena.mul(arena.make(Op::Add, over), s)));
            // a + b/d -> (a*d + b)/d, with the first denominator
            for (std::size_t k = 0; k < c.size(); ++k) {
              if (!arena.is(c[k], Op::Mul)) continue;
              const std::vector<Expr> f = arena.children_copy(c[k]);
              for (std::size_t j = 0; j < f.size(); ++j) {
                if (!arena.is(f[j], Op::Pow) || !arena.is_number(arena.child(f[j], 1), -1)) continue;
                const Expr d = arena.child(f[j], 0);
                std::vector<Expr> top;
                for (std::size_t i = 0; i < c.size(); ++i) {
                  top.push_back(i == k ? arena.product(but(f, j)) : arena.mul(c[i], d));
                }
                keep("common denominator", put(arena.mul(arena.make(Op::Add, top), f[j])));
              }
            }
            std::vector<Expr> logs;
            for (const Expr term : c) {
              if (arena.is(term, Op::Call) && arena.name(term) == "ln") logs.push_back(arena.child(term, 0));
            }
            if (logs.size() == c.size()) keep("logarithms merged", put(arena.call("ln", {arena.product(logs)})));
            break;
          }
          case Op::Mul:
            keep("reordered", put(arena.make(Op::Mul, std::vector<Expr>(c.rbegin(), c.rend()))));
            for (std::size_t k = 0; k < c.size(); ++k) {
              if (!arena.is(c[k], Op::Add)) continue;
              std::vector<Expr> terms;
              for (const Expr t : arena.children_copy(c[k])) {
                std::vector<Expr> f = but(c, k);
                f.push_back(t);
                terms.push_back(arena.make(Op::Mul, f));
              }
              keep("expanded", put(arena.make(Op::Add, terms)));
            }
            break;
          case Op::Pow:
            if (arena.is_number(c[1], 2)) keep("square written out", put(arena.mul(c[0], c[0])));
            if (arena.is_number(c[1], -2))
              keep("square written out", put(arena.pow(arena.mul(c[0], c[0]), number(-1))));
            if (arena.is_number(c[1], -1))
              keep("half of a half", put(arena.mul(number(2), arena.pow(arena.mul(number(2), c[0]), number(-1)))));
            break;
          case Op::Call: {
            const std::string& name = arena.name(e);
            const Expr u = c[0], minus = arena.mul(number(-1), u);
            if (name == "exp") {
              keep("exp by its reciprocal", put(arena.pow(arena.call("exp", {minus}), number(-1))));
              if (arena.is(u, Op::Add)) {
                std::vector<Expr> f;
                for (const Expr t : arena.children_copy(u)) f.push_back(arena.call("exp", {t}));
                keep("exp split", put(arena.product(f)));
              }
            }
            if (name == "sigmoid") {
              const Expr up = arena.call("exp", {u}), down = arena.call("exp", {minus});
              keep("sigmoid by exp", put(arena.pow(arena.add(number(1), down), number(-1))));
              keep("sigmoid by exp", put(arena.mul(up, arena.pow(arena.add(number(1), up), number(-1)))));
              keep("sigmoid by tanh",
                   put(arena.mul(arena.fraction(1, 2),
                                 arena.add(number(1), arena.call("tanh", {arena.mul(arena.fraction(1, 2), u)})))));
            }
            if (name == "tanh") {
              const Expr up = arena.call("exp", {arena.mul(number(2), u)});
              keep("tanh by exp",
                   put(arena.mul(arena.sub(up, number(1)), arena.pow(arena.add(up, number(1)), number(-1)))));
            }
            if (name == "ln") {
              keep("ln of the reciprocal", put(arena.mul(number(-1), arena.call("ln", {arena.pow(u, number(-1))}))));
              if (arena.is(u, Op::Mul)) {
                std::vector<Expr> f;
                for (const Expr t : arena.children_copy(u)) f.push_back(arena.call("ln", {t}));
                keep("logarithm split", put(arena.sum(f)));
              }
            }
            break;
          }
          case Op::Symbol:
            keep("added and taken away", put(arena.sub(arena.add(e, number(1)), number(1))));
            break;
          default:
            break;
        }
      });
  return keep.out;
}

}  // namespace gradus::lab

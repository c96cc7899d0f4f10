// SPDX-License-Identifier: GPL-2.0-or-later
// The direct method: the cost is rewritten by the rules of ln and exp until nothing cancels, then differentiated once.
#include <fmt/format.h>

#include <algorithm>

#include "derive/session.h"

namespace gradus {
namespace {

constexpr std::uint64_t largest_unfolded = 2'000;  // nodes, as a tree

bool has_call(const Arena& arena, Expr e) {
  const auto nodes = reachable(arena, e);
  return std::any_of(nodes.begin(), nodes.end(),
                     [&](Expr n) { return arena.is(n, Op::Call) || arena.is(n, Op::Where); });
}

// The names whose definitions, unfolded, contain a function: those that the rules of ln and exp can act on.
std::unordered_set<Expr, ExprHash> transcendental_names(const Session& s) {
  std::unordered_set<Expr, ExprHash> out;
  for (const Definition& d : s.model.definitions) {
    const auto used = s.names_in(d.value);
    if (has_call(s.arena, d.value) || std::any_of(used.begin(), used.end(), [&](Expr u) { return out.contains(u); }))
      out.insert(d.symbol);
  }
  return out;
}

// Replaces the names that `which` picks by their definitions, one name a step, last definition first.
void unfold_names(Session& s, Trace& t, const std::function<bool(const Definition&)>& which) {
  for (bool again = true; again;) {
    again = false;
    const auto used = s.names_in(t.line);
    const Definition* last = nullptr;
    for (const Expr name : used) {
      const Definition* d = s.definition(name);
      if (d != nullptr && which(*d) && (last == nullptr || d > last)) last = d;
    }
    if (last == nullptr) return;
    const Expr before = t.line;
    t.step("definition", last->symbol, last->value, fmt::format("What `{}` stands for.", last->name));
    again = t.line != before && tree_size(s.arena, t.line) <= largest_unfolded;
  }
}

}  // namespace

Trace direct_value(Session& session, Expr of, Expr start) {
  Trace t(session, start);
  const auto transcendental = transcendental_names(session);
  const Definition* d = session.definition(of);
  if (d != nullptr) t.step("definition", of, d->value, fmt::format("What `{}` stands for.", d->name));
  t.mark_key();
  const bool small = tree_size(session.arena, session.unfolded(start, [&](const Definition& x) {
                       return transcendental.contains(x.symbol);
                     })) <= largest_unfolded;
  if (!small) return t;
  unfold_names(session, t, [&](const Definition& x) { return transcendental.contains(x.symbol) && x.symbol != of; });
  t.run("logarithms");
  t.use_assumptions();
  t.mark_key();
  return t;
}

Derivation direct_derivation(Session& s, Expr of, Expr wrt) {
  Derivation d;
  d.of = of;
  d.wrt = wrt;
  d.method = "direct";
  d.start = s.arena.make(Op::Deriv, {of, wrt});
  d.result = d.start;
  const bool depends = s.definition(of) != nullptr && s.dependents(wrt).contains(of);
  if (!depends) {
    Trace t(s, d.start);
    t.step("no-dependence", t.line, s.arena.number(of == wrt ? 1 : 0),
           fmt::format("`{}` does not depend on `{}`.", s.arena.name(of), s.arena.name(wrt)));
    d.note = fmt::format("{} does not depend on {}", s.arena.name(of), s.arena.name(wrt));
    d.steps = std::move(t.steps);
    d.result = t.line;
    return d;
  }
  const std::uint64_t size = tree_size(s.arena, s.unfolded_to(of, wrt));
  if (size > largest_unfolded) {
    d.declined = fmt::format("written out down to {}, {} has {} nodes; the direct method is limited to {}",
                             s.arena.name(wrt), s.arena.name(of), size, largest_unfolded);
    return d;
  }
  Trace t(s, d.start);
  const auto& depend = s.dependents(wrt);
  const auto transcendental = transcendental_names(s);
  const auto on_the_way = [&](const Definition& x) { return x.symbol != wrt && depend.contains(x.symbol); };
  const Definition* own = s.definition(of);
  t.step("definition", t.line, s.arena.make(Op::Deriv, {own->value, wrt}),
         fmt::format("What `{}` stands for.", own->name));
  unfold_names(s, t, [&](const Definition& x) { return on_the_way(x) && transcendental.contains(x.symbol); });
  t.mark_key();
  t.run("logarithms");
  t.use_assumptions();
  t.mark_key();
  unfold_names(s, t, on_the_way);
  t.differentiate();
  t.mark_key();
  t.run("sigmoids");
  t.use_names();
  t.mark_key();
  t.simplify();
  t.find_sigmoids();
  t.use_names();
  t.simplify();
  t.mark_key();
  d.steps = std::move(t.steps);
  d.result = t.line;
  return d;
}

}  // namespace gradus

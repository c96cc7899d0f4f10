// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/sides.h"

#include <algorithm>
#include <unordered_set>

namespace gradus {

namespace {

/// From this many names between a value and what it is differentiated by, the chain rule over the names is used.
constexpr std::size_t long_chain = 24;

}  // namespace

Resolver::Resolver(Engine& engine, const Model& model, Forms& forms)
    : engine_(engine), model_(model), functions_(functions_of(model)), forms_(forms), primes_(engine, model) {}

Expr Resolver::resolved(Expr derivative) {
  if (const auto it = resolved_.find(derivative); it != resolved_.end()) return it->second;
  const Expr of = engine_.arena.child(derivative, 0), by = engine_.arena.child(derivative, 1);
  const bool is_long = names_between(of, by).size() >= long_chain;
  const Expr r = primes_.written_out(is_long ? by_chain(of, by) : resolve_derivatives(engine_, model_, derivative));
  for (const Expr e : reachable(engine_.arena, r)) {
    if (engine_.arena.is(e, Op::Deriv)) {
      throw Error({}, "the derivative `" + print(engine_.arena, e) + "` could not be computed");
    }
  }
  resolved_[derivative] = r;
  return r;
}

std::vector<Expr> Resolver::names_between(Expr of, Expr by) {
  Arena& arena = engine_.arena;
  std::unordered_set<Expr, ExprHash> depend{by}, below;
  for (const Expr e : forms_.cone({of})) {
    if (arena.is(e, Op::Symbol)) below.insert(e);
  }
  std::vector<Expr> out;
  for (const Definition& d : model_.definitions) {
    if (d.symbol == by || !below.contains(d.symbol)) continue;
    const auto names = symbols(arena, d.value);
    if (std::none_of(names.begin(), names.end(), [&](Expr s) { return depend.contains(s); })) continue;
    depend.insert(d.symbol);
    out.push_back(d.symbol);
  }
  return out;
}

Expr Resolver::partial(Expr of, Expr by) {
  // Names that are not known are held, and nothing is looked through.
  return resolve_derivatives(engine_, functions_, engine_.arena.make(Op::Deriv, {of, by}));
}

Expr Resolver::by_chain(Expr of, Expr by) {
  Arena& arena = engine_.arena;
  ExprMap<Expr> derivative{{by, arena.number(1)}};
  const auto total = [&](Expr value) {
    std::vector<Expr> terms;
    for (const Expr s : symbols(arena, value)) {
      const auto it = derivative.find(s);
      if (it == derivative.end()) continue;
      const Expr p = partial(value, s);
      terms.push_back(arena.is_number(it->second, 1) ? p : arena.mul(p, it->second));
    }
    return arena.sum(terms);
  };
  for (const Expr n : names_between(of, by)) derivative[n] = total(*forms_.definition(n));
  return total(of);
}

Expr Resolver::replace(Expr e, const std::function<Expr(Expr)>& of_derivative) {
  Arena& arena = engine_.arena;
  // Only outermost derivatives: the walk does not enter one.
  ExprMap<Expr> map;
  std::unordered_set<Expr, ExprHash> seen{e};
  std::vector<Expr> open{e}, found;
  while (!open.empty()) {
    const Expr node = open.back();
    open.pop_back();
    if (arena.is(node, Op::Deriv)) {
      found.push_back(node);
      continue;
    }
    const auto children = arena.children(node);
    for (std::size_t k = children.size(); k-- > 0;) {
      if (seen.insert(children[k]).second) open.push_back(children[k]);
    }
  }
  for (const Expr d : found) map[d] = of_derivative(d);
  return map.empty() ? e : substitute(arena, e, map);
}

Expr Resolver::plain(Expr e) {
  return replace(e, [this](Expr d) { return resolved(d); });
}

Expr Resolver::guarded(Expr e, int depth) {
  Arena& arena = engine_.arena;
  return replace(e, [&](Expr d) {
    const Expr value = resolved(d), of = arena.child(d, 0);
    // A name is defined on all of the domain.
    if (arena.is(of, Op::Symbol) || depth > limits::max_nesting) return value;
    return arena.add(value, arena.mul(arena.number(0), guarded(of, depth + 1)));
  });
}

Side Resolver::side(Expr e) {
  const Expr meant = primes_.written_out(e);
  return {e, plain(meant), guarded(meant, 0)};
}

std::vector<Expr> denominators(const Arena& arena, Expr root) {
  std::vector<Expr> out;
  std::unordered_set<Expr, ExprHash> kept;
  for (const Expr e : reachable(arena, root)) {
    if (!arena.is(e, Op::Pow) || !arena.is_number(arena.child(e, 1)) || arena.value(arena.child(e, 1)) >= 0) continue;
    std::vector<Expr> open{arena.child(e, 0)};
    while (!open.empty()) {
      const Expr f = open.back();
      open.pop_back();
      if (arena.is(f, Op::Mul)) {
        const auto factors = arena.children(f);
        open.insert(open.end(), factors.rbegin(), factors.rend());
      } else if (arena.is(f, Op::Pow) && arena.is_number(arena.child(f, 1)) && arena.value(arena.child(f, 1)) != 0) {
        open.push_back(arena.child(f, 0));
      } else if (!(arena.is_number(f) && arena.value(f) != 0) && kept.insert(f).second) {
        out.push_back(f);
      }
    }
  }
  return out;
}

namespace {

Expr difference(Arena& arena, Expr a, Expr b) {
  if (arena.is_number(b, 0)) return a;
  if (arena.is_number(a, 0)) return b;
  return arena.add(a, arena.mul(arena.number(-1), b));
}

/// The kinks of a call as equations over its arguments.
std::vector<Expr> kinks_of_call(Forms& forms, Expr call) {
  Arena& arena = forms.arena();
  const Function* f = forms.functions().find(arena.name(call), arena.count(call));
  if (f == nullptr) return {};
  ExprMap<Expr> map;
  for (std::size_t k = 0; k < f->parameters.size(); ++k) map[f->parameters[k]] = arena.child(call, k);
  std::vector<Expr> out;
  for (const Expr kink : f->kinks) {
    const Expr here = substitute(arena, kink, map);
    if (arena.is(here, Op::Eq)) out.push_back(here);
  }
  return out;
}

}  // namespace

std::vector<Expr> switches(Forms& forms, const std::vector<Expr>& roots, std::size_t most) {
  Arena& arena = forms.arena();
  std::vector<Expr> out;
  std::unordered_set<Expr, ExprHash> kept;
  const auto keep = [&](Expr a, Expr b) {
    const Expr gap = difference(arena, a, b);
    if (!arena.is_number(gap) && kept.insert(gap).second) out.push_back(gap);
  };
  for (const Expr e : forms.cone(roots, nullptr, 20'000)) {
    if (out.size() >= most) break;
    if (is_comparison(arena.op(e))) keep(arena.child(e, 0), arena.child(e, 1));
    if (arena.is(e, Op::Call)) {
      for (const Expr kink : kinks_of_call(forms, e)) keep(arena.child(kink, 0), arena.child(kink, 1));
    }
  }
  return out;
}

std::vector<Expr> jumps(Forms& forms, const std::vector<Expr>& roots, std::size_t most) {
  Arena& arena = forms.arena();
  std::vector<Expr> out;
  const auto keep = [&](Expr a, Expr b) {
    // A product is zero where a factor is.
    const bool product = arena.is(a, Op::Mul) && arena.is_number(b, 0);
    for (const Expr factor : product ? arena.children_copy(a) : std::vector<Expr>{a}) {
      const Expr c = arena.make(Op::Ne, {factor, b});
      if (out.size() < most && std::find(out.begin(), out.end(), c) == out.end()) out.push_back(c);
    }
  };
  for (const Expr e : forms.cone(roots, nullptr, 20'000)) {
    if (is_comparison(arena.op(e))) keep(arena.child(e, 0), arena.child(e, 1));
    if (!arena.is(e, Op::Call)) continue;
    const Function* f = forms.functions().find(arena.name(e), arena.count(e));
    if (f == nullptr || !std::ranges::all_of(f->derivative, [&](Expr d) { return arena.is_number(d, 0); })) continue;
    for (const Expr kink : kinks_of_call(forms, e)) keep(arena.child(kink, 0), arena.child(kink, 1));
  }
  return out;
}

std::vector<Expr> kinks_of_derivatives(Forms& forms, Expr root) {
  Arena& arena = forms.arena();
  std::vector<Expr> out;
  std::unordered_set<Expr, ExprHash> kept;
  const auto keep = [&](Expr a, Expr b, Expr by) {
    const Expr c = arena.make(Op::Ne, {a, b});
    if (kept.contains(c)) return;
    // A condition on what is held (`y == 1`) is no kink.
    const std::vector<Expr> cone = forms.cone({a, b}, nullptr, 20'000);
    if (!std::binary_search(cone.begin(), cone.end(), by)) return;
    kept.insert(c);
    out.push_back(c);
  };
  for (const Expr d : reachable(arena, root)) {
    if (!arena.is(d, Op::Deriv)) continue;
    const Expr of = arena.child(d, 0), by = arena.child(d, 1);
    // Names are looked through down to the one that is cut.
    std::unordered_set<Expr, ExprHash> seen{of};
    std::vector<Expr> open{of};
    while (!open.empty() && seen.size() < 20'000) {
      const Expr e = open.back();
      open.pop_back();
      std::vector<Expr> next = arena.children_copy(e);
      if (e != by) {
        if (const auto value = forms.definition(e)) next.push_back(*value);
        if (const auto body = forms.model_body(e)) next.push_back(*body);
      }
      if (is_comparison(arena.op(e))) keep(arena.child(e, 0), arena.child(e, 1), by);
      if (arena.is(e, Op::Call)) {
        for (const Expr kink : kinks_of_call(forms, e)) keep(arena.child(kink, 0), arena.child(kink, 1), by);
      }
      for (std::size_t k = next.size(); k-- > 0;) {
        if (seen.insert(next[k]).second) open.push_back(next[k]);
      }
    }
  }
  return out;
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/adjoints.h"

#include <fmt/format.h>

#include <algorithm>

#include "gradus/expr/size.h"
#include "gradus/expr/tensor_function.h"

namespace gradus::tensor {
namespace {

constexpr std::size_t most_nodes_written_out = 300'000;  // looked at while an expression is written out, round by round

}  // namespace

Adjoints::Adjoints(Engine& engine, const Model& model, Entries& entries)
    : engine_(engine), arena_(engine.arena), model_(model), entries_(entries) {
  scalar_.functions = model.functions;
  for (const ModelFunction& f : model.functions) scalar_.introduced.emplace(f.name, f.place);
  for (const Definition& d : model.definitions) {
    // What a derivative is made of is not seen in it.
    Expr value = d.value;
    if (const auto nodes = reachable(arena_, value);
        std::ranges::any_of(nodes, [&](Expr n) { return arena_.is(n, Op::Deriv); })) {
      value = entry_of(d.symbol, entries_.fresh(entries_.shape(d.symbol)));
      needed_.clear();
    }
    for (const Expr s : symbols(arena_, value)) {
      if (uses_[d.symbol].insert(s).second)
        users_[s].push_back(static_cast<std::size_t>(&d - model.definitions.data()));
    }
  }
}

// The entry of a definition, without derivatives.
Expr Adjoints::entry_of(Expr name, const std::vector<Expr>& indices) {
  return resolved(entries_.at(model_.definition(arena_.name(name))->value, indices));
}

// Whether `name` is computed from `on`, or is it.
bool Adjoints::depends(Expr name, Expr on) {
  auto& known = needed_[name];
  if (known.empty()) {
    known.insert(name);
    for (std::size_t k = model_.definitions.size(); k-- > 0;) {
      const Expr d = model_.definitions[k].symbol;
      if (known.contains(d)) known.insert(uses_[d].begin(), uses_[d].end());
    }
  }
  return known.contains(on);
}

// The derivative of a scalar operation by one of the atoms in it.
Expr Adjoints::outer_derivative(Expr e, Expr atom) {
  const Expr derivative = arena_.make(Op::Deriv, {e, atom});
  const auto known = outer_.find(derivative);
  if (known != outer_.end()) return known->second;
  return outer_[derivative] = resolve_derivatives(engine_, scalar_, derivative);
}

// A function of tensors that stays one, or an entry of it.
bool Adjoints::is_call(Expr e) const {
  return tensor_call(arena_, arena_.is(e, Op::Entry) ? arena_.child(e, 0) : e) != nullptr;
}

// The derivative of a scalar expression by an entry of a name that stands in it; other names are held.
Expr Adjoints::partial(Expr e, const Wanted& by) {
  const auto part_of = [&](Expr node) {  // an entry, a sum or the name itself
    return arena_.is(node, Op::Entry) || is_reduction(arena_.op(node)) || node == by.name || is_call(node);
  };
  if (e == by.name) return arena_.number(1);
  if (!contains(arena_, e, by.name)) return arena_.number(0);
  if (is_call(e)) {
    const bool indexed = arena_.is(e, Op::Entry);
    const Expr call = indexed ? arena_.child(e, 0) : e;
    std::vector<Expr> at;
    for (std::size_t k = 1; indexed && k < arena_.count(e); ++k) at.push_back(arena_.child(e, k));
    return partial_of_call(call, at, by);
  }
  if (arena_.is(e, Op::Entry)) {
    if (arena_.child(e, 0) != by.name) return arena_.number(0);
    std::vector<Expr> deltas;
    for (std::size_t k = 0; k < by.indices.size(); ++k)
      if (arena_.child(e, k + 1) != by.indices[k])
        deltas.push_back(entries_.delta(arena_.child(e, k + 1), by.indices[k]));
    return arena_.product(deltas);
  }
  if (arena_.is(e, Op::Sum)) {
    const Expr k = arena_.child(e, 0), dimension = arena_.child(e, 1), body = arena_.child(e, 2);
    const Expr inside = partial(body, by);
    return arena_.is_number(inside, 0) ? inside : arena_.make(Op::Sum, {k, dimension, inside});
  }
  if (is_reduction(arena_.op(e))) return partial_of_greatest(e, by);
  if (arena_.is(e, Op::Add)) {
    std::vector<Expr> terms;
    for (const Expr c : arena_.children_copy(e)) {
      const Expr d = partial(c, by);
      if (!arena_.is_number(d, 0)) terms.push_back(d);
    }
    return arena_.sum(terms);
  }
  // The outermost parts that the name stands in become scalars.
  ExprMap<Expr> atoms, parts;
  std::vector<Expr> open{e}, order;
  std::unordered_set<Expr, ExprHash> seen;
  while (!open.empty()) {
    const Expr node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    if (part_of(node)) {
      if (contains(arena_, node, by.name)) order.push_back(node);
      const Expr atom = arena_.symbol(fmt::format("atom {}", atoms.size() + 1));
      atoms[node] = atom;
      parts[atom] = node;
      continue;
    }
    for (const Expr c : arena_.children(node)) open.push_back(c);
  }
  const Expr outside = substitute(arena_, e, atoms);
  std::vector<Expr> terms;
  for (const Expr part : order) {
    const Expr inner = partial(part, by);
    if (arena_.is_number(inner, 0)) continue;
    const Expr outer = substitute(arena_, outer_derivative(outside, atoms.at(part)), parts);
    terms.push_back(arena_.is_number(inner, 1) ? outer : arena_.mul(outer, inner));
  }
  return arena_.sum(terms);
}

// A softmax is written with its own name: dp[i] = p[i]*(dz[i] - sum[k](p[k]*dz[k])).
Expr Adjoints::partial_of(const Definition& d, const std::vector<Expr>& indices, const Wanted& by) {
  const bool softmax = arena_.is(d.value, Op::Call) && arena_.name(d.value) == "softmax";
  return softmax ? partial_of_softmax(d.symbol, d.value, indices, by) : partial(entry_of(d.symbol, indices), by);
}

// `name` is what the softmax is written as, a name or itself.
Expr Adjoints::partial_of_softmax(Expr name, Expr call, const std::vector<Expr>& indices, const Wanted& by) {
  const Expr own = entries_.at(name, indices), argument = arena_.child(call, 0);
  const Expr inner = partial(resolved(entries_.at(argument, indices)), by);
  return arena_.add(arena_.mul(own, inner),
                    arena_.product(std::vector{arena_.number(-1), own, mean_partial(name, call, indices, by)}));
}

// Of a function of tensors that stays one.
Expr Adjoints::partial_of_call(Expr call, const std::vector<Expr>& indices, const Wanted& by) {
  const std::string name = arena_.name(call);
  if (name == "softmax") return partial_of_softmax(call, call, indices, by);
  if (name == "hardmax" || name == "onehot" || name == part_of_identity) return arena_.number(0);
  if (name == "inv" || name == "det") return partial_of_inverse(call, indices, by);
  std::vector<Expr> arguments = arena_.children_copy(call);
  if (name == min_of_entries) arguments[0] = arena_.negate(arguments[0]);
  return mean_partial(arena_.call(name == "logsumexp" ? "softmax" : "hardmax", arguments), call, indices, by);
}

// d(inv(A)) = -inv(A)*dA*inv(A), d(det(A)) = det(A)*trace(inv(A)*dA)
Expr Adjoints::partial_of_inverse(Expr call, const std::vector<Expr>& indices, const Wanted& by) {
  const Expr of = arena_.child(call, 0);
  const Shape shape = entries_.shape(of);
  const std::vector<Expr> k = entries_.fresh(shape);
  const Expr inner = partial(resolved(entries_.at(of, k)), by);
  if (arena_.is_number(inner, 0)) return inner;
  const auto inverse = [&](Expr i, Expr j) { return entries_.at(arena_.call("inv", {of}), {i, j}); };
  if (indices.empty()) return arena_.mul(call, entries_.sum(k, shape, arena_.mul(inverse(k[1], k[0]), inner)));
  const Expr product = arena_.product(std::vector{inverse(indices[0], k[0]), inner, inverse(k[1], indices[1])});
  return arena_.negate(entries_.sum(k, shape, product));
}

// The greatest or least of entries changes with the one that it is; where several are, with their mean, so that
// expressions that are equal have equal derivatives.
Expr Adjoints::partial_of_greatest(Expr e, const Wanted& by) {
  std::vector<Expr> indices;
  Shape shape;
  Expr body = e;
  for (; arena_.op(body) == arena_.op(e); body = arena_.child(body, 2)) {
    indices.push_back(arena_.child(body, 0));
    shape.push_back(arena_.child(body, 1));
  }
  const auto at = [&](const std::vector<Expr>& places) {
    ExprMap<Expr> map;
    for (std::size_t k = 0; k < indices.size(); ++k) map[indices[k]] = places[k];
    return substitute(arena_, body, map);
  };
  std::vector<Expr> own, others;
  for (std::size_t k = 0; k < indices.size(); ++k) {
    own.push_back(entries_.fresh());
    others.push_back(entries_.fresh());
  }
  const Expr inner = partial(at(own), by);
  if (arena_.is_number(inner, 0)) return inner;
  const Expr count = entries_.sum(others, shape, entries_.equal(at(others), e));
  const Expr share = arena_.mul(entries_.equal(at(own), e), arena_.pow(count, arena_.number(-1)));
  return entries_.sum(own, shape, arena_.mul(share, inner));
}

// The derivative of `logsumexp`: that of its argument, in the mean by the softmax; so for the greatest entry by the
// hardmax.
Expr Adjoints::mean_partial(Expr weights, Expr call, const std::vector<Expr>& indices, const Wanted& by) {
  const Expr argument = arena_.child(call, 0);
  const Shape shape = entries_.shape(argument);
  std::vector<Expr> others = entries_.fresh(shape), bound = others;
  for (std::size_t k = 0; k < shape.size(); ++k) {
    if (!has_axis(arena_, call) || arena_.is_number(arena_.child(call, 1), static_cast<long>(k))) continue;
    others[k] = indices[k];
    bound[k] = arena_.number(1);
  }
  const Expr inner = partial(resolved(entries_.at(argument, others)), by);
  return entries_.sum(bound, shape, arena_.mul(entries_.at(weights, others), inner));
}

std::vector<Expr> Adjoints::derivatives(Expr e) const {
  std::vector<Expr> out;
  std::unordered_set<Expr, ExprHash> seen;
  // From the outside inwards: what is differentiated belongs to its derivative.
  std::vector<Expr> open{e};
  while (!open.empty()) {
    const Expr node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    const bool entry = arena_.is(node, Op::Entry) && arena_.is(arena_.child(node, 0), Op::Deriv);
    if (entry || arena_.is(node, Op::Deriv)) {
      out.push_back(node);
    } else {
      for (const Expr c : arena_.children(node)) open.push_back(c);
    }
  }
  std::ranges::sort(out);
  return out;
}

Expr Adjoints::one_step(Expr e) {
  const auto known = steps_.find(e);
  if (known != steps_.end()) return known->second;
  const Expr step = chained(e);
  return steps_[e] = step;
}

Expr Adjoints::chained(Expr e) {
  const Expr derivative = arena_.is(e, Op::Entry) ? arena_.child(e, 0) : e;
  const Expr of = arena_.child(derivative, 0), by = arena_.child(derivative, 1);
  Shape of_shape = entries_.shape(of);
  const Shape by_shape = entries_.shape(by);
  std::vector<Expr> all;
  if (arena_.is(e, Op::Entry)) {
    for (std::size_t k = 1; k < arena_.count(e); ++k) all.push_back(arena_.child(e, k));
  }
  const std::size_t split = all.size() - by_shape.size();
  std::vector<Expr> i(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(split));
  const std::vector<Expr> j(all.begin() + static_cast<std::ptrdiff_t>(split), all.end());
  if (i.empty()) i.assign(of_shape.size(), arena_.number(1));  // a single entry
  const Wanted wanted{by, j};
  if (of == by) {
    std::vector<Expr> deltas;
    for (std::size_t k = 0; k < i.size(); ++k) deltas.push_back(entries_.delta(i[k], j[k]));
    return arena_.product(deltas);
  }
  const auto through_name = [&](Expr from, Expr through, const std::vector<Expr>& front,
                                const std::vector<Expr>& back) {
    const Expr d = arena_.make(Op::Deriv, {from, through});
    std::vector<Expr> parts{d};
    parts.insert(parts.end(), front.begin(), front.end());
    parts.insert(parts.end(), back.begin(), back.end());
    return parts.size() == 1 ? d : arena_.make(Op::Entry, parts);
  };
  const bool single = split == 0;
  std::vector<Expr> terms;
  if (!arena_.is(of, Op::Symbol)) {
    // An expression: forwards through the names in it.
    const Expr entry = resolved(entries_.at(of, i));
    for (const Expr name : symbols(arena_, entry)) {
      if (!depends(name, by)) continue;
      const Shape shape = entries_.shape(name);
      const std::vector<Expr> k = entries_.fresh(shape);
      const Expr inner = name == by ? Expr{} : through_name(name, by, is_single(arena_, shape) ? Shape{} : k, j);
      const Expr outer = partial(entry, {name, name == by ? j : k});
      terms.push_back(name == by ? outer : entries_.sum(k, shape, arena_.mul(outer, inner)));
    }
    return arena_.sum(terms);
  }
  // A name: backwards through the definitions that use the variable.
  for (const std::size_t user : users_[by]) {
    const Definition& d = model_.definitions[user];
    if (!depends(of, d.symbol) || d.symbol == by) continue;
    if (d.symbol == of) {
      terms.push_back(partial_of(d, i, wanted));
      continue;
    }
    const Shape shape = entries_.shape(d.symbol);
    const std::vector<Expr> k = entries_.fresh(shape);
    const Expr adjoint = through_name(of, d.symbol, single ? Shape{} : i, k);
    terms.push_back(entries_.sum(k, shape, arena_.mul(adjoint, partial_of(d, k, wanted))));
  }
  return arena_.sum(terms);
}

Expr Adjoints::resolved(Expr e) {
  for (std::size_t seen = 0;;) {
    const std::vector<Expr> open = derivatives(e);
    if (open.empty()) return e;
    ExprMap<Expr> steps;
    for (const Expr d : open) steps[d] = one_step(d);
    e = substitute(arena_, e, steps);
    if ((seen += reachable(arena_, e).size()) > most_nodes_written_out)
      throw LimitError("the derivatives are too large to be written out");
  }
}

ExprMap<Expr> Adjoints::meanings(const std::vector<Expr>& nodes, const std::function<bool(const Definition&)>& which) {
  ExprMap<Expr> out;
  for (const Expr node : nodes) {
    const bool entry = arena_.is(node, Op::Entry);
    const Expr name = entry ? arena_.child(node, 0) : node;
    if (!arena_.is(name, Op::Symbol)) continue;
    const Definition* d = model_.definition(arena_.name(name));
    if (d == nullptr || (!entry && !entries_.shape(name).empty()) || !which(*d)) continue;
    std::vector<Expr> indices;
    for (std::size_t k = 1; entry && k < arena_.count(node); ++k) indices.push_back(arena_.child(node, k));
    out[node] = entries_.at(d->value, indices);
  }
  return out;
}

Expr Adjoints::unfolded(Expr e) {
  for (std::size_t seen = 0;;) {
    const std::vector<Expr> nodes = reachable(arena_, e);
    if ((seen += nodes.size()) > most_nodes_written_out)
      throw LimitError("the definitions are too large to be written out");
    const ExprMap<Expr> map = meanings(nodes, [](const Definition&) { return true; });
    if (map.empty()) return e;
    e = substitute(arena_, e, map);
  }
}

std::optional<Expr> Adjoints::unfolded_once(Expr e) {
  const std::vector<Expr> nodes = reachable(arena_, e);
  const Definition* last = nullptr;
  for (const Expr node : nodes) {
    const Definition* d = arena_.is(node, Op::Symbol) ? model_.definition(arena_.name(node)) : nullptr;
    if (d != nullptr && (last == nullptr || d > last)) last = d;
  }
  if (last == nullptr) return std::nullopt;
  return substitute(arena_, e, meanings(nodes, [&](const Definition& d) { return &d == last; }));
}

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// Sums as they stand, not multiplied out: deltas in them, constants before them, factors inside.
#include <algorithm>

#include "rule/match.h"
#include "tensor/sums.h"

namespace gradus::tensor {

// The factors of a product of products.
std::vector<Expr> flat_factors(const Arena& arena, Expr e) { return flattened(arena, Op::Mul, e); }

Expr SumForms::contracted(Expr e) {
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    if (!arena_.is(node, Op::Sum)) return node;
    return contracted_sum(arena_.child(node, 0), arena_.child(node, 1), arena_.child(node, 2));
  });
}

Expr SumForms::inside_sums(Expr e) {
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    if (!arena_.is(node, Op::Sum)) return node;
    std::vector<Expr> factors = flat_factors(arena_, arena_.child(node, 2));
    const auto at = std::ranges::find_if(factors, [&](Expr f) { return arena_.is(f, Op::Sum); });
    if (at == factors.end() || factors.size() == 1) return node;
    Opened inner = this->open(*at);
    ExprMap<Expr> renamed;
    for (auto& [index, dimension] : inner.bound) {
      renamed[index] = entries_.fresh();
      index = renamed[index];
    }
    *at = substitute(arena_, inner.body, renamed);
    Expr out = arena_.product(factors);
    for (std::size_t k = inner.bound.size(); k-- > 0;)
      out = arena_.make(Op::Sum, {inner.bound[k].first, inner.bound[k].second, out});
    return inside_sums(arena_.make(Op::Sum, {arena_.child(node, 0), arena_.child(node, 1), out}));
  });
}

Expr SumForms::contracted_sum(Expr index, Expr dimension, Expr body) {
  spend();
  if (arena_.is(body, Op::Add)) {
    std::vector<Expr> terms;
    for (const Expr t : arena_.children_copy(body)) terms.push_back(contracted_sum(index, dimension, t));
    return arena_.sum(terms);
  }
  const std::vector<Expr> factors = flat_factors(arena_, body);
  for (std::size_t k = 0; k < factors.size(); ++k) {
    const Expr f = factors[k];
    std::vector<Expr> rest = factors;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(k));
    if (is_delta(arena_, f)) {
      // 1 at every index: as many as the dimension says.
      if (arena_.child(f, 0) == arena_.child(f, 1)) return contracted_sum(index, dimension, arena_.product(rest));
      for (std::size_t side = 0; side < 2; ++side) {
        if (arena_.child(f, side) != index) continue;
        return substitute(arena_, arena_.product(rest), {{index, arena_.child(f, 1 - side)}});
      }
    }
    const auto nodes = reachable(arena_, f);
    const auto takes_index = [&](Expr n) {
      return is_delta(arena_, n) && (arena_.child(n, 0) == index || arena_.child(n, 1) == index);
    };
    if (arena_.is(f, Op::Add) && std::ranges::any_of(nodes, takes_index)) {
      std::vector<Expr> terms;
      for (const Expr t : arena_.children_copy(f)) {
        std::vector<Expr> with = rest;
        with.push_back(t);
        terms.push_back(contracted_sum(index, dimension, arena_.product(with)));
      }
      return arena_.sum(terms);
    }
  }
  // Numbers and names stand before the sum.
  std::vector<Expr> outside, inside;
  for (const Expr f : factors) (contains(arena_, f, index) ? inside : outside).push_back(f);
  if (inside.empty()) outside.push_back(dimension);
  if (!inside.empty()) outside.push_back(arena_.make(Op::Sum, {index, dimension, arena_.product(inside)}));
  return arena_.product(outside);
}

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// What is assumed of tensors, put in its place: equations of entries and sums, symmetry, masks.
#include <algorithm>

#include "check/domain.h"
#include "check/tensor_proof.h"
#include "tensor/entries.h"
#include "tensor/match.h"

namespace gradus {

using namespace tensor;

const std::vector<TensorProof::Assumed>& TensorProof::assumed() {
  if (assumed_) return *assumed_;
  assumed_.emplace();
  for (const Assumption& a : model_.assumptions) {
    const Shape shape = entries_.shape(a.condition);
    const std::vector<Expr> i = entries_.fresh(shape);
    const Expr condition = entries_.at(a.condition, i);
    if (!arena_.is(condition, Op::Eq)) continue;
    Expr left = adjoints_.unfolded(arena_.child(condition, 0)), right = adjoints_.unfolded(arena_.child(condition, 1));
    square_root_equation(arena_, left, right);  // norm(u) = 1: the sum of the squares
    const Terms terms = sums_.terms(left);
    if (terms.size() != 1 || terms.begin()->second != 1 || terms.begin()->first.size() != 1) continue;
    const auto& [kernel, power] = *terms.begin()->first.begin();
    // An entry of what the other side is not computed from: it takes its place at all indices.
    const bool entry = arena_.is(kernel, Op::Entry) && !contains(arena_, right, arena_.child(kernel, 0));
    if (power == 1 && (entry || arena_.is(kernel, Op::Sum))) assumed_->push_back({kernel, right, i});
  }
  return *assumed_;
}

// Whether an index stands in an expression, and not only as the name of another one that is bound there.
bool TensorProof::stands_free(Expr e, Expr index) const {
  if (e == index) return true;
  if (!contains(arena_, e, index)) return false;
  const bool binds = binds_index(arena_.op(e));
  if (binds && arena_.child(e, 0) == index) return stands_free(arena_.child(e, 1), index);
  const auto parts = arena_.children_copy(e);
  return std::ranges::any_of(parts, [&](Expr c) { return stands_free(c, index); });
}

// A sum over several indices, one of which stands in nothing but what the assumption sums.
std::optional<Expr> TensorProof::within(const Assumed& a, Expr node) {
  const SumForms::Opened pattern = sums_.open(a.left), sum = sums_.open(node);
  if (pattern.bound.size() != 1 || sum.bound.size() < 2) return std::nullopt;
  const std::vector<Expr> factors =
      arena_.is(sum.body, Op::Mul) ? arena_.children_copy(sum.body) : std::vector<Expr>{sum.body};
  for (std::size_t k = 0; k < sum.bound.size(); ++k) {
    const auto [index, dimension] = sum.bound[k];
    std::vector<Expr> own, rest;
    for (const Expr f : factors) (stands_free(f, index) ? own : rest).push_back(f);
    if (dimension != pattern.bound[0].second || own.empty()) continue;
    std::vector<Expr> open = a.indices;
    open.push_back(pattern.bound[0].first);
    ExprMap<Expr> bound{{pattern.bound[0].first, index}};
    if (!matches(arena_, pattern.body, arena_.product(own), open, bound)) continue;
    rest.push_back(substitute(arena_, a.right, bound));
    Expr out = arena_.product(rest);
    for (std::size_t j = sum.bound.size(); j-- > 0;) {
      if (j != k) out = arena_.make(Op::Sum, {sum.bound[j].first, sum.bound[j].second, out});
    }
    return out;
  }
  return std::nullopt;
}

// The names, of numbers and of tensors, that are assumed to be 0 or 1.
const std::vector<Expr>& TensorProof::bits() {
  if (bits_) return *bits_;
  bits_.emplace();
  for (const Assumption& a : model_.assumptions) {
    Expr condition = a.condition;
    while (arena_.is(condition, Op::Table)) condition = arena_.child(condition, 2);
    if (!arena_.is(condition, Op::In)) continue;
    bool all = true;
    for (std::size_t k = 1; k < arena_.count(condition); ++k)
      all = all && (arena_.is_number(arena_.child(condition, k), 0) || arena_.is_number(arena_.child(condition, k), 1));
    Expr of = arena_.child(condition, 0);
    while (arena_.is(of, Op::Table)) of = arena_.child(of, 2);
    if (arena_.is(of, Op::Entry)) {  // of each entry, not of a column or the diagonal
      const std::vector<Expr> parts = arena_.children_copy(of);
      const Shape& shape = entries_.shape(parts[0]);
      for (std::size_t k = 1; k < parts.size(); ++k) {
        const bool number = arena_.is_number(parts[k]) && arena_.is_number(shape[k - 1], 1);
        const bool once = arena_.is(parts[k], Op::Symbol) && std::ranges::count(parts, parts[k]) == 1;
        all = all && (number || once);
      }
      of = parts[0];
    }
    if (all && arena_.is(of, Op::Symbol)) bits_->push_back(of);
  }
  return *bits_;
}

// M^2 is M where M is 0 or 1.
Expr TensorProof::with_bits(Expr e) {
  if (bits().empty()) return e;
  return map_bottom_up(arena_, sums_.normal(e), [&](Arena& arena, Expr node) {
    if (!arena.is(node, Op::Pow)) return node;
    const Expr base = arena.child(node, 0), n = arena.child(node, 1);
    const Expr of = arena.is(base, Op::Entry) ? arena.child(base, 0) : base;
    const bool power = arena.is_integer(n) && arena.value(n) > 1;
    return power && std::ranges::find(bits(), of) != bits().end() ? base : node;
  });
}

// With what is assumed in its place.
Expr TensorProof::by_assumptions(Expr e) {
  e = with_bits(e);
  if (assumed().empty()) return e;
  e = sums_.normal(e);
  ExprMap<Expr> map;
  for (const Expr node : reachable(arena_, e)) {
    if (!arena_.is(node, Op::Sum) && !arena_.is(node, Op::Entry)) continue;
    for (const Assumed& a : assumed()) {
      ExprMap<Expr> bound;
      if (matches(arena_, a.left, node, a.indices, bound)) map[node] = substitute(arena_, a.right, bound);
      if (!arena_.is(node, Op::Sum) || !arena_.is(a.left, Op::Sum)) continue;
      if (const auto inside = within(a, node); !map.contains(node) && inside) map[node] = *inside;
    }
  }
  return substitute(arena_, e, map);
}

}  // namespace gradus

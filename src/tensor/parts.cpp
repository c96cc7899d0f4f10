// SPDX-License-Identifier: GPL-2.0-or-later
// Parts of a dimension in sums. Entry i, k of the rows a to b of an identity is the delta of k and of the place that i
// has in the dimension: then a delta takes the place of an index here as elsewhere, and X[2..n] has the entries of X at
// such places.
#include <algorithm>

#include "gradus/expr/size.h"
#include "tensor/readable.h"
#include "tensor/sums.h"

namespace gradus::tensor {
namespace {

constexpr std::string_view place_in = "place in part";

// The place of an index of rows of the identity.
struct Place {
  Part part;
  Expr rows, index;
};

std::optional<Place> place_of(const Arena& arena, Expr e) {
  if (!arena.is(e, Op::Call) || arena.name(e) != place_in) return std::nullopt;
  return Place{*part_of(arena, arena.child(e, 0)), arena.child(e, 0), arena.child(e, 1)};
}

}  // namespace

// The place of `index` in the dimension of `rows`.
Expr SumForms::place(Expr rows, Expr index) {
  has_parts_ = true;
  const Part part = *part_of(arena_, rows);
  if (arena_.is_number(index) && arena_.is_number(part.from))
    return arena_.number(arena_.value(index) + arena_.value(part.from) - 1);
  if (const auto inner = place_of(arena_, index)) {
    const Size before = size(part.from) - Size{{}, 1};
    const auto both = part_from(arena_, entries_.sizes(), part.dimension, size(inner->part.from) + before,
                                size(inner->part.to) + before);
    if (both) return arena_.call(place_in, {*both, inner->index});
  }
  return arena_.call(place_in, {rows, index});
}

Size SumForms::size(Expr dimension) const { return *size_of(arena_, entries_.sizes(), dimension); }

// The same with places in places put together.
Expr SumForms::settled_place(Expr index) {
  const auto p = place_of(arena_, index);
  return p ? place(p->rows, settled_place(p->index)) : index;
}

Terms SumForms::entry(Expr e) {
  std::vector<Expr> parts = arena_.children_copy(e);
  for (std::size_t k = 1; has_parts_ && k < parts.size(); ++k) parts[k] = settled_place(parts[k]);
  if (part_of(arena_, parts[0])) return delta(place(parts[0], parts[1]), parts[2]);
  return kernel(arena_.rebuild(e, parts));
}

Terms SumForms::delta(Expr i, Expr j) {
  if (has_parts_) {
    i = settled_place(i);
    j = settled_place(j);
  }
  if (i == j) return {{{}, 1}};
  if (arena_.is_number(i) && arena_.is_number(j)) return {};
  auto p = place_of(arena_, i), q = place_of(arena_, j);
  if (p && q && p->rows == q->rows) return delta(p->index, q->index);
  if (p && q && apart(p->part, q->part)) return {};
  if (q) {
    std::swap(i, j);
    std::swap(p, q);
  }
  if (p && arena_.is_number(j) && arena_.is_number(p->part.from)) {
    const Rational row = arena_.value(j) - arena_.value(p->part.from) + 1;
    const bool behind = arena_.is_number(p->part.to) && arena_.value(j) > arena_.value(p->part.to);
    return row < 1 || behind ? Terms{} : delta(p->index, arena_.number(row));
  }
  return kernel(arena_.call("delta", {std::min(i, j), std::max(i, j)}));
}

// Whether two parts have no place in common.
bool SumForms::apart(const Part& a, const Part& b) const {
  const auto before = [&](const Part& first, const Part& second) {
    return (size(second.from) - size(first.to) - Size{{}, 1}).is_never_negative();
  };
  return a.dimension == b.dimension && (before(a, b) || before(b, a));
}

// Of two indices whose places are the same there is one; nothing if there are none such.
std::optional<Terms> SumForms::joined_places(const Powers& powers) {
  if (!has_parts_) return std::nullopt;
  struct Found {
    Expr place, other;
  };
  const auto found = [&](const auto& factor) -> std::optional<Found> {
    if (!is_delta(arena_, factor.first) || factor.second < 1) return std::nullopt;
    const Expr i = arena_.child(factor.first, 0), j = arena_.child(factor.first, 1);
    if (place_of(arena_, i)) return Found{i, j};
    return place_of(arena_, j) ? std::optional(Found{j, i}) : std::nullopt;
  };
  for (auto one = powers.begin(); one != powers.end(); ++one) {
    const auto p = found(*one);
    if (!p) continue;
    Powers rest = powers;
    if (one->second > 1) {
      rest[one->first] = 1;
      return Terms{{rest, 1}};
    }
    for (auto other = std::next(one); other != powers.end(); ++other) {
      const auto q = found(*other);
      if (!q || p->other != q->other) continue;
      rest.erase(other->first);
      return product({{rest, 1}}, delta(p->place, q->place));
    }
  }
  return std::nullopt;
}

// With sums over entries of the rows instead of places: as it is written.
Expr SumForms::with_parts(Expr e) {
  if (!has_parts_) return e;
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    const bool of_delta = is_delta(arena_, node);
    if (!of_delta && !arena_.is(node, Op::Entry)) return node;
    std::vector<Expr> parts = arena_.children_copy(node);
    for (std::size_t k = of_delta ? 0 : 1; k < parts.size(); ++k) {
      const auto p = place_of(arena_, parts[k]);
      if (!p) continue;
      if (of_delta && !place_of(arena_, parts[1 - k]))
        return with_parts(arena_.make(Op::Entry, {p->rows, p->index, parts[1 - k]}));
      parts[k] = arena_.number(1);  // counts no sum
      const long below = std::max(sum_height(arena_, arena_.rebuild(node, parts)), sum_height(arena_, p->index));
      const Expr index = arena_.symbol("#" + std::to_string(below + 1));
      parts[k] = index;
      const Expr row = with_parts(arena_.make(Op::Entry, {p->rows, p->index, index}));
      const Expr rest = with_parts(arena_.rebuild(node, parts));
      return arena_.make(Op::Sum, {index, p->part.dimension, arena_.mul(row, rest)});
    }
    return node;
  });
}

}  // namespace gradus::tensor

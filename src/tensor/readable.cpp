// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/readable.h"

#include <algorithm>
#include <unordered_set>

#include "gradus/expr/slice.h"

namespace gradus::tensor {
namespace {

// A name that `fresh` or a normal form made.
bool is_made(const Arena& arena, Expr symbol) { return is_fresh_index(arena, symbol) || arena.name(symbol)[0] == '#'; }

}  // namespace

std::vector<Expr> written_as_slices(const Arena& arena, Expr e) {
  std::vector<Expr> out;
  for (const Expr node : reachable(arena, e)) {
    if (!arena.is(node, Op::Table) || (!slice_of(arena, node) && !tensor_reduction(arena, node))) continue;
    for (Expr t = node; arena.is(t, Op::Table) && is_slice_index(arena, arena.child(t, 0)); t = arena.child(t, 2))
      out.push_back(arena.child(t, 0));
  }
  return out;
}

Expr readable(Arena& arena, const Model& model, Expr e, const std::vector<Expr>& indices) {
  std::unordered_set<std::string> taken;
  std::vector<Expr> made;
  for (const Expr i : indices) {
    if (!arena.is(i, Op::Symbol)) continue;
    if (is_made(arena, i))
      made.push_back(i);
    else
      taken.insert(arena.name(i));
  }
  for (const Expr s : symbols(arena, e)) {
    if (is_made(arena, s))
      made.push_back(s);
    else
      taken.insert(arena.name(s));
  }
  ExprMap<Expr> letters;
  const std::vector<Expr> slices = written_as_slices(arena, e);
  std::size_t next = 0;
  for (const Expr s : made) {
    if (letters.contains(s) || std::ranges::find(slices, s) != slices.end()) continue;
    std::string name = index_letter(next++);
    while (taken.contains(name) || model.introduced.contains(name)) name = index_letter(next++);
    letters[s] = arena.symbol(name);
  }
  return map_bottom_up(arena, e, [&](Arena&, Expr node) {
    const auto it = letters.find(node);
    return it == letters.end() ? node : it->second;
  });
}

long sum_height(const Arena& arena, Expr e) {
  long out = 0;
  for (const Expr s : symbols(arena, e)) {
    if (arena.name(s)[0] == '#') out = std::max(out, std::stol(arena.name(s).substr(1)));
  }
  return out;
}

Expr with_common_sums(Arena& arena, Expr e) {
  return map_bottom_up(arena, e, [&](Arena& a, Expr node) {
    if (!is_reduction(a.op(node))) return node;
    const Expr body = a.child(node, 2), index = a.symbol("#" + std::to_string(sum_height(a, body) + 1));
    return a.make(a.op(node), {index, a.child(node, 1), substitute(a, body, {{a.child(node, 0), index}})});
  });
}

Expr with_fresh_sums(Arena& arena, Entries& entries, Expr e) {
  return map_bottom_up(arena, e, [&](Arena& a, Expr node) {
    if (!is_reduction(a.op(node))) return node;
    const Expr index = entries.fresh();
    return a.make(a.op(node), {index, a.child(node, 1), substitute(a, a.child(node, 2), {{a.child(node, 0), index}})});
  });
}

}  // namespace gradus::tensor

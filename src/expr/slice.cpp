// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/expr/slice.h"

#include <algorithm>
#include <string>

namespace gradus {
namespace {

constexpr std::string_view prefix = "index :";

// The body of a table, and the indices that it is over: those of slices.
Expr body_of(const Arena& arena, Expr e, std::vector<Expr>& over) {
  for (; arena.is(e, Op::Table) && is_slice_index(arena, arena.child(e, 0)); e = arena.child(e, 2))
    over.push_back(arena.child(e, 0));
  return e;
}

bool has_any(const Arena& arena, Expr e, const std::vector<Expr>& names) {
  return std::ranges::any_of(names, [&](Expr i) { return contains(arena, e, i); });
}

}  // namespace

bool is_slice_index(const Arena& arena, Expr symbol) {
  return arena.is(symbol, Op::Symbol) && arena.name(symbol).starts_with(prefix);
}

std::vector<Expr> slice_indices(Arena& arena, Expr inside, std::size_t count) {
  unsigned long last = 0;
  for (const Expr s : symbols(arena, inside)) {
    if (is_slice_index(arena, s)) last = std::max(last, std::stoul(arena.name(s).substr(prefix.size())));
  }
  std::vector<Expr> out;
  for (std::size_t k = 0; k < count; ++k) out.push_back(arena.symbol(std::string(prefix) + std::to_string(++last)));
  return out;
}

Expr table(Arena& arena, const std::vector<Expr>& indices, const std::vector<Expr>& dimensions, Expr entry) {
  for (std::size_t k = indices.size(); k-- > 0;) entry = arena.make(Op::Table, {indices[k], dimensions[k], entry});
  return entry;
}

void write_indices(const Slice& s, const std::function<void(std::string)>& text,
                   const std::function<void(Expr)>& index) {
  for (std::size_t k = 0; k < s.indices.size(); ++k) {
    if (k > 0) text(", ");
    if (s.indices[k])
      index(*s.indices[k]);
    else
      text(":");
  }
}

bool has_slices(const Arena& arena, Expr e) {
  const auto nodes = reachable(arena, e);
  return std::ranges::any_of(
      nodes, [&](Expr n) { return arena.is(n, Op::Table) && is_slice_index(arena, arena.child(n, 0)); });
}

std::optional<Slice> slice_of(const Arena& arena, Expr e) {
  std::vector<Expr> over;
  e = body_of(arena, e, over);
  if (over.empty() || !arena.is(e, Op::Entry)) return std::nullopt;
  Slice out{arena.child(e, 0), {}};
  auto next = over.begin();
  for (std::size_t k = 1; k < arena.count(e); ++k) {
    const Expr index = arena.child(e, k);
    const bool whole = next != over.end() && index == *next;
    if (!whole && std::ranges::find(over, index) != over.end()) return std::nullopt;
    out.indices.push_back(whole ? std::nullopt : std::optional(index));
    if (whole) ++next;
  }
  if (next != over.end() || has_any(arena, out.of, over)) return std::nullopt;
  return out;
}

std::optional<TensorReduction> tensor_reduction(const Arena& arena, Expr e) {
  std::vector<Expr> over;
  const Expr inner = body_of(arena, e, over);
  if (over.empty() || !is_reduction(arena.op(inner))) return std::nullopt;
  const Expr entry = arena.child(inner, 2);
  if (!arena.is(entry, Op::Entry) || arena.count(entry) != over.size() + 1) return std::nullopt;
  for (std::size_t k = 0; k < over.size(); ++k)
    if (arena.child(entry, k + 1) != over[k]) return std::nullopt;
  const TensorReduction out{inner, arena.child(entry, 0)};
  if (has_any(arena, out.of, over)) return std::nullopt;
  return out;
}

}  // namespace gradus

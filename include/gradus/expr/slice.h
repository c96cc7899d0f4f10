// SPDX-License-Identifier: GPL-2.0-or-later
/// `X[:, j]`: the table over `i` of `X[i, j]`, with a name for `i` that nobody writes. So are `sum[j](X[:, j])`, and
/// the mean, the greatest and the least: the table over `i` of the sum over `j` of an entry.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gradus/expr/expr.h"

namespace gradus {

bool is_slice_index(const Arena& arena, Expr symbol);
/// Names for that many indices for which `:` is written, of a table around `inside`: the next ones behind those within.
std::vector<Expr> slice_indices(Arena& arena, Expr inside, std::size_t count);
/// The tensor of these dimensions with these entries.
Expr table(Arena& arena, const std::vector<Expr>& indices, const std::vector<Expr>& dimensions, Expr entry);

/// Whether there are such tables in `e`.
bool has_slices(const Arena& arena, Expr e);

/// A tensor, and its indices: nothing where `:` stands.
struct Slice {
  Expr of;
  std::vector<std::optional<Expr>> indices;
};
/// Its indices one after the other: `text` gets what stands between them and each `:`.
void write_indices(const Slice& s, const std::function<void(std::string)>& text,
                   const std::function<void(Expr)>& index);
/// What a table is a slice of, if it is one: its body takes an entry, with each index of the table once and in order.
std::optional<Slice> slice_of(const Arena& arena, Expr e);

/// A reduction over an index of what is no scalar.
struct TensorReduction {
  Expr entry;  ///< the reduction that each entry is
  Expr of;
};
std::optional<TensorReduction> tensor_reduction(const Arena& arena, Expr e);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
/// `X[:, j]`: the table over `i` of `X[i, j]`, with a name for `i` that nobody writes. So are `sum[j](X[:, j])`, and
/// the mean, the greatest and the least: the table over `i` of the sum over `j` of an entry.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gradus/expr/expr.h"

namespace gradus {

/// The k-th of the names of indices for which `:` is written.
std::string slice_index(std::size_t k);
bool is_slice_index(const Arena& arena, Expr symbol);

/// Whether there are such tables in `e`.
bool has_slices(const Arena& arena, Expr e);

/// A tensor, and its indices: nothing where `:` stands.
struct Slice {
  Expr of;
  std::vector<std::optional<Expr>> indices;
};
/// What a table is a slice of, if it is one: its body takes an entry, with each index of the table once and in order.
std::optional<Slice> slice_of(const Arena& arena, Expr e);

/// A reduction over an index of what is no scalar.
struct TensorReduction {
  Expr entry;  ///< the reduction that each entry is
  Expr of;
};
std::optional<TensorReduction> tensor_reduction(const Arena& arena, Expr e);

}  // namespace gradus

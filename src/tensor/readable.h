// SPDX-License-Identifier: GPL-2.0-or-later
// Indices as people write them.
#pragma once

#include "tensor/entries.h"

namespace gradus::tensor {

/// `e` with letters for the indices that were made for it, those of `indices` first. A letter is no name of the model
/// and stands nowhere in `e` before.
Expr readable(Arena& arena, const Model& model, Expr e, const std::vector<Expr>& indices);

/// The names of indices in `e` for which `:` is written.
std::vector<Expr> written_as_slices(const Arena& arena, Expr e);

/// With the same names for the indices that sums bind wherever sums differ in these alone.
Expr with_common_sums(Arena& arena, Expr e);
/// The highest of the names that this gave, from 1; 0 if there is none.
long sum_height(const Arena& arena, Expr e);

/// With fresh names for the indices that sums bind, where others may be put in.
Expr with_fresh_sums(Arena& arena, Entries& entries, Expr e);

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// Entries of inverses: `Entry(inv(A), i, j)`, where A is a tensor of names, or the table of its entries.
#pragma once

#include "tensor/entries.h"

namespace gradus::tensor {

inline bool is_inverse_entry(const Arena& arena, Expr e) {
  return arena.is(e, Op::Entry) && arena.is(arena.child(e, 0), Op::Call) && arena.name(arena.child(e, 0)) == "inv";
}

/// A function of a matrix that not every square one has: `inv`, `logdet`.
bool needs_inverse(const Arena& arena, Expr e);

/// A[j, i] of A[i, j].
inline Expr transposed_entry(Arena& arena, Expr e) {
  return arena.make(Op::Entry, {arena.child(e, 0), arena.child(e, 2), arena.child(e, 1)});
}

/// The table of the entries of a matrix.
Expr table_of_entries(Arena& arena, Entries& entries, Expr matrix);

/// An entry of the inverse of a matrix of scalars, by its cofactors; rows and columns from 0. Throws LimitError for
/// more than 3 rows.
Expr inverse_entry(Arena& arena, const std::vector<std::vector<Expr>>& matrix, std::size_t row, std::size_t column);
/// Its determinant, in the same way.
Expr determinant(Arena& arena, const std::vector<std::vector<Expr>>& matrix);

}  // namespace gradus::tensor

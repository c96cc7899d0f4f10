// SPDX-License-Identifier: GPL-2.0-or-later
// Exponentials over their sum by their name, and what is 1 at the greatest entries; norms.
#pragma once

#include "gradus/expr/expr.h"

namespace gradus::tensor {

/// `where(A == max(A), 1, 0)/sum(where(A == max(A), 1, 0))` as `hardmax(A)`, and in the same way
/// `exp(A)/sum(exp(A), axis=0)` as `softmax(A, axis=0)`, `sum(exp(A)*B, axis=0)/sum(exp(A), axis=0)` as
/// `sum(softmax(A, axis=0)*B, axis=0)`, and `ln(sum(exp(A)))` as `logsumexp(A)`: they do not overflow, and are what the
/// reader knows.
Expr with_softmax(Arena& arena, Expr e);

/// `softmax(A.T, axis=0).T` as `softmax(A, axis=1)`, and so for a hardmax.
Expr with_transposed_softmax(Arena& arena, Expr e);

/// Whether it says how many entries are the greatest, or the least, which is at least 1: `sum(where(A == max(A), 1,
/// 0))`, and the same over indices.
bool counts_greatest(Arena& arena, Expr e);

/// `sqrt(sum(A^2))` as `norm(A)`, and odd powers of it.
Expr with_norm(Arena& arena, Expr e);

}  // namespace gradus::tensor

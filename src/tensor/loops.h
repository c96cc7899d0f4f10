// SPDX-License-Identifier: GPL-2.0-or-later
// Assignments of tensors as statements with indices: at most one reduction each.
#pragma once

#include <vector>

#include "gradus/tensor/program.h"
#include "tensor/flatten.h"

namespace gradus::tensor {

/// Each assignment as a statement, after the statements for the sums that stand within its sums. A sum that nothing
/// else uses, of the same shape as what is computed from it entry by entry, is one statement with that.
std::vector<TensorStatement> as_loops(Arena& arena, Model& model, Entries& entries,
                                      const std::vector<Assigned>& assignments, const std::vector<Expr>& results);

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// The convention of examples in columns: dZ of each example's own loss.
#pragma once

#include "tensor/sums.h"

namespace gradus::tensor {

/// Throws Error, with the place of the convention, unless the cost is the mean over its dimension of a named loss, plus
/// terms that do not depend on the examples, and each example's loss depends on what belongs to that example alone.
/// Then `m` times the derivative of the cost by a name with that dimension is the derivative of each example's loss.
void require_per_example(Arena& arena, const Model& model, Entries& entries, SumForms& sums);

}  // namespace gradus::tensor

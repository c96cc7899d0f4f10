// SPDX-License-Identifier: GPL-2.0-or-later
// What is computed entry by entry, in forms that floating point computes well.
#pragma once

#include <vector>

#include "gradus/accuracy/accurate.h"
#include "tensor/flatten.h"

namespace gradus::tensor {

/// Puts the values that are computed entry by entry into accurate forms. Assignments of one shape that use one another
/// are a scalar program, chosen by measurement from what they take from elsewhere. The first `forward` of them are the
/// value, the others derivatives; `results` are the names that are asked for.
void choose_kernels(Engine& engine, const Model& model, Entries& entries, std::vector<Assigned>& assignments,
                    std::size_t forward, const std::vector<Expr>& results, const AccuracyOptions& options,
                    AccuracyReport* report);

/// Whether its value is computed entry by entry from names (transposed or not) of any shape.
bool is_elementwise(const Arena& arena, Expr value);

}  // namespace gradus::tensor

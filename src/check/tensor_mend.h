// SPDX-License-Identifier: GPL-2.0-or-later
// Small changes of the right side of a claim about tensors.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gradus/derive/derivation.h"

namespace gradus {

struct TensorChange {
  std::string words;  ///< "`A1` must be transposed"
  Expr side;          ///< may have another shape, or none
};

/// The free indices of an equation of entries, and their dimensions.
using FreeIndices = std::vector<std::pair<Expr, Expr>>;

/// Each change of one place that a reviewer would think of, the smallest first: a transpose, swapped operands, a matrix
/// product for one entry by entry and the other way round, a sign, a dimension or a number of the model as a factor, of
/// the whole or of a term, a square, a sum over a dimension, the derivative of an activation; where there are indices,
/// two of an entry swapped. Bounded in number.
std::vector<TensorChange> tensor_changes(Engine& engine, const Model& model, Expr side, const FreeIndices& free);

}  // namespace gradus

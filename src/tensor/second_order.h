// SPDX-License-Identifier: GPL-2.0-or-later
// Hessians of models of tensors, and their products with a direction.
#pragma once

#include "gradus/derive/derivation.h"

namespace gradus::tensor {

/// The gradient of a scalar, what its derivative needs, then the second derivatives: one for each unordered pair of
/// `wrt` (empty: the parameters that it depends on). `product`: then the Hessian times a direction, which gets a name.
/// The derivatives are those of the cost itself, whatever the convention. Throws Error.
std::vector<Derivation> second_order(Engine& engine, const Model& model, Expr cost, std::vector<Expr> wrt,
                                     bool product);

}  // namespace gradus::tensor

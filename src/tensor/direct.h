// SPDX-License-Identifier: GPL-2.0-or-later
// The direct method for tensors: the cost is written out down to the first products of matrices, rewritten by the rules
// of ln and exp, which hold where all stands at one entry, and then differentiated.
#pragma once

#include "gradus/derive/derivation.h"

namespace gradus::tensor {

/// The derivative of the cost itself, after those by the names that are left between them. Declines above a stated
/// size, and where a definition stretches a number.
std::vector<Derivation> direct_derivations(Engine& engine, const Model& model, Expr of, Expr wrt);

}  // namespace gradus::tensor

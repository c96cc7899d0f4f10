// SPDX-License-Identifier: GPL-2.0-or-later
// Derivatives of a cost that is computed by layers: once for a layer `l`, and for the last one where that differs.
#pragma once

#include "gradus/derive/derivation.h"

namespace gradus::tensor {

/// `wrt` holds names as the model has them, `W` or `W[l]` for each layer, `W[depth]` for the last one alone.
std::vector<Derivation> derive_layers(Engine& engine, const Model& model, Expr of, const std::vector<std::string>& wrt);

}  // namespace gradus::tensor

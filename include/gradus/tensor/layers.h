// SPDX-License-Identifier: GPL-2.0-or-later
/// Models with layers, written out.
#pragma once

#include "gradus/derive/derivation.h"

namespace gradus {

/// The model with `depth` layers, each name for each of them: `W[1]`, `W[2]`. Without its claims. The model must have
/// layers. Throws Error where something outside of the layers uses them otherwise than as the last one or a sum.
Model with_depth(Engine& engine, const Model& model, long depth);

}  // namespace gradus

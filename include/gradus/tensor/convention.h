// SPDX-License-Identifier: GPL-2.0-or-later
/// Whether examples are counted by a dimension.
#pragma once

#include <string>

#include "gradus/derive/derivation.h"

namespace gradus {

/// Why `convention per-example over` this dimension does not fit a model whose cost this is; empty if it fits.
std::string why_not_per_example(Engine& engine, const Model& model, Expr over, Expr cost);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Claims about tensors.
#pragma once

#include "gradus/check/verdict.h"

namespace gradus {

/// As `check`, for a model with dimensions or shapes. Shapes first; then entries at a few small sizes, which refute;
/// then the normal form of sums over indices, which proves for all sizes. What only the sizes tried support is
/// undecided.
std::vector<LinkVerdict> check_tensors(Engine& engine, const Model& model, Mends mends);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Claims about tensors.
#pragma once

#include "gradus/check/verdict.h"

namespace gradus {

/// As `check`, for a model with dimensions or shapes. Shapes first; then what the normal form of sums over indices
/// proves for all sizes in a step or two; then a few points at small sizes, which refute; then the whole of the proof,
/// and more points. What only the sizes tried support is undecided.
std::vector<LinkVerdict> check_tensors(Engine& engine, const Model& model, Mends mends);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Definitions entry by entry, in the notation of matrices.
#pragma once

#include "gradus/syntax/model.h"

namespace gradus::tensor {

/// The model with each definition that is written with indices as one of whole tensors, where there is such a form:
/// what is known of these (a softmax, functions that act entry by entry) is known of it then. The others stay. What is
/// assumed of entries is assumed of whole tensors as well.
Model with_whole_tensors(Arena& arena, Model model);

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// Steps in time: h_t and h_{t-1}. They are read as the layers of a network are, each a name of its own.
#pragma once

#include "document/reader.h"

namespace gradus::document {

// Writes the step of `h_{t-1}` where the layer of `h^{l-1}` stands, in all formulas, if nothing in them runs over t.
void separate_steps(std::vector<Formula>& formulas);

}  // namespace gradus::document

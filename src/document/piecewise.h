// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "document/reader.h"

namespace gradus::document {

// Equations of one name that the text gives for one condition each become one equation with cases.
void join_pieces(std::vector<Formula>& formulas);

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// Einstein's convention: an index that stands twice in a term is summed over.
#pragma once

#include <vector>

#include "document/formula.h"

namespace gradus::document {

// Writes the sums that are meant into sides of one equation. An index is summed over if it stands twice, or not at all,
// in every term of every side; one that stands once in every term is free. Whether all indices are one or the other.
bool write_sums(std::vector<Node>& sides, const std::function<bool(const std::string&)>& is_index);

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// The point of a counterexample, tensors as a whole.
#pragma once

#include <string>
#include <vector>

#include "gradus/check/verdict.h"

namespace gradus {

/// "at x = 1/2, W = [[1, 2], [3, 4]]:" in lines of at most `width` columns, where there are places to break them. A
/// tensor stands in one line or has a line for each row; `_` stands for entries that do not matter.
std::vector<std::string> point_lines(const Counterexample& c, std::size_t width);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Forms that are accurate in different regions, joined by `where` at thresholds that the measurements show.
#pragma once

#include <optional>

#include "accuracy/search.h"

namespace gradus::accuracy {

/// Up to three forms of the search, joined along one variable or part of them, that are within the bound wherever any
/// form is: the fewest, then the cheapest. Nothing if there is no such choice.
std::optional<Expr> join_regimes(Arena& arena, Search& search);

}  // namespace gradus::accuracy

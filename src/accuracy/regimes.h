// SPDX-License-Identifier: GPL-2.0-or-later
// Forms that are accurate in different regions, joined by `where` at thresholds that the measurements show.
#pragma once

#include <optional>

#include "accuracy/search.h"

namespace gradus::accuracy {

/// Up to three forms of the search, joined along one variable or part of them, that are within the bound wherever any
/// form is: the fewest, then the cheapest. Nothing if there is no such choice.
std::optional<Expr> join_regimes(Arena& arena, Search& search);

/// The number of the fewest digits that is not below `low` and is below `high`; the end that both are if they are
/// equal. For finite numbers, low <= high.
Rational between(double low, double high);

}  // namespace gradus::accuracy

// SPDX-License-Identifier: GPL-2.0-or-later
// Whether inequalities contradict each other, by eliminating one unknown after the other.
#pragma once

#include <vector>

#include "algebra/poly.h"

namespace gradus::algebra {

/// p > 0, or p >= 0.
struct Inequality {
  Poly poly;
  bool strict = true;
};

/// Whether the inequalities cannot hold together, monomials being taken as unknowns that are independent of each
/// other. `true` is certain; `false` may mean that a bound was reached.
bool contradictory(const std::vector<Inequality>& inequalities);

}  // namespace gradus::algebra

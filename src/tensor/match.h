// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "gradus/expr/expr.h"

namespace gradus::tensor {

/// Whether `e` is `pattern` with something in the place of each of the names in `open`. `image` says what is known of
/// them, and gets what they stand for.
bool matches(const Arena& arena, Expr pattern, Expr e, const std::vector<Expr>& open, ExprMap<Expr>& image);

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// Expressions within reasons.
#pragma once

#include <string>

#include "gradus/expr/expr.h"

namespace gradus::algebra {

// The expression as it is written, or "a part that is too long to show".
inline std::string shown(const Arena& arena, Expr e) {
  constexpr std::size_t longest = 160;
  try {
    return print(arena, e, longest);
  } catch (const LimitError&) {
    return "a part that is too long to show";
  }
}

}  // namespace gradus::algebra

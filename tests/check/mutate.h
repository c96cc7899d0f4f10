// SPDX-License-Identifier: GPL-2.0-or-later
// Mistakes that people make, put into a right side.
#pragma once

#include <string>
#include <vector>

#include "gradus/expr/expr.h"

namespace gradus::lab {

struct Mutant {
  std::string kind;
  Expr side;
};

/// Every single mistake at every place of `side`, what stands in a derivative included; the same side never twice.
std::vector<Mutant> mutants(Arena& arena, Expr side, const std::vector<Expr>& names);

/// Another spelling of the same value, at every place of `side` where one is possible.
std::vector<Mutant> respellings(Arena& arena, Expr side);

}  // namespace gradus::lab

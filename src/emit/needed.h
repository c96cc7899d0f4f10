// SPDX-License-Identifier: GPL-2.0-or-later
// Which statements of a program results need.
#pragma once

#include <functional>
#include <unordered_set>
#include <vector>

#include "gradus/derive/derivation.h"

namespace gradus::emit {

using Names = std::unordered_set<Expr, ExprHash>;

struct Needed {
  std::vector<const Statement*> statements;  // in order
  Names referenced;                          // names that a statement uses, or a part of a result
};

// The form of an expression in which its names are looked for.
using Form = std::function<Expr(Expr)>;

// Throws Error if a name that is needed is assigned twice.
Needed needed(const Arena& arena, const std::vector<const Statement*>& statements, const std::vector<Expr>& results,
              const Form& form);

}  // namespace gradus::emit

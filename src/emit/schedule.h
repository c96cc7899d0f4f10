// SPDX-License-Identifier: GPL-2.0-or-later
// In which order a function computes its results, and which parts of them get a name.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emit/expression.h"

namespace gradus::emit {

// A name gets the value of an expression.
struct Assignment {
  std::optional<Expr> name;  // what stands for the value from then on
  Expr value;                // as in the program, not lowered
  std::string local;         // the identifier of its variable; not needed if `only_use` and there is no name
  // `gradient.w = ` or `return `: what is done with the value. If nothing else needs the value, there is no variable.
  std::string use = {};
  bool only_use = false;  // no other expression has the name
};

// A line of a function: `code` without indentation, and the formula for the comment, if there is one: `name = value`.
struct Line {
  std::string code;
  std::optional<Expr> name, value;
};

// The lines that carry out the assignments in order, each part computed once: before its first use, as a variable of
// its own if it is needed twice or the expression around it would be too long to read. Linear in the size of the
// program.
std::vector<Line> schedule(const Arena& arena, const Lowering& lowering, Speller& speller, NameScope& scope,
                           std::span<const Assignment> assignments);

}  // namespace gradus::emit

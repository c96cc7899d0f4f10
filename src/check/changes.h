// SPDX-License-Identifier: GPL-2.0-or-later
// The small changes of an expression that undo a common mistake.
#pragma once

#include <string>
#include <vector>

#include "gradus/expr/expr.h"

namespace gradus {

/// One change: what the expression becomes, and what a reviewer would say of it.
struct Change {
  enum class Kind {
    sign,           ///< of `from`, a term (as it stands)
    whole_sign,     ///< of the whole side
    argument_sign,  ///< of `from`, an argument of the call `to`
    replace,        ///< `from` should be `to`
    extra_factor,
    missing_factor,
    missing_divisor,
    parentheses,  ///< `to` is what was meant
    no_parentheses,
    extra_term,
    missing_term,  ///< `from` as it would be added
    branches,      ///< of the where `from`
  };
  Kind kind;
  Expr side;  ///< the whole side after the change
  Expr from, to;
  int cost = 0;  ///< smaller changes come first
};

/// What may be put into a side: the factors and terms that occur around it, and names.
struct Material {
  std::vector<Expr> factors;
  std::vector<Expr> terms;
  std::vector<Expr> names;
};

/// All changes of `side`, by cost, at most `most`; the same side never twice. What stands in a Deriv is left alone.
std::vector<Change> changes(Arena& arena, Expr side, const Material& material, std::size_t most);

/// `-e`, with signs that cancel taken away.
Expr flip_sign(Arena& arena, Expr e);
/// Whether `e` begins with a negative number.
bool is_negative(const Arena& arena, Expr e);
/// `e` times `factor`, numbers put together in front.
Expr times(Arena& arena, Expr e, Expr factor);

}  // namespace gradus

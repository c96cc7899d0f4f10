// SPDX-License-Identifier: GPL-2.0-or-later
// Exact numbers as C++ literals of type double.
#pragma once

#include <optional>
#include <string>

#include "gradus/expr/expr.h"

namespace gradus::emit {

// The double nearest to `value`, ties to even. Throws Error if it is beyond the doubles: too large, or not zero but
// nearer to zero than to any other double.
double nearest_double(const Rational& value);

struct Literal {
  std::string text;
  bool quotient = false;  // "1.0/3.0": binds like a product
};
// `value` must not be negative. A quotient of two integers is written where it is exact and both are doubles, so that
// the one division rounds once; everything else is the shortest decimal that gives the nearest double.
Literal literal(const Rational& value);

// n for 1/n if `n` is an integer above 1 that a double holds exactly.
std::optional<std::string> unit_denominator(const Rational& value);

}  // namespace gradus::emit

// SPDX-License-Identifier: GPL-2.0-or-later
// Exact numbers as C++ literals of type double or float.
#pragma once

#include <optional>
#include <string>

#include "gradus/emit/header.h"

namespace gradus::emit {

// The double nearest to `value`, ties to even. Throws Error if it is beyond the doubles: too large, or not zero but
// nearer to zero than to any other double.
double nearest_double(const Rational& value);
// The same for floats.
float nearest_float(const Rational& value);

// "double", "float".
const char* type_name(Real real);

struct Literal {
  std::string text;
  bool quotient = false;  // "1.0/3.0": binds like a product
};
// `value` must not be negative. A quotient of two integers is written where it is exact and both are numbers of the
// type, so that the one division rounds once; everything else is the shortest decimal that gives the nearest one.
Literal literal(const Rational& value, Real real = Real::float64);

// n for 1/n if `n` is an integer above 1 that the type holds exactly.
std::optional<std::string> unit_denominator(const Rational& value, Real real = Real::float64);

}  // namespace gradus::emit

// SPDX-License-Identifier: GPL-2.0-or-later
// The number types of generated code, and the exact values of their numbers.
#pragma once

#include "gradus/accuracy/accurate.h"
#include "gradus/expr/expr.h"

namespace gradus::accuracy {

/// What matters of a binary floating-point type.
struct Format {
  int digits;     ///< of the significand, in bits
  double least;   ///< the least positive normal number
  double spacing; ///< of the subnormal numbers
  double most;    ///< the greatest finite number
};
Format format(Real real);

/// The nearest number of the type.
double rounded(double value, Real real);
/// The exact value of a finite number.
Rational exact(double value);
/// The distance of the numbers of the type around `value`.
double ulp(double value, Real real);

}  // namespace gradus::accuracy

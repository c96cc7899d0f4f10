// SPDX-License-Identifier: GPL-2.0-or-later
#include "accuracy/real.h"

#include <cln/integer.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace gradus::accuracy {
namespace {

template <class T>
Format format_of() {
  using Limits = std::numeric_limits<T>;
  return {Limits::digits, static_cast<double>(Limits::min()), static_cast<double>(Limits::denorm_min()),
          static_cast<double>(Limits::max())};
}

}  // namespace

Format format(Real real) { return real == Real::float64 ? format_of<double>() : format_of<float>(); }

double rounded(double value, Real real) {
  return real == Real::float64 ? value : static_cast<double>(static_cast<float>(value));
}

Rational exact(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  exponent -= 53;
  const cln::cl_I m = static_cast<long>(mantissa);
  if (exponent >= 0) return cln::ash(m, exponent);
  return Rational(m) / Rational(cln::ash(cln::cl_I(1), -exponent));
}

double ulp(double value, Real real) {
  const Format f = format(real);
  if (std::abs(value) < f.least) return f.spacing;
  return std::ldexp(1.0, std::ilogb(value) - f.digits + 1);
}

}  // namespace gradus::accuracy

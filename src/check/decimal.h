// SPDX-License-Identifier: GPL-2.0-or-later
// Values as short decimals.
#pragma once

#include <string>

#include "gradus/algebra/enclose.h"

namespace gradus {

/// `v` to about 10 significant digits, or as many as tell it from `other`.
std::string decimal(const Enclosure& v, const Enclosure& other);
/// A rational to `digits` significant digits, rounded to nearest; trailing zeros dropped.
std::string decimal(const Rational& r, int digits);

}  // namespace gradus

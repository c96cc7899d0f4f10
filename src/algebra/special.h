// SPDX-License-Identifier: GPL-2.0-or-later
// The functions of analysis that have no definition in simpler ones, as rounded numbers.
#pragma once

namespace gradus::algebra {

/// The n-th derivative of the digamma function, which is its 0th; not a number at a pole, and for n that is too large.
double polygamma_value(long n, double u);

}  // namespace gradus::algebra

// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a form that is not the zero form may still be zero on an open set: kernels may depend on each other in
// ways that the ring does not know (`atan(x) + atan(1/x)`, `sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3)`).
#pragma once

#include "algebra/ring.h"
#include "gradus/expr/function.h"

namespace gradus::algebra {

/// A part of a region: the factor has this sign in it.
struct SignOf {
  Expr factor;
  int sign;
};

/// Whether the kernels of `p` are of kinds that are known to be independent of each other: symbols, exp of exponents
/// that are independent over the rationals, logarithms of irreducible polynomials, sines of angles, single roots.
/// Then `p` is zero only on a set without interior, unless all its kernels are constants.
bool independent(Ring& ring, const Poly& p);

/// Whether `p`, not the zero polynomial, is known to be zero on no open part of the region. Kernels that may depend on
/// each other are tried at points of the region: a single one at which zero is not excluded is enough for `no`.
bool zero_almost_nowhere(Ring& ring, const FunctionTable& functions, const Poly& p, const std::vector<SignOf>& region);

}  // namespace gradus::algebra

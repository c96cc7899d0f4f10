// SPDX-License-Identifier: GPL-2.0-or-later
// Equations that are assumed.
#pragma once

#include <unordered_set>
#include <vector>

#include "algebra/normaliser.h"

namespace gradus::algebra {

using SymbolSet = std::unordered_set<Expr, ExprHash>;

/// Uses what is assumed to be zero: one symbol of a linear equation is expressed by the others and added to `given`;
/// the first other equation gives a relation of the ring. The symbols of what was left unused, or what confines the
/// domain to a set without interior, are added to `confined`. Throws GaveUp if the equations contradict each other.
void use_equalities(Ring& ring, Signs& signs, Hints& hints, const std::vector<Expr>& equalities, ExprMap<Rat>& given,
                    SymbolSet& confined);

/// Whether one of the symbols occurs in the polynomial's kernels.
bool mentions(Ring& ring, const Poly& p, const SymbolSet& symbols);

}  // namespace gradus::algebra

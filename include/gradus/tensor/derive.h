// SPDX-License-Identifier: GPL-2.0-or-later
/// Derivations for models of tensors: entry by entry by the rules of scalars, written as matrices again.
#pragma once

#include "gradus/derive/derivation.h"

namespace gradus {

/// As `derive`, by the chain rule backwards; the notes say the shapes. Where the model has a convention, by it. What
/// has no matrix form is given by its entries. Directly if that is asked for: the cost is written out down to the
/// first products of matrices, rewritten by the rules of ln and exp, and differentiated once. The cost must have one
/// entry. Throws Error.
std::vector<Derivation> derive_tensors(Engine& engine, const Model& model, const DeriveRequest& request);

/// That two results for what a derivation starts from are equal: for all indices, where it is an entry.
Claim claim_of_results(Arena& arena, const Model& model, Expr start, Expr left, Expr right);

}  // namespace gradus

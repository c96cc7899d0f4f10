// SPDX-License-Identifier: GPL-2.0-or-later
// The choice of one form: search, regimes, series, and a second sample that corrects the first.
#pragma once

#include <vector>

#include "gradus/accuracy/accurate.h"
#include "gradus/rule/rewrite.h"

namespace gradus::accuracy {

/// The form in which floating point computes a formula well. `formulas` are equal, over names that are taken as given.
/// `measured` gets what was found; its name stays.
Expr choose(Engine& engine, const Model& model, Rewriter& rewriter, const AccuracyOptions& options,
            const std::vector<Expr>& formulas, Measured& measured);

// Sums, products and quotients in which every name stands once: their rounding errors are no worse than errors of the
// names, so that what is computed from them may take them as given.
bool is_read_once(const Arena& arena, Expr e);

}  // namespace gradus::accuracy

// SPDX-License-Identifier: GPL-2.0-or-later
// Forms that no rule can offer: power series around 0, and formulas whose cases agree.
#pragma once

#include <optional>
#include <vector>

#include "gradus/derive/derivation.h"
#include "gradus/rule/rewrite.h"

namespace gradus::accuracy {

/// The coefficients of the power series of `e` in `t` around 0, up to `t^(count - 1)`; nothing if one of them is not
/// rational, or `e` contains other names, or has no series there. All functions in `e` are natives.
std::optional<std::vector<Rational>> power_series(const Arena& arena, Expr e, Expr t, std::size_t count);

/// `form` with the terms of a sum that depend on nothing but one name replaced by the beginning of their power series,
/// for each sum, each name and several lengths. Near 0 they are equal to rounding.
std::vector<Expr> series_forms(Engine& engine, Rewriter& rewriter, Expr form);

/// `form` without the cases `u > 0` and `u < 0` of an abs, sign, max, min or where in it, if both are proved to be the
/// same: then it is right at u = 0 as well.
std::optional<Expr> without_cases(Engine& engine, const Model& model, Rewriter& rewriter, Expr form);

}  // namespace gradus::accuracy

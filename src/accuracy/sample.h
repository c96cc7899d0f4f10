// SPDX-License-Identifier: GPL-2.0-or-later
// Points at which a formula is measured: exact values that are floating-point numbers, over all magnitudes.
#pragma once

#include <cstdint>
#include <vector>

#include "gradus/accuracy/accurate.h"

namespace gradus::accuracy {

/// Values of the variables of a formula, by point; each is exactly a number of the type.
struct Sample {
  std::vector<Expr> variables;
  std::vector<std::vector<double>> points;  ///< points[k][v]
};

/// What is measured: a formula over variables that are taken as given (inputs, parameters, names that are computed
/// before it). Assumptions that use other names are left out.
struct Setting {
  Model model;                     ///< its inputs are the variables; no definitions
  std::vector<Expr> data;          ///< variables that are inputs of the user's model: they may be exact, as labels are
  [[nodiscard]] const std::vector<Expr>& variables() const { return model.inputs; }
};

/// The setting of formulas over these variables in a model.
Setting setting_for(Engine& engine, const Model& model, const std::vector<Expr>& variables);

/// Up to `count` points of the domain, drawn by a generator that depends on `seed` alone: one variable after the other
/// from random bit patterns, from moderate sizes, from the neighbourhood of `special` values and of 0 and 1, from the
/// values that an assumption admits; and points where two variables nearly agree.
Sample draw(Engine& engine, const Setting& setting, const std::vector<Rational>& special, std::size_t count,
            std::uint64_t seed, Real real);

}  // namespace gradus::accuracy

// SPDX-License-Identifier: GPL-2.0-or-later
/// The forms in which floating point computes a gradient program well, chosen by measurement.
///
/// What is differentiated is the plain formula. Then rules of the group `stable` offer other forms of every result;
/// each is run, operation by operation, as the generated code would be, at points over all magnitudes, and compared
/// with enclosures of the true value; the cheapest that is accurate enough is taken, by the cost table `machine`.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gradus/derive/derivation.h"
#include "gradus/derive/second_order.h"
#include "gradus/emit/real.h"

namespace gradus {

struct AccuracyOptions {
  /// How wrong a result may be: error <= ulp * u * (|f| + sum |x_i df/dx_i|), u the unit in the last place at 1.
  double ulp = 4;
  Real real = Real::float64;
  std::size_t points = 400;  ///< of the first sample; the one that corrects it has five times as many
};

/// A form that was measured.
struct Trial {
  Expr form;
  long cost = 0;     ///< by the table `machine`
  double worst = 0;  ///< greatest error in ulp, normalised by the condition number; infinite: no value, or a wrong one
  double worst_raw = 0;  ///< greatest error in ulp of the result
  std::vector<std::pair<Expr, double>> worst_point;
};

/// What was found for one statement of the program.
struct Measured {
  Expr name;                    ///< of the statement
  Expr meaning;                 ///< the formula that the forms are compared with
  std::size_t points = 0;       ///< with a true value, compared in the end
  std::vector<Trial> trials{};  ///< the chosen one first, then the best of the others
  std::size_t tried = 0;        ///< all forms
  std::size_t beyond = 0;       ///< points at which the chosen form is beyond the bound
  bool rounded_data = false;    ///< inputs of 0, 1 and -1 count as rounded: no form is accurate if they are exact
  bool reached = false;         ///< the chosen form is within the bound at all points
  std::string note{};           ///< why it was chosen, or why nothing was measured
};

struct AccuracyReport {
  std::vector<Measured> statements;
  std::vector<Measured> results;  ///< cost and derivatives through all statements, from inputs and parameters
};

/// The program with every value in an accurate form. The same input gives the same choice. Above a stated size of the
/// program its statements are rewritten one by one by the strategy `codegen`, without measurement, and the report says
/// so. The statements of the Hessian in `second`, if it is given, change places with their accurate forms; its tangents
/// stay as they are.
GradientProgram accurate_program(Engine& engine, const Model& model, const GradientProgram& program,
                                 const AccuracyOptions& options, AccuracyReport* report = nullptr,
                                 SecondOrder* second = nullptr);

}  // namespace gradus

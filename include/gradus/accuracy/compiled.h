// SPDX-License-Identifier: GPL-2.0-or-later
/// Generated code as a compiler understands it: compiled, run at points of the domain, and compared with the truth.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gradus/accuracy/accurate.h"

namespace gradus {

struct CompiledOptions {
  std::size_t points = 10'000;
  std::uint64_t seed = 1;
  double ulp = 4;  ///< the bound, as in AccuracyOptions
  Real real = Real::float64;
  std::vector<Expr> rounded_data;  ///< results for which inputs of 0, 1 and -1 count as rounded: Measured::rounded_data
  /// With its first arguments; empty: $CXX if it is set, else the first of c++, g++, clang++ in PATH.
  std::vector<std::string> compiler;
  std::vector<std::string> flags = {"-std=c++17", "-O2"};
};

/// One number that a compiled function gave.
struct CompiledResult {
  using Where = std::vector<std::pair<Expr, double>>;  ///< names of inputs and parameters, and their values

  std::string function;       ///< `value`, `value_and_gradient` or `value_gradient_and_hessian`
  Expr name;                  ///< the cost, or a derivative of the cost by one variable or two
  std::size_t compared = 0;   ///< points
  std::size_t skipped = 0;    ///< points without a true value (a kink, a jump), or where it was not found
  bool rounded_data = false;  ///< inputs of 0, 1 and -1 counted as rounded
  std::size_t beyond = 0;     ///< points at which the error is beyond the bound
  double worst = 0;  ///< greatest error in ulp, normalised by the condition number; infinite: a wrong infinity or NaN
  double worst_raw = 0;                ///< greatest error in ulp of the result
  Where worst_point, worst_raw_point;  ///< empty if there was no error at all
};

struct CompiledReport {
  std::string compiler;  ///< as it was called
  std::size_t points = 0;
  std::vector<CompiledResult>
      results;  ///< the cost by `value`, by `value_and_gradient`, each entry of the gradient, and of the Hessian
  std::size_t differing = 0;  ///< points at which the first two functions return different costs
  CompiledResult::Where differing_point;
  double by_value = 0, by_both = 0;  ///< what they return there

  [[nodiscard]] bool within() const;  ///< the bound, at every point, and some point was compared
};

/// Compiles a header that `emit_header` wrote for this program and compares what it computes with enclosures of the
/// model's own formulas, at points over all magnitudes; the same input gives the same points. Writes to a directory of
/// its own below $TMPDIR, which is gone afterwards. Throws Error if there is no compiler, if it rejects the header, if
/// the domain has no point that is found, and for programs that are too large for their truth to be found. `second` is
/// that of the header.
CompiledReport check_compiled(Engine& engine, const Model& model, const GradientProgram& program,
                              const std::string& header, const std::string& name_space, const CompiledOptions& options,
                              const SecondOrder* second = nullptr);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
/// A gradient program as a C++17 header that needs nothing but the standard library.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gradus/derive/derivation.h"
#include "gradus/emit/real.h"
#include "gradus/derive/second_order.h"

namespace gradus {

struct EmitOptions {
  std::string name_space;               ///< a C++ identifier, or several joined by `::`
  std::string source_name;              ///< what the model was read from, for the banner: "logistic.gr"; may be empty
  std::string command;                  ///< the command that made the header, for the banner; may be empty
  Real real = Real::float64;            ///< literals, variables and calls are of this type throughout
  const SecondOrder* second = nullptr;  ///< second derivatives of the same cost by the same variables, if wanted
};

/// What one call of a function of the header carries out, counted in the text that was written: the functions of
/// `detail` with what they contain, a selection with both of its branches.
struct OperationCount {
  /// `+ - * /` (but not a sign, nor the division of two literals), comparisons, `&& ||`, selections, and the calls of
  /// the library that are an instruction or two: abs, max, min, sqrt, ...
  std::size_t operations = 0;
  std::size_t calls = 0;  ///< all other calls of the library: exp, log, tanh, pow, ...
  [[nodiscard]] std::size_t total() const { return operations + calls; }
  bool operator==(const OperationCount&) const = default;
};
/// A function of the header, by its name: `value`, `value_and_gradient`, ...
struct FunctionCount {
  std::string function;
  OperationCount count;
};

/// The text of a self-contained header: `Inputs`, `Params` and `Gradient` (one member per entry of
/// `program.gradient`), `value` and `value_and_gradient`; with `options.second` also `Hessian`,
/// `value_gradient_and_hessian` and `hessian_vector_product`. Only statements that a result needs are written; the time
/// and the length of the text are linear in the size of the program. Throws Error for a namespace that is not one, for
/// names without a definition, functions without a C++ form, derivatives that were not computed, and numbers that the
/// type cannot hold. `counts`, if it is given, gets an entry for each function.
std::string emit_header(Engine& engine, const Model& model, const GradientProgram& program, const EmitOptions& options,
                        std::vector<FunctionCount>* counts = nullptr);

/// A namespace for a header of this file name: "logistic-neuron.v2.hpp" gives "logistic_neuron_v2". Directories and the
/// last extension are left out; keywords, names of the C library and leading digits are mended; never empty.
std::string namespace_from_stem(std::string_view stem);

}  // namespace gradus

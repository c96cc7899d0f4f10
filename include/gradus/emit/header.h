// SPDX-License-Identifier: GPL-2.0-or-later
/// A gradient program as a C++17 header that needs nothing but the standard library.
#pragma once

#include <string>
#include <string_view>

#include "gradus/derive/derivation.h"

namespace gradus {

struct EmitOptions {
  std::string name_space;   ///< a C++ identifier, or several joined by `::`
  std::string source_name;  ///< what the model was read from, for the banner: "logistic.gr"; may be empty
  std::string command;      ///< the command that made the header, for the banner; may be empty
};

/// The text of a self-contained header: `Inputs`, `Params` and `Gradient` (one member per entry of
/// `program.gradient`), `value` and `value_and_gradient`. Only statements that a result needs are written; the time
/// and the length of the text are linear in the size of the program. Throws Error for a namespace that is not one, for
/// names without a definition, functions without a C++ form, derivatives that were not computed, and numbers that no
/// double can hold.
std::string emit_header(Engine& engine, const Model& model, const GradientProgram& program, const EmitOptions& options);

/// A namespace for a header of this file name: "logistic-neuron.v2.hpp" gives "logistic_neuron_v2". Directories and the
/// last extension are left out; keywords, names of the C library and leading digits are mended; never empty.
std::string namespace_from_stem(std::string_view stem);

}  // namespace gradus

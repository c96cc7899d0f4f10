// SPDX-License-Identifier: GPL-2.0-or-later
/// A tensor program as a C++17 header that needs nothing but the standard library.
#pragma once

#include <map>
#include <string>

#include "gradus/emit/header.h"
#include "gradus/tensor/program.h"

namespace gradus {

struct TensorEmitOptions {
  EmitOptions common;
  std::map<std::string, long> fixed;  ///< dimensions that are constants of the header: above 0
};

/// The text of a header: `Dims`, `Inputs`, `Params` and `Gradient` (spans of entries, row by row; numbers for scalars),
/// `workspace_size`, `value` and `value_and_gradient`, which allocate nothing. A dimension may be 0; a mean over it is
/// NaN. Throws Error as `emit_header`, and for second derivatives.
std::string emit_tensor_header(Engine& engine, const Model& model, const TensorProgram& program,
                               const TensorEmitOptions& options);

/// A header with the functions of `emit_header` for the model at given sizes, a member for each entry in the order of
/// the names and then row by row. It calls a header as above, which it contains. Its namespace is `name_space`.
std::string emit_instance_header(Engine& engine, const Model& model, const TensorProgram& program,
                                 const TensorEmitOptions& options, const ExprMap<long>& sizes,
                                 const std::string& name_space);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
/// Generated code for tensors, compiled and compared at small sizes.
#pragma once

#include "gradus/accuracy/compiled.h"
#include "gradus/emit/tensor_header.h"

namespace gradus {

/// As `check_compiled` for the header of `emit_tensor_header`, at these sizes of the dimensions: each entry of the
/// gradient is a result, and its truth is that of the model written out as one of scalars. Throws Error, too, where the
/// sizes are too large for that.
CompiledReport check_compiled_tensors(Engine& engine, const Model& model, const TensorProgram& program,
                                      const TensorEmitOptions& emit, const ExprMap<long>& sizes,
                                      const CompiledOptions& options);

}  // namespace gradus

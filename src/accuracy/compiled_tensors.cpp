// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/accuracy/compiled_tensors.h"

#include <fmt/format.h>

#include "tensor/instance.h"

namespace gradus {

CompiledReport check_compiled_tensors(Engine& engine, const Model& model, const TensorProgram& program,
                                      const TensorEmitOptions& emit, const ExprMap<long>& sizes,
                                      const CompiledOptions& options) {
  try {
    tensor::Entries entries(engine.arena, model);
    tensor::Instance instance(engine, model, entries, sizes);
    std::vector<std::string> wrt;
    for (const auto& [variable, derivative] : program.gradient) {
      for (const auto& indices : tensor::all_indices(instance.sizes(entries.shape(variable))))
        wrt.push_back(engine.arena.name(instance.entry(variable, indices)));
    }
    const std::vector<long> one(entries.shape(program.cost).size(), 1);
    const std::string cost = engine.arena.name(instance.entry(program.cost, one));
    const Model whole = instance.whole();
    const GradientProgram scalar = gradient_program(engine, whole, cost, wrt);
    const std::string name_space = emit.common.name_space + "_entries";
    const std::string header = emit_instance_header(engine, model, program, emit, sizes, name_space);
    return check_compiled(engine, whole, scalar, header, name_space, options);
  } catch (const LimitError& e) {
    throw Error({}, fmt::format("the model is too large to be checked: {}", e.what()),
                "give smaller sizes with --dim, such as --dim m=2");
  }
}

}  // namespace gradus

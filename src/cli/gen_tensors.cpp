// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/gen.h"
#include "gradus/accuracy/compiled_tensors.h"
#include "gradus/emit/tensor_header.h"
#include "gradus/report/accuracy.h"
#include "gradus/report/compiled.h"
#include "report/json_text.h"

namespace gradus::cli {
namespace {

// Those of --dim; the others are small.
ExprMap<long> sizes_to_check(Arena& arena, const Model& model, const std::map<std::string, long>& fixed) {
  ExprMap<long> out;
  for (std::size_t k = 0; k < model.dims.size(); ++k) {
    if (model.sizes.contains(model.dims[k])) continue;
    const auto given = fixed.find(arena.name(model.dims[k]));
    out[model.dims[k]] = given != fixed.end() ? given->second : k % 2 == 0 ? 2 : 3;
  }
  complete(arena, model.sizes, out);
  return out;
}

}  // namespace

int run_gen_tensors(Session& session, const Options& options, const Model& model, const std::string& source,
                    const std::string& name_space) {
  Arena& arena = session.arena;
  if (options.order == 2)
    throw Error({}, "second derivatives are generated for models of scalars so far", "leave out --order");
  if (options.stats) throw Error({}, "--stats counts for models of scalars: here the counts depend on the sizes");
  const AccuracyOptions accuracy = accuracy_options(options);
  AccuracyReport report;
  const TensorProgram program = tensor_program(session.engine, model, options.of, options.wrt, accuracy, &report);
  TensorEmitOptions emit;
  emit.common.name_space = name_space;
  emit.common.source_name = source;
  emit.common.command = options.command;
  emit.common.real = options.real;
  emit.fixed = options.dims;
  const std::string header = emit_tensor_header(session.engine, model, program, emit);
  const bool json = options.format == Format::json, to_file = !options.output.empty() && options.output != "-";
  nlohmann::ordered_json out;
  std::string text;
  int code = well;
  if (options.accuracy_report) {
    out["accuracy"] = nlohmann::ordered_json::parse(accuracy_json(arena, report, accuracy));
    text = accuracy_text(arena, report, accuracy);
  }
  if (options.check) {
    const CompiledOptions compiled = compiled_options(options);
    const ExprMap<long> sizes = sizes_to_check(arena, model, options.dims);
    const CompiledReport checked = check_compiled_tensors(session.engine, model, program, emit, sizes, compiled);
    std::vector<std::string> at;
    for (const Expr d : model.dims) {
      at.push_back(fmt::format("{} = {}", arena.name(d), sizes.at(d)));
      out["sizes"][arena.name(d)] = sizes.at(d);
    }
    out["check"] = nlohmann::ordered_json::parse(compiled_json(arena, checked, compiled));
    if (!text.empty()) text += "\n";
    if (!at.empty()) text += fmt::format("at {}:\n", fmt::join(at, ", "));
    text += compiled_text(arena, checked, compiled);
    code = checked.within() ? well : refuted;
  }
  if (to_file) {
    write_output(options.output, header);
    std::vector<std::string> wrt;
    for (const auto& [variable, derivative] : program.gradient) wrt.push_back(arena.name(variable));
    out["file"] = options.output;
    out["namespace"] = name_space;
    out["of"] = arena.name(program.cost);
    out["wrt"] = wrt;
    text = fmt::format("{}: namespace {}: {} and its gradient with respect to {}\n{}", options.output, name_space,
                       arena.name(program.cost), fmt::join(wrt, ", "), text);
  } else if (text.empty()) {
    write_output(options.output, header);
    return code;
  }
  write_standard_output(json ? json_text(out) : text);
  return code;
}

}  // namespace gradus::cli

// SPDX-License-Identifier: GPL-2.0-or-later
// gradus gen.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/session.h"
#include "gradus/accuracy/accurate.h"
#include "gradus/emit/header.h"
#include "gradus/report/accuracy.h"

namespace gradus::cli {
namespace {

// After the model file; for standard input after the header.
std::string namespace_of(const Options& options) {
  if (!options.name_space.empty()) return options.name_space;
  const std::string& named = options.files[0] != "-" ? options.files[0] : options.output;
  const std::string file = std::filesystem::path(named).filename().string();
  return namespace_from_stem(file.empty() || file == "-" ? "model" : file);
}

}  // namespace

int run_gen(const Options& options) {
  Session session(options);
  refuse_same_file(options.files[0], options.output);
  const ModelFile file = read_model_file(session, options.files[0]);
  const Model& model = select_model(file, options.model);
  if (model.definitions.empty())
    throw Error({}, fmt::format("`{}` defines no name to differentiate", file.source->name));
  if (!options.of.empty()) require_name(session.arena, model, options.of, "--of");
  for (const std::string& name : options.wrt) require_name(session.arena, model, name, "--wrt");
  if (options.wrt.empty() && model.params.empty()) {
    throw Error({}, "the model has no parameters to take the gradient for",
                "say by what with --wrt, or declare them: param w, b");
  }
  AccuracyOptions accuracy;
  accuracy.ulp = options.ulp;
  AccuracyReport report;
  const GradientProgram program = accurate_program(
      session.engine, model, gradient_program(session.engine, model, options.of, options.wrt), accuracy, &report);
  const std::string accuracy_report = !options.accuracy_report        ? ""
                                      : options.format == Format::json ? accuracy_json(session.arena, report, accuracy)
                                                                       : accuracy_text(session.arena, report, accuracy);
  if (options.accuracy_report && (options.output.empty() || options.output == "-")) {
    write_standard_output(accuracy_report);
    return well;
  }
  EmitOptions emit;
  emit.name_space = namespace_of(options);
  emit.source_name = file.source->name;
  emit.command = options.command;
  write_output(options.output, emit_header(session.engine, model, program, emit));
  if (options.output.empty() || options.output == "-") return well;

  if (options.accuracy_report) {
    write_standard_output(accuracy_report);
    return well;
  }
  std::vector<std::string> wrt;
  for (const auto& [parameter, adjoint] : program.gradient) wrt.push_back(session.arena.name(parameter));
  const std::string of = session.arena.name(program.cost);
  if (options.format == Format::json) {
    nlohmann::ordered_json out;
    out["file"] = options.output;
    out["namespace"] = emit.name_space;
    out["of"] = of;
    out["wrt"] = wrt;
    write_standard_output(out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  } else {
    write_standard_output(fmt::format("{}: namespace {}: {} and its gradient with respect to {}\n", options.output,
                                      emit.name_space, of, fmt::join(wrt, ", ")));
  }
  return well;
}

}  // namespace gradus::cli

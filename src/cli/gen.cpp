// SPDX-License-Identifier: GPL-2.0-or-later
// gradus gen.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/gen.h"
#include "cli/session.h"
#include "gradus/accuracy/accurate.h"
#include "gradus/accuracy/compiled.h"
#include "gradus/derive/cut.h"
#include "gradus/derive/second_order.h"
#include "gradus/emit/header.h"
#include "gradus/report/accuracy.h"
#include "gradus/report/compiled.h"
#include "report/json_text.h"

namespace gradus::cli {
namespace {

// After the model file; for standard input after the header.
std::string namespace_of(const Options& options) {
  if (!options.name_space.empty()) return options.name_space;
  const std::string& named = options.files[0] != "-" ? options.files[0] : options.output;
  const std::string file = std::filesystem::path(named).filename().string();
  return namespace_from_stem(file.empty() || file == "-" ? "model" : file);
}

double ratio(const FunctionCount& f, const FunctionCount& value) {
  return static_cast<double>(f.count.total()) / static_cast<double>(value.count.total());
}

// A line for each function; how often the value could be computed instead.
std::string stats_text(const std::vector<FunctionCount>& counts) {
  std::size_t width = 0;
  for (const FunctionCount& f : counts) width = std::max(width, f.function.size());
  std::string out;
  for (const FunctionCount& f : counts) {
    out += fmt::format("  {:{}}  {:4} operations, {:4} calls", f.function, width, f.count.operations, f.count.calls);
    if (&f != counts.data() && counts[0].count.total() > 0)
      out += fmt::format("  {:.2f} times value", ratio(f, counts[0]));
    out += '\n';
  }
  return out;
}

nlohmann::ordered_json stats_json(const std::vector<FunctionCount>& counts) {
  nlohmann::ordered_json out;
  for (const FunctionCount& f : counts) {
    nlohmann::ordered_json& entry = out[f.function];
    entry["operations"] = f.count.operations;
    entry["calls"] = f.count.calls;
    if (&f != counts.data() && counts[0].count.total() > 0) entry["ratio"] = ratio(f, counts[0]);
  }
  return out;
}

}  // namespace

AccuracyOptions accuracy_options(const Options& options) {
  AccuracyOptions out;
  out.ulp = options.ulp;
  out.real = options.real;
  out.points = options.sample;
  return out;
}

CompiledOptions compiled_options(const Options& options) {
  CompiledOptions out;
  out.points = options.points;
  out.ulp = options.ulp;
  out.real = options.real;
  return out;
}

int run_gen(const Options& given) {
  Options options = given;
  Session session(options);
  refuse_same_file(options.files[0], options.output);
  const ModelFile file = read_model_file(session, options.files[0]);
  Model selected = select_model(file, options.model);
  if (selected.definitions.empty())
    throw Error({}, fmt::format("`{}` defines no name to differentiate", file.source->name));
  for (const std::string& name : options.wrt) require_name(session.arena, selected, name, "--wrt");
  if (selected.layers) selected = with_fixed_layers(session, selected, options);
  if (!options.of.empty()) require_name(session.arena, selected, options.of, "--of");
  for (const std::string& name : options.wrt) require_name(session.arena, selected, name, "--wrt");
  if (options.wrt.empty() && selected.params.empty()) {
    throw Error({}, "the model has no parameters to take the gradient for",
                "say by what with --wrt, or declare them: param w, b");
  }
  const Model model = cut_at(session.arena, selected, options.of, options.wrt);
  for (const auto& [name, size] : options.dims) {
    if (std::ranges::find(model.dims, session.arena.symbol(name)) == model.dims.end())
      throw Error({}, fmt::format("--dim {}={}: the model has no dimension `{}`", name, size, name));
    if (const auto made = model.sizes.find(session.arena.symbol(name)); made != model.sizes.end())
      throw Error({}, fmt::format("--dim {}={}: `{}` is made of others", name, size, name),
                  fmt::format("it is {}", print(session.arena, made->second)));
  }
  if (model.has_tensors()) return run_gen_tensors(session, options, model, file.source->name, namespace_of(options));
  const AccuracyOptions accuracy = accuracy_options(options);
  AccuracyReport report;
  SecondOrder second;
  if (options.order == 2) second = second_order(session.engine, model, options.of, options.wrt);
  const GradientProgram program =
      accurate_program(session.engine, model, gradient_program(session.engine, model, options.of, options.wrt),
                       accuracy, &report, options.order == 2 ? &second : nullptr);
  const bool json = options.format == Format::json, to_file = !options.output.empty() && options.output != "-";
  nlohmann::ordered_json reports;
  std::string text;
  if (options.accuracy_report) {
    reports = nlohmann::ordered_json::parse(accuracy_json(session.arena, report, accuracy));
    text = accuracy_text(session.arena, report, accuracy);
  }
  // Without a file the report stands on standard output instead of the header.
  if (options.accuracy_report && !options.check && !to_file) {
    write_standard_output(json ? json_text(reports) : text);
    return well;
  }
  EmitOptions emit;
  emit.name_space = namespace_of(options);
  emit.source_name = file.source->name;
  emit.command = options.command;
  emit.real = options.real;
  if (options.order == 2) emit.second = &second;
  std::vector<FunctionCount> counts;
  const std::string header = emit_header(session.engine, model, program, emit, &counts);
  int code = well;
  if (options.check) {
    CompiledOptions compiled = compiled_options(options);
    for (const Measured& m : report.results) {
      if (m.rounded_data) compiled.rounded_data.push_back(m.name);
    }
    const CompiledReport checked =
        check_compiled(session.engine, model, program, header, emit.name_space, compiled, emit.second);
    reports["check"] = nlohmann::ordered_json::parse(compiled_json(session.arena, checked, compiled));
    text += (text.empty() ? "" : "\n") + compiled_text(session.arena, checked, compiled);
    code = checked.within() ? well : refuted;
  }
  if (to_file || !options.check) write_output(options.output, header);
  if (!to_file) {
    if (options.stats) std::cerr << (json ? json_text(stats_json(counts)) : stats_text(counts));
    if (options.check) write_standard_output(json ? json_text(reports) : text);
    return code;
  }
  if (options.accuracy_report) {
    write_standard_output(json ? json_text(reports) : text);
    return code;
  }
  std::vector<std::string> wrt;
  for (const auto& [parameter, adjoint] : program.gradient) wrt.push_back(session.arena.name(parameter));
  const std::string of = session.arena.name(program.cost);
  if (json) {
    nlohmann::ordered_json out;
    out["file"] = options.output;
    out["namespace"] = emit.name_space;
    out["of"] = of;
    out["wrt"] = wrt;
    if (options.stats) out["stats"] = stats_json(counts);
    if (options.check) out["check"] = reports["check"];
    write_standard_output(json_text(out));
  } else {
    write_standard_output(fmt::format("{}: namespace {}: {} and its {} with respect to {}\n{}{}", options.output,
                                      emit.name_space, of,
                                      options.order == 2 ? "first and second derivatives" : "gradient",
                                      fmt::join(wrt, ", "), options.stats ? stats_text(counts) : "", text));
  }
  return code;
}

}  // namespace gradus::cli

// SPDX-License-Identifier: GPL-2.0-or-later
// gradus functions list, gradus functions show.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/session.h"
#include "gradus/expr/tensor_function.h"
#include "report/json_text.h"

namespace gradus::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string head(const Arena& arena, const Function& f) {
  return fmt::format("{}({})", f.name, fmt::join(printed(arena, f.parameters), ", "));
}

std::string head(const TensorFunction& f) {
  if (f.parameters.empty()) return std::string(f.written);
  return fmt::format("{}({}{})", f.written, f.parameters, f.axis ? ", axis=k" : "");
}

Json function_json(const TensorFunction& f) {
  return {{"name", f.written}, {"parameters", f.parameters}, {"axis", f.axis}, {"says", f.says}};
}

Json function_json(const Arena& arena, const Function& f) {
  Json out;
  out["name"] = f.name;
  out["parameters"] = printed(arena, f.parameters);
  out["definition"] = f.definition ? Json(print(arena, *f.definition)) : Json(nullptr);
  out["domain"] = printed(arena, f.domain);
  out["range"] = printed(arena, f.range);
  out["derivative"] = printed(arena, f.derivative);
  out["kinks"] = printed(arena, f.kinks);
  out["latex"] = f.latex;
  out["cpp"] = f.computed ? Json(nullptr) : Json(f.cpp);
  out["computed"] = f.computed ? Json(print(arena, *f.computed)) : Json(nullptr);
  out["says"] = f.says;
  out["cite"] = f.cite;
  return out;
}

}  // namespace

int run_functions_list(const Options& options) {
  const Session session(options);
  const std::vector<Function>& functions = session.catalogue.functions.all();
  if (options.format == Format::json) {
    Json list = Json::array();
    for (const Function& f : functions) list.push_back(function_json(session.arena, f));
    Json of_tensors = Json::array();
    for (const TensorFunction& f : tensor_functions()) of_tensors.push_back(function_json(f));
    write_standard_output(json_text(Json{{"functions", std::move(list)}, {"of_tensors", std::move(of_tensors)}}));
    return well;
  }
  std::size_t width = 0;
  for (const Function& f : functions) width = std::max(width, head(session.arena, f).size());
  for (const TensorFunction& f : tensor_functions()) width = std::max(width, head(f).size());
  std::string out;
  for (const Function& f : functions) out += fmt::format("{:{}}   {}\n", head(session.arena, f), width, f.says);
  out += "\nOf tensors:\n";
  for (const TensorFunction& f : tensor_functions()) out += fmt::format("{:{}}   {}\n", head(f), width, f.says);
  write_standard_output(out);
  return well;
}

int run_functions_show(const Options& options) {
  const Session session(options);
  const Arena& arena = session.arena;
  const std::string name = session.catalogue.functions.canonical(options.name);
  std::vector<const Function*> found;
  for (const Function& f : session.catalogue.functions.all()) {
    if (f.name == name) found.push_back(&f);
  }
  const TensorFunction* of_tensors = tensor_function_written(name);
  if (found.empty() && of_tensors == nullptr) {
    std::vector<std::string> names = session.catalogue.functions.names();
    for (const TensorFunction& f : tensor_functions()) names.emplace_back(f.written);
    std::string hint = did_you_mean(options.name, names);
    throw Error({}, fmt::format("there is no function `{}`", options.name),
                hint.empty() ? "see gradus functions list" : hint);
  }
  if (options.format == Format::json) {
    Json list = Json::array();
    for (const Function* f : found) list.push_back(function_json(arena, *f));
    Json all{{"functions", std::move(list)}};
    if (of_tensors != nullptr) all["of_tensors"] = Json::array({function_json(*of_tensors)});
    write_standard_output(json_text(all));
    return well;
  }
  std::string out;
  for (const Function* f : found) {
    out += fmt::format("{}function {}\n", out.empty() ? "" : "\n", head(arena, *f));
    const auto line = [&](std::string_view field, const std::string& text) {
      if (!text.empty()) out += fmt::format("  {:<11} {}\n", field, text);
    };
    const auto list = [&](std::string_view field, const std::vector<Expr>& values) {
      line(field, fmt::format("{}", fmt::join(printed(arena, values), ", ")));
    };
    line("says", f->says);
    if (f->definition) line("definition", print(arena, *f->definition));
    list("domain", f->domain);
    list("range", f->range);
    list("derivative", f->derivative);
    list("kinks", f->kinks);
    line("latex", f->latex);
    line("cpp", f->cpp);
    if (f->computed) line("computed", print(arena, *f->computed));
    line("cite", f->cite);
  }
  if (of_tensors != nullptr)
    out += fmt::format("{}of tensors {}\n  {:<11} {}\n", out.empty() ? "" : "\n", head(*of_tensors), "says",
                       of_tensors->says);
  write_standard_output(out);
  return well;
}

}  // namespace gradus::cli

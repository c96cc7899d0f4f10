// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/files.h"
#include "gradus/expr/layer_name.h"
#include "gradus/syntax/parse.h"

namespace gradus::cli {
namespace {

namespace fs = std::filesystem;

bool holds_rules(const fs::path& folder) {
  std::error_code code;
  fs::directory_iterator it(folder, code);
  if (code) return false;
  return std::any_of(fs::begin(it), fs::end(it),
                     [](const fs::directory_entry& e) { return e.path().extension() == ".rules"; });
}

}  // namespace

std::vector<SourcePtr> find_rules(const std::string& directory) {
  if (!directory.empty()) return rules_from_directory(directory);
  std::error_code code;
  const fs::path program = fs::read_symlink("/proc/self/exe", code);
  if (!code) {
    const fs::path beside = program.parent_path() / GRADUS_RULES_FROM_PROGRAM;
    if (holds_rules(beside)) return rules_from_directory(beside.lexically_normal().string());
    if (program.parent_path() == fs::path(GRADUS_BUILD_DIR) && holds_rules(GRADUS_RULES_BUILD)) {
      return rules_from_directory(GRADUS_RULES_BUILD);
    }
  }
  return embedded_rules();
}

Session::Session(const Options& options)
    : catalogue(load_catalogue(arena, find_rules(options.rules))), engine{arena, catalogue} {}

ModelFile read_model_file(Session& session, const std::string& path) {
  return parse_model(session.arena, session.catalogue.functions, read_source(path));
}

const Model& select_model(const ModelFile& file, const std::string& name) {
  if (const Model* model = file.find(name); model != nullptr) return *model;
  if (name.empty()) throw Error({}, fmt::format("`{}` holds no model", file.source->name));
  std::vector<std::string> names;
  for (const Model& model : file.models) {
    if (!model.name.empty()) names.push_back(model.name);
  }
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) {
    hint = names.empty() ? "no model of the file has a name" : fmt::format("its models: {}", fmt::join(names, ", "));
  }
  throw Error({}, fmt::format("`{}` has no model `{}`", file.source->name, name), hint);
}

void require_name(const Arena& arena, const Model& model, const std::string& name, const std::string& option) {
  if (model.definition(name) != nullptr) return;
  std::vector<std::string> names;
  if (model.layers) {
    // `W`, `W[l]`: of each layer; `W[depth]`: of the last one.
    for (const std::string& base : model.layers->order) {
      if (model.layers->names.at(base).kind == Layers::Kind::dimension) continue;
      for (const Expr layer : {model.layers->index, model.layers->depth})
        names.push_back(print(LayerName{base, arena.name(layer), 0}));
      if (name == base) return;
    }
  }
  for (const Definition& d : model.definitions) names.push_back(d.name);
  for (const Expr e : model.params) names.push_back(arena.name(e));
  for (const Expr e : model.inputs) names.push_back(arena.name(e));
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  std::string hint = did_you_mean(name, names);
  constexpr std::size_t most = 20;
  if (hint.empty() && names.size() <= most) hint = fmt::format("its names: {}", fmt::join(names, ", "));
  throw Error({}, fmt::format("{}: the model has no name `{}`", option, name), hint);
}

std::vector<std::string> printed(const Arena& arena, const std::vector<Expr>& list) {
  std::vector<std::string> out;
  for (const Expr e : list) out.push_back(print(arena, e));
  return out;
}

}  // namespace gradus::cli

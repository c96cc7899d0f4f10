// SPDX-License-Identifier: GPL-2.0-or-later
// --convention: what the models of a file are read with, in the place of what they state.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

#include "cli/files.h"
#include "cli/session.h"
#include "gradus/syntax/parse.h"
#include "gradus/tensor/convention.h"

namespace gradus::cli {
namespace {

// The dimension of the examples, where no name is given: the one that fits.
Expr only_one(Session& session, const Model& model, const Definition& cost) {
  std::vector<std::string> names, fitting;
  std::string why;
  Expr found{};
  for (const Expr d : model.dims) {
    names.push_back(fmt::format("`{}`", session.arena.name(d)));
    why = why_not_per_example(session.engine, model, d, cost.symbol);
    if (!why.empty()) continue;
    fitting.push_back(names.back());
    found = d;
  }
  if (fitting.size() == 1) return found;
  if (fitting.size() > 1) {
    throw Error(cost.place, fmt::format("--convention per-example fits {}", fmt::join(fitting, " and ")),
                "name the dimension of the examples: --convention 'per-example over m'");
  }
  if (names.size() == 1) throw Error(cost.place, why, "it needs J = sum(Loss)/m, Loss of each example by itself");
  throw Error(cost.place,
              names.empty() ? "--convention per-example: the model has no dimension"
                            : fmt::format("--convention per-example fits none of {}", fmt::join(names, ", ")),
              "it needs J = sum(Loss)/m, Loss of each example by itself");
}

Expr dimension(const Arena& arena, const Model& model, const std::string& name) {
  std::vector<std::string> names;
  for (const Expr d : model.dims) {
    if (arena.name(d) == name) return d;
    names.push_back(arena.name(d));
  }
  std::string hint = did_you_mean(name, names);
  if (hint.empty() && !names.empty()) hint = fmt::format("its dimensions: {}", fmt::join(names, ", "));
  throw Error({}, fmt::format("--convention: the model has no dimension `{}`", name), hint);
}

ConventionRequest request(Session& session, const Model& model, const std::string& file, const Options& options) {
  ConventionRequest out;
  const std::string named = model.name.empty() ? fmt::format("`{}`", file) : fmt::format("model `{}`", model.name);
  if (!model.has_tensors()) {
    throw Error({}, fmt::format("--convention: {} is a model of scalars, which has no examples", named),
                "examples are counted by a dimension: `dim m`");
  }
  if (model.definitions.empty()) throw Error({}, fmt::format("--convention: {} defines no cost", named));
  const bool stated = model.per_example.has_value();
  if (!stated) out.definitions = model.definitions.size();
  if (!options.of.empty()) {
    out.cost = options.of;
  } else if (!stated) {
    out.cost = model.definitions.back().name;
  }
  const Definition* cost = model.definition(out.cost.empty() ? session.arena.name(model.per_example->cost) : out.cost);
  if (cost == nullptr) throw Error({}, fmt::format("--of: `{}` is no cost that the model defines", out.cost));
  // The names of the convention are known from its line on.
  if (stated && model.per_example->place.begin < cost->place.begin)
    throw Error(model.per_example->place, fmt::format("the convention stands before `{}`, the cost", cost->name));
  const std::string& over = options.convention->over;
  out.over = session.arena.name(over.empty() ? only_one(session, model, *cost) : dimension(session.arena, model, over));
  return out;
}

}  // namespace

Convention read_convention(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  if (words.size() == 1 && words[0] == "none") return {Convention::none};
  if (!words.empty() && words[0] == "per-example") {
    if (words.size() == 1) return {};
    if (words.size() == 3 && words[1] == "over") return {words[2]};
  }
  std::string hint = words.size() == 1 ? did_you_mean(words[0], std::vector<std::string>{"per-example", "none"}) : "";
  if (hint.empty()) hint = "use one of: 'per-example over m', per-example, none";
  throw Error({}, fmt::format("--convention cannot be `{}`", text), hint);
}

ModelFile read_model_file(Session& session, const std::string& path, const Options& options, bool claims) {
  const SourcePtr source = read_source(path);
  const FunctionTable& functions = session.catalogue.functions;
  ModelOptions with;
  with.claims = claims;
  if (!options.convention) return parse_model(session.arena, functions, source, with);
  if (options.convention->over == Convention::none) {
    if (claims && !options.model.empty()) {
      with.conventions[options.model] = {};
    } else {
      with.no_conventions = true;
    }
    return parse_model(session.arena, functions, source, with);
  }
  // The claims may use names of the convention: they are read when it is known what it is. The first reading has
  // expressions of its own: their order is that of terms in results.
  Session before(options);
  with.claims = false;
  const ModelFile first = parse_model(before.arena, before.catalogue.functions, source, with);
  const Model* const only = claims && options.model.empty() ? nullptr : &select_model(first, options.model);
  for (const Model& model : first.models) {
    if (only == nullptr || only == &model) with.conventions[model.name] = request(before, model, path, options);
  }
  with.claims = claims;
  return parse_model(session.arena, functions, source, with);
}

}  // namespace gradus::cli

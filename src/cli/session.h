// SPDX-License-Identifier: GPL-2.0-or-later
// What all jobs need: an arena, the catalogue of rules, models read from files.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "gradus/derive/derivation.h"
#include "gradus/expr/expr.h"
#include "gradus/rule/rule.h"
#include "gradus/syntax/model.h"

namespace gradus::cli {

// The jobs return the exit code.
inline constexpr int well = 0, refuted = 1, bad_input = 2, undecided = 3;

// Rules come from `--rules DIR`; else from the folder that belongs to the program where it runs (installed:
// PREFIX/share/gradus/rules; in its build tree: the sources' rules); else from the program itself.
std::vector<SourcePtr> find_rules(const std::string& directory);

struct Session {
  explicit Session(const Options& options);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Arena arena;
  Catalogue catalogue;
  Engine engine;
};

ModelFile read_model_file(Session& session, const std::string& path);
// With the convention that `--convention` asks for; lines of claims are left out unless they are wanted.
ModelFile read_model_file(Session& session, const std::string& path, const Options& options, bool claims);

// The model that `--model` names, or the first. Throws Error with a suggestion.
const Model& select_model(const ModelFile& file, const std::string& name);

// Throws Error with a suggestion if `name` is no input, parameter or definition of the model.
void require_name(const Arena& arena, const Model& model, const std::string& name, const std::string& option);

// Whether `--dim` says how many layers a model has.
bool fixes_layers(const Arena& arena, const Model& model, const Options& options);
// The model with that many layers; the names of `--wrt` are those of its layers then. Throws Error if it is not said.
Model with_fixed_layers(Session& session, const Model& model, Options& options);

// Each as it is written.
std::vector<std::string> printed(const Arena& arena, const std::vector<Expr>& list);

int run_derive(const Options& options);
int run_via(const Options& options);
int run_check(const Options& options);
int run_gen(const Options& options);
int run_rules_list(const Options& options);
int run_rules_show(const Options& options);
int run_rules_verify(const Options& options);
int run_functions_list(const Options& options);
int run_functions_show(const Options& options);

}  // namespace gradus::cli

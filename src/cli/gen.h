// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cli/session.h"
#include "gradus/accuracy/compiled.h"

namespace gradus::cli {

// What the command line asks for.
AccuracyOptions accuracy_options(const Options& options);
CompiledOptions compiled_options(const Options& options);

// `gen` for a model of tensors.
int run_gen_tensors(Session& session, const Options& options, const Model& model, const std::string& source,
                    const std::string& name_space);

}  // namespace gradus::cli

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "cli/session.h"

namespace gradus::cli {

// `gen` for a model of tensors.
int run_gen_tensors(Session& session, const Options& options, const Model& model, const std::string& source,
                    const std::string& name_space);

}  // namespace gradus::cli

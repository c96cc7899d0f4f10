// SPDX-License-Identifier: GPL-2.0-or-later
/// What compiled code was found to compute, as text and JSON.
#pragma once

#include <string>

#include "gradus/accuracy/compiled.h"

namespace gradus {

/// For each result how many points were compared, the worst errors and where, and how many are beyond the bound.
std::string compiled_text(const Arena& arena, const CompiledReport& report, const CompiledOptions& options);
/// {"ulp", "points", "compiler", "within", "results": [{"function", "name", "compared", "skipped", "beyond", "worst",
///   "at": {name: value}, "worst_raw", "raw_at"}], "differing"}; infinite errors are null.
std::string compiled_json(const Arena& arena, const CompiledReport& report, const CompiledOptions& options);

}  // namespace gradus

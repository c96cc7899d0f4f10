// SPDX-License-Identifier: GPL-2.0-or-later
/// What was measured for generated code, as text and JSON.
#pragma once

#include <string>

#include "gradus/accuracy/accurate.h"

namespace gradus {

/// For each statement what was tried, the worst point of each form, and why one was chosen.
std::string accuracy_text(const Arena& arena, const AccuracyReport& report, const AccuracyOptions& options);
/// {"ulp", "statements": [{"name", "meaning", "reached", "points", "tried", "note",
///   "forms": [{"form", "chosen", "cost", "worst", "worst_raw", "at": {name: value}}]}]}; infinite errors are null.
std::string accuracy_json(const Arena& arena, const AccuracyReport& report, const AccuracyOptions& options);

}  // namespace gradus

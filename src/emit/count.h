// SPDX-License-Identifier: GPL-2.0-or-later
// What generated code carries out, counted in its text.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "gradus/emit/header.h"

namespace gradus::emit {

// The functions of `detail` that were counted, by name.
using KnownCounts = std::map<std::string, OperationCount, std::less<>>;

// Counts in the body of a function: comments, types and signs are passed over. A call of `detail::f` counts what f
// contains.
OperationCount count_operations(std::string_view code, const KnownCounts& detail);

}  // namespace gradus::emit

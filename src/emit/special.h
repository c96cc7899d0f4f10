// SPDX-License-Identifier: GPL-2.0-or-later
// Functions that the C++ library lacks: the text of the files in `src/emit/special`, for generated code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gradus/diag/source.h"

namespace gradus::emit {

// The files, sorted by name: `special/digamma.h`.
std::vector<SourcePtr> embedded_special();

// The names of the functions.
const std::vector<std::string>& special_names();
// The definition of one of them, a template over the number type. Empty if there is none of this name.
std::string special_definition(std::string_view name);

}  // namespace gradus::emit

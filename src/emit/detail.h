// SPDX-License-Identifier: GPL-2.0-or-later
// What headers of scalars and of tensors have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emit/schedule.h"

namespace gradus::emit {

// The formula of a line, if it is short or has a name.
std::string comment(Arena& arena, const Line& line);

std::string code_of(const std::vector<Line>& lines);

// A parameter of a generated function, marked if the body does not use it: its name with `behind`.
std::string argument(std::string_view type, const std::string& name, std::string_view body, std::string_view behind);

// Functions that the code calls, as text, each before its first use.
std::vector<std::string> detail_functions(Arena& arena, Lowering& lowering, Functions& functions);
// In their namespace; empty if there are none.
std::string detail_namespace(const std::vector<std::string>& functions);

// The headers of the standard library for the names in `code`.
std::string includes(std::string_view code);

}  // namespace gradus::emit

// SPDX-License-Identifier: GPL-2.0-or-later
// Lines and comments of the generated text.
#pragma once

#include <string>
#include <string_view>

#include "gradus/expr/expr.h"

namespace gradus::emit {

inline constexpr std::size_t max_columns = 100;

// An expression in our notation for a comment: a long sum or product is cut (`a + b + ...`), anything else that is too
// long to be read is only named.
std::string formula(Arena& arena, Expr e);

// The same if it fills no more than about two lines, else nothing.
std::string formula_if_short(const Arena& arena, Expr e);

// A statement, indented, with its comment behind it if both fit into a line, else above it; both broken into lines.
std::string statement(std::string_view indent, std::string_view code, std::string_view comment);

// A comment of its own, broken into lines; `mark` is `//` or `///`.
std::string comment_lines(std::string_view indent, std::string_view mark, std::string_view text);

}  // namespace gradus::emit

// SPDX-License-Identifier: GPL-2.0-or-later
// Before a formula is parsed: its tokens without what only looks, and its lines.
#pragma once

#include <string_view>
#include <vector>

#include "document/tokens.h"

namespace gradus::document {

// Whether an environment holds statements, row by row.
bool is_alignment(std::string_view environment);

// Without sizes of delimiters, phantoms, boxes and styles of whole equations; `||` as one bar where it is a norm's.
Tokens tidied(const Tokens& written);

// Whether what stands behind it is another statement: "and", a wide space, an arrow.
bool separates(const Token& t);

// What stands on its own, on however many rows.
std::vector<Tokens> lines_of(const Tokens& in);

}  // namespace gradus::document

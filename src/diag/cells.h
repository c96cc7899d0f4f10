// SPDX-License-Identifier: GPL-2.0-or-later
// UTF-8, and what of it can be shown: one cell per code point.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::diag {

struct CodePoint {
  char32_t code = 0;
  std::size_t bytes = 1;
};

// The code point that begins at `text[at]`; nothing if the bytes there are not UTF-8 (overlong, a surrogate, cut).
std::optional<CodePoint> code_point(std::string_view text, std::size_t at);

// Code points of a text; a byte that is not UTF-8 counts as one.
std::size_t count_code_points(std::string_view text);

// Whether a code point may be shown as it is: no control character, nothing invisible, nothing that turns the
// direction of the text or joins the character before.
bool is_printable(char32_t code);

struct Cell {
  std::string text;
  std::size_t width = 1;  // columns of a terminal
};

// One cell per code point (or broken byte). What is not printable becomes a blank, a broken byte a question mark.
std::vector<Cell> cells(std::string_view line);

}  // namespace gradus::diag

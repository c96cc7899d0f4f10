// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of a text report: wrapping, and an expression with its reason beside it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::layout {

// Number of code points.
std::size_t columns(std::string_view text);

// `text` in lines of at most `width` columns, broken at spaces, else after an operator, else anywhere.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

// The same for an expression, which is rather broken where few parentheses are open.
std::vector<std::string> wrap_expression(std::string_view text, std::size_t width);

// One line of a derivation: `left` (may be empty) `= expression`, and the reason in a column of its own.
struct Row {
  std::string expression;
  std::string reason;
};

// `left = row`, then `= row`, ..., aligned at the equals sign, indented by two.
void append_rows(std::string& out, const std::string& left, const std::vector<Row>& rows, std::size_t width);

// `text` wrapped, each line indented.
void append_wrapped(std::string& out, std::string_view text, std::size_t indent, std::size_t width);

// "0.52 ulp", or "no value".
std::string ulps(double error);

}  // namespace gradus::layout

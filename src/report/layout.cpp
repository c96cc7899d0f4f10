// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradus::layout {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Where a text without spaces may be broken: after an operator or an opening parenthesis.
bool breakable(char c) { return c == '*' || c == '/' || c == '(' || c == ',' || c == ')'; }

}  // namespace

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  width = std::max<std::size_t>(width, 8);
  std::vector<std::string> lines;
  while (true) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    std::size_t end = 0, used = 0, space = 0, operation = 0;  // bytes and columns of what fits
    while (end < text.size() && (used < width || continues(text[end]))) {
      if (!continues(text[end])) ++used;
      ++end;
      if (end < text.size() && text[end] == ' ') space = end;
      if (breakable(text[end - 1])) operation = end;
    }
    if (end == text.size()) {
      if (!text.empty() || lines.empty()) lines.emplace_back(text);
      return lines;
    }
    // An operator binds to what follows: `a + b` is broken before the sign.
    if (space >= 2 && text[space - 2] == ' ' && (text[space - 1] == '+' || text[space - 1] == '-')) space -= 2;
    const std::size_t cut = space > 0 ? space : operation > 0 ? operation : end;
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut);
  }
}

std::vector<std::string> wrap_expression(std::string_view text, std::size_t width) {
  width = std::max<std::size_t>(width, 8);
  std::vector<std::string> lines;
  long open = 0;  // parentheses, at the beginning of a line
  while (columns(text) > width) {
    std::size_t end = 0, used = 0, cut = 0;
    long depth = open, best = 0;
    while (used < width) {
      const char c = text[end];
      if (c == '(' || c == '{') ++depth;
      if (c == ')' || c == '}') --depth;
      ++end;
      while (end < text.size() && continues(text[end])) ++end;
      ++used;
      // Before a sign between two terms, after a comma or a times.
      const std::string_view rest = text.substr(end);
      const bool here = rest.starts_with(" + ") || rest.starts_with(" - ") || rest.starts_with(" and ") ||
                        rest.starts_with(" or ") || c == '*' || (c == ',' && rest.starts_with(" "));
      // The last place that is not deeper than the others; the first half of a line is too early for any.
      const long rank = 2 * depth + (c == '*' ? 1 : 0);  // rather between terms than between factors
      if (here && (cut == 0 || rank <= best || 2 * used < width)) {
        cut = end;
        best = rank;
      }
    }
    if (cut == 0) cut = end;
    for (const char c : text.substr(0, cut)) open += c == '(' || c == '{' ? 1 : c == ')' || c == '}' ? -1 : 0;
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

void append_wrapped(std::string& out, std::string_view text, std::size_t indent, std::size_t width) {
  for (const std::string& line : wrap(text, width > indent ? width - indent : 1)) {
    out.append(indent, ' ');
    out += line;
    out += '\n';
  }
}

void append_rows(std::string& out, const std::string& left, const std::vector<Row>& rows, std::size_t width) {
  constexpr std::size_t margin = 2, longest_left = 24, reason_columns = 40, gap = 3;
  std::size_t indent = margin + columns(left) + 1;
  if (columns(left) > longest_left) {
    append_wrapped(out, left, margin, width);
    indent = margin + 4;
  }
  bool first = columns(left) <= longest_left;
  const std::size_t text_at = indent + 2;
  // The reasons stand in one column, as far to the left as the expressions allow that leave them enough room.
  const std::size_t room = width > text_at + reason_columns + gap ? width - text_at - reason_columns - gap : 16;
  std::size_t widest = 0;
  for (const Row& row : rows) {
    const std::size_t w = columns(row.expression);
    if (w <= room) widest = std::max(widest, w);
  }
  const std::size_t reason_at = text_at + std::max<std::size_t>(widest, 16) + gap;
  for (const Row& row : rows) {
    const std::vector<std::string> expression = wrap_expression(row.expression, width > text_at ? width - text_at : 1);
    std::vector<std::string> reason;
    if (!row.reason.empty()) reason = wrap(row.reason, width > reason_at ? width - reason_at : 1);
    std::size_t next = 0;  // of the reason
    for (std::size_t k = 0; k < expression.size(); ++k) {
      std::string line(margin, ' ');
      if (k == 0 && first) line += left;
      line.resize(line.size() + (indent - (k == 0 && first ? margin + columns(left) : margin)), ' ');
      line += k == 0 ? "= " : "  ";
      line += expression[k];
      const bool last = k + 1 == expression.size();
      if (last && next < reason.size() && text_at + columns(expression[k]) + gap <= reason_at) {
        line.append(reason_at - text_at - columns(expression[k]), ' ');
        line += reason[next++];
      }
      out += line;
      out += '\n';
    }
    for (; next < reason.size(); ++next) {
      out.append(reason_at, ' ');
      out += reason[next];
      out += '\n';
    }
    first = false;
  }
}

std::string ulps(double error) {
  if (!std::isfinite(error)) return "no value";
  return error >= 1e6 ? fmt::format("{:.1e} ulp", error) : fmt::format("{:.2f} ulp", error);
}

}  // namespace gradus::layout

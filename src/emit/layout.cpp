// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace gradus::emit {
namespace {

constexpr std::size_t max_formula = 480;  // bytes, about five lines

// Columns of UTF-8 text: code points.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<std::string> short_print(const Arena& arena, Expr e, std::size_t most) {
  try {
    return print(arena, e, most);
  } catch (const LimitError&) {
    return std::nullopt;
  }
}

// Where to break `line` so that at most `room` characters stay on it: behind an operator or a comma, as far outside of
// all parentheses as possible. npos if there is no place.
std::size_t break_of(std::string_view line, std::size_t room) {
  std::size_t best = std::string_view::npos;
  int depth = 0, best_depth = 0;
  for (std::size_t k = 0; k < line.size(); ++k) {
    if (line[k] == '(' || line[k] == '[') ++depth;
    if (line[k] == ')' || line[k] == ']') --depth;
    const bool candidate =
        line[k] == ' ' && k > 0 && std::string_view("+-,?:&|<>=").find(line[k - 1]) != std::string_view::npos;
    if (!candidate || k < room / 3) continue;
    if (k > room) return best == std::string_view::npos ? k : best;
    if (best == std::string_view::npos || depth <= best_depth) {
      best = k;
      best_depth = depth;
    }
  }
  return best;
}

std::string broken_code(std::string_view indent, std::string_view code) {
  std::string out;
  std::string lead(indent);
  while (lead.size() + code.size() > max_columns) {
    const std::size_t at = break_of(code, max_columns - lead.size());
    if (at == std::string_view::npos) break;
    out += fmt::format("{}{}\n", lead, code.substr(0, at));
    code.remove_prefix(at + 1);
    lead = std::string(indent) + "    ";
  }
  return out + fmt::format("{}{}\n", lead, code);
}

}  // namespace

std::string formula(Arena& arena, Expr e) {
  if (auto text = short_print(arena, e, max_formula)) return *text;
  const Op op = arena.op(e);
  if (op == Op::Add || op == Op::Mul) {
    const std::vector<Expr> children = arena.children_copy(e);
    for (std::size_t n = std::min<std::size_t>(children.size() - 1, 24); n >= 2; --n) {
      const Expr beginning = arena.make(op, std::span<const Expr>(children.data(), n));
      if (const auto text = short_print(arena, beginning, max_formula / 2)) {
        return fmt::format("{}{}... ({} {})", *text, op == Op::Add ? " + " : "*", children.size(),
                           op == Op::Add ? "terms" : "factors");
      }
    }
  }
  return "(too long to be written here)";
}

std::string formula_if_short(const Arena& arena, Expr e) {
  return short_print(arena, e, 2 * max_columns - 40).value_or("");
}

std::string comment_lines(std::string_view indent, std::string_view mark, std::string_view text) {
  std::string out, line;
  std::string lead = fmt::format("{}{} ", indent, mark);
  const auto flush = [&] {
    if (!line.empty()) out += lead + line + "\n";
    lead = fmt::format("{}{}   ", indent, mark);
    line.clear();
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && lead.size() + columns(line) + 1 + columns(word) > max_columns) flush();
    if (!line.empty()) line += ' ';
    line += word;
  }
  flush();
  return out;
}

std::string statement(std::string_view indent, std::string_view code, std::string_view comment) {
  if (!comment.empty()) {
    if (indent.size() + code.size() + 5 + columns(comment) <= max_columns) {
      return fmt::format("{}{}  // {}\n", indent, code, comment);
    }
    return comment_lines(indent, "//", comment) + broken_code(indent, code);
  }
  return broken_code(indent, code);
}

}  // namespace gradus::emit

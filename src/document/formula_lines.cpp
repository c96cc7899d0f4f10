// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of a formula, and where they go on.
#include "document/formula_lines.h"

#include <algorithm>

#include "document/formula_parser.h"
#include "document/reading.h"

namespace gradus::document {
namespace {

std::string without_blanks(std::string text) {
  std::erase_if(text, is_blank);
  return text;
}

// An array is an alignment if relations stand at the top of it.
bool aligns(const Tokens& in, std::size_t begin) {
  if (is_alignment(in[begin].text)) return true;
  if (in[begin].text != "array") return false;
  if (begin > 0 && (in[begin - 1].is_other("(") || in[begin - 1].is_other("[") || in[begin - 1].is_command("{")))
    return false;
  int depth = 0;
  for (std::size_t k = begin + 1; k < in.size(); ++k) {
    if (in[k].kind == Kind::begin || in[k].kind == Kind::open) ++depth;
    if (in[k].kind == Kind::close) --depth;
    if (in[k].kind == Kind::end && depth-- == 0) return false;
    if (depth == 0 && in[k].is_other("=")) return true;
  }
  return false;
}

// "& \text{if } i = j": a case of the row.
bool leads_to_condition(const Tokens& in, std::size_t cell) {
  while (cell < in.size() && in[cell].kind == Kind::cell) ++cell;
  if (cell >= in.size() || in[cell].kind != Kind::text) return false;
  const std::size_t first = in[cell].text.find_first_not_of(' ');
  const std::string word =
      first == std::string::npos ? std::string() : in[cell].text.substr(first, in[cell].text.find(' ', first) - first);
  return word == "if" || word == "for" || word == "when" || word == "where" || word == "with";
}

bool begins_with_sign(const Token& t) {
  return t.is_other("+") || t.is_other("-") || t.is_command("cdot") || t.is_command("times") || t.is_other("*") ||
         t.is_other("/") || t.is_command("odot") || t.is_command("pm") || t.is_command("mp");
}

// Relations that need two sides on one line. Arrows may stand between statements.
bool needs_both_sides(const Token& t) {
  const std::string name = relation_of(t);
  return !name.empty() && name != "to";
}

// Behind wide spaces and empty braces that stand at `k`.
std::size_t behind_blanks(const Tokens& in, std::size_t k) {
  while (k < in.size()) {
    const Token& t = in[k];
    const bool class_of = t.is_command("mathrel") || t.is_command("mathbin") || t.is_command("mathord");
    const std::size_t open = class_of ? k + 1 : k;
    if (t.is_command("quad") || t.is_other("~")) {
      ++k;
    } else if (open < in.size() && in[open].kind == Kind::open) {
      const std::size_t close = closing(in, open);
      if (close >= in.size() || behind_blanks(in, open + 1) != close) break;
      const bool script =
          close + 1 < in.size() && (in[close + 1].kind == Kind::above || in[close + 1].kind == Kind::below);
      if (script) break;
      k = close + 1;
    } else {
      break;
    }
  }
  return k;
}

// Whether a wide space at `k` stands within a statement: beside a relation or a sign, or at the end of its row.
bool stands_within(const Tokens& in, std::size_t k, const Tokens& line) {
  if (line.empty()) return false;
  const Token& before = line.back();
  if (needs_both_sides(before) || begins_with_sign(before)) return true;
  if (before.is_other(",") || before.is_other(";") || before.is_other(".") || before.kind == Kind::text) return false;
  std::size_t next = behind_blanks(in, k);
  while (next < in.size() && in[next].kind == Kind::cell) next = behind_blanks(in, next + 1);
  return next < in.size() && (in[next].kind == Kind::row || needs_both_sides(in[next]));
}

// Whether the row from `k` on has no relation of its own, and is another factor of what stands before:
// `L &= (a + b) \\ &\quad (a - b)`.
bool is_factor_of_line(const Tokens& in, std::size_t k, const Tokens& line) {
  if (line.empty() || std::ranges::none_of(line, needs_both_sides)) return false;
  const Token& before = line.back();
  if (before.is_other(",") || before.is_other(";") || before.is_other(".") || before.kind == Kind::text) return false;
  for (std::size_t j = k; j < in.size() && in[j].kind != Kind::row && in[j].kind != Kind::end; ++j) {
    if (in[j].kind == Kind::begin || in[j].kind == Kind::text || separates(in[j]) || needs_both_sides(in[j]) ||
        in[j].is_other(","))
      return false;
  }
  return k < in.size() && in[k].kind != Kind::row && in[k].kind != Kind::end;
}

}  // namespace

bool separates(const Token& t) {
  // "a = b and c = d": two equations.
  if (t.kind == Kind::text) return t.text.find("and") != std::string::npos && without_blanks(t.text) == "and";
  if (t.kind != Kind::command) return false;
  return t.text == "quad" || t.text == "implies" || t.text == "Rightarrow" || t.text == "iff" ||
         t.text == "Leftrightarrow" || t.text == "Longrightarrow" || t.text == "therefore" || t.text == "because" ||
         t.text == "impliedby" || t.text == "land" || t.text == "wedge";
}

std::vector<Tokens> lines_of(const Tokens& in) {
  // Rows and what separates statements.
  std::vector<Tokens> lines;
  Tokens line;
  bool aligned = false, fresh = true;
  int depth = 0;
  std::vector<bool> open;  // environments: whether they are alignments
  const auto flush = [&] {
    if (!line.empty()) lines.push_back(std::move(line));
    line.clear();
  };
  for (std::size_t k = 0; k < in.size(); ++k) {
    const Token& t = in[k];
    if (t.kind == Kind::begin) {
      open.push_back(depth == 0 && (open.empty() || open.back()) && aligns(in, k));
      if (open.back()) {
        const bool takes_columns = t.text == "array" || t.text.starts_with("alignat") || t.text == "alignedat";
        if (takes_columns && k + 1 < in.size() && in[k + 1].kind == Kind::open)
          k = std::min(closing(in, k + 1), in.size() - 1);
        continue;
      }
    } else if (t.kind == Kind::end) {
      const bool alignment = !open.empty() && open.back();
      if (!open.empty()) open.pop_back();
      if (alignment) continue;
    }
    // What stands above or below a relation, in however many rows.
    const bool stacked =
        t.is_command("stackrel") || t.is_command("overset") || t.is_command("underset") || t.is_command("substack");
    if (stacked && k + 1 < in.size() && in[k + 1].kind == Kind::open && closing(in, k + 1) < in.size()) {
      const std::size_t close = closing(in, k + 1);
      line.insert(line.end(), in.begin() + static_cast<std::ptrdiff_t>(k),
                  in.begin() + static_cast<std::ptrdiff_t>(close + 1));
      k = close;
      continue;
    }
    const bool top = depth == 0 && (open.empty() || open.back());
    if (t.kind == Kind::open || t.is_other("(") || t.is_command("{")) ++depth;
    if ((t.kind == Kind::close || t.is_other(")") || t.is_command("}")) && depth > 0) --depth;
    // Rows end what is open, in formulas whose parentheses do not match.
    const bool row = t.kind == Kind::row && (open.empty() || open.back());
    if (row) {
      bool indented = false;
      const bool unfinished = !line.empty() && (begins_with_sign(line.back()) || needs_both_sides(line.back()));
      std::size_t next = behind_blanks(in, k + 1);
      bool cell = false;
      while (next < in.size() && (in[next].kind == Kind::cell || in[next].kind == Kind::row)) {
        cell = cell || in[next].kind == Kind::cell;
        indented = in[next].kind == Kind::cell && next + 1 < in.size() && in[next + 1].is_command("quad");
        next = behind_blanks(in, next + 1);
      }
      const bool relation =
          next < in.size() &&
          (!relation_of(in[next]).empty() || in[next].is_command("stackrel") || in[next].is_command("overset") ||
           (in[next].is_other(":") && next + 1 < in.size() && in[next + 1].is_other("=")));
      const bool sign = next < in.size() && begins_with_sign(in[next]);
      const bool factor = indented && depth == 0 && is_factor_of_line(in, next, line);
      const bool goes_on = unfinished || relation || (sign && (cell || !aligned)) || (depth > 0 && cell) || factor;
      if (!goes_on) {
        depth = 0;
        flush();
      } else if (next < in.size() && in[next].kind != Kind::text) {
        k = next - 1;
      }
      fresh = true;
      continue;
    }
    if (t.kind == Kind::cell && top && leads_to_condition(in, k)) {
      flush();
      continue;
    }
    if (t.kind == Kind::cell && top) {
      aligned = aligned || !fresh;
      continue;
    }
    if (t.is_command("quad") && top && stands_within(in, k, line)) continue;
    fresh = false;
    const bool sentence = t.kind == Kind::text && t.text.find(' ') != std::string::npos && top && open.empty();
    if ((separates(t) && top) || sentence) {
      flush();
      continue;
    }
    if (t.is_command("quad")) continue;
    line.push_back(t);
  }
  flush();
  return lines;
}

}  // namespace gradus::document

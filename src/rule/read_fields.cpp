// SPDX-License-Identifier: GPL-2.0-or-later
// What all entries have in common: names, the set of fields, expressions inside fields.
#include <fmt/format.h>

#include <algorithm>

#include "gradus/syntax/parse.h"
#include "rule/read_entries.h"

namespace gradus::rules {

std::string entry_name(const LaidOut& file, const Entry& entry) {
  const auto [name, rest] = first_word(file, entry.head);
  if (name.begin == name.end) {
    throw Error(entry.head.begin == entry.head.end ? entry.place : entry.head,
                fmt::format("a name is expected after `{}`", entry.word));
  }
  if (rest.begin != rest.end) throw Error(rest, fmt::format("unexpected text after the name of the {}", entry.word));
  return std::string(plain_text(file, name));
}

void check_fields(const Entry& entry, std::span<const std::string> known, std::span<const std::string> repeatable) {
  for (std::size_t k = 0; k < entry.fields.size(); ++k) {
    const Field& field = entry.fields[k];
    if (field.word.empty()) throw Error(field.text, fmt::format("a field of the {} is expected here", entry.word));
    if (std::find(known.begin(), known.end(), field.word) == known.end()) {
      throw Error(field.place, fmt::format("a {} has no field `{}`", entry.word, field.word),
                  did_you_mean(field.word, known));
    }
    if (std::find(repeatable.begin(), repeatable.end(), field.word) != repeatable.end()) continue;
    for (std::size_t j = 0; j < k; ++j) {
      if (entry.fields[j].word == field.word) {
        throw Error(field.place, fmt::format("the field `{}` stands here for the second time", field.word));
      }
    }
  }
}

const Field* find_field(const Entry& entry, std::string_view word) {
  const auto it =
      std::find_if(entry.fields.begin(), entry.fields.end(), [&](const Field& f) { return f.word == word; });
  return it == entry.fields.end() ? nullptr : &*it;
}

const Field& need_field(const Entry& entry, std::string_view word, std::string_view name) {
  const Field* field = find_field(entry, word);
  if (field == nullptr) throw Error(entry.head, fmt::format("the {} `{}` has no `{}`", entry.word, name, word));
  return *field;
}

Expr parse_part(Arena& arena, const FunctionTable& functions, const LaidOut& file, const Place& text, bool pattern) {
  ExpressionOptions options;
  options.pattern = pattern;
  try {
    return parse_expression(arena, functions, file.plain, text.begin, text.end, options);
  } catch (Error& error) {
    error.place.source = file.source;
    throw;
  }
}

std::vector<Expr> parse_conditions(Arena& arena, const FunctionTable& functions, const LaidOut& file,
                                   const Field& field, bool pattern) {
  std::vector<Expr> out;
  for (const Place& part : split(file, field.text, ',')) {
    if (part.begin == part.end) throw Error(field.place, fmt::format("a condition is expected in `{}`", field.word));
    const Expr condition = parse_part(arena, functions, file, part, pattern);
    const bool call = pattern && arena.is(condition, Op::Call);
    if (!is_condition(arena.op(condition)) && !call) throw Error(part, "this is not a condition");
    if (arena.is(condition, Op::And)) {
      for (const Expr c : arena.children_copy(condition)) out.push_back(c);
    } else {
      out.push_back(condition);
    }
  }
  return out;
}

}  // namespace gradus::rules

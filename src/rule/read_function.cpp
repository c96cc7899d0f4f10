// SPDX-License-Identifier: GPL-2.0-or-later
// `function` entries.
#include <fmt/format.h>

#include <algorithm>

#include "rule/read_entries.h"

namespace gradus::rules {
namespace {

const std::vector<std::string> function_fields = {"is",  "domain",   "range", "derivative", "kinks", "latex",
                                                  "c++", "computed", "alias", "says",       "cite"};

bool is_identifier(std::string_view name) {
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Only the parameters (and `also`) may occur.
void check_names(const Arena& arena, const Function& f, Expr e, const Place& place, std::string_view also = {}) {
  std::vector<std::string> allowed;
  for (const Expr p : f.parameters) allowed.push_back(arena.name(p));
  if (!also.empty()) allowed.emplace_back(also);
  for (const Expr s : symbols(arena, e)) {
    if (std::find(allowed.begin(), allowed.end(), arena.name(s)) == allowed.end()) {
      throw Error(place, fmt::format("`{}` is not a parameter of `{}`", arena.name(s), f.name),
                  did_you_mean(arena.name(s), allowed));
    }
  }
}

void check_value(const Arena& arena, Expr e, const Place& place) {
  if (is_condition(arena.op(e))) throw Error(place, "a value is expected here, not a condition");
}

// Conditions on the parameters; `integer(n)` as in rules.
std::vector<Expr> parse_domain(Arena& arena, const FunctionTable& functions, const LaidOut& file, const Field& field) {
  std::vector<Expr> out;
  for (const Place& part : split(file, field.text, ',')) {
    const std::string_view text = plain_text(file, part);
    const bool integer =
        text.starts_with("integer(") && text.ends_with(")") && is_identifier(text.substr(8, text.size() - 9));
    const Field one{field.word, field.place, part};
    for (const Expr c : parse_conditions(arena, functions, file, one, integer)) out.push_back(c);
  }
  return out;
}

// C++ templates have no braces but those of placeholders; LaTeX has, so there only known names count.
void check_template(const Arena& arena, const Function& f, const Field& field, const std::string& text, bool strict) {
  std::vector<std::string> names;
  for (const Expr p : f.parameters) names.push_back(arena.name(p));
  if (strict) names.emplace_back("real");
  std::vector<bool> used(f.parameters.size(), false);
  long depth = 0;
  for (std::size_t k = 0; k < text.size(); ++k) {
    depth += text[k] == '{' ? 1 : text[k] == '}' ? -1 : 0;
    if (depth < 0) throw Error(field.text, fmt::format("a `}}` without its `{{` in `{}`", field.word));
    if (text[k] != '{') continue;
    const std::size_t end = text.find('}', k);
    const std::string name = text.substr(k + 1, end == std::string::npos ? end : end - k - 1);
    const auto it = std::find(names.begin(), names.end(), name);
    if (it != names.end()) {
      const auto index = static_cast<std::size_t>(it - names.begin());
      if (index < used.size()) used[index] = true;
    } else if (strict) {
      throw Error(field.text, fmt::format("`{{{}}}` is not a placeholder of `{}`", name, field.word),
                  did_you_mean(name, names));
    }
  }
  if (depth != 0) throw Error(field.text, fmt::format("a `{{` without its `}}` in `{}`", field.word));
  for (std::size_t k = 0; k < used.size(); ++k) {
    if (!used[k]) throw Error(field.text, fmt::format("`{}` does not use `{{{}}}`", field.word, names[k]));
  }
}

}  // namespace

Function read_signature(Arena& arena, const LaidOut& file, const Entry& entry) {
  Function f;
  const auto [name, rest] = first_word(file, entry.head);
  f.name = plain_text(file, name);
  f.place = name;
  if (!is_identifier(f.name)) {
    throw Error(name.begin == name.end ? entry.place : name,
                "the name of a function is expected: letters, digits and `_`");
  }
  const std::string_view list = plain_text(file, rest);
  if (list.size() < 2 || list.front() != '(' || list.back() != ')') {
    throw Error(rest.begin == rest.end ? name : rest,
                fmt::format("the parameters of `{}` are expected: `{}(u)`", f.name, f.name));
  }
  for (const Place& part : split(file, {file.source, rest.begin + 1, rest.end - 1}, ',')) {
    const std::string parameter(plain_text(file, part));
    if (!is_identifier(parameter) || parameter == "value" || parameter == "real" || parameter == "pi" ||
        parameter == "e" || parameter == "_") {
      throw Error(part.begin == part.end ? rest : part, fmt::format("`{}` cannot be a parameter", parameter));
    }
    const Expr symbol = arena.symbol(parameter);
    if (std::find(f.parameters.begin(), f.parameters.end(), symbol) != f.parameters.end()) {
      throw Error(part, fmt::format("`{}` has two parameters `{}`", f.name, parameter));
    }
    f.parameters.push_back(symbol);
  }
  return f;
}

std::vector<std::pair<std::string, Place>> read_aliases(const LaidOut& file, const Entry& entry) {
  std::vector<std::pair<std::string, Place>> out;
  for (const Field& field : entry.fields) {
    if (field.word != "alias") continue;
    for (const Place& part : split(file, field.text, ',')) {
      const std::string name(plain_text(file, part));
      if (!is_identifier(name))
        throw Error(part.begin == part.end ? field.place : part, "a name is expected in `alias`");
      out.emplace_back(name, part);
    }
  }
  return out;
}

Function read_function(Arena& arena, const FunctionTable& functions, const LaidOut& file, const Entry& entry) {
  Function f = read_signature(arena, file, entry);
  check_fields(entry, function_fields, {});
  if (const Field* is = find_field(entry, "is")) {
    f.definition = parse_part(arena, functions, file, is->text, false);
    check_names(arena, f, *f.definition, is->text);
    check_value(arena, *f.definition, is->text);
  }
  if (const Field* domain = find_field(entry, "domain")) {
    f.domain = parse_domain(arena, functions, file, *domain);
    for (const Expr c : f.domain) check_names(arena, f, c, domain->text);
  }
  if (const Field* range = find_field(entry, "range")) {
    f.range = parse_conditions(arena, functions, file, *range, false);
    for (const Expr c : f.range) check_names(arena, f, c, range->text, "value");
  }
  const Field& derivative = need_field(entry, "derivative", f.name);
  for (const Place& part : split(file, derivative.text, ';')) {
    f.derivative.push_back(parse_part(arena, functions, file, part, false));
    check_names(arena, f, f.derivative.back(), part);
    check_value(arena, f.derivative.back(), part);
  }
  if (f.derivative.size() != f.parameters.size()) {
    throw Error(derivative.text, fmt::format("`{}` has {} parameter{} and {} derivative{} (separated by `;`)", f.name,
                                             f.parameters.size(), f.parameters.size() == 1 ? "" : "s",
                                             f.derivative.size(), f.derivative.size() == 1 ? "" : "s"));
  }
  if (const Field* kinks = find_field(entry, "kinks")) {
    f.kinks = parse_conditions(arena, functions, file, *kinks, false);
    for (const Expr c : f.kinks) {
      check_names(arena, f, c, kinks->text);
      if (!arena.is(c, Op::Eq)) throw Error(kinks->text, "a kink is where an equation holds: `u == 0`");
    }
  }
  const Field& latex = need_field(entry, "latex", f.name);
  f.latex = plain_value(file, latex);
  check_template(arena, f, latex, f.latex, false);
  if (const Field* computed = find_field(entry, "computed")) {
    if (const Field* cpp = find_field(entry, "c++")) {
      throw Error(cpp->place,
                  fmt::format("`{}` has both `c++` and `computed`: one of them says how it is computed", f.name));
    }
    f.computed = parse_part(arena, functions, file, computed->text, false);
    check_names(arena, f, *f.computed, computed->text);
    check_value(arena, *f.computed, computed->text);
  } else if (const Field* cpp = find_field(entry, "c++")) {
    f.cpp = plain_value(file, *cpp);
    check_template(arena, f, *cpp, f.cpp, true);
  } else {
    throw Error(entry.head, fmt::format("the function `{}` has neither `c++` nor `computed`", f.name),
                "`computed` is the form in which floating point computes it well; `c++` is a call of a function that "
                "C++ has");
  }
  f.says = quoted(file, need_field(entry, "says", f.name));
  if (const Field* cite = find_field(entry, "cite")) f.cite = plain_value(file, *cite);
  return f;
}

}  // namespace gradus::rules

// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/detail.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <utility>

#include "emit/identifiers.h"
#include "emit/layout.h"

namespace gradus::emit {
namespace {

std::string detail_function(Arena& arena, Lowering& lowering, Functions& functions, const DetailFunction& f) {
  lowering.lower(std::span<const Expr>(&f.body, 1));
  const char* const real = type_name(functions.real());
  NameScope scope;
  Speller names(arena, functions);
  std::vector<std::string> parameters;
  std::string shown;
  for (const Expr p : f.parameters) {
    parameters.push_back(scope.claim(to_identifier(arena.name(p))));
    names.set_name(p, parameters.back());
    shown += (shown.empty() ? "" : ", ") + arena.name(p);
  }
  const std::vector<Line> lines =
      schedule(arena, lowering, names, scope, std::vector<Assignment>{{{}, f.body, {}, "return ", true}});
  const std::string code = code_of(lines);
  std::string head;
  for (const std::string& p : parameters) head += (head.empty() ? "" : ", ") + argument(real, p, code, "");
  std::string inside;
  for (std::size_t k = 0; k < lines.size(); ++k)
    inside += statement("  ", lines[k].code, k + 1 < lines.size() ? comment(arena, lines[k]) : "");
  return comment_lines("", "//", comment_text(fmt::format("{}({}) = {}", f.name, shown, formula(arena, f.meaning)))) +
         fmt::format("inline {} {}({}) {{\n{}}}\n", real, functions.name(f), head, inside);
}

}  // namespace

std::string comment(Arena& arena, const Line& line) {
  if (!line.value) return {};
  // What has no name in the model is explained only where that is short.
  std::string text = line.name ? formula(arena, *line.value) : formula_if_short(arena, *line.value);
  if (line.name) text = print(arena, *line.name) + " = " + text;
  return comment_text(text);
}

std::string code_of(const std::vector<Line>& lines) {
  std::string out;
  for (const Line& l : lines) out += l.code + "\n";
  return out;
}

std::string argument(std::string_view type, const std::string& name, std::string_view body, std::string_view behind) {
  const std::string use = name + std::string(behind);
  const auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; };
  bool used = false;
  for (std::size_t at = body.find(use); at != std::string_view::npos && !used; at = body.find(use, at + 1)) {
    const std::size_t end = at + use.size();
    const bool whole = !behind.empty() || end == body.size() || !word(body[end]) || body[end] == '.';
    used = whole && (at == 0 || !word(body[at - 1]));
  }
  return fmt::format("{}{} {}", used ? "" : "[[maybe_unused]] ", type, name);
}

std::vector<std::string> detail_functions(Arena& arena, Lowering& lowering, Functions& functions) {
  std::vector<std::string> texts;
  while (const DetailFunction* f = functions.next_needed())
    texts.push_back(detail_function(arena, lowering, functions, *f));
  std::vector<std::string> all = functions.definitions();
  all.insert(all.end(), texts.rbegin(), texts.rend());
  return all;
}

std::string detail_namespace(const std::vector<std::string>& functions) {
  if (functions.empty()) return {};
  std::string out = "namespace detail {\n\n";
  for (const std::string& t : functions) out += t + "\n";
  return out + "}  // namespace detail\n\n";
}

std::string includes(std::string_view code) {
  // What begins so, and where it is; anything else of `std` is in <cmath>.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> places{{{"max", "algorithm"},
                                                                                        {"min", "algorithm"},
                                                                                        {"clamp", "algorithm"},
                                                                                        {"numeric_limits", "limits"},
                                                                                        {"size_t", "cstddef"},
                                                                                        {"declval", "utility"}}};
  bool assertions = code.find("assert(") != std::string_view::npos;
  std::array<bool, 5> used{};
  static constexpr std::array<std::string_view, 5> headers{"algorithm", "cmath", "cstddef", "limits", "utility"};
  for (std::size_t at = code.find("std::"); at != std::string_view::npos; at = code.find("std::", at + 5)) {
    const std::string_view rest = code.substr(at + 5);
    std::string_view header = "cmath";
    for (const auto& [start, where] : places) {
      if (rest.starts_with(start)) header = where;
    }
    for (std::size_t k = 0; k < headers.size(); ++k) used[k] = used[k] || headers[k] == header;
  }
  std::string out = used[0] ? "#include <algorithm>\n" : "";
  if (assertions) out += "#include <cassert>\n";
  for (std::size_t k = 1; k < headers.size(); ++k) {
    if (used[k]) out += fmt::format("#include <{}>\n", headers[k]);
  }
  return out.empty() ? out : out + "\n";
}

}  // namespace gradus::emit

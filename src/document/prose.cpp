// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/prose.h"

#include <algorithm>
#include <array>
#include <utility>

#include "document/words.h"

namespace gradus::document {

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::string last_word(const std::string& before) {
  std::string last;
  for (const char c : before) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter) {
      last += c >= 'a' ? c : static_cast<char>(c - 'A' + 'a');
    } else if (c == ' ' || c == '\n') {
      if (!last.empty()) last += ' ';
    } else {
      last.clear();
    }
  }
  while (last.ends_with(' ')) last.pop_back();
  return last.substr(last.rfind(' ') == std::string::npos ? 0 : last.rfind(' ') + 1);
}

// Whether it opens a case.
bool in_apposition(const std::string& before) {
  const std::size_t last = before.find_last_not_of(" \n");
  return last != std::string::npos && before[last] == ',';
}

bool supposes(const std::string& before) {
  const std::string last = last_word(before);
  return last == "if" || last == "when" || last == "whenever" || last == "unless" || last == "case" || last == "until";
}

namespace {

// "Diagonal entries (", "off the diagonal (": the name of a case, before its condition.
bool is_named_case(const std::string& head) {
  static constexpr auto names = std::to_array<std::string_view>({"iagonal", "Case", "case"});
  constexpr std::size_t most = 40;
  return head.size() < most && head.find('.') == std::string::npos && says(head, names);
}

}  // namespace

bool heads_case(const std::string& before) {
  const std::size_t paragraph = before.rfind("\n\n");
  std::string head = before.substr(paragraph == std::string::npos ? 0 : paragraph);
  std::erase_if(head, [](char c) { return c == ' ' || c == '\n' || c == '*' || c == '_' || c == '#'; });
  const bool item = head.size() == 2 && head[0] >= '1' && head[0] <= '9' && (head[1] == '.' || head[1] == ')');
  if (item || head == "Case") return true;
  if (!head.starts_with("Case")) return head.ends_with("(") && is_named_case(head);
  // "Case 2:", "Case (ii)"
  constexpr std::size_t number = 4;
  return head.size() < std::string_view("Case").size() + number &&
         (head.find('(') != std::string::npos || head.ends_with(":") || head.ends_with(".") || head.ends_with(")"));
}

bool joins(const std::string& words) {
  static constexpr auto all = std::to_array<std::string_view>({"and", "while", "whereas", "but", "or "});
  return std::ranges::any_of(all, [&](std::string_view w) { return words.starts_with(w); });
}

bool states_case(const std::string& before) {
  return last_word(before) == "for" || supposes(before) || heads_case(before);
}

bool opens_case(const std::string& before) {
  constexpr std::size_t near = 20;
  return before.size() < near && states_case(before);
}

bool defines(const std::string& before) {
  const std::string last = last_word(before);
  return last == "where" || last == "with" || last == "let" || last == "define" || last == "here";
}

// Whether the words before a formula say that it holds.
bool asserts(const std::string& before) {
  const std::string last = last_word(before);
  static constexpr auto words = std::to_array<std::string_view>(
      {"satisfy", "satisfies", "given",   "such",   "holds",   "with", "let",  "where", "and",
       "assume",  "assuming",  "suppose", "set",    "setting", "that", "here", "fix",   "since",
       "because", "as",        "take",    "choose", "so",      "then", "used", "using", "use"});
  const std::size_t end = before.find_last_not_of(" \n");
  return std::ranges::find(words, last) != words.end() || (end != std::string::npos && before[end] == '(');
}

bool speaks_of_all(const std::string& words) {
  static constexpr auto signs =
      std::to_array<std::string_view>({"n general", "eneral case", "verywhere else", "or arbitrary", "or negative",
                                       "or general", "as a function", "As functions"});
  return says(words, signs);
}

bool speaks_of_symmetry(const std::string& said) {
  std::string words = said;
  for (const std::string_view no : {"not necessarily symmetric", "not symmetric", "non-symmetric", "asymmetr"}) {
    for (std::size_t at = words.find(no); at != std::string::npos; at = words.find(no)) words.erase(at, no.size());
  }
  static constexpr auto signs =
      std::to_array<std::string_view>({"symmetr", "Gram", "kernel matrix", "kernel (", "ovariance", "recision matri",
                                       "efinite", "Hessian matri", "PSD", "SPD", "Laplacian"});
  return says(words, signs);
}

bool speaks_of_example(const std::string& words) {
  static constexpr auto signs =
      std::to_array<std::string_view>({"xample", "nstance", "nitiali", "start", "Start", "e.g", "standard ",
                                       "special case", "pecifically", "numerical", "umerically"});
  return says(words, signs);
}

bool ends_sentence(const std::string& words) {
  for (std::size_t at = words.find('.'); at != std::string::npos; at = words.find('.', at + 1)) {
    if (at + 1 == words.size() || words[at + 1] == ' ' || words[at + 1] == '\n') return true;
  }
  return words.find("\n\n") != std::string::npos;
}

bool begins_sentence(const std::string& words) {
  const std::size_t first = words.find_first_not_of(" \n");
  const bool capital = first != std::string::npos && words[first] >= 'A' && words[first] <= 'Z';
  return capital || words.find(". ") != std::string::npos || words.find(".\n") != std::string::npos;
}

bool calls_matrix(const std::string& before, const std::string& behind) {
  const std::string last = last_word(before);
  static constexpr auto kinds = std::to_array<std::string_view>(
      {"matrix", "matrices", "operator", "operators", "quaternion", "quaternions", "vector", "vectors", "tensor"});
  if (std::ranges::find(kinds, last) != kinds.end()) return true;
  const std::string clause = behind.substr(0, behind.find_first_of(".,;:"));
  static constexpr auto stems =
      std::to_array<std::string_view>({"matri", "operator", "quaternion", " vector", "tensor", "complex number"});
  const bool said = says(clause, stems);
  const std::size_t first = clause.find_first_not_of(" \n");
  static constexpr auto verbs = std::to_array<std::string_view>({"be ", "is ", "are ", "denote", "a ", "an ", "the "});
  return said && first != std::string::npos &&
         std::ranges::any_of(verbs, [&](std::string_view v) { return clause.compare(first, v.size(), v) == 0; });
}

bool keeps_apart(const std::string& before) {
  static constexpr auto words =
      std::to_array<std::string_view>({"let", "with", "where", "assume", "assuming", "suppose", "fix", "distinct",
                                       "consider", "given", "indices", "take"});
  const std::size_t sentence = before.find_last_of(".");
  static constexpr auto verbs = std::to_array<std::string_view>({"onsider", "Let ", " let ", "ssume", "ake ", "For "});
  return std::ranges::find(words, last_word(before)) != words.end() ||
         says(before.substr(sentence == std::string::npos ? 0 : sentence), verbs);
}

bool calls_numbers(const std::string& behind) {
  const std::string clause = behind.substr(0, behind.find_first_of(".,;:"));
  static constexpr auto numbers =
      std::to_array<std::string_view>({"real number", "be numbers", "are numbers", "be scalars", "are scalars"});
  static constexpr auto no = std::to_array<std::string_view>({"matri", "vector", "sequence", "set ", " of "});
  return says(clause, numbers) && !says(clause, no);
}

bool calls_function(const std::string& behind) {
  constexpr std::size_t near = 40;
  const std::string words = behind.substr(0, std::min({near, behind.size(), behind.find_first_of(".;,")}));
  return words.find("differentiable") != std::string::npos &&
         (words.find("is ") != std::string::npos || words.find("be ") != std::string::npos ||
          words.find("are ") != std::string::npos);
}

bool introduces_size(const std::string& before) {
  const std::size_t last = before.find_last_not_of(" \n"), first = before.find_first_not_of(" \n");
  if (last == std::string::npos) return false;
  static constexpr auto words = std::to_array<std::string_view>({"of size", "of shape", "with shape", "of dimension"});
  return (first == last && before[first] == '(') || (before.size() < 40 && says(before, words));
}

bool leads_to_size(const std::string& words) {
  static constexpr auto verbs = std::to_array<std::string_view>({" is ", " be ", " are "});
  const bool verb = std::ranges::any_of(verbs, [&](std::string_view v) { return words.starts_with(v); });
  constexpr std::size_t most = 50;
  return verb && words.size() < most && words.find_first_of(".,;:") == std::string::npos &&
         words.find(" not ") == std::string::npos && words.find("block") == std::string::npos;
}

bool concludes(const std::string& before) {
  constexpr std::size_t near = 40;
  std::string words = before.substr(before.size() - std::min(near, before.size()));
  if (const std::size_t end = words.find_last_of(".;"); end != std::string::npos) words = words.substr(end);
  words = lowered(words);
  static constexpr auto signs = std::to_array<std::string_view>(
      {"hence", "thus",    "therefore", "so ",     "then",     "get",     "obtain",  "yield",
       "gives", "follows", "find",      "becomes", "conclude", "implies", "clearly", "show",
       "claim", "prove",   "equals",    "result",  "simplif",  "compute", "derive"});
  return says(words, signs);
}

bool introduces_function(const std::string& before) {
  const std::string sentence =
      before.substr(before.find_last_of(".;") == std::string::npos ? 0 : before.find_last_of(".;"));
  const std::string last = last_word(before);
  return (last == "function" || last == "activation" || last == "differentiable" || last == "smooth") &&
         sentence.find("differentiable") != std::string::npos;
}

bool says_what_it_depends_on(const std::string& behind) {
  constexpr std::size_t near = 20;
  static constexpr auto words = std::to_array<std::string_view>({"depend", "constant"});
  return says(behind.substr(0, std::min(near, behind.size())), words);
}

bool calls_cost(const std::string& before) {
  const std::string last = last_word(before);
  return last == "loss" || last == "cost" || last == "objective" || last == "criterion";
}

bool names_what_was_said(const std::string& before) {
  static constexpr auto words =
      std::to_array<std::string_view>({"is called", "denoted by", "is denoted", "is written"});
  return before.size() < 40 && says(before, words);
}

bool opens_section(const std::string& text) {
  return text.starts_with("#") || text.find("\n#") != std::string::npos || text.find("section{") != std::string::npos;
}

bool speaks_of_rows(const std::string& text) {
  static constexpr auto rows = std::to_array<std::string_view>({"row vector", "as rows", "as a row", "are rows"});
  static constexpr auto what = std::to_array<std::string_view>({"radient", "erivative", "acobian"});
  return text.find("numerator layout") != std::string::npos || (says(text, rows) && says(text, what));
}

std::optional<int> axis_said(const std::string& text) {
  static constexpr auto rows = std::to_array<std::string_view>(
      {"row-wise", "rowwise", "row by row", "each row", "every row", "per row", "its rows", "the rows", "to rows"});
  static constexpr auto columns =
      std::to_array<std::string_view>({"column-wise", "columnwise", "column by column", "each column", "every column",
                                       "per column", "its columns", "the columns", "to columns"});
  const bool by_row = says(text, rows), by_column = says(text, columns);
  if (by_row == by_column) return std::nullopt;
  return by_row ? 1 : 0;
}

bool speaks_of_denominators(const std::string& text) {
  return text.find("enominator layout") != std::string::npos && text.find("umerator layout") == std::string::npos;
}

}  // namespace gradus::document

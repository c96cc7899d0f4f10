// SPDX-License-Identifier: GPL-2.0-or-later
// "If i = j:" before a display, "for i \ne j" in it or behind it: what it claims for some indices only.
#include <algorithm>
#include <functional>
#include <map>

#include "document/prose.h"
#include "document/reader.h"

namespace gradus::document {
namespace {

bool same_pair(const IndexCase& a, const IndexCase& b) {
  return (a.one == b.one && a.other == b.other) || (a.one == b.other && a.other == b.one);
}

// Whether there are indices for which all of them hold.
bool is_possible(const std::vector<IndexCase>& cases) {
  std::map<std::string, std::string> equal_to;
  const std::function<std::string(const std::string&)> first = [&](const std::string& letter) {
    const auto at = equal_to.find(letter);
    return at == equal_to.end() ? letter : first(at->second);
  };
  for (const IndexCase& c : cases) {
    if (const std::string a = first(c.one), b = first(c.other); c.equal && a != b) equal_to[a] = b;
  }
  return std::ranges::all_of(cases, [&](const IndexCase& c) { return c.equal || first(c.one) != first(c.other); });
}

// Two letters and a sign between them at the end of the last line of a text, with a word that makes a case of them.
std::optional<IndexCase> index_pair(const std::string& text) {
  const std::size_t end = text.find_last_not_of(" \n:*_.,)");
  if (end == std::string::npos) return std::nullopt;
  const std::size_t line = text.rfind('\n', end);
  const std::size_t begin = line == std::string::npos ? 0 : line + 1;
  const std::string head = text.substr(begin, end + 1 - begin);
  constexpr std::size_t most = 60;
  if (head.size() > most) return std::nullopt;
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  std::string bare;
  for (const char c : head) {
    if (c != ' ' && c != '*') bare += c;
  }
  static constexpr auto signs =
      std::to_array<std::pair<std::string_view, bool>>({{"\xE2\x89\xA0", false}, {"!=", false}, {"=", true}});
  for (const auto& [sign, equal] : signs) {
    if (bare.size() < sign.size() + 2 || bare.compare(bare.size() - 1 - sign.size(), sign.size(), sign) != 0) continue;
    const char one = bare[bare.size() - 2 - sign.size()], other = bare.back();
    std::string words = lowered(bare.substr(0, bare.size() - 2 - sign.size()));
    if (!letter(one) || !letter(other)) return std::nullopt;
    const bool cased = words.ends_with("if") || words.ends_with("when") || words.ends_with("for") ||
                       words.ends_with("where") || words.find("case") != std::string::npos || words.ends_with("(");
    if (!cased) return std::nullopt;
    return IndexCase{std::string(1, one), std::string(1, other), equal};
  }
  return std::nullopt;
}

}  // namespace

// 1 where the cases hold that are said of the indices of an equation, else 0: what both sides are multiplied with. A
// case of the display takes the place of what is said of the same indices throughout. Cases of which no indices are
// would prove anything: they are not read.
Expr Meaning::weight_of_cases(const Node& at) {
  std::vector<IndexCase> cases = cases_;
  for (const IndexCase& a : apart_) {
    if (std::ranges::none_of(cases_, [&](const IndexCase& c) { return same_pair(a, c); })) cases.push_back(a);
  }
  if (!is_possible(cases)) fail(at, "cases of indices that exclude each other");
  std::vector<Expr> factors;
  for (const auto& [i, j, equal] : cases) {
    const auto is_free = [&](const std::string& letter) {
      return std::ranges::any_of(free_, [&](const auto& f) { return f.first == letter; });
    };
    if (!is_free(i) || !is_free(j)) continue;
    const Expr delta = entries_->delta(arena_.symbol("index " + i), arena_.symbol("index " + j));
    factors.push_back(equal ? delta : arena_.sub(arena_.number(1), delta));
  }
  return factors.empty() ? arena_.number(1) : arena_.product(factors);
}

// The indices that a statement compares, if it does nothing else.
std::optional<IndexCase> Reader::case_of(const Statement& s) const {
  if (s.continues || s.sides.size() != 2 || (s.relations[0] != "=" && s.relations[0] != "!=")) return std::nullopt;
  for (const Node& side : s.sides) {
    const bool letter = side.is(Node::Kind::symbol) && side.bare() && !side.word && !side.bold && side.text.size() == 1;
    if (!letter || !meaning_.may_be_index(side.text)) return std::nullopt;
  }
  return IndexCase{s.sides[0].text, s.sides[1].text, s.relations[0] == "="};
}

// "Case 2: i != j", "If i = j:" in words, in the line that heads a display.
std::optional<IndexCase> Reader::case_in_words(std::size_t k) const {
  const auto pair = index_pair(formulas_[k].before);
  if (!pair || !meaning_.may_be_index(pair->one) || !meaning_.may_be_index(pair->other)) return std::nullopt;
  return pair;
}

// Of a formula of the text that is a case and nothing else.
std::optional<IndexCase> Reader::case_in_text(std::size_t k) const {
  const Formula& f = formulas_[k];
  if (f.kind == Piece::Kind::display || f.statements.size() != 1 || !states_case(f.before)) return std::nullopt;
  return case_of(f.statements[0]);
}

// "(for i != j)", "for i != j." behind a formula; "and for i != j we get" is of the next one, "If i = j" begins anew.
bool Reader::belongs_to_formula_before(std::size_t k) const {
  constexpr std::size_t near = 15;
  const std::string& words = formulas_[k].before;
  const std::size_t first = words.find_first_not_of(" \n,;");
  if (words.size() >= near || first == std::string::npos) return false;
  if (words[first] == '(') return true;
  const bool goes_on = words[first] >= 'a' && words[first] <= 'z';
  if (!goes_on || k + 1 >= formulas_.size()) return goes_on;
  const std::string& behind = formulas_[k + 1].before;
  const std::size_t next = behind.find_first_not_of(" \n");
  if (next != std::string::npos && (behind[next] == '.' || behind[next] == ')')) return true;
  if (joins(words.substr(first))) return false;
  if (next != std::string::npos && joins(behind.substr(next))) return true;
  const bool letters = std::ranges::any_of(behind.substr(0, behind.find_first_of(".;")),
                                           [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  return !letters;
}

// Those under which a statement of a formula stands.
std::vector<IndexCase> Reader::cases_of(std::size_t k, std::size_t row) const {
  std::vector<IndexCase> out;
  const auto& rows = formulas_[k].statements;
  for (const Statement& s : rows) {
    if (const auto one = case_of(s)) out.push_back(*one);
  }
  // Each row has its own, behind it.
  const auto case_at = [&](std::size_t at) { return at < rows.size() ? case_of(rows[at]) : std::nullopt; };
  if (const auto own = case_at(row + 1); own && out.size() > 1 && !case_at(row + 2)) return {*own};
  if (k + 1 < formulas_.size() && belongs_to_formula_before(k + 1)) {
    if (const auto behind = case_in_text(k + 1)) out.push_back(*behind);
  }
  if (const auto words = out.empty() ? case_in_words(k) : std::nullopt) out.push_back(*words);
  // Before it, in the same sentence.
  for (std::size_t j = k; out.empty() && j-- > 0 && formulas_[j].kind != Piece::Kind::display;) {
    const bool headed = heads_case(formulas_[j].before);
    if (!headed && formulas_[j + 1].before.find_first_of(".;") != std::string::npos) break;
    if (j > 0 && belongs_to_formula_before(j)) break;
    if (const auto before = case_in_text(j)) out.push_back(*before);
  }
  return out;
}

}  // namespace gradus::document

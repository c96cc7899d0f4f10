// SPDX-License-Identifier: GPL-2.0-or-later
// "If i = j:" before a display, "for i \ne j" in it or behind it: what it claims for some indices only.
#include "document/prose.h"
#include "document/reader.h"

namespace gradus::document {

// The indices that a statement compares, if it does nothing else.
std::optional<IndexCase> Reader::case_of(const Statement& s) const {
  if (s.continues || s.sides.size() != 2 || (s.relations[0] != "=" && s.relations[0] != "!=")) return std::nullopt;
  for (const Node& side : s.sides) {
    const bool letter = side.is(Node::Kind::symbol) && side.bare() && !side.word && !side.bold && side.text.size() == 1;
    if (!letter || !meaning_.may_be_index(side.text)) return std::nullopt;
  }
  return IndexCase{s.sides[0].text, s.sides[1].text, s.relations[0] == "="};
}

// Of a formula of the text that is a case and nothing else.
std::optional<IndexCase> Reader::case_in_text(std::size_t k) const {
  const Formula& f = formulas_[k];
  if (f.kind == Piece::Kind::display || f.statements.size() != 1 || !states_case(f.before)) return std::nullopt;
  return case_of(f.statements[0]);
}

// Those under which a display stands.
std::vector<IndexCase> Reader::cases_of(std::size_t k) const {
  std::vector<IndexCase> out;
  const bool display = formulas_[k].kind == Piece::Kind::display;
  if (!display && formulas_[k].statements.size() < 2) return out;
  for (const Statement& s : formulas_[k].statements) {
    if (const auto one = case_of(s)) out.push_back(*one);
  }
  if (!display) return out;
  // "for i = j" goes on, "If i = j" begins anew.
  const auto goes_on = [&](std::size_t at) {
    constexpr std::size_t near = 15;
    const std::string& words = formulas_[at].before;
    const std::size_t first = words.find_first_not_of(" \n");
    return words.size() < near && first != std::string::npos && words[first] >= 'a' && words[first] <= 'z';
  };
  if (k + 1 < formulas_.size() && goes_on(k + 1)) {
    if (const auto behind = case_in_text(k + 1)) out.push_back(*behind);
  }
  // Before it, in the same sentence.
  for (std::size_t j = k; out.empty() && j-- > 0 && formulas_[j].kind != Piece::Kind::display;) {
    if (formulas_[j + 1].before.find_first_of(".;") != std::string::npos) break;
    if (j > 0 && formulas_[j - 1].kind == Piece::Kind::display && goes_on(j)) break;  // of the display before
    if (const auto before = case_in_text(j)) out.push_back(*before);
  }
  return out;
}

}  // namespace gradus::document

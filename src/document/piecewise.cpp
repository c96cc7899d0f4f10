// SPDX-License-Identifier: GPL-2.0-or-later
// "f(x) = x for x > 0 and f(x) = 0 for x < 0": one function, in pieces.
#include "document/piecewise.h"

#include <optional>

#include "document/prose.h"

namespace gradus::document {
namespace {

bool is_comparison(const Statement& s) {
  return s.sides.size() == 2 && (s.relations[0] == "<" || s.relations[0] == ">" || s.relations[0] == "<=" ||
                                 s.relations[0] == ">=" || s.relations[0] == "!=");
}

// A piece at `k`: an equation in the text, and the condition behind it.
std::optional<Node> condition_of(const std::vector<Formula>& formulas, std::size_t k) {
  if (k + 1 >= formulas.size()) return std::nullopt;
  const Formula &f = formulas[k], &c = formulas[k + 1];
  if (f.kind == Piece::Kind::display || c.kind == Piece::Kind::display || f.statements.size() != 1 ||
      c.statements.size() != 1 || f.statements[0].sides.size() != 2 || f.statements[0].relations[0] != "=" ||
      !is_comparison(c.statements[0]) || !opens_case(c.before))
    return std::nullopt;
  Node out;
  out.kind = Node::Kind::relation;
  out.kids = c.statements[0].sides;
  out.ops = c.statements[0].relations;
  out.begin = c.statements[0].begin;
  out.end = c.statements[0].end;
  return out;
}

}  // namespace

void join_pieces(std::vector<Formula>& formulas) {
  for (std::size_t k = 0; k < formulas.size(); ++k) {
    const auto first = condition_of(formulas, k);
    if (!first) continue;
    Statement& whole = formulas[k].statements[0];
    const std::string name = label(whole.sides[0]);
    Node cases;
    cases.kind = Node::Kind::cases;
    cases.begin = whole.sides[1].begin;
    cases.end = whole.sides[1].end;
    cases.kids = {whole.sides[1], *first};
    std::size_t next = k + 2;
    for (; const auto condition = condition_of(formulas, next); next += 2) {
      const Statement& piece = formulas[next].statements[0];
      if (label(piece.sides[0]) != name) break;
      cases.kids.push_back(piece.sides[1]);
      cases.kids.push_back(*condition);
    }
    if (cases.kids.size() < 4) continue;
    whole.sides[1] = std::move(cases);
    for (std::size_t j = k + 1; j < next; ++j) formulas[j].statements.clear();
  }
}

}  // namespace gradus::document

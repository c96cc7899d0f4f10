// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/differentials.h"

#include <algorithm>
#include <array>
#include <set>

#include "document/nodes.h"

namespace gradus::document {
namespace {

bool is_letter_d(const Node& n) { return (n.is_symbol("d") || n.is_symbol("\\mathrm{d}")) && n.bare() && !n.bold; }

bool pair_at(const Node& product, std::size_t k) {
  return k + 1 < product.kids.size() && is_letter_d(product.kids[k]) && product.ops[k + 1].empty() &&
         product.kids[k + 1].is(Node::Kind::symbol) && !product.kids[k + 1].word && !is_d(product.kids[k + 1]);
}

// The name in `dZ`.
const Node* lone(const Node& side) {
  if (!side.is(Node::Kind::product) || side.kids.size() != 2 || !pair_at(side, 0) || !side.bare()) return nullptr;
  return &side.kids[1];
}

struct Joined {
  std::set<std::string> names;  // which have an equation of their own
  bool others = false;          // whether what is written without a space is one as well

  void in(Node& n) const {
    if (!is_quotient(n)) {  // whose d's are its own
      for (Node& c : n.kids) in(c);
    }
    for (Node& c : n.below) in(c);
    for (Node& c : n.above) in(c);
    if (!n.is(Node::Kind::product)) return;
    for (std::size_t k = 0; k < n.kids.size(); ++k) {
      if (!pair_at(n, k)) continue;
      const Node& name = n.kids[k + 1];
      if (!names.contains(name.text) && !(others && n.kids[k].end == name.begin)) continue;
      Node one = name;
      one.text = "d" + name.text;
      one.word = one.differential = true;
      one.begin = n.kids[k].begin;
      n.kids[k] = std::move(one);
      n.kids.erase(n.kids.begin() + static_cast<std::ptrdiff_t>(k + 1));
      n.ops.erase(n.ops.begin() + static_cast<std::ptrdiff_t>(k + 1));
    }
    if (n.kids.size() == 1 && n.bare()) n = Node(n.kids[0]);
  }
};

}  // namespace

bool is_cost_letter(std::string_view stem) {
  static constexpr auto letters = std::to_array<std::string_view>(
      {"J", "L", "C", "E", "\\mathcal{J}", "\\mathcal{L}", "\\mathcal{C}", "\\mathcal{E}", "\\ell", "l", "loss", "cost",
       "Loss", "Cost", "\\text{loss}", "\\text{cost}"});
  return std::ranges::find(letters, stem) != letters.end();
}

std::optional<Node> averaged_over(const Node& value) {
  std::optional<Node> out;
  walk(value, [&](const Node& n) {
    const bool one_over = n.is(Node::Kind::fraction) && n.kids[0].is(Node::Kind::number) && n.kids[0].text == "1" &&
                          n.kids[1].is(Node::Kind::symbol) && n.kids[1].bare();
    if (one_over) out = n.kids[1];
    return !out;
  });
  return out;
}

Differentials join_differentials(std::vector<Formula>& formulas) {
  Joined joined;
  bool of_cost = false, d_is_a_name = false;
  for (const Formula& f : formulas) {
    for (const Statement& s : f.statements) {
      for (const Node& side : s.sides) {
        walk(side, [&](const Node& n) {
          d_is_a_name = d_is_a_name || (n.is_symbol("\\R") && !n.above.empty() && names_in(n.above[0]).contains("d"));
          return true;
        });
        const Node* name = lone(side);
        if (name == nullptr) continue;
        joined.names.insert(name->text);
        // C and E may be states of a cell.
        of_cost = of_cost || (!s.relations.empty() && name->bare() && is_cost_letter(name->text) && name->text != "C" &&
                              name->text != "E");
      }
    }
  }
  if (joined.names.empty()) return Differentials::none;
  joined.others = !d_is_a_name;
  for (Formula& f : formulas) {
    for (Statement& s : f.statements) {
      for (Node& side : s.sides) joined.in(side);
    }
  }
  return of_cost ? Differentials::increments : Differentials::adjoints;
}

}  // namespace gradus::document

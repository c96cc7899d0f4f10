// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/differentials.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "document/nodes.h"

namespace gradus::document {
namespace {

// d, or another letter that stands for it: \delta h, \Delta w.
bool is_letter(const Node& n, const std::string& d) {
  return (n.is_symbol(d) || (d == "d" && n.is_symbol("\\mathrm{d}"))) && n.bare() && !n.bold;
}

bool pair_at(const Node& product, std::size_t k, const std::string& d) {
  return k + 1 < product.kids.size() && is_letter(product.kids[k], d) && product.ops[k + 1].empty() &&
         product.kids[k + 1].is(Node::Kind::symbol) && !product.kids[k + 1].word && !is_d(product.kids[k + 1]);
}

// The name in `dZ`.
const Node* lone(const Node& side, const std::string& d) {
  if (!side.is(Node::Kind::product) || side.kids.size() != 2 || !pair_at(side, 0, d) || !side.bare()) return nullptr;
  return &side.kids[1];
}

struct Joined {
  std::string d;
  std::set<std::string> names = {};  // which have an equation of their own
  bool others = false;               // whether what is written without a space is one as well
  bool all = false;                  // whether every pair is one
  bool differential = true;          // else a name as any other

  void in(Node& n) const {
    if (!is_quotient(n)) {  // whose d's are its own
      for (Node& c : n.kids) in(c);
    }
    for (Node& c : n.below) in(c);
    for (Node& c : n.above) in(c);
    if (!n.is(Node::Kind::product)) return;
    for (std::size_t k = 0; k < n.kids.size(); ++k) {
      if (!pair_at(n, k, d)) continue;
      const Node& name = n.kids[k + 1];
      if (!all && !names.contains(name.text) && !(others && n.kids[k].end == name.begin)) continue;
      Node one = name;
      one.text = differential ? "d" + name.text : d + "{" + name.text + "}";
      one.word = one.differential = differential;
      one.begin = n.kids[k].begin;
      n.kids[k] = std::move(one);
      n.kids.erase(n.kids.begin() + static_cast<std::ptrdiff_t>(k + 1));
      n.ops.erase(n.ops.begin() + static_cast<std::ptrdiff_t>(k + 1));
    }
    if (n.kids.size() == 1 && n.bare()) n = Node(n.kids[0]);
  }

  void in(std::vector<Formula>& formulas) const {
    for (Formula& f : formulas) {
      for (Statement& s : f.statements) {
        for (Node& side : s.sides) in(side);
      }
    }
  }
};

// How a letter stands before names in a document.
struct Before {
  bool alone = false;    // and without one
  bool equated = false;  // an equation begins with the pair
  bool chained = false;  // and says what it is by the pairs of other names, as adjoints are
};

Before stands_before(const std::vector<Formula>& formulas, const std::string& d) {
  Before out;
  const std::function<void(const Node&)> look = [&](const Node& n) {
    if (is_quotient(n)) return;
    for (std::size_t k = 0; k < n.kids.size(); ++k) {
      const bool pair = n.is(Node::Kind::product) && pair_at(n, k, d);
      if (n.kids[k].is_symbol(d) && !pair) out.alone = true;
      look(n.kids[k]);
    }
    for (const auto* scripts : {&n.below, &n.above}) {
      for (const Node& c : *scripts) {
        out.alone = out.alone || c.is_symbol(d);
        look(c);
      }
    }
  };
  for (const Formula& f : formulas) {
    for (const Statement& s : f.statements) {
      for (std::size_t k = 0; k < s.sides.size(); ++k) {
        out.alone = out.alone || s.sides[k].is_symbol(d);
        look(s.sides[k]);
        const Node* const name = lone(s.sides[k], d);
        if (name == nullptr || k + 1 >= s.sides.size() || !says_equal(s.relations[s.continues ? k + 1 : k])) continue;
        out.equated = true;
        const Node& value = s.sides[k + 1];
        // \Delta y = f(x + \Delta x) - f(x): changes, and no adjoints.
        const std::function<bool(const Node&)> has_other = [&](const Node& n) {
          for (std::size_t j = 0; j < n.kids.size(); ++j) {
            const bool pair = n.is(Node::Kind::product) && pair_at(n, j, d);
            if (pair && n.kids[j + 1].text != name->text) return true;
            if (!n.is(Node::Kind::group) && has_other(n.kids[j])) return true;
          }
          return false;
        };
        out.chained = out.chained || has_other(value);
      }
    }
  }
  return out;
}

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
  Joined joined{.d = "d"};
  bool of_cost = false, d_is_a_name = false;
  for (const Formula& f : formulas) {
    for (const Statement& s : f.statements) {
      for (const Node& side : s.sides) {
        walk(side, [&](const Node& n) {
          d_is_a_name = d_is_a_name || (n.is_symbol("\\R") && !n.above.empty() && names_in(n.above[0]).contains("d"));
          return true;
        });
        const Node* name = lone(side, joined.d);
        if (name == nullptr) continue;
        joined.names.insert(name->text);
        // C and E may be states of a cell.
        of_cost = of_cost || (!s.relations.empty() && name->bare() && is_cost_letter(name->text) && name->text != "C" &&
                              name->text != "E");
      }
    }
  }
  // \delta h_t and \Delta h_t may be gradients; \Delta w = -\eta g is a name.
  bool unsure = false;
  for (const char* const d : {"\\delta", "\\Delta"}) {
    const Before found = stands_before(formulas, d);
    if (found.alone || !found.equated) continue;
    const bool adjoints = d == std::string_view("\\delta") || found.chained;
    unsure = unsure || adjoints;
    Joined{.d = d, .all = true, .differential = adjoints}.in(formulas);
  }
  if (joined.names.empty()) return unsure ? Differentials::maybe_adjoints : Differentials::none;
  joined.others = !d_is_a_name;
  joined.in(formulas);
  return of_cost ? Differentials::increments : unsure ? Differentials::maybe_adjoints : Differentials::adjoints;
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/habits.h"

#include <algorithm>
#include <map>

#include "document/named.h"
#include "document/nodes.h"

namespace gradus::document {

// W of W^Q and W^K, or of W^Q where Q = X W^Q: capital letters that have capital ones above wherever they stand.
std::set<std::string> labelled_letters(const std::vector<Node>& sides, const std::vector<Formula>& formulas) {
  std::map<std::string, std::set<std::string>> labels;
  std::set<std::string> otherwise, equated;
  const auto is_label = [](const Node& n) {
    return n.is(Node::Kind::symbol) && n.bare() && is_capital_name(n.text) && !is_transpose(n);
  };
  for (const Node& side : sides) {
    walk(side, [&](const Node& n) {
      if (!n.is(Node::Kind::symbol) || n.word || !is_capital_name(n.text)) return true;
      const bool pair = !n.above.empty() && n.above[0].is(Node::Kind::product) && n.above[0].kids.size() == 2 &&
                        is_transpose(n.above[0].kids[1]);  // W^{Q\top}
      const Node* const above = n.above.empty() ? nullptr : pair ? &n.above[0].kids[0] : &n.above[0];
      if (above != nullptr && is_label(*above)) {
        labels[n.text].insert(above->text);
      } else {
        otherwise.insert(n.text);
      }
      return true;
    });
  }
  for (const Formula& f : formulas) {
    for (const Statement& s : f.statements) {
      if (!s.continues && s.sides.size() > 1 && says_equal(s.relations[0]) && s.sides[0].bare())
        equated.insert(s.sides[0].text);
    }
  }
  std::set<std::string> out;
  for (const auto& [stem, above] : labels) {
    const bool names = std::ranges::any_of(above, [&](const std::string& l) { return equated.contains(l); });
    if (!otherwise.contains(stem) && (above.size() > 1 || names)) out.insert(stem);
  }
  return out;
}

// A prime behind a capital letter with parentheses, X'(y - Xb), is none of a function.
bool primes_transpose(const std::vector<Node>& sides) {
  bool groups = false, functions = false;
  const auto primed = [](const Node& n, Node::Kind kind) { return n.is(kind) && n.primes > 0; };
  for (const Node& side : sides) {
    walk(side, [&](const Node& n) {
      groups = groups || (primed(n, Node::Kind::group) && n.text == "(");
      functions = functions || (primed(n, Node::Kind::symbol) && is_function_letter(n.text));
      for (std::size_t k = 0; n.is(Node::Kind::product) && k + 1 < n.kids.size(); ++k) {
        const bool call = n.ops[k + 1].empty() && n.kids[k].is(Node::Kind::symbol) &&
                          n.kids[k + 1].is(Node::Kind::group) && !is_capital_name(n.kids[k].text);
        functions = functions || (call && (n.kids[k].primes > 0 || n.kids[k + 1].primes > 0));
      }
      return true;
    });
  }
  return groups && !functions;
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/steps.h"

#include <algorithm>
#include <map>
#include <set>

#include "document/layers.h"
#include "document/nodes.h"

namespace gradus::document {
namespace {

// t of t, t - 1 and t + 1; nothing for anything else.
std::string letter_of(const Node& n) {
  const auto layer = layer_of(n);
  return layer ? layer->letter : std::string();
}

bool is_shifted(const Node& n) {
  const auto layer = layer_of(n);
  return layer && !layer->letter.empty() && layer->offset != 0;
}

struct Uses {
  std::set<std::string> shifted, summed, above, bounds;
  std::map<std::string, std::set<std::string>> letters;  // by the stems whose first subscript they are
  std::set<std::string> labelled;                        // stems with something above that is no power
  std::map<std::string, std::set<std::string>> last;     // of sums over a letter: up to which step
  // Stems of names that have equations at each step, and those of which the equations of others use the step before.
  std::map<std::string, std::set<std::string>> said, used_before;

  void in_equation(const Statement& s) {
    if (s.continues || s.relations.empty() || !says_equal(s.relations[0]) || !s.sides[0].is(Node::Kind::symbol) ||
        s.sides[0].below.empty())
      return;
    const Node own = components(s.sides[0].below[0])[0];
    const std::string letter = letter_of(own);
    if (letter.empty() || is_shifted(own)) return;
    said[letter].insert(s.sides[0].text);
    walk(s.sides[1], [&](const Node& n) {
      if (!n.is(Node::Kind::symbol) || n.below.empty()) return true;
      const Node step = components(n.below[0])[0];
      if (is_shifted(step) && letter_of(step) == letter) used_before[letter].insert(n.text);
      return true;
    });
  }
  // h_t = ... h_{t-1} ...
  [[nodiscard]] bool is_recurrence(const std::string& letter) const {
    const auto one = said.find(letter), other = used_before.find(letter);
    return one != said.end() && other != used_before.end() &&
           std::ranges::any_of(other->second, [&](const std::string& stem) { return one->second.contains(stem); });
  }

  // "up to n", "t = 1, ..., T": n is a step of its own and no index.
  void in(const Statement& s) {
    in_equation(s);
    for (const Node& side : s.sides) {
      in(side);
      const bool range = side.is(Node::Kind::list) &&
                         std::ranges::any_of(side.kids, [](const Node& n) { return n.is(Node::Kind::dots); });
      const bool bound = std::ranges::any_of(
          s.relations, [](const std::string& r) { return r == "<" || r == "<=" || r == ">" || r == ">="; });
      if (range && side.kids.back().is(Node::Kind::symbol)) bounds.insert(side.kids.back().text);
      if (bound && side.is(Node::Kind::symbol) && side.bare()) bounds.insert(side.text);
    }
  }

  void in(const Node& n) {
    if (n.is(Node::Kind::big)) {
      for (const Node& b : n.below) {
        for (const std::string& name : names_in(b)) summed.insert(name);
      }
      if (!n.above.empty() && n.above[0].is(Node::Kind::symbol) && !n.below.empty()) {
        bounds.insert(n.above[0].text);
        for (const std::string& name : names_in(n.below[0])) last[name].insert(n.above[0].text);
      }
    } else if (n.is(Node::Kind::symbol) && !n.below.empty()) {
      const std::vector<Node> parts = components(n.below[0]);
      const Node first = parts.empty() ? Node{.kind = Node::Kind::dots} : parts[0];
      if (const std::string letter = letter_of(first); !letter.empty()) {
        letters[n.text].insert(letter);
        if (is_shifted(first)) shifted.insert(letter);
        if (!n.above.empty() && n.above[0].is(Node::Kind::group)) labelled.insert(n.text);
      }
    }
    if (n.is(Node::Kind::symbol) && !n.above.empty()) {
      above.insert(letter_of(n.above[0]));
    }
    for (const auto* part : {&n.kids, &n.below, &n.above}) {
      for (const Node& c : *part) in(c);
    }
  }
};

// Of names with these stems steps by their numbers as well, and the last one: v_3, v_T.
void separate(Node& n, const std::string& letter, const std::set<std::string>& last,
              const std::set<std::string>& stems) {
  for (auto* part : {&n.kids, &n.below, &n.above}) {
    for (Node& c : *part) separate(c, letter, last, stems);
  }
  if (!n.is(Node::Kind::symbol) || n.below.empty() || n.step) return;
  std::vector<Node> parts = components(n.below[0]);
  if (parts.empty()) return;
  const bool number = parts[0].is(Node::Kind::number) && parts[0].bare() && stems.contains(n.text);
  const bool end = last.contains(letter_of(parts[0])) && stems.contains(n.text);
  if (letter_of(parts[0]) != letter && !number && !end) return;
  Node step = parts[0], name = n;
  parts.erase(parts.begin());
  name.below.clear();
  if (parts.size() == 1) name.below = parts;
  if (parts.size() > 1) {
    Node list;
    list.kind = Node::Kind::list;
    list.kids = parts;
    name.below = {list};
  }
  name.above = {step};
  name.step = true;
  if (n.above.empty() && n.primes == 0) {
    n = std::move(name);
    return;
  }
  // Powers and transposes are of the whole.
  name.end = n.below[0].end;
  name.primes = 0;
  Node whole = group_of(std::move(name));
  whole.text = "{}";
  whole.begin = n.begin;
  whole.end = n.end;
  whole.above = n.above;
  whole.primes = n.primes;
  n = std::move(whole);
}

}  // namespace

void separate_steps(std::vector<Formula>& formulas) {
  Uses uses;
  for (const Formula& f : formulas) {
    for (const Statement& s : f.statements) uses.in(s);
  }
  for (const std::string& letter : uses.shifted) {
    // h_k beside a recurrence of h_t is one of its states; i and j are rather indices of its entries.
    static const std::set<std::string> usual{"k", "s", "T", "N", "n", "\\tau"};
    std::set<std::string> others;
    for (const auto& [stem, letters] : uses.letters) {
      for (const std::string& other : letters) {
        if (letters.contains(letter) && usual.contains(other) && other != letter && uses.is_recurrence(letter) &&
            !uses.summed.contains(other) && !uses.above.contains(other) && !uses.bounds.contains(other))
          others.insert(other);
      }
    }
    // x_{i+1} beside x_j is an entry.
    const bool alone = std::ranges::all_of(uses.letters, [&](const auto& stem) {
      return !stem.second.contains(letter) ||
             (!uses.labelled.contains(stem.first) && std::ranges::all_of(stem.second, [&](const std::string& other) {
               return other == letter || others.contains(other) ||
                      (uses.bounds.contains(other) && !uses.shifted.contains(other));
             }));
    });
    const bool summed = uses.summed.contains(letter) && !uses.is_recurrence(letter);
    if (summed || uses.above.contains(letter) || !alone) continue;
    others.insert(uses.last[letter].begin(), uses.last[letter].end());
    std::set<std::string> stems;
    for (const auto& [stem, letters] : uses.letters) {
      if (letters.contains(letter)) stems.insert(stem);
    }
    for (Formula& f : formulas) {
      for (Statement& s : f.statements) {
        for (Node& side : s.sides) separate(side, letter, others, stems);
      }
    }
  }
}

}  // namespace gradus::document

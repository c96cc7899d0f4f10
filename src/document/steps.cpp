// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/steps.h"

#include <algorithm>
#include <map>
#include <set>

namespace gradus::document {
namespace {

// t, t - 1, t + 1: the letter; nothing for anything else.
std::string letter_of(const Node& n) {
  const Node* s = &n;
  while (s->is(Node::Kind::group) && s->text == "{}" && s->bare()) s = &s->kids[0];
  if (s->is(Node::Kind::symbol) && s->bare() && !s->word && !s->bold && s->text.size() == 1) return s->text;
  const bool sum = s->is(Node::Kind::sum) && s->bare() && s->kids.size() == 2 && s->ops[0] == "+" &&
                   s->kids[0].is(Node::Kind::symbol) && s->kids[0].bare() && s->kids[1].is(Node::Kind::number) &&
                   s->kids[1].bare() && s->kids[1].text.size() == 1;
  return sum ? s->kids[0].text : std::string();
}

bool is_shifted(const Node& n) { return !letter_of(n).empty() && !n.is(Node::Kind::symbol); }

struct Uses {
  std::set<std::string> shifted, summed, above, bounds;
  std::map<std::string, std::set<std::string>> letters;  // by the stems whose first subscript they are
  std::set<std::string> labelled;                        // stems with something above that is no power

  // "up to n", "t = 1, ..., T": n is a step of its own and no index.
  void in(const Statement& s) {
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
      Node up = n.above[0];
      while (up.is(Node::Kind::group) && up.bare() && up.kids.size() == 1) up = Node(up.kids[0]);
      above.insert(letter_of(up));
    }
    for (const auto* part : {&n.kids, &n.below, &n.above}) {
      for (const Node& c : *part) in(c);
    }
  }
};

// Of names with these stems steps by their numbers as well: v_3.
void separate(Node& n, const std::string& letter, const std::set<std::string>& stems) {
  for (auto* part : {&n.kids, &n.below, &n.above}) {
    for (Node& c : *part) separate(c, letter, stems);
  }
  if (!n.is(Node::Kind::symbol) || n.below.empty() || n.step) return;
  std::vector<Node> parts = components(n.below[0]);
  if (parts.empty()) return;
  const bool number = parts[0].is(Node::Kind::number) && parts[0].bare() && stems.contains(n.text);
  if (letter_of(parts[0]) != letter && !number) return;
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
  Node whole;
  whole.kind = Node::Kind::group;
  whole.text = "{}";
  whole.begin = n.begin;
  whole.end = n.end;
  whole.above = n.above;
  whole.primes = n.primes;
  name.primes = 0;
  whole.kids = {std::move(name)};
  n = std::move(whole);
}

}  // namespace

void separate_steps(std::vector<Formula>& formulas) {
  Uses uses;
  for (const Formula& f : formulas) {
    for (const Statement& s : f.statements) uses.in(s);
  }
  for (const std::string& letter : uses.shifted) {
    // x_{i+1} beside x_j is an entry.
    const bool alone = std::ranges::all_of(uses.letters, [&](const auto& stem) {
      return !stem.second.contains(letter) ||
             (!uses.labelled.contains(stem.first) && std::ranges::all_of(stem.second, [&](const std::string& other) {
               return other == letter || (uses.bounds.contains(other) && !uses.shifted.contains(other));
             }));
    });
    if (uses.summed.contains(letter) || uses.above.contains(letter) || !alone) continue;
    std::set<std::string> stems;
    for (const auto& [stem, letters] : uses.letters) {
      if (letters.contains(letter)) stems.insert(stem);
    }
    for (Formula& f : formulas) {
      for (Statement& s : f.statements) {
        for (Node& side : s.sides) separate(side, letter, stems);
      }
    }
  }
}

}  // namespace gradus::document

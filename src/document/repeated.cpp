// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/repeated.h"

#include <algorithm>
#include <optional>

#include "document/named.h"
#include "document/nodes.h"

namespace gradus::document {
namespace {

bool is_letter(const Node& n, const std::string& letter) { return n.is_symbol(letter) && n.bare() && !n.word; }

bool binds(const Node& sum, const std::string& letter) {
  bool found = false;
  for (const Node& b : sum.below) {
    walk(b, [&](const Node& n) {
      found = found || is_letter(n, letter);
      return !found;
    });
  }
  return found;
}

// How often an index stands in each term; nothing if terms differ, or where that is no question of terms.
std::optional<int> times(const Node& n, const std::string& letter) {
  int own = 0;
  if (n.is(Node::Kind::big)) {
    if (binds(n, letter)) return 0;
  } else {
    for (const Node& b : n.below) {
      for (const Node& c : components(b)) own += is_letter(c, letter) ? 1 : 0;
    }
  }
  std::vector<int> parts;
  for (const Node& k : n.kids) {
    const auto t = times(k, letter);
    if (!t) return std::nullopt;
    parts.push_back(*t);
  }
  int inside = 0;
  switch (n.kind) {
    case Node::Kind::product:
    case Node::Kind::fraction:
      for (const int p : parts) inside += p;
      break;
    case Node::Kind::sum:
      inside = std::ranges::max(parts);  // beside constants
      if (std::ranges::any_of(parts, [&](int p) { return p != 0 && p != inside; })) return std::nullopt;
      break;
    default:
      for (const int p : parts) inside += p;
      if (inside > 0 && parts.size() > 1) return std::nullopt;  // of lists, cases and matrices
  }
  const int all = own + inside;
  const bool power = !n.above.empty() && !n.above[0].is(Node::Kind::group) && !is_transpose(n.above[0]);
  if (power && (all == 1 || mentions_index(n.above[0], letter))) return std::nullopt;  // x_i^2
  return all > 2 ? std::nullopt : std::optional(all);
}

// Sums over an index that stands twice in each term.
Node summed(Node n, const std::string& letter) {
  const auto own = [&](const Node& k) { return times(k, letter) == 2; };
  if (n.is(Node::Kind::sum)) {
    for (Node& k : n.kids) {
      if (own(k)) k = summed(std::move(k), letter);
    }
    return n;
  }
  // Within what it is an argument of; sums go out of factors and derivatives.
  for (Node& k : n.kids) {
    if (!own(k)) continue;
    const bool linear = n.is(Node::Kind::product) && !k.is(Node::Kind::group);
    const bool above = n.is(Node::Kind::fraction) && &k == &n.kids[0];
    if (linear || above) break;
    k = summed(std::move(k), letter);
    return n;
  }
  Node index;
  index.text = letter;
  Node out;
  out.kind = Node::Kind::big;
  out.text = "sum";
  out.begin = index.begin = n.begin;
  out.end = index.end = n.end;
  out.below = {index};
  out.kids = {std::move(n)};
  return out;
}

}  // namespace

bool write_sums(std::vector<Node>& sides, const std::function<bool(const std::string&)>& is_index) {
  std::set<std::string> letters;
  for (const Node& side : sides) {
    walk(side, [&](const Node& n) {
      for (const Node& b : n.is(Node::Kind::big) ? std::vector<Node>{} : n.below) {
        for (const Node& c : components(b)) {
          if (c.is(Node::Kind::symbol) && c.bare() && !c.word && is_index(c.text)) letters.insert(c.text);
        }
      }
      return true;
    });
  }
  bool clear = true;
  for (const std::string& letter : letters) {
    std::set<std::optional<int>> all;
    for (const Node& side : sides) all.insert(times(side, letter));
    const bool twice = all.contains(2);
    // What i of \delta_{ii} runs over nothing beside it tells.
    const bool alone = std::ranges::any_of(sides, [&](const Node& side) {
      bool found = false;
      walk(side, [&](const Node& n) {
        const std::vector<Node> parts =
            n.is_symbol("\\delta") && !n.below.empty() ? components(n.below[0]) : std::vector<Node>{};
        found = found || (parts.size() == 2 && is_letter(parts[0], letter) && is_letter(parts[1], letter));
        return !found;
      });
      return found;
    });
    if (alone || all.contains(std::nullopt) || (twice && all.contains(1))) {
      clear = false;
    } else if (twice) {
      for (Node& side : sides) {
        if (times(side, letter) == 2) side = summed(std::move(side), letter);
      }
    }
  }
  return clear;
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// Sums over sets that belong to an index: \sum_{d \in D_j}, \sum_{k \in Downstream(j)}. Which of all they are is not
// said, so what holds for them is what holds for any of them: each term has a weight of which nothing is known.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {

// The index to which a set belongs: j of D_j and of D(j).
std::optional<Node> Meaning::owner_of_set(const Node& set) const {
  const auto index = [&](const Node& n) {
    return n.is(Node::Kind::symbol) && n.bare() && !n.word && n.text.size() == 1 && indexing_.contains(n.text) &&
           !layers_.contains(n.text);
  };
  const bool call = set.is(Node::Kind::product) && set.kids.size() == 2 && set.ops[1].empty() &&
                    set.kids[0].is(Node::Kind::symbol) && set.kids[1].is(Node::Kind::group) && set.kids[1].bare();
  if (call) return index(set.kids[1].kids[0]) ? std::optional(set.kids[1].kids[0]) : std::nullopt;
  if (!set.is(Node::Kind::symbol) || set.below.empty() || !index(set.below[0])) return std::nullopt;
  return set.below[0];
}

// Of one index of a sum, 1 where it is in the set that belongs to another index, and else 0.
Expr Meaning::weight_of_member(const Node& item, const Bound& member) {
  const Node& set = item.kids[1];
  const Node owner = *owner_of_set(set);
  const auto range = range_of(owner.text);
  const Expr own = range ? *range : dimension_of_letter(owner.text);
  const auto at = index(owner, own);
  if (!at) fail(item, "a sum over this");
  Node stem = set.is(Node::Kind::product) ? set.kids[0] : set;
  stem.below.clear();
  const std::string key =
      fmt::format("{} of {} in {}", plain(label(stem)), print(arena_, own), print(arena_, *member.dimension));
  if (find(key) == nullptr) {
    Named n;
    n.slots = 2;
    introduce(key, n, {own, *member.dimension}, {});
    never_refuted_.emplace(key, fmt::format("it is not said what is in `{}`", plain(label(set))));
  }
  return arena_.make(Op::Entry, {find(key)->symbol, *at, member.index});
}

}  // namespace gradus::document

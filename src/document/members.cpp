// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/members.h"

#include <algorithm>

namespace gradus::document {

std::optional<Members> members_of(const Node& n) {
  Members out;
  if (!n.is(Node::Kind::list)) {
    out.names.push_back(n);
    return out;
  }
  // g_0, g_1, ... of steps are names of their own, those that are not listed as well.
  const bool steps = std::ranges::any_of(n.kids, [](const Node& k) { return k.step; });
  for (std::size_t k = 0; k < n.kids.size(); ++k) {
    if (steps) {
      if (!n.kids[k].is(Node::Kind::dots)) out.names.push_back(n.kids[k]);
      continue;
    }
    const bool dots = k + 1 < n.kids.size() && n.kids[k + 1].is(Node::Kind::dots);
    if (dots && k + 2 < n.kids.size()) {
      out.families.push_back({n.kids[k], n.kids[k + 2]});
      k += 2;
    } else if (n.kids[k].is(Node::Kind::dots) && k + 1 == n.kids.size()) {  // x_1, x_2, ...: as many as there are
      if (out.names.empty()) return std::nullopt;
      Node first = out.names.back();
      out.names.pop_back();
      if (!out.names.empty() && out.names.back().text == first.text) {
        first = out.names.back();
        out.names.pop_back();
      }
      if (first.below.empty() || !first.below[0].is(Node::Kind::number)) return std::nullopt;
      Node last = first;
      last.below[0].kind = Node::Kind::symbol;
      last.below[0].text = open_end;
      out.families.push_back({first, last});
    } else if (n.kids[k].is(Node::Kind::dots)) {
      if (out.names.empty() || k + 1 >= n.kids.size()) return std::nullopt;
      out.families.push_back({out.names.back(), n.kids[++k]});  // x_1, x_2, ..., x_n
      out.names.pop_back();
      if (!out.names.empty() && out.names.back().text == out.families.back().first.text) {
        out.families.back().first = out.names.back();
        out.names.pop_back();
      }
    } else {
      out.names.push_back(n.kids[k]);
    }
  }
  // k_0, k_1, ..., k_N: what has the number 0 stands before the family.
  for (Family& f : out.families) {
    if (f.first.below.empty() || !f.first.below[0].is(Node::Kind::number) || f.first.below[0].text != "0") continue;
    out.names.push_back(f.first);
    f.first.below[0].text = "1";
  }
  return out;
}

}  // namespace gradus::document

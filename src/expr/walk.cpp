// SPDX-License-Identifier: GPL-2.0-or-later
// Walks over the DAG. None recurses: expressions may be a million nodes deep.
#include <algorithm>
#include <unordered_set>

#include "gradus/expr/expr.h"

namespace gradus {

std::vector<Expr> reachable(const Arena& arena, std::span<const Expr> roots) {
  std::unordered_set<Expr, ExprHash> seen(roots.begin(), roots.end());
  std::vector<Expr> open(seen.begin(), seen.end()), out;
  while (!open.empty()) {
    const Expr e = open.back();
    open.pop_back();
    out.push_back(e);
    for (const Expr c : arena.children(e)) {
      if (seen.insert(c).second) open.push_back(c);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Expr> reachable(const Arena& arena, Expr root) { return reachable(arena, std::span<const Expr>(&root, 1)); }

Expr map_bottom_up(Arena& arena, Expr e, const std::function<Expr(Arena&, Expr)>& f) {
  ExprMap<Expr> image;
  std::vector<Expr> children;
  for (const Expr node : reachable(arena, e)) {
    children.clear();
    bool changed = false;
    for (const Expr c : arena.children(node)) {
      children.push_back(image.at(c));
      changed = changed || children.back() != c;
    }
    image[node] = f(arena, changed ? arena.rebuild(node, children) : node);
  }
  return image.at(e);
}

Expr substitute(Arena& arena, Expr e, const ExprMap<Expr>& map) {
  ExprMap<Expr> image;
  std::vector<Expr> children;
  for (const Expr node : reachable(arena, e)) {
    if (const auto it = map.find(node); it != map.end()) {
      image[node] = it->second;
      continue;
    }
    children.clear();
    bool changed = false;
    for (const Expr c : arena.children(node)) {
      const bool cut = arena.is(node, Op::Deriv) && children.size() == 1;
      children.push_back(cut ? c : image.at(c));
      changed = changed || children.back() != c;
    }
    image[node] = changed ? arena.rebuild(node, children) : node;
  }
  return image.at(e);
}

std::vector<Expr> symbols(const Arena& arena, Expr e) {
  std::vector<Expr> out, open{e};
  std::unordered_set<Expr, ExprHash> seen{e};
  while (!open.empty()) {
    const Expr node = open.back();
    open.pop_back();
    if (arena.is(node, Op::Symbol)) out.push_back(node);
    const auto children = arena.children(node);
    for (std::size_t k = children.size(); k-- > 0;) {
      // A node that is pushed but not yet visited may be met again further left: it is moved there by pushing it again.
      if (arena.is(children[k], Op::Symbol) || seen.insert(children[k]).second) open.push_back(children[k]);
    }
  }
  std::vector<Expr> unique;
  std::unordered_set<Expr, ExprHash> kept;
  for (const Expr s : out) {
    if (kept.insert(s).second) unique.push_back(s);
  }
  return unique;
}

bool contains(const Arena& arena, Expr e, Expr part) {
  if (part.id > e.id) return false;
  std::vector<Expr> open{e};
  std::unordered_set<Expr, ExprHash> seen{e};
  while (!open.empty()) {
    const Expr node = open.back();
    open.pop_back();
    if (node == part) return true;
    for (const Expr c : arena.children(node)) {
      if (c.id >= part.id && seen.insert(c).second) open.push_back(c);
    }
  }
  return false;
}

std::uint64_t tree_size(const Arena& arena, Expr e) {
  constexpr std::uint64_t most = 1ULL << 40U;
  ExprMap<std::uint64_t> size;
  for (const Expr node : reachable(arena, e)) {
    std::uint64_t n = 1;
    for (const Expr c : arena.children(node)) n = std::min(most, n + size.at(c));
    size[node] = n;
  }
  return size.at(e);
}

}  // namespace gradus

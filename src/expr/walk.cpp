// SPDX-License-Identifier: GPL-2.0-or-later
// Walks over the DAG. None recurses: expressions may be a million nodes deep.
#include <algorithm>
#include <unordered_set>

#include "gradus/expr/expr.h"

namespace gradus {

namespace {

// What has been seen. Most lines are small: for them looking through a list is faster than hashing.
class Seen {
 public:
  Seen() { few_.reserve(16); }
  bool insert(Expr e) {
    if (few_.size() < most) {
      if (std::find(few_.begin(), few_.end(), e) != few_.end()) return false;
      few_.push_back(e);
      return true;
    }
    if (many_.empty()) many_.insert(few_.begin(), few_.end());
    return many_.insert(e).second;
  }

 private:
  static constexpr std::size_t most = 48;
  std::vector<Expr> few_;
  std::unordered_set<Expr, ExprHash> many_;
};

// A value for each of some nodes, which are given in order.
template <class Value>
class Table {
 public:
  explicit Table(const std::vector<Expr>& nodes) : nodes_(nodes), values_(nodes.size()) {}
  Value& at(Expr e) {
    return values_[static_cast<std::size_t>(std::lower_bound(nodes_.begin(), nodes_.end(), e) - nodes_.begin())];
  }

 private:
  const std::vector<Expr>& nodes_;
  std::vector<Value> values_;
};

}  // namespace

std::vector<Expr> reachable_since(const Arena& arena, std::span<const Expr> roots, Expr oldest) {
  Seen seen;
  std::vector<Expr> open, out;
  open.reserve(16);
  out.reserve(16);
  const auto visit = [&](Expr e) {
    if (!(e < oldest) && seen.insert(e)) open.push_back(e);
  };
  for (const Expr e : roots) visit(e);
  while (!open.empty()) {
    const Expr e = open.back();
    open.pop_back();
    out.push_back(e);
    for (const Expr c : arena.children(e)) visit(c);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Expr> reachable(const Arena& arena, std::span<const Expr> roots) {
  return reachable_since(arena, roots, Expr{0});
}

std::vector<Expr> reachable(const Arena& arena, Expr root) { return reachable(arena, std::span<const Expr>(&root, 1)); }

Expr map_bottom_up(Arena& arena, Expr e, const std::function<Expr(Arena&, Expr)>& f) {
  const std::vector<Expr> nodes = reachable(arena, e);
  Table<Expr> image(nodes);
  std::vector<Expr> children;
  for (const Expr node : nodes) {
    children.clear();
    bool changed = false;
    for (const Expr c : arena.children(node)) {
      children.push_back(image.at(c));
      changed = changed || children.back() != c;
    }
    image.at(node) = f(arena, changed ? arena.rebuild(node, children) : node);
  }
  return image.at(e);
}

Expr substitute(Arena& arena, Expr e, const ExprMap<Expr>& map) {
  if (const auto whole = map.find(e); whole != map.end()) return whole->second;
  Expr oldest = e;
  for (const auto& [from, to] : map) oldest = std::min(oldest, from);
  const std::vector<Expr> nodes = reachable_since(arena, std::span<const Expr>(&e, 1), oldest);
  Table<Expr> image(nodes);
  std::vector<Expr> children;
  for (const Expr node : nodes) {
    if (const auto it = map.find(node); it != map.end()) {
      image.at(node) = it->second;
      continue;
    }
    children.clear();
    bool changed = false;
    for (const Expr c : arena.children(node)) {
      const bool cut = arena.is(node, Op::Deriv) && children.size() == 1;
      children.push_back(cut || c < oldest ? c : image.at(c));
      changed = changed || children.back() != c;
    }
    image.at(node) = changed ? arena.rebuild(node, children) : node;
  }
  return image.at(e);
}

std::vector<Expr> symbols(const Arena& arena, Expr e) {
  std::vector<Expr> out, open{e};
  Seen seen;
  seen.insert(e);
  while (!open.empty()) {
    const Expr node = open.back();
    open.pop_back();
    if (arena.is(node, Op::Symbol)) out.push_back(node);
    const auto children = arena.children(node);
    for (std::size_t k = children.size(); k-- > 0;) {
      // A node that is pushed but not yet visited may be met again further left: it is moved there by pushing it again.
      if (arena.is(children[k], Op::Symbol) || seen.insert(children[k])) open.push_back(children[k]);
    }
  }
  std::vector<Expr> unique;
  Seen kept;
  for (const Expr s : out) {
    if (kept.insert(s)) unique.push_back(s);
  }
  return unique;
}

bool contains(const Arena& arena, Expr e, Expr part) {
  if (part.id > e.id) return false;
  std::vector<Expr> open{e};
  Seen seen;
  seen.insert(e);
  while (!open.empty()) {
    const Expr node = open.back();
    open.pop_back();
    if (node == part) return true;
    for (const Expr c : arena.children(node)) {
      if (c.id >= part.id && seen.insert(c)) open.push_back(c);
    }
  }
  return false;
}

std::uint64_t tree_size(const Arena& arena, Expr e) {
  constexpr std::uint64_t most = 1ULL << 40U;
  const std::vector<Expr> nodes = reachable(arena, e);
  Table<std::uint64_t> size(nodes);
  for (const Expr node : nodes) {
    std::uint64_t n = 1;
    for (const Expr c : arena.children(node)) n = std::min(most, n + size.at(c));
    size.at(node) = n;
  }
  return size.at(e);
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Names for parts of what stands already: where q = e^u/\sum_j e^{u_j} and then S = \sum_j e^{u_j}, q is e^u/S, and has
// a derivative by S.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "document/meaning.h"

namespace gradus::document {
namespace {

// Compares expressions but for the names of bound indices, and for those that stand for any index.
class SamePart {
 public:
  SamePart(const Arena& arena, std::map<Expr, std::optional<Expr>> any) : arena_(arena), any_(std::move(any)) {}

  bool same(Expr pattern, Expr e) {
    if (const auto it = any_.find(pattern); it != any_.end()) {
      if (it->second) return *it->second == e;
      const bool index = arena_.is(e, Op::Symbol) && arena_.name(e).starts_with("index ");
      if (index) it->second = e;
      return index;
    }
    if (const auto it = bound_.find(pattern); it != bound_.end()) return it->second == e;
    if (arena_.op(pattern) != arena_.op(e) || arena_.count(pattern) != arena_.count(e)) return false;
    const std::size_t count = arena_.count(pattern);
    if (count == 0) return pattern == e;
    if (arena_.is(pattern, Op::Call) && arena_.name(pattern) != arena_.name(e)) return false;
    const bool binds = binds_index(arena_.op(pattern));
    if (binds) bound_[arena_.child(pattern, 0)] = arena_.child(e, 0);
    bool all = true;
    for (std::size_t k = binds ? 1 : 0; k < count && all; ++k) all = same(arena_.child(pattern, k), arena_.child(e, k));
    if (binds) bound_.erase(arena_.child(pattern, 0));
    return all;
  }
  [[nodiscard]] std::optional<Expr> of(Expr index) const { return any_.at(index); }

 private:
  const Arena& arena_;
  std::map<Expr, std::optional<Expr>> any_;
  std::map<Expr, Expr> bound_;
};

}  // namespace

// Uses a name for what it stands for, in this expression and in what the names in it are defined as.
Expr Meaning::use_name(Expr e, Expr name) {
  const Definition* given = arena_.is(name, Op::Symbol) ? model_.definition(arena_.name(name)) : nullptr;
  if (given == nullptr || held_.contains(arena_.name(name))) return e;
  Expr body = given->value;
  std::vector<Expr> indices;
  for (; arena_.is(body, Op::Table); body = arena_.child(body, 2)) indices.push_back(arena_.child(body, 0));
  if (arena_.count(body) == 0 || arena_.is(body, Op::Entry)) return e;
  const Shape own = shape(name);
  // An entry of W x + b is \sum_k W_{ik} x_k + b_i.
  std::vector<Expr> entries_of;
  for (std::size_t k = 0; indices.empty() && k < own.size(); ++k)
    entries_of.push_back(arena_.symbol(fmt::format("index of the entry {}", k)));
  const std::optional<Expr> at_entry = entries_of.empty() ? std::nullopt : std::optional(entry(body, entries_of));
  const auto used_in = [&](Expr whole) {
    ExprMap<Expr> map;
    const auto look = [&](Expr pattern, const std::vector<Expr>& places) {
      for (const Expr part : reachable(arena_, whole)) {
        if (map.contains(part)) continue;
        std::map<Expr, std::optional<Expr>> any;
        for (const Expr i : places) any[i] = std::nullopt;
        SamePart parts(arena_, any);
        if (!parts.same(pattern, part)) continue;
        std::vector<Expr> at;
        for (const Expr i : places) {
          if (const auto index = parts.of(i)) at.push_back(*index);
        }
        if (at.size() == places.size()) map[part] = places.empty() ? name : entry(name, at);
      }
    };
    look(body, indices);
    if (at_entry && arena_.count(*at_entry) > 0 && !arena_.is(*at_entry, Op::Entry)) look(*at_entry, entries_of);
    // And W x + b where z_i is \sum_k W_{ik} x_k + b_i.
    for (const Expr part : reachable(arena_, whole)) {
      const bool product = arena_.is(part, Op::Add) || arena_.is(part, Op::MatMul);
      if (!product || indices.empty() || indices.size() != own.size() || map.contains(part) || shape(part) != own)
        continue;
      if (SamePart(arena_, {}).same(body, entry(part, indices))) map[part] = name;
    }
    return map.empty() ? whole : substitute(arena_, whole, map);
  };
  const std::set<std::string> inside = everything_in(e);
  const std::vector<Definition> all = model_.definitions;
  for (const Definition& d : all) {
    if (!inside.contains(d.name) || depends(name, d.symbol) || held_.contains(d.name)) continue;
    if (const Expr shorter = used_in(d.value); shorter != d.value) add_definition(d.name, d.symbol, shorter, d.place);
  }
  return used_in(e);
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// Deltas of indices that no sum binds: where delta(i, j) is not 0, i stands for j.
#include <algorithm>

#include "tensor/sums.h"

namespace gradus::tensor {
namespace {

// Sets of indices that are equal; the first of each is a number if there is one, else the oldest name.
class Equal {
 public:
  explicit Equal(const Arena& arena) : arena_(arena) {}

  void add(Expr i, Expr j) {
    const std::size_t a = at(i), b = at(j);
    if (a == b) return;
    sets_[a].insert(sets_[a].end(), sets_[b].begin(), sets_[b].end());
    sets_.erase(sets_.begin() + static_cast<std::ptrdiff_t>(b));
  }

  std::vector<std::vector<Expr>> take() {
    for (auto& set : sets_) {
      std::ranges::sort(set);
      std::stable_partition(set.begin(), set.end(), [&](Expr e) { return arena_.is_number(e); });
    }
    return std::move(sets_);
  }

 private:
  std::size_t at(Expr e) {
    for (std::size_t k = 0; k < sets_.size(); ++k) {
      if (std::ranges::find(sets_[k], e) != sets_[k].end()) return k;
    }
    sets_.push_back({e});
    return sets_.size() - 1;
  }

  const Arena& arena_;
  std::vector<std::vector<Expr>> sets_;
};

}  // namespace

// A term with the same index wherever its deltas make two of them equal.
Terms SumForms::settled(const Powers& powers) {
  if (const auto joined = joined_places(powers)) return settled(*joined);
  Equal equal(arena_);
  Powers rest;
  bool any = false;
  for (const auto& [kernel, n] : powers) {
    if (is_delta(arena_, kernel) && n >= 1) {
      equal.add(arena_.child(kernel, 0), arena_.child(kernel, 1));
      any = true;
    } else {
      rest[kernel] = n;
    }
  }
  if (!any) return {{powers, 1}};
  Powers deltas;
  ExprMap<Expr> first;
  for (const auto& set : equal.take()) {
    if (set.size() > 1 && arena_.is_number(set[1])) return {};  // two numbers are not equal
    for (std::size_t k = 1; k < set.size(); ++k) {
      first[set[k]] = set[0];
      const Expr delta = arena_.call("delta", {std::min(set[0], set[k]), std::max(set[0], set[k])});
      deltas[delta] = 1;
    }
  }
  const Expr before = product(rest), after = substitute(arena_, before, first);
  if (after == before) return product({{rest, 1}}, {{deltas, 1}});
  Terms out;
  for (const auto& [p, c] : product(terms(after), {{deltas, 1}})) add(out, settled(p), c);
  return out;
}

Terms SumForms::settled(const Terms& terms) {
  Terms out;
  for (const auto& [powers, c] : terms) add(out, settled(powers), c);
  return out;
}

Expr SumForms::multiplied_out(Expr e) {
  try {
    return expression(settled(terms(e)));
  } catch (const LimitError&) {
    return e;
  }
}

}  // namespace gradus::tensor

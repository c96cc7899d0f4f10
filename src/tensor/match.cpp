// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/match.h"

#include <algorithm>

namespace gradus::tensor {

bool matches(const Arena& arena, Expr pattern, Expr e, const std::vector<Expr>& open, ExprMap<Expr>& image) {
  if (arena.is(pattern, Op::Symbol) && std::ranges::find(open, pattern) != open.end()) {
    const auto [it, fresh] = image.emplace(pattern, e);
    return fresh || it->second == e;
  }
  if (pattern == e) return true;
  if (arena.op(pattern) != arena.op(e) || arena.count(pattern) != arena.count(e) || arena.count(e) == 0) return false;
  if (arena.is(e, Op::Call) && arena.name(e) != arena.name(pattern)) return false;
  for (std::size_t k = 0; k < arena.count(e); ++k) {
    if (!matches(arena, arena.child(pattern, k), arena.child(e, k), open, image)) return false;
  }
  return true;
}

}  // namespace gradus::tensor

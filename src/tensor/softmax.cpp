// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/softmax.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "gradus/expr/tensor_function.h"

namespace gradus::tensor {
namespace {

bool is_call(const Arena& arena, Expr e, std::string_view name) {
  return arena.is(e, Op::Call) && arena.name(e) == name;
}

// `sum(exp(A))`, perhaps along an axis.
bool is_sum_of_exponentials(const Arena& arena, Expr e) {
  return is_call(arena, e, "sum") && is_call(arena, arena.child(e, 0), "exp");
}

// The call of `function` for A, over the same entries as `sum`.
Expr over_same(Arena& arena, std::string_view function, Expr argument, Expr sum) {
  std::vector<Expr> arguments = arena.children_copy(sum);
  arguments[0] = argument;
  return arena.call(function, arguments);
}

// What the terms of a sum are over the sum: exponentials a softmax; `where(A == max(A), 1, 0)` a hardmax, if the sum
// and the greatest are over the same entries.
std::optional<Expr> over_their_sum(Arena& arena, Expr sum) {
  const Expr term = arena.child(sum, 0);
  if (is_call(arena, term, "exp")) return over_same(arena, "softmax", arena.child(term, 0), sum);
  if (!arena.is(term, Op::Where) || !arena.is(arena.child(term, 0), Op::Eq) ||
      !arena.is_number(arena.child(term, 1), 1) || !arena.is_number(arena.child(term, 2), 0))
    return std::nullopt;
  const Expr entry = arena.child(arena.child(term, 0), 0), one = arena.child(arena.child(term, 0), 1);
  if (one == over_same(arena, max_of_entries, entry, sum)) return over_same(arena, "hardmax", entry, sum);
  if (one == over_same(arena, min_of_entries, entry, sum)) return over_same(arena, "hardmax", arena.negate(entry), sum);
  return std::nullopt;
}

// `e` with the softmax in the place of the exponential, which is a factor of it; or as it is.
Expr with_factor(Arena& arena, Expr e, Expr exponential, Expr softmax) {
  if (e == exponential) return softmax;
  if (!arena.is(e, Op::Mul)) return e;
  std::vector<Expr> factors = arena.children_copy(e);
  const auto at = std::ranges::find(factors, exponential);
  if (at == factors.end()) return e;
  *at = softmax;
  return arena.product(factors);
}

Expr product(Arena& arena, Expr e) {
  std::vector<Expr> factors = arena.children_copy(e);
  for (std::size_t k = 0; k < factors.size(); ++k) {
    const Expr inverse = factors[k];
    if (!arena.is(inverse, Op::Pow) || !arena.is_number(arena.child(inverse, 1), -1)) continue;
    const Expr sum = arena.child(inverse, 0);
    if (!is_call(arena, sum, "sum")) continue;
    const auto found = over_their_sum(arena, sum);
    if (!found) continue;
    const Expr exponential = arena.child(sum, 0), softmax = *found;
    for (Expr& f : factors) {
      Expr with = f == exponential ? softmax : f;
      // What the sum is divided by is the same for all of its terms.
      if (f != sum && is_call(arena, f, "sum") && over_same(arena, "sum", exponential, f) == sum) {
        const Expr inside = with_factor(arena, arena.child(f, 0), exponential, softmax);
        if (inside != arena.child(f, 0)) with = over_same(arena, "sum", inside, f);
      }
      if (with == f) continue;
      f = with;
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(k));
      return factors.size() == 1 ? factors.front() : product(arena, arena.product(factors));
    }
  }
  return e;
}

// The root of the sum of squares, and odd powers of it.
Expr as_norm(Arena& arena, Expr e) {
  const auto norm_of = [&](Expr sum) -> std::optional<Expr> {
    if (!is_call(arena, sum, "sum") || arena.count(sum) != 1) return std::nullopt;
    const Expr square = arena.child(sum, 0);
    if (!arena.is(square, Op::Pow) || !arena.is_number(arena.child(square, 1), 2)) return std::nullopt;
    return arena.call("norm", {arena.child(square, 0)});
  };
  if (is_call(arena, e, "sqrt")) return norm_of(arena.child(e, 0)).value_or(e);
  if (!arena.is(e, Op::Pow) || !arena.is_number(arena.child(e, 1)) || arena.is_integer(arena.child(e, 1))) return e;
  const Rational twice = 2 * arena.value(arena.child(e, 1));
  const auto norm = norm_of(arena.child(e, 0));
  return norm && cln::denominator(twice) == 1 ? arena.pow(*norm, arena.number(twice)) : e;
}

}  // namespace

Expr with_softmax(Arena& arena, Expr e) {
  return map_bottom_up(arena, e, [](Arena& a, Expr node) {
    if (a.is(node, Op::Mul)) return product(a, node);
    if (is_call(a, node, "ln") && is_sum_of_exponentials(a, a.child(node, 0))) {
      const Expr sum = a.child(node, 0);
      return over_same(a, "logsumexp", a.child(a.child(sum, 0), 0), sum);
    }
    return node;
  });
}

Expr with_transposed_softmax(Arena& arena, Expr e) {
  return map_bottom_up(arena, e, [](Arena& a, Expr node) {
    if (!a.is(node, Op::Transpose)) return node;
    const Expr call = a.child(node, 0);
    if ((!is_call(a, call, "softmax") && !is_call(a, call, "hardmax")) || !has_axis(a, call)) return node;
    const Expr of = a.child(call, 0);
    if (!a.is(of, Op::Transpose)) return node;
    return a.call(a.name(call), {a.child(of, 0), a.number(a.is_number(a.child(call, 1), 0) ? 1 : 0)});
  });
}

bool counts_greatest(Arena& arena, Expr e) {
  if (is_call(arena, e, "sum") && !is_sum_of_exponentials(arena, e)) return over_their_sum(arena, e).has_value();
  std::vector<Expr> indices, dimensions;
  for (; arena.is(e, Op::Sum); e = arena.child(e, 2)) {
    indices.push_back(arena.child(e, 0));
    dimensions.push_back(arena.child(e, 1));
  }
  if (indices.empty() || !arena.is(e, Op::Where) || !arena.is(arena.child(e, 0), Op::Eq) ||
      !arena.is_number(arena.child(e, 1), 1) || !arena.is_number(arena.child(e, 2), 0))
    return false;
  const Expr entry = arena.child(arena.child(e, 0), 0);
  Expr one = arena.child(arena.child(e, 0), 1);
  const Op op = arena.op(one);
  if (op != Op::Max && op != Op::Min) return false;
  for (std::size_t k = 0; k < indices.size(); ++k) {
    if (arena.op(one) != op || arena.child(one, 1) != dimensions[k]) return false;
    one = substitute(arena, arena.child(one, 2), {{arena.child(one, 0), indices[k]}});
  }
  return one == entry;
}

Expr with_norm(Arena& arena, Expr e) { return map_bottom_up(arena, e, as_norm); }

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// The greatest and the least entry of a matrix or a vector, of all or along an axis.
#include <algorithm>

#include "gradus/expr/tensor_function.h"
#include "tensor/matrix_form.h"

namespace gradus::tensor {

std::optional<Expr> MatrixForms::greatest(Expr e, const std::vector<Expr>& indices, const Shape& shape) {
  const std::string_view function = arena_.is(e, Op::Max) ? max_of_entries : min_of_entries;
  Bound bound;
  Expr body = e;
  for (; arena_.op(body) == arena_.op(e); body = arena_.child(body, 2)) {
    const Expr index = entries_.fresh();
    bound.emplace_back(index, arena_.child(body, 1));
    body = substitute(arena_, body, {{arena_.child(body, 0), index}});
  }
  const auto stands = [&](Expr i) { return is_index(arena_, i) && contains(arena_, body, i); };
  if (std::ranges::none_of(indices, stands)) {
    const auto all = of_all(bound, body);
    return all ? std::optional(arena_.call(function, {*all})) : std::nullopt;
  }
  if (indices.size() != 2 || bound.size() != 1 || (stands(indices[0]) && stands(indices[1]))) return std::nullopt;
  const std::size_t axis = stands(indices[0]) ? 1 : 0;
  std::vector<Expr> within = indices;
  Shape of = shape;
  within[axis] = bound[0].first;
  of[axis] = bound[0].second;
  const auto along = form(body, within, of);
  if (!along || entries_.shape(*along) != of) return std::nullopt;
  return arena_.call(function, {*along, arena_.number(static_cast<long>(axis))});
}

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// Tensors within tensors: `X[:, j]`, and sums over an index of what is no scalar. They are tables of entries.
#include "gradus/expr/slice.h"

#include "syntax/expression.h"

namespace gradus::syntax {

// `parts`: the tensor and its indices, in the dimensions `all` none yet.
Expr ExpressionParser::slice(std::vector<Expr> parts, const std::vector<std::size_t>& all, const Shape& shape) {
  if (all.size() == shape.size()) return parts[0];
  const std::vector<Expr> names = slice_indices(arena_, parts[0], all.size());
  Shape dimensions;
  for (std::size_t k = 0; k < all.size(); ++k) {
    parts[all[k]] = names[k];
    dimensions.push_back(shape[all[k] - 1]);
  }
  return table(arena_, names, dimensions, arena_.make(Op::Entry, parts));
}

// A sum, or the greatest, over an index of tensors: entry by entry.
Expr ExpressionParser::reduction(Op op, Expr index, Expr dimension, const Operand& body) {
  Shape shape;
  try {
    shape = shapes_->of(body.expr);
  } catch (const ShapeError& e) {
    fail(body.begin, body.end, e.what(), e.hint);
  }
  if (shape.empty()) return arena_.make(op, {index, dimension, body.expr});
  const std::vector<Expr> names = slice_indices(arena_, body.expr, shape.size());
  std::vector<Expr> parts{body.expr};
  parts.insert(parts.end(), names.begin(), names.end());
  return table(arena_, names, shape, arena_.make(op, {index, dimension, arena_.make(Op::Entry, parts)}));
}

}  // namespace gradus::syntax

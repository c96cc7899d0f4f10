// SPDX-License-Identifier: GPL-2.0-or-later
// Tensors within tensors: `X[:, j]`, and sums over an index of what is no scalar. They are tables of entries.
#include <fmt/format.h>

#include <algorithm>

#include "gradus/expr/slice.h"
#include "syntax/expression.h"

namespace gradus::syntax {

// Names for the dimensions of the tensor that `key` is. No other tensor of the text has them, so that none is bound
// within itself when definitions are put in.
std::vector<Expr> ExpressionParser::slice_indices(Expr key, std::size_t count) {
  std::vector<Expr>& names = slices_[key];
  while (names.size() < count) names.push_back(arena_.symbol(slice_index(++slice_names_)));
  return names;
}

// The tensor of these dimensions with these entries.
Expr ExpressionParser::over_slice(const std::vector<Expr>& indices, const Shape& dimensions, Expr entry) {
  for (std::size_t k = dimensions.size(); k-- > 0;) entry = arena_.make(Op::Table, {indices[k], dimensions[k], entry});
  return entry;
}

// `parts`: the tensor and its indices, in some dimensions `:`.
Expr ExpressionParser::slice(std::vector<Expr> parts, const std::vector<std::size_t>& all, const Shape& shape) {
  if (all.size() == shape.size()) return parts[0];
  const std::vector<Expr> indices = slice_indices(arena_.make(Op::Entry, parts), all.size());
  Shape dimensions;
  for (std::size_t k = 0; k < all.size(); ++k) {
    parts[all[k]] = indices[k];
    dimensions.push_back(shape[all[k] - 1]);
  }
  return over_slice(indices, dimensions, arena_.make(Op::Entry, parts));
}

// A sum, or the greatest, over an index of tensors: entry by entry.
Expr ExpressionParser::reduction(Op op, Expr index, Expr dimension, const Operand& body) {
  const Expr whole = arena_.make(op, {index, dimension, body.expr});
  Shape shape;
  try {
    shape = shapes_->of(body.expr);
  } catch (const ShapeError& e) {
    fail(body.begin, body.end, e.what(), e.hint);
  }
  if (shape.empty()) return whole;
  std::vector<Expr> parts{body.expr};
  const std::vector<Expr> indices = slice_indices(whole, shape.size());
  parts.insert(parts.end(), indices.begin(), indices.end());
  return over_slice(indices, shape, arena_.make(op, {index, dimension, arena_.make(Op::Entry, parts)}));
}

}  // namespace gradus::syntax

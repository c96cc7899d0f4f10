// SPDX-License-Identifier: GPL-2.0-or-later
// Tensors within tensors: `X[:, j]`, and sums over an index of what is no scalar, which are tables of entries; and
// parts of a dimension, `X[2..n]`, which are products with rows of the identity.
#include "gradus/expr/slice.h"

#include <fmt/format.h>

#include <algorithm>

#include "syntax/characters.h"
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

// Whether `2..n` stands here.
bool ExpressionParser::range_follows() const {
  const std::string_view all = lexer_.text();
  int depth = 0;
  for (std::size_t k = token_.begin; k + 1 < all.size() && all[k] != '\n'; ++k) {
    if (all[k] == '(' || all[k] == '[') ++depth;
    if ((all[k] == ')' || all[k] == ']') && depth-- == 0) return false;
    if (depth == 0 && all[k] == ',') return false;
    if (depth == 0 && all[k] == '.' && all[k + 1] == '.') return true;
  }
  return false;
}

// A bound of a range: a sum of dimensions and numbers.
Size ExpressionParser::bound_of_range() {
  const Operand bound = value();
  const auto size = size_of(arena_, *sizes_, bound.expr);
  const bool known = size && std::ranges::all_of(size->multiples, [&](const auto& m) {
                       return scope_->kind(arena_.name(m.first)) == NameKind::dimension;
                     });
  if (!known)
    fail(bound.begin, bound.end, "the ends of a part are made of dimensions and whole numbers",
         "as in `X[2..n]`, `X[h + 1..2*h]`");
  return *size;
}

// 2..n, for a dimension
Expr ExpressionParser::range(std::string_view tensor, Expr dimension) {
  const std::size_t begin = token_.begin;
  const auto all = size_of(arena_, *sizes_, dimension);
  if (!all || (layers_ != nullptr && layers_->any()))
    fail_here("a part of a dimension cannot be taken yet in a model with layers");
  const Size from = bound_of_range();
  if (!at(Tok::Range)) fail_here(fmt::format("`..` is expected here, not {}", shown()));
  advance();
  const Size to = bound_of_range();
  const Size one{{}, 1}, count = to - from + one;
  const std::string text = shorten(lexer_.text().substr(begin, previous_.end - begin));
  if (!(from - one).is_never_negative() || !(*all - to).is_never_negative()) {
    fail(begin, previous_.end,
         fmt::format("`{}` may lie outside of 1..{}, which `{}` has here", text, size(dimension), tensor),
         arena_.is_number(dimension)   ? ""
         : sizes_->contains(dimension) ? "it has to lie within for all sizes, 0 included"
                                       : fmt::format("say what `{}` is made of, as `dim n = h + k`", size(dimension)));
  }
  if (count.multiples.empty() ? count.number < 1 : !count.is_never_negative())
    fail(begin, previous_.end, fmt::format("`{}` may be empty", text), "it goes from a number to one that is not less");
  const auto rows = part_from(arena_, *sizes_, dimension, from, to);
  if (!rows) {
    const std::string number = print(arena_, expression(arena_, count));
    fail(begin, previous_.end, fmt::format("how many there are in `{}` has no name: {}", text, number),
         fmt::format("give it one: `dim c = {}`", number));
  }
  return *rows;
}

// A part of a vector is taken from the left, as `x[2..n]` is.
Expr ExpressionParser::matrix_product(Expr left, Expr right) {
  if (arena_.is(right, Op::Transpose) && part_of(arena_, arena_.child(right, 0))) {
    try {
      if (shapes_->of(left).size() == 1) return arena_.make(Op::MatMul, {arena_.child(right, 0), left});
    } catch (const ShapeError&) {  // of which the whole expression is told
    }
  }
  return arena_.make(Op::MatMul, {left, right});
}

// The tensor with `:` where ranges stand, and then a product for each of them.
Expr ExpressionParser::slice_in(const std::map<std::size_t, Expr>& ranges, const std::vector<Expr>& parts,
                                const std::vector<std::size_t>& all, const Shape& shape, std::size_t begin) {
  if (all.size() > 2)
    fail(begin, previous_.end, "a part is taken of a vector or a matrix",
         "of a tensor with more dimensions, give indices to the others");
  Expr out = slice(parts, all, shape);
  for (const auto& [place, rows] : ranges) {
    const Part part = *part_of(arena_, rows);
    const bool whole = part.count == part.dimension;
    const bool identity = arena_.is(out, Op::Call) && arena_.name(out) == "eye" && place == 0;
    if (whole) continue;
    out = identity     ? rows
          : place == 0 ? arena_.make(Op::MatMul, {rows, out})
                       : arena_.make(Op::MatMul, {out, arena_.make(Op::Transpose, {rows})});
  }
  return out;
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

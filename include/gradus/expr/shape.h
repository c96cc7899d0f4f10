// SPDX-License-Identifier: GPL-2.0-or-later
/// Shapes of expressions, from those of their names.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "gradus/expr/expr.h"

namespace gradus {

/// The dimensions of a tensor: each a name, or a number. Empty: a scalar.
using Shape = std::vector<Expr>;

/// "[h, 1]"; "a scalar" for none.
std::string print_shape(const Arena& arena, const Shape& shape);

/// Whether a shape has one entry: a scalar, or a tensor whose dimensions are 1.
bool is_single(const Arena& arena, const Shape& shape);

/// Shapes that do not fit. The caller gives it a place.
struct ShapeError : std::runtime_error {
  ShapeError(const std::string& message, std::string hint_, std::vector<Expr> operands_ = {})
      : std::runtime_error(message), hint(std::move(hint_)), operands(std::move(operands_)) {}
  std::string hint;
  std::vector<Expr> operands;  ///< what does not fit
};

/// The shapes of expressions. `named` are the names that are not scalars; it may grow, and must outlive this.
///
/// Entry by entry: `+ - * / ^`, comparisons, `where`, functions; only dimensions written as 1 stretch, and scalars. `@`
/// takes matrices (a vector to the right counts as a column without its second index), `.T` matrices. A derivative has
/// the indices of what is differentiated first, none for a single entry, then those of the variable.
class Shapes {
 public:
  Shapes(Arena& arena, const std::map<std::string, Shape>& named)
      : arena_(arena), named_(named), one_(arena.number(1)) {}

  /// Throws ShapeError, with both shapes and where each came from.
  const Shape& of(Expr e);

 private:
  Shape compute(Expr e);
  Shape elementwise(Expr e);
  Shape product(Expr e);
  Shape call(Expr e);
  [[nodiscard]] std::string described(Expr e) const;  // "`W @ X` is [h, m]"

  const Arena& arena_;
  const std::map<std::string, Shape>& named_;
  Expr one_;
  ExprMap<Shape> known_;
};

/// Throws ShapeError if an index that is bound in `e` runs over one dimension, and stands where another one is.
void check_indices(const Arena& arena, Shapes& shapes, Expr e);

}  // namespace gradus

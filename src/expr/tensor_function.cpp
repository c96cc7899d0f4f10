// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/expr/tensor_function.h"

#include <algorithm>

#include "gradus/expr/size.h"

namespace gradus {

const std::vector<TensorFunction>& tensor_functions() {
  static const std::vector<TensorFunction> table{
      {"sum", "sum", "A", 1, true, false, {}, "The sum of all entries, or along an axis."},
      {"mean", "mean", "A", 1, true, false, {}, "The mean of all entries, or along an axis."},
      {max_of_entries, "max", "A", 1, true, false, {}, "The greatest of all entries, or along an axis."},
      {min_of_entries, "min", "A", 1, true, false, {}, "The least of all entries, or along an axis."},
      {"softmax", "softmax", "A", 1, true, true, {}, "Exponentials, each over their sum."},
      {"hardmax",
       "hardmax",
       "A",
       1,
       true,
       true,
       {},
       "1 at the greatest entry, else 0; where several are, each has an equal share."},
      {"logsumexp", "logsumexp", "A", 1, true, false, {}, "The logarithm of the sum of the exponentials."},
      {"norm", "norm", "A", 1, false, false, {}, "The root of the sum of the squares of all entries."},
      {"dot", "dot", "A, B", 2, false, false, {}, "The sum of the products of entries at the same place."},
      {"outer", "outer", "x, y", 2, false, false, {}, "The products of the entries of two vectors."},
      {"trace", "trace", "A", 1, false, false, {}, "The sum of the entries on the diagonal of a square matrix."},
      {"diag",
       "diag",
       "x",
       1,
       false,
       false,
       {},
       "The matrix with a vector on its diagonal, or the vector on the diagonal of a matrix."},
      {"inv", "inv", "A", 1, false, true, {}, "The inverse of a square matrix."},
      {"det", "det", "A", 1, false, false, {}, "The determinant of a square matrix."},
      {"logdet", "logdet", "A", 1, false, false, {}, "The logarithm of the determinant of a square matrix."},
      {"eye", "eye", "n", 1, false, false, 0,
       "The identity matrix of a dimension: `eye(n)` is 1 on its diagonal, else 0."},
      {part_of_identity,
       "eye(n)[a..b]",
       "",
       4,
       false,
       false,
       {},
       "The rows a to b of the identity matrix: their product with X is X[a..b]."},
      {"onehot", "onehot", "c, n", 2, false, false, 1,
       "1 at the place that c says, of n, else 0; for a row of numbers c a column for each."},
  };
  return table;
}

const TensorFunction* tensor_function(std::string_view name) {
  const auto at = std::ranges::find(tensor_functions(), name, &TensorFunction::name);
  return at == tensor_functions().end() ? nullptr : &*at;
}

const TensorFunction* tensor_function_written(std::string_view word) {
  const auto at = std::ranges::find(tensor_functions(), word, &TensorFunction::written);
  return at == tensor_functions().end() ? nullptr : &*at;
}

std::string_view written_name(const Arena& arena, Expr call) {
  const TensorFunction* f = tensor_function(arena.name(call));
  return f != nullptr ? f->written : arena.name(call);
}

const TensorFunction* tensor_call(const Arena& arena, Expr e) {
  return arena.is(e, Op::Call) ? tensor_function(arena.name(e)) : nullptr;
}

bool has_axis(const Arena& arena, Expr call) {
  const TensorFunction* f = tensor_call(arena, call);
  return f != nullptr && f->axis && arena.count(call) == f->arguments + 1;
}

}  // namespace gradus

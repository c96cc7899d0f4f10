// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/expr/tensor_function.h"

#include <algorithm>

namespace gradus {

const std::vector<TensorFunction>& tensor_functions() {
  static const std::vector<TensorFunction> table{
      {"sum", 1, true, "The sum of all entries, or along an axis."},
      {"mean", 1, true, "The mean of all entries, or along an axis."},
      {"softmax", 1, true, "Exponentials, each over their sum."},
      {"logsumexp", 1, true, "The logarithm of the sum of the exponentials."},
      {"norm", 1, false, "The root of the sum of the squares of all entries."},
      {"dot", 2, false, "The sum of the products of entries at the same place."},
      {"outer", 2, false, "The products of the entries of two vectors."},
      {"trace", 1, false, "The sum of the entries on the diagonal of a square matrix."},
      {"diag", 1, false, "The matrix with a vector on its diagonal, or the vector on the diagonal of a matrix."},
      {"eye", 1, false, "The identity matrix of a dimension: `eye(n)` is 1 on its diagonal, else 0."},
  };
  return table;
}

const TensorFunction* tensor_function(std::string_view name) {
  const auto at = std::ranges::find(tensor_functions(), name, &TensorFunction::name);
  return at == tensor_functions().end() ? nullptr : &*at;
}

const TensorFunction* tensor_call(const Arena& arena, Expr e) {
  return arena.is(e, Op::Call) ? tensor_function(arena.name(e)) : nullptr;
}

bool has_axis(const Arena& arena, Expr call) {
  const TensorFunction* f = tensor_call(arena, call);
  return f != nullptr && f->axis && arena.count(call) == f->arguments + 1;
}

}  // namespace gradus

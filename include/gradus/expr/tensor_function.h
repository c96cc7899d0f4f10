// SPDX-License-Identifier: GPL-2.0-or-later
/// The functions of tensors that are no functions of their entries. What each means entry by entry is in
/// gradus/tensor/entries.h.
#pragma once

#include <string_view>
#include <vector>

#include "gradus/expr/expr.h"

namespace gradus {

struct TensorFunction {
  std::string_view name;
  std::size_t arguments = 1;
  bool axis =
      false;  ///< `axis=` may follow: over one dimension, which stays with size 1. A call has it as its last child
  std::string_view says;
};

/// All of them, in the order of the documentation.
const std::vector<TensorFunction>& tensor_functions();
/// Null if there is none of this name.
const TensorFunction* tensor_function(std::string_view name);
/// The call of a tensor function, or null.
const TensorFunction* tensor_call(const Arena& arena, Expr e);
/// Whether such a call has an axis.
bool has_axis(const Arena& arena, Expr call);

}  // namespace gradus

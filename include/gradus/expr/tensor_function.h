// SPDX-License-Identifier: GPL-2.0-or-later
/// The functions of tensors that are no functions of their entries. What each means entry by entry is in
/// gradus/tensor/entries.h.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gradus/expr/expr.h"

namespace gradus {

/// Names of calls whose spelling is that of a function of two numbers as well.
inline constexpr std::string_view max_of_entries = "max of entries", min_of_entries = "min of entries";

struct TensorFunction {
  std::string_view name;  ///< of the calls
  std::string_view written, parameters;
  std::size_t arguments = 1;
  bool axis =
      false;  ///< `axis=` may follow: over one dimension, which stays with size 1. A call has it as its last child
  bool keeps_shape = false;                   ///< the dimension that it runs over included
  std::optional<std::size_t> dimension = {};  ///< the argument that is one, not a tensor
  std::string_view says = {};
};

/// All of them, in the order of the documentation.
const std::vector<TensorFunction>& tensor_functions();
/// Null if there is none of this name.
const TensorFunction* tensor_function(std::string_view name);
/// The one that is written so, or null.
const TensorFunction* tensor_function_written(std::string_view word);
/// How the name of the function of a call is written.
std::string_view written_name(const Arena& arena, Expr call);
/// The call of a tensor function, or null.
const TensorFunction* tensor_call(const Arena& arena, Expr e);
/// Whether such a call has an axis.
bool has_axis(const Arena& arena, Expr call);

}  // namespace gradus

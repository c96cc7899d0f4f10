// SPDX-License-Identifier: GPL-2.0-or-later
/// Text to expressions and models, in the notation of `.gr` files. All functions throw Error with its place.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/expr/function.h"
#include "gradus/syntax/model.h"

namespace gradus {

/// Reads a `.gr` file. Undefined names, names defined twice, uses before the definition, unknown functions and wrong
/// numbers of arguments are errors; so is everything that the grammar does not know.
ModelFile parse_model(Arena& arena, const FunctionTable& functions, SourcePtr source);

/// Options of `parse_expression`.
struct ExpressionOptions {
  /// Names that may be used; null: any name, each a free symbol.
  const Model* model = nullptr;
  /// Patterns of rules: `rest...`, the implicit derivative `d(E)` (a Deriv with respect to the symbol `_`), calls of
  /// functions that are not in the table (function variables, `f(u)` and `f'(u)`).
  bool pattern = false;
};

/// Reads one expression (or condition) that fills `source` from `begin` to `end`.
Expr parse_expression(Arena& arena, const FunctionTable& functions, SourcePtr source, std::size_t begin,
                      std::size_t end, const ExpressionOptions& options = {});
/// The same for a whole source.
Expr parse_expression(Arena& arena, const FunctionTable& functions, SourcePtr source,
                      const ExpressionOptions& options = {});

/// A model of one definition, `result = E`, with every free name of E an input, or a parameter if it is in `wrt`.
/// If E has a free name `result`, the definition is called `result_1` (and so on).
Model model_of_expression(Arena& arena, Expr e, const std::vector<std::string>& wrt);

}  // namespace gradus

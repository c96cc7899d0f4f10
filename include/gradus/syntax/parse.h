// SPDX-License-Identifier: GPL-2.0-or-later
/// Text to expressions and models, in the notation of `.gr` files. All functions throw Error with its place.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/expr/function.h"
#include "gradus/syntax/model.h"

namespace gradus {

/// A convention that is asked for from outside, whatever the model states.
struct ConventionRequest {
  std::optional<std::string> over;  ///< the dimension of the examples; none: no convention
  std::string cost;  ///< a name that the model defines; where the model has a convention, empty keeps its cost
  std::size_t definitions = 0;  ///< how many stand before it; 0 where the model has a line for it
};

/// Options of `parse_model`.
struct ModelOptions {
  bool claims = true;                                    ///< else the lines of claims are not read
  bool no_conventions = false;                           ///< no model has the one that it states
  std::map<std::string, ConventionRequest> conventions;  ///< by the names of models
};

/// Reads a `.gr` file. Undefined names, names defined twice, uses before the definition, unknown functions and wrong
/// numbers of arguments are errors; so is everything that the grammar does not know.
ModelFile parse_model(Arena& arena, const FunctionTable& functions, SourcePtr source, const ModelOptions& options = {});

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

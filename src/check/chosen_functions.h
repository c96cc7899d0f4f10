// SPDX-License-Identifier: GPL-2.0-or-later
// Functions that are declared and not specified: a claim about all of them is refuted by one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/forms.h"

namespace gradus {

/// A model and a link with every unspecified function replaced by one that is written out.
struct ChosenFunctions {
  Model model;
  std::vector<Expr> sides;
  std::string words;  ///< "g(t) = exp(t)"
};

/// Whether something below `roots` calls a function of the model that has no body.
bool has_unspecified(Forms& forms, const std::vector<Expr>& roots);
/// The k-th choice of functions, from 0; nothing when there are no more.
std::optional<ChosenFunctions> choose_functions(Forms& forms, const std::vector<Expr>& sides, std::size_t k);

}  // namespace gradus

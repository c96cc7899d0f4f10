// SPDX-License-Identifier: GPL-2.0-or-later
// `dZ`, `dW^{[2]}`: a d before a name is one name, where the document has equations for such. Notes on backpropagation
// mean the adjoint, the derivative of the cost by what stands behind the d. Where there is one for the cost itself,
// `d\ell = ...`, they are differentials.
#pragma once

#include "document/reader.h"

namespace gradus::document {

// Joins them to one symbol each, a word that begins with a d, and says what they mean.
Differentials join_differentials(std::vector<Formula>& formulas);

// m of `dW = \frac1m dZ A^T`: what the derivatives of examples' losses are averaged over.
std::optional<Node> averaged_over(const Node& value);

// Letters that costs usually have.
bool is_cost_letter(std::string_view stem);

}  // namespace gradus::document

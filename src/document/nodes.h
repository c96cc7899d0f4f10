// SPDX-License-Identifier: GPL-2.0-or-later
// Formulas that are put together, and what quotients of differentials look like.
#pragma once

#include <string_view>

#include "document/formula.h"

namespace gradus::document {

// What is made of parts stands where these stand in the source; a number where `at` does.
Node number_at(std::string digits, const Node& at);
Node product_of(std::vector<Node> factors);
// W, \Theta: letters that matrices have.
bool is_capital_name(const std::string& name);
Node fraction_of(Node above, Node below);
Node group_of(Node inside);
// Names, by their letters.
std::set<std::string> names_in(const Node& n);
// With a transpose, or without the one that it has.
Node transposed(Node n);

// d/dx, dy/dx, \partial y/\partial x.
bool is_quotient(const Node& n);

// (q_1, ..., q_n) or {q_1, ..., q_n} of q.
bool names_entries(const Node& tuple, const Node& name);

// Whether a symbol begins a differential.
bool is_d(const Node& n);
// Whether a letter stands in a subscript.
bool mentions_index(const Node& in, const std::string& letter);
// The same with a number for a letter.
void replace_letter(Node& n, const std::string& letter, const Node& number);
// Whether a script means the inverse, or that of the transpose.
bool is_inverse(const Node& n);
// Whether a script means the transpose.
bool is_transpose(const Node& n);
// \log or \ln of something.
bool is_log(const Node& n);
// Whether a name stands at `k` of a product with parentheses right behind it: f(x).
bool calls_at(const Node& product, std::size_t k);
// f of f(x), p of \log p.
const Node& called(const Node& n);

/// Behind a letter that stands for any number, whatever it is elsewhere.
inline constexpr std::string_view any_number = " (any number)";

/// t^2 of f(t) = t^2 = ...: no name of its own.
bool is_power_of_argument(const Node& side, const Node& call);

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// What texts speak of, wherever they do: a table of phrases, each with its topic.
#pragma once

#include <optional>
#include <set>
#include <string>

namespace gradus::document {

enum class Topic {
  other_base,      // logarithms that are not natural
  degrees,         // angles that are no radians
  other_numbers,   // complex numbers, residues, rings: what holds for real numbers need not hold
  convolution,     // what `*` may stand for
  cross_product,   // what `\times` may stand for
  broadcasting,    // a number beside a vector is meant for each entry
  entries,         // products are meant entry by entry
  other_norm,      // what bars around a vector or a matrix may stand for
  iterates,        // what a number above a function may stand for
  other_brackets,  // the integer part, an average
  summation,       // an index that stands twice is summed over
  change,          // what was said before is changed by words
  single_units,    // layers of one number each
  costs,           // what is differentiated is a cost, though none is written
  classes,         // what numbers that sum to one are made for
};

std::set<Topic> topics_of(const std::string& text);
bool speaks_of(Topic topic, const std::string& text);

// The function that the words around a letter call it, by its name in models: "the hyperbolic tangent".
// `any_function` if they say that it is not a certain one.
inline constexpr std::string_view any_function = "any";
std::optional<std::string> function_called(const std::string& before, const std::string& behind);

// Whether the words around `e` make a name of it: "the error e", "let e be", and nothing of Euler's number.
bool introduces_name(const std::string& before, const std::string& behind);
// Whether a text is in a language whose words are not read.
bool is_foreign(const std::string& text);

}  // namespace gradus::document

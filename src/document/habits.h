// SPDX-License-Identifier: GPL-2.0-or-later
// What scripts and primes are used for in a document, by all of its formulas.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "document/reader.h"

namespace gradus::document {

// W of W^Q and W^K: what stands above these letters are labels.
std::set<std::string> labelled_letters(const std::vector<Node>& sides, const std::vector<Formula>& formulas);

// Whether primes stand behind parentheses that are no arguments, and behind no function.
bool primes_transpose(const std::vector<Node>& sides);

}  // namespace gradus::document

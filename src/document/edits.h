// SPDX-License-Identifier: GPL-2.0-or-later
// Small changes of a side as it is written, each of which undoes a common slip.
#pragma once

#include <string>
#include <vector>

#include "document/formula.h"

namespace gradus::document {

struct Edit {
  Node side;            // after the change
  std::string says;     // as a reviewer would say it
  std::string written;  // the side's text after the change; empty where it cannot be given
};

// Edits of `side`, the smallest first. `left` is what it should equal: its names and factors are put to use.
// `text` is the source, in which the places of the nodes lie; `dimensions` are sizes that may divide.
std::vector<Edit> edits(const Node& left, const Node& side, const std::string& text,
                        const std::vector<std::string>& dimensions, std::size_t most);

}  // namespace gradus::document

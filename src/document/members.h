// SPDX-License-Identifier: GPL-2.0-or-later
// Lists of names, with families between dots: x, y_1, ..., y_n.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "document/formula.h"

namespace gradus::document {

// x_1 and x_N of x_1, \dots, x_N.
struct Family {
  Node first, last;
};

// The last index of a family whose end is not written.
inline constexpr std::string_view open_end = "the last";

// The members of a list: names, and families between dots.
struct Members {
  std::vector<Node> names;
  std::vector<Family> families;
};

// Nothing for lists with dots that tell no family.
std::optional<Members> members_of(const Node& n);

}  // namespace gradus::document

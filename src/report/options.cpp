// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/report/options.h"

namespace gradus {

std::string print_within(const Arena& arena, Expr e, std::size_t max_length) {
  try {
    return print(arena, e, max_length);
  } catch (const LimitError&) {
    return {};
  }
}

std::string one_line(const Place& place) {
  std::string out;
  bool comment = false, space = false;
  for (const char c : place.text()) {
    if (c == '#') comment = true;
    if (c == '\n') comment = false;
    if (comment || c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      space = true;
      continue;
    }
    if (space && !out.empty()) out += ' ';
    space = false;
    out += c;
  }
  return out;
}

}  // namespace gradus

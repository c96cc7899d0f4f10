// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/outline.h"

#include <string_view>

namespace gradus::document {
namespace {

// The level of the heading that a line is, or nothing: `## Title`, `\subsection{Title}`.
std::optional<int> level_of(std::string_view line) {
  const std::size_t marks = line.find_first_not_of('#');
  if (marks != 0 && marks != std::string_view::npos && line[marks] == ' ') return static_cast<int>(marks);
  const std::size_t at = line.find("section");
  if (at == std::string_view::npos || at + 7 >= line.size() || (line[at + 7] != '{' && line[at + 7] != '*'))
    return std::nullopt;
  std::size_t begin = at;
  int level = 1;
  for (; begin >= 3 && line.substr(begin - 3, 3) == "sub"; begin -= 3) ++level;
  return begin > 0 && line[begin - 1] == '\\' ? std::optional(level) : std::nullopt;
}

}  // namespace

Outline::Outline(const std::vector<Formula>& formulas) : levels_{0}, above_{0} {
  std::size_t part = 0;
  for (const Formula& f : formulas) {
    const std::string_view text = f.before;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      if (const auto level = level_of(text.substr(begin, end - begin))) {
        while (levels_[part] >= *level) part = above_[part];
        above_.push_back(part);
        levels_.push_back(*level);
        part = levels_.size() - 1;
      }
      begin = end + 1;
    }
    part_of_.push_back(part);
  }
}

bool Outline::within(std::size_t part, std::size_t of) const {
  while (part > of) part = above_[part];  // a heading stands behind those above it
  return part == of;
}

}  // namespace gradus::document

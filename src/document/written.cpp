// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "gradus/document/check.h"
#include "tensor/entries.h"

namespace gradus::document {

std::string written(std::string_view name) {
  constexpr std::string_view own_index = "index of ", index = "index ", value = "the value of ", d = "\\partial ";
  if (name.starts_with(own_index))
    return tensor::index_letter(std::stoul(std::string(name.substr(own_index.size()))) % 18);
  if (name.starts_with(index)) return std::string(name.substr(index.size()));
  if (name.starts_with(value)) return written(name.substr(value.size()));
  if (name.starts_with(d)) {
    const std::size_t over = name.find("/\\partial ");
    if (over != std::string_view::npos)
      return fmt::format("\\frac{{{}}}{{{}}}", name.substr(0, over), name.substr(over + 1));
  }
  // "y (2)" is the second thing of the name y.
  if (const std::size_t number = name.find(" ("); number != std::string_view::npos) name = name.substr(0, number);
  const bool word = name.size() > 1 &&
                    std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  return word ? fmt::format("\\mathrm{{{}}}", name) : std::string(name);
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace gradus::document {

// Whether one of these stands in a text.
template <std::size_t N>
bool says(const std::string& text, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words, [&](std::string_view w) { return text.find(w) != std::string::npos; });
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
#include "diag/cells.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gradus::diag {
namespace {

using Range = std::pair<char32_t, char32_t>;

template <std::size_t n>
bool within(const std::array<Range, n>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const Range& r) { return r.first <= code && code <= r.second; });
}

constexpr auto joining = std::to_array<Range>({{0x300, 0x36F},
                                               {0x483, 0x489},
                                               {0x1AB0, 0x1AFF},
                                               {0x1DC0, 0x1DFF},
                                               {0x20D0, 0x20FF},
                                               {0xFE00, 0xFE0F},
                                               {0xFE20, 0xFE2F}});
constexpr auto hidden = std::to_array<Range>({{0, 0x1F},
                                              {0x7F, 0x9F},
                                              {0xA0, 0xA0},
                                              {0xAD, 0xAD},
                                              {0x2000, 0x200F},
                                              {0x2028, 0x202F},
                                              {0x205F, 0x206F},
                                              {0x3000, 0x3000},
                                              {0xFEFF, 0xFEFF},
                                              {0xFFF9, 0xFFFB},
                                              {0xE0000, 0xE0FFF}});
constexpr auto wide = std::to_array<Range>({{0x1100, 0x115F},
                                            {0x2E80, 0x303E},
                                            {0x3041, 0xA4CF},
                                            {0xAC00, 0xD7A3},
                                            {0xF900, 0xFAFF},
                                            {0xFE30, 0xFE4F},
                                            {0xFF00, 0xFF60},
                                            {0xFFE0, 0xFFE6},
                                            {0x1F300, 0x1F64F},
                                            {0x1F680, 0x1F6FF},
                                            {0x1F900, 0x1F9FF},
                                            {0x20000, 0x3FFFD}});

}  // namespace

std::optional<CodePoint> code_point(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[at + k]); };
  const char32_t first = byte(0);
  if (first < 0x80) return CodePoint{first, 1};
  const std::size_t bytes = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (bytes == 0 || text.size() - at < bytes) return std::nullopt;
  char32_t code = first & (0xFFU >> (bytes + 1));
  for (std::size_t k = 1; k < bytes; ++k) {
    if ((byte(k) & 0xC0U) != 0x80U) return std::nullopt;
    code = (code << 6U) | (byte(k) & 0x3FU);
  }
  const bool overlong = code < (bytes == 2 ? 0x80U : bytes == 3 ? 0x800U : 0x10000U);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return std::nullopt;
  return CodePoint{code, bytes};
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t k = 0; k < text.size(); ++count) {
    const auto c = code_point(text, k);
    k += c ? c->bytes : 1;
  }
  return count;
}

bool is_printable(char32_t code) { return !within(hidden, code) && !within(joining, code); }

std::vector<Cell> cells(std::string_view line) {
  std::vector<Cell> out;
  for (std::size_t k = 0; k < line.size();) {
    const auto c = code_point(line, k);
    if (!c) {
      out.push_back({"?"});
    } else if (within(joining, c->code)) {
      out.push_back({std::string(line.substr(k, c->bytes)), 0});
    } else if (within(hidden, c->code)) {
      out.push_back({" "});
    } else {
      out.push_back({std::string(line.substr(k, c->bytes)), within(wide, c->code) ? 2U : 1U});
    }
    k += c ? c->bytes : 1;
  }
  return out;
}

}  // namespace gradus::diag

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/diag/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace gradus {
namespace {

constexpr std::size_t max_shown = 120;  // code points of a source line that are shown

bool continues_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_code_point(c); }));
}

// The bytes of the line that holds `offset`, without its line break.
std::pair<std::size_t, std::size_t> line_around(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  std::size_t end = text.find('\n', offset);
  if (end == std::string_view::npos) end = text.size();
  if (end > begin && text[end - 1] == '\r') --end;
  return {begin, std::max(begin, end)};
}

// One printable cell per code point: tabs and control characters become spaces, broken UTF-8 a question mark.
std::vector<std::string> cells(std::string_view line) {
  std::vector<std::string> out;
  for (std::size_t k = 0; k < line.size();) {
    const auto c = static_cast<unsigned char>(line[k]);
    const std::size_t length = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 0;
    bool whole = length > 0 && k + length <= line.size();
    for (std::size_t j = 1; whole && j < length; ++j) whole = continues_code_point(line[k + j]);
    if (!whole) {
      out.emplace_back("?");
      ++k;
      while (k < line.size() && continues_code_point(line[k])) ++k;
    } else {
      out.emplace_back(length == 1 && (c < 0x20 || c == 0x7F) ? " " : std::string(line.substr(k, length)));
      k += length;
    }
  }
  return out;
}

}  // namespace

Position Place::position() const {
  if (!source) return {};
  const std::string_view text = source->text;
  const std::size_t offset = std::min(begin, text.size());
  const auto line =
      static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  const std::size_t start = line_around(text, offset).first;
  return {line + 1, code_points(text.substr(start, offset - start)) + 1};
}

std::string_view Place::text() const {
  if (!source) return {};
  const std::string_view all = source->text;
  const std::size_t from = std::min(begin, all.size());
  return all.substr(from, std::min(std::max(end, from), all.size()) - from);
}

Error::Error(Place p, std::string m, std::string h) : place(std::move(p)), message(std::move(m)), hint(std::move(h)) {}

std::string render(const Error& error) {
  if (!error.place.source) {
    return error.hint.empty() ? fmt::format("error: {}\n", error.message)
                              : fmt::format("error: {}\n  {}\n", error.message, error.hint);
  }
  const Place& place = error.place;
  const Position position = place.position();
  const std::string_view text = place.source->text;
  const auto [begin, end] = line_around(text, place.begin);
  std::vector<std::string> shown = cells(text.substr(begin, end - begin));
  std::size_t caret = position.column - 1;
  const std::size_t stop = std::clamp(place.end, place.begin, std::max(place.begin, end));
  std::size_t width = std::max<std::size_t>(
      1, place.begin >= text.size() ? 1 : code_points(text.substr(place.begin, stop - place.begin)));
  if (shown.size() > max_shown) {
    const std::size_t first = caret > max_shown / 2 ? std::min(caret - max_shown / 2, shown.size() - max_shown) : 0;
    const std::size_t last = std::min(shown.size(), first + max_shown);
    std::vector<std::string> window(shown.begin() + static_cast<std::ptrdiff_t>(first),
                                    shown.begin() + static_cast<std::ptrdiff_t>(last));
    if (last < shown.size()) window.emplace_back("…");
    caret -= std::min(caret, first);
    if (first > 0) {
      window.insert(window.begin(), "…");
      ++caret;
    }
    shown = std::move(window);
  }
  width = std::min(width, std::max<std::size_t>(1, shown.size() > caret ? shown.size() - caret : 1));
  std::string out =
      fmt::format("{}:{}:{}: error: {}\n  {}\n  {}^{}\n", place.source->name, position.line, position.column,
                  error.message, fmt::join(shown, ""), std::string(caret, ' '), std::string(width - 1, '~'));
  if (!error.hint.empty()) out += fmt::format("  {}\n", error.hint);
  return out;
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  const std::size_t allowed = std::max<std::size_t>(1, word.size() / 3);
  std::size_t best = allowed + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    if (candidate == word) continue;
    const std::size_t difference =
        candidate.size() > word.size() ? candidate.size() - word.size() : word.size() - candidate.size();
    if (difference >= best || candidate.size() > 200) continue;
    // Optimal string alignment: a swap of neighbours counts once.
    std::vector<std::size_t> older, row(candidate.size() + 1), next(candidate.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= word.size(); ++i) {
      next[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const std::size_t change = row[j - 1] + (word[i - 1] == candidate[j - 1] ? 0 : 1);
        next[j] = std::min({change, row[j] + 1, next[j - 1] + 1});
        if (i > 1 && j > 1 && word[i - 1] == candidate[j - 2] && word[i - 2] == candidate[j - 1]) {
          next[j] = std::min(next[j], older[j - 2] + 1);
        }
      }
      older = row;
      std::swap(row, next);
    }
    if (row[candidate.size()] < best && row[candidate.size()] < std::max(word.size(), std::size_t{2})) {
      best = row[candidate.size()];
      found = candidate;
    }
  }
  return found;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const std::string found = nearest(word, candidates);
  return found.empty() ? std::string() : fmt::format("did you mean `{}`?", found);
}

}  // namespace gradus

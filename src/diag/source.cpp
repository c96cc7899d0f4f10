// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/diag/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diag/cells.h"

namespace gradus {
namespace {

constexpr std::size_t max_shown = 120;  // code points of a source line that are shown

// The bytes of the line that holds `offset`, without its line break and without a byte order mark.
std::pair<std::size_t, std::size_t> line_around(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t mark = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::size_t begin = before == std::string_view::npos ? mark : before + 1;
  std::size_t end = text.find('\n', offset);
  if (end == std::string_view::npos) end = text.size();
  if (end > begin && text[end - 1] == '\r') --end;
  return {begin, std::max(begin, end)};
}

// Names in messages and of files are quoted as they are: nothing in them may steer a terminal.
std::string without_controls(std::string text) {
  for (char& c : text) {
    if ((c >= 0 && c < 0x20 && c != '\n') || c == 0x7F) c = ' ';
  }
  return text;
}

}  // namespace

Position Place::position() const {
  if (!source) return {};
  const std::string_view text = source->text;
  const std::size_t offset = std::min(begin, text.size());
  const auto line =
      static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  const std::size_t start = line_around(text, offset).first;
  return {line + 1, diag::count_code_points(text.substr(start, std::max(offset, start) - start)) + 1};
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
    return without_controls(error.hint.empty() ? fmt::format("error: {}\n", error.message)
                                               : fmt::format("error: {}\n  {}\n", error.message, error.hint));
  }
  const Place& place = error.place;
  const Position position = place.position();
  const std::string_view text = place.source->text;
  const auto [begin, end] = line_around(text, place.begin);
  std::vector<diag::Cell> shown = diag::cells(text.substr(begin, end - begin));
  const std::size_t from = std::min(place.begin, end), to = std::clamp(place.end, from, end);
  std::size_t caret = position.column - 1;
  std::size_t stop = caret + std::max<std::size_t>(1, diag::count_code_points(text.substr(from, to - from)));
  if (shown.size() > max_shown) {
    const std::size_t first = caret > max_shown / 2 ? std::min(caret - max_shown / 2, shown.size() - max_shown) : 0;
    const bool cut = first + max_shown < shown.size();
    shown.erase(shown.begin(), shown.begin() + static_cast<std::ptrdiff_t>(first));
    shown.resize(max_shown);
    if (cut) shown.push_back({"…"});
    if (first > 0) shown.insert(shown.begin(), {"…"});
    const std::size_t shift = first > 0 ? first - 1 : 0;
    caret -= std::min(caret, shift);
    stop -= std::min(stop, shift);
  }
  stop = std::clamp(stop, caret + 1, std::max(caret + 1, shown.size()));
  std::string line, marks;
  for (std::size_t k = 0; k < std::max(shown.size(), stop); ++k) {
    const std::size_t width = k < shown.size() ? shown[k].width : 1;
    if (k < shown.size()) line += shown[k].text;
    if (k < stop)
      marks += k == caret ? "^" + std::string(std::max<std::size_t>(width, 1) - 1, '~')
                          : std::string(width, k < caret ? ' ' : '~');
  }
  std::string out = fmt::format("{}:{}:{}: error: {}\n  {}\n  {}\n", place.source->name, position.line, position.column,
                                error.message, line, marks);
  if (!error.hint.empty()) out += fmt::format("  {}\n", error.hint);
  return without_controls(std::move(out));
}

}  // namespace gradus

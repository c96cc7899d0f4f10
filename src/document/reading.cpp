// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/reading.h"

#include <algorithm>

namespace gradus::document {

Text text_of(const Source& source) {
  Text out;
  const std::size_t from = source.text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  out.bytes = source.text.substr(from);
  out.at.reserve(out.bytes.size() + 1);
  for (std::size_t k = from; k <= source.text.size(); ++k) out.at.push_back(k);
  return out;
}

void append(Text& to, const Text& from, std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  if (!to.at.empty()) to.at.pop_back();
  to.bytes.append(from.bytes, begin, end - begin);
  const auto first = from.at.begin() + static_cast<std::ptrdiff_t>(begin);
  to.at.insert(to.at.end(), first, first + static_cast<std::ptrdiff_t>(end - begin + 1));
}

void end_at(Text& text, std::size_t at) {
  if (text.at.empty()) text.at.push_back(at);
}

Text cut(const Text& text, std::size_t begin, std::size_t end) {
  while (begin < end && is_blank(text.bytes[begin])) ++begin;
  while (end > begin && is_blank(text.bytes[end - 1])) --end;
  Text out;
  append(out, text, begin, end);
  end_at(out, text.at[begin]);
  return out;
}

std::size_t Finder::find(std::string_view what, std::size_t from) {
  const auto it = found_.find(what);
  if (it != found_.end() && it->second.first <= from && (from <= it->second.second)) return it->second.second;
  const std::size_t found = text_.find(what, from);
  found_.insert_or_assign(std::string(what), std::pair(from, found));
  return found;
}

void Flat::paragraph(std::size_t place) {
  const bool again =
      !asides.empty() && asides.back().at == text.bytes.size() && asides.back().piece.kind == Piece::Kind::paragraph;
  if (!again) asides.push_back({text.bytes.size(), {Piece::Kind::paragraph, {{}, {place}}}});
}

std::string_view environment_name(std::string_view text, std::size_t at) {
  constexpr std::size_t longest = 40;
  const std::size_t open = text.find('{', at);
  if (open == std::string_view::npos) return {};
  const std::string_view rest = text.substr(open + 1, longest);
  const std::size_t close = rest.find('}');
  return close == std::string_view::npos ? std::string_view{} : rest.substr(0, close);
}

}  // namespace gradus::document

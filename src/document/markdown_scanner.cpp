// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>
#include <utility>

#include "document/markdown.h"

namespace gradus::document {
namespace {

// Elements whose content is no text.
constexpr auto opaque_tags = std::to_array<std::string_view>({"pre", "code", "script", "style", "textarea"});

}  // namespace

MarkdownScanner::MarkdownScanner(const SourcePtr& source, const Flat& in, Pieces& out) : Scanner(source, in, out) {
  match_code();
}

// Code ends at as many backticks as it begins with.
void MarkdownScanner::match_code() {
  std::unordered_map<std::size_t, std::size_t> next;  // the next run of each length
  for (std::size_t k = bytes_.size(); k > 0;) {
    if (bytes_[--k] != '`') continue;
    std::size_t length = 1;
    for (; k > 0 && bytes_[k - 1] == '`'; --k) ++length;
    if (const auto it = next.find(length); it != next.end()) code_[k] = it->second;
    next[length] = k;
  }
}

bool MarkdownScanner::special() {
  switch (bytes_[at_]) {
    case '`':
      return code();
    case '<':
      return comment() || tag();
    case '$':
      return quoted();
    case '\\':
      if (byte(at_ + 1) != '$') return false;
      if (escaped_display()) return true;
      skip(1);
      take(1);
      return true;
    case ':':
      return role(":math:`");
    case '{': {  // a role, or a command of the program that makes the page
      if (role("{math}`")) return true;
      const std::size_t close = byte(at_ + 1) == '%' ? finder_.find("%}", at_) : std::string::npos;
      if (close >= barrier()) return false;
      skip(close + 2 - at_);
      return true;
    }
    default:
      return false;
  }
}

// `\$$` on lines of their own, as some programs that make pages want it.
bool MarkdownScanner::escaped_display() {
  const auto alone = [&](std::size_t k) {
    const auto blank = [](char c) { return is_blank(c) && c != '\n'; };
    std::size_t before = k, behind = k + 3;
    while (before > 0 && blank(bytes_[before - 1])) --before;
    while (behind < bytes_.size() && blank(bytes_[behind])) ++behind;
    return (before == 0 || bytes_[before - 1] == '\n') && (behind == bytes_.size() || bytes_[behind] == '\n');
  };
  if (!here("\\$$") || !alone(at_)) return false;
  const std::size_t close = finder_.find("\\$$", at_ + 3);
  if (close >= bytes_.size() || !alone(close) || !reaches(at_, close)) return false;
  add(Piece::Kind::display, at_ + 3, close, close + 3);
  return true;
}

bool MarkdownScanner::code() {
  std::size_t length = 1;
  while (byte(at_ + length) == '`') ++length;
  const auto it = code_.find(at_);
  if (it == code_.end() || it->second >= barrier()) {
    take(length);
  } else {
    skip(it->second + length - at_);
  }
  return true;
}

// $`..`$
bool MarkdownScanner::quoted() {
  if (byte(at_ + 1) != '`') return false;
  const std::size_t close = finder_.find("`$", at_ + 2);
  if (close >= barrier()) return false;
  add(Piece::Kind::formula, at_ + 2, close, close + 2);
  return true;
}

// As MyST writes mathematics.
bool MarkdownScanner::role(std::string_view mark) {
  if (!here(mark)) return false;
  const std::size_t begin = at_ + mark.size(), close = finder_.find("`", begin);
  if (close >= barrier()) return false;
  add(Piece::Kind::formula, begin, close, close + 1);
  return true;
}

bool MarkdownScanner::comment() {
  if (!here("<!--")) return false;
  const std::size_t close = finder_.find("-->", at_ + 4);
  // Behind other text a comment is a part of its paragraph, which a block ends.
  if (close == std::string::npos || has_fence(at_, close)) return false;
  constexpr std::string_view mark = "gradus:";
  std::size_t from = at_ + 4;
  while (from < close && is_blank(bytes_[from])) ++from;
  if (std::string_view(bytes_).substr(from, close - from).starts_with(mark))
    add(Piece::Kind::directive, cut(in_.text, from + mark.size(), close));
  skip(close + 3 - at_);
  return true;
}

bool MarkdownScanner::tag() {
  std::size_t k = at_ + 1;
  const bool closing = byte(k) == '/';
  if (closing) ++k;
  const std::size_t from = k;
  while (is_ascii_letter(byte(k)) || (k > from && is_ascii_digit(byte(k)))) ++k;
  if (k == from) return false;
  const std::string name = bytes_.substr(from, k - from);
  if (std::string_view(" />\n\t").find(byte(k)) == std::string_view::npos) return false;
  // `a <b and c> d` compares; a tag has attributes.
  const std::size_t rest = k;
  while (k < bytes_.size() && bytes_[k] != '>' && bytes_[k] != '<') ++k;
  const std::string_view attributes = std::string_view(bytes_).substr(rest, k - rest);
  const bool plain = attributes.find_first_not_of(" /\n\t") == std::string_view::npos;
  if (byte(k) != '>' || (!plain && attributes.find('=') == std::string_view::npos)) return false;
  std::size_t next = k + 1;
  if (!closing && !attributes.ends_with('/') && std::ranges::find(opaque_tags, name) != opaque_tags.end()) {
    if (const std::size_t end = finder_.find("</" + name, next); end != std::string::npos) next = end;
  }
  skip(next - at_);
  return true;
}

// Dollars are prices too, and names of variables of a shell.
bool MarkdownScanner::accepts(std::size_t begin, std::size_t end) {
  const std::string_view t = std::string_view(bytes_).substr(begin, end - begin);
  const std::size_t first = t.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || t.find('`') != std::string_view::npos) return false;
  const bool signs = t.find_first_of("\\^_={}<>+|&") != std::string_view::npos;
  const bool commands = t.find_first_of("\\^_") != std::string_view::npos;
  const bool number = is_ascii_digit(t[first]);
  const bool uneven = is_blank(t.back()) && first == 0;
  const char after = byte(end + 1);
  std::size_t words = 0, letters = 0, longest = 0;
  for (const char c : t) {
    letters = is_ascii_letter(c) ? letters + 1 : 0;
    if (letters == 2) ++words;
    longest = std::max(longest, letters);
  }
  const bool name = is_ascii_letter(after) || after == '{' || after == '_';
  if (name && longest > 2 && t.find('\\') == std::string_view::npos) return false;
  if (is_ascii_digit(after) && !commands) return false;
  if (number && uneven && !commands) return false;
  return signs || (words < 2 && !(number && words > 0));
}

// Markdown takes some signs for its own, so authors escape them.
Text MarkdownScanner::maths(std::size_t begin, std::size_t end) {
  using Escape = std::pair<std::string_view, std::string_view>;
  constexpr auto escapes = std::to_array<Escape>(
      {{"\\\\\\\\", "\\\\"}, {"\\_", "_"}, {"\\*", "*"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}});
  const Text raw = cut(in_.text, begin, end);
  const std::string_view t = raw.bytes;
  Text out;
  for (std::size_t k = 0; k < t.size();) {
    const auto it = std::ranges::find_if(escapes, [&](const Escape& e) { return t.substr(k).starts_with(e.first); });
    if (it != escapes.end()) {
      out.bytes += it->second;
      for (std::size_t j = 0; j < it->second.size(); ++j) out.at.push_back(raw.at[k + j]);
      k += it->first.size();
      continue;
    }
    const std::size_t count = t[k] == '\\' && k + 1 < t.size() ? 2 : 1;
    for (const std::size_t last = k + count; k < last; ++k) {
      out.bytes += t[k];
      out.at.push_back(raw.at[k]);
    }
  }
  out.at.push_back(raw.at.back());
  return out;
}

// Whether formulas of the text stand between single dollars.
bool MarkdownScanner::has_single_dollars() {
  if (!single_dollars_) {
    std::size_t count = 0;
    for (std::size_t k = 0; k < bytes_.size() && count < 2; ++k) {
      if (bytes_[k] == '\\') {
        ++k;
      } else if (bytes_[k] == '$' && byte(k + 1) == '$') {
        ++k;
      } else if (bytes_[k] == '$') {
        ++count;
      }
    }
    single_dollars_ = count == 2;
  }
  return *single_dollars_;
}

// `$$..$$` among the words of a line is a formula of that line, unless those stand between single dollars and it is an
// equation.
Piece::Kind MarkdownScanner::kind(std::size_t begin, std::size_t end) {
  if (begin < line_begin_ || end > line_end_) {
    const std::size_t before = bytes_.rfind('\n', begin);
    line_begin_ = before == std::string::npos ? 0 : before + 1;
    line_end_ = std::min(bytes_.find('\n', begin), bytes_.size());
    line_has_text_ = false;
    std::size_t k = line_begin_;
    while (k < line_end_ && is_blank(bytes_[k])) ++k;
    if (std::size_t n = k; is_ascii_digit(byte(n))) {  // the number of an item
      while (is_ascii_digit(byte(n))) ++n;
      if (byte(n) == '.' || byte(n) == ')') k = n;
    }
    for (bool inside = false; k < line_end_; ++k) {
      const auto c = static_cast<unsigned char>(bytes_[k]);
      if (c == '$' && byte(k + 1) == '$') {
        inside = !inside;
        ++k;
      } else if (!inside) {
        // A number in parentheses is that of the equation.
        const bool number = is_ascii_digit(bytes_[k]) && k > line_begin_ && bytes_[k - 1] == '(';
        if (number) {
          while (is_ascii_digit(byte(k + 1))) ++k;
        } else if (c == '$' || c >= 0x80 || is_ascii_letter(bytes_[k]) || is_ascii_digit(bytes_[k])) {
          line_has_text_ = true;
        }
      }
    }
  }
  const bool in_line = end <= line_end_ && line_has_text_;
  const bool equation = bytes_.substr(begin, end - begin).find('=') != std::string::npos;
  return in_line && !(equation && has_single_dollars()) ? Piece::Kind::formula : Piece::Kind::display;
}

}  // namespace gradus::document

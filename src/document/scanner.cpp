// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>

#include "document/reading.h"

namespace gradus::document {
namespace {

// Whether a line is words rather than mathematics. Words in braces are part of the mathematics: `\text{for all}`.
bool is_prose(std::string_view line) {
  int depth = 0;
  std::size_t words = 0, signs = 0;
  bool neighbours = false, word_before = false;
  for (std::size_t k = 0; k < line.size();) {
    const char c = line[k];
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (std::string_view("\\_^=&{}").find(c) != std::string_view::npos) ++signs;
    if (!is_ascii_letter(c)) {
      word_before = word_before && c == ' ';
      ++k;
      continue;
    }
    const bool command = k > 0 && line[k - 1] == '\\';
    const std::size_t from = k;
    while (k < line.size() && is_ascii_letter(line[k])) ++k;
    if (command || depth > 0) {
      word_before = false;
      continue;
    }
    if (k - from >= 2) ++words;
    neighbours = neighbours || (word_before && k - from >= 3);
    word_before = k - from >= 3;
  }
  return neighbours || (words >= 2 && signs == 0);
}

bool any_between(const std::vector<std::size_t>& sorted, std::size_t after, std::size_t before) {
  const auto it = std::ranges::upper_bound(sorted, after);
  return it != sorted.end() && *it < before;
}

}  // namespace

bool is_mathematical(std::string_view name) {
  if (name.ends_with('*')) name.remove_suffix(1);
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!std::ranges::all_of(name, letter)) return false;
  constexpr auto names = std::to_array<std::string_view>({"equation", "align", "alignat", "flalign", "gather", "split",
                                                          "multline", "eqnarray", "aligned", "alignedat", "gathered",
                                                          "array", "cases", "dcases", "rcases", "displaymath", "math"});
  return std::ranges::find(names, name) != names.end() || name.ends_with("matrix");
}

Scanner::Scanner(const SourcePtr& source, const Flat& in, Pieces& out)
    : source_(source), in_(in), bytes_(in.text.bytes), out_(out), finder_(bytes_) {
  for (const Flat::Aside& a : in.asides) {
    if (a.piece.kind != Piece::Kind::directive) barriers_.push_back(a.at);
    if (a.piece.kind == Piece::Kind::display) fences_.push_back(a.at);
  }
  match_environments();
  find_prose();
}

void Scanner::find_prose() {
  for (std::size_t k = 0; k < bytes_.size();) {
    const std::size_t end = std::min(bytes_.find('\n', k), bytes_.size());
    if (is_prose(std::string_view(bytes_).substr(k, end - k))) prose_lines_.push_back(k);
    k = end + 1;
  }
}

// In one pass for all, as each might be searched to the end.
void Scanner::match_environments() {
  std::vector<std::pair<std::string_view, std::size_t>> open;
  std::unordered_map<std::string_view, std::size_t> count;
  const std::string_view text = bytes_;
  for (std::size_t k = text.find('\\'); k != std::string_view::npos; k = text.find('\\', k)) {
    const bool begins = text.substr(k).starts_with("\\begin{"), ends = text.substr(k).starts_with("\\end{");
    if (!begins && !ends) {
      k += 2;
      continue;
    }
    const std::string_view name = environment_name(text, k);
    if (begins) {
      open.emplace_back(name, k);
      ++count[name];
    } else if (count[name] > 0) {
      while (open.back().first != name) {
        --count[open.back().first];
        open.pop_back();
      }
      ends_[open.back().second] = k + name.size() + 6;
      --count[name];
      open.pop_back();
    }
    k += 4;
  }
}

bool Scanner::has_fence(std::size_t begin, std::size_t end) const { return any_between(fences_, begin, end); }

void Scanner::run() {
  while (at_ < bytes_.size()) {
    asides();
    if (special() || mathematics()) continue;
    take(bytes_[at_] == '\\' ? 2 : 1);
  }
  asides();
  flush();
}

// What stands beside the text up to here. No paragraph ends before `text_from`: that is within mathematics.
void Scanner::asides(std::size_t text_from) {
  for (; aside_ < in_.asides.size() && in_.asides[aside_].at <= at_; ++aside_) {
    const Flat::Aside& a = in_.asides[aside_];
    if (a.piece.kind == Piece::Kind::paragraph) {
      if (a.at >= text_from) paragraph(a.piece.text.at[0]);
    } else {
      add(a.piece.kind, a.piece.text);
    }
  }
}

void Scanner::take(std::size_t count) {
  const std::size_t from = prose_.bytes.size(), end = std::min(at_ + count, bytes_.size());
  append(prose_, in_.text, at_, end);
  // Lines are filled at will.
  std::replace(prose_.bytes.begin() + static_cast<std::ptrdiff_t>(from), prose_.bytes.end(), '\n', ' ');
  at_ = end;
}

void Scanner::skip(std::size_t count) { at_ = std::min(at_ + count, bytes_.size()); }

void Scanner::flush() {
  Text prose = std::exchange(prose_, {});
  const std::size_t size = prose.bytes.size();
  std::size_t begin = 0;
  while (begin < size && is_blank(prose.bytes[begin])) ++begin;
  if (begin == size) return;
  const bool first = out_.pieces.empty() || out_.pieces.back().kind == Piece::Kind::paragraph;
  Text kept;
  append(kept, prose, first ? begin : 0, size);
  kept.at.back() = kept.at[kept.at.size() - 2] + 1;
  out_.pieces.push_back({Piece::Kind::prose, std::move(kept)});
}

void Scanner::paragraph(std::size_t place) {
  flush();
  if (out_.pieces.empty() || out_.pieces.back().kind == Piece::Kind::paragraph) return;
  out_.pieces.push_back({Piece::Kind::paragraph, {{}, {std::max(place, out_.pieces.back().text.at.back())}}});
}

void Scanner::add(Piece::Kind kind, Text text) {
  flush();
  if (text.bytes.empty()) return;
  text.at.back() = text.at[text.at.size() - 2] + 1;  // and not where the next byte is, behind what was left out
  out_.pieces.push_back({kind, std::move(text)});
}

void Scanner::add(Piece::Kind kind, std::size_t begin, std::size_t end, std::size_t next) {
  for (at_ = begin; at_ < end && is_blank(bytes_[at_]);) ++at_;
  asides(at_ + 1);
  add(kind, maths(begin, end));
  at_ = next;
  asides(at_);
}

void Scanner::unread(std::size_t length, std::string reason) {
  out_.unread.push_back({in_.text.place(source_, at_, at_ + length), std::move(reason)});
}

std::size_t Scanner::barrier() {
  while (barrier_ < barriers_.size() && barriers_[barrier_] <= at_) ++barrier_;
  return barrier_ < barriers_.size() ? barriers_[barrier_] : bytes_.size();
}

bool Scanner::reaches(std::size_t begin, std::size_t end) const {
  if (any_between(fences_, begin, end)) return false;
  return !any_between(barriers_, begin, end) || !any_between(prose_lines_, begin, end);
}

bool Scanner::mathematics() {
  if (bytes_[at_] == '$') return byte(at_ + 1) == '$' ? dollars() : dollar();
  if (bytes_[at_] != '\\') return false;
  if (here("\\begin{")) return environment();
  const std::size_t backslashes = doubles() && byte(at_ + 1) == '\\' ? 2 : 1;
  const char open = byte(at_ + backslashes);
  return (open == '(' || open == '[') && brackets(backslashes);
}

std::size_t Scanner::next_dollars(std::size_t from) {
  if (dollars_from_ <= from && from <= dollars_at_) return dollars_at_;
  std::size_t k = from;
  while (k < bytes_.size() && bytes_.compare(k, 2, "$$") != 0) k += bytes_[k] == '\\' ? 2 : 1;
  dollars_from_ = from;
  dollars_at_ = k < bytes_.size() ? k : std::string::npos;
  return dollars_at_;
}

bool Scanner::dollars() {
  const std::size_t close = next_dollars(at_ + 2);
  if (close == at_ + 2) {  // nothing between them
    take(4);
  } else if (close == std::string::npos || !reaches(at_, close)) {
    unread(2, "`$$` is never closed");
    skip(2);
  } else {
    add(kind(at_, close + 2), at_ + 2, close, close + 2);
  }
  return true;
}

bool Scanner::dollar() {
  const std::size_t limit = barrier();
  std::size_t close = at_ + 1;
  while (close < limit && bytes_[close] != '$') close += bytes_[close] == '\\' ? 2 : 1;
  if (close >= limit || !accepts(at_ + 1, close)) return false;
  add(Piece::Kind::formula, at_ + 1, close, close + 1);
  return true;
}

// `\(..\)` and `\[..\]`. A search ends at the next opening of its kind, which keeps all of them linear.
bool Scanner::brackets(std::size_t backslashes) {
  const char open = bytes_[at_ + backslashes], close = open == '(' ? ')' : ']';
  const std::size_t begin = at_ + backslashes + 1, limit = open == '(' ? barrier() : bytes_.size();
  std::size_t end = std::string::npos;
  for (std::size_t k = begin; k < limit;) {
    if (bytes_[k] != '\\') {
      ++k;
      continue;
    }
    const std::size_t from = k;
    while (k < limit && bytes_[k] == '\\') ++k;
    const std::size_t run = k - from;
    if (byte(k) == close && run >= backslashes && (run - backslashes) % 2 == 0) {
      end = k - backslashes;
      break;
    }
    if (byte(k) == open && run == backslashes) break;
    ++k;
  }
  if (end != std::string::npos && reaches(at_, end)) {
    add(open == '(' ? Piece::Kind::formula : Piece::Kind::display, begin, end, end + backslashes + 1);
    return true;
  }
  if (open == '(' || backslashes == 2) return false;  // may be something else, and shows in the text as it is
  unread(2, "`\\[` is never closed");
  skip(2);
  return true;
}

bool Scanner::environment() {
  const std::string_view name = environment_name(bytes_, at_);
  if (!is_mathematical(name)) return false;
  const std::size_t length = name.size() + 8;
  const auto it = ends_.find(at_);
  if (it == ends_.end() || !reaches(at_, it->second)) {
    unread(length, "`\\begin{" + std::string(name) + "}` is never closed");
    skip(length);
    return true;
  }
  const std::size_t end = it->second;
  if (name == "math" || name == "displaymath") {
    add(name == "math" ? Piece::Kind::formula : Piece::Kind::display, at_ + length, end - name.size() - 6, end);
  } else {
    add(Piece::Kind::display, at_, end, end);
  }
  return true;
}

}  // namespace gradus::document

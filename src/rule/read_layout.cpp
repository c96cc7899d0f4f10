// SPDX-License-Identifier: GPL-2.0-or-later
#include "rule/read_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gradus::rules {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '+' || c == '\'';
}

// Comments and line breaks become blanks, byte for byte, so that every offset stays true.
std::string without_comments(const SourcePtr& source) {
  std::string text = source->text;
  std::size_t quote = std::string::npos;
  for (std::size_t k = 0; k < text.size(); ++k) {
    if (text[k] == '"') {
      quote = quote == std::string::npos ? k : std::string::npos;
    } else if (text[k] == '#' && quote == std::string::npos) {
      while (k < text.size() && text[k] != '\n') text[k++] = ' ';
    }
    if (k < text.size() && text[k] == '\n' && quote != std::string::npos) {
      const std::size_t next = text.find_first_not_of(" \t\r\n", k);
      // A sentence may go on in an indented line; a line at the margin begins an entry.
      if (next == std::string::npos || text[next - 1] == '\n') {
        throw Error({source, quote, quote + 1}, "this quote does not end");
      }
    }
  }
  if (quote != std::string::npos) throw Error({source, quote, quote + 1}, "this quote does not end");
  return text;
}

// Trims in the plain text (there comments are blanks), but names the file as it was written.
Place trim_plain(const LaidOut& file, std::size_t begin, std::size_t end) {
  const std::string& text = file.plain->text;
  while (begin < end && blank(text[begin])) ++begin;
  while (end > begin && blank(text[end - 1])) --end;
  return {file.source, begin, end};
}

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!blank(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

std::string_view plain_text(const LaidOut& file, const Place& place) {
  return std::string_view(file.plain->text).substr(place.begin, place.end - place.begin);
}

std::vector<Place> split(const LaidOut& file, const Place& text, char separator) {
  std::vector<Place> out;
  const std::string& plain = file.plain->text;
  std::size_t begin = text.begin;
  int depth = 0;
  bool quote = false;
  for (std::size_t k = text.begin; k < text.end; ++k) {
    const char c = plain[k];
    if (c == '"') quote = !quote;
    if (quote) continue;
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    if (c == separator && depth <= 0) {
      out.push_back(trim_plain(file, begin, k));
      begin = k + 1;
    }
  }
  out.push_back(trim_plain(file, begin, text.end));
  return out;
}

std::pair<Place, Place> first_word(const LaidOut& file, const Place& place) {
  const std::string& plain = file.plain->text;
  const Place all = trim_plain(file, place.begin, place.end);
  std::size_t end = all.begin;
  while (end < all.end && word_char(plain[end])) ++end;
  return {{file.source, all.begin, end}, trim_plain(file, end, all.end)};
}

std::string quoted(const LaidOut& file, const Field& field) {
  const std::string_view text = plain_text(file, field.text);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
    throw Error(field.text.begin == field.text.end ? field.place : field.text,
                fmt::format("`{}` needs a sentence in quotes", field.word));
  }
  if (text.substr(1, text.size() - 2).find('"') != std::string_view::npos) {
    throw Error(field.text, fmt::format("`{}` needs one sentence in quotes, without quotes inside", field.word));
  }
  std::string sentence = folded(text.substr(1, text.size() - 2));
  if (sentence.empty()) throw Error(field.text, fmt::format("the sentence of `{}` is empty", field.word));
  return sentence;
}

std::string plain_value(const LaidOut& file, const Field& field) {
  std::string value = folded(plain_text(file, field.text));
  if (value.empty()) throw Error(field.place, fmt::format("`{}` needs a text", field.word));
  return value;
}

LaidOut read_layout(SourcePtr source) {
  LaidOut file;
  file.source = source;
  std::string text = without_comments(source);
  // The lines are found while the breaks are still there. Quoted sentences over several lines end in indented lines.
  std::vector<std::pair<std::size_t, std::size_t>> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) end = text.size();
    lines.emplace_back(begin, end);
    begin = end + 1;
  }
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  file.plain = std::make_shared<const Source>(Source{source->name, std::move(text)});

  std::size_t field_indent = 0;  // of the entry that is being read; 0 before its first field
  for (const auto& [begin, end] : lines) {
    std::size_t first = begin;
    while (first < end && blank(file.plain->text[first])) ++first;
    if (first == end) continue;
    const Place line = trim_plain(file, first, end);
    const std::size_t indent = first - begin;
    const std::size_t tab = source->text.find('\t', begin);
    if (tab < first) throw Error({source, tab, tab + 1}, "a tab in the indentation: use spaces");
    const auto [word, rest] = first_word(file, line);
    if (indent == 0) {
      file.entries.push_back({std::string(plain_text(file, word)), word, rest, rest, {}});
      field_indent = 0;
      continue;
    }
    if (file.entries.empty()) throw Error(line, "an indented line, but no entry before it that it could belong to");
    Entry& entry = file.entries.back();
    entry.body.end = line.end;
    if (entry.body.begin == entry.head.end && entry.head.begin == entry.head.end) entry.body.begin = line.begin;
    if (field_indent == 0) field_indent = indent;
    if (indent < field_indent) {
      throw Error(line, fmt::format("this line is indented by {} and the fields above it by {}", indent, field_indent));
    }
    if (indent > field_indent) {
      Field& field = entry.fields.back();
      if (field.text.begin == field.text.end) field.text.begin = line.begin;
      field.text.end = line.end;
      continue;
    }
    entry.fields.push_back({std::string(plain_text(file, word)), word, rest});
  }
  return file;
}

}  // namespace gradus::rules

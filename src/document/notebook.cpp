// SPDX-License-Identifier: GPL-2.0-or-later
// Notebooks: the Markdown in the strings of a JSON file, each byte with its place in that file.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "document/reading.h"

namespace gradus::document {
namespace {

// Walks over text that is known to be JSON.
class Walker {
 public:
  Walker(const std::string& text, std::size_t at) : text_(text), at_(at) { blanks(); }

  [[nodiscard]] bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  [[nodiscard]] std::size_t offset() const { return at_; }

  // Over the members of the object, or the elements of the list, that begins here: `visit` is to walk over each.
  template <class Visit>
  void each(const Visit& visit) {
    step();
    while (at_ < text_.size() && !at(']') && !at('}')) {
      visit();
      if (at(',')) step();
    }
    step();
  }

  std::string key() {
    Text name;
    string(name);
    step();  // the colon
    return name.bytes;
  }

  void skip() {
    int depth = 0;
    do {
      if (at('"')) {
        skip_string();
        continue;
      }
      if (at('{') || at('[')) ++depth;
      if (at('}') || at(']')) --depth;
      const bool scalar = depth == 0 && !at('}') && !at(']');
      if (scalar) {
        while (at_ < text_.size() && std::string_view(",]}").find(text_[at_]) == std::string_view::npos) ++at_;
      } else {
        step();
      }
    } while (depth > 0 && at_ < text_.size());
  }

  // Appends the characters of a string.
  void string(Text& out) {
    if (!out.at.empty()) out.at.pop_back();
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      const std::size_t from = at_;
      if (text_[at_] == '\\') {
        character(out, from);
      } else {
        out.bytes += text_[at_++];
        out.at.push_back(from);
      }
    }
    out.at.push_back(at_);
    step();
  }

 private:
  void blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  void step() {
    ++at_;
    blanks();
  }

  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    step();
  }

  void character(Text& out, std::size_t from) {
    const char c = text_[at_ + 1];
    at_ += 2;
    char32_t code = static_cast<unsigned char>(c);
    if (c == 'u') {
      code = unit();
      if (code >= 0xD800 && code < 0xDC00 && text_.compare(at_, 2, "\\u") == 0) {
        at_ += 2;
        code = 0x10000 + ((code - 0xD800) << 10U) + (unit() - 0xDC00);
      }
    } else if (const std::size_t k = std::string_view("nrtbf").find(c); k != std::string_view::npos) {
      code = static_cast<unsigned char>("\n\r\t\b\f"[k]);
    }
    std::string bytes;
    if (code < 0x80) {
      bytes = {static_cast<char>(code)};
    } else if (code < 0x800) {
      bytes = {static_cast<char>(0xC0U | (code >> 6U)), tail(code, 0)};
    } else if (code < 0x10000) {
      bytes = {static_cast<char>(0xE0U | (code >> 12U)), tail(code, 6), tail(code, 0)};
    } else {
      bytes = {static_cast<char>(0xF0U | (code >> 18U)), tail(code, 12), tail(code, 6), tail(code, 0)};
    }
    out.bytes += bytes;
    out.at.insert(out.at.end(), bytes.size(), from);
  }

  static char tail(char32_t code, unsigned shift) { return static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); }

  char32_t unit() {
    const auto code = static_cast<char32_t>(std::stoul(text_.substr(at_, 4), nullptr, 16));
    at_ += 4;
    return code;
  }

  const std::string& text_;
  std::size_t at_;
};

// Throws Error where the text stops being JSON.
void expect_json(const SourcePtr& source) {
  const std::string& text = source->text;
  if (nlohmann::json::accept(text)) return;
  std::size_t at = 0;
  try {
    const nlohmann::json never = nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& e) {
    at = std::min(e.byte > 0 ? e.byte - 1 : 0, text.size());
  } catch (const nlohmann::json::exception&) {  // a number that is too large: it is not said where
  }
  throw Error({source, at, std::min(at + 1, text.size())}, "this is no notebook: it is no JSON from here on");
}

void read_cell(const SourcePtr& source, Walker& walker, Pieces& out) {
  bool markdown = false;
  std::optional<std::size_t> content;
  walker.each([&] {
    const std::string key = walker.key();
    if (key == "cell_type" && walker.at('"')) {
      Text type;
      walker.string(type);
      markdown = type.bytes == "markdown";
      return;
    }
    if (key == "source") content = walker.offset();
    walker.skip();
  });
  if (!markdown || !content) return;
  Text text;
  Walker inner(source->text, *content);
  if (inner.at('"')) {
    inner.string(text);
  } else if (inner.at('[')) {
    inner.each([&] { inner.at('"') ? inner.string(text) : inner.skip(); });
  }
  if (text.bytes.empty()) return;
  read_markdown(source, text, out);
  if (!out.pieces.empty() && out.pieces.back().kind != Piece::Kind::paragraph)
    out.pieces.push_back({Piece::Kind::paragraph, {{}, {text.at.back()}}});
}

}  // namespace

void read_notebook(const SourcePtr& source, Pieces& out) {
  const std::string& text = source->text;
  if (std::ranges::all_of(text, is_blank)) return;
  expect_json(source);
  Walker walker(text, text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  const std::size_t begin = walker.offset();
  bool cells = false;
  if (walker.at('{')) {
    walker.each([&] {
      const std::string key = walker.key();
      if (key != "cells" || !walker.at('[')) return walker.skip();
      cells = true;
      walker.each([&] { walker.at('{') ? read_cell(source, walker, out) : walker.skip(); });
    });
  }
  if (!cells) throw Error({source, begin, begin + 1}, "this is no notebook: it has no `cells`");
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// reStructuredText: `.. math::` with what is indented below it, and :math:`..` within the text.
#include <algorithm>
#include <array>

#include "document/reading.h"

namespace gradus::document {
namespace {

// Directives whose content is no text.
constexpr auto opaque_directives = std::to_array<std::string_view>({"code",         "code-block",     "sourcecode",
                                                                    "highlight",    "literalinclude", "parsed-literal",
                                                                    "raw",          "doctest",        "testcode",
                                                                    "testsetup",    "testoutput",     "ipython",
                                                                    "plot",         "graphviz",       "productionlist",
                                                                    "image",        "figure",         "toctree",
                                                                    "csv-table",    "include",        "automodule",
                                                                    "autoclass",    "autofunction",   "currentmodule",
                                                                    "module",       "index",          "role",
                                                                    "default-role", "meta",           "contents",
                                                                    "only",         "tikz",           "jupyter-execute",
                                                                    "bibliography"});

struct RstLine {
  std::size_t begin = 0, end = 0;  // without what is blank at both ends
  std::size_t indent = 0;
  std::size_t next = 0;
  [[nodiscard]] bool blank() const { return begin == end; }
};

class RstBlocks {
 public:
  explicit RstBlocks(const Text& in) : in_(in), text_(in.bytes) {
    for (std::size_t k = 0; k < text_.size();) {
      RstLine l;
      const std::size_t end = std::min(text_.find('\n', k), text_.size());
      l.begin = k;
      l.end = end;
      for (; l.begin < end && is_blank(text_[l.begin]); ++l.begin) l.indent += text_[l.begin] == '\t' ? 8 : 1;
      while (l.end > l.begin && is_blank(text_[l.end - 1])) --l.end;
      l.next = k = std::min(end + 1, text_.size());
      lines_.push_back(l);
      if (end == text_.size()) break;
    }
  }

  Flat run() {
    for (std::size_t k = 0; k < lines_.size();) {
      k = line(k);
      const RstLine& last = lines_[k - 1];
      if (!last.blank()) continue;
      flat_.paragraph(in_.at[last.begin]);
      after_blank_ = true;
    }
    end_at(flat_.text, in_.at.back());
    return std::move(flat_);
  }

 private:
  [[nodiscard]] std::string_view view(const RstLine& l) const { return {text_.data() + l.begin, l.end - l.begin}; }

  // Behind the lines that are indented deeper.
  [[nodiscard]] std::size_t behind(std::size_t k, std::size_t indent) const {
    while (k < lines_.size() && (lines_[k].blank() || lines_[k].indent > indent)) ++k;
    return k;
  }

  std::size_t line(std::size_t k) {
    const RstLine& l = lines_[k];
    const std::string_view t = view(l);
    if (t.empty()) {
      flat_.paragraph(in_.at[lines_[k].begin]);
      return put(k);
    }
    const bool after_blank = std::exchange(after_blank_, false);
    const bool literal = std::exchange(literal_, false);
    if (literal && after_blank && l.indent > literal_indent_) return behind(k, literal_indent_);
    if (t == ".." || t.starts_with(".. ")) return markup(k);
    if (after_blank && t.starts_with(">>>")) {
      while (k < lines_.size() && !lines_[k].blank()) ++k;
      return k;
    }
    if (is_rule(t)) {
      flat_.paragraph(in_.at[lines_[k].begin]);
      return k + 1;
    }
    if (t.ends_with("::")) {
      literal_ = true;
      literal_indent_ = l.indent;
    }
    if (t.size() > 1 && std::string_view("-*+#").find(t[0]) != std::string_view::npos && (t[1] == ' ' || t[1] == '.'))
      flat_.paragraph(in_.at[lines_[k].begin]);
    return put(k);
  }

  std::size_t put(std::size_t k) {
    append(flat_.text, in_, lines_[k].begin, std::max(lines_[k].next, lines_[k].end));
    return k + 1;
  }

  // What underlines titles and frames tables.
  static bool is_rule(std::string_view t) {
    if (t.size() < 3 || t.find_first_not_of("=-~^\"'`#*+.:_ ") != std::string_view::npos) return false;
    return t[0] == t[1] || (t[0] == '+' && t.back() == '+');
  }

  // What begins with two dots: directives, comments, targets, footnotes.
  std::size_t markup(std::size_t k) {
    const RstLine& l = lines_[k];
    flat_.paragraph(in_.at[lines_[k].begin]);
    RstLine rest = l;
    rest.begin = std::min(l.begin + 2, l.end);
    while (rest.begin < rest.end && is_blank(text_[rest.begin])) ++rest.begin;
    const std::string_view t = view(rest);
    if (t.empty() && (k + 1 == lines_.size() || lines_[k + 1].blank())) return k + 1;
    constexpr std::string_view mark = "gradus:";
    if (t.starts_with(mark) && !t.substr(mark.size()).starts_with(":")) {
      rest.begin += mark.size();
      Text directive;
      add(directive, rest);
      const std::size_t last = behind(k + 1, l.indent);
      for (std::size_t j = k + 1; j < last; ++j) add(directive, lines_[j]);
      put_aside(Piece::Kind::directive, directive);
      return last;
    }
    if (t.starts_with("[")) {  // a footnote
      const std::size_t close = t.find(']');
      append(flat_.text, in_, rest.begin + (close == std::string_view::npos ? 0 : close + 1), l.next);
      return k + 1;
    }
    const std::size_t colons = t.find("::");
    const std::string_view name = t.substr(0, colons);
    if (t.starts_with("|") || t.starts_with("_")) return k + 1;
    if (colons == std::string_view::npos || name.find(' ') != std::string_view::npos) return behind(k + 1, l.indent);
    rest.begin += colons + 2;
    while (rest.begin < rest.end && is_blank(text_[rest.begin])) ++rest.begin;
    if (name == "math") return math(k, rest);
    if (std::ranges::find(opaque_directives, name) != opaque_directives.end()) return behind(k + 1, l.indent);
    append(flat_.text, in_, rest.begin, l.next);
    for (++k; k < lines_.size() && is_option(lines_[k], l.indent);) ++k;
    return k;
  }

  [[nodiscard]] bool is_option(const RstLine& l, std::size_t indent) const {
    const std::string_view t = view(l);
    return l.indent > indent && t.size() > 2 && t[0] == ':' && is_ascii_letter(t[1]) &&
           t.find(':', 2) != std::string_view::npos && !t.starts_with(":math:");
  }

  std::size_t math(std::size_t k, const RstLine& argument) {
    const std::size_t indent = lines_[k].indent, last = behind(k + 1, indent);
    Text display;
    add(display, argument);
    bool options = true;
    for (++k; k < last; ++k) {
      if (lines_[k].blank()) {
        options = false;
        put_aside(Piece::Kind::display, std::exchange(display, {}));
      } else if (!options || !is_option(lines_[k], indent)) {
        add(display, lines_[k]);
      }
    }
    put_aside(Piece::Kind::display, display);
    return last;
  }

  // A line with its break.
  void add(Text& to, const RstLine& l) const {
    if (!l.blank()) append(to, in_, l.begin, std::max(l.next, l.end));
  }

  void put_aside(Piece::Kind kind, const Text& text) {
    if (!text.at.empty()) flat_.asides.push_back({flat_.text.bytes.size(), {kind, cut(text, 0, text.bytes.size())}});
  }

  const Text& in_;
  const std::string& text_;
  std::vector<RstLine> lines_;
  Flat flat_;
  bool after_blank_ = true, literal_ = false;
  std::size_t literal_indent_ = 0;
};

class RstScanner : public Scanner {
 public:
  using Scanner::Scanner;

 protected:
  // All is read here: dollars and backslashes mean nothing.
  bool special() override {
    constexpr std::string_view role = ":math:`";
    if (here(role)) {
      const std::size_t from = at_ + role.size(), close = finder_.find("`", from);
      if (close < barrier()) {
        add(Piece::Kind::formula, from, close, close + 1);
        return true;
      }
    }
    if (here("``")) {
      std::size_t close = finder_.find("``", at_ + 2);
      if (close < barrier()) {
        while (byte(close + 2) == '`') ++close;
        skip(close + 2 - at_);
        return true;
      }
    }
    take(bytes_[at_] == '\\' ? 2 : 1);
    return true;
  }
};

}  // namespace

void read_rst(const SourcePtr& source, const Text& text, Pieces& out) {
  const Flat flat = RstBlocks(text).run();
  RstScanner(source, flat, out).run();
}

}  // namespace gradus::document

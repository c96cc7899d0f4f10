// SPDX-License-Identifier: GPL-2.0-or-later
// LaTeX files: comments and code are left out first; then the mathematics is found, and commands that are defined.
#include <algorithm>
#include <array>

#include "document/reading.h"

namespace gradus::document {
namespace {

constexpr auto code_environments =
    std::to_array<std::string_view>({"verbatim", "verbatim*", "Verbatim", "lstlisting", "minted", "comment", "alltt"});
constexpr auto definitions = std::to_array<std::string_view>(
    {"newcommand", "renewcommand", "providecommand", "DeclareMathOperator", "def", "gdef"});
constexpr auto new_paragraphs = std::to_array<std::string_view>(
    {"par", "item", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph"});

bool contains(const auto& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

// The name of the command that stands at a backslash.
std::string_view command_name(std::string_view text, std::size_t at) {
  std::size_t k = at + 1;
  while (k < text.size() && is_ascii_letter(text[k])) ++k;
  return text.substr(at + 1, k - at - 1);
}

class Flattener {
 public:
  Flattener(const SourcePtr& source, const Text& in, Pieces& out)
      : source_(source), in_(in), text_(in.bytes), out_(out), finder_(in.bytes) {}

  Flat run() {
    while (at_ < text_.size()) {
      if (text_[at_] == '%') {
        comment();
      } else if (text_[at_] == '\\') {
        if (!verb() && !code()) take(2);
      } else {
        if (text_[at_] == '\n') {
          if (blank_line_) flat_.paragraph(in_.at[at_]);
          blank_line_ = true;
        } else if (!is_blank(text_[at_])) {
          blank_line_ = false;
        }
        append(flat_.text, in_, at_, at_ + 1);
        ++at_;
      }
    }
    end_at(flat_.text, in_.at.back());
    return std::move(flat_);
  }

 private:
  void take(std::size_t count) {
    const std::size_t end = std::min(at_ + count, text_.size());
    append(flat_.text, in_, at_, end);
    blank_line_ = text_[end - 1] == '\n';
    at_ = end;
  }

  // A comment takes its line break along if it is all of the line, which so is no blank one.
  void comment() {
    const std::size_t end = std::min(finder_.find("\n", at_), text_.size());
    std::size_t from = at_;
    while (from < end && (text_[from] == '%' || is_blank(text_[from]))) ++from;
    constexpr std::string_view mark = "gradus:";
    if (text_.compare(from, mark.size(), mark) == 0)
      flat_.asides.push_back({flat_.text.bytes.size(), {Piece::Kind::directive, cut(in_, from + mark.size(), end)}});
    at_ = blank_line_ ? std::min(end + 1, text_.size()) : end;
  }

  // \verb|..|
  bool verb() {
    const std::string_view name = command_name(text_, at_);
    if (name != "verb" && name != "lstinline") return false;
    std::size_t open = at_ + 1 + name.size();
    if (open < text_.size() && text_[open] == '*') ++open;
    if (open >= text_.size() || is_blank(text_[open]) || text_[open] == '[') return false;
    const std::size_t close = finder_.find(text_[open] == '{' ? "}" : text_.substr(open, 1), open + 1);
    if (close >= finder_.find("\n", open)) return false;
    at_ = close + 1;
    blank_line_ = false;
    return true;
  }

  bool code() {
    if (text_.compare(at_, 7, "\\begin{") != 0) return false;
    const std::string name(environment_name(text_, at_));
    if (!contains(code_environments, name)) return false;
    const std::string end = "\\end{" + name + "}";
    const std::size_t close = finder_.find(end, at_);
    if (close == std::string::npos) {
      const std::size_t length = name.size() + 8;
      out_.unread.push_back({in_.place(source_, at_, at_ + length), "`\\begin{" + name + "}` is never closed"});
      at_ += length;
    } else {
      at_ = close + end.size();
    }
    blank_line_ = false;
    return true;
  }

  const SourcePtr& source_;
  const Text& in_;
  const std::string& text_;
  Pieces& out_;
  Finder finder_;
  Flat flat_;
  std::size_t at_ = 0;
  bool blank_line_ = true;
};

class LatexScanner : public Scanner {
 public:
  LatexScanner(const SourcePtr& source, const Flat& in, Pieces& out) : Scanner(source, in, out) {
    constexpr std::string_view begin = "\\begin{document}", end = "\\end{document}";
    if (const std::size_t k = bytes_.find(begin); k != std::string::npos) body_ = k + begin.size();
    body_end_ = std::min(bytes_.find(end, body_), bytes_.size());
    match_braces();
  }

 protected:
  bool special() override {
    const bool command = bytes_[at_] == '\\';
    if (command && definition()) return true;
    if (at_ < body_ || at_ >= body_end_) {  // settings, which no one reads
      skip(command ? 2 : 1);
      return true;
    }
    return command && structure();
  }

 private:
  void match_braces() {
    std::vector<std::size_t> open;
    for (std::size_t k = 0; k < bytes_.size(); ++k) {
      if (bytes_[k] == '\\') {
        ++k;
      } else if (bytes_[k] == '{') {
        open.push_back(k);
      } else if (bytes_[k] == '}' && !open.empty()) {
        braces_[open.back()] = k;
        open.pop_back();
      }
    }
  }

  // Sections, items and environments around the text.
  bool structure() {
    const std::string_view name = command_name(bytes_, at_);
    if (contains(new_paragraphs, name)) {
      paragraph(in_.text.at[at_]);
      skip(name.size() + (byte(at_ + name.size() + 1) == '*' ? 2 : 1));
      return true;
    }
    const bool begins = here("\\begin{");
    if (!begins && !here("\\end{")) return false;
    const std::string_view environment = environment_name(bytes_, at_);
    if (environment.empty() || (begins && is_mathematical(environment))) return false;
    skip(environment.size() + (begins ? 8 : 6));
    return true;
  }

  [[nodiscard]] std::size_t blanks(std::size_t k) const {
    while (is_blank(byte(k))) ++k;
    return k;
  }

  // Behind the group or the command that stands there. Nowhere if there is none.
  [[nodiscard]] std::size_t behind(std::size_t k) const {
    if (byte(k) == '{') {
      const auto it = braces_.find(k);
      return it == braces_.end() ? std::string::npos : it->second + 1;
    }
    if (byte(k) != '\\') return std::string::npos;
    return k + std::max<std::size_t>(command_name(bytes_, k).size(), 1) + 1;
  }

  bool definition() {
    const std::string_view how = command_name(bytes_, at_);
    if (!contains(definitions, how)) return false;
    std::size_t k = at_ + 1 + how.size();
    if (byte(k) == '*') ++k;
    k = behind(blanks(k));
    if (k == std::string::npos) return false;
    if (how.ends_with("def")) {
      while (byte(k) == '#' && is_ascii_digit(byte(k + 1))) k += 2;
    } else {
      for (int options = 0; options < 2 && byte(blanks(k)) == '['; ++options) {
        const std::size_t close = finder_.find("]", k);
        if (close == std::string::npos) return false;
        k = close + 1;
      }
    }
    k = behind(blanks(k));
    if (k == std::string::npos || k > bytes_.size()) return false;
    add(Piece::Kind::formula, at_, k, k);
    return true;
  }

  std::size_t body_ = 0, body_end_ = 0;
  std::unordered_map<std::size_t, std::size_t> braces_;  // where they are closed
};

}  // namespace

void read_latex(const SourcePtr& source, const Text& text, Pieces& out) {
  const Flat flat = Flattener(source, text, out).run();
  LatexScanner(source, flat, out).run();
}

}  // namespace gradus::document

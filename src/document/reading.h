// SPDX-License-Identifier: GPL-2.0-or-later
// What the readers of all formats share: texts with places, and the search for mathematics in them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gradus/document/pieces.h"

namespace gradus::document {

inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
inline bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

Text text_of(const Source& source);                                           // all of it, without a byte order mark
Text cut(const Text& text, std::size_t begin, std::size_t end);               // without blanks at both ends
void append(Text& to, const Text& from, std::size_t begin, std::size_t end);  // from must stand behind `to`
void end_at(Text& text, std::size_t at);

// Where strings are found next. Remembers what was found, so that many searches take linear time in all.
class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}
  std::size_t find(std::string_view what, std::size_t from);

 private:
  std::string_view text_;
  std::map<std::string, std::pair<std::size_t, std::size_t>, std::less<>> found_;  // from where it is the next
};

// The text of a document without what leads its lines and without code, and what stands beside it.
struct Flat {
  // A directive, a display of a fence, or the end of a paragraph, which stands before the offset `at` of the text.
  struct Aside {
    std::size_t at;
    Piece piece;
  };
  Text text;
  std::vector<Aside> asides;

  void paragraph(std::size_t place);  // ends here, at this offset of the source
};

// Finds what is mathematics in a flat text. What only one format has is left to classes derived from it.
class Scanner {
 public:
  Scanner(const SourcePtr& source, const Flat& in, Pieces& out);
  virtual ~Scanner() = default;
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;
  void run();

 protected:
  // Reads what only this format has, if it stands here.
  virtual bool special() = 0;
  // Whether what stands between two `$` is mathematics.
  virtual bool accepts(std::size_t /*begin*/, std::size_t /*end*/) { return true; }
  // How the format spells what is mathematics for it.
  virtual Text maths(std::size_t begin, std::size_t end) { return cut(in_.text, begin, end); }
  // Of `$$` with its delimiters.
  virtual Piece::Kind kind(std::size_t /*begin*/, std::size_t /*end*/) { return Piece::Kind::display; }
  // Whether `\\(` and `\\[` are delimiters too.
  virtual bool doubles() { return false; }

  void take(std::size_t count);  // as prose
  void skip(std::size_t count);
  // Mathematics between `begin` and `end`; what follows begins at `next`.
  void add(Piece::Kind kind, std::size_t begin, std::size_t end, std::size_t next);
  void add(Piece::Kind kind, Text text);
  void paragraph(std::size_t place);
  void unread(std::size_t length, std::string reason);
  // The beginning of the next block: no formula reaches beyond it.
  [[nodiscard]] std::size_t barrier();
  // Whether displays may reach from `begin` to `end`: over blank lines if no prose stands there.
  [[nodiscard]] bool reaches(std::size_t begin, std::size_t end) const;
  // Whether a block of mathematics stands between them.
  [[nodiscard]] bool has_fence(std::size_t begin, std::size_t end) const;
  [[nodiscard]] bool here(std::string_view what) const { return bytes_.compare(at_, what.size(), what) == 0; }
  [[nodiscard]] char byte(std::size_t k) const { return k < bytes_.size() ? bytes_[k] : '\0'; }

  const SourcePtr& source_;
  const Flat& in_;
  const std::string& bytes_;
  Pieces& out_;
  Finder finder_;
  std::size_t at_ = 0;

 private:
  bool mathematics();
  bool dollars();
  bool dollar();
  bool brackets(std::size_t backslashes);
  bool environment();
  void match_environments();
  void find_prose();
  std::size_t next_dollars(std::size_t from);
  void asides(std::size_t text_from = 0);
  void flush();

  Text prose_;
  std::size_t aside_ = 0;
  std::vector<std::size_t> barriers_, fences_, prose_lines_;
  std::size_t barrier_ = 0;
  std::size_t dollars_from_ = 1, dollars_at_ = 0;      // of `$$`: the next for what lies between both
  std::unordered_map<std::size_t, std::size_t> ends_;  // of environments, by where they begin
};

// The name of the environment that begins or ends here: `\begin{name}`. Empty if it has none.
std::string_view environment_name(std::string_view text, std::size_t at);

// Whether an environment is mathematics without further delimiters.
bool is_mathematical(std::string_view name);

// The readers. All but the notebook, which is a sequence of Markdown texts, read one text.
void read_markdown(const SourcePtr& source, const Text& text, Pieces& out);
void read_latex(const SourcePtr& source, const Text& text, Pieces& out);
void read_rst(const SourcePtr& source, const Text& text, Pieces& out);
void read_notebook(const SourcePtr& source, Pieces& out);

}  // namespace gradus::document

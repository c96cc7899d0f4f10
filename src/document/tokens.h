// SPDX-License-Identifier: GPL-2.0-or-later
// The tokens of LaTeX mathematics, with the document's own commands written out and Unicode as commands.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gradus/document/pieces.h"

namespace gradus::document {

enum class Kind {
  command,  // \alpha, by its name without the backslash
  letter,
  number,  // 12, 0.5
  other,   // + - ( ) , ...
  open,    // {
  close,   // }
  below,   // _
  above,   // ^
  cell,    // &
  row,     // a line break
  text,    // words: \text{for all}
  begin,   // \begin{...}, by the name of the environment
  end,     // \end{...}
};

struct Token {
  Kind kind;
  std::string text;
  std::size_t begin = 0, end = 0;  // in the source
  bool spaced = false;             // white space stands before it

  [[nodiscard]] bool is(Kind k, std::string_view t) const { return kind == k && text == t; }
  [[nodiscard]] bool is_command(std::string_view name) const { return is(Kind::command, name); }
  [[nodiscard]] bool is_other(std::string_view sign) const { return is(Kind::other, sign); }
};
using Tokens = std::vector<Token>;

// The commands that a document defines for itself.
class Macros {
 public:
  // The tokens of a text; definitions in it (`\newcommand`, `\def`, `\DeclareMathOperator`) are kept for this text and
  // for later ones, and left out. Throws LimitError where commands never end.
  Tokens tokens(const Text& text);

 private:
  struct Macro {
    std::size_t arguments = 0;
    bool optional = false;  // the first argument has a default
    Tokens fallback, body;
  };
  void define(const Tokens& in, std::size_t& at);
  void expand(const Tokens& in, Tokens& out, int depth);

  std::map<std::string, Macro, std::less<>> macros_;
  std::size_t expanded_ = 0;
};

// What a Unicode character stands for in mathematics: "\alpha", "^2", "-"; empty for none.
std::string_view unicode_meaning(char32_t c);

// From an opening brace to its partner; the end of the tokens if there is none.
std::size_t closing(const Tokens& tokens, std::size_t open);

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// Text to tokens, on demand. Comments, blanks and continued lines are dropped here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gradus/diag/source.h"

namespace gradus::syntax {

inline constexpr std::size_t max_source_bytes = std::size_t{64} << 20U;
inline constexpr std::size_t max_identifier_bytes = 200;
inline constexpr std::size_t max_digits_in_source = 50'000'000;  // of all numbers, written out

enum class Tok : std::uint8_t {
  End,
  Newline,
  Number,
  Name,  // primes included: `g''`
  Plus,
  Minus,
  Star,
  Slash,
  Caret,
  LParen,
  RParen,
  LBrace,
  RBrace,
  LBracket,
  RBracket,
  Comma,
  Assign,  // =
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  Ellipsis,
  At,         // @
  Transpose,  // .T
  Range,      // ..
  All,        // `:` in place of an index
};

struct Token {
  Tok kind = Tok::End;
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Whether an identifier begins at / goes on at `text[at]`; gives the bytes of the character, or 0.
std::size_t identifier_start(std::string_view text, std::size_t at);
std::size_t identifier_part(std::string_view text, std::size_t at);
// The end of the identifier that begins at `at`, primes not included; `at` itself if there is none.
std::size_t identifier_end(std::string_view text, std::size_t at);

class Lexer {
 public:
  // With `lines`, a line break outside parentheses is a token; otherwise it is a blank. Checks the whole range for
  // its size, NUL bytes and broken UTF-8.
  Lexer(SourcePtr source, std::size_t begin, std::size_t end, bool lines);

  Token next();
  // Goes on reading at `position`, which must not lie behind a parenthesis that has not been read.
  void seek(std::size_t position) { at_ = last_end_ = position; }

  [[nodiscard]] const SourcePtr& source() const { return source_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::string_view text(const Token& t) const { return text_.substr(t.begin, t.end - t.begin); }
  [[noreturn]] void fail(std::size_t begin, std::size_t end, std::string message, std::string hint = {}) const;

 private:
  bool skip_blanks();  // true if it crossed a line break that ends a statement
  Token number();
  Token name();
  Token symbol();
  [[noreturn]] void unknown_character();

  SourcePtr source_;
  std::string_view text_;  // of the source up to the end of the range
  std::size_t at_;
  std::size_t last_end_;  // of the last token
  std::size_t depth_ = 0;
  bool lines_;
};

}  // namespace gradus::syntax

// SPDX-License-Identifier: GPL-2.0-or-later
#include "syntax/lexer.h"

#include <fmt/format.h>

#include "syntax/characters.h"

namespace gradus::syntax {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
char at_or_nul(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }

}  // namespace

std::size_t identifier_start(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  if (is_letter(text[at])) return 1;
  if (static_cast<unsigned char>(text[at]) < 0x80) return 0;
  const Character c = character_at(text, at);
  return is_greek_letter(c.code) ? c.bytes : 0;
}

std::size_t identifier_part(std::string_view text, std::size_t at) {
  return at < text.size() && is_digit(text[at]) ? 1 : identifier_start(text, at);
}

std::size_t identifier_end(std::string_view text, std::size_t at) {
  if (identifier_start(text, at) == 0) return at;
  for (std::size_t n = 1; n != 0; at += n) n = identifier_part(text, at);
  return at;
}

Lexer::Lexer(SourcePtr source, std::size_t begin, std::size_t end, bool lines)
    : source_(std::move(source)),
      text_(std::string_view(source_->text).substr(0, end)),
      at_(begin),
      last_end_(begin),
      lines_(lines) {
  if (text_.size() - begin > max_source_bytes) {
    fail(begin, begin, fmt::format("the text is longer than {} bytes", max_source_bytes));
  }
  if (const std::size_t bad = find_bad_byte(text_, begin); bad != text_.size()) {
    if (text_[bad] == '\0') fail(bad, bad + 1, "a NUL byte: this is not a text");
    fail(bad, bad + 1, "a byte that is not UTF-8", "save the file as UTF-8");
  }
  if (begin == 0 && text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
}

void Lexer::fail(std::size_t begin, std::size_t end, std::string message, std::string hint) const {
  throw Error(Place{source_, begin, end}, std::move(message), std::move(hint));
}

bool Lexer::skip_blanks() {
  bool crossed = false;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size()) - 1;
    } else if (c == '\n') {
      crossed = true;
    } else if (c == '\r') {
      if (at_or_nul(text_, at_ + 1) != '\n' && at_ + 1 < text_.size()) {
        fail(at_, at_ + 1, "a carriage return without a line feed", "end the lines with a line feed");
      }
    } else if (c != ' ' && c != '\t') {
      break;
    }
  }
  // A line that begins with `=` continues the one before.
  return crossed && lines_ && depth_ == 0 && at_or_nul(text_, at_) != '=';
}

Token Lexer::next() {
  Token t;
  if (skip_blanks()) {
    t = {Tok::Newline, last_end_, last_end_};
  } else if (at_ >= text_.size()) {
    t = {Tok::End, last_end_, last_end_};
  } else if (is_digit(text_[at_]) || (text_[at_] == '.' && is_digit(at_or_nul(text_, at_ + 1)))) {
    t = number();
  } else if (identifier_start(text_, at_) != 0) {
    t = name();
  } else {
    t = symbol();
  }
  last_end_ = t.end;
  return t;
}

Token Lexer::number() {
  const std::size_t begin = at_;
  const auto digits = [this] {
    while (is_digit(at_or_nul(text_, at_))) ++at_;
  };
  digits();
  if (at_or_nul(text_, at_) == '.' && at_or_nul(text_, at_ + 1) != '.') {
    ++at_;
    if (!is_digit(at_or_nul(text_, at_))) {
      fail(begin, at_, "a digit must follow the decimal point",
           fmt::format("write `{}0`", shorten(text_.substr(begin, at_ - begin))));
    }
    digits();
  }
  if (at_or_nul(text_, at_) == 'e' || at_or_nul(text_, at_) == 'E') {
    const char sign = at_or_nul(text_, at_ + 1);
    const std::size_t first = at_ + (sign == '+' || sign == '-' ? 2 : 1);
    if (is_digit(at_or_nul(text_, first))) {
      at_ = first;
      digits();
    }
  }
  if (at_or_nul(text_, at_) == '.' && is_digit(at_or_nul(text_, at_ + 1))) {
    fail(begin, at_ + 2, "a number has one decimal point");
  }
  const char next = at_or_nul(text_, at_), after = at_or_nul(text_, at_ + 1);
  if (next == '_' && is_digit(after)) fail(at_, at_ + 1, "the digits of a number are not grouped", "leave out the `_`");
  const bool zero = at_ - begin == 1 && text_[begin] == '0';
  if (zero && (next == 'x' || next == 'X' || next == 'b' || next == 'o') && is_digit(after))
    fail(begin, at_ + 1, "numbers are written in base ten");
  return {Tok::Number, begin, at_};
}

Token Lexer::name() {
  const std::size_t begin = at_;
  at_ = identifier_end(text_, at_);
  while (at_or_nul(text_, at_) == '\'') ++at_;
  if (at_ - begin > max_identifier_bytes) {
    fail(begin, at_, fmt::format("a name is longer than {} bytes", max_identifier_bytes));
  }
  return {Tok::Name, begin, at_};
}

Token Lexer::symbol() {
  const auto token = [this](Tok kind, std::size_t bytes) {
    const Token t{kind, at_, at_ + bytes};
    at_ += bytes;
    return t;
  };
  const auto open = [&](Tok kind) {
    ++depth_;
    return token(kind, 1);
  };
  const auto close = [&](Tok kind) {
    if (depth_ > 0) --depth_;
    return token(kind, 1);
  };
  if (const Misspelling m = misspelt_operator(text_, at_); m.bytes != 0) fail(at_, at_ + m.bytes, m.message, m.hint);
  const bool equals = at_or_nul(text_, at_ + 1) == '=';
  switch (text_[at_]) {
    case '+':
      return token(Tok::Plus, 1);
    case '-':
      return token(Tok::Minus, 1);
    case '*':
      return token(Tok::Star, 1);
    case '/':
      return token(Tok::Slash, 1);
    case '^':
      return token(Tok::Caret, 1);
    case '(':
      return open(Tok::LParen);
    case ')':
      return close(Tok::RParen);
    case '{':
      return open(Tok::LBrace);
    case '}':
      return close(Tok::RBrace);
    case '[':
      return open(Tok::LBracket);
    case ']':
      return close(Tok::RBracket);
    case ',':
      return token(Tok::Comma, 1);
    case '=':
      return equals ? token(Tok::Eq, 2) : token(Tok::Assign, 1);
    case '!':
      return token(Tok::Ne, 2);  // a lone `!` is a misspelling
    case '<':
      return equals ? token(Tok::Le, 2) : token(Tok::Lt, 1);
    case '>':
      return equals ? token(Tok::Ge, 2) : token(Tok::Gt, 1);
    case ':':
      return token(Tok::All, 1);
    case '@':
      return token(Tok::At, 1);
    case '.':
      if (text_.substr(at_, 2) == ".T" && identifier_part(text_, at_ + 2) == 0) return token(Tok::Transpose, 2);
      if (text_.substr(at_, 3) == "...") return token(Tok::Ellipsis, 3);
      if (text_.substr(at_, 2) == "..") return token(Tok::Range, 2);
      break;
    default:
      break;
  }
  unknown_character();
}

void Lexer::unknown_character() {
  const Character c = character_at(text_, at_);
  const std::string hint = suggestion_for(c.code);
  fail(at_, at_ + c.bytes, shown_character(text_, at_) + " is not part of the notation", hint);
}

}  // namespace gradus::syntax

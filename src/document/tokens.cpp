// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/tokens.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gradus/expr/expr.h"

namespace gradus::document {
namespace {

constexpr std::size_t most_tokens = 200'000;  // of all texts, written out
constexpr int deepest_commands = 60;          // commands within commands
constexpr std::size_t most_arguments = 9;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Commands whose argument is words.
constexpr auto wordy = std::to_array<std::string_view>(
    {"text", "mbox",  "textrm", "textit", "textbf",     "textsf",    "texttt", "hbox",   "intertext", "shortintertext",
     "tag",  "label", "ref",    "eqref",  "textnormal", "textcolor", "color",  "hspace", "vspace",    "mspace"});

class Lexer {
 public:
  explicit Lexer(const Text& text) : text_(text), bytes_(text.bytes) {}

  Tokens run() {
    while (at_ < bytes_.size()) {
      const std::size_t begin = at_;
      const char c = bytes_[at_];
      if (is_space(c) || (c == '$' && at_ < boxed_until_)) {
        ++at_;
        spaced_ = true;
        continue;
      }
      if (c == '%') {  // a comment
        while (at_ < bytes_.size() && bytes_[at_] != '\n') ++at_;
        continue;
      }
      if (c == '\\') {
        command();
      } else if (is_digit(c) || (c == '.' && at_ + 1 < bytes_.size() && is_digit(bytes_[at_ + 1]))) {
        number();
      } else if (static_cast<unsigned char>(c) >= 0x80) {
        unicode();
      } else {
        ++at_;
        add(is_letter(c) ? Kind::letter : of_sign(c), std::string(1, c), begin);
      }
    }
    return std::move(out_);
  }

 private:
  static Kind of_sign(char c) {
    switch (c) {
      case '{':
        return Kind::open;
      case '}':
        return Kind::close;
      case '_':
        return Kind::below;
      case '^':
        return Kind::above;
      case '&':
        return Kind::cell;
      default:
        return Kind::other;
    }
  }

  void add(Kind kind, std::string text, std::size_t begin) {
    const std::size_t last = at_ > begin ? text_.at[at_ - 1] + 1 : text_.at[begin];
    out_.push_back({kind, std::move(text), text_.at[begin], last, std::exchange(spaced_, false)});
  }

  void number() {
    const std::size_t begin = at_;
    while (at_ < bytes_.size() && is_digit(bytes_[at_])) ++at_;
    if (at_ + 1 < bytes_.size() && bytes_[at_] == '.' && is_digit(bytes_[at_ + 1])) {
      ++at_;
      while (at_ < bytes_.size() && is_digit(bytes_[at_])) ++at_;
    }
    add(Kind::number, bytes_.substr(begin, at_ - begin), begin);
  }

  // The raw text between braces from here on; nothing if none follows.
  std::string argument() {
    std::size_t k = at_;
    while (k < bytes_.size() && is_space(bytes_[k])) ++k;
    if (k >= bytes_.size() || bytes_[k] != '{') return {};
    const std::size_t from = k + 1;
    int depth = 0;
    for (; k < bytes_.size(); ++k) {
      if (bytes_[k] == '\\') {
        ++k;
      } else if (bytes_[k] == '{') {
        ++depth;
      } else if (bytes_[k] == '}' && --depth == 0) {
        break;
      }
    }
    at_ = std::min(k + 1, bytes_.size());
    return bytes_.substr(from, std::min(k, bytes_.size()) - from);
  }

  void command() {
    const std::size_t begin = at_++;
    if (at_ >= bytes_.size()) return;
    const std::size_t from = at_;
    if (!is_letter(bytes_[at_])) {
      const char c = bytes_[at_++];
      if (c == '\\') {
        if (at_ < bytes_.size() && bytes_[at_] == '*') ++at_;
        if (at_ < bytes_.size() && bytes_[at_] == '[') {  // the space that is asked for: [2pt]
          const std::size_t close = bytes_.find(']', at_);
          const std::string_view space = std::string_view(bytes_).substr(at_, close - at_);
          if (close != std::string::npos && space.size() < 8 && space.size() > 1 &&
              (is_digit(space[1]) || space[1] == '-' || space[1] == '.'))
            at_ = close + 1;
        }
        return add(Kind::row, "\\\\", begin);
      }
      if (std::string_view(",;:!> \n\r\t").find(c) != std::string_view::npos) {
        spaced_ = true;
        return;
      }
      if (c == '|') return add(Kind::command, "Vert", begin);
      return add(c == '{' || c == '}' ? Kind::command : Kind::other, std::string(1, c), begin);
    }
    while (at_ < bytes_.size() && is_letter(bytes_[at_])) ++at_;
    std::string name = bytes_.substr(from, at_ - from);
    if (name == "begin" || name == "end") {
      std::string environment = argument();
      if (environment.ends_with('*')) environment.pop_back();
      return add(name == "begin" ? Kind::begin : Kind::end, std::move(environment), begin);
    }
    if (std::ranges::find(wordy, name) != wordy.end()) {
      std::string words = argument();
      if (name == "textcolor") return;  // what is coloured follows as a group
      const bool shown = name.starts_with("text") || name == "mbox" || name == "hbox" || name.ends_with("intertext");
      return shown ? add(Kind::text, std::move(words), begin) : void(spaced_ = true);
    }
    if (name == "fbox" || name == "colorbox" || name == "fcolorbox") return box(name, begin);
    if (name == "quad" || name == "qquad" || name == "enspace" || name == "enskip") {
      return add(Kind::command, "quad", begin);
    }
    add(Kind::command, std::move(name), begin);
  }

  // \fbox{$a = b$}, \colorbox{red}{$a = b$}: words in a box, or mathematics.
  void box(std::string_view name, std::size_t begin) {
    for (std::size_t colours = name == "fbox" ? 0 : name == "colorbox" ? 1 : 2; colours > 0; --colours) argument();
    const std::size_t from = at_;
    const std::string inside = argument();
    if (inside.find_first_of("$=<>\\^_") == std::string::npos) return void(spaced_ = true);
    boxed_until_ = at_;
    at_ = from;
    out_.push_back({Kind::command, "boxed", text_.at[begin], text_.at[from - 1] + 1, std::exchange(spaced_, false)});
  }

  void unicode() {
    const std::size_t begin = at_;
    const auto byte = static_cast<unsigned char>(bytes_[at_]);
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    char32_t c = byte & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length && at_ + k < bytes_.size(); ++k)
      c = (c << 6U) | (static_cast<unsigned char>(bytes_[at_ + k]) & 0x3FU);
    at_ = std::min(at_ + length, bytes_.size());
    const std::string_view meaning = unicode_meaning(c);
    if (meaning == " ") {
      spaced_ = true;
    } else if (meaning.empty()) {
      add(Kind::letter, bytes_.substr(begin, at_ - begin), begin);
    } else if (meaning[0] == '\\') {
      add(Kind::command, std::string(meaning.substr(1)), begin);
    } else if (meaning.size() == 2) {  // a script: "^2"
      add(meaning[0] == '^' ? Kind::above : Kind::below, std::string(1, meaning[0]), begin);
      add(is_digit(meaning[1])    ? Kind::number
          : is_letter(meaning[1]) ? Kind::letter
                                  : Kind::other,
          std::string(1, meaning[1]), begin);
    } else {
      add(is_letter(meaning[0]) ? Kind::letter : Kind::other, std::string(meaning), begin);
    }
  }

  const Text& text_;
  const std::string& bytes_;
  std::size_t at_ = 0, boxed_until_ = 0;
  bool spaced_ = false;
  Tokens out_;
};

bool defines(const Token& t) {
  return t.kind == Kind::command && (t.text == "newcommand" || t.text == "renewcommand" || t.text == "providecommand" ||
                                     t.text == "def" || t.text == "DeclareMathOperator" || t.text == "gdef");
}

}  // namespace

std::size_t closing(const Tokens& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t k = open; k < tokens.size(); ++k) {
    if (tokens[k].kind == Kind::open) ++depth;
    if (tokens[k].kind == Kind::close && --depth == 0) return k;
  }
  return tokens.size();
}

// \newcommand{\name}[2][default]{body}, \def\name#1#2{body}, \DeclareMathOperator{\name}{words}
void Macros::define(const Tokens& in, std::size_t& at) {
  const std::string how = in[at].text;
  std::size_t k = at + 1;
  if (k < in.size() && in[k].is_other("*")) ++k;
  const bool braced = k < in.size() && in[k].kind == Kind::open;
  if (braced) ++k;
  if (k >= in.size() || in[k].kind != Kind::command) {
    at = k;
    return;
  }
  const std::string name = in[k++].text;
  if (braced && k < in.size() && in[k].kind == Kind::close) ++k;
  Macro macro;
  if (how == "def" || how == "gdef") {
    for (; k + 1 < in.size() && in[k].is_other("#"); k += 2) ++macro.arguments;
  } else {
    for (int bracket = 0; bracket < 2 && k < in.size() && in[k].is_other("["); ++bracket) {
      std::size_t close = k;
      while (close < in.size() && !in[close].is_other("]")) ++close;
      if (bracket == 0) {
        if (k + 1 < in.size() && in[k + 1].kind == Kind::number && in[k + 1].text.size() == 1)
          macro.arguments = static_cast<std::size_t>(in[k + 1].text[0] - '0');
      } else {
        macro.optional = true;
        macro.fallback.assign(in.begin() + static_cast<std::ptrdiff_t>(k + 1),
                              in.begin() + static_cast<std::ptrdiff_t>(std::min(close, in.size())));
      }
      k = std::min(close + 1, in.size());
    }
  }
  if (k < in.size() && in[k].kind == Kind::open) {
    const std::size_t close = closing(in, k);
    macro.body.assign(in.begin() + static_cast<std::ptrdiff_t>(k + 1), in.begin() + static_cast<std::ptrdiff_t>(close));
    k = std::min(close + 1, in.size());
  } else if (k < in.size()) {
    macro.body.push_back(in[k++]);
  }
  if (how == "DeclareMathOperator") {
    std::string words;
    for (const Token& t : macro.body) words += t.text;
    Token word = in[at];
    word.kind = Kind::command;
    word.text = "operatorname";
    Token open = word, close = word;
    open.kind = Kind::open;
    close.kind = Kind::close;
    Tokens body{word, open};
    for (const Token& t : macro.body) body.push_back(t);
    body.push_back(close);
    macro.body = std::move(body);
  }
  macros_[name] = std::move(macro);
  at = k;
}

void Macros::expand(const Tokens& in, Tokens& out, int depth) {
  if (depth > deepest_commands)
    throw LimitError("commands that a document defines stand within one another without an end");
  for (std::size_t k = 0; k < in.size();) {
    if (defines(in[k])) {
      define(in, k);
      continue;
    }
    if (++expanded_ > most_tokens) throw LimitError("the commands of the document take too many steps to write out");
    const auto it = in[k].kind == Kind::command ? macros_.find(in[k].text) : macros_.end();
    if (it == macros_.end()) {
      out.push_back(in[k++]);
      continue;
    }
    const Macro macro = it->second;
    const Token call = in[k++];
    std::vector<Tokens> arguments;
    if (macro.optional) {
      arguments.push_back(macro.fallback);
      if (k < in.size() && in[k].is_other("[")) {
        std::size_t close = k;
        while (close < in.size() && !in[close].is_other("]")) ++close;
        arguments[0].assign(in.begin() + static_cast<std::ptrdiff_t>(k + 1),
                            in.begin() + static_cast<std::ptrdiff_t>(close));
        k = std::min(close + 1, in.size());
      }
    }
    while (arguments.size() < std::min(macro.arguments, most_arguments) && k < in.size()) {
      if (in[k].kind == Kind::open) {
        const std::size_t close = closing(in, k);
        arguments.emplace_back(in.begin() + static_cast<std::ptrdiff_t>(k + 1),
                               in.begin() + static_cast<std::ptrdiff_t>(close));
        k = std::min(close + 1, in.size());
      } else {
        arguments.push_back({in[k++]});
      }
    }
    Tokens body;
    for (std::size_t j = 0; j < macro.body.size(); ++j) {
      const Token& t = macro.body[j];
      const bool slot = t.is_other("#") && j + 1 < macro.body.size() && macro.body[j + 1].kind == Kind::number;
      if (slot) {
        const auto n = static_cast<std::size_t>(macro.body[++j].text[0] - '1');
        if (n < arguments.size()) body.insert(body.end(), arguments[n].begin(), arguments[n].end());
        continue;
      }
      body.push_back(t);
      body.back().begin = call.begin;
      body.back().end = k > 0 ? in[k - 1].end : call.end;
    }
    if (body.size() + expanded_ > most_tokens)
      throw LimitError("the commands of the document take too many steps to write out");
    expand(body, out, depth + 1);
  }
}

Tokens Macros::tokens(const Text& text) {
  Tokens out;
  expand(Lexer(text).run(), out, 0);
  return out;
}

}  // namespace gradus::document

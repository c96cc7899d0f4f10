// SPDX-License-Identifier: GPL-2.0-or-later
#include "syntax/characters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "diag/cells.h"

namespace gradus::syntax {
namespace {

struct Respelling {
  char32_t code;
  std::string_view hint;
};
constexpr auto respellings = std::to_array<Respelling>({
    {0x2212, "write `-`"},                                 // minus sign
    {0x2010, "write `-`"},                                 // hyphen
    {0x2011, "write `-`"},                                 // no-break hyphen
    {0x2013, "write `-`"},                                 // en dash
    {0x2014, "write `-`"},                                 // em dash
    {0x00B7, "write `*`"},                                 // middle dot
    {0x22C5, "write `*`"},                                 // dot operator
    {0x2219, "write `*`"},                                 // bullet operator
    {0x00D7, "write `*`"},                                 // multiplication sign
    {0x2217, "write `*`"},                                 // asterisk operator
    {0x2299, "write `*`"},                                 // circled dot
    {0x00F7, "write `/`"},                                 // division sign
    {0x2215, "write `/`"},                                 // division slash
    {0x2044, "write `/`"},                                 // fraction slash
    {0x2264, "write `<=`"},                                //
    {0x2265, "write `>=`"},                                //
    {0x2260, "write `!=`"},                                //
    {0x2227, "write `and`"},                               //
    {0x2228, "write `or`"},                                //
    {0x00AC, "write `not`"},                               //
    {0x2208, "write `in`"},                                //
    {0x2202, "write `d`: `dL/dw`"},                        // partial differential
    {0x2207, "write each derivative: `dL/dw`"},            // nabla
    {0x221A, "write `sqrt(...)`"},                         //
    {0x2211, "write the sum term by term"},                // n-ary sum
    {0x00B9, "write `^1`"},                                // superscripts
    {0x00B2, "write `^2`"},                                //
    {0x00B3, "write `^3`"},                                //
    {0x207B, "write `^(-1)`"},                             // superscript minus
    {0x2026, "write `...`"},                               //
    {0x2018, "write `'`"},                                 // quotation marks and primes
    {0x2019, "write `'`"},                                 //
    {0x2032, "write `'`"},                                 //
    {0x00A0, "it looks like a blank: write a plain one"},  // no-break space
    {0x202F, "it looks like a blank: write a plain one"},  //
    {0x2009, "it looks like a blank: write a plain one"},  //
    {0x200B, "it is invisible: delete it"},                // zero-width space
    {0xFEFF, "it is invisible: delete it"},                //
    {0x221E, "there is no infinity in the notation"},      //
    {0x2192, "write `->` in rules only"},                  //
    {U';', "write one statement on a line"},               //
    {U'|', "write `abs(...)` for the absolute value"},     //
    {U'%', "a comment begins with `#`"},                   //
    {U'\\', "this is not LaTeX: write names and functions without a backslash"},
    {U'$', "this is not LaTeX: write the formula without `$`"},
    {U'`', "names are written without quotation marks"},
    {U'"', "names are written without quotation marks"},
    {U'\'', "a prime belongs right behind the name of a function: `g'(z)`"},
    {U'~', "write `==` in a condition, `=` in a claim"},
});

struct Foreign {
  std::string_view text;
  std::string_view hint;
};
// Longer ones before their beginnings.
constexpr auto foreign = std::to_array<Foreign>({
    {"**", "write `^` for a power"},
    {"&&", "write `and`"},
    {"&", "write `and`"},
    {"||", "write `or`"},
    {"=<", "write `<=`"},
    {"=>", "write `>=`"},
    {"<>", "write `!=`"},
    {"~=", "write `!=`"},
    {"/=", "write `!=` for `not equal`"},
    {"===", "write `==`"},
    {":=", "write `=`"},
    {"+=", "a name is defined once: write `=`"},
    {"-=", "a name is defined once: write `=`"},
    {"*=", "a name is defined once: write `=`"},
    {"->", "arrows belong to rules"},
    {"//", "a comment begins with `#`; a quotient is written with one `/`"},
    {"/*", "a comment begins with `#`"},
    {".*", "write `*`: it acts entry by entry"},
    {"./", "write `/`: it acts entry by entry"},
    {".^", "write `^`: it acts entry by entry"},
});

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  const auto c = diag::code_point(text, at);
  return c ? Character{c->code, c->bytes} : Character{};
}

std::size_t find_bad_byte(std::string_view text, std::size_t begin) {
  for (std::size_t k = begin; k < text.size();) {
    const auto c = diag::code_point(text, k);
    if (!c || c->code == 0) return k;
    k += c->bytes;
  }
  return text.size();
}

std::string shown_character(std::string_view text, std::size_t at) {
  const Character c = character_at(text, at);
  if (c.code == U'`') return "a backtick";
  if (!diag::is_printable(c.code)) return fmt::format("the character U+{:04X}", static_cast<unsigned>(c.code));
  return fmt::format("the character `{}`", text.substr(at, c.bytes));
}

bool is_greek_letter(char32_t code) {
  return (code >= 0x386 && code <= 0x3FF && code != 0x387 && code != 0x38B && code != 0x38D && code != 0x3A2 &&
          code != 0x3F6);
}

std::string suggestion_for(char32_t code) {
  const auto it =
      std::find_if(respellings.begin(), respellings.end(), [&](const Respelling& r) { return r.code == code; });
  if (it != respellings.end()) return std::string(it->hint);
  if (code >= 0x2080 && code <= 0x2089)
    return fmt::format("write the digit on the line: `{}`", static_cast<unsigned>(code) - 0x2080U);
  if (code >= 0x2070 && code <= 0x2079) return fmt::format("write `^{}`", static_cast<unsigned>(code) - 0x2070U);
  if (code >= 0xC0 && code < 0x250) return "names are made of plain Latin letters, Greek letters, digits and `_`";
  return {};
}

bool is_all_indices(std::string_view text, std::size_t at) {
  const std::size_t next = text.find_first_not_of(" \t", at + 1);
  return next != std::string_view::npos && (text[next] == ',' || text[next] == ']');
}

// Whether this is in brackets.
bool is_within_brackets(std::string_view text, std::size_t at) {
  const std::size_t open = text.substr(0, at).find_last_of("[]()\n");
  return open != std::string_view::npos && text[open] == '[';
}

Misspelling misspelt_operator(std::string_view text, std::size_t at) {
  const std::string_view here = text.substr(at, 3);
  for (const Foreign& f : foreign) {
    if (here.starts_with(f.text))
      return {f.text.size(), fmt::format("`{}` is not an operator of the notation", f.text), std::string(f.hint)};
  }
  if (here[0] == '!' && !here.starts_with("!=")) return {1, "`!` is not an operator of the notation", "write `not`"};
  if (here[0] == '.' && !here.starts_with("..") && !here.starts_with(".T"))
    return {1, "a `.` that belongs to no number", {}};
  if (here[0] == ':' && !is_all_indices(text, at) && is_within_brackets(text, at))
    return {1, "a part of a dimension is written with both ends and two dots", "as in `X[2..n]`, `X[1..h, :]`"};
  if (here[0] == ':' && !is_all_indices(text, at))
    return {1, "`:` is not part of the notation", "a definition is written with `=`"};
  if (here[0] == '?') return {1, "`?` is not part of the notation", "write `where(cond, p, q)`"};
  return {};
}

std::string shorten(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank || out.empty() || out.back() != ' ') out += blank ? ' ' : c;
  }
  if (out.size() <= most) return out;
  std::size_t cut = most;
  while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) --cut;
  return out.substr(0, cut) + "...";
}

}  // namespace gradus::syntax

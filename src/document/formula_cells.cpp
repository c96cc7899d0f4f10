// SPDX-License-Identifier: GPL-2.0-or-later
// Matrices and cases that are written out, cell by cell.
#include <algorithm>
#include <array>
#include <sstream>

#include "document/formula_parser.h"
#include "document/reading.h"

namespace gradus::document {
namespace {

// "if p $\\ne$ i": what letters, relations and mathematics say between words that lead to it; nothing where it is
// prose.
std::string condition_in(std::string words) {
  static constexpr auto leading = std::to_array<std::string_view>({"if", "for", "when", "where"});
  std::erase(words, '$');
  std::istringstream in(words);
  std::string out;
  bool relation = false;
  for (std::string part; in >> part;) {
    if (out.empty() && std::ranges::find(leading, part) != leading.end()) continue;
    const bool sign = part == "=" || part == "<" || part == ">" || part[0] == '\\';
    if (!sign && !(part.size() == 1 && (is_ascii_letter(part[0]) || is_ascii_digit(part[0])))) return {};
    relation = relation || sign;
    out += part + ' ';
  }
  return relation ? out : std::string();
}

}  // namespace

// Mathematics within words, which stand at one place.
Node FormulaParser::read_words(const std::string& words, std::size_t at) const {
  Text inner;
  inner.bytes = words;
  inner.at.assign(inner.bytes.size() + 1, at);
  const Tokens tokens = Macros().tokens(inner);
  FormulaParser inside(tokens, 0, tokens.size(), words_);
  return inside.list_or_relation();
}

Node FormulaParser::environment() {
  const Token& t = token();
  static constexpr auto matrices = std::to_array<std::string_view>(
      {"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array"});
  const bool cases = t.text == "cases" || t.text == "dcases" || t.text == "rcases";
  if (!cases && !among(matrices, t.text)) fail_here("an environment within a formula");
  std::size_t close = at_ + 1;
  for (int depth = 1; close < end_; ++close) {
    if (in_[close].kind == Kind::begin) ++depth;
    if (in_[close].kind == Kind::end && --depth == 0) break;
  }
  if (close >= end_) fail_here("this environment is never closed");
  Node out;
  out.kind = cases ? Node::Kind::cases : Node::Kind::matrix;
  out.text = t.text;
  out.begin = t.begin;
  std::size_t from = at_ + 1;
  if (t.text == "array" && from < close && in_[from].kind == Kind::open) from = std::min(closing(in_, from) + 1, close);
  std::size_t columns = 0, column = 0;
  bool fresh = true;
  for (std::size_t k = from; k <= close; ++k) {
    int depth = 0;
    std::size_t stop = k;
    for (; stop < close; ++stop) {
      if (in_[stop].kind == Kind::begin || in_[stop].kind == Kind::open) ++depth;
      if (in_[stop].kind == Kind::end || in_[stop].kind == Kind::close) --depth;
      if (depth == 0 && (in_[stop].kind == Kind::cell || in_[stop].kind == Kind::row)) break;
    }
    if (stop == close && stop == k && fresh) break;                             // a line break at the end
    if (!cases && fresh && stop == k && in_[stop].kind == Kind::row) continue;  // an empty row between others
    if (cases && column > 0) {
      // The condition, without the words around it.
      std::size_t begin = k, end = stop;
      Node condition;
      bool otherwise = begin == end;
      while (begin < end && in_[begin].kind == Kind::text) {
        const std::string& word = in_[begin].text;
        if (word.find("unless") != std::string::npos || word.find("except") != std::string::npos)
          fail(in_[begin].begin, in_[begin].end, "this condition");
        otherwise = otherwise || word.find("otherwise") != std::string::npos || word.find("else") != std::string::npos;
        if (const std::string inside_words = condition_in(word); !inside_words.empty()) {
          condition = read_words(inside_words, in_[begin].begin);
          begin = end;
          break;
        }
        if (const std::size_t dollar = word.find('$'); dollar != std::string::npos) {  // \text{if $x > 0$}
          const std::size_t second = word.find('$', dollar + 1);
          condition = read_words(word.substr(dollar + 1, second == std::string::npos ? second : second - dollar - 1),
                                 in_[begin].begin);
          begin = end;
          break;
        }
        ++begin;
      }
      while (end > begin &&
             (in_[end - 1].is_other(",") || in_[end - 1].is_other(".") || in_[end - 1].kind == Kind::text))
        --end;
      if (begin < end && in_[begin].is_command("mathrm")) begin = end;
      if (condition.text.empty() && condition.kids.empty()) {
        if (begin < end) {
          FormulaParser inside(in_, begin, end, words_);
          inside.depth_ = depth_ + 1;
          condition = inside.list_or_relation();
          if (!inside.done()) inside.fail_here("this is not read in a condition");
        } else {
          condition = symbol(otherwise ? "otherwise" : "", in_[k].begin);
          condition.word = true;
        }
      }
      out.kids.push_back(std::move(condition));
    } else {
      std::size_t end = stop;
      while (end > k && (in_[end - 1].is_other(",") || in_[end - 1].kind == Kind::text)) --end;
      if (end == k) {
        if (cases) fail(in_[k].begin, in_[k].end, "a value is expected here");
        Node dots = symbol("\\dots", in_[k].begin);
        dots.kind = Node::Kind::dots;
        out.kids.push_back(std::move(dots));
      } else {
        FormulaParser inside(in_, k, end, words_);
        inside.depth_ = depth_ + 1;
        out.kids.push_back(inside.list_or_relation());
        if (!inside.done()) inside.fail_here("this is not read here");
      }
    }
    fresh = false;
    columns = std::max(columns, ++column);
    if (stop < close && in_[stop].kind == Kind::row) {
      if (cases && column != 2) fail(in_[k].begin, in_[stop].end, "a value and a condition are expected here");
      column = 0;
      fresh = true;
    }
    k = stop;
  }
  if (cases && out.kids.size() % 2 != 0) fail_here("a condition is missing");
  if (!cases && (columns == 0 || out.kids.size() % columns != 0))
    fail(t.begin, in_[close].end, "rows of different lengths");
  out.ops.push_back(std::to_string(columns));
  at_ = close + 1;
  out.end = last();
  return out;
}

}  // namespace gradus::document

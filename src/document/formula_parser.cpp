// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/formula_parser.h"

#include <algorithm>
#include <array>

namespace gradus::document {
namespace {

constexpr int deepest = 200;

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Words between formulas, and in conditions.
constexpr auto plain_words = std::to_array<std::string_view>(
    {"and",  "or",    "if",        "where", "for",  "with",  "so",        "then", "otherwise", "else",
     "when", "since", "because",   "let",   "thus", "hence", "therefore", "i.e.", "as",        "all",
     "is",   "the",   "such that", "s.t.",  "by",   "on",    "of",        "are"});

}  // namespace

std::string relation_of(const Token& t) {
  if (t.kind == Kind::other) {
    if (t.text == "=" || t.text == "<" || t.text == ">" || t.text == "~") return t.text == "~" ? "" : t.text;
    return {};
  }
  if (t.kind != Kind::command) return {};
  using Pair = std::pair<std::string_view, std::string_view>;
  static constexpr auto table =
      std::to_array<Pair>({{"equiv", "="},       {"triangleq", ":="}, {"coloneqq", ":="},   {"doteq", ":="},
                           {"coloneq", ":="},    {"eqdef", ":="},     {"leftarrow", ":="},  {"gets", ":="},
                           {"approx", "approx"}, {"simeq", "approx"}, {"cong", "approx"},   {"propto", "propto"},
                           {"in", "in"},         {"leq", "<="},       {"le", "<="},         {"geq", ">="},
                           {"ge", ">="},         {"neq", "!="},       {"ne", "!="},         {"lt", "<"},
                           {"gt", ">"},          {"sim", "sim"},      {"to", "to"},         {"rightarrow", "to"},
                           {"mapsto", "to"},     {"notin", "notin"},  {"subset", "subset"}, {"ll", "ll"},
                           {"gg", "gg"},         {"leqslant", "<="},  {"geqslant", ">="},   {"longrightarrow", "to"}});
  const auto* const it = std::ranges::find(table, t.text, &Pair::first);
  return it == table.end() ? std::string() : std::string(it->second);
}

void FormulaParser::fail(std::size_t begin, std::size_t end, std::string reason) const {
  throw NotRead{begin, end, std::move(reason)};
}

void FormulaParser::fail_here(std::string reason) const {
  if (at_ < in_.size() && at_ < end_) fail(in_[at_].begin, in_[at_].end, std::move(reason));
  const std::size_t here = last();
  fail(here > 0 ? here - 1 : 0, here, std::move(reason));
}

bool FormulaParser::separator() {
  bool found = false;
  for (skip_braces(); at_other(",") || at_other(";") || (at_other(".") && !at_dots()); skip_braces()) {
    ++at_;
    found = true;
  }
  return found;
}

// ... of three points
bool FormulaParser::at_dots() const {
  return at_ + 2 < end_ && in_[at_].is_other(".") && in_[at_ + 1].is_other(".") && in_[at_ + 2].is_other(".");
}

// A relation, in any of its forms; `name` gets it.
bool FormulaParser::relation(std::string& name) {
  skip_braces();
  if (at_ >= end_) return false;
  if (at_other(":") && at_ + 1 < end_ && in_[at_ + 1].is_other("=")) {
    at_ += 2;
    name = ":=";
    return true;
  }
  if (at_other(":")) {
    ++at_;
    name = ":";
    return true;
  }
  if (at_command("stackrel") || at_command("overset") || at_command("underset")) {
    const std::size_t from = at_;
    ++at_;
    if (at_ < end_ && token().kind == Kind::open) at_ = closing(in_, at_) + 1;
    const bool braced = at_ < end_ && token().kind == Kind::open;
    if (braced) ++at_;
    if (at_ < end_ && relation(name)) {
      if (braced && at_ < end_ && token().kind == Kind::close) ++at_;
      return true;
    }
    at_ = from;
    return false;
  }
  if (at_command("not") && at_ + 1 < end_ && in_[at_ + 1].is_other("=")) {
    at_ += 2;
    name = "!=";
    return true;
  }
  if (at_other("!") && at_ + 1 < end_ && in_[at_ + 1].is_other("=")) {
    at_ += 2;
    name = "!=";
    return true;
  }
  name = relation_of(token());
  if (name.empty()) return false;
  ++at_;
  if (name == "=" && at_other("=")) {
    ++at_;
    name = "==";
  }
  return true;
}

Statement FormulaParser::chain() {
  Statement out;
  out.begin = token().begin;
  std::string name;
  if (relation(name)) {
    out.continues = true;
    out.relations.push_back(name);
  }
  out.sides.push_back(side());
  while (relation(name)) {
    out.relations.push_back(name);
    // `= -` at the end of a formula that goes on elsewhere
    if (at_ >= end_) fail_here("a side is expected behind the relation");
    out.sides.push_back(side());
  }
  out.end = out.sides.back().end;
  if (!done() && !at_other(",") && !at_other(";") && !at_other(".")) fail_here("this is not read here");
  return out;
}

Node FormulaParser::side() {
  const std::size_t begin = at_ < end_ ? token().begin : last();
  Node out;
  out.kind = Node::Kind::sum;
  while (true) {
    std::string sign;
    skip_braces();
    if (at_other("+") || at_other("-")) {
      sign = token().text;
      ++at_;
      while (at_other("-") || at_other("+")) {  // - -a
        if (token().text == "-") sign = sign == "-" ? "+" : "-";
        ++at_;
      }
    } else if (at_command("pm") || at_command("mp")) {
      fail_here("signs that may be either");
    } else if (out.kids.empty()) {
      sign = "+";
    } else {
      break;
    }
    out.ops.push_back(sign);
    out.kids.push_back(term());
  }
  out.begin = begin;
  out.end = last();
  if (out.kids.size() == 1 && out.ops[0] == "+") return out.kids[0];
  return out;
}

// Braces group nothing on the page: {a - b} c is read as a - b c, but where a script stands behind them.
void FormulaParser::skip_braces() {
  while (at_ < end_) {
    if (token().kind == Kind::close && closes_.contains(at_)) {
      ++at_;
      continue;
    }
    if (token().kind != Kind::open) return;
    const std::size_t close = closing(in_, at_);
    if (close >= end_) return;
    if (close + 1 < end_ &&
        (in_[close + 1].kind == Kind::above || in_[close + 1].kind == Kind::below || in_[close + 1].is_other("'")))
      return;
    int nested = 0;
    for (std::size_t k = at_ + 1; k < close; ++k) {
      if (in_[k].kind == Kind::open) ++nested;
      if (in_[k].kind == Kind::close) --nested;
      if (nested == 0 && in_[k].is_command("over")) return;
    }
    closes_.insert(close);
    ++at_;
  }
}

bool FormulaParser::ends_term() const {
  if (at_ >= end_) return true;
  const Token& t = token();
  switch (t.kind) {
    case Kind::close:
    case Kind::cell:
    case Kind::row:
    case Kind::end:
      return true;
    case Kind::other:
      if (t.text == "|") return !bars_.empty() && bars_.back() == "|";
      if (t.text == ":") return true;
      if (t.text == "." && (at_dots() || (at_ + 1 < end_ && in_[at_ + 1].is_other("/")))) return false;
      if (t.text == "!" && at_ + 1 < end_ && in_[at_ + 1].is_other("=")) return true;
      return t.text == "+" || t.text == "-" || t.text == ")" || t.text == "]" || t.text == "," || t.text == ";" ||
             t.text == "." || !relation_of(t).empty();
    case Kind::command:
      if (t.text == "stackrel" || t.text == "overset" || t.text == "not") return true;
      if (t.text == "Vert") return !bars_.empty() && bars_.back() == "Vert";
      return t.text == "}" || t.text == "rangle" || t.text == "rfloor" || t.text == "pm" || t.text == "mp" ||
             t.text == "rVert" || t.text == "rvert" || t.text == "rbrace" || t.text == "mid" || t.text == "quad" ||
             !relation_of(t).empty();
    case Kind::text:
      return std::ranges::find(plain_words, std::string_view(t.text)) != plain_words.end();
    default:
      return false;
  }
}

// What stands between two factors, or an empty string.
std::string FormulaParser::binary() {
  using Pair = std::pair<std::string_view, std::string_view>;
  static constexpr auto table = std::to_array<Pair>({{"cdot", "cdot"},
                                                     {"times", "times"},
                                                     {"odot", "odot"},
                                                     {"circ", "odot"},
                                                     {"ast", "*"},
                                                     {"star", "*"},
                                                     {"bullet", "cdot"},
                                                     {"otimes", "otimes"},
                                                     {"div", "/"}});
  if (at_ >= end_) return {};
  if (token().kind == Kind::command) {
    const auto* const it = std::ranges::find(table, token().text, &Pair::first);
    if (it == table.end()) return {};
    ++at_;
    return std::string(it->second);
  }
  if (at_other(".") && at_ + 1 < end_ && in_[at_ + 1].is_other("/")) ++at_;  // entry by entry, as division is
  if (at_other("*") || at_other("/")) return in_[at_++].text;
  return {};
}

Node FormulaParser::term() {
  Node out;
  out.kind = Node::Kind::product;
  out.begin = at_ < end_ ? token().begin : last();
  while (true) {
    skip_braces();
    std::string op = out.kids.empty() ? std::string() : binary();
    skip_braces();
    if (op.empty() && ends_term()) break;
    if (op.empty() && out.kids.size() == 1 && out.kids[0].is(Node::Kind::dots)) break;  // x_1, ... x_n
    if (!op.empty() && (at_other("-") || at_other("+"))) {                              // a \cdot -b
      Node signed_factor;
      signed_factor.kind = Node::Kind::sum;
      signed_factor.begin = token().begin;
      signed_factor.ops.push_back(token().text);
      ++at_;
      signed_factor.kids.push_back(factor());
      signed_factor.end = last();
      out.kids.push_back(std::move(signed_factor));
    } else {
      out.kids.push_back(factor());
    }
    out.ops.push_back(std::move(op));
  }
  out.end = last();
  if (out.kids.empty()) fail_here("a term is expected here");
  if (out.kids.size() == 1) {
    Node only = std::move(out.kids[0]);
    return only;
  }
  return out;
}

Node FormulaParser::factor() {
  struct Depth {
    int& n;
    explicit Depth(int& d) : n(d) { ++n; }
    ~Depth() { --n; }
  } const depth(depth_);
  if (depth_ > deepest) fail_here("the formula is nested too deeply");
  Node out = atom();
  scripts(out);
  return out;
}

// Scripts and primes behind an atom, in any order.
void FormulaParser::scripts(Node& node) {
  while (at_ < end_) {
    if (at_other("'")) {
      ++node.primes;
      ++at_;
    } else if (at_command("limits") || at_command("nolimits")) {
      ++at_;
    } else if (token().kind == Kind::above) {
      ++at_;
      if (at_command("prime")) {
        ++at_;
        ++node.primes;
        continue;
      }
      Node up = script();
      if (up.is_symbol("\\prime") && up.bare()) {
        ++node.primes;
      } else if (node.above.empty()) {
        node.above.push_back(std::move(up));
      } else {  // ^{[1]} ^T: one behind the other
        Node both;
        both.kind = Node::Kind::product;
        both.begin = node.above[0].begin;
        both.end = up.end;
        both.kids = {std::move(node.above[0]), std::move(up)};
        both.ops = {"", ""};
        node.above[0] = std::move(both);
      }
    } else if (token().kind == Kind::below) {
      ++at_;
      Node down = script();
      if (node.below.empty()) {
        node.below.push_back(std::move(down));
      } else {
        fail(down.begin, down.end, "two subscripts");
      }
    } else {
      break;
    }
  }
  node.end = std::max(node.end, last());
}

Node FormulaParser::script() {
  if (at_ >= end_) fail_here("a script is expected here");
  if (token().kind == Kind::open) {
    const std::size_t close = std::min(closing(in_, at_), end_);
    FormulaParser inside(in_, at_ + 1, close, words_);
    inside.depth_ = depth_;
    Node out = inside.list_or_relation();
    if (!inside.done()) inside.fail_here("this is not read in a script");
    at_ = std::min(close + 1, end_);
    return out;
  }
  const Token& t = token();
  if (t.kind == Kind::other && (t.text == "*" || t.text == "+" || t.text == "-")) {
    ++at_;
    return symbol(t.text, t.begin);
  }
  if (t.kind == Kind::command && t.text == "star") {
    ++at_;
    return symbol("*", t.begin);
  }
  if (t.kind == Kind::text) return words();
  return atom();
}

// What stands between delimiters: a side, a list of them, or sides with relations between.
Node FormulaParser::list_or_relation() {
  Node out;
  out.begin = at_ < end_ ? token().begin : last();
  if (at_ >= end_) {
    out.kind = Node::Kind::list;
    out.end = out.begin;
    return out;
  }
  std::vector<Node> items;
  while (at_ < end_) {
    Node one;
    const Token& t = token();
    if (t.kind == Kind::other && (t.text == "*" || t.text == "+" || t.text == "-") &&
        (at_ + 1 == end_ || in_[at_ + 1].is_other(","))) {
      ++at_;
      one = symbol(t.text, t.begin);
    } else {
      one = side();
    }
    std::string name;
    while (relation(name) || at_command("mid")) {
      if (at_command("mid")) {
        name = "mid";
        ++at_;
      }
      if (!one.is(Node::Kind::relation)) {
        Node chain;
        chain.kind = Node::Kind::relation;
        chain.begin = one.begin;
        chain.kids.push_back(std::move(one));
        one = std::move(chain);
      }
      one.ops.push_back(name);
      one.kids.push_back(side());
      one.end = last();
    }
    const bool dots = one.is(Node::Kind::dots);
    items.push_back(std::move(one));
    if (!separator() && !(dots && !ends_term())) break;  // x_1, ... x_n
  }
  out.end = last();
  if (items.size() == 1) return items[0];
  out.kind = Node::Kind::list;
  out.kids = std::move(items);
  return out;
}

Node FormulaParser::symbol(std::string text, std::size_t begin) const {
  Node out;
  out.kind = Node::Kind::symbol;
  out.text = std::move(text);
  out.begin = begin;
  out.end = last();
  return out;
}

Node FormulaParser::atom() {
  if (at_ >= end_) fail_here("a term is expected here");
  const Token& t = token();
  switch (t.kind) {
    case Kind::number: {
      ++at_;
      Node out = symbol(t.text, t.begin);
      out.kind = Node::Kind::number;
      return out;
    }
    case Kind::letter: {
      // A word that is written letter by letter.
      std::string run = t.text;
      std::size_t k = at_ + 1;
      while (k < end_ && in_[k].kind == Kind::letter && !in_[k].spaced) run += in_[k++].text;
      for (std::size_t length = run.size(); length >= 3; --length) {
        const std::string part = run.substr(0, length);
        const bool long_word = length == run.size() && length >= 4;  // nobody writes so long a product
        if (!is_function_name(part) && !words_.contains(part) && !long_word) continue;
        at_ += length;
        Node out = symbol(part, t.begin);
        out.word = true;
        return out;
      }
      ++at_;
      return symbol(t.text, t.begin);
    }
    case Kind::open:
      return braces();
    case Kind::begin:
      return environment();
    case Kind::text:
      return words();
    case Kind::command:
      return command();
    case Kind::other:
      if (at_dots()) {
        at_ += 3;
        Node out = symbol("\\dots", t.begin);
        out.kind = Node::Kind::dots;
        return out;
      }
      if (t.text == "(") return group(")");
      if (t.text == "[") return group("]");
      if (t.text == "|") return group("|");
      break;
    default:
      break;
  }
  fail_here("this is not read here");
}

Node FormulaParser::words() {
  const Token& t = token();
  std::string text = t.text;
  while (!text.empty() && text.front() == ' ') text.erase(0, 1);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  std::erase(text, '\\');  // grad\_w
  const bool name = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (!name || among(plain_words, text)) fail_here("words within a formula");
  ++at_;
  Node out = symbol(text, t.begin);
  out.word = text.size() > 1;
  return out;
}

// {...}: what is in it, as one factor
Node FormulaParser::braces() {
  const std::size_t open = at_, close = closing(in_, open);
  if (close >= end_) fail_here("this brace is never closed");
  if (depth_ + 1 > deepest) fail_here("the formula is nested too deeply");
  // {a \over b}
  int nested = 0;
  for (std::size_t k = open + 1; k < close; ++k) {
    if (in_[k].kind == Kind::open) ++nested;
    if (in_[k].kind == Kind::close) --nested;
    if (nested != 0 || !in_[k].is_command("over")) continue;
    Node out;
    out.kind = Node::Kind::fraction;
    out.begin = in_[open].begin;
    for (const auto& [from, to] : {std::pair(open + 1, k), std::pair(k + 1, close)}) {
      FormulaParser half(in_, from, to, words_);
      half.depth_ = depth_ + 1;
      out.kids.push_back(half.list_or_relation());
      if (!half.done()) half.fail_here("this is not read here");
    }
    at_ = close + 1;
    out.end = last();
    return out;
  }
  FormulaParser inside(in_, open + 1, close, words_);
  inside.depth_ = depth_ + 1;
  Node out = inside.list_or_relation();
  if (!inside.done()) inside.fail_here("this is not read here");
  at_ = close + 1;
  if (out.is(Node::Kind::sum) || out.is(Node::Kind::product) || !out.bare()) {
    Node wrapped;
    wrapped.kind = Node::Kind::group;
    wrapped.text = "{}";
    wrapped.begin = in_[open].begin;
    wrapped.end = last();
    wrapped.kids.push_back(std::move(out));
    return wrapped;
  }
  return out;
}

Node FormulaParser::group(const std::string& close) {
  Node out;
  out.kind = Node::Kind::group;
  out.text = token().text;
  out.begin = token().begin;
  ++at_;
  const bool bar = close == "|" || close == "Vert";
  if (bar) bars_.push_back(close);
  out.kids.push_back(list_or_relation());
  if (bar) bars_.pop_back();
  const bool closes = at_ < end_ && (at_other(close) || at_command(close) || (close == "|" && at_command("rvert")) ||
                                     (close == "Vert" && at_command("rVert")) || (close == ")" && at_other("]")) ||
                                     (close == "]" && at_other(")")) || (close == "}" && at_command("rbrace")));
  if (!closes) {
    if (at_ < end_) fail_here("this is not read in parentheses");
    fail(out.begin, out.begin + 1, "this is never closed");
  }
  // An interval: (0, 1]
  if (!bar && !at_other(close) && !at_command(close)) out.text += token().text;
  ++at_;
  out.end = last();
  return out;
}

}  // namespace gradus::document

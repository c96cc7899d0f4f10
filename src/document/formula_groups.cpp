// SPDX-License-Identifier: GPL-2.0-or-later
// What stands in braces, parentheses, scripts and text.
#include "document/formula_parser.h"

#include <algorithm>
#include <utility>

namespace gradus::document {

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

// Scripts and primes behind an atom, in any order.
void FormulaParser::scripts(Node& node) {
  const auto nothing = [](const Node& n) { return n.is(Node::Kind::list) && n.kids.empty(); };  // x_{}
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
      if (nothing(up)) continue;
      // g^{[l]\prime} and g^{[l]'}: the prime is one of the function.
      const bool behind = up.is(Node::Kind::product) && up.kids.size() == 2 && up.kids[1].is_symbol("\\prime") &&
                          up.kids[1].bare() && up.kids[0].is(Node::Kind::group);
      if (behind) {
        ++node.primes;
        up = Node(up.kids[0]);
      } else if (up.is(Node::Kind::group) && up.text != "{}" && up.above.empty()) {
        node.primes += std::exchange(up.primes, 0);
      }
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
      if (nothing(down)) continue;
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
    while (relation(name) || at_mid()) {
      if (at_mid()) {
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

Node FormulaParser::words() {
  const Token& t = token();
  std::string text = t.text;
  while (!text.empty() && text.front() == ' ') text.erase(0, 1);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  std::erase(text, '\\');  // grad\_w
  const bool name = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (!name || is_plain_word(text)) fail_here("words within a formula");
  ++at_;
  Node out = symbol(text, t.begin);
  out.word = text.size() > 1;
  return out;
}

// {...}: what is in it, as one factor
Node FormulaParser::braces() {
  const std::size_t open = at_, close = closing(in_, open);
  if (close >= end_) fail_here("this brace is never closed");
  if (depth_ + 1 > deepest_formula) fail_here("the formula is nested too deeply");
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

// Whether a single bar stands in these parentheses, as in p(a|s): it divides what they hold.
bool FormulaParser::divides() const {
  int depth = 0, bars = 0;
  for (std::size_t k = at_; k < end_ && depth >= 0; ++k) {
    const Token& t = in_[k];
    if (t.kind == Kind::open || t.is_other("(") || t.is_other("[")) ++depth;
    if (t.kind == Kind::close || t.is_other(")") || t.is_other("]")) --depth;
    if (depth == 0 && (t.is_other("|") || t.is_command("Vert"))) ++bars;
  }
  return bars == 1;
}

// A bar that divides what stands in parentheses.
bool FormulaParser::at_mid() const {
  if (at_command("mid")) return true;
  return !bars_.empty() && bars_.back() == "mid" && (at_other("|") || at_command("Vert"));
}

Node FormulaParser::group(const std::string& close) {
  Node out;
  out.kind = Node::Kind::group;
  out.text = token().text;
  out.begin = token().begin;
  ++at_;
  const bool bar = close == "|" || close == "Vert";
  bars_.push_back(bar ? close : divides() ? "mid" : "");
  out.kids.push_back(list_or_relation());
  bars_.pop_back();
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

// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/formula_parser.h"

#include <algorithm>
#include <array>

namespace gradus::document {
namespace {

// Words between formulas, and in conditions.
constexpr auto plain_words = std::to_array<std::string_view>(
    {"and",  "or",    "if",        "where", "for",  "with",  "so",        "then", "otherwise", "else",
     "when", "since", "because",   "let",   "thus", "hence", "therefore", "i.e.", "as",        "all",
     "is",   "the",   "such that", "s.t.",  "by",   "on",    "of",        "are"});

}  // namespace

bool is_plain_word(std::string_view text) { return among(plain_words, text); }

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
      if (t.text == "|") return !bars_.empty() && (bars_.back() == "|" || at_mid());
      if (t.text == ":") return true;
      if (t.text == "." && (at_dots() || (at_ + 1 < end_ && in_[at_ + 1].is_other("/")))) return false;
      if (t.text == "!" && at_ + 1 < end_ && in_[at_ + 1].is_other("=")) return true;
      return t.text == "+" || t.text == "-" || t.text == ")" || t.text == "]" || t.text == "," || t.text == ";" ||
             t.text == "." || !relation_of(t).empty();
    case Kind::command:
      if (t.text == "stackrel" || t.text == "overset" || t.text == "not") return true;
      if (t.text == "Vert") return !bars_.empty() && (bars_.back() == "Vert" || at_mid());
      return t.text == "}" || t.text == "rangle" || t.text == "rfloor" || t.text == "pm" || t.text == "mp" ||
             t.text == "rVert" || t.text == "rvert" || t.text == "rbrace" || t.text == "mid" || t.text == "quad" ||
             !relation_of(t).empty();
    case Kind::text:
      return is_plain_word(t.text);
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
    const bool bar = out.kids.empty() && !bars_.empty() && bars_.back() == "|" && at_other("|");  // | |a| - |b| |
    if (op.empty() && !bar && ends_term()) break;
    if (op.empty() && out.kids.size() == 1 && out.kids[0].is(Node::Kind::dots)) break;  // x_1, ... x_n
    if (!op.empty() && (at_other("-") || at_other("+"))) {                              // a \cdot -b
      Node signed_factor;
      signed_factor.kind = Node::Kind::sum;
      signed_factor.begin = token().begin;
      signed_factor.ops.push_back(token().text);
      ++at_;
      signed_factor.kids.push_back(term());  // with what functions in it are applied to
      signed_factor.end = last();
      out.kids.push_back(std::move(signed_factor));
    } else {
      out.kids.push_back(factor());
    }
    out.ops.push_back(std::move(op));
  }
  out.end = last();
  if (out.kids.empty()) fail_here("a term is expected here");
  divide_by_products(out);
  if (out.kids.size() == 1) {
    Node only = std::move(out.kids[0]);
    return only;
  }
  return out;
}

// x/2\sigma^2: a number and the names right behind it are one divisor, but for 1/2 x.
void FormulaParser::divide_by_products(Node& term) {
  const auto behind = [](const Node& one, const Node& other) {
    return other.is(Node::Kind::symbol) && one.end == other.begin;
  };
  for (std::size_t k = 1; k + 1 < term.kids.size(); ++k) {
    const bool number = k == 1 && term.kids[0].is(Node::Kind::number);
    if (term.ops[k] != "/" || number || !term.kids[k].is(Node::Kind::number) || !term.kids[k].bare()) continue;
    Node divisor;
    divisor.kind = Node::Kind::product;
    std::size_t end = k + 1;
    while (end < term.kids.size() && term.ops[end].empty() && behind(term.kids[end - 1], term.kids[end])) ++end;
    if (end == k + 1) continue;
    const auto first = static_cast<std::ptrdiff_t>(k), stop = static_cast<std::ptrdiff_t>(end);
    divisor.begin = term.kids[k].begin;
    divisor.end = term.kids[end - 1].end;
    divisor.kids.assign(term.kids.begin() + first, term.kids.begin() + stop);
    divisor.ops.assign(end - k, "");
    term.kids.erase(term.kids.begin() + first + 1, term.kids.begin() + stop);
    term.ops.erase(term.ops.begin() + first + 1, term.ops.begin() + stop);
    term.kids[k] = std::move(divisor);
  }
}

Node FormulaParser::factor() {
  struct Depth {
    int& n;
    explicit Depth(int& d) : n(d) { ++n; }
    ~Depth() { --n; }
  } const depth(depth_);
  if (depth_ > deepest_formula) fail_here("the formula is nested too deeply");
  Node out = atom();
  scripts(out);
  // {g^{[l]}}'
  if (out.is(Node::Kind::group) && out.text == "{}" && out.primes > 0 && out.above.empty() && out.below.empty() &&
      out.kids[0].is(Node::Kind::symbol) && out.kids[0].primes == 0) {
    const int primes = out.primes;
    out = Node(out.kids[0]);
    out.primes = primes;
    out.end = last();
  }
  // X.T, as in code
  const bool code = at_other(".") && at_ + 1 < end_ && in_[at_ + 1].kind == Kind::letter && in_[at_ + 1].text == "T" &&
                    in_[at_].begin == last() && in_[at_ + 1].begin == in_[at_].end && out.above.empty() &&
                    (at_ + 2 >= end_ || in_[at_ + 2].kind != Kind::letter || in_[at_ + 2].spaced);
  if (code) {
    ++at_;
    out.above.push_back(symbol("T", token().begin));
    ++at_;
    out.end = last();
  }
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
      // KAre^{-rt} is one all the same.
      const bool exponential = run.back() == 'e' && k < end_ && in_[k].kind == Kind::above && run.size() > 1 &&
                               run[1] >= 'A' && run[1] <= 'Z';
      for (std::size_t length = run.size(); length >= 2; --length) {
        const std::string part = run.substr(0, length);
        const bool long_word = length == run.size() && length >= 4 && !exponential;  // nobody writes so long a product
        if (!(length > 2 && is_function_name(part)) && !words_.contains(part) && !long_word) continue;
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

}  // namespace gradus::document

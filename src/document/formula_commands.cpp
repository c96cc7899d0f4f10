// SPDX-License-Identifier: GPL-2.0-or-later
// Commands within formulas, and environments.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "document/formula_parser.h"

namespace gradus::document {
namespace {

constexpr auto accents = std::to_array<std::string_view>({"hat", "widehat", "tilde", "widetilde", "bar", "overline",
                                                          "dot", "ddot", "check", "breve", "underline", "mathring"});
constexpr auto bold_styles = std::to_array<std::string_view>(
    {"mathbf", "boldsymbol", "bm", "bold", "vec", "pmb", "mathbfit", "bf", "bs", "overrightarrow"});
constexpr auto plain_styles = std::to_array<std::string_view>(
    {"mathrm",       "mathit",      "rm",      "it",       "mathsf",     "mathtt",    "mathnormal",
     "displaystyle", "textstyle",   "boxed",   "cancel",   "bcancel",    "xcancel",   "cancelto",
     "mathop",       "mathbin",     "mathrel", "mathord",  "underbrace", "overbrace", "ensuremath",
     "smash",        "scriptstyle", "limits",  "nolimits", "nonumber",   "notag",     "mathstrut"});
constexpr auto letter_styles =
    std::to_array<std::string_view>({"mathcal", "mathbb", "mathfrak", "mathscr", "cal", "mathds", "mathbbm", "Bbb"});
constexpr auto functions = std::to_array<std::string_view>(
    {"log", "ln",  "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "coth", "arctan", "arcsin", "arccos",
     "max", "min", "det", "arg", "sup", "inf", "lim",  "sec",  "csc",  "cot",  "Pr",     "tr",     "lg"});
// Functions that are no commands, and are written all the same.
constexpr auto plain_functions = std::to_array<std::string_view>(
    {"sqrt", "abs", "sum", "mean", "sigmoid", "softmax", "relu", "norm", "dot", "outer", "trace", "diag", "logsumexp"});
constexpr auto bigs = std::to_array<std::string_view>({"sum", "prod"});
constexpr auto unread_bigs = std::to_array<std::string_view>({"int", "iint", "oint", "bigcup", "bigcap", "bigoplus"});
// Functions by commands that LaTeX does not have.
constexpr auto named_functions =
    std::to_array<std::string_view>({"erf", "sign", "sgn", "sech", "csch", "relu", "ReLU", "sigmoid", "softmax", "diag",
                                     "trace", "Tr", "logit", "softplus"});
// Commands that are letters, whatever stands behind them.
constexpr auto letters = std::to_array<std::string_view>(
    {"alpha", "beta",     "gamma",  "delta",   "epsilon", "varepsilon", "zeta",    "eta",   "theta", "vartheta",
     "iota",  "kappa",    "lambda", "mu",      "nu",      "xi",         "pi",      "varpi", "rho",   "varrho",
     "sigma", "varsigma", "tau",    "upsilon", "phi",     "varphi",     "chi",     "psi",   "omega", "Gamma",
     "Delta", "Theta",    "Lambda", "Xi",      "Pi",      "Sigma",      "Upsilon", "Phi",   "Psi",   "Omega",
     "ell",   "hbar",     "imath",  "jmath",   "nabla",   "partial",    "infty",   "top",   "star",  "ast"});
constexpr auto all_dots =
    std::to_array<std::string_view>({"dots", "ldots", "cdots", "vdots", "ddots", "dotsc", "dotsb", "dotsm"});
}  // namespace

bool is_function_name(std::string_view name) { return among(functions, name) || among(plain_functions, name); }

Node FormulaParser::command() {
  const Token& t = token();
  const std::string name = t.text;
  if (among(accents, name)) return accent(name);
  if (among(bold_styles, name)) return styled(true);
  if (among(plain_styles, name)) {
    if (name == "cancelto") {
      ++at_;
      if (at_ < end_ && token().kind == Kind::open) at_ = closing(in_, at_);
    }
    const bool braced = name.ends_with("brace");
    Node out = styled(false);
    if (braced && at_ < end_ && (token().kind == Kind::below || token().kind == Kind::above)) {
      ++at_;  // what is said of it
      if (at_ < end_ && token().kind == Kind::open) {
        at_ = std::min(closing(in_, at_) + 1, end_);
      } else if (at_ < end_) {
        ++at_;
      }
    }
    return out;
  }
  if (among(letter_styles, name)) {
    ++at_;
    Node inside = argument();
    if (!inside.is(Node::Kind::symbol) && !inside.is(Node::Kind::number))
      fail(t.begin, last(), "letters in this style are not read");
    if (inside.is_symbol("R") && name != "mathcal") return symbol("\\R", t.begin);
    const std::string kind = name == "mathds" || name == "mathbbm" || name == "Bbb" ? "mathbb"
                             : name == "cal" || name == "mathscr"                   ? "mathcal"
                                                                                    : name;
    inside.text = "\\" + kind + "{" + inside.text + "}";
    inside.kind = Node::Kind::symbol;
    return inside;
  }
  if (name == "operatorname" || name == "operatornamewithlimits") return operator_name();
  if (among(functions, name)) {
    ++at_;
    Node out = symbol(name, t.begin);
    out.word = true;
    return out;
  }
  if (among(bigs, name)) return big(name);
  if (among(unread_bigs, name))
    fail_here(name == "int" || name == "iint" || name == "oint" ? "an integral" : "this operator");
  if (among(all_dots, name)) {
    ++at_;
    Node out = symbol("\\dots", t.begin);
    out.kind = Node::Kind::dots;
    return out;
  }
  if (name == "frac" || name == "dfrac" || name == "tfrac" || name == "cfrac" || name == "nicefrac") {
    ++at_;
    Node out;
    out.kind = Node::Kind::fraction;
    out.begin = t.begin;
    out.kids.push_back(argument());
    out.kids.push_back(argument());
    out.end = last();
    return out;
  }
  if (name == "sqrt") {
    ++at_;
    Node out;
    out.kind = Node::Kind::root;
    out.begin = t.begin;
    std::vector<Node> degree;
    if (at_other("[")) {
      ++at_;
      degree.push_back(side());
      if (!at_other("]")) fail_here("`]` is expected here");
      ++at_;
    }
    out.kids.push_back(argument());
    for (Node& d : degree) out.kids.push_back(std::move(d));
    out.end = last();
    return out;
  }
  if (name == "{" || name == "lbrace") return group("}");
  if (name == "Vert" || name == "lVert") return group("Vert");
  if (name == "lvert" || name == "vert") return group("|");
  if (name == "langle") return group("rangle");
  if (name == "prime") {
    ++at_;
    return symbol("\\prime", t.begin);
  }
  if (name == "substack") return rows();
  if (name == "intercal") {
    ++at_;
    return symbol("\\top", t.begin);
  }
  if (name == "left" || name == "right") fail_here("this delimiter is not read here");
  if (name == "choose" || name == "over" || name == "atop") fail_here("this command");
  if (among(named_functions, name)) {
    ++at_;
    Node out = symbol(name, t.begin);
    out.word = true;
    return out;
  }
  // \binom{n}{k}: what stands in braces is no factor.
  const bool braces = at_ + 1 < end_ && in_[at_ + 1].kind == Kind::open && closing(in_, at_ + 1) > at_ + 2;
  if (braces && !among(letters, name)) fail(t.begin, t.end, fmt::format("the command `\\{}`", name));
  static constexpr auto renamed = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"varepsilon", "epsilon"}, {"varphi", "phi"}, {"vartheta", "theta"}, {"varsigma", "sigma"}, {"ell", "ell"}});
  std::string known = name;
  for (const auto& [from, to] : renamed) {
    if (from == name) known = to;
  }
  ++at_;
  return symbol("\\" + known, t.begin);
}

// The argument of a command: in braces, or one token.
Node FormulaParser::argument() {
  if (at_ >= end_) fail_here("an argument is missing here");
  if (token().kind != Kind::open) return atom();
  const std::size_t close = closing(in_, at_);
  if (close >= end_) fail_here("this brace is never closed");
  FormulaParser inside(in_, at_ + 1, close, words_);
  inside.depth_ = depth_ + 1;
  if (inside.depth_ > deepest_formula) fail_here("the formula is nested too deeply");
  Node out = inside.list_or_relation();
  if (!inside.done()) inside.fail_here("this is not read here");
  at_ = close + 1;
  return out;
}

// A style says nothing, but that bold letters are others than plain ones.
Node FormulaParser::styled(bool bold) {
  const std::string name = token().text;
  const std::size_t begin = token().begin;
  ++at_;
  if (at_ >= end_) fail_here("something is expected behind this");
  if (token().kind != Kind::open && (name.ends_with("style") || name.ends_with("limits") || name == "nonumber" ||
                                     name == "notag" || name == "mathstrut")) {
    if (ends_term()) fail_here("a term is expected here");
    return atom();
  }
  // A word in roman letters.
  if (token().kind == Kind::open) {
    const std::size_t close = closing(in_, at_);
    std::string word;
    bool all_letters = close < end_;
    for (std::size_t k = at_ + 1; all_letters && k < close; ++k) {
      all_letters = in_[k].kind == Kind::letter || (in_[k].is_other("-") && k > at_ + 1) || in_[k].kind == Kind::number;
      word += in_[k].text;
    }
    const bool roman = name == "mathrm" || name == "rm" || name == "mathsf" || name == "mathtt";
    const std::size_t least = roman && word[0] != 'd' ? 2 : 3;  // \mathrm{tr}, but not \mathrm{dx}
    if (all_letters && word.size() >= least && !name.ends_with("brace") && name != "boxed" &&
        !name.ends_with("cancel")) {
      at_ = close + 1;
      Node out = symbol(word, begin);
      out.word = true;
      return out;
    }
  }
  Node out = argument();
  if (bold) {
    const std::function<void(Node&)> embolden = [&](Node& n) {
      n.bold = true;
      for (Node& c : n.kids) {
        if (!n.is(Node::Kind::sum) || !c.is(Node::Kind::number)) embolden(c);  // x + 1: no vector of ones
      }
    };
    embolden(out);
  }
  out.begin = begin;
  out.end = last();
  if (!out.bare() && out.is(Node::Kind::symbol)) return out;
  if (out.is(Node::Kind::sum) || out.is(Node::Kind::product)) {
    Node wrapped;
    wrapped.kind = Node::Kind::group;
    wrapped.text = "{}";
    wrapped.begin = begin;
    wrapped.end = last();
    wrapped.kids.push_back(std::move(out));
    return wrapped;
  }
  return out;
}

// \hat{y}: a name of its own. Scripts within belong to the whole.
Node FormulaParser::accent(const std::string& name) {
  const std::size_t begin = token().begin;
  ++at_;
  Node inside = argument();
  if (!inside.is(Node::Kind::symbol)) fail(begin, last(), "an accent over more than one letter");
  const std::string kind = name.starts_with("wide") ? name.substr(4) : name == "overline" ? "bar" : name;
  inside.text = "\\" + kind + "{" + inside.text + "}";
  inside.begin = begin;
  inside.end = last();
  return inside;
}

Node FormulaParser::operator_name() {
  const std::size_t begin = token().begin;
  ++at_;
  if (at_other("*")) ++at_;
  std::string word;
  if (at_ < end_ && token().kind == Kind::open) {
    const std::size_t close = closing(in_, at_);
    for (std::size_t k = at_ + 1; k < std::min(close, end_); ++k) word += in_[k].text;
    at_ = std::min(close + 1, end_);
  }
  if (word.empty()) fail_here("the name of an operator is expected here");
  Node out = symbol(word, begin);
  out.word = true;
  return out;
}

// A sum takes what is multiplied behind it. Without any it is a name.
Node FormulaParser::big(const std::string& name) {
  Node out;
  out.kind = Node::Kind::big;
  out.text = name;
  out.begin = token().begin;
  ++at_;
  scripts(out);
  if (!out.below.empty() && at_other("-")) {  // \sum_i -x_i: nothing is subtracted from a sum of nothing
    Node body;
    body.kind = Node::Kind::sum;
    body.begin = token().begin;
    body.ops.emplace_back("-");
    ++at_;
    body.kids.push_back(term());
    body.end = last();
    out.kids.push_back(std::move(body));
  } else if (!ends_term()) {
    out.kids.push_back(term());
  }
  out.end = last();
  return out;
}

// \substack{i = 1 \\ i \ne k}: what stands in its rows, as a list.
Node FormulaParser::rows() {
  const std::size_t begin = token().begin;
  ++at_;
  if (at_ >= end_ || token().kind != Kind::open) fail_here("an argument is missing here");
  const std::size_t close = closing(in_, at_);
  if (close >= end_) fail_here("this brace is never closed");
  Node out;
  out.kind = Node::Kind::list;
  out.begin = begin;
  for (std::size_t from = at_ + 1; from < close;) {
    std::size_t stop = from;
    while (stop < close && in_[stop].kind != Kind::row) ++stop;
    if (stop > from) {
      FormulaParser inside(in_, from, stop, words_);
      inside.depth_ = depth_ + 1;
      if (inside.depth_ > deepest_formula) fail_here("the formula is nested too deeply");
      out.kids.push_back(inside.list_or_relation());
      if (!inside.done()) inside.fail_here("this is not read here");
    }
    from = stop + 1;
  }
  at_ = close + 1;
  out.end = last();
  if (out.kids.size() == 1) return Node(out.kids[0]);
  return out;
}

}  // namespace gradus::document

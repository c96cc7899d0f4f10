// SPDX-License-Identifier: GPL-2.0-or-later
// Functions of which only is said what they are applied to.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {

// l(o, y) of which nothing is said: a number that depends on what stands in the parentheses.
std::optional<Value> Meaning::unspecified(const Node& name, const Node& arguments) {
  if (!arguments.is(Node::Kind::list) && !arguments.is(Node::Kind::symbol) && of_vectors_.contains(label(name)))
    fail(name, fmt::format("`{}` of an expression", name.text));
  const std::string key = (name.bold ? "*" : "") + label(name);
  // What it depends on; l(y_i, o_i) has a value for each i, and each depends on the o of the same number.
  struct Argument {
    Expr of;
    std::vector<std::pair<std::string, std::size_t>> letters;  // each with its place among the indices of `of`
  };
  std::vector<Argument> variables;
  Named n;
  Shape sizes;
  for (const Node& a : arguments.is(Node::Kind::list) ? arguments.kids : std::vector<Node>{arguments}) {
    if (!a.is(Node::Kind::symbol)) continue;
    Expr inside = value(a).e;
    std::vector<Expr> own;
    for (; arena_.is(inside, Op::Table); inside = arena_.child(inside, 2)) own.push_back(arena_.child(inside, 0));
    const bool entry = arena_.is(inside, Op::Entry);
    Argument variable{entry ? arena_.child(inside, 0) : inside, {}};
    if (!arena_.is(variable.of, Op::Symbol)) continue;
    bool all = own.empty() || entry;
    for (std::size_t k = 1; entry && k < arena_.count(inside); ++k) {
      const Expr at = arena_.child(inside, k);
      if (std::ranges::find(own, at) != own.end()) continue;
      const auto letter = letter_of_index(at);
      all = all && letter.has_value();
      if (!letter) continue;
      variable.letters.emplace_back(*letter, k - 1);
      if (std::ranges::find(n.implicit, *letter) != n.implicit.end()) continue;
      n.implicit.push_back(*letter);
      sizes.push_back(shape(variable.of)[k - 1]);
    }
    if (all) variables.push_back(variable);
  }
  n.decoration = arguments;
  n.quantity = true;
  n.guessed = variables.empty();
  const Named& made = introduce(key, n, sizes, {});
  const Expr symbol = made.symbol;
  if (n.guessed) guessed_.insert(arena_.name(symbol));
  for (const Argument& v : variables) {
    std::vector<std::pair<std::size_t, std::size_t>> shared;
    for (const auto& [letter, place] : v.letters) {
      const auto at = std::ranges::find(made.implicit, letter);
      shared.emplace_back(static_cast<std::size_t>(at - made.implicit.begin()), place);
    }
    hold(symbol, v.of, shared);
  }
  report(fmt::format("read `{}` as a differentiable function that is not specified", name.text));
  return value_of(*find(key), {}, key);
}

// The letter that an index has here.
std::optional<std::string> Meaning::letter_of_index(Expr at) const {
  for (const Bound& b : bound_) {
    if (b.index == at) return b.letter;
  }
  for (const auto& [letter, dimension] : free_) {
    if (arena_.symbol("index " + letter) == at) return letter;
  }
  return std::nullopt;
}

}  // namespace gradus::document

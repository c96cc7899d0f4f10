// SPDX-License-Identifier: GPL-2.0-or-later
// Examples by their numbers: x^{(i)} and a^{[2](i)} of matrices X and A^{[2]} that have a column (or a row) for each.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {

// What an index runs over by what is known of it.
std::optional<Expr> Meaning::range_of(const std::string& letter) {
  for (std::size_t k = bound_.size(); k-- > 0;) {
    if (bound_[k].letter == letter) return bound_[k].dimension;
  }
  for (const auto& [name, dimension] : free_) {
    if (name == letter) return dimension;
  }
  const auto it = letters_.find(letter);
  return it == letters_.end() ? std::nullopt : std::optional(it->second);
}

// A_{1i} of a row A, x_{i1} of a column x; and dZ_{1i}, an entry of an adjoint.
std::optional<Value> Meaning::entry_of_lying(const Node& symbol) {
  if (symbol.below.empty()) return std::nullopt;
  const std::vector<Node> parts = components(symbol.below[0]);
  if (parts.empty() || parts.size() > 2) return std::nullopt;
  Node name = symbol;
  name.below.clear();
  if (!(find((name.bold ? "*" : "") + label(name)) != nullptr || (name.differential && is_adjoint(name))))
    return std::nullopt;
  const Value of = named(name);
  const Shape s = shape(of.e);
  const bool lying = s.size() == 1 && parts.size() == 2;
  if (!lying && (!name.differential || s.size() != parts.size())) return std::nullopt;
  if (lying) {
    const Node& one = parts[of.row ? 0 : 1];
    if (!one.is(Node::Kind::number) || one.text != "1" || !one.bare()) return std::nullopt;
    const auto i = index(parts[of.row ? 1 : 0], s[0]);
    return i ? std::optional(Value{entry(of.e, {*i}), false}) : std::nullopt;
  }
  std::vector<Expr> where;
  for (std::size_t k = 0; k < s.size(); ++k) {
    const auto i = index(parts[k], s[k]);
    if (!i) return std::nullopt;
    where.push_back(*i);
  }
  return Value{entry(of.e, where), false};
}

std::optional<Value> Meaning::example_of(const Node& symbol) {
  if (symbol.above.empty() || symbol.primes > 0) return std::nullopt;
  // The number of the example, and what else stands above.
  Node whole = symbol;
  Node number = symbol.above[0];
  whole.above.clear();
  if (number.is(Node::Kind::product) && number.kids.size() == 2 && number.ops[1].empty()) {
    whole.above = {number.kids[0]};
    number = Node(number.kids[1]);
  }
  if (!number.is(Node::Kind::group) || number.text != "(" || !number.bare()) return std::nullopt;
  number = Node(number.kids[0]);
  if (!number.is(Node::Kind::symbol) || !number.bare() || number.word || is_layer(number)) return std::nullopt;
  const std::vector<Node> subscripts = whole.below.empty() ? std::vector<Node>{} : components(whole.below[0]);
  whole.below.clear();
  // By its own letter, or by the capital.
  std::vector<Node> candidates{whole};
  const std::size_t letter = whole.differential ? 1 : 0;
  if (whole.text.size() == letter + 1 && whole.text[letter] >= 'a' && whole.text[letter] <= 'z') {
    whole.text[letter] = static_cast<char>(whole.text[letter] - 'a' + 'A');
    candidates.push_back(whole);
  }
  for (std::size_t k = candidates.size(); k-- > 0;) {
    candidates.push_back(candidates[k]);
    candidates.back().bold = !candidates.back().bold;
  }
  for (const Node& name : candidates) {
    const bool known = known_symbol(name) || declare_early(name) || define_early(name) || is_adjoint(name);
    if (!known) continue;
    const Value of = named(name);
    const Shape s = shape(of.e);
    if (s.size() == 1 && subscripts.empty()) {  // one number for each example
      if (const auto i = index(number, s[0])) return Value{entry(of.e, {*i}), false};
    }
    if (s.size() != 2) continue;
    const auto range = range_of(number.text);
    const auto fits = [&](std::size_t axis) { return range && s[axis] == *range; };
    const bool one = arena_.is_number(s[0]) && arena_.value(s[0]) == 1;
    if (!fits(1) && !fits(0) && !one) continue;
    const std::size_t axis = fits(1) || one ? 1 : 0;
    const auto i = index(number, s[axis]);
    if (!i) continue;
    const auto at = [&](Expr j) { return axis == 1 ? entry(of.e, {j, *i}) : entry(of.e, {*i, j}); };
    const Expr rest = s[1 - axis];
    const std::string reading = fmt::format("read `{}` as {} {} of `{}`", plain(label(symbol)),
                                            axis == 1 ? "column" : "row", number.text, plain(label(name)));
    report(reading);
    if (arena_.is_number(rest) && arena_.value(rest) == 1) return Value{at(arena_.number(1)), false};
    if (subscripts.empty()) return over_indices({rest}, false, [&](const std::vector<Expr>& j) { return at(j[0]); });
    const auto j = subscripts.size() == 1 ? index(subscripts[0], rest) : std::nullopt;
    if (j) return Value{at(*j), false};
  }
  return std::nullopt;
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers of which all that matters is that they are numbers: the largest entry of a vector, what is constant.
#include <fmt/format.h>

#include "document/meaning.h"
#include "document/nodes.h"

namespace gradus::document {

// \max(x) and \max_k x_k of a vector x: a number of its own. What holds for any number is proved; nothing is refuted,
// and no derivative taken, as it depends on x.
std::optional<Value> Meaning::largest(const Node& name, const Node& argument, bool over_index) {
  if (!argument.is(Node::Kind::symbol) || !argument.above.empty() || argument.primes > 0) return std::nullopt;
  Node vector = argument;
  if (over_index) {
    const Node& letter = name.below[0];
    const bool entry = letter.is(Node::Kind::symbol) && letter.bare() && !letter.word && !argument.below.empty() &&
                       argument.below[0].is_symbol(letter.text) && argument.below[0].bare() && !is_used(letter.text);
    if (!entry) return std::nullopt;
    vector.below.clear();
  } else if (!argument.below.empty() || !known_symbol(argument) || shape(value(argument).e).size() != 1) {
    return std::nullopt;
  }
  const std::string key = fmt::format("\\{} {}", name.text, label(vector));
  if (Named* const known = find(key)) return value_of(*known, {}, key);
  const std::string why = fmt::format("what `{}` is was not used", plain(key));
  Named& made = introduce(key, {}, {}, {});
  never_refuted_.emplace(key, why);
  unread_.emplace(arena_.name(made.symbol), why);
  return value_of(made, {}, key);
}

// "+ const": a number, and another one in each equation.
Value Meaning::constant(const Node& n) {
  const std::string why = fmt::format("what `{}` stands for may be something else in each equation", n.text);
  Named* known = find(n.text);
  if (known == nullptr) {
    known = &introduce(n.text, {}, {}, {});
    never_refuted_.emplace(n.text, why);
  }
  return value_of(*known, {}, n.text);
}

}  // namespace gradus::document

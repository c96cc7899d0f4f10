// SPDX-License-Identifier: GPL-2.0-or-later
// Entries of names of layers: z_k^{l+1}, where z^l is a vector.
#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {

// An entry of a name of which nothing is said but what the same name is at another layer: what is said of the whole of
// it goes before an equation for its entries, which then claims something.
std::optional<Value> Meaning::entry_at_layer(const Node& symbol) {
  if (symbol.below.empty() || symbol.step || symbol.primes > 0 || !at_layer(symbol)) return std::nullopt;
  Node whole = symbol;
  whole.below.clear();
  if (known_symbol(whole) || !define_layer(whole)) return std::nullopt;
  return entry_of_tensor(symbol, components(symbol.below[0]));
}

// z^{l+1} where z^l has an equation before: it is the same for all l, and what stands behind of z^{l+1} claims
// something. What is said of a layer by its own letter or number, as of the last one, is what it is.
bool Meaning::is_beside_general(const Node& symbol) const {
  if (!equation_of_layer(symbol)) return false;
  const auto own = layer_of(symbol.above[0]);
  return own && std::ranges::any_of(layer_equations_, [&](const LayerEquation& e) {
           const Node& name = e.name.is(Node::Kind::product) ? e.name.kids[0] : e.name;
           const auto other = layer_of(name.above[0]);
           return !e.set && name.text == symbol.text && name.bold == symbol.bold && name.begin < symbol.begin &&
                  other && !other->letter.empty() && other->letter == own->letter && other->offset != own->offset;
         });
}

bool Meaning::is_of_certain_layer(const Node& name, const Node& value) const {
  if (!name.is(Node::Kind::symbol) || name.step || !equation_of_layer(name) || is_beside_general(name)) return false;
  return std::ranges::none_of(layer_equations_, [&](const LayerEquation& e) {
    const auto here = e.set ? std::nullopt : for_layer(e, name);
    return here && label(here->name) == label(name) && label(here->value) == label(value);
  });
}

}  // namespace gradus::document

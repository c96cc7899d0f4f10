// SPDX-License-Identifier: GPL-2.0-or-later
// Entries of names of layers: z_k^{l+1}, where z^l is a vector.
#include <algorithm>
#include <functional>

#include "document/meaning.h"
#include "document/nodes.h"

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

// a^L of \nabla_a C, where C is a function of a^L: the one layer of this name that it depends on without another layer
// between. Nothing where there are several, or where the letter has a meaning of its own.
std::optional<Node> Meaning::layer_in(Expr of, const Node& letter) {
  if (known_symbol(letter) && !is_guess(named(letter).e)) return std::nullopt;
  const std::string stem = (letter.bold ? "*" : "") + letter.text + "^";
  std::set<std::string> layers, seen;
  const std::function<void(Expr)> look = [&](Expr e) {
    for (const Expr s : symbols(arena_, e)) {
      const std::string& name = arena_.name(s);
      if (!seen.insert(name).second) continue;
      const bool layer = std::ranges::any_of(names_, [&](const auto& n) {
        return n.second.symbol == s && (n.first.starts_with(stem) || n.first.starts_with("*" + stem));
      });
      const Definition* d = name.find('^') != std::string::npos ? nullptr : model_.definition(name);
      if (layer) layers.insert(name);
      if (d != nullptr) look(d->value);
    }
  };
  look(of);
  if (layers.size() != 1) return std::nullopt;
  std::string script = layers.begin()->substr(letter.text.size() + 1);  // L, {[L]} or {(L)}
  Node out = letter, layer = letter;
  layer.bold = false;
  layer.text = script;
  if (script.starts_with("{[") || script.starts_with("{(")) {
    layer.text = script.substr(2, script.size() - 4);
    layer = group_of(layer);
    layer.text = script.substr(1, 1);
  }
  out.above = {layer};
  return at_layer(out) && known_symbol(out) ? std::optional(out) : std::nullopt;
}

bool Meaning::is_of_certain_layer(const Node& name, const Node& value) const {
  if (!name.is(Node::Kind::symbol) || name.step || !equation_of_layer(name) || is_beside_general(name)) return false;
  return std::ranges::none_of(layer_equations_, [&](const LayerEquation& e) {
    const auto here = e.set ? std::nullopt : for_layer(e, name);
    return here && label(here->name) == label(name) && label(here->value) == label(value);
  });
}

}  // namespace gradus::document

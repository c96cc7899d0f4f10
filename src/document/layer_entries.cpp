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

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// The last layer beside a general one: what lies between them is not written.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"
#include "document/nodes.h"
#include "document/reader.h"

namespace gradus::document {
namespace {

// Whether a letter is that of a layer: `L` of `{(L-1)}`.
bool is_layer_script(std::string_view script, const std::string& letter) {
  script.remove_prefix(std::min(script.find_first_not_of("{[("), script.size()));
  return script.substr(0, script.find_first_of("+-)]}_ ")) == letter;
}

}  // namespace

// What the last layer gets from those below, a^{L-1}, is a function of every layer l, by ways that are not written: of
// each name of the general layer by which something is differentiated that the last layer is in. So is a cost of which
// only is said that it depends on the last layer, where something is added to it.
void Meaning::hold_last_layers(Expr of, const Node& by, Expr variable) {
  if (!by.is(Node::Kind::symbol) || by.step || !at_layer(by)) return;
  if (arena_.is(of, Op::Symbol) && is_free(of)) return;
  const std::string general = layer_of(by.above[0])->letter;
  std::vector<Expr> last, costs;
  for (const std::string& part : everything_in(of)) {
    const Expr symbol = arena_.symbol(part);
    if (is_of_last_layer(part, general)) {
      if (is_free(symbol)) last.push_back(symbol);
    } else if (const auto held = held_.find(part); held != held_.end() && part.find('^') == std::string::npos) {
      costs.push_back(symbol);
    }
  }
  for (const Expr symbol : costs.empty() ? last : costs) {
    if (depends(symbol, variable) || !hold(symbol, computed_with(by, variable), {}) || !costs.empty()) continue;
    never_refuted_.emplace(arena_.name(symbol), fmt::format("by what ways `{}` depends on the layers below is not said",
                                                            arena_.name(symbol)));
  }
}

// z^l of W^l and b^l: what a parameter is in, by way of which all else depends on it. The name itself if there is none.
Expr Meaning::computed_with(const Node& by, Expr variable) {
  const auto is_it = [&](const LayerEquation& e) { return !e.set && document::called(e.name).text == by.text; };
  if (std::ranges::any_of(layer_equations_, is_it)) return variable;
  for (std::size_t k = 0; k < layer_equations_.size(); ++k) {
    const LayerEquation& e = layer_equations_[k];
    if (e.set || !e.name.is(Node::Kind::symbol) || e.name.text == by.text) continue;
    bool inside = false;
    walk(e.value, [&](const Node& n) {
      inside = inside || (n.is(Node::Kind::symbol) && n.text == by.text && n.bold == by.bold &&
                          script_above(n) == script_above(e.name));
      return !inside;
    });
    if (!inside || has_quotient(e.value)) continue;
    Node name = e.name;
    name.below.clear();
    name.above = by.above;
    if (!known_symbol(name) && !define_layer(name)) continue;
    Expr of{};
    aside([&] { of = named(name).e; });
    if (arena_.is(of, Op::Symbol) && of != variable && depends(of, variable)) return of;
  }
  return variable;
}

// Whether a name is one that an equation has for the general layer, at another one that has a letter of its own.
bool Meaning::is_of_last_layer(const std::string& name, const std::string& general) const {
  const std::size_t at = name.find('^');
  if (at == std::string::npos) return false;
  const std::string stem = name.substr(0, at), script = name.substr(at + 1);
  if (!layer_of_name(script) || is_layer_script(script, general)) return false;
  return std::ranges::any_of(layer_equations_, [&](const LayerEquation& e) {
    const Node& of = e.name.is(Node::Kind::product) ? e.name.kids[0] : e.name;
    const auto layer = layer_of(of.above[0]);
    return !e.set && of.text == stem && layer && layer->letter == general;
  });
}

}  // namespace gradus::document

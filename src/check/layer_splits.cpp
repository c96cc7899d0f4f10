// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/layer_splits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gradus/diag/source.h"

namespace gradus {

using namespace tensor;

namespace {

// The sides without sums over layers.
std::vector<Expr> without_sums(Arena& arena, const std::vector<Expr>& sides, Expr index) {
  std::vector<Expr> out;
  for (const Expr side : sides) {
    ExprMap<Expr> none;
    for (const Expr e : reachable(arena, side)) {
      if (arena.is(e, Op::Sum) && arena.child(e, 0) == index) none[e] = arena.number(0);
    }
    out.push_back(substitute(arena, side, none));
  }
  return out;
}

std::vector<LayerName> layer_names(const Arena& arena, const std::vector<Expr>& sides, const Layers& layers) {
  std::vector<LayerName> out;
  for (const Expr e : reachable(arena, sides)) {
    if (!arena.is(e, Op::Symbol)) continue;
    const auto name = layer_name(arena.name(e));
    if (name && layers.names.contains(name->base)) out.push_back(*name);
  }
  return out;
}

}  // namespace

LayerSplit::LayerSplit(Arena& arena, const LayerParts& parts, Expr cost)
    : arena_(arena), layers_(parts.layers()), parts_(parts), cost_(cost) {}

bool LayerSplit::names_layer(Arena& arena, const std::vector<Expr>& sides, const std::string& l, const Layers& layers) {
  const auto names = layer_names(arena, without_sums(arena, sides, layers.index), layers);
  return std::ranges::any_of(names, [&](const LayerName& n) { return n.anchor == l; });
}

// A derivative says something in a part where all of it is seen.
void LayerSplit::require_in_part(Expr derivative, LayerSpan::Where where) const {
  const Expr of = arena_.child(derivative, 0), by = arena_.child(derivative, 1);
  if (where != LayerSpan::Where::last && of != cost_ && contains(arena_, of, cost_))
    throw Error({}, "second derivatives are not decided for layers");
  const auto layer = layer_name(arena_.name(by));
  if (layer && layers_.names.contains(layer->base)) return;
  if (parts_.reaches_layers(by))
    throw Error({}, fmt::format("`{}` sums over all layers, which is not decided here", print(arena_, derivative)));
  if (where == LayerSpan::Where::general || where == LayerSpan::Where::first) {
    throw Error({}, fmt::format("`{}` is the derivative by a name outside of the layers", print(arena_, derivative)));
  }
}

bool LayerSplit::is_before_last(const std::vector<Expr>& sides) const {
  const std::vector<Expr> nodes = reachable(arena_, sides);
  return std::ranges::any_of(nodes, [&](Expr e) {
    const auto by = arena_.is(e, Op::Deriv) ? layer_name(arena_.name(arena_.child(e, 1))) : std::nullopt;
    return by && by->anchor == arena_.name(layers_.depth) && by->offset < 0 && layers_.names.contains(by->base);
  });
}

LayerSpan LayerSplit::span(const std::vector<Expr>& sides) const {
  LayerSpan out;
  const std::vector<Expr> plain = without_sums(arena_, sides, layers_.index);
  const std::string l = arena_.name(layers_.index), depth = arena_.name(layers_.depth);
  long least = 1, most = -1;
  bool general = false, number = false, last = plain != sides;
  for (const LayerName& n : layer_names(arena_, plain, layers_)) {
    const Layers::Name& known = layers_.names.at(n.base);
    number = number || (n.anchor.empty() && known.kind != Layers::Kind::dimension);
    last = last || (n.anchor == depth && known.kind != Layers::Kind::dimension);
    if (n.anchor != l) continue;
    general = true;
    most = std::max(most, n.offset);
    // What a layer gets from the one before is given, with its value; what else uses it there is not seen.
    const bool before = known.kind == Layers::Kind::dimension || known.first == 0;
    least = std::min(least, n.offset + (before ? 1 : 0));
  }
  for (const Expr e : reachable(arena_, plain)) {
    const auto by = arena_.is(e, Op::Deriv) ? layer_name(arena_.name(arena_.child(e, 1))) : std::nullopt;
    if (!by || by->anchor != l || !layers_.names.contains(by->base)) continue;
    least = std::min(least, by->offset);
    out.has_first = out.has_first || (by->offset == -1 && layers_.names.at(by->base).first == 0);
  }
  for (const Expr side : plain) {
    for (const Expr s : symbols(arena_, side)) last = last || (s != cost_ && parts_.is_behind(s));
  }
  if (general && (last || number)) {
    throw Error({}, "it is about a layer, and about others that are not next to it");
  }
  if (general) {
    out.where = LayerSpan::Where::general;
    out.shift = -least;
    if (most + out.shift > 1) throw Error({}, "it is about more than two layers that are next to each other");
    out.has_next = most + out.shift == 1;
  } else if (number) {
    out.where = last ? LayerSpan::Where::mixed : LayerSpan::Where::first;
  }
  for (const Expr e : reachable(arena_, sides)) {
    if (arena_.is(e, Op::Deriv)) require_in_part(e, out.where);
  }
  return out;
}

void LayerSplit::require_one_layer(const std::vector<Expr>& sides) const {
  const LayerSpan at = span(sides);
  const bool none = layer_names(arena_, sides, layers_).empty();
  for (const Expr e : reachable(arena_, sides)) {
    if (arena_.is(e, Op::Deriv)) require_in_part(e, LayerSpan::Where::general);
  }
  if (at.shift != 0 || at.has_next || (!none && at.where != LayerSpan::Where::general))
    throw Error({}, "what is summed over layers is not about one of them alone");
}

bool LayerSplit::is_layer_sum(Expr e) const { return arena_.is(e, Op::Sum) && arena_.child(e, 0) == layers_.index; }

bool LayerSplit::has_sums(const std::vector<Expr>& sides) const {
  const std::vector<Expr> nodes = reachable(arena_, sides);
  return std::ranges::any_of(nodes, [&](Expr e) { return is_layer_sum(e); });
}

LayerSplit::Linear LayerSplit::linear(Expr e) const {
  const LayerSpan::Where where = span({e}).where;
  if (is_layer_sum(e)) return {arena_.child(e, 2), std::nullopt, std::nullopt};
  if (!has_sums({e}) && where != LayerSpan::Where::mixed) {
    if (where == LayerSpan::Where::first) return {std::nullopt, e, std::nullopt};
    return {std::nullopt, std::nullopt, e};
  }
  const std::vector<Expr> children = arena_.children_copy(e);
  static constexpr std::array parts{&Linear::each, &Linear::first, &Linear::behind};
  Linear out;
  if (arena_.is(e, Op::Add)) {
    std::array<std::vector<Expr>, parts.size()> terms;
    for (const Expr c : children) {
      const Linear of = linear(c);
      for (std::size_t k = 0; k < parts.size(); ++k) {
        if (of.*parts[k]) terms[k].push_back(*(of.*parts[k]));
      }
    }
    for (std::size_t k = 0; k < parts.size(); ++k) {
      if (!terms[k].empty()) out.*parts[k] = arena_.sum(terms[k]);
    }
    return out;
  }
  // One factor, row, argument is a sum: what stands around it is taken in.
  const bool around = arena_.is(e, Op::Mul) || arena_.is(e, Op::MatMul) || arena_.is(e, Op::Transpose) ||
                      arena_.is(e, Op::Entry) || arena_.is(e, Op::Table) ||
                      (arena_.is(e, Op::Call) && (arena_.name(e) == "sum" || arena_.name(e) == "mean"));
  std::optional<std::size_t> split;
  for (std::size_t k = 0; k < children.size(); ++k) {
    if (!has_sums({children[k]}) && span({children[k]}).where != LayerSpan::Where::mixed) continue;
    if (split || !around) throw Error({}, "a sum over layers stands within something that is no sum");
    split = k;
  }
  if (!split) throw Error({}, "it is about the first layer, and about what comes behind the last one");
  const Linear inside = linear(children[*split]);
  // Where entries are moved or added, a part that is stretched to fit another one must not stand for itself.
  const bool by_entries = arena_.is(e, Op::Mul) || arena_.is(e, Op::Table);
  for (const auto part : parts) {
    if (!(inside.*part)) continue;
    if (!by_entries && parts_.shape_with_layers(*(inside.*part)) != parts_.shape_with_layers(children[*split]))
      throw Error({}, "a part of a sum is stretched before its entries are taken or added");
    std::vector<Expr> with = children;
    with[*split] = *(inside.*part);
    out.*part = arena_.rebuild(e, with);
  }
  return out;
}

}  // namespace gradus

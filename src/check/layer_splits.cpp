// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/layer_splits.h"

#include <fmt/format.h>

#include <algorithm>

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

// Why a derivative says nothing in the part where the claim is judged: there only a part of it is seen.
std::string LayerSplit::why_not(Expr derivative, LayerSpan::Where where) const {
  const Expr of = arena_.child(derivative, 0), by = arena_.child(derivative, 1);
  if (where != LayerSpan::Where::last && of != cost_ && contains(arena_, of, cost_))
    return "second derivatives are not decided for layers";
  const auto layer = layer_name(arena_.name(by));
  if (layer && layers_.names.contains(layer->base)) return {};
  if (!parts_.reaches_layers(by)) {
    if (where == LayerSpan::Where::last) return {};
    return fmt::format("`{}` is the derivative by a name outside of the layers", print(arena_, derivative));
  }
  const bool first = parts_.reach_first(by), each = parts_.reach_each(by), behind = parts_.is_used_behind(by);
  if (of == cost_ && first && !each && !behind && where == LayerSpan::Where::first) return {};
  if (of == cost_ && each && !first && where == LayerSpan::Where::last && is_total(derivative)) return {};
  return fmt::format("`{}` sums over all layers, which is not decided here", print(arena_, derivative));
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
    out.why = "it is about a layer, and about others that are not next to it";
    return out;
  }
  if (number && last) {
    out.why = "it is about the first layer, and about what comes behind the last one";
    return out;
  }
  if (general) {
    out.where = LayerSpan::Where::general;
    out.shift = -least;
    if (most + out.shift > 1) out.why = "it is about more than two layers that are next to each other";
    out.has_next = most + out.shift == 1;
  } else if (number) {
    out.where = LayerSpan::Where::first;
  } else if (!last) {
    // dJ/dX: through what the layers begin with.
    for (const Expr e : reachable(arena_, sides)) {
      if (arena_.is(e, Op::Deriv) && arena_.child(e, 0) == cost_ && parts_.reach_first(arena_.child(e, 1)))
        out.where = LayerSpan::Where::first;
    }
  }
  for (const Expr e : reachable(arena_, sides)) {
    if (!out.why.empty() || !arena_.is(e, Op::Deriv)) continue;
    out.why = why_not(e, out.where);
  }
  return out;
}

bool LayerSplit::is_total(Expr e) const {
  if (arena_.is(e, Op::Sum)) return arena_.child(e, 0) == layers_.index;
  return arena_.is(e, Op::Deriv) && arena_.child(e, 0) == cost_ &&
         std::ranges::find(parts_.shared(), arena_.child(e, 1)) != parts_.shared().end();
}

bool LayerSplit::has_totals(const std::vector<Expr>& sides) const {
  const std::vector<Expr> nodes = reachable(arena_, sides);
  return std::ranges::any_of(nodes, [&](Expr e) { return is_total(e); });
}

bool LayerSplit::has_total_derivatives(const std::vector<Expr>& sides) const {
  const std::vector<Expr> nodes = reachable(arena_, sides);
  return std::ranges::any_of(nodes, [&](Expr e) { return arena_.is(e, Op::Deriv) && is_total(e); });
}

std::optional<LayerSplit::Linear> LayerSplit::linear(Expr e) const {
  if (arena_.is(e, Op::Sum) && is_total(e)) return Linear{arena_.child(e, 2), std::nullopt};
  if (is_total(e)) return Linear{e, e};
  if (!has_totals({e})) return Linear{std::nullopt, e};
  const std::vector<Expr> children = arena_.children_copy(e);
  if (arena_.is(e, Op::Add)) {
    std::vector<Expr> each, remains;
    for (const Expr c : children) {
      const auto parts = linear(c);
      if (!parts) return std::nullopt;
      if (parts->each) each.push_back(*parts->each);
      if (parts->remains) remains.push_back(*parts->remains);
    }
    Linear out;
    if (!each.empty()) out.each = arena_.sum(each);
    if (!remains.empty()) out.remains = arena_.sum(remains);
    return out;
  }
  // One factor, row, argument is a sum: what stands around it is taken in.
  const bool around = arena_.is(e, Op::Mul) || arena_.is(e, Op::MatMul) || arena_.is(e, Op::Transpose) ||
                      arena_.is(e, Op::Entry) || arena_.is(e, Op::Table) ||
                      (arena_.is(e, Op::Call) && (arena_.name(e) == "sum" || arena_.name(e) == "mean"));
  std::optional<std::size_t> where;
  for (std::size_t k = 0; k < children.size(); ++k) {
    if (!has_totals({children[k]})) continue;
    if (where || !around) return std::nullopt;
    where = k;
  }
  const auto inside = linear(children[*where]);
  if (!inside) return std::nullopt;
  const auto with = [&](const std::optional<Expr>& part) -> std::optional<Expr> {
    if (!part) return std::nullopt;
    std::vector<Expr> parts = children;
    parts[*where] = *part;
    return arena_.rebuild(e, parts);
  };
  return Linear{with(inside->each), with(inside->remains)};
}

Claim LayerSplit::with_shares(Claim link, const LayerName& at) const {
  for (Expr& side : link.sides) {
    side = map_bottom_up(arena_, side, [&](Arena&, Expr e) {
      return std::ranges::find(parts_.shared(), e) == parts_.shared().end() ? e : parts_.share(e, at);
    });
  }
  return link;
}

}  // namespace gradus

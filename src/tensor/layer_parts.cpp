// SPDX-License-Identifier: GPL-2.0-or-later
// The parts: a layer with its neighbours, the first one, the last one, all of a number of layers.
#include <fmt/format.h>

#include <algorithm>

#include "gradus/diag/source.h"
#include "gradus/tensor/layers.h"
#include "tensor/chain.h"
#include "tensor/layers.h"

namespace gradus::tensor {
namespace {

// What the other layers make of a sum over layers.
std::string rest_of(const Arena& arena, Expr sum) { return print(arena, sum) + " of the layers before"; }

// A cost that is linear in what is left open: a sum of entries, each times what the rest makes of it.
class OpenCost {
 public:
  OpenCost(Arena& arena, const Model& model, Expr cost) : arena_(arena), model_(model), cost_(cost) {}

  /// In the convention the derivative by what counts examples is `m` times that of the cost, where it is `scaled`.
  void add(const Model& out, Expr factor, Expr value, const Shape& shape, bool scaled) {
    std::vector<Expr> indices;
    for (std::size_t k = 0; k < shape.size(); ++k) indices.push_back(arena_.symbol(fmt::format("place {}", k)));
    const auto over = std::ranges::find(shape, examples() ? model_.per_example->over : Expr{});
    const bool counted = examples() && over != shape.end();
    if (counted) indices[static_cast<std::size_t>(over - shape.begin())] = example_;
    Shapes shapes(arena_, out.shapes);
    const auto entry = [&](Expr e) {
      std::vector<Expr> parts{e};
      parts.insert(parts.end(), indices.begin(), indices.end());
      return shapes.of(e).empty() ? e : arena_.make(Op::Entry, parts);
    };
    Expr term = arena_.mul(entry(factor), entry(value));
    if (counted && scaled) term = arena_.mul(model_.per_example->over, term);
    for (std::size_t k = shape.size(); k-- > 0;) {
      if (indices[k] != example_) term = arena_.make(Op::Sum, {indices[k], shape[k], term});
    }
    (counted ? of_examples_ : terms_).push_back(term);
  }

  void define(Model& out, Place place) {
    const auto definition = [&](const std::string& name, Expr value) {
      const Expr symbol = arena_.symbol(name);
      out.introduced.emplace(name, place);
      out.definition_index.emplace(name, out.definitions.size());
      out.definitions.push_back({name, symbol, value, place});
      return symbol;
    };
    if (examples()) {
      const Expr over = model_.per_example->over;
      const Expr loss =
          definition("loss of the rest", arena_.make(Op::Table, {example_, over, arena_.sum(of_examples_)}));
      out.shapes[arena_.name(loss)] = {over};
      terms_.insert(terms_.begin(), arena_.mul(arena_.pow(over, arena_.number(-1)), arena_.call("sum", {loss})));
    }
    definition(arena_.name(cost_), arena_.sum(terms_));
  }

 private:
  bool examples() const { return model_.per_example && model_.per_example->cost == cost_; }

  Arena& arena_;
  const Model& model_;
  Expr cost_;
  std::vector<Expr> terms_, of_examples_;
  const Expr example_ = arena_.symbol("example");
};

}  // namespace

// The derivative of the cost by a sum over layers: in names that are known everywhere, or a name for it.
Expr LayerParts::factor(Expr sum) {
  if (const auto known = factors_.find(sum); known != factors_.end()) return known->second;
  Model out = base(Outside::common);
  const LayerName depth = last_layer();
  for (const std::string& base : open_) add_input(out, arena_.symbol(print(LayerName{base, depth.anchor, 0})));
  ExprMap<Expr> names;
  for (std::size_t k = 0; k < sums_.size(); ++k) {
    names[sums_[k]] = arena_.symbol(fmt::format("sum {} over layers", k));
    add_input(out, names[sums_[k]], shape_with_layers(sums_[k]));
  }
  Names known;
  for (const Expr s : symbols(arena_, arena_.product(model_.dims))) known.insert(s);
  for (const auto& list : {out.params, out.inputs}) {
    for (const Expr s : list) {
      if (model_.introduced.contains(arena_.name(s))) known.insert(s);
    }
  }
  for (const Definition& d : out.definitions) known.insert(d.symbol);
  for (const Definition& d : model_.definitions) {
    if (!behind_.contains(d.symbol)) continue;
    Definition with = d;
    with.value = substitute(arena_, d.value, names);
    add_definition(out, with, {});
  }
  Chain chain(engine_, out);
  std::optional<Expr> found;
  for (const Derivation& d : chain.run(cost_, {names.at(sum)})) {
    if (d.wrt == names.at(sum) && !arena_.is(d.start, Op::Entry)) found = d.result;
  }
  const std::vector<Expr> used = found ? symbols(arena_, *found) : std::vector<Expr>{};
  const bool everywhere = found && std::ranges::all_of(used, [&](Expr s) { return known.contains(s); });
  return factors_[sum] =
             everywhere ? *found : arena_.symbol(fmt::format("d{}/d({})", arena_.name(cost_), print(arena_, sum)));
}

void LayerParts::require_scalar() const {
  const Shape of_cost = shape_of(cost_);
  if (is_single(arena_, of_cost)) return;
  throw Error({},
              fmt::format("`{}` is {}: derivatives through layers are those of a scalar", arena_.name(cost_),
                          print_shape(arena_, of_cost)),
              fmt::format("`--dim {}=2` writes two layers out", arena_.name(layers_.depth)));
}

// The cost, as far as the layers `of` are seen: what becomes of `left_open` is not known.
void LayerParts::add_rest(Model& out, const std::vector<LayerName>& of, const LayerName& left_open, Outside outside) {
  require_scalar();
  OpenCost cost(arena_, model_, cost_);
  for (const std::string& base : open_) {
    const Expr name = arena_.symbol(print(LayerName{base, left_open.anchor, left_open.offset}));
    const Shape open = shape(base, left_open);
    const Expr unknown = arena_.symbol(fmt::format("what the rest makes of {}", arena_.name(name)));
    add_input(out, unknown, open);
    cost.add(out, unknown, name, open, false);
  }
  for (const Expr sum : sums_) {
    Expr times = factor(sum);
    const Shape summed = shape_with_layers(sum);
    if (outside == Outside::cut && left_open.anchor.empty()) {
      ExprMap<Expr> apart;
      for (const Expr s : symbols(arena_, times)) {
        if (!model_.introduced.contains(arena_.name(s)) || std::ranges::find(model_.dims, s) != model_.dims.end())
          continue;
        add_input(out, apart[s] = behind(s), shape_of(s));
      }
      times = substitute(arena_, times, apart);
    }
    if (arena_.is(times, Op::Symbol)) add_input(out, times, summed);
    for (const LayerName& at : of) {
      const Expr value = of_layer(arena_.child(sum, 2), at, at.offset == of.front().offset ? outside : Outside::common);
      know(out, value);
      cost.add(out, times, value, summed, true);
    }
  }
  cost.define(out, layers_.place);
}

Model LayerParts::general(Outside outside) {
  Model out = base(outside);
  const LayerName here = general_layer(), next = general_layer(1);
  add_given(out, here);
  add_layer(out, here, outside);
  add_layer(out, next, Outside::common);
  add_rest(out, {here, next}, next, outside);
  finish(out, {general_layer(-1), here, next});
  return out;
}

Model LayerParts::first(Outside outside) {
  Model out = base(outside);
  const LayerName here{{}, {}, 1};
  for (const Definition& d : layers_.first) add_definition(out, d, {});
  add_layer(out, here, outside);
  add_rest(out, {here}, here, outside);
  finish(out, {here});
  return out;
}

Model LayerParts::before(Expr name) {
  require_scalar();
  Model out = base(Outside::common);
  OpenCost cost(arena_, model_, cost_);
  for (const Expr s : prefix()) {
    if (s == name) continue;
    const Shape defined = shape_of(s);
    const Expr unknown = arena_.symbol(fmt::format("what the rest makes of {}", arena_.name(s)));
    add_input(out, unknown, defined);
    cost.add(out, unknown, s, defined, false);
  }
  cost.define(out, layers_.place);
  finish(out, {});
  return out;
}

Expr LayerParts::in_last(Expr e, Outside outside) const {
  ExprMap<Expr> map;
  for (const Expr sum : layer_sums(e)) {
    const Expr at_last = of_layer(arena_.child(sum, 2), last_layer(), outside);
    map[sum] = arena_.add(at_last, arena_.symbol(rest_of(arena_, sum)));
  }
  return substitute(arena_, e, map);
}

Expr LayerParts::with_layer_sums(Expr e) const {
  for (const Expr sum : sums_) {
    const Expr whole = in_last(sum, Outside::cut), before = arena_.child(whole, 1);
    if (!contains(arena_, e, before)) continue;
    e = substitute(arena_, e, {{whole, sum}});
    e = substitute(arena_, e, {{before, arena_.sub(sum, arena_.child(whole, 0))}});
  }
  return e;
}

Model LayerParts::last(Outside outside) {
  Model out = base(outside);
  const LayerName here = last_layer();
  add_given(out, here);
  add_layer(out, here, outside);
  for (const Expr sum : sums_) add_input(out, arena_.symbol(rest_of(arena_, sum)), shape_with_layers(sum));
  for (const Definition& d : model_.definitions) {
    if (!behind_.contains(d.symbol)) continue;
    Definition with = d;
    with.value = in_last(d.value, outside);
    add_definition(out, with, {});
  }
  finish(out, {here});
  return out;
}

Expr LayerParts::fixed(Expr e, long depth) const {
  ExprMap<Expr> sums;
  for (const Expr sum : layer_sums(e)) {
    std::vector<Expr> terms;
    for (long k = 1; k <= depth; ++k)
      terms.push_back(at_layer(arena_, arena_.child(sum, 2), arena_.name(layers_.index), {{}, {}, k}));
    sums[sum] = arena_.sum(terms);
  }
  return at_layer(arena_, substitute(arena_, e, sums), arena_.name(layers_.depth), {{}, {}, depth});
}

Model LayerParts::unrolled(long depth) {
  Model out = base(Outside::common);
  for (const Definition& d : layers_.first) add_definition(out, d, {});
  std::vector<LayerName> all;
  for (long k = 1; k <= depth; ++k) {
    all.push_back({{}, {}, k});
    add_layer(out, all.back(), Outside::common);
  }
  for (const Definition& d : model_.definitions) {
    if (!behind_.contains(d.symbol)) continue;
    Definition with = d;
    with.value = fixed(d.value, depth);
    add_definition(out, with, {});
  }
  std::erase(out.dims, layers_.depth);
  // Those of layers in their order.
  const std::vector<Expr> used = std::exchange(out.dims, {});
  std::vector<Expr> moved;
  for (const Expr d : used) moved.push_back(fixed(d, depth));
  for (const Expr d : moved) {
    if (std::ranges::find(model_.dims, d) != model_.dims.end()) out.dims.push_back(d);
  }
  for (const std::string& base : layers_.order) {
    for (long k = 0; k <= depth; ++k) {
      const Expr d = arena_.symbol(print(LayerName{base, {}, k}));
      if (std::ranges::find(moved, d) != moved.end()) out.dims.push_back(d);
    }
  }
  for (auto& [name, shape] : out.shapes) {
    for (Expr& d : shape) d = fixed(d, depth);
  }
  for (Definition& d : out.definitions) d.value = fixed(d.value, depth);
  for (const Expr d : out.dims) out.introduced.emplace(arena_.name(d), layers_.place);
  finish(out, all);
  for (Assumption& a : out.assumptions) a.condition = fixed(a.condition, depth);
  return out;
}

}  // namespace gradus::tensor

namespace gradus {

Model with_depth(Engine& engine, const Model& model, long depth) {
  return tensor::LayerParts(engine, model, model.definitions.back().symbol).unrolled(depth);
}

}  // namespace gradus

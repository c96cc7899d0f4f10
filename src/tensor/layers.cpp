// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/layers.h"

#include <fmt/format.h>

#include <algorithm>

#include "gradus/diag/source.h"

namespace gradus::tensor {
namespace {

template <class T>
void add_once(std::vector<T>& to, const T& value) {
  if (std::ranges::find(to, value) == to.end()) to.push_back(value);
}

}  // namespace

LayerParts::LayerParts(Engine& engine, const Model& model, Expr cost)
    : engine_(engine), arena_(engine.arena), model_(model), layers_(*model.layers), cost_(cost) {
  read();
}

std::vector<Expr> LayerParts::layer_sums(Expr e) const {
  std::vector<Expr> out;
  for (const Expr node : reachable(arena_, e)) {
    if (arena_.is(node, Op::Sum) && arena_.child(node, 0) == layers_.index) out.push_back(node);
  }
  return out;
}

void LayerParts::read() {
  const std::string l = arena_.name(layers_.index), depth = arena_.name(layers_.depth);
  for (const Definition& d : model_.definitions) {
    ExprMap<Expr> without;  // sums over layers
    for (const Expr s : layer_sums(d.value)) {
      add_once(sums_, s);
      without[s] = arena_.number(0);
      behind_.insert(d.symbol);
    }
    for (const Expr s : symbols(arena_, substitute(arena_, d.value, without))) {
      if (behind_.contains(s)) behind_.insert(d.symbol);
      const auto name = layer_name(arena_.name(s));
      if (!name || !layers_.names.contains(name->base)) continue;
      if (layers_.names.at(name->base).kind == Layers::Kind::dimension) continue;
      if (name->anchor != depth || name->offset != 0) {
        throw Error(d.place,
                    fmt::format("`{}` uses `{}`: outside of the layers the last one is used, or a sum over all", d.name,
                                arena_.name(s)),
                    fmt::format("write `{}[{}]`", name->base, depth));
      }
      behind_.insert(d.symbol);
      add_once(open_, name->base);
    }
  }
  // What a layer is computed from, and what it adds to sums over layers.
  Names shared;
  std::vector<Expr> values;
  for (const Definition& d : layers_.definitions) values.push_back(d.value);
  for (const Expr sum : sums_) values.push_back(arena_.child(sum, 2));
  for (const Expr value : values) {
    for (const Expr s : symbols(arena_, value)) {
      const auto name = layer_name(arena_.name(s));
      if (name && name->anchor == l && name->offset == -1 &&
          layers_.names.at(name->base).kind == Layers::Kind::definition) {
        add_once(carried_, name->base);
        add_once(open_, name->base);
      }
      const bool global = std::ranges::find(model_.dims, s) == model_.dims.end() &&
                          model_.introduced.contains(arena_.name(s)) && !(name && layers_.names.contains(name->base));
      if (global && shared.insert(s).second) shared_.push_back(s);
    }
  }
  const auto name = layer_name(arena_.name(cost_));
  if (layers_.names.contains(name ? name->base : arena_.name(cost_)))
    throw Error({}, fmt::format("`{}` is of one layer: derivatives are those of what is computed from all of them",
                                arena_.name(cost_)));
}

// Whether one of these definitions is computed from a name.
bool LayerParts::depend(const std::vector<Definition>& definitions, Expr name) const {
  Names names{name};
  const auto uses = [&](const Definition& d) {
    const std::vector<Expr> used = symbols(arena_, d.value);
    return std::ranges::any_of(used, [&](Expr s) { return names.contains(s); });
  };
  for (const Definition& d : model_.definitions) {
    if (!behind_.contains(d.symbol) && uses(d)) names.insert(d.symbol);
  }
  return std::ranges::any_of(definitions, uses);
}

bool LayerParts::reach_each(Expr name) const {
  std::vector<Definition> each = layers_.definitions;
  for (const Expr sum : sums_) each.push_back({{}, {}, arena_.child(sum, 2), {}});
  return depend(each, name);
}

bool LayerParts::reach_first(Expr name) const { return depend(layers_.first, name); }

bool LayerParts::is_used_behind(Expr name) const {
  std::vector<Definition> behind;
  for (const Definition& d : model_.definitions) {
    if (behind_.contains(d.symbol)) behind.push_back(d);
  }
  return depend(behind, name);
}

bool LayerParts::depends(Expr defined, Expr name) const {
  const Definition* const d = model_.definition(arena_.name(defined));
  return d != nullptr && depend({*d}, name);
}

std::vector<Expr> LayerParts::prefix() const {
  std::vector<Expr> out;
  for (const Definition& d : model_.definitions) {
    if (!is_behind(d.symbol) && (reaches_layers(d.symbol) || is_used_behind(d.symbol))) out.push_back(d.symbol);
  }
  return out;
}

// --- names ---

// Of a name outside of the layers.
Shape LayerParts::shape_of(Expr name) const {
  const auto at = model_.shapes.find(arena_.name(name));
  return at == model_.shapes.end() ? Shape{} : at->second;
}

Shape LayerParts::shape(const std::string& base, const LayerName& at) const {
  const auto general = model_.shapes.find(print(LayerName{base, arena_.name(layers_.index), 0}));
  Shape out;
  if (general == model_.shapes.end()) return out;
  for (const Expr d : general->second) out.push_back(at_layer(arena_, d, arena_.name(layers_.index), at));
  return out;
}

// The dimensions and shapes of the names of layers in `e`.
void LayerParts::know(Model& out, Expr e) const {
  for (const Expr s : symbols(arena_, e)) {
    const auto name = layer_name(arena_.name(s));
    if (!name || !layers_.names.contains(name->base)) continue;
    if (layers_.names.at(name->base).kind == Layers::Kind::dimension) {
      add_once(out.dims, s);
      out.introduced.emplace(arena_.name(s), layers_.names.at(name->base).place);
      continue;
    }
    const Shape of = shape(name->base, *name);
    for (const Expr d : of) know(out, d);
    if (!of.empty()) out.shapes.emplace(arena_.name(s), of);
  }
}

void LayerParts::add_input(Model& out, Expr name, const Shape& shape) const {
  if (!out.introduced.emplace(arena_.name(name), layers_.place).second) return;
  out.inputs.push_back(name);
  know(out, name);
  for (const Expr d : shape) know(out, d);
  if (!shape.empty()) out.shapes.emplace(arena_.name(name), shape);
}

Shape LayerParts::shape_with_layers(Expr e) const {
  std::map<std::string, Shape> named = model_.shapes;
  for (const Expr s : symbols(arena_, e)) {
    const auto name = layer_name(arena_.name(s));
    if (!name || !layers_.names.contains(name->base)) continue;
    if (const Shape of = shape(name->base, *name); !of.empty()) named.emplace(arena_.name(s), of);
  }
  return Shapes(arena_, named).of(e);
}

Model LayerParts::base(Outside outside) const {
  Model out;
  out.name = model_.name;
  out.inputs = model_.inputs;
  out.params = model_.params;
  out.dims = model_.dims;
  out.functions = model_.functions;
  for (const auto& names : {model_.inputs, model_.params, model_.dims}) {
    for (const Expr s : names) {
      out.introduced.emplace(arena_.name(s), model_.introduced.at(arena_.name(s)));
      const auto at = model_.shapes.find(arena_.name(s));
      if (at == model_.shapes.end()) continue;
      out.shapes.insert(*at);
      for (const Expr d : at->second) know(out, d);
    }
  }
  for (const ModelFunction& f : model_.functions) out.introduced.emplace(f.name, f.place);
  out.introduced.emplace(arena_.name(layers_.index), layers_.place);
  for (const Definition& d : model_.definitions) {
    if (behind_.contains(d.symbol)) continue;
    if (outside == Outside::cut) {
      add_input(out, d.symbol, shape_of(d.symbol));
    } else {
      add_definition(out, d, {});
    }
  }
  return out;
}

void LayerParts::add_definition(Model& out, const Definition& d, const LayerName& at) const {
  Definition moved = d;
  if (const auto name = layer_name(d.name); name && layers_.names.contains(name->base)) {
    moved.name = print(LayerName{name->base, at.anchor, name->anchor.empty() ? name->offset : at.offset});
    moved.symbol = arena_.symbol(moved.name);
  } else if (const auto of = model_.shapes.find(d.name); of != model_.shapes.end()) {
    out.shapes.insert(*of);
  }
  know(out, moved.symbol);
  know(out, moved.value);
  out.introduced.emplace(moved.name, d.place);
  out.definition_index.emplace(moved.name, out.definitions.size());
  out.definitions.push_back(std::move(moved));
}

Expr LayerParts::share(Expr name, const LayerName& at) const {
  return arena_.symbol(print(LayerName{arena_.name(name), at.anchor, at.offset}));
}

// What is used behind the layers, apart from what is used before them.
Expr LayerParts::behind(Expr name) const { return arena_.symbol(arena_.name(name) + " behind the layers"); }

Expr LayerParts::without_shares(Expr e, const LayerName& at) const {
  ExprMap<Expr> map;
  std::vector<Expr> defined;
  for (const Definition& d : model_.definitions) defined.push_back(d.symbol);
  for (const auto& names : {shared_, model_.inputs, model_.params, defined}) {
    for (const Expr s : names) map[share(s, at)] = map[behind(s)] = s;
  }
  return substitute(arena_, e, map);
}

// `e` of layer `at`.
Expr LayerParts::of_layer(Expr e, const LayerName& at, Outside outside) const {
  ExprMap<Expr> own;
  if (outside == Outside::cut) {
    for (const Expr s : shared_) own[s] = share(s, at);
  }
  return at_layer(arena_, substitute(arena_, e, own), arena_.name(layers_.index), at);
}

// The inputs, parameters and definitions of a layer.
void LayerParts::add_layer(Model& out, const LayerName& at, Outside outside) const {
  for (const std::string& base : layers_.order) {
    const Layers::Name& name = layers_.names.at(base);
    if (name.kind != Layers::Kind::input && name.kind != Layers::Kind::param) continue;
    const Expr s = arena_.symbol(print(LayerName{base, at.anchor, at.offset}));
    (name.kind == Layers::Kind::input ? out.inputs : out.params).push_back(s);
    out.introduced.emplace(arena_.name(s), name.place);
    know(out, s);
  }
  if (outside == Outside::cut) {
    for (const Expr s : shared_) add_input(out, share(s, at), shape_of(s));
  }
  for (const Definition& d : layers_.definitions) {
    Definition with = d;
    with.value = of_layer(d.value, at, outside);
    add_definition(out, with, at);
  }
}

// What a layer gets from the one before.
void LayerParts::add_given(Model& out, const LayerName& at) const {
  for (const std::string& base : carried_)
    add_input(out, arena_.symbol(print(LayerName{base, at.anchor, at.offset - 1})));
}

// Assumptions of what is there, and what else is to be known.
void LayerParts::finish(Model& out, const std::vector<LayerName>& at) const {
  if (model_.per_example && model_.per_example->cost == cost_) out.per_example = model_.per_example;
  const auto add = [&](const Assumption& a, Expr condition) {
    const std::vector<Expr> names = symbols(arena_, condition);
    if (std::ranges::all_of(names, [&](Expr s) { return out.introduced.contains(arena_.name(s)); }))
      out.assumptions.push_back({condition, a.place});
  };
  for (const Assumption& a : model_.assumptions) {
    Names moved;
    for (const LayerName& layer : at) {
      const Expr condition = at_layer(arena_, a.condition, arena_.name(layers_.index), layer);
      if (moved.insert(condition).second) add(a, condition);
    }
  }
}

}  // namespace gradus::tensor

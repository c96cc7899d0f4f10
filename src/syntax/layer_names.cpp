// SPDX-License-Identifier: GPL-2.0-or-later
#include "syntax/layer_names.h"

#include <algorithm>

namespace gradus::syntax {

const Layers::Name* LayerNames::find(std::string_view base) const {
  if (!any()) return nullptr;
  const auto at = all().names.find(std::string(base));
  return at == all().names.end() ? nullptr : &at->second;
}

bool LayerNames::is_defined(const std::string& base) const {
  if (find(base)->kind != Layers::Kind::definition) return true;
  return std::ranges::any_of(all().definitions, [&](const Definition& d) { return layer_name(d.name)->base == base; });
}

bool LayerNames::is_adjoint(std::string_view name) const {
  return model_.per_example && name.size() > 1 && name[0] == 'd' && find(name.substr(1)) != nullptr;
}

Shape LayerNames::shape(const std::string& base) const {
  const auto at = model_.shapes.find(print(LayerName{base, std::string(index()), 0}));
  return at == model_.shapes.end() ? Shape{} : at->second;
}

Shape LayerNames::at(const Shape& shape, const std::string& anchor, const LayerName& to) const {
  Shape out;
  for (const Expr d : shape) out.push_back(at_layer(arena_, d, anchor, to));
  return out;
}

Expr LayerNames::symbol(const LayerName& name) {
  const std::string text = print(name);
  if (const Shape general = shape(name.base); !general.empty()) model_.shapes.emplace(text, at(general, index(), name));
  return arena_.symbol(text);
}

Expr LayerNames::adjoint(const LayerName& name) {
  const Expr of = symbol({name.base.substr(1), name.anchor, name.offset});
  const Expr derivative = arena_.make(Op::Deriv, {model_.per_example->cost, of});
  const Shape general = shape(name.base.substr(1));
  const bool of_examples = std::ranges::find(general, model_.per_example->over) != general.end();
  return of_examples ? arena_.mul(model_.per_example->over, derivative) : derivative;
}

}  // namespace gradus::syntax

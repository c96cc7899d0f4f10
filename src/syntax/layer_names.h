// SPDX-License-Identifier: GPL-2.0-or-later
// The names of a model that stand once for each layer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gradus/expr/layer_name.h"
#include "gradus/syntax/model.h"

namespace gradus::syntax {

class LayerNames {
 public:
  // `model` gets the shapes of the names that are used. It must outlive this.
  LayerNames(Arena& arena, Model& model) : arena_(arena), model_(model) {}

  [[nodiscard]] bool any() const { return model_.layers.has_value(); }
  [[nodiscard]] const Layers& all() const { return *model_.layers; }
  // Null if there is none of this name.
  [[nodiscard]] const Layers::Name* find(std::string_view base) const;
  // Whether it is declared, or `A[l]` is defined.
  [[nodiscard]] bool is_defined(const std::string& base) const;
  // Whether `name` is `dZ`: what stands for a derivative by the convention, and `Z` is a name of layers.
  [[nodiscard]] bool is_adjoint(std::string_view name) const;
  [[nodiscard]] std::string index() const { return arena_.name(all().index); }
  [[nodiscard]] std::string depth() const { return arena_.name(all().depth); }

  // The name of a layer as an expression; its shape is known then.
  Expr symbol(const LayerName& name);
  // The same of `dZ[l]`.
  Expr adjoint(const LayerName& name);
  // Of a name as it stands at layer `l`.
  [[nodiscard]] Shape shape(const std::string& base) const;
  [[nodiscard]] Shape at(const Shape& shape, const std::string& anchor, const LayerName& to) const;

 private:
  Arena& arena_;
  Model& model_;
};

}  // namespace gradus::syntax

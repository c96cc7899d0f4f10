// SPDX-License-Identifier: GPL-2.0-or-later
// A model with layers, by parts that are models without: what is next to a layer, with the rest left open.
//
// What a layer gets from the one before it may be anything, and what the cost makes of the last layer that is there may
// be anything as well: the cost of a part is the sum of that layer's entries, each times a number that is not known. A
// gradient sees no more of the rest. So what holds of the part holds for each number of layers.
#pragma once

#include <functional>
#include <unordered_set>

#include "gradus/derive/derivation.h"
#include "gradus/expr/layer_name.h"

namespace gradus::tensor {

class LayerParts {
 public:
  /// Of the derivatives of `cost`. Throws Error if that belongs to one layer, or something outside of the layers uses
  /// layers in a way that has no part.
  LayerParts(Engine& engine, const Model& model, Expr cost);

  /// Whether what is defined outside of the layers is the same for all, or each layer has a name of its own for what it
  /// uses, `share`, and the rest of it is given: so that derivatives see one layer alone.
  enum class Outside { common, cut };

  /// Layers `l` and `l+1`, between what is given and what is left open.
  Model general(Outside outside = Outside::common);
  /// The layer `depth`, and all that comes behind.
  Model last(Outside outside = Outside::common);
  /// All before the layers, and layer 1.
  Model first(Outside outside = Outside::common);
  /// What is defined before the layers: what the rest makes of these, but `name`, is left open.
  Model before(Expr name);
  /// All of them, `depth` being this number.
  Model unrolled(long depth);

  /// `e`, which is of no single layer, as it stands in `last()`.
  Expr in_last(Expr e, Outside outside = Outside::common) const;
  /// Of an expression with names of any layers.
  Shape shape_with_layers(Expr e) const;
  /// With this number of layers.
  Expr fixed(Expr e, long depth) const;
  /// What was derived in `last(Outside::cut)`: sums over layers as they are written.
  Expr with_layer_sums(Expr e) const;

  /// Whether the layers depend on a name that stands outside of them: through what each of them uses, or through what
  /// they begin with.
  [[nodiscard]] bool reaches_layers(Expr name) const { return reach_each(name) || reach_first(name); }
  [[nodiscard]] bool reach_each(Expr name) const;
  [[nodiscard]] bool reach_first(Expr name) const;
  /// Whether a name is computed from layers, or used by what is.
  [[nodiscard]] bool is_behind(Expr name) const { return behind_.contains(name); }
  [[nodiscard]] bool is_used_behind(Expr name) const;
  /// Whether what is defined outside of the layers is computed from another name there.
  [[nodiscard]] bool depends(Expr defined, Expr name) const;
  /// What is defined outside of the layers, is not computed from them, and matters to the cost.
  [[nodiscard]] std::vector<Expr> prefix() const;

  /// Names outside of the layers that their definitions use.
  [[nodiscard]] const std::vector<Expr>& shared() const { return shared_; }
  /// `shared()` as layer `at` uses it.
  Expr share(Expr name, const LayerName& at) const;
  /// The other way round.
  Expr without_shares(Expr e, const LayerName& at) const;

  [[nodiscard]] LayerName general_layer(long offset = 0) const { return {{}, arena_.name(layers_.index), offset}; }
  [[nodiscard]] LayerName last_layer() const { return {{}, arena_.name(layers_.depth), 0}; }
  [[nodiscard]] const Layers& layers() const { return layers_; }

 private:
  using Names = std::unordered_set<Expr, ExprHash>;

  void read();
  Model base(Outside outside) const;
  void add_definition(Model& out, const Definition& d, const LayerName& at) const;
  void add_layer(Model& out, const LayerName& at, Outside outside) const;
  void add_given(Model& out, const LayerName& at) const;
  void require_scalar() const;
  void add_rest(Model& out, const std::vector<LayerName>& of, const LayerName& left_open, Outside outside);
  Expr of_layer(Expr e, const LayerName& at, Outside outside) const;
  void finish(Model& out, const std::vector<LayerName>& at) const;
  void add_input(Model& out, Expr name, const Shape& shape = {}) const;
  void know(Model& out, Expr e) const;
  [[nodiscard]] bool depend(const std::vector<Definition>& definitions, Expr name) const;
  Shape shape(const std::string& base, const LayerName& at) const;
  Shape shape_of(Expr name) const;
  std::vector<Expr> layer_sums(Expr e) const;
  Expr factor(Expr sum);
  Expr behind(Expr name) const;

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  const Layers& layers_;
  Expr cost_;
  Names behind_;                      // definitions that use layers
  std::vector<std::string> carried_;  // what a layer uses of the one before
  std::vector<std::string> open_;     // and what is used of the last one
  std::vector<Expr> sums_;            // over layers
  std::vector<Expr> shared_;
  ExprMap<Expr> factors_;  // the derivatives of the cost by these sums
};

}  // namespace gradus::tensor

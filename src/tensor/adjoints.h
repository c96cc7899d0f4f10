// SPDX-License-Identifier: GPL-2.0-or-later
// Derivatives of tensors, entry by entry: scalar derivatives and Kronecker deltas.
#pragma once

#include <functional>
#include <optional>
#include <unordered_set>

#include "gradus/derive/derivation.h"
#include "tensor/entries.h"

namespace gradus::tensor {

class Adjoints {
 public:
  Adjoints(Engine& engine, const Model& model, Entries& entries);

  /// One entry of a derivative `Entry(d(A)/dB, i..., j...)`, or `d(A)/dB` of scalars, by one application of the chain
  /// rule: backwards from a name A, through the definitions that use B, whose derivatives stay as they are.
  Expr one_step(Expr derivative);
  /// The same with every derivative in one entry `e` of an expression, again and again until none is left.
  Expr resolved(Expr e);
  /// With each name replaced by its definition.
  Expr unfolded(Expr e);
  /// With the name that is defined last, of those in it, replaced by its definition; nothing if there is none.
  std::optional<Expr> unfolded_once(Expr e);
  /// The derivatives in `e`, as `one_step` takes them.
  std::vector<Expr> derivatives(Expr e) const;

 private:
  struct Wanted {
    Expr name;
    std::vector<Expr> indices;
  };
  Expr partial(Expr e, const Wanted& by);
  bool is_call(Expr e) const;
  Expr partial_of_softmax(Expr name, Expr call, const std::vector<Expr>& indices, const Wanted& by);
  Expr mean_partial(Expr weights, Expr call, const std::vector<Expr>& indices, const Wanted& by);
  Expr partial_of_call(Expr call, const std::vector<Expr>& indices, const Wanted& by);
  Expr partial_of_inverse(Expr call, const std::vector<Expr>& indices, const Wanted& by);
  Expr partial_of_greatest(Expr e, const Wanted& by);
  /// That of an entry of a definition.
  Expr partial_of(const Definition& d, const std::vector<Expr>& indices, const Wanted& by);
  /// What the definitions of these names say for the nodes that are names or entries of them.
  ExprMap<Expr> meanings(const std::vector<Expr>& nodes, const std::function<bool(const Definition&)>& which);
  Expr chained(Expr derivative);
  Expr outer_derivative(Expr e, Expr atom);
  Expr entry_of(Expr name, const std::vector<Expr>& indices);
  bool depends(Expr name, Expr on);

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  Entries& entries_;
  Model scalar_;                             // that the engine of scalars needs to know
  ExprMap<std::vector<std::size_t>> users_;  // definitions that use a name
  ExprMap<Expr> steps_, outer_;              // what was found before
  ExprMap<std::unordered_set<Expr, ExprHash>> uses_, needed_;
};

}  // namespace gradus::tensor

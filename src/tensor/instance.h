// SPDX-License-Identifier: GPL-2.0-or-later
// A model of tensors at given sizes: a model of scalars with a name for every entry.
#pragma once

#include "gradus/derive/derivation.h"
#include "tensor/entries.h"

namespace gradus::tensor {

class Instance {
 public:
  /// `sizes` of the dimensions; `X[1,2]` names an entry. Throws LimitError if there are too many entries.
  Instance(Engine& engine, const Model& model, Entries& entries, ExprMap<long> sizes);

  [[nodiscard]] const Model& model() const { return scalar_; }
  /// The entry of an expression of tensors, in the names of the scalar model.
  Expr entry(Expr e, const std::vector<long>& indices);
  /// The sizes of a shape.
  std::vector<long> sizes(const Shape& shape) const;

 private:
  Expr name(Expr tensor, const std::vector<Expr>& indices);
  Expr written_out(Expr e);
  long size(Expr dimension) const;
  void spend();

  Arena& arena_;
  Entries& entries_;
  ExprMap<long> sizes_;
  Model scalar_;
  std::size_t spent_ = 0;
};

/// Each list of indices within these sizes, in order; one empty list for a scalar.
std::vector<std::vector<long>> all_indices(const std::vector<long>& sizes);

}  // namespace gradus::tensor

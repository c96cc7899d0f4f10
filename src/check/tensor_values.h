// SPDX-License-Identifier: GPL-2.0-or-later
// Whether expressions of tensors have values, for all sizes.
#pragma once

#include <vector>

#include "gradus/algebra/facts.h"
#include "tensor/adjoints.h"

namespace gradus {

class TensorValues {
 public:
  TensorValues(Engine& engine, const Model& model, tensor::Entries& entries, tensor::Adjoints& adjoints);

  /// Whether `e` is known to have a value wherever the names in it have: by what it is made of, by what is assumed of
  /// single names, and by what the names in it stand for, a few of them looked through: `ln(a)` where `a = sigmoid(z)`.
  bool everywhere(Expr e);

 private:
  /// An expression over scalars, with what is known of them.
  struct Scalar {
    Expr e;
    std::vector<Expr> known;
  };
  [[nodiscard]] bool is_partial(Expr e) const;
  bool holds(Expr condition);
  Scalar scalar(Expr e);

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  tensor::Entries& entries_;
  tensor::Adjoints& adjoints_;
  Model functions_;
  Facts facts_;
};

}  // namespace gradus

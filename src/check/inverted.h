// SPDX-License-Identifier: GPL-2.0-or-later
// The matrices that must have an inverse for a claim to have values, and the sizes at which they have none.
#pragma once

#include <map>
#include <optional>

#include "check/small_sizes.h"
#include "check/tensor_proof.h"

namespace gradus {

class Inverted {
 public:
  Inverted(Arena& arena, const Model& model, tensor::Entries& entries, TensorProof& proof, const SmallSizes& sizes)
      : arena_(arena), model_(model), entries_(entries), proof_(proof), sizes_(sizes) {}

  /// Whether there are some, in these expressions or in the definitions below them.
  bool any(const std::vector<Expr>& in) { return !all(in).empty(); }
  /// Whether at these sizes one of them has no inverse, whatever its entries are: X.T @ X with fewer rows than columns.
  bool is_singular(const std::vector<Expr>& in, std::size_t choice, long least);

 private:
  const std::vector<Expr>& all(const std::vector<Expr>& in);
  std::vector<Expr> least_dimensions(Expr matrix);

  Arena& arena_;
  const Model& model_;
  tensor::Entries& entries_;
  TensorProof& proof_;
  const SmallSizes& sizes_;
  std::map<std::vector<Expr>, std::vector<Expr>> all_;
  ExprMap<std::optional<std::vector<Expr>>> least_;
};

}  // namespace gradus

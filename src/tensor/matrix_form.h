// SPDX-License-Identifier: GPL-2.0-or-later
// From entries back to matrices: sum[j](D[i,j]*A[k,j]) is an entry of D @ A.T.
#pragma once

#include <optional>

#include "tensor/sums.h"

namespace gradus::tensor {

/// Whether an index is a name, not the number 1.
inline bool is_index(const Arena& arena, Expr e) { return arena.is(e, Op::Symbol); }

/// How much is transposed in it.
std::ptrdiff_t transposes(const Arena& arena, Expr e);

class MatrixForms {
 public:
  /// `model` says which letters are no names for indices.
  MatrixForms(Arena& arena, const Model& model, Entries& entries, SumForms& sums)
      : arena_(arena), model_(model), entries_(entries), sums_(sums) {}

  /// An expression of tensors whose entry at `indices`, whose dimensions are `shape`, is `e`; or one that stretches to
  /// that. Nothing if there is none in the notation of matrices. What is returned has been unfolded again and compared.
  std::optional<Expr> of(Expr e, const std::vector<Expr>& indices, const Shape& shape);

 private:
  using Bound = std::vector<std::pair<Expr, Expr>>;
  Expr with_parts_inside(Expr e);
  std::optional<Expr> compared_form(Expr e, const std::vector<Expr>& indices, const Shape& shape);
  std::optional<Expr> form(Expr e, const std::vector<Expr>& indices, const Shape& shape);
  bool has_delta(Expr e, const std::vector<Expr>& indices) const;
  std::optional<Expr> with_diagonal(Expr e, const std::vector<Expr>& indices, const Shape& shape);
  std::optional<Expr> diagonal(Expr e, const std::vector<Expr>& indices, const Shape& shape);
  std::optional<Expr> scaled(Expr e, const std::vector<Expr>& indices, const Shape& shape);
  Expr product(const std::vector<Expr>& factors);
  std::optional<Expr> entry(Expr e, const std::vector<Expr>& indices);
  std::optional<Expr> slice(Expr e, const std::vector<Expr>& indices);
  std::optional<Expr> sum_of_vectors(const Bound& bound, Expr body, const std::vector<Expr>& indices,
                                     const Shape& shape);
  std::optional<Expr> sum(Expr e, const std::vector<Expr>& indices, const Shape& shape);
  std::optional<Expr> contracted(const Bound& bound, std::size_t k, const std::vector<Expr>& factors,
                                 const std::vector<Expr>& indices, const Shape& shape);
  std::ptrdiff_t matrix_products(Expr e);
  std::optional<Expr> total(const Bound& bound, Expr body);
  std::optional<Expr> of_all(const Bound& bound, Expr body);
  std::optional<Expr> greatest(Expr e, const std::vector<Expr>& indices, const Shape& shape);  // matrix_greatest.cpp

  Arena& arena_;
  const Model& model_;
  Entries& entries_;
  SumForms& sums_;
  int steps_ = 0;
  bool with_slices_ = false;
};

}  // namespace gradus::tensor

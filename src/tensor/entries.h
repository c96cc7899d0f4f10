// SPDX-License-Identifier: GPL-2.0-or-later
// A tensor is a scalar with indices: what an expression of tensors means entry by entry.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gradus/syntax/model.h"

namespace gradus::tensor {

/// Entries of expressions, as scalar expressions over entries of names, `Sum` over an index and Kronecker deltas.
class Entries {
 public:
  /// Names of fresh indices begin with `prefix`; two that work on the same expressions need two.
  Entries(Arena& arena, const Model& model, std::string prefix = "index ")
      : arena_(arena), shapes_(arena, model.shapes), sizes_(model.sizes), prefix_(std::move(prefix)) {}

  /// The entry of `e` at these indices: names, or numbers from 1. Where a dimension is 1 the index is 1, whatever is
  /// given. Derivatives stay as they are: `Entry(dJ/dW, i, j)`. Throws ShapeError, and LimitError for a deep nest.
  Expr at(Expr e, const std::vector<Expr>& indices);

  /// From now on an entry of a softmax is an entry of it, `Entry(softmax(Z), i)`, and the logarithm of a sum of
  /// exponentials stays what it is, as do the greatest of several entries and which it is: their derivatives have these
  /// names.
  void keep_calls() { keeps_calls_ = true; }

  /// An index that stands nowhere else.
  Expr fresh() { return arena_.symbol(prefix_ + std::to_string(++indices_)); }
  /// One for each dimension that is not 1, and the number 1 for the others.
  std::vector<Expr> fresh(const Shape& shape);
  Expr delta(Expr i, Expr j) { return arena_.call("delta", {i, j}); }
  /// 1 where two values are equal, else 0.
  Expr equal(Expr a, Expr b) {
    return arena_.make(Op::Where, {arena_.make(Op::Eq, {a, b}), arena_.number(1), arena_.number(0)});
  }
  /// `body` summed over the indices in which it has a name.
  Expr sum(const std::vector<Expr>& indices, const Shape& shape, Expr body) {
    return reduce(Op::Sum, indices, shape, body);
  }
  /// The same with a sum, or the greatest or least.
  Expr reduce(Op op, const std::vector<Expr>& indices, const Shape& shape, Expr body);

  const Shape& shape(Expr e) { return shapes_.of(e); }
  /// Throws ShapeError for an index that runs over two dimensions, and for what is no part of a dimension.
  void check_indices(Expr e);
  /// What dimensions are made of.
  const Sizes& sizes() const { return sizes_; }

 private:
  Expr put_in(Expr body, Expr bound, Expr index);
  Expr call(Expr e, const std::vector<Expr>& indices);
  Expr over(Op op, Expr e, const std::vector<Expr>& indices, const std::function<Expr(Expr)>& of_entry);

  Arena& arena_;
  Shapes shapes_;
  const Sizes& sizes_;
  std::string prefix_;
  std::size_t indices_ = 0;
  bool keeps_calls_ = false;
  int depth_ = 0, inverses_ = 0;
};

bool is_delta(const Arena& arena, Expr e);
/// The name of a matrix that a condition says is symmetric: `A = A.T`.
std::optional<Expr> symmetric(const Arena& arena, Expr condition);
/// What a condition says is a whole number from 1 to a dimension: `sum(onehot(c, n), axis=0) = 1`.
struct Labels {
  Expr of, dimension;
};
std::optional<Labels> labels(const Arena& arena, Expr condition);
/// Whether a name is one that `fresh` made.
bool is_fresh_index(const Arena& arena, Expr symbol);

/// What index number k, from 0, is called where people read it: i, j, k, ..., i1, j1, ...
std::string index_letter(std::size_t k);

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// The normal form of scalar expressions with sums over indices: products are multiplied out, sums are split into
// terms, constants moved out, deltas contracted, and bound indices have no names that matter.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "gradus/expr/expr.h"
#include "gradus/expr/size.h"
#include "tensor/entries.h"

namespace gradus::tensor {

using Powers = std::map<Expr, long>;       // of kernels
using Terms = std::map<Powers, Rational>;  // what they are multiplied with

/// The factors of a product of products.
std::vector<Expr> flat_factors(const Arena& arena, Expr e);

class SumForms {
 public:
  SumForms(Arena& arena, Entries& entries) : arena_(arena), entries_(entries) {}
  /// From here on exponentials of sums are products of exponentials, and logarithms of these sums: for proofs; nobody
  /// wants to read it.
  void split_exponentials() { splits_ = true; }

  /// Each expression that is looked at has a budget of its own. Throws LimitError if its sums are nested too deeply.
  void begin(Expr e);

  /// The terms of `e`; none if it is zero. Two expressions that differ in the order of terms, factors and sums, in how
  /// sums are split or merged and in the names of bound indices have equal terms. Throws LimitError above a stated
  /// number of terms, and Error for a division by zero.
  Terms terms(Expr e);
  Expr expression(const Terms& terms);
  /// The same with one of two indices for both where a delta of them is a factor, which is how deltas compare.
  Terms settled(const Terms& terms);
  /// The expression of that, with `settled`; as it was if there are too many terms.
  Expr multiplied_out(Expr e);
  /// Deltas take the place of the index that a sum runs over; what stands in the sums is multiplied out no further.
  Expr contracted(Expr e);
  /// Factors of a sum that stand in a sum with it become factors of its terms: what is summed can then be put together
  /// in another order.
  Expr inside_sums(Expr e);
  Expr normal(Expr e) { return expression(terms(e)); }
  /// Names of matrices that are equal to their transposes: their entries have their indices in order.
  void set_symmetric(std::vector<Expr> names) { symmetric_ = std::move(names); }
  /// Whether a square matrix equals its transpose, for all values of what is in it.
  bool is_symmetric(Expr matrix_) { return matrix(table_of(matrix_)).symmetric; }
  /// Dimensions that are no smaller than a square matrix where this has an inverse: of X.T @ X those that are summed
  /// over.
  std::vector<Expr> least_dimensions(Expr table);
  /// What `inv` or `det` takes as the table of its entries.
  Expr table_of(Expr matrix);

  /// The indices that a kernel sums over, in order, with their dimensions; empty if it is no sum.
  struct Opened {
    std::vector<std::pair<Expr, Expr>> bound;
    Expr body;
  };
  Opened open(Expr kernel) const;

 private:
  using Bound = std::vector<std::pair<Expr, Expr>>;  // index, dimension
  void add(Terms& to, const Terms& from, const Rational& c);
  Expr contracted_sum(Expr index, Expr dimension, Expr body);
  Terms product(const Terms& a, const Terms& b);
  Terms settled(const Powers& powers);
  Terms power(Expr e);
  Terms exponential(Expr argument);
  Terms logarithm(Expr argument);
  Terms kernel(Expr e, long power = 1);
  Terms summed(Expr e);
  Terms summed(Bound bound, const Powers& powers, const Rational& c);
  // greatest.cpp
  Terms greatest(Expr e);
  Terms equation(Expr e);
  Terms where(Expr e);
  void for_each_order(const Bound& bound, std::size_t below, const std::function<void(const ExprMap<Expr>&)>& look);
  Expr component(const Bound& bound, const Powers& powers);
  Expr bound_by(Op op, const Bound& bound, std::size_t below, Expr body);
  Expr product(const Powers& powers);
  void spend(std::size_t steps = 1);
  Expr index_for(Expr sum, std::size_t skipped = 0);
  // parts.cpp
  Terms entry(Expr e);
  Terms delta(Expr i, Expr j);
  Size size(Expr dimension) const;
  Expr place(Expr rows, Expr index);
  Expr settled_place(Expr index);
  bool apart(const Part& a, const Part& b) const;
  std::optional<Terms> joined_places(const Powers& powers);
  Expr with_parts(Expr e);
  // inverses.cpp
  struct Matrix {  // of which there is an inverse or a determinant: `scale` times `terms`, at a row and a column
    Expr row, column, dimension;
    Terms terms;
    Powers lead;  // one of the terms, with the coefficient 1 and no factor that is the same at every entry
    Terms scale;  // one term
    Expr table;
    bool turned = false;  // it is the transpose of what was given
    bool symmetric = false;
  };
  const Matrix& matrix(Expr table);
  Powers lead(const Terms& terms, Expr row, Expr column, Terms& scale) const;
  Terms inverted(const Terms& term);
  Terms inverse(Expr e);
  std::optional<Terms> simple_inverse(const Matrix& m, Expr i, Expr j);
  struct Parts {
    std::vector<Expr> left, right;
    Bound of_left, of_right;
  };
  std::optional<Parts> cut(const Matrix& m, const Opened& opened, const std::vector<Expr>& factors, Expr middle) const;
  std::optional<std::pair<Expr, Expr>> square_factors(const Matrix& m, Expr sum);
  Terms determinant(Expr e);
  bool is_symmetric_entry(Expr e);
  std::optional<Terms> cancelled(const Bound& bound, const Powers& powers, const Rational& c);
  std::optional<Terms> cancelled_at(const Bound& bound, const Powers& powers, const Rational& c, Expr factor,
                                    const Matrix& m, Expr inner, Expr summed_over, Expr other);

  Arena& arena_;
  Entries& entries_;
  ExprMap<Terms> known_;
  std::size_t spent_ = 0;
  int depth_ = 0;
  bool splits_ = false;
  bool has_parts_ = false;    // of dimensions
  ExprMap<Matrix> matrices_;  // by the tables of their entries
  ExprMap<Expr> tables_;
  std::vector<Expr> symmetric_;
  int cancelling_ = 0;
};

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// Equations of tensors for all sizes: entries at any indices, brought to the normal form of sums.
#pragma once

#include <functional>
#include <optional>
#include <unordered_set>

#include "check/primes.h"
#include "tensor/adjoints.h"
#include "tensor/sums.h"

namespace gradus {

class TensorProof {
 public:
  TensorProof(Engine& engine, const Model& model, tensor::Entries& entries);

  enum class Effort {
    little,  ///< derivatives as they stand or one step of the chain rule further, and few names unfolded
    all,     ///< as far as need be
  };
  /// Whether two entries are equal for all sizes. `reason` says why not.
  bool proved(Expr a, Expr b, Effort effort, std::string& reason);
  /// Conditions that single values violate, `y[i] != 0`: for all others the last two entries were proved to be equal.
  [[nodiscard]] const std::vector<std::string>& exceptions() const { return exceptions_; }

  tensor::SumForms& sums() { return sums_; }
  tensor::Adjoints& adjoints() { return adjoints_; }

 private:
  using Terms = tensor::Terms;

  // Equations that are assumed: what stands on their left side, for any indices.
  struct Assumed {
    Expr left, right;
    std::vector<Expr> indices;
  };

  // Two indices that are the same, and two that are not: a delta of indices that no sum binds.
  static constexpr int most_splits = 4;

  Expr with_atoms(Expr e);
  Expr without_adjoint_names(Expr e);
  bool has_derivative(Expr e);
  Expr one_step(Expr e);
  bool vanishes(Expr a, Expr b, Effort effort, std::string& reason);
  bool zero_unfolded(Expr e);
  const std::vector<Assumed>& assumed();
  [[nodiscard]] bool stands_free(Expr e, Expr index) const;
  std::optional<Expr> within(const Assumed& a, Expr node);
  const std::vector<Expr>& bits();
  Expr with_bits(Expr e);
  Expr by_assumptions(Expr e);
  bool zero(Expr e);
  bool is_zero(Expr e, int splits = 0);
  bool zero_without_inverses(Expr e);
  bool zero_multiplied(Expr e, int depth);
  bool zero_by_groups(const Terms& terms, const std::function<bool(Expr)>& vanishes, bool spread);
  bool is_bound(Expr index) const;
  bool binds(Expr e, Expr index) const;
  std::unordered_set<Expr, ExprHash> named(Expr part) const;
  bool is_polynomial(Expr reduction) const;
  bool is_generic(Expr e) const;
  std::vector<Expr> jumps_in(Expr e) const;
  std::string shown_exception(Expr jump);
  Expr with_symbols(Expr e, bool jumps_too);

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  Model scalar_;
  std::optional<Primes> primes_;
  tensor::Entries& entries_;
  tensor::Adjoints adjoints_;
  tensor::SumForms sums_;
  struct Zero {
    bool zero;
    std::vector<std::string> exceptions;
  };
  ExprMap<Zero> zeros_;  // what is known to be zero, or not known to be
  std::vector<std::string> exceptions_;
  std::optional<std::vector<Assumed>> assumed_;
  std::optional<std::vector<Expr>> bits_;  // names that are assumed to be 0 or 1
};

}  // namespace gradus

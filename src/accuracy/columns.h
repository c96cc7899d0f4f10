// SPDX-License-Identifier: GPL-2.0-or-later
// Lowered expressions run at many points at once, operation by operation as the generated code runs them.
#pragma once

#include <span>
#include <vector>

#include "accuracy/sample.h"
#include "emit/lower.h"

namespace gradus::accuracy {

/// The values of expressions at the points of a sample. What expressions share is computed once.
class Columns {
 public:
  /// Reads the values of the variables off the sample; `lowering` must outlive this.
  Columns(Engine& engine, emit::Lowering& lowering, const Sample& sample, Real real);

  /// The value of `e` (not lowered) at each point. Throws Error for what no code can be generated for.
  const std::vector<double>& values(Expr e);
  /// Gives a name the values that its expression has here.
  void assign(Expr name, Expr e);
  [[nodiscard]] std::size_t points() const { return count_; }

 private:
  using Column = std::vector<double>;
  const Column& lowered(Expr root);
  Column compute(Expr e);
  Column call(Expr e);
  template <class T>
  Column run(Expr e);

  Arena& arena_;
  emit::Lowering& lowering_;
  Real real_;
  std::size_t count_;
  ExprMap<Column> columns_;
};

}  // namespace gradus::accuracy

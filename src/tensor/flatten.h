// SPDX-License-Identifier: GPL-2.0-or-later
// Expressions of tensors as assignments, each with one operation that is not entry by entry at most.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "gradus/expr/size.h"
#include "gradus/syntax/model.h"
#include "tensor/entries.h"

namespace gradus::tensor {

/// `name = value`; with indices `name[indices] = value`, which is a scalar then.
struct Assigned {
  Expr name;
  Expr value;
  std::optional<std::vector<Expr>> indices;
  Expr meaning;
};

/// Operands of products and arguments of functions of tensors become names; where two are equal, one name. The
/// functions of tensors that could overflow on the way are written out in a form that does not.
class Flattening {
 public:
  /// Adds the shapes of its names to those of `model`, which must outlive it, as `entries`, which reads them.
  Flattening(Arena& arena, Model& model, Entries& entries) : arena_(arena), model_(model), entries_(entries) {}

  void assign(Expr name, Expr value);
  void assign(Expr name, const std::vector<Expr>& indices, Expr value);
  [[nodiscard]] std::vector<Assigned> take() { return std::move(assignments_); }

 private:
  bool has_inner_tensors(Expr e);
  Expr flat(Expr e);
  std::optional<Expr> scaled_rows(Expr e);
  std::optional<Expr> part_product(Expr e);
  std::optional<Expr> part_sum(Expr index, Expr dimension, Expr body);
  Expr moved(Expr index, const Part& part, bool into_dimension);
  Expr within(Expr index, const Part& part, Expr value);
  Expr flat_call(Expr e);
  Expr operand(Expr e);
  Expr bind(Expr value, Expr meaning);
  Expr bind(Expr value) { return bind(value, value); }
  Expr logarithm(Expr argument);
  Expr logarithm_of_entry(Expr softmax, std::vector<Expr> parts);
  Expr table(const Shape& shape, const std::function<Expr(const std::vector<Expr>&)>& entry);
  Expr call(std::string_view function, Expr argument, Expr like);
  Expr exponentials(Expr argument, Expr like);
  Expr greatest(Expr argument, Expr like);
  Expr softmax(Expr e);
  Expr hardmax(Expr e);
  Expr norm(Expr e);

  Arena& arena_;
  Model& model_;
  Entries& entries_;
  std::vector<Assigned> assignments_;
  ExprMap<Expr> bound_;        // the names of values, by what they were written as
  ExprMap<Expr> softmax_;      // names that are a softmax, and which
  std::vector<Expr> indices_;  // that are bound around
  std::size_t names_ = 0;
};

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// A model of tensors at given sizes: a model of scalars with a name for every entry.
#pragma once

#include <unordered_set>

#include "gradus/derive/derivation.h"
#include "tensor/entries.h"

namespace gradus::tensor {

using Names = std::unordered_set<Expr, ExprHash>;

/// The names that expressions depend on, through definitions; those that are in them as well.
Names names_below(const Arena& arena, const Model& model, const std::vector<Expr>& expressions);

class Instance {
 public:
  /// `sizes` of the dimensions; `X[1,2]` names an entry.
  Instance(Engine& engine, const Model& model, Entries& entries, ExprMap<long> sizes);

  /// What the model assumes, and the definitions that this and `roots` depend on. Throws LimitError if that are too
  /// many entries.
  Model part(std::vector<Expr> roots);
  Model whole();
  /// The entry of an expression of tensors, in the names of the scalar model. Throws LimitError if too many nodes were
  /// written out since the last `part` or `whole`.
  Expr entry(Expr e, const std::vector<long>& indices);
  /// The sizes of a shape.
  std::vector<long> sizes(const Shape& shape) const;

 private:
  struct Written {
    std::vector<Definition> entries;
    std::size_t nodes = 0;
  };
  const Written& written(const Definition& d, const Model& before);
  Expr name(Expr tensor, const std::vector<Expr>& indices);
  std::vector<std::vector<Expr>> square(Expr call);
  Expr written_out(Expr e);
  long size(Expr dimension) const;
  void spend(std::size_t nodes);

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  Entries& entries_;
  ExprMap<long> sizes_;
  ExprMap<Written> written_;  // definitions
  std::size_t spent_ = 0;
};

/// `f(f(a, b), c)`: a function of two numbers, of one or more.
Expr one_by_one(Arena& arena, std::string_view function, const std::vector<Expr>& terms);

/// Each list of indices within these sizes, in order; one empty list for a scalar.
std::vector<std::vector<long>> all_indices(const std::vector<long>& sizes);

}  // namespace gradus::tensor

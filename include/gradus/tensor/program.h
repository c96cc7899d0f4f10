// SPDX-License-Identifier: GPL-2.0-or-later
/// The program that `gen` writes for a model of tensors: value and gradient as loops over entries.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradus/accuracy/accurate.h"

namespace gradus {

/// `name[indices] = finish`, in which the name `reduced` is the sum, or the greatest or least, of `body` over `bound`.
struct TensorStatement {
  Expr name;
  Shape shape;
  std::vector<Expr> indices;                 ///< of the name; the number 1 where the dimension is 1
  Expr finish;                               ///< over entries of names that were assigned before, and `reduced`
  std::optional<Op> reduce;                  ///< Sum, Max, Min
  std::vector<std::pair<Expr, Expr>> bound;  ///< indices and their dimensions
  std::optional<Expr> body, reduced;         ///< if there is `reduce`
  Expr target, meaning;  ///< the name, in the notation of matrices where there is such a form, or else its entry

  /// The names in it, and indices; one may be there twice.
  [[nodiscard]] std::vector<Expr> reads(const Arena& arena) const;
};

struct TensorProgram {
  Expr cost;
  std::vector<TensorStatement> statements;      ///< each uses only what comes before it; all are needed
  std::vector<std::pair<Expr, Expr>> gradient;  ///< variable, and the name of its derivative
  std::map<std::string, Shape> shapes;          ///< of names that are not scalars, those of statements too

  /// The statements that the cost needs.
  [[nodiscard]] std::vector<const TensorStatement*> forward(const Arena& arena) const;
};

/// Value and gradient of `of` by `wrt` (empty: the parameters), derived by `derive_tensors`; what is computed entry by
/// entry is in the form that `accurate_program` chooses. A softmax, its logarithm and a norm do not overflow where
/// their value does not. The derivatives are those of the cost itself, whatever the convention. Throws Error.
TensorProgram tensor_program(Engine& engine, const Model& model, const std::string& of,
                             const std::vector<std::string>& wrt, const AccuracyOptions& options,
                             AccuracyReport* report = nullptr);

/// The program at given sizes of all dimensions, as one of scalars: `X[1, 2]` names an entry. Throws LimitError if a
/// tensor is too large for that.
GradientProgram written_out(Arena& arena, const TensorProgram& program, const ExprMap<long>& sizes);

}  // namespace gradus

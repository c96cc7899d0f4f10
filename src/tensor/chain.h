// SPDX-License-Identifier: GPL-2.0-or-later
// Derivatives of names of a model of tensors by the chain rule, each with its steps.
#pragma once

#include "tensor/adjoints.h"
#include "tensor/matrix_form.h"
#include "tensor/readable.h"
#include "tensor/simplify.h"

namespace gradus::tensor {

inline constexpr int most_insertions = 200;  // of derivatives into one another

class Chain {
 public:
  /// Throws Error if the convention of the model does not fit.
  Chain(Engine& engine, const Model& model);

  /// The derivatives of `of` by the names of `wrt` and all between them, backwards; what is known already is left out.
  /// Empty `wrt`: by whatever `of` depends on but data.
  std::vector<Derivation> run(Expr of, const std::vector<Expr>& wrt);

  /// The derivative by `by` of the gradient by `v`, which must be known: forwards through the names in it, whose
  /// derivatives come before it in `out`.
  void second(Expr cost, Expr v, Expr by, std::vector<Derivation>& out);

  /// `d(dot(dJ/dw, v))/dw` from the second derivatives, which must be known: over `directions`, pairs of variable and
  /// direction.
  Derivation product(Expr cost, Expr by, const std::vector<std::pair<Expr, Expr>>& directions);

  /// Derivatives by this name are not derived: their names stand for them.
  void keep(Expr name) { kept_.insert(name); }

  /// What is derived from here on is differentiated again.
  void keep_transposes() { simplifier_.keep_transposes(); }

  Entries& entries() { return entries_; }

 private:
  std::vector<Expr> order(Expr of, const std::vector<Expr>& wrt) const;
  Derivation derive_one(Expr of, Expr v);
  Derivation nothing(Expr of, Expr v);
  Expr contracted(Line& line, Expr e, const std::vector<Expr>& i);
  void finish(Derivation& out, Line& line, Expr contracted, const std::vector<Expr>& i, const Shape& shape,
              Expr derivative);
  void by_entries(Derivation& out, Line& line, Expr contracted, const std::vector<Expr>& i, const Shape& shape,
                  Expr derivative);
  std::optional<Expr> without_ones(Derivation& out, Line& line, Expr contracted, const std::vector<Expr>& i,
                                   const Shape& shape);
  void with_known(Derivation& out, Line& line, Expr contracted, const std::vector<Expr>& i, const Shape& shape);
  std::optional<Expr> inserted(Expr e, std::uint64_t longest, bool elementwise, std::vector<std::string>& names);
  std::string described(const Shape& shape) const;

  bool per_example(Expr of) const { return model_.per_example && model_.per_example->cost == of; }
  bool of_examples(Expr of, Expr v);
  Expr adjoint(Expr of, Expr v);
  Expr named(Expr of, Expr e);
  Expr at(Expr tensor, const std::vector<Expr>& i);
  Expr letters(Expr e, const std::vector<Expr>& i) { return readable(arena_, model_, e, i); }

  Arena& arena_;
  Model model_;
  Entries entries_;
  Adjoints adjoints_;
  SumForms sums_;
  MatrixForms matrices_;
  Simplifier simplifier_;
  std::unordered_set<Expr, ExprHash> kept_;
  KnownResults results_;  // without indices, by the names of the derivatives
  struct Entry {
    std::vector<Expr> indices;
    Expr value;
  };
  // Without names of derivatives; with indices if it has no other form.
  std::optional<Entry> explicit_result(Expr derivative);
  ExprMap<Entry> entry_results_;  // of those without such a form
};

}  // namespace gradus::tensor

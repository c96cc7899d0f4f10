// SPDX-License-Identifier: GPL-2.0-or-later
// Results in the notation of matrices, and entries of results, simplified by the rules of scalars.
#pragma once

#include <optional>

#include "derive/session.h"
#include "tensor/sums.h"

namespace gradus::tensor {

/// Nodes of a derivative that is put in the place of its name.
inline constexpr std::uint64_t longest_inserted = 120;

/// A derivation that grows: each change of its line is a step.
struct Line {
  Derivation& derivation;
  Expr line;

  void step(std::string rule, Expr after, std::string why);
  /// The last step so far shows a line for the board.
  void key();
};

/// Derivatives that have been derived, by their names: expressions of tensors without entries in them.
using KnownResults = ExprMap<Expr>;

/// Whether nothing stands in it but operations entry by entry, names, and names of derivatives.
bool acts_by_entries(const Arena& arena, Expr e);

/// What the rules of scalars take as a name: products of matrices, entries, sums, derivatives and the like.
bool is_opaque(const Arena& arena, Expr e);

class Simplifier {
 public:
  Simplifier(Engine& engine, const Model& model, Entries& entries, SumForms& sums);

  /// A form without indices, which has this shape or stretches to it: simplified as if it stood at one entry; what
  /// products of matrices and sums have as operands is simplified for itself. `known` are inserted if that is shorter.
  Expr whole(Line& line, Expr matrix, const Shape& shape, const KnownResults& known);

  /// From here on what holds for symmetric matrices alone is not used: a result that is differentiated by them has to
  /// be one for all.
  void keep_transposes() { keeps_transposes_ = true; }

  /// With what stands entry by entry in it rewritten by the rules of ln and exp until nothing cancels any more.
  Expr with_logarithms(Line& line, Expr e);

  /// The entry at `indices`, which get letters as those of its sums do: the shortest of what it is as it stands,
  /// multiplied out, and with sums put together, each simplified. The line shows it with letters.
  Expr entry(Line& line, Expr e, const std::vector<Expr>& indices);

  long cost(Expr e) const { return session_.rewriter.cost("default", e); }

 private:
  Model scalar_model();
  Expr as_in_results(Expr e);
  Expr without_zero(Expr whole, Expr zero);
  Expr simplified(Line& line, Expr matrix, const Shape& shape, const KnownResults& known, bool again = true);
  std::optional<Expr> turned(Expr matrix);
  void add_transposed(Model& scalar, const Definition& d);
  Expr closed(Expr e, ExprMap<Expr>& atoms);
  bool fits(Expr e, const Shape& shape);
  bool fits_as(Expr e, Expr other);
  Expr with_simple_operands(Line& line, Expr matrix);
  std::vector<Expr> operands(Expr e) const;
  bool rewrite_part(Line& line, Expr part, const std::function<void(Trace&)>& how);
  std::optional<Expr> assumed_sum(Expr sum);
  bool is_symmetric(Expr matrix);
  Expr with_symmetric_inverses(Line& line, Expr matrix);
  Expr turned_sum(Expr e);
  Expr without_ones(Expr matrix, Expr form, Expr number);
  Expr with_assumptions(Line& line, Expr matrix, const Shape& shape);
  std::optional<Rational> number_of_all_terms(Expr sum) const;
  Expr times_number(Expr term, const Rational& number);
  Expr with_scalars_out(Expr e);
  Expr with_common_operands(Expr e);
  std::optional<Expr> common_operand(Expr a, Expr b);
  std::optional<Expr> common_factors(Expr sum, Expr c, Expr other, Expr d);
  Expr with_minus_inside(Expr e);
  Expr with_sums_turned(Expr e);
  Expr with_sums_of_softmax(Expr e);
  Expr with_names_of_products(Expr e);
  Expr without_inverses(Expr e);
  Expr with_names_of_tensors(Expr e);
  /// A way to write what is simplified, and why it is the same.
  struct Notation {
    std::string rule, why;
    std::function<Expr(Expr)> with;
  };
  std::vector<Notation> notations();

  Model entry_model(Expr e);
  struct Pattern {
    Expr name;
    std::vector<Expr> indices;
    Expr value;   // at these
    long height;  // of the sums in it
  };
  const std::vector<Pattern>& patterns();
  Expr with_entry_names(Expr e);
  Expr simple_entry(Session& session, Line& line, Expr e);
  Expr simple_part(Session& session, Line& line, Expr part);
  Expr merged_sums(Expr e);
  Expr sum_over(const SumForms::Opened& sum, Expr body);

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  Entries& entries_;
  SumForms& sums_;
  AcForms forms_;
  ExprMap<Expr> definition_atoms_;  // what stands for these names in the definitions of the model of scalars
  Model scalar_;
  Session session_;
  bool keeps_transposes_ = false;
  std::optional<std::vector<Pattern>> patterns_;
  ExprMap<Expr> tensor_names_;  // of what does not act entry by entry
  ExprMap<Expr> entry_names_;   // which entry each name of the model of entries is
};

}  // namespace gradus::tensor

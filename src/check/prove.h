// SPDX-License-Identifier: GPL-2.0-or-later
// The proof of a link: the difference is zero in normal form, and both sides are defined.
#pragma once

#include <functional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "check/points.h"
#include "check/sides.h"
#include "gradus/algebra/normal.h"

namespace gradus {

struct Proof {
  bool proved = false;
  bool zero = false;             ///< the difference is zero wherever both sides are defined
  std::string reason;            ///< how, or why not
  std::vector<Expr> region;      ///< conditions under which they are not, if there is a normal form that differs
  std::vector<Expr> unknown;     ///< conditions of definedness that could not be shown
  std::vector<Expr> exceptions;  ///< `x != 0`: elsewhere the sides need not be equal or defined
};

class Prover {
 public:
  /// `generic` decides what depends on functions that are not specified: whether it is zero almost nowhere for a
  /// function without special properties.
  Prover(Engine& engine, Forms& forms, Domain& domain, PointSource& points, const EvalContext& context,
         const Facts& facts, std::function<bool(Expr)> generic)
      : engine_(engine),
        forms_(forms),
        domain_(domain),
        points_(points),
        context_(context),
        facts_(facts),
        generic_(std::move(generic)) {}

  Proof prove(const Side& left, const Side& right);
  /// Whether `u` is known to be zero only on a set without interior.
  bool nonzero_almost_everywhere(Expr u);

 private:
  /// Whether both are one expression in inputs and parameters.
  bool is_same(Expr left, Expr right);
  /// Whether the two sides of `u != v` are known to differ everywhere.
  bool always_apart(Expr condition);
  /// `u != v` as an exception if it holds almost everywhere, else as unknown.
  void apart_or_exception(Expr condition, Proof& proof);
  bool known(Expr condition, Proof& proof);
  bool condition_holds(Expr condition, const std::vector<Expr>& also, Proof& proof);
  /// Whether `u` is rational in functions that are analytic on all of the domain.
  bool is_meromorphic(Expr u);
  bool is_analytic(Expr u);
  void except(Expr condition, Proof& proof);
  /// The signs and conditions on which the proof looked from both sides only: whether the sides are equal there too.
  void except_jumps(const Side& left, const Side& right, Proof& proof);
  /// The combinations of values of the names in `e` that have finitely many, as far as the assumptions allow them.
  /// None if there are no such names, or too many combinations.
  std::vector<ExprMap<Rational>> cases(Expr e);

  Engine& engine_;
  Forms& forms_;
  Domain& domain_;
  PointSource& points_;
  const EvalContext& context_;
  const Facts& facts_;
  std::function<bool(Expr)> generic_;
  std::unordered_set<Expr, ExprHash> excepted_;  // the gaps of the exceptions of this proof, both ways
};

}  // namespace gradus

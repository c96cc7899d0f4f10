// SPDX-License-Identifier: GPL-2.0-or-later
/// What is known about the symbols, and the decision of conditions from it: intervals, signs, integrality, sets.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gradus/expr/expr.h"
#include "gradus/expr/function.h"
#include "gradus/syntax/model.h"

namespace gradus {

enum class Truth { no, unknown, yes };

struct Decision {
  Truth truth = Truth::unknown;
  std::string evidence;  ///< why: "1 + exp(z) > 0: a positive number plus a positive function"; one line
};

/// The facts of a model: its assumptions, and what its definitions need to be defined (`ln(a)` gives `a > 0`).
/// Names stand for their definitions. Immutable after construction.
class Facts {
 public:
  /// With `model` null only the function table is known.
  Facts(Arena& arena, const FunctionTable& functions, const Model* model);
  ~Facts();
  Facts(Facts&&) noexcept;

  /// Decides a condition: comparisons of expressions, And, Or, Not, In, and the calls `integer(E)`, `number(E)`.
  /// `yes` holds almost everywhere on the domain for `!=`, everywhere for the others; *unknown* is an answer.
  [[nodiscard]] Decision decide(Arena& arena, Expr condition) const;

  /// The same with further facts known locally (the conditions of an enclosing where).
  [[nodiscard]] Decision decide(Arena& arena, Expr condition, const std::vector<Expr>& also) const;

  /// All basic facts as conditions: the assumptions first, then the definedness of the definitions.
  [[nodiscard]] const std::vector<Expr>& conditions() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The conditions under which `e` is defined (in the reals), apart from sets without interior: arguments of ln
/// positive, bases of powers with a non-integer exponent positive, domains of functions. Each is a condition over
/// symbols; a condition inside a Where carries the branch as `Or(Not(branch), condition)`.
std::vector<Expr> definedness(Arena& arena, const FunctionTable& functions, const Model* model, Expr e);

}  // namespace gradus

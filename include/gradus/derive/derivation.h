// SPDX-License-Identifier: GPL-2.0-or-later
/// A derivation: the trace of the steps that computed it. The answer is the last line of the trace.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gradus/expr/expr.h"
#include "gradus/rule/rule.h"
#include "gradus/syntax/model.h"

namespace gradus {

class Facts;

/// One application of one rule.
struct Step {
  std::string rule;      ///< its name in the catalogue
  bool key = false;      ///< a lecturer would write the line on the board
  bool quiet = false;    ///< folding of constants or reordering
  std::string at;        ///< where: "" the whole, else child indices as "0.2.1"; "everywhere" for a shared node
  Expr before, after;    ///< the rewritten part
  std::string why;       ///< the rule's sentence
  std::string evidence;  ///< for its conditions; empty if it has none
  Expr line;             ///< the whole expression after the step
};

struct Derivation {
  Expr of, wrt;
  std::string method;  ///< "chain", "direct"
  Expr start;          ///< what stood there before the first step (a Deriv)
  Expr result;         ///< the line of the last step
  std::vector<Step> steps;
  std::string declined;  ///< not empty: the method declined, and why; then there are no steps
  std::string note;      ///< e.g. "L does not depend on x"
};

struct LinkDerivation {
  std::size_t chain = 0, link = 0;  ///< from 1
  Expr left, right;
  Place left_place, right_place;
  bool connected = false;
  std::vector<Step> steps;  ///< from left to right
  std::string reason;       ///< if it is not connected
};

/// All that the engine works with. References must outlive it.
struct Engine {
  Arena& arena;
  const Catalogue& catalogue;
  /// How expressions are written in what is said of a claim: in our notation, unless this says otherwise.
  std::function<std::string(Expr)> notation = {};
  /// Steps that are left for looking for points, of whatever is judged; null for no limit but that of each link.
  std::size_t* effort = nullptr;

  [[nodiscard]] std::string shown(Expr e) const { return notation ? notation(e) : print(arena, e); }
};

/// What to derive. Empty `of`: the last definition. Empty `wrt`: everything that `of` depends on, backwards.
struct DeriveRequest {
  std::string of;
  std::vector<std::string> wrt;
  enum class Method { chain, direct, both } method = Method::both;  ///< of tensors `both` is `chain`
  bool steps = true;     ///< whether the steps are kept, or the results alone
  int order = 1;         ///< 2: second derivatives of a scalar as well
  bool product = false;  ///< of order 2: the product of the Hessian with a direction as well
};

/// Derivations in a stable order: chain backwards from `of`, then direct. Throws Error for unknown names (no place).
std::vector<Derivation> derive(Engine& engine, const Model& model, const DeriveRequest& request);

/// Connects each link of each claim of the model by named steps.
std::vector<LinkDerivation> derive_via(Engine& engine, const Model& model);

/// `e` with every Deriv computed by the rules of differentiation and names unfolded as far as that needs: an
/// expression without Deriv, in base symbols where a name was cut open. Used by check.
Expr resolve_derivatives(Engine& engine, const Model& model, Expr e);

/// The program that `gen` writes: statements in order; each name is assigned once.
struct Statement {
  Expr name;   ///< a symbol of the model, or an adjoint (Deriv of the cost with respect to a name)
  Expr value;  ///< over inputs, parameters and names assigned before
};
struct GradientProgram {
  Expr cost;                                    ///< the name whose gradient is taken
  std::vector<Statement> forward;               ///< ends with the cost
  std::vector<Statement> backward;              ///< adjoints, each in terms of forward names and earlier adjoints
  std::vector<std::pair<Expr, Expr>> gradient;  ///< parameter -> its adjoint (a name of `backward`, or a number)
};
/// The cost in its direct form where the rules of ln and exp find one. How floating point is to compute the values is
/// chosen afterwards: see gradus/accuracy/accurate.h.
GradientProgram gradient_program(Engine& engine, const Model& model, const std::string& of,
                                 const std::vector<std::string>& wrt);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
/// Second derivatives of a scalar, as statements that continue its gradient program.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gradus/derive/derivation.h"

namespace gradus {

struct SecondOrder {
  /// The definitions and adjoints that a gradient program of the same cost may have left out.
  std::vector<Statement> first;

  /// The Hessian: its entries are in terms of these and of the names of first order. Each comes from the rules: the
  /// chain rule backwards from an adjoint.
  std::vector<Statement> second;
  struct Entry {
    Expr by, and_by;  ///< each unordered pair once
    Expr value;       ///< a name of `second`, or a number
  };
  std::vector<Entry> hessian;

  /// The Hessian times a direction: a tangent for each statement, so that the size is linear.
  std::vector<std::pair<Expr, Expr>> direction;  ///< variable -> what stands for its component in the tangents
  std::vector<Statement> tangents;
  std::vector<std::pair<Expr, Expr>> product;  ///< variable -> the tangent of its adjoint, or 0
};

/// `of` and `wrt` as for gradient_program. Throws Error if one of `wrt` depends on another one: then there is no
/// second derivative by both.
SecondOrder second_order(Engine& engine, const Model& model, const std::string& of,
                         const std::vector<std::string>& wrt);

}  // namespace gradus

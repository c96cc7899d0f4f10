// SPDX-License-Identifier: GPL-2.0-or-later
// Names by their definitions, functions by theirs: down to base symbols and native functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gradus/expr/expr.h"
#include "gradus/expr/function.h"
#include "gradus/syntax/model.h"

namespace gradus::algebra {

/// Unfolds within a bound of nodes, keeping what is shared shared. Remembers what it has unfolded.
class Unfolder {
 public:
  Unfolder(Arena& arena, const FunctionTable& functions, const Model* model, std::size_t most_nodes)
      : arena_(arena), functions_(functions), model_(model), left_(most_nodes) {}

  /// Throws GaveUp if it would take more nodes than the bound.
  Expr operator()(Expr e);

 private:
  struct Frame {
    Expr e;
    std::size_t next = 0;
  };
  Expr run(Expr e, ExprMap<Expr>& image);
  Expr call(Expr node);
  Expr apply(Expr body, const std::vector<Expr>& parameters, Expr node);

  Arena& arena_;
  const FunctionTable& functions_;
  const Model* model_;
  std::size_t left_;
  int depth_ = 0;
  ExprMap<Expr> image_;
  std::map<std::pair<std::string, std::size_t>, Expr> bodies_;
};

/// The native functions: what stays a call. `sqrt` is written as a power.
bool native_function(std::string_view name);

}  // namespace gradus::algebra

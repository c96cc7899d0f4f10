// SPDX-License-Identifier: GPL-2.0-or-later
// The C++ names of what a header computes.
#pragma once

#include <string>
#include <vector>

#include "emit/names.h"
#include "gradus/expr/expr.h"

namespace gradus::emit {

// Throws Error if `text` cannot be the namespace of a header.
void check_namespace(const std::string& text);

// One identifier for each name of the model and each derivative.
class Identifiers {
 public:
  explicit Identifiers(const Arena& arena) : arena_(arena) {}

  // The names of the model keep their spelling where C++ allows it; mended names give way to them.
  void claim(const std::vector<Expr>& names);
  [[nodiscard]] const std::string& at(Expr e) const { return identifiers_.at(e); }
  [[nodiscard]] bool knows(Expr e) const { return identifiers_.contains(e); }
  // What is taken so far.
  NameScope scope;

 private:
  void claim(Expr e);
  [[nodiscard]] std::string proposed(Expr e) const;
  [[nodiscard]] std::string part(Expr symbol) const;

  const Arena& arena_;
  ExprMap<std::string> identifiers_;
};

}  // namespace gradus::emit

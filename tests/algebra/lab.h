// SPDX-License-Identifier: GPL-2.0-or-later
// A workplace for the tests of the algebra: a small reader of formulas and a function table made from text.
#pragma once

#include <string>
#include <vector>

#include "gradus/expr/expr.h"
#include "gradus/expr/function.h"
#include "gradus/syntax/model.h"

namespace gradus::test {

/// An arena, the functions, and a model that is built line by line.
class Lab {
 public:
  Lab();
  /// Reads a formula or condition in the notation. Throws std::runtime_error.
  Expr operator()(const std::string& text);
  /// `name = formula`, a name of the model.
  Lab& define(const std::string& name, const std::string& formula);
  Lab& assume(const std::string& condition);
  /// `f(u) = body`; an empty body declares the function.
  Lab& function(const std::string& name, const std::string& parameter, const std::string& body);

  Arena arena;
  FunctionTable functions;
  Model model;

 private:
  void builtin(const std::string& name, const std::vector<std::string>& parameters, const std::string& definition,
               const std::string& domain, const std::string& range, const std::string& derivative);
};

}  // namespace gradus::test

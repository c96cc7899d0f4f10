// SPDX-License-Identifier: GPL-2.0-or-later
// Models and gradient programs built by hand, their values computed by plain evaluation, and compilers to try them on.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gradus/emit/header.h"

namespace bench {

using gradus::Arena;
using gradus::Expr;
using gradus::Op;

// An expression with operators, for building models in the tests. All are in the arena of the last `Problem`.
struct Ex {
  Expr e;
  Ex(Expr x) : e(x) {}  // NOLINT: implicit on purpose
  Ex(int n);            // NOLINT
  Ex(double n) = delete;
};
Ex operator+(Ex a, Ex b);
Ex operator-(Ex a, Ex b);
Ex operator-(Ex a);
Ex operator*(Ex a, Ex b);
Ex operator/(Ex a, Ex b);
Ex pow(Ex a, Ex b);
Ex fn(const std::string& name, const std::vector<Ex>& arguments);
Ex where(Ex condition, Ex p, Ex q);
Ex op(Op o, const std::vector<Ex>& parts);
Ex ratio(long p, long q);
Ex big(const std::string& digits);
Ex constant(const std::string& name);

using Values = std::map<std::string, double>;

// A model with its gradient program. The adjoints are derived here, by code of the tests.
class Problem {
 public:
  explicit Problem(std::string n);

  Ex input(const std::string& n, double v);
  Ex param(const std::string& n, double v);
  Ex define(const std::string& n, Ex value);
  // f(parameters) = body; without a body it is declared only.
  void function(const std::string& n, const std::vector<std::string>& parameters, std::optional<Ex> body);
  Ex parameter(const std::string& n) { return arena().symbol(n); }
  // Fills the program in: the gradient of the last definition for these names, all parameters if there are none.
  void differentiate(const std::vector<std::string>& wrt = {});
  void at(const std::string& n, double v) { point[n] = v; }

  [[nodiscard]] std::string header() const;
  // The value of a definition at `point`, computed from the definitions.
  [[nodiscard]] double value(const std::string& wanted) const;
  [[nodiscard]] double evaluate(Expr e, const Values& values) const;

  static Arena& arena();
  std::string name;
  gradus::Model model;
  gradus::GradientProgram program;
  Values point;
  gradus::EmitOptions options;

 private:
  Expr derivative(Expr e, Expr by) const;
  bool depends(Expr e, Expr by) const;
};

// The functions of rules/functions.rules with their C++ forms.
gradus::Catalogue& catalogue();

// The compilers that are installed.
std::vector<std::string> compilers();

// A directory that is deleted with the object.
class Workshop {
 public:
  Workshop();
  ~Workshop();
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  void write(const std::string& file, const std::string& text) const;
  // Compiles `main.cpp` with all warnings as errors and runs it; what both wrote, and "ok" last if both were content.
  [[nodiscard]] std::string compile_and_run(const std::string& compiler, const std::string& options = "-O0") const;
  // Compiles `main.cpp` only.
  [[nodiscard]] std::string compile(const std::string& compiler, const std::string& options) const;

 private:
  std::string directory_;
};

std::string read_file(const std::string& path);

}  // namespace bench

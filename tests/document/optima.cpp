// SPDX-License-Identifier: GPL-2.0-or-later
// What holds where a derivative is zero is no claim for every value of what it is taken by, and defines nothing.
#include "document/documents.h"

namespace {

using namespace documents;

}  // namespace

BOOST_AUTO_TEST_SUITE(optima)

// A solution is no definition: else both sides of what was set to zero would be zero, whatever their factor.
BOOST_AUTO_TEST_CASE(solutions_define_nothing) {
  for (const char* const slope : {"\\frac{dg}{dt}", "g'(t)"}) {
    const std::string g = std::string("$$g(t) = c t^2 - 2 h t$$\n\n$$") + slope;
    expect(g + " = 2(c t - h) = 0$$\n\n$$t = \\frac{h}{c}$$", "ppuu");
    expect(g + " = 3(c t - h) = 0$$\n\n$$t = \\frac{h}{c}$$", "pruu");
  }
  const std::string fit = "$$R(\\mathbf{v}) = \\|\\mathbf{A}\\mathbf{v} - \\mathbf{c}\\|^2$$\n\n";
  const std::string solved =
      "\\mathbf{A}^T(\\mathbf{A}\\mathbf{v} - \\mathbf{c}) = 0 \\implies "
      "\\mathbf{v} = (\\mathbf{A}^T\\mathbf{A})^{-1}\\mathbf{A}^T\\mathbf{c}$$";
  for (const char* const gradient : {"\\nabla R(\\mathbf{v})", "\\nabla R", "\\nabla_{\\mathbf{v}} R(\\mathbf{v})"}) {
    expect(fit + "$$" + gradient + " = 2" + solved, "ppuu");
    expect(fit + "$$" + gradient + " = 3" + solved, gradient == std::string("\\nabla R") ? "puuu" : "pruu");
  }
}

// Equations for where it is zero are not refuted by other values; derivatives are.
BOOST_AUTO_TEST_CASE(equations_at_the_optimum) {
  const std::string fit = R"(Let $A \in \mathbb{R}^{m \times n}$, $v \in \mathbb{R}^n$, $c \in \mathbb{R}^m$ and

$$R(v) = \|Av - c\|^2.$$

)";
  expect(fit + "Setting $\\nabla_v R(v) = 0$ gives\n\n$$A^T A v = A^T c$$", "pu");
  expect(fit + "$$\\nabla_v R(v) = 2 A^T (A v - c)$$\n\nSetting this to zero gives\n\n$$A^T A v = A^T c$$", "ppu");
  expect(fit + "$$\\nabla_v R(v) = 3 A^T (A v - c)$$\n\nSetting this to zero gives\n\n$$A^T A v = A^T c$$", "pru");
  // A chain that begins with a derivative is one of all values.
  expect(fit +
             "Setting $\\nabla_v R(v) = 0$ gives\n\n$$A^T A v = A^T c.$$\n\nThe gradient was\n\n"
             "$$\\nabla_v R(v) = 2 A^T (A v - c) = 2 A^T A v - A^T c$$",
         "pupr");
  // Under the next heading nothing is set to zero.
  expect(fit +
             "Setting $\\nabla_v R(v) = 0$ gives\n\n$$A^T A v = A^T c$$\n\n# Elsewhere\n\nIn general\n\n"
             "$$A^T A v = A^T c$$",
         "pur");
  expect("Let $t \\in \\mathbb{R}$.\n\n$$(t + 1)^2 = t^2 + t + 1$$", "r");
}

BOOST_AUTO_TEST_SUITE_END()

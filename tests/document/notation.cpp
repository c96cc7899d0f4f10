// SPDX-License-Identifier: GPL-2.0-or-later
// Ways to write things: what the readers of formulas must know, each right and wrong.
#include "document/documents.h"

namespace {

using namespace documents;

}  // namespace

BOOST_AUTO_TEST_SUITE(notation)

BOOST_AUTO_TEST_CASE(bars_in_calls) {
  const std::string policy =
      "Let $\\theta, s \\in \\mathbb{R}^d$, $a \\in \\mathbb{R}$ and $\\pi_\\theta(a|s) = e^{-(a - \\theta^\\top "
      "s)^2/2}$.\n\n";
  expect(policy + "$$\\nabla_\\theta \\log\\pi_\\theta(a|s) = (a - \\theta^\\top s) s$$", "p");
  expect(policy + "$$\\nabla_\\theta \\log\\pi_\\theta(a|s) = (a - \\theta^\\top s) \\theta$$", "r");
  expect("Let $x \\in \\mathbb{R}$.\n\n$$(|x| + 1)^2 = x^2 + 2|x| + 1$$", "p");
}

BOOST_AUTO_TEST_CASE(inverses) {
  const std::string gauss =
      "Let $x, \\mu \\in \\mathbb{R}^d$, let $\\Sigma \\in \\mathbb{R}^{d \\times d}$ be symmetric and $q = -\\frac12 "
      "(x - "
      "\\mu)^\\top \\Sigma^{-1} (x - \\mu)$.\n\n";
  expect(gauss + "$$\\nabla_\\mu q = \\Sigma^{-1}(x - \\mu)$$", "p");
  expect(gauss + "$$\\nabla_\\mu q = -\\Sigma^{-1}(x - \\mu)$$", "r");
  // Without symmetry, and where the matrix itself stands beside its inverse.
  const std::string any =
      "Let $x \\in \\mathbb{R}^d$, $A \\in \\mathbb{R}^{d \\times d}$ be invertible and $q = x^\\top A^{-1} x$.\n\n";
  expect(any + "$$\\nabla_x q = (A^{-1} + A^{-\\top}) x$$", "p");
  expect(any + "$$\\nabla_x q = 2 A^{-1} x$$", "r");
  expect(any + "$$A A^{-1} x = x$$", "p");
  expect(any + "$$\\frac{\\partial q}{\\partial A} = -A^{-1} x x^\\top A^{-1}$$", "r");
  expect(any + "$$\\frac{\\partial q}{\\partial A} = -A^{-\\top} x x^\\top A^{-\\top}$$", "p");
}

BOOST_AUTO_TEST_CASE(determinants) {
  const std::string gauss =
      "Let $x, \\mu \\in \\mathbb{R}^d$, let $\\Sigma \\in \\mathbb{R}^{d \\times d}$ be positive definite, and\n\n$$L "
      "= "
      "\\frac12 \\log|\\Sigma| + \\frac12 (x - \\mu)^\\top \\Sigma^{-1} (x - \\mu)$$\n\n";
  expect(gauss + "$$\\frac{\\partial L}{\\partial \\mu} = \\Sigma^{-1}(\\mu - x)$$", "pp");
  expect(gauss + "$$\\frac{\\partial L}{\\partial \\mu} = \\Sigma^{-1}(x - \\mu)$$", "pr");
  expect(gauss +
             "$$\\frac{\\partial L}{\\partial \\Sigma} = \\frac12 \\Sigma^{-1} - \\frac12 \\Sigma^{-1} (x - \\mu) (x - "
             "\\mu)^\\top \\Sigma^{-1}$$",
         "pp");
  expect(gauss + "$$\\log\\det(2\\Sigma) = 2 \\log\\det \\Sigma$$", "pr");
  expect(gauss + "$$\\log\\det(2\\Sigma) = d \\log 2 + \\log\\det \\Sigma$$", "pp");
}

BOOST_AUTO_TEST_CASE(sums_from_zero) {
  const std::string scores =
      "Let $q, k_0, k_1, \\dots, k_N \\in \\mathbb{R}^d$ and $p_i = \\frac{e^{q \\cdot k_i}}{\\sum_{j=0}^N e^{q "
      "\\cdot k_j}}$, $L = -\\log p_0$.\n\n";
  expect(scores + "$$\\frac{\\partial L}{\\partial q} = \\sum_{i=0}^N p_i k_i - k_0$$", "p");
  expect(scores + "$$\\frac{\\partial L}{\\partial q} = \\sum_{i=1}^N p_i k_i - k_0$$", "r");
}

BOOST_AUTO_TEST_CASE(pieces_for_conditions) {
  const std::string unit =
      "For $a > 0$ and $x \\in \\mathbb{R}$ let $\\mathrm{ELU}(x) = x$ for $x > 0$ and $\\mathrm{ELU}(x) = a(e^x - 1)$ "
      "for $x < 0$.\n\n";
  expect(unit + "$$\\mathrm{ELU}'(x) = \\begin{cases} 1 & x > 0 \\\\ a e^x & x < 0 \\end{cases}$$", "p");
  expect(unit + "$$\\mathrm{ELU}'(x) = \\begin{cases} 1 & x > 0 \\\\ a & x < 0 \\end{cases}$$", "r");
}

BOOST_AUTO_TEST_CASE(steps_by_their_numbers) {
  const std::string momentum =
      "The velocity is $v_{t+1} = \\beta v_t + g_t$ with $v_0 = 0$, $\\beta \\in (0, 1)$ and numbers $g_0, g_1, "
      "\\dots \\in \\mathbb{R}$.\n\n";
  expect(momentum + "$$v_2 = \\beta g_0 + g_1$$", "p");
  expect(momentum + "$$v_2 = \\beta^2 g_0 + g_1$$", "r");
}

BOOST_AUTO_TEST_CASE(derivatives_by_squares) {
  const std::string normal =
      "Let $x, \\mu \\in \\mathbb{R}$, $\\sigma > 0$ and $\\ell = -\\frac12 \\log(2\\pi\\sigma^2) - \\frac{(x - "
      "\\mu)^2}{2\\sigma^2}$.\n\n";
  expect(normal +
             "$$\\frac{\\partial \\ell}{\\partial \\sigma^2} = -\\frac{1}{2\\sigma^2} + \\frac{(x - "
             "\\mu)^2}{2\\sigma^4}$$",
         "p");
  expect(
      normal +
          "$$\\frac{\\partial \\ell}{\\partial \\sigma^2} = -\\frac{1}{\\sigma^2} + \\frac{(x - \\mu)^2}{2\\sigma^4}$$",
      "r");
}

BOOST_AUTO_TEST_CASE(rows_and_columns_of_a_softmax) {
  const std::string head =
      "Let $X \\in \\mathbb{R}^{m \\times d}$, $W \\in \\mathbb{R}^{d \\times k}$, $P = \\mathrm{softmax}(XW)$";
  const std::string labels =
      " and let $Y \\in \\mathbb{R}^{m \\times k}$ with $\\sum_{j=1}^k Y_{ij} = 1$, $L = -\\sum_{i=1}^m "
      "\\sum_{j=1}^k Y_{ij} \\log P_{ij}$.\n\n$$\\frac{\\partial L}{\\partial W} = X^\\top (P - Y)$$";
  expect(head + " row-wise" + labels, "p");
  expect(head + " column-wise" + labels, "r");
}

BOOST_AUTO_TEST_CASE(sums_with_a_special_term) {
  const std::string dots =
      "Let $a_i, b_i \\in \\mathbb{R}$ for $i = 1, \\dots, n$ and let $k$ be one of $1, \\dots, n$.\n\n";
  expect(dots + "$$a_1 + a_2 + \\dots + (a_k + b_k) + \\dots + a_n = \\sum_{i=1}^n a_i + b_k$$", "p");
  expect(dots + "$$a_1 + a_2 + \\dots + b_k + \\dots + a_n = \\sum_{i=1}^n a_i + b_k$$", "r");
}

BOOST_AUTO_TEST_CASE(cases_of_indices) {
  const std::string softmax = "The softmax is $s_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}$.";
  const std::string other = "$$\\frac{\\partial s_i}{\\partial z_j} = -s_i s_j$$";
  const std::string same = "$$\\frac{\\partial s_i}{\\partial z_j} = s_i (1 - s_j)$$";
  // A case holds for one display: before it, behind it, in it.
  expect(softmax + " If $i \\neq j$:\n\n" + other + "\n\nIf $i = j$:\n\n" + same, "pp");
  expect(softmax + " For $i \\neq j$:\n\n" + other + "\n\nIn general\n\n" + other, "pr");
  expect(softmax + " We have\n\n" + other + "\n\nfor $i \\neq j$ and\n\n" + same + "\n\nfor $i = j$. But\n\n" + same,
         "ppr");
  expect(softmax + "\n\n$$\\frac{\\partial s_i}{\\partial z_j} = -s_i s_j \\quad \\text{for } i \\neq j$$", "p");
  expect(softmax + "\n\n$$\\frac{\\partial s_i}{\\partial z_j} = s_i (1 - s_j), \\quad i \\neq j$$", "r");
}

// What is claimed for no indices at all would hold, whatever it says.
BOOST_AUTO_TEST_CASE(cases_that_exclude_each_other) {
  const std::string softmax = "The softmax is $s_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}$.";
  const std::string wrong = "\\frac{\\partial s_i}{\\partial z_j} = 17 s_i s_j";
  // The nearer word counts.
  expect(softmax + " Let $i \\neq j$. If $i = j$:\n\n$$" + wrong + "$$", "r");
  expect(softmax + "\n\n$$" + wrong + ", \\quad i = j, \\quad i \\neq j$$", "u");
  expect(softmax + "\n\n$$" + wrong + ", \\quad i = k, \\quad k = j, \\quad i \\neq j$$", "u");
  // The case is said with the verdict.
  const document::DocumentVerdicts v =
      checked(softmax + " If $i = j$:\n\n$$\\frac{\\partial s_i}{\\partial z_j} = s_i (1 - s_j)$$");
  BOOST_TEST(letters(v) == "p");
  BOOST_TEST(v.links[0].reason.ends_with("; claimed for i = j"));
}

BOOST_AUTO_TEST_CASE(names_of_which_something_was_not_read) {
  // What an integral says of a name is not read: its equation defines nothing.
  expect("Let $q > 0$ and $K = \\int_0^1 q(z) dz$.\n\n$$K = 3 q$$", "u");
  expect("The quantity $K$ is positive.\n\n$$K = 3$$", "u");
}

// "and" between equations of one display; words beside them say nothing.
BOOST_AUTO_TEST_CASE(two_equations_in_a_display) {
  const std::string both = "Let $u = x^2 y$.\n\n$$\\frac{\\partial u}{\\partial x} = ";
  expect(both + "2xy \\; \\textrm{and} \\; \\frac{\\partial u}{\\partial y} = x^2$$", "pp");
  expect(both + "2xy \\quad \\text{ and } \\quad \\frac{\\partial u}{\\partial y} = 2x^2$$", "pr");
  expect(both + "xy \\text{ and } \\frac{\\partial u}{\\partial y} = x^2$$", "rp");
  const auto remark = checked("Let $u = x^2$.\n\n$$\\frac{du}{dx} = 2x \\quad \\text{(derivative)}$$");
  BOOST_TEST(letters(remark) == "p");
  BOOST_TEST(remark.unread.empty());
}

// An entry of a softmax is one, whoever writes what it is.
BOOST_AUTO_TEST_CASE(entries_of_functions) {
  const std::string head = "Let $\\mathbf{z} \\in \\mathbb{R}^K$.\n\n";
  const std::string entry = "$$\\text{softmax}_k(\\mathbf{z}) = \\frac{e^{z_k}}{\\sum_{j=1}^K e^{z_j}}$$\n\n";
  expect(head + entry, "p");
  expect(head + "$$\\text{softmax}_k(\\mathbf{z}) = \\frac{e^{-z_k}}{\\sum_{j=1}^K e^{z_j}}$$", "r");
  const std::string all = head + entry +
                          "$$\\text{softmax}(\\mathbf{z}) = \\begin{bmatrix} \\text{softmax}_1(\\mathbf{z}) & \\dots & "
                          "\\text{softmax}_K(\\mathbf{z}) \\end{bmatrix}^\\top$$\n\n";
  expect(all + "$$\\text{softmax}(\\mathbf{z}) = \\text{softmax}(\\mathbf{z} + \\mathbf{z} - \\mathbf{z})$$", "ppp");
}

// Blocks of text in fences are text; what other fences hold is not.
BOOST_AUTO_TEST_CASE(blocks_of_text_in_fences) {
  const std::string claim = "Let $u = x^2$.\n\n$$\\frac{du}{dx} = 2x$$\n";
  expect("```{note} The square\n" + claim + "```\n\n$$\\frac{du}{dx} = x$$\n", "pr");
  expect("```{prf:proof}\n" + claim + "```\n", "p");
  expect("````{admonition} A\n```{tip}\n" + claim + "```\n````\n\n$$\\frac{du}{dx} = 3x$$\n", "pr");
  expect("```{code-block} text\n" + claim + "```\n", "");
  expect("```{note}\n```python\n$$1 = 2$$\n```\n" + claim + "```\n\n$$1 = 1$$\n", "pp");
}

// The gradient by what a function is written with.
BOOST_AUTO_TEST_CASE(gradients_by_several_numbers) {
  const std::string head = "Let $g(x, y) = x^2 y$.\n\n";
  expect(head + "$$\\nabla g(x, y) = \\begin{pmatrix} 2xy \\\\ x^2 \\end{pmatrix}$$", "p");
  expect(head + "$$\\nabla g(x, y) = \\begin{pmatrix} 2xy \\\\ x \\end{pmatrix}$$", "r");
  expect(head + "$$\\nabla^2 g(x, y) = \\begin{pmatrix} 2y & 2x \\\\ 2x & 0 \\end{pmatrix}$$", "u");
  expect(head + "$$\\nabla^2 g(x, y) = 2y$$", "u");
  // Without them it may be the gradient by something else.
  expect(head + "$$\\nabla g = \\begin{pmatrix} 2xy \\\\ x^2 \\end{pmatrix}$$", "p");
  expect(head + "$$\\nabla g = \\begin{pmatrix} 2xy \\\\ x \\end{pmatrix}$$", "u");
  expect(head + "$$\\nabla g(1, 2) = \\begin{pmatrix} 4 \\\\ 1 \\end{pmatrix}$$", "u");
}

BOOST_AUTO_TEST_SUITE_END()

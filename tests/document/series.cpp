// SPDX-License-Identifier: GPL-2.0-or-later
// Sums, vectors and matrices that are written out with dots.
#include "document/documents.h"

namespace {

using namespace documents;

}  // namespace

BOOST_AUTO_TEST_SUITE(series)

// What stands before the dots goes on as it began, or is no series.
BOOST_AUTO_TEST_CASE(sums_with_dots) {
  const std::string head = "Let $x, y \\in \\mathbb{R}^n$.\n\n";
  expect(head + "$$x_1 y_1 + x_2 y_2 + \\dots + x_n y_n = x^\\top y$$", "p");
  expect(head + "$$x_1 y_1 + x_2 y_2 + \\dots + x_n y_n = x^\\top y + x_1$$", "r");
  expect(head + "$$x_1 + x_3 + \\dots + x_n = \\sum_{i=1}^n x_i$$", "u");
  // From the second one on, and where the first one is another.
  expect(head + "$$x_2 + x_3 + \\dots + x_n = \\sum_{i=1}^n x_i - x_1$$", "p");
  expect(head + "$$x_2 + x_3 + \\dots + x_n = \\sum_{i=1}^n x_i$$", "r");
  expect(head + "$$x_1 y_1 + x_2 \\cdot 0 + \\dots + x_n \\cdot 0 = x_1 y_1$$", "p");
  expect(head + "$$x_1 y_1 + x_2 \\cdot 0 + \\dots + x_n \\cdot 0 = x_1$$", "r");
  expect(head + "$$x_1 y_1 + x_5 \\cdot 0 + \\dots + x_n \\cdot 0 = x_1 y_1$$", "u");
}

// Up to a letter that is an index elsewhere: over all that it runs over.
BOOST_AUTO_TEST_CASE(up_to_an_index) {
  const std::string layer = "The outputs are\n\n$$y_j = w_{j1} x_1 + w_{j2} x_2 + \\dots + w_{ji} x_i + b_j$$\n\n";
  expect(layer +
             "$$\\begin{bmatrix} y_1 \\\\ y_2 \\\\ \\vdots \\\\ y_j \\end{bmatrix} = \\begin{bmatrix} w_{11} & w_{12} "
             "& \\dots & w_{1i} \\\\ w_{21} & w_{22} & \\dots & w_{2i} \\\\ \\vdots & \\vdots & \\ddots & \\vdots \\\\ "
             "w_{j1} & w_{j2} & \\dots & w_{ji} \\end{bmatrix} \\begin{bmatrix} x_1 \\\\ x_2 \\\\ \\vdots \\\\ x_i "
             "\\end{bmatrix} + \\begin{bmatrix} b_1 \\\\ b_2 \\\\ \\vdots \\\\ b_j \\end{bmatrix}$$",
         "pp");
  expect(layer +
             "$$\\frac{\\partial y_j}{\\partial x_i} = w_{ji}$$\n\n$$\\frac{\\partial y_j}{\\partial x_i} = w_{ji} + "
             "1$$",
         "ppr");
}

BOOST_AUTO_TEST_CASE(matrices_with_dots) {
  const std::string head = "Let $A \\in \\mathbb{R}^{m \\times n}$, $x \\in \\mathbb{R}^n$ and $z = \\|A\\|^2$.\n\n";
  const std::string left = head + "$$\\frac{\\partial z}{\\partial A} = \\begin{bmatrix} ";
  expect(left +
             "2A_{11} & \\cdots & 2A_{1n} \\\\ \\vdots & \\ddots & \\vdots \\\\ 2A_{m1} & \\cdots & 2A_{mn} "
             "\\end{bmatrix}$$",
         "p");
  expect(left +
             "A_{11} & \\cdots & A_{1n} \\\\ \\vdots & \\ddots & \\vdots \\\\ A_{m1} & \\cdots & A_{mn} "
             "\\end{bmatrix}$$",
         "r");
  // Empty rows say nothing.
  expect(
      left +
          "2A_{11} & 2A_{12} & \\cdots & 2A_{1n} \\\\ \\\\ 2A_{21} & 2A_{22} & \\cdots & 2A_{2n} \\\\ \\\\ \\vdots & "
          "\\vdots & \\ddots & \\vdots \\\\ \\\\ 2A_{m1} & 2A_{m2} & \\cdots & 2A_{mn} \\end{bmatrix}$$",
      "p");
  // One entry that is another one than the others say, or dots that say nothing.
  expect(left +
             "2A_{11} & A_{12} & \\cdots & 2A_{1n} \\\\ 2A_{21} & 2A_{22} & \\cdots & 2A_{2n} \\\\ \\vdots & \\vdots & "
             "\\ddots & \\vdots \\\\ 2A_{m1} & 2A_{m2} & \\cdots & 2A_{mn} \\end{bmatrix}$$",
         "u");
  expect(left + "2A_{11} & \\cdots & 0 \\\\ \\vdots & \\ddots & \\vdots \\\\ 0 & \\cdots & 2A_{mn} \\end{bmatrix}$$",
         "u");
  // Columns side by side.
  const std::string columns = "Let $X \\in \\mathbb{R}^{n \\times m}$ have the columns $x_1, \\dots, x_m$.\n\n";
  expect(columns + "$$X = \\begin{bmatrix} x_1 & x_2 & \\dots & x_m \\end{bmatrix}$$", "p");
  expect(columns + "$$2X = \\begin{bmatrix} x_1 & x_2 & \\dots & x_m \\end{bmatrix}$$", "r");
}

// Conditions of cases, in words that hold letters and relations.
BOOST_AUTO_TEST_CASE(conditions_in_words) {
  const std::string head =
      "Let $p_i = \\frac{e^{z_i}}{\\sum_{k=1}^n e^{z_k}}$.\n\n$$\\frac{\\partial p_i}{\\partial z_j} = ";
  expect(head + "\\begin{cases} -p_i p_j, & \\text{i $\\ne$ j} \\\\ p_i(1 - p_i), & \\text{i = j} \\end{cases}$$", "p");
  expect(head + "\\begin{cases} -p_i p_j, & \\text{if i = j} \\\\ p_i(1 - p_i), & \\text{i $\\ne$ j} \\end{cases}$$",
         "r");
}

// Sums and products from another number than 1 on.
BOOST_AUTO_TEST_CASE(sums_from_a_number) {
  const std::string head = "Let $x \\in \\mathbb{R}^n$ and $J = \\sum_{k=2}^n x_k^2$.\n\n";
  expect(head + "$$J = \\|x\\|^2 - x_1^2$$", "p");
  expect(head + "$$J = \\|x\\|^2$$", "r");
  expect(head + "$$\\frac{\\partial J}{\\partial x_1} = 0$$", "p");
  expect(head + "$$\\frac{\\partial J}{\\partial x_2} = 2 x_2$$", "p");
  expect(head + "$$\\frac{\\partial J}{\\partial x_2} = 0$$", "r");
  expect("Let $a_1, \\dots, a_n > 0$.\n\n$$\\prod_{k=1}^n a_k = a_1 \\prod_{k=2}^n a_k$$", "p");
  expect("Let $a_1, \\dots, a_n > 0$.\n\n$$\\prod_{k=1}^n a_k = a_1 \\prod_{k=3}^n a_k$$", "r");
}

BOOST_AUTO_TEST_SUITE_END()

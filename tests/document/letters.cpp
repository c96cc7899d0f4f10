// SPDX-License-Identifier: GPL-2.0-or-later
// What letters stand for by the way in which they are written, where no word says it.
#include "document/documents.h"

namespace {

using namespace documents;

}  // namespace

BOOST_AUTO_TEST_SUITE(letters_as_written)

// Bold Greek letters and letters with accents are vectors as Latin ones are.
BOOST_AUTO_TEST_CASE(bold_greek_letters) {
  const std::string score = "The score is $s = \\boldsymbol{\\beta}^\\top \\mathbf{x}$.\n\n";
  expect(score + "$$\\frac{\\partial s}{\\partial \\boldsymbol{\\beta}} = \\mathbf{x}$$", "p");
  expect(score + "$$\\frac{\\partial s}{\\partial \\boldsymbol{\\beta}} = 2\\mathbf{x}$$", "r");
  const std::string fitted = "The score is $s = \\hat{\\boldsymbol{\\beta}}^\\top \\mathbf{x}$.\n\n";
  expect(fitted + "$$\\frac{\\partial s}{\\partial \\mathbf{x}} = \\hat{\\boldsymbol{\\beta}}$$", "p");
  expect(fitted + "$$\\frac{\\partial s}{\\partial \\mathbf{x}} = \\mathbf{x}$$", "r");
}

// Bold letters with an index: a vector for each.
BOOST_AUTO_TEST_CASE(bold_families) {
  const std::string cost =
      "The cost is\n\n$$J(\\mathbf{w}) = \\sum_{i=1}^n (\\mathbf{w}^\\top \\mathbf{x}_i - y_i)^2$$\n\n";
  expect(cost + "$$\\nabla J(\\mathbf{w}) = 2 \\sum_{i=1}^n (\\mathbf{w}^\\top \\mathbf{x}_i - y_i) \\mathbf{x}_i$$",
         "pp");
  expect(cost + "$$\\nabla J(\\mathbf{w}) = \\sum_{i=1}^n (\\mathbf{w}^\\top \\mathbf{x}_i - y_i) \\mathbf{x}_i$$",
         "pr");
  expect(cost + "$$\\nabla^2 J(\\mathbf{w}) = 2 \\sum_{i=1}^n \\mathbf{x}_i \\mathbf{x}_i^\\top$$", "pp");
  expect(cost + "$$\\nabla^2 J(\\mathbf{w}) = 3 \\sum_{i=1}^n \\mathbf{x}_i \\mathbf{x}_i^\\top$$", "pu");
}

// Vectors of a basis are no vectors as others, nor are functions with bold letters.
BOOST_AUTO_TEST_CASE(bold_letters_that_are_more) {
  const std::string head =
      "Let $A \\in \\mathbb{R}^{n \\times n}$ and $s = \\mathbf{w}^\\top \\boldsymbol{\\phi}(t)$.\n\n";
  expect(head + "$$\\sum_i \\mathbf{e}_i^\\top A \\mathbf{e}_i = \\operatorname{tr}(A)$$", "u");
  expect(head + "$$\\mathbf{e}_i^\\top \\mathbf{e}_i \\mathbf{e}_i = \\mathbf{e}_i$$", "u");
  expect(head + "$$\\boldsymbol{\\phi}(2t) = 2\\boldsymbol{\\phi}(t)$$", "u");
}

// x_i beside a bold x, of which nothing else is said, is an entry of it.
BOOST_AUTO_TEST_CASE(entries_of_bold_letters) {
  const std::string form = "The form is $q = \\mathbf{x}^\\top \\mathbf{x}$, the sum $\\sum_{i=1}^n x_i^2$.\n\n";
  expect(form + "$$\\frac{\\partial q}{\\partial x_j} = 2 x_j$$", "p");
  expect(form + "$$\\frac{\\partial q}{\\partial x_j} = x_j$$", "r");
  expect(form + "$$\\mathbf{x}^\\top \\mathbf{x} = \\sum_{i=1}^n x_i^2$$", "p");
  expect(form + "$$\\mathbf{x}^\\top \\mathbf{x} = \\sum_{i=1}^n x_i$$", "r");
  expect("$$\\boldsymbol{\\beta}^\\top \\mathbf{x} = \\sum_{i=1}^n \\beta_i x_i$$", "p");
  expect("$$\\boldsymbol{\\beta}^\\top \\mathbf{x} = \\sum_{i=1}^n \\beta_i x_i^2$$", "r");
}

// Einstein's convention, where the document says so.
BOOST_AUTO_TEST_CASE(implied_sums) {
  const std::string head = "Let $x, y \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{n \\times n}$.";
  const std::string says = head + " We use Einstein notation.\n\n";
  expect(says + "$$x^\\top A y = x_i a_{ij} y_j$$", "p");
  expect(says + "$$x^\\top A y = x_i a_{ji} y_j$$", "r");
  expect(says + "$$\\frac{d}{dx_k} x_i a_{ij} x_j = a_{kj} x_j + x_i a_{ik} = (a_{ki} + a_{ik}) x_i$$", "pp");
  expect(says + "$$\\frac{d}{dx_k} x_i a_{ij} x_j = 2 a_{ki} x_i$$", "r");
  expect(says + "$$(x_i y_i)^2 = x^\\top y \\, y^\\top x$$", "p");
  expect(says + "$$\\exp(x_i y_i) = 1 + \\exp(x^\\top y)$$", "r");
  expect(says + "$$\\frac{x_i}{y_j y_j} = \\frac{x_i}{y^\\top y}$$", "p");
  // What stands once and twice, or in a power, is not clear; sums that are written are no others.
  expect(says + "$$x_i = x_i y_i - x_i$$", "u");
  expect(says + "$$y^\\top y = y_i^2$$", "u");
  expect(says + "$$\\sum_i x_i y_i = x^\\top y$$", "p");
  // Nothing is summed where nobody says it, before it is said, or where the text says that it is not.
  expect(head + "\n\n$$x^\\top A y = x_i a_{ij} y_j$$", "u");
  expect(head + "\n\n$$x_i y_i = y_i x_i$$\n\nWe use Einstein notation.\n\n$$x_i y_i = x^\\top y$$", "pp");
  expect(head + "\n\nHere repeated indices are not summed.\n\n$$x_i y_i = y^\\top x$$", "u");
}

BOOST_AUTO_TEST_SUITE_END()

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
  expect(cost + "$$\\nabla^2 J(\\mathbf{w}) = 3 \\sum_{i=1}^n \\mathbf{x}_i \\mathbf{x}_i^\\top$$", "pr");
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// Labels below letters, and bold letters of which nothing is said: W_{ux}, \boldsymbol{\beta}. A letter for each link.
// p: proved, r: refuted, u: undecided.
#include <boost/test/unit_test.hpp>

#include "document/documents.h"

namespace {

using namespace documents;

}  // namespace

BOOST_AUTO_TEST_SUITE(labels_below_letters)

// A bold letter is a column or a matrix, a Greek one as well.
BOOST_AUTO_TEST_CASE(bold_greek_letters) {
  expect(R"($$q = \sigma(\boldsymbol{\beta}^\top \mathbf{x})$$

$$\frac{\partial q}{\partial \boldsymbol{\beta}} = q (1 - q) \mathbf{x}$$

$$\frac{\partial q}{\partial \boldsymbol{\beta}} = q (1 - q) \boldsymbol{\beta}$$)",
         "ppr");
  expect(R"($$E = \frac{1}{2} \|\boldsymbol{\mu} - \mathbf{x}\|^2$$

$$\frac{\partial E}{\partial \boldsymbol{\mu}} = \boldsymbol{\mu} - \mathbf{x}$$

$$\frac{\partial E}{\partial \boldsymbol{\mu}} = \mathbf{x} - \boldsymbol{\mu}$$)",
         "ppr");
}

// With an accent as well.
BOOST_AUTO_TEST_CASE(bold_letters_with_an_accent) {
  const std::string head = R"($$\hat{\mathbf{y}} = \mathbf{W} \mathbf{x}$$

$$L = \frac{1}{2} \|\hat{\mathbf{y}} - \tilde{\mathbf{y}}\|^2$$

)";
  expect(head + R"($$\frac{\partial L}{\partial \mathbf{W}} = (\hat{\mathbf{y}} - \tilde{\mathbf{y}}) \mathbf{x}^T$$)",
         "ppp");
  expect(head + R"($$\frac{\partial L}{\partial \tilde{\mathbf{y}}} = \hat{\mathbf{y}} - \tilde{\mathbf{y}}$$)", "ppr");
}

// A word or several letters below that are no indices belong to the name.
BOOST_AUTO_TEST_CASE(bold_letters_with_a_label) {
  const std::string head = R"($$\mathbf{u}_{\text{out}} = \mathbf{W}_{ux} \mathbf{u}_{\text{in}}$$

$$E = \frac{1}{2} \mathbf{u}_{\text{out}}^\top \mathbf{u}_{\text{out}}$$

)";
  expect(
      head + R"($$\frac{\partial E}{\partial \mathbf{u}_{\text{in}}} = \mathbf{W}_{ux}^\top \mathbf{u}_{\text{out}}$$)",
      "ppp");
  expect(head + R"($$\frac{\partial E}{\partial \mathbf{u}_{\text{in}}} = \mathbf{W}_{ux} \mathbf{u}_{\text{out}}$$)",
         "ppr");
  // Indices are none.
  expect(R"($$E = \sum_{i=1}^n \mathbf{q}_{ij}$$)", "u");
}

// What is not introduced may be columns and matrices, with a label below as without one.
BOOST_AUTO_TEST_CASE(matrices_with_a_label) {
  const std::string head = R"($$o = W_{ox} x + b_o$$

$$E = o^T o$$

)";
  expect(head + R"($$\frac{\partial E}{\partial x} = 2 W_{ox}^T o$$)", "ppp");
  expect(head + R"($$\frac{\partial E}{\partial x} = 2 o W_{ox}^T$$)", "ppu");
}

BOOST_AUTO_TEST_SUITE_END()

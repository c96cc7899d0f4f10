// SPDX-License-Identifier: GPL-2.0-or-later
// Sets and norms as they are written. A letter for each link. p: proved, r: refuted, u: undecided.
#include <boost/test/unit_test.hpp>

#include "document/documents.h"

namespace {

using namespace documents;

}  // namespace

BOOST_AUTO_TEST_SUITE(sets_and_norms)

// Braces without a backslash are not shown; they are meant.
BOOST_AUTO_TEST_CASE(braces_that_are_not_shown) {
  expect(R"(The labels are $y \in {0, 1}$.

$$y^2 = y$$

$$y^2 = 2 y$$)",
         "pr");
  expect(R"(The labels are $y \in 0, 1$.

$$(1 - y) y = 0$$)",
         "p");
  expect(R"(The labels are $y \in 0, v$.

$$y^2 = y$$)",
         "u");
}

// A norm that says that it is the Euclidean one is, whatever others the text speaks of.
BOOST_AUTO_TEST_CASE(a_norm_by_its_number) {
  const std::string head = "The $\\ell_1$ norm is not differentiable everywhere.\n\n";
  expect(head + R"($$E = \|\mathbf{u}\|_2^2$$

$$\frac{\partial E}{\partial \mathbf{u}} = 2 \mathbf{u}$$

$$\frac{\partial E}{\partial \mathbf{u}} = \mathbf{u}$$)",
         "ppr");
  expect(head + R"($$\|\mathbf{u}\|^2 = \mathbf{u}^\top \mathbf{u}$$)", "u");
}

// Words that are not read may give a name another meaning: a second equation for it is not refused.
BOOST_AUTO_TEST_CASE(a_second_equation_among_foreign_words) {
  const std::string first = R"($$E = \frac{1}{2} (p - y)^2$$)";
  const std::string second = R"($$E = -y \ln p$$)";
  expect("Im ersten Teil dieses Abschnitts verwenden wir den quadratischen Fehler, also\n\n" + first +
             "\n\nSpäter nehmen wir stattdessen einen anderen Fehler, nämlich die Kreuzentropie dieser Ausgabe\n\n" +
             second,
         "pu");
  expect("In the first part of this section we use the squared error, that is\n\n" + first +
             "\n\nand from this we get for the error of the output that it is the same as\n\n" + second,
         "pr");
}

// What a distribution is made of is none.
BOOST_AUTO_TEST_CASE(made_into_a_distribution) {
  const std::string claim = "\n\n$$\\sum_{i=1}^n s_i = 1$$";
  expect("Let $s \\in \\mathbb{R}^n$. The vector $s$ is a probability distribution." + claim, "p");
  expect("Let $s \\in \\mathbb{R}^n$. The vector $s$ is used to compute a probability distribution over the words." +
             claim,
         "u");
}

BOOST_AUTO_TEST_SUITE_END()

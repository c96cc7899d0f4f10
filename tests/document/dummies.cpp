// SPDX-License-Identifier: GPL-2.0-or-later
// Formulas of any number, in the letter of a vector or of data. A letter for each link. p: proved, r: refuted,
// u: undecided.
#include <boost/test/unit_test.hpp>

#include "document/documents.h"

namespace {

using namespace documents;

}  // namespace

BOOST_AUTO_TEST_SUITE(any_number)

// Under another heading the letter of a vector stands for any number where nothing else stands in a formula.
BOOST_AUTO_TEST_CASE(under_another_heading) {
  const std::string head = R"(# Model

The input is $x \in \mathbb{R}^n$ and

$$q = \tanh(w^\top x), \quad w \in \mathbb{R}^n$$

# The function

)";
  expect(head + R"($$\frac{d \tanh(x)}{dx} = \frac{4}{(e^x + e^{-x})^2} = 1 - \tanh^2(x)$$)", "ppp");
  expect(head + R"($$\frac{d \tanh(x)}{dx} = 1 + \tanh^2(x)$$)", "pr");
  // What is of vectors remains one of vectors.
  expect(head + R"($$\frac{d (w^\top x)}{dx} = w$$)", "pp");
}

// Under the same heading the letter is what was said.
BOOST_AUTO_TEST_CASE(under_the_same_heading) {
  expect(R"(The input is $x \in \mathbb{R}^n$. Then

$$\frac{d \tanh(x)}{dx} = 1 - \tanh^2(x)$$)",
         "r");
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// Steps in time, layers and iterates that stand above letters: h^{(t)}. A letter for each link. p: proved, r: refuted,
// u: undecided.
#include <boost/test/unit_test.hpp>

#include "document/documents.h"

namespace {

using namespace documents;

const std::string recurrence = R"(A recurrent cell keeps

$$h^{(t)} = \tanh(U x^{(t)} + W h^{(t-1)} + b)$$

and its output is

$$o^{(t)} = V h^{(t)} + c$$

)";

}  // namespace

BOOST_AUTO_TEST_SUITE(steps_above_letters)

// Of which nothing else is said they are numbers, as h_t and q_t are.
BOOST_AUTO_TEST_CASE(numbers_by_their_step) {
  expect(recurrence + R"($$\frac{\partial E^{(t)}}{\partial V} =
\frac{\partial E^{(t)}}{\partial o^{(t)}} \frac{\partial o^{(t)}}{\partial V}$$

$$\frac{\partial E^{(t)}}{\partial V} = \frac{\partial E^{(t)}}{\partial o^{(t)}} h^{(t)}$$)",
         "pppp");
  expect(recurrence + R"($$\frac{\partial o^{(t)}}{\partial V} = h^{(t)}$$

$$\frac{\partial o^{(t)}}{\partial V} = h^{(t-1)}$$)",
         "pppr");
}

// What is added up over all steps is one name at each of them, and not one name many times.
BOOST_AUTO_TEST_CASE(sums_over_steps) {
  expect(recurrence + R"($$R = \sum_{t=1}^n (o^{(t)})^2$$

$$R = n (o^{(t)})^2$$)",
         "pppu");
  expect(R"($$u^l = w^l v^{l-1} + b^l$$

$$R = \sum_{l=1}^n (b^l)^2$$

$$R = n (b^l)^2$$)",
         "ppu");
}

// The derivative by what stands in every step may be the direct one or the total one: where only one of them makes a
// link hold, it is not refused.
BOOST_AUTO_TEST_CASE(direct_or_total) {
  expect(R"($$h_t = \tanh(U x_t + W h_{t-1} + b)$$

$$\frac{\partial E_2}{\partial W} = \frac{\partial E_2}{\partial h_2} \frac{\partial h_2}{\partial W} +
\frac{\partial E_2}{\partial h_2} \frac{\partial h_2}{\partial h_1} \frac{\partial h_1}{\partial W}$$)",
         "pu");
  expect(R"($$h_t = \tanh(U x_t + W h_{t-1} + b)$$

$$\frac{\partial h_t}{\partial x_t} = U (1 - h_t^2)$$

$$\frac{\partial h_t}{\partial x_t} = W (1 - h_t^2)$$)",
         "ppr");
}

// Indices in brackets below: x_{[i]}.
BOOST_AUTO_TEST_CASE(indices_in_brackets) {
  expect(R"(Let $x \in \mathbb{R}^n$ and

$$E = \frac{1}{2} \sum_{i=1}^n x_{[i]}^2$$

$$\frac{\partial E}{\partial x_{[j]}} = x_{[j]}$$

$$\frac{\partial E}{\partial x_{[j]}} = 2 x_{[j]}$$)",
         "ppr");
}

BOOST_AUTO_TEST_SUITE_END()

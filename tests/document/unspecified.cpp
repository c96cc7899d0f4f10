// SPDX-License-Identifier: GPL-2.0-or-later
// Functions of which only is said what they are applied to: l(y_i, o_i), f(u, v, w). A letter for each link. p: proved,
// r: refuted, u: undecided.
#include <boost/test/unit_test.hpp>

#include "document/documents.h"

namespace {

using namespace documents;

}  // namespace

BOOST_AUTO_TEST_SUITE(unspecified_functions)

// Of entries it has a value for each of them.
BOOST_AUTO_TEST_CASE(of_entries) {
  const std::string head = R"($$E = \frac{1}{n} \sum_{i=1}^n l(c_i, q_i)$$

)";
  expect(head + R"($$\frac{\partial E}{\partial q_j} = \frac{1}{n} \frac{\partial l(c_j, q_j)}{\partial q_j}$$)", "pp");
  expect(head + R"($$\frac{\partial E}{\partial q_j} = \frac{\partial l(c_j, q_j)}{\partial q_j}$$)", "pr");
  expect(head + R"($$\frac{\partial E}{\partial q_j} = \frac{1}{n} \frac{\partial l(c_j, q_j)}{\partial c_j}$$)", "pr");
  // Not the same one many times.
  expect(head + R"($$E = l(c_i, q_i)$$)", "pr");
}

// The letters of functions stand for such of several things as well.
BOOST_AUTO_TEST_CASE(of_several_things) {
  const std::string head = R"($$p = f(u, v, w)$$

$$E = \frac{1}{2} p^2$$

)";
  expect(head + R"($$\frac{\partial E}{\partial u} = p \frac{\partial f(u, v, w)}{\partial u}$$)", "ppp");
  expect(head + R"($$\frac{\partial E}{\partial u} = p \frac{\partial f(u, v, w)}{\partial v}$$)", "ppr");
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// The logistic neuron, not guided by any claim, passes through the lines that the article derives by hand.
#include "derive/lines.h"

using namespace gradus;
using Method = DeriveRequest::Method;

namespace {

const char* const neuron = "input x, y\nparam w, b\nz = w*x + b\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(keys)

BOOST_AUTO_TEST_CASE(cost_by_activation) {
  lab::Derived d(neuron);
  for (const Method m : {Method::chain, Method::direct})
    BOOST_CHECK(d.passes(d.one("L", "a", m), {"-y/a + (1 - y)/(1 - a)"}));
}

BOOST_AUTO_TEST_CASE(sigmoid) {
  lab::Derived d(neuron);
  const Derivation da = d.one("a", "z", Method::chain);
  BOOST_CHECK(d.passes(da, {"exp(-z)/(1 + exp(-z))^2", "a*(1 - a)"}));
  BOOST_CHECK(d.same_up_to_order(da.result, "a*(1 - a)"));
}

BOOST_AUTO_TEST_CASE(cost_by_linear_part) {
  lab::Derived d(neuron);
  const Derivation dz = d.one("L", "z", Method::chain);
  BOOST_CHECK(d.passes(dz, {"dL/da*da/dz", "(-y/a + (1 - y)/(1 - a))*(a*(1 - a))", "-y*(1 - a) + a*(1 - y)", "a - y"}));
  BOOST_CHECK(print(d.arena, dz.result) == "a - y");
  BOOST_CHECK(print(d.arena, d.one("L", "z", Method::direct).result) == "a - y");
}

BOOST_AUTO_TEST_CASE(cost_by_weight) {
  lab::Derived d(neuron);
  BOOST_CHECK(print(d.arena, d.one("z", "w", Method::chain).result) == "x");
  const Derivation dw = d.one("L", "w", Method::chain);
  BOOST_CHECK(d.passes(dw, {"dL/dz*dz/dw", "(a - y)*x"}));
  BOOST_CHECK(d.same_up_to_order(dw.result, "x*(a - y)"));
}

BOOST_AUTO_TEST_CASE(cost_by_weight_directly) {
  lab::Derived d(neuron);
  const Derivation dw = d.one("L", "w", Method::direct);
  BOOST_CHECK(d.passes(dw, {"-ln(1 + exp(-z))", "-z - ln(1 + exp(-z))", "-(y*z - ln(1 + exp(z)))", "x*(a - y)"}, true));
  BOOST_CHECK(print(d.arena, dw.result) == "x*(a - y)");
}

BOOST_AUTO_TEST_CASE(cost_by_bias) {
  lab::Derived d(neuron);
  BOOST_CHECK(d.passes(d.one("L", "b", Method::chain), {"dL/dz*dz/db", "a - y"}));
  BOOST_CHECK(print(d.arena, d.one("L", "b", Method::direct).result) == "a - y");
}

BOOST_AUTO_TEST_CASE(other_names_and_another_order_change_nothing) {
  lab::Derived d(
      "input t, s\nparam k, c\nu = c + s*k\nq = sigmoid(u)\n"
      "J = -((1 - t)*ln(1 - q) + t*ln(q))\n");
  BOOST_CHECK(d.same_up_to_order(d.one("J", "k", Method::chain).result, "s*(q - t)"));
  const Derivation direct = d.one("J", "k", Method::direct);
  BOOST_CHECK(d.passes(direct, {"-(t*u - ln(1 + exp(u)))", "s*(q - t)"}, true));
}

BOOST_AUTO_TEST_CASE(a_sigmoid_written_out_is_derived_the_same) {
  lab::Derived d("input x, y\nparam w\nz = w*x\na = 1/(1 + exp(-z))\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n");
  BOOST_CHECK(d.passes(d.one("a", "z", Method::chain), {"exp(-z)/(1 + exp(-z))^2", "a*(1 - a)"}));
  BOOST_CHECK(d.same_up_to_order(d.one("L", "w", Method::chain).result, "x*(a - y)"));
  BOOST_CHECK(d.same_up_to_order(d.one("L", "w", Method::direct).result, "x*(a - y)"));
}

BOOST_AUTO_TEST_CASE(a_line_that_is_not_passed_is_missed) {
  lab::Derived d(neuron);
  const Derivation dz = d.one("L", "z", Method::chain);
  BOOST_CHECK(!d.passes(dz, {"a + y"}));
  BOOST_CHECK(!d.passes(dz, {"a - y", "dL/da*da/dz"}));
}

BOOST_AUTO_TEST_SUITE_END()

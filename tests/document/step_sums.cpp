// SPDX-License-Identifier: GPL-2.0-or-later
// Costs that are sums over the steps of a recurrence: the formulas of backpropagation through time hold, and what comes
// of them when a way, a step or a transpose is left out is never proved.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "document/documents.h"

using namespace documents;

namespace {

const std::string cell = R"(Let $h_t \in \mathbb{R}^n$, $x_t \in \mathbb{R}^d$, $o_t, y_t \in \mathbb{R}^q$,
$W \in \mathbb{R}^{n \times n}$, $U \in \mathbb{R}^{n \times d}$, $V \in \mathbb{R}^{q \times n}$ and $b \in \mathbb{R}^n$ with

$$z_t = U x_t + W h_{t-1} + b$$

$$h_t = \tanh(z_t)$$

$$o_t = V h_t$$

)";

const std::vector<std::string> costs{R"(L = \sum_{t=1}^T \ell(o_t, y_t))",
                                     R"(L = \frac{1}{T} \sum_{t=1}^T \ell(o_t, y_t))",
                                     R"(L = \frac{1}{2} \sum_{t=1}^T \|o_t - y_t\|^2)"};

// "D{a}" for the derivative of L by a, "S" for the sum over all steps.
std::string written(const std::string& claim) {
  std::string out;
  for (std::size_t k = 0; k < claim.size(); ++k) {
    if (claim[k] == 'D' && k + 1 < claim.size() && claim[k + 1] == '{') {
      out += R"(\frac{\partial L}{\partial )";
      ++k;
    } else if (claim[k] == 'S') {
      out += R"(\sum_{t=1}^T )";
    } else {
      out += claim[k];
    }
  }
  return out;
}

// What is said of a claim that stands behind the cell and a cost.
bool is_proved(const std::string& cost, const std::string& claim) {
  const document::DocumentVerdicts v = checked(fmt::format("{}$${}$$\n\n$${}$$\n", cell, cost, written(claim)));
  BOOST_REQUIRE(v.links.size() == 5);
  return v.links.back().verdict == Verdict::proved;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(step_sums)

BOOST_AUTO_TEST_CASE(backpropagation_through_time) {
  for (const std::string& cost : costs) {
    for (const char* claim :
         {R"(D{h_t} = W^T D{z_{t+1}} + V^T D{o_t})", R"(D{z_t} = (1 - h_t^2) \odot D{h_t})",
          R"(D{z_t} = (1 - h_t^2) \odot (W^T D{z_{t+1}} + V^T D{o_t}))", R"(D{V} = S D{o_t} h_t^T)",
          R"(D{W} = S D{z_t} h_{t-1}^T)", R"(D{U} = S D{z_t} x_t^T)", R"(D{b} = S D{z_t})",
          R"(D{W} = S ((1 - h_t^2) \odot D{h_t}) h_{t-1}^T)", R"(D{h_{t-1}} = W^T D{z_t} + V^T D{o_{t-1}})"})
      BOOST_TEST(is_proved(cost, claim), cost << ": " << claim);
  }
  BOOST_TEST(is_proved(costs[2], R"(D{h_T} = V^T D{o_T})"));
  BOOST_TEST(is_proved(costs[2], R"(D{o_t} = o_t - y_t)"));
}

BOOST_AUTO_TEST_CASE(what_is_left_out_is_never_proved) {
  for (const std::string& cost : costs) {
    for (const char* claim : {R"(D{h_t} = W^T D{z_{t+1}})",
                              R"(D{h_t} = V^T D{o_t})",
                              R"(D{h_t} = W D{z_{t+1}} + V^T D{o_t})",
                              R"(D{h_t} = W^T D{z_t} + V^T D{o_t})",
                              R"(D{h_t} = W^T D{z_{t-1}} + V^T D{o_t})",
                              R"(D{h_t} = W^T D{h_{t+1}} + V^T D{o_t})",
                              R"(D{h_t} = W^T D{z_{t+1}} + V^T D{o_{t+1}})",
                              R"(D{z_t} = D{h_t})",
                              R"(D{z_t} = (1 - h_t^2) \odot (V^T D{o_t}))",
                              R"(D{V} = D{o_t} h_t^T)",
                              R"(D{V} = S D{o_t} h_{t-1}^T)",
                              R"(D{W} = S D{z_t} h_t^T)",
                              R"(D{W} = S D{z_{t+1}} h_{t-1}^T)",
                              R"(D{W} = S D{h_t} h_{t-1}^T)",
                              R"(D{W} = D{z_t} h_{t-1}^T)",
                              R"(D{U} = S D{z_t} x_{t-1}^T)",
                              R"(D{b} = S 2 D{z_t})",
                              R"(D{W} = S ((1 - h_t^2) \odot (V^T D{o_t})) h_{t-1}^T)",
                              R"(D{W} = \sum_{t=1}^{T-1} D{z_t} h_{t-1}^T)",
                              R"(D{W} = \sum_{t=2}^T D{z_t} h_{t-1}^T)",
                              R"(D{W} = T D{z_t} h_{t-1}^T)",
                              R"(D{W} = (S D{z_t})(S h_{t-1}^T))",
                              R"(D{b} = 2 S D{z_t})",
                              R"(D{W} = \tanh(h_t) S D{z_t} h_{t-1}^T)",
                              R"(D{o_t} = S D{o_t})",
                              R"(D{W} = S D{W})",
                              R"(D{h_T} = V D{o_T})",
                              R"(D{h_1} = V^T D{o_1})",
                              R"(D{h_{t-1}} = W^T D{z_t} + V^T D{o_t})"})
      BOOST_TEST(!is_proved(cost, claim), cost << ": " << claim);
  }
}

// Of a parameter that also stands outside of the steps nothing is decided.
BOOST_AUTO_TEST_CASE(parameters_beside_the_steps) {
  BOOST_TEST(!is_proved(R"(L = \sum_{t=1}^T \ell(o_t, y_t) + \|b\|^2)", R"(D{b} = S D{z_t})"));
  BOOST_TEST(!is_proved(R"(L = \|b\|^2 \sum_{t=1}^T \ell(o_t, y_t))", R"(D{b} = S D{z_t})"));
  BOOST_TEST(!is_proved(R"(L = \sum_{t=1}^T \ell(o_t, y_t) + h_t)", R"(D{b} = S D{z_t})"));
}

// What holds of the terms holds of their sums where these are only added, and stand alone.
BOOST_AUTO_TEST_CASE(sums_are_no_factors) {
  const std::string& cost = costs[0];
  BOOST_TEST(is_proved(cost, R"(S D{z_t} h_{t-1}^T + D{V}^T D{V} = D{V}^T D{V} + S D{z_t} h_{t-1}^T)"));
  BOOST_TEST(!is_proved(cost, R"(S D{z_t} h_{t-1}^T = (S D{z_t}) h_{t-1}^T)"));
  BOOST_TEST(
      !is_proved(cost, R"(\frac{S x_t^T x_t o_t^T o_t}{S x_t^T x_t} = \frac{S o_t^T o_t h_t^T h_t}{S h_t^T h_t})"));
  BOOST_TEST(!is_proved(cost, R"((S x_t^T x_t)(S o_t^T o_t) = (S x_t^T x_t o_t^T o_t)(S \exp(h_t - h_t)^T b))"));
}

// What the steps use by way of a name that has no step is used by all of them.
BOOST_AUTO_TEST_CASE(names_without_a_step) {
  const std::string document = cell + "$$r = b^T b$$\n\n$$L = \\sum_{t=1}^T (\\|o_t\\|^2 + r)$$\n\n" + "$$" +
                               written("D{b} = S D{z_t}") + "$$\n";
  BOOST_TEST(letters(checked(document)).back() == 'u');
}

// Two costs of the same steps: each has all its ways.
BOOST_AUTO_TEST_CASE(two_costs) {
  const auto both = [](const std::string& claim) {
    const document::DocumentVerdicts v = checked(cell + R"($$L = \sum_{t=1}^T \|o_t\|^2$$

$$J = \sum_{t=1}^T \|z_t\|^2$$

$$\frac{\partial L}{\partial W} = \sum_{t=1}^T \frac{\partial L}{\partial z_t} h_{t-1}^T$$

$$)" + claim + "$$\n");
    return v.links.back().verdict == Verdict::proved;
  };
  BOOST_TEST(both(R"(\frac{\partial J}{\partial W} = \sum_{t=1}^T \frac{\partial J}{\partial z_t} h_{t-1}^T)"));
  BOOST_TEST(!both(R"(\frac{\partial J}{\partial W} = \sum_{t=1}^T 2 z_t h_{t-1}^T)"));
  BOOST_TEST(!both(R"(\frac{\partial J}{\partial W} = \sum_{t=1}^T \frac{\partial L}{\partial z_t} h_{t-1}^T)"));
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// Names with a d of documents that write no cost: derivatives of some cost, whatever it is.
#include "document/documents.h"

namespace {

using namespace documents;

const std::string layer =
    R"(One layer with $S^{[l]} = V^{[l]}H^{[l-1]} + c^{[l]}$ and $H^{[l]} = f(S^{[l]})$ has the gradients

)";
const std::string inner = "$$dS^{[l]} = dH^{[l]} * f'(S^{[l]})$$\n\n";
const std::string weights = "$$dV^{[l]} = \\frac1m dS^{[l]} H^{[l-1]T}$$\n\n";
const std::string bias = "$$dc^{[l]} = \\frac1m \\sum_{i=1}^m dS^{[l](i)}$$\n\n";
const std::string below = "$$dH^{[l-1]} = V^{[l]T} dS^{[l]}$$";

}  // namespace

BOOST_AUTO_TEST_SUITE(adjoints_by_name)

// A column for each example, of which no size is said.
BOOST_AUTO_TEST_CASE(layers_of_all_examples) {
  expect(layer + inner + weights + bias + below, "pppp");
  for (const char* const wrong :
       {"$$dV^{[l]} = \\frac1m dS^{[l]} H^{[l]T}$$", "$$dV^{[l]} = \\frac1m H^{[l-1]T} dS^{[l]}$$",
        "$$dV^{[l]} = \\frac2m dS^{[l]} H^{[l-1]T}$$", "$$dH^{[l-1]} = V^{[l]} dS^{[l]}$$",
        "$$dH^{[l-1]} = V^{[l+1]T} dS^{[l]}$$", "$$dS^{[l]} = dH^{[l]} * f'(H^{[l]})$$"}) {
    const std::string letters_found = letters(checked(layer + inner + weights + bias + below + "\n\n" + wrong));
    BOOST_TEST(letters_found.size() == 5U);
    BOOST_TEST(letters_found.back() != 'p', wrong);
  }
}

// Of examples in rows nothing is guessed.
BOOST_AUTO_TEST_CASE(layers_with_examples_in_rows) {
  const std::string rows = "One layer with $S^{[l]} = H^{[l-1]} V^{[l]} + c^{[l]}$ has the gradients\n\n";
  expect(rows + "$$dV^{[l]} = H^{[l-1]T} dS^{[l]}$$\n\n$$dH^{[l-1]} = V^{[l]T} dS^{[l]}$$", "uu");
  expect(
      "First $S^{[l]} = V^{[l]} H^{[l-1]}$, elsewhere $T^{[l]} = K^{[l-1]} U^{[l]} + c^{[l]}$; the gradients are\n\n"
      "$$dc^{[l]} = dT^{[l]} \\mathbf{1}, \\quad dU^{[l]} = K^{[l-1]T} dT^{[l]}$$",
      "uu");
}

// Where several costs are written, they are those of some cost: no equation defines them.
BOOST_AUTO_TEST_CASE(several_costs) {
  const std::string unit =
      R"(Let $x, w \in \mathbb{R}^n$ and $s = w^T x + b$. Besides $\frac{\partial L}{\partial r}$ there is
$\frac{\partial J}{\partial q}$. In the backward pass

)";
  expect(unit + "$$dw = x \\, ds, \\quad db = ds$$", "pp");
  expect(unit + "$$dw = w \\, ds, \\quad db = 2 ds$$", "rr");
}

// The first equation, which needs the cost, is not decided; what follows from it by the chain rule is.
BOOST_AUTO_TEST_CASE(one_unit) {
  const std::string unit = R"(Let $x, w \in \mathbb{R}^n$, $s = w^T x + b$ and $a = \sigma(s)$. In the backward pass

)";
  expect(unit + "$$ds = a - y, \\quad dw = x \\, ds, \\quad db = ds$$", "upp");
  expect(unit + "$$ds = a - y, \\quad dw = w \\, ds, \\quad db = 2 ds$$", "urr");
}

// du and dv of integrals are no derivatives of a cost.
BOOST_AUTO_TEST_CASE(differentials_of_integrals) {
  expect("Let $u = x^2$ and $v = e^x$ with $x \\in \\mathbb{R}$.\n\n$$du = 2x \\, dx, \\quad dv = e^x \\, dx$$", "uu");
}

// 1/m beside the derivatives of one and the same cost: it is not said of which loss dS is.
BOOST_AUTO_TEST_CASE(means_of_a_cost_that_is_not_given) {
  const std::string head = R"(One layer has $S^{[l]} = V^{[l]}H^{[l-1]} + c^{[l]}$.
Suppose that $dS^{[l]} = \frac{\partial \mathcal{L}}{\partial S^{[l]}}$ is known. The gradients are

)";
  expect(head + R"($$dV^{[l]} = \frac{\partial \mathcal{L}}{\partial V^{[l]}} = \frac{1}{m} dS^{[l]} H^{[l-1]T}$$)",
         "pu");
  const std::string sizes =
      R"(The sizes are $V^{[l]} \in \mathbb{R}^{k \times n}$ and $H^{[l-1]} \in \mathbb{R}^{n \times m}$. )";
  expect(sizes + head +
             R"($$dV^{[l]} = \frac{\partial \mathcal{L}}{\partial V^{[l]}} = \frac{1}{m} dS^{[l]} H^{[l-1]T}$$)",
         "pu");
  expect(sizes + head + R"($$dV^{[l]} = \frac{\partial \mathcal{L}}{\partial V^{[l]}} = 2 dS^{[l]} H^{[l-1]T}$$)",
         "pr");
  expect(head + R"($$dV^{[l]} = \frac{\partial \mathcal{L}}{\partial V^{[l]}} = dS^{[l]} H^{[l-1]T}$$)", "pp");
  expect(head + R"($$dV^{[l]} = \frac{\partial \mathcal{L}}{\partial V^{[l]}} = dS^{[l]} H^{[l]T}$$)", "pu");
}

// g(t) that is differentiated by t is what it is at t.
BOOST_AUTO_TEST_CASE(functions_of_t) {
  expect("$$g(t) = c t^2$$\n\n$$\\frac{dg}{dt} = 2 c t$$", "pp");
  expect("$$g(t) = c t^2$$\n\n$$\\frac{dg}{dt} = c t$$", "pr");
}

BOOST_AUTO_TEST_SUITE_END()

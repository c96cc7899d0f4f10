// SPDX-License-Identifier: GPL-2.0-or-later
// Documents on backpropagation: adjoints by their names, conventions for examples, differentials, steps in time.
#include "document/documents.h"

namespace {

using namespace documents;

const std::string network =
    R"(Let $X \in \mathbb{R}^{d \times m}$ hold $m$ examples in its columns, $Y \in \mathbb{R}^{1 \times m}$,
$W^{[1]} \in \mathbb{R}^{h \times d}$, $b^{[1]} \in \mathbb{R}^{h \times 1}$, $W^{[2]} \in \mathbb{R}^{1 \times h}$ and $b^{[2]} \in \mathbb{R}$.

$$
\begin{aligned}
Z^{[1]} &= W^{[1]} X + b^{[1]}, & A^{[1]} &= \tanh(Z^{[1]}) \\
Z^{[2]} &= W^{[2]} A^{[1]} + b^{[2]}, & A^{[2]} &= \frac{1}{1 + e^{-Z^{[2]}}}
\end{aligned}
$$

The cost is $J = -\frac{1}{m} \sum_{i=1}^m \left( y^{(i)} \log a^{[2](i)} + (1 - y^{(i)}) \log(1 - a^{[2](i)}) \right)$.

)";

std::string mend(const std::string& text) {
  const document::DocumentVerdicts v = checked(text);
  BOOST_REQUIRE(!v.links.empty());
  const LinkVerdict& last = v.links.back();
  BOOST_TEST((last.verdict == Verdict::refuted));
  return last.mended.empty() ? last.mend : last.mend + ": " + last.mended;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(backpropagation)

BOOST_AUTO_TEST_CASE(adjoints_by_their_names) {
  const std::string neuron =
      "Let $z = wx + b$, $a = \\tanh(z)$ and the loss $L = \\frac12 (a - y)^2$ for numbers $w, x, b, y$.\n\n";
  expect(neuron + "$$da = a - y$$\n\n$$dz = da \\cdot (1 - a^2)$$\n\n$$dw = x\\, dz, \\qquad db = dz$$", "pppp");
  expect(neuron + "$$da = y - a$$\n\n$$dz = da \\cdot (1 - a)$$\n\n$$dw = dz$$", "rrr");
  // Said for one, meant for all; another name for the loss; a dimension d beside it.
  const std::string attention =
      "Let $Q \\in \\mathbb{R}^{n \\times d}$, $K \\in \\mathbb{R}^{n \\times d}$ and $S = \\frac{1}{\\sqrt d} Q K^T$. "
      "The loss "
      "$\\mathcal{L}$ is a differentiable function of $S$ and $dS = \\frac{\\partial \\mathcal{L}}{\\partial S}$.\n\n";
  expect(attention + "$$dQ = \\frac{1}{\\sqrt d} dS\\, K, \\qquad dK = \\frac{1}{\\sqrt d} dS^T Q$$", "pp");
  expect(attention + "$$dQ = dS\\, K, \\qquad dK = \\frac{1}{\\sqrt d} dS\\, Q$$", "rr");
  const document::DocumentVerdicts v = checked(attention + "$$dQ = \\frac{1}{\\sqrt d} dS\\, K$$");
  BOOST_TEST(reads(v, "read `dQ` as the derivative of `\\mathcal{L}` by `Q`"));
  // Without a cost they are names like others.
  expect("Let $x \\in \\mathbb{R}$.\n\n$$dy = 2x$$\n\n$$dy = x + x$$\n\n$$dy = 3x$$", "ppr");
}

BOOST_AUTO_TEST_CASE(the_loss_of_each_example) {
  const std::string right = network + R"($$dZ^{[2]} = A^{[2]} - Y$$

$$dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T}, \qquad db^{[2]} = \frac1m \sum_{i=1}^m dZ^{[2](i)}$$

$$dZ^{[1]} = W^{[2]T} dZ^{[2]} \odot (1 - (A^{[1]})^2)$$

)";
  expect(right + "$$dW^{[1]} = \\frac{1}{m} dZ^{[1]} X^T$$", "ppppppppp");
  expect(right + "$$dW^{[1]} = dZ^{[1]} X^T$$", "ppppppppr");
  const document::DocumentVerdicts v = checked(right + "$$dW^{[1]} = dZ^{[1]} X^T$$");
  BOOST_TEST(reads(v, "read `dZ^{[2]}` as the derivative of each example's own loss by its `Z^{[2]}`"));
  // Derivatives of the cost itself: another convention, and as good.
  expect(network + "$$dZ^{[2]} = \\frac1m (A^{[2]} - Y)$$\n\n$$dW^{[2]} = dZ^{[2]} A^{[1]T}$$", "pppppp");
  expect("<!-- gradus: convention per-example -->\n" + network + "$$dZ^{[2]} = \\frac1m (A^{[2]} - Y)$$", "ppppr");
}

BOOST_AUTO_TEST_CASE(errors_of_layers_by_their_names) {
  const std::string layers =
      "For the layers $l = 1, \\dots, L$ let $W^l \\in \\mathbb{R}^{n_l \\times n_{l-1}}$, $z^l = W^l a^{l-1} + b^l$ "
      "and $a^l = "
      "\\sigma(z^l)$ with $b^l \\in \\mathbb{R}^{n_l}$ and an elementwise differentiable function $\\sigma$. The cost "
      "$C$ is a "
      "differentiable function of $a^L$.\n\n";
  expect(layers + "$$\\delta^L = \\nabla_a C \\odot \\sigma'(z^L)$$", "p");
  expect(layers + "$$\\delta^L = \\nabla_a C \\odot \\sigma(z^L)$$", "r");
}

BOOST_AUTO_TEST_CASE(differentials) {
  const std::string least =
      "Let $X \\in \\mathbb{R}^{n \\times d}$, $W \\in \\mathbb{R}^{d \\times k}$, $Y \\in \\mathbb{R}^{n "
      "\\times k}$, $R = XW - Y$ and $\\ell = \\|R\\|_F^2$; $dW$ is an increment of $W$.\n\n";
  expect(least + "$$dR = X\\, dW$$\n\n$$d\\ell = 2 \\mathrm{tr}(R^\\top dR) = \\langle 2 X^\\top R, dW \\rangle$$",
         "ppp");
  expect(least + "$$dR = dW$$\n\n$$d\\ell = \\mathrm{tr}(R^\\top dR) = \\langle X^\\top R, dW \\rangle$$", "rrp");
}

BOOST_AUTO_TEST_CASE(steps_in_time) {
  const std::string cell =
      "Let $x_t \\in \\mathbb{R}^d$ and $h_t \\in \\mathbb{R}^n$ for all $t$, $W \\in \\mathbb{R}^{n \\times n}$, "
      "$U \\in \\mathbb{R}^{n \\times d}$, $a_t = W h_{t-1} + U x_t$ and $h_t = \\tanh(a_t)$.\n\n";
  expect(cell + "$$\\frac{\\partial h_t}{\\partial h_{t-1}} = \\mathrm{diag}(1 - h_t^2) W$$", "p");
  expect(cell + "$$\\frac{\\partial h_t}{\\partial h_{t-1}} = \\mathrm{diag}(1 - h_{t-1}^2) W$$", "r");
  expect(cell +
             "$$\\frac{\\partial h_{t+1}}{\\partial h_{t-1}} = \\mathrm{diag}(1 - h_{t+1}^2) W \\mathrm{diag}(1 - "
             "h_t^2) W$$",
         "p");
  const std::string numbers = "Let $h_t = \\tanh(w h_{t-1} + u x_t)$ for $t = 1, \\dots, T$, all numbers.\n\n";
  // The total derivative, and the direct one.
  expect(numbers + "$$\\frac{d h_t}{d w} = (1 - h_t^2)\\left(h_{t-1} + w \\frac{d h_{t-1}}{d w}\\right)$$", "p");
  expect(numbers + "$$\\frac{d h_t}{d w} = (1 - h_t^2)\\left(h_{t-1} + \\frac{d h_{t-1}}{d w}\\right)$$", "r");
  expect(numbers + "$$\\frac{\\partial h_t}{\\partial w} = (1 - h_t^2) h_{t-1}$$", "u");  // which of both?
  expect(numbers +
             "$$\\frac{d h_t}{d w} = \\frac{\\partial h_t}{\\partial w} + \\frac{\\partial h_t}{\\partial h_{t-1}} "
             "\\frac{d "
             "h_{t-1}}{d w}$$\n\n$$\\frac{\\partial h_t}{\\partial w} = (1 - h_t^2) h_{t-1}$$",
         "pp");
}

BOOST_AUTO_TEST_CASE(mends_in_the_words_of_the_document) {
  const std::string line = "Let $x, w, b, y \\in \\mathbb{R}$, $a = wx + b$ and $C = \\frac12 (a - y)^2$.\n\n";
  BOOST_TEST(mend(line + "$$\\frac{\\partial C}{\\partial w} = (a - y)$$") ==
             "the inner derivative `x` is missing: (a - y) x");
  BOOST_TEST(mend(line + "$$\\frac{\\partial C}{\\partial b} = a + y$$") == "the sign of `y` should be -: a - y");
  const std::string layer =
      "Let $x \\in \\mathbb{R}^n$, $W \\in \\mathbb{R}^{m \\times n}$, $z = Wx$, let $L$ be a differentiable "
      "function of $z$ and $m, n \\geq 2$.\n\n";
  BOOST_TEST(mend(layer + "$$\\frac{\\partial L}{\\partial x} = W \\frac{\\partial L}{\\partial z}$$") ==
             "`W` must be transposed: W^T \\frac{\\partial L}{\\partial z}");
  BOOST_TEST(mend(layer + "$$\\frac{\\partial L}{\\partial W} = x^T \\frac{\\partial L}{\\partial z}$$") ==
             "the product should be `\\frac{\\partial L}{\\partial z} x^T`: \\frac{\\partial L}{\\partial z} x^T");
  const std::string sum = "Let $x_1, \\dots, x_n \\in \\mathbb{R}$ and $s = \\sum_{i=1}^n (x_i - \\mu)^2$.\n\n";
  BOOST_TEST(mend(sum + "$$\\frac{ds}{d\\mu} = -2\\left(\\sum_{i=1}^n x_i - \\mu\\right)$$") ==
             "parentheses are missing: `(x_i - \\mu)`: -2\\left(\\sum_{i=1}^n (x_i - \\mu)\\right)");
  // Two mistakes that cancel: the second line is right again.
  BOOST_TEST(mend(line + "$$\\frac{\\partial C}{\\partial w} = (a + y) x = (a - y) x$$") ==
             "nothing: the mistake is in the line before, and this one is right again");
  // Rows for gradients: named as another reading.
  const document::DocumentVerdicts v =
      checked(layer + "$$\\frac{\\partial L}{\\partial x} = \\frac{\\partial L}{\\partial z} W$$");
  BOOST_TEST(letters(v) == "r");
  BOOST_TEST(v.links[0].mend.ends_with("it holds if the derivative of a scalar by a column is a row"));
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// What whole documents have and single claims have not: letters that are used again, functions of functions, sums over
// what has no equation. A letter for each link. p: proved, r: refuted, u: undecided.
#include <boost/test/unit_test.hpp>

#include "document/documents.h"

namespace {

using namespace documents;

}  // namespace

BOOST_AUTO_TEST_SUITE(whole_documents)

// Where u(s, t) has an equation, u stands for its value, and something is differentiated by it.
BOOST_AUTO_TEST_CASE(functions_of_functions) {
  const std::string head = R"(Consider

$$\begin{aligned} g(p, q) & = p q^2 \\ p(s, t) & = s + t^2, \qquad q(s, t) = s t. \end{aligned}$$

)";
  expect(head + R"($$\frac{\partial g}{\partial s} = \frac{\partial g}{\partial p}\frac{\partial p}{\partial s} +
\frac{\partial g}{\partial q}\frac{\partial q}{\partial s} = q^2 + 2 p q t$$

$$\frac{\partial g}{\partial q} = 2 p q, \quad \frac{\partial p}{\partial t} = 2t$$)",
         "ppppppp");
  expect(head + R"($$\frac{\partial g}{\partial t} = \frac{\partial g}{\partial p}\frac{\partial p}{\partial s} +
\frac{\partial g}{\partial q}\frac{\partial q}{\partial t}$$

$$\frac{\partial g}{\partial q} = 2 p$$)",
         "ppprr");
}

// Under another heading a letter may stand for a function of other things; under the same one it does not.
BOOST_AUTO_TEST_CASE(functions_of_other_things) {
  const std::string head = R"(# Two variables

Let $$f(x, y) = x y^2.$$

$$\frac{\partial f}{\partial x} = y^2$$

)";
  expect(head + "# One variable\n\nNow let $$f(x) = x^3 - 2x.$$\n\n$$\\frac{df}{dx} = 3x^2 - 2$$", "pp");
  expect(head + "# One variable\n\nOf one number it is\n\n$$f(x) = x^3 - 2x.$$\n\n$$\\frac{df}{dx} = 3x^2 + 2$$",
         "ppr");
  expect(head + "# One variable\n\nNow let $$f(x) = x^3 - 2x.$$\n\n$$\\frac{df}{dx} = 3x^2 + 2$$", "pr");
  expect(head + R"(# Many

With coefficients $\beta_1, \dots, \beta_n$,

$$f(\mathbf{x}) = \sum_{i=1}^n \beta_i x_i$$

$$\frac{\partial f}{\partial x_k} = \beta_k$$

$$\frac{\partial f}{\partial x_k} = 2\beta_k$$)",
         "ppppr");
  expect(head + "On the line where both are equal\n\n$$f(x) = x^3.$$", "pu");
}

// x_1, ..., x_n beside a number x are numbers of their own; nothing is decided of both together.
BOOST_AUTO_TEST_CASE(entries_beside_a_number) {
  const std::string head = R"(# A number

Let $y = a^2$ with $a \in \mathbb{R}$. Then

$$\frac{dy}{da} = 2a$$

# Many

)";
  expect(head + R"($$E = \frac{1}{N} \sum_{i=1}^N (y_i - c_i)^2$$

$$\frac{\partial E}{\partial c_k} = \frac{2}{N} (c_k - y_k)$$)",
         "ppp");
  expect(head + R"($$E = \sum_{i=1}^N y_i y$$

$$\frac{\partial E}{\partial y_k} = y$$)",
         "ppu");
}

// Between the letters of a subscript a comma says nothing.
BOOST_AUTO_TEST_CASE(commas_in_subscripts) {
  const std::string head = "The gate is $f_t = \\tanh(u_{ft})$.\n\n";
  expect(head + "$$\\frac{d f_t}{d u_{f,t}} = 1 - f_t^2$$", "p");
  expect(head + "$$\\frac{d f_t}{d u_{f,t}} = 1 - f_t$$", "r");
}

// C is made of all C_x, of which nothing is said: these depend on what it is differentiated by.
BOOST_AUTO_TEST_CASE(parts_of_a_cost) {
  const std::string head = R"(Let $a = \tanh(z)$, $z = wv$ with $w, v \in \mathbb{R}$. The cost is

$$C = \frac{1}{n} \sum_{x=1}^n C_x$$

)";
  expect(head + R"($$\frac{\partial C}{\partial w} = \frac{\partial C}{\partial a} (1 - a^2) v$$)", "pp");
  expect(head + R"($$\frac{\partial C}{\partial w} = \frac{\partial C}{\partial a} (1 - a) v$$)", "pu");
}

// p_i is an entry of a bold p, which has its equation behind.
BOOST_AUTO_TEST_CASE(entries_of_what_stands_behind) {
  const std::string head = R"(Let $z \in \mathbb{R}^n$ and $y \in \mathbb{R}^n$ with $\sum_i y_i = 1$. The loss is

$$L = -\sum_i y_i \log p_i$$

where

$$\mathbf{p} = \mathrm{softmax}(z).$$

)";
  expect(head + R"($$\frac{\partial L}{\partial z_k} = p_k - y_k$$)", "ppp");
  expect(head + R"($$\frac{\partial L}{\partial z_k} = y_k - p_k$$)", "ppr");
}

// "We let ... = s" says what s is, as well as "let s = ...".
BOOST_AUTO_TEST_CASE(names_on_the_right) {
  const std::string head = R"(The weights are

$$q_k = \frac{u_k^2}{\sum_j u_j^2}.$$

We let $\sum_j u_j^2 = S$ and obtain

)";
  expect(
      head + R"($$\frac{\partial q_k}{\partial u_k} = \frac{2 u_k (S - u_k^2)}{S^2} = \frac{2 q_k (1 - q_k)}{u_k}$$)",
      "ppp");
  expect(head + R"($$\frac{\partial q_k}{\partial u_k} = \frac{2 u_k (S - u_k)}{S^2}$$)", "pr");
}

// A cost that gets its equation under a later heading is any function before it, and has that equation behind it.
BOOST_AUTO_TEST_CASE(costs_of_later_sections) {
  const std::string head = R"(# Backpropagation

Let $x, w, b \in \mathbb{R}$, $z = wx + b$ and $a = \tanh(z)$. The error is $E$.

)";
  const std::string later = R"(

# Squares

$$E = \frac12 (s - t)^2$$

$$\frac{\partial E}{\partial s} = s - t$$)";
  expect(head + R"($$\frac{\partial E}{\partial w} = \frac{\partial E}{\partial a} \frac{\partial a}{\partial z} x$$)" +
             later,
         "ppp");
  expect(head + R"($$\frac{\partial E}{\partial w} = \frac{\partial E}{\partial a} (1 - a^2) b$$)" + later, "rpp");
  expect(head + R"($$\frac{\partial E}{\partial w} = \frac{\partial E}{\partial a} (1 - a^2) x$$)" + later +
             "\n\n$$\\frac{\\partial E}{\\partial s} = t - s$$",
         "pppr");
}

// Names of layers of which no size is said: what stands below them somewhere tells vectors and matrices.
BOOST_AUTO_TEST_CASE(layers_without_sizes) {
  const std::string head = R"(The activations are $h^l = \sigma(s^l)$, where $s^l = v^l h^{l-1} + c^l$. The cost is

$$C = \frac{1}{2} \sum_j (t_j - h^L_j)^2.$$

)";
  expect(head + R"($$\epsilon^l_j = \frac{\partial C}{\partial s^l_j}$$

$$\epsilon^L_j = \frac{\partial C}{\partial h^L_j} \sigma'(s^L_j) = \sum_k \frac{\partial C}{\partial h^L_k}
\frac{\partial h^L_k}{\partial s^L_j} = (h^L_j - t_j) \sigma'(s^L_j)$$)",
         "ppppp");
  expect(head + R"($$\frac{\partial C}{\partial s^L_j} = (t_j - h^L_j) \sigma'(s^L_j)$$)", "pu");
  expect(head + R"($$\frac{\partial C}{\partial h^L_j} = h^L_j - t_j$$

$$s^L = v^L h^{L-1} + c^L$$

$$s^L = h^{L-1} v^L + c^L$$)",
         "pppu");
  // Without any indices they are numbers.
  expect(R"(In a chain of single neurons $h^l = \sigma(s^l)$ and $s^l = v^l h^{l-1} + c^l$.

$$\frac{\partial h^l}{\partial v^l} = h^{l-1} \sigma'(s^l)$$

$$\frac{\partial h^l}{\partial v^l} = h^l \sigma'(s^l)$$)",
         "pr");
}

// "a non-sigmoid function" is no sigmoid.
BOOST_AUTO_TEST_CASE(functions_called_what_they_are_not) {
  const std::string head =
      "Let $\\sigma(u) = \\tanh(u)$. In another network one may choose a (non-sigmoid) function "
      "$\\sigma$ that never gets flat.\n\n";
  expect(head + "$$\\sigma'(u) = 1 - \\sigma(u)^2$$", "p");
  expect(head + "$$\\sigma'(u) = 1 - \\sigma(u)$$", "r");
}

// A name for a part of what stands already: it is used there, and something is differentiated by it.
BOOST_AUTO_TEST_CASE(names_for_parts) {
  const std::string softmax = R"(The output is

$$q_c = \frac{e^{u_c}}{\sum_i e^{u_i}}$$

Let $R = \sum_i e^{u_i}$. Then

)";
  expect(softmax + R"($$\frac{\partial q_c}{\partial R} = -\frac{e^{u_c}}{R^2}$$

$$\frac{\partial q_c}{\partial R} \frac{\partial R}{\partial u_k} = -e^{u_c} R^{-2} e^{u_k}$$)",
         "ppp");
  expect(softmax + R"($$\frac{\partial q_c}{\partial R} = \frac{e^{u_c}}{R^2}$$

$$\frac{\partial q_c}{\partial u_k} = \frac{\partial q_c}{\partial R} \frac{\partial R}{\partial u_k}$$)",
         "prr");
  const std::string neuron =
      "Let $w, x, b \\in \\mathbb{R}$ and\n\n$$a = \\tanh(wx + b).$$\n\n"
      "We call $z = wx + b$ the input of the neuron.\n\n";
  expect(neuron + R"($$\frac{\partial a}{\partial w} = \frac{\partial a}{\partial z} x$$

$$\frac{\partial a}{\partial z} = 1 - a^2$$

$$\frac{\partial a}{\partial z} = 1 - z^2$$)",
         "pppr");
  // So it is in what is differentiated as it stands.
  expect(neuron + R"($$\frac{\partial}{\partial z} \tanh(wx + b) = 1 - a^2$$

$$\frac{\partial}{\partial z} \tanh(wx + b) = 1 + a^2$$)",
         "ppr");
  // Entries are used as well.
  expect(R"(Let $v \in \mathbb{R}^n$ and

$$C = \sum_i (v_i^2 + 1)^3.$$

With $s_i = v_i^2 + 1$ it is

$$\frac{\partial C}{\partial s_k} = 3 s_k^2$$

$$\frac{\partial C}{\partial v_k} = \frac{\partial C}{\partial s_k} 2 v_k$$

$$\frac{\partial C}{\partial s_k} = 3 s_k$$)",
         "pppr");
}

// "q = softmax(u) = (q_1, ..., q_n)" says what the entries of q are called, and nothing of softmax.
BOOST_AUTO_TEST_CASE(names_of_entries_behind) {
  for (const char* const tuple : {"\\{ q_1, q_2, \\dots, q_n \\}", "(q_1, \\dots, q_n)"}) {
    const std::string head =
        "$$\\mathbf{u} = (u_1, \\dots, u_n)$$\n\n$$\\mathbf{q} = \\text{softmax}(\\mathbf{u}) = " + std::string(tuple) +
        "$$\n\nThe loss is\n\n$$L = -\\sum_i t_i \\log q_i.$$\n\n";
    expect(
        head +
            R"($$\frac{\partial L}{\partial u_i} = \sum_{j=1}^n \frac{\partial L}{\partial q_j} \frac{\partial q_j}{\partial u_i}$$

$$\sum_i q_i = 1$$)",
        "pppppp");
    expect(head + R"($$\frac{\partial q_j}{\partial u_i} = q_j (1 - q_i)$$)", "ppppr");
  }
}

// "y_i = 1 if the class is i" is no equation for y.
BOOST_AUTO_TEST_CASE(values_of_one_case) {
  const std::string head =
      R"(Let $u \in \mathbb{R}^n$ and $\mathbf{p} = \text{softmax}(u)$. The label $\mathbf{t}$ is one-hot,
where $t_i = 1$ if the right class is $i$, and 0 otherwise. The loss is

$$L = -\sum_i t_i \log p_i$$

)";
  expect(head + R"($$\frac{\partial L}{\partial p_j} = -\frac{t_j}{p_j}$$)", "pp");
  expect(head + R"($$\frac{\partial L}{\partial p_j} = -\frac{1}{p_j}$$)", "pr");
}

// "outputting \sigma(z_j)": a function of any number, and no quantity that depends on z alone.
BOOST_AUTO_TEST_CASE(functions_spoken_of_with_an_argument) {
  const std::string head =
      R"(Here $a^l = \sigma(z^l)$ with $z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j$, and $\delta^l_j$
stands for $\partial C / \partial z^l_j$. The unit puts out $\sigma(z^l_j)$.

)";
  expect(head + R"($$\frac{\partial z^{l+1}_k}{\partial z^l_j} = w^{l+1}_{kj} \sigma'(z^l_j)$$)", "p");
  expect(head + R"($$\frac{\partial z^{l+1}_k}{\partial z^l_j} = w^{l+1}_{jk} \sigma'(z^l_j)$$)", "r");
}

// y(x) and y are one quantity where y has no other argument.
BOOST_AUTO_TEST_CASE(quantities_with_an_argument) {
  const std::string head =
      "$$C = \\frac{1}{2n} \\sum_x (y(x) - a(x))^2$$\n\nFor one x it is\n\n"
      "$$D = \\frac12 (y - a)^2$$\n\n";
  expect(head + R"($$\frac{\partial D}{\partial a} = a - y$$)", "ppp");
  expect(head + R"($$\frac{\partial D}{\partial a} = y - a$$)", "ppr");
  // Of the i that a sum runs over it has a value for each, and is no one quantity.
  expect("$$C = \\sum_{i=1}^n (y(i) - a)^2$$\n\n$$D = n (y - a)^2$$\n\n$$C = D$$", "upu");
}

// An adjoint that the text gives by a quotient in a line is no way to the cost.
BOOST_AUTO_TEST_CASE(adjoints_in_the_text) {
  const std::string head = R"(Here $z^l = w^l a^{l-1} + b^l$ and $a^l = \sigma(z^l)$. We write
$\delta^l_j = \partial C/\partial z^l_j$ by $\delta^{l+1}_k = \partial C/\partial z^{l+1}_k$.

)";
  expect(
      head +
          R"($$\frac{\partial C}{\partial z^l_j} = \sum_k \delta^{l+1}_k \frac{\partial z^{l+1}_k}{\partial z^l_j}$$)",
      "p");
  expect(
      head + R"($$\frac{\partial C}{\partial z^l_j} = \sum_k \delta^l_k \frac{\partial z^{l+1}_k}{\partial z^l_j}$$)",
      "r");
}

// Words that say what a name is for leave its equation to define it; words that say how it is made may contradict it.
BOOST_AUTO_TEST_CASE(names_described_in_words) {
  const std::string head = "The input is $x \\in \\mathbb{R}^n$, and $W \\in \\mathbb{R}^{m \\times n}$. ";
  expect(head + "The next layer holds the hidden state $h$. Its units are connected to the input.\n\n$$h = W x$$", "p");
  expect(head + "The sum of its entries is called $s$. It is a number.\n\n$$s = x^\\top x$$", "u");
  expect(head + "Let $h \\in \\mathbb{R}^m$ be the hidden state. It is seen by the output.\n\n$$h = W x$$", "p");
  expect(head + "Let $h \\in \\mathbb{R}^n$ be the gradient of $x^\\top x$.\n\n$$h = x$$", "u");
  expect(head + "Let $y \\in \\mathbb{R}$ be positive.\n\n$$y = -3$$", "u");
  // Words of another language may say anything.
  expect(
      "Die Ableitung davon nennen wir im Folgenden immer kurz $g$. Sie wird unten noch oft gebraucht.\n\n$$g = 3 x$$",
      "u");
}

BOOST_AUTO_TEST_SUITE_END()

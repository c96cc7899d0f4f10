// SPDX-License-Identifier: GPL-2.0-or-later
// What words say of the names beside them, and of no others. A letter for each link. p: proved, r: refuted, u:
// undecided.
#include <boost/test/unit_test.hpp>

#include "document/documents.h"

namespace {

using namespace documents;

}  // namespace

BOOST_AUTO_TEST_SUITE(attributes)

// What words say of one name of a sentence is not said of another one.
BOOST_AUTO_TEST_CASE(of_one_name_only) {
  const std::string sum = "\n\n$$\\sum_i v_i = 1$$", other = "\n\n$$\\sum_i q_i = 1$$";
  for (const char* const kind : {"a one-hot vector", "a probability vector", "one-hot encoded"}) {
    const std::string head = "Let $q \\in \\mathbb{R}^n$ be " + std::string(kind) + " and $v \\in \\mathbb{R}^n$.";
    expect(head + sum, "r");
    expect(head + other, "p");
  }
  const std::string weights = "The weights $q \\in \\mathbb{R}^n$ sum to one and $v \\in \\mathbb{R}^n$.";
  expect(weights + sum, "r");
  expect(weights + other, "p");
  expect("Let $v \\in \\mathbb{R}^n$, and let the one-hot label be $q \\in \\mathbb{R}^n$." + other + sum, "pr");
  expect("Let $v \\in \\mathbb{R}^n$ be a vector with the one-hot code $q \\in \\mathbb{R}^n$." + other + sum, "pr");
  expect("Both $q \\in \\mathbb{R}^n$ and $v \\in \\mathbb{R}^n$ are one-hot vectors." + other + sum, "pp");
  const std::string norm = "Let $u \\in \\mathbb{R}^n$ be a unit vector and $v \\in \\mathbb{R}^n$.\n\n";
  expect(norm + "$$u^T u = 1$$\n\n$$v^T v = 1$$", "pr");
  const std::string square = "Let $S \\in \\mathbb{R}^{n \\times n}$ be ";
  for (const char* const kind : {"a symmetric matrix", "positive definite"}) {
    const std::string head = square + std::string(kind) + " and $A \\in \\mathbb{R}^{n \\times n}$.\n\n";
    expect(head + "$$S^T = S$$\n\n$$A^T = A$$", "pu");
  }
}

// What is set against a name, taken back or supposed is not said of it.
BOOST_AUTO_TEST_CASE(not_said) {
  const std::string sum = "\n\n$$\\sum_i v_i = 1$$";
  expect("Unlike one-hot vectors, a feature $v \\in \\mathbb{R}^n$ is dense." + sum, "r");
  expect("Here $v \\in \\mathbb{R}^n$ is not a one-hot vector." + sum, "u");
  expect("If $v \\in \\mathbb{R}^n$ is one-hot, things simplify." + sum, "u");
  expect("The average of probability vectors and of others is $v \\in \\mathbb{R}^n$." + sum, "u");
}

// Where no shape is said, the words count when the formulas tell it.
BOOST_AUTO_TEST_CASE(without_a_shape) {
  const std::string softmax = "$$q_j = \\frac{e^{u_j}}{\\sum_k e^{u_k}}, \\quad E = -\\sum_k t_k \\log q_k$$\n\n";
  const std::string right = "$$\\frac{\\partial E}{\\partial u_i} = q_i - t_i$$\n\n";
  const std::string wrong = "$$\\frac{\\partial E}{\\partial u_i} = t_i - q_i$$\n\n";
  for (const char* const said :
       {"The label $t$ is one-hot.\n\n", "Let $t$ be a probability vector.\n\n", "We use the one-hot target $t$.\n\n",
        "For a one-hot encoded target $\\mathbf{t}$:\n\n", "Let the one-hot encoding of the class be $t$.\n\n",
        "Here $t_k$ is one-hot encoded.\n\n", "The entries of $u$ are scores, and those of $t$ sum to $1$.\n\n"})
    expect(said + softmax + right + wrong, "pppr");
  expect(softmax + right + "where $t$ is the one-hot target.", "ppp");
  expect(softmax + right + "where $u$ holds the scores.", "ppr");
  expect("For a symmetric matrix $M$ and a vector $x$,\n\n$$\\nabla_x (x^T M x) = 2 M x$$", "p");
  expect("For a symmetric matrix $M$ and a vector $x$,\n\n$$\\nabla_x (x^T M x) = M x$$", "r");
  const std::string density =
      "$$\\ell(\\mathbf{P}) = \\ln|\\mathbf{P}|$$\n\n"
      "$$\\frac{\\partial \\ell}{\\partial \\mathbf{P}} = \\mathbf{P}^{-1}$$";
  expect("The covariance of the noise is $\\mathbf{C}$, and $\\mathbf{P} = \\mathbf{C}^{-1}$.\n\n" + density, "pp");
  expect(
      "The covariance of the noise is $\\mathbf{C}$, and $\\mathbf{P} = \\mathbf{C}^{-1}$.\n\n"
      "$$\\ell(\\mathbf{P}) = \\ln|\\mathbf{P}|$$\n\n"
      "$$\\frac{\\partial \\ell}{\\partial \\mathbf{P}} = \\mathbf{P}$$",
      "pr");
}

// "1 for the right class and 0 otherwise" says that entries sum to one; where nothing is said that would make a claim
// true, words that speak of classes keep from refuting it.
BOOST_AUTO_TEST_CASE(labels_of_classes) {
  const std::string softmax = "$$q_j = \\frac{e^{u_j}}{\\sum_k e^{u_k}}, \\quad E = -\\sum_k t_k \\log q_k$$\n\n";
  const std::string right = "$$\\frac{\\partial E}{\\partial u_i} = q_i - t_i$$\n\n";
  const std::string wrong = "$$\\frac{\\partial E}{\\partial u_i} = t_i - q_i$$\n\n";
  expect("Here $t_k = 1$ for the true class and $t_k = 0$ otherwise.\n\n" + softmax + right + wrong, "pppr");
  expect(softmax + "where $t_k$ is 1 for the correct class and 0 otherwise.\n\n" + right + wrong, "pppr");
  expect(softmax + "where $t_k$ is $1$ if $k$ is the correct class, and $0$ otherwise.\n\n" + right + wrong, "pppr");
  expect(softmax + "where $t_k$ is 1 for the positive class and 0 otherwise.\n\n" + right + wrong, "ppuu");
  expect("The cross-entropy loss is\n\n" + softmax + right + wrong, "ppur");
  expect(softmax + right + wrong + "since labels are one-hot encoded.", "ppur");
  expect("Let\n\n" + softmax + right + wrong, "pprr");
  const std::string many =
      "$$q_{ij} = \\frac{e^{u_{ij}}}{\\sum_k e^{u_{ik}}}, \\quad E = -\\sum_i \\sum_j t_{ij} \\log q_{ij}$$\n\n";
  expect(many +
             "where each row of $t$ is one-hot.\n\n$$\\frac{\\partial E}{\\partial u_{ij}} = q_{ij} - t_{ij}$$\n\n"
             "$$\\frac{\\partial E}{\\partial u_{ij}} = t_{ij} - q_{ij}$$",
         "ppuu");
}

// Heads of cases, also where they are no formulas; a case in words that are not read refutes nothing.
BOOST_AUTO_TEST_CASE(heads_of_cases) {
  const std::string softmax = "$$q_i = \\frac{e^{u_i}}{\\sum_k e^{u_k}}$$\n\n";
  const std::string same = "\n\n$$\\frac{\\partial q_i}{\\partial u_j} = q_i (1 - q_j)$$\n\n";
  const std::string apart = "\n\n$$\\frac{\\partial q_i}{\\partial u_j} = -q_i q_j$$\n\n";
  for (const char* const head : {"**Case 2: i ≠ j**", "If i != j:", "#### Case 2: $i \\neq j$", "When i ≠ j,",
                                 "Off-diagonal entries ($i \\neq j$):", "Off the diagonal (i ≠ j):"}) {
    expect(softmax + head + apart, "pp");
    expect(softmax + head + same, std::string(head).starts_with("Off-diagonal") ? "pu" : "pr");
  }
  for (const char* const head : {"**Case 1: i = j**", "If i = j:", "Case 1: $i = j$.", "Diagonal entries ($i=j$):"}) {
    expect(softmax + head + same, "pp");
    expect(softmax + head + apart, "pr");
  }
  const std::string unit = "$$z = v_1 x_1 + v_2 x_2, \\quad a = \\text{ReLU}(z), \\quad L = (a - y)^2$$\n\n";
  expect(unit + "Assuming the unit is active:\n\n$$\\frac{\\partial L}{\\partial v_1} = 2 (a - y) x_1$$", "pppu");
  expect(unit + "The unit gives:\n\n$$\\frac{\\partial L}{\\partial v_1} = 2 (a - y) x_1$$", "pppr");
}

// A constant is a number only if nothing speaks for a matrix.
BOOST_AUTO_TEST_CASE(constants) {
  const std::string product = "\n\n$$P Q = Q P$$";
  for (const char* const said : {"The matrices $P$, $Q$ are constant.", "The matrices $P, Q$ are constant.",
                                 "Let $P$ and $Q$ be matrices.", "Let $P$ and $Q$ be constant."})
    expect(said + product, "u");
  expect("$W$ the weight matrix and $x$ the input vector.\n\n$$W x = x W$$", "u");
  const std::string form = "\n\n$$\\nabla_x (x^T M x) = 2 M x$$";
  expect("where $M$ is a constant $n \\times n$ matrix and $x \\in \\mathbb{R}^n$." + form, "r");
  expect("Here $x \\in \\mathbb{R}^n$, and $M$ does not depend on $x$." + form, "u");
  expect("Let $M$ be independent of $x \\in \\mathbb{R}^n$." + form, "u");
  expect("Here $c$ is a constant.\n\n$$\\frac{d}{dx} c x = c$$\n\n$$\\frac{d}{dx} c x = x$$", "pr");
  expect("Here $C$ is a constant.\n\n$$\\frac{d}{dx} (x^2 + C) = 2x$$", "p");
}

// A condition of one sentence, or of what stands under one heading, is no fact elsewhere.
BOOST_AUTO_TEST_CASE(conditions_elsewhere) {
  const std::string claim = "$$g(u) = \\max(0, u) = u$$";
  expect("The logarithm $v = \\log(u)$ needs $u > 0$.\n\n# Ramp\n\n" + claim, "pu");
  expect("The logarithm $v = \\log(u)$ requires $u > 0$. The ramp is\n\n" + claim, "pu");
  expect("For $u > 0$ we have $f(u) = u$. In general, $g(u) = |u|$.\n\nNow\n\n$$g(u) = u$$", "u");
  expect("# Roots\n\nHere $f(u) = \\sqrt{u}$ for $u > 0$.\n\n$$f(u)^2 = u$$\n\n# Ramp\n\n" + claim, "ppu");
  expect("Let $u > 0$.\n\n# Ramp\n\n" + claim, "pp");
  expect("# Roots\n\nHere $f(u) = \\sqrt{u}$ for $u > 0$.\n\n## More\n\n$$\\sqrt{u^2} = u$$", "p");
  expect("For $u > 0$ let $f(u) = \\sqrt{u^2}$.\n\n$$f(u) = u$$", "u");
}

// An equation with the identity is a fact of the matrices in it, and defines no I.
BOOST_AUTO_TEST_CASE(products_that_are_the_identity) {
  const std::string square = "Let $R \\in \\mathbb{R}^{n \\times n}$ with $R^T R = I$ and $v \\in \\mathbb{R}^n$.\n\n";
  expect(square + "$$R^T R v = v$$\n\n$$R v = v$$", "pr");
  const std::string tall = "Let $R \\in \\mathbb{R}^{n \\times k}$ with $R^T R = I_k$ and $v \\in \\mathbb{R}^k$.\n\n";
  expect(tall + "$$\\|R v\\|^2 = v^T R^T R v = v^T v$$\n\n$$\\|R v\\|^2 = 3 v^T v$$", "ppr");
  const std::string two = "Let $F, G \\in \\mathbb{R}^{n \\times n}$ with $F G = I$ and $v \\in \\mathbb{R}^n$.\n\n";
  expect(two + "$$F G v = v$$\n\n$$v^T F G v = 2 v^T v$$", "pr");
  const std::string both =
      "Let $R \\in \\mathbb{R}^{n \\times n}$ with $R^T R = R R^T = I$, $v \\in \\mathbb{R}^n$.\n\n";
  expect(both + "$$R^T R v = v$$\n\n$$R R^T v = v$$", "pp");
}

BOOST_AUTO_TEST_SUITE_END()

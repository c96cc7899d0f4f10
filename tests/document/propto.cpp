// SPDX-License-Identifier: GPL-2.0-or-later
// Links with \propto: what the factor must not depend on, and what is found of them.
#include <boost/test/unit_test.hpp>

#include "document/documents.h"
#include "gradus/report/verdicts.h"

namespace {

using namespace documents;

const std::string numbers = "Let $x, \\mu \\in \\mathbb{R}$ and $\\sigma > 0$. ";
const std::string normal = numbers + R"(The density is

$$p(x) = \frac{1}{\sqrt{2\pi\sigma^2}} e^{-\frac{(x - \mu)^2}{2\sigma^2}})";
const std::string regression = R"(Let $X \in \mathbb{R}^{m \times d}$, $w \in \mathbb{R}^d$, $y \in \mathbb{R}^m$ and
$J(w) = \frac{1}{2m} \|Xw - y\|^2$.

)";
const std::string neuron = R"(Let $x, y, w, b \in \mathbb{R}$, $z = wx + b$, $a = \tanh(z)$ and $C = \frac12 (a - y)^2$.

)";

std::string reason(const document::DocumentVerdicts& v) { return v.links.empty() ? "" : v.links.back().reason; }

bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(propto)

// The argument of what the chain begins with is the variable: \mu is held.
BOOST_AUTO_TEST_CASE(densities) {
  const auto right = checked(normal + R"( \propto e^{-\frac{x^2}{2\sigma^2} + \frac{\mu x}{\sigma^2}}$$)");
  BOOST_TEST(letters(right) == "pp");
  BOOST_TEST(reason(right).starts_with("up to a factor that does not depend on `x`: "));
  BOOST_TEST(reads(right, "read `\\propto` as equality up to a factor that does not depend on `x`"));
  BOOST_TEST(right.links.back().relation == "\\propto");
  BOOST_TEST(right.links.front().relation == "=");

  const auto wrong = checked(normal + R"( \propto e^{-\frac{x^2}{2\sigma^2} - \frac{\mu x}{\sigma^2}}$$)");
  BOOST_TEST(letters(wrong) == "pr");
  BOOST_TEST(reason(wrong) == "the quotient of the two sides depends on `x`");
  BOOST_REQUIRE(wrong.links.back().counterexample);
  const Counterexample& c = *wrong.links.back().counterexample;
  BOOST_TEST(std::ranges::any_of(c.point, [](const auto& p) { return p.first == "x'"; }));
  BOOST_TEST(c.left != c.right);
  BOOST_TEST(!std::ranges::any_of(c.point, [](const auto& p) { return p.first == "\\mu'"; }));
}

BOOST_AUTO_TEST_CASE(functions) {
  const std::string f = "Let $x \\in \\mathbb{R}$ and $f(x) = 2 x^2$.\n\n";
  expect(f + R"($$f(x) \propto x^2$$)", "p");
  expect(f + R"($$f(x) ∝ -x^2$$)", "p");
  expect(f + R"($$f(x) \propto x$$)", "r");
  expect(f + R"($$f(x) \propto \max(x, 0)$$)", "r");
  const auto mended = checked(f + R"($$f(x) \propto x^2 + 1$$)");
  BOOST_TEST(letters(mended) == "r");
  BOOST_TEST(mended.links.back().mend == "the term `1` is too much");
}

// Both arguments, or the one before the bar or the semicolon.
BOOST_AUTO_TEST_CASE(several_arguments) {
  const std::string f = "Let $x, y \\in \\mathbb{R}$ and $f(x, y) = 2 e^{-x^2 - y^2 + xy}$.\n\n";
  expect(f + R"($$f(x, y) \propto e^{-x^2 - y^2 + xy}$$)", "p");
  expect(f + R"($$f(x, y) \propto e^{-x^2 + y^2 - xy}$$)", "r");
  const auto part = checked(f + R"($$f(x, y) \propto e^{-x^2 + xy}$$)");
  BOOST_TEST(letters(part) == "u");
  BOOST_TEST(says(reason(part), "does not depend on `x`, but on `y`"));
  const std::string g = "Let $x \\in \\mathbb{R}$, $t > 0$ and $g(x; t) = t e^{-t x^2}$.\n\n";
  expect(g + R"($$g(x; t) \propto e^{-t x^2}$$)", "p");
  expect(g + R"($$g(x; t) \propto e^{-x^2}$$)", "r");
  // A likelihood may be meant as one of its parameter.
  const std::string likelihood = "Let $k, n > 0$, $t \\in (0, 1)$ and $p(k | t) = e^{k^2} t^k (1 - t)^{n - k}$.\n\n";
  expect(likelihood + R"($$p(k | t) \propto t^k (1 - t)^{n - k}$$)", "u");
  expect(likelihood + R"($$p(k | t) \propto t^k (1 + t)^{n - k}$$)", "r");
}

// A posterior is not known by what it is proportional to; what follows is one of \theta.
BOOST_AUTO_TEST_CASE(what_is_known_up_to_a_factor) {
  const std::string head = "Let $\\theta \\in (0, 1)$ and $n, k > 0$.\n\n$$p(\\theta | k) ";
  const auto v = checked(
      head + R"(\propto 3 \theta^k (1 - \theta)^{n - k} \propto (\frac{\theta}{1 - \theta})^k (1 - \theta)^n$$)");
  BOOST_TEST(letters(v) == "up");
  BOOST_TEST(v.links[0].reason == "`p(\\theta | k)` is known up to a factor only");
  BOOST_TEST(says(reason(v), "`\\theta`"));
  expect(head + R"(\propto \theta^k (1 - \theta)^{n - k} \propto (\frac{\theta}{1 - \theta})^k (1 + \theta)^n$$)",
         "ur");
  // It defines nothing: an equation is no claim about it, but one behind may be.
  expect("Let $x \\in \\mathbb{R}$.\n\n$$q(x) \\propto e^{-x^2}$$\n\n$$q(0) = 2$$", "uu");
  expect("Let $x \\in \\mathbb{R}$.\n\n$$q(x) \\propto e^{-x^2}$$\n\nwhere\n\n$$q(x) = 3 e^{-x^2}$$", "pp");
  expect("Let $x \\in \\mathbb{R}$.\n\n$$q(x) \\propto e^{-x^2}$$\n\n# Another one\n\n$$q(x) = x$$", "uu");
  expect("Let $x \\in \\mathbb{R}$.\n\n$$p(x) \\propto q(x) = e^{-x^2}$$", "up");
  expect("Let $p, z \\in \\mathbb{R}^n$.\n\n$$p_i \\propto e^{z_i}$$", "u");
}

// Each link for itself: an equation is one of its neighbours.
BOOST_AUTO_TEST_CASE(chains) {
  expect(numbers + R"(
$$
\begin{aligned}
p(x) &= 3 e^{-(x - \mu)^2} \\
&\propto e^{-x^2 + 2 \mu x} \\
&= e^{-x^2} e^{2 \mu x} \\
&\propto e^{-x^2} e^{\mu x} \\
&= e^{\mu x - x^2}
\end{aligned}
$$)",
         "pppr"
         "p");
}

BOOST_AUTO_TEST_CASE(what_words_say_of_the_variable) {
  const std::string claim = "\n\n$$e^{-(x - \\mu)^2 / 2} \\propto e^{-x^2 / 2 + \\mu x}$$";
  expect(numbers + "As a function of $x$ we have" + claim, "p");
  expect(numbers + "As a function of $\\mu$ we have" + claim, "r");
  expect(numbers + "We complete the square in $x$:" + claim, "p");
  expect(numbers + "We have" + claim + "\n\nwhere the factor does not depend on $x$.", "p");
  const auto v = checked(numbers + "We have" + claim);
  BOOST_TEST(letters(v) == "u");
  BOOST_TEST(reason(v) == "the factor does not depend on `x`, but on `\\mu`: it is not said which is meant");
}

BOOST_AUTO_TEST_CASE(names_of_the_right_side) {
  const std::string force = "Let $G, m, M, r > 0$ and $F = \\frac{G m M}{r^2}$.\n\n";
  expect(force + R"($$F \propto \frac{1}{r^2}$$)", "p");
  expect(force + R"($$F \propto \frac1r$$)", "r");
  expect(force + R"($$F \propto \frac{m M}{r^2}$$)", "p");
  expect(force + R"($$F \propto \frac{m M}{r}$$)", "u");
  expect(force + R"($$F \propto 1$$)", "u");
  // What a name stands for may be held.
  const std::string slope = neuron + "The step is $s = -(a - y) x$.\n\n";
  expect(slope + R"($$s \propto x$$)", "u");
}

// One factor for all entries. Another one for each of them is none.
BOOST_AUTO_TEST_CASE(gradients) {
  expect(regression + R"($$\nabla_w J \propto X^T (Xw - y)$$)", "p");
  expect(regression + R"($$\nabla J(w) = \frac1m X^T (Xw - y) \propto X^T (y - Xw)$$)", "pp");
  const auto wrong = checked(regression + R"($$\frac{\partial J}{\partial w} \propto X^T (Xw + y)$$)");
  BOOST_TEST(letters(wrong) == "r");
  BOOST_TEST(
      reason(wrong).starts_with("the quotient of the two sides is not the same for all entries at entry [1, 2]"));
  BOOST_TEST(!wrong.links.back().mend.empty());
  expect(regression + R"($$\nabla_w J \propto X (Xw - y)$$)", "r");
  // A factor that depends on w, one for all entries: it is not said whether that is meant.
  const auto norm = checked(regression + R"($$\nabla_w \|Xw - y\| \propto X^T (Xw - y)$$)");
  BOOST_TEST(letters(norm) == "u");
  expect("Let $u \\in \\mathbb{R}^n$.\n\n$$\\frac{u}{\\|u\\|} \\propto u$$", "p");
  expect("Let $u, v \\in \\mathbb{R}^n$.\n\n$$u + v \\propto u - v$$", "r");
}

BOOST_AUTO_TEST_CASE(derivatives) {
  expect(neuron + R"($$\frac{\partial C}{\partial w} \propto (a - y) (1 - a^2)$$)", "p");
  const auto part = checked(neuron + R"($$\frac{\partial C}{\partial w} \propto 1 - a^2$$)");
  BOOST_TEST(letters(part) == "u");
  BOOST_TEST(reason(part) == "the quotient of the two sides depends on `w`, and it is not said that it must not");
  expect(neuron + "As a function of $w$ it is\n\n$$\\frac{\\partial C}{\\partial w} \\propto (a + y) (1 - a^2)$$", "r");
  // What a cost that is any function leaves depends on w.
  const std::string any =
      "Let $w, b, x \\in \\mathbb{R}$, $z = wx + b$. The cost $C$ is a differentiable function of $z$.";
  expect(any + "\n\n$$\\frac{\\partial C}{\\partial w} \\propto \\frac{\\partial C}{\\partial b}$$", "p");
  expect(any + "\n\n$$\\frac{\\partial C}{\\partial w} \\propto x$$", "u");
  const std::string sum = R"(Let $x_1, \dots, x_m, y_1, \dots, y_m, w, b \in \mathbb{R}$,
$a_i = \frac{1}{1 + e^{-(w x_i + b)}}$ and $J = -\frac1m \sum_{i=1}^m [y_i \ln a_i + (1 - y_i) \ln(1 - a_i)]$.

)";
  const auto dropped = checked(sum + R"($$\frac{\partial J}{\partial w} \propto \sum_i (a_i - y_i) x_i$$)");
  BOOST_TEST(letters(dropped) == "p");
  BOOST_TEST(reason(dropped).starts_with("up to the factor `1/m`: "));
  expect(sum + R"($$\frac{\partial J}{\partial w} \propto \sum_i (a_i + y_i) x_i$$)", "u");
}

// p_i as one of i.
BOOST_AUTO_TEST_CASE(families) {
  const std::string softmax = "Let $z \\in \\mathbb{R}^n$ and $p_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}$.\n\n";
  expect(softmax + R"($$p_i \propto e^{z_i}$$)", "p");
  expect(softmax + R"($$p_i \propto e^{-z_i}$$)", "r");
  const std::string scaled = "Let $c, x \\in \\mathbb{R}^n$ and $y_i = c_i x_i$.\n\n";
  expect(scaled + R"($$y_i \propto x_i$$)", "u");
  expect(scaled + R"($$y_i \propto x_i^2$$)", "r");
}

// Zero is proportional to everything or to nothing.
BOOST_AUTO_TEST_CASE(zeros) {
  const std::string zero = "Let $x, k \\in \\mathbb{R}$, $g(x) = x$ and $f(x) = x - x$.\n\n";
  const auto left = checked(zero + R"($$f(x) \propto x^2$$)");
  BOOST_TEST(letters(left) == "u");
  BOOST_TEST(reason(left) == "one side is zero: any factor would do, or none");
  expect(zero + R"($$x^2 \propto f(x)$$)", "u");
  // Where k < 0 the right side is zero, and the left one is not.
  expect(zero + R"($$g(x) \propto x \max(k, 0)$$)", "u");
  expect(zero + R"($$g(x) \propto x (k + \sqrt{k^2})$$)", "u");
}

BOOST_AUTO_TEST_CASE(shapes_that_differ) {
  const auto v = checked(regression + R"($$X w \propto X^T y$$)");
  BOOST_TEST(letters(v) == "r");
  BOOST_TEST(says(reason(v), "the shapes differ"));
}

// What the text leaves open refutes nothing, and proves nothing.
BOOST_AUTO_TEST_CASE(doubts) {
  // Of logarithms it is often meant up to what is added.
  expect(numbers + R"(Let $\ell(\mu) = \ln(\frac{1}{\sqrt{2\pi}} e^{-(x - \mu)^2 / 2})$.

$$\ell(\mu) \propto -(x - \mu)^2$$)",
         "u");
  const std::string density = "Let $x > 0$ and $p(x) = \\frac1Z e^{-x}$";
  expect(density + ".\n\n$$p(x) \\propto e^{-x}$$", "p");
  expect(density + " with $Z = \\int_0^x e^{-t} dt$.\n\n$$p(x) \\propto e^{-x}$$", "u");
  expect(density + " with $Z = \\int_0^\\infty e^{-x} \\, dx$.\n\n$$p(x) \\propto e^{-x}$$\n\n$$p(x) \\propto e^x$$",
         "pr");
  expect("Let $x \\in \\mathbb{R}$.\n\n$$e^{-x} \\propto h(x)$$", "u");
  const std::string square = "Let $n > 0$ and $T(n) = 3 n^2 + n$. ";
  expect(square + "Hence\n\n$$T(n) \\propto n^2$$", "r");
  expect(square + "For large $n$ we have\n\n$$T(n) \\propto n^2$$", "u");
}

BOOST_AUTO_TEST_CASE(reports) {
  const auto v = checked("Let $x \\in \\mathbb{R}$ and $f(x) = 2x^2$.\n\n$$f(x) \\propto x^2 = x \\cdot x$$");
  const std::vector<FileVerdicts> files{{"f.md", v.links, v.unread, v.readings}};
  const std::string text = verdicts_text(files, {}, false), json = verdicts_json(files, false);
  BOOST_TEST(says(text, "proved     f(x) \\propto x^2\n"));
  BOOST_TEST(says(text, "proved     x^2 = x \\cdot x\n"));
  BOOST_TEST(says(json, "\"relation\": \"\\\\propto\""));
  BOOST_TEST(json.find("relation") == json.rfind("relation"));
}

BOOST_AUTO_TEST_SUITE_END()

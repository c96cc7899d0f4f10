// SPDX-License-Identifier: GPL-2.0-or-later
// Deep networks that are written out layer by layer: one statement a layer, with work in proportion to the depth.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "check/lab.h"
#include "gradus/check/verdict.h"
#include "gradus/tensor/derive.h"

using namespace gradus;

namespace {

std::string written_perceptron(int depth) {
  std::string out = "dim h, m\ninput X[h, m], Y[h, m]\n", below = "X";
  for (int l = 1; l <= depth; ++l) out += fmt::format("param W{0}[h, h], b{0}[h, 1]\n", l);
  for (int l = 1; l <= depth; ++l) {
    out += fmt::format("Z{0} = W{0} @ {1} + b{0}\nA{0} = tanh(Z{0})\n", l, below);
    below = fmt::format("A{}", l);
  }
  return out + fmt::format("Loss = sum(({} - Y)^2, axis=0)\nJ = sum(Loss)/m\n", below);
}

// How many nodes the expressions take, which no clock or machine changes.
std::size_t nodes(int depth) {
  lab::Lab lab;
  const ModelFile file = lab.read(written_perceptron(depth));
  const std::size_t before = lab.arena.size();
  derive_tensors(lab.engine, file.models[0], {});
  return lab.arena.size() - before;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor_depth)

BOOST_AUTO_TEST_CASE(a_thousand_layers_have_one_statement_each) {
  const int depth = 1000;
  for (const bool convention : {false, true}) {
    lab::Lab lab;
    const ModelFile file = lab.read(written_perceptron(depth) + (convention ? "convention per-example over m\n" : ""));
    std::map<std::string, std::string> got;
    for (const Derivation& d : derive_tensors(lab.engine, file.models[0], {})) {
      BOOST_TEST((d.steps.empty() || d.steps.back().line == d.result), "the result is not the last line");
      got.emplace(print(lab.arena, d.start), print(lab.arena, d.result));
    }
    BOOST_TEST(got.size() == 4U * depth + 1);  // of Z, A, W and b of each layer, and of Loss
    const std::string d = convention ? "d" : "dJ/d", mean = convention ? "/m" : "";
    for (int l = 1; l < depth; ++l) {
      const std::string below = l == 1 ? "X" : fmt::format("A{}", l - 1);
      const std::string back = fmt::format("W{0}.T @ {1}Z{0}", l + 1, d), sum = fmt::format("sum({}Z{}, axis=1)", d, l);
      const std::string product = fmt::format("{}Z{} @ {}.T", d, l, below);
      BOOST_TEST(got[fmt::format("{}A{}", d, l)] == back);
      BOOST_TEST(got[fmt::format("{}Z{}", d, l)] == fmt::format("({})*(1 - A{}^2)", back, l));
      BOOST_TEST(got[fmt::format("{}W{}", d, l)] == (convention ? fmt::format("({})/m", product) : product));
      BOOST_TEST(got[fmt::format("{}b{}", d, l)] == sum + mean);
    }
  }
}

BOOST_AUTO_TEST_CASE(work_is_in_proportion_to_the_depth) {
  const std::size_t a = nodes(200), b = nodes(400), c = nodes(800);
  // From each to the next the same for every layer: what grows faster shows in the second difference.
  BOOST_TEST(c - b <= 2 * (b - a) + (b - a) / 20, a << ", " << b << ", " << c << " nodes");
}

// What follows from the layer next to it is proved before points are looked for: work in proportion to the depth.
BOOST_AUTO_TEST_CASE(every_line_of_a_deep_network_is_proved) {
  const auto nodes = [](int depth) {
    std::string text = written_perceptron(depth);
    text.replace(text.rfind("Loss = "), std::string::npos,
                 fmt::format("P = softmax(A{}, axis=0)\nLoss = -sum(Y*ln(P), axis=0)\nJ = sum(Loss)/m\n"
                             "assume sum(Y, axis=0) = 1\nclaim dJ/dA{} = (P - Y)/m\nclaim dJ/dP = -Y/P/m\n",
                             depth, depth));
    for (int l = 1; l < depth; ++l)
      text += fmt::format("claim dJ/dZ{0} = (W{1}.T @ dJ/dZ{1})*(1 - A{0}^2)\nclaim dJ/db{0} = sum(dJ/dZ{0}, axis=1)\n",
                          l, l + 1);
    lab::Lab lab;
    const ModelFile file = lab.read(text);
    const std::size_t before = lab.arena.size();
    for (const LinkVerdict& v : check(lab.engine, file.models[0]))
      BOOST_TEST((v.verdict == Verdict::proved), lab::show(lab.arena, v));
    return lab.arena.size() - before;
  };
  const std::size_t a = nodes(15), b = nodes(30), c = nodes(60);
  BOOST_TEST(c - b <= 2 * (b - a) + (b - a) / 10, a << ", " << b << ", " << c << " nodes");
}

BOOST_AUTO_TEST_CASE(layers_of_a_deep_network_are_judged_one_by_one) {
#ifdef GRADUS_SANITIZED
  constexpr int depth = 20;
#else
  constexpr int depth = 100;
#endif
  lab::Lab lab;
  const ModelFile file = lab.read(
      written_perceptron(depth) +
      fmt::format("claim dJ/dW1 = dJ/dZ1 @ X.T\nclaim dJ/dZ{0} = W{1}.T @ dJ/dZ{1}\n", depth / 2, depth / 2 + 1));
  const std::vector<LinkVerdict> got = check(lab.engine, file.models[0]);
  BOOST_TEST_REQUIRE(got.size() == 2U);
  BOOST_TEST((got[0].verdict == Verdict::proved));
  BOOST_TEST((got[1].verdict != Verdict::proved));  // the derivative of the activation is missing
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// Whole headers, as files that a reviewer can read. UPDATE_GOLDEN=1 rewrites them.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>

#include "emit/bench.h"

using namespace bench;

namespace {

void compare(const Problem& p) {
  const std::string path = std::string(GRADUS_SOURCE_DIR) + "/tests/emit/golden/" + p.name + ".hpp", text = p.header();
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
  BOOST_TEST(text == read_file(path), p.name << ".hpp differs from the golden file:\n" << text);
  // The same input gives the same bytes.
  BOOST_TEST(text == p.header());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(golden)

BOOST_AUTO_TEST_CASE(logistic_neuron) {
  Problem p("logistic");
  const Ex x = p.input("x", 2), y = p.input("y", 1), w = p.param("w", 1), b = p.param("b", 0);
  const Ex z = p.define("z", w * x + b), a = p.define("a", fn("sigmoid", {z}));
  const Ex L = p.define("L", fn("softplus", {z}) - y * z);
  p.differentiate();
  Arena& arena = Problem::arena();
  const Expr dz = arena.make(Op::Deriv, {L.e, z.e}), dw = arena.make(Op::Deriv, {L.e, w.e}),
             db = arena.make(Op::Deriv, {L.e, b.e});
  p.program.backward = {{dz, (a - y).e}, {dw, (Ex(dz) * x).e}, {db, dz}};
  p.program.gradient = {{w.e, dw}, {b.e, db}};
  compare(p);
}

BOOST_AUTO_TEST_CASE(gaussian_likelihood_with_names_to_mend) {
  Problem p("gaussian");
  p.options.name_space = "models::gaussian";
  const Ex y = p.input("double", 2), value = p.input("value", 1), mu = p.param("μ", 1), s = p.param("log_σ'", 0);
  const Ex r = p.define("r", y - mu * value);
  p.define("dL_dr", pow(r, 2));
  p.define("L", s + pow(r, 2) / (2 * fn("exp", {2 * s})) + ratio(1, 3) * p.parameter("dL_dr"));
  p.differentiate({"μ", "log_σ'", "double", "r"});
  compare(p);
}

BOOST_AUTO_TEST_CASE(huber_with_functions_and_branches) {
  Problem p("huber");
  const Ex x = p.input("x", 2), y = p.input("y", 1), w = p.param("w", 1), k = p.param("k", 1);
  const Ex u = p.parameter("u"), c = p.parameter("c");
  p.function("gate", {"u"}, fn("tanh", {u}) + pow(fn("tanh", {u}), 3));
  p.function("huber", {"u", "c"},
             where(op(Op::Le, {fn("abs", {u}), c}), ratio(1, 2) * pow(u, 2), c * (fn("abs", {u}) - c / 2)));
  const Ex r = p.define("r", fn("gate", {w * x}) - y);
  p.define("L", fn("huber", {r, k}));
  p.differentiate();
  compare(p);
}

BOOST_AUTO_TEST_CASE(shared_and_long_expressions) {
  Problem p("shared");
  const Ex z = p.param("z", 2), a = p.param("a", 1), v = p.param("v", 1);
  const Ex e = fn("exp", {-z}), n = 1 - a;
  Ex sum = e / (1 + e) + n * fn("ln", {n}) + pow(z - a, 5) + pow(v, -2) + fn("sqrt", {1 + v * v});
  for (int k = 2; k < 12; ++k) sum = sum + fn("sin", {Ex(k) * z + v}) / k;
  p.define("L", sum);
  p.differentiate();
  compare(p);
}

BOOST_AUTO_TEST_SUITE_END()

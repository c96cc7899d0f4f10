// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/algebra/enclose.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include "lab.h"

namespace gradus::test {
namespace {

using State = Enclosure::State;
using Values = std::map<std::string, Rational>;

Rational over(long p, long q) { return Rational(p) / Rational(q); }

Enclosure at(Lab& lab, const std::string& text, const Values& values = {}) {
  Point point;
  for (const auto& [name, value] : values) point[lab.arena.symbol(name)] = value;
  const EvalContext context{lab.functions, &lab.model};
  return enclose(lab.arena, lab(text), point, context);
}

std::optional<bool> holds(Lab& lab, const std::string& text, const Values& values = {}) {
  Point point;
  for (const auto& [name, value] : values) point[lab.arena.symbol(name)] = value;
  const EvalContext context{lab.functions, &lab.model};
  return holds_at(lab.arena, lab(text), point, context);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(enclosures)

BOOST_AUTO_TEST_CASE(known_values) {
  Lab lab;
  lab.define("z", "w*x + b").define("a", "sigmoid(z)");
  const Values v{{"w", over(1, 2)}, {"x", 3}, {"b", -1}, {"y", over(1, 4)}};
  const double z = 0.5, a = 1 / (1 + std::exp(-z));
  const std::vector<std::pair<std::string, double>> cases{
      {"z", z},
      {"a", a},
      {"-(y*ln(a) + (1 - y)*ln(1 - a))", -(0.25 * std::log(a) + 0.75 * std::log(1 - a))},
      {"exp(1) - e", 0},
      {"pi", 3.141592653589793},
      {"sin(pi/6)", 0.5},
      {"atan(1)*4/pi", 1},
      {"sqrt(2)", std::sqrt(2.0)},
      {"2^x", 8},
      {"x^(1/3)", std::cbrt(3.0)},
      {"x^z", std::sqrt(3.0)},
      {"(-8)^3", -512},
      {"(-2)^(-3)", -0.125},
      {"abs(b)*sign(b)", -1},
      {"max(w, x) - min(w, x)", 2.5},
      {"relu(b) + leaky_relu(b)", -0.01},
      {"where(b < 0 and x > 0, ln(x), ln(b))", std::log(3.0)},
      {"where(x == 3, 7, 8)", 7},
      {"where(not x in {1, 2}, 7, 8)", 7},
      {"tanh(z)", std::tanh(0.5)},
      {"softplus(-z)", std::log1p(std::exp(-0.5))},
      {"logit(w)", 0},
      {"sigmoid'(z)", a * (1 - a)},
      {"0*ln(x)", 0},
      {"x^0", 1},
      {"(x - 3)^0", 1}};
  for (const auto& [text, value] : cases) {
    const Enclosure e = at(lab, text, v);
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST((e.state == State::defined));
      BOOST_TEST(e.lower <= value + 1e-12);
      BOOST_TEST(e.upper >= value - 1e-12);
      BOOST_TEST(e.upper - e.lower <= 1e-9);
      BOOST_TEST((e.exact_lower <= e.exact_upper));
    }
  }
}

BOOST_AUTO_TEST_CASE(sharp_where_doubles_are_not) {
  Lab lab;
  const Enclosure e = at(lab, "sigmoid(x) - 1", {{"x", 40}});
  BOOST_TEST((e.state == State::defined));
  BOOST_TEST(e.lower <= -4.248354255291589e-18);
  BOOST_TEST(e.upper >= -4.248354255291589e-18);
  BOOST_TEST(e.upper - e.lower < 1e-33);
  BOOST_TEST(e.midpoint.substr(0, 8) == "-4.24835");
  BOOST_TEST(at(lab, "x/4", {{"x", 5}}).midpoint == "1.25");
  const Enclosure tiny = at(lab, "exp(-100*x)", {{"x", 100}});
  BOOST_TEST((tiny.exact_lower > 0));
  BOOST_TEST((tiny.exact_upper > tiny.exact_lower));
}

BOOST_AUTO_TEST_CASE(no_value) {
  Lab lab;
  lab.assume("y in {0, 1}").function("f", "u", "ln(u) + 1");
  const Values v{{"x", 0}, {"t", -2}, {"y", 0}, {"s", over(1, 3)}};
  const std::vector<std::pair<std::string, State>> cases{{"ln(t)", State::undefined},
                                                         {"1 + sqrt(t)", State::undefined},
                                                         {"t^(1/3)", State::undefined},
                                                         {"t^s", State::undefined},
                                                         {"f(t)", State::undefined},
                                                         {"where(x - 1 < 0, ln(t), 1)", State::undefined},
                                                         {"0*ln(t)", State::undefined},
                                                         {"ln(-1)", State::undefined},
                                                         {"logit(2)", State::undefined},
                                                         {"1/0", State::undefined},
                                                         {"1/y", State::undefined},
                                                         {"ln(y)", State::undefined},
                                                         {"1/x", State::singular},
                                                         {"ln(x)", State::singular},
                                                         {"x^(-1/2)", State::singular},
                                                         {"sign(x)", State::singular},
                                                         {"where(x > 0, 1, 1)", State::singular},
                                                         {"relu(x)", State::singular},
                                                         {"x^s", State::singular},
                                                         {"1/(sin(pi))", State::unknown},
                                                         {"sign(sin(pi))", State::singular},
                                                         {"where(sin(pi) < 0, 1, 2)", State::singular},
                                                         {"1/x + ln(t)", State::undefined},
                                                         {"q + 1", State::unknown},
                                                         {"exp(exp(exp(10)))", State::unknown},
                                                         {"exp(exp(exp(exp(x + 9))))", State::unknown},
                                                         {"f'(t)", State::unknown}};
  for (const auto& [text, state] : cases) {
    const Enclosure e = at(lab, text, v);
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(static_cast<int>(e.state) == static_cast<int>(state));
      BOOST_TEST(e.culprit.empty() == (state == State::unknown));
    }
  }
  BOOST_TEST(at(lab, "1 + f(t)", v).culprit == "f(t)");
  BOOST_TEST(at(lab, "x^(1/2)", v).midpoint == "0");
  BOOST_TEST(at(lab, "abs(x)", v).midpoint == "0");
  BOOST_TEST(at(lab, "where(y > 0, 1, 2)", v).midpoint == "2");
  BOOST_TEST(at(lab, "sign(y)", v).midpoint == "0");
  const Enclosure small = at(lab, "exp(-exp(exp(10)))", v);
  BOOST_TEST((small.state == State::defined));
  BOOST_TEST((small.exact_lower <= 0 && small.exact_upper >= 0));
}

BOOST_AUTO_TEST_CASE(functions_that_are_not_specified) {
  Lab lab;
  lab.function("g", "t", "");
  const auto g = [&](const std::string& text) { return at(lab, text, {{"x", over(1, 3)}, {"h", over(1, 1000000)}}); };
  const Enclosure slope = g("(g(x + h) - g(x - h))/(2*h) - g'(x)");
  BOOST_TEST(std::abs(slope.upper) < 1e-9);
  BOOST_TEST((slope.state == State::defined));
  const Enclosure second = g("(g'(x + h) - g'(x - h))/(2*h) - g''(x)");
  BOOST_TEST(std::abs(second.upper) < 1e-9);
  BOOST_TEST(compare(g("g(x)"), g("k(x)")) != 0);
  BOOST_TEST(compare(g("g(x)"), g("g(2*x)")) != 0);
  BOOST_TEST((g("p(x, h)").state == State::defined));
  BOOST_TEST(compare(g("p(x, h)"), g("p(h, x)")) != 0);
}

BOOST_AUTO_TEST_CASE(order) {
  Lab lab;
  BOOST_TEST(compare(at(lab, "pi"), at(lab, "22/7")) == -1);
  BOOST_TEST(compare(at(lab, "pi^2"), at(lab, "3")) == 1);
  BOOST_TEST(compare(at(lab, "exp(ln(2))"), at(lab, "2")) == 0);
  BOOST_TEST(compare(at(lab, "1/3"), at(lab, "1/3 + 1/10^40")) == -1);
  BOOST_TEST(compare(at(lab, "ln(-1)"), at(lab, "1")) == 0);
  BOOST_TEST(compare(at(lab, "exp(-exp(20))"), at(lab, "2*exp(-exp(20))")) == 0);
}

BOOST_AUTO_TEST_CASE(conditions) {
  Lab lab;
  lab.define("z", "x^2");
  const Values v{{"x", 2}, {"n", 3}};
  for (const std::string text :
       {"x > 0", "x >= 2", "x == 2", "z == 4", "x in {1, 2}", "x < 3 and z > 3", "x < 0 or z >= 4", "not x < 0",
        "x != 3", "exp(x) > 7", "x < 0 or ln(x) > 0", "integer(n)", "x > 3 or not ln(0 - x) > 3 or x > 1"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST((holds(lab, text, v) == std::optional(true))); }
  }
  for (const std::string text :
       {"x < 0", "x > 2", "x in {1, 3}", "ln(-x) > 0", "x < 0 and ln(-x) > 0", "integer(n/2)", "not z == 4"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST((holds(lab, text, v) == std::optional(false))); }
  }
  for (const std::string text : {"exp(ln(x)) == 2", "q > 0", "x", "where(x > 0, 1, 2)"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST((holds(lab, text, v) == std::nullopt)); }
  }
}

BOOST_AUTO_TEST_CASE(deep_and_wide) {
  Lab lab;
  Expr e = lab("x");
  for (int k = 0; k < 200'000; ++k) e = lab.arena.call("sin", {e});
  const EvalContext context{lab.functions, nullptr};
  const Point point{{lab("x"), Rational(1)}};
  BOOST_TEST((enclose(lab.arena, e, point, context).state == State::defined));
  std::vector<Expr> terms(300'000, lab("x/3"));
  BOOST_TEST(enclose(lab.arena, lab.arena.sum(terms), point, context).midpoint == "100000");
  Expr power = lab("x + 1");
  for (int k = 0; k < 300; ++k) power = lab.arena.pow(power, lab("1000"));
  BOOST_TEST((enclose(lab.arena, power, point, context).state == State::unknown));
  // Every level calls the one before twice with different arguments: a budget ends it.
  lab.function("f0", "u", "u + 1");
  for (int k = 1; k < 60; ++k) {
    const std::string f = "f" + std::to_string(k - 1);
    lab.function("f" + std::to_string(k), "u", f + "(u) + " + f + "(u/2 + " + std::to_string(k) + ")");
  }
  const EvalContext with_model{lab.functions, &lab.model};
  BOOST_TEST((enclose(lab.arena, lab("f59(x)"), point, with_model).state == State::unknown));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace gradus::test

// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of the choice: samples, true values, power series, cases that agree.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "accuracy/expand.h"
#include "accuracy/real.h"
#include "accuracy/regimes.h"
#include "accuracy/truth.h"
#include "check/lab.h"
#include "emit/number.h"

namespace {

using namespace gradus;
using namespace gradus::accuracy;

struct Given {
  lab::Lab lab;
  ModelFile file;
  Rewriter rewriter;

  explicit Given(const std::string& text)
      : file(lab.read(text)), rewriter(lab.arena, lab.catalogue, &file.models[0], {}, {}) {}
  const Model& model() const { return file.models[0]; }
  Expr value(const std::string& name) const { return model().definition(name)->value; }
  Setting setting() {
    std::vector<Expr> variables = model().inputs;
    variables.insert(variables.end(), model().params.begin(), model().params.end());
    return setting_for(lab.engine, model(), variables);
  }
  std::string series(const std::string& name) {
    const auto s = power_series(lab.arena, value(name), lab.arena.symbol("t"), 5);
    if (!s) return "none";
    std::string out;
    for (const Rational& c : *s) out += print(lab.arena, lab.arena.number(c)) + " ";
    return out;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(parts)

BOOST_AUTO_TEST_CASE(thresholds_are_short_numbers_at_every_magnitude) {
  BOOST_TEST((between(-1, 2) == 0));
  BOOST_TEST((between(0.25, 0.9) == Rational(3) / 10));
  BOOST_TEST((between(-0.9, -0.25) == -Rational(3) / 10));
  BOOST_TEST((between(0.7, 0.7) == exact(0.7)));
  BOOST_TEST((between(0, 0) == 0));
  constexpr double tiny = std::numeric_limits<double>::denorm_min(), most = std::numeric_limits<double>::max();
  const std::vector<double> ends{-most, -1, -2 * tiny, -tiny, 0, tiny, 2 * tiny, 1, most};
  for (std::size_t i = 0; i < ends.size(); ++i) {
    for (std::size_t j = i + 1; j < ends.size(); ++j) {
      const Rational t = between(ends[i], ends[j]);
      BOOST_TEST((exact(ends[i]) <= t && t < exact(ends[j])), ends[i] << " " << ends[j]);
      BOOST_CHECK_NO_THROW(emit::literal(cln::abs(t), Real::float64));  // a double has it
    }
  }
}

BOOST_AUTO_TEST_CASE(points_lie_in_the_domain_and_are_numbers_of_the_type) {
  Given given(
      "input p, q, y\nparam r\nassume 0 < p < 1\nassume p + q == 1\nassume y in {0, 1}\nassume r > 2\nL = p*q*y*r\n");
  const Setting setting = given.setting();
  for (const Real real : {Real::float64, Real::float32}) {
    const Sample sample = draw(given.lab.engine, setting, {}, 200, 7, real);
    BOOST_REQUIRE_EQUAL(sample.points.size(), 200U);
    for (const auto& x : sample.points) {
      BOOST_CHECK(x[0] > 0 && x[0] < 1);
      BOOST_CHECK_EQUAL(x[0] + x[1], 1);
      BOOST_CHECK(x[2] == 0 || x[2] == 1);
      BOOST_CHECK_GT(x[3], 2);
      for (const double v : x) BOOST_CHECK_EQUAL(v, rounded(v, real));
    }
    BOOST_CHECK(draw(given.lab.engine, setting, {}, 200, 7, real).points == sample.points);
    BOOST_CHECK(draw(given.lab.engine, setting, {}, 200, 8, real).points != sample.points);
  }
}

BOOST_AUTO_TEST_CASE(points_have_all_magnitudes) {
  Given given("param x\nL = x\n");
  const Sample sample = draw(given.lab.engine, given.setting(), {}, 1'000, 1, Real::float64);
  const auto count = [&](auto f) {
    return std::ranges::count_if(sample.points, [&](const auto& p) { return f(p[0]); });
  };
  BOOST_CHECK_GE(count([](double x) { return std::abs(x) > 1e100; }), 20);
  BOOST_CHECK_GE(count([](double x) { return x != 0 && std::abs(x) < 1e-100; }), 20);
  BOOST_CHECK_GE(count([](double x) { return std::abs(x) > 0.1 && std::abs(x) < 10; }), 200);
  BOOST_CHECK_GE(count([](double x) { return x == 0; }), 1);
  BOOST_CHECK_GE(count([](double x) { return x < 0; }), 300);
}

BOOST_AUTO_TEST_CASE(errors_are_counted_in_units_of_the_condition) {
  Given given("param x\nL = exp(x)\n");
  const Setting setting = given.setting();
  const Truths truths(given.lab.engine, setting, given.rewriter, {given.value("L")}, Real::float64);
  TrueValue one = truths.at({0});
  BOOST_CHECK(one.state == TrueValue::State::value);
  BOOST_CHECK_EQUAL(truths.deviation(one, {0}, 1).raw, 0);
  BOOST_CHECK_EQUAL(truths.deviation(one, {0}, 1 + 4 * 0x1p-52).raw, 4);
  BOOST_CHECK(std::isinf(truths.deviation(one, {0}, std::nan("")).raw));
  BOOST_CHECK(std::isinf(truths.deviation(one, {0}, std::numeric_limits<double>::infinity()).normalised));
  // At x = 100 the condition number is 100.
  TrueValue large = truths.at({100});
  const double wrong = large.nearest * (1 + 202 * 0x1p-52);
  const Deviation d = truths.deviation(large, {100}, wrong);
  BOOST_CHECK_CLOSE(d.raw / d.normalised, 101, 1e-6);
  TrueValue beyond = truths.at({1'000});
  BOOST_CHECK(beyond.state == TrueValue::State::overflow);
  BOOST_CHECK_EQUAL(truths.deviation(beyond, {1'000}, std::numeric_limits<double>::infinity()).raw, 0);
  BOOST_CHECK(std::isinf(truths.deviation(beyond, {1'000}, 1e308).raw));
  BOOST_CHECK(std::isinf(truths.deviation(beyond, {1'000}, -std::numeric_limits<double>::infinity()).raw));
}

BOOST_AUTO_TEST_CASE(labels_are_exact) {
  Given given("input y\nparam x\nL = x - y\n");
  const Setting setting = given.setting();
  const Truths truths(given.lab.engine, setting, given.rewriter, {given.value("L")}, Real::float64);
  const double x = 1 + 0x1p-40;
  TrueValue exact = truths.at({1, x}), rounded_label = truths.at({0.5, 0.5 + 0x1p-40});
  BOOST_CHECK_EQUAL(exact.nearest, 0x1p-40);
  // |x df/dx| counts once for the label, twice without.
  const double half = 0x1p-40 * (1 + 0x1p-10);
  const double with = truths.deviation(exact, {1, x}, half).normalised;
  const double without = truths.deviation(rounded_label, {0.5, 0.5 + 0x1p-40}, half).normalised;
  BOOST_CHECK_CLOSE(with, without, 1);
  BOOST_CHECK_GT(with, 1);
}

BOOST_AUTO_TEST_CASE(gaps_have_their_limit_and_jumps_have_none) {
  Given given("param x\nS = sin(x)/x\nA = abs(x)/x\nP = 1/x\nQ = x*ln(x)\n");
  const Setting setting = given.setting();
  const auto at = [&](const char* name, double x) {
    return Truths(given.lab.engine, setting, given.rewriter, {given.value(name)}, Real::float64).at({x});
  };
  BOOST_CHECK(at("S", 0).state == TrueValue::State::value);
  BOOST_CHECK_EQUAL(at("S", 0).nearest, 1);
  BOOST_CHECK(at("A", 0).state == TrueValue::State::none);
  BOOST_CHECK(at("P", 0).state == TrueValue::State::none);
  BOOST_CHECK(at("Q", 0).state == TrueValue::State::value);
  BOOST_CHECK_EQUAL(at("Q", 0).nearest, 0);
  BOOST_CHECK(at("Q", -1).state == TrueValue::State::none);
}

BOOST_AUTO_TEST_CASE(power_series_are_exact) {
  Given given(
      "param t, s\nA = exp(t) - 1 - t\nB = (1 + t)^(1/2)\nC = ln(1 + t)\nD = sin(t)/(1 + t^2)\nE = atan(t)\nF = ln(t)\n"
      "G = abs(t)\nH = exp(t + 1)\nI = t*s\nJ = 1/t\nK = cos(2*t)\nM = (2 + t)^(1/2)\n");
  BOOST_CHECK_EQUAL(given.series("A"), "0 0 1/2 1/6 1/24 ");
  BOOST_CHECK_EQUAL(given.series("B"), "1 1/2 -1/8 1/16 -5/128 ");
  BOOST_CHECK_EQUAL(given.series("C"), "0 1 -1/2 1/3 -1/4 ");
  BOOST_CHECK_EQUAL(given.series("D"), "0 1 0 -7/6 0 ");
  BOOST_CHECK_EQUAL(given.series("E"), "0 1 0 -1/3 0 ");
  BOOST_CHECK_EQUAL(given.series("K"), "1 0 -2 0 2/3 ");
  for (const char* name : {"F", "G", "H", "I", "J", "M"}) BOOST_CHECK_EQUAL(given.series(name), "none");
}

BOOST_AUTO_TEST_CASE(cases_that_agree_become_one) {
  Given given(
      "param x\nA = where(x > 0, 1/(1 + exp(-x)), exp(x)/(1 + exp(x)))\nB = abs(x)^2\nC = abs(x)\n"
      "D = where(x > 0, x, 2*x)\nE = max(x, 0) + max(-x, 0) - abs(x) + exp(x)\n");
  const auto merged = [&](const char* name) {
    const auto e = without_cases(given.lab.engine, given.model(), given.rewriter, given.value(name));
    return e ? print(given.lab.arena, *e) : "none";
  };
  BOOST_CHECK(merged("A") != "none");
  BOOST_CHECK(merged("A").find("where") == std::string::npos);
  BOOST_CHECK_EQUAL(merged("B"), "x^2");
  BOOST_CHECK_EQUAL(merged("C"), "none");
  BOOST_CHECK_EQUAL(merged("D"), "none");
  BOOST_CHECK_EQUAL(merged("E"), "exp(x)");
}

BOOST_AUTO_TEST_SUITE_END()

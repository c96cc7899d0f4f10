// SPDX-License-Identifier: GPL-2.0-or-later
// Links that are wrong only on a small region, far out, or by very little: all are refuted.
#include <boost/test/unit_test.hpp>
#include <vector>

#include "check/lab.h"
#include "check/lines.h"
#include "gradus/algebra/facts.h"

using namespace gradus;

namespace {

const char* const head = "input x, t, u\nparam w, b";

const std::vector<const char*> regions{
    "where(x > 100 and x < 101, 5, x) = x",
    "where(x > 100 and x < 100.000000001, 5, x) = x",
    "where(100 < x^2 and x^2 < 100.01, 5, x) = x",
    "where(x > 10^12, 5, x) = x",
    "where(x < -10^30, 5, x) = x",
    "min(x, 10^9) = x",
    "relu(x - 10^6) = 0",
    "where(exp(x) > 10^50, 1, 0) = 0",
    "where(exp(-x^2) > 0.9999999, 1, 0) = 0",
    "where(sin(x) > 0.99999, 1, 0) = 0",
    "where(x*t > 12345, 1, 0) = 0",
    "where(x + t > 12345 and x - t > 54321, 1, 0) = 0",
    "where(x > 3 and t < -7 and u > 12, 1, 0) = 0",
    "where(x^2 + t^2 < 0.0001, 1, 0) = 0",
    "where(abs(x - 1/3) < 10^(-6), 1, 0) = 0",
    "where(abs(x - pi) < 10^(-6), 1, 0) = 0",
    "where(ln(1 + x^2) > 30, 1, 0) = 0",
    "where(tanh(x) > 0.999999999, 1, 0) = 0",
    "where(sigmoid(w*x + b) > 0.9999, 1, 0) = 0",
    "where(softplus(x) > 700, softplus(x), x) = x",
    "where(1/x > 10^7, 1, 0) = 0",
    "where(x > 0 and x < 1/100 and t > 0 and t < 1/100, 1, 0) = 0",
};

const std::vector<const char*> small{
    "x + 10^(-12) = x",
    "x*(1 + 10^(-12)) = x",
    "x + 10^(-40)*t = x",
    "exp(x) + 10^(-25) = exp(x)",
    "sin(x) + 10^(-25)*x = sin(x)",
    "3.14159265358979*x = pi*x",
    "2.718281828459045^x = exp(x)",
    "0.6931471805599453*x = ln(2)*x",
    "exp(-10^6*x^2) = 0",
    "sigmoid(1000 + x^2) = 1",
    "tanh(10^4 + x^2) = 1",
    "ln(1 + exp(1000 + x^2)) = 1000 + x^2",
    "x^1000 + 1 = x^1000",
    "cos(10^(-10)*x) = 1",
};

void all_refuted(const std::vector<const char*>& links) {
  lab::Lab lab;
  for (const char* link : links) {
    const LinkVerdict v = lab.verdict(head, link);
    const std::string text = lab::show(lab.arena, v);
    BOOST_CHECK_MESSAGE(v.verdict == Verdict::refuted, text);
    if (!v.counterexample) continue;
    BOOST_CHECK_MESSAGE(v.counterexample->left != v.counterexample->right, text);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hard_to_find)

BOOST_AUTO_TEST_CASE(small_and_distant_regions) { all_refuted(regions); }

BOOST_AUTO_TEST_CASE(small_differences) { all_refuted(small); }

BOOST_AUTO_TEST_CASE(a_difference_beyond_the_digits_is_shown_as_one) {
  lab::Lab lab;
  const LinkVerdict v = lab.verdict(head, "tanh(10^4 + x^2) = 1");
  BOOST_REQUIRE(v.counterexample);
  BOOST_TEST(v.counterexample->right == "1");
  BOOST_TEST(v.counterexample->left.starts_with("1 - "));
  BOOST_TEST(v.counterexample->left.ends_with("e-8686"));
}

BOOST_AUTO_TEST_CASE(regions_are_met_in_short_numbers) {
  lab::Lab lab;
  const LinkVerdict v = lab.verdict(head, "where(x > 1000 and x < 1010, 5, x) = x");
  BOOST_REQUIRE(v.counterexample && v.counterexample->point.size() == 1);
  const Rational x = v.counterexample->point[0].second;
  BOOST_TEST((x > 1000 && x < 1010 && cln::denominator(x) == 1));
}

BOOST_AUTO_TEST_CASE(simplest_numbers) {
  const auto q = [](long p, long r) { return Rational(p) / Rational(r); };
  BOOST_TEST((simplest_between(q(3, 10), q(4, 10)) == q(1, 3)));
  BOOST_TEST((simplest_between(q(-4, 10), q(-3, 10)) == q(-1, 3)));
  BOOST_TEST((simplest_between(q(-1, 10), q(1, 10)) == 0));
  BOOST_TEST((simplest_between(q(31415, 10000), q(31416, 10000)) == q(333, 106)));
  BOOST_TEST((simplest_between(q(5, 2), q(5, 2)) == q(5, 2)));
  BOOST_TEST((simplest_between(q(27, 10), q(7, 2)) == 3));
}

BOOST_AUTO_TEST_CASE(one_value_from_each_piece) {
  lab::Lab lab;
  const ModelFile file = lab.read("input x, t\nassume t > 0\nclaim x^2 - 3*x + 2 = ln(t - 5)\n");
  const Model& model = file.models[0];
  const Facts facts(lab.arena, lab.catalogue.functions, &model);
  const EvalContext context{lab.catalogue.functions, &model};
  Forms forms(lab.arena, lab.catalogue.functions, model);
  const Domain domain(forms, facts, context);
  Lines lines(forms, domain);
  const Expr x = lab.arena.symbol("x"), t = lab.arena.symbol("t");
  const Point from{{x, Rational(7)}, {t, Rational(3)}};
  auto values = lines.pieces(from, x, {model.claims[0].sides[0]});
  std::sort(values.begin(), values.end());
  BOOST_REQUIRE_EQUAL(values.size(), 3U);
  BOOST_TEST((values[0] < 1 && 1 < values[1] && values[1] < 2 && 2 < values[2]));
  // No value at all up to 5, negative up to 6; t > 0.
  values = lines.pieces(from, t, {model.claims[0].sides[1]});
  std::sort(values.begin(), values.end());
  BOOST_REQUIRE_EQUAL(values.size(), 3U);
  BOOST_TEST((0 < values[0] && values[0] < 5 && 5 < values[1] && values[1] < 6 && 6 < values[2]));
  BOOST_TEST(lines.pieces(from, x, {model.claims[0].sides[1]}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// Common mistakes: refuted, and most of them with the words that a reviewer would use.
#include <boost/test/unit_test.hpp>
#include <vector>

#include "check/lab.h"

using namespace gradus;

namespace {

const char* const logistic = "input x, y\nparam w, b\nz = w*x + b\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))";
const char* const tanh_square = "input x, y\nparam w, b\nz = w*x + b\na = tanh(z)\nL = (a - y)^2/2";
const char* const free_names = "input x\nparam t, u";

struct Wrong {
  const char* head;
  const char* link;
  const char* mend;  ///< part of the words
};

const std::vector<Wrong> list{
    // signs
    {logistic, "dL/dz = y - a", "the sign of the whole"},
    {logistic, "dL/dz = a + y", "the sign of `y` should be -"},
    {logistic, "dL/da = -y/a - (1 - y)/(1 - a)", "the sign of `(1 - y)/(1 - a)` should be +"},
    {logistic, "dL/da = y/a + (1 - y)/(1 - a)", "the sign of `y/a` should be -"},
    {logistic, "dL/dw = -x*(a - y)", "should be +"},
    {logistic, "a = 1/(1 + exp(z))", "the sign of the argument"},
    {logistic, "ln(1 - a) = z - ln(1 + exp(-z))", "should be -"},
    {tanh_square, "da/dz = 1 + a^2", "the sign of `a^2` should be -"},
    {free_names, "d(cos(x))/dx = sin(x)", "the sign of `sin(x)` should be -"},
    {free_names, "d(1/x)/dx = 1/x^2", "should be -"},
    // inner derivatives
    {logistic, "dL/dw = a - y", "the inner derivative `x` is missing"},
    {logistic, "dL/dz = dL/da", "the inner derivative"},
    {logistic, "da/dw = a*(1 - a)", "the inner derivative `x` is missing"},
    {tanh_square, "dL/dw = (a - y)*x", "the inner derivative `1 - a^2` is missing"},
    {tanh_square, "dL/dw = (a - y)*(1 - a^2)", "the inner derivative `x` is missing"},
    {free_names, "d(exp(t*x))/dx = exp(t*x)", "the inner derivative `t` is missing"},
    {free_names, "d(sin(x^2))/dx = cos(x^2)*x", "a factor 2 is missing"},
    {free_names, "d(exp(3*x))/dx = exp(3*x)", "3"},
    // complements
    {logistic, "da/dz = a*a", "`a` should be `1 - a`"},
    {logistic, "da/dz = a*(1 - z)", "`z` should be `a`"},
    {logistic, "dL/da = -y/a + (1 - y)/a", "`a` should be `1 - a`"},
    {logistic, "dL/da = -y/a + y/(1 - a)", "`y` should be `1 - y`"},
    {logistic, "dL/da = -y/(1 - a) + (1 - y)/(1 - a)", "`1 - a` should be `a`"},
    // exponents
    {tanh_square, "da/dz = 1 - a", "`a` should be `a^2`"},
    {tanh_square, "da/dz = 1 - a^3", "should be `a^2`"},
    {free_names, "d(x^3)/dx = 3*x^3", "should be `x^2`"},
    {logistic, "da/dz = exp(-z)/(1 + exp(-z))", "^2"},
    {free_names, "d(1/x)/dx = -1/x", "x^2"},
    // factors
    {free_names, "d(x^2)/dx = x", "2"},
    {tanh_square, "dL/da = 2*(a - y)", "2"},
    {logistic, "dL/dw = x*(a - y)*x", "the factor `x` is too much"},
    {free_names, "d(ln(1 + x^2))/dx = 2*x/(1 + x^2)^2", "should be"},
    {free_names, "d(sqrt(1 + x^2))/dx = x/(2*sqrt(1 + x^2))", "2"},
    // names and terms
    {logistic, "dL/dw = (a - x)*x", "`x` should be `y`"},
    {logistic, "dL/db = a - z", "`z` should be `y`"},
    {free_names, "(t + x)^2 = t^2 + x^2", ""},
    {free_names, "d(t*x^2 + u*x)/dx = 2*t*x", "the term `u` is missing"},
    {logistic, "dL/dz = a - y + z", "the term `z` is too much"},
    {logistic, "ln(1 - a) = -ln(1 + exp(-z))", "is missing"},
    // parentheses
    {logistic, "dL/dw = x*a - y", "parentheses are missing: `x*(a - y)`"},
    {logistic, "ln(1 - a) = -z + ln(1 + exp(-z))", ""},
    {free_names, "(x + t)/u = x + t/u", "parentheses are missing: `(x + t)/u`"},
    {free_names, "x/(t*u) = x/t*u", "parentheses are missing: `x/(t*u)`"},
    {free_names, "(t*x)^2 = t*x^2", "parentheses are missing: `(t*x)^2`"},
    // functions
    {logistic, "d(relu(z))/dz = where(z > 0, 0, 1)", "branches"},
    {logistic, "L = softplus(z) - y", ""},
    {logistic, "L = softplus(z) + y*z", "the sign of `y*z` should be -"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(wrong_links)

BOOST_AUTO_TEST_CASE(all_are_refuted_and_most_are_mended) {
  std::size_t refuted = 0, expected = 0, mended = 0, as_expected = 0;
  for (const Wrong& w : list) {
    lab::Lab lab;
    const LinkVerdict v = lab.verdict(w.head, w.link);
    const std::string text = lab::show(lab.arena, v);
    BOOST_CHECK_MESSAGE(v.verdict == Verdict::refuted, text);
    if (v.verdict != Verdict::refuted) continue;
    ++refuted;
    BOOST_CHECK_MESSAGE(v.first_wrong && v.counterexample && v.counterexample->left != v.counterexample->right, text);
    mended += v.mend.empty() ? 0 : 1;
    if (std::string(w.mend).empty()) continue;
    ++expected;
    const bool good = v.mend.find(w.mend) != std::string::npos;
    as_expected += good ? 1 : 0;
    BOOST_CHECK_MESSAGE(good, std::string(w.mend) << " was expected: " << text);
    if (v.mended.empty()) continue;
    // What is said to be right must be so.
    const std::string link = w.link;
    const bool left = v.mend.ends_with("on the left side");
    const std::string kept = left ? link.substr(link.find(" = ") + 3) : link.substr(0, link.find(" = "));
    const LinkVerdict again = lab.verdict(w.head, left ? v.mended + " = " + kept : kept + " = " + v.mended);
    BOOST_CHECK_MESSAGE(again.verdict == Verdict::proved, lab::show(lab.arena, again));
  }
  BOOST_TEST_MESSAGE("wrong links: " << refuted << " of " << list.size() << " refuted, " << mended << " mended, "
                                     << as_expected << " of " << expected << " in the expected words");
  BOOST_CHECK_GE(list.size(), 40U);
}

BOOST_AUTO_TEST_SUITE_END()

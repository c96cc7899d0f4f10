// SPDX-License-Identifier: GPL-2.0-or-later
// Where a careless checker is wrong: domains, kinks, cases, empty domains.
#include <boost/test/unit_test.hpp>
#include <sstream>

#include "check/lab.h"
#include "gradus/algebra/facts.h"

using namespace gradus;

namespace {

struct Trap {
  const char* head;
  const char* link;
  Verdict verdict;
  const char* part;  ///< of the reason, the values or the point as they are shown
};

const std::vector<Trap> traps{
    {"input x", "ln(x^2) = 2*ln(x)", Verdict::refuted, "undefined (ln"},
    {"input x\nassume x > 0", "ln(x^2) = 2*ln(x)", Verdict::proved, ""},
    {"input x", "ln(x^2) = 2*ln(abs(x))", Verdict::proved, "x"},
    {"input x", "sqrt(x^2) = x", Verdict::refuted, "x=-"},
    {"input x\nassume x >= 0", "sqrt(x^2) = x", Verdict::proved, ""},
    {"input x", "sqrt(x)^2 = x", Verdict::refuted, "undefined"},
    {"input x", "x/x = 1", Verdict::proved, "for x != 0"},
    {"input x\nassume x > 0", "x/x = 1", Verdict::proved, "normal form 0"},
    {"input x, t", "(x^2 - t^2)/(x - t) = x + t", Verdict::proved, "!= 0"},
    {"input a, b", "ln(a*b) = ln(a) + ln(b)", Verdict::refuted, "undefined"},
    {"input a, b\nassume a > 0, b > 0", "ln(a*b) = ln(a) + ln(b)", Verdict::proved, ""},
    {"input a, b\nassume a < 0, b < 0", "ln(a*b) = ln(-a) + ln(-b)", Verdict::proved, ""},
    {"input x", "ln(exp(x)) = x", Verdict::proved, ""},
    {"input x", "exp(ln(x)) = x", Verdict::refuted, "undefined"},
    {"input x", "1/(x - x) = 1", Verdict::refuted, "undefined"},
    {"input x", "1/(x - x) = 1/(x - x)", Verdict::refuted, "undefined"},
    {"input x", "ln(x - x) = ln(0*x)", Verdict::refuted, "undefined"},
    {"input x", "1/relu(x) = 1/x", Verdict::refuted, "undefined"},
    {"input x\nt = ln(-1 - x^2)", "x = x", Verdict::undecided, "no point"},
    {"input x\nassume x > 1, x < 0", "x = x", Verdict::undecided, "no point"},
    {"input x", "d(relu(x))/dx = where(x > 0, 1, 0)", Verdict::proved, "x != 0"},
    {"input x", "d(relu(x))/dx = where(x >= 0, 1, 0)", Verdict::proved, "x != 0"},
    {"input x", "d(relu(x))/dx = (1 + sign(x))/2", Verdict::proved, "x != 0"},
    {"input x", "d(abs(x))/dx = x/abs(x)", Verdict::proved, "x != 0"},
    {"input x", "d(abs(x))/dx = 1", Verdict::refuted, "x=-"},
    {"input x", "d(ln(x))/dx = 1/x", Verdict::refuted, "undefined"},
    {"input x\nassume x > 0", "d(ln(x))/dx = 1/x", Verdict::proved, ""},
    {"input y\nparam z\nassume y in {0, 1}", "where(y == 1, exp(z), 1) = exp(y*z)", Verdict::proved, ""},
    {"input y\nparam z\nassume y in {0, 1}", "y^2*z = y*z", Verdict::proved, ""},
    {"input y\nparam z", "y^2*z = y*z", Verdict::refuted, ""},
    {"input y\nparam z\nassume y in {0, 1}", "y*z/y = z", Verdict::refuted, "undefined"},
    {"input y\nparam z\nassume y in {-1, 1}", "y*z/y = z", Verdict::proved, ""},
    {"input y\nparam z\nassume y in {0, 1}", "where(y == 1, z, 2*z) = z + z*y", Verdict::refuted, ""},
    {"input p, q, r\nassume p + q + r = 1", "p + q = 1 - r", Verdict::proved, ""},
    {"input p, q, r\nassume p + q + r = 1", "p + q = 1 + r", Verdict::refuted, ""},
    {"input x", "where(x == 2, 5, x) = x", Verdict::proved, "for x != 2"},
    {"input x", "max(x, 1000) = 1000", Verdict::refuted, ""},
    {"input x", "where(abs(x) <= 500, x, 500*sign(x)) = x", Verdict::refuted, ""},
    {"input x", "x^2 = x^3/x", Verdict::proved, "x != 0"},
    {"input x, y\nparam w\nassume 0 < y < 1\np = w*x\nL = -y*ln(p) - (1 - y)*ln(1 - p)", "dL/dw = x*y/p",
     Verdict::refuted, ""},
    {"input x\nfunction g(t)", "d(g(x^2))/dx = g'(x^2)", Verdict::refuted, "for example"},
    {"input x\nfunction g(t)", "g(2*x) = 2*g(x)", Verdict::refuted, "for example"},
    {"input x", "x^(1/2)*x^(1/2) = x", Verdict::refuted, "undefined"},
    {"input x", "tan(x) = sin(x)/cos(x)", Verdict::proved, ""},
    {"input x", "exp(1000*x) = exp(999*x)", Verdict::refuted, ""},
    {"input x", "10^20*x + 1 = 10^20*x", Verdict::refuted, ""},
    {"input x", "x + 1/10^30 = x", Verdict::refuted, ""},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(domain_traps)

BOOST_AUTO_TEST_CASE(none_is_fallen_into) {
  for (const Trap& t : traps) {
    lab::Lab lab;
    try {
      const LinkVerdict v = lab.verdict(t.head, t.link);
      const std::string text = lab::show(lab.arena, v);
      BOOST_CHECK_MESSAGE(v.verdict == t.verdict, lab::name_of(t.verdict) << " was expected: " << text);
      BOOST_CHECK_MESSAGE(text.find(t.part) != std::string::npos, t.part << " was expected: " << text);
      BOOST_CHECK_EQUAL(v.counterexample.has_value(), v.verdict == Verdict::refuted);
    } catch (const std::exception& e) {
      BOOST_ERROR(std::string(t.link) + ": " + e.what());
    }
  }
}

// Where the sides differ without refuting the link: named once, and only if they do.
// Every function has values that points of the domain are found by.
BOOST_AUTO_TEST_CASE(names_of_values_of_all_functions_are_judged) {
  lab::Lab lab;
  std::size_t judged = 0;
  for (const Function& f : lab.engine.catalogue.functions.all()) {
    if (f.parameters.size() != 1) continue;
    // Within the domains of all, of the inverse hyperbolic cosine too.
    const bool large = f.name == "acosh";
    lab::Lab own;
    const auto all = own.verdicts(std::string("param w\nassume 0 < w < 1\nJ = 2 + ") + f.name +
                                  (large ? "(w + 2)" : "(w)") + "\nclaim J = 3*J + 1/7\nclaim 2*J = J + J\n");
    ++judged;
    BOOST_TEST((all.at(0).verdict == Verdict::refuted), f.name << ": " << all.at(0).reason);
    BOOST_TEST((all.at(1).verdict == Verdict::proved), f.name << ": " << all.at(1).reason);
  }
  BOOST_TEST(judged >= 30U);
}

BOOST_AUTO_TEST_CASE(exceptions_are_named) {
  const std::string head = "input x, y, t\nparam c\nassume c > 0, t in {-1, 1}", none;
  const std::vector<std::pair<std::string, std::string>> links{
      {"where(x > y, 1, 0) + where(y > x, 1, 0) = 1", "; for x != y"},
      {"where(x > y, 1, 0) + where(y >= x, 1, 0) = 1", none},
      {"where(x == y, 1, 0) = 0", "; for x != y"},
      {"where(x == 0, 0, x) = x", none},
      {"where(x == 0, 1, sin(x)/x) = sin(x)/x", "; for x != 0"},
      {"sign(x)^2 = 1", "; for x != 0"},
      {"sign(x)*sign(y) = sign(x*y)", none},
      {"sign(x)*x = abs(x)", none},
      {"where(x > 0, x, -x) = abs(x)", none},
      {"where(c > 0, 1, 0) = 1", none},
      {"sign(c)*x = x", none},
      {"where(t == 1, x, -x) = t*x", none},
      {"where(t*x > 0, 1, -1) = t*sign(x)", "; for x != 0"},
      {"where(x^2 + y^2 > 1, 1, 0) = 1 - where(x^2 + y^2 <= 1, 1, 0)", none},
      {"where(x^2 + y^2 > 1, 1, 0) = 1 - where(x^2 + y^2 < 1, 1, 0)", "; for x^2 + y^2 != 1"},
      {"d(max(x, y))/dx = (1 + sign(x - y))/2", "; for x != y"},
      {"d(relu(x))/dx = where(x > 0, 1, 0)", "; for x != 0"},
      {"1/(1/x) + 1/(1/y) = x + y", "; for x != 0 and y != 0"},
  };
  for (const auto& [link, exceptions] : links) {
    lab::Lab lab;
    const LinkVerdict v = lab.verdict(head, link);
    BOOST_TEST_CONTEXT(link) {
      BOOST_CHECK(v.verdict == Verdict::proved);
      BOOST_CHECK_EQUAL(v.reason.substr(std::min(v.reason.find("; for "), v.reason.size())), exceptions);
    }
  }
}

BOOST_AUTO_TEST_CASE(counterexamples_list_the_names_of_the_link_in_order) {
  lab::Lab lab;
  const LinkVerdict v = lab.verdict("input x, y, unused\nparam w, b\nz = w*x + b", "z = w*x - b");
  BOOST_REQUIRE(v.counterexample);
  std::vector<std::string> names;
  for (const auto& [name, value] : v.counterexample->point) names.push_back(name);
  BOOST_CHECK((names == std::vector<std::string>{"x", "w", "b"}));
  BOOST_CHECK_NE(v.counterexample->left, v.counterexample->right);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_defined_is_undecided) {
  lab::Lab lab;
  const ModelFile file = lab.read("input x\nclaim x = x\n");
  const Facts facts(lab.arena, lab.catalogue.functions, &file.models[0]);
  const LinkVerdict v = check_equation(lab.engine, file.models[0], facts, lab.arena.symbol("q"), lab.arena.symbol("x"));
  BOOST_CHECK(v.verdict == Verdict::undecided);
  BOOST_CHECK_EQUAL(v.reason, "`q` is not defined");
}

BOOST_AUTO_TEST_CASE(long_chains_of_names_are_judged) {
  std::ostringstream text;
  text << "input x, y\nparam w\na0 = x\n";
  const int n = 1000;
  for (int k = 1; k <= n; ++k) text << "a" << k << " = tanh(w*a" << k - 1 << ")\n";
  text << "claim a" << n << " = tanh(w*a" << n - 1 << ")\n";
  text << "claim a" << n << " = tanh(x*a" << n - 1 << ")\n";
  lab::Lab lab;
  const auto v = lab.verdicts(text.str());
  BOOST_REQUIRE_EQUAL(v.size(), 2U);
  BOOST_CHECK(v[0].verdict == Verdict::proved);
  BOOST_CHECK_EQUAL(v[0].reason, "both sides unfold to the same expression");
  BOOST_CHECK(v[1].verdict != Verdict::proved);
}

BOOST_AUTO_TEST_SUITE_END()

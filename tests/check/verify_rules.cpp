// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/check/verify_rules.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "check/verify_rules_series.h"

namespace gradus {
namespace {

const std::filesystem::path root = GRADUS_SOURCE_DIR;

SourcePtr file(const std::string& path) {
  std::ifstream in(root / path, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(in, "cannot read " << path);
  return std::make_shared<const Source>(
      Source{path, {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}});
}

// The real catalogue, or only its functions, and further rules or functions.
enum class With { all, functions };
struct Checked {
  explicit Checked(const std::string& text, With with)
      : Checked(std::make_shared<const Source>(Source{"some.rules", text}), with) {}
  explicit Checked(SourcePtr more, With with) {
    std::vector<SourcePtr> files = with == With::all ? rules_from_directory((root / "rules").string())
                                                     : std::vector<SourcePtr>{file("rules/functions.rules")};
    if (more) files.push_back(std::move(more));
    catalogue = load_catalogue(arena, files);
  }
  RuleReport rule(const std::string& name) {
    const Rule* r = catalogue.rule(name);
    BOOST_REQUIRE(r != nullptr);
    return verify_rule(engine, *r);
  }
  RuleReport function(const std::string& name, std::size_t arity = 1) {
    const Function* f = catalogue.functions.find(name, arity);
    BOOST_REQUIRE(f != nullptr);
    return verify_function(engine, *f);
  }
  Arena arena;
  Catalogue catalogue;
  Engine engine{arena, catalogue};
};

std::string one_rule(const std::string& fields) {
  return "group some\nrule some-rule\n" + fields + "  says \"A sentence.\"\nstrategy only = group some\n";
}

RuleReport checked(const std::string& fields) { return Checked(one_rule(fields), With::functions).rule("some-rule"); }

}  // namespace

BOOST_AUTO_TEST_SUITE(verifying_rules)

BOOST_AUTO_TEST_CASE(every_broken_rule_is_refuted) {
  Checked c(file("tests/rule/broken.rules"), With::functions);
  long broken = 0;
  for (const Rule& rule : c.catalogue.rules) {
    if (rule.group != "broken") continue;
    ++broken;
    const RuleReport report = verify_rule(c.engine, rule);
    BOOST_TEST_CONTEXT(rule.name << ": " << report.detail) {
      BOOST_CHECK(report.outcome == RuleOutcome::refuted);
      BOOST_TEST(!report.counterexample.empty());
      BOOST_TEST(report.name == rule.name);
      BOOST_TEST(report.kind == "rule");
    }
  }
  BOOST_TEST(broken >= 40);
}

BOOST_AUTO_TEST_CASE(the_catalogue_holds) {
  Checked c(SourcePtr{}, With::all);
  const std::vector<RuleReport> reports = verify_rules(c.engine);
  BOOST_TEST(reports.size() >= c.catalogue.rules.size() + c.catalogue.functions.all().size());
  std::map<std::string, long> kinds;
  for (const RuleReport& r : reports) {
    ++kinds[r.kind];
    BOOST_TEST_CONTEXT(r.kind << " " << r.name << ": " << r.detail << " " << r.counterexample) {
      BOOST_CHECK(r.outcome == RuleOutcome::proved || r.outcome == RuleOutcome::sampled);
      if (r.outcome == RuleOutcome::sampled) BOOST_TEST(r.samples >= 200);
    }
  }
  BOOST_TEST(kinds["rule"] == static_cast<long>(c.catalogue.rules.size()));
  BOOST_TEST(kinds["function"] == static_cast<long>(c.catalogue.functions.all().size()));
  BOOST_TEST(kinds["reject"] >= 3);
  BOOST_TEST(kinds["computed"] >= 5);
}

BOOST_AUTO_TEST_CASE(right_rules) {
  BOOST_CHECK(checked("  from (a + b)*(a - b)\n  to a^2 - b^2\n").outcome == RuleOutcome::proved);
  BOOST_CHECK(checked("  from ln(p*q)\n  to ln(p) + ln(q)\n  if p > 0, q > 0\n").outcome == RuleOutcome::proved);
  BOOST_CHECK(checked("  from a/b + c/b\n  to (a + c)/b\n").outcome == RuleOutcome::proved);
  const RuleReport root = checked("  from sqrt(u^2)\n  to abs(u)\n");
  BOOST_CHECK(root.outcome == RuleOutcome::proved || root.outcome == RuleOutcome::sampled);
  BOOST_TEST(root.samples >= 200);
  const RuleReport quotient = checked("  from d(u/v)\n  to (d(u)*v - u*d(v))/v^2\n  if v != 0\n");
  BOOST_CHECK(quotient.outcome == RuleOutcome::sampled);
  BOOST_TEST(quotient.samples >= 200);
  const RuleReport second = checked("  from d(d(f(u)))\n  to f''(u)*d(u)^2 + f'(u)*d(d(u))\n");
  BOOST_CHECK(second.outcome == RuleOutcome::sampled);
}

// A check that knows nothing fails: a condition that no sample meets, and one that nothing meets.
BOOST_AUTO_TEST_CASE(too_few_samples) {
  const RuleReport report = checked("  from sin(u)\n  to cos(u)\n  if u > 5, u < 5\n");
  BOOST_CHECK(report.outcome == RuleOutcome::failed);
  BOOST_TEST(report.detail.find("only 0 of 200") != std::string::npos);
  const RuleReport narrow = checked("  from d(f(u))\n  to f'(u)*d(u)\n  if 7/1000 < u, u < 8/1000, u > 1\n");
  BOOST_CHECK(narrow.outcome == RuleOutcome::failed);
}

BOOST_AUTO_TEST_CASE(points_to_reject) {
  const auto rejects = [](const std::string& fields) {
    Checked c(one_rule(fields), With::functions);
    const auto reports = verify_rejects(c.engine, *c.catalogue.rule("some-rule"));
    BOOST_REQUIRE_EQUAL(reports.size(), 1U);
    BOOST_TEST(reports[0].kind == "reject");
    return reports[0];
  };
  const std::string product = "  from ln(p*q)\n  to ln(p) + ln(q)\n  if p > 0, q > 0\n";
  BOOST_CHECK(rejects(product + "  reject p = -1, q = -2\n").outcome == RuleOutcome::proved);
  // The condition holds there.
  const RuleReport inside = rejects(product + "  reject p = 1, q = 2\n");
  BOOST_CHECK(inside.outcome == RuleOutcome::failed);
  BOOST_TEST(inside.detail.find("does not refuse") != std::string::npos);
  // Refused, but neither side has a value there: the point shows nothing.
  BOOST_CHECK(rejects(product + "  reject p = -1, q = 2\n").outcome == RuleOutcome::failed);
  // Refused, but the rule is right there.
  BOOST_CHECK(rejects("  from sqrt(u^2)\n  to u\n  if u > 0\n  reject u = 0\n").outcome == RuleOutcome::failed);
  BOOST_CHECK(rejects("  from sqrt(u^2)\n  to u\n  if u > 0\n  reject u = -3\n").outcome == RuleOutcome::proved);
  // Refused by a type.
  BOOST_CHECK(rejects("  from cos(2*pi*n)\n  to 1\n  where n: integer\n  reject n = 1/2\n").outcome ==
              RuleOutcome::proved);
  // A rule of differentiation: |u| at a negative u.
  BOOST_CHECK(rejects("  from d(abs(u))\n  to d(u)\n  if u > 0\n  reject u = -2\n").outcome == RuleOutcome::proved);
}

BOOST_AUTO_TEST_CASE(functions_that_are_wrong) {
  const auto outcome = [](const std::string& fields) {
    Checked c("function some_f(u)\n" + fields + "  latex {u}\n  c++ {u}\n  says \"A sentence.\"\n", With::all);
    return c.function("some_f");
  };
  const auto refuted = [&](const std::string& fields, const std::string& because) {
    const RuleReport r = outcome(fields);
    BOOST_TEST_CONTEXT(fields << r.detail) {
      BOOST_CHECK(r.outcome == RuleOutcome::refuted);
      BOOST_TEST(r.detail.find(because) != std::string::npos);
      BOOST_TEST(!r.counterexample.empty());
      BOOST_TEST(r.name == "some_f(u)");
    }
  };
  refuted("  is ln(1 + exp(2*u))\n  derivative sigmoid(2*u)\n", "derivative by `u` is wrong");
  refuted("  is u^2\n  range value > 1\n  derivative 2*u\n", "not in the range");
  refuted("  is ln(u)\n  derivative 1/u\n", "no value inside the domain");
  refuted("  is u^3\n  domain u > 0\n  derivative 3*u^2\n", "value outside the domain");
  refuted("  is u^2\n  derivative ln(u)/ln(u)*2*u\n", "has no value");
  refuted("  is abs(u)\n  derivative 1\n  kinks u == 0\n", "derivative by `u` is wrong");
  BOOST_CHECK(outcome("  is u^3 + exp(u)\n  derivative 3*u^2 + exp(u)\n").outcome == RuleOutcome::proved);
  BOOST_CHECK(outcome("  is ln(u)\n  domain u > 5, u < 5\n  derivative 1/u\n").outcome != RuleOutcome::proved);
}

BOOST_AUTO_TEST_CASE(computed_forms) {
  const auto outcome = [](const std::string& is, const std::string& computed, const std::string& domain = "") {
    Checked c("function some_f(u)\n  is " + is + "\n" + (domain.empty() ? "" : "  domain " + domain + "\n") +
                  "  derivative u\n  latex {u}\n  computed " + computed + "\n  says \"A sentence.\"\n",
              With::all);
    const RuleReport r = verify_computed(c.engine, *c.catalogue.functions.find("some_f", 1));
    BOOST_TEST(r.kind == "computed");
    BOOST_TEST((r.outcome == RuleOutcome::refuted) == !r.counterexample.empty());
    return r.outcome;
  };
  BOOST_CHECK(outcome("ln(1 + exp(u))", "max(u, 0) + log1p(exp(-abs(u)))") == RuleOutcome::proved);
  BOOST_CHECK(outcome("1/(1 + exp(-u))", "where(u >= 0, 1, exp(u))/(1 + exp(-abs(u)))") == RuleOutcome::proved);
  // Wrong on one side of zero, wrong by a little, without a value at some points.
  BOOST_CHECK(outcome("1/(1 + exp(-u))", "1/(1 + exp(-abs(u)))") == RuleOutcome::refuted);
  BOOST_CHECK(outcome("ln(1 + exp(u))", "max(u, 0) + exp(-abs(u))") == RuleOutcome::refuted);
  BOOST_CHECK(outcome("u^2", "exp(2*ln(u))") == RuleOutcome::refuted);
  BOOST_CHECK(outcome("u^2", "exp(2*ln(u))", "u > 0") == RuleOutcome::proved);
  BOOST_CHECK(outcome("u^2", "exp(2*ln(u))", "u > 5, u < 5") == RuleOutcome::failed);
}

BOOST_AUTO_TEST_CASE(the_table_of_functions_holds) {
  Checked c(SourcePtr{}, With::all);
  for (const char* name : {"sigmoid", "softplus", "tanh", "logit", "sinh", "cosh", "log1p", "expm1", "sqrt"}) {
    const RuleReport r = c.function(name);
    BOOST_TEST_CONTEXT(name << ": " << r.detail) BOOST_CHECK(r.outcome == RuleOutcome::proved);
  }
}

BOOST_AUTO_TEST_CASE(reports_are_the_same_each_time) {
  const std::string fields = "  from sqrt(u^2)\n  to u\n";
  const RuleReport a = checked(fields), b = checked(fields);
  BOOST_TEST(a.counterexample == b.counterexample);
  BOOST_TEST(a.counterexample.find("u = -") == 0U);
}

// The derivatives that the rules are compared with, against values worked out by hand.
BOOST_AUTO_TEST_CASE(power_series) {
  Checked c(SourcePtr{}, With::all);
  Arena& a = c.arena;
  const FunctionTable& table = c.catalogue.functions;
  const Expr t = a.symbol("_");
  const auto d = [&](Expr e) { return a.make(Op::Deriv, {e, t}); };
  const auto value = [&](Expr e, const Rational& at) { return verify::series_value(a, table, e, at); };
  using State = verify::SeriesValue::State;
  const auto is = [&](Expr e, const Rational& at, const Rational& wanted) {
    const auto v = value(e, at);
    const Rational margin = Rational(1) / cln::expt(Rational(10), 30);
    return v.state == State::defined && v.lower <= wanted && wanted <= v.upper && v.upper - v.lower < margin;
  };
  BOOST_TEST(is(d(a.pow(t, a.number(3))), 5, 75));
  BOOST_TEST(is(d(d(a.pow(t, a.number(3)))), 5, 30));
  BOOST_TEST(is(d(a.pow(t, a.number(-2))), 2, Rational(-1) / 4));
  BOOST_TEST(is(d(a.call("exp", {t})), 0, 1));
  BOOST_TEST(is(d(a.call("ln", {t})), 4, Rational(1) / 4));
  BOOST_TEST(is(d(a.call("sin", {a.mul(a.number(3), t)})), 0, 3));
  BOOST_TEST(is(d(a.call("sigmoid", {t})), 0, Rational(1) / 4));
  BOOST_TEST(is(d(a.call("sqrt", {t})), 4, Rational(1) / 4));
  BOOST_TEST(is(d(a.call("abs", {t})), -3, -1));
  BOOST_TEST(is(d(a.call("atan", {t})), 2, Rational(1) / 5));
  BOOST_TEST(is(d(a.call("max", {t, a.number(1)})), 2, 1));
  BOOST_TEST(is(d(a.call("max", {t, a.number(1)})), 0, 0));
  BOOST_TEST(is(d(a.mul(d(a.pow(t, a.number(2))), t)), 3, 12));
  BOOST_CHECK(value(a.call("ln", {t}), -1).state == State::undefined);
  BOOST_CHECK(value(a.pow(t, a.number(-1)), 0).state == State::unknown);
  BOOST_CHECK(value(a.pow(t, a.fraction(1, 2)), -1).state == State::undefined);
  BOOST_CHECK(value(d(a.call("abs", {t})), 0).state == State::unknown);
  BOOST_CHECK(value(a.symbol("x"), 0).state == State::unknown);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace gradus

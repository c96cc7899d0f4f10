// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "gradus/expr/expr.h"
#include "gradus/rule/rewrite.h"
#include "gradus/rule/rule.h"

namespace gradus {
namespace {

namespace fs = std::filesystem;
const fs::path root = GRADUS_SOURCE_DIR;

SourcePtr source(std::string name, std::string text) {
  return std::make_shared<const Source>(Source{std::move(name), std::move(text)});
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(in, "cannot read " << path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

SourcePtr functions() { return source("functions.rules", read(root / "rules/functions.rules")); }

Catalogue load(Arena& arena, std::string text) {
  return load_catalogue(arena, {functions(), source("some.rules", std::move(text))});
}

std::string refusal(const std::vector<SourcePtr>& files) {
  Arena arena;
  try {
    load_catalogue(arena, files);
  } catch (const Error& error) {
    return render(error);
  }
  return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(read_rules)

// The exact text of every refusal. UPDATE_GOLDEN=1 writes the expectations anew, for review.
BOOST_AUTO_TEST_CASE(what_is_refused) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(root / "tests/rule/reject")) {
    if (entry.path().extension() == ".rules") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  BOOST_REQUIRE_GE(files.size(), 50U);
  for (const fs::path& file : files) {
    const std::string got = refusal({functions(), source(file.filename().string(), read(file))});
    const fs::path expected = fs::path(file).replace_extension(".err");
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(expected, std::ios::binary) << got;
    BOOST_TEST_CONTEXT(file.filename().string()) {
      BOOST_TEST(got != "accepted");
      BOOST_TEST(got == read(expected));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_rule_with_every_field) {
  Arena arena;
  const Catalogue c = load(arena, R"(group logs   # the group
rule ln-of-power
  from   ln(u^n)      # a comment
  to     n *
         ln(u)        # the side goes on
  if     u > 0,
         n != 0
  where  n: integer
  says   "The logarithm of a power
          is a multiple."
  cite   DLMF   4.8.13
  reject u = -2, n = 2
  reject u = -1/3, n = -4
  enlarges
  quiet
strategy s = repeat 7 (first(group logs, rule flatten))
)");
  const Rule* rule = c.rule("ln-of-power");
  BOOST_REQUIRE(rule != nullptr);
  BOOST_TEST(c.rule("no-such-rule") == nullptr);
  const Expr u = arena.symbol("u"), n = arena.symbol("n");
  BOOST_CHECK(rule->from == arena.call("ln", {arena.pow(u, n)}));
  BOOST_CHECK(rule->to == arena.mul(n, arena.call("ln", {u})));
  BOOST_REQUIRE_EQUAL(rule->conditions.size(), 2U);
  BOOST_CHECK(rule->conditions[0] == arena.make(Op::Gt, {u, arena.number(0)}));
  BOOST_CHECK(rule->conditions[1] == arena.make(Op::Ne, {n, arena.number(0)}));
  BOOST_REQUIRE_EQUAL(rule->variables.size(), 2U);
  BOOST_CHECK(rule->variables.at("u") == VarType::any);
  BOOST_CHECK(rule->variables.at("n") == VarType::integer);
  BOOST_TEST(rule->group == "logs");
  BOOST_TEST(rule->says == "The logarithm of a power is a multiple.");
  BOOST_TEST(rule->cite == "DLMF 4.8.13");
  BOOST_TEST(rule->enlarges);
  BOOST_TEST(rule->quiet);
  BOOST_REQUIRE_EQUAL(rule->rejects.size(), 2U);
  BOOST_CHECK(rule->rejects[0].at("u") == -2);
  BOOST_CHECK(rule->rejects[1].at("u") == Rational(-1) / Rational(3));
  BOOST_TEST(rule->place.position().line == 2U);
  BOOST_TEST(rule->place.text() == "ln-of-power");

  const Strategy& s = c.strategies.at("s");
  BOOST_CHECK(s.kind == Strategy::Kind::repeat);
  BOOST_TEST(s.fuel == 7U);
  BOOST_REQUIRE_EQUAL(s.children.size(), 1U);
  BOOST_CHECK(s.children[0].kind == Strategy::Kind::first);
  BOOST_REQUIRE_EQUAL(s.children[0].children.size(), 2U);
  BOOST_CHECK(s.children[0].children[0].kind == Strategy::Kind::group);
  BOOST_TEST(s.children[0].children[0].name == "logs");
  BOOST_CHECK(s.children[0].children[1].kind == Strategy::Kind::rule);
  BOOST_REQUIRE_EQUAL(c.groups.at("logs").size(), 1U);
  BOOST_TEST(c.rules[c.groups.at("logs")[0]].name == "ln-of-power");
}

BOOST_AUTO_TEST_CASE(variables_of_every_kind) {
  Arena arena;
  const Catalogue c = load(arena, R"(rule chain
  from  d(f(u) + c*v + rest...)
  to    f'(u)*d(u) + c*d(v) + d(rest...)
  where c: number, v: name
  if    free(c), not (v == 0 and u < 1)
  says  "The chain rule and more."
strategy s = group some
)");
  const Rule* rule = c.rule("chain");
  BOOST_REQUIRE(rule != nullptr);
  BOOST_CHECK(rule->variables.at("f") == VarType::function);
  BOOST_CHECK(rule->variables.at("u") == VarType::any);
  BOOST_CHECK(rule->variables.at("c") == VarType::number);
  BOOST_CHECK(rule->variables.at("v") == VarType::name);
  BOOST_CHECK(rule->variables.at("rest") == VarType::rest);
  BOOST_TEST(rule->variables.size() == 5U);
  BOOST_CHECK(arena.is(rule->from, Op::Deriv));
  BOOST_TEST(arena.name(arena.child(rule->from, 1)) == "_");
  BOOST_TEST(rule->group == "some");
  BOOST_REQUIRE_EQUAL(rule->conditions.size(), 2U);
  BOOST_TEST(arena.name(rule->conditions[0]) == "free");
}

BOOST_AUTO_TEST_CASE(strategies_of_every_kind) {
  Arena arena;
  const Catalogue c = load(arena, R"(cost short
  Add 1, Mul 2,
  exp 3, function 4
strategy inner = topdown(rule flatten)
strategy outer = best-by short (
    inner,
    try(rule fold-numbers, bottomup(rule flatten)))
)");
  const Strategy& s = c.strategies.at("outer");
  BOOST_CHECK(s.kind == Strategy::Kind::best_by);
  BOOST_TEST(s.name == "short");
  BOOST_REQUIRE_EQUAL(s.children.size(), 2U);
  BOOST_CHECK(s.children[0].kind == Strategy::Kind::named);
  BOOST_TEST(s.children[0].name == "inner");
  BOOST_CHECK(s.children[1].kind == Strategy::Kind::attempt);
  BOOST_REQUIRE_EQUAL(s.children[1].children.size(), 1U);  // several become a sequence
  BOOST_CHECK(s.children[1].children[0].kind == Strategy::Kind::seq);
  BOOST_TEST(s.children[1].children[0].children.size() == 2U);
  BOOST_CHECK(c.strategies.at("inner").kind == Strategy::Kind::topdown);
  BOOST_TEST(c.costs.at("short").at("Mul") == 2);
  BOOST_TEST(c.costs.at("short").at("function") == 4);
}

BOOST_AUTO_TEST_CASE(the_table_of_functions) {
  Arena arena;
  const Catalogue c = load_catalogue(arena, {functions()});
  const std::set<std::string> wanted{
      "exp",           "ln",        "log1p",    "expm1",     "sqrt",       "hypot",      "abs",
      "sign",          "min",       "max",      "sin",       "cos",        "tan",        "atan",
      "sinh",          "cosh",      "tanh",     "sigmoid",   "relu",       "leaky_relu", "softplus",
      "logit",         "log2",      "log10",    "logaddexp", "xlogx",      "xlogy",      "asin",
      "acos",          "asinh",     "acosh",    "atanh",     "erf",        "erfc",       "erfcx",
      "lgamma",        "digamma",   "trigamma", "polygamma", "normal_pdf", "normal_cdf", "log_normal_cdf",
      "inverse_mills", "elu",       "selu",     "silu",      "gelu",       "gelu_tanh",  "mish",
      "hard_sigmoid",  "hard_tanh", "softsign"};
  std::set<std::string> there;
  for (const Function& f : c.functions.all()) {
    there.insert(f.name);
    BOOST_TEST(f.derivative.size() == f.parameters.size());
    BOOST_TEST(!f.latex.empty());
    BOOST_TEST(f.cpp.empty() == f.computed.has_value());
    BOOST_TEST(!f.says.empty());
    BOOST_TEST(!f.cite.empty());
  }
  BOOST_TEST(there == wanted, boost::test_tools::per_element());
  BOOST_TEST(c.functions.canonical("log") == "ln");
  BOOST_TEST(c.functions.canonical("logistic") == "sigmoid");
  BOOST_TEST(c.functions.canonical("swish") == "silu");
  BOOST_CHECK(c.functions.find("leaky_relu", 1) != nullptr);
  BOOST_CHECK(c.functions.find("leaky_relu", 2) != nullptr);
  const Function* sigmoid = c.functions.find("sigmoid", 1);
  BOOST_REQUIRE(sigmoid != nullptr);
  BOOST_TEST(print(arena, *sigmoid->definition) == "1/(1 + exp(-u))");
  BOOST_TEST(print(arena, sigmoid->derivative[0]) == "sigmoid(u)*(1 - sigmoid(u))");
  BOOST_TEST(sigmoid->range.size() == 2U);
  const Function* ln = c.functions.find("ln", 1);
  BOOST_REQUIRE(ln != nullptr);
  BOOST_TEST(!ln->definition.has_value());
  BOOST_REQUIRE_EQUAL(ln->domain.size(), 1U);
  BOOST_TEST(print(arena, ln->domain[0]) == "u > 0");
  // Functions that are native to the evaluator are exactly those without a definition.
  std::set<std::string> primitive;
  for (const Function& f : c.functions.all()) {
    if (!f.definition) primitive.insert(f.name);
  }
  BOOST_TEST(primitive == (std::set<std::string>{"exp", "ln", "sin", "cos", "atan", "abs", "sign", "erf", "lgamma",
                                                 "digamma", "polygamma"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_embedded_rules_are_those_of_the_directory) {
  const auto embedded = embedded_rules();
  const auto files = rules_from_directory((root / "rules").string());
  BOOST_REQUIRE_EQUAL(embedded.size(), files.size());
  BOOST_REQUIRE_GE(embedded.size(), 4U);
  for (std::size_t k = 0; k < files.size(); ++k) {
    BOOST_TEST(fs::path(embedded[k]->name).filename().string() == fs::path(files[k]->name).filename().string());
    BOOST_TEST(embedded[k]->text == files[k]->text);
  }
  Arena arena;
  const Catalogue c = load_catalogue(arena, embedded);
  BOOST_TEST(c.rules.size() >= 40U);
  for (std::size_t k = 0; k < c.rules.size(); ++k) BOOST_TEST(c.rule_index.at(c.rules[k].name) == k);
}

BOOST_AUTO_TEST_CASE(directories_that_hold_no_rules) {
  BOOST_CHECK_THROW(rules_from_directory((root / "no-such-directory").string()), Error);
  BOOST_CHECK_THROW(rules_from_directory((root / "include").string()), Error);
}

// Pieces of real rule files, cut at every length: refused or accepted, never anything else.
BOOST_AUTO_TEST_CASE(cut_files) {
  const std::string text = read(root / "rules/derivative.rules").substr(0, 900) +
                           "cost c\n  Add 1\nstrategy s = repeat 5 (first(group some, rule flatten))\n";
  long refused = 0;
  for (std::size_t k = 0; k < text.size(); ++k)
    refused += refusal({functions(), source("some.rules", text.substr(0, k))}) != "accepted";
  BOOST_TEST(refused > 500);
  for (const char c : std::string("\"(){}#,;=\t\n\\\0\xff", 14)) {
    for (std::size_t k = 0; k < text.size(); k += 7) {
      std::string broken = text;
      broken[k] = c;
      refusal({functions(), source("some.rules", broken)});
    }
  }
}

BOOST_AUTO_TEST_CASE(deep_strategies_are_refused) {
  std::string text = "strategy s = ";
  for (int k = 0; k < 100000; ++k) text += "seq(";
  BOOST_TEST(refusal({source("some.rules", text)}).find("nested more than 100 deep") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/report/derivations.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "report/layout.h"

using namespace gradus;
using Json = nlohmann::ordered_json;

namespace {

struct Fixture {
  Expr s(const char* name) { return arena.symbol(name); }
  // dL/dw = dL/dz*dz/dw = (a - y)*x = x*(a - y)
  Derivation chain() {
    const Expr start = arena.make(Op::Deriv, {s("L"), s("w")});
    const Expr product = arena.mul(arena.make(Op::Deriv, {s("L"), s("z")}), arena.make(Op::Deriv, {s("z"), s("w")}));
    const Expr found = arena.mul(arena.sub(s("a"), s("y")), s("x"));
    const Expr turned = arena.mul(s("x"), arena.sub(s("a"), s("y")));
    Derivation d{s("L"), s("w"), "chain", start, turned, {}, {}, {}};
    d.steps.push_back({"chain-rule", true, false, "", start, product, "Outer times inner derivative.", "", product});
    d.steps.push_back({"found-before", false, false, "", product, found, "Both were found before.", "x > 0", found});
    d.steps.push_back({"order-factors", false, true, "", found, turned, "Factors are put in order.", "", turned});
    return d;
  }
  Derivation direct() {
    Derivation d = chain();
    d.method = "direct";
    return d;
  }
  Derivation declined() {
    Derivation d{s("L"), s("w"), "direct", s("L"), s("L"), {}, "more than 10 nodes", {}};
    return d;
  }
  std::string text(const DerivationReport& r, StepDetail steps, std::size_t width = 100) {
    ReportOptions o;
    o.steps = steps;
    o.width = width;
    return derivations_text(arena, r, o);
  }
  Json json(const DerivationReport& r, StepDetail steps, bool lines = true, std::size_t max_line = 20'000) {
    ReportOptions o;
    o.steps = steps;
    o.lines = lines;
    o.max_line = max_line;
    return Json::parse(derivations_json(arena, r, o));
  }
  Arena arena;
  FunctionTable functions;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(derivation_reports)

BOOST_FIXTURE_TEST_CASE(text_with_all_steps, Fixture) {
  BOOST_TEST(text({{chain()}, {}}, StepDetail::all) ==
             "dL/dw by the chain rule\n"
             "\n"
             "  dL/dw = dL/dz*dz/dw        Outer times inner derivative. [chain-rule]\n"
             "        = (a - y)*x          Both were found before. (x > 0) [found-before]\n"
             "        = x*(a - y)          Factors are put in order. [order-factors]\n"
             "\n");
}

BOOST_FIXTURE_TEST_CASE(key_steps_end_with_the_answer, Fixture) {
  const std::string t = text({{chain()}, {}}, StepDetail::key);
  BOOST_TEST(t.find("= dL/dz*dz/dw ") != std::string::npos);
  BOOST_TEST(t.find("(a - y)*x") == std::string::npos);
  BOOST_TEST(t.find("= x*(a - y)          Both were found before. (x > 0) [found-before]\n") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(no_steps, Fixture) {
  BOOST_TEST(text({{chain()}, {}}, StepDetail::none) == "dL/dw = x*(a - y)\n");
  BOOST_TEST(text({{chain(), declined()}, {}}, StepDetail::none) ==
             "dL/dw = x*(a - y)   [chain]\ndL/dw: declined: more than 10 nodes   [direct]\n");
}

BOOST_FIXTURE_TEST_CASE(both_methods_end_with_a_summary, Fixture) {
  DerivationReport r{{chain(), direct()}, {{s("L"), s("w"), MethodsCompared::Outcome::proved, "normal forms"}}};
  const std::string t = text(r, StepDetail::key);
  BOOST_TEST(t.find("Results\n\n  dL/dw = x*(a - y)   [chain]\n  dL/dw = x*(a - y)   [direct]\n"
                    "  dL/dw: chain and direct proved equal: normal forms\n") != std::string::npos);
  r.compared[0].outcome = MethodsCompared::Outcome::refuted;
  BOOST_TEST(text(r, StepDetail::key).find("DIFFERENT") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(long_lines_are_wrapped, Fixture) {
  std::vector<Expr> terms;
  for (int k = 0; k < 60; ++k) terms.push_back(arena.mul(s("alpha"), arena.number(k + 1)));
  Derivation d = chain();
  d.steps[1].line = arena.sum(terms);
  std::istringstream in(text({{d}, {}}, StepDetail::all));
  std::size_t lines = 0;
  for (std::string line; std::getline(in, line); ++lines) BOOST_TEST(layout::columns(line) <= 100U);
  BOOST_TEST(lines > 10U);
}

BOOST_AUTO_TEST_CASE(wrapping_loses_nothing) {
  const std::string text = "alpha*beta + (gamma - delta)/epsilon, verylongword_without_any_break_in_it_at_all + ζ";
  for (std::size_t width = 8; width < 100; ++width) {
    std::string joined, expression;
    for (const std::string& line : layout::wrap(text, width)) {
      BOOST_TEST(layout::columns(line) <= width);
      joined += line;
    }
    for (const std::string& line : layout::wrap_expression(text, width)) {
      BOOST_TEST(layout::columns(line) <= width);
      expression += line;
    }
    const auto bare = [](std::string s) {
      s.erase(std::remove(s.begin(), s.end(), ' '), s.end());
      return s;
    };
    BOOST_TEST(bare(joined) == bare(text));
    BOOST_TEST(bare(expression) == bare(text));
  }
  BOOST_TEST((layout::wrap_expression("alpha*(beta + gamma) + delta*(a + b)", 30) ==
              std::vector<std::string>{"alpha*(beta + gamma)", "+ delta*(a + b)"}));
}

BOOST_FIXTURE_TEST_CASE(json_has_the_documented_keys, Fixture) {
  const Json j = json({{chain()}, {}}, StepDetail::all);
  BOOST_TEST(j.size() == 1U);
  const Json& d = j.at("derivations").at(0);
  std::vector<std::string> keys;
  for (const auto& [key, value] : d.items()) keys.push_back(key);
  BOOST_TEST(keys == (std::vector<std::string>{"of", "wrt", "method", "result", "steps"}));
  BOOST_TEST(d.at("of") == "L");
  BOOST_TEST(d.at("wrt") == "w");
  BOOST_TEST(d.at("result") == "x*(a - y)");
  BOOST_TEST(d.at("steps").size() == 3U);
  keys.clear();
  for (const auto& [key, value] : d.at("steps").at(1).items()) keys.push_back(key);
  BOOST_TEST(keys == (std::vector<std::string>{"rule", "key", "at", "before", "after", "why", "evidence", "line"}));
  BOOST_TEST(d.at("steps").at(1).at("evidence") == "x > 0");
  BOOST_TEST(d.at("steps").at(2).at("line") == d.at("result"));
}

BOOST_FIXTURE_TEST_CASE(json_detail_and_limits, Fixture) {
  BOOST_TEST(json({{chain()}, {}}, StepDetail::key)["derivations"][0]["steps"].size() == 1U);
  BOOST_TEST(json({{chain()}, {}}, StepDetail::none)["derivations"][0]["steps"].empty());
  BOOST_TEST(!json({{chain()}, {}}, StepDetail::all, false)["derivations"][0]["steps"][0].contains("line"));
  const Json small = json({{chain()}, {}}, StepDetail::all, true, 5);
  BOOST_TEST(!small["derivations"][0]["steps"][0].contains("line"));
  BOOST_TEST(small["derivations"][0]["steps"][0]["after"].is_null());
  BOOST_TEST(small["derivations"][0]["steps"][0]["before"] == "dL/dw");
  const Json no = json({{declined()}, {}}, StepDetail::all);
  BOOST_TEST(no["derivations"][0]["result"].is_null());
  BOOST_TEST(no["derivations"][0]["declined"] == "more than 10 nodes");
}

BOOST_FIXTURE_TEST_CASE(latex_blocks, Fixture) {
  ReportOptions o;
  o.steps = StepDetail::all;
  const std::string t = derivations_latex(arena, functions, {{chain(), declined()}, {}}, o);
  BOOST_TEST(t.find("\\begin{align*}\n\\frac{\\partial L}{\\partial w} &= "
                    "\\frac{\\partial L}{\\partial z}\\,\\frac{\\partial z}{\\partial w} && \\text{chain rule} \\\\\n"
                    "  &= \\left(a - y\\right)\\,x && \\text{found before} \\\\\n"
                    "  &= x\\,\\left(a - y\\right) && \\text{order factors}\n\\end{align*}") != std::string::npos);
  BOOST_TEST(t.find("% declined: more than 10 nodes\n") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(long_latex_lines_are_broken_outside_of_brackets, Fixture) {
  std::vector<Expr> terms;
  for (int k = 0; k < 30; ++k) {
    terms.push_back(arena.pow(arena.add(s("alpha"), arena.number(k + 1)), arena.sub(s("beta"), arena.number(k + 2))));
  }
  Derivation d = chain();
  d.steps.back().line = arena.sum(terms);
  const std::string t = derivations_latex(arena, functions, {{d}, {}}, {});
  std::istringstream in(t);
  std::size_t broken = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("  &\\quad {} + ")) continue;
    ++broken;
    BOOST_TEST(std::count(line.begin(), line.end(), '{') == std::count(line.begin(), line.end(), '}'));
  }
  BOOST_TEST(broken > 3U);
}

BOOST_FIXTURE_TEST_CASE(links, Fixture) {
  const auto source = std::make_shared<const Source>(Source{"a.gr", "claim dL/dw = dL/dz *  dz/dw # so\n  = x\n"});
  const Place left{source, 6, 11}, right{source, 14, 28}, third{source, 38, 39};
  std::vector<FileLinks> files(1);
  files[0].file = "a.gr";
  files[0].chains_before = 2;
  LinkDerivation link{1, 1, s("L"), s("L"), left, right, true, chain().steps, ""};
  files[0].links.push_back(link);
  link = {1, 2, s("L"), s("x"), right, third, false, {}, "no rule fits"};
  files[0].links.push_back(link);
  ReportOptions o;
  o.steps = StepDetail::none;
  BOOST_TEST(links_text(arena, files, o) ==
             "a.gr:1:15: connected  dL/dw = dL/dz * dz/dw\n"
             "a.gr:2:5: NOT CONNECTED  dL/dz * dz/dw = x\n"
             "    no rule fits\n"
             "1 of 2 links connected\n");
  const Json j = Json::parse(links_json(arena, files, ReportOptions{}));
  const Json& one = j.at("links").at(0);
  std::vector<std::string> keys;
  for (const auto& [key, value] : one.items()) keys.push_back(key);
  BOOST_TEST(keys ==
             (std::vector<std::string>{"file", "line", "chain", "link", "left", "right", "connected", "steps"}));
  BOOST_TEST(one["chain"] == 3);
  BOOST_TEST(one["right"] == "dL/dz * dz/dw");
  BOOST_TEST(j["links"][1]["line"] == 2);
  BOOST_TEST(j["links"][1]["reason"] == "no rule fits");
}

BOOST_AUTO_TEST_SUITE_END()

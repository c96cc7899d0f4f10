// SPDX-License-Identifier: GPL-2.0-or-later
// What must be refused, and programs of great size.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "emit/bench.h"

using namespace bench;

namespace {

std::string refusal(const Problem& p) {
  try {
    (void)p.header();
  } catch (const gradus::Error& e) {
    return e.message;
  }
  return "accepted";
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

Problem chain(int layers) {
  Problem p(fmt::format("chain_{}", layers));
  Ex a = p.input("x", 0.5);
  const Ex y = p.input("y", 0.25);
  Arena& arena = Problem::arena();
  std::vector<Ex> w, z, out{a};
  for (int k = 1; k <= layers; ++k) {
    w.push_back(p.param(fmt::format("w_{}", k), 0.9));
    const Ex b = p.param(fmt::format("b_{}", k), 0.1);
    a = p.define(fmt::format("a_{}", k), fn("tanh", {w.back() * a + b}));
    out.push_back(a);
  }
  const Ex L = p.define("L", pow(a - y, 2));
  // The adjoints by hand: those of the bench look through all definitions for each name.
  p.program.cost = L.e;
  for (const auto& d : p.model.definitions) p.program.forward.push_back({d.symbol, d.value});
  Ex up = 2 * (a - y);
  for (int k = layers; k >= 1; --k) {
    const auto at = static_cast<std::size_t>(k);
    const Expr da = arena.make(Op::Deriv, {L.e, out[at].e}), dw = arena.make(Op::Deriv, {L.e, w[at - 1].e});
    const Expr db = arena.make(Op::Deriv, {L.e, p.parameter(fmt::format("b_{}", k)).e});
    p.program.backward.push_back({da, up.e});
    const Ex inner = Ex(da) * (1 - pow(out[at], 2));
    p.program.backward.push_back({db, inner.e});
    p.program.backward.push_back({dw, (Ex(db) * out[at - 1]).e});
    p.program.gradient.emplace_back(w[at - 1].e, dw);
    p.program.gradient.emplace_back(p.parameter(fmt::format("b_{}", k)).e, db);
    up = Ex(db) * w[at - 1];
  }
  return p;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refused)

BOOST_AUTO_TEST_CASE(what_cannot_be_generated) {
  const auto with = [](auto build) {
    Problem p("refused");
    const Ex x = p.param("x", 1);
    build(p, x);
    p.program.cost = p.model.definitions.back().symbol;
    for (const auto& d : p.model.definitions) p.program.forward.push_back({d.symbol, d.value});
    return refusal(p);
  };
  Arena& arena = Problem::arena();
  BOOST_TEST(with([](Problem& p, Ex x) { p.define("L", x * x); }) == "accepted");
  BOOST_TEST(with([](Problem& p, Ex x) {
               p.function("g", {"t"}, std::nullopt);
               p.define("L", fn("g", {x}));
             }) == "cannot generate code: `g` has no definition");
  BOOST_TEST(with([](Problem& p, Ex x) {
               p.function("g", {"t"}, std::nullopt);
               p.define("L", fn("g'", {x}));
             }) == "cannot generate code: `g` has no definition");
  // The same inside of a function of the model.
  BOOST_TEST(with([](Problem& p, Ex x) {
               p.function("g", {"t"}, std::nullopt);
               p.function("h", {"t"}, fn("g", {p.parameter("t")}) + 1);
               p.define("L", fn("h", {x}));
             }) == "cannot generate code: `g` has no definition");
  BOOST_TEST(with([](Problem& p, Ex x) {
               p.function("f", {"t"}, p.parameter("t") * 2);
               p.define("L", fn("f'", {x}));
             }) == "cannot generate code: the derivative `f'` was not computed");
  BOOST_TEST(with([](Problem& p, Ex x) {
               p.function("f", {"t"}, p.parameter("t") * 2);
               p.define("L", fn("f", {x, x}));
             }) == "cannot generate code: `f` takes 1 argument, not 2");
  BOOST_TEST(with([](Problem& p, Ex x) { p.define("L", fn("nonsense", {x})); }) ==
             "cannot generate code: the function `nonsense` is not known");
  BOOST_TEST(with([](Problem& p, Ex x) { p.define("L", x + p.parameter("q")); }) ==
             "cannot generate code: `q` is not defined");
  BOOST_TEST(with([&](Problem& p, Ex x) {
               p.define("L", x + Ex(arena.make(Op::Deriv, {x.e, x.e})));
             }) == "cannot generate code: the derivative `dx/dx` was not computed");
  BOOST_TEST(with([&](Problem& p, Ex x) { p.define("L", x + Ex(arena.rest("r"))); }) ==
             "cannot generate code: `r...` belongs to rules");
  BOOST_TEST(with([](Problem& p, Ex x) {
               p.define("L", x);
               p.define("L", x * 2);
             }) == "cannot generate code: `L` is assigned twice");
  BOOST_TEST(with([](Problem& p, Ex x) { p.define("L", x + big("1" + std::string(400, '0'))); }) ==
             "cannot generate code: a number of about 10^400 is too large for a double");
  // Later names.
  BOOST_TEST(with([](Problem& p, Ex x) {
               p.define("a", x + p.parameter("b"));
               p.define("b", x);
               p.define("L", p.parameter("a") + p.parameter("b"));
             }) == "cannot generate code: `b` is not defined");
}

BOOST_AUTO_TEST_CASE(namespaces) {
  Problem p("refused");
  p.define("L", p.param("x", 1) * 2);
  p.differentiate();
  const auto called = [&](const char* name) {
    p.options.name_space = name;
    return refusal(p);
  };
  for (const char* good : {"a", "a::b", "net_2::detail", "a::exp"}) BOOST_TEST(called(good) == "accepted");
  for (const char* bad : {"", "a::", "::a", "1a", "a b", "std", "a::std", "double", "a__b", "_a", "a:b", "NAN", "σ"}) {
    BOOST_TEST(called(bad) == fmt::format("`{}` is no name for a namespace of C++", bad));
  }
  for (const char* bad : {"exp", "tanhf", "index::a"}) {
    BOOST_TEST(called(bad).starts_with("a namespace cannot be called `"));
  }
}

BOOST_AUTO_TEST_CASE(functions_that_unfold_without_end_are_refused_in_time) {
  // Each function calls the one before twice, and all use a name of the model: written out they are 2^200 long.
  Problem p("refused");
  const Ex x = p.param("x", 1), t = p.parameter("t");
  p.function("f0", {"t"}, t * x);
  for (int k = 1; k < 200; ++k) {
    const std::string before = fmt::format("f{}", k - 1);
    p.function(fmt::format("f{}", k), {"t"}, fn(before, {t + 1}) * fn(before, {t * t}));
  }
  p.define("L", fn("f199", {x}));
  p.program.cost = p.model.definitions.back().symbol;
  p.program.forward.push_back({p.program.cost, p.model.definitions.back().value});
  BOOST_TEST(refusal(p).ends_with("is too large when its calls are unfolded"));
}

BOOST_AUTO_TEST_CASE(functions_that_call_each_other_stay_small) {
  Problem p("small");
  const Ex x = p.param("x", 0.1), t = p.parameter("t");
  p.function("f0", {"t"}, t / 2 + ratio(1, 7));
  for (int k = 1; k < 300; ++k) {
    const std::string before = fmt::format("f{}", k - 1);
    p.function(fmt::format("f{}", k), {"t"}, (fn(before, {t}) + fn(before, {t + 1})) / 2);
  }
  p.define("L", fn("f299", {x}));
  p.program.cost = p.model.definitions.back().symbol;
  p.program.forward.push_back({p.program.cost, p.model.definitions.back().value});
  const std::string text = p.header();
  BOOST_TEST(count(text, "inline double f") == 300U);
  BOOST_TEST(text.size() < 100'000U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(size)

BOOST_AUTO_TEST_CASE(a_chain_of_8000_layers_is_linear_and_compiles) {
  const std::string half = chain(4000).header();
  const Problem p = chain(8000);
  const std::string text = p.header();
  BOOST_TEST(text.size() < 2.1 * static_cast<double>(half.size()));
  BOOST_TEST(count(text, "std::tanh(") == 16'000U);
  Workshop workshop;
  workshop.write("chain.hpp", text);
  workshop.write("main.cpp", R"(#include <cmath>
#include "chain.hpp"
int main() {
  chain_8000::Inputs in;
  chain_8000::Params p;
  chain_8000::Gradient g;
  in.x = 0.5;
  p.b_8000 = 0.5;
  const double L = chain_8000::value_and_gradient(in, p, g), a = std::tanh(0.5);
  const bool right = std::fabs(L - a * a) < 1e-15 && std::fabs(g.b_8000 - 2 * a * (1 - a * a)) < 1e-15 && L == chain_8000::value(in, p);
  return right ? 0 : 1;
}
)");
  BOOST_REQUIRE(!compilers().empty());
  const std::string said = workshop.compile_and_run(compilers().front());
  BOOST_TEST(said == "ok", said);
}

BOOST_AUTO_TEST_CASE(deep_and_wide_expressions) {
  // 40,000 calls within one another, without names; and a sum of 40,000 terms.
  Problem deep("deep");
  Ex e = deep.param("x", 1);
  for (int k = 0; k < 40'000; ++k) e = fn("sin", {e}) + 1;
  const Ex L = deep.define("L", e);
  deep.program = {L.e, {{L.e, e.e}}, {}, {}};
  const std::string text = deep.header();
  BOOST_TEST(count(text, "std::sin") == 80'000U);
  Problem wide("wide");
  const Ex x = wide.param("x", 1);
  std::vector<Ex> terms;
  for (int k = 1; k <= 40'000; ++k) terms.push_back(x * k);
  const Ex W = wide.define("L", op(Op::Add, terms));
  wide.program = {W.e, {{W.e, wide.model.definitions.back().value}}, {}, {}};
  const std::string sum = wide.header();
  BOOST_TEST(count(sum, "p.x*") == 79'998U);
  std::size_t longest = 0;
  for (std::size_t at = 0; at < sum.size();) {
    const std::size_t end = sum.find('\n', at);
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  BOOST_TEST(longest <= 110U);
}

BOOST_AUTO_TEST_SUITE_END()

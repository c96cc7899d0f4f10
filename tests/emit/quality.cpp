// SPDX-License-Identifier: GPL-2.0-or-later
// Generated code does nothing twice, and nothing for nothing.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "emit/bench.h"

using namespace bench;

namespace {

// The lines of `value` between its braces, without comments and indentation, each ended by `|`.
std::string code_of_value(const Problem& p, gradus::OperationCount* count = nullptr) {
  gradus::Engine engine{Problem::arena(), catalogue()};
  std::vector<gradus::FunctionCount> counts;
  const std::string text = gradus::emit_header(engine, p.model, p.program, p.options, &counts);
  if (count != nullptr) *count = counts.at(0).count;
  std::size_t at = text.find('\n', text.find(" value(")) + 1;
  std::string out;
  for (std::string line; text[at] != '}'; at += line.size() + 1) {
    line = text.substr(at, text.find('\n', at) - at);
    const std::size_t first = line.find_first_not_of(' ');
    if (line.compare(first, 2, "//") == 0) continue;
    out += line.substr(first, line.find("  //") - first) + "|";
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quality)

BOOST_AUTO_TEST_CASE(each_value_is_computed_once) {
  Problem p("quality");
  const Ex x = p.param("x", 1.25), y = p.param("y", -0.75), z = p.param("z", 0.5), m = Ex(-1);
  const auto times = [](const std::vector<Ex>& factors) { return op(Op::Mul, factors); };
  const auto plus = [](const std::vector<Ex>& terms) { return op(Op::Add, terms); };
  // First, and in this order: C++ leaves open which operand of those below is built before the other.
  const std::vector<Ex> built{times({x, y}), x + y, x - y, x - Ex(1)};
  const std::tuple<Ex, const char*, std::size_t> cases[] = {
      // Squares, and powers of few products.
      {pow(x, 2), "return p.x*p.x;|", 1},
      {times({x, x}), "return p.x*p.x;|", 1},
      {pow(x, 3), "return p.x*p.x*p.x;|", 2},
      {pow(x, 4), "const double x_squared = p.x*p.x;|return x_squared*x_squared;|", 2},
      {pow(x, 2) + times({x, x}) * y, "const double x_squared = p.x*p.x;|return x_squared + x_squared*p.y;|", 3},
      // Commuted, and with the other sign.
      {times({x, y}) + fn("exp", {times({y, x})}),
       "const double x_times_y = p.x*p.y;|return x_times_y + std::exp(x_times_y);|", 3},
      {(x + y) * fn("exp", {y + x}), "const double x_plus_y = p.x + p.y;|return x_plus_y*std::exp(x_plus_y);|", 3},
      {(x - y) * fn("exp", {y - x}), "const double x_minus_y = p.x - p.y;|return x_minus_y*std::exp(-x_minus_y);|", 3},
      {z - (y - x) * (x - y), "const double x_minus_y = p.x - p.y;|return p.z + x_minus_y*x_minus_y;|", 3},
      {(x - 1) / (1 - x), "const double t1 = p.x - 1.0;|return -t1/t1;|", 2},
      // Beginnings of longer sums and products.
      {times({x, y, z}) + fn("exp", {times({x, y})}),
       "const double x_times_y = p.x*p.y;|return x_times_y*p.z + std::exp(x_times_y);|", 4},
      {plus({x, y, z}) * fn("exp", {plus({x, y})}),
       "const double x_plus_y = p.x + p.y;|return (x_plus_y + p.z)*std::exp(x_plus_y);|", 4},
      // One operation for two.
      {times({pow(y, -1), x}), "return p.x/p.y;|", 1},
      {times({pow(y, -1), pow(z, -1), x}), "return p.x/p.y/p.z;|", 2},
      {times({2, x, ratio(1, 2)}), "return p.x;|", 0},
      {times({2, x, 3, m, y}), "return -6.0*p.x*p.y;|", 2},
      // Nothing for nothing.
      {plus({times({0, fn("exp", {x})}), y}), "return p.y;|", 0},
      {plus({times({x, 0}), times({0, y})}), "return 0.0;|", 0},
      {pow(x, 1) * pow(y, 0), "return p.x;|", 0}};
  for (const auto& [value, code, operations] : cases) {
    p.model.definitions.clear();
    const Ex L = p.define("L", value);
    p.program = {L.e, {{L.e, value.e}}, {}, {}};
    gradus::OperationCount count;
    const std::string written = code_of_value(p, &count);
    BOOST_TEST(written == code);
    BOOST_TEST(count.total() == operations, written << " has " << count.total());
  }
}

BOOST_AUTO_TEST_CASE(what_only_a_factor_of_zero_needs_is_left_out) {
  Problem p("quality");
  const Ex x = p.param("x", 1);
  const Ex a = p.define("a", fn("exp", {x})), b = p.define("b", a * x);
  const Ex L = p.define("L", 0 * b + x);
  p.program = {L.e, {}, {}, {}};
  for (const auto& d : p.model.definitions) p.program.forward.push_back({d.symbol, d.value});
  BOOST_TEST(code_of_value(p) == "return p.x;|");
}

BOOST_AUTO_TEST_CASE(a_part_that_a_later_name_stands_for_has_that_name) {
  Problem p("quality");
  const Ex x = p.param("x", 1), y = p.param("y", 1);
  const Ex a = p.define("a", fn("exp", {x * y})), b = p.define("b", x * y);
  const Ex L = p.define("L", a + b);
  p.program = {L.e, {}, {}, {}};
  for (const auto& d : p.model.definitions) p.program.forward.push_back({d.symbol, d.value});
  BOOST_TEST(code_of_value(p) == "const double b = p.x*p.y;|const double a = std::exp(b);|return a + b;|");
}

BOOST_AUTO_TEST_SUITE_END()

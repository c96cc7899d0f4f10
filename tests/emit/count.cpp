// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/count.h"

#include <boost/test/unit_test.hpp>

using namespace gradus;
using namespace gradus::emit;

namespace gradus {
std::ostream& operator<<(std::ostream& out, const OperationCount& c) {
  return out << c.operations << " operations, " << c.calls << " calls";
}
}  // namespace gradus

namespace {

OperationCount count(std::string_view code) { return count_operations(code, {{"sigmoid", {7, 3}}, {"f", {1, 0}}}); }

}  // namespace

BOOST_AUTO_TEST_SUITE(counts)

BOOST_AUTO_TEST_CASE(operations_as_they_are_written) {
  const std::pair<const char*, OperationCount> cases[] = {
      {"return p.a;", {0, 0}},
      {"return p.a + in.b*p.c;", {2, 0}},
      {"return a - b - -c/d;", {3, 0}},
      // A sign is no operation.
      {"return -a;", {0, 0}},
      {"gradient.w = -a*b;", {1, 0}},
      {"return -(a + b)*(-c);", {2, 0}},
      {"return a*-2.0;", {1, 0}},
      // Nor is the quotient of two literals, which the compiler works out.
      {"return 1.0/3.0*x;", {1, 0}},
      {"return x + 1.0F/3.0F;", {1, 0}},
      {"return x*2.0/3.0;", {2, 0}},
      {"return x/3.0;", {1, 0}},
      {"return 1e-7*x + 2.5e+3;", {2, 0}},
      // Comparisons and selections.
      {"return t1 && x <= 3.0 ? a + b : c;", {4, 0}},
      {"const bool t = !(a == b) || a > c;", {3, 0}},
      {"return static_cast<double>((u > 0) - (u < 0));", {3, 0}},
      // Calls.
      {"return std::exp(-x) + std::log1p(std::tanh(y));", {1, 3}},
      {"return std::max<float>(u, 0) + std::abs(x) + std::sqrt(x);", {5, 0}},
      {"return std::pow(x, 2.5);", {0, 1}},
      {"return detail::sigmoid(x)*detail::f(y - 1.0);", {10, 3}},
      // Comments and line ends.
      {"return a  // a*b*exp(c)\n    + b;", {1, 0}},
      {"const double e = a*e1;\nreturn e-2.0;", {2, 0}},
      {"{\n  return u >= 0 ? 1 / (1 + std::exp(-u)) : std::exp(u) / (1 + std::exp(u));\n}", {6, 3}}};
  for (const auto& [code, wanted] : cases) BOOST_TEST(count(code) == wanted, code << ": " << count(code));
}

BOOST_AUTO_TEST_SUITE_END()

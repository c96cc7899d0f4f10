// SPDX-License-Identifier: GPL-2.0-or-later
// Links that are wrong (on an open set, or for some value that an assumption allows) in ways that a careless proof
// overlooks: whatever else is said of them, they are not proved.
#include <boost/test/unit_test.hpp>
#include <vector>

#include "check/lab.h"

using namespace gradus;

namespace {

struct FalseLinks {
  const char* head;
  std::vector<const char*> links;
};

const std::vector<FalseLinks> all_false_links{
    // Parts that depend on each other: what looks like a difference is zero on x > 0, or everywhere.
    {"input x, t",
     {"(atan(x) + atan(1/x) - pi/2)/(atan(x) + atan(1/x) - pi/2) = 1", "sign(atan(x) + atan(1/x) - pi/2)^2 = 1",
      "where(atan(x) + atan(1/x) == pi/2, 1, 0) = 0",
      "abs(atan(x) + atan(1/x) - pi/2)/(atan(x) + atan(1/x) - pi/2) = sign(atan(x) + atan(1/x) - pi/2)",
      "sign(sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3))^2 = 1",
      "where(sqrt(5 + 2*sqrt(6)) == sqrt(2) + sqrt(3), 1, 2) = 2",
      "1/(sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3)) = (1 + x - x)/(sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3))",
      "where(ln(2 + sqrt(3)) + ln(2 - sqrt(3)) == 0, 1, 2) = 2",
      "sign(ln(x + sqrt(x^2 + 1)) + ln(sqrt(x^2 + 1) - x))^2 = 1",
      "where(cos(pi/7)*8*(cos(pi/7)^2 - cos(pi/7)/2 - 1/2) "
      "== -1, x, t) = t",
      "(sqrt(x^2) - x)/(sqrt(x^2) - x) = 1", "(abs(x) - x)/(abs(x) - x) = 1",
      "(sqrt((x - 100)^2) - (x - 100))/(sqrt((x - 100)^2) - (x - 100)) = 1",
      "1/(atan(1/(x - 50)) + atan(x - 50) + pi/2) = (2 - 1)/(atan(1/(x - 50)) + atan(x - 50) + pi/2)"}},
    // Values that an assumption allows.
    {"input y\nparam z\nassume y in {0, 1}",
     {"sqrt(y)/sqrt(y) = 1", "sign(y) = 1", "sign(y)^2 = 1", "abs(y)/y = 1", "sign(sqrt(y)) = 1", "y^z = y",
      "where(sqrt(y) > 0, z, 2*z) = z", "sign(abs(y))*z = z", "1/sqrt(y) = 1/y"}},
    {"input a, b\nassume a >= b, b >= a", {"sign(a - b) = 1", "sign(a - b)^2 = 1"}},
    {"input y\nparam p\nassume y in {0, 1}\nL = p^y", {"abs(p) = p", "abs(p)^y = p^y", "ln(p^y) = y*ln(p)"}},
    {"input n, x\nassume n in {1, 2}", {"abs(x)^n = x^n", "sqrt(x^(2*n)) = x^n"}},
    // A region that is not drawn by chance.
    {"input x", {"where(x > 100 and x < 1000001/10000, 5, x) = x", "where(sin(x) > 99999/100000, 1, 0) = 0"}},
    {"input x\nfunction g(t)",
     {"1/(g(x) - g(x)) = 1/(g(x) - g(x))", "g(x)/g(x) = 2", "ln(g(x)^2) = 2*ln(g(x))", "sqrt(g(x)^2) = g(x)",
      "g(x + 1) = g(x) + 1", "g(-x) = -g(x)"}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(never_proved)

BOOST_AUTO_TEST_CASE(none_is) {
  std::size_t links = 0, refuted = 0;
  for (const FalseLinks& g : all_false_links) {
    lab::Lab lab;
    for (const char* link : g.links) {
      ++links;
      try {
        const LinkVerdict v = lab.verdict(g.head, link);
        refuted += v.verdict == Verdict::refuted ? 1 : 0;
        BOOST_CHECK_MESSAGE(v.verdict != Verdict::proved, lab::show(lab.arena, v));
      } catch (const std::exception& e) {
        BOOST_ERROR(std::string(link) + ": " + e.what());
      }
    }
  }
  BOOST_TEST_MESSAGE("never proved: " << links << " links, " << refuted << " of them refuted");
  BOOST_CHECK_GE(links, 35U);
  BOOST_CHECK_GE(refuted * 2, links);
}

BOOST_AUTO_TEST_SUITE_END()

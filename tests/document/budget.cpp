// SPDX-License-Identifier: GPL-2.0-or-later
// What a document costs is counted in steps: what comes when they are used up is undecided.
#include <boost/test/unit_test.hpp>

#include "check/lab.h"
#include "document/judge.h"

using namespace gradus;

BOOST_AUTO_TEST_SUITE(budget)

BOOST_AUTO_TEST_CASE(links_behind_the_end_of_the_budget_are_undecided) {
  lab::Lab lab;
  Model model = lab.read("input x, y\nclaim (x + y)^2 = x^2 + 2*x*y + y^2\nclaim sin(x)^2 = 1 - cos(x)^2\n").models[0];
  document::KnownVerdicts known;
  const std::vector<LinkVerdict> all = document::judge_claims(lab.engine, model, known);
  for (const LinkVerdict& v : all) BOOST_TEST((v.verdict == Verdict::proved), v.reason);
  BOOST_TEST(known.effort < document::effort_of_a_document);

  document::KnownVerdicts none{{}, 10};
  for (const LinkVerdict& v : document::judge_claims(lab.engine, model, none)) {
    BOOST_TEST((v.verdict == Verdict::undecided));
    BOOST_TEST(v.reason == "the document is over its budget");
  }
  // What is known costs nothing.
  known.effort = 0;
  for (const LinkVerdict& v : document::judge_claims(lab.engine, model, known))
    BOOST_TEST((v.verdict == Verdict::proved), v.reason);
}

// Following pieces of functions along lines takes much longer than looking at points.
BOOST_AUTO_TEST_CASE(lines_that_are_followed_are_counted) {
  const auto used = [](const std::string& text) {
    lab::Lab lab;
    const std::size_t all = 1'000'000;
    std::size_t left = all;
    Engine limited = lab.engine;
    limited.effort = &left;
    const Model model = lab.read(text).models[0];
    for (const LinkVerdict& v : check(limited, model)) BOOST_TEST((v.verdict == Verdict::proved), v.reason);
    return all - left;
  };
  const std::size_t smooth = used("input x, y\nclaim (x + y)*(x - y) = x^2 - y^2\n");
  const std::size_t pieces = used("input x, y\nclaim max(x, y) + min(x, y) = x + y\n");
  BOOST_TEST(pieces > 10 * smooth, pieces << " against " << smooth);
}

BOOST_AUTO_TEST_SUITE_END()

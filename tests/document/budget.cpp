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

BOOST_AUTO_TEST_SUITE_END()

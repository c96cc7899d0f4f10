// SPDX-License-Identifier: GPL-2.0-or-later
// Every link of the articles is proved.
#include <boost/test/unit_test.hpp>
#include <map>

#include "check/lab.h"

using namespace gradus;

BOOST_AUTO_TEST_SUITE(articles)

BOOST_AUTO_TEST_CASE(every_link_is_proved) {
  for (const std::string& path : lab::article_files()) {
    lab::Lab lab;
    const ModelFile file = lab.read_file(path);
    std::size_t links = 0, proved = 0;
    for (const Model& model : file.models) {
      for (const LinkVerdict& v : check(lab.engine, model)) {
        ++links;
        proved += v.verdict == Verdict::proved ? 1 : 0;
        BOOST_CHECK_MESSAGE(v.verdict == Verdict::proved, path << ": " << lab::show(lab.arena, v));
        BOOST_CHECK(!v.first_wrong && !v.counterexample && v.mend.empty());
      }
    }
    BOOST_TEST_MESSAGE(path << ": " << proved << " of " << links << " links proved");
    BOOST_CHECK_GE(links, path.ends_with("article-1.gr") ? 50U : 20U);
  }
}

BOOST_AUTO_TEST_CASE(places_chains_and_links_are_counted) {
  lab::Lab lab;
  const auto v = lab.verdicts(
      "input x\n"
      "claim x = x\n"
      "claim x + x = 2*x\n"
      "            = 3*x\n"
      "            = x*3\n"
      "            = 5*x\n");
  BOOST_REQUIRE_EQUAL(v.size(), 5U);
  const std::vector<std::pair<std::size_t, std::size_t>> expected{{1, 1}, {2, 1}, {2, 2}, {2, 3}, {2, 4}};
  for (std::size_t k = 0; k < v.size(); ++k) {
    BOOST_CHECK_EQUAL(v[k].chain, expected[k].first);
    BOOST_CHECK_EQUAL(v[k].link, expected[k].second);
    BOOST_CHECK_EQUAL(v[k].right_place.position().line, k + 2);
  }
  BOOST_CHECK(v[1].verdict == Verdict::proved);
  BOOST_CHECK(v[2].verdict == Verdict::refuted && v[2].first_wrong);
  BOOST_CHECK(v[3].verdict == Verdict::proved && !v[3].first_wrong);
  BOOST_CHECK(v[4].verdict == Verdict::refuted && !v[4].first_wrong);
}

BOOST_AUTO_TEST_CASE(the_same_model_gives_the_same_verdicts) {
  const std::string text =
      "input x, y\nparam w, b\nz = w*x + b\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n"
      "claim dL/dz = y - a = a + y\nclaim dL/dw = a - y\n";
  std::vector<std::string> seen;
  for (int k = 0; k < 2; ++k) {
    lab::Lab lab;
    std::string all;
    for (const auto& v : lab.verdicts(text)) all += lab::show(lab.arena, v) + "\n";
    seen.push_back(all);
  }
  BOOST_CHECK_EQUAL(seen[0], seen[1]);
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/report/verdicts.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace gradus;
using Json = nlohmann::ordered_json;

namespace {

std::vector<FileVerdicts> example() {
  const auto source = std::make_shared<const Source>(Source{"h.gr", "claim dL/dz = a - y\n            = y - a\n"});
  const Place first{source, 6, 11}, second{source, 14, 19}, third{source, 34, 39};
  LinkVerdict proved;
  proved.chain = 1, proved.link = 1;
  proved.left_place = first, proved.right_place = second;
  proved.verdict = Verdict::proved;
  proved.reason = "normal forms agree";
  LinkVerdict wrong;
  wrong.chain = 1, wrong.link = 2;
  wrong.left_place = second, wrong.right_place = third;
  wrong.verdict = Verdict::refuted;
  wrong.reason = "the sides differ";
  wrong.counterexample = Counterexample{{{"a", Rational(1) / Rational(2)}, {"y", Rational(-3)}}, "3.5", "-3.5"};
  wrong.mend = "the sign is wrong";
  wrong.mended = "-(y - a)";
  wrong.first_wrong = true;
  LinkVerdict open = proved;
  open.chain = 2;
  open.verdict = Verdict::undecided;
  open.reason = "a budget ran out";
  return {{"h.gr", {proved, wrong, open}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verdict_reports)

BOOST_AUTO_TEST_CASE(text) {
  BOOST_TEST(verdicts_text(example(), {}, false) ==
             "h.gr:1:15: proved     dL/dz = a - y\n"
             "    normal forms agree\n"
             "h.gr:2:15: REFUTED    a - y = y - a\n"
             "    the sides differ\n"
             "    This is the first wrong link of its chain.\n"
             "    at a = 1/2, y = -3:\n"
             "      left  3.5\n"
             "      right -3.5\n"
             "    mend: the sign is wrong\n"
             "      = -(y - a)\n"
             "h.gr:1:15: undecided  dL/dz = a - y\n"
             "    a budget ran out\n"
             "h.gr: 3 links: 1 proved, 1 refuted, 1 undecided\n");
}

// A tensor stands in one line or has a line for each row; the JSON has the names of its entries.
BOOST_AUTO_TEST_CASE(tensors_of_a_point) {
  auto files = example();
  Counterexample& c = *files[0].links[1].counterexample;
  const auto add = [&](const std::string& name, std::vector<long> sizes, const Rational& first) {
    c.tensors.emplace_back(name, sizes);
    for (long i = 1; i <= sizes[0]; ++i) {
      if (sizes.size() == 1) c.point.emplace_back(name + "[" + std::to_string(i) + "]", first + i);
      for (long j = 1; sizes.size() == 2 && j <= sizes[1]; ++j)
        c.point.emplace_back(name + "[" + std::to_string(i) + ", " + std::to_string(j) + "]", first + 10 * i + j);
    }
  };
  add("v", {2}, 0);
  add("W", {2, 3}, Rational(1) / 2);
  c.point.emplace_back("W2", 5);
  add("W[2]", {2, 1}, 0);
  add("V", {3, 4}, Rational(1) / 1001);
  c.tensors.emplace_back("u", std::vector<long>{2});
  c.point.emplace_back("u[2]", 1);
  const std::string text = verdicts_text(files, {}, true);
  const std::string wanted =
      "    at a = 1/2, y = -3, v = [1, 2], W = [[23/2, 25/2, 27/2], [43/2, 45/2, 47/2]], W2 = 5,\n"
      "    W[2] = [[11], [21]],\n"
      "    V = [[11012/1001, 12013/1001, 13014/1001, 14015/1001],\n"
      "         [21022/1001, 22023/1001, 23024/1001, 24025/1001],\n"
      "         [31032/1001, 32033/1001, 33034/1001, 34035/1001]], u = [_, 1]:\n"
      "      left  3.5\n";
  BOOST_TEST(text.find(wanted) != std::string::npos, text);
  const Json j = Json::parse(verdicts_json(files, false));
  BOOST_TEST(j["files"][0]["links"][1]["counterexample"]["point"]["W[1, 2]"] == "25/2");
}

BOOST_AUTO_TEST_CASE(only_refuted_still_counts_all) {
  const std::string t = verdicts_text(example(), {}, true);
  BOOST_TEST(t.find("proved     ") == std::string::npos);
  BOOST_TEST(t.find("undecided  ") == std::string::npos);
  BOOST_TEST(t.find("h.gr: 3 links: 1 proved, 1 refuted, 1 undecided\n") != std::string::npos);
  BOOST_TEST(Json::parse(verdicts_json(example(), true))["files"][0]["links"].size() == 1U);
}

BOOST_AUTO_TEST_CASE(color_only_when_asked) {
  ReportOptions options;
  BOOST_TEST(verdicts_text(example(), options, false).find('\x1b') == std::string::npos);
  options.color = true;
  BOOST_TEST(verdicts_text(example(), options, false).find("\x1b[1;31mREFUTED\x1b[0m") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(json) {
  const Json j = Json::parse(verdicts_json(example(), false));
  const Json& file = j.at("files").at(0);
  BOOST_TEST(file.at("file") == "h.gr");
  BOOST_TEST(file.at("unread").is_array());
  const Json& one = file.at("links").at(1);
  std::vector<std::string> keys;
  for (const auto& [key, value] : one.items()) keys.push_back(key);
  BOOST_TEST(keys == (std::vector<std::string>{"line", "column", "chain", "link", "left", "right", "verdict", "reason",
                                               "counterexample", "mend"}));
  BOOST_TEST(one["line"] == 2);
  BOOST_TEST(one["column"] == 15);
  BOOST_TEST(one["verdict"] == "refuted");
  BOOST_TEST(one["counterexample"]["point"]["a"] == "1/2");
  BOOST_TEST(one["counterexample"]["right"] == "-3.5");
  BOOST_TEST(one["mend"]["side"] == "-(y - a)");
  BOOST_TEST(file["links"][0]["counterexample"].is_null());
  BOOST_TEST(file["links"][0]["mend"].is_null());
}

BOOST_AUTO_TEST_SUITE_END()

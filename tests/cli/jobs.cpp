// SPDX-License-Identifier: GPL-2.0-or-later
// What the jobs print and return, through the program as it is built.
#include <map>
#include <nlohmann/json.hpp>

#include "cli/program.h"

using namespace cli_test;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  return out;
}

using Keys = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(jobs)

BOOST_AUTO_TEST_CASE(derive_prints_results) {
  const Folder folder;
  folder.write("l.gr", logistic);
  const Result r =
      folder.run({"derive", "l.gr", "--of", "L", "--wrt", "z,w,b", "--method", "chain", "--steps", "none"});
  BOOST_TEST(r.code == 0);
  BOOST_TEST(r.err == "");
  for (const char* line : {"dL/dz = a - y\n", "dL/db = a - y\n"})
    BOOST_TEST(r.out.find(line) != std::string::npos, line);
  const bool either =
      r.out.find("dL/dw = x*(a - y)\n") != std::string::npos || r.out.find("dL/dw = (a - y)*x\n") != std::string::npos;
  BOOST_TEST(either, r.out);
}

BOOST_AUTO_TEST_CASE(derive_json) {
  const Folder folder;
  folder.write("l.gr", logistic);
  const Result r = folder.run({"derive", "l.gr", "--of", "L", "--wrt", "w", "--format", "json"});
  BOOST_REQUIRE(r.code == 0);
  const Json j = Json::parse(r.out);
  bool chain = false, direct = false;
  for (const Json& d : j.at("derivations")) {
    BOOST_TEST((keys(d) == Keys{"of", "wrt", "method", "result", "steps"}));
    BOOST_TEST(!d.at("steps").empty());
    for (const Json& s : d.at("steps")) {
      BOOST_TEST((keys(s) == Keys{"rule", "key", "at", "before", "after", "why", "evidence", "line"}));
      BOOST_TEST(!s.at("rule").get<std::string>().empty());
      BOOST_TEST(!s.at("why").get<std::string>().empty());
    }
    BOOST_TEST(d.at("steps").back().at("line") == d.at("result"));
    chain = chain || (d.at("wrt") == "w" && d.at("method") == "chain");
    direct = direct || (d.at("wrt") == "w" && d.at("method") == "direct");
  }
  BOOST_TEST((chain && direct));
  BOOST_REQUIRE(j.at("compared").size() == 1U);
  BOOST_TEST(j.at("compared")[0].at("equal") == "proved");
  const Result bare = folder.run({"derive", "l.gr", "--wrt", "w", "--format", "json", "--no-lines"});
  BOOST_TEST(bare.out.find("\"line\"") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(derive_expression) {
  const Folder folder;
  const Result r = folder.run({"derive", "-e", "-ln(sigmoid(d))", "--wrt", "d", "--steps", "all"});
  BOOST_TEST(r.code == 0);
  BOOST_TEST(r.err == "");
  BOOST_TEST(r.out.find("proved equal") != std::string::npos);
  refuses(folder, {"derive", "-e", "x^2", "--wrt", "z"},
          "gradus: error: --wrt: the model has no name `z`\n  its names: result, x\n");
}

BOOST_AUTO_TEST_CASE(via_connects) {
  const Folder folder;
  folder.write("v.gr",
               "input x, y\nparam w, b\nz = w*x + b\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n"
               "claim dL/dz = dL/da * da/dz\n            = a - y\n");
  const Result r = folder.run({"derive", "--via", "v.gr", "--format", "json"});
  BOOST_TEST(r.code == 0);
  const Json j = Json::parse(r.out);
  BOOST_REQUIRE(j.at("links").size() == 2U);
  const Json& link = j["links"][1];
  BOOST_TEST((keys(link) == Keys{"file", "line", "chain", "link", "left", "right", "connected", "steps"}));
  BOOST_TEST(link["file"] == "v.gr");
  BOOST_TEST(link["line"] == 7);
  BOOST_TEST(link["left"] == "dL/da * da/dz");
  BOOST_TEST(link["connected"] == true);
  folder.write("w.gr", "input x\ny = x\nclaim dy/dx = 2\n");
  BOOST_TEST(folder.run({"derive", "--via", "w.gr"}).code == 1);
}

BOOST_AUTO_TEST_CASE(check_exit_codes) {
  const Folder folder;
  folder.write("good.gr", logistic);
  folder.write("wrong.gr", "input x\ny = x^2\nclaim dy/dx = 2*x\n            = 3*x\n");
  folder.write("open.gr", "input x\ny = 4*atan(1/5) - atan(1/239)\nclaim y = pi/4\n");
  BOOST_TEST(folder.run({"check", "good.gr"}).code == 0);
  BOOST_TEST(folder.run({"check", "wrong.gr"}).code == 1);
  BOOST_TEST(folder.run({"check", "open.gr"}).code == 3);
  BOOST_TEST(folder.run({"check", "open.gr", "wrong.gr"}).code == 1);
  const Result r = folder.run({"check", "wrong.gr", "--format", "json"});
  BOOST_TEST(r.code == 1);
  const Json j = Json::parse(r.out);
  BOOST_TEST((keys(j.at("files").at(0)) == Keys{"file", "links", "unread", "readings"}));
  const Json& link = j["files"][0]["links"].at(1);
  BOOST_TEST((keys(link) ==
              Keys{"line", "column", "chain", "link", "left", "right", "verdict", "reason", "counterexample", "mend"}));
  BOOST_TEST(link["line"] == 4);
  BOOST_TEST(link["column"] == 15);
  BOOST_TEST(link["left"] == "2*x");
  BOOST_TEST(link["right"] == "3*x");
  BOOST_TEST(link["verdict"] == "refuted");
  BOOST_TEST((keys(link["counterexample"]) == Keys{"point", "left", "right"}));
  BOOST_TEST(link["counterexample"]["point"].contains("x"));
  BOOST_TEST(link["counterexample"]["left"] != link["counterexample"]["right"]);
  const Result only = folder.run({"check", "wrong.gr", "--only", "refuted"});
  BOOST_TEST(only.out.find("proved  ") == std::string::npos);
  BOOST_TEST(only.out.find("wrong.gr:4:15: REFUTED") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(chains_are_counted_through_the_models_of_a_file) {
  const Folder folder;
  folder.write("m.gr", "input x\nmodel one\ny = x\nclaim dy/dx = 1\nmodel two\ny = x^2\nclaim dy/dx = 2*x\n");
  const Json j = Json::parse(folder.run({"check", "m.gr", "--format", "json"}).out);
  BOOST_REQUIRE(j["files"][0]["links"].size() == 2U);
  BOOST_TEST(j["files"][0]["links"][1]["chain"] == 2);
  const Json two = Json::parse(folder.run({"check", "m.gr", "--model", "two", "--format", "json"}).out);
  BOOST_REQUIRE(two["files"][0]["links"].size() == 1U);
  BOOST_TEST(two["files"][0]["links"][0]["chain"] == 2);
}

BOOST_AUTO_TEST_CASE(no_color_outside_a_terminal) {
  const Folder folder;
  folder.write("l.gr", logistic);
  BOOST_TEST(folder.run({"check", "l.gr"}).out.find('\x1b') == std::string::npos);
  if (folder.shell("command -v script").code != 0) return;
  const std::string check = quoted(std::string(GRADUS_PROGRAM) + " check l.gr");
  const Result terminal = folder.shell("env -u NO_COLOR TERM=xterm script -qec " + check + " /dev/null");
  BOOST_TEST(terminal.out.find("\x1b[32mproved") != std::string::npos);
  const Result plain = folder.shell("env NO_COLOR=1 TERM=xterm script -qec " + check + " /dev/null");
  BOOST_TEST(plain.out.find("proved") != std::string::npos);
  BOOST_TEST(plain.out.find("\x1b[32m") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(gen_writes_a_header) {
  const Folder folder;
  folder.write("logistic.gr", logistic);
  const Result r = folder.run({"gen", "logistic.gr", "-o", "out.hpp"});
  BOOST_TEST(r.code == 0);
  BOOST_TEST(r.out == "out.hpp: namespace logistic: L and its gradient with respect to w, b\n");
  const std::string header = slurp(folder / "out.hpp");
  for (const char* part :
       {"namespace logistic", "struct Inputs", "struct Params", "struct Gradient", "value_and_gradient"}) {
    BOOST_TEST(header.find(part) != std::string::npos, part);
  }
  const Result json =
      folder.run({"gen", "logistic.gr", "-o", "out.hpp", "--namespace", "neuron", "--wrt", "w", "--format", "json"});
  const Json j = Json::parse(json.out);
  BOOST_TEST((keys(j) == Keys{"file", "namespace", "of", "wrt"}));
  BOOST_TEST(j["namespace"] == "neuron");
  BOOST_TEST(j["wrt"].size() == 1U);
  BOOST_TEST(slurp(folder / "out.hpp").find("namespace neuron") != std::string::npos);
  BOOST_TEST(folder.run({"gen", "logistic.gr"}).out.find("namespace logistic") != std::string::npos);
  BOOST_TEST(folder.run({"gen", "logistic.gr", "--namespace", "3d"}).code == 2);
  folder.write("none.gr", "input x\ny = x^2\n");
  refuses(folder, {"gen", "none.gr"},
          "gradus: error: the model has no parameters to take the gradient for\n"
          "  say by what with --wrt, or declare them: param w, b\n");
}

BOOST_AUTO_TEST_CASE(same_input_same_bytes) {
  const Folder folder;
  folder.write("l.gr", logistic);
  const std::vector<std::vector<std::string>> lines = {{"derive", "l.gr", "--steps", "all"},
                                                       {"derive", "l.gr", "--format", "latex"},
                                                       {"derive", "l.gr", "--format", "json"},
                                                       {"check", "l.gr"},
                                                       {"check", "l.gr", "--format", "json"},
                                                       {"gen", "l.gr"},
                                                       {"rules", "list"},
                                                       {"functions", "list"}};
  for (const auto& line : lines) {
    const Result first = folder.run(line);
    BOOST_TEST(first.code == 0);
    BOOST_TEST(!first.out.empty());
    BOOST_TEST(folder.run(line).out == first.out);
  }
}

BOOST_AUTO_TEST_CASE(limits_are_errors) {
  const Folder folder;
  const std::string deep = std::string(100'000, '(') + "x" + std::string(100'000, ')');
  const Result nested = folder.run({"derive", "-"}, "input x\ny = " + deep + "\n");
  BOOST_TEST(nested.code == 2);
  BOOST_TEST(nested.out == "");
  BOOST_TEST(nested.err.starts_with("<stdin>:2:"));
  for (const char* number : {"10^10^10", "1e999999999"}) {
    const Result r = folder.run({"derive", "-e", std::string("x*") + number, "--wrt", "x"});
    BOOST_TEST(r.code == 2);
    BOOST_TEST(r.err.find("error: ") != std::string::npos);
    BOOST_TEST(r.out == "");
  }
}

BOOST_AUTO_TEST_SUITE_END()

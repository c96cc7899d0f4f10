// SPDX-License-Identifier: GPL-2.0-or-later
// `gradus gen --check` as a user meets it: what is printed where, exit codes, and what is left behind.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/program.h"

using namespace cli_test;

namespace {

const char* const loss = "input y\nparam z\nassume y in {0, 1}\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(gen_check)

BOOST_AUTO_TEST_CASE(the_report_stands_instead_of_the_header) {
  const Folder folder;
  folder.write("l.gr", loss);
  const Result r = folder.run({"gen", "l.gr", "--check", "--points", "300"});
  BOOST_TEST(r.code == 0);
  BOOST_TEST(r.err == "");
  BOOST_TEST(r.out.starts_with("compiled by `"));
  BOOST_TEST(has(r.out, "` and run at 300 points; bound: 4 ulp, normalised by the condition number\n  L by value(): "));
  BOOST_TEST(has(r.out, "\n  dL/dz by value_and_gradient(): "));
  BOOST_TEST(has(r.out, " ulp at y = "));
  BOOST_TEST(has(r.out, "\n  value() and value_and_gradient() return the same bits at every point\n"));
  BOOST_TEST(r.out.ends_with("\nwithin the bound at every point compared\n"));
  BOOST_TEST(folder.run({"gen", "l.gr", "--check", "--points", "300"}).out == r.out);
  BOOST_TEST(folder.names().size() == 1U);
}

BOOST_AUTO_TEST_CASE(with_a_file_the_header_is_written_as_well) {
  const Folder folder;
  folder.write("l.gr", loss);
  BOOST_TEST(folder.run({"gen", "l.gr", "-o", "plain.hpp", "--namespace", "l"}).code == 0);
  const Result r = folder.run({"gen", "l.gr", "-o", "l.hpp", "--check", "--points", "50", "--real", "float"});
  BOOST_TEST(r.code == 0, r.out << r.err);
  BOOST_TEST(r.out.starts_with("l.hpp: namespace l: L and its gradient with respect to z\ncompiled by `"));
  BOOST_TEST(has(slurp(folder / "l.hpp"), "inline float value("));
  BOOST_TEST(folder.run({"gen", "l.gr", "-o", "both.hpp", "--namespace", "l", "--check", "--points", "50"}).code == 0);
  // Nothing but the command in the banner differs.
  const auto after_banner = [&](const char* name) {
    const std::string text = slurp(folder / name);
    return text.substr(text.find("#pragma once"));
  };
  BOOST_TEST(after_banner("both.hpp") == after_banner("plain.hpp"));
}

BOOST_AUTO_TEST_CASE(second_derivatives_are_chosen_by_measurement_and_checked) {
  const Folder folder;
  // s*(1 - s)*(2 + u*(1 - 2*s)) cancels in almost every other form; 1 - (a/hypot)^2 is (b/hypot)^2; the squares below
  // acosh overflow; psi'' has poles of both signs.
  for (const char* const call : {"silu(u)", "hypot(u, v)", "acosh(u)", "digamma(u)"}) {
    folder.write("f.gr", "param u, v\nL = " + std::string(call) + "\n");
    const std::vector<std::string> by{"--wrt", std::string(call).find('v') == std::string::npos ? "u" : "u,v"};
    const Result r =
        folder.run({"gen", "f.gr", "--check", "--order", "2", "--points", "500", by[0], by[1], "--format", "json"});
    BOOST_REQUIRE_MESSAGE(r.code <= 1, call << r.err);
    const auto check = nlohmann::json::parse(r.out)["check"];
    const auto& last = check["results"].back();
    BOOST_TEST(last["function"] == "value_gradient_and_hessian");
    BOOST_TEST(last["name"] == (by[1] == "u" ? "diff(L, u, u)" : "diff(L, v, v)"));
    BOOST_TEST(last["compared"].get<int>() > 200);
    BOOST_TEST(last["beyond"] == 0);
  }
}

BOOST_AUTO_TEST_CASE(what_is_beyond_the_bound_is_exit_code_1) {
  const Folder folder;
  folder.write("l.gr", loss);
  // No sum of rounded numbers is always rounded correctly.
  const Result r = folder.run({"gen", "l.gr", "--check", "--points", "300", "--ulp", "0.5", "-o", "l.hpp"});
  BOOST_TEST(r.code == 1);
  BOOST_TEST(r.err == "");
  BOOST_TEST(r.out.ends_with("\nNOT within the bound\n"));
  BOOST_TEST(fs::exists(folder / "l.hpp"));
}

BOOST_AUTO_TEST_CASE(json_says_the_same) {
  const Folder folder;
  folder.write("l.gr", loss);
  const Result r = folder.run({"gen", "l.gr", "--check", "--points", "200", "--format", "json"});
  BOOST_TEST(r.code == 0);
  const auto check = nlohmann::json::parse(r.out)["check"];
  BOOST_TEST(check["points"] == 200);
  BOOST_TEST(check["ulp"] == 4.0);
  BOOST_TEST(check["within"] == true);
  BOOST_TEST(check["differing"] == 0);
  BOOST_REQUIRE(check["results"].size() == 3U);
  const auto& gradient = check["results"][2];
  BOOST_TEST(gradient["function"] == "value_and_gradient");
  BOOST_TEST(gradient["name"] == "dL/dz");
  BOOST_TEST(gradient["compared"].get<int>() + gradient["skipped"].get<int>() == 200);
  BOOST_TEST(gradient["beyond"] == 0);
  BOOST_TEST(gradient["worst"].get<double>() > 0.25);
  BOOST_TEST(gradient["at"].contains("z"));
  BOOST_TEST(gradient["raw_at"].contains("y"));

  const Result file = folder.run({"gen", "l.gr", "--check", "--points", "200", "--format", "json", "-o", "l.hpp"});
  const auto whole = nlohmann::json::parse(file.out);
  BOOST_TEST(whole["file"] == "l.hpp");
  BOOST_TEST((whole["check"] == check));

  const Result both =
      folder.run({"gen", "l.gr", "--check", "--points", "200", "--format", "json", "--accuracy", "report"});
  const auto reports = nlohmann::json::parse(both.out);
  BOOST_TEST((reports["check"] == check));
  BOOST_TEST(reports["statements"].size() > 0U);
}

BOOST_AUTO_TEST_CASE(numbers_of_points) {
  const Folder folder;
  folder.write("l.gr", loss);
  for (const std::string wrong : {"0", "10000001", "-5", "1e3", "ten", "10 "}) {
    refuses(folder, {"gen", "l.gr", "--check", "--points=" + wrong},
            "gradus: error: --points " + wrong + ": not a whole number from 1 to 10000000\n");
  }
  refuses(folder, {"gen", "l.gr", "--points", "5"}, "gradus: error: --points means nothing without --check\n");
  const Result one = folder.run({"gen", "l.gr", "--check", "--points", "1"});
  BOOST_TEST(has(one.out, "run at 1 points;"));
}

BOOST_AUTO_TEST_CASE(no_compiler_is_an_error_and_writes_nothing) {
  const Folder folder;
  folder.write("l.gr", loss);
  const std::string gen = quoted(GRADUS_PROGRAM) + " gen l.gr --check --points 5 -o l.hpp";
  const auto fails = [&](const std::string& environment, const std::string& message) {
    const Result r = folder.shell(environment + " " + gen);
    BOOST_TEST(r.code == 2);
    BOOST_TEST(r.out == "");
    BOOST_TEST(r.err == "gradus: error: " + message);
    BOOST_TEST(!fs::exists(folder / "l.hpp"));
  };
  fails("CXX= PATH=/nonexistent",
        "there is no C++ compiler to check the header with\n"
        "  install one (c++, g++ or clang++ in PATH), or say which by the environment variable CXX\n");
  fails("CXX=/no/such++", "there is no compiler `/no/such++`\n  that is what CXX is set to\n");
  fails("CXX=false", "`false` does not compile the header (exit code 1): it says nothing\n");
}

BOOST_AUTO_TEST_CASE(each_compiler_is_taken_by_cxx) {
  const Folder folder;
  folder.write("l.gr", loss);
  int tried = 0;
  for (const std::string compiler : {"g++", "clang++"}) {
    if (folder.shell("command -v " + compiler).code != 0) continue;
    ++tried;
    const Result r =
        folder.shell("CXX='" + compiler + " -Wall' " + quoted(GRADUS_PROGRAM) + " gen l.gr --check --points 50");
    BOOST_TEST(r.code == 0);
    BOOST_TEST(r.out.starts_with("compiled by `" + compiler + " -Wall` and run"));
  }
  BOOST_TEST(tried > 0);
}

BOOST_AUTO_TEST_CASE(nothing_stays_even_if_it_is_ended) {
  const Folder folder;
  folder.write("l.gr", loss);
  fs::create_directory(folder / "tmp");
  const Result r = folder.shell("TMPDIR=\"$PWD/tmp\" " + quoted(GRADUS_PROGRAM) +
                                " gen l.gr --check --points 10000000 & p=$!\n"
                                "until [ -n \"$(ls tmp)\" ]; do sleep 0.05; done; kill -TERM $p; wait $p");
  BOOST_TEST(r.code == 128 + 15);
  BOOST_TEST(r.out == "");
  BOOST_TEST(fs::is_empty(folder / "tmp"));
}

BOOST_AUTO_TEST_CASE(what_is_too_large_is_said) {
  const Folder folder;
  std::string text = "param x\nh0 = x\n";
  for (int k = 1; k <= 20; ++k)
    text += "h" + std::to_string(k) + " = h" + std::to_string(k - 1) + "*sin(h" + std::to_string(k - 1) + ")\n";
  folder.write("l.gr", text);
  const Result r = folder.run({"gen", "l.gr", "--check", "--points", "5"});
  BOOST_TEST(r.code == 2);
  BOOST_TEST(r.out == "");
  BOOST_TEST(has(r.err, "`h20` is too large to be checked"));
  BOOST_TEST(has(r.err, "--check finds true values of up to 100000 nodes"));
}

BOOST_AUTO_TEST_SUITE_END()

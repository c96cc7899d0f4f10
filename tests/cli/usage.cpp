// SPDX-License-Identifier: GPL-2.0-or-later
// Help, version, and what is wrong with a command line.
#include "cli/program.h"

using namespace cli_test;

BOOST_AUTO_TEST_SUITE(usage)

BOOST_AUTO_TEST_CASE(every_help_has_an_example) {
  const Folder folder;
  const std::vector<std::vector<std::string>> jobs = {{},
                                                      {"derive"},
                                                      {"check"},
                                                      {"gen"},
                                                      {"rules"},
                                                      {"rules", "list"},
                                                      {"rules", "show"},
                                                      {"rules", "verify"},
                                                      {"functions"},
                                                      {"functions", "list"},
                                                      {"functions", "show"}};
  for (std::vector<std::string> job : jobs) {
    job.emplace_back("--help");
    const Result r = folder.run(job);
    BOOST_TEST(r.code == 0);
    BOOST_TEST(r.err == "");
    const std::size_t example = r.out.find("Example");
    BOOST_REQUIRE(example != std::string::npos);
    BOOST_TEST(r.out.find("\n  gradus ", example) != std::string::npos);
    BOOST_TEST(r.out.find("--rules DIR") != std::string::npos);
    job.back() = "-h";
    BOOST_TEST(folder.run(job).out == r.out);
  }
}

BOOST_AUTO_TEST_CASE(version) {
  const Folder folder;
  const Result r = folder.run({"--version"});
  BOOST_TEST(r.code == 0);
  BOOST_TEST(r.out.starts_with("gradus 0."));
  BOOST_TEST(r.out.ends_with("\n"));
}

BOOST_AUTO_TEST_CASE(misspelt_words_get_a_suggestion) {
  const Folder folder;
  folder.write("l.gr", logistic);
  refuses(folder, {"dervie", "l.gr"}, "gradus: error: there is no `gradus dervie`\n  did you mean `derive`?\n");
  refuses(folder, {"rules", "lst"}, "gradus: error: there is no `gradus rules lst`\n  did you mean `list`?\n");
  refuses(folder, {"derive", "l.gr", "--stpes", "all"},
          "gradus: error: unknown option `--stpes`\n  did you mean `--steps`?\n");
  refuses(folder, {"derive", "l.gr", "--stpes=all"},
          "gradus: error: unknown option `--stpes`\n  did you mean `--steps`?\n");
  refuses(folder, {"derive", "l.gr", "--steps", "kye"},
          "gradus: error: --steps cannot be `kye`\n  did you mean `key`?\n");
  refuses(folder, {"derive", "l.gr", "--method", "chian"},
          "gradus: error: --method cannot be `chian`\n  did you mean `chain`?\n");
  refuses(folder, {"check", "l.gr", "--format", "latex"},
          "gradus: error: --format cannot be `latex`\n  use one of: text, json\n");
  refuses(folder, {"derive", "l.gr", "--of", "LL"},
          "gradus: error: --of: the model has no name `LL`\n  did you mean `L`?\n");
  refuses(folder, {"derive", "l.gr", "--wrt", "w,bb"},
          "gradus: error: --wrt: the model has no name `bb`\n  did you mean `b`?\n");
  refuses(folder, {"gen", "l.gr", "--wrt", "wx"},
          "gradus: error: --wrt: the model has no name `wx`\n  did you mean `w`?\n");
  refuses(folder, {"functions", "show", "sigmiod"},
          "gradus: error: there is no function `sigmiod`\n  did you mean `sigmoid`?\n");
  folder.write("m.gr", "input x\nmodel first\ny = x\nmodel second\ny = x^2\n");
  refuses(folder, {"check", "m.gr", "--model", "secnod"},
          "gradus: error: `m.gr` has no model `secnod`\n  did you mean `second`?\n");
}

BOOST_AUTO_TEST_CASE(misspelt_rule) {
  const Folder folder;
  const Result list = folder.run({"rules", "list", "--format", "json"});
  BOOST_REQUIRE(list.code == 0);
  const std::size_t at = list.out.find("\"name\": \"");
  BOOST_REQUIRE(at != std::string::npos);
  const std::string name = list.out.substr(at + 9, list.out.find('"', at + 9) - at - 9);
  BOOST_TEST(folder.run({"rules", "show", name}).code == 0);
  const std::string wrong = name + "q";
  refuses(folder, {"rules", "show", wrong},
          "gradus: error: there is no rule `" + wrong + "`\n  did you mean `" + name + "`?\n");
  refuses(folder, {"rules", "show", "nothing-like-any-rule-of-ours"},
          "gradus: error: there is no rule `nothing-like-any-rule-of-ours`\n  see gradus rules list\n");
}

BOOST_AUTO_TEST_CASE(wrong_combinations) {
  const Folder folder;
  folder.write("l.gr", logistic);
  refuses(folder, {},
          "gradus: error: no job is named\n  use one of: derive, check, gen, rules, functions; see gradus --help\n");
  refuses(folder, {"rules"}, "gradus: error: gradus rules needs a word more\n  see gradus rules --help\n");
  refuses(folder, {"rules", "show"}, "gradus: error: gradus rules show needs a name\n  see gradus rules show --help\n");
  refuses(folder, {"derive"}, "gradus: error: no file is given\n  give a .gr file, or - for standard input\n");
  refuses(folder, {"derive", "l.gr", "m.gr"},
          "gradus: error: unexpected argument `m.gr`\n  gradus derive takes one file\n");
  refuses(folder, {"derive", "l.gr", "--of"},
          "gradus: error: --of: 1 required NAME missing\n  see gradus derive --help\n");
  refuses(folder, {"derive", "l.gr", "--wrt", "w,,b"},
          "gradus: error: --wrt has an empty name\n  names are separated by commas: --wrt w,b\n");
  refuses(folder, {"derive", "l.gr", "--of", ""}, "gradus: error: --of is empty\n");
  refuses(folder, {"derive", "-e", "x", "l.gr"}, "gradus: error: -e and a file exclude each other\n");
  refuses(folder, {"derive", "-e", "x", "--of", "x"}, "gradus: error: --of means nothing with -e\n");
  refuses(folder, {"derive", "--via", "l.gr", "--wrt", "w"},
          "gradus: error: --wrt means nothing with --via\n  --via connects the claims of its files\n");
  refuses(folder, {"--format", "json", "check", "l.gr"},
          "gradus: error: unknown option `--format`\n  it goes after the job: gradus check --format\n");
  refuses(folder, {"check", "-", "-"}, "gradus: error: standard input can be read only once\n");
}

BOOST_AUTO_TEST_CASE(rules_folder) {
  const Folder folder;
  BOOST_TEST(folder.run({"rules", "list", "--rules", "nowhere"}).code == 2);
  fs::create_directory(folder / "empty");
  const Result empty = folder.run({"--rules", "empty", "rules", "list"});
  BOOST_TEST(empty.code == 2);
  BOOST_TEST(empty.out == "");
  BOOST_TEST(empty.err.starts_with("gradus: error: "));
  fs::copy(fs::path(GRADUS_SOURCE_DIR) / "rules", folder / "mine");
  BOOST_TEST(folder.run({"rules", "list", "--rules", "mine"}).out == folder.run({"rules", "list"}).out);
}

BOOST_AUTO_TEST_SUITE_END()

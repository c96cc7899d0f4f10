// SPDX-License-Identifier: GPL-2.0-or-later
// Reading inputs, writing outputs: what is written is whole, or nothing is touched.
#include <sys/stat.h>

#include "cli/program.h"

using namespace cli_test;

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(inputs_that_cannot_be_read) {
  const Folder folder;
  refuses(folder, {"derive", "none.gr"}, "gradus: error: cannot read `none.gr`: No such file or directory\n");
  refuses(folder, {"check", "."}, "gradus: error: no model or document is in `.`\n");
  folder.write("l.gr", logistic);
  refuses(folder, {"check", "l.gr", "none.gr"}, "gradus: error: cannot read `none.gr`: No such file or directory\n");
}

BOOST_AUTO_TEST_CASE(a_bad_model_has_its_place) {
  const Folder folder;
  const std::string text = "input x\ny = sigmod(x)\n";
  folder.write("bad.gr", text);
  const Result file = folder.run({"derive", "bad.gr"});
  BOOST_TEST(file.code == 2);
  BOOST_TEST(file.out == "");
  BOOST_TEST(file.err.starts_with("bad.gr:2:5: error: "));
  BOOST_TEST(file.err.find("  y = sigmod(x)\n      ^") != std::string::npos);
  BOOST_TEST(file.err.find("did you mean `sigmoid`?") != std::string::npos);
  const Result input = folder.run({"derive", "-"}, text);
  BOOST_TEST(input.code == 2);
  BOOST_TEST(input.err.starts_with("<stdin>:2:5: error: "));
  const Result expression = folder.run({"derive", "-e", "x + sigmod(x)", "--wrt", "x"});
  BOOST_TEST(expression.code == 2);
  BOOST_TEST(expression.err.starts_with("<expression>:1:5: error: "));
}

BOOST_AUTO_TEST_CASE(standard_input_is_a_file) {
  const Folder folder;
  folder.write("l.gr", logistic);
  const Result file = folder.run({"derive", "l.gr", "--steps", "none"});
  BOOST_TEST(file.code == 0);
  BOOST_TEST(file.out == folder.run({"derive", "-", "--steps", "none"}, logistic).out);
}

BOOST_AUTO_TEST_CASE(output_file) {
  const Folder folder;
  folder.write("l.gr", logistic);
  const Result shown = folder.run({"derive", "l.gr"});
  BOOST_REQUIRE(shown.code == 0);
  BOOST_REQUIRE(!shown.out.empty());
  const Result written = folder.run({"derive", "l.gr", "-o", "out.txt"});
  BOOST_TEST(written.code == 0);
  BOOST_TEST(written.out == "");
  BOOST_TEST(slurp(folder / "out.txt") == shown.out);
  BOOST_TEST(folder.names().size() == 2U);
  BOOST_TEST(folder.run({"derive", "l.gr", "-o", "-"}).out == shown.out);
  // A link is followed, and the mode of a file that is replaced is kept.
  fs::create_symlink("out.txt", folder / "link.txt");
  ::chmod((folder / "out.txt").c_str(), 0640);
  folder.write("out.txt", "old");
  BOOST_TEST(folder.run({"derive", "l.gr", "-o", "link.txt"}).code == 0);
  BOOST_TEST(fs::is_symlink(folder / "link.txt"));
  BOOST_TEST(slurp(folder / "out.txt") == shown.out);
  BOOST_TEST((fs::status(folder / "out.txt").permissions() == fs::perms(0640)));
}

BOOST_AUTO_TEST_CASE(an_error_leaves_the_output_untouched) {
  const Folder folder;
  folder.write("l.gr", logistic);
  folder.write("bad.gr", "input x\ny = x +\n");
  folder.write("out.hpp", "precious\n");
  for (const char* job : {"gen", "derive", "check"}) {
    const Result r = folder.run({job, "bad.gr", "-o", "out.hpp"});
    BOOST_TEST(r.code == 2);
    BOOST_TEST(r.out == "");
    BOOST_TEST(!r.err.empty());
    BOOST_TEST(slurp(folder / "out.hpp") == "precious\n");
  }
  refuses(folder, {"gen", "l.gr", "-o", "l.gr"},
          "gradus: error: the output `l.gr` is the input file\n  choose another name for -o\n");
  BOOST_TEST(slurp(folder / "l.gr") == logistic);
  BOOST_TEST(folder.names().size() == 3U);
}

BOOST_AUTO_TEST_CASE(outputs_that_cannot_be_written) {
  const Folder folder;
  folder.write("l.gr", logistic);
  fs::create_directory(folder / "dir");
  refuses(folder, {"gen", "l.gr", "-o", "dir"}, "gradus: error: cannot write `dir`: Is a directory\n");
  refuses(folder, {"gen", "l.gr", "-o", "no/where.hpp"},
          "gradus: error: cannot write `no/where.hpp`: No such file or directory\n");
  refuses(folder, {"derive", "l.gr", "-o", "/dev/full"},
          "gradus: error: cannot write `/dev/full`: No space left on device\n");
  for (const char* words : {"derive l.gr", "check l.gr", "rules list", "--help", "functions list"}) {
    const Result r = folder.shell(quoted(GRADUS_PROGRAM) + " " + words + " >/dev/full");
    BOOST_TEST(r.err == "gradus: error: cannot write to standard output: No space left on device\n");
    BOOST_TEST(r.code == 2);
  }
  BOOST_TEST(fs::is_character_file("/dev/full"));
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// The program in its build tree, installed, and copied alone.
#include "cli/program.h"

using namespace cli_test;

BOOST_AUTO_TEST_SUITE(install)

BOOST_AUTO_TEST_CASE(installed_and_copied_programs_work) {
  const Folder folder;
  folder.write("l.gr", logistic);
  const std::vector<std::string> words = {"derive", "l.gr", "--of", "L", "--wrt", "w"};
  const Result built = folder.run(words);
  BOOST_REQUIRE(built.code == 0);

  const Result installed = folder.shell("cmake --install " + quoted(GRADUS_BINARY_DIR) + " --prefix prefix");
  BOOST_REQUIRE_MESSAGE(installed.code == 0, installed.err);
  const std::string program = (folder / "prefix/bin/gradus").string();
  BOOST_TEST(fs::exists(folder / "prefix/include/gradus/expr/expr.h"));
  BOOST_TEST(folder.run(words, {}, program).out == built.out);
  const Result library = folder.shell("ls prefix/lib/libgradus.a prefix/lib/*/libgradus.a 2>/dev/null; :");
  BOOST_TEST(!library.out.empty());

  // The installed rules are the ones in use: a broken one is noticed.
  const fs::path rules = folder / "prefix/share/gradus/rules";
  BOOST_REQUIRE(fs::exists(rules / "functions.rules"));
  std::ofstream(rules / "zz.rules") << "nonsense\n";
  const Result broken = folder.run({"rules", "list"}, {}, program);
  BOOST_TEST(broken.code == 2);
  BOOST_TEST(broken.err.find("zz.rules:1:1: error: ") != std::string::npos);

  // Alone, the program uses what is compiled into it.
  fs::create_directory(folder / "alone");
  fs::copy_file(program, folder / "alone/gradus");
  fs::remove_all(folder / "prefix");
  const std::string copy = (folder / "alone/gradus").string();
  BOOST_TEST(folder.run(words, {}, copy).out == built.out);
  BOOST_TEST(folder.run({"rules", "list"}, {}, copy).out == folder.run({"rules", "list"}).out);
}

BOOST_AUTO_TEST_SUITE_END()

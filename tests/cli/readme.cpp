// SPDX-License-Identifier: GPL-2.0-or-later
// What the README shows is what the program prints.
#include "cli/program.h"

using namespace cli_test;

namespace {

// The text as an indented block of Markdown.
std::string block(const std::string& text) {
  std::istringstream in(text);
  std::string out;
  for (std::string line; std::getline(in, line);) out += line.empty() ? "\n" : "    " + line + "\n";
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(readme)

BOOST_AUTO_TEST_CASE(examples_are_real) {
  const Folder folder;
  const fs::path source = GRADUS_SOURCE_DIR;
  fs::copy(source / "examples", folder / "examples");
  const std::string text = slurp(source / "README.md");

  const Result derived =
      folder.run({"derive", "examples/logistic.gr", "--of", "L", "--wrt", "w", "--method", "direct"});
  BOOST_TEST(derived.code == 0);
  BOOST_TEST(text.find(block(derived.out)) != std::string::npos, derived.out);

  const Result checked = folder.run({"check", "examples/mistake.gr"});
  BOOST_TEST(checked.code == 1);
  BOOST_TEST(text.find(block(checked.out)) != std::string::npos, checked.out);

  const Result notes = folder.run({"check", "examples/notes.md"});
  BOOST_TEST(notes.code == 1);
  BOOST_TEST(text.find(block(notes.out)) != std::string::npos, notes.out);

  const Result generated = folder.run({"gen", "examples/logistic.gr"});
  BOOST_TEST(generated.code == 0);
  const std::size_t begin = generated.out.find("/// The value of `L`, and its gradient");
  const std::size_t end = generated.out.find("\n}\n", begin);
  BOOST_REQUIRE(begin != std::string::npos && end != std::string::npos);
  const std::string function = generated.out.substr(begin, end + 3 - begin);
  BOOST_TEST(text.find(block(function)) != std::string::npos, function);
}

BOOST_AUTO_TEST_SUITE_END()

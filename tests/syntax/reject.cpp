// SPDX-License-Identifier: GPL-2.0-or-later
// The exact text of every refusal: tests/reject/NAME.gr is a model file, NAME.expr an expression of the command line,
// NAME.err what is said. UPDATE_GOLDEN=1 writes the expectations anew, for review.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "gradus/rule/rule.h"
#include "gradus/syntax/parse.h"
#include "syntax/lexer.h"
#include "syntax/table.h"

namespace {

using namespace gradus;
namespace fs = std::filesystem;
const fs::path root = GRADUS_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(in, "cannot read " << path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// With the functions that are built in: suggestions name them.
class Refusals {
 public:
  std::string refusal(const std::string& name, std::string text) {
    Arena arena;
    try {
      if (name.ends_with(".expr")) {
        parse_expression(arena, functions_, test::source_of(std::move(text), "<expression>"));
      } else {
        parse_model(arena, functions_, test::source_of(std::move(text), name));
      }
    } catch (const Error& error) {
      return render(error);
    }
    return "accepted";
  }

 private:
  Arena arena_;  // of the functions
  FunctionTable functions_ =
      load_catalogue(arena_, {test::source_of(read(root / "rules/functions.rules"), "functions.rules")}).functions;
};

std::string repeated(const std::string& text, std::size_t n) {
  std::string out;
  out.reserve(text.size() * n);
  for (std::size_t k = 0; k < n; ++k) out += text;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reject)

BOOST_AUTO_TEST_CASE(what_is_refused) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(root / "tests/reject")) {
    if (entry.path().extension() != ".err") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  BOOST_REQUIRE_GE(files.size(), 150U);
  Refusals reader;
  for (const fs::path& file : files) {
    const std::string got = reader.refusal(file.filename().string(), read(file));
    const fs::path expected = fs::path(file).replace_extension(".err");
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(expected, std::ios::binary) << got;
    BOOST_TEST_CONTEXT(file.filename().string()) {
      BOOST_TEST(got != "accepted");
      // Nothing of a file reaches the terminal that would steer it.
      BOOST_TEST(std::ranges::none_of(got, [](char c) { return (c >= 0 && c < 0x20 && c != '\n') || c == 0x7F; }));
      BOOST_TEST(got.find("\xC2\x9B") == std::string::npos);
      BOOST_TEST(got == read(expected));
    }
  }
}

// What is refused for its size; the message is the first line.
BOOST_AUTO_TEST_CASE(what_is_too_large) {
  const auto first_line = [](const std::string& name, std::string text) {
    const std::string got = Refusals().refusal(name, std::move(text));
    return got.substr(0, got.find('\n'));
  };
  const std::string ones(10'001, '1');
  BOOST_TEST(first_line("a.gr", "z = 2*" + ones + "\n") == "a.gr:1:7: error: a number has more than 10000 digits");
  BOOST_TEST(first_line("a.gr", "z = " + std::string(100'000, '9') + "\n") ==
             "a.gr:1:5: error: a number of more than 10000 digits");
  BOOST_TEST(first_line("a.gr", "z = 0." + std::string(30'000, '0') + "1\n") ==
             "a.gr:1:5: error: a number of more than 10000 digits");
  BOOST_TEST(first_line("a.gr", "z = 0" + repeated(" + 1e9999", 5'001) + "\n") ==
             "a.gr:1:45000: error: the numbers of this text have more than 50000000 digits in all");
  BOOST_TEST(first_line("a.gr", std::string(syntax::max_source_bytes + 1, ' ')) ==
             "a.gr:1:1: error: the text is longer than 67108864 bytes");
  std::string parameters = "t0";
  for (int k = 1; k <= 1000; ++k) parameters += ", t" + std::to_string(k);
  BOOST_TEST(first_line("a.gr", "g(" + parameters + ") = 1\n") ==
             "a.gr:1:5893: error: a function has 1000 parameters at most");
}

BOOST_AUTO_TEST_SUITE_END()

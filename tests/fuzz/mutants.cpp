// SPDX-License-Identifier: GPL-2.0-or-later
// Files of the repository, broken by a seeded generator: none of them may break the program.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include "fuzz/properties.h"

namespace {

namespace fs = std::filesystem;

std::vector<std::string> corpus(const std::vector<std::string>& folders, const std::string& extension) {
  std::vector<fs::path> files;
  for (const std::string& folder : folders) {
    for (const auto& entry : fs::directory_iterator(fs::path(GRADUS_SOURCE_DIR) / folder)) {
      if (entry.path().extension() == extension) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> out;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return out;
}

// What is put in: of models and rules, and of documents.
const std::vector<std::string> notation{"(",
                                        ")",
                                        ",",
                                        "=",
                                        "==",
                                        "<=",
                                        "^",
                                        "*",
                                        "/",
                                        "-",
                                        "+",
                                        "'",
                                        "[",
                                        "]",
                                        "{",
                                        "}",
                                        ".",
                                        "\n",
                                        " ",
                                        "#",
                                        "in",
                                        "d",
                                        "e",
                                        "0",
                                        "1",
                                        "9",
                                        "x",
                                        "/dx",
                                        "where(",
                                        "claim ",
                                        "assume ",
                                        "input ",
                                        "param ",
                                        "model m\n",
                                        "d(x)/d",
                                        "1e9",
                                        "0.1",
                                        "...",
                                        "\xcf\x83",
                                        "\xff",
                                        std::string(1, '\0'),
                                        "rule ",
                                        "from ",
                                        "if ",
                                        "ln(",
                                        "exp(",
                                        "max("};
const std::vector<std::string> markup{"x",    " ",   "\n", "{",    "}",   "\"",   "\xcf\x83",
                                      "\xff", "$",   "$$", "\\",   "\\[", "\\]",  "\\begin{align}",
                                      "`",    "```", "%",  "\n\n", "> ",  "<!--", "::\n"};

class Breaker {
 public:
  Breaker(const std::vector<std::string>& texts, const std::vector<std::string>& words)
      : texts_(texts), words_(words) {}

  std::string next() {
    std::string text = pick(texts_);
    const bool gently = below(2) == 0;
    for (std::size_t k = 1 + below(4); k > 0; --k) gently ? swap(text) : change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  // Up to 12 bytes somewhere, seldom more.
  std::pair<std::size_t, std::size_t> span(const std::string& text) {
    const std::size_t at = below(text.size() + 1);
    return {at, std::min(text.size() - at, below(below(8) == 0 ? 200 : 12))};
  }

  // One name, number or operator for another of the text.
  void swap(std::string& text) {
    static const std::regex token("[A-Za-z_][A-Za-z_0-9]*|[0-9]+(\\.[0-9]+)?|[-+*/^]");
    std::vector<std::smatch> found;
    for (std::sregex_iterator it(text.begin(), text.end(), token), end; it != end; ++it) found.push_back(*it);
    if (found.empty()) return;
    const auto kind = [](const std::smatch& m) {
      const char c = m.str()[0];
      return c >= '0' && c <= '9' ? 0 : std::string("-+*/^").find(c) != std::string::npos ? 1 : 2;
    };
    const std::smatch& old = pick(found);
    const std::smatch& other = pick(found);
    if (kind(old) == kind(other)) {
      text.replace(static_cast<std::size_t>(old.position()), old.str().size(), other.str());
    }
  }

  void change(std::string& text) {
    const auto [at, size] = span(text);
    switch (below(5)) {
      case 0:
        text.erase(at, size);
        break;
      case 1:
        text.insert(at, pick(words_));
        break;
      case 2:
        text.replace(at, size, pick(words_));
        break;
      case 3: {
        const std::string again = text.substr(at, size);
        text.insert(span(text).first, again);
        break;
      }
      default: {
        const std::string& other = pick(texts_);
        const auto [from, length] = span(other);
        text.replace(at, size, other, from, length);
      }
    }
  }

  const std::vector<std::string>&texts_, &words_;
  std::mt19937_64 random_{20261125};
};

void try_mutants(const std::vector<std::string>& texts, void (*property)(std::string_view), int count,
                 const std::vector<std::string>& words = notation) {
  Breaker breaker(texts, words);
  for (int k = 0; k < count; ++k) {
    const std::string text = breaker.next();
    try {
      property(text);
    } catch (const std::exception& e) {
      BOOST_ERROR(std::string(e.what()) + "\n--- of the text\n" + text);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mutants)

BOOST_AUTO_TEST_CASE(of_model_files) {
  const auto texts = corpus({"examples", "tests/fuzz/seeds", "tests/reject"}, ".gr");
  BOOST_REQUIRE_GE(texts.size(), 100U);
  try_mutants(texts, gradus::fuzz::models, 20'000);
}

BOOST_AUTO_TEST_CASE(of_rule_files) {
  const auto texts = corpus({"tests/rule/reject"}, ".rules");
  BOOST_REQUIRE_GE(texts.size(), 50U);
  try_mutants(texts, gradus::fuzz::rules, 400);
}

BOOST_AUTO_TEST_CASE(of_documents) {
  std::vector<std::string> texts;
  for (const char* extension : {".md", ".tex", ".ipynb", ".rst"}) {
    for (std::string& text : corpus({"tests/fuzz/seeds/documents"}, extension)) texts.push_back(std::move(text));
  }
  BOOST_REQUIRE_GE(texts.size(), 5U);
  try_mutants(texts, gradus::fuzz::documents, 10'000, markup);
}

BOOST_AUTO_TEST_CASE(of_models_for_the_jobs) {
  const auto texts = corpus({"tests/fuzz/seeds"}, ".gr");
  BOOST_REQUIRE_GE(texts.size(), 5U);
  const char* wish = std::getenv("GRADUS_MUTANTS");
  const int jobs = wish == nullptr ? 60 : std::atoi(wish);
  try_mutants(texts, gradus::fuzz::jobs, jobs);
}

BOOST_AUTO_TEST_SUITE_END()

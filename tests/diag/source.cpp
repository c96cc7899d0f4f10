// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/diag/source.h"

#include <boost/test/unit_test.hpp>

namespace {

using namespace gradus;

SourcePtr source(std::string text, std::string name = "f.gr") {
  return std::make_shared<const Source>(Source{std::move(name), std::move(text)});
}

std::string rendered(const std::string& text, std::size_t begin, std::size_t end, const std::string& hint = {}) {
  return render(Error({source(text), begin, end}, "wrong", hint));
}

void at(const std::string& text, std::size_t begin, std::size_t line, std::size_t column) {
  BOOST_TEST_CONTEXT("byte " << begin << " of " << text) {
    const Position p = Place{source(text), begin, begin}.position();
    BOOST_TEST(p.line == line);
    BOOST_TEST(p.column == column);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(places)

BOOST_AUTO_TEST_CASE(positions) {
  at("", 0, 1, 1);
  at("ab\ncd", 0, 1, 1);
  at("ab\ncd", 2, 1, 3);  // the line break belongs to its line
  at("ab\ncd", 3, 2, 1);
  at("ab\ncd", 5, 2, 3);
  at("ab\ncd", 99, 2, 3);  // behind the end: the end
  at("ab\n", 3, 2, 1);
  at("\n\n\n", 2, 3, 1);
  at("ab\r\ncd", 4, 2, 1);
  at("ab\r\ncd", 2, 1, 3);
}

BOOST_AUTO_TEST_CASE(columns_count_code_points) {
  at("σ = x", 2, 1, 2);
  at("σ = x", 5, 1, 5);
  at("a\nσ😀漢x", 2 + 2 + 4 + 3, 2, 4);
  // Each broken byte is one: a lone continuation, a cut sequence, an overlong one.
  at("\x80x", 1, 1, 2);
  at("\xE2\x82x", 2, 1, 3);
  at("\xC0\xAFx", 2, 1, 3);
  // A byte order mark is no column, but only at the beginning.
  at("\xEF\xBB\xBFx = y", 3, 1, 1);
  at("\xEF\xBB\xBFx = y", 0, 1, 1);
  at("\xEF\xBB\xBFx\n\xEF\xBB\xBFy", 8, 2, 2);
}

BOOST_AUTO_TEST_CASE(nowhere) {
  BOOST_TEST(Place{}.position().line == 1U);
  BOOST_TEST(Place{}.position().column == 1U);
  BOOST_TEST(Place{}.text() == "");
}

BOOST_AUTO_TEST_CASE(texts) {
  const SourcePtr s = source("hello");
  BOOST_TEST((Place{s, 1, 3}).text() == "el");
  BOOST_TEST((Place{s, 1, 99}).text() == "ello");
  BOOST_TEST((Place{s, 9, 12}).text() == "");
  BOOST_TEST((Place{s, 3, 1}).text() == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rendering)

BOOST_AUTO_TEST_CASE(the_parts_of_an_error) {
  const Error error({source("a = b"), 4, 5}, "wrong", "try c");
  BOOST_TEST(error.what() == "wrong");
  BOOST_TEST(render(error) == "f.gr:1:5: error: wrong\n  a = b\n      ^\n  try c\n");
  BOOST_TEST(render(Error({}, "wrong")) == "error: wrong\n");
  BOOST_TEST(render(Error({}, "wrong", "try c")) == "error: wrong\n  try c\n");
}

BOOST_AUTO_TEST_CASE(what_is_underlined) {
  BOOST_TEST(rendered("abcdef", 1, 4) == "f.gr:1:2: error: wrong\n  abcdef\n   ^~~\n");
  BOOST_TEST(rendered("abcdef", 2, 2) == "f.gr:1:3: error: wrong\n  abcdef\n    ^\n");
  BOOST_TEST(rendered("abcdef", 3, 1) == "f.gr:1:4: error: wrong\n  abcdef\n     ^\n");
  // Up to the end of the line only.
  BOOST_TEST(rendered("abc\ndef", 1, 6) == "f.gr:1:2: error: wrong\n  abc\n   ^~\n");
  BOOST_TEST(rendered("abc\r\ndef", 1, 6) == "f.gr:1:2: error: wrong\n  abc\n   ^~\n");
  // Behind the line, and behind the text.
  BOOST_TEST(rendered("abc\ndef", 3, 3) == "f.gr:1:4: error: wrong\n  abc\n     ^\n");
  BOOST_TEST(rendered("abc", 3, 3) == "f.gr:1:4: error: wrong\n  abc\n     ^\n");
  BOOST_TEST(rendered("abc", 90, 99) == "f.gr:1:4: error: wrong\n  abc\n     ^\n");
  BOOST_TEST(rendered("", 0, 0) == "f.gr:1:1: error: wrong\n  \n  ^\n");
  BOOST_TEST(rendered("a\n", 2, 2) == "f.gr:2:1: error: wrong\n  \n  ^\n");
}

BOOST_AUTO_TEST_CASE(the_caret_stands_below_its_character) {
  BOOST_TEST(rendered("\ta\tb", 3, 4) == "f.gr:1:4: error: wrong\n   a b\n     ^\n");
  BOOST_TEST(rendered("σ*τ", 3, 5) == "f.gr:1:3: error: wrong\n  σ*τ\n    ^\n");
  BOOST_TEST(rendered("漢字q", 6, 7) == "f.gr:1:3: error: wrong\n  漢字q\n      ^\n");
  BOOST_TEST(rendered("漢字q", 0, 6) == "f.gr:1:1: error: wrong\n  漢字q\n  ^~~~\n");
  BOOST_TEST(rendered("w\xCC\x82q", 3, 4) == "f.gr:1:3: error: wrong\n  w\xCC\x82q\n   ^\n");
  BOOST_TEST(rendered("\x80\xE2\x82q", 3, 4) == "f.gr:1:4: error: wrong\n  ???q\n     ^\n");
  BOOST_TEST(rendered("\xEF\xBB\xBFq", 3, 4) == "f.gr:1:1: error: wrong\n  q\n  ^\n");
}

BOOST_AUTO_TEST_CASE(nothing_steers_the_terminal) {
  BOOST_TEST(rendered(std::string("a\0\x1b[31m\x7f\xC2\x9B\xE2\x80\xAE q", 15), 0, 1) ==
             "f.gr:1:1: error: wrong\n  a  [31m    q\n  ^\n");
}

BOOST_AUTO_TEST_CASE(long_lines_are_cut) {
  const std::string line = std::string(300, 'a') + "b" + std::string(300, 'c');
  BOOST_TEST(rendered(line, 300, 301) == "f.gr:1:301: error: wrong\n  …" + std::string(60, 'a') + "b" +
                                             std::string(59, 'c') + "…\n  " + std::string(61, ' ') + "^\n");
  BOOST_TEST(rendered(line, 0, 2) == "f.gr:1:1: error: wrong\n  " + std::string(120, 'a') + "…\n  ^~\n");
  BOOST_TEST(rendered(line, 600, 601) ==
             "f.gr:1:601: error: wrong\n  …" + std::string(120, 'c') + "\n  " + std::string(120, ' ') + "^\n");
  // At the end of the line, behind it, and wider than what is shown.
  BOOST_TEST(rendered(line, 601, 601) ==
             "f.gr:1:602: error: wrong\n  …" + std::string(120, 'c') + "\n  " + std::string(121, ' ') + "^\n");
  BOOST_TEST(rendered(line, 0, 601) ==
             "f.gr:1:1: error: wrong\n  " + std::string(120, 'a') + "…\n  ^" + std::string(120, '~') + "\n");
  const std::string exact(120, 'a');
  BOOST_TEST(rendered(exact, 119, 120) ==
             "f.gr:1:120: error: wrong\n  " + exact + "\n  " + std::string(119, ' ') + "^\n");
}

BOOST_AUTO_TEST_CASE(a_line_of_many_megabytes) {
  const std::string text(20'000'000, '\x80');
  BOOST_TEST(rendered(text, text.size() - 1, text.size()).starts_with("f.gr:1:20000000: error: wrong\n  …?"));
}

BOOST_AUTO_TEST_SUITE_END()

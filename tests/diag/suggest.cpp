// SPDX-License-Identifier: GPL-2.0-or-later
#include <boost/test/unit_test.hpp>

#include "gradus/diag/source.h"

namespace {

using gradus::did_you_mean;
using gradus::nearest;
using Words = std::vector<std::string>;

const Words functions{"exp", "ln", "sigmoid", "softplus", "sin", "sinh", "tanh", "log1p"};

}  // namespace

BOOST_AUTO_TEST_SUITE(suggestions)

BOOST_AUTO_TEST_CASE(near_words) {
  BOOST_TEST(nearest("sigmod", functions) == "sigmoid");
  BOOST_TEST(nearest("sigmiod", functions) == "sigmoid");  // a swap counts once
  BOOST_TEST(nearest("sofplus", functions) == "softplus");
  BOOST_TEST(nearest("softpluss", functions) == "softplus");
  BOOST_TEST(nearest("lg1p", functions) == "log1p");
  BOOST_TEST(nearest("exq", functions) == "exp");
}

BOOST_AUTO_TEST_CASE(capitals) {
  BOOST_TEST(nearest("l", Words{"a", "L"}) == "L");
  BOOST_TEST(nearest("EXP", Words{"exq", "exp"}) == "exp");
  BOOST_TEST(nearest("Loss", Words{"Los", "loss"}) == "loss");
}

BOOST_AUTO_TEST_CASE(words_that_are_too_far) {
  BOOST_TEST(nearest("cosine", functions) == "");
  BOOST_TEST(nearest("sgmd", functions) == "");
  BOOST_TEST(nearest("", functions) == "");
  BOOST_TEST(nearest("x", Words{"a", "b"}) == "");  // nothing of it is left
  BOOST_TEST(nearest("x", Words{"y", "x1"}) == "x1");
  BOOST_TEST(nearest("ab", Words{"ba", "ac"}) == "ba");  // the first of two at one change
  BOOST_TEST(nearest("ab", Words{"cd"}) == "");
  BOOST_TEST(nearest("abc", Words{}) == "");
}

BOOST_AUTO_TEST_CASE(ties_go_to_the_first) {
  BOOST_TEST(nearest("sinn", Words{"sin", "sinh"}) == "sin");
  BOOST_TEST(nearest("sinn", Words{"sinh", "sin"}) == "sinh");
  BOOST_TEST(nearest("abcdef", Words{"abcxyf", "abcxef"}) == "abcxef");  // nearer beats earlier
}

BOOST_AUTO_TEST_CASE(a_word_is_not_its_own_suggestion) {
  BOOST_TEST(nearest("sin", Words{"sin"}) == "");
  BOOST_TEST(nearest("sin", Words{"sin", "sinh"}) == "sinh");
}

BOOST_AUTO_TEST_CASE(letters_are_code_points) {
  BOOST_TEST(nearest("β", Words{"α"}) == "");
  BOOST_TEST(nearest("βeta", Words{"beta", "zeta"}) == "beta");
  BOOST_TEST(nearest("αβγ", Words{"αγβ"}) == "αγβ");
  BOOST_TEST(nearest("\xFF\xFE", Words{"\xFF"}) == "\xFF");
}

BOOST_AUTO_TEST_CASE(long_words) {
  const std::string long_word(199, 'a');
  BOOST_TEST(nearest(long_word + "b", Words{long_word}) == long_word);
  // A word beyond 200 letters is not compared, however many candidates there are.
  BOOST_TEST(nearest(std::string(1'000'000, 'a'), Words(10'000, std::string(1'000, 'a'))) == "");
  BOOST_TEST(nearest("abc", Words{std::string(1'000'000, 'a')}) == "");
}

BOOST_AUTO_TEST_CASE(the_sentence) {
  BOOST_TEST(did_you_mean("sigmod", functions) == "did you mean `sigmoid`?");
  BOOST_TEST(did_you_mean("frobnicate", functions) == "");
}

BOOST_AUTO_TEST_SUITE_END()

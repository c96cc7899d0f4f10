// SPDX-License-Identifier: GPL-2.0-or-later
#include "diag/cells.h"

#include <boost/test/unit_test.hpp>

using namespace gradus::diag;

BOOST_AUTO_TEST_SUITE(utf8)

// Every code point is read back as what it was written; every sequence that is not UTF-8 is refused.
BOOST_AUTO_TEST_CASE(code_points) {
  const auto encoded = [](char32_t c, std::size_t bytes) {
    constexpr unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    std::string out(bytes, '\0');
    for (std::size_t k = bytes; k-- > 1; c >>= 6U) out[k] = static_cast<char>(0x80U | (c & 0x3FU));
    out[0] = static_cast<char>(lead[bytes == 1 ? 0 : bytes] | static_cast<unsigned>(c));
    return out;
  };
  std::size_t wrong = 0;
  for (char32_t c = 0; c < 0x120000; ++c) {
    const std::size_t bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    const bool valid = c < 0x110000 && (c < 0xD800 || c > 0xDFFF);
    const auto got = code_point(encoded(c, bytes), 0);
    wrong += got.has_value() != valid || (valid && (got->code != c || got->bytes != bytes)) ? 1 : 0;
    if (bytes < 4) wrong += code_point(encoded(c, bytes + 1), 0).has_value() ? 1 : 0;  // overlong
    if (bytes > 1) wrong += code_point(encoded(c, bytes).substr(0, bytes - 1), 0).has_value() ? 1 : 0;
  }
  BOOST_TEST(wrong == 0U);
  for (unsigned b = 0x80; b < 0x100; ++b) {
    const std::string byte(1, static_cast<char>(b));
    BOOST_TEST(!code_point(byte, 0));
    BOOST_TEST(!code_point(byte + "abc", 0));
  }
}

BOOST_AUTO_TEST_CASE(counting) {
  BOOST_TEST(count_code_points("") == 0U);
  BOOST_TEST(count_code_points("aσ漢😀") == 4U);
  BOOST_TEST(count_code_points("\xE6\xBC") == 2U);
  const std::string text = "a\xCC\x82\xFF漢\t😀";
  BOOST_TEST(cells(text).size() == count_code_points(text));
}

BOOST_AUTO_TEST_CASE(what_is_printable) {
  for (const char32_t c : {U'a', U' ', U'~', U'é', U'σ', U'∂', U'漢', U'😀', U'…'}) BOOST_TEST(is_printable(c));
  for (const char32_t c : {U'\0', U'\n', U'\x1B', U'\x7F', U'\x85', U'\x9B', U'\xA0', U'\xAD', U'\x300', U'\x200B',
                           U'\x202E', U'\x2066', U'\x2028', U'\xFEFF', U'\xE0041'}) {
    BOOST_TEST(!is_printable(c));
  }
}

BOOST_AUTO_TEST_SUITE_END()

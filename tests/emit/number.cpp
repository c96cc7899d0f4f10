// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/number.h"

#include <cln/integer.h>
#include <cln/rational_io.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <sstream>

#include "gradus/diag/source.h"

using namespace gradus;
using namespace gradus::emit;

namespace {

Rational read(const std::string& text) {
  std::istringstream in(text);
  Rational value;
  in >> value;
  return value;
}
Rational power(long base, int n) { return cln::expt(Rational(base), n); }

// The exact value of a double.
Rational exact_value(double d) {
  int e = 0;
  const double m = std::frexp(d, &e);
  return Rational(static_cast<long>(std::ldexp(m, 53))) * power(2, e - 53);
}

// What a compiler makes of a literal, which may be a quotient of two.
double evaluated(const std::string& text) {
  const std::size_t slash = text.find('/');
  const double first = std::stod(text);
  return slash == std::string::npos ? first : first / std::stod(text.substr(slash + 1));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(numbers)

BOOST_AUTO_TEST_CASE(literals_read_well) {
  const std::pair<Rational, const char*> cases[] = {{2, "2.0"},
                                                    {0, "0.0"},
                                                    {100000, "100000.0"},
                                                    {read("1/2"), "0.5"},
                                                    {read("1/10"), "0.1"},
                                                    {read("1/3"), "1.0/3.0"},
                                                    {read("22/7"), "22.0/7.0"},
                                                    {read("1/10000000"), "1e-7"},
                                                    {power(10, 22), "1e22"},
                                                    {read("314159265358979/100000000000000"), "3.14159265358979"},
                                                    {power(10, 308), "1e308"},
                                                    {read("123456789012345678901234567890"), "1.2345678901234568e29"}};
  for (const auto& [value, wanted] : cases) {
    BOOST_TEST(literal(value).text == wanted);
    BOOST_TEST(literal(value).quotient == (std::string(wanted).find('/') != std::string::npos));
  }
  BOOST_TEST(unit_denominator(read("1/3")).value() == "3.0");
  BOOST_TEST(!unit_denominator(read("2/3")));
  BOOST_TEST(!unit_denominator(7));
  BOOST_TEST(!unit_denominator(1 / power(10, 30)));
}

BOOST_AUTO_TEST_CASE(rounding_is_to_the_nearest_double) {
  // 2^53 + 1 lies halfway between two doubles; a little more or less decides.
  const Rational half = power(2, 53) + 1;
  BOOST_TEST(nearest_double(half) == 9007199254740992.0);
  BOOST_TEST(nearest_double(half + read("1/1000")) == 9007199254740994.0);
  BOOST_TEST(nearest_double(half - read("1/1000")) == 9007199254740992.0);
  BOOST_TEST(nearest_double(half + 2) == 9007199254740996.0);
  BOOST_TEST(nearest_double(-half - read("1/1000")) == -9007199254740994.0);
  const double least = std::numeric_limits<double>::denorm_min(), most = std::numeric_limits<double>::max();
  BOOST_TEST(nearest_double(exact_value(most)) == most);
  BOOST_TEST(nearest_double(power(2, -1074)) == least);
  BOOST_TEST(nearest_double(power(2, -1075) * read("3/2")) == least);
  BOOST_TEST(nearest_double(power(2, -1073) * read("3/4")) == 2 * least);  // a tie: to even
  std::mt19937_64 random(17);
  for (int k = 0; k < 2000; ++k) {
    std::uint64_t bits = random();
    bits &= ~(1ULL << 63U);
    if ((bits >> 52U) >= 2046 || (bits >> 52U) < 1) continue;
    double d = 0;
    static_assert(sizeof d == sizeof bits);
    std::memcpy(&d, &bits, sizeof d);
    const double next = std::nextafter(d, most);
    const Rational a = exact_value(d), gap = exact_value(next) - a;
    BOOST_REQUIRE(nearest_double(a) == d);
    BOOST_REQUIRE(nearest_double(a + gap * read("49/100")) == d);
    BOOST_REQUIRE(nearest_double(a + gap * read("51/100")) == next);
    BOOST_REQUIRE(evaluated(literal(a + gap / 3).text) == d);
  }
}

BOOST_AUTO_TEST_CASE(what_no_double_holds_is_refused) {
  const auto message = [](const Rational& value) {
    try {
      (void)nearest_double(value);
    } catch (const Error& e) {
      return e.message;
    }
    return std::string("accepted");
  };
  BOOST_TEST(message(power(10, 309)) == "cannot generate code: a number of about 10^309 is too large for a double");
  BOOST_TEST(message(power(2, 1024)) == "cannot generate code: a number of about 10^308 is too large for a double");
  BOOST_TEST(message(power(2, 1024) - 1) == "cannot generate code: a number of about 10^308 is too large for a double");
  BOOST_TEST(message(power(10, -400)) == "cannot generate code: a number of about 10^-400 is too small for a double");
  BOOST_TEST(message(power(2, -1075)) == "cannot generate code: a number of about 10^-324 is too small for a double");
}

BOOST_AUTO_TEST_CASE(floats) {
  const std::pair<Rational, const char*> cases[] = {{2, "2.0F"},
                                                    {0, "0.0F"},
                                                    {read("1/2"), "0.5F"},
                                                    {read("1/10"), "0.1F"},
                                                    {read("1/3"), "1.0F/3.0F"},
                                                    {read("1/10000000"), "1e-7F"},
                                                    {power(2, 24), "16777216.0F"},
                                                    {read("16777217/3"), "5592405.5F"},
                                                    {read("314159265358979/100000000000000"), "3.1415927F"},
                                                    {power(10, 38), "1e38F"}};
  for (const auto& [value, text] : cases) BOOST_TEST(literal(value, Real::float32).text == text);
  BOOST_TEST(*unit_denominator(read("1/16777216"), Real::float32) == "16777216.0F");
  BOOST_TEST(!unit_denominator(read("1/16777217"), Real::float32));
  BOOST_TEST(unit_denominator(read("1/16777217")).has_value());
  // Nearest, also where rounding to a double first would go wrong, and among the subnormal ones.
  BOOST_TEST(nearest_float(Rational(1) + power(2, -24) + power(2, -80)) == 1 + std::ldexp(1.0F, -23));
  BOOST_TEST(nearest_float(Rational(1) + power(2, -24)) == 1.0F);
  BOOST_TEST(nearest_float(power(2, -149)) == std::numeric_limits<float>::denorm_min());
  std::mt19937_64 random(7);
  for (int k = 0; k < 20'000; ++k) {
    const Rational value =
        Rational(static_cast<long>(random() >> 2)) * power(2, static_cast<int>(random() % 180) - 170);
    const Literal l = literal(value, Real::float32);
    BOOST_TEST(l.text.back() == 'F');
    BOOST_TEST(std::strtof(l.text.c_str(), nullptr) == nearest_float(value), l.text);
    const double d = cln::double_approx(value);
    BOOST_TEST(std::fabs(nearest_float(value) - d) <= std::fabs(std::nextafter(nearest_float(value), 1e38F) - d));
  }
  const auto message = [](const Rational& value) {
    try {
      (void)nearest_float(value);
    } catch (const Error& e) {
      return e.message;
    }
    return std::string("accepted");
  };
  BOOST_TEST(message(power(10, 39)) == "cannot generate code: a number of about 10^39 is too large for a float");
  BOOST_TEST(message(power(2, 128) - power(2, 102)) ==
             "cannot generate code: a number of about 10^38 is too large for a float");
  BOOST_TEST(message(power(10, -50)) == "cannot generate code: a number of about 10^-50 is too small for a float");
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/decimal.h"

#include <boost/test/unit_test.hpp>

using namespace gradus;

BOOST_AUTO_TEST_SUITE(decimals)

BOOST_AUTO_TEST_CASE(rationals_are_rounded_to_nearest) {
  const auto q = [](long a, long b) { return Rational(a) / Rational(b); };
  BOOST_CHECK_EQUAL(decimal(q(0, 1), 10), "0");
  BOOST_CHECK_EQUAL(decimal(q(1, 3), 5), "0.33333");
  BOOST_CHECK_EQUAL(decimal(q(-2, 3), 5), "-0.66667");
  BOOST_CHECK_EQUAL(decimal(q(5, 2), 10), "2.5");
  BOOST_CHECK_EQUAL(decimal(q(1200, 1), 10), "1200");
  BOOST_CHECK_EQUAL(decimal(q(999999, 1), 3), "1000000");
  BOOST_CHECK_EQUAL(decimal(q(1, 1000), 10), "0.001");
  BOOST_CHECK_EQUAL(decimal(q(1, 100000000), 10), "1e-8");
  BOOST_CHECK_EQUAL(decimal(Rational(cln::expt(Rational(10), 40)) * 3 / 2, 10), "1.5e40");
  BOOST_CHECK_EQUAL(decimal(q(99999, 100000), 3), "1");
}

BOOST_AUTO_TEST_SUITE_END()

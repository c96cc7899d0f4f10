// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/decimal.h"

#include <cln/integer.h>
#include <cln/integer_io.h>

#include <sstream>

namespace gradus {
namespace {

std::string digits_of(const cln::cl_I& n) {
  std::ostringstream out;
  out << n;
  return out.str();
}

cln::cl_I ten_to(long n) { return n == 0 ? cln::cl_I(1) : cln::expt_pos(cln::cl_I(10), cln::cl_I(n)); }

}  // namespace

std::string decimal(const Rational& r, int digits) {
  if (r == 0) return "0";
  const Rational a = cln::abs(r);
  // The decimal exponent from the lengths, then corrected.
  const auto length = [](const cln::cl_I& n) { return static_cast<long>(cln::integer_length(n)); };
  const long binary = length(cln::numerator(a)) - length(cln::denominator(a));
  long exponent = binary * 30103 / 100000;
  const auto power = [](long n) { return n >= 0 ? Rational(ten_to(n)) : cln::recip(Rational(ten_to(-n))); };
  while (a >= power(exponent + 1)) ++exponent;
  while (a < power(exponent)) --exponent;
  cln::cl_I scaled = cln::round1(a * power(digits - 1 - exponent));
  std::string text = digits_of(scaled);
  if (static_cast<int>(text.size()) > digits) {
    ++exponent;
    text.pop_back();
  }
  while (text.size() > 1 && text.back() == '0') text.pop_back();
  const auto n = static_cast<long>(text.size());
  if (exponent < -5 || exponent > 14) {
    if (n > 1) text.insert(1, ".");
    text += "e" + std::to_string(exponent);
  } else if (exponent < 0) {
    text = "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + text;
  } else if (n > exponent + 1) {
    text.insert(static_cast<std::size_t>(exponent + 1), ".");
  } else {
    text += std::string(static_cast<std::size_t>(exponent + 1 - n), '0');
  }
  return r < 0 ? "-" + text : text;
}

std::string decimal(const Enclosure& v, const Enclosure& other) {
  const auto size = [](const Rational& r) {
    return cln::integer_length(cln::numerator(r)) + cln::integer_length(cln::denominator(r));
  };
  constexpr std::size_t most_bits = 100'000;
  if (size(v.exact_lower) > most_bits || size(other.exact_lower) > most_bits) return v.midpoint;
  const Rational middle = (v.exact_lower + v.exact_upper) / 2;
  const std::string text = decimal(middle, 10);
  if (other.state != Enclosure::State::defined) return text;
  const Rational far = (other.exact_lower + other.exact_upper) / 2;
  if (text != decimal(far, 10)) return text;
  return decimal(middle, 20);
}

}  // namespace gradus

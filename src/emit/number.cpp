// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/number.h"

#include <cln/integer.h>
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "gradus/diag/source.h"

namespace gradus::emit {
namespace {

// All integers up to this are numbers of the type.
cln::cl_I exact_limit(Real real) {
  return cln::ash(cln::cl_I(1),
                  real == Real::float64 ? std::numeric_limits<double>::digits : std::numeric_limits<float>::digits);
}

// The value of a decimal such as "1.25e-7".
Rational decimal_value(std::string_view text) {
  cln::cl_I digits = 0;
  long exponent = 0;
  bool point = false;
  for (std::size_t k = 0; k < text.size(); ++k) {
    const char c = text[k];
    if (c == '.') {
      point = true;
    } else if (c == 'e') {
      exponent += std::stol(std::string(text.substr(k + 1)));
      break;
    } else {
      digits = digits * 10 + (c - '0');
      if (point) --exponent;
    }
  }
  const cln::cl_I scale = cln::expt_pos(cln::cl_I(10), cln::cl_I(std::max<long>(std::labs(exponent), 1)));
  if (exponent == 0) return digits;
  return exponent > 0 ? Rational(digits * scale) : Rational(digits) / scale;
}

// The shortest decimal that is read as `d`, with a point or an exponent.
template <class T>
std::string shortest(T d) {
  char buffer[64];
  const bool plain = d == std::floor(d) && d < (std::numeric_limits<T>::digits10 >= 15 ? T(1e15) : T(1e7));
  const auto end = plain ? std::to_chars(buffer, buffer + sizeof buffer, d, std::chars_format::fixed).ptr
                         : std::to_chars(buffer, buffer + sizeof buffer, d).ptr;
  std::string text(buffer, end);
  if (const auto e = text.find('e'); e != std::string::npos) {
    std::string exponent = text.substr(e + 1);
    const bool negative = exponent[0] == '-';
    exponent.erase(0, std::min(exponent.find_first_not_of("+-0"), exponent.size() - 1));
    text = text.substr(0, e) + (negative ? "e-" : "e") + exponent;
  } else if (text.find('.') == std::string::npos) {
    text += ".0";
  }
  return text;
}

template <class T>
T nearest(const Rational& value) {
  using Limits = std::numeric_limits<T>;
  if (value == 0) return 0;
  const bool negative = value < 0;
  const cln::cl_I p = cln::abs(cln::numerator(value)), q = cln::denominator(value);
  // 2^e <= p/q < 2^(e+1), found from the lengths up to one.
  long e = static_cast<long>(cln::integer_length(p)) - static_cast<long>(cln::integer_length(q));
  if (e >= 0 ? p < cln::ash(q, e) : cln::ash(p, -e) < q) --e;
  constexpr long least = Limits::min_exponent - 1;              // of a normal number
  const long unit = std::max(e, least) - (Limits::digits - 1);  // the last bit counts 2^unit
  const cln::cl_I_div_t split = unit >= 0 ? cln::floor2(p, cln::ash(q, unit)) : cln::floor2(cln::ash(p, -unit), q);
  const cln::cl_I twice = cln::ash(split.remainder, 1), whole = unit >= 0 ? cln::ash(q, unit) : q;
  cln::cl_I mantissa = split.quotient;
  if (twice > whole || (twice == whole && cln::oddp(mantissa))) mantissa = mantissa + 1;
  constexpr long greatest = Limits::max_exponent - 1;
  const bool carried = mantissa == cln::ash(cln::cl_I(1), Limits::digits);
  const char* wrong = mantissa == 0 ? "small" : e > greatest || (e == greatest && carried) ? "large" : nullptr;
  if (wrong != nullptr) {
    throw Error({}, fmt::format("cannot generate code: a number of about 10^{:.0f} is too {} for a {}",
                                static_cast<double>(e) * 0.30103, wrong,
                                type_name(Limits::digits == 53 ? Real::float64 : Real::float32)));
  }
  const T magnitude = std::ldexp(static_cast<T>(cln::cl_I_to_UQ(mantissa)), static_cast<int>(unit));
  return negative ? -magnitude : magnitude;
}

}  // namespace

double nearest_double(const Rational& value) { return nearest<double>(value); }
float nearest_float(const Rational& value) { return nearest<float>(value); }

const char* type_name(Real real) { return real == Real::float64 ? "double" : "float"; }

Literal literal(const Rational& value, Real real) {
  const bool wide = real == Real::float64;
  const std::string text = wide ? shortest(nearest_double(value)) : shortest(nearest_float(value));
  const cln::cl_I p = cln::numerator(value), q = cln::denominator(value), limit = exact_limit(real);
  if (q == 1 || p > limit || q > limit || decimal_value(text) == value) return {wide ? text : text + "F", false};
  return {literal(p, real).text + "/" + literal(q, real).text, true};
}

std::optional<std::string> unit_denominator(const Rational& value, Real real) {
  const cln::cl_I q = cln::denominator(value);
  if (cln::numerator(value) != 1 || q == 1 || q > exact_limit(real)) return std::nullopt;
  return literal(q, real).text;
}

}  // namespace gradus::emit

// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/ball.h"

#include <cln/integer_io.h>
#include <flint/flint.h>

#include <memory>
#include <sstream>

namespace gradus::algebra {
namespace {
constexpr unsigned small_bits = 60;  // fits a long with room to spare
}

Fmpz::Fmpz(const cln::cl_I& n) {
  fmpz_init(v_);
  if (cln::integer_length(n) < small_bits) {
    fmpz_set_si(v_, cln::cl_I_to_long(n));
    return;
  }
  std::ostringstream out;
  cln::print_integer(out, 16, n);
  fmpz_set_str(v_, out.str().c_str(), 16);
}

cln::cl_I to_cln(const fmpz_t n) {
  if (fmpz_bits(n) < small_bits) return cln::cl_I(fmpz_get_si(n));
  const std::unique_ptr<char, void (*)(void*)> text(fmpz_get_str(nullptr, 16, n), flint_free);
  const bool negative = *text == '-';
  const char* digits = text.get() + (negative ? 1 : 0);
  const cln::cl_I magnitude = cln::read_integer(16, 0, digits, 0, std::char_traits<char>::length(digits));
  return negative ? -magnitude : magnitude;
}

void Ball::set(const Rational& value, long precision) {
  const Fmpz p(cln::numerator(value));
  const Fmpz q(cln::denominator(value));
  if (fmpz_is_one(q.get()) != 0) {
    arb_set_round_fmpz(v_, p.get(), precision);
    return;
  }
  arb_t den;
  arb_init(den);
  arb_set_fmpz(v_, p.get());
  arb_set_fmpz(den, q.get());
  arb_div(v_, v_, den, precision);
  arb_clear(den);
}

unsigned long bits(const Rational& value) {
  return cln::integer_length(cln::numerator(value)) + cln::integer_length(cln::denominator(value));
}

}  // namespace gradus::algebra

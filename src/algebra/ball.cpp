// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/ball.h"

#include <cln/integer_io.h>
#include <flint/flint.h>

#include <sstream>
#include <vector>

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
  // Floating-point numbers have few digits before their zeros.
  const auto zeros = cln::ord2(n);
  if (const cln::cl_I odd = cln::ash(n, -static_cast<long>(zeros)); cln::integer_length(odd) < small_bits) {
    fmpz_set_si(v_, cln::cl_I_to_long(odd));
    fmpz_mul_2exp(v_, v_, static_cast<ulong>(zeros));
    return;
  }
  std::ostringstream out;
  cln::print_integer(out, 16, n);
  fmpz_set_str(v_, out.str().c_str(), 16);
}

cln::cl_I to_cln(const fmpz_t n) {
  if (fmpz_bits(n) < small_bits) return cln::cl_I(fmpz_get_si(n));
  std::vector<ulong> limbs(static_cast<std::size_t>(fmpz_size(n)));
  Fmpz magnitude;
  fmpz_abs(magnitude.get(), n);
  fmpz_get_ui_array(limbs.data(), static_cast<slong>(limbs.size()), magnitude.get());
  cln::cl_I out = 0;
  for (std::size_t k = limbs.size(); k-- > 0;) {
    out = cln::ash(out, 64) + cln::cl_I(static_cast<unsigned long>(limbs[k]));
  }
  return fmpz_sgn(n) < 0 ? -out : out;
}

void Ball::set(const Rational& value, long precision) {
  // Binary fractions, which floating-point numbers are, need no division.
  if (const auto exponent = cln::power2p(cln::denominator(value)); exponent > 1) {
    const Fmpz numerator(cln::numerator(value));
    arb_set_round_fmpz(v_, numerator.get(), precision);
    arb_mul_2exp_si(v_, v_, -static_cast<slong>(exponent - 1));
    return;
  }
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

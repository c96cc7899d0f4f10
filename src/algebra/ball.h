// SPDX-License-Identifier: GPL-2.0-or-later
// Arb's real balls with C++ lifetimes, and the way between CLN's and FLINT's numbers.
#pragma once

#include <arb.h>
#include <cln/integer.h>
#include <cln/rational.h>
#include <flint/fmpq.h>
#include <flint/fmpz.h>

#include <string>

#include "gradus/expr/expr.h"

namespace gradus::algebra {

/// An `fmpz_t` that frees itself.
class Fmpz {
 public:
  Fmpz() { fmpz_init(v_); }
  explicit Fmpz(const cln::cl_I& n);
  Fmpz(const Fmpz&) = delete;
  Fmpz& operator=(const Fmpz&) = delete;
  ~Fmpz() { fmpz_clear(v_); }
  fmpz* get() { return v_; }
  const fmpz* get() const { return v_; }

 private:
  fmpz_t v_;
};

cln::cl_I to_cln(const fmpz_t n);

/// An `arb_t` that frees itself.
class Ball {
 public:
  Ball() { arb_init(v_); }
  Ball(const Ball& other) {
    arb_init(v_);
    arb_set(v_, other.v_);
  }
  Ball(Ball&& other) noexcept {
    arb_init(v_);
    arb_swap(v_, other.v_);
  }
  Ball& operator=(const Ball& other) {
    arb_set(v_, other.v_);
    return *this;
  }
  Ball& operator=(Ball&& other) noexcept {
    arb_swap(v_, other.v_);
    return *this;
  }
  ~Ball() { arb_clear(v_); }
  arb_ptr get() { return v_; }
  arb_srcptr get() const { return v_; }

  /// The nearest ball of a rational number.
  void set(const Rational& value, long precision);

 private:
  arb_t v_;
};

/// The bits of a rational number: numerator plus denominator.
unsigned long bits(const Rational& value);

}  // namespace gradus::algebra

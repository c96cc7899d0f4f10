// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers: sums, products, powers and the functions that Arb knows. Domains are tested before each call.
#include "algebra/value.h"

#include <mag.h>

#include <algorithm>
#include <array>

namespace gradus::algebra {
namespace {

using State = Enclosure::State;

constexpr long exponent_bits = 61;  // |log2| of a value stays below 2^61

// How much a failure says: `undefined` before `singular` before `unknown`; a joint least of all.
int weight(const Value& v) {
  if (v.boundary) return 1;
  return v.state == State::undefined ? 4 : v.state == State::singular ? 3 : 2;
}

}  // namespace

bool all_discrete(const std::vector<const Value*>& arguments) {
  return std::all_of(arguments.begin(), arguments.end(), [](const Value* v) { return v->discrete; });
}

Value Natives::number(const Rational& value, bool discrete) const {
  Value v;
  v.state = State::defined;
  v.exact = value;
  v.discrete = discrete;
  v.ball.set(value, precision_);
  return v;
}

Value Natives::failure(State state, Expr at) const {
  Value v;
  v.state = state;
  v.culprit = at;
  v.discrete = false;
  return v;
}

Value Natives::undecided(Expr at) const {
  Value v = failure(State::unknown, at);
  v.boundary = true;
  return v;
}

Value Natives::joint(Expr at) const {
  Value v = failure(State::singular, at);
  v.boundary = true;
  return v;
}

const Value* Natives::failed(const std::vector<const Value*>& arguments) {
  const Value* worst = nullptr;
  for (const Value* v : arguments) {
    if (!v->defined() && (worst == nullptr || weight(*v) > weight(*worst))) worst = v;
  }
  return worst;
}

Value Natives::finish(Value v, Expr at) const {
  if (v.exact && bits(*v.exact) > exact_bits_) v.exact.reset();
  if (arb_is_finite(v.ball.get()) == 0) return failure(State::unknown, at);
  mag_t size;
  mag_init(size);
  arb_get_mag(size, v.ball.get());
  const bool special = mag_is_special(size) != 0;
  const bool wide = !special && fmpz_bits(MAG_EXPREF(size)) > static_cast<mp_bitcnt_t>(exponent_bits);
  const bool huge = wide && fmpz_sgn(MAG_EXPREF(size)) > 0;
  mag_clear(size);
  if (huge) return failure(State::unknown, at);
  if (wide) {  // so near to zero that only the bound is kept
    arb_zero(v.ball.get());
    arb_add_error_2exp_si(v.ball.get(), -(1L << (exponent_bits - 1)));
  }
  v.state = State::defined;
  return v;
}

Value Natives::constant(std::string_view name, Expr at) const {
  Value v;
  if (name == "pi") {
    arb_const_pi(v.ball.get(), precision_);
  } else if (name == "e") {
    arb_const_e(v.ball.get(), precision_);
  } else {
    return failure(State::unknown, at);
  }
  v.state = State::defined;
  return v;
}

Value Natives::sum(const std::vector<const Value*>& terms, Expr at) const {
  Value v;
  v.discrete = all_discrete(terms);
  Rational exact = 0;
  bool known = true;
  for (const Value* t : terms) {
    arb_add(v.ball.get(), v.ball.get(), t->ball.get(), precision_);
    known = known && t->exact && bits(exact) <= exact_bits_;
    if (known) exact = exact + *t->exact;
  }
  if (known && bits(exact) <= exact_bits_) return number(exact, v.discrete);
  return finish(std::move(v), at);
}

Value Natives::product(const std::vector<const Value*>& factors, Expr at) const {
  const bool discrete = all_discrete(factors);
  if (std::any_of(factors.begin(), factors.end(), [](const Value* f) { return f->zero(); })) return number(0, discrete);
  Value v;
  v.discrete = discrete;
  arb_one(v.ball.get());
  Rational exact = 1;
  bool known = true;
  for (const Value* f : factors) {
    arb_mul(v.ball.get(), v.ball.get(), f->ball.get(), precision_);
    known = known && f->exact && bits(exact) <= exact_bits_;
    if (known) exact = exact * *f->exact;
  }
  if (known && bits(exact) <= exact_bits_) return number(exact, discrete);
  return finish(std::move(v), at);
}

// A boundary at which no value exists. Where nothing varies there are no neighbours with a value.
Value Natives::no_value_here(const Value& argument, Expr at) const {
  return failure(argument.discrete ? State::undefined : State::singular, at);
}

Value Natives::integer_power(const Value& base, const cln::cl_I& n, Expr at) const {
  if (cln::zerop(n)) return number(1, base.discrete);
  if (base.zero()) return n > 0 ? number(0, base.discrete) : no_value_here(base, at);
  Value v;
  v.discrete = base.discrete;
  const cln::cl_I size = cln::abs(n);
  if (base.exact && size <= static_cast<long>(exact_bits_) &&
      bits(*base.exact) * static_cast<unsigned long>(cln::cl_I_to_long(size)) <= exact_bits_) {
    return number(cln::expt(*base.exact, n), base.discrete);
  }
  if (n < 0 && arb_contains_zero(base.ball.get()) != 0) return failure(State::unknown, at);
  const Fmpz exponent(size);
  arb_pow_fmpz(v.ball.get(), base.ball.get(), exponent.get(), precision_);
  if (n < 0) arb_inv(v.ball.get(), v.ball.get(), precision_);
  return finish(std::move(v), at);
}

Value Natives::power(const Value& base, const Value& exponent, Expr at) const {
  const bool integer = exponent.exact && cln::denominator(*exponent.exact) == 1;
  if (base.zero() && base.discrete && (exponent.positive() || exponent.negative())) {
    // The same around it, whatever varies in the exponent.
    return exponent.positive() ? number(0) : failure(State::undefined, at);
  }
  if (integer) {
    // An exponent that can vary takes values around this one, for which a base that is not positive has no power.
    if (!exponent.discrete && !base.positive()) {
      return failure(base.zero() || base.negative() ? State::singular : State::unknown, at);
    }
    return integer_power(base, cln::numerator(*exponent.exact), at);
  }
  if (base.zero()) {
    if (exponent.exact && exponent.discrete && *exponent.exact > 0) return number(0, false);
    return failure(base.discrete && exponent.discrete ? State::undefined : State::singular, at);
  }
  if (base.negative()) {
    const bool never_integer = exponent.exact || arb_contains_int(exponent.ball.get()) == 0;
    return failure(never_integer || !exponent.discrete ? State::undefined : State::unknown, at);
  }
  if (!base.positive()) return failure(State::unknown, at);
  Value v;
  v.discrete = base.discrete && exponent.discrete;
  if (exponent.exact && bits(*exponent.exact) < 64) {
    // The exact root first, so that sqrt(1/4) is 1/2 exactly.
    if (base.exact) {
      Rational root;
      if (cln::denominator(*exponent.exact) < 1000 &&
          cln::rootp(*base.exact, cln::denominator(*exponent.exact), &root)) {
        return integer_power(number(root, base.discrete), cln::numerator(*exponent.exact), at);
      }
    }
  }
  Value argument;
  argument.discrete = v.discrete;
  arb_log(argument.ball.get(), base.ball.get(), precision_);
  arb_mul(argument.ball.get(), argument.ball.get(), exponent.ball.get(), precision_);
  argument.state = State::defined;
  return exponential(argument, at);
}

Value Natives::exponential(const Value& u, Expr at) const {
  if (u.zero()) return number(1, u.discrete);
  if (arb_is_finite(u.ball.get()) == 0) return failure(State::unknown, at);
  Value v;
  v.discrete = u.discrete;
  const slong largest = exponent_bits - 1;
  arb_t bound;
  arb_init(bound);
  arb_one(bound);
  arb_mul_2exp_si(bound, bound, largest);
  const bool too_large = arb_lt(u.ball.get(), bound) == 0;
  arb_neg(bound, bound);
  const bool tiny = arb_lt(u.ball.get(), bound) != 0;
  const bool reaches_down = arb_gt(u.ball.get(), bound) == 0;
  arb_clear(bound);
  if (too_large || (reaches_down && !tiny)) return failure(State::unknown, at);
  if (tiny) {
    arb_add_error_2exp_si(v.ball.get(), -(1L << largest));
    v.state = State::defined;
    return v;
  }
  arb_exp(v.ball.get(), u.ball.get(), precision_);
  return finish(std::move(v), at);
}

bool Natives::native(std::string_view name) {
  constexpr std::array<std::string_view, 8> names{"exp", "ln", "sin", "cos", "atan", "abs", "sign", "sqrt"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Value> Natives::function(std::string_view name, const Value& u, Expr at) const {
  if (!native(name)) return std::nullopt;
  Value v;
  v.discrete = u.discrete;
  if (name == "exp") return exponential(u, at);
  if (name == "sqrt") return power(u, number(Rational(1) / Rational(2)), at);
  if (name == "ln") {
    if (u.zero()) return no_value_here(u, at);
    if (u.negative()) return failure(State::undefined, at);
    if (!u.positive()) return failure(State::unknown, at);
    if (u.exact && *u.exact == 1) return number(0, u.discrete);
    arb_log(v.ball.get(), u.ball.get(), precision_);
  } else if (name == "abs") {
    if (u.exact) return number(cln::abs(*u.exact), u.discrete);
    arb_abs(v.ball.get(), u.ball.get());
  } else if (name == "sign") {
    if (u.zero()) return u.discrete ? number(0) : joint(at);
    if (u.positive() || u.negative()) return number(u.positive() ? 1 : -1, u.discrete);
    return undecided(at);
  } else if (name == "cos") {
    if (u.zero()) return number(1, u.discrete);
    arb_cos(v.ball.get(), u.ball.get(), precision_);
  } else {
    if (u.zero()) return number(0, u.discrete);
    if (name == "sin") arb_sin(v.ball.get(), u.ball.get(), precision_);
    if (name == "atan") arb_atan(v.ball.get(), u.ball.get(), precision_);
  }
  return finish(std::move(v), at);
}

Value Natives::truth(bool holds, bool boundary) const {
  Value v;
  v.state = State::defined;
  v.condition = true;
  v.truth = holds;
  v.boundary = boundary;
  return v;
}

Value Natives::comparison(Op op, const Value& a, const Value& b, Expr) const {
  Value v = truth(false, false);
  v.discrete = a.discrete && b.discrete;
  int order = 2;  // not decided
  if (a.exact && b.exact) {
    order = *a.exact < *b.exact ? -1 : *a.exact > *b.exact ? 1 : 0;
  } else if (arb_lt(a.ball.get(), b.ball.get()) != 0) {
    order = -1;
  } else if (arb_gt(a.ball.get(), b.ball.get()) != 0) {
    order = 1;
  }
  if (order == 2) {
    v.truth.reset();
    return v;
  }
  const bool equality = op == Op::Eq || op == Op::Ne;
  v.boundary = order == 0 && !equality && !v.discrete;
  switch (op) {
    case Op::Eq:
      v.truth = order == 0;
      break;
    case Op::Ne:
      v.truth = order != 0;
      break;
    case Op::Lt:
      v.truth = order < 0;
      break;
    case Op::Le:
      v.truth = order <= 0;
      break;
    case Op::Gt:
      v.truth = order > 0;
      break;
    default:
      v.truth = order >= 0;
      break;
  }
  return v;
}

Value Natives::member(const std::vector<const Value*>& arguments, Expr at) const {
  Value v = truth(false, false);
  for (std::size_t k = 1; k < arguments.size(); ++k) {
    const Value one = comparison(Op::Eq, *arguments[0], *arguments[k], at);
    if (one.truth.value_or(false)) return truth(true, false);
    if (!one.truth) v.truth.reset();
  }
  return v;
}

Value Natives::junction(Op op, const std::vector<const Value*>& arguments, Expr at) const {
  // One decided argument can decide the whole, whatever the others are.
  const bool decisive = op == Op::Or;
  const Value* boundary = nullptr;
  bool open = false;
  for (const Value* a : arguments) {
    if (!a->defined()) continue;
    if (!a->condition) return failure(State::unknown, at);
    if (!a->truth) {
      open = true;
    } else if (*a->truth == decisive) {
      if (!a->boundary) return truth(decisive, false);
      boundary = a;
    } else if (a->boundary && boundary == nullptr) {
      boundary = a;
    }
  }
  if (const Value* bad = failed(arguments)) return *bad;
  const bool some_decisive = std::any_of(arguments.begin(), arguments.end(),
                                         [&](const Value* a) { return a->truth && *a->truth == decisive; });
  if (some_decisive) return truth(decisive, true);
  if (open) {
    Value v = truth(false, false);
    v.truth.reset();
    return v;
  }
  return truth(!decisive, boundary != nullptr);
}

Value Natives::negation(const Value& a) const {
  Value v = a;
  if (v.truth) v.truth = !*v.truth;
  return v;
}

}  // namespace gradus::algebra

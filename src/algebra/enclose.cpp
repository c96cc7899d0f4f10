// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/algebra/enclose.h"

#include <arf.h>
#include <flint/flint.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "algebra/evaluator.h"
#include "algebra/shown.h"

namespace gradus {
namespace {

using algebra::Ball;
using algebra::Evaluator;
using algebra::Value;
using State = Enclosure::State;

constexpr std::uint64_t work = 6'000'000;  // nodes times precision, for all precisions of one enclosure together
constexpr long first_bits = 64, wanted_bits = 60;
constexpr unsigned long most_exact_bits = 8192, few_exact_bits = 512;
constexpr long most_exponent = 40'000;  // of exact bounds: 2^±40000
constexpr int shown_digits = 20;

/// An `arf_t` that frees itself.
struct Float {
  arf_t v;
  Float() { arf_init(v); }
  Float(const Float&) = delete;
  Float& operator=(const Float&) = delete;
  ~Float() { arf_clear(v); }
};

enum class Side { below, above };

// A bound as a rational number; bounds nearer to zero than 2^-most_exponent are moved outwards.
std::optional<Rational> bound(const arf_t f, Side side) {
  if (arf_is_zero(f) != 0) return Rational(0);
  if (arf_is_finite(f) == 0 || arf_cmpabs_2exp_si(f, most_exponent) >= 0) return std::nullopt;
  if (arf_cmpabs_2exp_si(f, -most_exponent) < 0) {
    const Rational least = cln::expt(Rational(2), -most_exponent);
    const bool positive = arf_sgn(f) > 0;
    if (side == Side::above) return positive ? least : Rational(0);
    return positive ? Rational(0) : -least;
  }
  algebra::Fmpz mantissa, exponent;
  arf_get_fmpz_2exp(mantissa.get(), exponent.get(), f);
  return Rational(algebra::to_cln(mantissa.get())) * cln::expt(Rational(2), algebra::to_cln(exponent.get()));
}

std::string digits(const Ball& ball, bool exact) {
  const std::unique_ptr<char, void (*)(void*)> text(arb_get_str(ball.get(), shown_digits, ARB_STR_NO_RADIUS),
                                                    flint_free);
  std::string out = text.get();
  if (!exact || out.find('.') == std::string::npos || out.find('e') != std::string::npos) return out;
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out;
}

Enclosure result(const Arena& arena, const Value& v) {
  Enclosure out;
  out.state = v.state;
  if (v.state == State::unknown && v.boundary) out.state = State::singular;
  out.joint = out.state == State::singular && v.boundary;
  if (!v.defined() || v.condition) {
    if (v.condition && v.defined()) out.state = State::unknown;
    if (out.state == State::undefined || out.state == State::singular) out.culprit = algebra::shown(arena, v.culprit);
    return out;
  }
  Float low, high;
  arb_get_lbound_arf(low.v, v.ball.get(), 128);
  arb_get_ubound_arf(high.v, v.ball.get(), 128);
  out.lower = arf_get_d(low.v, ARF_RND_FLOOR);
  out.upper = arf_get_d(high.v, ARF_RND_CEIL);
  out.midpoint = digits(v.ball, v.exact.has_value());
  if (v.exact) {
    out.exact_lower = out.exact_upper = *v.exact;
    return out;
  }
  // No bound needs more bits than the midpoint has; the accuracy of an exact ball is unlimited.
  const long precision = std::max(128L, std::min(arb_rel_accuracy_bits(v.ball.get()), arb_bits(v.ball.get())) + 16);
  arb_get_lbound_arf(low.v, v.ball.get(), precision);
  arb_get_ubound_arf(high.v, v.ball.get(), precision);
  const auto lower = bound(low.v, Side::below);
  const auto upper = bound(high.v, Side::above);
  if (!lower || !upper) {
    out.state = State::unknown;
    return out;
  }
  out.exact_lower = *lower;
  out.exact_upper = *upper;
  return out;
}

// Raises the precision until `enough` says so, the budget is used up or the greatest precision has been tried.
template <class Enough>
Value evaluate(const Arena& arena, Expr e, const Point& point, const EvalContext& context, long max_bits, Enough enough,
               unsigned long exact_bits = most_exact_bits) {
  const auto discrete = algebra::discrete_symbols(arena, context.model);
  std::uint64_t budget = work;
  Value best;
  constexpr long many_bits = 1024;
  for (long bits = first_bits;; bits *= bits < many_bits ? 2 : 4) {
    bits = std::max(2L, std::min(bits, max_bits));
    Value v = Evaluator(arena, point, context, discrete, bits, exact_bits, budget).run(e);
    const bool lost = v.state == State::unknown && best.defined();
    if (!lost) best = std::move(v);
    if (best.state == State::undefined || best.state == State::singular || enough(best)) break;
    if (bits >= max_bits || lost) break;
  }
  return best;
}

bool accurate(const Value& v) {
  return v.defined() && (v.condition || v.exact || arb_rel_accuracy_bits(v.ball.get()) >= wanted_bits);
}

}  // namespace

Approximation approximate(const Arena& arena, Expr e, const Point& point, const EvalContext& context, long max_bits) {
  const Value v = evaluate(arena, e, point, context, max_bits, accurate, few_exact_bits);
  Approximation out;
  out.state = v.state == State::unknown && v.boundary ? State::singular : v.state;
  out.joint = out.state == State::singular && v.boundary;
  if (v.defined() && v.condition) out.state = State::unknown;
  if (out.state != State::defined) return out;
  const auto* middle = arb_midref(v.ball.get());
  out.nearest = arf_get_d(middle, ARF_RND_NEAR);
  Float part, bound;
  if (std::isfinite(out.nearest)) {
    arf_set_d(part.v, out.nearest);
    arf_sub(part.v, middle, part.v, ARF_PREC_EXACT, ARF_RND_DOWN);
    out.rest = arf_get_d(part.v, ARF_RND_NEAR);
  }
  arb_get_abs_ubound_arf(bound.v, v.ball.get(), first_bits);
  out.greatest = arf_get_d(bound.v, ARF_RND_UP);
  out.bits = arb_rel_accuracy_bits(v.ball.get());
  return out;
}

Enclosure enclose(const Arena& arena, Expr e, const Point& point, const EvalContext& context, long max_bits) {
  return result(arena, evaluate(arena, e, point, context, max_bits, accurate));
}

std::optional<bool> holds_at(const Arena& arena, Expr condition, const Point& point, const EvalContext& context) {
  constexpr long most_bits = 1024;
  const Value v =
      evaluate(arena, condition, point, context, most_bits, [](const Value& x) { return x.condition && x.truth; });
  if (v.state == State::undefined) return false;  // what has no value satisfies nothing
  if (!v.defined() || !v.condition) return std::nullopt;
  return v.truth;
}

int compare(const Enclosure& a, const Enclosure& b) {
  if (a.state != State::defined || b.state != State::defined) return 0;
  if (a.exact_upper < b.exact_lower) return -1;
  return a.exact_lower > b.exact_upper ? 1 : 0;
}

}  // namespace gradus

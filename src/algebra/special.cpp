// SPDX-License-Identifier: GPL-2.0-or-later
// The functions of analysis that have no definition in simpler ones. Their domains are tested before Arb is called.
#include "algebra/special.h"

#include <arb_hypgeom.h>
#include <arb_poly.h>

#include <cmath>
#include <limits>

#include "algebra/value.h"

namespace gradus::algebra {
namespace {

using State = Enclosure::State;

constexpr long most_order_of_digamma = 200;  // of a derivative of the digamma function

bool is_integer(const Value& v) { return v.exact && cln::denominator(*v.exact) == 1; }

// The n-th derivative of the digamma function: a coefficient of its power series.
void polygamma(arb_ptr out, long n, arb_srcptr u, long precision) {
  arb_poly_t argument, series;
  arb_poly_init(argument);
  arb_poly_init(series);
  arb_poly_set_coeff_arb(argument, 0, u);
  arb_poly_set_coeff_si(argument, 1, 1);
  arb_poly_digamma_series(series, argument, n + 1, precision);
  arb_poly_get_coeff_arb(out, series, n);
  arb_t factorial;
  arb_init(factorial);
  arb_fac_ui(factorial, static_cast<ulong>(n), precision);
  arb_mul(out, out, factorial, precision);
  arb_clear(factorial);
  arb_poly_clear(argument);
  arb_poly_clear(series);
}

}  // namespace

double polygamma_value(long n, double u) {
  constexpr long precision = 80;
  if (n < 0 || n > most_order_of_digamma || !std::isfinite(u) || (u <= 0 && u == std::nearbyint(u)))
    return std::numeric_limits<double>::quiet_NaN();
  Ball argument, out;
  arb_set_d(argument.get(), u);
  if (n == 0) {
    arb_digamma(out.get(), argument.get(), precision);
  } else {
    polygamma(out.get(), n, argument.get(), precision);
  }
  return arf_get_d(arb_midref(out.get()), ARF_RND_NEAR);
}

bool Natives::native_special(std::string_view name, std::size_t arguments) {
  if (arguments == 2) return name == "polygamma";
  return arguments == 1 && (name == "erf" || name == "erfc" || name == "lgamma" || name == "digamma");
}

std::optional<Value> Natives::special(std::string_view name, const std::vector<const Value*>& arguments,
                                      Expr at) const {
  if (!native_special(name, arguments.size())) return std::nullopt;
  const Value& u = *arguments.back();
  Value v;
  v.discrete = all_discrete(arguments);
  if (name == "erf" || name == "erfc") {
    if (u.zero()) return number(name == "erf" ? 0 : 1, u.discrete);
    if (name == "erf") {
      arb_hypgeom_erf(v.ball.get(), u.ball.get(), precision_);
    } else {
      arb_hypgeom_erfc(v.ball.get(), u.ball.get(), precision_);
    }
    return finish(std::move(v), at);
  }
  if (name == "lgamma") {
    if (u.zero()) return no_value_here(u, at);
    if (u.negative()) return failure(State::undefined, at);
    if (!u.positive()) return failure(State::unknown, at);
    if (u.exact && (*u.exact == 1 || *u.exact == 2)) return number(0, u.discrete);
    arb_lgamma(v.ball.get(), u.ball.get(), precision_);
    return finish(std::move(v), at);
  }
  // The poles.
  if (is_integer(u) && *u.exact <= 0) return no_value_here(u, at);
  if (!u.positive() && arb_contains_int(u.ball.get()) != 0) return failure(State::unknown, at);
  if (name == "digamma") {
    arb_digamma(v.ball.get(), u.ball.get(), precision_);
    return finish(std::move(v), at);
  }
  const Value& order = *arguments.front();
  if (!order.exact) return failure(State::unknown, at);
  if (!is_integer(order) || *order.exact < 1) return failure(State::undefined, at);
  if (*order.exact > most_order_of_digamma) return failure(State::unknown, at);
  polygamma(v.ball.get(), cln::cl_I_to_long(cln::numerator(*order.exact)), u.ball.get(), precision_);
  return finish(std::move(v), at);
}

}  // namespace gradus::algebra

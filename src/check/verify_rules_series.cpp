// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/verify_rules_series.h"

#include <arb.h>
#include <arb_hypgeom.h>
#include <arb_poly.h>
#include <cln/integer.h>
#include <cln/integer_io.h>
#include <flint/fmpq.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <vector>

namespace gradus::verify {
namespace {

constexpr slong bits = 320;
constexpr slong max_order = 6;  // derivatives within one another

struct Poly {
  arb_poly_t p;
  Poly() { arb_poly_init(p); }
  ~Poly() { arb_poly_clear(p); }
  Poly(const Poly&) = delete;
  Poly& operator=(const Poly&) = delete;
};

struct Ball {
  arb_t x;
  Ball() { arb_init(x); }
  ~Ball() { arb_clear(x); }
  Ball(const Ball&) = delete;
  Ball& operator=(const Ball&) = delete;
};

using SeriesState = SeriesValue::State;

// A value, or for a condition `truth`. The first `length` coefficients are known.
struct Value {
  SeriesState state = SeriesState::unknown;
  std::shared_ptr<Poly> series;
  slong length = 0;
  std::optional<bool> truth;
  std::string blame;
};

std::string text_of(const cln::cl_I& n) {
  std::ostringstream out;
  cln::print_integer(out, 10, n);
  return out.str();
}

void set_rational(arb_t out, const Rational& r) {
  fmpq_t q;
  fmpq_init(q);
  fmpz_set_str(fmpq_numref(q), text_of(cln::numerator(r)).c_str(), 10);
  fmpz_set_str(fmpq_denref(q), text_of(cln::denominator(r)).c_str(), 10);
  arb_set_fmpq(out, q, bits);
  fmpq_clear(q);
}

// A bound of the ball as an exact rational. The ball is finite and of moderate size.
Rational bound(const arb_t x, bool upper) {
  arf_t b;
  arf_init(b);
  if (upper) {
    arb_get_ubound_arf(b, x, bits);
  } else {
    arb_get_lbound_arf(b, x, bits);
  }
  fmpz_t m, e;
  fmpz_init(m);
  fmpz_init(e);
  arf_get_fmpz_2exp(m, e, b);
  char* digits = fmpz_get_str(nullptr, 10, m);
  const cln::cl_I mantissa(digits);
  flint_free(digits);
  const slong exponent = std::max<slong>(fmpz_get_si(e), -40000);
  const cln::cl_I power = cln::ash(1, cln::cl_I(exponent < 0 ? -exponent : exponent));
  const Rational out = exponent >= 0 ? Rational(mantissa * power) : Rational(mantissa) / Rational(power);
  fmpz_clear(m);
  fmpz_clear(e);
  arf_clear(b);
  return out;
}

// Finite, and not so great or small that its exact bounds would be long numbers.
bool moderate(const arb_t x) {
  if (!arb_is_finite(x)) return false;
  mag_t m;
  mag_init(m);
  arb_get_mag(m, x);
  const bool out = mag_cmp_2exp_si(m, 20000) < 0 && (mag_is_zero(m) || mag_cmp_2exp_si(m, -20000) > 0);
  mag_clear(m);
  return out;
}

class Evaluator {
 public:
  Evaluator(Arena& arena, const FunctionTable& functions, const Rational& t)
      : arena_(arena), functions_(functions), t_(t) {}

  Value run(Expr root) {
    root = unfolded(root);
    const std::vector<Expr> nodes = reachable(arena_, root);
    ExprMap<slong> depth;  // derivatives on the way down
    slong order = 0;
    for (const Expr e : nodes) {
      slong d = 0;
      for (const Expr c : arena_.children(e)) d = std::max(d, depth.at(c));
      depth[e] = d + (arena_.is(e, Op::Deriv) ? 1 : 0);
      order = std::max(order, depth[e]);
    }
    if (order > max_order) return unknown("derivatives of too high an order");
    length_ = order + 1;
    for (const Expr e : nodes) values_[e] = evaluate(e);
    return values_.at(root);
  }

 private:
  // Functions of the table by their definitions, until only native ones are left.
  Expr unfolded(Expr e) {
    for (int round = 0; round < 20; ++round) {
      const Expr next = map_bottom_up(arena_, e, [&](Arena& arena, Expr node) {
        if (!arena.is(node, Op::Call)) return node;
        const Function* f = functions_.find(arena.name(node), arena.count(node));
        if (f == nullptr || !f->definition) return node;
        ExprMap<Expr> map;
        for (std::size_t k = 0; k < f->parameters.size(); ++k) map[f->parameters[k]] = arena.child(node, k);
        return substitute(arena, *f->definition, map);
      });
      if (next == e) break;
      e = next;
    }
    return e;
  }

  static Value unknown(std::string blame) {
    Value v;
    v.blame = std::move(blame);
    return v;
  }
  Value undefined(Expr e) const {
    Value v;
    v.state = SeriesState::undefined;
    v.blame = print(arena_, e);
    return v;
  }
  static Value fresh(slong length) {
    Value v;
    v.state = SeriesState::defined;
    v.series = std::make_shared<Poly>();
    v.length = length;
    return v;
  }
  Value constant(const Rational& r) const {
    Value v = fresh(length_);
    Ball b;
    set_rational(b.x, r);
    arb_poly_set_coeff_arb(v.series->p, 0, b.x);
    return v;
  }

  static void head(arb_t out, const Value& v) { arb_poly_get_coeff_arb(out, v.series->p, 0); }

  // The child without a value that decides for its parent; undefined before unknown.
  std::optional<Value> blocked(Expr e) const {
    const Value* found = nullptr;
    for (const Expr c : arena_.children(e)) {
      const Value& v = values_.at(c);
      if (v.state == SeriesState::undefined) return v;
      if (v.state == SeriesState::unknown && found == nullptr) found = &v;
    }
    return found == nullptr ? std::nullopt : std::optional<Value>(*found);
  }

  Value evaluate(Expr e) {
    const Op op = arena_.op(e);
    if (op == Op::Where) return where(e);
    if (op == Op::Deriv) return derivative(e);
    if (is_condition(op)) return condition(e);
    if (auto b = blocked(e)) return *b;
    switch (op) {
      case Op::Number:
        return constant(arena_.value(e));
      case Op::Constant: {
        Value v = fresh(length_);
        Ball b;
        if (arena_.name(e) == "pi") {
          arb_const_pi(b.x, bits);
        } else {
          arb_const_e(b.x, bits);
        }
        arb_poly_set_coeff_arb(v.series->p, 0, b.x);
        return v;
      }
      case Op::Symbol: {
        if (arena_.name(e) != "_") return unknown("a free symbol");
        Value v = constant(t_);
        arb_poly_set_coeff_si(v.series->p, 1, 1);
        return v;
      }
      case Op::Add:
      case Op::Mul: {
        Value v = constant(op == Op::Add ? 0 : 1);
        for (const Expr c : arena_.children(e)) {
          const Value& w = values_.at(c);
          v.length = std::min(v.length, w.length);
          if (op == Op::Add) {
            arb_poly_add(v.series->p, v.series->p, w.series->p, bits);
          } else {
            arb_poly_mullow(v.series->p, v.series->p, w.series->p, length_, bits);
          }
        }
        return v;
      }
      case Op::Pow:
        return power(e);
      case Op::Call:
        return call(e);
      default:
        return unknown(print(arena_, e));
    }
  }

  Value power(Expr e) {
    const Value& base = values_.at(arena_.child(e, 0));
    const Value& exponent = values_.at(arena_.child(e, 1));
    Ball b, x;
    head(b.x, base);
    head(x.x, exponent);
    Value v = fresh(std::min(base.length, exponent.length));
    // Around an exponent that varies there are others, for which the base must be positive.
    const bool constant_exponent = !contains(arena_, arena_.child(e, 1), arena_.symbol("_"));
    if (constant_exponent && arb_is_int(x.x) && arf_cmpabs_2exp_si(arb_midref(x.x), 12) < 0) {
      const slong n = arf_get_si(arb_midref(x.x), ARF_RND_NEAR);
      if (n < 0 && arb_contains_zero(b.x)) return unknown(print(arena_, e));
      arb_poly_pow_ui_trunc_binexp(v.series->p, base.series->p, static_cast<ulong>(n < 0 ? -n : n), length_, bits);
      if (n < 0) arb_poly_inv_series(v.series->p, v.series->p, length_, bits);
      return v;
    }
    if (arb_is_negative(b.x)) {
      return constant_exponent && arb_contains_int(x.x) ? unknown(print(arena_, e)) : undefined(e);
    }
    if (!arb_is_positive(b.x)) return unknown(print(arena_, e));
    if (constant_exponent) {
      arb_poly_pow_arb_series(v.series->p, base.series->p, x.x, length_, bits);
    } else {
      arb_poly_pow_series(v.series->p, base.series->p, exponent.series->p, length_, bits);
    }
    return v;
  }

  Value call(Expr e) {
    const std::string& name = arena_.name(e);
    if (name == "polygamma" && arena_.count(e) == 2) return polygamma(e);
    if (arena_.count(e) != 1) return unknown(print(arena_, e));
    const Value& u = values_.at(arena_.child(e, 0));
    Ball b;
    head(b.x, u);
    Value v = fresh(u.length);
    if (name == "exp" || name == "sin" || name == "cos") {
      if (!arb_is_finite(b.x) || arf_cmpabs_2exp_si(arb_midref(b.x), 12) > 0) return unknown(print(arena_, e));
      if (name == "exp") arb_poly_exp_series(v.series->p, u.series->p, length_, bits);
      if (name == "sin") arb_poly_sin_series(v.series->p, u.series->p, length_, bits);
      if (name == "cos") arb_poly_cos_series(v.series->p, u.series->p, length_, bits);
    } else if (name == "ln") {
      if (arb_is_negative(b.x)) return undefined(e);
      if (!arb_is_positive(b.x)) return unknown(print(arena_, e));
      arb_poly_log_series(v.series->p, u.series->p, length_, bits);
    } else if (name == "atan") {
      arb_poly_atan_series(v.series->p, u.series->p, length_, bits);
    } else if (name == "erf") {
      if (arf_cmpabs_2exp_si(arb_midref(b.x), 12) > 0) return unknown(print(arena_, e));
      arb_hypgeom_erf_series(v.series->p, u.series->p, length_, bits);
    } else if (name == "lgamma") {
      if (arb_is_negative(b.x)) return undefined(e);
      if (!arb_is_positive(b.x)) return unknown(print(arena_, e));
      arb_poly_lgamma_series(v.series->p, u.series->p, length_, bits);
    } else if (name == "digamma") {
      if (!arb_is_positive(b.x) && arb_contains_int(b.x)) return unknown(print(arena_, e));
      arb_poly_digamma_series(v.series->p, u.series->p, length_, bits);
    } else if (name == "abs" || name == "sign") {
      if (arb_contains_zero(b.x)) return unknown(print(arena_, e));
      const int sign = arb_is_positive(b.x) ? 1 : -1;
      if (name == "sign") return constant(sign);
      if (sign > 0) {
        arb_poly_set(v.series->p, u.series->p);
      } else {
        arb_poly_neg(v.series->p, u.series->p);
      }
    } else {
      return unknown(print(arena_, e));
    }
    return v;
  }

  // The coefficients of the digamma function around the first coefficient of u, differentiated n times, at u.
  Value polygamma(Expr e) {
    const Expr order = arena_.child(e, 0);
    const Value& u = values_.at(arena_.child(e, 1));
    Ball b, n;
    head(n.x, values_.at(order));
    head(b.x, u);
    if (contains(arena_, order, arena_.symbol("_"))) return unknown(print(arena_, e));
    if (!arb_contains_int(n.x) || arb_is_negative(n.x)) return undefined(e);
    if (!arb_is_int(n.x) || arf_cmpabs_2exp_si(arb_midref(n.x), 6) > 0 || arb_is_zero(n.x))
      return unknown(print(arena_, e));
    if (!arb_is_positive(b.x) && arb_contains_int(b.x)) return unknown(print(arena_, e));
    Value v = fresh(u.length);
    Poly around, inner;
    arb_poly_set_coeff_arb(around.p, 0, b.x);
    arb_poly_set_coeff_si(around.p, 1, 1);
    const slong times = arf_get_si(arb_midref(n.x), ARF_RND_NEAR);
    arb_poly_digamma_series(around.p, around.p, length_ + times, bits);
    for (slong k = 0; k < times; ++k) arb_poly_derivative(around.p, around.p, bits);
    arb_poly_set(inner.p, u.series->p);
    arb_poly_set_coeff_si(inner.p, 0, 0);
    arb_poly_compose_series(v.series->p, around.p, inner.p, length_, bits);
    return v;
  }

  Value derivative(Expr e) {
    const Expr by = arena_.child(e, 1);
    const Value& of = values_.at(arena_.child(e, 0));
    if (of.state != SeriesState::defined) return of;
    if (!arena_.is(by, Op::Symbol) || arena_.name(by) != "_") return unknown(print(arena_, e));
    Value v = fresh(of.length - 1);
    arb_poly_derivative(v.series->p, of.series->p, bits);
    return v;
  }

  Value where(Expr e) {
    const Value& c = values_.at(arena_.child(e, 0));
    if (c.state != SeriesState::defined) return c;
    if (!c.truth) return unknown(print(arena_, e));
    return values_.at(arena_.child(e, *c.truth ? 1 : 2));
  }

  Value condition(Expr e) {
    Value out = fresh(0);
    const Op op = arena_.op(e);
    if (auto b = blocked(e)) return *b;
    if (op == Op::And || op == Op::Or) {
      const bool stop = op == Op::Or;
      bool open = false;
      for (const Expr c : arena_.children(e)) {
        const Value& v = values_.at(c);
        if (v.truth == stop) {
          out.truth = stop;
          return out;
        }
        open = open || !v.truth;
      }
      if (!open) out.truth = !stop;
    } else if (op == Op::Not) {
      const Value& v = values_.at(arena_.child(e, 0));
      if (v.truth) out.truth = !*v.truth;
    } else if (op == Op::In) {
      bool open = false;
      for (std::size_t k = 1; k < arena_.count(e); ++k) {
        const auto truth = compared(Op::Eq, arena_.child(e, 0), arena_.child(e, k));
        if (truth == true) {
          out.truth = true;
          return out;
        }
        open = open || !truth;
      }
      if (!open) out.truth = false;
    } else {
      out.truth = compared(op, arena_.child(e, 0), arena_.child(e, 1));
    }
    return out;
  }

  std::optional<bool> compared(Op op, Expr left, Expr right) const {
    Ball a, b;
    head(a.x, values_.at(left));
    head(b.x, values_.at(right));
    arb_sub(a.x, a.x, b.x, bits);
    const bool zero = arb_is_zero(a.x);
    const bool positive = arb_is_positive(a.x);
    const bool negative = arb_is_negative(a.x);
    if (!zero && !positive && !negative) return std::nullopt;
    switch (op) {
      case Op::Eq:
        return zero;
      case Op::Ne:
        return !zero;
      case Op::Lt:
        return negative;
      case Op::Le:
        return negative || zero;
      case Op::Gt:
        return positive;
      default:
        return positive || zero;
    }
  }

  Arena& arena_;
  const FunctionTable& functions_;
  const Rational t_;
  slong length_ = 1;
  ExprMap<Value> values_;
};

}  // namespace

SeriesValue series_value(Arena& arena, const FunctionTable& functions, Expr e, const Rational& t) {
  const Value v = Evaluator(arena, functions, t).run(e);
  SeriesValue out;
  out.state = v.state;
  out.text = v.blame;
  if (v.state != SeriesState::defined) return out;
  Ball b;
  if (v.length >= 1) arb_poly_get_coeff_arb(b.x, v.series->p, 0);
  // With fewer than 40 bits, of the value or absolutely, there is nothing to compare.
  if (v.length < 1 || !moderate(b.x) ||
      (arb_rel_accuracy_bits(b.x) < 40 && mag_cmp_2exp_si(arb_radref(b.x), -40) > 0)) {
    out.state = SeriesState::unknown;
    out.text = "not enough digits";
    return out;
  }
  out.lower = bound(b.x, false);
  out.upper = bound(b.x, true);
  char* digits = arb_get_str(b.x, 15, ARB_STR_NO_RADIUS);
  out.text = digits;
  flint_free(digits);
  return out;
}

std::optional<bool> series_holds(Arena& arena, const FunctionTable& functions, Expr condition, const Rational& t) {
  const Value v = Evaluator(arena, functions, t).run(condition);
  return v.state == SeriesState::defined ? v.truth : std::nullopt;
}

}  // namespace gradus::verify

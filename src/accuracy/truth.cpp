// SPDX-License-Identifier: GPL-2.0-or-later
#include "accuracy/truth.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "accuracy/real.h"
#include "algebra/evaluator.h"
#include "check/numeric.h"
#include "gradus/algebra/enclose.h"

namespace gradus::accuracy {
namespace {

constexpr long most_bits = 1024;
constexpr long most_bits_of_partials = 256;
constexpr int near_bits = 240, nearer_bits = 480;  // a joint is looked at 2^-240 and 2^-480 beside it
constexpr int agreeing_bits = 100;

const double infinity = std::numeric_limits<double>::infinity();

void split(const Approximation& e, Real real, TrueValue& out) {
  out.nearest = rounded(e.nearest, real);
  out.rest = std::isfinite(out.nearest) ? (e.nearest - out.nearest) + e.rest : 0;
}

// Whether the value is known well enough to compare with.
bool narrow(const Approximation& e) {
  return e.state == Enclosure::State::defined && (e.bits >= 58 || e.greatest == 0);
}

// Whether two values beside a point are one limit; a pole is none.
bool close(const Approximation& a, const Approximation& b) {
  const double most = std::max({std::abs(a.nearest), std::abs(b.nearest), 1.0});
  return std::isfinite(most) &&
         std::abs((a.nearest - b.nearest) + (a.rest - b.rest)) <= std::ldexp(most, -agreeing_bits);
}

}  // namespace

Truths::Truths(Engine& engine, const Setting& setting, Rewriter& rewriter, const std::vector<Expr>& formulas, Real real)
    : engine_(engine), setting_(setting), real_(real) {
  for (const Expr f : formulas) {
    const Expr plain = resolve_derivatives(engine, setting.model, f);
    if (std::find(formulas_.begin(), formulas_.end(), plain) == formulas_.end()) formulas_.push_back(plain);
  }
  const auto discrete = algebra::discrete_symbols(engine.arena, &setting.model);
  for (const Expr v : setting.variables()) {
    const Expr partial = engine.arena.make(Op::Deriv, {formulas_.front(), v});
    partials_.push_back(rewriter.run("codegen", resolve_derivatives(engine, setting.model, partial)));
    discrete_.push_back(discrete.contains(v));
  }
}

// The sum of |x_i df/dx_i|; nothing if it is not known.
std::optional<double> Truths::sensitivity(const Point& point, const std::vector<double>& values) const {
  const EvalContext context{engine_.catalogue.functions, &setting_.model};
  double sum = 0;
  for (std::size_t k = 0; k < partials_.size(); ++k) {
    const double x = values[k];
    if (discrete_[k] || x == 0) continue;
    const Expr v = setting_.variables()[k];
    const bool data = std::find(setting_.data.begin(), setting_.data.end(), v) != setting_.data.end();
    if (data && std::abs(x) == 1) continue;
    if (engine_.arena.is_number(partials_[k], 0)) continue;
    const Approximation d = approximate(engine_.arena, partials_[k], point, context, most_bits_of_partials);
    if (d.state == Enclosure::State::singular && d.joint) continue;
    if (d.state != Enclosure::State::defined) return std::nullopt;
    sum += std::abs(x) * d.greatest;
  }
  return sum;
}

Deviation Truths::deviation(TrueValue& truth, const std::vector<double>& point, double computed) const {
  const Format f = format(real_);
  const Deviation wrong{infinity, infinity};
  if (truth.state == TrueValue::State::none) return {};
  if (truth.state == TrueValue::State::overflow) {
    const bool right = std::isinf(computed) && (computed > 0) == (truth.nearest > 0);
    return right ? Deviation{} : wrong;
  }
  const double size = std::abs(truth.nearest);
  // Below the normal numbers there are no relative errors.
  if (size < f.least && std::abs(computed) <= 2 * f.least && size > 0) return {};
  const double distance = std::abs((computed - truth.nearest) - truth.rest);
  const double raw = distance / ulp(truth.nearest, real_);
  if (raw <= 1) return {raw, raw};
  if (truth.scale == 0) {
    const auto sum = sensitivity(exact_point(point), point);
    const double unit = std::ldexp(1.0, 1 - f.digits);
    const double scale = !sum ? infinity : size == 0 ? unit * *sum : ulp(size, real_) * (1 + *sum / size);
    if (!std::isfinite(scale)) {
      truth.state = TrueValue::State::none;
      return {};
    }
    truth.scale = std::max(scale, f.spacing);
  }
  if (!std::isfinite(computed)) {
    // At the upper end of the numbers an error within the bound may be an overflow.
    const bool near = std::isinf(computed) && (computed > 0) == (truth.nearest > 0) && size + 4 * truth.scale >= f.most;
    return near ? Deviation{} : wrong;
  }
  return {distance / truth.scale, raw};
}

Point Truths::exact_point(const std::vector<double>& values) const {
  Point out;
  for (std::size_t k = 0; k < values.size(); ++k) out[setting_.variables()[k]] = exact(values[k]);
  return out;
}

TrueValue Truths::at(const std::vector<double>& values) const {
  const Point point = exact_point(values);
  for (const Expr formula : formulas_) {
    const TrueValue out = by(formula, point);
    if (out.state != TrueValue::State::none) return out;
  }
  return {};
}

// The value that a formula tends to, where it has none itself or its cases meet: as it is beside the point, at two
// distances and on each side on which it is defined. Nothing if these differ.
std::optional<Approximation> Truths::limit_at(Expr formula, const Point& point) const {
  const EvalContext context{engine_.catalogue.functions, &setting_.model};
  std::optional<Approximation> found;
  for (const int side : {1, -1}) {
    std::optional<Approximation> nearest;
    for (const int distance : {near_bits, nearer_bits}) {
      Point beside = point;
      const Rational step = cln::expt(Rational(2), -distance) * side;
      for (auto& [v, x] : beside) x = x == 0 ? step : x * (1 + step);
      Approximation e = approximate(engine_.arena, formula, beside, context, most_bits);
      if (e.state == Enclosure::State::undefined) break;
      if (!narrow(e) || (nearest && !close(*nearest, e))) return std::nullopt;
      nearest = e;
    }
    if (!nearest) continue;
    if (found && !close(*found, *nearest)) return std::nullopt;
    found = nearest;
  }
  // What is as small as the step is zero.
  if (found && found->greatest < std::ldexp(1.0, -near_bits)) found->nearest = found->rest = found->greatest = 0;
  return found;
}

TrueValue Truths::by(Expr formula, const Point& point) const {
  const EvalContext context{engine_.catalogue.functions, &setting_.model};
  TrueValue out;
  Approximation e = approximate(engine_.arena, formula, point, context, most_bits);
  if (e.state == Enclosure::State::singular) {
    const auto limit = limit_at(formula, point);
    if (!limit) return out;
    e = *limit;
  }
  if (!narrow(e)) return out;
  split(e, real_, out);
  out.state = std::isfinite(out.nearest) ? TrueValue::State::value : TrueValue::State::overflow;
  return out;
}

}  // namespace gradus::accuracy

// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/numeric.h"

#include <cln/float.h>
#include <cln/integer.h>
#include <cln/lfloat.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string_view>
#include <utility>

#include "algebra/special.h"

namespace gradus {
namespace {

constexpr long double nan = std::numeric_limits<long double>::quiet_NaN();
using Unary = long double (*)(long double);

long double sigmoid(long double u) { return 1 / (1 + std::exp(-u)); }
long double positive_log(long double u) { return u > 0 ? std::log(u) : nan; }
long double sign(long double u) { return u > 0 ? 1.0L : u < 0 ? -1.0L : 0.0L; }
long double softplus(long double u) { return u > 0 ? u + std::log1p(std::exp(-u)) : std::log1p(std::exp(u)); }
long double relu(long double u) { return u > 0 ? u : 0; }

long double polygamma(long double n, long double u) {
  if (n < 0 || n != std::nearbyint(n)) return nan;
  return algebra::polygamma_value(std::lround(n), static_cast<double>(u));
}

constexpr std::array<std::pair<std::string_view, Unary>, 23> unary{{
    {"exp", [](long double u) { return std::exp(u); }},
    {"ln", positive_log},
    {"log1p", [](long double u) { return u > -1 ? std::log1p(u) : nan; }},
    {"expm1", [](long double u) { return std::expm1(u); }},
    {"sqrt", [](long double u) { return std::sqrt(u); }},
    {"abs", [](long double u) { return std::fabs(u); }},
    {"sign", sign},
    {"sin", [](long double u) { return std::sin(u); }},
    {"cos", [](long double u) { return std::cos(u); }},
    {"tan", [](long double u) { return std::tan(u); }},
    {"asin", [](long double u) { return std::asin(u); }},
    {"acos", [](long double u) { return std::acos(u); }},
    {"atan", [](long double u) { return std::atan(u); }},
    {"sinh", [](long double u) { return std::sinh(u); }},
    {"cosh", [](long double u) { return std::cosh(u); }},
    {"tanh", [](long double u) { return std::tanh(u); }},
    {"erf", [](long double u) { return std::erf(u); }},
    {"erfc", [](long double u) { return std::erfc(u); }},
    {"lgamma", [](long double u) { return u > 0 ? std::lgamma(u) : nan; }},
    {"digamma", [](long double u) { return polygamma(0, u); }},
    {"sigmoid", sigmoid},
    {"softplus", softplus},
    {"relu", relu},
}};

Unary find_unary(std::string_view name) {
  for (const auto& [known, f] : unary) {
    if (known == name) return f;
  }
  return nullptr;
}

bool is_native(const Arena& arena, Expr call) {
  const std::string& name = arena.name(call);
  if (arena.count(call) == 1) return find_unary(name) != nullptr;
  return name == "min" || name == "max" || name == "polygamma";
}

long double power(long double base, long double exponent) {
  if (base < 0 && exponent != std::nearbyint(exponent)) return nan;
  if (base == 0 && exponent <= 0) return nan;
  return std::pow(base, exponent);
}

}  // namespace

long double to_long_double(const Rational& r) {
  const auto p = cln::integer_length(cln::numerator(r)), q = cln::integer_length(cln::denominator(r));
  if (p > 8000 || q > 8000) {
    if (r == 0 || q > p) return 0;
    return r > 0 ? std::numeric_limits<long double>::infinity() : -std::numeric_limits<long double>::infinity();
  }
  // Two doubles carry the 64 bits of a long double.
  if (p > 900 || q > 900) {
    const auto shift = static_cast<int>(p) - static_cast<int>(q);
    const Rational scaled =
        shift > 0 ? Rational(r / cln::ash(cln::cl_I(1), shift)) : Rational(r * cln::ash(cln::cl_I(1), -shift));
    return std::ldexp(static_cast<long double>(cln::double_approx(scaled)), shift);
  }
  const double high = cln::double_approx(r);
  const double low = cln::double_approx(r - cln::rational(cln::cl_DF(high)));
  return static_cast<long double>(high) + static_cast<long double>(low);
}

bool agree(long double a, long double b) {
  if (std::isnan(a) || std::isnan(b)) return false;
  const long double scale = std::max({std::fabs(a), std::fabs(b), 1e-12L});
  return std::fabs(a - b) <= 1e-11L * scale;
}

std::optional<Expr> NumericValues::stands_for(Expr e) {
  Arena& arena = forms_.arena();
  switch (arena.op(e)) {
    case Op::Symbol:
      return point_.contains(e) ? std::nullopt : forms_.definition(e);
    case Op::Deriv:
      return resolve_ ? std::optional(resolve_(e)) : std::nullopt;
    case Op::Call:
      if (const auto own = forms_.model_body(e)) return own;
      return is_native(arena, e) ? std::nullopt : forms_.body(e);
    default:
      return std::nullopt;
  }
}

long double NumericValues::value(Expr root) {
  if (const auto it = memo_.find(root); it != memo_.end()) return it->second;
  Arena& arena = forms_.arena();
  std::vector<std::pair<Expr, bool>> open{{root, false}};
  while (!open.empty()) {
    const auto [e, ready] = open.back();
    if (memo_.contains(e)) {
      open.pop_back();
      continue;
    }
    const auto through = stands_for(e);
    if (!ready) {
      open.back().second = true;
      if (through) {
        open.emplace_back(*through, false);
      } else if (!arena.is(e, Op::Deriv)) {
        for (const Expr c : arena.children(e)) open.emplace_back(c, false);
      }
      continue;
    }
    open.pop_back();
    const long double v = through ? at(*through) : compute(e);
    memo_[e] = std::isfinite(v) ? v : nan;
  }
  return memo_.at(root);
}

long double NumericValues::compute(Expr e) {
  const Arena& arena = forms_.arena();
  const auto arg = [&](std::size_t k) { return at(arena.child(e, k)); };
  const auto truth = [&](bool b) { return std::isnan(arg(0)) || std::isnan(arg(1)) ? nan : b ? 1.0L : 0.0L; };
  switch (arena.op(e)) {
    case Op::Number:
      return to_long_double(arena.value(e));
    case Op::Constant:
      return arena.name(e) == "pi" ? std::numbers::pi_v<long double> : std::numbers::e_v<long double>;
    case Op::Symbol: {
      const auto it = point_.find(e);
      return it == point_.end() ? nan : to_long_double(it->second);
    }
    case Op::Add: {
      long double s = 0;
      for (const Expr c : arena.children(e)) s += at(c);
      return s;
    }
    case Op::Mul: {
      long double p = 1;
      for (const Expr c : arena.children(e)) p *= at(c);
      return p;
    }
    case Op::Pow:
      return power(arg(0), arg(1));
    case Op::Call: {
      if (arena.count(e) == 1) {
        const Unary f = find_unary(arena.name(e));
        return f == nullptr ? nan : f(arg(0));
      }
      if (arena.name(e) == "polygamma" && arena.count(e) == 2) return polygamma(arg(0), arg(1));
      if (arena.name(e) != "min" && arena.name(e) != "max") return nan;
      const bool largest = arena.name(e) == "max";
      long double best = arg(0);
      for (const Expr c : arena.children(e)) {
        if (std::isnan(at(c))) return nan;
        best = largest ? std::max(best, at(c)) : std::min(best, at(c));
      }
      return best;
    }
    case Op::Where:
      return std::isnan(arg(0)) ? nan : arg(0) != 0 ? arg(1) : arg(2);
    case Op::Eq:
      return truth(arg(0) == arg(1));
    case Op::Ne:
      return truth(arg(0) != arg(1));
    case Op::Lt:
      return truth(arg(0) < arg(1));
    case Op::Le:
      return truth(arg(0) <= arg(1));
    case Op::Gt:
      return truth(arg(0) > arg(1));
    case Op::Ge:
      return truth(arg(0) >= arg(1));
    case Op::In: {
      for (std::size_t k = 1; k < arena.count(e); ++k) {
        if (arg(k) == arg(0)) return 1;
      }
      return std::isnan(arg(0)) ? nan : 0.0L;
    }
    case Op::Not:
      return std::isnan(arg(0)) ? nan : arg(0) == 0 ? 1.0L : 0.0L;
    case Op::And: {
      long double all = 1;
      for (const Expr c : arena.children(e)) all = std::isnan(at(c)) || std::isnan(all) ? nan : all * at(c);
      return all;
    }
    case Op::Or: {
      for (const Expr c : arena.children(e)) {
        if (at(c) == 1) return 1;
      }
      for (const Expr c : arena.children(e)) {
        if (std::isnan(at(c))) return nan;
      }
      return 0;
    }
    case Op::Deriv:
    case Op::MatMul:
    case Op::Transpose:
    case Op::Entry:
    case Op::Sum:
    case Op::Max:
    case Op::Min:
    case Op::Table:
    case Op::Rest:
      return nan;
  }
  return nan;
}

}  // namespace gradus

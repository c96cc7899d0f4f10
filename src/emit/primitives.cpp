// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/primitives.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>

namespace gradus::emit {
namespace detail {

#include "emit/special/digamma.h"
#include "emit/special/erfcx.h"
#include "emit/special/polygamma.h"

}  // namespace detail

namespace {

template <class Real>
const std::map<std::string, Primitive<Real>, std::less<>>& primitives() {
  static const std::map<std::string, Primitive<Real>, std::less<>> table{
      {"std::exp", {[](Real u) -> Real { return std::exp(u); }, nullptr}},
      {"std::exp2", {[](Real u) -> Real { return std::exp2(u); }, nullptr}},
      {"std::expm1", {[](Real u) -> Real { return std::expm1(u); }, nullptr}},
      {"std::log", {[](Real u) -> Real { return std::log(u); }, nullptr}},
      {"std::log1p", {[](Real u) -> Real { return std::log1p(u); }, nullptr}},
      {"std::log2", {[](Real u) -> Real { return std::log2(u); }, nullptr}},
      {"std::log10", {[](Real u) -> Real { return std::log10(u); }, nullptr}},
      {"std::sqrt", {[](Real u) -> Real { return std::sqrt(u); }, nullptr}},
      {"std::cbrt", {[](Real u) -> Real { return std::cbrt(u); }, nullptr}},
      {"std::abs", {[](Real u) -> Real { return std::abs(u); }, nullptr}},
      {"std::sin", {[](Real u) -> Real { return std::sin(u); }, nullptr}},
      {"std::cos", {[](Real u) -> Real { return std::cos(u); }, nullptr}},
      {"std::tan", {[](Real u) -> Real { return std::tan(u); }, nullptr}},
      {"std::asin", {[](Real u) -> Real { return std::asin(u); }, nullptr}},
      {"std::acos", {[](Real u) -> Real { return std::acos(u); }, nullptr}},
      {"std::atan", {[](Real u) -> Real { return std::atan(u); }, nullptr}},
      {"std::sinh", {[](Real u) -> Real { return std::sinh(u); }, nullptr}},
      {"std::cosh", {[](Real u) -> Real { return std::cosh(u); }, nullptr}},
      {"std::tanh", {[](Real u) -> Real { return std::tanh(u); }, nullptr}},
      {"std::asinh", {[](Real u) -> Real { return std::asinh(u); }, nullptr}},
      {"std::acosh", {[](Real u) -> Real { return std::acosh(u); }, nullptr}},
      {"std::atanh", {[](Real u) -> Real { return std::atanh(u); }, nullptr}},
      {"std::erf", {[](Real u) -> Real { return std::erf(u); }, nullptr}},
      {"std::erfc", {[](Real u) -> Real { return std::erfc(u); }, nullptr}},
      {"std::lgamma", {[](Real u) -> Real { return std::lgamma(u); }, nullptr}},
      {"std::max", {nullptr, [](Real a, Real b) -> Real { return std::max<Real>(a, b); }}},
      {"std::min", {nullptr, [](Real a, Real b) -> Real { return std::min<Real>(a, b); }}},
      {"std::pow", {nullptr, [](Real a, Real b) -> Real { return std::pow(a, b); }}},
      {"detail::digamma", {[](Real u) -> Real { return detail::digamma(u); }, nullptr}},
      {"detail::erfcx", {[](Real u) -> Real { return detail::erfcx(u); }, nullptr}},
      {"detail::polygamma", {nullptr, [](Real n, Real u) -> Real { return detail::polygamma<Real>(n, u); }}}};
  return table;
}

}  // namespace

template <class Real>
const Primitive<Real>* find_primitive(std::string_view spelling, std::size_t arity) {
  const auto it = primitives<Real>().find(spelling);
  if (it == primitives<Real>().end()) return nullptr;
  const Primitive<Real>& p = it->second;
  return (arity == 1 && p.unary != nullptr) || (arity == 2 && p.binary != nullptr) ? &p : nullptr;
}

template const Primitive<double>* find_primitive(std::string_view, std::size_t);
template const Primitive<float>* find_primitive(std::string_view, std::size_t);

}  // namespace gradus::emit

#pragma once
#include <cmath>
#include <algorithm>
#include <string>
#include <map>
#include <functional>
#include "gradus/accuracy/accurate.h"
#include "gradus/diag/source.h"
namespace gradus::emit {
struct Primitive { std::function<double(const std::vector<double>&, Real)> f; double operator()(const std::vector<double>& a, Real r) const { return f(a, r);} };
inline Primitive find_primitive(const std::string& name, std::size_t) {
#define U(n) if (name == "std::" #n) return {[](const std::vector<double>& a, Real r) { return r == Real::float64 ? std::n(a[0]) : double(std::n(float(a[0]))); }};
  U(exp) U(log) U(log1p) U(expm1) U(sqrt) U(sin) U(cos) U(tan) U(atan) U(sinh) U(cosh) U(tanh) U(cbrt) U(exp2) U(abs) U(fabs) U(erf) U(erfc) U(lgamma) U(asin) U(acos) U(log2) U(log10) U(asinh) U(acosh) U(atanh)
  if (name == "std::max") return {[](const std::vector<double>& a, Real) { return std::max(a[0], a[1]); }};
  if (name == "std::min") return {[](const std::vector<double>& a, Real) { return std::min(a[0], a[1]); }};
  if (name == "std::hypot") return {[](const std::vector<double>& a, Real) { return std::hypot(a[0], a[1]); }};
  if (name == "") return {[](const std::vector<double>& a, Real) { return double((a[0] > 0) - (a[0] < 0)); }};
  throw Error({}, "no primitive " + name);
}
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <cln/integer.h>
#include <algorithm>

#include <cmath>

#include "accuracy/expand.h"

namespace gradus::accuracy {
namespace {

using Series = std::vector<Rational>;

constexpr std::size_t longest = 20;               // coefficients that are computed
constexpr std::size_t lengths[] = {3, 6, 9, 13};  // terms that are written
constexpr long most_power = 8;
constexpr std::size_t most_bits_of_coefficient = 1'000;  // of a coefficient

Series product(const Series& a, const Series& b) {
  Series out(a.size(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == 0) continue;
    for (std::size_t j = 0; i + j < a.size(); ++j) out[i + j] = out[i + j] + a[i] * b[j];
  }
  return out;
}

std::optional<Series> inverse(const Series& a) {
  if (a[0] == 0) return std::nullopt;
  Series out(a.size(), 0);
  out[0] = cln::recip(a[0]);
  for (std::size_t n = 1; n < a.size(); ++n) {
    Rational sum = 0;
    for (std::size_t k = 1; k <= n; ++k) sum = sum + a[k] * out[n - k];
    out[n] = -sum * out[0];
  }
  return out;
}

Series derivative(const Series& a) {
  Series out(a.size(), 0);
  for (std::size_t n = 1; n < a.size(); ++n) out[n - 1] = a[n] * Rational(static_cast<long>(n));
  return out;
}

Series integral(const Series& a, const Rational& constant) {
  Series out(a.size(), 0);
  out[0] = constant;
  for (std::size_t n = 1; n < a.size(); ++n) out[n] = a[n - 1] / Rational(static_cast<long>(n));
  return out;
}

// y' = factor * a' * y, y(0) = start.
Series growth(const Series& a, const Rational& start) {
  const Series slope = derivative(a);
  Series out(a.size(), 0);
  out[0] = start;
  for (std::size_t n = 1; n < a.size(); ++n) {
    Rational sum = 0;
    for (std::size_t k = 0; k < n; ++k) sum = sum + slope[k] * out[n - 1 - k];
    out[n] = sum / Rational(static_cast<long>(n));
  }
  return out;
}

std::optional<Series> power(const Series& a, const Rational& r) {
  if (cln::denominator(r) == 1 && cln::abs(r) <= most_power) {
    const long n = cln::cl_I_to_long(cln::numerator(r));
    Series out(a.size(), 0);
    out[0] = 1;
    for (long k = 0; k < std::labs(n); ++k) out = product(out, a);
    return n >= 0 ? std::optional(out) : inverse(out);
  }
  if (a[0] != 1) return std::nullopt;
  // y a = r a' y, by coefficients.
  Series out(a.size(), 0);
  out[0] = 1;
  for (std::size_t n = 1; n < a.size(); ++n) {
    Rational sum = 0;
    for (std::size_t k = 1; k <= n; ++k) {
      const Rational weight = r * Rational(static_cast<long>(k)) - Rational(static_cast<long>(n - k));
      sum = sum + weight * a[k] * out[n - k];
    }
    out[n] = sum / Rational(static_cast<long>(n));
  }
  return out;
}

std::optional<Series> function(const std::string& name, const Series& a) {
  if (name == "ln") {
    if (a[0] != 1) return std::nullopt;
    return integral(product(derivative(a), *inverse(a)), 0);
  }
  if (a[0] != 0) return std::nullopt;
  if (name == "exp") return growth(a, 1);
  if (name == "atan") {
    Series one = product(a, a);
    one[0] = one[0] + 1;
    return integral(product(derivative(a), *inverse(one)), 0);
  }
  if (name == "sin" || name == "cos") {
    // s' = a' c, c' = -a' s.
    const Series slope = derivative(a);
    Series s(a.size(), 0), c(a.size(), 0);
    c[0] = 1;
    for (std::size_t n = 1; n < a.size(); ++n) {
      Rational up = 0, down = 0;
      for (std::size_t k = 0; k < n; ++k) {
        up = up + slope[k] * c[n - 1 - k];
        down = down - slope[k] * s[n - 1 - k];
      }
      s[n] = up / Rational(static_cast<long>(n));
      c[n] = down / Rational(static_cast<long>(n));
    }
    return name == "sin" ? s : c;
  }
  return std::nullopt;
}

// t^first * (c0 + t^step*(c1 + ...)), of so many terms.
std::optional<Expr> horner(Arena& arena, const Series& s, Expr t, std::size_t terms) {
  std::vector<std::size_t> orders;
  for (std::size_t n = 0; n < s.size(); ++n) {
    if (s[n] != 0) orders.push_back(n);
  }
  if (orders.size() < 2) return std::nullopt;
  orders.resize(std::min(orders.size(), terms));
  Expr sum = arena.number(s[orders.back()]);
  const auto power_of = [&](std::size_t n) { return n == 1 ? t : arena.pow(t, arena.number(static_cast<long>(n))); };
  for (std::size_t k = orders.size() - 1; k-- > 0;)
    sum = arena.add(arena.number(s[orders[k]]), arena.mul(power_of(orders[k + 1] - orders[k]), sum));
  return orders[0] == 0 ? sum : arena.mul(power_of(orders[0]), sum);
}

}  // namespace

std::optional<std::vector<Rational>> power_series(const Arena& arena, Expr e, Expr t, std::size_t count) {
  ExprMap<Series> all;
  for (const Expr node : reachable(arena, e)) {
    Series s(count, 0);
    std::optional<Series> found;
    switch (arena.op(node)) {
      case Op::Number:
        s[0] = arena.value(node);
        found = std::move(s);
        break;
      case Op::Symbol:
        if (node != t) return std::nullopt;
        s[1] = 1;
        found = std::move(s);
        break;
      case Op::Add:
        for (const Expr c : arena.children(node)) {
          for (std::size_t n = 0; n < count; ++n) s[n] = s[n] + all.at(c)[n];
        }
        found = std::move(s);
        break;
      case Op::Mul:
        s[0] = 1;
        for (const Expr c : arena.children(node)) s = product(s, all.at(c));
        found = std::move(s);
        break;
      case Op::Pow:
        if (!arena.is_number(arena.child(node, 1))) return std::nullopt;
        found = power(all.at(arena.child(node, 0)), arena.value(arena.child(node, 1)));
        break;
      case Op::Call:
        if (arena.count(node) == 1) found = function(arena.name(node), all.at(arena.child(node, 0)));
        break;
      default:
        break;
    }
    if (!found) return std::nullopt;
    for (const Rational& c : *found) {
      if (cln::integer_length(cln::numerator(c)) > most_bits_of_coefficient) return std::nullopt;
    }
    all[node] = std::move(*found);
  }
  return all.at(e);
}

std::vector<Expr> series_forms(Engine& engine, Rewriter& rewriter, Expr form) {
  Arena& arena = engine.arena;
  std::vector<Expr> out;
  for (const Expr node : reachable(arena, form)) {
    if (!arena.is(node, Op::Add)) continue;
    for (const Expr t : symbols(arena, node)) {
      std::vector<Expr> terms, others;
      for (const Expr c : arena.children_copy(node)) {
        const auto names = symbols(arena, c);
        const bool own = names.empty() || (names.size() == 1 && names[0] == t);
        (own ? terms : others).push_back(c);
      }
      if (terms.size() < 2) continue;
      const auto series = power_series(arena, rewriter.run("unfold", arena.sum(terms)), t, longest);
      if (!series) continue;
      for (const std::size_t length : lengths) {
        const auto polynomial = horner(arena, *series, t, length);
        if (!polynomial) continue;
        std::vector<Expr> sum = others;
        sum.push_back(*polynomial);
        out.push_back(substitute(arena, form, {{node, arena.sum(sum)}}));
      }
    }
  }
  return out;
}

}  // namespace gradus::accuracy

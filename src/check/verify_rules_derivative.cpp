// SPDX-License-Identifier: GPL-2.0-or-later
// Rules of differentiation: concrete functions of `_` take the place of the variables, and both sides are compared
// by power series, which know nothing of our rules.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "check/forms.h"
#include "check/verify_rules_parts.h"
#include "check/verify_rules_series.h"

namespace gradus::verify {
namespace {

using SeriesState = SeriesValue::State;

// The symbols that conditions `free(E)` make constant.
std::vector<Expr> free_symbols(const Arena& arena, const std::vector<Expr>& conditions) {
  std::vector<Expr> out;
  std::vector<Expr> stack = conditions;
  while (!stack.empty()) {
    const Expr e = stack.back();
    stack.pop_back();
    if (arena.is(e, Op::Not)) continue;
    if (arena.is(e, Op::Call) && arena.name(e) == "free") {
      for (const Expr s : symbols(arena, e)) out.push_back(s);
    } else {
      for (const Expr c : arena.children(e)) stack.push_back(c);
    }
  }
  return out;
}

// A smooth function of `_`, defined everywhere.
Expr random_function(Arena& arena, Random& random) {
  const Expr t = arena.symbol("_");
  const auto number = [&] { return arena.number(random.value(VarType::any)); };
  const auto small = [&] { return arena.fraction(random.range(-8, 8), 4); };
  switch (random.range(0, 5)) {
    case 0:
      return t;
    case 1:
      return arena.add(number(), arena.mul(small(), t));
    case 2:
      return arena.sum(
          std::vector<Expr>{number(), arena.mul(number(), t), arena.mul(small(), arena.pow(t, arena.number(2)))});
    case 3:
      return arena.mul(number(), arena.call("exp", {arena.mul(small(), t)}));
    case 4:
      return arena.add(number(), arena.mul(small(), arena.call("sin", {arena.add(t, small())})));
    default:
      return arena.mul(arena.add(number(), t), arena.call("cos", {arena.mul(small(), t)}));
  }
}

// What a variable stands for: a literal number, a constant that is no literal, or a function of `_`.
Expr filler(Arena& arena, Random& random, VarType type, bool constant, long k) {
  const Rational value = k < 20 ? random.special(type) : random.value(type);
  const bool literal = type == VarType::number || type == VarType::integer || random.range(0, constant ? 1 : 7) == 0;
  if (literal) return arena.number(value);
  if (constant) return arena.add(arena.number(value - 1), arena.number(1));
  return random_function(arena, random);
}

// The derivative of some order of one of three fixed functions, at `u`. Written out, not derived.
Expr concrete(Arena& arena, long which, std::size_t order, Expr u) {
  const Rational scale = cln::expt(Rational(1) / Rational(2), cln::cl_I(static_cast<long>(order)));
  if (which == 0) {  // sin(u/2 + 1)
    const Expr inner = arena.add(arena.mul(arena.fraction(1, 2), u), arena.number(1));
    const Expr wave = arena.call(order % 2 == 0 ? "sin" : "cos", {inner});
    return arena.mul(arena.number(order % 4 < 2 ? scale : -scale), wave);
  }
  if (which == 1) {  // exp(u/2)
    return arena.mul(arena.number(scale), arena.call("exp", {arena.mul(arena.fraction(1, 2), u)}));
  }
  // 1 - u + 2*u^2 + u^3/3
  std::array<Rational, 4> c{Rational(1), Rational(-1), Rational(2), Rational(1) / Rational(3)};
  for (std::size_t k = 0; k < order; ++k) {
    for (std::size_t j = 0; j + 1 < c.size(); ++j) c[j] = c[j + 1] * Rational(static_cast<long>(j + 1));
    c.back() = 0;
  }
  std::vector<Expr> terms;
  for (std::size_t j = 0; j < c.size(); ++j) {
    terms.push_back(arena.mul(arena.number(c[j]), arena.pow(u, arena.number(static_cast<long>(j)))));
  }
  return arena.sum(terms);
}

struct Filling {
  ExprMap<Expr> variables;
  std::map<std::string, long> functions;  // which of the fixed functions
};

Expr filled(Arena& arena, const FunctionTable& table, Expr e, const Filling& filling) {
  return map_bottom_up(arena, e, [&](Arena& a, Expr node) {
    if (a.is(node, Op::Symbol)) {
      const auto it = filling.variables.find(node);
      return it == filling.variables.end() ? node : it->second;
    }
    if (!a.is(node, Op::Call) || a.count(node) != 1) return node;
    const std::string name = a.name(node);
    const std::string stem = name.substr(0, name.find('\''));
    const auto it = filling.functions.find(stem);
    if (it == filling.functions.end() || table.has_name(stem)) return node;
    return concrete(a, it->second, name.size() - stem.size(), a.child(node, 0));
  });
}

Difference compare_at(Arena& arena, const FunctionTable& functions, Expr from, Expr to, const Rational& t) {
  const SeriesValue left = series_value(arena, functions, from, t);
  const SeriesValue right = series_value(arena, functions, to, t);
  const auto text = [](const SeriesValue& v) {
    return v.state == SeriesState::defined ? v.text : fmt::format("no value ({})", v.text);
  };
  Difference out;
  out.left = text(left);
  out.right = text(right);
  if (left.state == SeriesState::defined && right.state == SeriesState::defined) {
    const bool apart = left.upper < right.lower || right.upper < left.lower;
    out.kind = apart ? Difference::Kind::differ : Difference::Kind::equal;
  } else if (left.state == SeriesState::defined && right.state == SeriesState::undefined) {
    out.kind = Difference::Kind::only_left;
  } else if (right.state == SeriesState::defined && left.state == SeriesState::undefined) {
    out.kind = Difference::Kind::only_right;
  }
  return out;
}

std::string describe(const Arena& arena, const Instance& instance, const Filling& filling, const Rational& t) {
  std::string out;
  for (const auto& [symbol, type] : instance.variables) {
    out += fmt::format("{} = {}, ", arena.name(symbol), print(arena, filling.variables.at(symbol)));
  }
  static constexpr std::array<std::string_view, 3> names{"sin(u/2 + 1)", "exp(u/2)", "1 - u + 2*u^2 + u^3/3"};
  for (const auto& [name, which] : filling.functions) {
    out += fmt::format("{}(u) = {}, ", name, names.at(static_cast<std::size_t>(which)));
  }
  return out + fmt::format("_ = {}", show(t));
}

}  // namespace

Difference compare_derivatives(Engine& engine, const Instance& instance, const Point& point) {
  Arena& arena = engine.arena;
  const std::vector<Expr> constant = free_symbols(arena, instance.conditions);
  Filling filling;
  for (const auto& [symbol, value] : point) {
    const bool fixed = std::find(constant.begin(), constant.end(), symbol) != constant.end();
    filling.variables[symbol] = fixed ? arena.number(value) : arena.add(arena.number(value), arena.symbol("_"));
  }
  const FunctionTable& table = engine.catalogue.functions;
  return compare_at(arena, table, filled(arena, table, instance.from, filling),
                    filled(arena, table, instance.to, filling), 0);
}

void sample_derivative(Engine& engine, const Rule& rule, const std::vector<Instance>& all, RuleReport& report) {
  Arena& arena = engine.arena;
  const FunctionTable& functions = engine.catalogue.functions;
  Random random(rule.name);
  const long share = wanted_samples / static_cast<long>(all.size());
  for (const Instance& instance : all) {
    const std::vector<Expr> constant = free_symbols(arena, instance.conditions);
    long accepted = 0;
    for (long k = 0; k < most_tries && accepted < share; ++k) {
      Filling filling;
      for (const auto& [symbol, type] : instance.variables) {
        filling.variables[symbol] =
            filler(arena, random, type, std::find(constant.begin(), constant.end(), symbol) != constant.end(), k);
      }
      for (const auto& [name, type] : rule.variables) {
        if (type == VarType::function) filling.functions[name] = random.range(0, 2);
      }
      const Rational t = Rational(random.range(-40, 40)) / Rational(random.range(1, 16));
      const bool inside = std::all_of(instance.conditions.begin(), instance.conditions.end(), [&](Expr c) {
        return condition_holds(arena, filled(arena, functions, c, filling), [&](Expr part) -> std::optional<bool> {
                 if (!arena.is(part, Op::Call)) return series_holds(arena, functions, part, t);
                 const auto value = exact_value(arena, arena.child(part, 0), {});
                 return value && cln::denominator(*value) == 1;
               }) == true;
      });
      if (!inside) continue;
      const Difference d = compare_at(arena, functions, filled(arena, functions, instance.from, filling),
                                      filled(arena, functions, instance.to, filling), t);
      if (d.kind == Difference::Kind::equal) {
        ++accepted;
      } else if (refutes(d, rule.enlarges)) {
        refute(report, d, describe(arena, instance, filling, t));
        return;
      }
    }
    report.samples += accepted;
  }
}

}  // namespace gradus::verify

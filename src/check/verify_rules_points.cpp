// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/verify_rules_points.h"

#include <cln/integer.h>
#include <cln/integer_io.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "check/forms.h"
#include "rule/match.h"

namespace gradus::verify {

Random::Random(std::string_view seed) : state_(0xCBF29CE484222325ULL) {
  for (const char c : seed) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
}

// SplitMix64.
std::uint64_t Random::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

long Random::range(long low, long high) {
  return low + static_cast<long>((next() >> 8U) % static_cast<std::uint64_t>(high - low + 1));
}

Rational Random::value(VarType type) {
  if (type == VarType::integer) return range(0, 3) > 0 ? range(-6, 6) : range(-120, 120);
  const long kind = range(0, 99);
  const long sign = range(0, 1) == 0 ? 1 : -1;
  if (kind < 25) return range(-5, 5);
  if (kind < 88) return Rational(sign * range(1, 24)) / Rational(range(1, 12));
  const cln::cl_I scale = range(1, 3);
  const Rational size = cln::expt(Rational(10), kind < 94 ? scale : -scale);
  return size * Rational(sign * range(1, 10)) / Rational(10);
}

Rational Random::special(VarType type) {
  static constexpr std::array<std::pair<long, long>, 9> numbers{
      {{0, 1}, {1, 1}, {-1, 1}, {2, 1}, {-2, 1}, {1, 2}, {-1, 2}, {3, 1}, {-3, 1}}};
  std::pair<long, long> n;
  do {
    n = numbers[static_cast<std::size_t>(range(0, 8))];
  } while (type == VarType::integer && n.second != 1);
  return Rational(n.first) / Rational(n.second);
}

namespace {

// The left side with its rests spliced into the sums and products in which they stand, and otherwise as it is written:
// the 0 of `0*u` must not take u away here.
Expr left_side(Arena& arena, Expr from, const Match& match) {
  return map_bottom_up(arena, from, [&](Arena& a, Expr e) {
    if (!a.is(e, Op::Add) && !a.is(e, Op::Mul)) return e;
    std::vector<Expr> children;
    for (const Expr c : a.children_copy(e)) {
      const std::vector<Expr>* parts = match.rests.find(c);
      if (parts == nullptr) {
        children.push_back(c);
      } else {
        children.insert(children.end(), parts->begin(), parts->end());
      }
    }
    if (children.size() == a.count(e) && std::ranges::equal(children, a.children(e))) return e;
    return a.is(e, Op::Add) ? a.sum(children) : a.product(children);
  });
}

}  // namespace

std::vector<Instance> instances(Arena& arena, const Rule& rule) {
  const bool rests = std::any_of(rule.variables.begin(), rule.variables.end(),
                                 [](const auto& v) { return v.second == VarType::rest; });
  const std::vector<long> counts = rests ? std::vector<long>{1, 2, 0} : std::vector<long>{0};
  std::vector<Instance> out;
  for (const long count : counts) {
    // The right side as the rewriter makes it; variables other than rests stand for themselves.
    Match match;
    for (const auto& [name, type] : rule.variables) {
      if (type != VarType::rest) continue;
      std::vector<Expr> parts;
      for (long k = 1; k <= count; ++k) parts.push_back(arena.symbol(fmt::format("{}_{}", name, k)));
      match.rests.set(arena.rest(name), parts);
    }
    Instance i;
    i.from = left_side(arena, rule.from, match);
    i.to = instantiate(arena, rule, match, rule.to);
    for (const Expr c : rule.conditions) i.conditions.push_back(instantiate(arena, rule, match, c));
    for (const Expr s : symbols(arena, i.from)) {
      if (arena.name(s) == "_") continue;
      const auto type = rule.variables.find(arena.name(s));
      i.variables.emplace_back(s, type == rule.variables.end() ? VarType::any : type->second);
    }
    out.push_back(std::move(i));
  }
  return out;
}

Instance with_literals(Arena& arena, const Instance& instance, const Point& point, Random& random) {
  ExprMap<Expr> literal;
  const long mode = random.range(0, 2);  // all of them, none, some
  for (const auto& [symbol, type] : instance.variables) {
    const auto it = point.find(symbol);
    if (it == point.end()) continue;
    const bool may = type != VarType::name && (mode == 0 || (mode == 2 && random.range(0, 1) == 0));
    if (may || type == VarType::number || type == VarType::integer) literal[symbol] = arena.number(it->second);
  }
  Instance out = instance;
  out.from = substitute(arena, instance.from, literal);
  out.to = substitute(arena, instance.to, literal);
  for (Expr& c : out.conditions) c = substitute(arena, c, literal);
  return out;
}

bool has_derivative(const Arena& arena, const Rule& rule) {
  const std::vector<Expr> sides{rule.from, rule.to};
  const std::vector<Expr> nodes = reachable(arena, sides);
  return std::any_of(nodes.begin(), nodes.end(), [&](Expr e) { return arena.is(e, Op::Deriv); });
}

bool no_value(const Arena& arena, Expr root, const Point& point) {
  std::vector<Expr> stack{root};
  std::vector<Expr> seen;
  while (!stack.empty()) {
    const Expr e = stack.back();
    stack.pop_back();
    if (std::find(seen.begin(), seen.end(), e) != seen.end()) continue;
    seen.push_back(e);
    if (arena.is(e, Op::Where)) continue;  // the branch that is not taken need not have a value
    if (arena.is(e, Op::Pow)) {
      const auto base = exact_value(arena, arena.child(e, 0), point);
      const auto exponent = exact_value(arena, arena.child(e, 1), point);
      if (base && exponent && *base == 0 && *exponent < 0) return true;
    }
    if (arena.is(e, Op::Call) && arena.name(e) == "ln") {
      const auto argument = exact_value(arena, arena.child(e, 0), point);
      if (argument && *argument <= 0) return true;
    }
    for (const Expr c : arena.children(e)) stack.push_back(c);
  }
  return false;
}

std::optional<bool> condition_holds(const Arena& arena, Expr c, const std::function<std::optional<bool>(Expr)>& value) {
  switch (arena.op(c)) {
    case Op::And:
    case Op::Or: {
      const bool stop = arena.is(c, Op::Or);
      bool open = false;
      for (const Expr part : arena.children_copy(c)) {
        const auto truth = condition_holds(arena, part, value);
        if (truth == stop) return stop;
        open = open || !truth;
      }
      return open ? std::nullopt : std::optional<bool>(!stop);
    }
    case Op::Not: {
      const auto truth = condition_holds(arena, arena.child(c, 0), value);
      return truth ? std::optional<bool>(!*truth) : std::nullopt;
    }
    case Op::Call: {
      const Expr of = arena.child(c, 0);
      if (arena.name(c) == "number") return arena.is_number(of);
      if (arena.name(c) == "free") {
        const std::vector<Expr> names = symbols(arena, of);
        return std::none_of(names.begin(), names.end(), [&](Expr s) { return arena.name(s) == "_"; });
      }
      return value(c);
    }
    default:
      return value(c);
  }
}

void solve_equations(const Arena& arena, const std::vector<Expr>& conditions, Point& point) {
  for (const Expr c : conditions) {
    if (!arena.is(c, Op::Eq)) continue;
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
      const Expr variable = arena.child(c, side);
      if (!arena.is(variable, Op::Symbol) || !point.contains(variable)) continue;
      if (const auto value = exact_value(arena, arena.child(c, 1 - side), point)) {
        point[variable] = *value;
        break;
      }
    }
  }
}

std::string show(const Rational& r) {
  std::ostringstream out;
  cln::print_integer(out, 10, cln::numerator(r));
  if (cln::denominator(r) != 1) {
    out << '/';
    cln::print_integer(out, 10, cln::denominator(r));
  }
  return out.str();
}

std::string show_point(const Arena& arena, const std::vector<std::pair<Expr, VarType>>& variables, const Point& point) {
  std::vector<std::string> parts;
  for (const auto& [symbol, type] : variables) {
    const auto it = point.find(symbol);
    if (it != point.end()) parts.push_back(fmt::format("{} = {}", arena.name(symbol), show(it->second)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace gradus::verify

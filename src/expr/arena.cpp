// SPDX-License-Identifier: GPL-2.0-or-later
#include <cln/integer.h>
#include <cln/integer_io.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gradus/expr/expr.h"

namespace gradus {
namespace {

struct OpInfo {
  int children;
  int precedence;
  std::string_view spelling;
};
constexpr auto op_table = std::to_array<OpInfo>({
#define OP(name, children, precedence, spelling) {children, precedence, spelling},
#include "gradus/expr/op.def"
#undef OP
});

std::uint32_t mix(std::uint32_t h, std::uint32_t v) {
  h ^= v + 0x9E3779B9U + (h << 6U) + (h >> 2U);
  return h * 0x85EBCA6BU;
}

std::uint32_t hash_of(Op op, std::uint32_t payload, std::span<const Expr> children) {
  std::uint32_t hash = mix(static_cast<std::uint32_t>(op), payload);
  for (const Expr c : children) hash = mix(hash, c.id);
  return hash ^ (hash >> 15U);
}

bool too_long(const Rational& value) {
  static const cln::cl_I limit = cln::expt_pos(cln::cl_I(10), limits::max_digits);
  return cln::abs(cln::numerator(value)) >= limit || cln::denominator(value) >= limit;
}

}  // namespace

int arity(Op op) { return op_table[static_cast<std::size_t>(op)].children; }
int precedence(Op op) { return op_table[static_cast<std::size_t>(op)].precedence; }
std::string_view spelling(Op op) { return op_table[static_cast<std::size_t>(op)].spelling; }
bool is_comparison(Op op) { return op >= Op::Eq && op <= Op::Ge; }
bool is_condition(Op op) { return op >= Op::Eq && op <= Op::Or; }
bool is_reduction(Op op) { return op == Op::Sum || op == Op::Max || op == Op::Min; }
bool binds_index(Op op) { return is_reduction(op) || op == Op::Table; }

Arena::Arena() : table_(1024, 0) {}

void Arena::grow() {
  std::vector<std::uint32_t> bigger(table_.size() * 2, 0);
  const std::size_t mask = bigger.size() - 1;
  for (std::uint32_t id = 0; id < nodes_.size(); ++id) {
    std::size_t slot = nodes_[id].hash & mask;
    while (bigger[slot] != 0) slot = (slot + 1) & mask;
    bigger[slot] = id + 1;
  }
  table_ = std::move(bigger);
}

Expr Arena::intern(Op op, std::uint32_t payload, std::span<const Expr> children) {
  const std::uint32_t hash = hash_of(op, payload, children);
  const std::size_t mask = table_.size() - 1;
  std::size_t slot = hash & mask;
  for (; table_[slot] != 0; slot = (slot + 1) & mask) {
    const Node& n = nodes_[table_[slot] - 1];
    if (n.hash == hash && n.op == op && n.payload == payload && n.count == children.size() &&
        std::equal(children.begin(), children.end(), children_.begin() + n.first)) {
      return Expr{table_[slot] - 1};
    }
  }
  if (nodes_.size() >= limits::max_nodes || children_.size() + children.size() > 0xFFFFFFFFU) {
    throw LimitError(fmt::format("the expression has more than {} nodes", limits::max_nodes));
  }
  const auto id = static_cast<std::uint32_t>(nodes_.size());
  // The caller's span may point into children_, which the insertion may move.
  const auto first = static_cast<std::uint32_t>(children_.size());
  if (!children.empty() && children.data() >= children_.data() &&
      children.data() < children_.data() + children_.size()) {
    const std::vector<Expr> copy(children.begin(), children.end());
    children_.insert(children_.end(), copy.begin(), copy.end());
  } else {
    children_.insert(children_.end(), children.begin(), children.end());
  }
  nodes_.push_back({first, static_cast<std::uint32_t>(children.size()), payload, hash, op});
  table_[slot] = id + 1;
  if (nodes_.size() * 2 > table_.size()) grow();
  return Expr{id};
}

std::uint32_t Arena::intern_name(std::string_view name) {
  const auto [it, added] = name_index_.try_emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
  if (added) names_.emplace_back(name);
  return it->second;
}

Expr Arena::number(const Rational& value) {
  if (too_long(value)) {
    throw LimitError(fmt::format("a number has more than {} digits", limits::max_digits));
  }
  const std::uint32_t key = cln::equal_hashcode(value);
  const auto [first, last] = number_index_.equal_range(key);
  for (auto it = first; it != last; ++it) {
    if (numbers_[it->second] == value) return intern(Op::Number, it->second, {});
  }
  const auto index = static_cast<std::uint32_t>(numbers_.size());
  numbers_.push_back(value);
  number_index_.emplace(key, index);
  return intern(Op::Number, index, {});
}

Expr Arena::symbol(std::string_view name) { return intern(Op::Symbol, intern_name(name), {}); }
Expr Arena::constant(std::string_view name) { return intern(Op::Constant, intern_name(name), {}); }
Expr Arena::rest(std::string_view name) { return intern(Op::Rest, intern_name(name), {}); }
bool Arena::has_symbol(std::string_view name) const {
  const auto it = name_index_.find(std::string(name));
  if (it == name_index_.end()) return false;
  const std::uint32_t hash = hash_of(Op::Symbol, it->second, {});
  const std::size_t mask = table_.size() - 1;
  for (std::size_t slot = hash & mask; table_[slot] != 0; slot = (slot + 1) & mask) {
    const Node& n = nodes_[table_[slot] - 1];
    if (n.op == Op::Symbol && n.payload == it->second) return true;
  }
  return false;
}
Expr Arena::call(std::string_view function, std::span<const Expr> arguments) {
  return intern(Op::Call, intern_name(function), arguments);
}
Expr Arena::call(std::string_view function, std::initializer_list<Expr> arguments) {
  return call(function, std::span<const Expr>(arguments.begin(), arguments.size()));
}

Expr Arena::make(Op op, std::span<const Expr> children) {
  const int expected = arity(op);
  const bool fits = expected >= 0 ? static_cast<int>(children.size()) == expected : children.size() >= 2;
  if (!fits || op == Op::Call || expected == 0) throw std::logic_error("Arena::make: wrong number of children");
  return intern(op, 0, children);
}
Expr Arena::make(Op op, std::initializer_list<Expr> children) {
  return make(op, std::span<const Expr>(children.begin(), children.size()));
}

Expr Arena::rebuild(Expr e, std::span<const Expr> children) {
  return intern(nodes_[e.id].op, nodes_[e.id].payload, children);
}

Expr Arena::sum(std::span<const Expr> terms) {
  return terms.empty() ? number(0) : terms.size() == 1 ? terms[0] : make(Op::Add, terms);
}
Expr Arena::product(std::span<const Expr> factors) {
  return factors.empty() ? number(1) : factors.size() == 1 ? factors[0] : make(Op::Mul, factors);
}

Expr Arena::negated_number(Expr a) {
  const Expr out = number(-value(a));
  if (const std::string* typed = spelling_of(a))
    set_spelling(out, typed->starts_with("-") ? typed->substr(1) : "-" + *typed);
  return out;
}

Expr Arena::negate(Expr a) {
  if (is_number(a)) return negated_number(a);
  if (!is(a, Op::Mul)) return mul(number(-1), a);
  std::vector<Expr> factors = children_copy(a);
  if (is_number(factors[0])) {
    if (value(factors[0]) <= 0 || value(factors[0]) == 1) return mul(number(-1), a);
    factors[0] = negated_number(factors[0]);
  } else {
    factors.insert(factors.begin(), number(-1));
  }
  return make(Op::Mul, factors);
}

Expr Arena::reciprocal(Expr a) {
  if (is_integer(a) && value(a) >= 2) return number(cln::recip(value(a)));
  if (is(a, Op::Pow) && is_number(child(a, 1))) {
    const Expr n = child(a, 1);
    if (value(n) > 0) return pow(child(a, 0), negated_number(n));
  }
  return pow(a, number(-1));
}

Expr Arena::sub(Expr a, Expr b) {
  std::vector<Expr> terms = is(a, Op::Add) ? children_copy(a) : std::vector<Expr>{a};
  terms.push_back(negate(b));
  return make(Op::Add, terms);
}

Expr Arena::div(Expr a, Expr b) {
  if (is_number(a, 1)) return reciprocal(b);
  if (is_integer(a) && is_integer(b) && value(b) >= 2) {
    const Rational quotient = value(a) / value(b);
    if (cln::denominator(quotient) == value(b)) return number(quotient);
  }
  std::vector<Expr> factors = is(a, Op::Mul) ? children_copy(a) : std::vector<Expr>{a};
  factors.push_back(reciprocal(b));
  return make(Op::Mul, factors);
}

std::vector<Expr> Arena::children_copy(Expr e) const {
  const auto c = children(e);
  return {c.begin(), c.end()};
}

const Rational& Arena::value(Expr e) const {
  if (!is_number(e)) throw std::logic_error("Arena::value: not a number");
  return numbers_[nodes_[e.id].payload];
}
const std::string& Arena::name(Expr e) const {
  const Op o = op(e);
  if (o != Op::Symbol && o != Op::Constant && o != Op::Rest && o != Op::Call)
    throw std::logic_error("Arena::name: no name");
  return names_[nodes_[e.id].payload];
}
bool Arena::is_number(Expr e, long v) const { return is_number(e) && value(e) == Rational(v); }
bool Arena::is_integer(Expr e) const { return is_number(e) && cln::denominator(value(e)) == 1; }

void Arena::set_spelling(Expr number, std::string text) { spellings_.try_emplace(number, std::move(text)); }
const std::string* Arena::spelling_of(Expr number) const {
  const auto it = spellings_.find(number);
  return it == spellings_.end() ? nullptr : &it->second;
}

}  // namespace gradus

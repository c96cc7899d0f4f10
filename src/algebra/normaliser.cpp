// SPDX-License-Identifier: GPL-2.0-or-later
// The walk from an expression to its form, and conditions.
#include "algebra/normaliser.h"

#include <fmt/format.h>

namespace gradus::algebra {
namespace {
constexpr int most_nested_conditions = 100;

// Sets a variable back at the end, however the end is reached.
template <class T>
class Restore {
 public:
  Restore(T& variable, T value) : variable_(variable), old_(variable) { variable = value; }
  Restore(const Restore&) = delete;
  Restore& operator=(const Restore&) = delete;
  ~Restore() { variable_ = old_; }

 private:
  T& variable_;
  T old_;
};

}  // namespace

Rat Normaliser::convert(Expr e) {
  const std::size_t bottom = frames_.size();
  try {
    if (ready(e)) return values_.at(e);
    while (frames_.size() > bottom) {
      ring_.budget().spend(1 + ring_.arena().count(frames_.back().e));
      step();
    }
  } catch (...) {
    frames_.resize(bottom);
    throw;
  }
  return values_.at(e);
}

bool Normaliser::ready(Expr e) {
  if (values_.contains(e)) return true;
  frames_.push_back({e, 0, std::nullopt});
  return false;
}

void Normaliser::done(Rat r) {
  const Expr e = frames_.back().e;
  frames_.pop_back();
  values_.insert_or_assign(e, std::move(r));
}

void Normaliser::step() {
  Frame& frame = frames_.back();
  const Expr e = frame.e;
  const Arena& arena = ring_.arena();
  if (arena.is(e, Op::Where)) return where(frame);
  const std::size_t n = arena.count(e);
  while (frame.next < n) {
    const Expr c = arena.child(e, frame.next);
    ++frame.next;
    if (!ready(c)) return;
  }
  Rat value = combine(e);
  done(std::move(value));
}

void Normaliser::where(Frame& frame) {
  const Expr e = frame.e;
  Arena& arena = ring_.arena();
  const Expr condition = arena.child(e, 0);
  // The sides of a lone comparison are walked on the stack: a chain of rectifiers may be long.
  if (is_comparison(arena.op(condition))) {
    while (frame.next < 2) {
      const Expr side = arena.child(condition, frame.next);
      ++frame.next;
      if (!ready(side)) return;
    }
  }
  if (!frame.truth) {
    const auto truth = decide(condition);  // may move the frames
    if (!truth) {
      return done(Ring::variable(ring_.kernel(Kernel::Kind::opaque, e, false)));
    }
    frames_.back().truth = truth;
  }
  const Expr branch = arena.child(e, *frames_.back().truth ? 1 : 2);
  if (ready(branch)) done(values_.at(branch));
}

Rat Normaliser::combine(Expr e) {
  Arena& arena = ring_.arena();
  switch (arena.op(e)) {
    case Op::Number:
      return Ring::constant(arena.value(e));
    case Op::Constant:
      if (arena.name(e) == "e") return exponential(Ring::constant(1));
      return Ring::variable(ring_.kernel(Kernel::Kind::constant, e, true));
    case Op::Symbol:
      return symbol(e);
    case Op::Add: {
      std::vector<Rat> terms;
      for (const Expr c : arena.children(e)) terms.push_back(values_.at(c));
      return ring_.sum(std::move(terms));
    }
    case Op::Mul: {
      Rat product = Ring::constant(1);
      for (const Expr c : arena.children_copy(e)) product = ring_.multiply(product, values_.at(c));
      return product;
    }
    case Op::Pow: {
      const Expr base = arena.child(e, 0), exponent = arena.child(e, 1);
      if (arena.is(base, Op::Constant) && arena.name(base) == "e") return exponential(values_.at(exponent));
      return power(values_.at(base), values_.at(exponent));
    }
    case Op::Call:
      return call(e);
    case Op::Deriv:
      throw GaveUp("a derivative that has not been computed");
    default:
      throw GaveUp("a condition stands where a number should");
  }
}

Rat Normaliser::symbol(Expr e) {
  if (const auto it = given.find(e); it != given.end()) return it->second;
  const Var v = ring_.kernel(Kernel::Kind::symbol, e, false);
  if (auto r = root_of_symbol(v, 1)) return sign(ring_.intern(Poly::variable(v)), false) > 0 ? *r : ring_.negate(*r);
  return Ring::variable(v);
}

Rat Normaliser::call(Expr e) {
  Arena& arena = ring_.arena();
  const std::string name = arena.name(e);
  if (arena.count(e) == 1) {
    const Rat& u = values_.at(arena.child(e, 0));
    if (name == "exp") return exponential(u);
    if (name == "ln") return logarithm(u);
    if (name == "abs") return absolute(u);
    if (name == "sign") return sign_form(u);
    if (name == "cos") return cosine_and_sine(u).first;
    if (name == "sin") return cosine_and_sine(u).second;
    if (name == "atan") return arctangent(u);
    if (name == "erf") return error_function(u);
    if (name == "sqrt") return real_power(u, Rational(1) / Rational(2));
    if (name == "integer" || name == "number") throw GaveUp("a condition stands where a number should");
  }
  // Not specified: the same for equal arguments, and nothing else is known.
  std::vector<Expr> arguments;
  for (const Expr c : arena.children_copy(e)) arguments.push_back(ring_.expr(values_.at(c)));
  return Ring::variable(ring_.kernel(Kernel::Kind::opaque, arena.call(name, arguments), false));
}

// Odd: the first coefficient of its argument is made positive.
Rat Normaliser::error_function(const Rat& argument) {
  Rat u = ring_.canonical(argument);
  if (u.zero()) return u;
  const bool flipped = u.num.terms()[0].coefficient < 0;
  if (flipped) u = ring_.negate(u);
  const Expr erf = ring_.arena().call("erf", {ring_.expr(u)});
  const Rat out = Ring::variable(ring_.kernel(Kernel::Kind::opaque, erf, false));
  return flipped ? ring_.negate(out) : out;
}

std::optional<bool> Normaliser::compare(Op op, const Rat& a, const Rat& b) {
  const Rat d = ring_.add(a, ring_.negate(b));
  if (op == Op::Eq || op == Op::Ne) {
    if (d.zero()) return op == Op::Eq;
    const Rat c = ring_.canonical(d);
    if (c.constant() || signs_.nonzero(ring_, c.num)) return op == Op::Ne;
    return std::nullopt;
  }
  const auto s = sign(d);
  if (!s) return std::nullopt;
  if (op == Op::Lt) return *s < 0;
  if (op == Op::Le) return *s <= 0;
  if (op == Op::Gt) return *s > 0;
  return *s >= 0;
}

// One part can decide the whole; then the others need not even be defined.
std::optional<bool> Normaliser::junction(Expr condition) {
  const bool decisive = ring_.arena().is(condition, Op::Or);
  bool open = false, undefined = false;
  const Restore guard(guarded_, true);
  for (const Expr part : ring_.arena().children_copy(condition)) {
    try {
      const auto truth = decide(part);
      if (truth == decisive) return decisive;
      open = open || !truth;
    } catch (const Infeasible&) {
      undefined = true;
    }
  }
  if (open) return std::nullopt;
  if (undefined) throw Infeasible();
  return !decisive;
}

std::optional<bool> Normaliser::decide(Expr condition) {
  const Arena& arena = ring_.arena();
  if (const auto it = truths_.find(condition); it != truths_.end()) return it->second;
  const Restore deeper(depth_, depth_ + 1);
  if (depth_ > most_nested_conditions) throw GaveUp("conditions are nested too deeply");
  std::optional<bool> truth;
  const Op op = arena.op(condition);
  if (is_comparison(op)) {
    const Rat left = convert(arena.child(condition, 0));
    truth = compare(op, left, convert(arena.child(condition, 1)));
  } else if (op == Op::And || op == Op::Or) {
    truth = junction(condition);
  } else if (op == Op::Not) {
    truth = decide(arena.child(condition, 0));
    if (truth) truth = !*truth;
  } else if (op == Op::In) {
    const Rat element = convert(arena.child(condition, 0));
    truth = false;
    for (std::size_t k = 1; k < arena.count(condition) && truth != true; ++k) {
      const auto one = compare(Op::Eq, element, convert(arena.child(condition, k)));
      truth = one == true ? one : !one ? std::nullopt : truth;
    }
  } else {
    throw GaveUp("a condition that cannot be decided: " + print(arena, condition, 200));
  }
  truths_[condition] = truth;
  return truth;
}

}  // namespace gradus::algebra

// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/lower.h"

#include <cln/integer.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

namespace gradus::emit {
namespace {

constexpr std::size_t max_unfolded_nodes = 4'000'000;  // that unfolding calls may build
constexpr long max_multiplied_power = 8;               // x^8 is three products; above, std::pow is as good
constexpr long greatest_folded = 1'000'000'000;  // factors that are numbers become one up to this, and from its inverse
constexpr long max_exact_bits = 4'000;           // of a power of numbers that is computed exactly

std::size_t primes(const std::string& name) { return name.size() - std::min(name.size(), name.find('\'')); }

}  // namespace

bool is_negation(const Arena& arena, Expr e) {
  return arena.is(e, Op::Mul) && arena.count(e) == 2 && arena.is_number(arena.child(e, 0), -1) &&
         !arena.is_number(arena.child(e, 1));
}

bool is_inverse(const Arena& arena, Expr e) { return arena.is(e, Op::Pow) && arena.is_number(arena.child(e, 1), -1); }

bool is_trivial(const Arena& arena, Expr e) {
  if (is_negation(arena, e)) e = arena.child(e, 1);
  switch (arena.op(e)) {
    case Op::Number:
    case Op::Constant:
    case Op::Symbol:
    case Op::Deriv:
      return true;
    default:
      return false;
  }
}

Lowering::Lowering(Engine& engine, const Model& model) : arena_(engine.arena), functions_(engine.catalogue.functions) {
  budget_ = arena_.size() + max_unfolded_nodes;
  for (const ModelFunction& f : model.functions) {
    defined_.emplace(f.name, &f);
    if (!f.body) continue;
    for (const Expr e : reachable(arena_, *f.body)) {
      const bool foreign =
          arena_.is(e, Op::Symbol) && std::find(f.parameters.begin(), f.parameters.end(), e) == f.parameters.end();
      if (foreign || (arena_.is(e, Op::Call) && open_.contains(arena_.name(e)))) open_.insert(f.name);
    }
    if (open_.contains(f.name)) open_bodies_.emplace(f.name, unfold(*f.body));
  }
  collect_detail(model);
}

void Lowering::collect_detail(const Model& model) {
  const auto add = [&](DetailFunction f) {
    if (detail_index_.emplace(std::make_pair(f.name, f.parameters.size()), detail_.size()).second)
      detail_.push_back(std::move(f));
  };
  // The reader of rules has made certain that no computed form leads back to itself.
  const std::function<void(const Function&)> add_after_callees = [&](const Function& f) {
    if (detail_index_.contains({f.name, f.parameters.size()})) return;
    for (const Expr e : reachable(arena_, *f.computed)) {
      if (!arena_.is(e, Op::Call)) continue;
      const Function* callee = functions_.find(arena_.name(e), arena_.count(e));
      if (callee != nullptr && callee->computed) add_after_callees(*callee);
    }
    add({f.name, f.parameters, *f.computed, f.definition.value_or(*f.computed), false});
  };
  for (const Function& f : functions_.all()) {
    if (f.computed && defined(f.name) == nullptr) add_after_callees(f);
  }
  for (const ModelFunction& f : model.functions) {
    if (f.body && !open_.contains(f.name)) add({f.name, f.parameters, *f.body, *f.body, true});
  }
}

const ModelFunction* Lowering::defined(const std::string& name) const {
  const auto it = defined_.find(name);
  return it == defined_.end() ? nullptr : it->second;
}

const DetailFunction* Lowering::body(Expr call) const {
  const auto it = detail_index_.find({functions_.canonical(arena_.name(call)), arena_.count(call)});
  return it == detail_index_.end() ? nullptr : &detail_[it->second];
}

std::string Lowering::primitive(Expr call) const {
  const std::string& name = arena_.name(call);
  if (name.starts_with("std::")) return name;
  const Function* f = functions_.find(functions_.canonical(name), arena_.count(call));
  if (f == nullptr || body(call) != nullptr) return {};
  const std::string callee = f->cpp.substr(0, f->cpp.find_first_of("<("));
  return callee.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_:") == std::string::npos ? callee : "";
}

Expr Lowering::origin(Expr lowered) const {
  const auto it = origin_.find(lowered);
  return it == origin_.end() ? lowered : it->second;
}

// --- unfolding calls ---

void Lowering::require_arguments(const std::vector<Expr>& parameters, Expr call) const {
  if (parameters.size() == arena_.count(call)) return;
  throw Error({}, fmt::format("cannot generate code: `{}` takes {} argument{}, not {}", arena_.name(call),
                              parameters.size(), parameters.size() == 1 ? "" : "s", arena_.count(call)));
}

Expr Lowering::instance(const std::vector<Expr>& parameters, Expr body, Expr call) {
  require_arguments(parameters, call);
  ExprMap<Expr> map;
  for (std::size_t k = 0; k < parameters.size(); ++k) map[parameters[k]] = arena_.child(call, k);
  const Expr e = substitute(arena_, body, map);
  if (arena_.size() > budget_) {
    throw Error({},
                fmt::format("cannot generate code: `{}` is too large when its calls are unfolded", arena_.name(call)));
  }
  return e;
}

Expr Lowering::unfold_call(Expr call) {
  const std::string name = arena_.name(call);
  if (name.starts_with("std::")) return call;
  const std::string plain = name.substr(0, name.size() - primes(name));
  if (const ModelFunction* f = defined(plain)) {
    if (!f->body) {
      throw Error(f->place, fmt::format("cannot generate code: `{}` has no definition", plain),
                  fmt::format("`{}(...) = ...` in the place of `function` defines it", plain));
    }
    if (name != plain) throw Error({}, fmt::format("cannot generate code: the derivative `{}` was not computed", name));
    require_arguments(f->parameters, call);
    if (open_.contains(plain)) return instance(f->parameters, open_bodies_.at(plain), call);
    return call;
  }
  const Function* f = functions_.find(functions_.canonical(plain), arena_.count(call));
  if (f == nullptr) throw Error({}, fmt::format("cannot generate code: the function `{}` is not known", name));
  if (name != plain) {
    if (primes(name) > 1 || f->derivative.size() != 1) {
      throw Error({}, fmt::format("cannot generate code: the derivative `{}` was not computed", name));
    }
    return unfold(instance(f->parameters, f->derivative[0], call));
  }
  if (!f->cpp.empty() || f->computed) return call;
  if (!f->definition)
    throw Error(f->place, fmt::format("cannot generate code: the function `{}` has no C++ form", name));
  return unfold(instance(f->parameters, *f->definition, call));
}

Expr Lowering::unfold(Expr root) {
  unfold(std::span<const Expr>(&root, 1));
  return unfolded_.at(root);
}

void Lowering::unfold(std::span<const Expr> roots) {
  std::vector<Expr> children;
  for (const Expr e : reachable(arena_, roots)) {
    if (unfolded_.contains(e)) continue;
    if (arena_.is(e, Op::Deriv)) {
      unfolded_[e] = e;
      continue;
    }
    children.clear();
    bool changed = false;
    for (const Expr c : arena_.children(e)) {
      children.push_back(unfolded_.at(c));
      changed = changed || children.back() != c;
    }
    Expr image = changed ? arena_.rebuild(e, children) : e;
    if (arena_.is(image, Op::Call)) image = unfold_call(image);
    unfolded_[e] = image;
  }
}

// --- lowering ---

void Lowering::lower(std::span<const Expr> roots) {
  unfold(roots);
  std::vector<Expr> unfolded;
  for (const Expr r : roots) unfolded.push_back(unfolded_.at(r));
  const std::vector<Expr> nodes = reachable(arena_, unfolded);
  lower_nodes(nodes);
  if (!mark_inlined(nodes)) return;
  std::unordered_set<Expr, ExprHash> above;
  for (const Expr e : nodes) {
    const auto changes = [&](Expr c) { return above.contains(c); };
    const auto children = arena_.children(e);
    if (inline_.contains(e) || std::any_of(children.begin(), children.end(), changes)) above.insert(e);
  }
  for (const Expr e : above) image_.erase(e);
  lower_nodes(nodes);
}

void Lowering::lower_nodes(const std::vector<Expr>& nodes) {
  for (const Expr e : nodes) {
    if (image_.contains(e)) continue;
    Expr image = e;
    if (!arena_.is(e, Op::Deriv)) {
      std::vector<Expr> children = arena_.children_copy(e);
      for (Expr& c : children) c = image_.at(c);
      image = node(e, std::move(children));
      if (inline_.contains(e)) image = inlined(image).e;
    }
    image_[e] = image;
    if (image != e && !is_trivial(arena_, image)) origin_.emplace(image, e);
  }
}

Expr Lowering::node(Expr e, std::vector<Expr> children) {
  if (arena_.is(e, Op::Pow)) return power(children[0], children[1]);
  if (!children.empty()) e = arena_.rebuild(e, children);
  const Op op = arena_.op(e);
  if (op == Op::Mul) return product(e);
  if (op == Op::Add) return nested(Op::Add, children);
  if (op == Op::And || op == Op::Or) return chunked(e);
  if (is_comparison(op)) return relation(op, children[0], children[1]);
  const bool size = op == Op::Call && arena_.name(e) == "abs" && children.size() == 1 && defined("abs") == nullptr;
  if (size && is_negation(arena_, children[0])) return arena_.call("abs", {arena_.child(children[0], 1)});
  return e;
}

Expr Lowering::relation(Op op, Expr left, Expr right) {
  // Compilers warn where something is compared with itself.
  if (left == right) return arena_.make(op, {arena_.number(0), arena_.number(0)});
  if (!is_negation(arena_, left) || !arena_.is_number(right)) return arena_.make(op, {left, right});
  const Op mirrored = op == Op::Lt   ? Op::Gt
                      : op == Op::Le ? Op::Ge
                      : op == Op::Gt ? Op::Lt
                      : op == Op::Ge ? Op::Le
                                     : op;
  return arena_.make(mirrored, {arena_.child(left, 1), negation(right)});
}

Expr Lowering::negation(Expr e) {
  if (arena_.is_number(e)) return arena_.number(-arena_.value(e));
  return is_negation(arena_, e) ? arena_.child(e, 1) : arena_.mul(arena_.number(-1), e);
}

// Signs and ones are taken out, numbers are put together: all of it is exact.
Expr Lowering::product(Expr e) {
  bool negative = false;
  std::vector<Expr> factors;
  std::optional<std::size_t> number;  // where the first one stands
  for (Expr f : arena_.children_copy(e)) {
    if (opposite(f)) {
      negative = !negative;
      f = negation(f);
    }
    if (arena_.is_number(f, 0)) return f;
    if (arena_.is_number(f) && number) {
      const Rational both = arena_.value(factors[*number]) * arena_.value(f);
      if (both < greatest_folded && both * greatest_folded > 1) {
        factors[*number] = arena_.number(both);
        continue;
      }
    }
    if (arena_.is_number(f) && !number) number = factors.size();
    factors.push_back(f);
  }
  std::erase_if(factors, [&](Expr f) { return arena_.is_number(f, 1); });
  // a/b is one operation, 1/b*a are two.
  const auto numerator = std::find_if(factors.begin(), factors.end(), [&](Expr f) { return !is_inverse(arena_, f); });
  if (numerator != factors.end()) std::rotate(factors.begin(), numerator, numerator + 1);
  const Expr positive = factors.empty() ? arena_.number(1) : nested(Op::Mul, factors);
  return negative ? negation(positive) : positive;
}

bool Lowering::opposite(Expr e) const { return is_negation(arena_, e) || (arena_.is_number(e) && arena_.value(e) < 0); }

// (a + b) + c: what C++ does with a + b + c, so that beginnings in common are one node.
Expr Lowering::nested(Op op, std::span<const Expr> parts) {
  std::optional<Expr> e;
  for (const Expr part : parts) {
    if (op == Op::Add && arena_.is_number(part, 0)) continue;
    e = e ? pair(op, *e, part) : part;
  }
  return e ? *e : arena_.number(0);
}

// The first one of the pairs that give the same double: b*a for a*b, and -(b - a) for a - b.
Expr Lowering::pair(Op op, Expr a, Expr b) {
  if (op == Op::Mul) {
    if (a == b) return arena_.pow(a, arena_.number(2));
    // An inverse is a division of what comes before it, and so may be a number.
    const auto commutes = [&](Expr e) {
      return !is_inverse(arena_, e) && (!arena_.is_number(e) || cln::power2p(cln::denominator(arena_.value(e))) != 0);
    };
    if (commutes(a) && commutes(b)) {
      if (const auto other = pairs_.find(arena_.mul(b, a)); other != pairs_.end()) return *other;
    }
    return *pairs_.insert(arena_.mul(a, b)).first;
  }
  if (opposite(a) && opposite(b)) return negation(pair(op, negation(a), negation(b)));
  if (opposite(a)) std::swap(a, b);
  if (!opposite(b)) {
    if (const auto other = pairs_.find(arena_.add(b, a)); other != pairs_.end()) return *other;
  } else if (const auto other = pairs_.find(arena_.add(negation(b), negation(a))); other != pairs_.end()) {
    return negation(*other);
  }
  return *pairs_.insert(arena_.add(a, b)).first;
}

// (a and ... and b) and c: pieces that compilers and readers can take.
Expr Lowering::chunked(Expr e) {
  const std::vector<Expr> children = arena_.children_copy(e);
  if (children.size() <= max_width) return e;
  std::vector<Expr> piece;
  for (const Expr c : children) {
    if (piece.size() == max_width) piece.assign({arena_.make(arena_.op(e), piece)});
    piece.push_back(c);
  }
  return arena_.make(arena_.op(e), piece);
}

Expr Lowering::call(const char* function, Expr argument) {
  const Function* f = functions_.find(function, 1);
  const bool known = f != nullptr && (!f->cpp.empty() || f->computed) && defined(function) == nullptr;
  return arena_.call(known ? function : std::string("std::") + function, {argument});
}

Expr Lowering::integer_power(Expr base, long n) {
  if (n == 1) return base;
  const Expr half = integer_power(base, n <= 3 ? 1 : n == 6 || n == 7 ? 3 : n / 4 * 2);
  const Expr twice = pair(Op::Mul, half, half);
  return n % 2 == 0 ? twice : pair(Op::Mul, twice, base);
}

Expr Lowering::power(Expr base, Expr exponent) {
  if (arena_.is(base, Op::Constant) && arena_.name(base) == "e") return call("exp", exponent);
  if (!arena_.is_number(exponent)) {
    if (arena_.is_number(base, 2)) return arena_.call("std::exp2", {exponent});
    return arena_.pow(base, exponent);
  }
  const Rational n = arena_.value(exponent);
  if (cln::denominator(n) == 2 && cln::abs(cln::numerator(n)) == 1) {
    const Expr root = call("sqrt", base);
    return n > 0 ? root : arena_.pow(root, arena_.number(-1));
  }
  if (cln::denominator(n) == 3 && cln::abs(cln::numerator(n)) == 1) {
    const Expr root = arena_.call("std::cbrt", {base});
    return n > 0 ? root : arena_.pow(root, arena_.number(-1));
  }
  if (cln::denominator(n) != 1) return arena_.pow(base, exponent);
  if (n == 0) return arena_.number(1);
  if (cln::abs(n) > max_exact_bits) return arena_.pow(base, exponent);
  const int k = cln::cl_I_to_int(cln::numerator(n));
  if (arena_.is_number(base)) {
    const Rational b = arena_.value(base);
    const auto bits =
        static_cast<long>(cln::integer_length(cln::numerator(b)) + cln::integer_length(cln::denominator(b)));
    if (b == 0 || bits * std::abs(k) > max_exact_bits) return arena_.pow(base, exponent);
    return arena_.number(cln::expt(b, k));
  }
  if (is_negation(arena_, base)) {
    const Expr positive = power(arena_.child(base, 1), exponent);
    return k % 2 == 0 ? positive : negation(positive);
  }
  if (std::abs(k) > max_multiplied_power) return arena_.pow(base, exponent);
  const Expr whole = integer_power(base, std::abs(k));
  return k > 0 ? whole : arena_.pow(whole, arena_.number(-1));
}

}  // namespace gradus::emit

// SPDX-License-Identifier: GPL-2.0-or-later
// The few rewritings that are not patterns: arithmetic on literal numbers, flattening, the table of functions.
#include <cln/integer.h>
#include <fmt/format.h>

#include <algorithm>

#include "rule/match.h"

namespace gradus {
namespace {

constexpr long max_power = 64;  // exponents of literal powers that are computed

std::optional<Expr> folded_sum(Arena& arena, Expr e) {
  Rational total = 0;
  std::size_t numbers = 0, first = 0;
  std::vector<Expr> terms;
  for (const Expr t : arena.children_copy(e)) {
    if (!arena.is_number(t)) {
      terms.push_back(t);
    } else {
      if (numbers++ == 0) first = terms.size();
      total = total + arena.value(t);
    }
  }
  if (numbers == 0 || (numbers == 1 && total != 0)) return std::nullopt;
  if (total != 0 || terms.empty())
    terms.insert(terms.begin() + static_cast<std::ptrdiff_t>(first), arena.number(total));
  return arena.sum(terms);
}

std::optional<Expr> folded_product(Arena& arena, Expr e) {
  Rational total = 1;
  std::size_t numbers = 0;
  std::vector<Expr> factors;
  for (const Expr f : arena.children_copy(e)) {
    if (!arena.is_number(f)) {
      factors.push_back(f);
    } else {
      ++numbers;
      total = total * arena.value(f);
    }
  }
  const bool in_front = arena.is_number(arena.child(e, 0));
  if (numbers == 0 || (numbers == 1 && in_front && total != 1)) return std::nullopt;
  if (total != 1 || factors.empty()) factors.insert(factors.begin(), arena.number(total));
  return arena.product(factors);
}

std::optional<Expr> folded_power(Arena& arena, Expr e) {
  const Expr base = arena.child(e, 0), exponent = arena.child(e, 1);
  if (arena.is_number(base, 1) && arena.is_number(exponent)) return arena.number(1);
  if (!arena.is_number(base) || !arena.is_integer(exponent)) return std::nullopt;
  const Rational n = arena.value(exponent);
  if (cln::abs(n) > max_power || (arena.value(base) == 0 && n <= 0)) return std::nullopt;
  return arena.number(cln::expt(arena.value(base), cln::numerator(n)));
}

std::optional<Expr> folded(Arena& arena, Expr e) {
  switch (arena.op(e)) {
    case Op::Add:
      return folded_sum(arena, e);
    case Op::Mul:
      return folded_product(arena, e);
    case Op::Pow:
      return folded_power(arena, e);
    default:
      return std::nullopt;
  }
}

Expr with_arguments(Arena& arena, Expr body, const std::vector<Expr>& parameters, const std::vector<Expr>& arguments) {
  ExprMap<Expr> map;
  for (std::size_t k = 0; k < parameters.size(); ++k) map.emplace(parameters[k], arguments[k]);
  return substitute(arena, body, map);
}

std::optional<Rewriting> definition(Arena& arena, const Catalogue& catalogue, const Model* model, Expr e);

std::optional<Rewriting> derivative(Arena& arena, const Catalogue& catalogue, const Model* model, Expr e) {
  if (!arena.is(e, Op::Deriv)) return std::nullopt;
  const Expr call = arena.child(e, 0), by = arena.child(e, 1);
  if (arena.is(call, Op::Where)) {
    const Expr condition = arena.child(call, 0);
    const Expr yes = arena.make(Op::Deriv, {arena.child(call, 1), by});
    const Expr no = arena.make(Op::Deriv, {arena.child(call, 2), by});
    return Rewriting{"derivative-of-where",
                     e,
                     arena.make(Op::Where, {condition, yes, no}),
                     "Away from the border, each case is differentiated by itself.",
                     "",
                     false};
  }
  if (!arena.is(call, Op::Call)) return std::nullopt;
  const std::vector<Expr> arguments = arena.children_copy(call);
  const Function* f = catalogue.functions.find(arena.name(call), arguments.size());
  if (f == nullptr || f->derivative.size() != arguments.size()) {
    // A function of the model, or a prime: what it means is differentiated.
    auto found = definition(arena, catalogue, model, call);
    if (!found) return std::nullopt;
    found->before = e;
    found->after = arena.make(Op::Deriv, {found->after, by});
    return found;
  }
  std::vector<Expr> terms;
  for (std::size_t k = 0; k < arguments.size(); ++k) {
    if (!contains(arena, arguments[k], by)) continue;
    const Expr outer = with_arguments(arena, f->derivative[k], f->parameters, arguments);
    if (arguments[k] == by) {
      terms.push_back(outer);
      continue;
    }
    std::vector<Expr> factors = flattened(arena, Op::Mul, outer);
    factors.push_back(arena.make(Op::Deriv, {arguments[k], by}));
    terms.push_back(arena.product(factors));
  }
  return Rewriting{"derivative-of-" + f->name,
                   e,
                   arena.sum(terms),
                   fmt::format("The derivative of {}, times the derivative of what is inside.", f->name),
                   f->cite,
                   false};
}

std::optional<Rewriting> definition(Arena& arena, const Catalogue& catalogue, const Model* model, Expr e) {
  if (!arena.is(e, Op::Call)) return std::nullopt;
  const std::vector<Expr> arguments = arena.children_copy(e);
  const std::string name = arena.name(e);
  if (const Function* f = catalogue.functions.find(name, arguments.size()); f != nullptr && f->definition) {
    return Rewriting{
        "definition-of-" + name,    e,       with_arguments(arena, *f->definition, f->parameters, arguments),
        "What " + name + " means.", f->cite, false};
  }
  if (model != nullptr) {
    if (const ModelFunction* f = model->function(name);
        f != nullptr && f->body && f->parameters.size() == arguments.size()) {
      return Rewriting{"definition-of-" + name,           e,  with_arguments(arena, *f->body, f->parameters, arguments),
                       "The model defines " + name + ".", "", false};
    }
  }
  // f'(u): the derivative of what f means, taken at u.
  const std::size_t prime = name.find('\'');
  if (prime == std::string::npos || arguments.size() != 1) return std::nullopt;
  const std::string fewer = name.substr(0, name.size() - 1), base = name.substr(0, prime);
  if (name == base + "'") {
    if (const Function* f = catalogue.functions.find(base, 1)) {
      return Rewriting{
          "derivative-of-" + base,           e,       with_arguments(arena, f->derivative[0], f->parameters, arguments),
          "The derivative of " + base + ".", f->cite, false};
    }
  }
  const bool known = catalogue.functions.find(base, 1) != nullptr ||
                     (model != nullptr && model->function(base) != nullptr && model->function(base)->body);
  if (!known || !arena.is(arguments[0], Op::Symbol)) return std::nullopt;
  return Rewriting{"meaning-of-prime",         e,  arena.make(Op::Deriv, {arena.call(fewer, arguments), arguments[0]}),
                   "A prime is a derivative.", "", false};
}

bool is_logarithm(const Arena& arena, Expr e) { return arena.is(e, Op::Call) && arena.name(e) == "ln"; }

// A function that hides a logarithm is unfolded anywhere; any other one only inside a logarithm.
std::optional<Rewriting> logarithm_opened(Arena& arena, const Catalogue& catalogue, const Model* model, Expr e) {
  if (!arena.is(e, Op::Call)) return std::nullopt;
  if (!is_logarithm(arena, e)) {
    auto found = definition(arena, catalogue, model, e);
    if (!found) return std::nullopt;
    const auto nodes = reachable(arena, found->after);
    const bool logarithm = std::any_of(nodes.begin(), nodes.end(),
                                       [&](Expr n) { return is_logarithm(arena, n) && !contains(arena, e, n); });
    return logarithm ? found : std::nullopt;
  }
  for (const Expr inner : reachable(arena, e)) {
    if (inner == e) continue;
    if (auto found = definition(arena, catalogue, model, inner)) {
      found->after = substitute(arena, e, {{inner, found->after}});
      found->before = e;
      return found;
    }
  }
  return std::nullopt;
}

// Numbers first, denominators last.
std::optional<Expr> ordered_factors(Arena& arena, Expr e) {
  if (!arena.is(e, Op::Mul)) return std::nullopt;
  const auto rank = [&](Expr f) {
    if (arena.is_number(f)) return 0;
    return arena.is(f, Op::Pow) && arena.is_number(arena.child(f, 1)) && arena.value(arena.child(f, 1)) < 0 ? 2 : 1;
  };
  std::vector<Expr> factors = arena.children_copy(e);
  std::stable_sort(factors.begin(), factors.end(), [&](Expr a, Expr b) { return rank(a) < rank(b); });
  const Expr after = arena.make(Op::Mul, factors);
  return after == e ? std::nullopt : std::optional<Expr>(after);
}

// A term without a minus stands first, if there is one.
std::optional<Expr> ordered_terms(Arena& arena, Expr e) {
  if (!arena.is(e, Op::Add)) return std::nullopt;
  std::vector<Expr> terms = arena.children_copy(e);
  const auto negative = [&](Expr t) {
    const Expr head = arena.is(t, Op::Mul) ? arena.child(t, 0) : t;
    return arena.is_number(head) && arena.value(head) < 0;
  };
  const auto first = std::find_if_not(terms.begin(), terms.end(), negative);
  if (first == terms.begin() || first == terms.end()) return std::nullopt;
  std::rotate(terms.begin(), first, first + 1);
  return arena.make(Op::Add, terms);
}

}  // namespace

const std::vector<std::string>& builtin_rules() {
  static const std::vector<std::string> names{"fold-numbers",
                                              "flatten",
                                              "order-factors",
                                              "order-terms",
                                              "equal-cases",
                                              "derivative-of-function",
                                              "definition-of-function",
                                              "open-logarithms"};
  return names;
}

std::optional<Rewriting> builtin_rule(const std::string& name, Arena& arena, const Catalogue& catalogue,
                                      const Model* model, Expr e) {
  if (name == "fold-numbers") {
    if (const auto after = folded(arena, e)) return Rewriting{name, e, *after, "Numbers are computed.", "", true};
    return std::nullopt;
  }
  if (name == "flatten") {
    const Op op = arena.op(e);
    if (op != Op::Add && op != Op::Mul) return std::nullopt;
    const auto children = arena.children(e);
    if (std::none_of(children.begin(), children.end(), [&](Expr c) { return arena.is(c, op); })) return std::nullopt;
    return Rewriting{
        name, e, arena.make(op, flattened(arena, op, e)), "Parentheses that change nothing are left out.", "", true};
  }
  if (name == "equal-cases") {
    if (!arena.is(e, Op::Where) || arena.child(e, 1) != arena.child(e, 2)) return std::nullopt;
    return Rewriting{name, e, arena.child(e, 1), "Both cases are the same.", "", false};
  }
  if (name == "order-factors" || name == "order-terms") {
    const auto after = name == "order-factors" ? ordered_factors(arena, e) : ordered_terms(arena, e);
    if (!after) return std::nullopt;
    return Rewriting{name, e, *after, "The order of terms and of factors does not matter.", "", true};
  }
  if (name == "open-logarithms") return logarithm_opened(arena, catalogue, model, e);
  if (name == "derivative-of-function") return derivative(arena, catalogue, model, e);
  return definition(arena, catalogue, model, e);
}

}  // namespace gradus

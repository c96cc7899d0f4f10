// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/primes.h"

#include <algorithm>

namespace gradus {
namespace {

constexpr int most_rounds = 40;
/// A name that nobody can write.
constexpr const char* parameter_name = "#prime";

}  // namespace

std::optional<Expr> Primes::derivative_of(Expr call) {
  Arena& arena = engine_.arena;
  if (!arena.is(call, Op::Call) || arena.count(call) != 1) return std::nullopt;
  const std::string name = arena.name(call);
  const std::size_t prime = name.find('\'');
  if (prime == std::string::npos) return std::nullopt;
  if (const auto it = bodies_.find(name); it != bodies_.end()) return it->second;
  const std::string base = name.substr(0, prime);
  const Expr p = arena.symbol(parameter_name);
  std::size_t left = name.size() - prime;
  Expr body = p;
  if (const ModelFunction* f = model_.function(base)) {
    if ((!f->body && !f->derivative) || f->parameters.size() != 1) return std::nullopt;
    body = substitute(arena, f->body ? *f->body : *f->derivative, {{f->parameters[0], p}});
    if (!f->body) --left;
  } else {
    const Function* known = engine_.catalogue.functions.find(base, 1);
    if (known == nullptr || known->derivative.size() != 1) return std::nullopt;
    body = substitute(arena, known->derivative[0], {{known->parameters[0], p}});
    --left;
  }
  for (; left > 0; --left) body = resolve_derivatives(engine_, model_, arena.make(Op::Deriv, {body, p}));
  bodies_[name] = body;
  return body;
}

Expr Primes::written_out(Expr e) {
  Arena& arena = engine_.arena;
  for (int round = 0; round < most_rounds; ++round) {
    bool changed = false;
    const Expr next = map_bottom_up(arena, e, [&](Arena&, Expr node) {
      const auto body = derivative_of(node);
      if (!body) return node;
      changed = true;
      return substitute(arena, *body, {{arena.symbol(parameter_name), arena.child(node, 0)}});
    });
    if (!changed) return e;
    e = next;
  }
  throw LimitError("derivatives of functions are defined by one another too deeply");
}

std::optional<Model> Primes::model_written_out() {
  Model out = model_;
  bool changed = false;
  const auto write = [&](Expr& e) {
    const Expr next = written_out(e);
    changed = changed || next != e;
    e = next;
  };
  for (ModelFunction& f : out.functions) {
    if (f.body) write(*f.body);
    if (f.derivative) write(*f.derivative);
  }
  for (Definition& d : out.definitions) write(d.value);
  for (Assumption& a : out.assumptions) write(a.condition);
  if (!changed) return std::nullopt;
  return out;
}

}  // namespace gradus

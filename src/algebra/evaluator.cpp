// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/evaluator.h"

#include <algorithm>

namespace gradus::algebra {
namespace {
using State = Enclosure::State;
}

std::unordered_set<Expr, ExprHash> discrete_symbols(const Arena& arena, const Model* model) {
  std::unordered_set<Expr, ExprHash> out;
  if (model == nullptr) return out;
  std::vector<Expr> open;
  for (const Assumption& a : model->assumptions) open.push_back(a.condition);
  while (!open.empty()) {
    const Expr e = open.back();
    open.pop_back();
    if (arena.is(e, Op::And)) {
      for (const Expr c : arena.children(e)) open.push_back(c);
    } else if (arena.is(e, Op::In) || (arena.is(e, Op::Call) && arena.name(e) == "integer" && arena.count(e) == 1)) {
      if (arena.is(arena.child(e, 0), Op::Symbol)) out.insert(arena.child(e, 0));
    }
  }
  return out;
}

Value Evaluator::run(Expr e) {
  scopes_.clear();
  scopes_.emplace_back();
  frames_.clear();
  frames_.push_back({0, e});
  while (!frames_.empty()) {
    const std::uint64_t cost = cost_ * (1 + arena_.count(frames_.back().e));
    if (!frames_.back().entered) {
      if (budget_ < cost) return natives_.failure(State::unknown, e);
      budget_ -= cost;
    }
    step();
  }
  return scopes_[0].values.at(e);
}

bool Evaluator::ready(std::size_t scope, Expr e) {
  Scope& s = scopes_[scope];
  if (s.values.contains(e)) return true;
  if (s.open.contains(e)) {  // a definition in terms of itself
    s.values[e] = natives_.failure(State::unknown, e);
    return true;
  }
  frames_.push_back({scope, e});
  return false;
}

void Evaluator::done(Value v) {
  const Frame frame = frames_.back();
  frames_.pop_back();
  Scope& s = scopes_[frame.scope];
  s.open.erase(frame.e);
  s.values.insert_or_assign(frame.e, std::move(v));
}

bool Evaluator::children_ready(Frame& frame) {
  const std::size_t n = arena_.count(frame.e);
  while (frame.next < n) {
    const Expr c = arena_.child(frame.e, frame.next);
    ++frame.next;
    if (!ready(frame.scope, c)) return false;
  }
  return true;
}

std::vector<const Value*> Evaluator::children(const Frame& frame) const {
  std::vector<const Value*> out;
  for (const Expr c : arena_.children(frame.e)) out.push_back(&value(frame.scope, c));
  return out;
}

void Evaluator::step() {
  Frame& frame = frames_.back();
  const Expr e = frame.e;
  if (!frame.entered) {
    frame.entered = true;
    scopes_[frame.scope].open.insert(e);
  }
  const Op op = arena_.op(e);
  switch (op) {
    case Op::Number:
      return done(natives_.number(arena_.value(e)));
    case Op::Constant:
      return done(natives_.constant(arena_.name(e), e));
    case Op::Symbol:
      return symbol(frame);
    case Op::Where:
      return where(frame);
    case Op::Rest:
    case Op::Deriv:
      return done(natives_.failure(State::unknown, e));
    default:
      break;
  }
  if (!children_ready(frame)) return;
  if (op == Op::Call) return call(frame);
  const std::vector<const Value*> c = children(frame);
  if (op == Op::And || op == Op::Or) return done(natives_.junction(op, c, e));
  if (const Value* bad = Natives::failed(c)) return done(*bad);
  if (op == Op::Not) return done(c[0]->condition ? natives_.negation(*c[0]) : natives_.failure(State::unknown, e));
  if (std::any_of(c.begin(), c.end(), [](const Value* v) { return v->condition; })) {
    return done(natives_.failure(State::unknown, e));  // a truth is not a number
  }
  if (op == Op::Add) return done(natives_.sum(c, e));
  if (op == Op::Mul) return done(natives_.product(c, e));
  if (op == Op::Pow) return done(natives_.power(*c[0], *c[1], e));
  if (op == Op::In) return done(natives_.member(c, e));
  return done(natives_.comparison(op, *c[0], *c[1], e));
}

void Evaluator::symbol(Frame& frame) {
  const Expr e = frame.e;
  if (frame.scope != 0) {
    const auto& parameters = scopes_[frame.scope].parameters;
    if (const auto it = parameters.find(e); it != parameters.end()) return done(it->second);
    if (ready(0, e)) done(value(0, e));  // a name of the model inside a function body
    return;
  }
  if (const auto it = point_.find(e); it != point_.end())
    return done(natives_.number(it->second, discrete_.contains(e)));
  const Definition* d = context_.model == nullptr ? nullptr : context_.model->definition(arena_.name(e));
  if (d == nullptr) return done(natives_.failure(State::unknown, e));
  if (ready(0, d->value)) done(value(0, d->value));
}

void Evaluator::where(Frame& frame) {
  const Expr e = frame.e;
  const std::size_t scope = frame.scope;
  if (!ready(scope, arena_.child(e, 0))) return;
  const Value& c = value(scope, arena_.child(e, 0));
  if (!c.defined()) return done(c);
  if (!c.condition) return done(natives_.failure(State::unknown, e));
  if (!c.truth) return done(natives_.undecided(e));
  if (c.boundary) return done(natives_.joint(e));
  const Expr branch = arena_.child(e, *c.truth ? 1 : 2);
  const bool discrete = c.discrete;
  if (!ready(scope, branch)) return;
  Value v = value(scope, branch);
  v.discrete = v.discrete && discrete;
  done(std::move(v));
}

void Evaluator::enter(Frame& frame, Expr body, const std::vector<Expr>& parameters) {
  Scope inner;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    inner.parameters[parameters[k]] = value(frame.scope, arena_.child(frame.e, k));
  }
  scopes_.push_back(std::move(inner));
  frame.body = scopes_.size() - 1;
  frame.body_expr = body;
}

void Evaluator::call(Frame& frame) {
  const Expr e = frame.e;
  if (frame.body != 0) {
    Value v = value(frame.body, frame.body_expr);
    if (!v.defined()) v.culprit = e;
    scopes_.pop_back();  // the innermost scope: calls are left in the order opposite to that of entering
    return done(std::move(v));
  }
  const std::vector<const Value*> arguments = children(frame);
  if (const Value* bad = Natives::failed(arguments)) return done(*bad);
  const std::string name = context_.functions.canonical(arena_.name(e));
  if (name == "integer" && arguments.size() == 1) {
    if (arguments[0]->exact) return done(natives_.truth(cln::denominator(*arguments[0]->exact) == 1, false));
    if (arb_contains_int(arguments[0]->ball.get()) == 0) return done(natives_.truth(false, false));
    return done(natives_.undecided(e));
  }
  if (std::any_of(arguments.begin(), arguments.end(), [](const Value* v) { return v->condition; })) {
    return done(natives_.failure(State::unknown, e));
  }
  const std::size_t primes = name.size() - std::min(name.size(), name.find('\''));
  const std::string base = name.substr(0, name.size() - primes);
  const ModelFunction* defined = context_.model == nullptr ? nullptr : context_.model->function(base);
  const Function* known = context_.functions.find(base, arguments.size());
  if (defined != nullptr && defined->body && primes == 0 && defined->parameters.size() == arguments.size()) {
    enter(frame, *defined->body, defined->parameters);
  } else if (defined == nullptr && primes == 0 && arguments.size() == 1 && Natives::native(base)) {
    return done(*natives_.function(base, *arguments[0], e));
  } else if (defined == nullptr && primes == 0 && Natives::native_special(base, arguments.size())) {
    return done(*natives_.special(base, arguments, e));
  } else if (defined == nullptr && known != nullptr && primes == 0 && known->definition) {
    enter(frame, *known->definition, known->parameters);
  } else if (defined == nullptr && known != nullptr && primes == 1 && known->derivative.size() == 1) {
    enter(frame, known->derivative[0], known->parameters);
  } else if ((defined != nullptr && defined->body) || known != nullptr || Natives::native(base)) {
    return done(natives_.failure(State::unknown, e));
  } else {
    return done(natives_.unspecified(base, static_cast<unsigned>(std::min<std::size_t>(primes, 1000)), arguments, e));
  }
  ready(frames_.back().body, frames_.back().body_expr);
}

}  // namespace gradus::algebra

// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/forms.h"

#include <algorithm>
#include <unordered_set>

#include <cln/integer.h>

namespace gradus {

std::optional<Expr> Forms::definition(Expr symbol) const {
  if (!arena_.is(symbol, Op::Symbol)) return std::nullopt;
  const Definition* d = model_.definition(arena_.name(symbol));
  if (d == nullptr) return std::nullopt;
  return d->value;
}

Expr Forms::instantiate(const std::vector<Expr>& parameters, Expr body, Expr call) {
  const std::vector<Expr> arguments = arena_.children_copy(call);
  ExprMap<Expr> map;
  for (std::size_t k = 0; k < parameters.size() && k < arguments.size(); ++k) map[parameters[k]] = arguments[k];
  return substitute(arena_, body, map);
}

std::optional<Expr> Forms::model_body(Expr call) {
  if (!arena_.is(call, Op::Call)) return std::nullopt;
  const ModelFunction* f = model_.function(arena_.name(call));
  if (f == nullptr || !f->body || f->parameters.size() != arena_.count(call)) return std::nullopt;
  if (const auto it = bodies_.find(call); it != bodies_.end()) return it->second;
  const Expr body = instantiate(f->parameters, *f->body, call);
  bodies_[call] = body;
  return body;
}

std::optional<Expr> Forms::body(Expr call) {
  if (!arena_.is(call, Op::Call)) return std::nullopt;
  if (const auto own = model_body(call)) return own;
  if (const auto it = bodies_.find(call); it != bodies_.end()) return it->second;
  const Function* f = functions_.find(arena_.name(call), arena_.count(call));
  if (f == nullptr || !f->definition) return std::nullopt;
  const Expr body = instantiate(f->parameters, *f->definition, call);
  bodies_[call] = body;
  return body;
}

std::vector<Expr> Forms::cone(const std::vector<Expr>& roots, bool* complete, std::size_t max_nodes) {
  std::unordered_set<Expr, ExprHash> seen;
  std::vector<Expr> open, out;
  const auto push = [&](Expr e) {
    if (seen.insert(e).second) open.push_back(e);
  };
  for (const Expr r : roots) push(r);
  if (complete != nullptr) *complete = true;
  while (!open.empty()) {
    if (out.size() >= max_nodes) {
      if (complete != nullptr) *complete = false;
      break;
    }
    const Expr e = open.back();
    open.pop_back();
    out.push_back(e);
    if (const auto d = definition(e)) push(*d);
    if (const auto b = model_body(e)) push(*b);
    for (const Expr c : arena_.children_copy(e)) push(c);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Expr Forms::unfold(Expr root, std::size_t max_nodes) {
  // A name's definition has no fixed place in the order of ids relative to the name, so this is a depth-first walk.
  ExprMap<Expr> image;
  std::vector<std::pair<Expr, bool>> open{{root, false}};
  while (!open.empty()) {
    const auto [e, ready] = open.back();
    if (image.contains(e)) {
      open.pop_back();
      continue;
    }
    if (image.size() + open.size() > max_nodes)
      throw LimitError("the names of the link unfold to too large an expression");
    const auto through = arena_.is(e, Op::Symbol) ? definition(e) : model_body(e);
    if (!ready) {
      open.back().second = true;
      if (through) {
        open.emplace_back(*through, false);
      } else {
        for (const Expr c : arena_.children_copy(e)) open.emplace_back(c, false);
      }
      continue;
    }
    open.pop_back();
    if (through) {
      image[e] = image.at(*through);
      continue;
    }
    std::vector<Expr> children = arena_.children_copy(e);
    bool changed = false;
    for (Expr& c : children) {
      const Expr to = image.at(c);
      changed = changed || to != c;
      c = to;
    }
    image[e] = changed ? arena_.rebuild(e, children) : e;
  }
  return image.at(root);
}

namespace {

constexpr std::size_t max_bits = 2000;

std::size_t bits(const Rational& r) {
  return cln::integer_length(cln::numerator(r)) + cln::integer_length(cln::denominator(r));
}

std::optional<Rational> exact_power(const Rational& base, const Rational& exponent) {
  if (cln::denominator(exponent) != 1 || cln::abs(exponent) > 64) return std::nullopt;
  if (base == 0 && exponent <= 0) return std::nullopt;
  if (bits(base) * 64 > 32 * max_bits) return std::nullopt;
  return cln::expt(base, cln::numerator(exponent));
}

}  // namespace

Model functions_of(const Model& model) {
  Model out;
  out.functions = model.functions;
  for (const ModelFunction& f : model.functions) out.introduced.emplace(f.name, f.place);
  return out;
}

std::optional<Rational> exact_value(const Arena& arena, Expr root, const ExprMap<Rational>& values) {
  ExprMap<Rational> done;
  for (const Expr e : reachable(arena, root)) {
    Rational v = 0;
    switch (arena.op(e)) {
      case Op::Number:
        v = arena.value(e);
        break;
      case Op::Symbol: {
        const auto it = values.find(e);
        if (it == values.end()) return std::nullopt;
        v = it->second;
        break;
      }
      case Op::Add:
        for (const Expr c : arena.children(e)) v = v + done.at(c);
        break;
      case Op::Mul:
        v = 1;
        for (const Expr c : arena.children(e)) v = v * done.at(c);
        break;
      case Op::Pow: {
        const auto p = exact_power(done.at(arena.child(e, 0)), done.at(arena.child(e, 1)));
        if (!p) return std::nullopt;
        v = *p;
        break;
      }
      default:
        return std::nullopt;
    }
    if (bits(v) > max_bits) return std::nullopt;
    done[e] = v;
  }
  return done.at(root);
}

}  // namespace gradus

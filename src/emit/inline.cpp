// SPDX-License-Identifier: GPL-2.0-or-later
// Calls on the same argument, up to its sign, whose computed forms have something expensive in common: the forms take
// the place of the calls, so that it is computed once.
#include <algorithm>
#include <array>
#include <string_view>

#include "emit/lower.h"

namespace gradus::emit {
namespace {

bool is_cheap_function(std::string_view function) {
  constexpr std::array<std::string_view, 4> cheap{"abs", "max", "min", "sign"};
  return std::find(cheap.begin(), cheap.end(), function) != cheap.end();
}

}  // namespace

// The body without calls of other functions of the table that have computed forms.
Expr Lowering::flat_body(const DetailFunction& f) {
  const std::pair<std::string, std::size_t> key{f.name, f.parameters.size()};
  if (const auto it = flat_bodies_.find(key); it != flat_bodies_.end()) return it->second;
  const Expr flat = map_bottom_up(arena_, unfold(f.body), [&](Arena& arena, Expr e) {
    const DetailFunction* callee = arena.is(e, Op::Call) ? body(e) : nullptr;
    return callee == nullptr || callee->of_model ? e : instance(callee->parameters, flat_body(*callee), e);
  });
  return flat_bodies_[key] = flat;
}

const Lowering::Inlined& Lowering::inlined(Expr call) {
  if (const auto it = inlined_.find(call); it != inlined_.end()) return it->second;
  const DetailFunction& f = *body(call);
  ExprMap<Expr> local;
  for (std::size_t k = 0; k < f.parameters.size(); ++k) local[f.parameters[k]] = arena_.child(call, k);
  Inlined out;
  std::unordered_set<Expr, ExprHash> moving(f.parameters.begin(), f.parameters.end());  // what depends on the argument
  for (const Expr e : reachable(arena_, flat_body(f))) {
    if (local.contains(e)) continue;
    std::vector<Expr> children = arena_.children_copy(e);
    if (std::any_of(children.begin(), children.end(), [&](Expr c) { return moving.contains(c); })) moving.insert(e);
    for (Expr& c : children) c = local.at(c);
    const Expr image = node(e, std::move(children));
    local[e] = image;
    if (moving.contains(e) && arena_.is(image, Op::Call) && !is_cheap_function(arena_.name(image)))
      out.work.push_back(image);
  }
  out.e = local.at(flat_body(f));
  return inlined_[call] = std::move(out);
}

bool Lowering::mark_inlined(const std::vector<Expr>& nodes) {
  std::map<Expr, std::vector<Expr>> by_argument;
  for (const Expr e : nodes) {
    if (!arena_.is(e, Op::Call) || arena_.count(e) != 1 || inline_.contains(e)) continue;
    const DetailFunction* f = body(e);
    if (f == nullptr || f->of_model) continue;
    const Expr argument = image_.at(arena_.child(e, 0));
    if (!arena_.is_number(argument))
      by_argument[is_negation(arena_, argument) ? arena_.child(argument, 1) : argument].push_back(e);
  }
  bool any = false;
  for (const auto& [argument, calls] : by_argument) {
    ExprMap<Expr> first;  // the call that was the first to need a piece of work
    ExprMap<bool> shares;
    for (const Expr c : calls) {
      const Expr call = image_.at(c);
      for (const Expr w : inlined(call).work) {
        const auto [it, fresh] = first.emplace(w, call);
        if (!fresh && it->second != call) shares[call] = shares[it->second] = true;
      }
    }
    for (const Expr c : calls) {
      if (!shares[image_.at(c)]) continue;
      inline_.insert(c);
      any = true;
    }
  }
  return any;
}

}  // namespace gradus::emit

// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "derive/session.h"

namespace gradus {
namespace {

std::vector<std::string> all_names(const Arena& arena, const Model& model) {
  std::vector<std::string> names;
  for (const Definition& d : model.definitions) names.push_back(d.name);
  for (const Expr e : model.params) names.push_back(arena.name(e));
  for (const Expr e : model.inputs) names.push_back(arena.name(e));
  return names;
}

Expr named(Arena& arena, const Model& model, const std::string& name) {
  const auto names = all_names(arena, model);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    throw Error({}, fmt::format("the model has no name `{}`", name), did_you_mean(name, names));
  }
  return arena.symbol(name);
}

// Everything that `of` is computed from, inputs apart: definitions, then parameters.
std::vector<Expr> everything_below(Session& s, Expr of) {
  std::unordered_set<Expr, ExprHash> reach{of};
  std::vector<Expr> out;
  for (std::size_t k = s.model.definitions.size(); k-- > 0;) {
    const Definition& d = s.model.definitions[k];
    if (!reach.contains(d.symbol)) continue;
    if (d.symbol != of) out.push_back(d.symbol);
    for (const Expr used : s.names_in(d.value)) reach.insert(used);
  }
  for (const Expr p : s.model.params) {
    if (reach.contains(p)) out.push_back(p);
  }
  return out;
}

}  // namespace

std::vector<Derivation> derive(Engine& engine, const Model& model, const DeriveRequest& request) {
  if (model.definitions.empty()) throw Error({}, "the model has no definitions: there is nothing to derive");
  Session s(engine, model, request.steps);
  const Expr of = request.of.empty() ? model.definitions.back().symbol : named(engine.arena, model, request.of);
  if (s.definition(of) == nullptr)
    throw Error({}, fmt::format("`{}` is not a definition: its derivatives are 0 and 1", engine.arena.name(of)));
  std::vector<Expr> wrt;
  for (const std::string& name : request.wrt) wrt.push_back(named(engine.arena, model, name));
  const bool all = wrt.empty();
  if (all) wrt = everything_below(s, of);
  std::vector<Derivation> out;
  if (request.method != DeriveRequest::Method::direct) out = chain_derivations(s, of, wrt);
  if (request.method != DeriveRequest::Method::chain) {
    for (const Expr v : wrt) out.push_back(direct_derivation(s, of, v));
  }
  return out;
}

Expr resolve_derivatives(Engine& engine, const Model& model, Expr e) {
  const auto nodes = reachable(engine.arena, e);
  if (std::none_of(nodes.begin(), nodes.end(), [&](Expr n) { return engine.arena.is(n, Op::Deriv); })) return e;
  Session s(engine, model);
  return map_bottom_up(engine.arena, e, [&](Arena& arena, Expr node) {
    if (!arena.is(node, Op::Deriv)) return node;
    const Expr by = arena.child(node, 1);
    const Expr inside = s.unfolded_to(arena.child(node, 0), by);
    return s.rewriter.run("differentiate", arena.make(Op::Deriv, {inside, by}));
  });
}

}  // namespace gradus

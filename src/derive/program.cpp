// SPDX-License-Identifier: GPL-2.0-or-later
// The program that computes value and gradient: the chain rule's adjoints, the cost in its direct form.
#include <fmt/format.h>

#include <algorithm>

#include "derive/session.h"

namespace gradus {
namespace {

bool has_derivative(const Arena& arena, Expr e) {
  const auto nodes = reachable(arena, e);
  return std::any_of(nodes.begin(), nodes.end(), [&](Expr n) { return arena.is(n, Op::Deriv); });
}

// The names that must be computed before `e`; adjoints are names of their own.
std::vector<Expr> names_to_compute(Session& s, Expr e) {
  return s.names_in(
      map_bottom_up(s.arena, e, [](Arena& arena, Expr n) { return arena.is(n, Op::Deriv) ? arena.number(0) : n; }));
}

bool has_logarithm(Session& s, Expr of) {
  const Expr all = s.unfolded(of, [](const Definition&) { return true; });
  if (reachable(s.arena, all).size() > 5'000) return false;
  const auto nodes = reachable(s.arena, all);
  return std::any_of(nodes.begin(), nodes.end(),
                     [&](Expr n) { return s.arena.is(n, Op::Call) && s.arena.name(n) == "ln"; });
}

}  // namespace

GradientProgram gradient_program(Engine& engine, const Model& model, const std::string& of_name,
                                 const std::vector<std::string>& wrt_names) {
  DeriveRequest request;
  request.of = of_name;
  request.wrt = wrt_names;
  request.method = DeriveRequest::Method::chain;
  Arena& arena = engine.arena;
  if (request.wrt.empty()) {
    for (const Expr p : model.params) request.wrt.push_back(arena.name(p));
  }
  if (request.wrt.empty())
    throw Error({}, "the model has no parameters: say with --wrt what the gradient is taken for");
  const std::vector<Derivation> derivations = derive(engine, model, request);
  Session s(engine, model);

  GradientProgram program;
  program.cost = of_name.empty() ? model.definitions.back().symbol : arena.symbol(of_name);
  ExprMap<Expr> adjoints;
  std::vector<Expr> order;
  for (const Derivation& d : derivations) {
    if (d.of != program.cost) continue;
    adjoints[d.start] = d.result;
    order.push_back(d.start);
  }
  std::unordered_set<Expr, ExprHash> used_adjoints, used_names{program.cost};
  std::vector<Expr> open;
  for (const std::string& name : request.wrt) {
    const Expr by = arena.symbol(name);
    const Expr adjoint = by == program.cost ? arena.number(1) : arena.make(Op::Deriv, {program.cost, by});
    program.gradient.emplace_back(by, adjoint);
    open.push_back(adjoint);
  }
  while (!open.empty()) {
    const Expr adjoint = open.back();
    open.pop_back();
    const auto known = adjoints.find(adjoint);
    if (known == adjoints.end() || !used_adjoints.insert(adjoint).second) continue;
    for (const Expr node : reachable(arena, known->second)) {
      if (arena.is(node, Op::Deriv)) open.push_back(node);
    }
  }
  for (const Expr adjoint : order) {
    if (!used_adjoints.contains(adjoint)) continue;
    const Expr value = without_primes(s, adjoints.at(adjoint));
    program.backward.push_back({adjoint, value});
    for (const Expr name : names_to_compute(s, value)) used_names.insert(name);
  }

  // The cost, in the form in which nothing cancels.
  Expr cost_value = s.definition(program.cost)->value;
  if (has_logarithm(s, program.cost)) {
    const Trace direct = direct_value(s, program.cost, program.cost);
    if (!has_derivative(arena, direct.line)) cost_value = direct.line;
  }
  for (const Expr name : names_to_compute(s, cost_value)) used_names.insert(name);
  for (std::size_t k = model.definitions.size(); k-- > 0;) {
    const Definition& d = model.definitions[k];
    if (d.symbol == program.cost || !used_names.contains(d.symbol)) continue;
    program.forward.push_back({d.symbol, d.value});
    for (const Expr name : names_to_compute(s, d.value)) used_names.insert(name);
  }
  std::reverse(program.forward.begin(), program.forward.end());
  program.forward.push_back({program.cost, cost_value});
  return program;
}

}  // namespace gradus

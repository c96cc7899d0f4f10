// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/second_order.h"

#include <fmt/format.h>

#include <algorithm>

#include "tensor/chain.h"

namespace gradus::tensor {
namespace {

// Whether `e` is computed from `on`.
bool depends(const Arena& arena, const Model& model, Expr e, Expr on) {
  std::unordered_set<Expr, ExprHash> needed;
  for (const Expr s : symbols(arena, e)) needed.insert(s);
  for (std::size_t k = model.definitions.size(); k-- > 0;) {
    if (!needed.contains(model.definitions[k].symbol)) continue;
    for (const Expr s : symbols(arena, model.definitions[k].value)) needed.insert(s);
  }
  return needed.contains(on);
}

// A name for the direction of a variable that is nowhere else.
Expr direction_for(Arena& arena, Model& model, Expr variable, bool alone) {
  const std::string base = alone ? "v" : "v_" + arena.name(variable);
  std::string name = base;
  for (int k = 1; model.introduced.contains(name); ++k) name = base + std::to_string(k);
  const Expr out = arena.symbol(name);
  model.inputs.push_back(out);
  model.introduced.emplace(name, Place{});
  if (const auto shape = model.shapes.find(arena.name(variable)); shape != model.shapes.end())
    model.shapes.emplace(name, Shape(shape->second));
  return out;
}

}  // namespace

std::vector<Derivation> second_order(Engine& engine, const Model& given, Expr cost, std::vector<Expr> wrt,
                                     bool product) {
  Arena& arena = engine.arena;
  Model model = given;
  model.per_example.reset();
  const auto shape_of = [&](Expr name) {
    const auto at = model.shapes.find(arena.name(name));
    return at == model.shapes.end() ? Shape{} : at->second;
  };
  if (!is_single(arena, shape_of(cost)))
    throw Error({},
                fmt::format("`{}` is {}: the Hessian is that of a scalar", arena.name(cost),
                            print_shape(arena, shape_of(cost))),
                "name another one with --of");
  if (wrt.empty()) {
    for (const Expr p : model.params) {
      if (depends(arena, model, cost, p)) wrt.push_back(p);
    }
  }
  for (const Expr a : wrt) {
    for (const Expr b : wrt) {
      if (a != b && depends(arena, model, a, b))
        throw Error(
            {},
            fmt::format("`{}` depends on `{}`: there is no second derivative by both", arena.name(a), arena.name(b)),
            "name one of them with --wrt");
    }
  }
  std::vector<std::pair<Expr, Expr>> directions;
  if (product) {
    for (const Expr v : wrt) directions.emplace_back(v, direction_for(arena, model, v, wrt.size() == 1));
  }
  Chain chain(engine, model);
  // By a matrix that is symmetric by what is assumed, or by its definition, each of its entries is a variable.
  const bool by_symmetric = std::ranges::any_of(wrt, [&](Expr v) {
    const auto is_it = [&](const Assumption& a) { return symmetric(arena, a.condition) == v; };
    return model.definition(arena.name(v)) != nullptr || std::ranges::any_of(model.assumptions, is_it);
  });
  if (by_symmetric) chain.keep_transposes();
  std::vector<Derivation> out = chain.run(cost, wrt);
  for (std::size_t a = 0; a < wrt.size(); ++a) {
    for (std::size_t b = a; b < wrt.size(); ++b) chain.second(cost, wrt[a], wrt[b], out);
  }
  if (product) {
    for (const Expr v : wrt) out.push_back(chain.product(cost, v, directions));
  }
  return out;
}

}  // namespace gradus::tensor

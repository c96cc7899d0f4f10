// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/tensor/derive.h"

#include <fmt/format.h>

#include <algorithm>

#include "gradus/diag/source.h"
#include "tensor/chain.h"
#include "tensor/direct.h"
#include "tensor/layer_derivations.h"
#include "tensor/second_order.h"
#include "tensor/whole.h"

namespace gradus {
namespace {

std::vector<Derivation> direct(Engine& engine, const Model& model, Expr of, std::vector<Expr> wrt) {
  if (model.layers) {
    throw Error({}, "the direct method is for models whose number of layers is fixed",
                fmt::format("add `--dim {}=2`", engine.arena.name(model.layers->depth)));
  }
  if (model.per_example) {
    throw Error({},
                "the direct method finds derivatives of the cost itself, and the model has a convention of examples",
                "add `--convention none`");
  }
  const Model whole = tensor::with_whole_tensors(engine.arena, model);
  if (wrt.empty()) wrt = model.params;
  std::vector<Derivation> out;
  for (const Expr v : wrt) {
    for (Derivation& d : tensor::direct_derivations(engine, whole, of, v)) {
      // Those between are the same for several variables.
      const bool known =
          std::ranges::any_of(out, [&](const Derivation& o) { return o.wrt == d.wrt && o.result == d.result; });
      if (!known) out.push_back(std::move(d));
    }
  }
  return out;
}

}  // namespace

Claim claim_of_results(Arena& arena, const Model& model, Expr start, Expr left, Expr right) {
  Claim out;
  out.sides = {left, right};
  out.places = {Place{}, Place{}};
  if (!arena.is(start, Op::Entry)) return out;
  Shapes shapes(arena, model.shapes);
  const Shape shape = shapes.of(arena.child(start, 0));
  for (std::size_t k = shape.size(); k-- > 0;) {
    const Expr index = arena.child(start, k + 1);
    if (!arena.is(index, Op::Symbol)) continue;
    for (Expr& side : out.sides) side = arena.make(Op::Table, {index, shape[k], side});
    ++out.free_indices;
  }
  return out;
}

std::vector<Derivation> derive_tensors(Engine& engine, const Model& model, const DeriveRequest& request) {
  if (model.definitions.empty()) return {};
  if (request.order == 2 && model.layers) {
    throw Error({}, "second derivatives are derived where the number of layers is fixed",
                fmt::format("add `--dim {}=2`", engine.arena.name(model.layers->depth)));
  }
  Arena& arena = engine.arena;
  const Expr of = request.of.empty() ? model.definitions.back().symbol : arena.symbol(request.of);
  std::vector<Expr> wrt;
  for (const std::string& name : request.wrt) wrt.push_back(arena.symbol(name));
  if (request.method == DeriveRequest::Method::direct) return direct(engine, model, of, wrt);
  if (model.layers) return tensor::derive_layers(engine, model, of, request.wrt);
  const Model whole = tensor::with_whole_tensors(arena, model);
  if (request.order == 2) return tensor::second_order(engine, whole, of, wrt, request.product);
  return tensor::Chain(engine, whole).run(of, wrt);
}

}  // namespace gradus

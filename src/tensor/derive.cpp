// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/tensor/derive.h"

#include <fmt/format.h>

#include "tensor/chain.h"
#include "tensor/layer_derivations.h"
#include "tensor/second_order.h"
#include "tensor/whole.h"

namespace gradus {

std::vector<Derivation> derive_tensors(Engine& engine, const Model& model, const DeriveRequest& request) {
  if (model.definitions.empty()) return {};
  if (request.method == DeriveRequest::Method::direct)
    throw Error({}, "the direct method is for models of scalars", "leave out --method");
  if (request.order == 2 && model.layers) {
    throw Error({}, "second derivatives are derived where the number of layers is fixed",
                fmt::format("add `--dim {}=2`", engine.arena.name(model.layers->depth)));
  }
  Arena& arena = engine.arena;
  const Expr of = request.of.empty() ? model.definitions.back().symbol : arena.symbol(request.of);
  std::vector<Expr> wrt;
  for (const std::string& name : request.wrt) wrt.push_back(arena.symbol(name));
  if (model.layers) return tensor::derive_layers(engine, model, of, request.wrt);
  const Model whole = tensor::with_whole_tensors(arena, model);
  if (request.order == 2) return tensor::second_order(engine, whole, of, wrt, request.product);
  return tensor::Chain(engine, whole).run(of, wrt);
}

}  // namespace gradus

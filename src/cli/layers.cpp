// SPDX-License-Identifier: GPL-2.0-or-later
// --dim depth=3: a model with layers, written out.
#include "gradus/tensor/layers.h"

#include <fmt/format.h>

#include "cli/session.h"
#include "gradus/expr/layer_name.h"

namespace gradus::cli {
namespace {

constexpr long most_layers = 1'000;

}  // namespace

bool fixes_layers(const Arena& arena, const Model& model, const Options& options) {
  return model.layers && options.dims.contains(arena.name(model.layers->depth));
}

Model with_fixed_layers(Session& session, const Model& model, Options& options) {
  const Layers& layers = *model.layers;
  const std::string name = session.arena.name(layers.depth);
  const auto given = options.dims.find(name);
  if (given == options.dims.end()) {
    throw Error({}, fmt::format("the number of layers, `{}`, is not fixed", name),
                fmt::format("say how many there are: --dim {}=3", name));
  }
  const long depth = given->second;
  if (depth > most_layers) throw Error({}, fmt::format("--dim {}={}: {} layers at most", name, depth, most_layers));
  options.dims.erase(given);
  // `W` and `W[l]` are those of all layers; `W[depth]` is that of the last.
  std::vector<std::string> wrt;
  for (const std::string& text : options.wrt) {
    const auto layer = layer_name(text);
    const std::string base = layer ? layer->base : text;
    if (!layers.names.contains(base)) {
      wrt.push_back(text);
    } else if (layer && layer->anchor != session.arena.name(layers.index)) {
      wrt.push_back(print(LayerName{base, {}, layer->offset + (layer->anchor.empty() ? 0 : depth)}));
    } else {
      for (long k = 1; k <= depth; ++k) wrt.push_back(print(LayerName{base, {}, k}));
    }
  }
  options.wrt = std::move(wrt);
  return with_depth(session.engine, model, depth);
}

}  // namespace gradus::cli

// SPDX-License-Identifier: GPL-2.0-or-later
/// Names that stand once for each layer, with their layer: `W[l]`, `A[l-1]`, `n[0]`, `Z[depth]`. To the expressions
/// each of them is a name like any other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gradus/expr/expr.h"

namespace gradus {

struct LayerName {
  std::string base;
  std::string anchor;  ///< the index of the layers, or the name of their number; empty: a number
  long offset = 0;     ///< what is added to it; the number
};

/// Nothing if it is no such name.
std::optional<LayerName> layer_name(std::string_view name);
/// `W[l+1]`
std::string print(const LayerName& name);
/// `e` with what is of the layer `anchor` + k of the layer `to` + k instead; of `to` only the layer counts. A number
/// for `to` takes the place of `anchor` itself as well. (A copy: names that are built move those of the arena.)
Expr at_layer(Arena& arena, Expr e, std::string anchor, const LayerName& to);

/// Whether a Sum is one over layers: of names of the layer that its index is.
bool is_over_layers(const Arena& arena, Expr sum);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Which layers a claim is about, and sums over layers as what each layer adds.
#pragma once

#include <optional>

#include "tensor/layers.h"

namespace gradus {

/// Where the names of an equation are.
struct LayerSpan {
  enum class Where {
    general,  ///< a layer `l` and its neighbours
    first,    ///< what the layers begin with, and layer 1
    last,     ///< the last one, and what comes behind; or no layer at all
    mixed     ///< first and last
  } where = Where::last;
  long shift = 0;          ///< of general: what is to be added to its layers, so that it is about `l` and `l+1`
  bool has_next = false;   ///< about `l+1`
  bool has_first = false;  ///< for `l` = 1 it is about what the layers begin with as well
};

class LayerSplit {
 public:
  LayerSplit(Arena& arena, const tensor::LayerParts& parts, Expr cost);

  /// Whether names of the layer `l` are there, outside of sums over layers.
  static bool names_layer(Arena& arena, const std::vector<Expr>& sides, const std::string& l, const Layers& layers);
  /// Whether there is a derivative by a name of the layer before the last one.
  [[nodiscard]] bool is_before_last(const std::vector<Expr>& sides) const;
  /// Throws Error if they are about layers that are not next to each other, or a derivative is not one of a part.
  [[nodiscard]] LayerSpan span(const std::vector<Expr>& sides) const;

  /// Throws Error where what is summed over layers is not about one of them alone.
  void require_one_layer(const std::vector<Expr>& sides) const;

  /// Whether there are sums over layers.
  [[nodiscard]] bool has_sums(const std::vector<Expr>& sides) const;
  /// `e` = `behind` plus `first` plus the sum over layers of `each`; none for 0. Throws Error where it is no such sum.
  struct Linear {
    std::optional<Expr> each, first, behind;
  };
  Linear linear(Expr e) const;

 private:
  bool is_layer_sum(Expr e) const;
  void require_in_part(Expr derivative, LayerSpan::Where where) const;

  Arena& arena_;
  const Layers& layers_;
  const tensor::LayerParts& parts_;
  Expr cost_;
};

}  // namespace gradus

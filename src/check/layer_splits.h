// SPDX-License-Identifier: GPL-2.0-or-later
// Which layers a claim is about, and sums over layers as what each layer adds.
#pragma once

#include <optional>

#include "tensor/layers.h"

namespace gradus {

/// Where the names of an equation are.
struct LayerSpan {
  enum class Where { general, first, last } where = Where::last;
  long shift = 0;          ///< of general: what is to be added to its layers, so that it is about `l` and `l+1`
  bool has_next = false;   ///< about `l+1`
  bool has_first = false;  ///< for `l` = 1 it is about what the layers begin with as well
  std::string why;         ///< not empty: it is about layers that are not next to each other
};

class LayerSplit {
 public:
  LayerSplit(Arena& arena, const tensor::LayerParts& parts, Expr cost);

  /// Whether names of the layer `l` are there, outside of sums over layers.
  static bool names_layer(Arena& arena, const std::vector<Expr>& sides, const std::string& l, const Layers& layers);
  /// Whether there is a derivative by a name of the layer before the last one.
  [[nodiscard]] bool is_before_last(const std::vector<Expr>& sides) const;
  [[nodiscard]] LayerSpan span(const std::vector<Expr>& sides) const;

  /// Whether there are sums over layers, or derivatives by what all layers use.
  [[nodiscard]] bool has_totals(const std::vector<Expr>& sides) const;
  [[nodiscard]] bool has_total_derivatives(const std::vector<Expr>& sides) const;
  /// `e` = `remains` plus the sum over layers of `each`; none for 0. Nothing where it is no such sum.
  struct Linear {
    std::optional<Expr> each, remains;
  };
  std::optional<Linear> linear(Expr e) const;
  /// What all layers use, as the layer `at` uses it.
  Claim with_shares(Claim link, const LayerName& at) const;

 private:
  bool is_total(Expr e) const;
  std::string why_not(Expr derivative, LayerSpan::Where where) const;

  Arena& arena_;
  const Layers& layers_;
  const tensor::LayerParts& parts_;
  Expr cost_;
};

}  // namespace gradus

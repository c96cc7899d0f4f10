// SPDX-License-Identifier: GPL-2.0-or-later
// The small sizes at which claims about tensors are tried.
#pragma once

#include <string>
#include <vector>

#include "gradus/syntax/model.h"
#include "tensor/instance.h"

namespace gradus {

/// Choices of sizes for the dimensions of a model, such that each two of them differ in one of the choices: what holds
/// because two sizes happen to be the same is seen.
class SmallSizes {
 public:
  SmallSizes(const Arena& arena, const Model& model);

  /// How many of the choices tell these dimensions apart, at least two: one shows little.
  [[nodiscard]] std::size_t choices(const tensor::Names& dimensions) const;
  /// Sizes of `least` and one more, or what is assumed of a dimension at least.
  [[nodiscard]] ExprMap<long> sizes(std::size_t choice, long least) const;
  /// "n = 2, h = 3".
  [[nodiscard]] std::string shown(std::size_t choice, long least) const;

 private:
  const Arena& arena_;
  const Model& model_;
  ExprMap<long> assumed_;  // lower bounds
};

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Layers and steps: l, l + 1, and those with a number.
#pragma once

#include <optional>
#include <string>

#include "document/formula.h"

namespace gradus::document {

// A letter and what is added to it; without a letter the number of a layer.
struct Layer {
  std::string letter;
  long offset = 0;
};

// Nothing for what is no layer.
std::optional<Layer> layer_of(const Node& n);

// The name of a step or a layer: h and t - 1 of `h_{t-1}`.
struct StepName {
  std::string stem;
  Layer at;
};

// Nothing for what is no such name.
std::optional<StepName> step_name(const std::string& name);

// In all scripts of `n`: `to` for the letter. Whether there is such a layer: none comes before that of the number 0.
bool shift_layers(Node& n, const std::string& letter, const Layer& to);

}  // namespace gradus::document

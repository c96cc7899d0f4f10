// SPDX-License-Identifier: GPL-2.0-or-later
// Claims about a model with layers.
#pragma once

#include "gradus/check/verdict.h"

namespace gradus {

/// As `check_tensors`. A claim about layer `l` is meant for each layer for which all its names are there. It is proved
/// on parts of the model, whatever the rest is, so for each number of layers; and refuted for two layers or three.
std::vector<LinkVerdict> check_layers(Engine& engine, const Model& model, Mends mends);

}  // namespace gradus

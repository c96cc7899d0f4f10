// SPDX-License-Identifier: GPL-2.0-or-later
/// A model with names cut out of it.
#pragma once

#include <string>
#include <vector>

#include "gradus/syntax/model.h"

namespace gradus {

/// The model in which defined names of `wrt` are parameters: their definitions are gone, and so are the inputs and
/// parameters that `of` needed for them alone. A name that depends on another one of `wrt` keeps its definition (as a
/// parameter it would hide what the other one does), and so does `of`. Empty `of`: the last definition.
Model cut_at(const Arena& arena, const Model& model, const std::string& of, const std::vector<std::string>& wrt);

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Formulas under several conventions.
#pragma once

#include <memory>
#include <vector>

#include "document/reader.h"

namespace gradus::document {

// Reads and judges; from the beginning again when a dimension that was inferred turns out to be another one.
std::unique_ptr<Reader> read_formulas(Engine& engine, const SourcePtr& source, const std::vector<Formula>& formulas,
                                      Conventions conventions, KnownVerdicts& known);

// A link that holds speaks for a reading, one that does not speaks against it.
long score(const Reader& reader);
long proved(const Reader& reader);

// The readings in which names are columns and matrices that are numbers in the usual one, and may be meant so.
std::vector<Conventions> with_tensors(const Reader& usual, const Conventions& chosen);

}  // namespace gradus::document

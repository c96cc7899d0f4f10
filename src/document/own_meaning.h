// SPDX-License-Identifier: GPL-2.0-or-later
// Letters that have another meaning in another part of a document.
#pragma once

#include <string>
#include <vector>

#include "document/reader.h"

namespace gradus::document {

// Links that are undecided by what the whole document says are judged again by what stands under their heading, and
// its enclosing ones, alone. A proof counts where all that the link is made of is introduced there, or is said nothing
// of elsewhere. Says what was read so.
std::vector<std::string> read_parts(Engine& engine, const SourcePtr& source, const std::vector<Formula>& formulas,
                                    const Conventions& conventions, KnownVerdicts& known, Reader& whole);

}  // namespace gradus::document

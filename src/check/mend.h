// SPDX-License-Identifier: GPL-2.0-or-later
// The smallest change that would make a wrong link true.
#pragma once

#include <optional>
#include <string>

#include "check/changes.h"
#include "check/prove.h"

namespace gradus {

struct Mend {
  std::string words;   ///< as a reviewer would say it
  std::string mended;  ///< the side after the change
};

/// Tries changes of the right side, then of the left one, smallest first; each is compared at a few points and the
/// first that can be proved is taken. Nothing if none is found within the budget.
std::optional<Mend> mend(Engine& engine, Forms& forms, Resolver& resolver, PointSource& points, Prover& prover,
                         const Side& left, const Side& right);

}  // namespace gradus

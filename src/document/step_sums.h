// SPDX-License-Identifier: GPL-2.0-or-later
// Sums over the steps of a recurrence.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "document/formula.h"
#include "gradus/expr/expr.h"

namespace gradus::document {

struct StepRange {
  std::string letter, last;
  bool operator==(const StepRange&) const = default;
};

// A cost that is a sum over steps. For a letter of steps: the cost with what the step adds, and what is not of it.
struct StepSum {
  StepRange over;
  Node value;
  std::map<std::string, std::pair<Expr, Expr>> at;
};

// What sums over steps are in what is read.
struct StepReading {
  std::optional<StepRange> each;  // of a claim: what holds of each term holds of the sums
  bool inside = false;            // of such a sum
};

// What \sum_{t=1}^T runs over.
StepRange range_of_steps(const Node& sum);

}  // namespace gradus::document

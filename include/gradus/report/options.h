// SPDX-License-Identifier: GPL-2.0-or-later
/// What a report shows, and the little helpers that all reports share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gradus/diag/source.h"
#include "gradus/expr/expr.h"

namespace gradus {

/// Which steps of a derivation are shown.
enum class StepDetail {
  none,  ///< the result alone
  key,   ///< what a lecturer writes on the board, and the last line
  all,   ///< everything, folding of constants and reordering included
};

struct ReportOptions {
  StepDetail steps = StepDetail::key;
  bool lines = true;              ///< JSON: whether steps carry `line`
  std::size_t max_line = 20'000;  ///< characters; above, `line`, `before` and `after` of a step are left out
  std::size_t width = 100;        ///< columns of a text report
  bool color = false;             ///< verdicts in colour (a terminal)
};

/// `e` in our notation, or an empty string if that is longer than `max_length` characters.
std::string print_within(const Arena& arena, Expr e, std::size_t max_length);

/// The source text of a place on one line: comments dropped, white space collapsed.
std::string one_line(const Place& place);

}  // namespace gradus

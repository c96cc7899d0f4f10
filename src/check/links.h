// SPDX-License-Identifier: GPL-2.0-or-later
// The links of the claims of a model, one after the other.
#pragma once

#include <functional>

#include "gradus/check/verdict.h"

namespace gradus {

/// Judges every link, and says which it is and whether it is the first wrong one of its chain.
std::vector<LinkVerdict> judge_links(const Model& model,
                                     const std::function<LinkVerdict(const Claim&, Expr left, Expr right)>& judge);

}  // namespace gradus

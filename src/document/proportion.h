// SPDX-License-Identifier: GPL-2.0-or-later
// A \propto B: the two sides are equal up to a factor that does not depend on something. With a copy x' of what it must
// not depend on that is an equation without the factor and without a division: A(x) B(x') = A(x') B(x). Of vectors and
// matrices, whose factor is one number for all entries, it is that for each two entries.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gradus/check/verdict.h"

namespace gradus::document {

struct Proportion {
  // On what the factor must not depend.
  struct Reading {
    std::vector<Expr> variables;  // inputs
    bool across = false;          // the indices for all values of which it is claimed
    std::string shown = {};       // for people, where there are several: "`x`"
  };
  Reading strictest;               // what follows from it holds in every reading
  std::vector<Reading> plausible;  // what is refuted in each of these is refuted; none: nothing is
  std::string shown;               // what the factor must not depend on, for people: "`x`"
};

// The verdict on a claim of two sides; `judged` judges the one claim of a model.
LinkVerdict judge_proportion(Engine& engine, const Model& model, const Claim& claim, const Proportion& proportion,
                             const std::function<LinkVerdict(Model&)>& judged);

}  // namespace gradus::document

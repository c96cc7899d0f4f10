// SPDX-License-Identifier: GPL-2.0-or-later
// What tests of derivations of tensors share.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>

#include "check/lab.h"
#include "gradus/tensor/derive.h"

namespace gradus {

/// "dW = dZ @ X.T".
inline std::string shown(lab::Lab& lab, const Derivation& d) {
  return print(lab.arena, d.start) + " = " + print(lab.arena, d.result);
}

/// Each result, which is the last line of its steps, as a claim of the model.
inline void claim_results(lab::Lab& lab, Model& model, const std::vector<Derivation>& all) {
  Arena& arena = lab.arena;
  for (const Derivation& d : all) {
    BOOST_TEST((d.steps.empty() || d.steps.back().line == d.result), shown(lab, d) << ": not the last line");
    model.claims.push_back(claim_of_results(arena, model, d.start, d.start, d.result));
  }
}

/// `check` proves each result.
inline void require_proved(lab::Lab& lab, Model& model, const std::vector<Derivation>& all) {
  claim_results(lab, model, all);
  for (const LinkVerdict& v : check(lab.engine, model))
    BOOST_TEST((v.verdict == Verdict::proved), lab::show(lab.arena, v));
  model.claims.clear();
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// The claims of a document, each judged with what it depends on and nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "gradus/check/verdict.h"

namespace gradus::document {

// Steps that are left for a document, in all its readings and mends. What comes when they are used up is undecided.
constexpr std::size_t effort_of_a_document = 5'000'000;

// What was found, by all that it depends on: readings of one document share most of their claims.
struct KnownVerdicts {
  std::map<std::vector<std::uint64_t>, LinkVerdict> found = {};
  std::size_t effort = effort_of_a_document;
};

// One verdict per claim of the model. Logarithms and roots of what is given are taken where they have a value. What
// fails in one claim leaves the others alone.
std::vector<LinkVerdict> judge_claims(Engine& engine, const Model& model, KnownVerdicts& known,
                                      Mends mends = Mends::none);

}  // namespace gradus::document

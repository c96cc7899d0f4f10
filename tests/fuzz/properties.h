// SPDX-License-Identifier: GPL-2.0-or-later
// What must hold for every text, however broken: for the fuzzers and for the mutants of the tests.
#pragma once

#include <string_view>

namespace gradus::fuzz {

// Each throws std::logic_error with what does not hold.

// A model file is refused with a place inside it, or each of its expressions, printed, reads as itself.
void models(std::string_view text);
// A rule file, behind the built-in functions, is refused with a place inside it, or read.
void rules(std::string_view text);
// A model that is read is derived, checked and turned into code, or refused; what is proved holds at random points.
void jobs(std::string_view text);
// A document of any format is refused with a place inside it, or taken apart: in reading order, each byte with a place.
void documents(std::string_view text);

}  // namespace gradus::fuzz

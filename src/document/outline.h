// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of a document under its headings.
#pragma once

#include <string>
#include <vector>

#include "document/reader.h"

namespace gradus::document {

class Outline {
 public:
  explicit Outline(const std::vector<Formula>& formulas);

  // Part 0 is what stands before the first heading; each other part is what stands under one.
  [[nodiscard]] std::size_t parts() const { return levels_.size(); }
  [[nodiscard]] std::size_t part_of(std::size_t formula) const { return part_of_[formula]; }
  // The part under the heading of which this heading stands.
  [[nodiscard]] std::size_t above(std::size_t part) const { return above_[part]; }
  // Whether a formula belongs to what a reader of a part reads: the part, those below it, and what its enclosing
  // headings say before their own parts begin.
  [[nodiscard]] bool belongs(std::size_t formula, std::size_t part) const {
    return within(part_of_[formula], part) || within(part, part_of_[formula]);
  }
  // Whether a part is another one or below it.
  [[nodiscard]] bool within(std::size_t part, std::size_t of) const;

 private:
  std::vector<int> levels_;
  std::vector<std::size_t> above_, part_of_;
};

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "gradus/expr/expr.h"

namespace gradus::tensor {

/// Counts what is within one another while it lives. Throws LimitError with these words above `most`.
class Nesting {
 public:
  Nesting(int& count, int most, const char* words) : count_(count) {
    if (count_ >= most) throw LimitError(words);
    ++count_;
  }
  ~Nesting() { --count_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  int& count_;
};

}  // namespace gradus::tensor

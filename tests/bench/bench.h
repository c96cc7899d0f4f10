// SPDX-License-Identifier: GPL-2.0-or-later
// What the parts of the benchmark register, and which of its times are compared.
#pragma once

#include <string>
#include <vector>

namespace bench {

// The time of `ours` over that of `theirs`, both names of benchmarks; `goal` is the largest ratio that is wanted, 0 if
// there is none.
struct Ratio {
  std::string what, ours, theirs;
  double goal = 0;
};

// Each registers its benchmarks and adds its ratios.
void generated_code(std::vector<Ratio>& ratios);
void derivations(std::vector<Ratio>& ratios);
void processes(std::vector<Ratio>& ratios);

// What the peers of `derivations` find, as text.
std::string results();

}  // namespace bench

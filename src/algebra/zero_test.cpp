// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "algebra/cases.h"
#include "algebra/unfold.h"
#include "gradus/algebra/normal.h"

namespace gradus {
namespace {

using algebra::Assumed;
using algebra::Budget;
using algebra::GaveUp;

constexpr std::size_t most_nodes_of_zero_test = 60'000;
constexpr std::uint64_t steps_of_zero_test = 20'000'000;
constexpr std::size_t most_values = 64;

ZeroTest test(Arena& arena, const FunctionTable& functions, const Model* model, const Facts& facts, Expr e) {
  algebra::Unfolder unfold(arena, functions, model, most_nodes_of_zero_test);
  const Expr base = unfold(e);
  std::unordered_set<Expr, ExprHash> relevant;
  for (const Expr s : symbols(arena, base)) relevant.insert(s);
  const Assumed known = algebra::assumed(arena, unfold, model, &facts, relevant);
  Budget budget(steps_of_zero_test);
  algebra::Cases cases(arena, functions, facts, known, budget);
  // For all values of the inputs together first; if that is no proof, for each value of those that have a set.
  std::vector<std::pair<Expr, std::vector<Rational>>> split;
  std::size_t combinations = 1;
  for (const auto& [symbol, values] : known.sets) {
    const bool again = std::ranges::count(split, symbol, [](const auto& s) { return s.first; }) > 0;
    if (!relevant.contains(symbol) || again) continue;
    split.emplace_back(symbol, values);
    combinations = std::min<std::size_t>(combinations * values.size(), most_values + 1);
  }
  const ZeroTest nowhere{ZeroTest::Answer::gave_up, "the expression has no value anywhere", {}};
  ZeroTest whole;
  try {
    whole = cases.run(base, {}).value_or(nowhere);
  } catch (const algebra::NeedsValues& why) {
    whole.reason = why.what();
    if (split.empty()) return whole;
  }
  if (whole.answer == ZeroTest::Answer::zero || split.empty()) return whole;
  if (combinations > most_values) {
    return {ZeroTest::Answer::gave_up, fmt::format("there are more than {} combinations of values", most_values), {}};
  }
  std::vector<std::size_t> at(split.size(), 0);
  ZeroTest all = nowhere;
  for (;;) {
    ExprMap<Rational> values;
    for (std::size_t k = 0; k < split.size(); ++k) values[split[k].first] = split[k].second[at[k]];
    // Values that the assumptions exclude are left out.
    if (const auto one = cases.run(base, values)) {
      all = *one;
      if (all.answer != ZeroTest::Answer::zero) return all;
    }
    std::size_t k = 0;
    while (k < at.size() && ++at[k] == split[k].second.size()) at[k++] = 0;
    if (k == at.size()) return all;
  }
}

}  // namespace

ZeroTest zero_test(Arena& arena, const FunctionTable& functions, const Model* model, const Facts& facts, Expr e) {
  try {
    return test(arena, functions, model, facts, e);
  } catch (const GaveUp& why) {
    return {ZeroTest::Answer::gave_up, why.what(), {}};
  } catch (const LimitError& why) {
    return {ZeroTest::Answer::gave_up, why.what(), {}};
  } catch (const cln::runtime_exception& why) {
    return {ZeroTest::Answer::gave_up, fmt::format("the arithmetic gave up: {}", why.what()), {}};
  }
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/readings.h"
#include "document/differentials.h"

#include <algorithm>

#include "document/nodes.h"

namespace gradus::document {

std::unique_ptr<Reader> read_formulas(Engine& engine, const SourcePtr& source, const std::vector<Formula>& formulas,
                                      Conventions conventions, KnownVerdicts& known) {
  constexpr int most_readings = 40;
  for (int k = 0;; ++k) {
    auto out = std::make_unique<Reader>(engine, source, formulas, conventions, known);
    try {
      out->run(k == most_readings);
      return out;
    } catch (const Unify& e) {
      conventions.dimensions[e.inferred] = e.other;
    }
  }
}

long score(const Reader& reader) {
  long out = 0;
  for (const LinkVerdict& v : reader.links)
    out += v.verdict == Verdict::proved ? 2 : v.verdict == Verdict::refuted ? -1 : 0;
  return out;
}

long proved(const Reader& reader) { return std::ranges::count(reader.links, Verdict::proved, &LinkVerdict::verdict); }

std::vector<Conventions> with_tensors(const Reader& usual, const Conventions& chosen) {
  std::vector<Conventions> out;
  const auto with_columns = [&](Conventions other) {
    other.columns.insert(usual.maybe_columns().begin(), usual.maybe_columns().end());
    out.push_back(std::move(other));
  };
  const bool columns = !usual.maybe_columns().empty();
  if (columns) with_columns(chosen);
  // Capital letters as matrices, small ones as columns; but for the costs, and all of them.
  std::vector<std::set<std::string>> sets{usual.maybe_tensors()};
  std::set<std::string> but_costs = sets[0];
  if (std::erase_if(but_costs, [](const std::string& name) { return is_cost_letter(name); }) > 0)
    sets.insert(sets.begin(), but_costs);
  for (const std::set<std::string>& names : sets) {
    if (names.empty()) continue;
    Conventions other = chosen;
    for (const std::string& name : names) (is_capital_name(name) ? other.matrices : other.columns).insert(name);
    out.push_back(other);
    if (columns) with_columns(other);
  }
  return out;
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/derive/cut.h"

#include <algorithm>
#include <unordered_set>

namespace gradus {
namespace {

using Names = std::unordered_set<Expr, ExprHash>;

// Everything that `of` is computed from, and itself.
Names below(const Arena& arena, const Model& model, Expr of) {
  Names out{of};
  for (auto d = model.definitions.rbegin(); d != model.definitions.rend(); ++d) {
    if (!out.contains(d->symbol)) continue;
    for (const Expr used : symbols(arena, d->value)) out.insert(used);
  }
  return out;
}

}  // namespace

Model cut_at(const Arena& arena, const Model& model, const std::string& of, const std::vector<std::string>& wrt) {
  const Definition* cost = of.empty() ? &model.definitions.back() : model.definition(of);
  if (cost == nullptr) return model;
  std::vector<Expr> cut;
  for (const std::string& name : wrt) {
    const Definition* d = model.definition(name);
    if (d == nullptr || d == cost) continue;
    const Names needs = below(arena, model, d->symbol);
    const bool free = std::ranges::none_of(
        needs, [&](Expr e) { return e != d->symbol && std::find(wrt.begin(), wrt.end(), arena.name(e)) != wrt.end(); });
    if (free) cut.push_back(d->symbol);
  }
  if (cut.empty()) return model;
  Model out = model;
  std::erase_if(out.definitions,
                [&](const Definition& d) { return std::find(cut.begin(), cut.end(), d.symbol) != cut.end(); });
  out.definition_index.clear();
  for (std::size_t k = 0; k < out.definitions.size(); ++k) out.definition_index[out.definitions[k].name] = k;
  const Names before = below(arena, model, cost->symbol), after = below(arena, out, cost->symbol);
  const auto only_there = [&](Expr e) { return before.contains(e) && !after.contains(e); };
  std::erase_if(out.inputs, only_there);
  std::erase_if(out.params, only_there);
  out.params.insert(out.params.end(), cut.begin(), cut.end());
  return out;
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/small_sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace gradus {
namespace {

constexpr long most_assumed = 10;

// What is added to the least size of dimension number k: two choices tell four apart, each further one twice as many.
long added(std::size_t k, std::size_t choice) {
  static constexpr std::array<std::array<long, 2>, 4> first{{{0, 1}, {1, 0}, {0, 0}, {1, 1}}};
  return choice < 2 ? first[k % 4][choice] : static_cast<long>(k >> choice & 1U);
}

}  // namespace

SmallSizes::SmallSizes(const Arena& arena, const Model& model) : arena_(arena), model_(model) {
  for (const Assumption& a : model_.assumptions) {
    if (!arena_.is(a.condition, Op::Ge) && !arena_.is(a.condition, Op::Gt)) continue;
    const Expr d = arena_.child(a.condition, 0), bound = arena_.child(a.condition, 1);
    if (std::ranges::find(model_.dims, d) == model_.dims.end() || !arena_.is_integer(bound)) continue;
    const long least = std::lround(cln::double_approx(arena_.value(bound))) + (arena_.is(a.condition, Op::Gt) ? 1 : 0);
    if (least < most_assumed) assumed_[d] = std::max(assumed_[d], least);
  }
}

ExprMap<long> SmallSizes::sizes(std::size_t choice, long least) const {
  ExprMap<long> out;
  for (std::size_t k = 0; k < model_.dims.size(); ++k) {
    if (model_.sizes.contains(model_.dims[k])) continue;
    const auto assumed = assumed_.find(model_.dims[k]);
    out[model_.dims[k]] = (assumed == assumed_.end() ? least : std::max(least, assumed->second)) + added(k, choice);
  }
  complete(arena_, model_.sizes, out);
  return out;
}

std::size_t SmallSizes::choices(const tensor::Names& dimensions) const {
  ExprMap<std::vector<long>> chosen;
  for (std::size_t n = 0;; ++n) {
    std::set<std::vector<long>> different;
    for (const auto& [d, sizes] : chosen) different.insert(sizes);
    if (n >= 2 && different.size() == chosen.size()) return n;
    const ExprMap<long> next = sizes(n, 2);
    for (const Expr d : model_.dims) {
      if (dimensions.contains(d) && !model_.sizes.contains(d)) chosen[d].push_back(next.at(d));
    }
  }
}

std::string SmallSizes::shown(std::size_t choice, long least) const {
  const ExprMap<long> all = sizes(choice, least);
  std::string out;
  for (const Expr d : model_.dims) out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", arena_.name(d), all.at(d));
  return out.empty() ? "the given sizes" : out;
}

}  // namespace gradus

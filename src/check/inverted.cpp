// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/inverted.h"

#include <algorithm>
#include <cmath>

#include "gradus/diag/source.h"
#include "tensor/instance.h"
#include "tensor/inverse.h"

namespace gradus {

const std::vector<Expr>& Inverted::all(const std::vector<Expr>& in) {
  const auto known = all_.find(in);
  if (known != all_.end()) return known->second;
  std::vector<Expr> roots = in, out;
  const tensor::Names names = tensor::names_below(arena_, model_, in);
  for (const Definition& d : model_.definitions) {
    if (names.contains(d.symbol)) roots.push_back(d.value);
  }
  for (const Expr e : reachable(arena_, roots)) {
    if (tensor::needs_inverse(arena_, e)) out.push_back(arena_.child(e, 0));
  }
  return all_[in] = std::move(out);
}

bool Inverted::is_singular(const std::vector<Expr>& in, std::size_t choice, long least) {
  const ExprMap<long> sizes = sizes_.sizes(choice, least);
  const auto size = [&](Expr d) {
    return arena_.is_number(d) ? std::lround(cln::double_approx(arena_.value(d))) : sizes.at(d);
  };
  return std::ranges::any_of(all(in), [&](Expr matrix) {
    auto& known = least_[matrix];
    if (!known) known = least_dimensions(matrix);
    return std::ranges::any_of(*known, [&](Expr d) { return size(d) < size(entries_.shape(matrix)[0]); });
  });
}

std::vector<Expr> Inverted::least_dimensions(Expr matrix) {
  try {
    return proof_.sums().least_dimensions(proof_.adjoints().unfolded(proof_.sums().table_of(matrix)));
  } catch (const LimitError&) {
  } catch (const Error&) {
  }
  return {};
}

}  // namespace gradus

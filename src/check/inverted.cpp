// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/inverted.h"

#include <algorithm>
#include <cmath>

#include "gradus/diag/source.h"
#include "gradus/expr/tensor_function.h"
#include "tensor/instance.h"

namespace gradus {

const std::vector<Expr>& Inverted::all(Expr left, Expr right) {
  const auto known = all_.find({left, right});
  if (known != all_.end()) return known->second;
  std::vector<Expr> out;
  const auto collect = [&](Expr e) {
    for (const Expr n : reachable(arena_, e)) {
      if (tensor_call(arena_, n) != nullptr && (arena_.name(n) == "inv" || arena_.name(n) == "logdet"))
        out.push_back(arena_.child(n, 0));
    }
  };
  collect(left);
  collect(right);
  const tensor::Names names = tensor::names_below(arena_, model_, {left, right});
  for (const Definition& d : model_.definitions) {
    if (names.contains(d.symbol)) collect(d.value);
  }
  return all_[{left, right}] = std::move(out);
}

bool Inverted::is_singular(Expr left, Expr right, std::size_t choice, long least) {
  const ExprMap<long> sizes = sizes_.sizes(choice, least);
  const auto size = [&](Expr d) {
    return arena_.is_number(d) ? std::lround(cln::double_approx(arena_.value(d))) : sizes.at(d);
  };
  return std::ranges::any_of(all(left, right), [&](Expr matrix) {
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

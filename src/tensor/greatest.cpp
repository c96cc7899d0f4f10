// SPDX-License-Identifier: GPL-2.0-or-later
// The normal form of the greatest and the least over an index, and of the equations that say which term it is.
#include <algorithm>
#include <optional>

#include "tensor/readable.h"
#include "tensor/sums.h"

namespace gradus::tensor {

// What the index does not stand in comes before it, as does a positive factor; the least is the opposite of the
// greatest of opposites; several indices are those of one.
Terms SumForms::greatest(Expr e) {
  spend();
  Bound bound{{index_for(e), arena_.child(e, 1)}};
  const Expr body = substitute(arena_, arena_.child(e, 2), {{arena_.child(e, 0), bound[0].first}});
  Terms out, inside;
  for (const auto& [powers, c] : terms(body)) {
    const bool moves =
        std::ranges::any_of(powers, [&](const auto& p) { return contains(arena_, p.first, bound[0].first); });
    (moves ? inside : out)[powers] = c;
  }
  if (inside.empty()) return out;
  std::optional<Rational> least;
  for (const auto& [powers, c] : inside) least = least ? std::min(*least, cln::abs(c)) : cln::abs(c);
  const Rational scale = arena_.is(e, Op::Min) ? -*least : *least;
  for (auto& [powers, c] : inside) c = c / scale;
  Expr of = expression(inside);
  for (; arena_.is(of, Op::Max); of = arena_.child(of, 2)) {
    const Expr index = entries_.fresh();
    bound.emplace_back(index, arena_.child(of, 1));
    of = substitute(arena_, of, {{arena_.child(of, 0), index}});
  }
  std::ranges::stable_sort(bound, {}, &std::pair<Expr, Expr>::second);
  const auto below = static_cast<std::size_t>(sum_height(arena_, of));
  std::optional<Expr> best;
  for_each_order(bound, below, [&](const ExprMap<Expr>& names) {
    spend(reachable(arena_, of).size());
    const Expr candidate = normal(substitute(arena_, of, names));
    if (!best || candidate < *best) best = candidate;
  });
  add(out, kernel(bound_by(Op::Max, bound, below, *best)), scale);
  return out;
}

// For proofs: the difference of the sides, up to a factor, is 0 or is not. What is compared with an index stays as it
// is, so that it is recognised.
Terms SumForms::equation(Expr e) {
  const Expr left = arena_.child(e, 0), right = arena_.child(e, 1);
  const bool index = arena_.is(right, Op::Symbol) && (is_fresh_index(arena_, right) || arena_.name(right)[0] == '#');
  if (!splits_ || index) return kernel(arena_.make(arena_.op(e), {normal(left), normal(right)}));
  Terms difference = terms(left);
  add(difference, terms(right), -1);
  std::optional<Rational> least;
  for (const auto& [powers, c] : difference) least = least ? std::min(*least, cln::abs(c)) : cln::abs(c);
  if (least && difference.begin()->second < 0) *least = -*least;
  for (auto& [powers, c] : difference) c = c / *least;
  return kernel(arena_.make(arena_.op(e), {expression(difference), arena_.number(0)}));
}

// One of the values, where it is seen which one.
Terms SumForms::where(Expr e) {
  const Expr condition = normal(arena_.child(e, 0)), yes = arena_.child(e, 1), no = arena_.child(e, 2);
  const bool equal = arena_.is(condition, Op::Eq), unequal = arena_.is(condition, Op::Ne);
  if ((equal || unequal) && arena_.is_number(arena_.child(condition, 0)) &&
      arena_.is_number(arena_.child(condition, 1)))
    return terms((arena_.child(condition, 0) == arena_.child(condition, 1)) == equal ? yes : no);
  const Expr first = normal(yes), second = normal(no);
  return first == second ? terms(first) : kernel(arena_.rebuild(e, std::vector<Expr>{condition, first, second}));
}

}  // namespace gradus::tensor

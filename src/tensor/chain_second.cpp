// SPDX-License-Identifier: GPL-2.0-or-later
// Second derivatives, from the first ones.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tensor/chain.h"

namespace gradus::tensor {

std::optional<Chain::Entry> Chain::explicit_result(Expr derivative) {
  const auto known = results_.find(derivative);
  if (known != results_.end()) {
    Expr e = known->second;
    bool fits = true;
    for (int round = 0; fits && round < most_insertions; ++round) {
      ExprMap<Expr> map;
      for (const Expr d : adjoints_.derivatives(e)) {
        const auto inner = results_.find(d);
        fits = fits && inner != results_.end();
        if (fits) map[d] = inner->second;
      }
      if (map.empty()) break;
      e = substitute(arena_, e, map);
    }
    try {
      if (fits && entries_.shape(e) == entries_.shape(derivative)) return Entry{{}, e};
    } catch (const ShapeError&) {
    }
  }
  // Entry by entry.
  const std::vector<Expr> i = entries_.fresh(entries_.shape(derivative));
  Expr e = at(derivative, i);
  std::vector<std::string> names;
  for (int round = 0; round < most_insertions; ++round) {
    const auto with = inserted(e, static_cast<std::uint64_t>(-1), false, names);
    if (!with) break;
    e = sums_.contracted(*with);
  }
  if (!adjoints_.derivatives(e).empty()) return std::nullopt;
  return Entry{i, e};
}

void Chain::second(Expr cost, Expr v, Expr by, std::vector<Derivation>& out) {
  const Expr gradient = arena_.make(Op::Deriv, {cost, v}), derivative = arena_.make(Op::Deriv, {gradient, by});
  if (results_.contains(derivative) || entry_results_.contains(derivative)) return;
  const auto value = explicit_result(gradient);
  if (!value) throw LimitError("the gradient is too large to be written out");
  const Shape shape = entries_.shape(derivative);
  const std::vector<Expr> i = entries_.fresh(shape);
  Derivation d;
  d.of = gradient;
  d.wrt = by;
  d.method = "chain";
  d.start = letters(at(derivative, i), i);
  Line line{d, d.start};
  // An entry of the gradient is a scalar: then the indices of the variable alone are left.
  ExprMap<Expr> renamed;
  for (std::size_t k = 0; k < value->indices.size(); ++k) {
    if (arena_.is(value->indices[k], Op::Symbol)) renamed[value->indices[k]] = i[k];
  }
  const Expr of = substitute(arena_, value->value, renamed);
  std::vector<Expr> where = i;
  if (!value->indices.empty()) where.erase(where.begin(), where.end() - std::ssize(entries_.shape(by)));
  const Expr inside = at(arena_.make(Op::Deriv, {of, by}), where);
  line.step("insert-derivative", letters(inside, i), fmt::format("As derived for {}.", print(arena_, gradient)));
  line.key();
  const Expr raw = adjoints_.one_step(inside);
  // The derivatives of the names in it come before.
  for (const Expr inner : adjoints_.derivatives(raw)) {
    const Expr name = arena_.is(inner, Op::Entry) ? arena_.child(inner, 0) : inner;
    for (Derivation& needed : run(arena_.child(name, 0), {by})) out.push_back(std::move(needed));
  }
  sums_.begin(raw);
  line.step("chain-rule", letters(raw, i),
            fmt::format("The chain rule, entry by entry: through every name that depends on `{}`.", arena_.name(by)));
  line.key();
  finish(d, line, contracted(line, raw, i), i, shape, derivative);
  out.push_back(std::move(d));
}

Derivation Chain::product(Expr cost, Expr by, const std::vector<std::pair<Expr, Expr>>& directions) {
  const Shape shape = entries_.shape(by);
  const std::vector<Expr> i = entries_.fresh(shape);
  std::vector<Expr> along, terms;
  for (const auto& [v, direction] : directions) {
    const Shape own = entries_.shape(v);
    const std::vector<Expr> j = entries_.fresh(own);
    const Expr gradient = arena_.make(Op::Deriv, {cost, v});
    along.push_back(own.empty() ? arena_.mul(gradient, direction) : arena_.call("dot", {gradient, direction}));
    // The order of the two variables does not matter: the one that is known.
    Expr second = arena_.make(Op::Deriv, {gradient, by});
    const auto front = [&](const std::vector<Expr>& indices, Expr of) {
      return is_single(arena_, entries_.shape(of)) ? std::vector<Expr>{} : indices;
    };
    std::vector<Expr> both = front(j, v);
    both.insert(both.end(), i.begin(), i.end());
    if (!results_.contains(second) && !entry_results_.contains(second)) {
      second = arena_.make(Op::Deriv, {arena_.make(Op::Deriv, {cost, by}), v});
      both = front(i, by);
      both.insert(both.end(), j.begin(), j.end());
    }
    terms.push_back(entries_.sum(j, own, arena_.mul(at(second, both), at(direction, j))));
  }
  Derivation out;
  out.of = arena_.sum(along);
  out.wrt = by;
  out.method = "chain";
  const Expr derivative = arena_.make(Op::Deriv, {out.of, by});
  out.start = letters(at(derivative, i), i);
  Line line{out, out.start};
  const Expr raw = arena_.sum(terms);
  sums_.begin(raw);
  line.step("hessian-vector-product", letters(raw, i), "The second derivatives times the direction.");
  line.key();
  std::vector<std::string> names;
  const Expr known = inserted(raw, static_cast<std::uint64_t>(-1), false, names).value_or(raw);
  line.step("insert-derivative", letters(known, i), fmt::format("As derived for {}.", fmt::join(names, ", ")));
  const Expr inside = sums_.inside_sums(sums_.contracted(known));
  line.step("one-sum", letters(inside, i), "What a sum is multiplied with is a factor of each of its terms.");
  finish(out, line, inside, i, shape, derivative);
  return out;
}

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/matrix_form.h"

#include <algorithm>

#include "gradus/expr/size.h"
#include "gradus/expr/slice.h"
#include "gradus/expr/tensor_function.h"
#include "tensor/readable.h"

namespace gradus::tensor {
namespace {

constexpr int most_steps_of_notation = 3'000;  // parts that are put into the notation of matrices, for one result

// A vector has scaled rows or columns: what is summed is the product with it, a vector, not a column.
bool has_diagonal(const Arena& arena, Expr e) {
  const auto nodes = reachable(arena, e);
  return std::ranges::any_of(nodes, [&](Expr n) { return arena.is(n, Op::Call) && arena.name(n) == "diag"; });
}

}  // namespace

std::ptrdiff_t transposes(const Arena& arena, Expr e) {
  const auto nodes = reachable(arena, e);
  return std::ranges::count_if(nodes, [&](Expr n) { return arena.is(n, Op::Transpose); });
}

std::optional<Expr> MatrixForms::of(Expr e, const std::vector<Expr>& indices, const Shape& shape) {
  for (const bool slices : {false, true}) {
    with_slices_ = slices;
    if (const auto found = compared_form(e, indices, shape))
      return readable(arena_, model_, with_parts_inside(*found), {});
  }
  return std::nullopt;
}

// X[:, 1..d].T rather than X.T[1..d].
Expr MatrixForms::with_parts_inside(Expr e) {
  return map_bottom_up(arena_, e, [](Arena& a, Expr node) {
    const auto part = taken_part(a, node);
    if (!part || !a.is(part->of, Op::Transpose)) return node;
    const Expr of = a.child(part->of, 0), rows = a.child(node, part->columns ? 1 : 0);
    const Expr inside = part->columns ? a.make(Op::MatMul, {a.child(rows, 0), of})
                                      : a.make(Op::MatMul, {of, a.make(Op::Transpose, {rows})});
    return a.make(Op::Transpose, {inside});
  });
}

std::optional<Expr> MatrixForms::compared_form(Expr e, const std::vector<Expr>& indices, const Shape& shape) {
  steps_ = 0;
  std::optional<Expr> found;
  try {
    found = form(e, indices, shape);
    if (!found) return std::nullopt;
    const Shape& own = entries_.shape(*found);
    if (!own.empty() && own.size() != shape.size()) return std::nullopt;
    const Expr again = entries_.at(*found, own.empty() ? std::vector<Expr>{} : indices);
    if (sums_.settled(sums_.terms(again)) != sums_.settled(sums_.terms(e))) return std::nullopt;
  } catch (const ShapeError&) {
    return std::nullopt;
  } catch (const LimitError&) {  // it could not be compared
    return std::nullopt;
  }
  return found;
}

std::optional<Expr> MatrixForms::form(Expr e, const std::vector<Expr>& indices, const Shape& shape) {
  if (++steps_ > most_steps_of_notation) return std::nullopt;
  switch (arena_.op(e)) {
    case Op::Number:
    case Op::Constant:
    case Op::Symbol:
    case Op::Deriv:
      return e;
    case Op::Entry:
      return entry(e, indices);
    case Op::Sum:
      return sum(e, indices, shape);
    case Op::Max:
    case Op::Min:
      return greatest(e, indices, shape);
    default:
      break;
  }
  if (tensor_call(arena_, e) != nullptr) return e;
  if (has_delta(e, indices)) return with_diagonal(e, indices, shape);
  if (is_delta(arena_, e)) return std::nullopt;
  if (arena_.is(e, Op::Mul)) e = arena_.product(flat_factors(arena_, e));
  std::vector<Expr> children;
  for (const Expr c : arena_.children_copy(e)) {
    const auto child = form(c, indices, shape);
    if (!child) return arena_.is(e, Op::Mul) ? scaled(e, indices, shape) : std::nullopt;
    children.push_back(*child);
  }
  if (arena_.is(e, Op::Mul) && indices.size() == 2) return product(children);
  return arena_.rebuild(e, children);
}

// A column times a row, entry by entry, is their product as matrices.
Expr MatrixForms::product(const std::vector<Expr>& factors) {
  std::vector<Expr> columns, rows, others;
  for (const Expr f : factors) {
    const Shape shape = entries_.shape(f);
    const bool thin = shape.size() == 2 && arena_.is_number(shape[1], 1) && !arena_.is_number(shape[0], 1);
    const bool flat = shape.size() == 2 && arena_.is_number(shape[0], 1) && !arena_.is_number(shape[1], 1);
    (thin ? columns : flat ? rows : others).push_back(f);
  }
  if (columns.empty() || rows.empty()) return arena_.product(factors);
  others.push_back(arena_.make(Op::MatMul, {arena_.product(columns), arena_.product(rows)}));
  return arena_.product(others);
}

std::optional<Expr> MatrixForms::entry(Expr e, const std::vector<Expr>& indices) {
  const Expr tensor = arena_.child(e, 0);
  std::vector<Expr> at = arena_.children_copy(e);
  at.erase(at.begin());
  const auto fits = [&](const std::vector<Expr>& where) {
    if (where.size() != indices.size()) return false;
    for (std::size_t k = 0; k < where.size(); ++k) {
      if (where[k] != indices[k] && is_index(arena_, where[k])) return false;
    }
    return true;
  };
  if (std::ranges::any_of(at, [&](Expr i) { return arena_.is_number(i) && !arena_.is_number(i, 1); }))
    return slice(e, indices);
  if (fits(at)) return tensor;
  if (indices.size() == 1 && at.size() == 2 && at[0] == indices[0] && at[1] == indices[0])
    return arena_.call("diag", {tensor});
  std::ranges::reverse(at);
  if (at.size() == 2 && fits(at)) return arena_.make(Op::Transpose, {tensor});
  return slice(e, indices);
}

// X[1, :] for X[1, i]: what has each index once and in order, and others beside.
std::optional<Expr> MatrixForms::slice(Expr e, const std::vector<Expr>& indices) {
  if (!with_slices_) return std::nullopt;
  const Shape shape = entries_.shape(arena_.child(e, 0));
  std::vector<Expr> parts = arena_.children_copy(e);
  const std::vector<Expr> names = slice_indices(arena_, parts[0], indices.size());
  std::vector<Expr> dimensions;
  for (std::size_t k = 1; k < parts.size(); ++k) {
    if (!is_index(arena_, parts[k]) || std::ranges::find(indices, parts[k]) == indices.end()) continue;
    if (dimensions.size() == names.size() || parts[k] != indices[dimensions.size()]) return std::nullopt;
    parts[k] = names[dimensions.size()];
    dimensions.push_back(shape[k - 1]);
  }
  if (dimensions.size() != indices.size() || dimensions.empty()) return std::nullopt;
  return gradus::table(arena_, names, dimensions, arena_.make(Op::Entry, parts));
}

// sum[j](X[:, j]) for the vector of the sums of X[i, j].
std::optional<Expr> MatrixForms::sum_of_vectors(const Bound& bound, Expr body, const std::vector<Expr>& indices,
                                                const Shape& shape) {
  if (!with_slices_ || indices.size() != 1 || bound.size() != 1) return std::nullopt;
  const auto vector = form(body, indices, shape);
  if (!vector || entries_.shape(*vector) != shape) return std::nullopt;
  const std::vector<Expr> names = slice_indices(arena_, *vector, 1);
  const Expr entry = arena_.make(Op::Entry, {*vector, names[0]});
  return gradus::table(arena_, names, shape, arena_.make(Op::Sum, {bound[0].first, bound[0].second, entry}));
}

std::optional<Expr> MatrixForms::sum(Expr e, const std::vector<Expr>& indices, const Shape& shape) {
  const SumForms::Opened opened = sums_.open(e);
  ExprMap<Expr> renamed;
  Bound bound;
  for (const auto& [index, dimension] : opened.bound) {
    bound.emplace_back(entries_.fresh(), dimension);
    renamed[index] = bound.back().first;
  }
  const Expr body = substitute(arena_, opened.body, renamed);
  const bool outside =
      std::ranges::any_of(indices, [&](Expr i) { return is_index(arena_, i) && contains(arena_, body, i); });
  if (!outside) {
    const auto found = total(bound, body);
    if (!found || shape.size() != 2) return found;
    // As a matrix of one entry, where that is what is asked for.
    const Expr of = arena_.child(*found, 0);
    const Shape inside = entries_.shape(of);
    for (std::size_t k = 0; k < 2 && is_single(arena_, shape) && inside.size() == 2; ++k) {
      if (arena_.is_number(inside[1 - k], 1)) return arena_.call("sum", {of, arena_.number(static_cast<long>(k))});
    }
    return found;
  }
  const std::vector<Expr> factors = flat_factors(arena_, body);
  // The order of summation with the fewest products of two matrices, then that which transposes less.
  std::optional<Expr> best;
  std::pair<std::ptrdiff_t, std::ptrdiff_t> least;
  for (std::size_t k = 0; k < bound.size(); ++k) {
    const auto found = contracted(bound, k, factors, indices, shape);
    if (!found) continue;
    const std::pair effort{matrix_products(*found), transposes(arena_, *found)};
    if (best && !(effort < least)) continue;
    best = found;
    least = effort;
  }
  return best ? best : sum_of_vectors(bound, body, indices, shape);
}

// How many products of two matrices there are in it.
std::ptrdiff_t MatrixForms::matrix_products(Expr e) {
  const auto is_thin = [&](Expr operand) {
    const Shape& shape = entries_.shape(operand);
    return shape.size() < 2 || arena_.is_number(shape[0], 1) || arena_.is_number(shape[1], 1);
  };
  std::ptrdiff_t out = 0;
  try {
    for (const Expr n : reachable(arena_, e)) {
      if (arena_.is(n, Op::MatMul) && !is_thin(arena_.child(n, 0)) && !is_thin(arena_.child(n, 1))) ++out;
    }
  } catch (const ShapeError&) {  // it is no form at all
  }
  return out;
}

// A number: the sum of all entries of a tensor.
std::optional<Expr> MatrixForms::total(const Bound& bound, Expr body) {
  const auto tensor = of_all(bound, body);
  if (!tensor) return std::nullopt;
  const bool of_matrix = arena_.is(*tensor, Op::Call) && arena_.name(*tensor) == "diag";
  return of_matrix ? arena_.call("trace", {arena_.child(*tensor, 0)}) : arena_.call("sum", {*tensor});
}

// The tensor of what stands for each index.
std::optional<Expr> MatrixForms::of_all(const Bound& bound, Expr body) {
  const auto attempt = [&](const std::vector<Expr>& indices, const Shape& shape) -> std::optional<Expr> {
    const auto tensor = form(body, indices, shape);
    if (!tensor) return std::nullopt;
    try {
      if (entries_.shape(*tensor) != shape) return std::nullopt;
    } catch (const ShapeError&) {
      return std::nullopt;
    }
    return tensor;
  };
  const Expr one = arena_.number(1);
  if (bound.size() == 1) {
    const auto [i, d] = bound[0];
    for (const auto& [indices, shape] :
         {std::pair(std::vector{i}, Shape{d}), std::pair(std::vector{one, i}, Shape{one, d}),
          std::pair(std::vector{i, one}, Shape{d, one})}) {
      if (const auto found = attempt(indices, shape)) return found;
    }
  }
  if (bound.size() == 2) {
    // The sum is the same over rows first and over columns first: the one that transposes less.
    std::optional<Expr> best;
    for (const bool turned : {false, true}) {
      const auto& [i, d] = bound[turned ? 1 : 0];
      const auto& [j, f] = bound[turned ? 0 : 1];
      const auto found = attempt({i, j}, {d, f});
      if (found && (!best || transposes(arena_, *found) < transposes(arena_, *best))) best = found;
    }
    return best;
  }
  return std::nullopt;
}

// The sum over index `k` as a matrix product, or along an axis; sums over the others stand inside.
std::optional<Expr> MatrixForms::contracted(const Bound& bound, std::size_t k, const std::vector<Expr>& factors,
                                            const std::vector<Expr>& indices, const Shape& shape) {
  if (indices.empty() || indices.size() > 2) return std::nullopt;
  const auto [index, dimension] = bound[k];
  const Expr row = indices[0];
  const bool matrix = indices.size() == 2;
  const auto has = [&](Expr e, Expr i) { return is_index(arena_, i) && contains(arena_, e, i); };
  // Factors that share another bound index stay together.
  struct Group {
    std::vector<Expr> factors;
    Bound bound;
  };
  std::vector<Group> groups;
  std::vector<bool> taken(factors.size());
  for (std::size_t f = 0; f < factors.size(); ++f) {
    if (taken[f]) continue;
    Group g{{factors[f]}, {}};
    taken[f] = true;
    for (bool grown = true; grown;) {
      grown = false;
      for (std::size_t b = 0; b < bound.size(); ++b) {
        if (b == k || std::ranges::find(g.bound, bound[b]) != g.bound.end()) continue;
        if (std::ranges::none_of(g.factors, [&](Expr e) { return has(e, bound[b].first); })) continue;
        g.bound.push_back(bound[b]);
        grown = true;
        for (std::size_t other = 0; other < factors.size(); ++other) {
          if (taken[other] || !has(factors[other], bound[b].first)) continue;
          taken[other] = true;
          g.factors.push_back(factors[other]);
        }
      }
    }
    groups.push_back(std::move(g));
  }
  std::vector<Expr> left, right, inner;
  for (const Group& g : groups) {
    Expr e = arena_.product(g.factors);
    const bool of_row = has(e, row), of_column = matrix && has(e, indices[1]);
    if (of_row && of_column) return std::nullopt;
    for (const auto& [i, d] : g.bound) e = arena_.make(Op::Sum, {i, d, e});
    if (!g.bound.empty()) e = sums_.normal(e);
    (of_row ? left : of_column ? right : inner).push_back(e);
  }
  const Expr one = arena_.number(1);
  const auto as = [&](const std::vector<Expr>& parts, const std::vector<Expr>& where, const Shape& dims) {
    return form(arena_.product(parts), where, dims);
  };
  const auto times = [&](const std::optional<Expr>& a, const std::optional<Expr>& b) -> std::optional<Expr> {
    if (!a || !b) return std::nullopt;
    return arena_.make(Op::MatMul, {*a, *b});
  };
  if (!matrix) {
    if (left.empty()) return std::nullopt;
    if (inner.empty()) return std::nullopt;
    return times(as(left, {row, index}, {shape[0], dimension}), as(inner, {index}, {dimension}));
  }
  const Expr column = indices[1];
  if (!left.empty() && !right.empty()) {
    // What stands between them goes to the side where less is transposed.
    std::optional<Expr> best;
    for (const bool to_right : {false, true}) {
      std::vector<Expr> first = left, second = right;
      (to_right ? second : first).insert(to_right ? second.begin() : first.end(), inner.begin(), inner.end());
      const auto found =
          times(as(first, {row, index}, {shape[0], dimension}), as(second, {index, column}, {dimension, shape[1]}));
      if (found && (!best || transposes(arena_, *found) < transposes(arena_, *best))) best = found;
      if (inner.empty() || (best && transposes(arena_, *best) == 0)) break;
    }
    return best;
  }
  if (!left.empty()) {
    if (!inner.empty()) {
      if (const auto found =
              times(as(left, {row, index}, {shape[0], dimension}), as(inner, {index, one}, {dimension, one})))
        return found;
    }
    left.insert(left.end(), inner.begin(), inner.end());
    const auto summed = as(left, {row, index}, {shape[0], dimension});
    return summed && !has_diagonal(arena_, *summed) ? std::optional(arena_.call("sum", {*summed, one})) : std::nullopt;
  }
  if (right.empty()) return std::nullopt;
  if (!inner.empty()) {
    if (const auto found =
            times(as(inner, {one, index}, {one, dimension}), as(right, {index, column}, {dimension, shape[1]})))
      return found;
  }
  right.insert(right.end(), inner.begin(), inner.end());
  const auto summed = as(right, {index, column}, {dimension, shape[1]});
  return summed && !has_diagonal(arena_, *summed) ? std::optional(arena_.call("sum", {*summed, arena_.number(0)}))
                                                  : std::nullopt;
}

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// Matrices with a diagonal: a delta of the two indices, and rows or columns that are scaled.
#include <algorithm>

#include "tensor/matrix_form.h"

namespace gradus::tensor {
namespace {

bool is_delta_of(const Arena& arena, Expr e, const std::vector<Expr>& indices) {
  if (!is_delta(arena, e)) return false;
  const Expr i = arena.child(e, 0), j = arena.child(e, 1);
  return (i == indices[0] && j == indices[1]) || (i == indices[1] && j == indices[0]);
}

// Whether the delta of two indices stands in it.
bool has_delta(const Arena& arena, Expr e, const std::vector<Expr>& indices) {
  if (indices.size() != 2 || !is_index(arena, indices[0]) || !is_index(arena, indices[1])) return false;
  const auto nodes = reachable(arena, e);
  return std::ranges::any_of(nodes, [&](Expr n) { return is_delta_of(arena, n, indices); });
}

// The product of a matrix and a product of matrices, from left to right.
Expr before(Arena& arena, Expr first, Expr product) {
  std::vector<Expr> rest;
  for (; arena.is(product, Op::MatMul); product = arena.child(product, 0)) rest.push_back(arena.child(product, 1));
  Expr out = arena.make(Op::MatMul, {first, product});
  for (std::size_t k = rest.size(); k-- > 0;) out = arena.make(Op::MatMul, {out, rest[k]});
  return out;
}

// `factor` times the delta of two indices, plus `rest`; what is not there is 0.
struct Split {
  std::optional<Expr> factor, rest;
};

// Nothing where the delta stands in a function, a sum, or in two factors.
std::optional<Split> split(Arena& arena, Expr e, const std::vector<Expr>& indices) {
  if (is_delta_of(arena, e, indices)) return Split{arena.number(1), std::nullopt};
  if (!has_delta(arena, e, indices)) return Split{std::nullopt, e};
  if (arena.is(e, Op::Add)) {
    std::vector<Expr> factors, rests;
    for (const Expr c : arena.children_copy(e)) {
      const auto part = split(arena, c, indices);
      if (!part) return std::nullopt;
      if (part->factor) factors.push_back(*part->factor);
      if (part->rest) rests.push_back(*part->rest);
    }
    Split out;
    if (!factors.empty()) out.factor = arena.sum(factors);
    if (!rests.empty()) out.rest = arena.sum(rests);
    return out;
  }
  if (!arena.is(e, Op::Mul)) return std::nullopt;
  const std::vector<Expr> factors = arena.children_copy(e);
  const auto with = [&](Expr f) { return has_delta(arena, f, indices); };
  if (std::ranges::count_if(factors, with) != 1) return std::nullopt;
  const auto at = std::ranges::find_if(factors, with) - factors.begin();
  const auto part = split(arena, factors[static_cast<std::size_t>(at)], indices);
  if (!part) return std::nullopt;
  const auto times = [&](std::optional<Expr> f) -> std::optional<Expr> {
    if (!f) return std::nullopt;
    std::vector<Expr> all = factors;
    if (arena.is_number(*f, 1))
      all.erase(all.begin() + at);
    else
      all[static_cast<std::size_t>(at)] = *f;
    return arena.product(all);
  };
  return Split{times(part->factor), times(part->rest)};
}

}  // namespace

bool MatrixForms::has_delta(Expr e, const std::vector<Expr>& indices) const {
  return tensor::has_delta(arena_, e, indices);
}

// With delta(i, j) of the two indices in it: a matrix that is 0 off its diagonal, and the rest.
std::optional<Expr> MatrixForms::with_diagonal(Expr e, const std::vector<Expr>& indices, const Shape& shape) {
  const auto parts = split(arena_, e, indices);
  if (!parts) return std::nullopt;
  std::optional<Expr> out;
  if (parts->factor) {
    out = diagonal(substitute(arena_, *parts->factor, {{indices[1], indices[0]}}), indices, shape);
    if (!out) return std::nullopt;
  }
  if (!parts->rest) return out;
  const auto rest = form(*parts->rest, indices, shape);
  if (!rest) return std::nullopt;
  return out ? arena_.add(*out, *rest) : *rest;
}

// The matrix whose entries on the diagonal are `e`, in which the first index alone stands.
std::optional<Expr> MatrixForms::diagonal(Expr e, const std::vector<Expr>& indices, const Shape& shape) {
  std::vector<Expr> own, others;  // factors with the index, and without it
  for (const Expr f : flat_factors(arena_, e)) (contains(arena_, f, indices[0]) ? own : others).push_back(f);
  std::vector<Expr> factors;
  for (const Expr f : others) {
    const auto number = form(f, indices, shape);
    if (!number) return std::nullopt;
    factors.push_back(*number);
  }
  if (own.empty()) {
    factors.push_back(arena_.call("eye", {shape[0]}));
  } else if (const auto vector = form(arena_.product(own), {indices[0]}, {shape[0]})) {
    factors.push_back(arena_.call("diag", {*vector}));
  } else {
    // A column, or a row: they scale the same entries.
    auto thin = form(arena_.product(own), indices, shape);
    const auto row = form(substitute(arena_, arena_.product(own), {{indices[0], indices[1]}}), indices, shape);
    if (row && (!thin || transposes(arena_, *row) < transposes(arena_, *thin))) thin = row;
    if (!thin) return std::nullopt;
    factors.push_back(arena_.call("eye", {shape[0]}));
    factors.push_back(*thin);
  }
  std::erase_if(factors, [&](Expr f) { return arena_.is_number(f, 1); });
  return arena_.product(factors);
}

// What has one index times what has the other: an outer product. With factors that have both these scale rows and
// columns.
std::optional<Expr> MatrixForms::scaled(Expr e, const std::vector<Expr>& indices, const Shape& shape) {
  if (indices.size() != 2 || !is_index(arena_, indices[0]) || !is_index(arena_, indices[1])) return std::nullopt;
  std::vector<Expr> left, right, both, others;
  for (const Expr c : arena_.children_copy(e)) {
    const bool of_row = contains(arena_, c, indices[0]), of_column = contains(arena_, c, indices[1]);
    (of_row && of_column ? both : of_row ? left : of_column ? right : others).push_back(c);
  }
  if (both.empty() && (left.empty() || right.empty())) return std::nullopt;
  if (!both.empty() && left.empty() && right.empty()) return std::nullopt;  // it was tried
  std::optional<Expr> a, b, matrix;
  if (!left.empty() && !(a = form(arena_.product(left), {indices[0]}, {shape[0]}))) return std::nullopt;
  if (!right.empty() && !(b = form(arena_.product(right), {indices[1]}, {shape[1]}))) return std::nullopt;
  if (!both.empty() && !(matrix = form(arena_.product(both), indices, shape))) return std::nullopt;
  std::vector<Expr> factors;
  for (const Expr c : others) {
    const auto other = form(c, indices, shape);
    if (!other) return std::nullopt;
    factors.push_back(*other);
  }
  if (!matrix) {
    factors.push_back(arena_.call("outer", {*a, *b}));
    return arena_.product(factors);
  }
  if (a) matrix = before(arena_, arena_.call("diag", {*a}), *matrix);
  if (b) matrix = arena_.make(Op::MatMul, {*matrix, arena_.call("diag", {*b})});
  factors.push_back(*matrix);
  return arena_.product(factors);
}

}  // namespace gradus::tensor

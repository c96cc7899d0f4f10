// SPDX-License-Identifier: GPL-2.0-or-later
// Results by what is assumed: a sum that is known, a matrix that is symmetric.
#include <fmt/format.h>

#include <algorithm>

#include "gradus/expr/tensor_function.h"
#include "tensor/readable.h"
#include "tensor/simplify.h"

namespace gradus::tensor {
namespace {

constexpr int most_unfolded_of_matrix = 3;  // names of definitions, one in another

}  // namespace

// The number that a sum is, if that of what its names are defined by is assumed: sum(q) for q = (1 - c)*y + c/k is 1
// where sum(y) is.
std::optional<Expr> Simplifier::assumed_sum(Expr sum) {
  if (!arena_.is(sum, Op::Call) || arena_.name(sum) != "sum" || model_.assumptions.empty()) return std::nullopt;
  const Expr of = arena_.child(sum, 0);
  ExprMap<Expr> meanings, known;
  for (const Expr s : symbols(arena_, of)) {
    const Definition* d = model_.definition(arena_.name(s));
    if (d != nullptr && acts_by_entries(arena_, d->value)) meanings[s] = d->value;
  }
  if (meanings.empty()) return std::nullopt;
  for (const Assumption& a : model_.assumptions) {
    if (arena_.is(a.condition, Op::Eq)) known[arena_.child(a.condition, 0)] = arena_.child(a.condition, 1);
  }
  // How many entries are summed.
  std::vector<Expr> sizes;
  const Shape shape = entries_.shape(of);
  for (std::size_t k = 0; k < shape.size(); ++k) {
    if (!has_axis(arena_, sum) || arena_.is_number(arena_.child(sum, 1), static_cast<long>(k)))
      sizes.push_back(shape[k]);
  }
  const Expr meaning = substitute(arena_, of, meanings);
  std::vector<Expr> terms;
  for (const Expr term : arena_.is(meaning, Op::Add) ? arena_.children_copy(meaning) : std::vector{meaning}) {
    std::vector<Expr> numbers, rest;
    for (const Expr f : flat_factors(arena_, term)) (entries_.shape(f).empty() ? numbers : rest).push_back(f);
    if (rest.empty()) {
      numbers.insert(numbers.end(), sizes.begin(), sizes.end());
    } else {
      std::vector<Expr> parts = arena_.children_copy(sum);
      parts[0] = arena_.product(rest);
      if (entries_.shape(parts[0]) != shape) return std::nullopt;  // it is stretched, and so added more than once
      const auto it = known.find(arena_.rebuild(sum, parts));
      if (it == known.end()) return std::nullopt;
      numbers.push_back(it->second);
    }
    terms.push_back(arena_.product(numbers));
  }
  Trace t(session_, arena_.sum(terms));
  t.simplify();
  return arena_.is_number(t.line) ? std::optional(t.line) : std::nullopt;
}

// Whether a matrix equals its transpose for all values of what is in it, or by what is assumed.
bool Simplifier::is_symmetric(Expr matrix) {
  for (int k = 0; k < most_unfolded_of_matrix; ++k) {
    ExprMap<Expr> meanings;
    for (const Expr s : symbols(arena_, matrix)) {
      if (const Definition* d = model_.definition(arena_.name(s))) meanings[s] = d->value;
    }
    const Expr meaning = substitute(arena_, matrix, meanings);
    if (meaning == matrix) break;
    matrix = meaning;
  }
  SumForms sums(arena_, entries_);
  std::vector<Expr> names;
  for (const Assumption& a : model_.assumptions) {
    if (const auto name = symmetric(arena_, a.condition)) names.push_back(*name);
  }
  sums.set_symmetric(std::move(names));
  try {
    return sums.is_symmetric(matrix);
  } catch (const LimitError&) {
  } catch (const Error&) {
  }
  return false;
}

// inv(S).T is inv(S) for a symmetric S.
Expr Simplifier::with_symmetric_inverses(Line& line, Expr matrix) {
  const Expr before = matrix;
  for (const Expr node : reachable(arena_, matrix)) {
    if (!arena_.is(node, Op::Transpose)) continue;
    const Expr inverse = arena_.child(node, 0);
    if (!arena_.is(inverse, Op::Call) || arena_.name(inverse) != "inv") continue;
    const Expr of = arena_.child(inverse, 0);
    if (!is_symmetric(of)) continue;
    matrix = substitute(arena_, matrix, {{node, inverse}});
    line.step("symmetric-inverse", matrix, fmt::format("`{}` is symmetric, and so is its inverse.", print(arena_, of)));
  }
  if (matrix == before) return matrix;
  // Sums that differed in their transposes alone may now be equal but for the names of their indices.
  matrix = readable(arena_, model_, with_common_sums(arena_, matrix), {});
  line.step("rename-index", matrix, "The name of an index that is summed over does not matter.");
  return matrix;
}

// sum(Y, axis=0) as sum(Y.T, axis=1), which is a column; anything else as it is.
Expr Simplifier::turned_sum(Expr e) {
  if (!arena_.is(e, Op::Call) || arena_.name(e) != "sum" || !has_axis(arena_, e)) return e;
  const auto other = turned(arena_.child(e, 0));
  if (!other) return e;
  return arena_.call("sum", {*other, arena_.number(arena_.is_number(arena_.child(e, 1), 0) ? 1 : 0)});
}

// A @ c for a column c, each of whose entries is a number, as this times sum(A, axis=1), and so for a row.
Expr Simplifier::without_ones(Expr matrix, Expr form, Expr number) {
  if (arena_.count(number) != 0 || !arena_.is_number(number)) return matrix;
  return map_bottom_up(arena_, matrix, [&](Arena&, Expr node) {
    if (!arena_.is(node, Op::MatMul)) return node;
    const Expr a = arena_.child(node, 0), b = arena_.child(node, 1);
    const auto is_thin = [&](std::size_t k) {
      const Shape& shape = entries_.shape(form);
      return shape.size() == 2 && arena_.is_number(shape[k], 1);
    };
    std::vector<Expr> sum;
    if (b == form && is_thin(1) && entries_.shape(a).size() == 2) sum = {a, arena_.number(1)};
    if (a == form && is_thin(0) && entries_.shape(b).size() == 2) sum = {b, arena_.number(0)};
    return sum.empty() ? node : arena_.product(std::vector{number, arena_.call("sum", sum)});
  });
}

Expr Simplifier::with_assumptions(Line& line, Expr matrix, const Shape& shape) {
  if (!keeps_transposes_) matrix = with_symmetric_inverses(line, matrix);
  for (const Expr node : reachable(arena_, matrix)) {
    const auto known = assumed_sum(node);
    if (!known) continue;
    const Expr with = substitute(arena_, matrix, {{node, *known}});
    if (!fits(with, shape)) continue;
    matrix = with;
    line.step("use-assumption", matrix,
              fmt::format("By what is assumed {} is {}.", print(arena_, node), print(arena_, *known)));
  }
  for (const Assumption& a : model_.assumptions) {
    if (!arena_.is(a.condition, Op::Eq) || (keeps_transposes_ && symmetric(arena_, a.condition))) continue;
    Expr from = arena_.child(a.condition, 0), to = arena_.child(a.condition, 1);
    if (contains(arena_, to, from)) std::swap(from, to);  // A = A.T
    if (!contains(arena_, matrix, from)) from = with_names_of_tensors(from);
    for (const Expr form : {from, turned_sum(from)}) {
      if (!contains(arena_, matrix, form)) continue;
      const Expr with = substitute(arena_, without_ones(matrix, form, to), {{form, to}});
      if (!fits(with, shape)) continue;  // a number is no operand of `@`
      matrix = with;
      line.step("use-assumption", matrix, fmt::format("It is assumed that {}.", print(arena_, a.condition)));
    }
  }
  return matrix;
}

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/inverse.h"

#include "gradus/expr/slice.h"
#include "gradus/expr/tensor_function.h"

namespace gradus::tensor {
namespace {

constexpr std::size_t most_rows = 3;

using Square = std::vector<std::vector<Expr>>;

Square without(const Square& m, std::size_t row, std::size_t column) {
  Square out = m;
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(row));
  for (auto& r : out) r.erase(r.begin() + static_cast<std::ptrdiff_t>(column));
  return out;
}

// Along the first row.
Expr expanded(Arena& arena, const Square& m) {
  if (m.empty()) return arena.number(1);
  if (m.size() == 1) return m[0][0];
  std::vector<Expr> terms;
  for (std::size_t k = 0; k < m.size(); ++k) {
    const Expr term = arena.mul(m[0][k], expanded(arena, without(m, 0, k)));
    terms.push_back(k % 2 == 0 ? term : arena.negate(term));
  }
  return arena.sum(terms);
}

}  // namespace

bool needs_inverse(const Arena& arena, Expr e) {
  return tensor_call(arena, e) != nullptr && (arena.name(e) == "inv" || arena.name(e) == "logdet");
}

Expr table_of_entries(Arena& arena, Entries& entries, Expr matrix) {
  const Shape shape = entries.shape(matrix);
  const std::vector<Expr> i = entries.fresh(shape);
  return gradus::table(arena, i, shape, entries.at(matrix, i));
}

Expr determinant(Arena& arena, const Square& matrix) {
  if (matrix.size() > most_rows) throw LimitError("a determinant of more than 3 rows");
  return expanded(arena, matrix);
}

Expr inverse_entry(Arena& arena, const Square& matrix, std::size_t row, std::size_t column) {
  const Expr cofactor = expanded(arena, without(matrix, column, row));
  return arena.div((row + column) % 2 == 0 ? cofactor : arena.negate(cofactor), determinant(arena, matrix));
}

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/whole.h"

#include <algorithm>

#include "gradus/expr/slice.h"
#include "tensor/matrix_form.h"
#include "tensor/softmax.h"

namespace gradus::tensor {
namespace {

bool has_indices(const Arena& arena, Expr e) {
  const auto nodes = reachable(arena, e);
  return std::ranges::any_of(nodes, [&](Expr n) { return binds_index(arena.op(n)); });
}

std::optional<Expr> whole(Arena& arena, const Model& model, Entries& entries, SumForms& sums, const Definition& d) {
  const Shape shape = entries.shape(d.symbol);
  const std::vector<Expr> i = entries.fresh(shape);
  try {
    const Expr entry = entries.at(d.value, i);
    sums.begin(entry);
    const auto form = MatrixForms(arena, model, entries, sums).of(sums.contracted(entry), i, shape);
    if (!form || has_slices(arena, *form)) return std::nullopt;
    const Expr known = with_softmax(arena, *form);
    if (entries.shape(known) == shape) return known;
  } catch (const LimitError&) {
  } catch (const ShapeError&) {
  } catch (const Error&) {
  }
  return std::nullopt;
}

}  // namespace

Model with_whole_tensors(Arena& arena, Model model) {
  Entries entries(arena, model);
  SumForms sums(arena, entries);
  for (Definition& d : model.definitions) {
    if (!has_indices(arena, d.value)) continue;
    if (const auto value = whole(arena, model, entries, sums, d)) d.value = *value;
  }
  return model;
}

}  // namespace gradus::tensor

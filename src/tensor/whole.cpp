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

// What is assumed of entries, of whole tensors: sum[c](Y[c, i]) = 1 as sum(Y, axis=0) = 1, which is a row.
std::vector<Assumption> whole(Arena& arena, const Model& model, Entries& entries, SumForms& sums, const Assumption& a) {
  const Shape shape = entries.shape(a.condition);
  const std::vector<Expr> i = entries.fresh(shape);
  const Expr condition = entries.at(a.condition, i);
  if (!arena.is(condition, Op::Eq) || arena.count(arena.child(condition, 1)) != 0) return {};
  std::vector<std::pair<std::vector<Expr>, Shape>> forms{{i, shape}};
  if (const Expr one = arena.number(1); shape.size() == 1) forms.push_back({{one, i[0]}, {one, shape[0]}});
  std::vector<Assumption> out;
  for (const auto& [indices, form] : forms) {
    try {
      const Expr entry = arena.child(condition, 0);
      sums.begin(entry);
      const auto left = MatrixForms(arena, model, entries, sums).of(sums.contracted(entry), indices, form);
      if (!left || has_slices(arena, *left) || entries.shape(*left) != form) continue;
      const Expr whole = arena.make(Op::Eq, {*left, arena.child(condition, 1)});
      const bool known = std::ranges::any_of(out, [&](const Assumption& o) { return o.condition == whole; });
      if (!known) out.push_back({whole, a.place});
    } catch (const LimitError&) {
    } catch (const ShapeError&) {
    } catch (const Error&) {
    }
  }
  return out;
}

}  // namespace

Model with_whole_tensors(Arena& arena, Model model) {
  Entries entries(arena, model);
  SumForms sums(arena, entries);
  for (Definition& d : model.definitions) {
    if (!has_indices(arena, d.value)) continue;
    if (const auto value = whole(arena, model, entries, sums, d)) d.value = *value;
  }
  std::vector<Assumption> assumptions;
  for (const Assumption& a : model.assumptions) {
    assumptions.push_back(a);
    if (!has_indices(arena, a.condition)) continue;
    const std::vector<Assumption> known = whole(arena, model, entries, sums, a);
    assumptions.insert(assumptions.end(), known.begin(), known.end());
  }
  model.assumptions = std::move(assumptions);
  return model;
}

}  // namespace gradus::tensor

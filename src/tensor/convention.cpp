// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/tensor/convention.h"

#include "gradus/diag/source.h"
#include "tensor/per_example.h"

namespace gradus {

std::string why_not_per_example(Engine& engine, const Model& model, Expr over, Expr cost) {
  Model asked = model;
  asked.per_example = PerExample{over, cost, {}};
  tensor::Entries entries(engine.arena, asked);
  tensor::SumForms sums(engine.arena, entries);
  try {
    tensor::require_per_example(engine.arena, asked, entries, sums);
  } catch (const Error& e) {
    return e.message;
  } catch (const LimitError& e) {
    return e.what();
  }
  return {};
}

}  // namespace gradus

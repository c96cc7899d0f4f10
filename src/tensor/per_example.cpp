// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/per_example.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "gradus/diag/source.h"

namespace gradus::tensor {
namespace {

class Convention {
 public:
  Convention(Arena& arena, const Model& model, Entries& entries, SumForms& sums)
      : arena_(arena), model_(model), entries_(entries), sums_(sums), over_(model.per_example->over) {
    for (const auto& [name, shape] : model.shapes) {
      if (std::ranges::find(shape, over_) != shape.end()) of_examples_.insert(arena.symbol(name));
    }
    depends_ = of_examples_;
    for (const Definition& d : model.definitions) {
      if (uses_examples(d.value)) depends_.insert(d.symbol);
    }
  }

  void require() {
    const Definition& cost = *model_.definition(arena_.name(cost_symbol()));
    if (!is_single(arena_, entries_.shape(cost.symbol))) fail(fmt::format("`{}` is not a scalar", cost.name));
    Terms mean;
    for (const auto& [powers, c] : sums_.terms(
             entries_.at(cost.value, std::vector<Expr>(entries_.shape(cost.symbol).size(), arena_.number(1))))) {
      if (std::ranges::any_of(powers, [&](const auto& f) { return uses_examples(f.first); })) mean[powers] = c;
    }
    for (const Definition& d : model_.definitions) {
      if (!of_examples_.contains(d.symbol) || d.symbol == cost.symbol) continue;
      const Shape shape = entries_.shape(d.symbol);
      const std::vector<Expr> all = entries_.fresh(shape);
      const Expr sum = entries_.sum(all, shape, entries_.at(d.symbol, all));
      if (sums_.terms(arena_.mul(arena_.pow(over_, arena_.number(-1)), sum)) == mean) return require_columns(d);
    }
    fail(fmt::format("`{}` is not the mean over `{}` of a loss that has a name, plus terms without examples", cost.name,
                     arena_.name(over_)));
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw Error(model_.per_example->place, "the convention does not fit: " + why,
                fmt::format("it needs J = sum(Loss)/{0}, Loss of each example by itself", arena_.name(over_)));
  }

  Expr cost_symbol() const { return model_.per_example->cost; }

  bool uses_examples(Expr e) const {
    const auto nodes = reachable(arena_, e);
    return std::ranges::any_of(nodes, [&](Expr n) { return n == over_ || depends_.contains(n); });
  }

  // The loss of each example depends on that example alone, and so does everything on the way to it.
  void require_columns(const Definition& loss) {
    std::unordered_set<Expr, ExprHash> needed{loss.symbol};
    for (std::size_t k = model_.definitions.size(); k-- > 0;) {
      const Definition& d = model_.definitions[k];
      if (!needed.contains(d.symbol)) continue;
      for (const Expr s : symbols(arena_, d.value)) needed.insert(s);
      const Shape shape = entries_.shape(d.symbol);
      const std::vector<Expr> indices = entries_.fresh(shape);
      const auto at = std::ranges::find(shape, over_);
      if (at == shape.end()) {
        if (depends_.contains(d.symbol))
          fail(fmt::format("`{}` mixes the examples on the way to `{}`", d.name, loss.name));
        continue;
      }
      const Expr example = indices[static_cast<std::size_t>(at - shape.begin())];
      if (std::ranges::count(shape, over_) > 1)
        fail(fmt::format("`{}` has the dimension `{}` twice", d.name, arena_.name(over_)));
      for (const Expr node : reachable(arena_, sums_.normal(entries_.at(d.value, indices)))) {
        if (!arena_.is(node, Op::Entry)) continue;
        const Shape of = entries_.shape(arena_.child(node, 0));
        for (std::size_t i = 0; i < of.size(); ++i) {
          if (of[i] == over_ && arena_.child(node, i + 1) != example)
            fail(fmt::format("`{}` of one example depends on `{}` of others", d.name,
                             print(arena_, arena_.child(node, 0))));
        }
      }
    }
  }

  Arena& arena_;
  const Model& model_;
  Entries& entries_;
  SumForms& sums_;
  Expr over_;
  std::unordered_set<Expr, ExprHash> of_examples_, depends_;  // with the dimension; computed from these
};

}  // namespace

void require_per_example(Arena& arena, const Model& model, Entries& entries, SumForms& sums) {
  if (model.per_example) Convention(arena, model, entries, sums).require();
}

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/tensor_mend.h"

#include <fmt/format.h>

#include <algorithm>

#include "derive/session.h"
#include "gradus/expr/tensor_function.h"
#include "tensor/entries.h"
#include "tensor/whole.h"

namespace gradus {
namespace {

constexpr std::size_t most_tensor_changes = 200;

class Changes {
 public:
  Changes(Engine& engine, const Model& model, Expr side, const FreeIndices& free)
      : engine_(engine),
        arena_(engine.arena),
        model_(tensor::with_whole_tensors(engine.arena, model)),
        side_(side),
        free_(free),
        entries_(engine.arena, model_) {}

  std::vector<TensorChange> run() {
    signs_and_factors();
    turned();
    for (const Expr node : reachable(arena_, side_)) {
      if (arena_.is(node, Op::Add)) terms(node);
    }
    for (const Expr node : reachable(arena_, side_)) {
      if (arena_.is(node, Op::MatMul)) products(node);
      if (arena_.is(node, Op::Mul)) hadamard(node);
      if (arena_.is(node, Op::Transpose)) put(node, arena_.child(node, 0), "the transpose is too much", {});
      if (has_axis(arena_, node)) axes(node);
      if (arena_.is(node, Op::Call) && arena_.name(node) == "outer")
        put(node, arena_.call("outer", {arena_.child(node, 1), arena_.child(node, 0)}),
            fmt::format("the operands of {} are swapped", shown(node)), {});
      if (arena_.is(node, Op::Entry)) indices(node);
    }
    if (free_.empty()) sums();
    activations();
    scalars();
    squares();
    if (out_.size() > most_tensor_changes) out_.resize(most_tensor_changes);
    return std::move(out_);
  }

 private:
  std::string shown(Expr e) const { return "`" + engine_.shown(e) + "`"; }

  // The side with one part replaced.
  void put(Expr part, Expr by, std::string what, const std::string& of) {
    const Expr changed = part == side_ ? by : substitute(arena_, side_, {{part, by}});
    if (changed != side_) out_.push_back({of.empty() ? std::move(what) : fmt::format("{} {}", of, what), changed});
  }

  Expr transposed(Expr e) { return arena_.is(e, Op::Transpose) ? arena_.child(e, 0) : arena_.make(Op::Transpose, {e}); }

  void signs_and_factors() {
    out_.push_back({"the sign is wrong", negated(side_)});
    for (const Expr d : model_.dims) {
      const std::string name = arena_.name(d);
      out_.push_back({fmt::format("a factor `1/{}` is missing", name), arena_.div(side_, d)});
      // As little is written as will do.
      if (const auto without = without_factor(side_, d)) {
        out_.push_back({fmt::format("the factor `1/{}` is too much", name), *without});
      } else {
        out_.push_back({fmt::format("a factor `{}` is missing", name), arena_.mul(d, side_)});
      }
    }
    out_.push_back({"a factor 2 is missing", scaled(side_, 2)});
    out_.push_back({"a factor 1/2 is missing", scaled(side_, Rational(1) / 2)});
  }

  // -e, and e of -e, as it would be written.
  Expr negated(Expr e) { return scaled(e, -1); }

  // c*e, with one number in front.
  Expr scaled(Expr e, const Rational& c) {
    if (arena_.is(e, Op::MatMul)) {
      const Expr first = arena_.child(e, 0);
      if (arena_.is(first, Op::Mul) && arena_.is_number(arena_.child(first, 0)))
        return arena_.make(Op::MatMul, {scaled(first, c), arena_.child(e, 1)});
    }
    if (!arena_.is(e, Op::Mul) || !arena_.is_number(arena_.child(e, 0))) {
      return c == -1 ? arena_.negate(e) : arena_.mul(arena_.number(c), e);
    }
    std::vector<Expr> factors = arena_.children_copy(e);
    const Rational all = c * arena_.value(factors[0]);
    factors.erase(factors.begin());
    if (all != 1) factors.insert(factors.begin(), arena_.number(all));
    return arena_.product(factors);
  }

  // The whole, where it is not a product: A for A.T.
  void turned() {
    const bool other = arena_.is(side_, Op::MatMul) || arena_.is(side_, Op::Transpose) ||
                       (arena_.is(side_, Op::Call) && arena_.name(side_) == "outer");
    const bool matrix = !other && free_.empty();
    try {
      if (matrix && entries_.shape(side_).size() == 2)
        out_.push_back({fmt::format("{} must be transposed", shown(side_)), transposed(side_)});
    } catch (const ShapeError&) {
    }
  }

  // One of the terms of a sum: its sign, and numbers and dimensions that it is multiplied with.
  void terms(Expr sum) {
    const std::vector<Expr> all = arena_.children_copy(sum);
    const auto with = [&](std::size_t k, Expr term, const std::string& what) {
      std::vector<Expr> changed = all;
      changed[k] = term;
      put(sum, arena_.sum(changed), what, {});
    };
    for (std::size_t k = 0; k < all.size(); ++k) {
      const bool minus = arena_.is(all[k], Op::Mul) && arena_.is_number(arena_.child(all[k], 0)) &&
                         arena_.value(arena_.child(all[k], 0)) < 0;
      const std::string term = shown(minus ? negated(all[k]) : all[k]);
      with(k, negated(all[k]), fmt::format("the sign of {} should be {}", term, minus ? '+' : '-'));
    }
    for (std::size_t k = 0; k < all.size(); ++k) {
      for (const Expr d : model_.dims) {
        const auto without = without_factor(all[k], d);
        with(k, without ? *without : arena_.div(all[k], d),
             fmt::format("the factor `1/{}` of {} is {}", arena_.name(d), shown(all[k]),
                         without ? "too much" : "missing"));
      }
      with(k, scaled(all[k], 2), fmt::format("a factor 2 of {} is missing", shown(all[k])));
      with(k, scaled(all[k], Rational(1) / 2), fmt::format("a factor 1/2 of {} is missing", shown(all[k])));
      for (const Expr s : scalar_names()) {
        with(k, arena_.mul(s, all[k]), fmt::format("the factor `{}` of {} is missing", arena_.name(s), shown(all[k])));
      }
    }
  }

  // Inputs and parameters that are numbers.
  std::vector<Expr> scalar_names() {
    std::vector<Expr> out;
    for (const auto* names : {&model_.params, &model_.inputs}) {
      for (const Expr s : *names) {
        if (entries_.shape(s).empty()) out.push_back(s);
      }
    }
    return out;
  }

  // A number as a factor or a divisor of the whole, and the root of a dimension: attention.
  void scalars() {
    for (const Expr s : scalar_names()) {
      out_.push_back({fmt::format("a factor `{}` is missing", arena_.name(s)), arena_.mul(s, side_)});
      out_.push_back({fmt::format("a factor `1/{}` is missing", arena_.name(s)), arena_.div(side_, s)});
    }
    for (const Expr d : model_.dims) {
      const Expr root = arena_.call("sqrt", {d});
      out_.push_back({fmt::format("a factor `1/sqrt({})` is missing", arena_.name(d)), arena_.div(side_, root)});
    }
  }

  // 1 - A for 1 - A^2.
  void squares() {
    for (const Expr node : reachable(arena_, side_)) {
      if (!arena_.is(node, Op::Add)) continue;
      for (const Expr term : arena_.children_copy(node)) {
        const bool minus =
            arena_.is(term, Op::Mul) && arena_.count(term) == 2 && arena_.is_number(arena_.child(term, 0), -1);
        const Expr of = minus ? arena_.child(term, 1) : term;
        if (!arena_.is(of, Op::Symbol)) continue;
        const Expr square = arena_.pow(of, arena_.number(2));
        std::vector<Expr> changed = arena_.children_copy(node);
        std::ranges::replace(changed, term, minus ? arena_.negate(square) : square);
        put(node, arena_.sum(changed), "should be squared", shown(of));
      }
    }
  }

  // The outermost product without one division by `d`.
  std::optional<Expr> without_factor(Expr e, Expr d) {
    if (!arena_.is(e, Op::Mul)) return std::nullopt;
    std::vector<Expr> factors = arena_.children_copy(e);
    const auto at = std::ranges::find(factors, arena_.pow(d, arena_.number(-1)));
    if (at == factors.end()) return std::nullopt;
    factors.erase(at);
    return arena_.product(factors);
  }

  void products(Expr node) {
    const Expr a = arena_.child(node, 0), b = arena_.child(node, 1), at = transposed(a), bt = transposed(b);
    const auto times = [&](Expr x, Expr y) { return arena_.make(Op::MatMul, {x, y}); };
    put(node, times(at, b), "must be transposed", shown(a));
    put(node, times(a, bt), "must be transposed", shown(b));
    put(node, times(b, a), "the operands of the matrix product are swapped", {});
    put(node, times(bt, a),
        fmt::format("the operands of the matrix product are swapped, and {} must be transposed", shown(b)), {});
    put(node, times(b, at),
        fmt::format("the operands of the matrix product are swapped, and {} must be transposed", shown(a)), {});
    put(node, times(at, bt), fmt::format("{} and {} must be transposed", shown(a), shown(b)), {});
    put(node, times(bt, at), "the product must be transposed", {});
    put(node, arena_.mul(a, b), "the product is one entry by entry, not of matrices", {});
  }

  // Two neighbours that should have been multiplied as matrices.
  void hadamard(Expr node) {
    const std::vector<Expr> factors = arena_.children_copy(node);
    for (std::size_t k = 0; k + 1 < factors.size(); ++k) {
      for (int turned = 0; turned < 4; ++turned) {
        const Expr a = (turned & 1) != 0 ? transposed(factors[k]) : factors[k];
        const Expr b = (turned & 2) != 0 ? transposed(factors[k + 1]) : factors[k + 1];
        std::vector<Expr> with(factors.begin(), factors.end());
        with[k] = arena_.make(Op::MatMul, {a, b});
        with.erase(with.begin() + static_cast<std::ptrdiff_t>(k) + 1);
        put(node, arena_.product(with),
            fmt::format("the product is one of matrices, {}, not entry by entry",
                        shown(arena_.make(Op::MatMul, {a, b}))),
            {});
      }
    }
  }

  void axes(Expr node) {
    const Expr other = arena_.number(arena_.is_number(arena_.child(node, 1), 0) ? 1 : 0);
    put(node, arena_.call(arena_.name(node), {arena_.child(node, 0), other}), "the sum runs along the other axis", {});
  }

  // The last two of an entry.
  void indices(Expr node) {
    std::vector<Expr> parts = arena_.children_copy(node);
    if (parts.size() < 3) return;
    std::swap(parts[parts.size() - 1], parts[parts.size() - 2]);
    put(node, arena_.make(Op::Entry, parts), fmt::format("the indices of {} are swapped", shown(node)), {});
  }

  void sums() {
    for (const long axis : {0L, 1L}) {
      out_.push_back(
          {fmt::format("the sum along axis {} is missing", axis), arena_.call("sum", {side_, arena_.number(axis)})});
    }
    out_.push_back({"the sum over all entries is missing", arena_.call("sum", {side_})});
  }

  // dA/dZ of each definition A = f(Z).
  void activations() {
    for (const Definition& d : model_.definitions) {
      if (!arena_.is(d.value, Op::Call) || arena_.count(d.value) != 1 || tensor_call(arena_, d.value) != nullptr)
        continue;
      const Expr of = arena_.child(d.value, 0);
      if (!arena_.is(of, Op::Symbol)) continue;
      Model scalar;
      scalar.functions = model_.functions;
      scalar.inputs = {of};
      scalar.definitions = {d};
      scalar.definition_index.emplace(d.name, 0);
      try {
        Session session(engine_, scalar, false);
        Trace t(session, arena_.make(Op::Deriv, {d.value, of}));
        t.differentiate();
        t.simplify();
        t.use_names();
        const auto factor = at_free_indices(t.line);
        if (!factor) continue;
        out_.push_back({fmt::format("the derivative of `{}`, {}, is missing", d.name, shown(*factor)),
                        arena_.mul(side_, *factor)});
      } catch (const Error&) {
      }
    }
  }

  // In an equation of entries: the one at its indices, if it has such.
  std::optional<Expr> at_free_indices(Expr e) {
    if (free_.empty()) return e;
    const Shape shape = entries_.shape(e);
    std::vector<Expr> at;
    for (std::size_t k = 0; k < shape.size(); ++k) {
      if (arena_.is_number(shape[k], 1)) {
        at.push_back(shape[k]);
      } else if (k < free_.size() && free_[k].second == shape[k]) {
        at.push_back(free_[k].first);
      } else {
        return std::nullopt;
      }
    }
    return entries_.at(e, at);
  }

  Engine& engine_;
  Arena& arena_;
  Model model_;
  Expr side_;
  const FreeIndices& free_;
  tensor::Entries entries_;
  std::vector<TensorChange> out_;
};

}  // namespace

std::vector<TensorChange> tensor_changes(Engine& engine, const Model& model, Expr side, const FreeIndices& free) {
  return Changes(engine, model, side, free).run();
}

}  // namespace gradus

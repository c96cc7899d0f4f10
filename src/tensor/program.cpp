// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/tensor/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "derive/session.h"
#include "gradus/tensor/derive.h"
#include "tensor/instance.h"
#include "tensor/kernels.h"
#include "tensor/loops.h"
#include "tensor/whole.h"

namespace gradus {
namespace {

using namespace tensor;
using Names = std::unordered_set<Expr, ExprHash>;

class Programmer {
 public:
  Programmer(Engine& engine, const Model& model)
      : engine_(engine),
        arena_(engine.arena),
        model_(with_whole_tensors(engine.arena, model)),
        functions_(functions_of(model)),
        session_(engine, functions_, false),
        entries_(arena_, model_) {
    model_.per_example.reset();
    model_.claims.clear();
  }

  TensorProgram run(const std::string& of, const std::vector<std::string>& wrt, const AccuracyOptions& options,
                    AccuracyReport* report) {
    DeriveRequest request;
    request.of = of;
    request.wrt = wrt;
    if (wrt.empty()) {
      for (const Expr p : model_.params) request.wrt.push_back(arena_.name(p));
    }
    request.method = DeriveRequest::Method::chain;
    request.steps = false;
    const Definition* cost = model_.definition(of);
    if (of.empty() && !model_.definitions.empty()) cost = &model_.definitions.back();
    if (cost != nullptr && !is_single(arena_, entries_.shape(cost->symbol)))
      throw Error(cost->place,
                  fmt::format("`{}` has the shape {}; code is generated for the gradient of a scalar", cost->name,
                              print_shape(arena_, entries_.shape(cost->symbol))),
                  "name the cost: --of");
    std::vector<Derivation> derivations = derive_tensors(engine_, model_, request);
    TensorProgram out;
    out.cost = of.empty() ? model_.definitions.back().symbol : arena_.symbol(of);
    for (const Derivation& d : derivations) {
      name_derivative(out.cost, d.wrt);
    }
    std::vector<Expr> results{out.cost};
    for (const std::string& v : request.wrt) {
      const Expr by = arena_.symbol(v), derivative = arena_.make(Op::Deriv, {out.cost, by});
      if (!derivatives_.contains(derivative)) none(derivations, out.cost, by);
      results.push_back(derivatives_.at(derivative));
      out.gradient.emplace_back(by, results.back());
    }
    assign(derivations, results);
    std::vector<Assigned> assignments = flattening_.take();
    const std::size_t forward = forward_of(assignments);
    choose_kernels(engine_, model_, entries_, assignments, forward, results, options, report);
    assignments = needed(assignments, results);
    out.statements = as_loops(arena_, model_, entries_, assignments, results);
    out.shapes = model_.shapes;
    return out;
  }

 private:
  static Model functions_of(const Model& model) {
    Model out;
    out.functions = model.functions;
    return out;
  }

  void name_derivative(Expr cost, Expr by) {
    const Expr name = arena_.symbol(fmt::format("d{}/d{}", arena_.name(cost), arena_.name(by)));
    derivatives_[arena_.make(Op::Deriv, {cost, by})] = name;
    if (!entries_.shape(by).empty()) model_.shapes[arena_.name(name)] = entries_.shape(by);
  }

  // The cost does not depend on it.
  void none(std::vector<Derivation>& derivations, Expr cost, Expr by) {
    Derivation zero;
    zero.of = cost;
    zero.wrt = by;
    zero.start = arena_.make(Op::Deriv, {cost, by});
    zero.result = arena_.number(0);
    name_derivative(cost, by);
    derivations.push_back(zero);
  }

  // Definitions, then derivatives; those that no result needs are left out.
  void assign(const std::vector<Derivation>& derivations, const std::vector<Expr>& results) {
    Names wanted(results.begin(), results.end());
    std::vector<std::pair<const Derivation*, Expr>> backward;
    for (std::size_t k = derivations.size(); k-- > 0;) {
      const Derivation& d = derivations[k];
      const Expr value = without_primes(session_, substitute(arena_, d.result, derivatives_));
      if (!wanted.contains(derivatives_.at(arena_.make(Op::Deriv, {d.of, d.wrt})))) continue;
      for (const Expr s : symbols(arena_, value)) wanted.insert(s);
      backward.emplace_back(&d, value);
    }
    std::vector<const Definition*> forward;
    for (std::size_t k = model_.definitions.size(); k-- > 0;) {
      const Definition& d = model_.definitions[k];
      if (!wanted.contains(d.symbol)) continue;
      for (const Expr s : symbols(arena_, d.value)) wanted.insert(s);
      forward.push_back(&d);
    }
    std::ranges::reverse(forward);
    std::ranges::reverse(backward);
    for (const Definition* d : forward) flattening_.assign(d->symbol, d->value);
    last_forward_ = forward.back()->symbol;
    for (const auto& [d, value] : backward) {
      const Expr name = derivatives_.at(arena_.make(Op::Deriv, {d->of, d->wrt}));
      if (!arena_.is(d->start, Op::Entry)) {
        flattening_.assign(name, value);
        continue;
      }
      std::vector<Expr> indices = arena_.children_copy(d->start);
      indices.erase(indices.begin());
      flattening_.assign(name, indices, value);
    }
  }

  std::size_t forward_of(const std::vector<Assigned>& assignments) const {
    const auto last = std::ranges::find(assignments, last_forward_, &Assigned::name);
    return static_cast<std::size_t>(last - assignments.begin()) + 1;
  }

  // An accurate form may do without a name.
  std::vector<Assigned> needed(const std::vector<Assigned>& all, const std::vector<Expr>& results) {
    Names wanted(results.begin(), results.end());
    std::vector<Assigned> out;
    for (std::size_t k = all.size(); k-- > 0;) {
      if (!wanted.contains(all[k].name)) continue;
      for (const Expr s : symbols(arena_, all[k].value)) wanted.insert(s);
      out.push_back(all[k]);
    }
    std::ranges::reverse(out);
    return out;
  }

  Engine& engine_;
  Arena& arena_;
  Model model_;
  Model functions_;  // alone
  Session session_;
  Entries entries_;
  Flattening flattening_{arena_, model_, entries_};
  ExprMap<Expr> derivatives_;  // the names of derivatives
  Expr last_forward_;
};

}  // namespace

std::vector<Expr> TensorStatement::reads(const Arena& arena) const {
  std::vector<Expr> out = symbols(arena, finish);
  if (body) {
    for (const Expr e : symbols(arena, *body)) out.push_back(e);
  }
  return out;
}

std::vector<const TensorStatement*> TensorProgram::forward(const Arena& arena) const {
  Names wanted{cost};
  std::vector<const TensorStatement*> out;
  for (std::size_t k = statements.size(); k-- > 0;) {
    if (!wanted.contains(statements[k].name)) continue;
    for (const Expr s : statements[k].reads(arena)) wanted.insert(s);
    out.push_back(&statements[k]);
  }
  std::ranges::reverse(out);
  return out;
}

TensorProgram tensor_program(Engine& engine, const Model& model, const std::string& of,
                             const std::vector<std::string>& wrt, const AccuracyOptions& options,
                             AccuracyReport* report) {
  return Programmer(engine, model).run(of, wrt, options, report);
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/tensor_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "check/forms.h"
#include "check/sides.h"
#include "gradus/expr/tensor_function.h"
#include "tensor/inverse.h"
#include "tensor/softmax.h"

namespace gradus {

using namespace tensor;

namespace {

constexpr int most_unfolded_of_condition = 3;  // names, one by one

}  // namespace

TensorValues::TensorValues(Engine& engine, const Model& model, Entries& entries, Adjoints& adjoints)
    : engine_(engine),
      arena_(engine.arena),
      model_(model),
      entries_(entries),
      adjoints_(adjoints),
      functions_(functions_of(model)),
      facts_(arena_, engine.catalogue.functions, &functions_) {}

bool TensorValues::everywhere(Expr e) {
  if (!is_partial(e)) return true;
  const auto nodes = reachable(arena_, e);
  // A derivative of an expression has values where this has some. Names have them everywhere.
  if (std::ranges::any_of(
          nodes, [&](Expr n) { return arena_.is(n, Op::Deriv) && !arena_.is(arena_.child(n, 0), Op::Symbol); }))
    return false;
  // Whether a matrix has an inverse is asked of small ones.
  if (std::ranges::any_of(nodes, [&](Expr n) { return needs_inverse(arena_, n); })) return false;
  try {
    const Expr entry = entries_.at(e, entries_.fresh(entries_.shape(e)));
    std::vector<Expr> conditions = definedness(arena_, engine_.catalogue.functions, &functions_, entry);
    for (const Expr u : denominators(arena_, entry)) conditions.push_back(arena_.make(Op::Ne, {u, arena_.number(0)}));
    return std::ranges::all_of(conditions, [&](Expr c) { return holds(c); });
  } catch (const LimitError&) {
  } catch (const Error&) {
  }
  return false;
}

// Whether it may have no value where the names in it have theirs.
bool TensorValues::is_partial(Expr e) const {
  const auto nodes = reachable(arena_, e);
  return std::ranges::any_of(nodes, [&](Expr n) {
    if (arena_.is(n, Op::Pow)) {
      const Expr base = arena_.child(n, 0), power = arena_.child(n, 1);
      const bool positive = std::ranges::find(model_.dims, base) != model_.dims.end() || arena_.is_number(base) ||
                            counts_greatest(arena_, base);
      return !positive && !(arena_.is_integer(power) && arena_.value(power) >= 0);
    }
    if (!arena_.is(n, Op::Call)) return false;
    if (needs_inverse(arena_, n)) return true;
    const Function* f = engine_.catalogue.functions.find(arena_.name(n), arena_.count(n));
    return f != nullptr && !f->domain.empty();
  });
}

bool TensorValues::holds(Expr condition) {
  for (int k = 0;; ++k) {
    const Scalar s = scalar(condition);
    if (s.e != condition && arena_.is(s.e, Op::Ne)) {
      // Its parts may depend on each other: sum(p) - 1 is 0 for a softmax p. By its sign, or a name that is given.
      const Expr u = arena_.child(condition, 0), zero = arena_.number(0);
      const Expr name = arena_.is(u, Op::Entry) ? arena_.child(u, 0) : u;
      if (arena_.is(name, Op::Symbol) && model_.definition(arena_.name(name)) == nullptr) return true;
      for (const Op sign : {Op::Gt, Op::Lt}) {
        if (facts_.decide(arena_, arena_.make(sign, {arena_.child(s.e, 0), zero}), s.known).truth == Truth::yes)
          return true;
      }
    } else if (facts_.decide(arena_, s.e, s.known).truth == Truth::yes) {
      return true;
    }
    const auto next = k < most_unfolded_of_condition ? adjoints_.unfolded_once(condition) : std::nullopt;
    if (!next) return false;
    condition = *next;
  }
}

TensorValues::Scalar TensorValues::scalar(Expr e) {
  Scalar out;
  const Expr zero = arena_.number(0);
  for (const Expr d : model_.dims) out.known.push_back(arena_.make(Op::Ge, {d, arena_.number(1)}));
  ExprMap<Expr> names;
  // Parts before what they are parts of.
  for (const Expr node : reachable(arena_, e)) {
    const bool entry = arena_.is(node, Op::Entry), sum = arena_.is(node, Op::Sum);
    const bool opaque = arena_.is(node, Op::Deriv) || is_delta(arena_, node) || tensor_call(arena_, node) != nullptr;
    if (!entry && !sum && !opaque) continue;
    const Expr name = names[node] = arena_.symbol(fmt::format("value {}", node.id));
    if (sum) {
      // A sum has the sign of what is summed.
      const Expr body = substitute(arena_, arena_.child(node, 2), names);
      for (const Op sign : {Op::Gt, Op::Ge, Op::Lt, Op::Le}) {
        if (facts_.decide(arena_, arena_.make(sign, {body, zero}), out.known).truth == Truth::yes)
          out.known.push_back(arena_.make(sign, {name, zero}));
      }
    }
    const Expr tensor = entry ? arena_.child(node, 0) : node;
    if (!entry || !arena_.is(tensor, Op::Symbol)) continue;
    std::vector<Expr> indices = arena_.children_copy(node);
    indices.erase(indices.begin());
    for (const Assumption& a : model_.assumptions) {
      if (symbols(arena_, a.condition) != std::vector{tensor}) continue;
      const Shape shape = entries_.shape(a.condition);
      if (shape != entries_.shape(tensor)) continue;
      const Expr condition = entries_.at(a.condition, indices);
      if (!contains(arena_, condition, node)) continue;
      out.known.push_back(substitute(arena_, condition, {{node, name}}));
    }
  }
  for (const Assumption& a : model_.assumptions) {
    const auto about = symbols(arena_, a.condition);
    if (std::ranges::all_of(about, [&](Expr s) { return entries_.shape(s).empty(); })) out.known.push_back(a.condition);
  }
  out.e = substitute(arena_, e, names);
  return out;
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/simplify.h"

#include <fmt/format.h>

#include <algorithm>

#include "gradus/expr/size.h"
#include "gradus/expr/tensor_function.h"
#include "tensor/softmax.h"

namespace gradus::tensor {
namespace {

constexpr long most_added =
    20;  // costs: a result may be that much longer for having what derivatives are, not their names

}  // namespace

bool is_opaque(const Arena& arena, Expr e) {
  return arena.is(e, Op::MatMul) || arena.is(e, Op::Transpose) || arena.is(e, Op::Deriv) || arena.is(e, Op::Entry) ||
         binds_index(arena.op(e)) || tensor_call(arena, e) != nullptr || is_delta(arena, e);
}

bool acts_by_entries(const Arena& arena, Expr e) {
  const auto nodes = reachable(arena, e);
  return std::ranges::none_of(nodes, [&](Expr n) { return is_opaque(arena, n) && !arena.is(n, Op::Deriv); });
}

void Line::step(std::string rule, Expr after, std::string why) {
  if (after == line) return;
  Step s;
  s.rule = std::move(rule);
  s.before = line;
  s.after = s.line = line = after;
  s.why = std::move(why);
  derivation.steps.push_back(std::move(s));
}

void Line::key() {
  if (!derivation.steps.empty()) derivation.steps.back().key = true;
}

Simplifier::Simplifier(Engine& engine, const Model& model, Entries& entries, SumForms& sums)
    : engine_(engine),
      arena_(engine.arena),
      model_(model),
      entries_(entries),
      sums_(sums),
      scalar_(scalar_model()),
      session_(engine, scalar_) {
  for (const Definition& d : model_.definitions) {
    if (arena_.count(d.value) > 0 && !acts_by_entries(arena_, d.value)) tensor_names_[d.value] = d.symbol;
  }
}

// Names whose definitions act entry by entry keep them; the others are given.
Model Simplifier::scalar_model() {
  Model out;
  out.functions = model_.functions;
  out.introduced = model_.introduced;
  out.inputs = model_.inputs;
  out.params = model_.params;
  out.inputs.insert(out.inputs.end(), model_.dims.begin(), model_.dims.end());
  for (const Definition& d : model_.definitions) {
    const auto nodes = reachable(arena_, d.value);
    if (std::ranges::any_of(nodes, [&](Expr n) { return is_opaque(arena_, n); })) {
      out.inputs.push_back(d.symbol);
    } else {
      out.definition_index.emplace(d.name, out.definitions.size());
      out.definitions.push_back(d);
      add_transposed(out, d);
    }
  }
  for (const Assumption& a : model_.assumptions) {
    if (acts_by_entries(arena_, a.condition)) out.assumptions.push_back(a);
  }
  for (const Expr d : model_.dims) out.assumptions.push_back({arena_.make(Op::Gt, {d, arena_.number(0)}), {}});
  return out;
}

// A.T for a definition A that acts entry by entry: what it is computed from is transposed.
void Simplifier::add_transposed(Model& scalar, const Definition& d) {
  if (entries_.shape(d.symbol).size() != 2) return;
  ExprMap<Expr> turned;
  for (const Expr s : symbols(arena_, d.value)) {
    if (entries_.shape(s).size() == 2) turned[s] = arena_.make(Op::Transpose, {s});
  }
  const Expr name = closed(arena_.make(Op::Transpose, {d.symbol}), transposed_);
  const Expr value = closed(substitute(arena_, d.value, turned), transposed_);
  scalar.definition_index.emplace(arena_.name(name), scalar.definitions.size());
  scalar.definitions.push_back({arena_.name(name), name, value, d.place});
}

// Without the products of matrices in it, which are atoms.
Expr Simplifier::closed(Expr e, ExprMap<Expr>& atoms) {
  ExprMap<Expr> map;
  std::vector<Expr> open{e};
  std::unordered_set<Expr, ExprHash> seen;
  while (!open.empty()) {
    const Expr node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    if (is_opaque(arena_, node)) {
      map[node] = arena_.symbol("(" + print(arena_, node) + ")");
      atoms[map[node]] = node;
      continue;
    }
    for (const Expr c : arena_.children(node)) open.push_back(c);
  }
  return substitute(arena_, e, map);
}

// Whether it has this shape, or is the same at every entry.
bool Simplifier::fits(Expr e, const Shape& shape) {
  try {
    const Shape& own = entries_.shape(e);
    return own == shape || own.empty();
  } catch (const ShapeError&) {
    return false;
  }
}

// What products of matrices and functions of tensors have as operands, the inner ones first.
std::vector<Expr> Simplifier::operands(Expr e) const {
  std::vector<Expr> out;
  for (const Expr node : reachable(arena_, e)) {
    if (!arena_.is(node, Op::MatMul) && tensor_call(arena_, node) == nullptr) continue;
    for (const Expr c : arena_.children(node)) {
      const bool plain = arena_.count(c) == 0 || is_opaque(arena_, c);
      if (!plain && std::ranges::find(out, c) == out.end()) out.push_back(c);
    }
  }
  return out;
}

// A part of the line as if it stood at one entry. False if that would change its shape.
bool Simplifier::rewrite_part(Line& line, Expr part, const std::function<void(Trace&)>& how) {
  const Expr whole = line.line;
  ExprMap<Expr> atoms;
  Trace t(session_, closed(part, atoms));
  how(t);
  atoms.insert(transposed_.begin(), transposed_.end());
  const auto opened = [&](Expr e) { return substitute(arena_, e, atoms); };
  if (!fits_as(opened(t.line), part)) return false;
  for (Step s : t.steps) {
    s.before = opened(s.before);
    s.after = opened(s.after);
    s.line = substitute(arena_, whole, {{part, opened(s.line)}});
    line.derivation.steps.push_back(std::move(s));
  }
  line.line = substitute(arena_, whole, {{part, opened(t.line)}});
  return true;
}

// What products of matrices and sums have as operands, simplified for themselves.
Expr Simplifier::with_simple_operands(Line& line, Expr matrix) {
  line.line = matrix;
  for (const Expr operand : operands(matrix)) {
    if (!contains(arena_, line.line, operand)) continue;  // it had a smaller one in it
    rewrite_part(line, operand, [](Trace& t) {
      t.simplify();
      t.use_names();
    });
  }
  return line.line;
}

Expr Simplifier::with_logarithms(Line& line, Expr e) {
  line.line = e;
  std::vector<Expr> parts = operands(e);
  if (!is_opaque(arena_, e)) parts.push_back(e);
  for (const Expr part : parts) {
    if (!contains(arena_, line.line, part)) continue;
    rewrite_part(line, part, [](Trace& t) {
      t.run("logarithms");
      t.use_assumptions();
    });
  }
  return line.line;
}

// Whether it may stand where the other one does.
bool Simplifier::fits_as(Expr e, Expr other) {
  try {
    const Shape shape = entries_.shape(other);
    return entries_.shape(e) == shape;
  } catch (const ShapeError&) {
    return false;
  }
}

Expr Simplifier::whole(Line& line, Expr matrix, const Shape& shape, const KnownResults& known, bool again) {
  matrix = with_assumptions(line, matrix, shape);
  if (const Expr with = with_common_operands(matrix); with != matrix) {
    matrix = with;
    line.step("common-operand", matrix, "Products, or sums of products, that have an operand in common are one.");
  }
  matrix = with_simple_operands(line, matrix);
  if (const Expr with = with_scalars_out(matrix); with != matrix) {
    matrix = with;
    line.step("scalars-out", matrix, "Numbers stand before products of matrices.");
  }
  ExprMap<Expr> atoms;
  Trace t(session_, closed(matrix, atoms));
  const std::size_t before = line.derivation.steps.size();
  const Expr unsimplified = line.line;
  const bool elementwise = acts_by_entries(arena_, matrix);
  t.simplify();
  t.find_sigmoids();
  t.use_names();
  // The derivatives that are known, where all stands at the same entry.
  if (elementwise) {
    const std::size_t steps = t.steps.size();
    const Expr with_their_names = t.line;
    for (const Expr s : symbols(arena_, t.line)) {
      const Expr name = atoms.contains(s) ? atoms.at(s) : s;
      const auto it = known.find(name);
      if (it == known.end() || tree_size(arena_, it->second) > longest_inserted) continue;
      t.step("insert-derivative", s, closed(it->second, atoms), fmt::format("As derived for {}.", print(arena_, name)));
      t.mark_key();
    }
    t.simplify();
    t.use_names();
    const Expr with = substitute(arena_, t.line, atoms), without = substitute(arena_, with_their_names, atoms);
    if (cost(with) > cost(without) + most_added) {
      t.steps.resize(steps);
      t.line = with_their_names;
    }
  }
  t.mark_key();
  atoms.insert(transposed_.begin(), transposed_.end());
  const auto opened = [&](Expr e) { return substitute(arena_, e, atoms); };
  for (Step s : t.steps) {
    s.before = opened(s.before);
    s.after = opened(s.after);
    s.line = opened(s.line);
    line.derivation.steps.push_back(std::move(s));
  }
  Expr out = opened(t.line);
  if (const Expr with = with_softmax(arena_, out); with != out) {
    line.line = out;
    line.step("softmax", with, "Exponentials over their sum are a softmax; it does not overflow.");
    line.key();
    out = with;
  }
  if (const Expr with = with_norm(arena_, out); with != out) {
    line.line = out;
    line.step("norm", with, "The root of the sum of squares is the norm.");
    line.key();
    out = with;
  }
  if (const Expr with = with_names_of_tensors(out); with != out) {
    line.line = out;
    line.step("use-name", with, "Names stand for what they are defined as.");
    line.key();
    out = with;
  }
  // What was dropped may have stretched the rest.
  if (fits(out, shape)) {
    line.line = out;
    // What simplifying brought about may be known; once, for what is assumed may bring it about again.
    const Expr with = again ? with_assumptions(line, out, shape) : out;
    return with == out ? out : whole(line, with, shape, known, false);
  }
  line.derivation.steps.resize(before);
  return line.line = unsimplified;
}

// c*A @ B as c*(A @ B), and so for `outer` and `diag`.
Expr Simplifier::with_scalars_out(Expr e) {
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    const bool linear = arena_.is(node, Op::MatMul) || arena_.is(node, Op::Transpose) ||
                        (arena_.is(node, Op::Call) && (arena_.name(node) == "outer" || arena_.name(node) == "diag"));
    if (!linear) return node;
    std::vector<Expr> numbers, operands = arena_.children_copy(node);
    for (Expr& operand : operands) {
      if (!arena_.is(operand, Op::Mul)) continue;
      std::vector<Expr> rest;
      for (const Expr f : arena_.children_copy(operand)) (entries_.shape(f).empty() ? numbers : rest).push_back(f);
      if (!rest.empty()) operand = arena_.product(rest);
    }
    if (numbers.empty()) return node;
    numbers.push_back(arena_.rebuild(node, operands));
    return arena_.product(numbers);
  });
}

// Two terms as a number times a product of matrices, or of vectors, that has an operand of both.
std::optional<Expr> Simplifier::common_operand(Expr a, Expr b) {
  struct Term {
    std::vector<Expr> numbers;
    Expr product;
  };
  // Parts are read as they stand: x[2..n] - x[1..k] is no product with a difference.
  const auto takes_part = [&](Expr product) {
    const auto factors = arena_.children(product);
    return std::ranges::any_of(factors, [&](Expr p) {
      return part_of(arena_, arena_.is(p, Op::Transpose) ? arena_.child(p, 0) : p).has_value();
    });
  };
  const auto term = [&](Expr e) -> std::optional<Term> {
    std::vector<Expr> open{e};
    Term out;
    std::size_t products = 0;
    while (!open.empty()) {
      const Expr f = open.back();
      open.pop_back();
      if (arena_.is(f, Op::Mul)) {
        const std::vector<Expr> inside = arena_.children_copy(f);
        open.insert(open.end(), inside.rbegin(), inside.rend());
      } else if (arena_.is(f, Op::MatMul) ||
                 (arena_.is(f, Op::Call) && (arena_.name(f) == "outer" || arena_.name(f) == "sum"))) {
        if (takes_part(f)) return std::nullopt;
        out.product = f;
        ++products;
      } else if (entries_.shape(f).empty()) {
        out.numbers.push_back(f);
      } else {
        return std::nullopt;
      }
    }
    return products == 1 ? std::optional(out) : std::nullopt;
  };
  auto s = term(a), t = term(b);
  if (!s || !t || arena_.op(s->product) != arena_.op(t->product)) return std::nullopt;
  // What both are multiplied with stays in front.
  std::vector<Expr> common;
  for (const Expr n : std::vector<Expr>(s->numbers)) {
    const auto at = std::ranges::find(t->numbers, n);
    if (at == t->numbers.end()) continue;
    common.push_back(n);
    t->numbers.erase(at);
    s->numbers.erase(std::ranges::find(s->numbers, n));
  }
  if (arena_.is(s->product, Op::Call) && arena_.name(s->product) == "sum") {
    const auto both = common_factors(s->product, arena_.product(s->numbers), t->product, arena_.product(t->numbers));
    if (!both) return std::nullopt;
    common.push_back(*both);
    return arena_.product(common);
  }
  for (std::uint32_t side = 0; side < 2; ++side) {
    const Expr both = arena_.child(s->product, side);
    if (arena_.child(t->product, side) != both) continue;
    std::vector<Expr> sum;
    for (const auto& [numbers, product] : {*s, *t}) {
      std::vector<Expr> factors = numbers;
      factors.push_back(arena_.child(product, 1 - side));
      sum.push_back(arena_.product(factors));
    }
    const Expr other = arena_.sum(sum);
    common.push_back(
        arena_.rebuild(s->product, side == 1 ? std::vector<Expr>{other, both} : std::vector<Expr>{both, other}));
    return arena_.product(common);
  }
  return std::nullopt;
}

// c*sum(a*z) + d*sum(b*z) as sum((c*a + d*b)*z).
std::optional<Expr> Simplifier::common_factors(Expr sum, Expr c, Expr other, Expr d) {
  if (arena_.name(sum) != arena_.name(other) || arena_.count(sum) != arena_.count(other) ||
      (has_axis(arena_, sum) && arena_.child(sum, 1) != arena_.child(other, 1)))
    return std::nullopt;
  const auto factors = [&](Expr e) { return arena_.is(e, Op::Mul) ? arena_.children_copy(e) : std::vector<Expr>{e}; };
  std::vector<Expr> common, own{c}, others = factors(arena_.child(other, 0));
  for (const Expr f : factors(arena_.child(sum, 0))) {
    const auto at = std::ranges::find(others, f);
    (at == others.end() ? own : common).push_back(f);
    if (at != others.end()) others.erase(at);
  }
  if (common.empty()) return std::nullopt;
  others.insert(others.begin(), d);
  common.push_back(arena_.add(arena_.product(own), arena_.product(others)));
  std::vector<Expr> parts = arena_.children_copy(sum);
  const Expr whole = arena_.product(common);
  if (!fits_as(whole, parts[0]) || !fits_as(whole, arena_.child(other, 0))) return std::nullopt;
  parts[0] = whole;
  return arena_.rebuild(sum, parts);
}

Expr Simplifier::with_common_operands(Expr e) {
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    if (!arena_.is(node, Op::Add)) return node;
    std::vector<Expr> terms = arena_.children_copy(node);
    for (std::size_t k = 0; k < terms.size(); ++k) {
      for (std::size_t j = k + 1; j < terms.size();) {
        const auto both = common_operand(terms[k], terms[j]);
        if (both && cost(*both) < cost(arena_.add(terms[k], terms[j]))) {
          terms[k] = *both;
          terms.erase(terms.begin() + static_cast<std::ptrdiff_t>(j));
        } else {
          ++j;
        }
      }
    }
    return arena_.sum(terms);
  });
}

// Names for what is defined by products of matrices and functions of tensors, which no rule of scalars sees.
Expr Simplifier::with_names_of_tensors(Expr e) {
  ExprMap<Expr> names;
  for (const Expr node : reachable(arena_, e)) {
    if (const auto named = tensor_names_.find(node); named != tensor_names_.end()) names[node] = named->second;
  }
  return names.empty() ? e : substitute(arena_, e, names);
}

}  // namespace gradus::tensor

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
      forms_(arena_),
      scalar_(scalar_model()),
      session_(engine, scalar_) {
  for (const Definition& d : model_.definitions) {
    if (arena_.count(d.value) == 0 || acts_by_entries(arena_, d.value)) continue;
    tensor_names_[d.value] = tensor_names_[as_in_results(d.value)] = d.symbol;
    if (entries_.shape(d.symbol).size() != 2) continue;
    if (const auto value = turned(d.value)) tensor_names_[*value] = arena_.make(Op::Transpose, {d.symbol});
  }
}

// mean(u) as sum(u)/n, and products of two vectors as sum(u*v): so results have them.
Expr Simplifier::as_in_results(Expr e) {
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    const auto calls = [&](std::string_view name) { return arena_.is(node, Op::Call) && arena_.name(node) == name; };
    const std::vector<Expr> parts = arena_.children_copy(node);
    if (calls("dot") || (arena_.is(node, Op::MatMul) && entries_.shape(node).empty())) {
      const bool vectors = entries_.shape(parts[0]).size() == 1 && entries_.shape(parts[1]).size() == 1;
      return vectors ? arena_.call("sum", {arena_.mul(parts[0], parts[1])}) : node;
    }
    if (!calls("mean")) return node;
    const Shape shape = entries_.shape(parts[0]);
    std::vector<Expr> factors{arena_.call("sum", parts)};
    for (std::size_t k = 0; k < shape.size(); ++k) {
      if (!has_axis(arena_, node) || arena_.is_number(parts[1], static_cast<long>(k)))
        factors.push_back(arena_.pow(shape[k], arena_.number(-1)));
    }
    return arena_.product(factors);
  });
}

// Names whose definitions act entry by entry keep them; in those of others, products of matrices, sums and the like are
// names themselves.
Model Simplifier::scalar_model() {
  Model out;
  out.functions = model_.functions;
  out.introduced = model_.introduced;
  out.inputs = model_.inputs;
  out.params = model_.params;
  out.inputs.insert(out.inputs.end(), model_.dims.begin(), model_.dims.end());
  for (const Definition& d : model_.definitions) {
    const Expr value = as_in_results(d.value);
    if (is_opaque(arena_, value)) {
      out.inputs.push_back(d.symbol);
      continue;
    }
    out.definition_index.emplace(d.name, out.definitions.size());
    out.definitions.push_back({d.name, d.symbol, closed(value, definition_atoms_), d.place});
    if (value == d.value) add_transposed(out, d);
  }
  for (const Assumption& a : model_.assumptions) {
    if (acts_by_entries(arena_, a.condition)) out.assumptions.push_back(a);
  }
  for (const Expr d : model_.dims) out.assumptions.push_back({arena_.make(Op::Gt, {d, arena_.number(0)}), {}});
  return out;
}

// The transpose of a matrix, with those of its parts in it; nothing where a part is neither matrix nor scalar.
std::optional<Expr> Simplifier::turned(Expr matrix) {
  ExprMap<Expr> out;
  for (const Expr node : reachable(arena_, matrix)) {
    const Shape& shape = entries_.shape(node);
    if (shape.empty()) {
      out[node] = node;
      continue;
    }
    if (shape.size() != 2) return std::nullopt;
    std::vector<Expr> parts;
    for (const Expr c : arena_.children(node)) parts.push_back(out.at(c));
    if (parts.empty()) {
      out[node] = arena_.make(Op::Transpose, {node});
    } else if (arena_.is(node, Op::Transpose)) {
      out[node] = arena_.child(node, 0);
    } else if (arena_.is(node, Op::MatMul)) {
      std::ranges::reverse(parts);
      out[node] = arena_.rebuild(node, parts);
    } else if (is_opaque(arena_, node)) {
      return std::nullopt;
    } else {
      out[node] = arena_.rebuild(node, parts);
    }
  }
  return out.at(matrix);
}

// A.T for a definition A that acts entry by entry: what it is computed from is transposed.
void Simplifier::add_transposed(Model& scalar, const Definition& d) {
  if (entries_.shape(d.symbol).size() != 2) return;
  const auto value = turned(d.value);
  if (!value) return;
  const Expr name = closed(arena_.make(Op::Transpose, {d.symbol}), definition_atoms_);
  scalar.definition_index.emplace(arena_.name(name), scalar.definitions.size());
  scalar.definitions.push_back({arena_.name(name), name, closed(*value, definition_atoms_), d.place});
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
      map[node] = arena_.symbol("(" + print(arena_, forms_.canonical(node)) + ")");  // in whatever order
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

// Products and sums of a part that is 0 are 0.
Expr Simplifier::without_zero(Expr whole, Expr zero) {
  return map_bottom_up(arena_, whole, [&](Arena&, Expr node) {
    const bool linear = arena_.is(node, Op::MatMul) || arena_.is(node, Op::Transpose) ||
                        (arena_.is(node, Op::Call) && (arena_.name(node) == "outer" || arena_.name(node) == "sum"));
    if (!linear) return node;
    const std::size_t factors = arena_.is(node, Op::Call) && arena_.name(node) == "sum" ? 1 : arena_.count(node);
    for (std::size_t k = 0; k < factors; ++k) {
      const Expr factor = arena_.child(node, k);
      if (factor == zero || arena_.is_number(factor, 0)) return arena_.number(0);
    }
    return node;
  });
}

// A part of the line as if it stood at one entry. False if that would change its shape.
bool Simplifier::rewrite_part(Line& line, Expr part, const std::function<void(Trace&)>& how) {
  const Expr whole = line.line;
  ExprMap<Expr> atoms;
  Trace t(session_, closed(part, atoms));
  how(t);
  atoms.insert(definition_atoms_.begin(), definition_atoms_.end());
  const auto opened = [&](Expr e) { return substitute(arena_, e, atoms); };
  if (!fits_as(opened(t.line), part)) {
    if (arena_.is_number(t.line, 0))
      line.step("zero-factor", without_zero(line.line, part), "A product with the factor 0 is 0.");
    return line.line != whole;
  }
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
      t.find_sigmoids();
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

// What results are written with, in this order.
std::vector<Simplifier::Notation> Simplifier::notations() {
  return {
      {"softmax", "Exponentials over their sum are a softmax; it does not overflow.",
       [&](Expr e) { return with_softmax(arena_, e); }},
      {"transposed-softmax", "Rows of the transpose are columns.",
       [&](Expr e) { return with_transposed_softmax(arena_, e); }},
      {"inverse", "A matrix times its inverse is the identity.", [&](Expr e) { return without_inverses(e); }},
      {"transposed-sum", "All entries are summed either way.", [&](Expr e) { return with_sums_turned(e); }},
      {"sum-of-softmax", "The entries of a softmax add up to 1.", [&](Expr e) { return with_sums_of_softmax(e); }},
      {"norm", "The root of the sum of squares is the norm.", [&](Expr e) { return with_norm(arena_, e); }},
      {"use-name", "Names stand for what they are defined as.", [&](Expr e) { return with_names_of_tensors(e); }},
      {"minus-into-operand", "The minus turns the difference around.", [&](Expr e) { return with_minus_inside(e); }},
  };
}

Expr Simplifier::whole(Line& line, Expr matrix, const Shape& shape, const KnownResults& known) {
  // What cancels once names stand for products of matrices, no rule of scalars sees without them.
  const Expr named = with_names_of_tensors(matrix);
  if (named == matrix) return simplified(line, matrix, shape, known);
  Derivation other = line.derivation;
  Line with{other, line.line};
  const Expr plain = simplified(line, matrix, shape, known);
  with.step("use-name", named, "Names stand for what they are defined as.");
  const Expr short_form = simplified(with, named, shape, known);
  if (cost(short_form) >= cost(plain)) return plain;
  line.derivation = std::move(other);
  return line.line = short_form;
}

Expr Simplifier::simplified(Line& line, Expr matrix, const Shape& shape, const KnownResults& known, bool again) {
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
  atoms.insert(definition_atoms_.begin(), definition_atoms_.end());
  const auto opened = [&](Expr e) { return substitute(arena_, e, atoms); };
  for (Step s : t.steps) {
    s.before = opened(s.before);
    s.after = opened(s.after);
    s.line = opened(s.line);
    line.derivation.steps.push_back(std::move(s));
  }
  Expr out = opened(t.line);
  for (const auto& [rule, why, with] : notations()) {
    const Expr after = with(out);
    if (after == out) continue;
    line.line = out;
    line.step(rule, after, why);
    line.key();
    out = after;
  }
  // What was dropped may have stretched the rest.
  if (fits(out, shape)) {
    line.line = out;
    // What this brought about may be known, or cancel; once, for what is assumed may bring it about again.
    const Expr with = again ? with_assumptions(line, out, shape) : out;
    return !again || with == opened(t.line) ? out : simplified(line, with, shape, known, false);
  }
  line.derivation.steps.resize(before);
  return line.line = unsimplified;
}

// Names for what is defined by products of matrices and functions of tensors, which no rule of scalars sees.
Expr Simplifier::with_names_of_tensors(Expr e) {
  ExprMap<Expr> names;
  for (const Expr node : reachable(arena_, e)) {
    if (const auto named = tensor_names_.find(node); named != tensor_names_.end()) names[node] = named->second;
  }
  if (!names.empty()) e = substitute(arena_, e, names);
  return with_names_of_products(e);
}

}  // namespace gradus::tensor

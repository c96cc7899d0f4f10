// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/chain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tensor/per_example.h"
#include "tensor/readable.h"

namespace gradus::tensor {
namespace {

constexpr long long_result = 25;  // costs; a shorter one without indices is not compared with its entries

// The model, and names for the derivatives of its convention.
Model with_adjoints(Arena& arena, const Model& model) {
  Model out = model;
  if (!model.per_example) return out;
  for (const auto& [name, shape] : model.shapes) out.shapes.emplace(arena.name(arena.symbol("d" + name)), shape);
  return out;
}

// The dimensions that are not 1, and the indices that run over them.
std::pair<std::vector<Expr>, Shape> proper(const Arena& arena, const std::vector<Expr>& indices, const Shape& shape) {
  std::pair<std::vector<Expr>, Shape> out;
  for (std::size_t k = 0; k < shape.size(); ++k) {
    if (arena.is_number(shape[k], 1)) continue;
    out.first.push_back(indices[k]);
    out.second.push_back(shape[k]);
  }
  return out;
}

// Each onehot(c, n) as a name: its entries are given, too.
Expr without_labels(Arena& arena, Expr e) {
  return map_bottom_up(arena, e, [](Arena& a, Expr node) {
    return a.is(node, Op::Call) && a.name(node) == "onehot" ? a.symbol("onehot") : node;
  });
}

}  // namespace

Chain::Chain(Engine& engine, const Model& model)
    : arena_(engine.arena),
      model_(with_adjoints(engine.arena, model)),
      entries_(engine.arena, model_),
      adjoints_(engine, model_, entries_),
      sums_(engine.arena, entries_),
      matrices_(engine.arena, model, entries_, sums_),
      simplifier_(engine, model_, entries_, sums_) {
  require_per_example(arena_, model_, entries_, sums_);
  entries_.keep_calls();
}

// --- what is derived ---

// The names of `wrt` and all between them and `of`, backwards.
std::vector<Expr> Chain::order(Expr of, const std::vector<Expr>& wrt) const {
  std::unordered_set<Expr, ExprHash> above{of};  // `of` depends on them
  for (std::size_t k = model_.definitions.size(); k-- > 0;) {
    const Definition& d = model_.definitions[k];
    if (!above.contains(d.symbol)) continue;
    for (const Expr s : symbols(arena_, d.value)) above.insert(s);
  }
  std::unordered_set<Expr, ExprHash> below(wrt.begin(), wrt.end());
  if (wrt.empty()) below.insert(model_.params.begin(), model_.params.end());
  std::vector<Expr> out;
  for (const Definition& d : model_.definitions) {
    const std::vector<Expr> names = symbols(arena_, d.value);
    if (std::ranges::any_of(names, [&](Expr s) { return below.contains(s); })) below.insert(d.symbol);
    const bool asked = std::ranges::find(wrt, d.symbol) != wrt.end();
    if (below.contains(d.symbol) && ((above.contains(d.symbol) && d.symbol != of) || asked)) out.push_back(d.symbol);
  }
  std::ranges::reverse(out);
  for (const auto* names : {&model_.params, &model_.inputs}) {
    for (const Expr s : *names) {
      if (below.contains(s)) out.push_back(s);
    }
  }
  return out;
}

std::vector<Derivation> Chain::run(Expr of, const std::vector<Expr>& wrt) {
  std::vector<Derivation> out;
  for (const Expr v : order(of, wrt)) {
    if (kept_.contains(v)) continue;
    const Expr name = adjoint(of, v);
    if (results_.contains(name) || entry_results_.contains(name)) continue;
    out.push_back(derive_one(of, v));
  }
  return out;
}

bool Chain::of_examples(Expr of, Expr v) {
  const Shape& shape = entries_.shape(v);
  return per_example(of) && std::ranges::find(shape, model_.per_example->over) != shape.end();
}

// What the derivative by `v` is called.
Expr Chain::adjoint(Expr of, Expr v) {
  return per_example(of) ? arena_.symbol("d" + arena_.name(v)) : arena_.make(Op::Deriv, {of, v});
}

Expr Chain::at(Expr tensor, const std::vector<Expr>& i) {
  std::vector<Expr> parts{tensor};
  parts.insert(parts.end(), i.begin(), i.end());
  return i.empty() ? tensor : arena_.make(Op::Entry, parts);
}

// --- entry by entry ---

// The derivatives in it by their names: in the convention those by examples are m times as large.
Expr Chain::named(Expr of, Expr e) {
  if (!per_example(of)) return e;
  ExprMap<Expr> map;
  for (const Expr d : adjoints_.derivatives(e)) {
    const bool indexed = arena_.is(d, Op::Entry);
    const Expr by = arena_.child(indexed ? arena_.child(d, 0) : d, 1);
    std::vector<Expr> parts = indexed ? arena_.children_copy(d) : std::vector<Expr>{d};
    parts[0] = adjoint(of, by);
    const Expr name = indexed ? arena_.make(Op::Entry, parts) : parts[0];
    map[d] = of_examples(of, by) ? arena_.mul(arena_.pow(model_.per_example->over, arena_.number(-1)), name) : name;
  }
  return substitute(arena_, e, map);
}

Derivation Chain::nothing(Expr of, Expr v) {
  Derivation out;
  out.of = of;
  out.wrt = v;
  out.method = "chain";
  out.start = adjoint(of, v);
  Line line{out, out.start};
  const std::string why = fmt::format("`{}` does not depend on `{}`", arena_.name(of), arena_.name(v));
  line.step("no-dependence", arena_.number(0), why + ".");
  line.key();
  out.result = results_[out.start] = line.line;
  out.note = why;
  return out;
}

Derivation Chain::derive_one(Expr of, Expr v) {
  const Expr derivative = arena_.make(Op::Deriv, {of, v});
  const Shape shape = entries_.shape(derivative);
  const std::vector<Expr> i = entries_.fresh(shape);
  Derivation out;
  out.of = of;
  out.wrt = v;
  out.method = "chain";
  Expr raw = adjoints_.one_step(at(derivative, i));
  if (arena_.is_number(raw, 0)) return nothing(of, v);
  raw = named(of, raw);
  if (of_examples(of, v)) raw = arena_.mul(model_.per_example->over, raw);
  out.start = letters(at(adjoint(of, v), i), i);
  Line line{out, out.start};
  sums_.begin(raw);
  line.step("chain-rule", letters(raw, i),
            fmt::format("The chain rule, entry by entry: through every use of `{}`.", arena_.name(v)));
  line.key();
  finish(out, line, contracted(line, raw, i), i, shape, adjoint(of, v));
  return out;
}

Expr Chain::contracted(Line& line, Expr e, const std::vector<Expr>& i) {
  const Expr out = sums_.contracted(e);
  line.step("contract", letters(out, i),
            "A delta takes the place of the index that is summed over; constants stand before the sums.");
  line.key();
  return out;
}

// From what the chain rule gives to the result.
void Chain::finish(Derivation& out, Line& line, Expr contracted, const std::vector<Expr>& i, const Shape& shape,
                   Expr derivative) {
  const bool gradient = is_single(arena_, entries_.shape(out.of));
  const Derivation plain = out;
  const Expr plain_line = line.line, uninserted = contracted;
  // A gradient keeps the names of those it is computed from; a matrix of derivatives is the product of all.
  std::vector<std::string> names;
  if (!gradient || !arena_.is(out.of, Op::Symbol)) {
    const std::uint64_t longest = arena_.is(out.of, Op::Symbol) ? longest_inserted : static_cast<std::uint64_t>(-1);
    for (int round = 0; round < most_insertions; ++round) {
      const auto with = inserted(contracted, longest, false, names);
      if (!with) break;
      line.step("insert-derivative", letters(*with, i), fmt::format("As derived for {}.", fmt::join(names, ", ")));
      contracted = sums_.contracted(*with);
      line.step("contract", letters(contracted, i), "A delta takes the place of the index that is summed over.");
      line.key();
      names.clear();
    }
  }
  // As it stands, or else multiplied out; of a matrix of derivatives, and of what is long, the shorter one.
  std::optional<Derivation> best;
  const auto attempt = [&](Expr form) {
    const auto matrix = matrices_.of(form, i, shape);
    if (!matrix) return;
    Derivation trial = out;
    Line at{trial, line.line};
    at.step("sum-normal-form", letters(form, i), "Products are multiplied out, and sums taken term by term.");
    at.step("matrix-form", *matrix, "The same without indices.");
    at.key();
    trial.result = simplifier_.whole(at, *matrix, shape, results_);
    if (!best || simplifier_.cost(trial.result) < simplifier_.cost(best->result)) best = std::move(trial);
  };
  attempt(contracted);
  if (!best && contracted != uninserted && arena_.is(out.of, Op::Symbol)) {
    // With the names of the derivatives that it is computed from.
    const Derivation with = std::move(out);
    const Expr with_line = line.line;
    out = plain;
    line.line = plain_line;
    attempt(uninserted);
    out = with;
    line.line = with_line;
  }
  const bool of_name = gradient && arena_.is(out.of, Op::Symbol);
  if (!best || !of_name || simplifier_.cost(best->result) > long_result) {
    const Expr normal = sums_.multiplied_out(contracted);
    if (normal != contracted) attempt(normal);
  }
  const bool has_form = best.has_value();
  if (best && !of_name && simplifier_.cost(best->result) > long_result) {
    // Much shorter by entries?
    Derivation trial = out;
    Line at{trial, line.line};
    if (2 * simplifier_.cost(simplifier_.entry(at, contracted, i)) <= simplifier_.cost(best->result)) best.reset();
  }
  if (!best) {
    by_entries(out, line, contracted, i, shape, derivative);
    if (has_form) out.note = fmt::format("{}; shorter by its entries", described(shape));
    return;
  }
  out = std::move(*best);
  line.line = out.result;
  out.start = derivative;
  if (gradient) with_known(out, line, contracted, i, shape);
  if (!shape.empty()) out.note = described(shape);
  results_[derivative] = out.result;
}

void Chain::by_entries(Derivation& out, Line& line, Expr contracted, const std::vector<Expr>& i, const Shape& shape,
                       Expr derivative) {
  out.start = letters(at(derivative, i), i);
  std::vector<Expr> shown;
  for (std::size_t k = 1; arena_.is(out.start, Op::Entry) && k < arena_.count(out.start); ++k)
    shown.push_back(arena_.child(out.start, k));
  out.note = described(shape);
  if (const auto thin = without_ones(out, line, contracted, i, shape)) {
    out.result = *thin;
  } else {
    out.result = simplifier_.entry(line, contracted, i);
    out.note += "; it has no form in the notation of matrices";
  }
  entry_results_[derivative] = {shown, out.result};
}

// Dimensions of 1 aside it may be a matrix all the same: then the entry of that.
std::optional<Expr> Chain::without_ones(Derivation& out, Line& line, Expr contracted, const std::vector<Expr>& i,
                                        const Shape& shape) {
  const auto parts = proper(arena_, i, shape);
  const std::vector<Expr>& indices = parts.first;
  const Shape& dimensions = parts.second;
  if (dimensions.size() == shape.size() || dimensions.size() > 2) return std::nullopt;
  auto matrix = matrices_.of(contracted, indices, dimensions);
  Expr normal = contracted;
  if (!matrix) {
    normal = sums_.multiplied_out(contracted);
    matrix = matrices_.of(normal, indices, dimensions);
  }
  if (!matrix) return std::nullopt;
  const auto entry = [&](Expr e) -> std::optional<Expr> {
    try {
      const Shape own = entries_.shape(e);
      if (own.empty()) return e;
      if (own == dimensions) return letters(at(with_fresh_sums(arena_, entries_, e), indices), i);
    } catch (const ShapeError&) {
    }
    return std::nullopt;
  };
  Derivation inside = out;
  inside.steps.clear();
  Line of_matrix{inside, *matrix};
  const auto result = entry(simplifier_.whole(of_matrix, *matrix, dimensions, results_));
  if (!result) return std::nullopt;
  line.step("sum-normal-form", letters(normal, i), "Products are multiplied out, and sums taken term by term.");
  if (const auto first = entry(*matrix)) line.step("matrix-form", *first, "The same as an entry of a matrix.");
  line.key();
  for (Step& s : inside.steps) {
    const auto shown = entry(s.line);
    if (!shown) continue;  // it stretches
    s.line = *shown;
    out.steps.push_back(std::move(s));
  }
  line.line = out.steps.empty() ? line.line : out.steps.back().line;
  line.step("matrix-form", *result, "The same as an entry of a matrix.");
  return result;
}

// The derivatives that are known in the place of their names; nothing if there are none. `elementwise`: those alone
// that act entry by entry.
std::optional<Expr> Chain::inserted(Expr e, std::uint64_t longest, bool elementwise, std::vector<std::string>& names) {
  ExprMap<Expr> map;
  for (const Expr node : reachable(arena_, e)) {
    const bool indexed = arena_.is(node, Op::Entry);
    const Expr name = indexed ? arena_.child(node, 0) : node;
    if (!indexed && !entries_.shape(node).empty()) continue;  // the name in front of the indices
    std::vector<Expr> where;
    for (std::size_t k = 1; indexed && k < arena_.count(node); ++k) where.push_back(arena_.child(node, k));
    const auto known = results_.find(name);
    const auto by_entry = entry_results_.find(name);
    if (known != results_.end()) {
      if (tree_size(arena_, known->second) > longest) continue;
      if (elementwise && !acts_by_entries(arena_, without_labels(arena_, known->second))) continue;
      map[node] = entries_.at(known->second, entries_.shape(known->second).empty() ? std::vector<Expr>{} : where);
    } else if (by_entry != entry_results_.end() && !elementwise) {
      if (tree_size(arena_, by_entry->second.value) > longest) continue;
      ExprMap<Expr> renamed;
      for (std::size_t k = 0; k < where.size(); ++k) renamed[by_entry->second.indices[k]] = where[k];
      map[node] =
          entries_.at(substitute(arena_, with_fresh_sums(arena_, entries_, by_entry->second.value), renamed), {});
    } else {
      continue;
    }
    const std::string shown = print(arena_, name);
    if (std::ranges::find(names, shown) == names.end()) names.push_back(shown);
  }
  if (map.empty()) return std::nullopt;
  return substitute(arena_, e, map);
}

// Where derivatives that are known stand under a sum, the result may be shorter with what they are.
void Chain::with_known(Derivation& out, Line& line, Expr contracted, const std::vector<Expr>& i, const Shape& shape) {
  std::vector<std::string> names;
  const auto with = inserted(contracted, static_cast<std::uint64_t>(-1), true, names);
  if (!with) return;
  // As it stands, where factors cancel, or else multiplied out.
  const Expr normal = sums_.multiplied_out(*with);
  std::vector<Expr> forms{sums_.contracted(*with)};
  if (normal != forms.front()) forms.push_back(normal);
  const Derivation plain = out;
  for (const Expr form : forms) {
    const auto matrix = matrices_.of(form, i, shape);
    if (!matrix) continue;
    Derivation other = plain;
    Line again{other, plain.result};
    again.step("insert-derivative", letters(*with, i),
               fmt::format("As derived for {}, entry by entry.", fmt::join(names, ", ")));
    if (form == normal)
      again.step("sum-normal-form", letters(form, i), "Products are multiplied out, and sums taken term by term.");
    else
      again.step("contract", letters(form, i), "Constants stand before the sums.");
    again.step("matrix-form", *matrix, "The same without indices.");
    again.key();
    other.result = simplifier_.whole(again, *matrix, shape, results_);
    if (simplifier_.cost(other.result) >= simplifier_.cost(out.result)) continue;
    out = std::move(other);
    line.line = out.result;
  }
}

std::string Chain::described(const Shape& shape) const {
  return shape.empty() ? "a scalar" : "shape " + print_shape(arena_, shape);
}

}  // namespace gradus::tensor

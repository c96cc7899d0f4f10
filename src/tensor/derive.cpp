// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/tensor/derive.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "derive/session.h"
#include "gradus/expr/tensor_function.h"
#include "tensor/adjoints.h"
#include "tensor/matrix_form.h"
#include "tensor/per_example.h"
#include "tensor/softmax.h"
#include "tensor/whole.h"

namespace gradus {
namespace {

using namespace tensor;

// The model, and names for the derivatives of its convention.
Model with_adjoints(Arena& arena, const Model& model) {
  Model out = model;
  if (!model.per_example) return out;
  for (const auto& [name, shape] : model.shapes) out.shapes.emplace(arena.name(arena.symbol("d" + name)), shape);
  return out;
}

class TensorChain {
 public:
  TensorChain(Engine& engine, const Model& model, Expr cost)
      : arena_(engine.arena),
        model_(with_adjoints(engine.arena, model)),
        cost_(cost),
        entries_(engine.arena, model_),
        adjoints_(engine, model, entries_),
        sums_(engine.arena, entries_),
        matrices_(engine.arena, entries_, sums_),
        scalar_(scalar_model()),
        session_(engine, scalar_) {
    require_per_example(arena_, model_, entries_, sums_);
    if (!is_single(arena_, entries_.shape(cost)))
      throw Error({},
                  fmt::format("`{}` is {}: the gradient is that of a scalar", arena_.name(cost),
                              print_shape(arena_, entries_.shape(cost))),
                  "name another one with --of");
  }

  std::vector<Derivation> run(const std::vector<Expr>& wrt) {
    std::vector<Derivation> out;
    for (const Expr v : order(wrt)) {
      out.push_back(derive_one(v));
      results_[adjoint(v)] = out.back().result;
    }
    return out;
  }

 private:
  // --- what is derived ---

  // The names of `wrt` and all between them and the cost, backwards. Empty: whatever the cost depends on but data.
  std::vector<Expr> order(const std::vector<Expr>& wrt) {
    std::unordered_set<Expr, ExprHash> above{cost_};  // the cost depends on them
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
      if (below.contains(d.symbol) && above.contains(d.symbol) && d.symbol != cost_) out.push_back(d.symbol);
    }
    std::ranges::reverse(out);
    for (const auto* names : {&model_.params, &model_.inputs}) {
      for (const Expr s : *names) {
        if (below.contains(s)) out.push_back(s);
      }
    }
    return out;
  }

  bool per_example() const { return model_.per_example && model_.per_example->cost == cost_; }
  bool of_examples(Expr v) {
    const Shape& shape = entries_.shape(v);
    return per_example() && std::ranges::find(shape, model_.per_example->over) != shape.end();
  }
  // What the derivative by `v` is called.
  Expr adjoint(Expr v) {
    return per_example() ? arena_.symbol("d" + arena_.name(v)) : arena_.make(Op::Deriv, {cost_, v});
  }

  // --- entry by entry ---

  // The derivatives in it by their names: in the convention those by examples are m times as large.
  Expr named(Expr e) {
    if (!per_example()) return e;
    ExprMap<Expr> map;
    for (const Expr d : adjoints_.derivatives(e)) {
      const bool indexed = arena_.is(d, Op::Entry);
      const Expr by = arena_.child(indexed ? arena_.child(d, 0) : d, 1);
      std::vector<Expr> parts = indexed ? arena_.children_copy(d) : std::vector<Expr>{d};
      parts[0] = adjoint(by);
      const Expr name = indexed ? arena_.make(Op::Entry, parts) : parts[0];
      map[d] = of_examples(by) ? arena_.mul(arena_.pow(model_.per_example->over, arena_.number(-1)), name) : name;
    }
    return substitute(arena_, e, map);
  }

  // With letters for indices.
  Expr readable(Expr e, const std::vector<Expr>& indices) {
    ExprMap<Expr> map;
    std::size_t next = 0;
    const auto letter = [&](Expr index) {
      if (map.contains(index)) return;
      for (;; ++next) {
        const std::string name = index_letter(next);
        if (model_.introduced.contains(name)) continue;
        map[index] = arena_.symbol(name);
        break;
      }
      ++next;
    };
    for (const Expr i : indices) {
      if (arena_.is(i, Op::Symbol)) letter(i);
    }
    for (const Expr s : symbols(arena_, e)) {
      if (arena_.name(s).starts_with("index ") || arena_.name(s)[0] == '#') letter(s);
    }
    return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
      const auto it = map.find(node);
      return it == map.end() ? node : it->second;
    });
  }

  struct Line {
    Derivation& derivation;
    Expr line;
    void step(std::string rule, Expr after, std::string why) {
      if (after == line) return;
      Step s;
      s.rule = std::move(rule);
      s.before = line;
      s.after = s.line = line = after;
      s.why = std::move(why);
      derivation.steps.push_back(std::move(s));
    }
    void key() {
      if (!derivation.steps.empty()) derivation.steps.back().key = true;
    }
  };

  Derivation derive_one(Expr v) {
    const Shape shape = entries_.shape(v);
    const std::vector<Expr> i = entries_.fresh(shape);
    const auto at = [&](Expr tensor) {
      std::vector<Expr> parts{tensor};
      parts.insert(parts.end(), i.begin(), i.end());
      return i.empty() ? tensor : arena_.make(Op::Entry, parts);
    };
    Derivation out;
    out.of = cost_;
    out.wrt = v;
    out.method = "chain";
    Expr raw = adjoints_.one_step(at(arena_.make(Op::Deriv, {cost_, v})));
    raw = named(raw);
    if (of_examples(v)) raw = arena_.mul(model_.per_example->over, raw);
    out.start = readable(at(adjoint(v)), i);
    Line line{out, out.start};
    sums_.begin(raw);
    line.step("chain-rule", readable(raw, i),
              fmt::format("The chain rule, entry by entry: through every use of `{}`.", arena_.name(v)));
    line.key();
    // As it stands, or else multiplied out.
    const Expr contracted = sums_.contracted(raw);
    auto matrix = matrices_.of(contracted, i, shape);
    line.step("contract", readable(contracted, i),
              "A delta takes the place of the index that is summed over; constants stand before the sums.");
    line.key();
    if (!matrix) {
      const Expr normal = sums_.normal(contracted);
      matrix = matrices_.of(normal, i, shape);
      line.step("sum-normal-form", readable(normal, i), "Products are multiplied out, and sums taken term by term.");
    }
    if (!matrix) {
      line.key();
      out.result = line.line;
      out.start = readable(at(adjoint(v)), i);
      out.note = fmt::format("{}; it has no form in the notation of matrices", described(shape));
      return out;
    }
    line.step("matrix-form", *matrix, "The same without indices.");
    line.key();
    out.result = simplified(line, *matrix, shape);
    out.start = adjoint(v);
    with_known(out, line, contracted, i, shape);
    if (!shape.empty()) out.note = described(shape);
    return out;
  }

  // Where derivatives that are known stand under a sum, the result may be shorter with what they are.
  void with_known(Derivation& out, Line& line, Expr contracted, const std::vector<Expr>& i, const Shape& shape) {
    ExprMap<Expr> map;
    std::vector<std::string> names;
    for (const Expr node : reachable(arena_, contracted)) {
      const bool indexed = arena_.is(node, Op::Entry);
      const auto known = results_.find(indexed ? arena_.child(node, 0) : node);
      if (known == results_.end() || !is_elementwise(known->second)) continue;
      if (!indexed && !entries_.shape(node).empty()) continue;  // the name in front of the indices
      std::vector<Expr> at;
      for (std::size_t k = 1; indexed && k < arena_.count(node); ++k) at.push_back(arena_.child(node, k));
      map[node] = entries_.at(known->second, entries_.shape(known->second).empty() ? std::vector<Expr>{} : at);
      const std::string name = print(arena_, known->first);
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    if (map.empty()) return;
    const Expr inserted = substitute(arena_, contracted, map);
    const Expr normal = sums_.normal(inserted);
    const auto matrix = matrices_.of(normal, i, shape);
    if (!matrix) return;
    Derivation other = out;
    Line again{other, out.result};
    again.step("insert-derivative", readable(inserted, i),
               fmt::format("As derived for {}, entry by entry.", fmt::join(names, ", ")));
    again.step("sum-normal-form", readable(normal, i), "Products are multiplied out, and sums taken term by term.");
    again.step("matrix-form", *matrix, "The same without indices.");
    again.key();
    other.result = simplified(again, *matrix, shape);
    if (session_.rewriter.cost("default", other.result) >= session_.rewriter.cost("default", out.result)) return;
    out = std::move(other);
    line.line = out.result;
  }

  bool is_elementwise(Expr e) const {
    const auto nodes = reachable(arena_, e);
    return std::ranges::none_of(nodes, [&](Expr n) { return is_opaque(arena_, n) && !arena_.is(n, Op::Deriv); });
  }

  std::string described(const Shape& shape) const {
    return shape.empty() ? "a scalar" : "shape " + print_shape(arena_, shape);
  }

  // --- operations entry by entry, as those of scalars ---

  static bool is_opaque(const Arena& arena, Expr e) {
    return arena.is(e, Op::MatMul) || arena.is(e, Op::Transpose) || arena.is(e, Op::Deriv) || arena.is(e, Op::Entry) ||
           arena.is(e, Op::Sum) || arena.is(e, Op::Table) || tensor_call(arena, e) != nullptr;
  }

  // Names whose definitions act entry by entry keep them; the others are given.
  Model scalar_model() {
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
      }
    }
    for (const Assumption& a : model_.assumptions) {
      if (is_elementwise(a.condition)) out.assumptions.push_back(a);
    }
    for (const Expr d : model_.dims) out.assumptions.push_back({arena_.make(Op::Gt, {d, arena_.number(0)}), {}});
    return out;
  }

  // Without the products of matrices in it, which are atoms.
  Expr closed(Expr e, ExprMap<Expr>& atoms) {
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
  bool fits(Expr e, const Shape& shape) {
    try {
      const Shape& own = entries_.shape(e);
      return own == shape || own.empty();
    } catch (const ShapeError&) {
      return false;
    }
  }

  // What products of matrices and sums have as operands, simplified for themselves.
  Expr with_simple_operands(Line& line, Expr matrix) {
    std::vector<Expr> operands;
    for (const Expr node : reachable(arena_, matrix)) {
      if (!arena_.is(node, Op::MatMul) && tensor_call(arena_, node) == nullptr) continue;
      for (const Expr c : arena_.children(node)) {
        const bool plain = arena_.count(c) == 0 || is_opaque(arena_, c);
        if (!plain && std::ranges::find(operands, c) == operands.end()) operands.push_back(c);
      }
    }
    for (const Expr operand : operands) {
      if (!contains(arena_, matrix, operand)) continue;  // it had a smaller one in it
      ExprMap<Expr> atoms;
      Trace t(session_, closed(operand, atoms));
      t.simplify();
      const auto opened = [&](Expr e) { return substitute(arena_, e, atoms); };
      if (!fits_as(opened(t.line), operand)) continue;
      for (Step s : t.steps) {
        s.before = opened(s.before);
        s.after = opened(s.after);
        s.line = substitute(arena_, matrix, {{operand, opened(s.line)}});
        line.derivation.steps.push_back(std::move(s));
      }
      matrix = line.line = substitute(arena_, matrix, {{operand, opened(t.line)}});
    }
    return matrix;
  }

  // Whether it may stand where the other one does.
  bool fits_as(Expr e, Expr other) {
    try {
      const Shape shape = entries_.shape(other);
      return entries_.shape(e) == shape;
    } catch (const ShapeError&) {
      return false;
    }
  }

  Expr simplified(Line& line, Expr matrix, const Shape& shape) {
    for (const Assumption& a : model_.assumptions) {
      if (!arena_.is(a.condition, Op::Eq) || !contains(arena_, matrix, arena_.child(a.condition, 0))) continue;
      const Expr with = substitute(arena_, matrix, {{arena_.child(a.condition, 0), arena_.child(a.condition, 1)}});
      if (!fits(with, shape)) continue;  // a number is no operand of `@`
      matrix = with;
      line.step("use-assumption", matrix, fmt::format("It is assumed that {}.", print(arena_, a.condition)));
    }
    matrix = with_simple_operands(line, matrix);
    ExprMap<Expr> atoms;
    Trace t(session_, closed(matrix, atoms));
    const std::size_t before = line.derivation.steps.size();
    const Expr unsimplified = line.line;
    const bool elementwise = is_elementwise(matrix);
    t.simplify();
    t.use_names();
    // The derivatives that are known, where all stands at the same entry.
    if (elementwise) {
      for (const Expr s : symbols(arena_, t.line)) {
        const Expr known = atoms.contains(s) ? atoms.at(s) : s;
        const auto it = results_.find(known);
        if (it == results_.end() || tree_size(arena_, it->second) > longest_inserted) continue;
        const auto nodes = reachable(arena_, it->second);
        if (std::ranges::any_of(nodes, [&](Expr n) { return arena_.is(n, Op::Entry); })) continue;
        t.step("insert-derivative", s, closed(it->second, atoms),
               fmt::format("As derived for {}.", print(arena_, known)));
        t.mark_key();
      }
      t.simplify();
      t.use_names();
    }
    t.mark_key();
    const auto opened = [&](Expr e) { return substitute(arena_, e, atoms); };
    for (Step s : t.steps) {
      s.before = opened(s.before);
      s.after = opened(s.after);
      s.line = opened(s.line);
      line.derivation.steps.push_back(std::move(s));
    }
    Expr out = opened(t.line);
    if (const Expr known = with_softmax(arena_, out); known != out) {
      line.line = out;
      line.step("softmax", known, "Exponentials over their sum are a softmax; it does not overflow.");
      line.key();
      out = known;
    }
    // What was dropped may have stretched the rest.
    if (fits(out, shape)) return line.line = out;
    line.derivation.steps.resize(before);
    return line.line = unsimplified;
  }

  static constexpr std::uint64_t longest_inserted = 120;  // nodes

  Arena& arena_;
  Model model_;
  Expr cost_;
  Entries entries_;
  Adjoints adjoints_;
  SumForms sums_;
  MatrixForms matrices_;
  Model scalar_;
  Session session_;
  ExprMap<Expr> results_;  // of the derivatives, by their names
};

}  // namespace

std::vector<Derivation> derive_tensors(Engine& engine, const Model& model, const DeriveRequest& request) {
  if (model.definitions.empty()) return {};
  if (request.method == DeriveRequest::Method::direct)
    throw Error({}, "the direct method is for models of scalars", "leave out --method");
  Arena& arena = engine.arena;
  const Expr cost = request.of.empty() ? model.definitions.back().symbol : arena.symbol(request.of);
  std::vector<Expr> wrt;
  for (const std::string& name : request.wrt) wrt.push_back(arena.symbol(name));
  const Model whole = with_whole_tensors(arena, model);
  return TensorChain(engine, whole, cost).run(wrt);
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/instance.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gradus/expr/size.h"
#include "tensor/inverse.h"

namespace gradus::tensor {
namespace {

constexpr std::size_t most_nodes_of_entries = 6'000;  // of all definitions and the sides in question
constexpr std::size_t most_entries = 10'000;

}  // namespace

std::vector<std::vector<long>> all_indices(const std::vector<long>& sizes) {
  std::size_t count = 1;
  for (const long n : sizes) {
    count *= static_cast<std::size_t>(n);
    if (count > most_entries) throw LimitError(fmt::format("a tensor of more than {} entries", most_entries));
  }
  std::vector<std::vector<long>> out{{}};
  for (const long n : sizes) {
    std::vector<std::vector<long>> longer;
    for (const auto& front : out) {
      for (long k = 1; k <= n; ++k) {
        longer.push_back(front);
        longer.back().push_back(k);
      }
    }
    out = std::move(longer);
  }
  return out;
}

Expr one_by_one(Arena& arena, std::string_view function, const std::vector<Expr>& terms) {
  Expr out = terms.front();
  for (std::size_t k = 1; k < terms.size(); ++k) out = arena.call(function, {out, terms[k]});
  return out;
}

Names names_below(const Arena& arena, const Model& model, const std::vector<Expr>& expressions) {
  Names out;
  const auto add = [&](Expr e) {
    for (const Expr s : symbols(arena, e)) out.insert(s);
  };
  for (const Expr e : expressions) add(e);
  for (std::size_t k = model.definitions.size(); k-- > 0;) {
    const Definition& d = model.definitions[k];
    if (out.contains(d.symbol)) add(d.value);
  }
  return out;
}

Instance::Instance(Engine& engine, const Model& model, Entries& entries, ExprMap<long> sizes)
    : engine_(engine), arena_(engine.arena), model_(model), entries_(entries), sizes_(std::move(sizes)) {}

Model Instance::whole() {
  std::vector<Expr> names = model_.inputs;
  names.insert(names.end(), model_.params.begin(), model_.params.end());
  for (const Definition& d : model_.definitions) names.push_back(d.symbol);
  return part(std::move(names));
}

Model Instance::part(std::vector<Expr> roots) {
  for (const Assumption& a : model_.assumptions) roots.push_back(a.condition);
  const Names names = names_below(arena_, model_, roots);
  spent_ = 0;
  Model out;
  out.functions = model_.functions;
  for (const ModelFunction& f : model_.functions) out.introduced.emplace(f.name, f.place);
  const auto add_given = [&](const std::vector<Expr>& given, std::vector<Expr>& to) {
    for (const Expr tensor : given) {
      if (!names.contains(tensor)) continue;
      for (const auto& indices : all_indices(this->sizes(entries_.shape(tensor)))) {
        to.push_back(entry(tensor, indices));
        out.introduced.emplace(arena_.name(to.back()), Place{});
      }
    }
  };
  add_given(model_.inputs, out.inputs);
  add_given(model_.params, out.params);
  for (const Definition& d : model_.definitions) {
    if (!names.contains(d.symbol)) continue;
    const Written& all = written(d, out);
    spend(all.nodes);
    for (const Definition& one : all.entries) {
      out.introduced.emplace(one.name, Place{});
      out.definition_index.emplace(one.name, out.definitions.size());
      out.definitions.push_back(one);
    }
  }
  for (const Assumption& a : model_.assumptions) {
    if (const auto label = labels(arena_, a.condition)) {
      for (const auto& indices : all_indices(this->sizes(entries_.shape(label->of)))) {
        std::vector<Expr> parts{entry(label->of, indices)};
        for (long k = 1; k <= size(label->dimension); ++k) parts.push_back(arena_.number(k));
        out.assumptions.push_back({arena_.make(Op::In, parts), a.place});
      }
      continue;
    }
    for (const auto& indices : all_indices(this->sizes(entries_.shape(a.condition)))) {
      const Expr condition = entry(a.condition, indices);
      if (!symbols(arena_, condition).empty()) out.assumptions.push_back({condition, a.place});  // of sizes
    }
  }
  return out;
}

// The entries of a definition. Derivatives in it are carried out, with the definitions before it.
const Instance::Written& Instance::written(const Definition& d, const Model& before) {
  if (const auto known = written_.find(d.symbol); known != written_.end()) return known->second;
  const std::size_t spent = spent_;
  Written out;
  for (const auto& indices : all_indices(sizes(entries_.shape(d.symbol)))) {
    const Expr e = entry(d.symbol, indices);
    const Expr value = resolve_derivatives(engine_, before, entry(d.value, indices));
    out.entries.push_back({arena_.name(e), e, value, d.place});
  }
  out.nodes = spent_ - spent;
  spent_ = spent;
  return written_[d.symbol] = std::move(out);
}

void Instance::spend(std::size_t nodes) {
  if ((spent_ += nodes) > most_nodes_of_entries)
    throw LimitError("the tensors are too large to be written out entry by entry");
}

long Instance::size(Expr dimension) const {
  if (arena_.is_number(dimension)) return std::lround(cln::double_approx(arena_.value(dimension)));
  return sizes_.at(dimension);
}

std::vector<long> Instance::sizes(const Shape& shape) const {
  std::vector<long> out;
  for (const Expr d : shape) out.push_back(size(d));
  return out;
}

Expr Instance::entry(Expr e, const std::vector<long>& indices) {
  std::vector<Expr> where;
  for (const long k : indices) where.push_back(arena_.number(k));
  return written_out(entries_.at(e, where));
}

Expr Instance::name(Expr tensor, const std::vector<Expr>& indices) {
  if (indices.empty()) return tensor;
  std::string text = arena_.name(tensor);
  for (std::size_t k = 0; k < indices.size(); ++k) text += (k == 0 ? "[" : ", ") + print(arena_, indices[k]);
  return arena_.symbol(text + "]");
}

// The entries of what `inv` or `det` takes.
std::vector<std::vector<Expr>> Instance::square(Expr call) {
  const Expr table = arena_.child(call, 0);
  const long n = size(arena_.child(table, 1));
  std::vector<std::vector<Expr>> out(static_cast<std::size_t>(n));
  for (long i = 1; i <= n; ++i) {
    for (long j = 1; j <= n; ++j)
      out[static_cast<std::size_t>(i - 1)].push_back(
          written_out(entries_.at(table, {arena_.number(i), arena_.number(j)})));
  }
  return out;
}

// Indices are numbers here.
Expr Instance::written_out(Expr e) {
  spend(1);
  switch (arena_.op(e)) {
    case Op::Symbol:
      return sizes_.contains(e) ? arena_.number(size(e)) : e;
    case Op::Sum:
    case Op::Max:
    case Op::Min: {
      std::vector<Expr> terms;
      const Expr index = arena_.child(e, 0), body = arena_.child(e, 2);
      const long n = size(arena_.child(e, 1));
      for (long k = 1; k <= n; ++k) terms.push_back(written_out(substitute(arena_, body, {{index, arena_.number(k)}})));
      return arena_.is(e, Op::Sum) ? arena_.sum(terms) : one_by_one(arena_, spelling(arena_.op(e)), terms);
    }
    case Op::Call: {
      if (arena_.name(e) == "det") return determinant(arena_, square(e));
      break;
    }
    case Op::Entry:
    case Op::Deriv: {
      if (const auto part = part_of(arena_, arena_.child(e, 0)); part && arena_.is(e, Op::Entry)) {
        const long row = size(arena_.child(e, 1)), column = size(arena_.child(e, 2));
        return arena_.number(row + value_of(*size_of(arena_, model_.sizes, part->from), sizes_) - 1 == column ? 1 : 0);
      }
      if (is_inverse_entry(arena_, e)) {
        const auto place = [&](std::size_t k) { return static_cast<std::size_t>(size(arena_.child(e, k))) - 1; };
        const std::size_t row = place(1), column = place(2);
        return inverse_entry(arena_, square(arena_.child(e, 0)), row, column);
      }
      const bool indexed = arena_.is(e, Op::Entry);
      const Expr of = indexed ? arena_.child(e, 0) : e;
      std::vector<Expr> indices = arena_.children_copy(e);
      indices.erase(indices.begin());
      if (!indexed) indices.clear();
      if (!arena_.is(of, Op::Deriv)) return name(of, indices);
      const Expr above = arena_.child(of, 0), by = arena_.child(of, 1);
      const auto split = indices.end() - static_cast<std::ptrdiff_t>(entries_.shape(by).size());
      std::vector<Expr> front(indices.begin(), split);
      const std::vector<Expr> back(split, indices.end());
      if (front.empty()) front.assign(entries_.shape(above).size(), arena_.number(1));
      return arena_.make(Op::Deriv, {written_out(entries_.at(above, front)), name(by, back)});
    }
    default:
      break;
  }
  if (is_delta(arena_, e)) return arena_.number(arena_.child(e, 0) == arena_.child(e, 1) ? 1 : 0);
  std::vector<Expr> children;
  for (const Expr c : arena_.children_copy(e)) children.push_back(written_out(c));
  return children.empty() ? e : arena_.rebuild(e, children);
}

}  // namespace gradus::tensor

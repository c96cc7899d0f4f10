// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/flatten.h"

#include <fmt/format.h>

#include <algorithm>

#include "gradus/expr/slice.h"
#include "gradus/expr/tensor_function.h"
#include "tensor/sums.h"

namespace gradus::tensor {
namespace {

// eye(n)[2..n].T @ v - eye(n)[1..k].T @ v for (eye(n)[2..n].T - eye(n)[1..k].T) @ v: each is the vector, at another
// place.
std::optional<Expr> products_with_parts(Arena& arena, Expr product) {
  if (!arena.is(product, Op::MatMul)) return std::nullopt;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const Expr sum = arena.child(product, side), other = arena.child(product, 1 - side);
    if (!arena.is(sum, Op::Add)) continue;
    std::vector<Expr> terms;
    bool all = true;
    for (const Expr term : arena.children_copy(sum)) {
      std::vector<Expr> factors = flat_factors(arena, term);
      const auto at = std::ranges::find_if(factors, [&](Expr f) {
        return part_of(arena, arena.is(f, Op::Transpose) ? arena.child(f, 0) : f).has_value();
      });
      all = all && at != factors.end();
      if (!all) break;
      *at = side == 0 ? arena.make(Op::MatMul, {*at, other}) : arena.make(Op::MatMul, {other, *at});
      terms.push_back(arena.product(factors));
    }
    if (all) return arena.sum(terms);
  }
  return std::nullopt;
}

}  // namespace

void Flattening::assign(Expr name, Expr value) {
  const Expr meaning = value;
  if (has_inner_tensors(value)) {
    const Expr written = value;
    value = table(entries_.shape(value), [&](const std::vector<Expr>& i) { return entries_.at(written, i); });
  }
  if (tensor_call(arena_, value) != nullptr && arena_.name(value) == "softmax") softmax_[name] = value;
  const std::size_t before = assignments_.size();
  value = flat(value);
  bound_.emplace(meaning, name);
  // What was given a name of our own alone gets this one.
  if (assignments_.size() > before && assignments_.back().name == value) {
    assignments_.back().name = name;
    assignments_.back().meaning = meaning;
    for (auto& [written, known] : bound_) {
      if (known == value) known = name;
    }
    model_.shapes.erase(arena_.name(value));
    --names_;
    return;
  }
  assignments_.push_back({name, value, std::nullopt, meaning});
}

// Whether tensors stand within the indices of others: `X[:, j]`, a table of rows.
bool Flattening::has_inner_tensors(Expr e) {
  const auto nodes = reachable(arena_, e);
  return std::ranges::any_of(nodes, [&](Expr n) {
    if (!arena_.is(n, Op::Table)) return false;
    const Expr body = arena_.child(n, 2);
    return is_slice_index(arena_, arena_.child(n, 0)) || (!arena_.is(body, Op::Table) && !entries_.shape(body).empty());
  });
}

void Flattening::assign(Expr name, const std::vector<Expr>& indices, Expr value) {
  const Expr meaning = value;
  for (const Expr i : indices) {
    if (arena_.is(i, Op::Symbol)) indices_.push_back(i);
  }
  value = flat(value);
  indices_.clear();
  assignments_.push_back({name, value, indices, meaning});
}

// A name for a value in which nothing but its outermost operation is other than entry by entry.
Expr Flattening::bind(Expr value, Expr meaning) {
  if (const auto known = bound_.find(meaning); known != bound_.end()) return known->second;
  if (std::ranges::any_of(indices_, [&](Expr i) { return contains(arena_, value, i); }))
    throw Error({}, fmt::format("no code can be generated yet for `{}`, which has an index that is bound outside of it",
                                print(arena_, meaning)));
  std::string name;
  do {
    name = fmt::format("t{}", ++names_);
  } while (model_.introduced.contains(name) || model_.shapes.contains(name) || model_.definition_index.contains(name));
  const Expr symbol = arena_.symbol(name);
  if (const Shape& shape = entries_.shape(value); !shape.empty()) {
    const Shape kept = shape;
    model_.shapes[name] = kept;
  }
  bound_[meaning] = symbol;
  assignments_.push_back({symbol, value, std::nullopt, meaning});
  return symbol;
}

// A name, or a name transposed.
Expr Flattening::operand(Expr e) {
  if (arena_.is(e, Op::Transpose)) {
    const Expr inner = arena_.child(e, 0);
    if (arena_.is(inner, Op::Transpose)) return operand(arena_.child(inner, 0));
    return arena_.make(Op::Transpose, {operand(inner)});
  }
  if (arena_.is(e, Op::Symbol) || arena_.is_number(e)) return e;
  if (const auto known = bound_.find(e); known != bound_.end()) return known->second;
  const Expr value = flat(e);
  return arena_.is(value, Op::Symbol) ? value : bind(value, e);
}

Expr Flattening::flat(Expr e) {
  if (arena_.count(e) == 0) return e;
  switch (arena_.op(e)) {
    case Op::Transpose:
      return operand(e);
    case Op::MatMul: {
      if (const auto scaled = scaled_rows(e)) return *scaled;
      if (const auto part = part_product(e)) return *part;
      if (const auto terms = products_with_parts(arena_, e)) return flat(*terms);
      const Expr left = operand(arena_.child(e, 0)), right = operand(arena_.child(e, 1));
      return bind(arena_.make(Op::MatMul, {left, right}), e);
    }
    case Op::Entry: {
      std::vector<Expr> parts = arena_.children_copy(e);
      if (const auto part = part_of(arena_, parts[0])) return entries_.equal(parts[2], moved(parts[1], *part, true));
      parts[0] = operand(parts[0]);
      if (!arena_.is(parts[0], Op::Transpose)) return arena_.rebuild(e, parts);
      return arena_.make(Op::Entry, {arena_.child(parts[0], 0), parts[2], parts[1]});
    }
    case Op::Sum:
    case Op::Max:
    case Op::Min:
    case Op::Table: {
      const Expr index = arena_.child(e, 0);
      if (arena_.is(e, Op::Sum)) {
        if (const auto placed = part_sum(index, arena_.child(e, 1), arena_.child(e, 2))) return flat(*placed);
      }
      const bool named = arena_.is(index, Op::Symbol);
      if (named) indices_.push_back(index);
      const Expr body = flat(arena_.child(e, 2));
      if (named) indices_.pop_back();
      return arena_.make(arena_.op(e), {index, arena_.child(e, 1), body});
    }
    case Op::Call:
      if (tensor_call(arena_, e) != nullptr) return flat_call(e);
      if (arena_.name(e) == "ln" && arena_.count(e) == 1) return logarithm(arena_.child(e, 0));
      break;
    default:
      break;
  }
  std::vector<Expr> children = arena_.children_copy(e);
  for (Expr& c : children) c = flat(c);
  return arena_.rebuild(e, children);
}

// diag(v) @ M has the entries v[i]*M[i, j]: no matrix with zeros is built, and nothing is summed. So for M @ diag(v).
std::optional<Expr> Flattening::scaled_rows(Expr e) {
  const auto vector_of = [&](Expr operand) -> std::optional<Expr> {
    if (!arena_.is(operand, Op::Call) || arena_.name(operand) != "diag") return std::nullopt;
    const Expr of = arena_.child(operand, 0);
    return entries_.shape(of).size() == 1 ? std::optional(of) : std::nullopt;
  };
  const auto rows = vector_of(arena_.child(e, 0));
  const auto columns = rows ? std::nullopt : vector_of(arena_.child(e, 1));
  if (!rows && !columns) return std::nullopt;
  const Expr scale = operand(rows ? *rows : *columns), other = operand(arena_.child(e, rows ? 1 : 0));
  const auto entry = [&](const std::vector<Expr>& i) {
    return arena_.mul(entries_.at(scale, {rows ? i.front() : i.back()}), entries_.at(other, i));
  };
  return bind(table(entries_.shape(e), entry), e);
}

// A value where an index is in a part, else 0.
Expr Flattening::within(Expr index, const Part& part, Expr value) {
  const auto where = [&](Op op, Expr bound) {
    value = arena_.make(Op::Where, {arena_.make(op, {index, bound}), value, arena_.number(0)});
  };
  if (part.to != part.dimension) where(Op::Le, part.to);
  if (!arena_.is_number(part.from, 1)) where(Op::Ge, part.from);
  return value;
}

// The index of the entry that an index of the part is, in the dimension; or the other way round.
Expr Flattening::moved(Expr index, const Part& part, bool into_dimension) {
  const Size before = *size_of(arena_, {}, part.from) - Size{{}, 1};
  if (before == Size{}) return index;
  return arena_.add(index, expression(arena_, into_dimension ? before : Size{} - before));
}

// A sum over an index of rows of the identity has one term, or none: nothing is multiplied with zeros.
std::optional<Expr> Flattening::part_sum(Expr index, Expr dimension, Expr body) {
  if (!arena_.is(index, Op::Symbol)) return std::nullopt;
  const auto nodes = reachable(arena_, body);
  const auto has_part = [&](Expr n) { return arena_.is(n, Op::Entry) && part_of(arena_, arena_.child(n, 0)); };
  if (std::ranges::none_of(nodes, has_part)) return std::nullopt;
  if (arena_.is(body, Op::Add)) {
    std::vector<Expr> terms;
    for (const Expr t : arena_.children_copy(body)) terms.push_back(arena_.make(Op::Sum, {index, dimension, t}));
    return arena_.sum(terms);
  }
  std::vector<Expr> rest = flat_factors(arena_, body);
  for (auto f = rest.begin(); f != rest.end(); ++f) {
    if (!has_part(*f)) continue;
    const Part part = *part_of(arena_, arena_.child(*f, 0));
    const Expr row = arena_.child(*f, 1), column = arena_.child(*f, 2);
    if ((row == index) == (column == index)) continue;
    rest.erase(f);
    const Expr place = row == index ? moved(column, part, false) : moved(row, part, true);
    const Expr value = substitute(arena_, arena_.product(rest), {{index, place}});
    return row == index ? within(column, part, value) : value;
  }
  return std::nullopt;
}

// X[2..n] has the entries X[i + 1, j], and eye(n)[2..n].T @ G the entries G[i - 1, j] and zeros: nothing is summed.
std::optional<Expr> Flattening::part_product(Expr e) {
  for (const bool columns : {false, true}) {
    Expr factor = arena_.child(e, columns ? 1 : 0);
    const bool transposed = arena_.is(factor, Op::Transpose);
    if (transposed) factor = arena_.child(factor, 0);
    const auto part = part_of(arena_, factor);
    if (!part) continue;
    const Expr of = operand(arena_.child(e, columns ? 0 : 1));
    const auto entry = [&](std::vector<Expr> i) {
      Expr& index = columns ? i.back() : i.front();
      const Expr own = index;
      const bool takes = transposed == columns;  // a part, or else it is put among zeros
      index = moved(own, *part, takes);
      const Expr value = entries_.at(of, i);
      return takes ? value : within(own, *part, value);
    };
    return bind(table(entries_.shape(e), entry), e);
  }
  return std::nullopt;
}

// The tensor of these entries.
Expr Flattening::table(const Shape& given, const std::function<Expr(const std::vector<Expr>&)>& entry) {
  const Shape shape = given;
  std::vector<Expr> i;
  for (std::size_t k = 0; k < shape.size(); ++k) i.push_back(entries_.fresh());
  Expr value = entry(i);
  for (std::size_t k = shape.size(); k-- > 0;) value = arena_.make(Op::Table, {i[k], shape[k], value});
  return value;
}

Expr Flattening::call(std::string_view function, Expr argument, Expr like) {
  return has_axis(arena_, like) ? arena_.call(function, {argument, arena_.child(like, 1)})
                                : arena_.call(function, {argument});
}

Expr Flattening::greatest(Expr argument, Expr like) { return bind(call(max_of_entries, argument, like)); }

// Entries less the greatest one are not positive: no exponential overflows.
Expr Flattening::exponentials(Expr argument, Expr like) {
  const Expr shifted = arena_.sub(argument, greatest(argument, like));
  return bind(arena_.call("exp", {shifted}));
}

Expr Flattening::softmax(Expr e) {
  const Expr argument = operand(arena_.child(e, 0));
  const Expr powers = exponentials(argument, e), total = call("sum", powers, e);
  return arena_.div(powers, bind(total));
}

// Which entries are the greatest is asked of what was compared, not of another form of it: a table stands for itself.
Expr Flattening::hardmax(Expr e) {
  const Expr argument = operand(arena_.child(e, 0)), most = greatest(argument, e);
  const Shape shape = entries_.shape(argument);
  const auto entry_of = [&](Expr name, const std::vector<Expr>& i) {
    return entries_.at(name, entries_.shape(name).empty() ? std::vector<Expr>{} : i);
  };
  const auto equal = [&](const std::vector<Expr>& i) {
    return entries_.equal(entries_.at(argument, i), entry_of(most, i));
  };
  const Expr attained = entries_.equal(argument, most);
  const Expr count = bind(call("sum", bind(table(shape, equal), attained), e), call("sum", attained, e));
  const auto share = [&](const std::vector<Expr>& i) {
    const Expr both = equal(i);
    return arena_.make(Op::Where, {arena_.child(both, 0), arena_.reciprocal(entry_of(count, i)), arena_.number(0)});
  };
  return bind(table(shape, share), call("hardmax", argument, e));
}

// ln of a softmax is its argument less the logarithm of the sum of exponentials.
Expr Flattening::logarithm(Expr argument) {
  const bool entry = arena_.is(argument, Op::Entry);
  const auto known = softmax_.find(entry ? arena_.child(argument, 0) : argument);
  if (entry && known != softmax_.end()) return logarithm_of_entry(known->second, arena_.children_copy(argument));
  const Expr of = known == softmax_.end() ? argument : known->second;
  if (tensor_call(arena_, of) != nullptr && arena_.name(of) == "softmax") {
    const Expr z = arena_.child(of, 0);
    return arena_.sub(flat(z), flat(call("logsumexp", z, of)));
  }
  return arena_.call("ln", {flat(argument)});
}

// `parts`: the name of the softmax, and the indices of the entry.
Expr Flattening::logarithm_of_entry(Expr softmax, std::vector<Expr> parts) {
  const Expr z = arena_.child(softmax, 0), total = operand(call("logsumexp", z, softmax));
  parts[0] = z;
  const Expr own = flat(arena_.make(Op::Entry, parts));
  if (!has_axis(arena_, softmax)) return arena_.sub(own, total);
  parts[0] = total;
  parts.at(arena_.is_number(arena_.child(softmax, 1), 0) ? 1 : 2) = arena_.number(1);
  return arena_.sub(own, arena_.make(Op::Entry, parts));
}

// The greatest absolute value comes out of the root: no square overflows.
Expr Flattening::norm(Expr e) {
  const Expr argument = operand(arena_.child(e, 0)), size = arena_.call("abs", {argument});
  const Expr sizes = bind(size), scale = greatest(sizes, e);
  const Expr zero = arena_.number(0);
  const Expr scaled = arena_.make(
      Op::Where, {arena_.make(Op::Eq, {scale, zero}), zero, arena_.pow(arena_.div(argument, scale), arena_.number(2))});
  const Expr squares = bind(scaled), total = arena_.call("sum", {squares});
  return arena_.mul(scale, arena_.call("sqrt", {bind(total)}));
}

Expr Flattening::flat_call(Expr e) {
  const std::string& name = arena_.name(e);
  if (name == "inv" || name == "det" || name == "logdet") {
    const auto at = std::ranges::find_if(model_.definitions, [&](const Definition& d) {
      const auto nodes = reachable(arena_, d.value);
      return std::ranges::any_of(nodes, [&](Expr n) { return arena_.is(n, Op::Call) && arena_.name(n) == name; });
    });
    throw Error(at == model_.definitions.end() ? Place{} : at->place,
                fmt::format("no code can be generated yet for `{}`", name));
  }
  if (const auto part = part_of(arena_, e)) {
    const auto entry = [&](const std::vector<Expr>& i) { return entries_.equal(i[1], moved(i[0], *part, true)); };
    return bind(table(entries_.shape(e), entry), e);
  }
  if (name == "softmax") return softmax(e);
  if (name == "hardmax") return hardmax(e);
  if (name == "norm") return norm(e);
  if (name == "logsumexp") {
    const Expr argument = operand(arena_.child(e, 0));
    const Expr most = greatest(argument, e), total = call("sum", exponentials(argument, e), e);
    return arena_.add(most, arena_.call("ln", {bind(total)}));
  }
  std::vector<Expr> arguments = arena_.children_copy(e);
  for (std::size_t k = 0; k < tensor_call(arena_, e)->arguments; ++k) arguments[k] = operand(arguments[k]);
  return bind(arena_.rebuild(e, arguments), e);
}

}  // namespace gradus::tensor

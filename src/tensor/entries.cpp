// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/entries.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gradus/expr/size.h"
#include "gradus/expr/tensor_function.h"
#include "tensor/inverse.h"
#include "tensor/nesting.h"

namespace gradus::tensor {
namespace {

constexpr int deepest_tensor = 5'000;
constexpr int most_inverses = 30;  // within one another

// Functions whose entries keep their name where that is asked for.
bool stays_one(std::string_view name) {
  constexpr auto names =
      std::to_array<std::string_view>({"softmax", "logsumexp", "hardmax", "onehot", max_of_entries, min_of_entries});
  return std::ranges::find(names, name) != names.end();
}

// Whether it is not a tensor of names alone.
bool has_entries(const Arena& arena, Expr e) {
  const auto nodes = reachable(arena, e);
  return std::ranges::any_of(
      nodes, [&](Expr n) { return arena.is(n, Op::Deriv) || arena.is(n, Op::Entry) || binds_index(arena.op(n)); });
}

}  // namespace

bool is_delta(const Arena& arena, Expr e) {
  return arena.is(e, Op::Call) && arena.name(e) == "delta" && arena.count(e) == 2;
}

std::optional<Expr> symmetric(const Arena& arena, Expr condition) {
  if (!arena.is(condition, Op::Eq)) return std::nullopt;
  // A[i, j] = A[j, i]
  const auto entry = [&](Expr e) {
    for (int k = 0; k < 2 && arena.is(e, Op::Table); ++k) e = arena.child(e, 2);
    return arena.is(e, Op::Entry) && arena.count(e) == 3 ? arena.children_copy(e) : std::vector<Expr>{};
  };
  const std::vector<Expr> left = entry(arena.child(condition, 0)), right = entry(arena.child(condition, 1));
  if (!left.empty() && !right.empty() && left[0] == right[0] && arena.is(left[0], Op::Symbol) && left[1] != left[2] &&
      left[1] == right[2] && left[2] == right[1])
    return left[0];
  for (std::size_t side = 0; side < 2; ++side) {
    const Expr name = arena.child(condition, side), other = arena.child(condition, 1 - side);
    if (arena.is(name, Op::Symbol) && arena.is(other, Op::Transpose) && arena.child(other, 0) == name) return name;
  }
  return std::nullopt;
}

std::optional<Labels> labels(const Arena& arena, Expr condition) {
  if (!arena.is(condition, Op::Eq) || !arena.is_number(arena.child(condition, 1), 1)) return std::nullopt;
  const Expr sum = arena.child(condition, 0);
  if (tensor_call(arena, sum) == nullptr || arena.name(sum) != "sum") return std::nullopt;
  const Expr each = arena.child(sum, 0);
  if (tensor_call(arena, each) == nullptr || arena.name(each) != "onehot") return std::nullopt;
  if (has_axis(arena, sum) && !arena.is_number(arena.child(sum, 1), 0)) return std::nullopt;
  return Labels{arena.child(each, 0), arena.child(each, 1)};
}

bool is_fresh_index(const Arena& arena, Expr symbol) { return arena.name(symbol).starts_with("index "); }

// Without d, which is for derivatives, and e, which is a number.
std::string index_letter(std::size_t k) {
  static const std::string letters = "ijklpqrstuvwabcfgh";
  std::string name(1, letters[k % letters.size()]);
  return k < letters.size() ? name : name + std::to_string(k / letters.size());
}

void Entries::check_indices(Expr e) {
  gradus::check_indices(arena_, shapes_, e);
  for (const Expr node : reachable(arena_, e)) {
    const auto part = part_of(arena_, node);
    if (!part) continue;
    const auto from = size_of(arena_, sizes_, part->from), to = size_of(arena_, sizes_, part->to);
    if (!from || !to || part_from(arena_, sizes_, part->dimension, *from, *to) != node)
      throw ShapeError(fmt::format("`{}` is no part", print(arena_, node)), "");
  }
}

std::vector<Expr> Entries::fresh(const Shape& shape) {
  std::vector<Expr> out;
  for (const Expr d : shape) out.push_back(arena_.is_number(d, 1) ? d : fresh());
  return out;
}

Expr Entries::reduce(Op op, const std::vector<Expr>& indices, const Shape& shape, Expr body) {
  for (std::size_t k = indices.size(); k-- > 0;) {
    if (arena_.is(indices[k], Op::Symbol)) body = arena_.make(op, {indices[k], shape[k], body});
  }
  return body;
}

// `body` with an index, or a number, in the place of a bound name. Where a definition was put in, what is within may
// bind the same name again, which is another one; or it may bind the name of the index, and gets a name of its own
// then.
Expr Entries::put_in(Expr body, Expr bound, Expr index) {
  if (body == bound) return index;
  ExprMap<Expr> image;
  const auto of = [&](Expr e) {
    const auto it = image.find(e);
    return it == image.end() ? e : it->second;
  };
  for (const Expr node : reachable_since(arena_, std::span<const Expr>(&body, 1), bound)) {
    if (node == bound) {
      image[node] = index;
      continue;
    }
    std::vector<Expr> children = arena_.children_copy(node);
    bool changed = false;
    if (binds_index(arena_.op(node)) && (children[0] == bound || children[0] == index)) {
      if (children[0] == bound || of(children[2]) == children[2]) continue;
      const Expr name = fresh();
      children[2] = put_in(put_in(children[2], index, name), bound, index);
      children[0] = name;
      changed = true;
    } else {
      for (Expr& c : children) {
        changed = changed || of(c) != c;
        c = of(c);
      }
    }
    if (changed) image[node] = arena_.rebuild(node, children);
  }
  return of(body);
}

Expr Entries::at(Expr e, const std::vector<Expr>& given) {
  const Nesting nesting(depth_, deepest_tensor, "an expression of tensors is nested too deeply");
  const Shape shape = shapes_.of(e);
  if (given.size() != shape.size())
    throw ShapeError(fmt::format("{} indices for {}", given.size(), print_shape(arena_, shape)), "");
  std::vector<Expr> indices = given;
  for (std::size_t k = 0; k < shape.size(); ++k) {
    if (arena_.is_number(shape[k], 1)) indices[k] = shape[k];
  }
  const auto entry = [&](Expr of) {
    std::vector<Expr> parts{of};
    parts.insert(parts.end(), indices.begin(), indices.end());
    return indices.empty() ? of : arena_.make(Op::Entry, parts);
  };
  switch (arena_.op(e)) {
    case Op::Number:
    case Op::Constant:
      return e;
    case Op::Entry: {
      std::vector<Expr> own = arena_.children_copy(e);
      const Expr of = own[0];
      const Shape& dimensions = shapes_.of(of);
      own.erase(own.begin());
      if (!arena_.is(of, Op::Symbol) && !arena_.is(of, Op::Deriv)) return at(of, own);
      for (std::size_t k = 0; k < own.size(); ++k) {
        if (arena_.is_number(dimensions[k], 1)) own[k] = dimensions[k];
      }
      own.insert(own.begin(), of);
      return arena_.rebuild(e, own);
    }
    case Op::Symbol:
    case Op::Deriv:
      return entry(e);
    case Op::Sum:
    case Op::Max:
    case Op::Min: {
      const Expr k = fresh(), dimension = arena_.child(e, 1);
      return arena_.make(arena_.op(e), {k, dimension, at(put_in(arena_.child(e, 2), arena_.child(e, 0), k), {})});
    }
    case Op::Table: {
      const Expr body = put_in(arena_.child(e, 2), arena_.child(e, 0), indices[0]);
      return at(body, {indices.begin() + 1, indices.end()});
    }
    case Op::Transpose:
      return at(arena_.child(e, 0), {indices[1], indices[0]});
    case Op::MatMul: {
      const Expr left = arena_.child(e, 0), right = arena_.child(e, 1);
      const Shape a = shapes_.of(left), b = shapes_.of(right);
      const std::vector<Expr> inner = fresh({b[0]});
      const auto middle = indices.begin() + static_cast<std::ptrdiff_t>(a.size() - 1);
      std::vector<Expr> i(indices.begin(), middle), j{inner[0]};
      i.push_back(inner[0]);
      j.insert(j.end(), middle, indices.end());
      const Expr x = at(left, i), y = at(right, j);
      return sum(inner, {b[0]}, arena_.mul(x, y));
    }
    case Op::Call:
      if (tensor_call(arena_, e) != nullptr) return call(e, indices);
      break;
    default:
      break;
  }
  if (is_delta(arena_, e)) return e;
  // Entry by entry.
  std::vector<Expr> children;
  for (const Expr c : arena_.children_copy(e)) children.push_back(at(c, shapes_.of(c).empty() ? Shape{} : indices));
  return arena_.rebuild(e, children);
}

// The sum, or the greatest or least, over all entries of the first argument, or along the axis of the call.
Expr Entries::over(Op op, Expr e, const std::vector<Expr>& indices, const std::function<Expr(Expr)>& of_entry) {
  const Expr argument = arena_.child(e, 0);
  const Shape shape = shapes_.of(argument);
  std::vector<Expr> where = fresh(shape), bound = where;
  if (has_axis(arena_, e)) {
    const auto axis = static_cast<std::size_t>(cln::double_approx(arena_.value(arena_.child(e, 1))));
    for (std::size_t k = 0; k < shape.size(); ++k) {
      if (k == axis) continue;
      where[k] = indices[k];
      bound[k] = arena_.number(1);
    }
  }
  return reduce(op, bound, shape, of_entry(at(argument, where)));
}

Expr Entries::call(Expr e, const std::vector<Expr>& indices) {
  const std::string_view name = tensor_call(arena_, e)->name;
  const Expr a = arena_.child(e, 0);
  if (name == "eye") return delta(indices[0], indices[1]);
  if (name == part_of_identity) return arena_.make(Op::Entry, {e, indices[0], indices[1]});
  const auto same = [](Expr x) { return x; };
  const auto exp = [&](Expr x) { return arena_.call("exp", {x}); };
  if (name == "sum") return over(Op::Sum, e, indices, same);
  if (keeps_calls_ && stays_one(name) && !has_entries(arena_, a)) {
    std::vector<Expr> parts{e};
    parts.insert(parts.end(), indices.begin(), indices.end());
    return indices.empty() ? e : arena_.make(Op::Entry, parts);
  }
  if (name == "logdet") return arena_.call("ln", {at(arena_.call("det", {a}), {})});
  if (name == "inv" || name == "det") {
    // Opaque: of the tensor where its name is kept, else of the table of its entries, which stand in one form then.
    const bool whole = keeps_calls_ && !has_entries(arena_, a);
    const Nesting nesting(inverses_, most_inverses, "too many inverses and determinants within one another");
    const Expr opaque = whole ? e : arena_.call(name, {table_of_entries(arena_, *this, a)});
    return name == "det" ? opaque : arena_.make(Op::Entry, {opaque, indices[0], indices[1]});
  }
  if (name == "onehot")
    return equal(at(a, shapes_.of(a).empty() ? Shape{} : Shape{indices[1], indices[1]}), indices[0]);
  if (name == max_of_entries) return over(Op::Max, e, indices, same);
  if (name == min_of_entries) return over(Op::Min, e, indices, same);
  if (name == "mean") {
    const Shape shape = shapes_.of(a);
    std::vector<Expr> factors;
    for (std::size_t k = 0; k < shape.size(); ++k) {
      const bool along = !has_axis(arena_, e) || arena_.is_number(arena_.child(e, 1), static_cast<long>(k));
      if (along) factors.push_back(arena_.pow(shape[k], arena_.number(-1)));
    }
    factors.push_back(over(Op::Sum, e, indices, same));
    return arena_.product(factors);
  }
  if (name == "softmax")
    return arena_.mul(exp(at(a, indices)), arena_.pow(over(Op::Sum, e, indices, exp), arena_.number(-1)));
  if (name == "hardmax") {
    const Expr own = at(a, indices), most = over(Op::Max, e, indices, same);
    const auto is_most = [&](Expr x) { return equal(x, most); };
    return arena_.mul(is_most(own), arena_.pow(over(Op::Sum, e, indices, is_most), arena_.number(-1)));
  }
  if (name == "logsumexp") return arena_.call("ln", {over(Op::Sum, e, indices, exp)});
  if (name == "norm")
    return arena_.call("sqrt", {over(Op::Sum, e, indices, [&](Expr x) { return arena_.pow(x, arena_.number(2)); })});
  if (name == "outer") return arena_.mul(at(a, {indices[0]}), at(arena_.child(e, 1), {indices[1]}));
  const Shape shape = shapes_.of(a);
  const std::vector<Expr> bound = fresh(shape);
  if (name == "dot") return sum(bound, shape, arena_.mul(at(a, bound), at(arena_.child(e, 1), bound)));
  if (name == "trace") return sum({bound[0]}, {shape[0]}, at(a, {bound[0], bound[0]}));
  // diag
  if (shape.size() == 2) return at(a, {indices[0], indices[0]});
  return arena_.mul(delta(indices[0], indices[1]), at(a, {indices[0]}));
}

}  // namespace gradus::tensor

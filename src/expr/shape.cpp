// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/expr/shape.h"

#include <cln/integer.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "gradus/expr/layer_name.h"
#include "gradus/expr/size.h"
#include "gradus/expr/tensor_function.h"

namespace gradus {
namespace {

constexpr std::size_t longest_shown = 60;

// What the indices that are bound around a part run over, and whether they fit in it.
class BoundIndices {
 public:
  BoundIndices(const Arena& arena, Shapes& shapes) : arena_(arena), shapes_(shapes) {}

  void check(Expr e) {
    if (!seen_.insert({e, dimensions_}).second) return;
    const bool binds = binds_index(arena_.op(e)) && arena_.is(arena_.child(e, 0), Op::Symbol);
    const Expr index = binds ? arena_.child(e, 0) : Expr{};
    const auto outer = binds ? dimensions_.find(index) : dimensions_.end();
    const std::optional<Expr> before = outer == dimensions_.end() ? std::nullopt : std::optional(outer->second);
    if (binds) dimensions_[index] = arena_.child(e, 1);
    if (arena_.is(e, Op::Entry)) entry(e);
    if (arena_.is(e, Op::Call) && arena_.name(e) == "delta") delta(e);
    for (const Expr c : arena_.children_copy(e)) check(c);
    if (binds) dimensions_.erase(index);
    if (before) dimensions_[index] = *before;
  }

 private:
  void entry(Expr e) {
    const Shape shape = shapes_.of(arena_.child(e, 0));
    for (std::size_t k = 0; k < shape.size(); ++k) {
      const auto own = dimensions_.find(arena_.child(e, k + 1));
      if (own != dimensions_.end() && own->second != shape[k]) differ(own->first, own->second, shape[k], e);
    }
  }
  void delta(Expr e) {
    const auto i = dimensions_.find(arena_.child(e, 0)), j = dimensions_.find(arena_.child(e, 1));
    if (i != dimensions_.end() && j != dimensions_.end() && i->second != j->second)
      differ(i->first, i->second, j->second, e);
  }
  [[noreturn]] void differ(Expr index, Expr one, Expr other, Expr where) const {
    throw ShapeError(fmt::format("`{}` runs over `{}`, but over `{}` in `{}`", print(arena_, index), print(arena_, one),
                                 print(arena_, other), print(arena_, where)),
                     "");
  }

  const Arena& arena_;
  Shapes& shapes_;
  std::map<Expr, Expr> dimensions_;
  std::set<std::pair<Expr, std::map<Expr, Expr>>> seen_;  // parts, within what is bound around them
};

}  // namespace

void check_indices(const Arena& arena, Shapes& shapes, Expr e) { BoundIndices(arena, shapes).check(e); }

std::string print_shape(const Arena& arena, const Shape& shape) {
  if (shape.empty()) return "a scalar";
  std::string out;
  for (const Expr d : shape) out += (out.empty() ? "[" : ", ") + print(arena, d);
  return out + "]";
}

bool is_single(const Arena& arena, const Shape& shape) {
  return std::ranges::all_of(shape, [&](Expr d) { return arena.is_number(d, 1); });
}

const Shape& Shapes::of(Expr e) {
  if (const auto it = known_.find(e); it != known_.end()) return it->second;
  for (const Expr node : reachable(arena_, e)) {
    if (!known_.contains(node)) known_.emplace(node, compute(node));
  }
  return known_.at(e);
}

std::string Shapes::described(Expr e) const {
  std::string text = print(arena_, e);
  if (text.size() > longest_shown) text = text.substr(0, longest_shown) + "...";
  return fmt::format("`{}` is {}", text, print_shape(arena_, known_.at(e)));
}

Shape Shapes::compute(Expr e) {
  switch (arena_.op(e)) {
    case Op::Number:
    case Op::Constant:
    case Op::Rest:
    case Op::Entry:
      return {};
    case Op::Symbol: {
      const auto it = named_.find(arena_.name(e));
      return it == named_.end() ? Shape{} : it->second;
    }
    case Op::Sum:
    case Op::Max:
    case Op::Min:
      if (is_over_layers(arena_, e)) return known_.at(arena_.child(e, 2));
      if (!known_.at(arena_.child(e, 2)).empty()) {
        const std::string_view what = spelling(arena_.op(e));
        throw ShapeError(fmt::format("a {} over an index is of scalars, but {}", what, described(arena_.child(e, 2))),
                         fmt::format("write its entries, or `{}(...)`", what));
      }
      return {};
    case Op::Table: {
      Shape out{arena_.child(e, 1)};
      const Shape& inside = known_.at(arena_.child(e, 2));
      out.insert(out.end(), inside.begin(), inside.end());
      return out;
    }
    case Op::MatMul:
      return product(e);
    case Op::Transpose: {
      const Shape& of = known_.at(arena_.child(e, 0));
      if (of.size() != 2)
        throw ShapeError(fmt::format("`.T` transposes a matrix, but {}", described(arena_.child(e, 0))), "");
      return {of[1], of[0]};
    }
    case Op::Deriv: {
      const Shape &of = known_.at(arena_.child(e, 0)), &by = known_.at(arena_.child(e, 1));
      Shape out = is_single(arena_, of) ? Shape{} : of;
      out.insert(out.end(), by.begin(), by.end());
      return out;
    }
    case Op::Call:
      if (tensor_call(arena_, e) != nullptr) return call(e);
      return elementwise(e);
    default:
      return elementwise(e);
  }
}

Shape Shapes::elementwise(Expr e) {
  Shape out;
  Expr from = e;  // where `out` is from
  for (const Expr c : arena_.children(e)) {
    const Shape& shape = known_.at(c);
    if (shape.empty()) continue;
    if (out.empty()) {
      out = shape;
      from = c;
      continue;
    }
    const auto mismatch = [&](std::string hint) {
      throw ShapeError(fmt::format("the shapes do not fit: {}, {}", described(from), described(c)), std::move(hint),
                       {from, c});
    };
    if (shape.size() != out.size()) {
      const bool vector = std::min(shape.size(), out.size()) == 1;
      const Shape &small = shape.size() < out.size() ? shape : out, &large = shape.size() < out.size() ? out : shape;
      const std::string d = print(arena_, small[0]);
      const bool column = large[0] == small[0], row = large.back() == small[0];
      mismatch(!vector || (!column && !row) ? ""
               : column                     ? fmt::format("declare the vector as [{}, 1] to have it in every column", d)
                                            : fmt::format("declare the vector as [1, {}] to have it in every row", d));
    }
    for (std::size_t k = 0; k < out.size(); ++k) {
      if (out[k] == shape[k] || arena_.is_number(shape[k], 1)) continue;
      if (!arena_.is_number(out[k], 1)) {
        const bool turned = shape.size() == 2 && out.size() == 2 && shape[0] == out[1] && shape[1] == out[0];
        mismatch(turned ? "one of them may have to be transposed" : "only dimensions that are written as 1 stretch");
      }
      out[k] = shape[k];
    }
  }
  return out;
}

Shape Shapes::product(Expr e) {
  const Expr left = arena_.child(e, 0), right = arena_.child(e, 1);
  const Shape &a = known_.at(left), &b = known_.at(right);
  const auto mismatch = [&](std::string_view what, std::string hint) {
    throw ShapeError(fmt::format("{}: {}, {}", what, described(left), described(right)), std::move(hint),
                     {left, right});
  };
  if (a.empty() || b.empty()) mismatch("`@` is the product of matrices", "a scalar is multiplied with `*`");
  if (a.size() > 2 || b.size() > 2) mismatch("`@` is the product of matrices", "");
  if (a.back() != b.front()) {
    const bool elementwise = a == b;
    mismatch("the inner dimensions of `@` differ", elementwise ? "the product entry by entry is written `*`"
                                                   : a.front() == b.front() ? "the left one may have to be transposed"
                                                   : a.back() == b.back()   ? "the right one may have to be transposed"
                                                                            : "");
  }
  Shape out(a.begin(), a.end() - 1);
  out.insert(out.end(), b.begin() + 1, b.end());
  return out;
}

Shape Shapes::call(Expr e) {
  const TensorFunction& f = *tensor_call(arena_, e);
  const Expr argument = arena_.child(e, 0);
  if (f.name == "eye") return {argument, argument};
  if (const auto part = part_of(arena_, e)) return {part->count, part->dimension};
  const Shape& of = known_.at(argument);
  const auto wrong = [&](std::string_view what, std::string hint = {}) {
    throw ShapeError(fmt::format("`{}` {}, but {}", f.written, what, described(argument)), std::move(hint));
  };
  if (f.name == "onehot") {
    const Expr n = arena_.child(e, 1);
    if (of.empty()) return {n};
    if (of.size() != 2 || !arena_.is_number(of[0], 1))
      wrong("takes a number, or a row of numbers", "declare the numbers as [1, m]");
    return {n, of[1]};
  }
  if (of.empty()) {
    const bool two = f.name != f.written;
    wrong("takes a tensor", two ? fmt::format("`{}(a, b)` takes two numbers", f.written) : std::string());
  }
  if (f.name == "dot" || f.name == "outer") {
    const Shape& other = known_.at(arena_.child(e, 1));
    if (f.name == "dot") {
      if (of != other)
        throw ShapeError(
            fmt::format("the shapes do not fit: {}, {}", described(argument), described(arena_.child(e, 1))),
            "`dot` takes two tensors of the same shape");
      return {};
    }
    if (of.size() != 1 || other.size() != 1) wrong("takes two vectors");
    return {of[0], other[0]};
  }
  if (f.name == "trace" || f.name == "inv" || f.name == "det" || f.name == "logdet") {
    if (of.size() != 2 || of[0] != of[1]) wrong("takes a square matrix");
    return f.keeps_shape ? of : Shape{};
  }
  if (f.name == "diag") {
    if (of.size() == 1) return {of[0], of[0]};
    if (of.size() != 2 || of[0] != of[1]) wrong("takes a vector or a square matrix");
    return {of[0]};
  }
  if (has_axis(arena_, e)) {
    const Rational& axis = arena_.value(arena_.child(e, 1));
    if (axis < 0 || axis >= static_cast<long>(of.size()))
      wrong(fmt::format("runs along axis {}, which is not there", print(arena_, arena_.child(e, 1))));
    if (f.keeps_shape) return of;
    Shape out = of;
    out[static_cast<std::size_t>(cln::cl_I_to_long(cln::numerator(axis)))] = one_;
    return out;
  }
  return f.keeps_shape ? of : Shape{};
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "gradus/expr/size.h"
#include "gradus/tensor/program.h"
#include "tensor/instance.h"

namespace gradus {
namespace {

class WritingOut {
 public:
  WritingOut(Arena& arena, const TensorProgram& program, const ExprMap<long>& sizes)
      : arena_(arena), program_(program), sizes_(sizes) {
    for (const auto& [dimension, size] : sizes) numbers_[dimension] = arena.number(size);
  }

  GradientProgram run() {
    GradientProgram out;
    out.cost = name(program_.cost, std::vector<Expr>(shape(program_.cost).size(), arena_.number(1)));
    const std::vector<const TensorStatement*> forward = program_.forward(arena_);
    for (const TensorStatement& s : program_.statements) {
      const bool before = std::ranges::find(forward, &s) != forward.end();
      write(s, before ? out.forward : out.backward);
    }
    for (const auto& [variable, derivative] : program_.gradient) {
      for (const auto& indices : tensor::all_indices(extents(shape(variable)))) {
        std::vector<Expr> at;
        for (const long k : indices) at.push_back(arena_.number(k));
        out.gradient.emplace_back(name(variable, at), name(derivative, at));
      }
    }
    return out;
  }

 private:
  const Shape& shape(Expr e) const {
    static const Shape scalar;
    const auto it = program_.shapes.find(arena_.name(e));
    return it == program_.shapes.end() ? scalar : it->second;
  }
  long size(Expr d) const {
    return arena_.is_number(d) ? std::lround(cln::double_approx(arena_.value(d))) : sizes_.at(d);
  }
  std::vector<long> extents(const Shape& shape) const {
    std::vector<long> out;
    for (const Expr d : shape) out.push_back(size(d));
    return out;
  }
  Expr name(Expr tensor, const std::vector<Expr>& at) {
    if (at.empty()) return tensor;
    std::vector<std::string> texts;
    for (const Expr i : at) texts.push_back(print(arena_, i));
    return arena_.symbol(fmt::format("{}[{}]", arena_.name(tensor), fmt::join(texts, ", ")));
  }

  // The value that a condition on places chooses: what the other one reads need not be there.
  Expr decided(Expr where) const {
    const Expr condition = arena_.child(where, 0);
    if (arena_.count(condition) != 2) return where;
    const auto left = size_of(arena_, {}, arena_.child(condition, 0)),
               right = size_of(arena_, {}, arena_.child(condition, 1));
    if (!left || !right || !left->multiples.empty() || !right->multiples.empty()) return where;
    const bool holds = arena_.is(condition, Op::Eq)   ? left->number == right->number
                       : arena_.is(condition, Op::Ge) ? left->number >= right->number
                                                      : left->number <= right->number;
    const bool known = arena_.is(condition, Op::Eq) || arena_.is(condition, Op::Ge) || arena_.is(condition, Op::Le);
    return known ? arena_.child(where, holds ? 1 : 2) : where;
  }

  // At indices that are numbers.
  Expr at(Expr e, const ExprMap<Expr>& numbers) {
    return map_bottom_up(arena_, substitute(arena_, e, numbers), [&](Arena&, Expr node) {
      if (arena_.is(node, Op::Eq) && arena_.is_number(arena_.child(node, 0)) && arena_.is_number(arena_.child(node, 1)))
        return arena_.make(Op::Eq,
                           {arena_.number(arena_.child(node, 0) == arena_.child(node, 1) ? 0 : 1), arena_.number(0)});
      if (arena_.is(node, Op::Where)) return decided(node);
      if (!arena_.is(node, Op::Entry)) return node;
      std::vector<Expr> indices = arena_.children_copy(node);
      indices.erase(indices.begin());
      for (Expr& i : indices) i = expression(arena_, *size_of(arena_, {}, i));
      return name(arena_.child(node, 0), indices);
    });
  }

  void write(const TensorStatement& s, std::vector<Statement>& out) {
    std::vector<long> bound;
    for (const auto& [index, dimension] : s.bound) bound.push_back(size(dimension));
    for (const auto& own : tensor::all_indices(extents(s.shape))) {
      ExprMap<Expr> numbers = numbers_;
      std::vector<Expr> place;
      for (std::size_t k = 0; k < own.size(); ++k) {
        place.push_back(arena_.number(own[k]));
        if (arena_.is(s.indices[k], Op::Symbol)) numbers[s.indices[k]] = place.back();
      }
      ExprMap<Expr> outer = numbers;
      if (s.reduce) {
        std::vector<Expr> terms;
        for (const auto& inner : tensor::all_indices(bound)) {
          for (std::size_t k = 0; k < inner.size(); ++k) numbers[s.bound[k].first] = arena_.number(inner[k]);
          terms.push_back(at(*s.body, numbers));
        }
        const bool sums = *s.reduce == Op::Sum;
        outer[*s.reduced] = sums ? arena_.sum(terms) : tensor::one_by_one(arena_, spelling(*s.reduce), terms);
      }
      // What takes the place of the sum has no indices any more.
      const Expr reduced = s.reduced ? outer[*s.reduced] : Expr{};
      if (s.reduced) outer.erase(*s.reduced);
      Expr value = at(s.finish, outer);
      if (s.reduced) value = substitute(arena_, value, {{*s.reduced, reduced}});
      out.push_back({name(s.name, place), value});
    }
  }

  Arena& arena_;
  const TensorProgram& program_;
  const ExprMap<long>& sizes_;
  ExprMap<Expr> numbers_;
};

}  // namespace

GradientProgram written_out(Arena& arena, const TensorProgram& program, const ExprMap<long>& sizes) {
  return WritingOut(arena, program, sizes).run();
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/expr/size.h"

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

constexpr long largest_multiple = 1'000'000;

Size times(Size size, long factor) {
  size.number *= factor;
  for (auto& [dimension, n] : size.multiples) n *= factor;
  if (factor == 0) size.multiples.clear();
  return size;
}

bool is_small(const Size& size) {
  return std::abs(size.number) <= largest_multiple &&
         std::ranges::all_of(size.multiples, [](const auto& m) { return std::abs(m.second) <= largest_multiple; });
}

}  // namespace

Size Size::operator+(const Size& other) const {
  Size out = *this;
  out.number += other.number;
  for (const auto& [dimension, n] : other.multiples) {
    if ((out.multiples[dimension] += n) == 0) out.multiples.erase(dimension);
  }
  return out;
}

Size Size::operator-(const Size& other) const { return *this + times(other, -1); }

bool Size::is_never_negative() const {
  return number >= 0 && std::ranges::all_of(multiples, [](const auto& m) { return m.second > 0; });
}

std::optional<Size> size_of(const Arena& arena, const Sizes& sizes, Expr e) {
  std::optional<Size> out;
  switch (arena.op(e)) {
    case Op::Number:
      if (arena.is_integer(e) && cln::abs(arena.value(e)) <= largest_multiple)
        out = Size{{}, std::lround(cln::double_approx(arena.value(e)))};
      break;
    case Op::Symbol:
      if (const auto made = sizes.find(e); made != sizes.end()) return size_of(arena, sizes, made->second);
      out = Size{{{e, 1}}, 0};
      break;
    case Op::Add:
      out = Size{};
      for (const Expr c : arena.children(e)) {
        const auto term = size_of(arena, sizes, c);
        if (!term) return std::nullopt;
        out = *out + *term;
      }
      break;
    case Op::Mul:
      out = Size{{}, 1};
      for (const Expr c : arena.children(e)) {
        const auto factor = size_of(arena, sizes, c);
        if (!factor || (!factor->multiples.empty() && !out->multiples.empty())) return std::nullopt;
        out = factor->multiples.empty() ? times(*out, factor->number) : times(*factor, out->number);
        if (!is_small(*out)) return std::nullopt;
      }
      break;
    default:
      break;
  }
  return out && is_small(*out) ? out : std::nullopt;
}

Expr expression(Arena& arena, const Size& size) {
  // By name, and what is taken away last.
  std::vector<std::pair<Expr, long>> multiples(size.multiples.begin(), size.multiples.end());
  std::ranges::sort(multiples, {}, [&](const auto& m) { return std::pair(m.second < 0, arena.name(m.first)); });
  std::vector<Expr> terms;
  for (const auto& [dimension, n] : multiples)
    terms.push_back(n == 1 ? dimension : n == -1 ? arena.negate(dimension) : arena.mul(arena.number(n), dimension));
  if (size.number != 0 || terms.empty()) terms.push_back(arena.number(size.number));
  return arena.sum(terms);
}

long value_of(const Size& size, const ExprMap<long>& dimensions) {
  long out = size.number;
  for (const auto& [dimension, n] : size.multiples) out += n * dimensions.at(dimension);
  return out;
}

void complete(const Arena& arena, const Sizes& made_of, ExprMap<long>& dimensions) {
  for (const auto& [dimension, made] : made_of)
    dimensions[dimension] = value_of(*size_of(arena, made_of, made), dimensions);
}

Expr named(Arena& arena, const Sizes& sizes, const Size& size) {
  const Expr written = expression(arena, size);
  if (arena.is(written, Op::Symbol) || arena.is_number(written)) return written;
  std::optional<std::pair<long, Expr>> nearest;  // what is added, and to which
  for (const auto& [dimension, made] : sizes) {
    const Size added = size - *size_of(arena, sizes, made);
    if (!added.multiples.empty()) continue;
    if (added.number == 0) return dimension;
    if (!nearest || std::pair(std::abs(added.number), dimension) < std::pair(std::abs(nearest->first), nearest->second))
      nearest = {added.number, dimension};
  }
  return nearest ? arena.add(nearest->second, arena.number(nearest->first)) : written;
}

std::optional<Expr> part_from(Arena& arena, const Sizes& sizes, Expr dimension, const Size& from, const Size& to) {
  const Expr count = named(arena, sizes, to - from + Size{{}, 1});
  if (!arena.is(count, Op::Symbol) && !arena.is_number(count)) return std::nullopt;
  const bool to_end = size_of(arena, sizes, dimension) == to;
  return arena.call(part_of_identity,
                    {dimension, named(arena, sizes, from), to_end ? dimension : named(arena, sizes, to), count});
}

std::optional<Part> part_of(const Arena& arena, Expr call) {
  if (!arena.is(call, Op::Call) || arena.name(call) != part_of_identity) return std::nullopt;
  return Part{arena.child(call, 0), arena.child(call, 1), arena.child(call, 2), arena.child(call, 3)};
}

std::optional<PartOf> taken_part(const Arena& arena, Expr product) {
  if (!arena.is(product, Op::MatMul)) return std::nullopt;
  const Expr left = arena.child(product, 0), right = arena.child(product, 1);
  if (const auto rows = part_of(arena, left)) return PartOf{right, *rows, false};
  if (!arena.is(right, Op::Transpose)) return std::nullopt;
  const auto columns = part_of(arena, arena.child(right, 0));
  return columns ? std::optional(PartOf{left, *columns, true}) : std::nullopt;
}

}  // namespace gradus

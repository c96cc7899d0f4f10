// SPDX-License-Identifier: GPL-2.0-or-later
/// Sizes that are made of others, `dim n = h + 1`, and parts of a dimension: `X[2..n]` is the product of the rows
/// 2 to n of the identity, `eye(n)[2..n]`, and X.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "gradus/expr/expr.h"

namespace gradus {

/// What dimensions are made of, where they are: in terms of dimensions that are not made of others.
using Sizes = ExprMap<Expr>;

/// A sum of whole multiples of dimensions that are not made of others, and a whole number.
struct Size {
  std::map<Expr, long> multiples;  ///< none is 0
  long number = 0;

  bool operator==(const Size&) const = default;
  Size operator+(const Size& other) const;
  Size operator-(const Size& other) const;
  /// Whether it is at least 0 whatever the dimensions are, 0 included.
  [[nodiscard]] bool is_never_negative() const;
};

/// Nothing for what is no such sum, or has numbers above a million.
std::optional<Size> size_of(const Arena& arena, const Sizes& sizes, Expr e);
Expr expression(Arena& arena, const Size& size);
/// The dimension of that size, or one and a number, or else the sum.
Expr named(Arena& arena, const Sizes& sizes, const Size& size);
/// With dimensions that are known.
long value_of(const Size& size, const ExprMap<long>& dimensions);
/// Adds the dimensions that are made of those that are known.
void complete(const Arena& arena, const Sizes& made_of, ExprMap<long>& dimensions);

/// The name of the call for rows `from` to `to` of the identity of `dimension`, of which there are `count`:
/// `part(dimension, from, to, count)`.
inline constexpr std::string_view part_of_identity = "part of eye";
struct Part {
  Expr dimension, from, to, count;
};
std::optional<Part> part_of(const Arena& arena, Expr call);
/// Such a call; nothing where no dimension has the size of the part, and it is no number.
std::optional<Expr> part_from(Arena& arena, const Sizes& sizes, Expr dimension, const Size& from, const Size& to);
/// What `X[2..n]` and `X[:, 2..n]` are printed as, if a product is one of these.
struct PartOf {
  Expr of;
  Part part;
  bool columns;
};
std::optional<PartOf> taken_part(const Arena& arena, Expr product);

}  // namespace gradus

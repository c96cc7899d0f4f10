// SPDX-License-Identifier: GPL-2.0-or-later
// Matrices that are called symmetric, or positive definite: made of one of which nothing is known, so that every point
// is one of the domain.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {
namespace {

std::string factor_name(const std::string& matrix) { return "what makes " + matrix; }

}  // namespace

bool is_factor_name(std::string_view name) { return name.starts_with(factor_name("")); }

// A symmetric matrix is half the sum of some matrix and its transpose.
bool Meaning::make_symmetric(const Node& name) {
  if (name.is(Node::Kind::list)) {
    bool all = true;
    for (const Node& one : name.kids) all = make_symmetric(one) && all;
    return all;
  }
  std::vector<Expr> indices;
  const auto symbol = open_symbol(name, indices);
  if (!symbol) {
    const Named* known = find((name.bold ? "*" : "") + label(name));
    return known != nullptr && model_.introduced.contains(factor_name(arena_.name(known->symbol)));
  }
  return indices.empty() && make_symmetric(*symbol);
}

bool Meaning::make_symmetric(Expr symbol) {
  return made_of(symbol, [&](Expr any) {
    return arena_.mul(arena_.fraction(1, 2), arena_.add(any, arena_.make(Op::Transpose, {any})));
  });
}

// One that is positive definite is the product of some matrix and its transpose.
bool Meaning::make_definite(Expr symbol) {
  const auto product = [&](Expr any) { return arena_.make(Op::MatMul, {any, arena_.make(Op::Transpose, {any})}); };
  if (!made_of(symbol, product)) return false;
  const std::string reading = fmt::format("read `{}` as symmetric and positive definite", plain(arena_.name(symbol)));
  report(reading);
  return true;
}

// Whether a square matrix of which nothing is said so far could be defined by one of which nothing is known.
bool Meaning::made_of(Expr symbol, const std::function<Expr(Expr)>& value) {
  const Shape s = shape(symbol);
  if (s.size() != 2 || s[0] != s[1] || model_.definition(arena_.name(symbol)) != nullptr) return false;
  const Expr any = introduce(factor_name(arena_.name(symbol)), {}, s, {}).symbol;
  for (auto& [key, known] : names_) {
    if (known.symbol == symbol) known.role = Named::Role::definition;
  }
  add_definition(arena_.name(symbol), symbol, value(any), {});
  return true;
}

// The point of a counterexample, with these matrices in the place of what they are made of.
void Meaning::show_symmetric(Counterexample& c) const {
  const std::map<std::string, Rational> values(c.point.begin(), c.point.end());
  std::map<std::string, std::pair<std::string, Rational>> shown;  // of entries by their names
  for (auto& [name, sizes] : c.tensors) {
    const std::string of = name, whole = is_factor_name(name) ? name.substr(factor_name("").size()) : "";
    const Definition* d = model_.definition(whole);
    if (d == nullptr || sizes.size() != 2) continue;
    const auto value = [&](long i, long j) {
      const auto at = values.find(fmt::format("{}[{}, {}]", of, i, j));
      return at == values.end() ? Rational(0) : at->second;
    };
    for (long i = 1; i <= sizes[0]; ++i) {
      for (long j = 1; j <= sizes[1]; ++j) {
        Rational product = 0;
        for (long k = 1; k <= sizes[1]; ++k) product = product + value(i, k) * value(j, k);
        shown[fmt::format("{}[{}, {}]", of, i, j)] = {
            fmt::format("{}[{}, {}]", whole, i, j),
            arena_.is(d->value, Op::MatMul) ? product : (value(i, j) + value(j, i)) / 2};
      }
    }
    name = whole;
  }
  for (auto& entry : c.point) {
    if (const auto at = shown.find(entry.first); at != shown.end()) entry = at->second;
  }
}

}  // namespace gradus::document

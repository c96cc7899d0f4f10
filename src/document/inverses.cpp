// SPDX-License-Identifier: GPL-2.0-or-later
// Inverses of matrices. An inverse stands for any matrix (a symmetric one of a symmetric one): what holds for all
// matrices holds for it, and where it stands without what it is the inverse of, it may be any but for a set without
// interior.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {
namespace {

// -1, or -T, which is noted.
bool is_minus_one(const Node& up, bool& transpose) {
  const Node* n = &up;
  while (n->is(Node::Kind::group) && n->text == "{}" && n->bare()) n = &n->kids[0];
  if (!n->is(Node::Kind::sum) || n->kids.size() != 1 || n->ops[0] != "-") return false;
  const Node& one = n->kids[0];
  if (one.is(Node::Kind::product) && one.kids.size() == 2 && one.kids[0].is(Node::Kind::number)) {  // -1T
    transpose = is_transpose(one.kids[1]);
    return transpose && one.kids[0].text == "1";
  }
  transpose = is_transpose(one);
  return transpose || (one.is(Node::Kind::number) && one.bare() && one.text == "1");
}

}  // namespace

bool is_inverse(const Node& n) {
  bool transpose = false;
  return is_minus_one(n, transpose);
}

// Whether a matrix is symmetric for all values of what is in it: by what is said of it, X^T X, sums of such.
bool Meaning::is_symmetric(Expr e) {
  if (arena_.is(e, Op::Symbol)) {
    if (model_.introduced.contains("the half of " + arena_.name(e))) return true;
    const Definition* d = model_.definition(arena_.name(e));
    return d != nullptr && is_symmetric(d->value);
  }
  if (arena_.is(e, Op::MatMul)) {
    const Expr a = arena_.child(e, 0), b = arena_.child(e, 1);
    return (arena_.is(a, Op::Transpose) && arena_.child(a, 0) == b) ||
           (arena_.is(b, Op::Transpose) && arena_.child(b, 0) == a);
  }
  const auto parts = arena_.children_copy(e);
  if (arena_.is(e, Op::Add)) return std::ranges::all_of(parts, [&](Expr p) { return is_symmetric(p); });
  if (arena_.is(e, Op::Mul))
    return std::ranges::all_of(parts, [&](Expr p) { return shape(p).empty() || is_symmetric(p); });
  if (arena_.is(e, Op::Table)) {  // the identity
    const Expr inner = arena_.child(e, 2);
    return arena_.is(inner, Op::Table) &&
           arena_.child(inner, 2) == entries_->delta(arena_.child(e, 0), arena_.child(inner, 0));
  }
  return false;
}

std::optional<Value> Meaning::inverse_of(const Value& v, const Node& n) {
  bool transpose = false;
  const Shape s = shape(v.e);
  if (s.size() != 2 || n.above.empty() || !is_minus_one(n.above[0], transpose)) return std::nullopt;
  unify(s[0], s[1]);
  if (s[0] != s[1]) throw Mismatch{fmt::format("the inverse of a matrix of shape {}", print_shape(arena_, s))};
  for (const auto& [name, of] : inverses_) {
    if (of != v.e) continue;
    const Value known{arena_.symbol(name), false};
    return transpose ? transposed(known) : known;
  }
  Node plain_name = n;
  plain_name.above.clear();
  plain_name.primes = 0;
  const std::string wanted = plain(label(plain_name)) + "^{-1}";
  const Expr symbol = introduce(wanted, {}, s, {}).symbol;
  inverses_[arena_.name(symbol)] = v.e;
  if (is_symmetric(v.e)) {
    const Expr any = introduce("the half of " + arena_.name(symbol), {}, s, {}).symbol;
    const Expr half = arena_.mul(arena_.fraction(1, 2), arena_.add(any, arena_.make(Op::Transpose, {any})));
    add_definition(arena_.name(symbol), symbol, half, {});
    transpose = false;
  }
  const Value out{symbol, false};
  return transpose ? transposed(out) : out;
}

}  // namespace gradus::document

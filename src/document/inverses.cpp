// SPDX-License-Identifier: GPL-2.0-or-later
// Inverses and determinants of matrices.
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

std::optional<Value> Meaning::inverse_of(const Value& v, const Node& n) {
  bool transpose = false;
  const Shape s = shape(v.e);
  if (s.size() != 2 || n.above.empty() || !is_minus_one(n.above[0], transpose)) return std::nullopt;
  make_square(v, n, "inv");
  const Value out{arena_.call("inv", {v.e}), false};
  return transpose ? transposed(out) : out;
}

// det(A), and the like: of what has as many rows as columns.
void Meaning::make_square(const Value& v, const Node& at, std::string_view function) {
  const Shape s = shape(v.e);
  if (s.size() != 2) fail(at, fmt::format("`{}` of what is no matrix", function));
  unify(s[0], s[1]);
  if (s[0] != s[1]) throw Mismatch{fmt::format("`{}` of a matrix of shape {}", function, print_shape(arena_, s))};
}

}  // namespace gradus::document

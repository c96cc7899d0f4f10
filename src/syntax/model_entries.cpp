// SPDX-License-Identifier: GPL-2.0-or-later
// Definitions and claims: of whole names, and entry by entry.
#include <fmt/format.h>

#include <algorithm>

#include "syntax/model_parser.h"

namespace gradus::syntax {

// The scalar that one entry is: a tensor of one entry counts as that entry.
Expr ModelParser::entry_of_statement(const Operand& a, std::string_view what) {
  Shape shape;
  try {
    shape = shapes_->of(a.expr);
  } catch (const ShapeError&) {
    return a.expr;  // the caller looks for that
  }
  if (shape.empty()) return a.expr;
  if (!is_single(arena_, shape))
    p_.fail(a.begin, a.end, fmt::format("{}, but this is {}", what, print_shape(arena_, shape)),
            "write its entry, with an index for each dimension in brackets");
  std::vector<Expr> parts{a.expr};
  parts.insert(parts.end(), shape.size(), arena_.number(1));
  return arena_.make(Op::Entry, parts);
}

bool ModelParser::is_scalar(Expr e) {
  try {
    return shapes_->of(e).empty();
  } catch (const ShapeError&) {
    return false;
  }
}

// An entry of a tensor, with the indices of `key` for all its dimensions, which are added to `indices`.
Expr ModelParser::entry_in_all(Expr tensor, Expr key, const Shape& shape, std::vector<FreeIndex>& indices) {
  std::vector<Expr> parts{tensor};
  const std::vector<Expr> names = p_.slice_indices(key, shape.size());
  for (std::size_t k = 0; k < shape.size(); ++k) {
    parts.push_back(names[k]);
    indices.push_back({names[k], shape[k]});
  }
  return is_scalar(tensor) ? tensor : arena_.make(Op::Entry, parts);
}

// The shapes of the sides of an equation of tensors with as many dimensions each, `dZ[:, j] = A[:, j] - Y[:, j]`;
// nothing if it is none. What has no indices stretches. Whether they fit is a matter of the verdict.
std::vector<Shape> ModelParser::shapes_of_sides(const std::vector<Expr>& sides, const std::vector<FreeIndex>& indices) {
  std::optional<Shape> known;
  std::vector<std::optional<Shape>> all;
  for (const Expr s : sides) {
    try {
      all.emplace_back(shapes_->of(s));
    } catch (const ShapeError&) {
      all.emplace_back();
      continue;
    }
    const auto here = [&](const FreeIndex& i) { return contains(arena_, s, i.name); };
    if (all.back()->empty() && std::ranges::none_of(indices, here)) {
      all.back().reset();
      continue;
    }
    if (is_single(arena_, *all.back()) || (known && known->size() != all.back()->size())) return {};
    known = all.back();
  }
  std::vector<Shape> out;
  for (const auto& shape : all) {
    if (known) out.push_back(shape.value_or(*known));
  }
  return out;
}

Expr ModelParser::over_indices(Expr entry, const std::vector<FreeIndex>& indices) {
  for (std::size_t k = indices.size(); k-- > 0;)
    entry = arena_.make(Op::Table, {indices[k].name, indices[k].dimension, entry});
  return entry;
}

// A condition on entries, for all values of the indices: what is compared is a tensor then.
Expr ModelParser::for_all_indices(Expr condition, const std::vector<FreeIndex>& indices) {
  if (indices.empty()) return condition;
  std::vector<Expr> children = arena_.children_copy(condition);
  const bool compares = is_comparison(arena_.op(condition)) || arena_.is(condition, Op::In);
  for (Expr& c : children) {
    if (!compares) {
      c = for_all_indices(c, indices);
    } else if (std::ranges::any_of(indices, [&](const auto& i) { return contains(arena_, c, i.name); })) {
      c = over_indices(c, indices);
    }
  }
  return arena_.rebuild(condition, children);
}

// --- claims ---

Operand ModelParser::claim_side(Claim& claim) {
  const Operand s = p_.either();
  if (arena_.is(s.expr, Op::Eq)) p_.fail(s.begin, s.end, "a claim is written with one `=`", "write `claim A = B`");
  if (is_condition(arena_.op(s.expr))) {
    p_.fail(s.begin, s.end, "a claim is an equation, not a condition",
            "write `claim A = B`; a fact is stated with `assume`");
  }
  if (!model_.has_tensors()) check_shape(s);  // else it is a matter of the verdict
  claim.sides.push_back(s.expr);
  claim.places.push_back(p_.place(s.begin, s.end));
  return s;
}

void ModelParser::claim() {
  preamble_ = false;
  const Token word = p_.previous();
  if (p_.at(Tok::Newline) || p_.at(Tok::End))
    p_.fail(word.begin, word.end, "this claim is empty", "write `claim A = B`");
  scope_.defining({}, word.begin);
  p_.set_layer_use(ExpressionParser::LayerUse::any);
  Claim out;
  p_.set_left(ExpressionParser::Left::open);
  std::vector<Operand> sides{claim_side(out)};
  p_.set_left(ExpressionParser::Left::read);
  if (p_.at(Tok::Newline) || p_.at(Tok::End)) {
    p_.fail(out.places[0].begin, out.places[0].end, "this claim has one side only", "write `claim A = B`");
  }
  while (p_.at(Tok::Assign)) {
    p_.advance();
    if (p_.at(Tok::Newline) || p_.at(Tok::End) || p_.at(Tok::Assign)) {
      p_.fail(p_.previous().begin, p_.previous().end, "a side of the claim is missing behind this `=`");
    }
    sides.push_back(claim_side(out));
  }
  if (p_.at(Tok::Comma))
    p_.fail_here("a claim is one chain of equations", "begin the next one with `claim` on its own line");
  if (out.sides.size() < 2) p_.fail_behind("an operator or `=`");
  const std::vector<FreeIndex> indices = p_.take_indices("in this claim");
  const std::vector<Shape> shapes = indices.empty() ? std::vector<Shape>{} : shapes_of_sides(out.sides, indices);
  out.free_indices = indices.size() + (shapes.empty() ? 0 : shapes[0].size());
  for (std::size_t k = 0; k < sides.size() && !indices.empty(); ++k) {
    std::vector<FreeIndex> all = indices;
    const Expr entry = shapes.empty()
                           ? entry_of_statement(sides[k], fmt::format("with the index `{}` a claim is about entries",
                                                                      arena_.name(indices[0].name)))
                           : entry_in_all(sides[k].expr, sides[0].expr, shapes[k], all);
    out.sides[k] = over_indices(entry, all);
  }
  p_.set_layer_use(ExpressionParser::LayerUse::outside);
  out.place = p_.place(word.begin, p_.previous().end);
  model_.claims.push_back(std::move(out));
}

// --- definitions ---

Operand ModelParser::right_side() {
  const Operand right = p_.value();
  if (p_.at(Tok::Assign))
    p_.fail_here("a definition has one `=`", "to state that more is equal, write `claim A = B = C`");
  if (p_.at(Tok::Comma)) p_.fail_here("a definition is one expression");
  check_shape(right);
  return right;
}

void ModelParser::add_definition(const Token& name, const Operand& right, Expr value) {
  const std::string word(p_.text(name));
  const Shape shape = shapes_->of(value);
  if (!shape.empty()) model_.shapes[word] = shape;
  introduce(name, NameKind::definition, 0, false, shape);
  model_.definition_index.emplace(word, model_.definitions.size());
  model_.definitions.push_back({word, arena_.symbol(word), value, p_.place(right.begin, right.end)});
  apply_request();
}

// A = ...
void ModelParser::define(const Token& name) {
  preamble_ = false;
  check_new(name, NameKind::definition);
  scope_.defining(std::string(p_.text(name)), name.begin);
  p_.advance();
  const Operand right = right_side();
  add_definition(name, right, right.expr);
}

// A[i, 1] = ...
void ModelParser::define_entries(const Token& name) {
  preamble_ = false;
  check_new(name, NameKind::definition);
  scope_.defining(std::string(p_.text(name)), name.begin);
  const Right right = right_side_of_entries(name);
  add_definition(name, right.side, right.value);
}

// [i, 1, :] = ..., behind a name
std::vector<ModelParser::LeftIndex> ModelParser::left_indices(const Token& name) {
  p_.set_left(ExpressionParser::Left::open);
  const std::size_t open = p_.token().begin;
  std::vector<LeftIndex> left;
  do {
    p_.advance();
    const Token i = p_.token();
    left.push_back(p_.at(Tok::Name) ? LeftIndex::named : p_.at(Tok::All) ? LeftIndex::all : LeftIndex::one);
    if (p_.at(Tok::Name)) {
      p_.add_index(i);
    } else if (!p_.at(Tok::All) && (!p_.at(Tok::Number) || p_.text(i) != "1")) {
      p_.fail_here(p_.at(Tok::Number) ? fmt::format("entries are defined all at once, not entry {} alone", p_.text(i))
                                      : fmt::format("an index is expected here, not {}", p_.shown()),
                   "an index on the left side is a name, `:` for all, or 1 in a dimension of size 1");
    }
    p_.advance();
    if (left.back() == LeftIndex::named) p_.range_of_index(i.begin);
  } while (p_.at(Tok::Comma));
  if (!p_.at(Tok::RBracket)) p_.fail_here(fmt::format("`,` or `]` is expected here, not {}", p_.shown()));
  if (left.size() > max_rank)
    p_.fail(open, p_.token().end, fmt::format("a tensor has {} dimensions at most", max_rank));
  p_.advance();
  if (!p_.at(Tok::Assign))
    p_.fail_here(fmt::format("`=` and what an entry of `{}` is are expected here, not {}", p_.text(name), p_.shown()));
  p_.advance();
  p_.set_left(ExpressionParser::Left::read);
  return left;
}

// [i, 1, :] = ..., behind a name
ModelParser::Right ModelParser::right_side_of_entries(const Token& name) {
  const std::vector<LeftIndex> left = left_indices(name);
  const Operand right = right_side();
  const auto whole = static_cast<std::size_t>(std::ranges::count(left, LeftIndex::all));
  const std::vector<FreeIndex> named = p_.take_indices("on the right side");
  std::vector<FreeIndex> inner;
  Expr entry = right.expr;
  if (whole == 0) {
    entry = entry_of_statement(right, fmt::format("an entry of `{}` is a scalar", p_.text(name)));
  } else {
    const Shape shape = shapes_->of(right.expr);
    if (shape.size() != whole)
      p_.fail(right.begin, right.end,
              fmt::format("`:` stands for {} dimension{} on the left, but this is {}", whole, whole == 1 ? "" : "s",
                          print_shape(arena_, shape)));
    entry = entry_in_all(right.expr, right.expr, shape, inner);
  }
  std::vector<FreeIndex> all;
  auto next = named.begin(), next_inner = std::as_const(inner).begin();
  const Expr one = arena_.number(1);
  for (const LeftIndex i : left)
    all.push_back(i == LeftIndex::named ? *next++ : i == LeftIndex::all ? *next_inner++ : FreeIndex{one, one});
  return {right, over_indices(entry, all)};
}

}  // namespace gradus::syntax

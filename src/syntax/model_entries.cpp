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

// Whether the sides of an equation are tensors with as many dimensions each: `dZ[:, j] = A[:, j] - Y[:, j]`. Whether
// they fit is a matter of the verdict.
bool ModelParser::are_tensors(const std::vector<Expr>& sides) {
  std::optional<std::size_t> rank;
  for (const Expr s : sides) {
    try {
      const Shape& shape = shapes_->of(s);
      if (is_single(arena_, shape) || rank.value_or(shape.size()) != shape.size()) return false;
      rank = shape.size();
    } catch (const ShapeError&) {
    }
  }
  return rank.has_value();
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
  p_.set_in_claim(true);
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
  p_.set_in_claim(false);
  out.free_indices = indices.size();
  const bool tensors = !indices.empty() && are_tensors(out.sides);
  for (std::size_t k = 0; k < sides.size() && !indices.empty(); ++k) {
    const Expr side = tensors ? sides[k].expr
                              : entry_of_statement(sides[k], fmt::format("with the index `{}` a claim is about entries",
                                                                         arena_.name(indices[0].name)));
    out.sides[k] = over_indices(side, indices);
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
  const auto first = std::ranges::find(left, LeftIndex::all);
  if (left.size() > 2 && !std::all_of(first, left.end(), [](LeftIndex i) { return i == LeftIndex::all; }))
    p_.fail(open, p_.token().end, "`:` stands behind the other indices of more than two", "give each index a name");
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
  const std::vector<FreeIndex> named = p_.take_indices("on the right side");
  const auto whole = static_cast<std::size_t>(std::ranges::count(left, LeftIndex::all));
  Expr value = right.expr;
  if (whole == 0) {
    value = entry_of_statement(right, fmt::format("an entry of `{}` is a scalar", p_.text(name)));
  } else if (const Shape shape = shapes_->of(right.expr); shape.size() != whole) {
    p_.fail(right.begin, right.end,
            fmt::format("`:` stands for {} dimension{} on the left, but this is {}", whole, whole == 1 ? "" : "s",
                        print_shape(arena_, shape)));
  }
  std::vector<FreeIndex> all;
  auto next = named.begin();
  const Expr one = arena_.number(1);
  for (const LeftIndex i : left) {
    if (i != LeftIndex::all) all.push_back(i == LeftIndex::named ? *next++ : FreeIndex{one, one});
  }
  value = over_indices(value, all);
  const bool turned = left.size() == 2 && left[0] == LeftIndex::all && whole == 1;
  return {right, turned ? arena_.make(Op::Transpose, {value}) : value};
}

}  // namespace gradus::syntax

// SPDX-License-Identifier: GPL-2.0-or-later
// Functions of tensors, entries, sums over an index.
#include <fmt/format.h>

#include <algorithm>

#include "syntax/expression.h"

namespace gradus::syntax {

Operand ExpressionParser::tensor_call(const Token& t, const TensorFunction& function) {
  not_without_shapes(fmt::format("`{}` is a function of tensors", function.name));
  const Nest nest(*this);
  open_.push_back(token_.begin);
  const std::size_t open = token_.begin;
  advance();
  std::vector<Expr> values;
  bool axis = false;
  while (!at(Tok::RParen)) {
    if (at_word("axis") && !scope_->is_value("axis")) {
      const Token word = token_;
      advance();
      if (!at(Tok::Assign)) fail(word.begin, word.end, "unknown name `axis`", "an axis is written `axis=1`");
      if (!function.axis) fail(word.begin, previous_.end, fmt::format("`{}` takes no axis", function.name));
      if (values.size() != function.arguments || axis)
        fail(word.begin, previous_.end, "the axis stands behind the tensor");
      advance();
      const Operand which = value();
      if (!arena_.is_integer(which.expr))
        fail(which.begin, which.end, "an axis is a number", "`axis=0` runs over the rows, `axis=1` over the columns");
      values.push_back(which.expr);
      axis = true;
    } else {
      const Operand a = either();
      need_value(a);
      if (axis) fail(a.begin, a.end, "the axis stands last");
      values.push_back(a.expr);
    }
    behind_argument();
  }
  close(open, "`,` or `)`");
  const std::size_t given = values.size() - (axis ? 1 : 0);
  if (given != function.arguments) {
    fail(t.begin, previous_.end,
         fmt::format("`{}` takes {} argument{}, but {} {} given", function.name, function.arguments,
                     function.arguments == 1 ? "" : "s", given == 0 ? "none" : std::to_string(given),
                     given < 2 ? "is" : "are"),
         function.axis && given == 2 ? fmt::format("an axis is written `{}(..., axis=1)`", function.name) : "");
  }
  return {arena_.call(function.name, values), t.begin, previous_.end};
}

// sum[k](E)
Operand ExpressionParser::sum_over_index(const Token& t) {
  not_without_shapes("`sum[k]` is a sum over an index");
  const Nest nest(*this);
  const std::size_t bracket = token_.begin;
  advance();
  const Token k = token_;
  const std::string name(text(k));
  if (!at(Tok::Name))
    fail_here(fmt::format("the name of an index is expected here, not {}", shown()), "write `sum[k](...)`");
  if (is_reserved(name) || name == "e" || name == "pi")
    fail_here(fmt::format("`{}` cannot be the name of an index", name));
  if (scope_->kind(name) != NameKind::unknown)
    fail_here(fmt::format("the index `{}` would hide {} of this name", name, describe(scope_->kind(name))),
              "choose another name for the index");
  if (std::ranges::any_of(bound_, [&](const Bound& b) { return b.name == name; }))
    fail_here(fmt::format("the index `{}` is bound already around this sum", name), "choose another name for it");
  advance();
  if (!at(Tok::RBracket))
    fail(bracket, token_.end, "one index stands in these brackets", "write `sum[i](sum[j](...))`");
  advance();
  if (!at(Tok::LParen)) fail_here(fmt::format("the sum over `{}` stands in parentheses", name));
  bound_.push_back({name, std::nullopt, {}});
  const Operand body = parentheses();
  const Bound bound = bound_.back();
  bound_.pop_back();
  need_value(body);
  if (!bound.dimension) {
    fail(k.begin, k.end, fmt::format("what `{}` runs over is not known: it is no index of a tensor in this sum", name),
         fmt::format("write it in brackets behind a tensor: `X[{}]`", name));
  }
  return {arena_.make(Op::Sum, {arena_.symbol(name), *bound.dimension, body.expr}), t.begin, previous_.end};
}

// W[i, 1]
Operand ExpressionParser::entry(const Token& t) {
  not_without_shapes("`[` takes an entry of a tensor");
  const std::string_view name = text(t);
  if (!scope_->is_value(name)) fail_unknown_name(t.begin, t.end, name);
  const Shape shape = scope_->shape(name);
  if (shape.empty()) fail(t.begin, token_.end, fmt::format("`{}` is a scalar and has no entries", name));
  open_.push_back(token_.begin);
  std::vector<Expr> parts{arena_.symbol(name)};
  do {
    advance();
    if (parts.size() > shape.size()) break;
    parts.push_back(index(t, shape, parts.size() - 1));
  } while (at(Tok::Comma));
  if (!at(Tok::RBracket) || parts.size() != shape.size() + 1) {
    if (!at(Tok::RBracket) && !at(Tok::Comma) && parts.size() <= shape.size() + 1 && !at(Tok::Name) &&
        !at(Tok::Number)) {
      fail_here(fmt::format("`,` or `]` is expected here, not {}", shown()), "an index is a name or a number");
    }
    fail(t.begin, token_.end, fmt::format("`{}` has {} ind{}", name, shape.size(), shape.size() == 1 ? "ex" : "ices"));
  }
  open_.pop_back();
  advance();
  return {arena_.make(Op::Entry, parts), t.begin, previous_.end};
}

Expr ExpressionParser::index(const Token& tensor, const Shape& shape, std::size_t position) {
  const Expr dimension = shape[position];
  const auto size = [&] { return arena_.is_number(dimension) ? print(arena_, dimension) : arena_.name(dimension); };
  const Token t = token_;
  if (at(Tok::Number)) {
    const Operand n = number();
    const bool small = arena_.is_integer(n.expr) && arena_.value(n.expr) >= 1;
    if (!small) fail(t.begin, t.end, "an index is 1, 2, 3, ... or a name");
    if (arena_.is_number(dimension) ? arena_.value(n.expr) > arena_.value(dimension) : arena_.value(n.expr) > 1) {
      fail(t.begin, t.end, fmt::format("index {} of `{}` is at most {}", position + 1, text(tensor), size()),
           arena_.is_number(dimension) ? "" : "which is at least 1; no more is known");
    }
    return n.expr;
  }
  if (!at(Tok::Name)) fail_here(fmt::format("an index is expected here, not {}", shown()), "a name or a number");
  const std::string name(text(t));
  const auto bound = std::ranges::find(bound_, name, &Bound::name);
  if (bound == bound_.end()) {
    fail(t.begin, t.end, fmt::format("the index `{}` is not bound here", name),
         fmt::format("write `sum[{}](...)` around it", name));
  }
  advance();
  if (!bound->dimension) {
    bound->dimension = dimension;
    bound->used_in = text(tensor);
  } else if (*bound->dimension != dimension) {
    fail(t.begin, t.end,
         fmt::format("`{}` runs over `{}` in `{}`, and over `{}` here", name, print(arena_, *bound->dimension),
                     bound->used_in, size()));
  }
  return arena_.symbol(name);
}

}  // namespace gradus::syntax

// SPDX-License-Identifier: GPL-2.0-or-later
// Functions of tensors.
#include <fmt/format.h>

#include "syntax/expression.h"

namespace gradus::syntax {

Operand ExpressionParser::tensor_call(const Token& t, const TensorFunction& function) {
  const std::string written(function.written);
  not_without_shapes(fmt::format("`{}` is a function of tensors", written));
  const Nest nest(*this);
  open_.push_back(token_.begin);
  const std::size_t open = token_.begin;
  advance();
  std::vector<Expr> values;
  bool axis = false;
  while (!at(Tok::RParen)) {
    if (function.dimension == values.size()) {
      values.push_back(dimension());
    } else if (at_word("axis") && !scope_->is_value("axis")) {
      const Token word = token_;
      advance();
      if (!at(Tok::Assign)) fail(word.begin, word.end, "unknown name `axis`", "an axis is written `axis=1`");
      if (!function.axis) fail(word.begin, previous_.end, fmt::format("`{}` takes no axis", written));
      if (values.size() != function.arguments || axis)
        fail(word.begin, previous_.end, "the axis stands behind the tensor");
      advance();
      const Operand which = value();
      if (!arena_.is_integer(which.expr))
        fail(which.begin, which.end, "an axis is a number", "`axis=0` runs over the rows, `axis=1` over the columns");
      values.push_back(which.expr);
      axis = true;
    } else {
      refuse_named_argument(written);
      const Operand a = either();
      need_value(a);
      if (axis) fail(a.begin, a.end, "the axis stands last");
      values.push_back(a.expr);
    }
    behind_argument();
  }
  close(open, "`,` or `)`");
  const std::size_t given = values.size() - (axis ? 1 : 0);
  // `max(a, b)` is of two numbers, or acts entry by entry.
  if (!axis && given != function.arguments && functions_.find(written, given) != nullptr)
    return {arena_.call(written, values), t.begin, previous_.end};
  if (given != function.arguments) {
    fail(t.begin, previous_.end,
         fmt::format("`{}` takes {} argument{}, but {} {} given", written, function.arguments,
                     function.arguments == 1 ? "" : "s", given == 0 ? "none" : std::to_string(given),
                     given < 2 ? "is" : "are"),
         functions_.has_name(written)
             ? fmt::format("`{0}(E)` runs over the entries of a tensor, `{0}(a, b)` takes two numbers", written)
         : function.axis && given == 2 ? fmt::format("an axis is written `{}(..., axis=1)`", written)
                                       : "");
  }
  return {arena_.call(function.name, values), t.begin, previous_.end};
}

}  // namespace gradus::syntax

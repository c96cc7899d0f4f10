// SPDX-License-Identifier: GPL-2.0-or-later
// Conditions: comparisons and their chains, `in`, `not`, `and`, `or`.
#include <fmt/format.h>

#include "syntax/expression.h"

namespace gradus::syntax {

void ExpressionParser::need_value(const Operand& a) const {
  if (is_condition_node(a.expr)) fail(a.begin, a.end, "a condition is used as a value", "write `where(cond, 1, 0)`");
}
void ExpressionParser::need_condition(const Operand& a) const {
  if (is_condition_node(a.expr) || (pattern_ && arena_.is(a.expr, Op::Call))) return;
  if (at_word("not")) fail_behind({});
  if (at(Tok::Assign) && !assume_) fail_here("`=` does not compare", "write `==`");
  fail(a.begin, a.end, "a value is used as a condition", "compare it: `x > 0`, `x != 0`");
}

Operand ExpressionParser::disjunction() {
  Operand a = conjunction();
  if (!at_word("or")) return a;
  std::vector<Expr> parts{a.expr};
  need_condition(a);
  while (at_word("or")) {
    advance();
    const Operand b = conjunction();
    need_condition(b);
    parts.push_back(b.expr);
  }
  return {arena_.make(Op::Or, parts), a.begin, previous_.end};
}

Operand ExpressionParser::conjunction() {
  // `chain`: the conjunction that a comparison `0 < y < 1` stands for is merged, one in parentheses is not.
  Operand a = negation();
  if (!at_word("and")) return a;
  std::vector<Expr> parts;
  const auto add = [&](const Operand& b) {
    need_condition(b);
    if (b.chain) {
      for (const Expr c : arena_.children(b.expr)) parts.push_back(c);
    } else {
      parts.push_back(b.expr);
    }
  };
  add(a);
  while (at_word("and")) {
    advance();
    add(negation());
  }
  return {arena_.make(Op::And, parts), a.begin, previous_.end};
}

Operand ExpressionParser::negation() {
  if (!at_word("not")) return comparison();
  const Nest nest(*this);
  const std::size_t begin = token_.begin;
  advance();
  const Operand a = negation();
  need_condition(a);
  return {arena_.make(Op::Not, {a.expr}), begin, previous_.end};
}

Operand ExpressionParser::comparison() {
  const auto compared = [this]() -> Op {
    switch (token_.kind) {
      case Tok::Eq:
        return Op::Eq;
      case Tok::Assign:
        return assume_ ? Op::Eq : Op::Number;
      case Tok::Ne:
        return Op::Ne;
      case Tok::Lt:
        return Op::Lt;
      case Tok::Le:
        return Op::Le;
      case Tok::Gt:
        return Op::Gt;
      case Tok::Ge:
        return Op::Ge;
      default:
        return Op::Number;  // no comparison
    }
  };
  Operand left = sum();
  const std::size_t begin = left.begin;
  if (at_word("in")) return membership(left);
  std::vector<Expr> links;
  bool distinct = false;
  for (Op op = compared(); op != Op::Number; op = compared()) {
    need_value(left);
    const Token t = token_;
    if (!links.empty() && (distinct || op == Op::Ne)) {
      fail(t.begin, t.end, "`!=` does not stand in a chain", "write `a != b and b != c`");
    }
    distinct = op == Op::Ne;
    advance();
    const Operand right = sum();
    need_value(right);
    links.push_back(arena_.make(op, {left.expr, right.expr}));
    left = right;
  }
  if (links.empty()) return left;
  if (links.size() == 1) return {links[0], begin, previous_.end};
  return {arena_.make(Op::And, links), begin, previous_.end, true};
}

// x in 1..n: one of these has the number x.
Operand ExpressionParser::range(const Operand& element) {
  not_without_shapes("`..` is a range of whole numbers");
  const Token first = token_;
  const Operand from = number();
  if (!at(Tok::Range))
    fail_here(fmt::format("`..` is expected here, not {}", shown()), "write `c in 1..n`, or `y in {0, 1}`");
  if (!arena_.is_number(from.expr, 1))
    fail(first.begin, first.end, "a range begins with 1", "other values are listed: `y in {0, 1, 2}`");
  advance();
  const Expr each = arena_.call("onehot", {element.expr, dimension()});
  const Operand out{each, element.begin, previous_.end};
  try {
    const bool one = shapes_->of(element.expr).empty();
    shapes_->of(each);
    const Expr sum = one ? arena_.call("sum", {each}) : arena_.call("sum", {each, arena_.number(0)});
    return {arena_.make(Op::Eq, {sum, arena_.number(1)}), out.begin, out.end};
  } catch (const ShapeError& e) {
    fail(element.begin, element.end, "what is in a range is a number, or a row of numbers", e.hint);
  }
}

Operand ExpressionParser::membership(const Operand& element) {
  need_value(element);
  advance();
  if (at(Tok::Number)) return range(element);
  if (!at(Tok::LBrace)) fail_here(fmt::format("a set is expected behind `in`, not {}", shown()), "write `y in {0, 1}`");
  open_.push_back(token_.begin);
  advance();
  if (at(Tok::RBrace)) fail(open_.back(), token_.end, "a set without values holds nothing");
  std::vector<Expr> parts{element.expr, value().expr};
  while (at(Tok::Comma)) {
    advance();
    parts.push_back(value().expr);
  }
  if (!at(Tok::RBrace)) fail_behind("`,` or `}`");
  open_.pop_back();
  advance();
  return {arena_.make(Op::In, parts), element.begin, previous_.end};
}

}  // namespace gradus::syntax

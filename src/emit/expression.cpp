// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/expression.h"

#include <fmt/format.h>

#include "emit/number.h"

namespace gradus::emit {

std::vector<Operand> operands(const Arena& arena, Expr e) {
  if (arena.is(e, Op::Deriv)) return {};
  if (is_negation(arena, e)) return {{arena.child(e, 1), true}};
  if (arena.is(e, Op::Pow) && arena.is_integer(arena.child(e, 1))) return {{arena.child(e, 0), false}};
  std::vector<Operand> out;
  const auto children = arena.children(e);
  for (std::size_t k = 0; k < children.size(); ++k) {
    const Expr c = children[k];
    if (arena.is(e, Op::Add) && is_negation(arena, c)) {
      out.push_back({arena.child(c, 1), true});
    } else if (arena.is(e, Op::Mul) && k > 0 && is_inverse(arena, c)) {
      out.push_back({arena.child(c, 0), true});
    } else {
      out.push_back({c, false});
    }
  }
  return out;
}

bool repeats_operand(const Arena& arena, Expr e) {
  return (arena.is(e, Op::Pow) && arena.is_number(arena.child(e, 1), 2)) || arena.is(e, Op::In);
}

const std::string* Speller::name_of(Expr e) const {
  const auto it = names_.find(e);
  return it == names_.end() ? nullptr : &it->second;
}

std::string Speller::at_least(Text t, Level level) { return t.level < level ? "(" + t.code + ")" : std::move(t.code); }

std::string Speller::unsigned_at_least(Text t, Level level) {
  const bool minus = t.code.starts_with('-');
  return at_least({std::move(t.code), minus ? conditional : t.level}, level);
}

Speller::Text Speller::text(Expr e) {
  const std::string* name = name_of(e);
  return name != nullptr ? Text{*name, primary} : written(e);
}

Speller::Text Speller::number(const Rational& value) {
  Literal l = literal(cln::abs(value), real());
  const Level level = l.quotient ? product : primary;
  if (value < 0) return {"-" + l.text, l.quotient ? product : sign};
  return {std::move(l.text), level};
}

const char* Speller::constant(bool pi) const {
  if (real() == Real::float32) return pi ? "3.1415927F" : "2.7182817F";
  return pi ? "3.1415926535897932" : "2.7182818284590452";
}

Speller::Text Speller::written(Expr e) {
  switch (arena_.op(e)) {
    case Op::Number:
      return number(arena_.value(e));
    case Op::Constant:
      return {constant(arena_.name(e) == "pi"), primary};
    case Op::Symbol:
      throw Error({}, fmt::format("cannot generate code: `{}` is not defined", arena_.name(e)));
    case Op::Deriv:
      throw Error({}, fmt::format("cannot generate code: the derivative `{}` was not computed", print(arena_, e)));
    case Op::Add:
      return sum_of(e);
    case Op::Mul:
      return product_of(e);
    case Op::Pow:
      return power_of(e);
    case Op::Call:
      return call_of(e);
    case Op::Where:
      return {
          fmt::format("{} ? {} : {}", at_least(text(arena_.child(e, 0)), disjunction),
                      at_least(text(arena_.child(e, 1)), disjunction), at_least(text(arena_.child(e, 2)), disjunction)),
          conditional};
    case Op::Eq:
      return joined(e, " == ", equality, relation);
    case Op::Ne:
      return joined(e, " != ", equality, relation);
    case Op::Lt:
      return joined(e, " < ", relation, sum);
    case Op::Le:
      return joined(e, " <= ", relation, sum);
    case Op::Gt:
      return joined(e, " > ", relation, sum);
    case Op::Ge:
      return joined(e, " >= ", relation, sum);
    case Op::In:
      return membership(e);
    case Op::Not:
      return {"!" + at_least(text(arena_.child(e, 0)), primary), sign};
    case Op::And:
      return joined(e, " && ", conjunction, equality);
    case Op::Or:
      // Compilers ask for parentheses around `and` within `or`.
      return joined(e, " || ", disjunction, equality);
    case Op::MatMul:
    case Op::Transpose:
    case Op::Entry:
    case Op::Sum:
    case Op::Max:
    case Op::Min:
    case Op::Table:
    case Op::Rest:
      break;
  }
  throw Error({}, fmt::format("cannot generate code: `{}` belongs to rules", print(arena_, e)));
}

Speller::Text Speller::joined(Expr e, const char* between, Level level, Level needed) {
  std::string code;
  for (std::size_t k = 0; k < arena_.count(e); ++k) {
    const bool same = k == 0 && arena_.is(arena_.child(e, k), arena_.op(e)) && !is_comparison(arena_.op(e));
    code += (k > 0 ? between : "") + at_least(text(arena_.child(e, k)), same ? level : needed);
  }
  return {std::move(code), level};
}

Speller::Text Speller::membership(Expr e) {
  const std::string x = at_least(text(arena_.child(e, 0)), relation);
  std::string code;
  for (std::size_t k = 1; k < arena_.count(e); ++k) {
    code += fmt::format("{}{} == {}", k > 1 ? " || " : "", x, at_least(text(arena_.child(e, k)), relation));
  }
  if (code.empty()) return {"false", primary};
  return {std::move(code), arena_.count(e) == 2 ? equality : disjunction};
}

Speller::Text Speller::sum_of(Expr e) {
  std::string code;
  for (const Operand& o : operands(arena_, e)) {
    const bool first = code.empty();
    const bool negative_number = arena_.is_number(o.e) && arena_.value(o.e) < 0;
    if (negative_number && !first) {
      code += " - " + at_least(number(-arena_.value(o.e)), product);
    } else if (o.turned) {
      code += (first ? "-" : " - ") + unsigned_at_least(text(o.e), product);
    } else if (first) {
      code = at_least(text(o.e), sum);
    } else {
      code += " + " + unsigned_at_least(text(o.e), product);
    }
  }
  return {std::move(code), sum};
}

Speller::Text Speller::product_of(Expr e) {
  if (is_negation(arena_, e)) {
    Text t = text(arena_.child(e, 1));
    const Level level = t.level == product ? product : sign;
    return {"-" + unsigned_at_least(std::move(t), product), level};
  }
  std::string code;
  for (const Operand& o : operands(arena_, e)) {
    if (code.empty()) {
      code = at_least(text(o.e), product);
      continue;
    }
    const bool as_typed = !arena_.is_number(o.e) || arena_.spelling_of(o.e) != nullptr;
    const auto denominator = as_typed ? std::nullopt : unit_denominator(arena_.value(o.e), real());
    if (denominator && !o.turned) {
      code += "/" + *denominator;
    } else {
      code += (o.turned ? "/" : "*") + unsigned_at_least(text(o.e), sign);
    }
  }
  return {std::move(code), product};
}

Speller::Text Speller::power_of(Expr e) {
  const Expr base = arena_.child(e, 0), exponent = arena_.child(e, 1);
  if (is_inverse(arena_, e)) return {literal(1, real()).text + "/" + unsigned_at_least(text(base), sign), product};
  if (repeats_operand(arena_, e)) {
    const std::string b = unsigned_at_least(text(base), sign);
    return {b + "*" + b, product};
  }
  return {fmt::format("std::pow({}, {})", text(base).code, text(exponent).code), primary};
}

Speller::Text Speller::call_of(Expr e) {
  // The form stays where it is: forms are kept in a map.
  const CallForm& form = functions_.form(e);
  std::string code;
  for (const Piece& p : form.pieces) {
    Text argument = text(arena_.child(e, p.parameter));
    code += p.before + (p.enclosed ? argument.code : at_least(std::move(argument), primary));
  }
  return {code + form.end, primary};
}

}  // namespace gradus::emit

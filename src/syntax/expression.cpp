// SPDX-License-Identifier: GPL-2.0-or-later
// Sums, products, powers, numbers. Calls, names and derivatives are in calls.cpp, conditions in condition.cpp.
#include "syntax/expression.h"

#include <cln/integer.h>
#include <cln/integer_io.h>
#include <fmt/format.h>

#include <algorithm>

#include "syntax/characters.h"

namespace gradus::syntax {

namespace {

// Whether an integer power of a number is within the limit of digits.
bool power_fits(const Rational& base, const Rational& n) {
  if (cln::denominator(n) != 1) return true;
  const auto bits = [](const cln::cl_I& k) { return static_cast<double>(cln::integer_length(cln::abs(k))); };
  // 2^k has k + 1 bits; what has one bit is 1.
  const double most = std::max(bits(cln::numerator(base)), bits(cln::denominator(base))) - 1;
  if (most < 1) return true;
  if (bits(cln::numerator(n)) > 40) return false;
  constexpr double bits_per_digit = 3.3219280948873626;
  return most * cln::double_approx(cln::abs(n)) <= bits_per_digit * static_cast<double>(limits::max_digits);
}

}  // namespace

bool is_reserved(std::string_view word) {
  static const std::vector<std::string> operators{"where", "and", "or", "not", "in"};
  return std::ranges::find(operators, word) != operators.end() ||
         std::ranges::find(statement_words(), word) != statement_words().end();
}

const std::vector<std::string>& statement_words() {
  static const std::vector<std::string> words{"input",  "param", "function", "model",
                                              "assume", "claim", "dim",      "convention"};
  return words;
}

ExpressionParser::Nest::Nest(ExpressionParser& p) : p_(p) {
  if (++p_.nesting_ > limits::max_nesting) {
    p_.fail_here(
        fmt::format("more than {} parentheses, calls, signs and powers within one another", limits::max_nesting),
        "give the inner parts names");
  }
}

ExpressionParser::ExpressionParser(Arena& arena, const FunctionTable& functions, Lexer& lexer, bool pattern)
    : arena_(arena), functions_(functions), lexer_(lexer), pattern_(pattern) {
  token_ = lexer_.next();
  previous_ = {Tok::Newline, token_.begin, token_.begin};
}

void ExpressionParser::advance() {
  previous_ = token_;
  token_ = lexer_.next();
}

bool ExpressionParser::at_word(std::string_view word) const { return at(Tok::Name) && text(token_) == word; }

void ExpressionParser::fail(std::size_t begin, std::size_t end, std::string message, std::string hint) const {
  lexer_.fail(begin, end, std::move(message), std::move(hint));
}
void ExpressionParser::fail_here(std::string message, std::string hint) const {
  fail(token_.begin, token_.end, std::move(message), std::move(hint));
}

std::string ExpressionParser::shown() const {
  if (at(Tok::End)) return "the end of the text";
  if (at(Tok::Newline)) return "the end of the line";
  return fmt::format("`{}`", shorten(text(token_)));
}

bool ExpressionParser::same_line(std::size_t a, std::size_t b) const {
  return lexer_.text().substr(a, b - a).find('\n') == std::string_view::npos;
}

bool ExpressionParser::begins_operand() const {
  if (at(Tok::Name)) return !at_word("and") && !at_word("or") && !at_word("in");
  return at(Tok::Number) || at(Tok::LParen);
}

void ExpressionParser::fail_behind(std::string_view expected) const {
  if (!open_.empty() && (at(Tok::End) || !same_line(previous_.end, token_.begin))) {
    fail(open_.back(), open_.back() + 1, fmt::format("this `{}` is not closed", lexer_.text()[open_.back()]));
  }
  if (at(Tok::RParen) && open_.empty()) fail_here("there is no `(` for this `)`");
  if (at(Tok::RBrace) && open_.empty()) fail_here("there is no `{` for this `}`");
  if (at(Tok::LBracket)) fail_here("`[` stands right behind the name of a tensor, and takes an entry of it");
  if (at(Tok::LBrace)) fail_here("braces hold the values of `in`", "use parentheses to group");
  if (at(Tok::Assign) && !open_.empty()) fail_here("`=` does not compare", "write `==`");
  if (at(Tok::Ellipsis)) fail_here("`...` stands right behind a name, in the patterns of rules only");
  if (at_word("if") || at_word("else"))
    fail_here(fmt::format("{} is not part of the notation", shown()), "write `where(cond, p, q)`");
  if (at_word("not")) fail_here("`not` stands before a whole condition", "write `not x in {...}`");
  if (begins_operand()) {
    const std::string_view before = text(previous_), behind = text(token_);
    if (previous_.kind == Tok::Name && functions_.has_name(functions_.canonical(before)))
      fail_without_argument(previous_.begin, previous_.end);
    const std::size_t next = lexer_.text().find_first_not_of(" \t", token_.end);
    if (scope_ != nullptr && open_.empty() && at(Tok::Name) && next != std::string_view::npos &&
        lexer_.text()[next] == '=' && lexer_.text().substr(next, 2) != "==") {
      fail_here("a statement begins on a line of its own");
    }
    const bool simple = !at(Tok::LParen) && previous_.kind != Tok::RParen;
    fail(previous_.begin, token_.end,
         fmt::format("an operator is missing between `{}` and `{}`", shorten(before), shorten(behind)),
         simple ? fmt::format("to multiply, write `{}*{}`", shorten(before), shorten(behind))
                : "to multiply, write `*`");
  }
  fail_here(fmt::format("{} is expected here, not {}", expected, shown()));
}

void ExpressionParser::fail_without_argument(std::size_t begin, std::size_t end) const {
  const std::string_view function = lexer_.text().substr(begin, end - begin);
  // What is read next may stand before it: dz/dexp.
  const bool behind = token_.begin >= end && begins_operand() && !at(Tok::LParen) && same_line(end, token_.begin);
  fail(begin, behind ? token_.end : end,
       fmt::format("`{}` is a function: its arguments stand in parentheses", function),
       fmt::format("write `{}({})`", function, behind ? shorten(text(token_)) : "..."));
}

void ExpressionParser::close(std::size_t open, std::string_view expected) {
  if (!at(Tok::RParen)) fail_behind(expected);
  if (open_.empty() || open_.back() != open) fail_here("this `)` closes no `(`");
  open_.pop_back();
  advance();
}

Operand ExpressionParser::either() { return disjunction(); }
Operand ExpressionParser::literal_number() { return number(); }
Operand ExpressionParser::value() {
  const Operand a = disjunction();
  need_value(a);
  return a;
}
Operand ExpressionParser::condition() {
  const Operand a = disjunction();
  need_condition(a);
  return a;
}

Operand ExpressionParser::negated(const Operand& a) {
  if (a.chain || arena_.is_number(a.expr)) return {arena_.negate(a.expr), a.begin, a.end};
  return {arena_.mul(arena_.number(-1), a.expr), a.begin, a.end};
}

Operand ExpressionParser::sum() {
  const Operand first = product();
  if (!at(Tok::Plus) && !at(Tok::Minus)) return first;
  need_value(first);
  std::vector<Expr> terms{first.expr};
  while (at(Tok::Plus) || at(Tok::Minus)) {
    const bool minus = at(Tok::Minus);
    advance();
    const Operand term = product();
    need_value(term);
    terms.push_back(minus ? negated(term).expr : term.expr);
  }
  return {arena_.make(Op::Add, terms), first.begin, previous_.end};
}

void ExpressionParser::divide(std::vector<Expr>& factors, Expr by) {
  if (factors.size() > 1) {
    factors.push_back(arena_.reciprocal(by));
    return;
  }
  const Expr a = factors[0];
  if (arena_.is(a, Op::Mul)) {  // in parentheses: stays one factor
    factors.push_back(arena_.reciprocal(by));
    return;
  }
  const Expr quotient = arena_.div(a, by);
  if (arena_.is(quotient, Op::Mul)) {
    factors = arena_.children_copy(quotient);
  } else {
    factors[0] = quotient;
  }
}

Operand ExpressionParser::product() {
  const std::size_t begin = token_.begin;
  std::vector<Expr> factors;
  if (at(Tok::Minus)) {
    // The minus of a whole product is its first factor, or the sign of its first number.
    const Nest nest(*this);
    advance();
    const Operand a = signed_operand();
    need_value(a);
    if (arena_.is_number(a.expr)) {
      factors.push_back(arena_.negate(a.expr));
    } else {
      factors = {arena_.number(-1), a.expr};
    }
  } else {
    const Operand a = signed_operand();
    if (!at(Tok::Star) && !at(Tok::Slash) && !at(Tok::At)) return a;
    need_value(a);
    factors.push_back(a.expr);
  }
  while (at(Tok::Star) || at(Tok::Slash) || at(Tok::At)) {
    const Tok kind = token_.kind;
    if (kind == Tok::At) not_without_shapes("`@` is the matrix product");
    advance();
    const Operand b = signed_operand();
    need_value(b);
    if (kind == Tok::At) {
      factors = {matrix_product(arena_.product(factors), b.expr)};
    } else if (kind == Tok::Star) {
      factors.push_back(b.expr);
    } else {
      divide(factors, b.expr);
    }
  }
  return {arena_.product(factors), begin, previous_.end, factors.size() > 1};
}

Operand ExpressionParser::signed_operand() {
  if (!at(Tok::Minus) && !at(Tok::Plus)) return power();
  const Nest nest(*this);
  const std::size_t begin = token_.begin;
  const bool minus = at(Tok::Minus);
  advance();
  Operand a = signed_operand();
  need_value(a);
  if (minus) a = negated(a);
  return {a.expr, begin, previous_.end};
}

Operand ExpressionParser::power() {
  const bool number = at(Tok::Number);
  Operand base = atom();
  while (at(Tok::Transpose) || (at(Tok::LBracket) && !number)) {
    need_value(base);
    if (at(Tok::LBracket)) {
      base = entry(base);
      continue;
    }
    not_without_shapes("`.T` transposes a matrix");
    advance();
    base = {arena_.make(Op::Transpose, {base.expr}), base.begin, previous_.end};
  }
  if (!at(Tok::Caret)) return base;
  need_value(base);
  const Nest nest(*this);
  advance();
  const Operand n = exponent();
  need_value(n);
  const auto b = literal(base.expr), power = literal(n.expr);
  if (b && power && !power_fits(*b, *power)) {
    fail(base.begin, previous_.end, fmt::format("a power of more than {} digits", limits::max_digits),
         "this is the limit of exact numbers");
  }
  return {arena_.pow(base.expr, n.expr), base.begin, previous_.end};
}

// The value of a number, a power of numbers, or the negative of one. Powers that are too large are refused before.
std::optional<Rational> ExpressionParser::literal(Expr e) const {
  if (arena_.is_number(e)) return arena_.value(e);
  if (arena_.is(e, Op::Mul) && arena_.count(e) == 2 && arena_.is_number(arena_.child(e, 0), -1)) {
    const auto a = literal(arena_.child(e, 1));
    return a ? std::optional<Rational>(-*a) : std::nullopt;
  }
  if (!arena_.is(e, Op::Pow)) return std::nullopt;
  const auto base = literal(arena_.child(e, 0)), n = literal(arena_.child(e, 1));
  if (!base || !n || cln::denominator(*n) != 1 || (*base == 0 && *n < 0)) return std::nullopt;
  return cln::expt(*base, cln::numerator(*n));
}

Operand ExpressionParser::exponent() {
  if (!at(Tok::Minus) && !at(Tok::Plus)) return power();
  const Nest nest(*this);
  const std::size_t begin = token_.begin;
  const bool minus = at(Tok::Minus);
  advance();
  Operand a = exponent();
  need_value(a);
  if (minus) a = negated(a);
  return {a.expr, begin, previous_.end};
}

Operand ExpressionParser::atom() {
  switch (token_.kind) {
    case Tok::Number:
      return number();
    case Tok::Name:
      return name();
    case Tok::LParen:
      return parentheses();
    case Tok::LBrace:
    case Tok::LBracket:
      fail_behind({});
    default:
      break;
  }
  if ((at(Tok::End) || at(Tok::Newline)) && !open_.empty()) fail_behind({});
  switch (previous_.kind) {
    case Tok::Newline:
    case Tok::LParen:
    case Tok::Name:
    case Tok::RParen:
    case Tok::Number:
      fail_here(fmt::format("an expression is expected here, not {}", shown()));
    default:
      break;
  }
  fail_here(fmt::format("an expression must follow `{}`, not {}", text(previous_), shown()),
            at(Tok::Newline)
                ? "a formula goes on behind a line break inside parentheses, or if the next line begins with `=`"
                : "");
}

Operand ExpressionParser::parentheses() {
  const Nest nest(*this);
  const std::size_t open = token_.begin;
  open_.push_back(open);
  advance();
  if (at(Tok::RParen)) fail(open, token_.end, "there is nothing in these parentheses");
  const Operand inner = either();
  if (at(Tok::Comma)) fail_here("parentheses hold one expression, not a list");
  close(open, "an operator or `)`");
  return {inner.expr, open, previous_.end};
}

Operand ExpressionParser::number() {
  const Token t = token_;
  const std::string_view typed = text(t);
  const std::size_t e = std::min(typed.find_first_of("eE"), typed.size());
  const std::size_t point = std::min(typed.find('.'), e);
  std::string digits(typed.substr(0, point));
  if (point < e) digits += typed.substr(point + 1, e - point - 1);
  const std::size_t decimals = point < e ? e - point - 1 : 0;
  const std::string_view power = e < typed.size() ? typed.substr(e + 1) : std::string_view("0");
  const std::string_view size = power.substr(std::min(power.find_first_of("123456789"), power.size()));
  const auto too_long = [&] {
    fail(t.begin, t.end, fmt::format("a number of more than {} digits", limits::max_digits),
         "this is the limit of exact numbers");
  };
  const auto most = static_cast<std::size_t>(limits::max_digits);
  if (digits.size() > 2 * most || size.size() > 6) too_long();
  long shift = size.empty() ? 0 : std::stol(std::string(size));
  if (shift > limits::max_digits) too_long();
  digits_ += digits.size() + static_cast<std::size_t>(shift);
  if (digits_ > max_digits_in_source)
    fail(t.begin, t.end, fmt::format("the numbers of this text have more than {} digits in all", max_digits_in_source));
  if (power[0] == '-') shift = -shift;
  shift -= static_cast<long>(decimals);
  Rational value = cln::cl_I(digits.c_str());
  if (shift > 0) value = value * cln::expt_pos(cln::cl_I(10), cln::cl_I(shift));
  if (shift < 0) value = value / cln::expt_pos(cln::cl_I(10), cln::cl_I(-shift));
  advance();
  const Expr n = arena_.number(value);
  // `2.0` is 2; an integer keeps its spelling only where that saves zeros.
  if (typed.size() < 40 && (e < typed.size() || cln::denominator(value) != 1)) {
    arena_.set_spelling(n, typed[0] == '.' ? "0" + std::string(typed) : std::string(typed));
  }
  return {n, t.begin, t.end};
}

}  // namespace gradus::syntax

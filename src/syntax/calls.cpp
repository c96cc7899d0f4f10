// SPDX-License-Identifier: GPL-2.0-or-later
// Names, calls, derivatives, where.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "syntax/characters.h"
#include "syntax/expression.h"

namespace gradus::syntax {
namespace {

constexpr auto later_functions = std::to_array<std::string_view>({"cholesky", "reshape"});

// Functions under the names that they have elsewhere.
struct Elsewhere {
  std::string_view name, hint;
};
constexpr auto elsewhere = std::to_array<Elsewhere>({
    {"pow", "write `x^n`"},
    {"power", "write `x^n`"},
    {"square", "write `x^2`"},
    {"sqr", "write `x^2`"},
    {"lg", "write `log10(x)`"},
    {"arctan", "write `atan(x)`"},
    {"arcsin", "write `asin(x)`"},
    {"arccos", "write `acos(x)`"},
    {"gammaln", "write `lgamma(x)`"},
    {"loggamma", "write `lgamma(x)`"},
    {"psi", "write `digamma(x)`"},
    {"norm_cdf", "write `normal_cdf(x)`"},
    {"log_ndtr", "write `log_normal_cdf(x)`"},
    {"ndtr", "write `normal_cdf(x)`"},
    {"sgn", "write `sign(x)`"},
    {"sigma", "write `sigmoid(x)`"},
    {"σ", "write `sigmoid(x)`"},
    {"logistic", "write `sigmoid(x)`"},
    {"transpose", "write `A.T`"},
    {"matmul", "write `A @ B`"},
    {"if", "write `where(cond, p, q)`"},
    {"ifelse", "write `where(cond, p, q)`"},
    {"cbrt", "write `x^(1/3)`"},
});

std::string counted(std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

// The end of `/dB` right at `at`, or 0; B gets its name.
std::size_t denominator_end(std::string_view text, std::size_t at, std::string_view& b) {
  if (text.substr(at, 2) != "/d" || identifier_start(text, at + 2) == 0) return 0;
  const std::size_t end = identifier_end(text, at + 2);
  b = text.substr(at + 2, end - at - 2);
  return end;
}

}  // namespace

bool is_constant_name(std::string_view name) { return name == "e" || name == "pi"; }

std::string ExpressionParser::suggest(std::string_view word, bool functions) const {
  std::vector<std::string> candidates = scope_ != nullptr ? scope_->candidates(functions) : std::vector<std::string>();
  if (functions) {
    const std::vector<std::string> known = functions_.names();
    candidates.insert(candidates.end(), known.begin(), known.end());
    candidates.insert(candidates.end(), {"where", "diff"});
  } else {
    candidates.emplace_back("pi");
  }
  return did_you_mean(word, candidates);
}

void ExpressionParser::fail_unknown_name(std::size_t begin, std::size_t end, std::string_view unknown) {
  if (scope_ != nullptr) {
    const Scope::Why why = scope_->why_unknown(unknown);
    const bool of_layer = layers_ != nullptr && layers_->any() && at(Tok::LBracket);
    if (!why.message.empty())
      fail(begin, end, why.message,
           of_layer && why.hint.empty()
               ? fmt::format("write `{}[0] = ...` before: what goes from layer to layer begins with that", unknown)
               : why.hint);
  }
  if (functions_.has_name(functions_.canonical(unknown)) ||
      (scope_ != nullptr && scope_->kind(unknown) == NameKind::function)) {
    fail_without_argument(begin, end);
  }
  std::string hint = unknown == "π" ? "write `pi`" : derivative_hint(begin, unknown);
  if (hint.empty()) hint = suggest(unknown, false);
  if (hint.empty() && unknown.size() < 40)
    hint = fmt::format("write `input {0}` or `param {0}` first, or define it", unknown);
  fail(begin, end, fmt::format("unknown name `{}`", unknown), hint);
}

// For an unknown name that looks like a part of a derivative.
std::string ExpressionParser::derivative_hint(std::size_t begin, std::string_view unknown) const {
  if (scope_ == nullptr || unknown[0] != 'd') return {};
  if (unknown == "diff") return "a derivative is written `diff(A, B)`";
  const std::string_view of = unknown.substr(1);
  const bool second = of.size() > 1 && of[0] >= '2' && of[0] <= '9' && scope_->is_value(of.substr(1));
  if (second || (of.empty() && at(Tok::Caret))) return "a second derivative is written `diff(A, B, B)`";
  if (!scope_->is_value(of)) return {};
  const std::size_t before = lexer_.text().find_last_not_of(" \t", begin - 1);
  if (begin > 0 && before != std::string_view::npos && lexer_.text()[before] == '/')
    return fmt::format("a derivative is written without blanks: `dA/d{0}`, or `d(...)/d{0}`", of);
  return fmt::format("a derivative is written without blanks: `d{}/d...`", of);
}

Expr ExpressionParser::variable(const Token& t) {
  const std::string_view n = text(t);
  if (is_constant_name(n)) return arena_.constant(n);
  if (layers_ != nullptr && layers_->any() && n == layers_->index())
    fail(t.begin, t.end, fmt::format("`{}` counts the layers: it stands in brackets behind a name", n));
  if (std::ranges::any_of(bound_, [&](const Bound& b) { return b.name == n; }))
    fail(t.begin, t.end, fmt::format("`{}` is an index: it stands in brackets behind a tensor", n));
  const bool known = scope_ == nullptr || scope_->is_value(n);
  if (adjoints_ != nullptr && (scope_ == nullptr || !scope_->is_value(n))) {
    const auto it = arena_.has_symbol(n) ? adjoints_->find(arena_.symbol(n)) : adjoints_->end();
    if (it != adjoints_->end()) return it->second;
  }
  if (!known) fail_unknown_name(t.begin, t.end, n);
  return arena_.symbol(n);
}

Operand ExpressionParser::name() {
  Operand out;
  const Token t = token_;
  if (derivative_token(t, out)) return out;
  if (const auto layer = of_layer()) return *layer;
  const std::string_view word = text(t);
  if (is_reserved(word) && word != "where") {
    fail_here(fmt::format("an expression is expected here, not `{}`, which is a word of the notation", word));
  }
  advance();
  if (at(Tok::LParen)) return word == "delta" && delta_follows() ? delta(t) : call(t);
  if (word.back() == '\'') {
    const std::string_view base = word.substr(0, word.find('\''));
    fail(t.begin, t.end, fmt::format("`{}` is the derivative of a function and needs an argument", word),
         scope_ != nullptr && scope_->is_value(base)
             ? fmt::format("the derivative of a name is written `d{}/d...`", base)
             : fmt::format("write `{}(...)`", word));
  }
  if (word == "where") fail(t.begin, t.end, "`where` needs its three arguments", "write `where(cond, p, q)`");
  if (at(Tok::Ellipsis) && token_.begin == t.end && pattern_) {
    advance();
    return {arena_.rest(word), t.begin, previous_.end};
  }
  if (const auto over = over_index(t)) return *over;
  return {variable(t), t.begin, t.end};
}

void ExpressionParser::not_without_shapes(std::string_view what) const {
  if (scope_ == nullptr || shapes_ == nullptr)
    fail_here(fmt::format("{}: shapes are known in model files alone", what));
}

bool ExpressionParser::derivative_token(const Token& t, Operand& out) {
  const std::string_view all = lexer_.text(), first = text(t);
  std::string_view b;
  if (first.size() < 2 || first[0] != 'd' || identifier_start(first, 1) == 0) return false;
  const std::string_view a = first.substr(1);
  std::size_t above = t.end;  // the end of `dA`, its layer included
  const bool layered = is_layered(a) && !scope_->is_value(first);
  if (layered) above = std::min(all.find(']', above), all.size() - 1) + 1;
  std::size_t end = denominator_end(all, above, b);
  if (end == 0) return false;
  const std::string_view second = all.substr(above + 1, end - above - 1);
  const bool called = end < all.size() && (all[end] == '(' || all[end] == '\'');
  if (scope_ == nullptr) {
    if (called) return false;
  } else {
    const bool of_known = is_constant_name(a) || scope_->is_value(a),
               by_known = is_constant_name(b) || scope_->is_value(b);
    const bool known = of_known && by_known;
    const bool names = scope_->is_value(first) || scope_->is_value(second);
    if (known && names) {
      fail(t.begin, end,
           fmt::format("`{}/{}` is the derivative of `{}` with respect to `{}`, but `{}` is a name as well", first,
                       second, a, b, scope_->is_value(first) ? first : second),
           fmt::format("write `d({})/d{}` for the derivative, `{} / {}` with blanks for the quotient", a, b, first,
                       second));
    }
    if (!known && (names || called)) return false;
    if (!scope_->derivatives())
      fail(t.begin, end, "the body of a function holds no derivatives of names",
           "write `g'(t)` for the derivative of a function");
    if (!known) {
      const std::string_view unknown = of_known ? b : a;
      const std::size_t begin = of_known ? above + 2 : t.begin + 1;
      fail_unknown_name(begin, begin + unknown.size(), unknown);
    }
  }
  if (is_constant_name(b))
    fail(above + 2, end, fmt::format("a derivative is taken with respect to a name, not the constant `{}`", b));
  std::size_t behind = t.end;
  const Expr of = differentiated(a, t.begin + 1, behind), by = differentiated(b, above + 2, end);
  token_.end = end;
  lexer_.seek(end);
  advance();
  out = {arena_.make(Op::Deriv, {of, by}), t.begin, end};
  return true;
}

// `exp(x, axis=1)`: arguments have no names.
void ExpressionParser::refuse_named_argument(std::string_view function) const {
  if (!at(Tok::Name) || assume_ || function.empty()) return;
  const std::string_view all = lexer_.text();
  const std::size_t next = std::min(all.find_first_not_of(" \t", token_.end), all.size());
  if (all.substr(next, 1) != "=" || all.substr(next, 2) == "==") return;
  fail(token_.begin, next + 1, fmt::format("the arguments of `{}` have no names", function),
       "write the values alone; a comparison is written `==`");
}

// To the next argument, or the `)`.
void ExpressionParser::behind_argument() {
  if (at(Tok::Comma)) {
    advance();
    if (at(Tok::RParen)) fail_here("an argument must follow the comma");
  } else if (!at(Tok::RParen)) {
    fail_behind("`,` or `)`");
  }
}

std::vector<Operand> ExpressionParser::arguments(std::size_t open, std::string_view function) {
  open_.push_back(open);
  advance();
  std::vector<Operand> out;
  while (!at(Tok::RParen)) {
    refuse_named_argument(function);
    out.push_back(either());
    behind_argument();
  }
  close(open, "`,` or `)`");
  return out;
}

Operand ExpressionParser::call(const Token& t) {
  const std::string_view word = text(t);
  if (word == "d") return derivative(t);
  if (word == "diff") return repeated_derivative(t);
  if (word == "where") return where(t);
  const std::size_t primes = static_cast<std::size_t>(std::ranges::count(word, '\''));
  const std::string base = functions_.canonical(word.substr(0, word.size() - primes));
  const bool of_model = scope_ != nullptr && scope_->arity(base).has_value();
  const TensorFunction* const of_tensors = tensor_function_written(base);
  const bool of_numbers = functions_.has_name(base);
  if (!of_model && primes == 0 && of_tensors != nullptr && !(of_numbers && shapes_ == nullptr))
    return tensor_call(t, *of_tensors);
  if (!of_model && !of_numbers && !pattern_) fail_unknown_function(t, base);
  const Nest nest(*this);
  const std::size_t open = token_.begin;
  std::vector<Expr> values;
  for (const Operand& a : arguments(open, word)) {
    need_value(a);
    values.push_back(a.expr);
  }
  check_call(t, base, primes, values.size());
  return {arena_.call(base + std::string(primes, '\''), values), t.begin, previous_.end};
}

void ExpressionParser::check_call(const Token& t, std::string_view base, std::size_t primes, std::size_t count) {
  std::vector<std::size_t> arities;
  if (const auto own = scope_ != nullptr ? scope_->arity(base) : std::nullopt; own.has_value()) {
    arities.push_back(*own);
  } else {
    for (const Function& f : functions_.all()) {
      if (f.name == base) arities.push_back(f.parameters.size());
    }
  }
  if (arities.empty()) {
    if (count == 0) fail(t.begin, previous_.end, fmt::format("`{}` is called without an argument", text(t)));
    return;  // a variable of a pattern
  }
  if (primes > 0 && std::ranges::find(arities, std::size_t{1}) == arities.end()) {
    fail(t.begin, t.end,
         fmt::format("`'` is the derivative of a function of one argument, and `{}` takes {}", base, arities[0]));
  }
  if (primes > 0) arities = {1};
  if (std::ranges::find(arities, count) != arities.end()) return;
  std::vector<std::string> wanted;
  for (const std::size_t n : arities) wanted.push_back(std::to_string(n));
  const std::string takes =
      arities.size() == 1 ? counted(arities[0], "argument") : fmt::format("{} arguments", fmt::join(wanted, " or "));
  fail(t.begin, previous_.end,
       fmt::format("`{}` takes {}, but {} given", text(t), takes,
                   count == 1   ? "1 is"
                   : count == 0 ? "none is"
                                : fmt::format("{} are", count)));
}

void ExpressionParser::fail_unknown_function(const Token& t, std::string_view base) {
  if (scope_ != nullptr && scope_->is_value(base)) {
    fail(t.begin, t.end, fmt::format("`{}` is not a function", base),
         fmt::format("to multiply, write `{}*(...)`", base));
  }
  if (scope_ != nullptr) {
    const Scope::Why why = scope_->why_unknown(base);
    if (!why.message.empty()) fail(t.begin, t.end, why.message, why.hint);
  }
  if (is_constant_name(base))
    fail(t.begin, t.end, fmt::format("`{}` is a constant, not a function", base),
         fmt::format("to multiply, write `{}*(...)`", base));
  if (std::ranges::find(later_functions, base) != later_functions.end())
    fail(t.begin, t.end, fmt::format("`{}` is a function of tensors that Gradus does not know yet", base));
  const auto* const known = std::ranges::find(elsewhere, base, &Elsewhere::name);
  std::string hint = known != elsewhere.end() ? std::string(known->hint) : suggest(base, true);
  const std::string_view of = base.substr(1);
  if (base[0] == 'd' && (functions_.has_name(functions_.canonical(of)) || (scope_ != nullptr && scope_->arity(of))))
    hint = fmt::format("the derivative of a call is written `d({}(...))/dx`", of);
  if (hint.empty()) {
    hint = scope_ != nullptr ? fmt::format("declare it with `function {}(t)`, or define it", base)
                             : "`gradus functions list` names the functions; a file can define more";
  }
  fail(t.begin, t.end, fmt::format("unknown function `{}`", base), hint);
}

Operand ExpressionParser::where(const Token& t) {
  const Nest nest(*this);
  const std::vector<Operand> args = arguments(token_.begin);
  if (args.size() != 3) {
    fail(t.begin, previous_.end,
         fmt::format("`where` takes 3 arguments, but {} given", args.size() == 1 ? "1 is"
                                                                : args.empty()   ? "none is"
                                                                                 : fmt::format("{} are", args.size())),
         "write `where(cond, p, q)`");
  }
  need_condition(args[0]);
  need_value(args[1]);
  need_value(args[2]);
  return {arena_.make(Op::Where, {args[0].expr, args[1].expr, args[2].expr}), t.begin, previous_.end};
}

Operand ExpressionParser::derivative(const Token& t) {
  const Nest nest(*this);
  const std::size_t open = token_.begin;
  open_.push_back(open);
  advance();
  if (at(Tok::RParen)) fail(t.begin, token_.end, "there is nothing to differentiate in these parentheses");
  const Operand of = value();
  if (at(Tok::Comma)) fail_here("`d(...)` takes one expression", "write `diff(A, B)` or `d(A)/dB`");
  if (!at(Tok::RParen)) fail_behind("an operator or `)`");
  const std::string_view all = lexer_.text();
  std::string_view b;
  const std::size_t denominator = token_.end;
  std::size_t end = denominator_end(all, denominator, b);
  if (end == 0) {
    close(open, "`)`");
    if (pattern_) return {arena_.make(Op::Deriv, {of.expr, arena_.symbol("_")}), t.begin, previous_.end};
    const bool factor = scope_ != nullptr && scope_->is_value("d");
    const bool blanks = at(Tok::Slash);
    fail(t.begin, previous_.end, "`d(...)` needs the name with respect to which it is the derivative",
         factor   ? "write `d(...)/dx`; to multiply by `d`, write `d*(...)`"
         : blanks ? "write `d(...)/dx`, without blanks around `/`"
                  : "write `d(...)/dx`");
  }
  if (scope_ != nullptr) {
    if (!scope_->derivatives())
      fail(t.begin, end, "the body of a function holds no derivatives of names",
           "write `g'(t)` for the derivative of a function");
    if (!is_constant_name(b) && !scope_->is_value(b)) fail_unknown_name(denominator + 2, end, b);
  }
  if (is_constant_name(b))
    fail(denominator + 2, end, fmt::format("a derivative is taken with respect to a name, not the constant `{}`", b));
  open_.pop_back();
  const Expr by = differentiated(b, denominator + 2, end);
  token_.end = end;
  lexer_.seek(end);
  advance();
  return {arena_.make(Op::Deriv, {of.expr, by}), t.begin, end};
}

Operand ExpressionParser::repeated_derivative(const Token& t) {
  const Nest nest(*this);
  const std::vector<Operand> args = arguments(token_.begin);
  if (args.size() < 2)
    fail(t.begin, previous_.end, "`diff` takes an expression and one or more names", "write `diff(A, B)`");
  if (scope_ != nullptr && !scope_->derivatives()) {
    fail(t.begin, previous_.end, "the body of a function holds no derivatives of names",
         "write `g'(t)` for the derivative of a function");
  }
  need_value(args[0]);
  Expr out = args[0].expr;
  for (std::size_t k = 1; k < args.size(); ++k) {
    if (!arena_.is(args[k].expr, Op::Symbol)) {
      const bool constant = arena_.is(args[k].expr, Op::Constant), number = arena_.is_number(args[k].expr);
      fail(args[k].begin, args[k].end,
           fmt::format("a derivative is taken with respect to a name, not {}",
                       constant ? fmt::format("the constant `{}`", arena_.name(args[k].expr))
                       : number ? "a number"
                                : "an expression"),
           constant ? ""
           : number ? "a second derivative is written `diff(A, B, B)`"
                    : "give the expression a name");
    }
    out = arena_.make(Op::Deriv, {out, args[k].expr});
  }
  return {out, t.begin, previous_.end};
}

}  // namespace gradus::syntax

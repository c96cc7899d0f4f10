// SPDX-License-Identifier: GPL-2.0-or-later
// Indices: entries of tensors, sums and tables over an index, Kronecker's delta, and what each index runs over.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "syntax/characters.h"
#include "syntax/expression.h"

namespace gradus::syntax {

// --- which indices there are ---

// Checks that a name may be introduced as an index.
void ExpressionParser::check_index_name(const Token& t) {
  const std::string_view name = text(t);
  if (is_reserved(name) || name == "e" || name == "pi" || name.back() == '\'')
    fail(t.begin, t.end, fmt::format("`{}` cannot be the name of an index", name));
  if (layers_ != nullptr && layers_->any() && name == layers_->index())
    fail(t.begin, t.end, fmt::format("`{}` counts the layers, and is no index of a tensor", name),
         "choose another name for the index");
  if (scope_->kind(name) != NameKind::unknown)
    fail(t.begin, t.end, fmt::format("the index `{}` would hide {} of this name", name, describe(scope_->kind(name))),
         "choose another name for the index");
  if (scope_->is_being_defined(name))
    fail(t.begin, t.end, fmt::format("the index `{}` would hide what is defined here", name),
         "choose another name for the index");
}

void ExpressionParser::set_left(Left left) {
  left_ = left;
  if (left == Left::open) closed_.clear();
}

void ExpressionParser::add_index(const Token& t) {
  check_index_name(t);
  const std::string name(text(t));
  if (std::ranges::find(bound_, name, &Bound::name) != bound_.end())
    fail(t.begin, t.end, fmt::format("the index `{}` stands twice on the left side", name),
         "the entries of a diagonal alone are no tensor; `delta(i, j)` is 1 on the diagonal");
  // What comes behind a sum cannot share the name of its index: the sum would have two of them.
  if (std::ranges::find(closed_, name) != closed_.end())
    fail(t.begin, t.end, fmt::format("`{}` is bound by a sum before, and free here", name),
         "choose another name for one of them");
  index_names_.push_back(t);
  bound_.push_back({t, name, true});
}

std::vector<ExpressionParser::FreeIndex> ExpressionParser::take_indices(std::string_view seen) {
  std::vector<FreeIndex> out;
  for (const Bound& b : bound_) {
    if (!b.dimension) fail_unknown_range(b, seen);
    out.push_back({arena_.symbol(b.name), *b.dimension});
  }
  bound_.clear();
  alike_.clear();
  closed_.clear();
  left_ = Left::none;
  return out;
}

// The index of this name, which stands in brackets.
ExpressionParser::Bound& ExpressionParser::bound_index(const Token& t) {
  const std::string name(text(t));
  if (const auto bound = std::ranges::find(bound_, name, &Bound::name); bound != bound_.end()) return *bound;
  if (layers_ != nullptr && layers_->any() && name == layers_->index()) check_index_name(t);
  if (scope_->kind(name) != NameKind::unknown) {
    fail(t.begin, t.end, fmt::format("`{}` is {}, not an index", name, describe(scope_->kind(name))),
         "an index is a name of its own, or 1, 2, ...");
  }
  if (left_ != Left::open) {
    fail(t.begin, t.end,
         left_ == Left::none
             ? fmt::format("the index `{}` is not bound here", name)
             : fmt::format("the index `{}` is not bound here and does not stand on the left side", name),
         fmt::format("write `sum[{}](...)` around it", name));
  }
  add_index(t);
  bound_.back().implied = true;
  return bound_.back();
}

// --- what they run over ---

Expr ExpressionParser::dimension() {
  const Token t = token_;
  if (at(Tok::Number)) {
    const Expr size = number().expr;
    if (!arena_.is_integer(size) || arena_.value(size) < 1 || arena_.value(size) > max_dimension)
      fail(t.begin, t.end, fmt::format("a dimension is a whole number from 1 to {}, or a name", max_dimension));
    return size;
  }
  if (!at(Tok::Name)) fail_here(fmt::format("a dimension is expected here, not {}", shown()), "a name or a number");
  const std::string_view word = text(t);
  if (is_layered(word) && scope_->kind(word) == NameKind::dimension) return of_layer()->expr;
  if (scope_->kind(word) != NameKind::dimension) {
    const bool known = scope_->kind(word) != NameKind::unknown;
    std::vector<std::string> names = scope_->candidates(false);
    std::erase_if(names, [&](const std::string& n) { return scope_->kind(n) != NameKind::dimension; });
    std::string hint = known ? std::string() : did_you_mean(word, names);
    if (hint.empty() && !known) hint = fmt::format("write `dim {}` first", word);
    fail(t.begin, t.end,
         known ? fmt::format("`{}` is {}, not a dimension", word, describe(scope_->kind(word)))
               : fmt::format("unknown dimension `{}`", word),
         hint);
  }
  advance();
  return arena_.symbol(word);
}

void ExpressionParser::range_of_index(std::size_t begin) {
  if (!at_word("in")) return;
  advance();
  bound_.back().dimension = dimension();
  bound_.back().used_in = lexer_.text().substr(begin, previous_.end - begin);
}

std::string ExpressionParser::size(Expr dimension) const {
  return arena_.is_number(dimension) ? print(arena_, dimension) : arena_.name(dimension);
}

void ExpressionParser::fail_unknown_range(const Bound& index, std::string_view seen) const {
  fail(index.where.begin, index.where.end,
       fmt::format("what `{}` runs over is not known: it is no index of a tensor {}", index.name, seen),
       fmt::format("write it in brackets behind a tensor{0} `X[{1}]`{2}", index.implied ? ":" : ",", index.name,
                   index.implied ? "" : fmt::format(", or say it: `[{} in n]`", index.name)));
}

// Draws the conclusions from deltas: their indices have the same dimension.
void ExpressionParser::settle() {
  for (bool changed = true; changed;) {
    changed = false;
    for (const Alike& a : alike_) {
      const auto at = [&](const std::string& name) { return std::ranges::find(bound_, name, &Bound::name); };
      const auto i = at(a.index), j = a.number ? bound_.end() : at(a.other);
      if (a.number) {
        if (!i->dimension) continue;
        const bool fits = arena_.is_number(*i->dimension) ? arena_.value(*a.number) <= arena_.value(*i->dimension)
                                                          : arena_.is_number(*a.number, 1);
        if (!fits) {
          fail(a.delta.begin, a.delta.end, fmt::format("the index `{}` is at most {}", i->name, size(*i->dimension)),
               arena_.is_number(*i->dimension) ? "" : "which is at least 1; no more is known");
        }
        continue;
      }
      if (i->dimension && j->dimension) {
        if (*i->dimension == *j->dimension || is_left_to_verdict()) continue;
        fail(a.delta.begin, a.delta.end,
             fmt::format("`{}` runs over `{}` in `{}`, and `{}` over `{}` in `{}`", i->name, size(*i->dimension),
                         i->used_in, j->name, size(*j->dimension), j->used_in),
             "`delta` compares indices that run over the same");
      }
      if (!i->dimension && !j->dimension) continue;
      const auto known = i->dimension ? i : j, other = i->dimension ? j : i;
      other->dimension = known->dimension;
      other->used_in = lexer_.text().substr(a.delta.begin, a.delta.end - a.delta.begin);
      changed = true;
    }
  }
}

// --- the notation ---

std::optional<Operand> ExpressionParser::over_index(const Token& t) {
  struct Word {
    std::string_view word;
    Op op;
    std::string_view says;
  };
  static constexpr auto words = std::to_array<Word>({
      {"sum", Op::Sum, "a sum over an index"},
      {"mean", Op::Sum, "a mean over an index"},
      {"max", Op::Max, "the greatest over an index"},
      {"min", Op::Min, "the least over an index"},
      {"table", Op::Table, "a tensor given by its entries"},
  });
  const auto* const word = std::ranges::find(words, text(t), &Word::word);
  if (word == words.end() || !index_follows(word->word)) return std::nullopt;
  not_without_shapes(fmt::format("`{}[k]` is {}", word->word, word->says));
  return over_index(t, word->op, word->word == "mean");
}

// Whether `[k](` stands here: a tensor of the name `table` may have entries.
bool ExpressionParser::index_follows(std::string_view word) const {
  if (!at(Tok::LBracket)) return false;
  if (scope_ == nullptr) return true;
  const std::string_view all = lexer_.text();
  const std::size_t end = all.find_first_of("],\n", token_.end);
  if (end == std::string_view::npos || all[end] != ']') return !scope_->is_value(word);
  const std::size_t next = all.find_first_not_of(" \t", end + 1);
  return next != std::string_view::npos && all[next] == '(';
}

// [k](E), behind the operator
Operand ExpressionParser::over_index(const Token& t, Op op, bool mean) {
  const Nest nest(*this);
  const std::string word(text(t));
  const std::size_t bracket = token_.begin;
  advance();
  if (op == Op::Sum && layers_are_summed()) return sum_over_layers(t);
  const Token k = token_;
  const std::string name(text(k));
  const bool one = op == Op::Table && at(Tok::Number) && name == "1";
  if (!at(Tok::Name) && !one)
    fail_here(fmt::format("the name of an index is expected here, not {}", shown()),
              fmt::format("write `{}[k](...)`", word));
  if (!one) {
    check_index_name(k);
    const auto outer = std::ranges::find(bound_, name, &Bound::name);
    if (outer != bound_.end() && outer->free)
      fail_here(fmt::format("`{}` is an index of the left side, and cannot be bound here", name),
                "choose another name for it");
    if (outer != bound_.end())
      fail_here(fmt::format("the index `{}` is bound already around this {}", name, word),
                "choose another name for it");
  }
  advance();
  if (!one) {
    index_names_.push_back(k);
    bound_.push_back({k, name, false});
    range_of_index(k.begin);
  }
  if (!at(Tok::RBracket))
    fail(bracket, token_.end, "one index stands in these brackets", fmt::format("write `{0}[i]({0}[j](...))`", word));
  advance();
  if (!at(Tok::LParen)) fail_here(fmt::format("the {} over `{}` stands in parentheses", word, name));
  const Operand body = parentheses();
  if (one) {
    need_value(body);
    const Expr single = arena_.number(1);
    return {arena_.make(op, {single, single, body.expr}), t.begin, previous_.end};
  }
  const Bound bound = *std::ranges::find(bound_, name, &Bound::name);
  std::erase_if(bound_, [&](const Bound& b) { return b.name == name; });
  std::erase_if(alike_, [&](const Alike& a) { return a.index == name || a.other == name; });
  closed_.push_back(name);
  need_value(body);
  if (!bound.dimension) fail_unknown_range(bound, fmt::format("in this {}", word));
  const Expr index = arena_.symbol(name), dimension = *bound.dimension;
  if (op == Op::Table) return {arena_.make(op, {index, dimension, body.expr}), t.begin, previous_.end};
  // A mean is the sum over the dimension, as `mean(E)` is.
  const Expr over = reduction(op, index, dimension, body);
  return {mean ? arena_.div(over, dimension) : over, t.begin, previous_.end};
}

// [i, 1], behind what has entries
Operand ExpressionParser::entry(const Operand& of) {
  not_without_shapes("`[` takes an entry of a tensor");
  const std::string shown_of = shorten(lexer_.text().substr(of.begin, of.end - of.begin));
  need_value(of);
  Shape shape;
  try {
    shape = shapes_->of(of.expr);
  } catch (const ShapeError& e) {
    fail(of.begin, of.end, e.what(), e.hint);
  }
  if (shape.empty()) fail(of.begin, token_.end, fmt::format("`{}` is a scalar and has no entries", shown_of));
  open_.push_back(token_.begin);
  std::vector<Expr> parts{of.expr};
  std::vector<std::size_t> all;
  std::map<std::size_t, Expr> ranges;  // by the number of the dimension among those of `all`
  do {
    advance();
    if (parts.size() > shape.size()) break;
    if (range_follows()) {
      ranges.emplace(all.size(), range(shown_of, shape[parts.size() - 1]));
      all.push_back(parts.size());
      parts.push_back(of.expr);
    } else if (at(Tok::All)) {
      all.push_back(parts.size());
      parts.push_back(of.expr);
      advance();
    } else {
      parts.push_back(index(shown_of, shape, parts.size() - 1));
    }
  } while (at(Tok::Comma));
  // X[2..n] are rows: all of what is behind.
  while (!ranges.empty() && at(Tok::RBracket) && parts.size() <= shape.size()) {
    all.push_back(parts.size());
    parts.push_back(of.expr);
  }
  if (!at(Tok::RBracket) || parts.size() != shape.size() + 1) {
    if (!at(Tok::RBracket) && !at(Tok::Comma) && parts.size() <= shape.size() + 1 && !at(Tok::Name) &&
        !at(Tok::Number) && !at(Tok::All)) {
      fail_here(fmt::format("`,` or `]` is expected here, not {}", shown()), "an index is a name or a number");
    }
    fail(of.begin, token_.end,
         fmt::format("`{}` has {} ind{}", shown_of, shape.size(), shape.size() == 1 ? "ex" : "ices"));
  }
  open_.pop_back();
  advance();
  if (!ranges.empty()) return {slice_in(ranges, parts, all, shape, of.begin), of.begin, previous_.end};
  return {all.empty() ? arena_.make(Op::Entry, parts) : slice(parts, all, shape), of.begin, previous_.end};
}

// In a claim what does not fit is wrong, not an error of the file.
bool ExpressionParser::is_left_to_verdict() const { return in_claim_ && (layers_ == nullptr || !layers_->any()); }

Expr ExpressionParser::index(std::string_view tensor, const Shape& shape, std::size_t position) {
  const Expr dimension = shape[position];
  const Token t = token_;
  if (at(Tok::Number)) {
    const Operand n = number();
    const bool small = arena_.is_integer(n.expr) && arena_.value(n.expr) >= 1;
    if (!small) fail(t.begin, t.end, "an index is 1, 2, 3, ... or a name");
    if (arena_.is_number(dimension) ? arena_.value(n.expr) > arena_.value(dimension) : arena_.value(n.expr) > 1) {
      fail(t.begin, t.end, fmt::format("index {} of `{}` is at most {}", position + 1, tensor, size(dimension)),
           arena_.is_number(dimension) ? "" : "which is at least 1; no more is known");
    }
    return n.expr;
  }
  if (!at(Tok::Name)) fail_here(fmt::format("an index is expected here, not {}", shown()), "a name or a number");
  Bound& bound = bound_index(t);
  const std::string name = bound.name;
  advance();
  if (!bound.dimension) {
    bound.dimension = dimension;
    bound.used_in = tensor;
    settle();
  } else if (*bound.dimension != dimension && !is_left_to_verdict()) {
    fail(t.begin, t.end,
         fmt::format("`{}` runs over `{}` in `{}`, and over `{}` here", name, print(arena_, *bound.dimension),
                     bound.used_in, size(dimension)));
  }
  return arena_.symbol(name);
}

// Whether Kronecker's delta stands here: a scalar may have the name, and then `delta(x)` lacks a `*`.
bool ExpressionParser::delta_follows() const {
  if (scope_ == nullptr || pattern_ || scope_->arity("delta").has_value()) return false;
  if (!scope_->is_value("delta")) return true;
  const std::string_view all = lexer_.text();
  const std::size_t next = all.find_first_of(",()", token_.end);
  return next != std::string_view::npos && all[next] == ',';
}

// (i, j), behind `delta`
Operand ExpressionParser::delta(const Token& t) {
  not_without_shapes("`delta` compares two indices");
  const Nest nest(*this);
  const std::size_t open = token_.begin;
  open_.push_back(open);
  std::vector<Expr> parts;
  std::vector<std::string> names;
  do {
    advance();
    const Token i = token_;
    if (at(Tok::Number)) {
      const Operand n = number();
      if (!arena_.is_integer(n.expr) || arena_.value(n.expr) < 1)
        fail(i.begin, i.end, "an index is 1, 2, 3, ... or a name");
      parts.push_back(n.expr);
    } else if (at(Tok::Name)) {
      names.push_back(bound_index(i).name);
      parts.push_back(arena_.symbol(names.back()));
      advance();
    } else {
      fail_here(fmt::format("an index is expected here, not {}", shown()),
                "`delta(i, j)` is 1 where two indices are equal, else 0");
    }
  } while (at(Tok::Comma));
  if (at(Tok::RParen) && parts.size() != 2) {
    fail(t.begin, token_.end,
         fmt::format("`delta` takes 2 indices, but {} {} given", parts.size(), parts.size() == 1 ? "is" : "are"),
         "`delta(i, j)` is 1 where two indices are equal, else 0");
  }
  if (!at(Tok::RParen))
    fail_here(fmt::format("`,` or `)` is expected here, not {}", shown()), "an index is a name or a number");
  close(open, "`,` or `)`");
  const Operand out{arena_.call("delta", parts), t.begin, previous_.end};
  if (names.size() == 2 && names[0] != names[1]) alike_.push_back({out, names[0], names[1]});
  if (names.size() == 1) alike_.push_back({out, names[0], {}, arena_.is_number(parts[0]) ? parts[0] : parts[1]});
  settle();
  return out;
}

}  // namespace gradus::syntax

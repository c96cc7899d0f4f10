// SPDX-License-Identifier: GPL-2.0-or-later
// Lists, sums, vectors and matrices that are written out, with dots for what goes on as it began.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"
#include "document/nodes.h"

namespace gradus::document {
namespace {

// The letters of what changes between the first and the last of them: along a list, and from row to row.
const std::string along = "\\dots", down = "\\ddots";

bool has_dots(const Node& n) {
  return std::ranges::any_of(n.kids, [](const Node& k) { return k.is(Node::Kind::dots); });
}

// 13 as 1 and 3, beside 1n.
Node digits_of(const Node& number) {
  std::vector<Node> digits;
  for (const char c : number.text) digits.push_back(number_at(std::string(1, c), number));
  return product_of(std::move(digits));
}

// What a member of a series is at a number.
std::string member(const Node& body, const std::string& letter, std::size_t at) {
  Node out = body;
  replace_letter(out, letter, number_at(std::to_string(at), body));
  return label(out);
}

}  // namespace

// From x_s and x_n what x_j is, with a letter for the index that changes, and the number s; a letter that is an index
// elsewhere runs over all that it runs over.
std::optional<Meaning::Series> Meaning::series(const Node& first, const Node& last, const std::string& letter) {
  Series out{first, letter, {}, 0};
  bool changed = false, fits = true;
  const std::function<void(Node&, const Node&)> merge = [&](Node& a, const Node& b) {
    if (!fits) return;
    const bool number = a.is(Node::Kind::number) && a.bare() && a.text.find('.') == std::string::npos;
    if (number && b.is(Node::Kind::symbol) && b.bare() && a.text.size() < 4) {
      const Named* known = find(b.text);
      const bool dimension = known != nullptr && known->role == Named::Role::dimension;
      const bool index = indexing_.contains(b.text) && (known == nullptr || known->guessed);
      const long start = std::stol(a.text);
      fits = (known == nullptr || dimension || index) && start > 0 && (!changed || start == out.start);
      if (!fits) return;
      const Expr d = index ? dimension_of_letter(b.text) : dimension_named(b.text);
      fits = !changed || d == out.dimension;
      out.dimension = d;
      out.start = start;
      changed = true;
      a.kind = Node::Kind::symbol;
      a.text = letter;
      return;
    }
    const bool parts = b.is(Node::Kind::product) && b.bare() &&
                       std::ranges::all_of(b.ops, [](const std::string& op) { return op.empty(); });
    if (number && parts && a.text.size() == b.kids.size()) a = digits_of(a);
    if (a.kind != b.kind || a.text != b.text || a.kids.size() != b.kids.size() || a.below.size() != b.below.size() ||
        a.above.size() != b.above.size() || a.ops != b.ops || a.primes != b.primes) {
      fits = false;
      return;
    }
    for (std::size_t k = 0; k < a.kids.size(); ++k) merge(a.kids[k], b.kids[k]);
    for (std::size_t k = 0; k < a.below.size(); ++k) merge(a.below[k], b.below[k]);
    for (std::size_t k = 0; k < a.above.size(); ++k) merge(a.above[k], b.above[k]);
  };
  merge(out.body, last);
  if (!fits || !changed) return std::nullopt;
  return out;
}

// The same of x_1, x_2, ..., x_n: all that stand before the dots are as the first and the last one say.
std::optional<Meaning::Series> Meaning::series(const std::vector<Node>& before, const Node& last) {
  auto out = series(before[0], last, along);
  for (std::size_t k = 1; out && k < before.size(); ++k) {
    if (member(out->body, along, static_cast<std::size_t>(out->start) + k) != label(before[k])) return std::nullopt;
  }
  return out;
}

// The body of a series, at an index.
Value Meaning::at_index(const Series& s, Expr index) {
  bound_.push_back({s.letter, index, s.dimension, 1});
  try {
    const Value out = value(s.body);
    bound_.pop_back();
    return out;
  } catch (...) {
    bound_.pop_back();
    throw;
  }
}

// 1 from a number on, 0 before it.
Expr Meaning::weight_from(Expr index, long start) {
  std::vector<Expr> terms{arena_.number(1)};
  for (long k = 1; k < start; ++k) terms.push_back(arena_.negate(entries_->delta(index, arena_.number(k))));
  return arena_.sum(terms);
}

// The sum over a series, without the terms that stand before its first one.
Value Meaning::total(const Series& s) {
  const Expr i = entries_->fresh();
  const Value term = at_index(s, i);
  return over_indices(shape(term.e), term.row, [&](const std::vector<Expr>& at) {
    const Expr e = entry(term.e, at);
    return arena_.make(Op::Sum, {i, s.dimension, s.start == 1 ? e : arena_.mul(weight_from(i, s.start), e)});
  });
}

// Entries side by side: a column. What lies may be made of columns, and what stands of rows.
Value Meaning::vector(const Node& list, bool lies) {
  for (std::size_t k = 0; k < list.kids.size(); ++k) {
    if (!list.kids[k].is(Node::Kind::dots)) continue;
    if (k == 0 || k + 2 != list.kids.size()) fail(list, "dots");
    const std::vector<Node> before(list.kids.begin(), list.kids.begin() + static_cast<std::ptrdiff_t>(k));
    const auto all = series(before, list.kids[k + 1]);
    if (!all || all->start != 1) fail(list, "dots");
    const Expr i = entries_->fresh();
    const Value v = at_index(*all, i);
    const Shape s = shape(v.e);
    if (s.empty()) return {arena_.make(Op::Table, {i, all->dimension, v.e}), false};
    if (s.size() != 1 || v.row == lies || list.text.empty()) fail(list, "a list of vectors");
    const Expr j = entries_->fresh(), e = entry(v.e, {j});
    if (lies) return {arena_.make(Op::Table, {j, s[0], arena_.make(Op::Table, {i, all->dimension, e})}), false};
    return {arena_.make(Op::Table, {i, all->dimension, arena_.make(Op::Table, {j, s[0], e})}), false};
  }
  if (list.kids.empty() || list.kids.size() > 16) fail(list, "a list of this length");
  const Expr i = entries_->fresh();
  std::vector<Expr> terms;
  for (std::size_t k = 0; k < list.kids.size(); ++k) {
    const Expr e = scalar(value(list.kids[k]), list.kids[k]);
    terms.push_back(arena_.mul(entries_->delta(i, arena_.number(static_cast<long>(k + 1))), e));
  }
  return {arena_.make(Op::Table, {i, arena_.number(static_cast<long>(terms.size())), arena_.sum(terms)}), false};
}

// a_11 & ... & a_1n, dots, a_m1 & ... & a_mn: what changes along the rows and down the columns.
Value Meaning::grid(const Node& n, std::size_t rows, std::size_t columns) {
  if (rows < 3 || columns < 3) fail(n, "dots");
  const auto cell = [&](std::size_t r, std::size_t c) -> const Node& { return n.kids[r * columns + c]; };
  const std::size_t last_row = rows - 1, last_column = columns - 1;
  const auto is_dots = [&](std::size_t r, std::size_t c) {
    return (r == last_row - 1 || c == last_column - 1) == cell(r, c).is(Node::Kind::dots);
  };
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      if (!is_dots(r, c)) fail(n, "dots");
    }
  }
  const auto row = [&](std::size_t r) {
    const auto begin = n.kids.begin() + static_cast<std::ptrdiff_t>(r * columns);
    auto out =
        series(std::vector<Node>(begin, begin + static_cast<std::ptrdiff_t>(last_column - 1)), cell(r, last_column));
    if (!out || out->start != 1) fail(n, "dots");
    return *out;
  };
  const Series top = row(0), bottom = row(last_row);
  const auto all = series(top.body, bottom.body, down);
  if (!all || all->start != 1 || top.dimension != bottom.dimension) fail(n, "dots");
  for (std::size_t r = 1; r + 1 < last_row; ++r) {
    const Series here = row(r);
    if (here.dimension != top.dimension || label(here.body) != member(all->body, down, r + 1)) fail(n, "dots");
  }
  const Expr i = entries_->fresh(), j = entries_->fresh();
  bound_.push_back({top.letter, j, top.dimension, 1});
  Value v;
  try {
    v = at_index(*all, i);
  } catch (...) {
    bound_.pop_back();
    throw;
  }
  bound_.pop_back();
  const Expr e = scalar(v, n);
  return {arena_.make(Op::Table, {i, all->dimension, arena_.make(Op::Table, {j, top.dimension, e})}), false};
}

Value Meaning::matrix(const Node& n) {
  const std::size_t columns = std::stoul(n.ops[0]), rows = n.kids.size() / columns;
  if (rows * columns > 64) fail(n, "a matrix of this size");
  Node list;
  list.kind = Node::Kind::list;
  list.text = "cells";  // and no tuple
  list.begin = n.begin;
  list.end = n.end;
  list.kids = n.kids;
  if (columns == 1) return vector(list, false);
  if (rows == 1) {
    const Value v = vector(list, true);
    return {v.e, shape(v.e).size() == 1};
  }
  if (has_dots(n)) return grid(n, rows, columns);
  const auto number = [&](std::size_t k) { return arena_.number(static_cast<long>(k)); };
  return over_indices({number(rows), number(columns)}, false, [&](const std::vector<Expr>& at) {
    std::vector<Expr> terms;
    for (std::size_t k = 0; k < n.kids.size(); ++k) {
      const Expr e = scalar(value(n.kids[k]), n.kids[k]);
      terms.push_back(arena_.product(std::vector{entries_->delta(at[0], number(k / columns + 1)),
                                                 entries_->delta(at[1], number(k % columns + 1)), e}));
    }
    return arena_.sum(terms);
  });
}

}  // namespace gradus::document

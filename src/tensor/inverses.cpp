// SPDX-License-Identifier: GPL-2.0-or-later
// Inverses and determinants in the normal form of sums: what they are of in one form, and products with an inverse
// cancelled, sum[k](A[i, k]*inv(A)[k, j]) = delta(i, j).
#include <fmt/format.h>

#include <algorithm>

#include "tensor/inverse.h"
#include "tensor/match.h"
#include "tensor/nesting.h"
#include "tensor/readable.h"
#include "tensor/sums.h"

namespace gradus::tensor {
namespace {

constexpr int most_cancelled = 100;  // products with inverses, one within another

// How many factors that depend on its row or column a term has, deltas aside.
std::size_t degree(const Arena& arena, const Powers& own) {
  std::size_t out = 0;
  for (const auto& [kernel, n] : own) {
    if (is_delta(arena, kernel)) continue;
    Expr body = kernel;
    while (arena.is(body, Op::Sum)) body = arena.child(body, 2);
    out += flat_factors(arena, body).size() * static_cast<std::size_t>(std::max(n, 1L));
  }
  return out;
}

}  // namespace

// The term by which the others are measured, and with it the scale: what it is multiplied with at every entry.
Powers SumForms::lead(const Terms& terms, Expr row, Expr column, Terms& scale) const {
  Powers best;
  bool any = false;
  for (const auto& [powers, c] : terms) {
    Powers own, rest;
    for (const auto& [kernel, n] : powers)
      (contains(arena_, kernel, row) || contains(arena_, kernel, column) ? own : rest)[kernel] = n;
    const std::size_t a = degree(arena_, own), b = degree(arena_, best);
    if (any && !(a > b || (a == b && own < best))) continue;
    any = true;
    best = std::move(own);
    scale = {{std::move(rest), c}};
  }
  return best;
}

const SumForms::Matrix& SumForms::matrix(Expr table) {
  if (const auto known = matrices_.find(table); known != matrices_.end()) return known->second;
  const Expr inner = arena_.child(table, 2), dimension = arena_.child(table, 1);
  const Expr row = index_for(table), column = index_for(table, 1);
  const Terms given = settled(terms(
      substitute(arena_, arena_.child(inner, 2), {{arena_.child(table, 0), row}, {arena_.child(inner, 0), column}})));
  const Expr entry = expression(given);
  const long below = sum_height(arena_, entry);
  const Expr first = arena_.symbol(fmt::format("#{}", below + 1)),
             second = arena_.symbol(fmt::format("#{}", below + 2));
  const auto form = [&](Expr r, Expr c) {
    Matrix m{first, second, dimension, {}, {}, {{{}, 1}}, {}, false, false};
    const Terms all = settled(terms(substitute(arena_, entry, {{row, r}, {column, c}})));
    if (all.empty()) return m;
    m.lead = lead(all, first, second, m.scale);
    const Terms one = inverted(m.scale);
    m.terms = product(all, one);
    m.table =
        arena_.make(Op::Table, {first, dimension, arena_.make(Op::Table, {second, dimension, expression(m.terms)})});
    return m;
  };
  Matrix m = form(first, second), other = form(second, first);
  m.symmetric = m.table == other.table;
  if (other.table < m.table) {
    m = std::move(other);
    m.turned = true;
  }
  return matrices_[table] = std::move(m);
}

// 1 over a single term.
Terms SumForms::inverted(const Terms& term) {
  Powers powers;
  for (const auto& [kernel, n] : term.begin()->first) powers[kernel] = -n;
  return {{powers, 1 / term.begin()->second}};
}

Expr SumForms::table_of(Expr matrix) {
  if (arena_.is(matrix, Op::Table) && arena_.is(arena_.child(matrix, 2), Op::Table)) return matrix;
  const auto known = tables_.find(matrix);
  if (known != tables_.end()) return known->second;
  return tables_[matrix] = table_of_entries(arena_, entries_, matrix);
}

Terms SumForms::inverse(Expr e) {
  const Expr of = arena_.child(arena_.child(e, 0), 0);
  if (!arena_.is(of, Op::Table)) return kernel(e);
  if (arena_.is_number(arena_.child(of, 1), 1))
    return terms(arena_.pow(arena_.child(arena_.child(of, 2), 2), arena_.number(-1)));
  const Matrix m = matrix(of);
  if (m.terms.empty()) throw Error({}, "the inverse of a matrix of zeros");
  Expr i = arena_.child(e, 1), j = arena_.child(e, 2);
  if (m.turned || (m.symmetric && j < i)) std::swap(i, j);
  Terms plain;
  if (const auto known = simple_inverse(m, i, j)) {
    plain = *known;
  } else {
    plain = kernel(arena_.make(Op::Entry, {arena_.call("inv", {m.table}), i, j}));
  }
  return product(plain, inverted(m.scale));
}

// What the inverse of one term is: of a diagonal, of an inverse, of a product of square matrices.
std::optional<Terms> SumForms::simple_inverse(const Matrix& m, Expr i, Expr j) {
  if (m.terms.size() != 1) return std::nullopt;
  const auto at = [&](Expr e, Expr r, Expr c) { return substitute(arena_, e, {{m.row, r}, {m.column, c}}); };
  for (const auto& [kernel, n] : m.lead) {
    if (!is_delta(arena_, kernel)) continue;
    Powers rest = m.lead;
    rest.erase(kernel);
    const Terms inside = terms(at(product(rest), i, i));
    if (inside.size() != 1) return std::nullopt;
    return product(terms(entries_.delta(i, j)), inverted(inside));
  }
  if (m.lead.size() != 1 || m.lead.begin()->second != 1) return std::nullopt;
  const Expr kernel = m.lead.begin()->first;
  if (is_inverse_entry(arena_, kernel)) {
    const Expr r = at(arena_.child(kernel, 1), i, j), c = at(arena_.child(kernel, 2), i, j);
    return terms(entries_.at(arena_.child(arena_.child(kernel, 0), 0), {r, c}));
  }
  const auto parts = square_factors(m, kernel);
  if (!parts) return std::nullopt;
  const Expr k = entries_.fresh();
  const auto entry = [&](Expr of, Expr r, Expr c) { return arena_.make(Op::Entry, {arena_.call("inv", {of}), r, c}); };
  return terms(
      arena_.make(Op::Sum, {k, m.dimension, arena_.mul(entry(parts->second, i, k), entry(parts->first, k, j))}));
}

std::vector<Expr> SumForms::least_dimensions(Expr table) {
  const Matrix m = matrix(table);
  std::vector<Expr> out;
  if (m.terms.size() != 1) return out;
  for (const auto& [kernel, n] : m.lead) {
    if (!arena_.is(kernel, Op::Sum)) continue;
    const Opened opened = open(kernel);
    const std::vector<Expr> factors = flat_factors(arena_, opened.body);
    for (const auto& [index, dimension] : opened.bound) {
      if (const auto parts = cut(m, opened, factors, index); parts && dimension != m.dimension)
        out.push_back(dimension);
    }
  }
  return out;
}

// The factors of a sum, those that hang together with its row without the index in the middle first, if its column is
// not among them.
std::optional<SumForms::Parts> SumForms::cut(const Matrix& m, const Opened& opened, const std::vector<Expr>& factors,
                                             Expr middle) const {
  Parts out;
  std::vector<bool> in_left(factors.size());
  for (bool grown = true; grown;) {
    grown = false;
    for (std::size_t f = 0; f < factors.size(); ++f) {
      const auto hangs = [&](const auto& b) { return contains(arena_, factors[f], b.first); };
      if (in_left[f] || !(contains(arena_, factors[f], m.row) || std::ranges::any_of(out.of_left, hangs))) continue;
      in_left[f] = grown = true;
      for (const auto& b : opened.bound) {
        if (b.first != middle && hangs(b) && std::ranges::find(out.of_left, b) == out.of_left.end())
          out.of_left.push_back(b);
      }
    }
  }
  for (std::size_t f = 0; f < factors.size(); ++f) (in_left[f] ? out.left : out.right).push_back(factors[f]);
  for (const auto& b : opened.bound) {
    if (b.first != middle && std::ranges::find(out.of_left, b) == out.of_left.end()) out.of_right.push_back(b);
  }
  const auto has = [&](const std::vector<Expr>& all, Expr index) {
    return std::ranges::any_of(all, [&](Expr f) { return contains(arena_, f, index); });
  };
  const bool apart =
      !has(out.left, m.column) && has(out.left, middle) && has(out.right, middle) && has(out.right, m.column);
  return apart ? std::optional(out) : std::nullopt;
}

// A sum over k of L[row, k]*R[k, column], where k runs over as many as the rows: tables of the entries of L and R.
std::optional<std::pair<Expr, Expr>> SumForms::square_factors(const Matrix& m, Expr sum) {
  const Opened opened = open(sum);
  const std::vector<Expr> factors = flat_factors(arena_, opened.body);
  for (const auto& [index, dimension] : opened.bound) {
    const Expr middle = index;
    const auto parts = dimension == m.dimension ? cut(m, opened, factors, middle) : std::nullopt;
    if (!parts) continue;
    const auto as_table = [&](Expr r, Expr c, const Bound& bound, const std::vector<Expr>& of) {
      Expr body = arena_.product(of);
      for (const auto& [i, d] : bound) body = arena_.make(Op::Sum, {i, d, body});
      return arena_.make(Op::Table, {r, m.dimension, arena_.make(Op::Table, {c, m.dimension, body})});
    };
    return std::pair(as_table(m.row, middle, parts->of_left, parts->left),
                     as_table(middle, m.column, parts->of_right, parts->right));
  }
  return std::nullopt;
}

// det(c*A) is c^n*det(A).
Terms SumForms::determinant(Expr e) {
  const Expr of = arena_.child(e, 0);
  if (!arena_.is(of, Op::Table)) return kernel(e);
  if (arena_.is_number(arena_.child(of, 1), 1)) return terms(arena_.child(arena_.child(of, 2), 2));
  const Matrix m = matrix(of);
  if (m.terms.empty()) return {};
  std::vector<Expr> factors;
  const auto to_the_n = [&](Expr base) { return arena_.pow(base, m.dimension); };
  for (const auto& [kernel, n] : m.scale.begin()->first)
    factors.push_back(arena_.pow(to_the_n(kernel), arena_.number(n)));
  const Rational& c = m.scale.begin()->second;
  if (c < 0) factors.push_back(to_the_n(arena_.number(-1)));
  if (cln::abs(c) != 1) factors.push_back(to_the_n(arena_.number(cln::abs(c))));
  const Terms scale = terms(arena_.product(factors));
  const auto det = [&](Expr matrix) { return arena_.call("det", {matrix}); };
  if (m.terms.size() == 1 && m.lead.size() == 1 && m.lead.begin()->second == 1) {
    const Expr only = m.lead.begin()->first;
    if (is_delta(arena_, only)) return scale;
    if (is_inverse_entry(arena_, only))
      return product(scale,
                     terms(arena_.pow(det(table_of(arena_.child(arena_.child(only, 0), 0))), arena_.number(-1))));
    if (const auto parts = arena_.is(only, Op::Sum) ? square_factors(m, only) : std::nullopt)
      return product(scale, terms(arena_.mul(det(parts->first), det(parts->second))));
  }
  return product(scale, kernel(det(m.table)));
}

// --- products with an inverse ---

namespace {

// Finds the factors of a term that are the leading term of a matrix at two indices, one of which is given.
class LeadingTerm {
 public:
  LeadingTerm(Arena& arena, const std::vector<Expr>& open, const std::function<bool(Expr)>& is_symmetric)
      : arena_(arena), open_(open), is_symmetric_(is_symmetric) {}

  // `image` says what is known of the names in `open`, and gets what they stand for.
  bool find(std::vector<std::pair<Expr, long>> pattern, Powers& left, ExprMap<Expr>& image) {
    if (pattern.empty()) return true;
    auto& [wanted, times] = pattern.back();
    const Expr kernel = wanted;
    if (--times == 0) pattern.pop_back();
    for (const auto& [candidate, n] : Powers(left)) {
      if (n < 1) continue;
      for (const bool swapped : {false, true}) {
        ExprMap<Expr> with = image;
        if (swapped && !is_symmetric_(candidate)) continue;
        if (!matches(arena_, kernel, swapped ? transposed_entry(arena_, candidate) : candidate, open_, with)) continue;
        Powers rest = left;
        if (--rest[candidate] == 0) rest.erase(candidate);
        if (!find(pattern, rest, with)) continue;
        left = std::move(rest);
        image = std::move(with);
        return true;
      }
    }
    return false;
  }

 private:
  Arena& arena_;
  const std::vector<Expr>& open_;
  const std::function<bool(Expr)>& is_symmetric_;
};

}  // namespace

bool SumForms::is_symmetric_entry(Expr e) {
  if (!arena_.is(e, Op::Entry) || arena_.count(e) != 3) return false;
  const Expr of = arena_.child(e, 0);
  if (std::ranges::find(symmetric_, of) != symmetric_.end()) return true;
  return is_inverse_entry(arena_, e) && matrix(table_of(arena_.child(of, 0))).symmetric;
}

// The sum of a term in which the leading term of a matrix is multiplied with its inverse: a delta, less the products
// with the other terms.
std::optional<Terms> SumForms::cancelled(const Bound& bound, const Powers& powers, const Rational& c) {
  for (const auto& [factor, n] : powers) {
    if (n < 1 || !is_inverse_entry(arena_, factor)) continue;
    const Matrix m = matrix(table_of(arena_.child(arena_.child(factor, 0), 0)));
    for (std::size_t side = 0; side < 2; ++side) {
      const Expr summed_over = arena_.child(factor, 1 + side), other = arena_.child(factor, 2 - side);
      const auto is_it = [&](const auto& b) { return b.first == summed_over; };
      if (std::ranges::none_of(bound, is_it) || other == summed_over) continue;
      // sum[u](M[x, u]*inv(M)[u, v]) and sum[v](inv(M)[u, v]*M[v, x])
      for (const bool flipped : {false, true}) {
        if (flipped && !m.symmetric) continue;
        const bool first = ((side == 0) != m.turned) != flipped;
        if (const auto out = cancelled_at(bound, powers, c, factor, m, first ? m.column : m.row, summed_over, other))
          return out;
      }
    }
  }
  return std::nullopt;
}

std::optional<Terms> SumForms::cancelled_at(const Bound& bound, const Powers& powers, const Rational& c, Expr factor,
                                            const Matrix& m, Expr inner, Expr summed_over, Expr other) {
  const Expr outer = inner == m.row ? m.column : m.row;
  std::vector<std::pair<Expr, long>> pattern;
  std::vector<Expr> open_names{m.row, m.column};
  Bound within;
  for (const auto& [kernel, n] : m.lead) {
    if (is_delta(arena_, kernel) || n < 1) return std::nullopt;
    if (!arena_.is(kernel, Op::Sum)) {
      pattern.emplace_back(kernel, n);
      continue;
    }
    if (n != 1) return std::nullopt;
    const Opened opened = this->open(kernel);
    ExprMap<Expr> renamed;
    for (const auto& [index, dimension] : opened.bound) {
      within.emplace_back(entries_.fresh(), dimension);
      renamed[index] = within.back().first;
      open_names.push_back(within.back().first);
    }
    const Terms body = terms(substitute(arena_, opened.body, renamed));
    if (body.size() != 1) return std::nullopt;
    for (const auto& [k, times] : body.begin()->first) pattern.emplace_back(k, times);
  }
  Powers rest = powers;
  if (--rest[factor] == 0) rest.erase(factor);
  ExprMap<Expr> image{{inner, summed_over}};
  const std::function<bool(Expr)> is_symmetric = [this](Expr e) { return is_symmetric_entry(e); };
  if (!LeadingTerm(arena_, open_names, is_symmetric).find(pattern, rest, image)) return std::nullopt;
  // q + A of a column q: a term that is the same in each column.
  if (!image.contains(outer)) return std::nullopt;
  const Expr x = image.at(outer);
  if (x == summed_over) return std::nullopt;
  // The indices of the sum in the leading term, and the one in the middle, stand nowhere else.
  Bound without = bound;
  const auto take = [&](Expr index, Expr dimension) {
    const auto at = std::ranges::find(without, std::pair(index, dimension));
    if (at == without.end()) return false;
    without.erase(at);
    return std::ranges::none_of(rest, [&](const auto& f) { return contains(arena_, f.first, index); });
  };
  for (const auto& [index, dimension] : within) {
    if (!image.contains(index)) return std::nullopt;
    if (image.at(index) == other || image.at(index) == x || !take(image.at(index), dimension)) return std::nullopt;
  }
  const Bound with_middle = without;
  if (!take(summed_over, m.dimension)) return std::nullopt;
  const Nesting nesting(cancelling_, most_cancelled, "products with inverses are nested too deeply");
  // Where the kernel is not the one of the scaled matrix, what it is multiplied with is part of it.
  const bool scaled = !arena_.is(arena_.child(arena_.child(factor, 0), 0), Op::Table);
  Terms out;
  for (const auto& [p, d] :
       product({{rest, 1}}, product(terms(entries_.delta(x, other)), scaled ? inverted(m.scale) : Terms{{{}, 1}})))
    add(out, summed(without, p, d), c);
  for (const auto& [own, coefficient] : m.terms) {
    if (own == m.lead) continue;
    const Terms at = terms(substitute(arena_, product(own), {{inner, summed_over}, {outer, x}}));
    for (const auto& [p, d] : product({{rest, coefficient}}, product(at, kernel(factor))))
      add(out, summed(with_middle, p, d), -c);
  }
  return out;
}

}  // namespace gradus::tensor

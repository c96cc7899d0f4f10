// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/changes.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

namespace gradus {

bool is_negative(const Arena& arena, Expr e) {
  if (arena.is_number(e)) return arena.value(e) < 0;
  return arena.is(e, Op::Mul) && is_negative(arena, arena.child(e, 0));
}

Expr flip_sign(Arena& arena, Expr e) {
  if (arena.is_number(e)) return arena.number(-arena.value(e));
  if (!arena.is(e, Op::Mul) || !arena.is_number(arena.child(e, 0))) return arena.negate(e);
  std::vector<Expr> factors = arena.children_copy(e);
  const Rational c = -arena.value(factors[0]);
  if (c == 1) {
    factors.erase(factors.begin());
  } else {
    factors[0] = arena.number(c);
  }
  return arena.product(factors);
}

Expr times(Arena& arena, Expr e, Expr factor) {
  std::vector<Expr> factors = arena.is(e, Op::Mul) ? arena.children_copy(e) : std::vector<Expr>{e};
  if (!arena.is_number(factor)) {
    if (arena.is_number(e, 1)) return factor;
    factors.push_back(factor);
    return arena.product(factors);
  }
  Rational c = arena.value(factor);
  if (arena.is_number(factors[0])) {
    c = c * arena.value(factors[0]);
    factors.erase(factors.begin());
  }
  if (c != 1 || factors.empty()) factors.insert(factors.begin(), arena.number(c));
  return arena.product(factors);
}

namespace {

using Kind = Change::Kind;
constexpr std::size_t most_sites = 400, most_terms = 24;

/// A place in the tree: the nodes from the root down to it, and which child each next one is.
struct Site {
  std::vector<std::size_t> path;
  Expr node;
  Op parent;  ///< Op::Number for the root
};

/// Sums in sums and products in products taken apart: their terms and factors are what is changed.
Expr flat(Arena& arena, Expr root) {
  return map_bottom_up(arena, root, [](Arena& a, Expr e) {
    const Op op = a.op(e);
    if (op != Op::Add && op != Op::Mul) return e;
    std::vector<Expr> parts;
    for (const Expr c : a.children(e)) {
      if (a.is(c, op)) {
        const auto inner = a.children(c);
        parts.insert(parts.end(), inner.begin(), inner.end());
      } else {
        parts.push_back(c);
      }
    }
    return parts.size() == a.count(e) ? e : a.make(op, parts);
  });
}

class Changer {
 public:
  Changer(Arena& arena, Expr side, const Material& material, std::size_t most)
      : arena_(arena), side_(flat(arena, side)), material_(material), most_(most) {
    seen_.insert(side);
  }

  std::vector<Change> all() {
    seen_.insert(side_);
    collect_sites();
    for (const Site& s : sites_) at_site(s);
    at_root();
    std::stable_sort(out_.begin(), out_.end(), [](const Change& a, const Change& b) { return a.cost < b.cost; });
    std::vector<Change> kept;
    for (Change& c : out_) {
      if (kept.size() >= most_) break;
      if (seen_.insert(c.side).second) kept.push_back(c);
    }
    return kept;
  }

 private:
  void collect_sites() {
    sites_.push_back({{}, side_, Op::Number});
    for (std::size_t k = 0; k < sites_.size() && sites_.size() < most_sites; ++k) {
      const Site s = sites_[k];
      if (arena_.is(s.node, Op::Deriv) || is_condition(arena_.op(s.node))) continue;
      for (std::size_t j = 0; j < arena_.count(s.node); ++j) {
        const Expr c = arena_.child(s.node, j);
        if (is_condition(arena_.op(c))) continue;
        Site below{s.path, c, arena_.op(s.node)};
        below.path.push_back(j);
        sites_.push_back(std::move(below));
      }
    }
  }

  Expr put(const Site& site, Expr node) {
    std::vector<Expr> line{side_};
    for (const std::size_t k : site.path) line.push_back(arena_.child(line.back(), k));
    Expr e = node;
    for (std::size_t k = site.path.size(); k-- > 0;) {
      const Expr parent = line[k];
      std::vector<Expr> children = arena_.children_copy(parent);
      const std::size_t at = site.path[k];
      // A sum in a sum and a product in a product are written as one.
      if ((arena_.is(parent, Op::Add) && arena_.is(e, Op::Add)) ||
          (arena_.is(parent, Op::Mul) && arena_.is(e, Op::Mul))) {
        const std::vector<Expr> inner = arena_.children_copy(e);
        children.erase(children.begin() + static_cast<std::ptrdiff_t>(at));
        children.insert(children.begin() + static_cast<std::ptrdiff_t>(at), inner.begin(), inner.end());
      } else {
        children[at] = e;
      }
      e = arena_.rebuild(parent, children);
    }
    return e;
  }

  void offer(Kind kind, int cost, Expr side, Expr from, Expr to) { out_.push_back({kind, side, from, to, cost}); }
  void offer(Kind kind, int cost, const Site& site, Expr node, Expr from, Expr to) {
    if (node != site.node) offer(kind, cost, put(site, node), from, to);
  }

  void at_site(const Site& s) {
    switch (arena_.op(s.node)) {
      case Op::Add:
        at_sum(s);
        break;
      case Op::Mul:
        at_product(s);
        break;
      case Op::Pow:
        at_power(s);
        break;
      case Op::Call:
        at_call(s);
        break;
      case Op::Where: {
        const Expr swapped =
            arena_.make(Op::Where, {arena_.child(s.node, 0), arena_.child(s.node, 2), arena_.child(s.node, 1)});
        offer(Kind::branches, 40, s, swapped, s.node, swapped);
        break;
      }
      default:
        break;
    }
    const bool exponent = s.parent == Op::Pow && s.path.back() == 1;
    const bool term = !arena_.is(s.node, Op::Add) && s.parent != Op::Mul && s.parent != Op::Pow && !exponent;
    if (term || s.path.empty()) at_term(s);
    if (!exponent) at_atom(s);
  }

  Expr without(Expr e, std::size_t k) {
    std::vector<Expr> children = arena_.children_copy(e);
    children.erase(children.begin() + static_cast<std::ptrdiff_t>(k));
    return arena_.is(e, Op::Add) ? arena_.sum(children) : arena_.product(children);
  }

  void at_sum(const Site& s) {
    const std::vector<Expr> terms = arena_.children_copy(s.node);
    for (std::size_t k = 0; k < terms.size(); ++k) {
      std::vector<Expr> changed = terms;
      changed[k] = flip_sign(arena_, terms[k]);
      offer(Kind::sign, 10, s, arena_.make(Op::Add, changed), terms[k], changed[k]);
      offer(Kind::extra_term, 30, s, without(s.node, k), terms[k], terms[k]);
    }
    if (terms.size() == 2) {
      // `1 - a` for `a`.
      for (std::size_t k = 0; k < 2; ++k) {
        if (arena_.is_number(terms[k], 1) && is_negative(arena_, terms[1 - k])) {
          const Expr a = flip_sign(arena_, terms[1 - k]);
          offer(Kind::replace, 20, s, a, s.node, a);
        }
      }
      const Expr product = times(arena_, terms[0], terms[1]);
      offer(Kind::replace, 50, s, product, s.node, product);
    }
    if (terms.size() <= most_terms) at_lost_parentheses_of_sum(s, terms);
  }

  /// `a*b + c` for `a*(b + c)`, `a + b*c` for `(a + b)*c`, also through a power, a quotient or a call at the joint.
  void at_lost_parentheses_of_sum(const Site& s, const std::vector<Expr>& terms) {
    const auto joined = [&](std::size_t from, std::size_t to, Expr e) {
      std::vector<Expr> changed(terms.begin(), terms.begin() + static_cast<std::ptrdiff_t>(from));
      changed.push_back(e);
      changed.insert(changed.end(), terms.begin() + static_cast<std::ptrdiff_t>(to), terms.end());
      offer(Kind::parentheses, 22, s, arena_.sum(changed), s.node, e);
    };
    for (std::size_t k = 0; k < terms.size(); ++k) {
      const std::vector<Expr> factors =
          arena_.is(terms[k], Op::Mul) ? arena_.children_copy(terms[k]) : std::vector<Expr>{terms[k]};
      for (std::size_t end = k + 2; end <= terms.size(); ++end) {
        const auto grown = with_tail(factors, {terms.begin() + static_cast<std::ptrdiff_t>(k + 1),
                                               terms.begin() + static_cast<std::ptrdiff_t>(end)});
        for (const Expr e : grown) joined(k, end, e);
      }
      for (std::size_t begin = 0; begin < k; ++begin) {
        std::vector<Expr> inner(terms.begin() + static_cast<std::ptrdiff_t>(begin),
                                terms.begin() + static_cast<std::ptrdiff_t>(k));
        std::vector<Expr> product = factors;
        if (product.size() > 1 && !arena_.is_number(product[0], -1)) {
          inner.push_back(product[0]);
          product[0] = arena_.sum(inner);
          joined(begin, k + 1, arena_.product(product));
        } else if (arena_.is(terms[k], Op::Pow)) {
          inner.push_back(arena_.child(terms[k], 0));
          joined(begin, k + 1, arena_.pow(arena_.sum(inner), arena_.child(terms[k], 1)));
        }
      }
    }
  }

  /// The product with `tail` added to its last factor: in it, in its base, in its argument.
  std::vector<Expr> with_tail(const std::vector<Expr>& factors, const std::vector<Expr>& tail) {
    std::vector<Expr> out;
    const Expr last = factors.back();
    const auto sum_with = [&](Expr first) {
      std::vector<Expr> inner{first};
      inner.insert(inner.end(), tail.begin(), tail.end());
      return arena_.sum(inner);
    };
    const auto replace_last = [&](Expr e) {
      std::vector<Expr> product = factors;
      product.back() = e;
      out.push_back(arena_.product(product));
    };
    if (factors.size() > 1) replace_last(sum_with(last));
    if (factors.size() > 2 && arena_.is_number(factors[0], -1)) {
      // `-a*b + c` for `-(a*b + c)`.
      const std::vector<Expr> rest(factors.begin() + 1, factors.end());
      out.push_back(arena_.mul(arena_.number(-1), sum_with(arena_.product(rest))));
    }
    if (arena_.is(last, Op::Pow) && arena_.is_number(arena_.child(last, 1))) {
      replace_last(arena_.pow(sum_with(arena_.child(last, 0)), arena_.child(last, 1)));
    }
    if (arena_.is(last, Op::Call) && arena_.count(last) == 1) {
      replace_last(arena_.call(arena_.name(last), {sum_with(arena_.child(last, 0))}));
    }
    return out;
  }

  void at_product(const Site& s) {
    const std::vector<Expr> factors = arena_.children_copy(s.node);
    for (std::size_t k = 0; k < factors.size(); ++k) {
      if (!arena_.is_number(factors[k], -1)) {
        offer(Kind::extra_factor, 20, s, without(s.node, k), factors[k], factors[k]);
      }
      // `a/b*c` for `a/(b*c)`.
      if (arena_.is(factors[k], Op::Pow) && arena_.is_number(arena_.child(factors[k], 1), -1)) {
        std::vector<Expr> below{arena_.child(factors[k], 0)};
        for (std::size_t j = k + 1; j < factors.size(); ++j) {
          below.push_back(factors[j]);
          std::vector<Expr> changed(factors.begin(), factors.begin() + static_cast<std::ptrdiff_t>(k));
          changed.push_back(arena_.pow(arena_.product(below), arena_.number(-1)));
          changed.insert(changed.end(), factors.begin() + static_cast<std::ptrdiff_t>(j + 1), factors.end());
          const Expr e = arena_.product(changed);
          offer(Kind::parentheses, 22, s, e, s.node, e);
        }
      }
      // `a*b^2` for `(a*b)^2`.
      if (k > 0 && arena_.is(factors[k], Op::Pow)) {
        std::vector<Expr> base(factors.begin(), factors.begin() + static_cast<std::ptrdiff_t>(k));
        base.push_back(arena_.child(factors[k], 0));
        std::vector<Expr> changed{arena_.pow(arena_.product(base), arena_.child(factors[k], 1))};
        changed.insert(changed.end(), factors.begin() + static_cast<std::ptrdiff_t>(k + 1), factors.end());
        const Expr e = arena_.product(changed);
        offer(Kind::parentheses, 24, s, e, s.node, e);
      }
      // `f(u)*v` for `f(u*v)`.
      if (k + 1 < factors.size() && arena_.is(factors[k], Op::Call) && arena_.count(factors[k]) == 1) {
        const std::vector<Expr> rest(factors.begin() + static_cast<std::ptrdiff_t>(k + 1), factors.end());
        std::vector<Expr> changed(factors.begin(), factors.begin() + static_cast<std::ptrdiff_t>(k));
        const Expr inner = times(arena_, arena_.child(factors[k], 0), arena_.product(rest));
        changed.push_back(arena_.call(arena_.name(factors[k]), {inner}));
        const Expr e = arena_.product(changed);
        offer(Kind::parentheses, 26, s, e, s.node, e);
      }
      // `a*(b + c)` for `a*b + c`.
      if (k + 1 == factors.size() && arena_.is(factors[k], Op::Add)) {
        std::vector<Expr> terms = arena_.children_copy(factors[k]);
        std::vector<Expr> front(factors.begin(), factors.end() - 1);
        terms[0] = times(arena_, arena_.product(front), terms[0]);
        const Expr e = arena_.sum(terms);
        offer(Kind::no_parentheses, 34, s, e, s.node, e);
      }
    }
    if (factors.size() == 2 && !arena_.is_number(factors[0])) {
      const Expr sum = arena_.make(Op::Add, factors);
      offer(Kind::replace, 50, s, sum, s.node, sum);
    }
  }

  void at_power(const Site& s) {
    const Expr base = arena_.child(s.node, 0), n = arena_.child(s.node, 1);
    if (!arena_.is_number(n)) return;
    const auto with = [&](const Rational& exponent, int cost) {
      if (exponent == 0) return;
      const Expr e = exponent == 1 ? base : arena_.pow(base, arena_.number(exponent));
      offer(Kind::replace, cost, s, e, s.node, e);
    };
    const Rational v = arena_.value(n);
    with(v > 0 ? v - 1 : v + 1, 20);
    with(v > 0 ? v + 1 : v - 1, 20);
    with(-v, 30);
  }

  void at_call(const Site& s) {
    for (std::size_t k = 0; k < arena_.count(s.node); ++k) {
      std::vector<Expr> arguments = arena_.children_copy(s.node);
      const Expr old = arguments[k];
      arguments[k] = flip_sign(arena_, old);
      const Expr e = arena_.rebuild(s.node, arguments);
      offer(Kind::argument_sign, 12, s, e, old, e);
    }
  }

  void at_term(const Site& s) {
    static constexpr std::array<std::pair<long, long>, 10> ratios{
        {{2, 1}, {1, 2}, {3, 1}, {1, 3}, {3, 2}, {2, 3}, {4, 1}, {1, 4}, {3, 4}, {4, 3}}};
    int cost = 20;
    for (const auto& [p, q] : ratios) {
      if (arena_.is_number(s.node, 0)) break;
      const Expr c = arena_.fraction(p, q);
      const Expr e = times(arena_, s.node, c);
      // A number that stands there already is replaced.
      if (arena_.is(s.node, Op::Mul) && arena_.is_number(arena_.child(s.node, 0)) &&
          !arena_.is_number(arena_.child(s.node, 0), -1)) {
        const Expr now =
            arena_.is(e, Op::Mul) && arena_.is_number(arena_.child(e, 0)) ? arena_.child(e, 0) : arena_.number(1);
        offer(Kind::replace, cost, s, e, arena_.child(s.node, 0), now);
      } else {
        offer(Kind::missing_factor, cost, s, e, c, s.node);
      }
      cost = q == 2 && p == 1 ? 40 : cost;
    }
    for (const Expr f : material_.factors) {
      if (arena_.is_number(f)) continue;
      offer(Kind::missing_factor, 25, s, times(arena_, s.node, f), f, s.node);
      offer(Kind::missing_divisor, 32, s, times(arena_, s.node, arena_.pow(f, arena_.number(-1))), f, s.node);
    }
  }

  void at_atom(const Site& s) {
    const Op op = arena_.op(s.node);
    const bool leaf = op == Op::Symbol || op == Op::Call;
    if (!leaf && op != Op::Deriv && !(op == Op::Add && (s.parent == Op::Mul || s.parent == Op::Call))) return;
    const Expr u = s.node;
    if (leaf) {
      const Expr complement = arena_.sub(arena_.number(1), u);
      offer(Kind::replace, 20, s, complement, u, complement);
      const Expr size = arena_.call("abs", {u});
      offer(Kind::replace, 45, s, size, u, size);
    }
    if (s.parent != Op::Pow && op != Op::Add) {
      const Expr square = arena_.pow(u, arena_.number(2)), inverse = arena_.pow(u, arena_.number(-1));
      offer(Kind::replace, 20, s, square, u, square);
      offer(Kind::replace, 30, s, inverse, u, inverse);
    } else if (op == Op::Add) {
      const Expr square = arena_.pow(u, arena_.number(2));
      offer(Kind::replace, 24, s, square, u, square);
    }
    if (op == Op::Symbol && !s.path.empty()) {
      for (const Expr name : material_.names) {
        if (name != u) offer(Kind::replace, 30, s, name, u, name);
      }
    }
  }

  void at_root() {
    const Site root = sites_[0];
    const Expr flipped = flip_sign(arena_, side_);
    offer(Kind::whole_sign, 11, flipped, side_, flipped);
    for (const Expr t : material_.terms) {
      const auto with = [&](Expr term) {
        std::vector<Expr> all = arena_.is(side_, Op::Add) ? arena_.children_copy(side_) : std::vector<Expr>{side_};
        all.push_back(term);
        return arena_.sum(all);
      };
      offer(Kind::missing_term, 35, root, with(t), t, t);
      const Expr minus = flip_sign(arena_, t);
      offer(Kind::missing_term, 36, root, with(minus), minus, minus);
    }
  }

  Arena& arena_;
  Expr side_;
  const Material& material_;
  std::size_t most_;
  std::vector<Site> sites_;
  std::vector<Change> out_;
  std::unordered_set<Expr, ExprHash> seen_;
};

}  // namespace

std::vector<Change> changes(Arena& arena, Expr side, const Material& material, std::size_t most) {
  return Changer(arena, side, material, most).all();
}

}  // namespace gradus

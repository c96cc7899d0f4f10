// SPDX-License-Identifier: GPL-2.0-or-later
// Products of matrices, sums and the like: what stands before them, and operands that they have in common.
#include <algorithm>

#include "gradus/expr/size.h"
#include "gradus/expr/tensor_function.h"
#include "rule/match.h"
#include "tensor/simplify.h"

namespace gradus::tensor {

// What each term of a sum is a multiple of but for its sign: 2 of 2*x - 2*y.
std::optional<Rational> Simplifier::number_of_all_terms(Expr sum) const {
  if (!arena_.is(sum, Op::Add)) return std::nullopt;
  std::optional<Rational> out;
  for (const Expr t : arena_.children(sum)) {
    if (!arena_.is(t, Op::Mul) || !arena_.is_number(arena_.child(t, 0))) return std::nullopt;
    const Rational number = cln::abs(arena_.value(arena_.child(t, 0)));
    if (number == 0 || number == 1 || (out && *out != number)) return std::nullopt;
    out = number;
  }
  return out;
}

// A term times a number, which is put together with the one that it begins with.
Expr Simplifier::times_number(Expr term, const Rational& number) {
  std::vector<Expr> factors = arena_.is(term, Op::Mul) ? arena_.children_copy(term) : std::vector{term};
  if (!arena_.is_number(factors[0])) factors.insert(factors.begin(), arena_.number(1));
  factors[0] = arena_.number(arena_.value(factors[0]) * number);
  if (arena_.is_number(factors[0], 1) && factors.size() > 1) factors.erase(factors.begin());
  return arena_.product(factors);
}

// c*A @ B as c*(A @ B), and so for `outer`, `diag` and `sum`; before a sum along an axis stands what is the same along
// it: sum(r*A, axis=0) is r*sum(A, axis=0) for a row r.
Expr Simplifier::with_scalars_out(Expr e) {
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    const auto calls = [&](std::string_view name) { return arena_.is(node, Op::Call) && arena_.name(node) == name; };
    const bool linear =
        arena_.is(node, Op::MatMul) || arena_.is(node, Op::Transpose) || calls("outer") || calls("diag");
    if (!linear && !calls("sum")) return node;
    const std::size_t axis =
        calls("sum") && has_axis(arena_, node) ? (arena_.is_number(arena_.child(node, 1), 0) ? 0 : 1) : 2;
    const auto is_outside = [&](Expr factor) {
      const Shape& shape = entries_.shape(factor);
      return shape.empty() || (axis < shape.size() && shape.size() == 2 && arena_.is_number(shape[axis], 1));
    };
    std::vector<Expr> outside, operands = arena_.children_copy(node);
    for (std::size_t k = 0; k < (linear ? operands.size() : 1); ++k) {
      Expr& operand = operands[k];
      if (const auto number = number_of_all_terms(operand)) {
        outside.push_back(arena_.number(*number));
        std::vector<Expr> terms = arena_.children_copy(operand);
        for (Expr& t : terms) t = times_number(t, 1 / *number);
        operand = arena_.sum(terms);
      }
      if (!arena_.is(operand, Op::Mul)) continue;
      std::vector<Expr> out, rest;
      for (const Expr f : arena_.children_copy(operand)) (is_outside(f) ? out : rest).push_back(f);
      if (rest.empty() || !fits_as(arena_.product(rest), operand)) continue;
      operand = arena_.product(rest);
      outside.insert(outside.end(), out.begin(), out.end());
    }
    if (outside.empty()) return node;
    outside.push_back(arena_.rebuild(node, operands));
    return arena_.product(outside);
  });
}

// Two terms as a number times a product of matrices, or of vectors, that has an operand of both.
std::optional<Expr> Simplifier::common_operand(Expr a, Expr b) {
  struct Term {
    std::vector<Expr> numbers;
    Expr product;
  };
  // Parts are read as they stand: x[2..n] - x[1..k] is no product with a difference.
  const auto takes_part = [&](Expr product) {
    const auto factors = arena_.children(product);
    return std::ranges::any_of(factors, [&](Expr p) {
      return part_of(arena_, arena_.is(p, Op::Transpose) ? arena_.child(p, 0) : p).has_value();
    });
  };
  const auto term = [&](Expr e) -> std::optional<Term> {
    std::vector<Expr> open{e};
    Term out;
    std::size_t products = 0;
    while (!open.empty()) {
      const Expr f = open.back();
      open.pop_back();
      if (arena_.is(f, Op::Mul)) {
        const std::vector<Expr> inside = arena_.children_copy(f);
        open.insert(open.end(), inside.rbegin(), inside.rend());
      } else if (arena_.is(f, Op::MatMul) ||
                 (arena_.is(f, Op::Call) && (arena_.name(f) == "outer" || arena_.name(f) == "sum"))) {
        if (takes_part(f)) return std::nullopt;
        out.product = f;
        ++products;
      } else if (entries_.shape(f).empty()) {
        out.numbers.push_back(f);
      } else {
        return std::nullopt;
      }
    }
    return products == 1 ? std::optional(out) : std::nullopt;
  };
  auto s = term(a), t = term(b);
  if (!s || !t || arena_.op(s->product) != arena_.op(t->product)) return std::nullopt;
  // What both are multiplied with stays in front.
  std::vector<Expr> common;
  for (const Expr n : std::vector<Expr>(s->numbers)) {
    const auto at = std::ranges::find(t->numbers, n);
    if (at == t->numbers.end()) continue;
    common.push_back(n);
    t->numbers.erase(at);
    s->numbers.erase(std::ranges::find(s->numbers, n));
  }
  if (arena_.is(s->product, Op::Call) && arena_.name(s->product) == "sum") {
    const auto both = common_factors(s->product, arena_.product(s->numbers), t->product, arena_.product(t->numbers));
    if (!both) return std::nullopt;
    common.push_back(*both);
    return arena_.product(common);
  }
  for (std::uint32_t side = 0; side < 2; ++side) {
    const Expr both = arena_.child(s->product, side);
    if (arena_.child(t->product, side) != both) continue;
    std::vector<Expr> sum;
    for (const auto& [numbers, product] : {*s, *t}) {
      std::vector<Expr> factors = numbers;
      factors.push_back(arena_.child(product, 1 - side));
      sum.push_back(arena_.product(factors));
    }
    const Expr other = arena_.sum(sum);
    common.push_back(
        arena_.rebuild(s->product, side == 1 ? std::vector<Expr>{other, both} : std::vector<Expr>{both, other}));
    return arena_.product(common);
  }
  return std::nullopt;
}

// c*sum(a*z) + d*sum(b*z) as sum((c*a + d*b)*z); without a z where c and d are literal numbers.
std::optional<Expr> Simplifier::common_factors(Expr sum, Expr c, Expr other, Expr d) {
  if (arena_.name(sum) != arena_.name(other) || arena_.count(sum) != arena_.count(other) ||
      (has_axis(arena_, sum) && arena_.child(sum, 1) != arena_.child(other, 1)))
    return std::nullopt;
  const auto factors = [&](Expr e) { return arena_.is(e, Op::Mul) ? arena_.children_copy(e) : std::vector<Expr>{e}; };
  std::vector<Expr> common, own{c}, others = factors(arena_.child(other, 0));
  for (const Expr f : factors(arena_.child(sum, 0))) {
    const auto at = std::ranges::find(others, f);
    (at == others.end() ? own : common).push_back(f);
    if (at != others.end()) others.erase(at);
  }
  if (common.empty() && !(arena_.is_number(c) && arena_.is_number(d))) return std::nullopt;
  others.insert(others.begin(), d);
  common.push_back(arena_.add(arena_.product(own), arena_.product(others)));
  std::vector<Expr> parts = arena_.children_copy(sum);
  const Expr whole = arena_.product(common);
  if (!fits_as(whole, parts[0]) || !fits_as(whole, arena_.child(other, 0))) return std::nullopt;
  parts[0] = whole;
  return arena_.rebuild(sum, parts);
}

Expr Simplifier::with_common_operands(Expr e) {
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    if (!arena_.is(node, Op::Add)) return node;
    std::vector<Expr> terms = arena_.children_copy(node);
    for (std::size_t k = 0; k < terms.size(); ++k) {
      for (std::size_t j = k + 1; j < terms.size();) {
        const auto both = common_operand(terms[k], terms[j]);
        if (both && cost(*both) < cost(arena_.add(terms[k], terms[j]))) {
          terms[k] = *both;
          terms.erase(terms.begin() + static_cast<std::ptrdiff_t>(j));
        } else {
          ++j;
        }
      }
    }
    return arena_.sum(terms);
  });
}

// -(A @ (u - v)) as A @ (v - u), and so for outer products and sums.
Expr Simplifier::with_minus_inside(Expr e) {
  const auto negated = [&](Expr difference) {
    std::vector<Expr> terms = arena_.children_copy(difference);
    for (Expr& t : terms) t = times_number(t, -1);
    std::stable_partition(terms.begin(), terms.end(), [&](Expr t) {
      const Expr number = arena_.is(t, Op::Mul) ? arena_.child(t, 0) : t;
      return !arena_.is_number(number) || arena_.value(number) >= 0;
    });
    return arena_.sum(terms);
  };
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    if (!arena_.is(node, Op::Mul) || !arena_.is_number(arena_.child(node, 0)) ||
        arena_.value(arena_.child(node, 0)) >= 0)
      return node;
    std::vector<Expr> factors = arena_.children_copy(node);
    factors[0] = arena_.number(-arena_.value(factors[0]));
    for (std::size_t k = 1; k < factors.size(); ++k) {
      const Expr linear = factors[k];
      const auto calls = [&](std::string_view name) {
        return arena_.is(linear, Op::Call) && arena_.name(linear) == name;
      };
      const bool has_two = arena_.is(linear, Op::MatMul) || calls("outer");
      if (!has_two && !calls("sum")) continue;
      for (std::uint32_t side = 0; side < (has_two ? 2U : 1U); ++side) {
        std::vector<Expr> parts = arena_.children_copy(linear);
        if (!arena_.is(parts[side], Op::Add)) continue;
        parts[side] = negated(parts[side]);
        std::vector<Expr> with = factors;
        with[k] = arena_.rebuild(linear, parts);
        if (arena_.is_number(with[0], 1)) with.erase(with.begin());
        const Expr shorter = arena_.product(with);
        if (cost(shorter) < cost(node)) return shorter;
      }
    }
    return node;
  });
}

// sum(A.T^2) as sum(A^2): all entries are summed either way.
Expr Simplifier::with_sums_turned(Expr e) {
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    if (!arena_.is(node, Op::Call) || arena_.name(node) != "sum" || has_axis(arena_, node)) return node;
    const Expr of = arena_.child(node, 0);
    if (entries_.shape(of).size() != 2) return node;
    const auto other = turned(of);
    if (!other) return node;
    const Expr shorter = arena_.call("sum", {*other});
    return cost(shorter) < cost(node) ? shorter : node;
  });
}

// sum(softmax(z)) as 1, and so along an axis, and where a name stands for the softmax.
Expr Simplifier::with_sums_of_softmax(Expr e) {
  for (const Expr node : reachable(arena_, e)) {
    if (!arena_.is(node, Op::Call) || arena_.name(node) != "sum") continue;
    std::vector<Expr> parts = arena_.children_copy(node);
    const Definition* defined = arena_.is(parts[0], Op::Symbol) ? model_.definition(arena_.name(parts[0])) : nullptr;
    const Expr of = defined != nullptr ? defined->value : parts[0];
    if (!arena_.is(of, Op::Call) || arena_.name(of) != "softmax") continue;
    parts[0] = arena_.child(of, 0);
    if (arena_.call("softmax", parts) != of) continue;  // along another axis
    const Expr with = substitute(arena_, e, {{node, arena_.number(1)}});
    if (fits(with, entries_.shape(e))) e = with;  // a number is no operand of `@`
  }
  return e;
}

// Names for factors of products that are, one behind another, the product that a name is defined as.
Expr Simplifier::with_names_of_products(Expr e) {
  std::vector<std::pair<std::vector<Expr>, Expr>> named;
  for (const auto& [value, name] : tensor_names_) {
    if (arena_.is(value, Op::MatMul)) named.emplace_back(flattened(arena_, Op::MatMul, value), name);
  }
  if (named.empty()) return e;
  std::ranges::sort(named, {}, [](const auto& n) { return n.second; });
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    if (!arena_.is(node, Op::MatMul)) return node;
    std::vector<Expr> factors = flattened(arena_, Op::MatMul, node);
    const std::size_t all = factors.size();
    for (const auto& [product, name] : named) {
      const auto found = std::search(factors.begin(), factors.end(), product.begin(), product.end());
      if (found == factors.end()) continue;
      *found = name;
      factors.erase(found + 1, found + std::ssize(product));
    }
    if (factors.size() == all) return node;
    Expr out = factors[0];
    for (std::size_t k = 1; k < factors.size(); ++k) out = arena_.make(Op::MatMul, {out, factors[k]});
    return fits_as(out, node) ? out : node;
  });
}

// The factors of a product of matrices without those next to their inverses, inv(inv(A)) as A, and inv(A.T) as
// inv(A).T.
Expr Simplifier::without_inverses(Expr e) {
  const auto inverse_of = [&](Expr matrix) -> std::optional<Expr> {
    const bool is_turned = arena_.is(matrix, Op::Transpose);
    const Expr call = is_turned ? arena_.child(matrix, 0) : matrix;
    if (!arena_.is(call, Op::Call) || arena_.name(call) != "inv") return std::nullopt;
    const Expr of = arena_.child(call, 0);
    return is_turned ? turned(of) : of;
  };
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    if (arena_.is(node, Op::Call) && arena_.name(node) == "inv") {
      const Expr of = arena_.child(node, 0);
      if (const auto twice = inverse_of(of)) return *twice;
      return arena_.is(of, Op::Transpose)
                 ? arena_.make(Op::Transpose, {arena_.rebuild(node, std::vector{arena_.child(of, 0)})})
                 : node;
    }
    if (arena_.is(node, Op::Transpose) && arena_.is(arena_.child(node, 0), Op::Transpose))
      return arena_.child(arena_.child(node, 0), 0);
    if (!arena_.is(node, Op::MatMul)) return node;
    std::vector<Expr> factors;
    for (const Expr f : flattened(arena_, Op::MatMul, node)) {
      const bool cancels =
          !factors.empty() && (inverse_of(f) == std::optional(factors.back()) || inverse_of(factors.back()) == f);
      if (cancels)
        factors.pop_back();
      else
        factors.push_back(f);
    }
    std::erase_if(factors, [&](Expr f) { return arena_.is(f, Op::Call) && arena_.name(f) == "eye"; });
    Expr out = factors.empty() ? arena_.call("eye", {entries_.shape(node)[0]}) : factors[0];
    for (std::size_t k = 1; k < factors.size(); ++k) out = arena_.make(Op::MatMul, {out, factors[k]});
    return cost(out) < cost(node) ? out : node;
  });
}

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
// Fractions and factored forms, for rules: whatever is not rational is an atom and stays as it is.
#include <algorithm>
#include <unordered_set>

#include "algebra/ring.h"
#include "gradus/algebra/normal.h"

namespace gradus {
namespace {

using algebra::Budget;
using algebra::Factors;
using algebra::GaveUp;
using algebra::Kernel;
using algebra::Poly;
using algebra::Product;
using algebra::Rat;
using algebra::Ring;

constexpr std::uint64_t steps_of_forms = 400'000;
constexpr std::size_t most_nodes_of_forms = 20'000;
constexpr long most_exponent_of_forms = 10'000;

bool integer_power(const Arena& arena, Expr e) { return arena.is(e, Op::Pow) && arena.is_integer(arena.child(e, 1)); }
bool rational(const Arena& arena, Expr e) {
  return arena.is(e, Op::Number) || arena.is(e, Op::Add) || arena.is(e, Op::Mul) || integer_power(arena, e);
}

/// The form of `root`. Atoms become variables in the order in which they stand in the text.
class Reader {
 public:
  Reader(Ring& ring, Arena& arena) : ring_(ring), arena_(arena) {}

  Rat read(Expr root) {
    const std::vector<Expr> nodes = inner_nodes(root);
    for (const Expr e : nodes) values_[e] = value(e);
    return values_.at(root);
  }

 private:
  // The rational nodes and the atoms below them, children first.
  std::vector<Expr> inner_nodes(Expr root) {
    std::vector<Expr> open{root}, out;
    std::unordered_set<Expr, ExprHash> seen{root};
    while (!open.empty()) {
      const Expr e = open.back();
      open.pop_back();
      out.push_back(e);
      if (out.size() > most_nodes_of_forms) throw GaveUp("too many nodes");
      if (!rational(arena_, e)) {
        ring_.kernel(Kernel::Kind::opaque, e, false);
        continue;
      }
      const auto children = arena_.children(e);
      const std::size_t n = arena_.is(e, Op::Pow) ? 1 : children.size();
      for (std::size_t k = n; k-- > 0;) {
        if (seen.insert(children[k]).second) open.push_back(children[k]);
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  Rat value(Expr e) {
    if (!rational(arena_, e)) return Ring::variable(ring_.kernel(Kernel::Kind::opaque, e, false));
    if (arena_.is(e, Op::Number)) return Ring::constant(arena_.value(e));
    if (arena_.is(e, Op::Pow)) {
      const Rational n = arena_.value(arena_.child(e, 1));
      if (cln::abs(n) > most_exponent_of_forms) throw GaveUp("an exponent is too large");
      return ring_.power(values_.at(arena_.child(e, 0)), cln::cl_I_to_long(cln::numerator(n)));
    }
    if (arena_.is(e, Op::Add)) {
      std::vector<Rat> terms;
      for (const Expr c : arena_.children(e)) terms.push_back(values_.at(c));
      return ring_.sum(std::move(terms));
    }
    Rat product = Ring::constant(1);
    for (const Expr c : arena_.children(e)) product = ring_.multiply(product, values_.at(c));
    return product;
  }

  Ring& ring_;
  Arena& arena_;
  ExprMap<Rat> values_;
};

Expr fraction(Arena& arena, const Ring& ring, const Product& p, Ring& builder) {
  // A minus goes into a difference, where that reads better.
  Rational c = p.coefficient;
  std::vector<Expr> over, under;
  bool flip = c < 0;
  for (const auto& [id, n] : p.factors) {
    Poly base = ring.factor(id);
    const bool difference = base.terms().size() > 1 && std::any_of(base.terms().begin(), base.terms().end(),
                                                                   [](const auto& t) { return t.coefficient < 0; });
    if (flip && difference && n % 2 != 0) {
      base = base.scaled(-1);
      c = -c;
      flip = false;
    }
    const Expr b = builder.expr(base);
    (n > 0 ? over : under).push_back(n == 1 ? b : arena.pow(b, arena.number(n)));
  }
  std::vector<Expr> factors;
  if (c != 1 || (over.empty() && under.empty())) factors.push_back(arena.number(c));
  factors.insert(factors.end(), over.begin(), over.end());
  factors.insert(factors.end(), under.begin(), under.end());
  return arena.product(factors);
}

}  // namespace

std::optional<Fraction> rational_form(Arena& arena, Expr e) {
  try {
    Budget budget(steps_of_forms);
    Ring ring(arena, budget);
    const Rat r = ring.canonical(Reader(ring, arena).read(e));
    if (r.zero()) return Fraction{arena.number(0), arena.number(1)};
    const Rational c = r.num.content();
    const Rational size = cln::abs(c);
    const Poly numerator = r.num.scaled(Rational(cln::denominator(size)));
    Poly denominator{Rational(cln::denominator(size))};
    for (const auto& [id, n] : r.factors) {
      denominator = ring.multiply(denominator, algebra::power(ring.factor(id), static_cast<std::uint32_t>(-n), budget));
    }
    return Fraction{ring.expr(numerator), ring.expr(denominator)};
  } catch (const GaveUp&) {
    return std::nullopt;
  } catch (const LimitError&) {
    return std::nullopt;
  }
}

std::optional<Expr> factored_form(Arena& arena, Expr e) {
  try {
    Budget budget(steps_of_forms);
    Ring ring(arena, budget);
    const Rat r = Reader(ring, arena).read(e);
    if (r.zero()) return arena.number(0);
    return fraction(arena, ring, ring.factored(r), ring);
  } catch (const GaveUp&) {
    return std::nullopt;
  } catch (const LimitError&) {
    return std::nullopt;
  }
}

}  // namespace gradus

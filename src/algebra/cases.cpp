// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/cases.h"

#include <fmt/format.h>

#include <algorithm>

#include "algebra/linear.h"
#include "algebra/relations.h"
#include "algebra/witness.h"

namespace gradus::algebra {
namespace {

constexpr int most_regions = 256;
constexpr int most_restarts = 40;
constexpr std::size_t shown_length = 300;

// ln(x + sqrt(1 + x^2)) + ln(sqrt(1 + x^2) - x): logarithms of what is not a polynomial may cancel as a product.
bool exponential_is_one(Ring& ring, Normaliser& normaliser, const Rat& r) {
  const auto variables = r.num.variables();
  const bool logarithms = std::any_of(variables.begin(), variables.end(),
                                      [&](Var v) { return ring.at(v).kind == Kernel::Kind::logarithm; });
  if (!logarithms || independent(ring, r.num)) return false;
  try {
    const Rat one = ring.canonical(normaliser.exponential(r));
    return one.constant() && one.value() == 1;
  } catch (const GaveUp&) {
    return false;
  }
}

std::vector<std::pair<Expr, Rational>> sorted(const ExprMap<Rational>& values) {
  std::vector<std::pair<Expr, Rational>> out(values.begin(), values.end());
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

}  // namespace

/// The signs in one region: those that the facts know, and those that were chosen.
class Region : public Signs {
 public:
  explicit Region(Cases& cases) : confined(cases.assumed_.confined), cases_(cases) {
    for (const Cases::Choice& c : cases.path_) chosen_[c.factor] = c.sign;
  }

  /// An assumption. Throws Infeasible if it does not hold.
  void constrain(Ring& ring, const Poly& positive, bool strict) {
    if (positive.constant()) {
      const Rational c = positive.constant_term();
      if (c < 0 || (c == 0 && strict)) throw Infeasible();
      return;
    }
    constraints_.push_back({positive, strict || !narrow(ring, positive)});
  }
  /// No new choices are made, and nothing is concluded: 0 is an answer.
  bool passive = false;
  /// Symbols that an equation confines: what depends on them may be zero everywhere on the domain.
  SymbolSet confined;

  int sign(Ring& ring, FactorId id, bool required) override {
    const Poly& p = ring.factor(id);
    const Expr key = ring.expr(p);
    if (const auto it = chosen_.find(key); it != chosen_.end()) {
      remember(p, it->second, key);
      return it->second;
    }
    const int known = by_facts(ring, key).sign;
    if (known != 0 || passive) return known;
    if (!required && narrow(ring, p)) return 0;
    require_open(ring, p);
    const bool up = !impossible(ring, p);
    const bool down = !impossible(ring, p.scaled(-1));
    if (!up && !down) throw Infeasible();
    const int s = up ? 1 : -1;
    if (up && down) cases_.path_.push_back({key, 1, true});
    chosen_[key] = s;
    remember(p, s, key);
    return s;
  }

  void deduce(Ring& ring, FactorId id, int s) override {
    const Poly& p = ring.factor(id);
    if (passive || narrow(ring, p)) return;
    const Expr key = ring.expr(p);
    const auto [it, added] = chosen_.try_emplace(key, s);
    if (it->second != s) throw Infeasible();
    if (added && impossible(ring, p.scaled(s))) throw Infeasible();
    remember(p, s, key);
  }

  bool single_valued(Ring& ring, const Poly& exponent) override {
    return mentions(ring, exponent, cases_.assumed_.discrete);
  }

  bool nonzero(Ring& ring, const Poly& p) override {
    const Expr key = ring.expr(p);
    if (narrow(ring, p)) {
      if (by_facts(ring, key).strict) return true;
      if (!passive) require_open(ring, p);
      return false;
    }
    if (const auto it = nonzero_.find(key); it != nonzero_.end()) return it->second;
    std::vector<SignOf> here;
    for (const Cases::Choice& c : cases_.path_) here.push_back({c.factor, c.sign});
    return nonzero_[key] = zero_almost_nowhere(ring, cases_.functions_, p, here);
  }

 private:
  void remember(const Poly& p, int s, Expr key) {
    if (remembered_.insert(key).second) constraints_.push_back({p.scaled(s), true});
  }

  // Zero on more than a set without interior, perhaps.
  bool narrow(Ring& ring, const Poly& p) {
    return mentions(ring, p, confined) || mentions(ring, p, cases_.assumed_.discrete);
  }

  void require_open(Ring& ring, const Poly& p) {
    if (mentions(ring, p, cases_.assumed_.discrete)) {
      throw NeedsValues("a sign depends on an input that takes single values only");
    }
    if (mentions(ring, p, confined)) throw GaveUp("a sign is not known on a domain that an equation confines");
  }

  Cases::Known by_facts(Ring& ring, Expr key) {
    if (const auto it = cases_.known_.find(key); it != cases_.known_.end()) return it->second;
    Arena& arena = ring.arena();
    const Expr zero = arena.number(0);
    Cases::Known known;
    for (const Op op : {Op::Gt, Op::Lt, Op::Ge, Op::Le}) {
      if (cases_.facts_.decide(arena, arena.make(op, {key, zero})).truth != Truth::yes) continue;
      known = {op == Op::Gt || op == Op::Ge ? 1 : -1, op == Op::Gt || op == Op::Lt};
      break;
    }
    return cases_.known_[key] = known;
  }

  // Whether p > 0 contradicts what has been chosen and what is known.
  bool impossible(Ring& ring, const Poly& p) {
    std::vector<Inequality> rows = constraints_;
    rows.push_back({p, true});
    std::vector<Monomial> monomials;
    for (const Inequality& row : rows) {
      for (const Term& t : row.poly.terms()) {
        if (!t.monomial.empty() && std::find(monomials.begin(), monomials.end(), t.monomial) == monomials.end()) {
          monomials.push_back(t.monomial);
        }
      }
    }
    if (monomials.size() > 40) return false;
    for (const Monomial& m : monomials) {
      int s = 1;
      bool strict = true;
      for (const auto& [v, n] : m) {
        if (ring.at(v).positive) continue;
        const Poly single = Poly::variable(v);
        const Expr key = ring.expr(single);
        const bool sharp = narrow(ring, single);
        const auto it = chosen_.find(key);
        if (n % 2 == 0 || ring.at(v).not_negative) {
          strict = strict && !sharp;
        } else if (it != chosen_.end()) {
          s *= it->second;
        } else {
          const Cases::Known known = by_facts(ring, key);
          s *= known.sign;
          strict = strict && (known.strict || !sharp);
        }
      }
      if (s != 0) rows.push_back({Poly::from_terms({{m, Rational(s)}}), strict});
    }
    return contradictory(rows);
  }

  Cases& cases_;
  ExprMap<int> chosen_;
  std::unordered_set<Expr, ExprHash> remembered_;
  std::vector<Inequality> constraints_;
  ExprMap<bool> nonzero_;
};

Rat Cases::region(Expr e, const ExprMap<Rational>& values) {
  Ring ring(arena_, budget_);
  Region signs(*this);
  signs.passive = true;
  ExprMap<Rat> given;
  for (const auto& [symbol, value] : values) given[symbol] = Ring::constant(value);
  SymbolSet confined = assumed_.confined;
  use_equalities(ring, signs, hints_, assumed_.equalities, given, confined);
  signs.confined = std::move(confined);
  Normaliser normaliser(ring, signs, hints_);
  normaliser.given = given;
  for (const auto& [difference, strict] : assumed_.positive) {
    std::optional<Rat> r;
    try {
      r = ring.canonical(normaliser.convert(difference));
    } catch (const GaveUp&) {
    } catch (const Infeasible&) {
    }
    if (r && r->factors.empty()) signs.constrain(ring, r->num, strict);
  }
  signs.passive = false;
  const Rat r = normaliser.convert(e);
  if (exponential_is_one(ring, normaliser, r)) return {};
  if (!r.zero()) {
    try {
      left_ = print(arena_, ring.expr(r), shown_length);
    } catch (const std::exception&) {
      left_ = "a normal form that is too long to show";
    }
  }
  return r;
}

std::optional<ZeroTest> Cases::run(Expr e, const ExprMap<Rational>& values) {
  path_.clear();
  int regions = 0, restarts = 0;
  bool somewhere = false;
  for (;;) {
    bool zero = false, empty = false;
    try {
      zero = region(e, values).zero();
    } catch (const Infeasible&) {
      empty = true;
    } catch (const Restart&) {
      if (++restarts > most_restarts) throw GaveUp("roots and exponents of too many orders");
      path_.clear();
      regions = 0;
      somewhere = false;
      known_.clear();
      continue;
    }
    if (!empty && !zero) {
      ZeroTest out{ZeroTest::Answer::nonzero_form, left_, {}};
      for (const auto& [symbol, value] : sorted(values)) {
        out.region.push_back(arena_.make(Op::Eq, {symbol, arena_.number(value)}));
      }
      for (const Choice& c : path_) {
        out.region.push_back(arena_.make(c.sign > 0 ? Op::Gt : Op::Lt, {c.factor, arena_.number(0)}));
      }
      return out;
    }
    somewhere = somewhere || !empty;
    while (!path_.empty() && !path_.back().open) path_.pop_back();
    if (path_.empty()) break;
    path_.back().open = false;
    path_.back().sign = -path_.back().sign;
    if (++regions >= most_regions) throw GaveUp(fmt::format("there are more than {} cases of signs", most_regions));
  }
  if (!somewhere) return std::nullopt;
  return ZeroTest{ZeroTest::Answer::zero, {}, {}};
}

}  // namespace gradus::algebra

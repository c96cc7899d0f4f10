// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/polynomials.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "algebra/evaluator.h"
#include "algebra/relations.h"
#include "algebra/shown.h"
#include "algebra/witness.h"

namespace gradus::algebra {
namespace {

constexpr std::size_t most_nodes_unfolded = 40'000;  // of unfolded expressions, for all questions together
constexpr std::uint64_t steps_to_build = 2'000'000;
constexpr std::uint64_t steps_per_question = 200'000;
constexpr std::size_t most_kernels_of_polynomials = 3'000;
constexpr std::size_t most_facts = 150;
constexpr int most_restarts_of_polynomials = 10;

unsigned product(unsigned a, unsigned b) {
  unsigned out = none;
  if (((a | b) & zero) != 0) out |= zero;
  if (((a & positive) != 0 && (b & positive) != 0) || ((a & negative) != 0 && (b & negative) != 0)) out |= positive;
  if (((a & positive) != 0 && (b & negative) != 0) || ((a & negative) != 0 && (b & positive) != 0)) out |= negative;
  return out;
}

unsigned flipped(unsigned a) { return product(a, negative) | (a & zero); }

unsigned power(unsigned a, long n) {
  unsigned out = n < 0 ? a & ~static_cast<unsigned>(zero) : a;
  if (n % 2 == 0 && (out & negative) != 0) out = (out & ~static_cast<unsigned>(negative)) | positive;
  return out;
}

unsigned of_interval(const Interval& i) {
  unsigned out = none;
  if (!i.not_negative()) out |= negative;
  if (i.contains(0)) out |= zero;
  if (!i.not_positive()) out |= positive;
  return out == none ? any : out;
}

}  // namespace

/// Signs that are known for certain and everywhere; nothing is assumed and nothing concluded.
class Polynomials::Passive : public algebra::Signs {
 public:
  explicit Passive(Polynomials& owner) : owner_(owner) {}
  int sign(Ring&, FactorId id, bool) override {
    std::string why;
    const unsigned s = owner_.factor_signs(id, 2, why);
    return s == positive ? 1 : s == negative ? -1 : 0;
  }
  void deduce(Ring&, FactorId, int) override {}
  bool single_valued(Ring& ring, const Poly& exponent) override { return mentions(ring, exponent, owner_.discrete_); }
  bool nonzero(Ring& ring, const Poly& p) override {
    std::string why;
    return !owner_.ranges_.of(ring.arena(), ring.expr(p)).has_zero() || (owner_.poly_signs(p, 2, why) & zero) == 0;
  }

 private:
  Polynomials& owner_;
};

Polynomials::Polynomials(Arena& arena, const FunctionTable& functions, const Model* model, Ranges& ranges,
                         const std::vector<Fact>& facts)
    : arena_(arena),
      functions_(functions),
      ranges_(ranges),
      facts_(facts),
      unfold_(arena, functions, model, most_nodes_unfolded),
      budget_(steps_to_build),
      discrete_(discrete_symbols(arena, model)) {
  for (const Fact& f : facts_) {
    if (arena_.is(f.condition, Op::In)) discrete_.insert(arena_.child(f.condition, 0));
  }
  attempt([] {});
}

Polynomials::~Polynomials() = default;

void Polynomials::build() {
  budget_ = Budget(steps_to_build);
  products_.clear();
  known_factors_.clear();
  rows_.clear();
  confined_.clear();
  ring_ = std::make_unique<Ring>(arena_, budget_);
  passive_ = std::make_unique<Passive>(*this);
  std::vector<Expr> equalities;
  for (const Fact& f : facts_) {
    if (!arena_.is(f.condition, Op::Eq)) continue;
    try {
      equalities.push_back(unfold_(arena_.sub(arena_.child(f.condition, 0), arena_.child(f.condition, 1))));
    } catch (const GaveUp&) {
      everything_confined_ = true;
    }
  }
  ExprMap<Rat> given;
  try {
    use_equalities(*ring_, *passive_, hints_, equalities, given, confined_);
  } catch (const GaveUp&) {
    everything_confined_ = true;
  } catch (const Infeasible&) {
    everything_confined_ = true;
  }
  normaliser_ = std::make_unique<Normaliser>(*ring_, *passive_, hints_);
  normaliser_->given = std::move(given);
  std::size_t count = 0;
  for (const Fact& f : facts_) {
    if (!is_comparison(arena_.op(f.condition)) || ++count > most_facts) continue;
    try {
      learn(f);
    } catch (const GaveUp&) {
    } catch (const Infeasible&) {
    } catch (const LimitError&) {
    }
  }
}

void Polynomials::learn(const Fact& fact) {
  const Op op = arena_.op(fact.condition);
  if (op == Op::Eq) return;
  const Expr a = arena_.child(fact.condition, 0), b = arena_.child(fact.condition, 1);
  Rat d = normaliser_->convert(unfold_(arena_.is_number(b, 0) ? a : arena_.sub(a, b)));
  if (d.zero()) return;
  unsigned set = op == Op::Ne   ? negative | positive
                 : op == Op::Lt ? negative
                 : op == Op::Le ? negative | zero
                 : op == Op::Gt ? positive
                                : positive | zero;
  const Product p = ring_->factored(d);
  if (op != Op::Ne) {
    // As a row for linear combinations, if the denominator is plainly positive.
    if (op == Op::Lt || op == Op::Le) d = ring_->negate(d);
    const Rat c = ring_->canonical(d);
    const bool polynomial = std::all_of(c.factors.begin(), c.factors.end(), [&](const auto& f) {
      std::string why;
      return f.second % 2 == 0 || factor_signs(f.first, 1, why) == positive;
    });
    if (polynomial) rows_.push_back({{c.num, op == Op::Lt || op == Op::Gt}, fact.why});
  }
  if (p.coefficient < 0) set = flipped(set);
  std::vector<FactorId> odd;
  for (const auto& [id, n] : p.factors) {
    if (n % 2 == 0) continue;
    std::string why;
    const unsigned s = factor_signs(id, 1, why);
    if (s == positive || s == negative) {
      if (s == negative) set = flipped(set);
    } else {
      odd.push_back(id);
    }
    // None of the factors of what is not zero is zero.
  }
  if ((set & zero) == 0) {
    for (const auto& [id, n] : p.factors) {
      auto [it, added] = known_factors_.try_emplace(id, static_cast<unsigned>(negative | positive), fact.why);
      if (!added) it->second.first &= negative | positive;
    }
  }
  if (odd.empty()) return;
  if (odd.size() == 1) {
    auto [it, added] = known_factors_.try_emplace(odd[0], set, fact.why);
    if (!added) it->second = {it->second.first & set, fact.why};
  } else {
    auto [it, added] = products_.try_emplace(odd, set, fact.why);
    if (!added) it->second.first &= set;
  }
}

template <class F>
void Polynomials::attempt(F f) {
  for (int k = 0; k < most_restarts_of_polynomials && !broken_; ++k) {
    try {
      if (!ring_ || ring_->size() > most_kernels_of_polynomials) build();
      budget_ = Budget(steps_per_question);
      f();
      return;
    } catch (const Restart&) {
      ring_.reset();
    } catch (const GaveUp&) {
      if (!ring_) broken_ = true;
      return;
    } catch (const Infeasible&) {
      return;
    } catch (const LimitError&) {
      return;
    }
  }
  broken_ = true;
}

unsigned Polynomials::factor_signs(FactorId id, int depth, std::string& why) {
  unsigned set = any;
  if (const auto it = known_factors_.find(id); it != known_factors_.end()) {
    set = it->second.first;
    why = it->second.second;
    if (set == positive || set == negative) return set;
  }
  std::string more;
  set &= poly_signs(ring_->factor(id), depth, more);
  if (!more.empty()) why += (why.empty() ? "" : "; ") + more;
  return set == none ? any : set;
}

unsigned Polynomials::poly_signs(const Poly& p, int depth, std::string& why) {
  if (p.constant()) return p.zero() ? zero : p.constant_term() > 0 ? positive : negative;
  // Sums of terms that are not negative.
  bool strict = false, plain = true;
  for (const Term& t : p.terms()) {
    bool certain = t.coefficient > 0;
    plain = plain && t.coefficient > 0;
    for (const auto& [v, n] : t.monomial) {
      if (ring_->at(v).positive) continue;
      plain = plain && n % 2 == 0;
      certain = false;
    }
    strict = strict || certain;
  }
  if (plain) {
    why = "a sum of terms that are not negative";
    return strict ? positive : positive | zero;
  }
  const Expr e = ring_->expr(p);
  unsigned set = of_interval(ranges_.of(arena_, e));
  if (set == positive || set == negative || depth <= 0) {
    if (set != any) why = ranges_.sources(arena_, e);
    return set;
  }
  // Quadratics: a*v^2 + b*v + c has the sign of a where b^2 - 4*a*c < 0.
  for (const Var v : p.variables()) {
    if (p.degree(v) != 2 || ring_->at(v).relation_degree != 0) continue;
    const std::vector<Poly> c = p.coefficients(v);
    std::string reason;
    const unsigned lead = poly_signs(c[2], depth - 1, reason);
    if (lead != positive && lead != negative) continue;
    const Poly discriminant = ring_->multiply(c[1], c[1]) - ring_->multiply(c[0], c[2]).scaled(4);
    const unsigned d = poly_signs(discriminant, depth - 1, reason);
    if ((d & positive) != 0) continue;
    set &= (d & zero) != 0 ? lead | zero : lead;
    why = "a square completed in " + shown(arena_, ring_->at(v).expr);
    if (set == positive || set == negative) return set;
  }
  for (const Var v : p.variables()) {
    std::string reason;
    const unsigned rooted = by_square_root(p, v, depth, reason);
    if (rooted == any) continue;
    set &= rooted;
    why = reason;
    if (set == positive || set == negative) return set;
  }
  std::string reason;
  const unsigned combined = by_combination(p, reason);
  if (combined != any) {
    set &= combined;
    why = reason;
  }
  return set == none ? any : set;
}

// a + b*sqrt(q) has the sign of b where a^2 < b^2*q, and that of a where a^2 > b^2*q.
unsigned Polynomials::by_square_root(const Poly& p, Var v, int depth, std::string& why) {
  const Kernel& k = ring_->at(v);
  if (k.kind != Kernel::Kind::root || k.order != 2 || k.relation_degree != 2 || p.degree(v) != 1) return any;
  const std::vector<Poly> parts = p.coefficients(v);
  const Poly gap =
      ring_->multiply(parts[0], parts[0]) - ring_->multiply(ring_->multiply(parts[1], parts[1]), k.relation);
  std::string reason;
  const unsigned d = poly_signs(gap, depth - 1, reason);
  const bool root_leads = (d & positive) == 0, rest_leads = (d & negative) == 0;
  if (!root_leads && !rest_leads) return any;
  const unsigned lead = poly_signs(parts[root_leads ? 1 : 0], depth - 1, reason);
  why = "the square of " + shown(arena_, k.expr) + " compared";
  return (d & zero) != 0 ? lead | zero : lead;
}

// Linear combinations of the facts, monomials being independent of each other.
unsigned Polynomials::by_combination(const Poly& p, std::string& why) {
  constexpr std::size_t most_terms = 12, most_rows = 40;
  if (p.terms().size() > most_terms) return any;
  std::vector<Inequality> rows;
  std::vector<Monomial> seen;
  const auto bounds = [&](const Poly& q) {
    for (const Term& t : q.terms()) {
      if (t.monomial.empty() || std::find(seen.begin(), seen.end(), t.monomial) != seen.end()) continue;
      seen.push_back(t.monomial);
      const Poly m = Poly::from_terms({{t.monomial, Rational(1)}});
      const Interval i = ranges_.of(arena_, ring_->expr(m));
      if (i.low.value) rows.push_back({m - Poly(*i.low.value), i.low.open});
      if (i.high.value) rows.push_back({Poly(*i.high.value) - m, i.high.open});
    }
  };
  bounds(p);
  std::vector<std::string> used;
  std::vector<bool> taken(rows_.size(), false);
  for (int round = 0; round < 2; ++round) {
    const std::vector<Monomial> now = seen;
    for (std::size_t k = 0; k < rows_.size() && rows.size() < most_rows; ++k) {
      const auto& terms = rows_[k].row.poly.terms();
      const bool shares = std::any_of(terms.begin(), terms.end(), [&](const Term& t) {
        return !t.monomial.empty() && std::find(now.begin(), now.end(), t.monomial) != now.end();
      });
      if (taken[k] || !shares || terms.size() > most_terms) continue;
      taken[k] = true;
      rows.push_back(rows_[k].row);
      used.push_back(rows_[k].why);
      bounds(rows_[k].row.poly);
    }
  }
  if (rows.empty()) return any;
  const auto excluded = [&](std::vector<Inequality> more) {
    more.insert(more.end(), rows.begin(), rows.end());
    return contradictory(more);
  };
  const Poly minus = p.scaled(-1);
  unsigned set = any;
  if (excluded({{minus, true}})) set &= ~static_cast<unsigned>(negative);
  if (excluded({{p, true}})) set &= ~static_cast<unsigned>(positive);
  if (set != any && excluded({{p, false}, {minus, false}})) set &= ~static_cast<unsigned>(zero);
  if (set == none || set == zero) return set == zero ? static_cast<unsigned>(zero) : static_cast<unsigned>(any);
  if (set != any) {
    why = "it follows from";
    for (std::size_t k = 0; k < used.size() && k < 3; ++k) why += (k == 0 ? " " : ", ") + used[k];
    if (used.empty()) why = "it follows from the ranges of its terms";
  }
  return set;
}

unsigned Polynomials::product_signs(const Product& p, std::string& why) {
  unsigned set = p.coefficient > 0 ? positive : negative;
  std::vector<FactorId> open;
  for (const auto& [id, n] : p.factors) {
    std::string reason;
    const unsigned s = factor_signs(id, 3, reason);
    if (!reason.empty() && why.find(reason) == std::string::npos) why += (why.empty() ? "" : "; ") + reason;
    if (n % 2 == 0 || s == positive || s == negative) {
      set = product(set, power(s, n));
    } else {
      open.push_back(id);
    }
  }
  if (open.empty()) return set;
  if (const auto it = products_.find(open); it != products_.end()) {
    why += (why.empty() ? "" : "; ") + it->second.second;
    return product(set, it->second.first);
  }
  for (const FactorId id : open) {
    std::string reason;
    long n = 1;
    for (const auto& f : p.factors) n = f.first == id ? f.second : n;
    set = product(set, power(factor_signs(id, 1, reason), n));
  }
  return set;
}

Polynomials::Answer Polynomials::signs(Expr difference) {
  Answer answer;
  attempt([&] {
    answer = {};
    const Rat r = normaliser_->convert(unfold_(difference));
    if (r.zero()) {
      answer = {zero, "both sides have the same normal form"};
      return;
    }
    const Product p = ring_->factored(r);
    answer.set = product_signs(p, answer.why);
    if (answer.set != positive && answer.set != negative) {
      // What is not a product may still be a combination.
      const Rat c = ring_->canonical(r);
      std::string reason;
      unsigned set = by_combination(c.num, reason);
      for (const auto& [id, n] : c.factors) {
        std::string ignored;
        set = product(set, power(factor_signs(id, 1, ignored), n));
      }
      if (set != any) {
        answer.set &= set;
        answer.why = reason;
      }
    }
    if (answer.set == none) answer.set = any;
    if (answer.set == any) answer.why.clear();
    if (answer.why.empty() && answer.set != any) answer.why = "by the signs of the factors of its normal form";
  });
  return answer;
}

Polynomials::Vanishing Polynomials::vanishing(Expr e) {
  Vanishing out = Vanishing::not_known;
  attempt([&] {
    const Expr base = unfold_(e);
    const Rat r = normaliser_->convert(base);
    if (r.zero()) {
      out = Vanishing::everywhere;
      return;
    }
    if (everything_confined_) return;
    for (const Expr s : symbols(arena_, base)) {
      if (confined_.contains(s)) return;
    }
    const Poly numerator = ring_->canonical(r).num;
    if (mentions(*ring_, numerator, confined_) || !independent(*ring_, numerator)) return;
    for (const auto& [id, n] : ring_->factored(r).factors) {
      // With the inputs fixed that take single values only, something must be left that varies.
      std::map<Monomial, std::vector<Term>> groups;
      for (const Term& t : ring_->factor(id).terms()) {
        Monomial varying, fixed;
        for (const Power& f : t.monomial) {
          const auto names = symbols(arena_, ring_->at(f.first).expr);
          const bool discrete = std::any_of(names.begin(), names.end(), [&](Expr s) { return discrete_.contains(s); });
          (discrete ? fixed : varying).push_back(f);
        }
        groups[varying].push_back({fixed, t.coefficient});
      }
      const bool certain = std::any_of(groups.begin(), groups.end(),
                                       [](const auto& g) { return Poly::from_terms(g.second).constant(); });
      std::string why;
      if (!certain && (factor_signs(id, 1, why) & zero) != 0) return;
    }
    if (zero_almost_nowhere(*ring_, functions_, numerator, {})) out = Vanishing::almost_nowhere;
  });
  return out;
}

}  // namespace gradus::algebra

// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/prove.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

namespace gradus {
namespace {

constexpr std::size_t most_cases = 16;

/// The ways to give values to the names that have finitely many: at most `most`, else none.
std::vector<ExprMap<Expr>> cases_of(Arena& arena, const Domain& domain, const std::vector<Expr>& names,
                                    std::size_t most) {
  std::vector<ExprMap<Expr>> cases{{}};
  for (const Expr s : names) {
    const auto at = std::find(domain.base().begin(), domain.base().end(), s);
    if (at == domain.base().end()) continue;
    const auto& values = domain.ranges()[static_cast<std::size_t>(at - domain.base().begin())].values;
    if (values.empty()) continue;
    if (cases.size() * values.size() > most) return {};
    std::vector<ExprMap<Expr>> more;
    for (const auto& c : cases) {
      for (const Rational& v : values) {
        more.push_back(c);
        more.back()[s] = arena.number(v);
      }
    }
    cases = std::move(more);
  }
  if (cases.size() == 1) return {};
  return cases;
}

}  // namespace

ExprMap<Expr> Prover::eliminations() {
  Arena& arena = engine_.arena;
  ExprMap<Expr> out;
  for (const Wish& w : domain_.wishes()) {
    if (!w.equality) continue;
    Expr gap = forms_.unfold(w.gap);
    gap = substitute(arena, gap, out);
    // Terms of the sum, with signs of nested sums.
    std::vector<std::pair<Expr, bool>> open{{gap, false}}, terms;
    while (!open.empty()) {
      const auto [e, minus] = open.back();
      open.pop_back();
      if (arena.is(e, Op::Add)) {
        for (const Expr c : arena.children_copy(e)) open.emplace_back(c, minus);
      } else if (arena.is(e, Op::Mul) && arena.count(e) == 2 && arena.is_number(arena.child(e, 0), -1)) {
        open.emplace_back(arena.child(e, 1), !minus);
      } else {
        terms.emplace_back(e, minus);
      }
    }
    for (std::size_t k = 0; k < terms.size(); ++k) {
      const auto [s, minus] = terms[k];
      if (!arena.is(s, Op::Symbol) || domain_.is_discrete(s) || out.contains(s)) continue;
      std::vector<Expr> others;
      bool alone = true;
      for (std::size_t j = 0; j < terms.size(); ++j) {
        if (j == k) continue;
        alone = alone && !contains(arena, terms[j].first, s);
        others.push_back(terms[j].second == minus ? arena.negate(terms[j].first) : terms[j].first);
      }
      if (!alone) continue;
      const Expr value = arena.sum(others);
      for (auto& [name, old] : out) old = substitute(arena, old, {{s, value}});
      out[s] = value;
      break;
    }
  }
  return out;
}

ZeroTest Prover::difference_is_zero(Expr left, Expr right) {
  Arena& arena = engine_.arena;
  const Model* model = &forms_.model();
  const auto test = [&](Expr e) { return zero_test(arena, forms_.functions(), model, facts_, e); };
  ZeroTest result = test(arena.sub(left, right));
  if (result.answer == ZeroTest::Answer::zero) return result;
  Expr unfolded = forms_.unfold(arena.sub(left, right));
  const ExprMap<Expr> replaced = eliminations();
  if (!replaced.empty()) {
    unfolded = substitute(arena, unfolded, replaced);
    if (const ZeroTest t = test(unfolded); t.answer == ZeroTest::Answer::zero) return t;
  }
  const auto cases = cases_of(arena, domain_, symbols(arena, unfolded), most_cases);
  if (cases.empty()) return result;
  for (const auto& c : cases) {
    if (test(substitute(arena, unfolded, c)).answer != ZeroTest::Answer::zero) return result;
  }
  return {ZeroTest::Answer::zero, {}};
}

void Prover::except(Expr condition, Proof& proof) const {
  const std::string text = print(engine_.arena, condition);
  if (std::find(proof.exceptions.begin(), proof.exceptions.end(), text) == proof.exceptions.end()) {
    proof.exceptions.push_back(text);
  }
}

bool Prover::always_apart(Expr condition) {
  Arena& arena = engine_.arena;
  const Expr a = arena.child(condition, 0), b = arena.child(condition, 1);
  return facts_.decide(arena, arena.make(Op::Gt, {a, b})).truth == Truth::yes ||
         facts_.decide(arena, arena.make(Op::Lt, {a, b})).truth == Truth::yes;
}

void Prover::apart_or_exception(Expr condition, Proof& proof) {
  Arena& arena = engine_.arena;
  const Expr a = arena.child(condition, 0), b = arena.child(condition, 1);
  if (nonzero_almost_everywhere(arena.is_number(b, 0) ? a : arena.sub(a, b))) {
    except(condition, proof);
  } else {
    proof.unknown.push_back(condition);
  }
}

bool Prover::known(Expr condition, Proof& proof) {
  if (condition_holds(condition, {}, proof)) return true;
  proof.unknown.push_back(condition);
  return false;
}

bool Prover::condition_holds(Expr condition, const std::vector<Expr>& also, Proof& proof) {
  Arena& arena = engine_.arena;
  if (facts_.decide(arena, condition, also).truth == Truth::yes) return true;
  if (arena.is(condition, Op::And)) {
    const auto parts = arena.children_copy(condition);
    return std::all_of(parts.begin(), parts.end(), [&](Expr c) { return condition_holds(c, also, proof); });
  }
  if (arena.is(condition, Op::Or)) {
    // `not branch or needed`: in the other branch nothing is needed.
    const auto parts = arena.children_copy(condition);
    for (std::size_t k = 0; k < parts.size(); ++k) {
      std::vector<Expr> more = also;
      for (std::size_t j = 0; j < parts.size(); ++j) {
        if (j == k) continue;
        more.push_back(arena.is(parts[j], Op::Not) ? arena.child(parts[j], 0) : arena.make(Op::Not, {parts[j]}));
      }
      if (condition_holds(parts[k], more, proof)) return true;
    }
    return false;
  }
  if (arena.is(condition, Op::Lt) || arena.is(condition, Op::Gt)) {
    // `x^2 > 0` but for `x = 0`.
    const Expr a = arena.child(condition, 0), b = arena.child(condition, 1);
    const Expr weak = arena.make(arena.is(condition, Op::Lt) ? Op::Le : Op::Ge, {a, b});
    if (facts_.decide(arena, weak, also).truth != Truth::yes) return false;
    if (!nonzero_almost_everywhere(arena.is_number(b, 0) ? a : arena.sub(a, b))) return false;
    except(arena.make(Op::Ne, {a, b}), proof);
    return true;
  }
  return false;
}

bool Prover::is_meromorphic(Expr root) {
  Arena& arena = engine_.arena;
  std::unordered_set<Expr, ExprHash> seen{root};
  std::vector<Expr> open{root}, inner;
  while (!open.empty()) {
    const Expr e = open.back();
    open.pop_back();
    std::vector<Expr> parts;
    if (arena.is(e, Op::Add) || arena.is(e, Op::Mul)) {
      parts = arena.children_copy(e);
    } else if (arena.is(e, Op::Pow) && arena.is_integer(arena.child(e, 1))) {
      parts = {arena.child(e, 0)};
    } else {
      inner.push_back(e);
    }
    for (const Expr p : parts) {
      if (seen.insert(p).second) open.push_back(p);
    }
  }
  return std::all_of(inner.begin(), inner.end(), [&](Expr e) { return is_analytic(e); });
}

bool Prover::is_analytic(Expr root) {
  static constexpr std::array<std::string_view, 10> entire{"exp",  "sin",     "cos",  "sinh",     "cosh",
                                                           "tanh", "sigmoid", "atan", "softplus", "expm1"};
  Arena& arena = engine_.arena;
  const bool connected = domain_.is_box();
  const auto decided = [&](Op op, Expr u) {
    return connected && facts_.decide(arena, arena.make(op, {u, arena.number(0)})).truth == Truth::yes;
  };
  const auto positive = [&](Expr u) { return decided(Op::Gt, u); };
  for (const Expr e : reachable(arena, root)) {
    switch (arena.op(e)) {
      case Op::Number:
      case Op::Constant:
      case Op::Symbol:
      case Op::Add:
      case Op::Mul:
        break;
      case Op::Pow: {
        const Expr base = arena.child(e, 0), n = arena.child(e, 1);
        if (arena.is_integer(n) && arena.value(n) >= 0) break;
        // Across a pole inside a function there is no continuation: atan(1/x).
        if (!positive(base) && !(arena.is_integer(n) && decided(Op::Lt, base))) return false;
        break;
      }
      case Op::Call: {
        const std::string& name = arena.name(e);
        if (std::find(entire.begin(), entire.end(), name) != entire.end()) break;
        if ((name == "ln" || name == "sqrt") && positive(arena.child(e, 0))) break;
        return false;
      }
      default:
        return false;
    }
  }
  return true;
}

/// What is rational in functions that are analytic on a connected domain, and not zero at one point, is zero only on a
/// set without interior.
bool Prover::nonzero_almost_everywhere(Expr u) {
  Arena& arena = engine_.arena;
  const auto decided = [&](Expr e) {
    return facts_.decide(arena, arena.make(Op::Ne, {e, arena.number(0)})).truth == Truth::yes;
  };
  try {
    const Expr unfolded = forms_.unfold(u);
    const std::vector<Expr> names = symbols(arena, unfolded);
    if (std::any_of(names.begin(), names.end(), [&](Expr s) { return domain_.is_discrete(s); })) {
      // A value of a discrete name is no exception: every case counts.
      const auto cases = cases_of(arena, domain_, names, most_cases);
      if (cases.empty()) return decided(u);
      return std::all_of(cases.begin(), cases.end(),
                         [&](const auto& c) { return decided(substitute(arena, unfolded, c)); });
    }
    if (decided(u)) return true;
    const auto& wishes = domain_.wishes();
    if (std::any_of(wishes.begin(), wishes.end(), [](const Wish& w) { return w.equality; })) return false;
    if (!is_meromorphic(unfolded)) return false;
    for (std::size_t k = 0; k < 6; ++k) {
      const Point* p = points_.point(k);
      if (p == nullptr) return false;
      const Enclosure v = enclose(arena, unfolded, *p, context_, 512);
      if (v.state == Enclosure::State::defined && (v.exact_lower > 0 || v.exact_upper < 0)) return true;
    }
  } catch (const LimitError&) {
  }
  return false;
}

Proof Prover::prove(const Side& left, const Side& right) {
  Arena& arena = engine_.arena;
  Proof proof;
  if (left.plain == right.plain) {
    proof.zero = true;
    proof.reason = "both sides are the same expression";
  } else {
    const ZeroTest zero = difference_is_zero(left.plain, right.plain);
    if (zero.answer == ZeroTest::Answer::gave_up) {
      proof.reason = "the normal form is over the budget: " + zero.reason;
      return proof;
    }
    if (zero.answer == ZeroTest::Answer::nonzero_form) {
      proof.reason =
          "no point was found where the sides differ, but the normal form of their difference is not 0 (its "
          "parts may depend on each other): " +
          (zero.reason.size() > 300 ? zero.reason.substr(0, 300) + " ..." : zero.reason);
      return proof;
    }
    proof.zero = true;
    proof.reason = "the difference of the two sides has the normal form 0";
  }
  for (const Side* side : {&left, &right}) {
    for (const Expr c : definedness(arena, forms_.functions(), &forms_.model(), side->guarded)) {
      if (!arena.is(c, Op::Ne)) {
        known(c, proof);
      } else if (!always_apart(c)) {
        apart_or_exception(c, proof);
      }
    }
    for (const Expr u : denominators(arena, side->guarded)) {
      const Expr condition = arena.make(Op::Ne, {u, arena.number(0)});
      if (!always_apart(condition)) apart_or_exception(condition, proof);
    }
    for (const Expr kink : kinks_of_derivatives(forms_, side->written)) {
      if (!always_apart(kink)) except(kink, proof);
    }
  }
  if (!proof.unknown.empty()) {
    const Expr c = proof.unknown.front();
    proof.reason = "the sides are equal where both are defined, but it could not be shown that they are: `" +
                   print(arena, c) + "` is not known";
    return proof;
  }
  proof.proved = true;
  for (std::size_t k = 0; k < proof.exceptions.size(); ++k) {
    proof.reason += (k == 0 ? "; for " : " and ") + proof.exceptions[k];
  }
  return proof;
}

}  // namespace gradus

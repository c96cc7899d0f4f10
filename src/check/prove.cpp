// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/prove.h"

#include "check/chosen_functions.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

namespace gradus {
namespace {

// What is zero where `e` is: a root or a power is zero where its base is.
Expr without_roots(Arena& arena, Expr e) {
  while (true) {
    if (arena.is(e, Op::Call) && arena.name(e) == "sqrt") {
      e = arena.child(e, 0);
    } else if (arena.is(e, Op::Pow) && arena.is_number(arena.child(e, 1)) && arena.value(arena.child(e, 1)) > 0) {
      e = arena.child(e, 0);
    } else {
      break;
    }
  }
  if (!arena.is(e, Op::Mul)) return e;
  std::vector<Expr> factors;
  for (const Expr f : arena.children_copy(e)) {
    factors.push_back(arena.is(f, Op::Mul) ? f : without_roots(arena, f));
  }
  return arena.make(Op::Mul, factors);
}

constexpr std::size_t most_cases = 64;
constexpr std::size_t most_jumps = 8;

/// The values that a combination gives to names.
using Case = ExprMap<Rational>;

ExprMap<Expr> as_numbers(Arena& arena, const Case& c) {
  ExprMap<Expr> out;
  for (const auto& [name, value] : c) out[name] = arena.number(value);
  return out;
}

}  // namespace

std::vector<Case> Prover::cases(Expr e) {
  const auto& base = domain_.base();
  const auto values_of = [&](Expr s) -> const std::vector<Rational>& {
    static const std::vector<Rational> none;
    const auto at = std::find(base.begin(), base.end(), s);
    return at == base.end() ? none : domain_.ranges()[static_cast<std::size_t>(at - base.begin())].values;
  };
  // The names of `e` that have finitely many values, and those that assumptions link to them.
  std::vector<Expr> names = symbols(engine_.arena, e), linking;
  std::erase_if(names, [&](Expr s) { return values_of(s).empty(); });
  for (std::size_t before = 0; before != names.size();) {
    before = names.size();
    for (const Expr condition : domain_.assumptions()) {
      const std::vector<Expr> own = symbols(engine_.arena, condition);
      const bool finite = std::none_of(own.begin(), own.end(), [&](Expr s) { return values_of(s).empty(); });
      const auto known = [&](Expr s) { return std::find(names.begin(), names.end(), s) != names.end(); };
      if (!finite || std::none_of(own.begin(), own.end(), known)) continue;
      for (const Expr s : own) {
        if (!known(s)) names.push_back(s);
      }
      if (std::find(linking.begin(), linking.end(), condition) == linking.end()) linking.push_back(condition);
    }
  }
  if (names.empty()) return {};
  std::vector<Case> out{{}};
  for (const Expr s : names) {
    if (out.size() * values_of(s).size() > most_cases) return {};
    std::vector<Case> more;
    for (const Case& c : out) {
      for (const Rational& v : values_of(s)) {
        more.push_back(c);
        more.back()[s] = v;
      }
    }
    out = std::move(more);
  }
  std::erase_if(out, [&](const Case& c) {
    return std::any_of(linking.begin(), linking.end(),
                       [&](Expr condition) { return holds_at(engine_.arena, condition, c, context_) == false; });
  });
  return out;
}

void Prover::except(Expr condition, Proof& proof) {
  Arena& arena = engine_.arena;
  // `x != y` and `y != x` are the same exception.
  const auto gap = [&](Expr a, Expr b) {
    const auto form = rational_form(arena, arena.sub(a, b));
    return form && arena.is_number(form->denominator, 1) ? form->numerator : condition;
  };
  const Expr a = arena.child(condition, 0), b = arena.child(condition, 1);
  if (!excepted_.insert(gap(a, b)).second) return;
  excepted_.insert(gap(b, a));
  proof.exceptions.push_back(condition);
}

bool Prover::always_apart(Expr condition) {
  Arena& arena = engine_.arena;
  const Expr a = arena.child(condition, 0), b = arena.child(condition, 1);
  if (arena.is_number(a) && arena.is_number(b)) return a != b;
  // 1/u has no zeros.
  if (arena.is_number(b, 0) && arena.is(a, Op::Pow) && arena.is_number(arena.child(a, 1)) &&
      arena.value(arena.child(a, 1)) < 0) {
    return true;
  }
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
  // For each combination of values by itself.
  Arena& arena = engine_.arena;
  try {
    const Expr unfolded = forms_.unfold(condition);
    const std::vector<Case> all = cases(unfolded);
    const auto holds = [&](const Case& c) {
      return condition_holds(substitute(arena, unfolded, as_numbers(arena, c)), {}, proof);
    };
    if (!all.empty() && std::all_of(all.begin(), all.end(), holds)) return true;
  } catch (const LimitError&) {
  }
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
  static constexpr std::array<std::string_view, 17> entire{
      "exp",   "sin",   "cos", "sinh", "cosh",       "tanh",       "sigmoid",        "atan", "softplus",
      "expm1", "asinh", "erf", "erfc", "normal_pdf", "normal_cdf", "log_normal_cdf", "silu"};
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
    const Expr unfolded = without_roots(arena, forms_.unfold(u));
    const std::vector<Expr> names = symbols(arena, unfolded);
    if (std::any_of(names.begin(), names.end(), [&](Expr s) { return domain_.is_discrete(s); })) {
      // A value of a discrete name is no exception: every case counts.
      const std::vector<Case> all = cases(unfolded);
      if (all.empty()) return decided(u);
      return std::all_of(all.begin(), all.end(),
                         [&](const Case& c) { return decided(substitute(arena, unfolded, as_numbers(arena, c))); });
    }
    if (decided(u)) return true;
    if (has_unspecified(forms_, {unfolded})) return generic_(u);
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

void Prover::except_jumps(const Side& left, const Side& right, Proof& proof) {
  Arena& arena = engine_.arena;
  const Expr difference = arena.sub(left.plain, right.plain);
  for (const Expr apart : jumps(forms_, {left.plain, right.plain}, most_jumps)) {
    if (always_apart(apart)) continue;
    const Expr a = arena.child(apart, 0), b = arena.child(apart, 1);
    Model there = forms_.model();
    there.assumptions.push_back({arena.make(Op::Eq, {a, b}), {}});
    const ZeroTest zero =
        zero_test(arena, forms_.functions(), &there, Facts(arena, forms_.functions(), &there), difference);
    if (zero.answer == ZeroTest::Answer::zero) continue;
    // Single values of names are cases of the proof, and no exceptions.
    bool some_single = false, all_single = true;
    for (const Expr e : forms_.cone({apart})) {
      if (!arena.is(e, Op::Symbol) || forms_.definition(e)) continue;
      const bool single = domain_.is_discrete(e);
      some_single = some_single || single;
      all_single = all_single && single;
    }
    if (!all_single && (!some_single || nonzero_almost_everywhere(arena.sub(a, b)))) except(apart, proof);
  }
}

bool Prover::is_same(Expr left, Expr right) {
  if (left == right) return true;
  try {
    return forms_.unfold(left) == forms_.unfold(right);
  } catch (const LimitError&) {
    return false;
  }
}

Proof Prover::prove(const Side& left, const Side& right) {
  Arena& arena = engine_.arena;
  Proof proof;
  excepted_.clear();
  const bool same = is_same(left.plain, right.plain);
  if (same) {
    proof.zero = true;
    proof.reason =
        left.plain == right.plain ? "both sides are the same expression" : "both sides unfold to the same expression";
  } else {
    const ZeroTest zero =
        zero_test(arena, forms_.functions(), &forms_.model(), facts_, arena.sub(left.plain, right.plain));
    if (zero.answer == ZeroTest::Answer::gave_up) {
      proof.reason = "the normal form is over the budget: " + zero.reason;
      return proof;
    }
    if (zero.answer == ZeroTest::Answer::nonzero_form) {
      proof.region = zero.region;
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
  if (!same) except_jumps(left, right, proof);
  for (std::size_t k = 0; k < proof.exceptions.size(); ++k) {
    proof.reason += (k == 0 ? "; for " : " and ") + print(arena, proof.exceptions[k]);
  }
  return proof;
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/knowledge.h"

#include <fmt/format.h>

#include <algorithm>

#include "algebra/polynomials.h"
#include "algebra/shown.h"

namespace gradus::algebra {
namespace {

constexpr std::size_t most_decisions = 200'000;
constexpr std::size_t most_under = 200;
constexpr int most_depth = 100;

unsigned signs_of(const Interval& i) {
  unsigned out = none;
  if (!i.not_negative()) out |= negative;
  if (i.contains(0)) out |= zero;
  if (!i.not_positive()) out |= positive;
  return out == none ? any : out;
}

unsigned allowed(Op op) {
  switch (op) {
    case Op::Eq:
      return zero;
    case Op::Ne:
      return negative | positive;
    case Op::Lt:
      return negative;
    case Op::Le:
      return negative | zero;
    case Op::Gt:
      return positive;
    default:
      return positive | zero;
  }
}

unsigned mirrored(unsigned set) {
  return (set & zero) | ((set & negative) != 0 ? positive : 0U) | ((set & positive) != 0 ? negative : 0U);
}

Decision verdict(unsigned set, Op op, const std::string& why) {
  if ((set & ~allowed(op)) == 0) return {Truth::yes, why};
  if ((set & allowed(op)) == 0) return {Truth::no, why};
  return {};
}

Decision opposite(Decision d) {
  if (d.truth != Truth::unknown) d.truth = d.truth == Truth::yes ? Truth::no : Truth::yes;
  return d;
}

}  // namespace

Expr negated(Arena& arena, Expr condition) {
  const Op op = arena.op(condition);
  if (op == Op::Not) return arena.child(condition, 0);
  if (!is_comparison(op)) return arena.make(Op::Not, {condition});
  constexpr Op opposites[] = {Op::Ne, Op::Eq, Op::Ge, Op::Gt, Op::Le, Op::Lt};
  const Op o = opposites[static_cast<int>(op) - static_cast<int>(Op::Eq)];
  const Expr a = arena.child(condition, 0), b = arena.child(condition, 1);
  return arena.make(o, {a, b});
}

Knowledge::Knowledge(Arena& arena, const FunctionTable& functions, const Model* model, std::vector<Fact> facts)
    : functions_(functions), model_(model), facts_(std::move(facts)), ranges_(functions, model) {
  for (const Fact& f : facts_) learn(arena, f);
}

Knowledge::~Knowledge() = default;

void Knowledge::learn(Arena& arena, const Fact& fact) {
  held_.try_emplace(fact.condition, fact.why);
  const Expr c = fact.condition;
  const Op op = arena.op(c);
  if (is_comparison(op)) {
    const Expr a = arena.child(c, 0), b = arena.child(c, 1);
    learn_comparison(arena, op, a, b, fact);
  } else if (op == Op::In) {
    std::vector<Rational> values;
    for (std::size_t k = 1; k < arena.count(c); ++k) {
      if (!arena.is_number(arena.child(c, k))) return;
      values.push_back(arena.value(arena.child(c, k)));
    }
    const Expr e = arena.child(c, 0);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    ranges_.bound(arena, e, Interval::between(*low, *high, false), fact.why);
    sets_.try_emplace(e, std::move(values));
  } else if (op == Op::Call && arena.name(c) == "integer" && arena.count(c) == 1) {
    integers_.try_emplace(arena.child(c, 0), fact.why);
  }
}

void Knowledge::learn_bound(Arena& arena, Op op, Expr e, const Rational& value, const std::string& why) {
  Interval i;
  if (op == Op::Lt || op == Op::Le || op == Op::Eq) i.high = {value, op == Op::Lt};
  if (op == Op::Gt || op == Op::Ge || op == Op::Eq) i.low = {value, op == Op::Gt};
  if (i.whole()) return;
  ranges_.bound(arena, e, i, why);
  // A name and what it stands for.
  for (int k = 0; k < most_depth && arena.is(e, Op::Symbol) && model_ != nullptr; ++k) {
    const Definition* d = model_->definition(arena.name(e));
    if (d == nullptr) return;
    e = d->value;
    if (!arena.is_number(e)) ranges_.bound(arena, e, i, why);
  }
}

// Brings `a op b` into the form `e op number` if one part of it is not a number.
void Knowledge::learn_comparison(Arena& arena, Op op, Expr a, Expr b, const Fact& fact) {
  Rational constant = 0;
  std::vector<std::pair<Rational, Expr>> parts;
  const auto term = [&](Expr t, const Rational& sign) {
    if (arena.is_number(t)) {
      constant = constant + sign * arena.value(t);
      return;
    }
    Rational c = sign;
    if (arena.is(t, Op::Mul)) {
      std::vector<Expr> rest;
      for (const Expr f : arena.children_copy(t)) {
        if (arena.is_number(f)) {
          c = c * arena.value(f);
        } else {
          rest.push_back(f);
        }
      }
      if (rest.empty()) {
        constant = constant + c;
        return;
      }
      t = arena.product(rest);
    }
    const auto same = std::find_if(parts.begin(), parts.end(), [&](const auto& p) { return p.second == t; });
    if (same == parts.end()) {
      parts.emplace_back(c, t);
    } else {
      same->first = same->first + c;
    }
  };
  for (const auto& [side, sign] : {std::pair{a, 1}, {b, -1}}) {
    if (!arena.is(side, Op::Add)) {
      term(side, sign);
      continue;
    }
    for (const Expr t : arena.children_copy(side)) term(t, sign);
  }
  std::erase_if(parts, [](const auto& p) { return cln::zerop(p.first); });
  if (parts.size() == 1) {
    const bool flipped = parts[0].first < 0;
    constexpr Op mirrors[] = {Op::Eq, Op::Ne, Op::Gt, Op::Ge, Op::Lt, Op::Le};
    const Op o = flipped ? mirrors[static_cast<int>(op) - static_cast<int>(Op::Eq)] : op;
    learn_bound(arena, o, parts[0].second, -constant / parts[0].first, fact.why);
  }
  if (arena.is_number(b)) learn_bound(arena, op, a, arena.value(b), fact.why);
  if (arena.is_number(a)) {
    constexpr Op mirrors[] = {Op::Eq, Op::Ne, Op::Gt, Op::Ge, Op::Lt, Op::Le};
    learn_bound(arena, mirrors[static_cast<int>(op) - static_cast<int>(Op::Eq)], b, arena.value(a), fact.why);
  }
  held_.try_emplace(arena.make(op, {a, b}), fact.why);
}

Decision Knowledge::decide(Arena& arena, Expr condition) {
  if (const auto it = decided_.find(condition); it != decided_.end()) return it->second;
  if (decided_.size() > most_decisions) decided_.clear();
  Decision d = fresh(arena, condition);
  decided_[condition] = d;
  return d;
}

Decision Knowledge::fresh(Arena& arena, Expr condition) {
  if (const auto it = held_.find(condition); it != held_.end()) return {Truth::yes, it->second};
  const Op op = arena.op(condition);
  if (is_comparison(op)) return comparison(arena, condition);
  if (op == Op::And || op == Op::Or) return junction(arena, condition);
  if (op == Op::Not) {
    const Expr inner = arena.child(condition, 0);
    if (is_comparison(arena.op(inner)) || arena.is(inner, Op::Not)) return decide(arena, negated(arena, inner));
    return opposite(decide(arena, inner));
  }
  if (op == Op::In) return member(arena, condition);
  if (op == Op::Call && arena.count(condition) == 1) {
    if (arena.name(condition) == "integer") return integer(arena, arena.child(condition, 0), 0);
    if (arena.name(condition) == "number") return numeral(arena, arena.child(condition, 0));
  }
  return {};
}

Decision Knowledge::junction(Arena& arena, Expr condition) {
  const bool all = arena.is(condition, Op::And);
  const Truth decisive = all ? Truth::no : Truth::yes;
  const std::vector<Expr> parts = arena.children_copy(condition);
  bool open = false;
  std::string why;
  for (const Expr p : parts) {
    Decision d = decide(arena, p);
    if (d.truth == decisive) return d;
    open = open || d.truth == Truth::unknown;
    if (d.truth != Truth::unknown && !d.evidence.empty()) why += (why.empty() ? "" : "; ") + d.evidence;
  }
  if (!open) return {all ? Truth::yes : Truth::no, why};
  if (all) return {};
  // `not g or c`: c is needed only where g holds.
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const Expr outside = negated(arena, parts[k]);
    auto& under = under_[outside];
    if (!under) {
      if (under_.size() > most_under) return {};
      std::vector<Fact> more = facts_;
      std::vector<Expr> pending{outside};
      while (!pending.empty()) {
        const Expr e = pending.back();
        pending.pop_back();
        if (arena.is(e, Op::And)) {
          for (const Expr c : arena.children(e)) pending.push_back(c);
        } else {
          more.push_back({e, fmt::format("where {}", shown(arena, e))});
        }
      }
      under = std::make_unique<Knowledge>(arena, functions_, model_, std::move(more));
    }
    for (std::size_t j = 0; j < parts.size(); ++j) {
      if (j == k) continue;
      Decision d = under->decide(arena, parts[j]);
      if (d.truth == Truth::yes) return d;
    }
  }
  return {};
}

Decision Knowledge::comparison(Arena& arena, Expr condition) {
  const Op op = arena.op(condition);
  const Expr a = arena.child(condition, 0), b = arena.child(condition, 1);
  if (a == b) return verdict(zero, op, "both sides are the same");
  // The same fact in other words.
  unsigned set = any;
  std::string why;
  constexpr Op all[] = {Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge};
  for (const Op o : all) {
    for (const bool swapped : {false, true}) {
      const auto it = held_.find(swapped ? arena.make(o, {b, a}) : arena.make(o, {a, b}));
      if (it == held_.end()) continue;
      set &= swapped ? mirrored(allowed(o)) : allowed(o);
      why = it->second;
    }
  }
  if (Decision d = verdict(set, op, why); d.truth != Truth::unknown) return d;
  // By intervals.
  const Interval left = ranges_.of(arena, a), right = ranges_.of(arena, b);
  const Interval gap = left + -right;
  set &= signs_of(gap);
  if (Decision d = verdict(set, op, {}); d.truth != Truth::unknown) {
    d.evidence = fmt::format("{} lies in {}", shown(arena, a), left.text());
    if (!arena.is_number(b)) d.evidence += fmt::format(", {} in {}", shown(arena, b), right.text());
    if (const std::string from = ranges_.sources(arena, condition); !from.empty()) d.evidence += ": " + from;
    return d;
  }
  const Expr difference = arena.is_number(b, 0) ? a : arena.sub(a, b);
  if (difference != a) {
    const Interval i = ranges_.of(arena, difference);
    set &= signs_of(i);
    if (Decision d = verdict(set, op, {}); d.truth != Truth::unknown) {
      d.evidence = fmt::format("{} lies in {}", shown(arena, difference), i.text());
      if (const std::string from = ranges_.sources(arena, difference); !from.empty()) d.evidence += ": " + from;
      return d;
    }
  }
  // By normal forms.
  if (!polynomials_) polynomials_ = std::make_unique<Polynomials>(arena, functions_, model_, ranges_, facts_);
  const Polynomials::Answer answer = polynomials_->signs(difference);
  set &= answer.set;
  if (set == none) return {};  // the facts contradict each other: nothing is said
  if (Decision d = verdict(set, op, answer.why); d.truth != Truth::unknown) return d;
  if (op == Op::Ne || op == Op::Eq) {
    const Decision d = almost_everywhere_nonzero(arena, difference);
    if (op == Op::Ne) return d;
    return d.truth == Truth::no ? opposite(d) : Decision{};
  }
  return {};
}

Decision Knowledge::almost_everywhere_nonzero(Arena& arena, Expr e) {
  switch (polynomials_->vanishing(e)) {
    case Polynomials::Vanishing::everywhere:
      return {Truth::no, fmt::format("{} is zero everywhere", shown(arena, e))};
    case Polynomials::Vanishing::almost_nowhere:
      return {Truth::yes, fmt::format("{} is not identically zero: it is nonzero almost everywhere", shown(arena, e))};
    default:
      break;
  }
  // What is made of several parts, each of which is nonzero almost everywhere.
  const Expr zero_number = arena.number(0);
  std::vector<Expr> parts;
  if (arena.is(e, Op::Mul)) parts = arena.children_copy(e);
  if (arena.is(e, Op::Pow)) parts = {arena.child(e, 0)};
  if (arena.is(e, Op::Call) && arena.count(e) == 1 && (arena.name(e) == "abs" || arena.name(e) == "sign"))
    parts = {arena.child(e, 0)};
  if (parts.empty()) return {};
  std::string why;
  for (const Expr p : parts) {
    const Decision d = decide(arena, arena.make(Op::Ne, {p, zero_number}));
    if (d.truth != Truth::yes) return {};
    why += (why.empty() ? "" : "; ") + d.evidence;
  }
  return {Truth::yes, why};
}

Decision Knowledge::member(Arena& arena, Expr condition) {
  const Expr e = arena.child(condition, 0);
  const std::vector<Expr> set = arena.children_copy(condition);
  const auto holds = [&](const Rational& v) {
    return std::any_of(set.begin() + 1, set.end(), [&](Expr s) { return arena.is_number(s) && arena.value(s) == v; });
  };
  if (const auto it = sets_.find(e); it != sets_.end()) {
    const auto& known = it->second;
    const bool numbers = std::all_of(set.begin() + 1, set.end(), [&](Expr s) { return arena.is_number(s); });
    const std::string why = held_.empty() ? "" : fmt::format("{} takes single values only", shown(arena, e));
    if (std::all_of(known.begin(), known.end(), holds)) return {Truth::yes, why};
    if (numbers && std::none_of(known.begin(), known.end(), holds)) return {Truth::no, why};
    return {};
  }
  bool open = false;
  std::string why;
  for (std::size_t k = 1; k < set.size(); ++k) {
    Decision d = decide(arena, arena.make(Op::Eq, {e, set[k]}));
    if (d.truth == Truth::yes) return d;
    open = open || d.truth == Truth::unknown;
    why = d.evidence;
  }
  return open ? Decision{} : Decision{Truth::no, why};
}

// Numerals, sums and products of integers, names of integers.
Decision Knowledge::integer(Arena& arena, Expr e, int depth) {
  if (depth > most_depth) return {};
  if (const auto it = integers_.find(e); it != integers_.end()) return {Truth::yes, it->second};
  if (const auto it = sets_.find(e); it != sets_.end()) {
    const auto whole = [](const Rational& v) { return cln::denominator(v) == 1; };
    if (std::all_of(it->second.begin(), it->second.end(), whole)) {
      return {Truth::yes, fmt::format("{} takes integer values only", shown(arena, e))};
    }
    if (std::none_of(it->second.begin(), it->second.end(), whole)) return {Truth::no, "its values are not integers"};
    return {};
  }
  const auto all = [&](const std::vector<Expr>& parts) -> Decision {
    std::string why;
    for (const Expr p : parts) {
      const Decision d = integer(arena, p, depth + 1);
      if (d.truth != Truth::yes) return {};
      if (why.empty()) why = d.evidence;
    }
    return {Truth::yes, why};
  };
  switch (arena.op(e)) {
    case Op::Number: {
      const bool whole = arena.is_integer(e);
      return {whole ? Truth::yes : Truth::no, fmt::format("{} is {}an integer", shown(arena, e), whole ? "" : "not ")};
    }
    case Op::Constant:
      return {Truth::no, fmt::format("{} is not an integer", arena.name(e))};
    case Op::Symbol: {
      const Definition* d = model_ == nullptr ? nullptr : model_->definition(arena.name(e));
      return d == nullptr ? Decision{} : integer(arena, d->value, depth + 1);
    }
    case Op::Add:
    case Op::Mul: {
      if (const Decision d = all(arena.children_copy(e)); d.truth == Truth::yes) return d;
      break;
    }
    case Op::Pow: {
      const Decision n = decide(arena, arena.make(Op::Ge, {arena.child(e, 1), arena.number(0)}));
      return n.truth == Truth::yes ? all(arena.children_copy(e)) : Decision{};
    }
    case Op::Where:
      return all({arena.child(e, 1), arena.child(e, 2)});
    case Op::Call:
      if (arena.count(e) == 1 && arena.name(e) == "sign") return {Truth::yes, "signs are integers"};
      if (arena.count(e) == 1 && arena.name(e) == "abs") return all({arena.child(e, 0)});
      break;
    default:
      break;
  }
  const Decision n = numeral(arena, e);
  if (n.truth != Truth::yes) return {};
  const Interval i = ranges_.of(arena, e);
  if (!i.is_point()) return {};
  return {cln::denominator(*i.low.value) == 1 ? Truth::yes : Truth::no, "a number"};
}

// Made of numerals only.
Decision Knowledge::numeral(Arena& arena, Expr e) {
  constexpr std::size_t most_nodes = 1'000;
  const auto nodes = reachable(arena, e);
  if (nodes.size() > most_nodes) return {};
  for (const Expr n : nodes) {
    switch (arena.op(n)) {
      case Op::Number:
      case Op::Add:
      case Op::Mul:
        break;
      case Op::Pow:
        if (!arena.is_integer(arena.child(n, 1))) return {};
        break;
      case Op::Symbol:
        if (model_ == nullptr || model_->definition(arena.name(n)) == nullptr) {
          return {Truth::no, fmt::format("{} is not a numeral", arena.name(n))};
        }
        return {};
      default:
        return {};
    }
  }
  return {Truth::yes, fmt::format("{} is a number", shown(arena, e))};
}

}  // namespace gradus::algebra

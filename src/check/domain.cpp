// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/domain.h"

#include <algorithm>
#include <cmath>

namespace gradus {

bool Range::admits(const Rational& v) const {
  if (!values.empty()) return std::find(values.begin(), values.end(), v) != values.end();
  if (integer && cln::denominator(v) != 1) return false;
  return !(low && v < *low) && !(high && v > *high);
}

void square_root_equation(Arena& arena, Expr& left, Expr& right) {
  const auto is_root = [&](Expr e) { return arena.is(e, Op::Call) && arena.name(e) == "sqrt"; };
  if (is_root(right)) std::swap(left, right);
  if (!is_root(left) || !arena.is_number(right) || arena.value(right) < 0) return;
  left = arena.child(left, 0);
  right = arena.number(cln::square(arena.value(right)));
}

Domain::Domain(Forms& forms, const Facts& facts, const EvalContext& context) : forms_(forms), context_(context) {
  const Model& model = forms.model();
  for (const auto* group : {&model.inputs, &model.params}) {
    for (const Expr s : *group) {
      index_[s] = base_.size();
      base_.push_back(s);
    }
  }
  ranges_.resize(base_.size());
  for (const Assumption& a : model.assumptions) flatten(a.condition);
  for (const Expr c : assumptions_) read_condition(c);
  for (const Expr c : facts.conditions()) read_condition(c);
  std::stable_partition(wishes_.begin(), wishes_.end(), [](const Wish& w) { return w.equality; });

  Arena& arena = forms.arena();
  std::vector<Expr> terms, roots = assumptions_;
  for (const Definition& d : model.definitions) {
    terms.push_back(arena.mul(arena.number(0), d.symbol));
    roots.push_back(d.symbol);
  }
  if (!terms.empty()) all_definitions_ = arena.sum(terms);
  weight_ = std::max<std::size_t>(1, forms.cone(roots).size());
}

void Domain::flatten(Expr condition) {
  Arena& arena = forms_.arena();
  if (!arena.is(condition, Op::And)) {
    assumptions_.push_back(condition);
    return;
  }
  for (const Expr c : arena.children_copy(condition)) flatten(c);
}

const Range* Domain::range_of(Expr name) const {
  const auto it = index_.find(name);
  return it == index_.end() ? nullptr : &ranges_[it->second];
}

bool Domain::is_discrete(Expr symbol) const {
  const Range* range = range_of(symbol);
  return range != nullptr && range->discrete();
}

/// `gap > 0` as a bound of `symbol`, if the gap is linear in it and in nothing else.
bool Domain::read_bound(Expr symbol, Expr gap) {
  const auto it = index_.find(symbol);
  if (it == index_.end()) return false;
  Rational f[3];
  for (long k = 0; k < 3; ++k) {
    const auto v = exact_value(forms_.arena(), gap, {{symbol, Rational(k + 1)}});
    if (!v) return false;
    f[k] = *v;
  }
  const Rational slope = f[1] - f[0];
  if (slope == 0 || f[2] - f[1] != slope) return false;
  const Rational root = 1 - f[0] / slope;
  Range& r = ranges_[it->second];
  if (slope > 0) {
    if (!r.low || *r.low < root) r.low = root;
  } else {
    if (!r.high || *r.high > root) r.high = root;
  }
  return true;
}

void Domain::read_condition(Expr condition) {
  Arena& arena = forms_.arena();
  switch (arena.op(condition)) {
    case Op::And:
      for (const Expr c : arena.children_copy(condition)) read_condition(c);
      return;
    case Op::In: {
      const Expr s = arena.child(condition, 0);
      std::vector<Rational> values;
      for (std::size_t k = 1; k < arena.count(condition); ++k) {
        if (const auto v = exact_value(arena, arena.child(condition, k), {})) values.push_back(*v);
      }
      if (const auto it = index_.find(s); it != index_.end() && !values.empty()) ranges_[it->second].values = values;
      box_ = false;
      return;
    }
    case Op::Call:
      if (arena.name(condition) == "integer") {
        if (const auto it = index_.find(arena.child(condition, 0)); it != index_.end())
          ranges_[it->second].integer = true;
      }
      box_ = false;
      return;
    case Op::Eq:
    case Op::Lt:
    case Op::Le:
    case Op::Gt:
    case Op::Ge: {
      Expr low = arena.child(condition, 0), high = arena.child(condition, 1);
      if (arena.is(condition, Op::Gt) || arena.is(condition, Op::Ge)) std::swap(low, high);
      const bool equality = arena.is(condition, Op::Eq);
      if (equality) square_root_equation(arena, low, high);  // a norm that is 1
      const Expr gap = arena.is_number(low, 0) ? high : arena.add(high, arena.mul(arena.number(-1), low));
      const std::vector<Expr> names = symbols(arena, gap);
      if (!equality && names.size() == 1 && read_bound(names[0], gap)) return;
      wishes_.push_back({gap, equality});
      box_ = false;
      return;
    }
    case Op::Ne:
      box_ = false;
      return;
    default:
      // A disjunction or a negation: points are found by trying.
      box_ = false;
      return;
  }
}

bool Domain::looks_inside(const Point& point) {
  for (std::size_t k = 0; k < base_.size(); ++k) {
    const auto it = point.find(base_[k]);
    if (it == point.end() || !ranges_[k].admits(it->second)) return false;
  }
  NumericValues numbers(forms_, point);
  Arena& arena = forms_.arena();
  for (const Expr a : assumptions_) {
    // Equalities between rounded values prove nothing; the exact test comes after.
    if (arena.is(a, Op::Eq)) {
      const long double left = numbers.value(arena.child(a, 0)), right = numbers.value(arena.child(a, 1));
      if (!std::isnan(left) && !std::isnan(right) && !agree(left, right)) return false;
    } else if (arena.is(a, Op::Call)) {
      continue;
    } else if (numbers.value(a) == 0) {
      return false;
    }
  }
  if (!all_definitions_) return true;
  // A value too large for a long double looks undefined as well: the point is only skipped.
  return !std::isnan(numbers.value(*all_definitions_));
}

bool Domain::contains(const Point& point) {
  Arena& arena = forms_.arena();
  for (std::size_t k = 0; k < base_.size(); ++k) {
    const auto it = point.find(base_[k]);
    if (it == point.end() || !ranges_[k].admits(it->second)) return false;
  }
  for (const Expr a : assumptions_) {
    if (arena.is(a, Op::Call) && arena.name(a) == "integer") {
      const auto v = exact_value(arena, arena.child(a, 0), point);
      if (!v || cln::denominator(*v) != 1) return false;
      continue;
    }
    if (arena.is(a, Op::Eq)) {
      const auto gap = exact_value(arena, forms_.unfold(arena.sub(arena.child(a, 0), arena.child(a, 1))), point);
      if (gap && *gap != 0) return false;
      if (gap) continue;
    }
    const auto truth = holds_at(arena, a, point, context_);
    if (!truth || !*truth) return false;
  }
  if (!all_definitions_) return true;
  return enclose(arena, *all_definitions_, point, context_).state == Enclosure::State::defined;
}

}  // namespace gradus

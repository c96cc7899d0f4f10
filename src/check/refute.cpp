// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/refute.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "check/decimal.h"
#include "gradus/algebra/normal.h"

namespace gradus {
namespace {

constexpr std::size_t first_points = 6, most_points = 400;
/// Proofs that a part is zero around a point where there is no value.
constexpr std::size_t most_closer_looks = 6;

int sign_at(Forms& forms, Expr e, const Point& point, const EvalContext& context) {
  const Enclosure v = enclose(forms.arena(), e, point, context, 512);
  if (v.state != Enclosure::State::defined) return 0;
  return v.exact_lower > 0 ? 1 : v.exact_upper < 0 ? -1 : 0;
}

/// A condition at the point, if it keeps its truth around it.
std::optional<bool> steady(Forms& forms, Expr condition, const Point& point, const EvalContext& context) {
  Arena& arena = forms.arena();
  for (const Expr e : reachable(arena, condition)) {
    if (!is_comparison(arena.op(e))) continue;
    const Expr gap = arena.sub(arena.child(e, 0), arena.child(e, 1));
    if (!symbols(arena, gap).empty() && sign_at(forms, gap, point, context) == 0) return std::nullopt;
  }
  return holds_at(arena, condition, point, context);
}

}  // namespace

std::optional<Expr> near_point(Forms& forms, const Domain& domain, const EvalContext& context, Expr root,
                               const Point& point) {
  Arena& arena = forms.arena();
  ExprMap<Expr> image;
  // Functions with kinks are opened first, so that their conditions are seen.
  Expr open = forms.unfold(root);
  for (int round = 0; round < 4; ++round) {
    ExprMap<Expr> bodies;
    for (const Expr e : reachable(arena, open)) {
      if (!arena.is(e, Op::Call)) continue;
      const Function* f = forms.functions().find(arena.name(e), arena.count(e));
      if (f == nullptr || f->kinks.empty() || arena.name(e) == "abs" || arena.name(e) == "sign") continue;
      if (const auto body = forms.body(e)) bodies[e] = *body;
    }
    if (bodies.empty()) break;
    open = substitute(arena, open, bodies);
  }
  const auto take = [&](Expr e) -> std::optional<Expr> {
    if (arena.is(e, Op::Symbol) && domain.is_discrete(e)) return arena.number(point.at(e));
    if (arena.is(e, Op::Where)) {
      const auto truth = steady(forms, image.at(arena.child(e, 0)), point, context);
      if (!truth) return std::nullopt;
      return image.at(arena.child(e, *truth ? 1 : 2));
    }
    if (arena.is(e, Op::Call) && (arena.name(e) == "abs" || arena.name(e) == "sign")) {
      const Expr u = image.at(arena.child(e, 0));
      const int s = sign_at(forms, u, point, context);
      if (s == 0) return std::nullopt;
      if (arena.name(e) == "sign") return arena.number(s);
      return s > 0 ? u : arena.negate(u);
    }
    if (arena.is(e, Op::Call) && (arena.name(e) == "max" || arena.name(e) == "min") && arena.count(e) == 2) {
      const Expr u = image.at(arena.child(e, 0)), v = image.at(arena.child(e, 1));
      const int s = sign_at(forms, arena.sub(u, v), point, context);
      if (s == 0) return std::nullopt;
      return (s > 0) == (arena.name(e) == "max") ? u : v;
    }
    std::vector<Expr> children = arena.children_copy(e);
    for (Expr& c : children) c = image.at(c);
    return children.empty() ? e : arena.rebuild(e, children);
  };
  for (const Expr e : reachable(arena, open)) {
    const auto r = take(e);
    if (!r) return std::nullopt;
    image[e] = *r;
  }
  return image.at(open);
}

Refuter::Refuter(Engine& engine, Forms& forms, Domain& domain, PointSource& points, const EvalContext& context,
                 const Facts& facts, const Side& left, const Side& right)
    : engine_(engine),
      forms_(forms),
      domain_(domain),
      points_(points),
      context_(context),
      facts_(facts),
      left_(left),
      right_(right) {
  const std::vector<Expr> roots{left.written, right.written, left.guarded, right.guarded};
  const std::vector<Expr> cone = forms.cone(roots);
  for (const Expr s : domain.base()) {
    if (std::binary_search(cone.begin(), cone.end(), s)) names_.push_back(s);
  }
  for (const Expr s : switches(forms, roots)) {
    const std::vector<Expr> below = forms.cone({s});
    const bool moves = std::any_of(below.begin(), below.end(), [&](Expr e) {
      return engine.arena.is(e, Op::Symbol) && !forms.definition(e) && !domain.is_discrete(e);
    });
    if (moves) switches_.push_back(s);
  }
}

bool Refuter::on_a_joint(const Point&, NumericValues& numbers) {
  // `where(x == 2, 5, x) = x` differs at 2 and nowhere around it.
  return std::any_of(switches_.begin(), switches_.end(), [&](Expr s) { return agree(numbers.value(s) + 1, 1); });
}

bool Refuter::record(const Point& point, std::string left, std::string right) {
  Counterexample c;
  for (const Expr s : names_) c.point.emplace_back(engine_.arena.name(s), point.at(s));
  c.left = std::move(left);
  c.right = std::move(right);
  found_ = std::move(c);
  return true;
}

bool Refuter::undefined_around(const Side& side, const Point& point) {
  if (closer_looks_ >= most_closer_looks) return false;
  ++closer_looks_;
  Arena& arena = engine_.arena;
  try {
    const auto here = near_point(forms_, domain_, context_, side.guarded, point);
    if (!here) return false;
    std::vector<Expr> never_zero = denominators(arena, *here);
    for (const Expr e : reachable(arena, *here)) {
      if (arena.is(e, Op::Call) && arena.name(e) == "ln") never_zero.push_back(arena.child(e, 0));
    }
    return std::any_of(never_zero.begin(), never_zero.end(), [&](Expr u) {
      if (arena.is_number(u)) return arena.value(u) == 0;
      NumericValues numbers(forms_, point);
      const long double v = numbers.value(u);
      if (!std::isnan(v) && !agree(v + 1, 1)) return false;
      return zero_test(arena, forms_.functions(), &forms_.model(), facts_, u).answer == ZeroTest::Answer::zero;
    });
  } catch (const LimitError&) {
    return false;
  }
}

bool Refuter::try_point(const Point& point) {
  Arena& arena = engine_.arena;
  NumericValues numbers(forms_, point);
  if (agree(numbers.value(left_.guarded), numbers.value(right_.guarded))) {
    ++agreed_;
    return false;
  }
  if (on_a_joint(point, numbers)) return false;
  const Enclosure l = enclose(arena, left_.guarded, point, context_);
  const Enclosure r = enclose(arena, right_.guarded, point, context_);
  const auto no_value = [&](const Side& side, const Enclosure& v) {
    if (v.state == Enclosure::State::undefined) return true;
    return v.state == Enclosure::State::singular && undefined_around(side, point);
  };
  const bool left_missing = no_value(left_, l), right_missing = no_value(right_, r);
  const bool differ =
      l.state == Enclosure::State::defined && r.state == Enclosure::State::defined && compare(l, r) != 0;
  if (!left_missing && !right_missing && !differ) return false;
  const auto text = [&](const Enclosure& v, const Enclosure& other, bool missing) {
    if (missing) return v.culprit.empty() ? std::string("undefined") : "undefined (" + v.culprit + ")";
    return v.state == Enclosure::State::defined ? decimal(v, other) : std::string("not known");
  };
  return record(point, text(l, r, left_missing), text(r, l, right_missing));
}

bool Refuter::screen() {
  for (; next_ < first_points; ++next_) {
    const Point* p = points_.point(next_);
    if (p == nullptr) break;
    if (try_point(*p)) return true;
  }
  for (const Expr s : switches_) {
    for (const auto& [p, q] :
         std::array<std::pair<long, long>, 6>{{{1, 2}, {-1, 2}, {3, 1}, {-3, 1}, {1, 10}, {-1, 10}}}) {
      const auto point = points_.point_with(s, Rational(p) / Rational(q));
      if (point && try_point(*point)) return true;
    }
  }
  return false;
}

bool Refuter::search() {
  for (; next_ < most_points; ++next_) {
    const Point* p = points_.point(next_);
    if (p == nullptr) break;
    if (try_point(*p)) return true;
  }
  return false;
}

bool Refuter::violate(const std::vector<Expr>& conditions) {
  Arena& arena = engine_.arena;
  for (const Expr c : conditions) {
    for (const Expr e : reachable(arena, c)) {
      if (!is_comparison(arena.op(e)) || arena.is(e, Op::Eq) || arena.is(e, Op::Ne)) continue;
      Expr low = arena.child(e, 0), high = arena.child(e, 1);
      if (arena.is(e, Op::Gt) || arena.is(e, Op::Ge)) std::swap(low, high);
      const Expr gap = arena.sub(high, low);
      for (const auto& [p, q] : std::array<std::pair<long, long>, 4>{{{-1, 1}, {-1, 2}, {-3, 1}, {-1, 10}}}) {
        const auto point = points_.point_with(gap, Rational(p) / Rational(q));
        if (point && try_point(*point)) return true;
      }
    }
  }
  return false;
}

}  // namespace gradus

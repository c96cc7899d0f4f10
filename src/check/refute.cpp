// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/refute.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "check/decimal.h"
#include "gradus/algebra/normal.h"

namespace gradus {
namespace {

constexpr std::size_t first_points = 10, most_points = 400, most_close = 8;
/// Local forms: what a side is around a point at which it has no value.
constexpr std::size_t most_closer_looks = 24;

}  // namespace

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

bool Refuter::on_a_joint(NumericValues& numbers) {
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

Refuter::Local Refuter::around(const Side& side, const Enclosure& here, const Point& point) {
  Local out{here.state == Enclosure::State::undefined, here};
  if (here.state == Enclosure::State::defined || out.missing || closer_looks_ >= most_closer_looks) return out;
  ++closer_looks_;
  Arena& arena = engine_.arena;
  const LocalForm form = local_form(arena, forms_.functions(), &forms_.model(), side.guarded, point);
  out.missing = form.state == LocalForm::State::no_value;
  // What changes exactly here and not around here has a value by one branch: relu(relu(x)) for x < 0.
  if (here.joint && form.state == LocalForm::State::value) out.value = enclose(arena, form.form, point, context_);
  return out;
}

bool Refuter::try_point(const Point& point, bool closely) {
  Arena& arena = engine_.arena;
  NumericValues numbers(forms_, point);
  const bool joint = on_a_joint(numbers);
  if (!joint && !closely && agree(numbers.value(left_.guarded), numbers.value(right_.guarded))) {
    ++agreed_;
    return false;
  }
  Enclosure at_left = enclose(arena, left_.guarded, point, context_);
  Enclosure at_right = enclose(arena, right_.guarded, point, context_);
  if (joint) {
    // `where(x == 2, 5, x) = x` differs at 2 and nowhere around it: a value exactly here says nothing.
    for (Enclosure* v : {&at_left, &at_right}) {
      if (v->state != Enclosure::State::defined) continue;
      v->state = Enclosure::State::singular;
      v->joint = true;
    }
  }
  const Local l = around(left_, at_left, point), r = around(right_, at_right, point);
  const bool differ = l.value.state == Enclosure::State::defined && r.value.state == Enclosure::State::defined &&
                      compare(l.value, r.value) != 0;
  if (!l.missing && !r.missing && !differ) return false;
  const auto text = [&](const Local& v, const Local& other) {
    if (v.missing) return v.value.culprit.empty() ? std::string("undefined") : "undefined (" + v.value.culprit + ")";
    return v.value.state == Enclosure::State::defined ? decimal(v.value, other.value) : std::string("not known");
  };
  return record(point, text(l, r), text(r, l));
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
  // What differs by less than a long double can tell: `x + 10^(-30) = x`.
  for (std::size_t k = 0; k < most_close; ++k) {
    const Point* p = points_.point(k);
    if (p == nullptr) break;
    if (try_point(*p, true)) return true;
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

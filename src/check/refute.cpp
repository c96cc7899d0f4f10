// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/refute.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "check/decimal.h"
#include "gradus/algebra/normal.h"

namespace gradus {
namespace {

constexpr std::size_t first_points = 10, most_points = 400, most_close = 8, line_starts = 2, region_starts = 4;
/// Nodes of the expressions that are followed along lines, times their number.
constexpr std::size_t most_line_work = 4'000;
/// The same for all the names along which they are followed.
constexpr std::size_t most_work_of_lines = 16'000;
/// Steps of looking for points that following a node along a line takes as long as.
constexpr std::size_t steps_of_a_line = 20;
constexpr long most_bits = 65'536;
/// Local forms: what a side is around a point at which it has no value.
constexpr std::size_t most_closer_looks = 24;

}  // namespace

Refuter::Refuter(Engine& engine, Forms& forms, Domain& domain, PointSource& points, const EvalContext& context,
                 const Side& left, const Side& right)
    : engine_(engine),
      forms_(forms),
      domain_(domain),
      points_(points),
      lines_(forms, domain),
      context_(context),
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
  const bool both = l.value.state == Enclosure::State::defined && r.value.state == Enclosure::State::defined;
  const bool differ = both && compare(l.value, r.value) != 0;
  const bool same_digits = differ && decimal(l.value, r.value) == decimal(r.value, l.value);
  if (both && !joint && (differ ? same_digits : closely)) return try_difference(point, l.value, r.value);
  if (!l.missing && !r.missing && !differ) return false;
  const auto text = [&](const Local& v, const Local& other) {
    if (v.missing) return v.value.culprit.empty() ? std::string("undefined") : "undefined (" + v.value.culprit + ")";
    return v.value.state == Enclosure::State::defined ? decimal(v.value, other.value) : std::string("not known");
  };
  return record(point, text(l, r), text(r, l));
}

bool Refuter::try_difference(const Point& point, const Enclosure& left, const Enclosure& right) {
  // The side whose value is known exactly is shown as it is, the other by its distance.
  const bool from_left = left.exact_lower == left.exact_upper || right.exact_lower != right.exact_upper;
  const Expr difference =
      from_left ? engine_.arena.sub(right_.guarded, left_.guarded) : engine_.arena.sub(left_.guarded, right_.guarded);
  const Enclosure v = enclose(engine_.arena, difference, point, context_, most_bits);
  if (v.state != Enclosure::State::defined || (v.exact_lower <= 0 && v.exact_upper >= 0)) return false;
  const Enclosure& base = from_left ? left : right;
  const std::string near = decimal(base, base), gap = decimal(v, v);
  const std::string far = near + (gap.starts_with("-") ? " - " + gap.substr(1) : " + " + gap);
  return from_left ? record(point, near, far) : record(point, far, near);
}

bool Refuter::try_switches() {
  // Along each name there is a point in every piece on which no condition changes.
  const std::vector<Expr> cone = forms_.cone(switches_);
  const std::size_t effort = cone.size() * switches_.size();
  std::size_t done = 0;
  if (effort <= most_line_work) {
    for (std::size_t k = 0; k < line_starts; ++k) {
      const Point* from = points_.point(k);
      if (from == nullptr) break;
      for (const Expr name : names_) {
        if (!std::binary_search(cone.begin(), cone.end(), name)) continue;
        if ((done += effort) > most_work_of_lines || !points_.spend(steps_of_a_line * effort)) break;
        Point point = *from;
        for (const Rational& v : lines_.pieces(*from, name, switches_)) {
          point[name] = v;
          if (in_domain(point) && try_point(point)) return true;
        }
      }
    }
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

bool Refuter::screen() {
  for (; next_ < first_points; ++next_) {
    const Point* p = points_.point(next_);
    if (p == nullptr) break;
    if (try_point(*p)) return true;
  }
  return try_switches();
}

bool Refuter::try_region(const std::vector<Expr>& region) {
  if (region.empty()) return false;
  Arena& arena = engine_.arena;
  std::vector<Expr> gaps;
  Point fixed;
  for (const Expr c : region) {
    const Expr a = arena.child(c, 0), b = arena.child(c, 1);
    if (arena.is(c, Op::Eq) && arena.is_number(b)) fixed[a] = arena.value(b);
    if (arena.is(c, Op::Gt)) gaps.push_back(arena.sub(a, b));
    if (arena.is(c, Op::Lt)) gaps.push_back(arena.sub(b, a));
  }
  for (const Wish& w : domain_.wishes()) {
    if (!w.equality) gaps.push_back(w.gap);
  }
  if (forms_.cone(gaps).size() * gaps.size() > most_line_work) return false;
  for (std::size_t k = 0; k < region_starts; ++k) {
    const Point* from = points_.point(k);
    if (from == nullptr) break;
    Point start = *from;
    for (const auto& [name, value] : fixed) start[name] = value;
    const auto point = lines_.where_positive(std::move(start), gaps);
    if (point && in_domain(*point) && try_point(*point, true)) return true;
  }
  return false;
}

bool Refuter::search(const std::vector<Expr>& region) {
  if (try_region(region)) return true;
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

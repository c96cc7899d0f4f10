// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/ranges.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "algebra/shown.h"

namespace gradus::algebra {
namespace {

constexpr std::size_t most_frames = 3'000'000;
constexpr std::size_t most_meanings = 20'000;

Op mirrored(Op op) {
  switch (op) {
    case Op::Lt:
      return Op::Gt;
    case Op::Le:
      return Op::Ge;
    case Op::Gt:
      return Op::Lt;
    case Op::Ge:
      return Op::Le;
    default:
      return op;
  }
}

// x op [bound]
Interval half_line(Op op, const Interval& bound) {
  Interval out;
  if (op == Op::Lt || op == Op::Le || op == Op::Eq) out.high = {bound.high.value, op == Op::Lt || bound.high.open};
  if (op == Op::Gt || op == Op::Ge || op == Op::Eq) out.low = {bound.low.value, op == Op::Gt || bound.low.open};
  return out;
}

}  // namespace

void Ranges::bound(const Arena&, Expr e, const Interval& interval, const std::string& why) {
  const auto [it, added] = bounds_.try_emplace(e, Bound{interval, why});
  if (!added) {
    it->second.interval = meet(it->second.interval, interval);
    if (it->second.why.find(why) == std::string::npos) it->second.why += ", " + why;
  }
  values_.clear();
}

std::optional<Expr> Ranges::meaning(Arena& arena, Expr e) {
  if (const auto it = meanings_.find(e); it != meanings_.end()) return it->second;
  if (arena.is(e, Op::Symbol)) {
    const Definition* d = model_ == nullptr ? nullptr : model_->definition(arena.name(e));
    return d == nullptr ? std::nullopt : std::optional(d->value);
  }
  if (!arena.is(e, Op::Call) || meanings_.size() >= most_meanings) return std::nullopt;
  const std::string name = functions_.canonical(arena.name(e));
  const std::size_t n = arena.count(e);
  const std::vector<Expr>* parameters = nullptr;
  std::optional<Expr> body;
  if (const ModelFunction* f = model_ == nullptr ? nullptr : model_->function(name)) {
    parameters = &f->parameters;
    body = f->body;
  } else if (const Function* known = functions_.find(name, n)) {
    parameters = &known->parameters;
    body = known->definition;
  }
  if (!body || parameters->size() != n) return std::nullopt;
  ExprMap<Expr> arguments;
  for (std::size_t k = 0; k < n; ++k) arguments[(*parameters)[k]] = arena.child(e, k);
  return meanings_[e] = substitute(arena, *body, arguments);
}

Interval Ranges::of(Arena& arena, Expr root) {
  if (const auto it = values_.find(root); it != values_.end()) return it->second;
  std::vector<Frame> frames{{root}};
  std::unordered_set<Expr, ExprHash> open;
  for (std::size_t steps = 0; !frames.empty() && steps < most_frames; ++steps) {
    Frame& frame = frames.back();
    const Expr e = frame.e;
    if (values_.contains(e)) {
      frames.pop_back();
      continue;
    }
    bool waiting = false;
    while (!waiting && frame.next < arena.count(e)) {
      const Expr c = arena.child(e, frame.next);
      ++frame.next;
      if (is_condition(arena.op(c))) {
        // Of a condition only the sides of a comparison are of use.
        values_[c] = Interval::all();
        continue;
      }
      if (values_.contains(c)) continue;
      frames.push_back({c});
      waiting = true;
    }
    if (waiting) continue;
    if (arena.is(e, Op::Where) && is_comparison(arena.op(arena.child(e, 0))) && !frame.followed) {
      frame.followed = true;
      const Expr condition = arena.child(e, 0);
      const Expr sides[] = {arena.child(condition, 0), arena.child(condition, 1)};
      for (const Expr s : sides) {
        if (!values_.contains(s)) frames.push_back({s});
      }
      continue;
    }
    if ((arena.is(e, Op::Symbol) || arena.is(e, Op::Call)) && !frame.followed) {
      frame.followed = true;
      const auto m = meaning(arena, e);
      if (m && !values_.contains(*m) && open.insert(e).second) {
        frames.push_back({*m});
        continue;
      }
    }
    Interval value = combine(arena, e);
    if (const auto it = bounds_.find(e); it != bounds_.end()) value = meet(value, it->second.interval);
    values_[e] = value.empty() ? Interval::all() : value;
    frames.pop_back();
  }
  const auto it = values_.find(root);
  return it == values_.end() ? Interval::all() : it->second;
}

Interval Ranges::product(Arena& arena, Expr e) {
  // Equal factors together: x*x is not negative.
  std::vector<std::pair<Expr, long>> powers;
  for (const Expr c : arena.children(e)) {
    const bool integer_power =
        arena.is(c, Op::Pow) && arena.is_integer(arena.child(c, 1)) && cln::abs(arena.value(arena.child(c, 1))) < 1000;
    const Expr base = integer_power ? arena.child(c, 0) : c;
    const long n = integer_power ? cln::cl_I_to_long(cln::numerator(arena.value(arena.child(c, 1)))) : 1;
    const auto it =
        std::find_if(powers.begin(), powers.end(), [&](const auto& p) { return p.first == base && p.second * n > 0; });
    constexpr std::size_t few = 30;
    if (it != powers.end() && powers.size() < few) {
      it->second += n;
    } else {
      powers.emplace_back(base, n);
    }
  }
  Interval out = Interval::point(1);
  for (const auto& [base, n] : powers) {
    const auto it = values_.find(base);
    out = out * power(it == values_.end() ? Interval::all() : it->second, n);
  }
  return out;
}

Interval Ranges::where(Arena& arena, Expr e) {
  const Expr condition = arena.child(e, 0), a = arena.child(e, 1), b = arena.child(e, 2);
  const Interval left = at(a), right = at(b);
  const Op op = arena.op(condition);
  if (!is_comparison(op)) return join(left, right);
  const Expr s = arena.child(condition, 0), t = arena.child(condition, 1);
  const Interval gap = at(s) + -at(t);
  const bool greater = op == Op::Gt || op == Op::Ge, less = op == Op::Lt || op == Op::Le;
  if ((greater && gap.positive()) || (less && gap.negative())) return left;
  if ((greater && gap.negative()) || (less && gap.positive())) return right;
  const bool same = s == a && t == b, swapped = s == b && t == a;
  if ((same || swapped) && (greater || less)) {
    // The greater or the smaller of the two.
    const bool maximum = greater == same;
    const Interval both = join(left, right);
    const Interval tight = meet(left, right);
    return maximum ? Interval{tight.low, both.high} : Interval{both.low, tight.high};
  }
  // A branch that is a side of the comparison is confined by it.
  const auto confined = [&](Expr branch, const Interval& value, bool holds) {
    Op o = op;
    if (!holds) {
      constexpr Op opposite[] = {Op::Ne, Op::Eq, Op::Ge, Op::Gt, Op::Le, Op::Lt};
      o = opposite[static_cast<int>(op) - static_cast<int>(Op::Eq)];
    }
    Interval out = value;
    if (branch == s) out = meet(out, half_line(o, at(t)));
    if (branch == t) out = meet(out, half_line(mirrored(o), at(s)));
    return out.empty() ? value : out;
  };
  return join(confined(a, left, true), confined(b, right, false));
}

// From the table: conditions on the symbol `value`.
Interval Ranges::declared(Arena& arena, Expr call) {
  const Function* f = functions_.find(functions_.canonical(arena.name(call)), arena.count(call));
  if (f == nullptr || (model_ != nullptr && model_->function(arena.name(call)) != nullptr)) return Interval::all();
  Interval out;
  const Expr value = arena.symbol("value");
  const auto numeric = [&](Expr e) -> std::optional<Interval> {
    if (!symbols(arena, e).empty()) return std::nullopt;
    Ranges plain(functions_, nullptr);
    return plain.of(arena, e);
  };
  std::vector<Expr> open(f->range.begin(), f->range.end());
  while (!open.empty()) {
    const Expr condition = open.back();
    open.pop_back();
    if (arena.is(condition, Op::And)) {
      for (const Expr c : arena.children(condition)) open.push_back(c);
    } else if (is_comparison(arena.op(condition))) {
      const Expr s = arena.child(condition, 0), t = arena.child(condition, 1);
      const Op op = arena.op(condition);
      if (s == value) {
        if (const auto v = numeric(t)) out = meet(out, half_line(op, *v));
      } else if (t == value) {
        if (const auto v = numeric(s)) out = meet(out, half_line(mirrored(op), *v));
      }
    }
  }
  return out;
}

Interval Ranges::combine(Arena& arena, Expr e) {
  switch (arena.op(e)) {
    case Op::Number:
      return Interval::point(arena.value(e));
    case Op::Constant:
      return constant(arena.name(e));
    case Op::Add: {
      Interval out = Interval::point(0);
      for (const Expr c : arena.children(e)) out = out + at(c);
      return out;
    }
    case Op::Mul:
      return product(arena, e);
    case Op::Pow: {
      const Interval base = at(arena.child(e, 0));
      const Expr exponent = arena.child(e, 1);
      if (!arena.is_number(exponent)) return Interval::above(0, true);
      const Rational r = arena.value(exponent);
      if (cln::denominator(r) != 1) return real_power(base, r);
      if (cln::abs(r) > 1'000'000) return Interval::all();
      return power(base, cln::cl_I_to_long(cln::numerator(r)));
    }
    case Op::Symbol: {
      const auto m = meaning(arena, e);
      const auto it = m ? values_.find(*m) : values_.end();
      return it == values_.end() ? Interval::all() : it->second;
    }
    case Op::Call: {
      Interval out = declared(arena, e);
      const std::string name = functions_.canonical(arena.name(e));
      const bool own = model_ != nullptr && model_->function(name) != nullptr;
      if (arena.count(e) == 1 && !own) out = meet(out, apply(name, at(arena.child(e, 0))));
      const auto m = meaning(arena, e);
      const auto it = m ? values_.find(*m) : values_.end();
      return it == values_.end() ? out : meet(out, it->second);
    }
    case Op::Where:
      return where(arena, e);
    default:
      return Interval::all();
  }
}

std::string Ranges::sources(Arena& arena, Expr e) {
  constexpr std::size_t most_nodes = 2'000, most_sources = 3;
  std::vector<std::string> out;
  std::vector<Expr> open{e};
  std::unordered_set<Expr, ExprHash> seen{e};
  while (!open.empty() && seen.size() < most_nodes && out.size() < most_sources) {
    const Expr node = open.back();
    open.pop_back();
    std::optional<std::string> text;
    if (const auto it = bounds_.find(node); it != bounds_.end()) {
      text = it->second.why;
    } else if (arena.is(node, Op::Call)) {
      const Interval range = declared(arena, node);
      if (!range.whole()) text = fmt::format("{} is in {}", shown(arena, node), range.text());
    }
    if (text && std::find(out.begin(), out.end(), *text) == out.end()) out.push_back(*text);
    if (text && arena.is(node, Op::Call)) continue;
    std::vector<Expr> next = arena.children_copy(node);
    if (!text && arena.is(node, Op::Symbol)) {
      if (const auto m = meaning(arena, node)) next.push_back(*m);
    }
    for (std::size_t k = next.size(); k-- > 0;) {
      if (seen.insert(next[k]).second) open.push_back(next[k]);
    }
  }
  std::string joined;
  for (const std::string& s : out) joined += (joined.empty() ? "" : "; ") + s;
  return joined;
}

}  // namespace gradus::algebra

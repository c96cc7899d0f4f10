// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/rule/rewrite.h"

#include <fmt/format.h>

#include <algorithm>

#include "rule/match.h"

namespace gradus {
namespace {

constexpr std::size_t max_steps_of_a_walk = 20'000;
constexpr std::size_t most_remembered = 100'000;  // nodes known to be irreducible, for each strategy

std::optional<bool> compare_numbers(const Arena& arena, Expr condition) {
  if (!is_comparison(arena.op(condition))) return std::nullopt;
  if (!arena.is_number(arena.child(condition, 0)) || !arena.is_number(arena.child(condition, 1))) return std::nullopt;
  const Rational a = arena.value(arena.child(condition, 0)), b = arena.value(arena.child(condition, 1));
  switch (arena.op(condition)) {
    case Op::Eq:
      return a == b;
    case Op::Ne:
      return a != b;
    case Op::Lt:
      return a < b;
    case Op::Le:
      return a <= b;
    case Op::Gt:
      return a > b;
    default:
      return a >= b;
  }
}

// Whether a pattern could match, judged by operators and names alone: what needs no bindings is refused early.
bool plausible(const Arena& arena, const Rule& rule, Expr pattern, Expr target) {
  const Op op = arena.op(pattern);
  if (op == Op::Symbol || op == Op::Rest) return true;
  if (arena.op(target) != op) return false;
  if (op == Op::Number || op == Op::Constant) return pattern == target;
  const std::size_t n = arena.count(pattern);
  if (op == Op::Add || op == Op::Mul) {
    for (std::size_t i = 0; i < n; ++i) {
      const Expr part = arena.child(pattern, i);
      if (arena.is(part, Op::Symbol) || arena.is(part, Op::Rest)) continue;
      bool found = false;
      for (std::size_t j = 0; !found && j < arena.count(target); ++j) {
        const Expr candidate = arena.child(target, j);
        // A nested sum (product) may hold what is looked for.
        found = arena.is(candidate, op) || plausible(arena, rule, part, candidate);
      }
      if (!found) return false;
    }
    return true;
  }
  if (op == Op::Call) {
    const std::string& name = arena.name(pattern);
    const auto variable = rule.variables.find(name.substr(0, name.find('\'')));
    const bool function = variable != rule.variables.end() && variable->second == VarType::function;
    if (!function && name != arena.name(target)) return false;
  }
  if (arena.count(target) != n) return false;
  for (std::size_t i = 0; i < n; ++i) {
    if (!plausible(arena, rule, arena.child(pattern, i), arena.child(target, i))) return false;
  }
  return true;
}

}  // namespace

Expr AcForms::canonical(Expr e) {
  if (const auto it = memo_.find(e); it != memo_.end()) return it->second;
  if (memo_.size() > most_remembered) memo_.clear();
  for (const Expr node : reachable(arena_, e)) {
    if (memo_.contains(node)) continue;
    const Op op = arena_.op(node);
    std::vector<Expr> children;
    for (const Expr c : arena_.children(node)) {
      const Expr form = memo_.at(c);
      if ((op == Op::Add || op == Op::Mul) && arena_.is(form, op)) {
        const auto inner = arena_.children(form);
        children.insert(children.end(), inner.begin(), inner.end());
      } else {
        children.push_back(form);
      }
    }
    if (op == Op::Add || op == Op::Mul) std::sort(children.begin(), children.end());
    const Expr form = children.empty() ? node : arena_.rebuild(node, children);
    memo_.emplace(node, form);
    memo_.emplace(form, form);
  }
  return memo_.at(e);
}

Rewriter::Rewriter(Arena& arena, const Catalogue& catalogue, const Model* model, Oracle oracle, Recorder recorder)
    : arena_(arena),
      catalogue_(catalogue),
      model_(model),
      oracle_(std::move(oracle)),
      recorder_(std::move(recorder)),
      forms_(arena),
      variable_(arena.symbol("_")) {}

Expr Rewriter::apply(Expr line, const Rewriting& rewriting) {
  const Expr next = substitute(arena_, line, {{rewriting.before, rewriting.after}});
  if (recorder_) recorder_(rewriting, line, next);
  return next;
}

std::optional<std::string> Rewriter::holds(const Rule& rule, const Match& match, Expr condition) {
  if (arena_.is(condition, Op::And)) {
    std::string all;
    for (const Expr c : arena_.children_copy(condition)) {
      const auto one = holds(rule, match, c);
      if (!one) return std::nullopt;
      all += (all.empty() || one->empty() ? "" : "; ") + *one;
    }
    return all;
  }
  if (arena_.is(condition, Op::Or)) {
    for (const Expr c : arena_.children_copy(condition)) {
      if (const auto one = holds(rule, match, c)) return one;
    }
    return std::nullopt;
  }
  if (arena_.is(condition, Op::Not)) {
    // "Not known to hold" is no evidence: only what can be read off the expression itself may be negated.
    const Expr inner = arena_.child(condition, 0);
    const bool syntactic =
        arena_.is(inner, Op::Call) && (arena_.name(inner) == "free" || arena_.name(inner) == "number");
    if (syntactic) return holds(rule, match, inner) ? std::nullopt : std::optional<std::string>(std::string());
  }
  const Expr meant = instantiate(arena_, rule, match, condition);
  if (arena_.is(condition, Op::Call)) {
    const std::string name = arena_.name(condition);
    const Expr of = arena_.child(meant, 0);
    if (name == "free") {
      const Expr* by = match.variables.find(variable_);
      if (by == nullptr || contains(arena_, of, *by)) return std::nullopt;
      return std::string();
    }
    if (name == "number") return arena_.is_number(of) ? std::optional<std::string>(std::string()) : std::nullopt;
    if (name == "integer" && arena_.is_number(of))
      return arena_.is_integer(of) ? std::optional<std::string>(std::string()) : std::nullopt;
  }
  if (const auto known = compare_numbers(arena_, meant))
    return *known ? std::optional<std::string>(std::string()) : std::nullopt;
  ++questions_;
  return oracle_ ? oracle_(meant) : std::nullopt;
}

std::optional<Rewriting> Rewriter::try_rule(const Rule& rule, Expr e) {
  std::vector<Rewriting> found = rewritings(rule, e, 1);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<Rewriting> Rewriter::rewritings(const Rule& rule, Expr e, std::size_t limit) {
  std::vector<Rewriting> found;
  if (!plausible(arena_, rule, rule.from, e)) return found;
  Matcher matcher(arena_, catalogue_.functions, forms_, rule);
  matcher.match_root(e, [&](const Match& match, const std::vector<char>& used) {
    std::string evidence;
    for (const Expr condition : rule.conditions) {
      const auto one = holds(rule, match, condition);
      if (!one) return false;
      evidence += (evidence.empty() || one->empty() ? "" : "; ") + *one;
    }
    Expr after = instantiate(arena_, rule, match, rule.to);
    const Op op = arena_.op(e);
    if (std::find(used.begin(), used.end(), 0) != used.end()) {
      // What the pattern did not take stays where it was; the new part stands in place of the first that it took.
      const std::vector<Expr> children = flattened(arena_, op, e);
      std::vector<Expr> next;
      bool placed = false;
      for (std::size_t k = 0; k < children.size(); ++k) {
        if (used[k] == 0) {
          next.push_back(children[k]);
        } else if (!placed) {
          const auto inner = flattened(arena_, op, after);
          // Nothing is written for a term 0 or a factor 1.
          if (!arena_.is_number(after, op == Op::Add ? 0 : 1)) next.insert(next.end(), inner.begin(), inner.end());
          placed = true;
        }
      }
      after = op == Op::Add ? arena_.sum(next) : arena_.product(next);
    }
    const bool known = std::ranges::any_of(found, [&](const Rewriting& r) { return r.after == after; });
    if (after == e || known) return false;
    found.push_back({rule.name, e, after, rule.says, evidence, rule.quiet});
    return found.size() >= limit;
  });
  return found;
}

Rewriter::Named& Rewriter::named(const Strategy& s) {
  const auto [it, added] = named_.try_emplace(&s);
  if (added && s.kind == Strategy::Kind::rule) {
    const auto& builtin = builtin_rules();
    it->second.builtin = std::find(builtin.begin(), builtin.end(), s.name) != builtin.end();
    it->second.rule = catalogue_.rule(s.name);
  }
  if (added && s.kind == Strategy::Kind::named) it->second.strategy = &catalogue_.strategies.at(s.name);
  return it->second;
}

const std::vector<const Rule*>& Rewriter::candidates(const Strategy& group, Op op) {
  const auto [it, added] = named(group).members.try_emplace(op);
  if (added) {
    if (const auto members = catalogue_.groups.find(group.name); members != catalogue_.groups.end()) {
      for (const std::size_t k : members->second) {
        const Rule& rule = catalogue_.rules[k];
        if (arena_.op(rule.from) == op || arena_.op(rule.from) == Op::Symbol) it->second.push_back(&rule);
      }
    }
  }
  return it->second;
}

std::optional<Rewriting> Rewriter::try_group(const Strategy& group, Expr e) {
  for (const Rule* rule : candidates(group, arena_.op(e))) {
    if (auto found = try_rule(*rule, e)) return found;
  }
  return std::nullopt;
}

std::optional<Rewriting> Rewriter::try_at(const Strategy& s, Expr e) {
  switch (s.kind) {
    case Strategy::Kind::rule: {
      const Named& what = named(s);
      if (what.builtin) return builtin_rule(s.name, arena_, catalogue_, model_, e);
      return what.rule == nullptr ? std::nullopt : try_rule(*what.rule, e);
    }
    case Strategy::Kind::group:
      return try_group(s, e);
    case Strategy::Kind::named:
      return try_at(*named(s).strategy, e);
    default:
      for (const Strategy& child : s.children) {
        if (auto found = try_at(child, e)) return found;
      }
      return std::nullopt;
  }
}

Expr Rewriter::walk(const Strategy& s, Expr line, bool top_down) {
  auto& done = irreducible_[&s];
  if (done.size() > most_remembered) done.clear();
  struct Visit {
    Expr e;
    bool leaving;
    std::uint64_t questions;  // before it was entered
  };
  if (const auto known = done.find(line); known != done.end()) {
    questions_ += known->second ? 1 : 0;
    return line;
  }
  std::vector<Visit> open;
  open.reserve(32);
  for (std::size_t step = 0; step < max_steps_of_a_walk; ++step) {
    std::optional<Rewriting> found;
    // Depth first, from left to right. A node is entered, then left once all below it is known to be done.
    open.assign(1, {line, false, 0});
    while (!open.empty() && !found) {
      const auto [e, leaving, before] = open.back();
      open.pop_back();
      if (const auto known = done.find(e); known != done.end()) {
        questions_ += known->second ? 1 : 0;
        continue;
      }
      if (leaving) {
        if (!top_down) found = try_at(s, e);
        if (!found) done.emplace(e, questions_ != before);
        continue;
      }
      const std::uint64_t entered = questions_;
      if (top_down) found = try_at(s, e);
      if (found) break;
      open.push_back({e, true, entered});
      const std::size_t n = arena_.is(e, Op::Deriv) ? 1 : arena_.count(e);  // the name by which is derived is no place
      for (std::size_t k = n; k-- > 0;) open.push_back({arena_.child(e, k), false, 0});
    }
    if (!found) return line;
    line = apply(line, *found);
  }
  exhausted_ = fmt::format("{} steps of one walk", max_steps_of_a_walk);
  return line;
}

Expr Rewriter::run(const std::string& strategy, Expr line) {
  const auto it = catalogue_.strategies.find(strategy);
  if (it == catalogue_.strategies.end())
    throw Error({}, fmt::format("there is no strategy `{}` in the rules", strategy));
  return run(it->second, line);
}

Rewriter::Run Rewriter::run_silently(const Strategy& s, Expr line) {
  if (!recorder_) return {{}, run(s, line)};
  Run out;
  Recorder outer = std::exchange(
      recorder_, [&](const Rewriting& r, Expr before, Expr after) { out.steps.emplace_back(r, before, after); });
  out.result = run(s, line);
  recorder_ = std::move(outer);
  return out;
}

Expr Rewriter::replay(const Run& done) {
  if (recorder_) {
    for (const auto& [r, before, after] : done.steps) recorder_(r, before, after);
  }
  return done.result;
}

Expr Rewriter::run_named(const Strategy& by_name, Expr line) {
  const Strategy& s = *named(by_name).strategy;
  if (trying_ == 0) return run(s, line);
  // The alternatives of a `best-by` begin alike: what one of them has done, the next need not do again.
  const std::pair key{&s, line};
  auto it = tried_.find(key);
  if (it == tried_.end()) it = tried_.emplace(key, run_silently(s, line)).first;
  return replay(it->second);
}

Expr Rewriter::run(const Strategy& s, Expr line) {
  switch (s.kind) {
    case Strategy::Kind::rule:
    case Strategy::Kind::group: {
      const auto found = try_at(s, line);
      return found ? apply(line, *found) : line;
    }
    case Strategy::Kind::named:
      return run_named(s, line);
    case Strategy::Kind::seq:
    case Strategy::Kind::attempt:
      for (const Strategy& child : s.children) line = run(child, line);
      return line;
    case Strategy::Kind::first:
      for (const Strategy& child : s.children) {
        const Expr next = run(child, line);
        if (next != line) return next;
      }
      return line;
    case Strategy::Kind::repeat:
      for (std::size_t k = 0; k < s.fuel; ++k) {
        Expr next = line;
        for (const Strategy& child : s.children) next = run(child, next);
        if (next == line) return line;
        line = next;
      }
      exhausted_ = fmt::format("repeat {}", s.fuel);
      return line;
    case Strategy::Kind::topdown:
    case Strategy::Kind::bottomup: {
      if (s.children.size() == 1) return walk(s.children[0], line, s.kind == Strategy::Kind::topdown);
      throw Error(s.place, "`topdown` and `bottomup` take one strategy");
    }
    case Strategy::Kind::best_by: {
      // Each alternative is tried in silence; the trace is that of the cheapest, which may be to do nothing.
      Run best{{}, line};
      long lowest = cost(s.name, line);
      ++trying_;
      for (const Strategy& child : s.children) {
        Run one = run_silently(child, line);
        const long value = cost(s.name, one.result);
        if (value < lowest) {
          lowest = value;
          best = std::move(one);
        }
      }
      if (--trying_ == 0) tried_.clear();
      return replay(best);
    }
  }
  return line;
}

std::optional<std::string> Rewriter::exhausted() {
  if (exhausted_.empty()) return std::nullopt;
  return std::exchange(exhausted_, std::string());
}

}  // namespace gradus

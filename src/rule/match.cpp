// SPDX-License-Identifier: GPL-2.0-or-later
#include "rule/match.h"

#include <algorithm>

namespace gradus {
namespace {

constexpr long max_backtracking = 20'000;  // tries for one rule at one node

std::string without_primes(const std::string& name) { return name.substr(0, name.find('\'')); }

// Patterns that fix more come first: they leave fewer ways to try.
int looseness(const Arena& arena, Expr pattern) {
  switch (arena.op(pattern)) {
    case Op::Number:
    case Op::Constant:
      return 0;
    case Op::Call:
    case Op::Deriv:
    case Op::Where:
      return 1;
    case Op::Pow:
      return 2;
    case Op::Add:
    case Op::Mul:
      return 3;
    default:
      return 4;
  }
}

}  // namespace

std::vector<Expr> flattened(const Arena& arena, Op op, Expr e) {
  if (!arena.is(e, op)) return {e};
  const auto own = arena.children(e);
  if (std::none_of(own.begin(), own.end(), [&](Expr c) { return arena.is(c, op); })) return arena.children_copy(e);
  std::vector<Expr> out, open{e};
  while (!open.empty()) {
    const Expr top = open.back();
    open.pop_back();
    if (!arena.is(top, op)) {
      out.push_back(top);
      continue;
    }
    const auto children = arena.children(top);
    open.insert(open.end(), children.rbegin(), children.rend());
  }
  return out;
}

struct Matcher::Ac {
  Op op;
  std::pmr::vector<Expr> patterns;  // without the rest
  Expr rest;
  bool has_rest = false;
  bool root = false;
  std::vector<Expr> targets;
  std::pmr::vector<char> used;
  const Accept* accept = nullptr;
};

VarType Matcher::type_of(const std::string& name) const {
  const auto it = rule_.variables.find(name);
  return it == rule_.variables.end() ? VarType::any : it->second;
}

bool Matcher::match_root(Expr e, FunctionRef<bool(const Match&, const std::vector<char>&)> accept) {
  match_ = {};
  root_used_.clear();
  steps_ = 0;
  const auto done = [&] { return accept(match_, root_used_); };
  const Op op = arena_.op(rule_.from);
  if (op == Op::Add || op == Op::Mul) return arena_.is(e, op) && match_ac(rule_.from, e, true, done);
  return match(rule_.from, e, done);
}

bool Matcher::bind(Expr variable, Expr value, const Accept& accept) {
  if (const Expr* bound = match_.variables.find(variable)) return forms_.equal(*bound, value) && accept();
  switch (type_of(arena_.name(variable))) {
    case VarType::number:
      if (!arena_.is_number(value)) return false;
      break;
    case VarType::integer:
      if (!arena_.is_integer(value)) return false;
      break;
    case VarType::name:
      if (!arena_.is(value, Op::Symbol)) return false;
      break;
    default:
      break;
  }
  match_.variables.push(variable, value);
  if (accept()) return true;
  match_.variables.pop();
  return false;
}

bool Matcher::match(Expr pattern, Expr target, const Accept& accept) {
  if (++steps_ > max_backtracking) return false;
  const Op op = arena_.op(pattern);
  if (op == Op::Symbol) return bind(pattern, target, accept);
  if (op == Op::Add || op == Op::Mul) return arena_.is(target, op) && match_ac(pattern, target, false, accept);
  if (arena_.op(target) != op) return false;
  if (op == Op::Number || op == Op::Constant) return pattern == target && accept();
  if (arena_.count(pattern) != arena_.count(target)) return false;
  if (op != Op::Call) return match_children(pattern, target, 0, accept);

  const std::string& wanted = arena_.name(pattern);
  const std::string& found = arena_.name(target);
  const std::string variable = without_primes(wanted);
  if (type_of(variable) != VarType::function || !rule_.variables.contains(variable)) {
    return wanted == found && match_children(pattern, target, 0, accept);
  }
  if (functions_.has_name(without_primes(found))) return false;
  const std::string primes = wanted.substr(variable.size());
  if (found.size() < primes.size() || found.substr(found.size() - primes.size()) != primes) return false;
  const std::string value = found.substr(0, found.size() - primes.size());
  const auto [it, added] = match_.functions.try_emplace(variable, value);
  if (!added && it->second != value) return false;
  if (match_children(pattern, target, 0, accept)) return true;
  if (added) match_.functions.erase(variable);
  return false;
}

bool Matcher::match_children(Expr pattern, Expr target, std::size_t k, const Accept& accept) {
  if (k == arena_.count(pattern)) return accept();
  return match(arena_.child(pattern, k), arena_.child(target, k),
               [&, k] { return match_children(pattern, target, k + 1, accept); });
}

bool Matcher::match_ac(Expr pattern, Expr target, bool root, const Accept& accept) {
  Ac ac{arena_.op(pattern),
        std::pmr::vector<Expr>(&memory_),
        {},
        false,
        root,
        {},
        std::pmr::vector<char>(&memory_),
        &accept};
  ac.patterns.reserve(arena_.count(pattern));
  for (const Expr p : arena_.children(pattern)) {
    if (arena_.is(p, Op::Rest)) {
      ac.rest = p;
      ac.has_rest = true;
      continue;
    }
    // In order of looseness; those that are alike stay in theirs. There are few: each is put in its place at once.
    const auto place = std::find_if(ac.patterns.begin(), ac.patterns.end(),
                                    [&](Expr q) { return looseness(arena_, p) < looseness(arena_, q); });
    ac.patterns.insert(place, p);
  }
  ac.targets = flattened(arena_, ac.op, target);
  if (ac.targets.size() < ac.patterns.size()) return false;
  ac.used.assign(ac.targets.size(), 0);
  return match_next(ac, 0);
}

bool Matcher::match_next(Ac& ac, std::size_t k) {
  if (k == ac.patterns.size()) return finish(ac);
  const Expr pattern = ac.patterns[k];
  const bool variable = arena_.is(pattern, Op::Symbol);
  const Expr* bound = variable ? match_.variables.find(pattern) : nullptr;

  // A bound variable that stands for a sum (product) must be found term by term (factor by factor).
  if (bound != nullptr && arena_.is(*bound, ac.op)) {
    const std::pmr::vector<char> saved(ac.used, &memory_);
    for (const Expr part : flattened(arena_, ac.op, *bound)) {
      bool found = false;
      for (std::size_t j = 0; !found && j < ac.targets.size(); ++j) {
        if (ac.used[j] == 0 && forms_.equal(part, ac.targets[j])) ac.used[j] = found = true;
      }
      if (!found) {
        ac.used = saved;
        return false;
      }
    }
    if (match_next(ac, k + 1)) return true;
    ac.used = saved;
    return false;
  }

  const auto free_count = static_cast<std::size_t>(std::count(ac.used.begin(), ac.used.end(), 0));
  // The last free variable takes all that is left, if nothing else would.
  const bool last = k + 1 == ac.patterns.size();
  if (last && variable && bound == nullptr && !ac.has_rest && !ac.root && free_count > 1) {
    const std::pmr::vector<Expr> left = unused(ac);
    const std::pmr::vector<char> saved(ac.used, &memory_);
    ac.used.assign(ac.used.size(), 1);
    if (bind(pattern, arena_.make(ac.op, left), [&] { return finish(ac); })) return true;
    ac.used = saved;
    return false;
  }
  for (std::size_t j = 0; j < ac.targets.size(); ++j) {
    if (ac.used[j] != 0) continue;
    ac.used[j] = 1;
    if (match(pattern, ac.targets[j], [&] { return match_next(ac, k + 1); })) return true;
    ac.used[j] = 0;
    if (steps_ > max_backtracking) return false;
  }
  return false;
}

std::pmr::vector<Expr> Matcher::unused(const Ac& ac) {
  std::pmr::vector<Expr> left(&memory_);
  left.reserve(ac.targets.size());
  for (std::size_t j = 0; j < ac.targets.size(); ++j) {
    if (ac.used[j] == 0) left.push_back(ac.targets[j]);
  }
  return left;
}

bool Matcher::finish(Ac& ac) {
  if (ac.has_rest) {
    const std::pmr::vector<Expr> left = unused(ac);
    if (const std::vector<Expr>* bound = match_.rests.find(ac.rest)) {
      const bool same = left.size() == bound->size() &&
                        (left.empty() || forms_.equal(left.size() == 1 ? left[0] : arena_.make(ac.op, left),
                                                      left.size() == 1 ? (*bound)[0] : arena_.make(ac.op, *bound)));
      return same && (*ac.accept)();
    }
    match_.rests.push(ac.rest, {left.begin(), left.end()});
    if (ac.root) root_used_.assign(ac.used.size(), 1);
    if ((*ac.accept)()) return true;
    match_.rests.pop();
    return false;
  }
  if (ac.root) {
    root_used_.assign(ac.used.begin(), ac.used.end());
    return (*ac.accept)();
  }
  return std::find(ac.used.begin(), ac.used.end(), 0) == ac.used.end() && (*ac.accept)();
}

}  // namespace gradus

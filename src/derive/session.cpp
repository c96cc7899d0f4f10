// SPDX-License-Identifier: GPL-2.0-or-later
#include "derive/session.h"

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

// Above these sizes (nodes as a tree) a line is simplified with less effort.
constexpr std::uint64_t full_effort = 400, some_effort = 3'000;
// Above this number of terms, products of sums are not multiplied out.
constexpr std::uint64_t most_terms = 48;
// Runs that are remembered, for each strategy.
constexpr std::size_t most_known = 10'000;

Oracle oracle_of(Arena& arena, const Facts& facts) {
  return [&arena, &facts](Expr condition) -> std::optional<std::string> {
    Decision d = facts.decide(arena, condition);
    if (d.truth != Truth::yes) return std::nullopt;
    return std::move(d.evidence);
  };
}

// The number of terms of `e` if all products and powers of sums in it, or in the largest part of it, are multiplied
// out.
std::uint64_t terms_multiplied_out(const Arena& arena, Expr e) {
  constexpr std::uint64_t most = 1'000'000;
  ExprMap<std::uint64_t> terms;
  std::uint64_t largest = 1;
  for (const Expr node : reachable(arena, e)) {
    std::uint64_t n = arena.is(node, Op::Add) ? 0 : 1;
    if (arena.is(node, Op::Add)) {
      for (const Expr c : arena.children(node)) n = std::min(most, n + terms.at(c));
    } else if (arena.is(node, Op::Mul)) {
      for (const Expr c : arena.children(node)) n = std::min(most, n * terms.at(c));
    } else if (arena.is(node, Op::Pow) && arena.is_number(arena.child(node, 1), 2)) {
      n = std::min(most, terms.at(arena.child(node, 0)) * terms.at(arena.child(node, 0)));
    }
    terms[node] = n;
    largest = std::max(largest, n);
  }
  return largest;
}

}  // namespace

std::string position_of(const Arena& arena, Expr whole, Expr part) {
  if (whole == part) return "";
  // Parents are counted over the DAG: two ways to the part are two places.
  const auto nodes = reachable(arena, whole);
  ExprMap<std::pair<Expr, std::size_t>> way;
  ExprMap<int> ways;
  for (const Expr e : nodes) {
    for (std::size_t k = 0; k < arena.count(e); ++k) {
      const Expr c = arena.child(e, k);
      way.try_emplace(c, e, k);
      ++ways[c];
    }
  }
  std::vector<std::string> path;
  for (Expr e = part; e != whole;) {
    if (ways[e] != 1) return "everywhere";
    const auto [parent, k] = way.at(e);
    path.push_back(std::to_string(k));
    e = parent;
  }
  std::reverse(path.begin(), path.end());
  return fmt::format("{}", fmt::join(path, "."));
}

Step step_of(const Arena& arena, const Rewriting& r, Expr before, Expr after) {
  Step s;
  s.rule = r.rule;
  s.quiet = r.quiet;
  s.at = position_of(arena, before, r.before);
  s.before = r.before;
  s.after = r.after;
  s.why = r.why;
  s.evidence = r.evidence;
  s.line = after;
  return s;
}

Session::Session(Engine& e, const Model& m, bool steps)
    : engine(e),
      arena(e.arena),
      model(m),
      facts(e.arena, e.catalogue.functions, &m),
      rewriter(e.arena, e.catalogue, &m, oracle_of(e.arena, facts)),
      with_steps(steps) {}

const Definition* Session::definition(Expr symbol) const {
  return arena.is(symbol, Op::Symbol) ? model.definition(arena.name(symbol)) : nullptr;
}

const std::unordered_set<Expr, ExprHash>& Session::dependents(Expr name) {
  const auto [it, added] = dependents_.try_emplace(name);
  std::unordered_set<Expr, ExprHash>& out = it->second;
  if (added) {
    for (const Definition& d : model.definitions) {
      const auto used = names_in(d.value);
      if (std::ranges::any_of(used, [&](Expr s) { return s == name || out.contains(s); })) out.insert(d.symbol);
    }
  }
  return out;
}

Expr Session::unfolded_to(Expr e, Expr by) {
  const auto& depend = dependents(by);
  return unfolded(e, [&](const Definition& d) { return d.symbol != by && depend.contains(d.symbol); });
}

Expr Session::unfolded(Expr e, const std::function<bool(const Definition&)>& which) {
  // Only what `e` reaches is unfolded, each definition once.
  std::vector<Expr> open = names_in(e);
  std::set<std::size_t> wanted;
  while (!open.empty()) {
    const Expr s = open.back();
    open.pop_back();
    const Definition* d = definition(s);
    if (d == nullptr || !which(*d) || !wanted.insert(static_cast<std::size_t>(d - model.definitions.data())).second)
      continue;
    const auto used = names_in(d->value);
    open.insert(open.end(), used.begin(), used.end());
  }
  ExprMap<Expr> map;
  for (const std::size_t k : wanted)
    map[model.definitions[k].symbol] = substitute(arena, model.definitions[k].value, map);
  return substitute(arena, e, map);
}

Session::Run Session::run_here(const std::string& strategy, Expr line) {
  Run out;
  if (with_steps) {
    rewriter.set_recorder(
        [&](const Rewriting& r, Expr before, Expr after) { out.steps.push_back(step_of(arena, r, before, after)); });
  }
  out.result = rewriter.run(strategy, line);
  rewriter.set_recorder({});
  return out;
}

Session::Run Session::run(const std::string& strategy, Expr line) {
  const std::vector<Expr> names = names_in(line);
  ExprMap<Expr> numbered, named;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const Expr number = arena.symbol(fmt::format("#{}", k));
    numbered.emplace(names[k], number);
    named.emplace(number, names[k]);
  }
  const auto renamed = [&](const Run& run, const ExprMap<Expr>& map) {
    Run out{run.steps, rename(run.result, map)};
    for (Step& s : out.steps) {
      s.before = rename(s.before, map);
      s.after = rename(s.after, map);
      s.line = rename(s.line, map);
    }
    return out;
  };
  auto& known = known_[strategy];
  if (known.size() > most_known) known.clear();
  const auto [it, added] = known.try_emplace(rename(line, numbered));
  if (!added && it->second.general) return renamed(it->second.run, named);
  const std::uint64_t questions = rewriter.questions();
  Run out = run_here(strategy, line);
  it->second.general = rewriter.questions() == questions;
  if (it->second.general) it->second.run = renamed(out, numbered);
  return out;
}

Expr Session::rename(Expr e, const ExprMap<Expr>& map) {
  return map_bottom_up(arena, e, [&](Arena&, Expr node) {
    const auto it = map.find(node);
    return it == map.end() ? node : it->second;
  });
}

Trace::Trace(Session& session, Expr start) : line(start), session_(session) {}

void Trace::step(std::string rule, Expr before, Expr after, std::string why, std::string evidence) {
  if (before == after) return;
  const Rewriting r{std::move(rule), before, after, std::move(why), std::move(evidence), false};
  const Expr next = session_.rewriter.apply(line, r);
  if (session_.with_steps) steps.push_back(step_of(session_.arena, r, line, next));
  line = next;
}

void Trace::run(const std::string& strategy) {
  Session::Run r = session_.run(strategy, line);
  if (r.result == line) return;  // what leads back to where it began is no step
  steps.insert(steps.end(), std::make_move_iterator(r.steps.begin()), std::make_move_iterator(r.steps.end()));
  line = r.result;
}

void Trace::simplify() {
  const std::size_t begin = steps.size();
  const std::uint64_t size = tree_size(session_.arena, line);
  const bool products = size <= full_effort && terms_multiplied_out(session_.arena, line) > most_terms;
  run(size > some_effort ? "tidy" : size > full_effort ? "cancel" : products ? "simplify-products" : "simplify");
  // What has become shorter may now be multiplied out.
  if (products && terms_multiplied_out(session_.arena, line) <= most_terms) run("simplify");
  // The line in which all has cancelled is worth writing down.
  const auto cancels = [&](const Step& s) {
    const Rule* rule = session_.engine.catalogue.rule(s.rule);
    return rule != nullptr && rule->group == "cancel";
  };
  for (std::size_t k = begin; k < steps.size(); ++k) {
    if (cancels(steps[k]) && (k + 1 == steps.size() || !cancels(steps[k + 1]))) steps[k].key = true;
  }
}

void Trace::find_sigmoids() {
  const Expr before = line;
  const std::size_t begin = steps.size();
  run("sigmoids");
  if (line != before) simplify();
  if (line == before) steps.resize(begin);
}

void Trace::mark_key() {
  if (!steps.empty()) steps.back().key = true;
}

}  // namespace gradus

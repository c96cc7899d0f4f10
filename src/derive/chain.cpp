// SPDX-License-Identifier: GPL-2.0-or-later
// The chain rule, backwards over the names.
#include <fmt/format.h>

#include <algorithm>

#include "derive/session.h"
#include "gradus/algebra/normal.h"

namespace gradus {
namespace {

// A derivative is written out in the derivation of the next one up to this cost, above it by its name: results stay
// short, and the work for each is bounded.
constexpr long longest_inserted = 24;
// A sum of more terms than this is differentiated term by term in one step: a step for each would be too long to read.
constexpr std::size_t most_terms_shown = 64;

class Chain {
 public:
  Chain(Session& session, Expr of) : s_(session), arena_(session.arena), of_(of) {}

  std::vector<Derivation> run(const std::vector<Expr>& wrt) {
    collect_users(wrt);
    for (const Expr v : order_) {
      if (!needed_.contains(v)) continue;
      derive_one(v);
    }
    for (const Expr v : wrt) {
      if (needed_.contains(v) || v == of_) continue;
      Derivation d = plain(arena_.make(Op::Deriv, {of_, v}));
      Trace t(s_, d.start);
      t.step("no-dependence", t.line, arena_.number(0),
             fmt::format("`{}` does not depend on `{}`.", arena_.name(of_), arena_.name(v)));
      t.mark_key();
      d.note = fmt::format("{} does not depend on {}", arena_.name(of_), arena_.name(v));
      finish(std::move(d), t);
    }
    return std::move(out_);
  }

 private:
  // Who uses whom, among what `of` is computed from; and the order, backwards.
  void collect_users(const std::vector<Expr>& wrt) {
    std::unordered_set<Expr, ExprHash> reach{of_};
    std::vector<std::size_t> definitions;
    for (std::size_t k = s_.model.definitions.size(); k-- > 0;) {
      const Definition& d = s_.model.definitions[k];
      if (!reach.contains(d.symbol)) continue;
      definitions.push_back(k);
      auto& names = names_[&d];
      for (const Expr used : s_.names_in(d.value)) {
        names.insert(used);
        users_[used].push_back(&d);
        reach.insert(used);
      }
    }
    for (const std::size_t k : definitions) {
      if (s_.model.definitions[k].symbol != of_) order_.push_back(s_.model.definitions[k].symbol);
    }
    for (const auto* group : {&s_.model.params, &s_.model.inputs}) {
      for (const Expr leaf : *group) {
        if (reach.contains(leaf)) order_.push_back(leaf);
      }
    }
    // What is asked for, and every name on a way from `of` to it.
    std::vector<Expr> open;
    for (const Expr v : wrt) {
      if (reach.contains(v) && v != of_) open.push_back(v);
    }
    while (!open.empty()) {
      const Expr v = open.back();
      open.pop_back();
      if (!needed_.insert(v).second) continue;
      for (const Definition* u : users_[v]) {
        if (u->symbol != of_) open.push_back(u->symbol);
      }
    }
  }

  Derivation plain(Expr start) const {
    Derivation d;
    d.of = arena_.child(start, 0);
    d.wrt = arena_.child(start, 1);
    d.method = "chain";
    d.start = start;
    return d;
  }

  void finish(Derivation d, Trace& t) {
    d.steps = std::move(t.steps);
    d.result = t.line;
    out_.push_back(std::move(d));
  }

  // The names that depend on v, among those defined before the last user of v.
  std::unordered_set<Expr, ExprHash> between(const std::vector<const Definition*>& users_of_v, Expr v) {
    std::unordered_set<Expr, ExprHash> seen;
    if (users_of_v.size() == 1) return seen;
    std::vector<Expr> open{v};
    while (!open.empty()) {
      const auto users = users_.find(open.back());
      open.pop_back();
      if (users == users_.end()) continue;
      for (const Definition* d : users->second) {
        if (d < users_of_v.back() && seen.insert(d->symbol).second) open.push_back(d->symbol);
      }
    }
    return seen;
  }

  // The derivative of what u stands for with respect to v, its other names held.
  void local(Trace& t, const Definition& u, Expr v) {
    t.step("definition", t.line, arena_.make(Op::Deriv, {u.value, v}), fmt::format("What `{}` stands for.", u.name));
    if (arena_.is(u.value, Op::Add) && arena_.count(u.value) > most_terms_shown) return term_by_term(t, u, v);
    by_definition(t, u.value, v);
    carry_out(t);
  }

  void carry_out(Trace& t) {
    t.differentiate();
    t.mark_key();
    t.simplify();
    t.find_sigmoids();
    t.use_names();
    t.mark_key();
  }

  void term_by_term(Trace& t, const Definition& u, Expr v) {
    auto [it, added] = terms_.try_emplace(&u);
    if (added) {
      for (const Expr term : arena_.children_copy(u.value)) {
        for (const Expr name : s_.names_in(term)) it->second[name].push_back(term);
      }
    }
    std::vector<Expr> parts;
    for (const Expr term : it->second[v]) {
      Trace part(s_, arena_.make(Op::Deriv, {term, v}));
      carry_out(part);
      parts.push_back(part.line);
    }
    t.step("derivative-of-sum", t.line, arena_.sum(parts),
           fmt::format("The derivative of a sum is the sum of the derivatives; {} of the {} terms depend on `{}`.",
                       parts.size(), arena_.count(u.value), arena_.name(v)));
    t.mark_key();
    t.simplify();
    t.mark_key();
  }

  // The first time a function of the table is met, its derivative is derived from its definition.
  void by_definition(Trace& t, Expr value, Expr v) {
    if (!arena_.is(value, Op::Call) || arena_.count(value) != 1 || arena_.child(value, 0) != v) return;
    const Function* f = s_.engine.catalogue.functions.find(arena_.name(value), 1);
    if (f == nullptr || !f->definition || f->derivative.size() != 1 || !shown_.insert(f->name).second) return;
    Trace attempt(s_, arena_.make(Op::Deriv, {value, v}));
    attempt.step("definition-of-" + f->name, value, substitute(arena_, *f->definition, {{f->parameters[0], v}}),
                 "What " + f->name + " means.");
    attempt.differentiate();
    attempt.simplify();
    attempt.mark_key();
    attempt.find_sigmoids();
    attempt.mark_key();
    const Expr known = substitute(arena_, f->derivative[0], {{f->parameters[0], v}});
    if (!s_.rewriter.forms().equal(attempt.line, known)) {
      const ZeroTest same =
          zero_test(arena_, s_.engine.catalogue.functions, &s_.model, s_.facts, arena_.sub(attempt.line, known));
      if (same.answer != ZeroTest::Answer::zero) return;
      attempt.step("derivative-of-" + f->name, attempt.line, known, fmt::format("The same, by {} itself.", f->name),
                   "both sides have the same normal form");
      attempt.mark_key();
    }
    t.steps.insert(t.steps.end(), attempt.steps.begin(), attempt.steps.end());
    t.line = attempt.line;
  }

  void derive_one(Expr v) {
    const std::vector<const Definition*> users = relevant_users(v);
    const Expr start = arena_.make(Op::Deriv, {of_, v});
    if (users.size() == 1 && users[0]->symbol == of_) {
      Trace t(s_, start);
      local(t, *users[0], v);
      results_[start] = t.line;
      return finish(plain(start), t);
    }
    // The factors of the chain rule: the adjoint of each user, and its derivative by v.
    struct Part {
      Expr adjoint, slope, value;
      bool named;
    };
    std::vector<Part> parts;
    std::vector<Expr> terms;
    const auto dependents = between(users, v);
    for (const Definition* u : users) {
      const Expr slope = arena_.make(Op::Deriv, {u->symbol, v});
      // Whether u uses v through another name as well as by itself.
      const auto& names = names_.at(u);
      const bool ambiguous =
          std::any_of(names.begin(), names.end(), [&](Expr name) { return dependents.contains(name); });
      Trace t(s_, slope);
      local(t, *u, v);
      const Expr value = t.line;
      if (!ambiguous && u->symbol != of_ && !results_.contains(slope)) {
        results_[slope] = value;
        finish(plain(slope), t);
      }
      const Expr adjoint = u->symbol == of_ ? arena_.number(1) : arena_.make(Op::Deriv, {of_, u->symbol});
      const bool named = !ambiguous && u->symbol != of_;
      parts.push_back({adjoint, slope, value, named});
      const Expr factor = named ? slope : value;
      terms.push_back(u->symbol == of_ ? value : arena_.mul(adjoint, factor));
    }
    Trace t(s_, start);
    t.step("chain-rule", start, arena_.sum(terms), chain_sentence(users, v));
    t.mark_key();
    std::vector<std::pair<Expr, Expr>> known;
    for (const Part& p : parts) {
      const auto adjoint = results_.find(p.adjoint);
      if (adjoint != results_.end() && s_.rewriter.cost("default", adjoint->second) <= longest_inserted)
        known.emplace_back(p.adjoint, adjoint->second);
      if (p.named) known.emplace_back(p.slope, p.value);
    }
    insert_known(t, known);
    t.mark_key();
    t.simplify();
    t.use_names();
    t.mark_key();
    results_[start] = t.line;
    finish(plain(start), t);
  }

  std::vector<const Definition*> relevant_users(Expr v) {
    std::vector<const Definition*> users = users_[v];
    std::reverse(users.begin(), users.end());
    return users;
  }

  void insert_known(Trace& t, const std::vector<std::pair<Expr, Expr>>& known) {
    if (arena_.is(t.line, Op::Add) && arena_.count(t.line) > most_terms_shown) {
      const ExprMap<Expr> map(known.begin(), known.end());
      std::vector<Expr> terms;
      for (const Expr term : arena_.children_copy(t.line)) {
        Trace part(s_, substitute(arena_, term, map));
        part.simplify();
        terms.push_back(part.line);
      }
      return t.step("insert-derivative", t.line, arena_.sum(terms),
                    fmt::format("{} derivatives as derived, in {} terms, each simplified.", map.size(), terms.size()));
    }
    for (const auto& [derivative, value] : known)
      t.step("insert-derivative", derivative, value, fmt::format("As derived for {}.", print(arena_, derivative)));
  }

  std::string chain_sentence(const std::vector<const Definition*>& users, Expr v) const {
    std::string names;
    for (const Definition* u : users) names += (names.empty() ? "`" : ", `") + u->name + "`";
    return fmt::format("The chain rule: `{}` acts on `{}` through {}.", arena_.name(v), arena_.name(of_), names);
  }

  Session& s_;
  Arena& arena_;
  Expr of_;
  ExprMap<std::vector<const Definition*>> users_;
  std::map<const Definition*, std::unordered_set<Expr, ExprHash>> names_;  // that it uses
  std::map<const Definition*, ExprMap<std::vector<Expr>>> terms_;          // of a long sum, by the names in them
  std::vector<Expr> order_;
  std::unordered_set<Expr, ExprHash> needed_;
  ExprMap<Expr> results_;
  std::set<std::string> shown_;
  std::vector<Derivation> out_;
};

}  // namespace

std::vector<Derivation> chain_derivations(Session& session, Expr of, const std::vector<Expr>& wrt) {
  return Chain(session, of).run(wrt);
}

}  // namespace gradus

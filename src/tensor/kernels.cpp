// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/kernels.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_set>

#include "accuracy/choose.h"
#include "gradus/expr/tensor_function.h"

namespace gradus::tensor {
namespace {

using Names = std::unordered_set<Expr, ExprHash>;

bool is_elementwise_node(const Arena& arena, Expr n) {
  return !(arena.is(n, Op::MatMul) || arena.is(n, Op::Entry) || binds_index(arena.op(n)) || arena.is(n, Op::Deriv) ||
           tensor_call(arena, n) != nullptr || is_delta(arena, n));
}

class Kernels {
 public:
  Kernels(Engine& engine, const Model& model, Entries& entries, std::vector<Assigned>& assignments, std::size_t forward,
          const std::vector<Expr>& results, const AccuracyOptions& options, AccuracyReport* report)
      : engine_(engine),
        arena_(engine.arena),
        model_(model),
        entries_(entries),
        all_(assignments),
        forward_(forward),
        options_(options),
        report_(report),
        group_(assignments.size()) {
    for (std::size_t k = 0; k < all_.size(); ++k) at_[all_[k].name] = k;
    std::iota(group_.begin(), group_.end(), 0);
    wanted_.insert(results.begin(), results.end());
  }

  void run() {
    for (std::size_t k = 0; k < all_.size(); ++k) {
      for (const Expr used : symbols(arena_, all_[k].value)) {
        if (is_within(k, used)) {
          group_[root(k)] = root(at_.at(used));
        } else {
          wanted_.insert(used);
        }
      }
    }
    std::map<std::size_t, std::vector<std::size_t>> groups;
    for (std::size_t k = 0; k < all_.size(); ++k) {
      if (is_kernel(k) || is_table(k)) groups[root(k)].push_back(k);
    }
    for (const auto& [first, members] : groups) choose(members);
  }

 private:
  bool is_kernel(std::size_t k) const { return !all_[k].indices && is_elementwise(arena_, all_[k].value); }
  // Entry by entry, from entries at other places: a group of its own.
  bool is_table(std::size_t k) const { return !all_[k].indices && arena_.is(all_[k].value, Op::Table); }
  // Whether assignment `k` has the entry of `used` at its own place, from an assignment of the same kind. What may be
  // taken as given does not count.
  bool is_within(std::size_t k, Expr used) {
    const auto it = at_.find(used);
    if (it == at_.end() || !is_kernel(k) || !is_kernel(it->second)) return false;
    if (accuracy::is_read_once(arena_, all_[it->second].value)) return false;
    return entries_.shape(used) == entries_.shape(all_[k].name) && !is_transposed(all_[k].value, used);
  }
  bool is_transposed(Expr value, Expr name) const {
    const auto nodes = reachable(arena_, value);
    return std::ranges::any_of(nodes,
                               [&](Expr n) { return arena_.is(n, Op::Transpose) && arena_.child(n, 0) == name; });
  }
  std::size_t root(std::size_t k) {
    while (group_[k] != k) k = group_[k] = group_[group_[k]];
    return k;
  }

  // A transposed name is a name of its own; so are entries, and sums, in what is given entry by entry.
  Expr closed(Expr value) {
    const bool table = arena_.is(value, Op::Table);
    while (arena_.is(value, Op::Table)) value = arena_.child(value, 2);
    ExprMap<Expr> atoms;
    std::vector<Expr> open{value};
    Names seen;
    while (!open.empty()) {
      const Expr node = open.back();
      open.pop_back();
      if (!seen.insert(node).second) continue;
      if (arena_.is(node, Op::Transpose) || (table && !is_elementwise_node(arena_, node))) {
        const Expr atom = arena_.symbol(print(arena_, node));
        atoms[node] = atom;
        opened_[atom] = node;
        continue;
      }
      for (const Expr c : arena_.children(node)) open.push_back(c);
    }
    return substitute(arena_, value, atoms);
  }

  // With the tables around it that `like` has.
  Expr in_tables(Expr value, Expr like) {
    if (!arena_.is(like, Op::Table)) return value;
    const Expr index = arena_.child(like, 0), dimension = arena_.child(like, 1);
    return arena_.make(Op::Table, {index, dimension, in_tables(value, arena_.child(like, 2))});
  }

  void choose(const std::vector<std::size_t>& members) {
    std::vector<Statement> forward, backward;
    for (const std::size_t k : members)
      (k < forward_ ? forward : backward).push_back({all_[k].name, closed(all_[k].value)});
    if (forward.empty()) {
      forward.push_back(backward.front());
      backward.erase(backward.begin());
    }
    ExprMap<Expr> canonical, own;
    const std::string key = key_of(forward, backward, canonical, own);
    auto known = chosen_.find(key);
    if (known == chosen_.end()) {
      Chosen found;
      for (const Expr v : measured(forward, backward, found.report)) found.values.push_back(renamed(v, canonical));
      rename(found.report, canonical);
      known = chosen_.emplace(key, std::move(found)).first;
    }
    add_to_report(known->second.report, own);
    std::size_t next = 0;
    for (const auto* statements : {&forward, &backward}) {
      for (const Statement& s : *statements) {
        const Expr value = renamed(known->second.values[next++], own);
        Expr& assigned = all_[at_.at(s.name)].value;
        assigned = in_tables(substitute(arena_, value, opened_), assigned);
      }
    }
  }

  Expr renamed(Expr e, const ExprMap<Expr>& names) { return substitute(arena_, e, names); }
  void rename(AccuracyReport& report, const ExprMap<Expr>& names) {
    for (auto* all : {&report.statements, &report.results}) {
      for (Measured& m : *all) {
        m.name = renamed(m.name, names);
        m.meaning = renamed(m.meaning, names);
        for (Trial& t : m.trials) {
          t.form = renamed(t.form, names);
          for (auto& [variable, value] : t.worst_point) variable = renamed(variable, names);
        }
      }
    }
  }
  // What was measured once holds for each group of the kind.
  void add_to_report(AccuracyReport found, const ExprMap<Expr>& own) {
    if (report_ == nullptr) return;
    rename(found, own);
    report_->statements.insert(report_->statements.end(), found.statements.begin(), found.statements.end());
    report_->results.insert(report_->results.end(), found.results.begin(), found.results.end());
  }

  // The same for groups that differ in their names alone.
  std::string key_of(const std::vector<Statement>& forward, const std::vector<Statement>& backward,
                     ExprMap<Expr>& canonical, ExprMap<Expr>& own) {
    const auto add = [&](Expr name) {
      if (canonical.contains(name)) return;
      const Expr symbol = arena_.symbol("name " + std::to_string(canonical.size()));
      canonical[name] = symbol;
      own[symbol] = name;
    };
    std::string key;
    for (const auto* statements : {&forward, &backward}) {
      for (const Statement& s : *statements) {
        for (const Expr name : symbols(arena_, s.value)) add(name);
        add(s.name);
        key += wanted_.contains(s.name) ? "\n! " : "\n";
        key += print(arena_, substitute(arena_, s.value, canonical));
      }
      key += "\n";
    }
    for (const Assumption& a : assumptions(own))
      key += "\n" + print(arena_, substitute(arena_, a.condition, canonical));
    return key;
  }

  std::vector<Assumption> assumptions(const ExprMap<Expr>& own) const {
    std::vector<Assumption> out;
    Names names;
    for (const auto& [symbol, name] : own) names.insert(name);
    for (const Assumption& a : model_.assumptions) {
      const std::vector<Expr> about = symbols(arena_, a.condition);
      const bool here = std::ranges::all_of(about, [&](Expr s) { return names.contains(s) && !at_.contains(s); });
      if (here && is_elementwise(arena_, a.condition)) out.push_back(a);
    }
    return out;
  }

  // The values of all statements, in order.
  std::vector<Expr> measured(const std::vector<Statement>& forward, const std::vector<Statement>& backward,
                             AccuracyReport& report) {
    Model scalar;
    scalar.functions = model_.functions;
    ExprMap<Expr> names;  // of the group and around it
    Names defined;
    const auto given = [&](Expr name) {
      if (defined.contains(name) || !names.emplace(name, name).second) return;
      scalar.inputs.push_back(name);
      if (std::ranges::find(model_.dims, name) != model_.dims.end())
        scalar.assumptions.push_back({arena_.make(Op::Gt, {name, arena_.number(0)}), {}});
    };
    for (const auto* statements : {&forward, &backward}) {
      for (const Statement& s : *statements) {
        for (const Expr used : symbols(arena_, s.value)) given(used);
        defined.insert(s.name);
      }
    }
    for (const Assumption& a : assumptions(names)) scalar.assumptions.push_back(a);
    for (const Expr e : scalar.inputs) scalar.introduced.emplace(arena_.name(e), Place{});
    std::vector<Expr> out(forward.size());
    for (std::size_t k = 0; k < forward.size(); ++k) {
      const bool last = k + 1 == forward.size();
      if (!last && !wanted_.contains(forward[k].name)) continue;  // known from one that needs it
      GradientProgram program;
      program.cost = forward[k].name;
      if (last) {
        program.backward = backward;
        for (const Statement& b : backward) program.gradient.emplace_back(b.name, b.name);
      }
      const std::vector<std::size_t> used = needed(forward, k, program.backward);
      Model model = scalar;
      for (const std::size_t u : used) {
        const Statement& s = forward[u];
        program.forward.push_back(s);
        model.definition_index.emplace(arena_.name(s.name), model.definitions.size());
        model.definitions.push_back({arena_.name(s.name), s.name, s.value, {}});
        model.introduced.emplace(arena_.name(s.name), Place{});
      }
      program = accurate_program(engine_, model, program, options_, &report);
      for (std::size_t u = 0; u < used.size(); ++u) {
        if (used[u] == k || !wanted_.contains(forward[used[u]].name)) out[used[u]] = program.forward[u].value;
      }
      for (const Statement& b : program.backward) out.push_back(b.value);
    }
    for (std::size_t k = 0; k < forward.size(); ++k) {
      if (out[k] == Expr{}) out[k] = forward[k].value;
    }
    return out;
  }

  // The first statements that statement `k` and what follows need, and itself.
  std::vector<std::size_t> needed(const std::vector<Statement>& forward, std::size_t k,
                                  const std::vector<Statement>& behind) const {
    Names names{forward[k].name};
    for (const Statement& b : behind) {
      for (const Expr e : symbols(arena_, b.value)) names.insert(e);
    }
    std::vector<std::size_t> out;
    for (std::size_t n = k + 1; n-- > 0;) {
      if (!names.contains(forward[n].name)) continue;
      for (const Expr e : symbols(arena_, forward[n].value)) names.insert(e);
      out.push_back(n);
    }
    std::ranges::reverse(out);
    return out;
  }

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  Entries& entries_;
  std::vector<Assigned>& all_;
  std::size_t forward_;
  const AccuracyOptions& options_;
  AccuracyReport* report_;
  std::vector<std::size_t> group_;  // union-find
  ExprMap<std::size_t> at_;
  Names wanted_;          // outside of their group
  ExprMap<Expr> opened_;  // what names of our own stand for
  struct Chosen {
    std::vector<Expr> values;  // of all statements, in order
    AccuracyReport report;
  };
  std::map<std::string, Chosen> chosen_;
};

}  // namespace

bool is_elementwise(const Arena& arena, Expr value) {
  const auto nodes = reachable(arena, value);
  return std::ranges::all_of(nodes, [&](Expr n) { return is_elementwise_node(arena, n); });
}

void choose_kernels(Engine& engine, const Model& model, Entries& entries, std::vector<Assigned>& assignments,
                    std::size_t forward, const std::vector<Expr>& results, const AccuracyOptions& options,
                    AccuracyReport* report) {
  Kernels(engine, model, entries, assignments, forward, results, options, report).run();
}

}  // namespace gradus::tensor

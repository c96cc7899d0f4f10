// SPDX-License-Identifier: GPL-2.0-or-later
// What only shows when all rule files have been read.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "gradus/rule/rewrite.h"
#include "rule/read_entries.h"

namespace gradus::rules {
namespace {

template <class Map>
std::vector<std::string> keys(const Map& map) {
  std::vector<std::string> out;
  for (const auto& [key, value] : map) out.push_back(key);
  return out;
}

class Linter {
 public:
  Linter(const Arena& arena, const Catalogue& catalogue) : arena_(arena), catalogue_(catalogue) {}

  void run(const std::map<std::string, Place>& group_places) {
    twins();
    for (const auto& [name, strategy] : catalogue_.strategies) names(strategy);
    for (const auto& [name, strategy] : catalogue_.strategies) {
      std::vector<std::string> path;
      cycle(name, strategy.place, path);
    }
    for (const auto& [name, place] : group_places) {
      if (!catalogue_.groups.contains(name)) throw Error(place, fmt::format("the group `{}` has no rules", name));
    }
    for (const Rule& rule : catalogue_.rules) {
      if (used_rules_.contains(rule.name) || used_groups_.contains(rule.group)) continue;
      throw Error(rule.place, fmt::format("no strategy names the rule `{}` or its group `{}`", rule.name, rule.group));
    }
  }

 private:
  // Every name exists; recursion is as deep as one text, which is limited.
  void names(const Strategy& s) {
    using Kind = Strategy::Kind;
    const auto missing = [&](std::string_view kind, const std::vector<std::string>& there) {
      return Error(s.place, fmt::format("there is no {} `{}`", kind, s.name), did_you_mean(s.name, there));
    };
    if (s.kind == Kind::rule) {
      const std::vector<std::string>& builtin = builtin_rules();
      if (!catalogue_.rule_index.contains(s.name) &&
          std::find(builtin.begin(), builtin.end(), s.name) == builtin.end()) {
        std::vector<std::string> there = keys(catalogue_.rule_index);
        there.insert(there.end(), builtin.begin(), builtin.end());
        throw missing("rule", there);
      }
      used_rules_.insert(s.name);
    } else if (s.kind == Kind::group) {
      if (!catalogue_.groups.contains(s.name)) throw missing("group", keys(catalogue_.groups));
      used_groups_.insert(s.name);
    } else if (s.kind == Kind::named) {
      if (!catalogue_.strategies.contains(s.name)) throw missing("strategy", keys(catalogue_.strategies));
    } else if (s.kind == Kind::best_by) {
      if (!catalogue_.costs.contains(s.name)) throw missing("cost", keys(catalogue_.costs));
    }
    for (const Strategy& child : s.children) names(child);
  }

  static void callees(const Strategy& s, std::vector<std::pair<std::string, Place>>& out) {
    if (s.kind == Strategy::Kind::named) out.emplace_back(s.name, s.place);
    for (const Strategy& child : s.children) callees(child, out);
  }

  void cycle(const std::string& name, const Place& place, std::vector<std::string>& path) {
    if (done_.contains(name)) return;
    const auto seen = std::find(path.begin(), path.end(), name);
    if (seen != path.end()) {
      std::string way = fmt::format("{}", fmt::join(seen, path.end(), " -> "));
      throw Error(place, fmt::format("the strategy `{}` leads back to itself: {} -> {}", name, way, name));
    }
    path.push_back(name);
    std::vector<std::pair<std::string, Place>> out;
    callees(catalogue_.strategies.at(name), out);
    for (const auto& [callee, at] : out) cycle(callee, at, path);
    path.pop_back();
    done_.insert(name);
  }

  // The shape of an expression with its variables numbered in the order of their appearance.
  void shape(Expr root, std::map<std::string, std::size_t>& numbers, std::string& out) const {
    std::vector<Expr> stack{root};
    while (!stack.empty()) {
      const Expr e = stack.back();
      stack.pop_back();
      const Op op = arena_.op(e);
      out += fmt::format("{}/{}", static_cast<int>(op), arena_.count(e));
      if (op == Op::Number) {
        out += fmt::format(":{}", e.id);  // equal numbers are one node
      } else if (op == Op::Symbol || op == Op::Rest || op == Op::Call || op == Op::Constant) {
        const std::string& name = arena_.name(e);
        const std::string stem = name.substr(0, name.find('\''));
        const bool fixed = name == "_" || op == Op::Constant ||
                           (op == Op::Call && catalogue_.functions.has_name(stem)) ||
                           (op == Op::Call && (name == "free" || name == "integer" || name == "number"));
        out += fixed ? ":" + name
                     : fmt::format(":${}{}", numbers.try_emplace(stem, numbers.size()).first->second,
                                   name.substr(stem.size()));
      }
      out += ' ';
      for (std::size_t k = arena_.count(e); k-- > 0;) stack.push_back(arena_.child(e, k));
    }
  }

  void twins() const {
    std::map<std::string, const Rule*> seen;
    for (const Rule& rule : catalogue_.rules) {
      std::map<std::string, std::size_t> numbers;
      std::string key;
      shape(rule.from, numbers, key);
      key += "-> ";
      shape(rule.to, numbers, key);
      std::set<std::string> conditions;
      for (const Expr c : rule.conditions) {
        std::string text;
        shape(c, numbers, text);
        conditions.insert(text);
      }
      key += fmt::format("if {} where", fmt::join(conditions, ", "));
      std::map<std::size_t, VarType> types;
      for (const auto& [name, type] : rule.variables) types[numbers.at(name)] = type;
      for (const auto& [number, type] : types) key += fmt::format(" {}", static_cast<int>(type));
      const auto [it, fresh] = seen.emplace(std::move(key), &rule);
      if (!fresh) {
        throw Error(rule.place,
                    fmt::format("the rule `{}` says the same as the rule `{}`", rule.name, it->second->name));
      }
    }
  }

  const Arena& arena_;
  const Catalogue& catalogue_;
  std::set<std::string> used_rules_, used_groups_, done_;
};

}  // namespace

void lint_catalogue(const Arena& arena, const Catalogue& catalogue, const std::map<std::string, Place>& group_places) {
  Linter(arena, catalogue).run(group_places);
}

namespace {

// Follows one of the forms of each function.
void lint_forms(const Arena& arena, const FunctionTable& functions, std::optional<Expr> Function::*form,
                std::string_view what) {
  // 0: not seen, 1: on the path, 2: done. The path is at most as long as the table.
  std::map<const Function*, int> state;
  struct Frame {
    const Function* f;
    std::vector<const Function*> uses;
    std::size_t next = 0;
  };
  const auto uses = [&](const Function* f) {
    std::vector<const Function*> out;
    if (!(f->*form)) return out;
    for (const Expr e : reachable(arena, *(f->*form))) {
      if (!arena.is(e, Op::Call)) continue;
      if (const Function* g = functions.find(arena.name(e), arena.count(e))) out.push_back(g);
    }
    return out;
  };
  for (const Function& root : functions.all()) {
    if (state[&root] != 0) continue;
    std::vector<Frame> path;
    path.push_back({&root, uses(&root)});
    state[&root] = 1;
    while (!path.empty()) {
      Frame& top = path.back();
      if (top.next == top.uses.size()) {
        state[top.f] = 2;
        path.pop_back();
        continue;
      }
      const Function* g = top.uses[top.next++];
      if (state[g] == 1) throw Error(g->place, fmt::format("the {} of `{}` leads back to itself", what, g->name));
      if (state[g] == 2) continue;
      state[g] = 1;
      path.push_back({g, uses(g)});
    }
  }
}

}  // namespace

void lint_definitions(const Arena& arena, const FunctionTable& functions) {
  lint_forms(arena, functions, &Function::definition, "definition");
  lint_forms(arena, functions, &Function::computed, "computed form");
}

}  // namespace gradus::rules

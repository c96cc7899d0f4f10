// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/judge.h"

#include <algorithm>
#include <functional>
#include <set>

#include "gradus/derive/derivation.h"
#include "gradus/expr/shape.h"

namespace gradus::document {
namespace {

constexpr std::size_t most_nodes_of_condition = 12;
constexpr std::size_t effort_of_a_link = 300'000;  // steps of looking for points
constexpr std::size_t least_effort = 1'000;        // of any link
constexpr std::size_t effort_of_a_node = 10;       // of an expression that is made on the way

class Claims {
 public:
  Claims(Engine& engine, const Model& model, KnownVerdicts& known, Mends mends)
      : engine_(engine), arena_(engine.arena), model_(model), known_(known), mends_(mends) {}

  std::vector<LinkVerdict> judged() {
    assume_values();
    std::vector<LinkVerdict> out;
    for (const Claim& c : model_.claims) out.push_back(judged(c));
    return out;
  }

 private:
  LinkVerdict judged(const Claim& claim) {
    LinkVerdict v;
    v.left = claim.sides[0];
    v.right = claim.sides[1];
    v.verdict = Verdict::undecided;
    try {
      Model part = part_for(claim);
      const std::vector<std::uint64_t> key = key_of(part);
      if (const auto at = known_.found.find(key); at != known_.found.end()) return at->second;
      const std::size_t most = std::min(effort_of_a_link, known_.effort);
      if (most < least_effort) {
        v.reason = "the document is over its budget";
        return v;
      }
      resolve_definitions(part);
      std::size_t effort = most;
      const std::size_t nodes = arena_.size();
      Engine limited = engine_;
      limited.effort = &effort;
      const std::vector<LinkVerdict> found = check(limited, part, mends_);
      if (!found.empty()) v = found[0];
      if (v.verdict == Verdict::undecided && effort < effort_of_a_link / 100)
        v.reason += "; the link is over its budget";
      const std::size_t used = least_effort + (most - effort) + effort_of_a_node * (arena_.size() - nodes);
      known_.effort -= std::min(known_.effort, used);
      known_.found.emplace(key, v);
    } catch (const Error& e) {
      v.reason = e.message;
    } catch (const LimitError& e) {
      v.reason = e.what();
    } catch (const ShapeError& e) {
      v.reason = e.what();
    }
    return v;
  }

  // Equal for models with equal claims.
  std::vector<std::uint64_t> key_of(const Model& part) {
    std::vector<std::uint64_t> out;
    const auto add = [&](Expr e) { out.push_back(e.id); };
    const auto end = [&] { out.push_back(~std::uint64_t{0}); };
    for (const Expr side : part.claims[0].sides) add(side);
    for (const auto* list : {&part.inputs, &part.dims}) {
      end();
      for (const Expr s : *list) add(s);
    }
    end();
    for (const Definition& d : part.definitions) {
      add(d.symbol);
      add(d.value);
    }
    end();
    for (const Assumption& a : part.assumptions) add(a.condition);
    end();
    for (const ModelFunction& f : part.functions) {
      add(arena_.symbol(f.name));
      for (const Expr p : f.parameters) add(p);
      if (f.body) add(*f.body);
      end();
      if (f.derivative) add(*f.derivative);
    }
    end();
    for (const auto& [name, shape] : part.shapes) {
      add(arena_.symbol(name));
      for (const Expr d : shape) add(d);
    }
    return out;
  }

  // The model with nothing in it but what the claim depends on, and what is assumed of that.
  Model part_for(const Claim& claim) {
    std::set<std::string> names;
    std::vector<Expr> open(claim.sides);
    const auto reach = [&] {
      while (!open.empty()) {
        const Expr e = open.back();
        open.pop_back();
        for (const Expr part : reachable(arena_, e)) {
          if (!arena_.is(part, Op::Symbol) && !arena_.is(part, Op::Call)) continue;
          std::string name = arena_.name(part);
          if (arena_.is(part, Op::Call)) name = name.substr(0, name.find('\''));
          if (!names.insert(name).second) continue;
          if (const Definition* d = model_.definition(name)) open.push_back(d->value);
          if (const ModelFunction* f = model_.function(name)) {
            if (f->body) open.push_back(*f->body);
            if (f->derivative) open.push_back(*f->derivative);
          }
          if (const auto shape = model_.shapes.find(name); shape != model_.shapes.end())
            open.insert(open.end(), shape->second.begin(), shape->second.end());
        }
      }
    };
    reach();
    // What a logarithm needs is assumed where it stands in the claim, in a claim beside it, or in what these are made
    // of.
    std::vector<Assumption> assumptions = model_.assumptions;
    for (const Needed& n : needed_) {
      if (n.definition.empty() || names.contains(n.definition)) assumptions.push_back({n.condition, {}});
    }
    std::vector<bool> taken(assumptions.size(), false);
    for (bool grown = true; grown;) {
      grown = false;
      for (std::size_t k = 0; k < taken.size(); ++k) {
        if (taken[k]) continue;
        auto of = symbols(arena_, assumptions[k].condition);
        // A letter that is bound in both joins nothing.
        std::erase_if(of, [&](Expr s) { return arena_.name(s).starts_with("index "); });
        const bool shared = std::ranges::any_of(of, [&](Expr s) {
          return names.contains(arena_.name(s)) &&
                 (of.size() == 1 || std::ranges::find(model_.dims, s) == model_.dims.end());
        });
        if (!shared) continue;
        taken[k] = grown = true;
        open.push_back(assumptions[k].condition);
        reach();
      }
    }
    Model out = model_;
    const auto unused = [&](Expr s) { return !names.contains(arena_.name(s)); };
    std::erase_if(out.inputs, unused);
    std::erase_if(out.dims, unused);
    std::erase_if(out.definitions, [&](const Definition& d) { return unused(d.symbol); });
    std::erase_if(out.shapes, [&](const auto& s) { return !names.contains(s.first); });
    std::erase_if(out.functions, [&](const ModelFunction& f) { return !names.contains(f.name); });
    out.definition_index.clear();
    for (std::size_t k = 0; k < out.definitions.size(); ++k) out.definition_index[out.definitions[k].name] = k;
    out.assumptions.clear();
    for (std::size_t k = 0; k < taken.size(); ++k) {
      if (taken[k]) out.assumptions.push_back(assumptions[k]);
    }
    out.claims = {claim};
    return out;
  }

  // A logarithm is taken where it has a value: what stands in it is positive, where that is a condition on what is
  // given.
  void assume_values() {
    std::set<std::pair<std::string, Expr>> done;
    const auto given = [&](Expr e, const std::vector<std::pair<Expr, Expr>>& bound) {
      const auto names = symbols(arena_, e);
      bool any = false;
      for (const Expr s : names) {
        if (std::ranges::find(bound, s, &std::pair<Expr, Expr>::first) != bound.end()) continue;
        if (std::ranges::find(model_.dims, s) != model_.dims.end()) continue;
        any = any || std::ranges::find(model_.inputs, s) != model_.inputs.end();
      }
      return any;
    };
    std::vector<std::pair<Expr, Expr>> bound;
    const std::function<void(Expr)> visit = [&](Expr e) {
      if (binds_index(arena_.op(e))) {
        bound.emplace_back(arena_.child(e, 0), arena_.child(e, 1));
        visit(arena_.child(e, 2));
        bound.pop_back();
        return;
      }
      const bool logarithm = arena_.is(e, Op::Call) && (arena_.name(e) == "ln" || arena_.name(e) == "sqrt");
      const bool root =
          arena_.is(e, Op::Pow) && arena_.is_number(arena_.child(e, 1)) && !arena_.is_integer(arena_.child(e, 1));
      const Function* f =
          arena_.is(e, Op::Call) ? engine_.catalogue.functions.find(arena_.name(e), arena_.count(e)) : nullptr;
      std::vector<Expr> conditions;
      if (logarithm || root) {
        conditions.push_back(arena_.make(Op::Gt, {arena_.child(e, 0), arena_.number(0)}));
      } else if (f != nullptr && arena_.count(e) == 1) {
        for (const Expr c : f->domain)
          conditions.push_back(substitute(arena_, c, {{f->parameters[0], arena_.child(e, 0)}}));
      }
      if (!conditions.empty() && given(arena_.child(e, 0), bound) && simple(arena_.child(e, 0)) &&
          done.insert({of_, arena_.child(e, 0)}).second) {
        for (const Expr c : conditions) assume(c, bound);
      }
      for (const Expr c : arena_.children_copy(e)) visit(c);
    };
    for (const Claim& c : model_.claims) {
      for (const Expr side : c.sides) visit(side);
    }
    for (const Definition& d : model_.definitions) {
      of_ = d.name;
      visit(d.value);
    }
  }
  // A condition on what is given, for each value of the indices around it.
  void assume(Expr c, const std::vector<std::pair<Expr, Expr>>& bound) {
    for (std::size_t k = bound.size(); k-- > 0;) {
      if (contains(arena_, c, bound[k].first)) c = arena_.make(Op::Table, {bound[k].first, bound[k].second, c});
    }
    try {
      Shapes(arena_, model_.shapes).of(c);
      needed_.push_back({of_, c});
    } catch (const ShapeError&) {
    }
  }

  // Names, entries, numbers, and what is added to or multiplied with them.
  bool simple(Expr e) {
    const auto nodes = reachable(arena_, e);
    return nodes.size() < most_nodes_of_condition && std::ranges::all_of(nodes, [&](Expr n) {
             return arena_.is(n, Op::Symbol) || arena_.is(n, Op::Entry) || arena_.is(n, Op::Number) ||
                    arena_.is(n, Op::Add) || arena_.is(n, Op::Mul) || arena_.is(n, Op::Pow);
           });
  }

  // Derivatives in the definitions of scalars are carried out.
  void resolve_definitions(Model& part) {
    if (part.has_tensors()) return;
    for (Definition& d : part.definitions) {
      const auto nodes = reachable(arena_, d.value);
      if (std::ranges::any_of(nodes, [&](Expr e) { return arena_.is(e, Op::Deriv); }))
        d.value = resolve_derivatives(engine_, part, d.value);
    }
  }

  // A condition that what is given meets where something has a value: what a definition is made of, or a claim.
  struct Needed {
    std::string definition;
    Expr condition;
  };

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  KnownVerdicts& known_;
  Mends mends_;
  std::string of_;  // the definition that is looked at
  std::vector<Needed> needed_;
};

}  // namespace

std::vector<LinkVerdict> judge_claims(Engine& engine, const Model& model, KnownVerdicts& known, Mends mends) {
  return Claims(engine, model, known, mends).judged();
}

}  // namespace gradus::document

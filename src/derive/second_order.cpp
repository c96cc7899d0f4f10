// SPDX-License-Identifier: GPL-2.0-or-later
// Second derivatives: the adjoints become definitions of the model, and are differentiated like all others.
#include "gradus/derive/second_order.h"

#include <fmt/format.h>

#include <algorithm>

#include "derive/session.h"

namespace gradus {
namespace {

// A sum of more terms than this is not simplified as a whole.
constexpr std::size_t most_terms_simplified = 64;
// Adjoints with a factor in common that are looked at.
constexpr std::size_t most_compared = 64;

class Writer {
 public:
  Writer(Engine& engine, const Model& model, Expr cost, std::vector<Expr> wrt)
      : engine_(engine), arena_(engine.arena), extended_(model), cost_(cost), wrt_(std::move(wrt)) {}

  SecondOrder run(const std::vector<Derivation>& first) {
    for (const Definition& d : extended_.definitions) statements_.push_back({d.symbol, d.value});
    for (const Derivation& d : first) {
      if (d.of == cost_) adjoint_symbols_[d.start] = arena_.symbol(print(arena_, d.start));
    }
    for (const auto& [adjoint, symbol] : adjoint_symbols_) adjoints_[symbol] = adjoint;
    {
      Session session(engine_, extended_, false);
      share_factors(session, first);
    }
    Session session(engine_, extended_, false);
    for (const Statement& s : statements_) {
      if (s.name != cost_) out_.first.push_back({from_symbols(s.name), computed(session, s.value)});
    }
    hessian(session);
    tangents(session);
    return std::move(out_);
  }

 private:
  // --- adjoints as names ---

  // An adjoint that holds all factors of another one is written with its name: what is worked out for one is not
  // worked out again for the other.
  void share_factors(Session& session, const std::vector<Derivation>& first) {
    AcForms forms(arena_);
    struct Adjoint {
      Expr symbol, value;
      std::vector<Expr> factors, sorted;  // as written; their forms up to order
    };
    std::vector<Adjoint> adjoints;
    ExprMap<std::vector<std::size_t>> by_factor;  // the first one that is no number
    for (const Derivation& d : first) {
      if (d.of != cost_) continue;
      const Expr value = map_bottom_up(arena_, without_primes(session, d.result), [&](Arena&, Expr e) {
        const auto it = adjoint_symbols_.find(e);
        return it == adjoint_symbols_.end() ? e : it->second;
      });
      Adjoint a{adjoint_symbols_.at(d.start), value, {value}, {}};
      if (arena_.is(value, Op::Mul)) a.factors = arena_.children_copy(value);
      for (const Expr f : a.factors) a.sorted.push_back(forms.canonical(f));
      const auto key = std::ranges::find_if(a.sorted, [&](Expr f) { return !arena_.is_number(f); });
      if (a.sorted.size() > 1 && key != a.sorted.end()) by_factor[*key].push_back(adjoints.size());
      std::ranges::sort(a.sorted);
      adjoints.push_back(std::move(a));
    }
    for (std::size_t k = 0; k < adjoints.size(); ++k) {
      Adjoint& a = adjoints[k];
      const Adjoint* best = nullptr;
      for (const Expr f : a.sorted) {
        const auto found = by_factor.find(f);
        if (found == by_factor.end()) continue;
        const auto& others = found->second;
        for (std::size_t j = 0; j < std::min(others.size(), most_compared); ++j) {
          const Adjoint& b = adjoints[others[j]];
          const bool less = b.sorted.size() < a.sorted.size() || (b.sorted.size() == a.sorted.size() && others[j] < k);
          if (less && (best == nullptr || b.sorted.size() > best->sorted.size()) &&
              std::ranges::includes(a.sorted, b.sorted)) {
            best = &b;
          }
        }
      }
      if (best == nullptr) continue;
      std::vector<Expr> rest{best->symbol}, open = best->sorted;
      for (const Expr f : a.factors) {
        const auto it = std::ranges::find(open, forms.canonical(f));
        if (it == open.end()) {
          rest.push_back(f);
        } else {
          open.erase(it);
        }
      }
      a.value = arena_.product(rest);
    }
    // In an order in which each comes after those that it uses.
    ExprMap<Expr> open;
    for (const Adjoint& a : adjoints) open.emplace(a.symbol, a.value);
    for (const Adjoint& a : adjoints) {
      std::vector<Expr> stack{a.symbol};
      while (!stack.empty()) {
        const Expr top = stack.back();
        const auto it = open.find(top);
        if (it == open.end()) {
          stack.pop_back();
          continue;
        }
        const std::size_t before = stack.size();
        for (const Expr used : symbols(arena_, it->second)) {
          if (open.contains(used)) stack.push_back(used);
        }
        if (stack.size() > before) continue;
        define(top, it->second);
        open.erase(it);
        stack.pop_back();
      }
    }
  }

  void define(Expr symbol, Expr value) {
    extended_.definition_index[arena_.name(symbol)] = extended_.definitions.size();
    extended_.definitions.push_back({arena_.name(symbol), symbol, value, {}});
    statements_.push_back({symbol, value});
  }

  // The adjoint of `variable`, or nothing if the cost does not depend on it or is the variable.
  std::optional<Expr> adjoint_of(Expr variable) const {
    const auto it = adjoint_symbols_.find(arena_.make(Op::Deriv, {cost_, variable}));
    return it == adjoint_symbols_.end() ? std::nullopt : std::optional(it->second);
  }

  // As the program writes it: dL/dz for its symbol. The derivative of an adjoint by an adjoint gets a symbol.
  Expr from_symbols(Expr e) const {
    return map_bottom_up(arena_, e, [&](Arena& arena, Expr node) {
      if (const auto it = adjoints_.find(node); it != adjoints_.end()) return it->second;
      if (arena.is(node, Op::Deriv) && arena.is(arena.child(node, 1), Op::Deriv)) {
        return arena.symbol(
            fmt::format("d({})/d({})", print(arena, arena.child(node, 0)), print(arena, arena.child(node, 1))));
      }
      return node;
    });
  }

  // In the form that doubles compute well.
  Expr computed(Session& s, Expr value) const {
    value = without_primes(s, value);
    if (engine_.catalogue.strategies.contains("codegen")) value = s.rewriter.run("codegen", value);
    return from_symbols(value);
  }

  // --- the Hessian ---

  void hessian(Session& session) {
    for (std::size_t k = 0; k < wrt_.size(); ++k) {
      const std::vector<Expr> others(wrt_.begin() + static_cast<std::ptrdiff_t>(k), wrt_.end());
      const auto adjoint = adjoint_of(wrt_[k]);
      ExprMap<Expr> entries;
      if (adjoint) {
        for (const Derivation& d : chain_derivations(session, *adjoint, others)) {
          if (d.of != *adjoint) continue;
          const Expr value = computed(session, d.result);
          const bool number = arena_.is_number(value);
          if (!number) out_.second.push_back({from_symbols(d.start), value});
          entries[d.wrt] = number ? value : out_.second.back().name;
        }
      }
      for (const Expr other : others) {
        const auto entry = entries.find(other);
        out_.hessian.push_back({wrt_[k], other, entry == entries.end() ? arena_.number(0) : entry->second});
      }
    }
  }

  // --- tangents ---

  void tangents(Session& session) {
    for (const Expr variable : wrt_) {
      const Expr component = tangent_symbol(variable);
      out_.direction.emplace_back(variable, component);
      tangent_[variable] = component;
    }
    for (const Statement& s : statements_) {
      if (tangent_.contains(s.name)) continue;
      const Expr value = tangent(session, s.value);
      if (arena_.is_number(value, 0)) continue;
      tangent_[s.name] = tangent_symbol(s.name);
      out_.tangents.push_back({tangent_[s.name], computed(session, value)});
    }
    for (const Expr variable : wrt_) {
      const auto adjoint = adjoint_of(variable);
      const auto found = adjoint ? tangent_.find(*adjoint) : tangent_.end();
      out_.product.emplace_back(variable, found == tangent_.end() ? arena_.number(0) : found->second);
    }
  }

  // A name that the model does not have.
  Expr tangent_symbol(Expr name) const {
    const auto taken = [&](const std::string& text) {
      const auto is = [&](Expr e) { return arena_.name(e) == text; };
      return extended_.definition(text) != nullptr || std::ranges::any_of(extended_.inputs, is) ||
             std::ranges::any_of(extended_.params, is);
    };
    std::string text = arena_.name(name) + "_dot";
    while (taken(text)) text += '\'';
    return arena_.symbol(text);
  }

  // The sum over the names in `value` of the derivative by the name times its tangent.
  Expr tangent(Session& session, Expr value) {
    const std::vector<Expr> parts = arena_.is(value, Op::Add) ? arena_.children_copy(value) : std::vector{value};
    std::vector<Expr> terms;
    for (const Expr part : parts) {
      for (const Expr name : session.names_in(part)) {
        const auto rate = tangent_.find(name);
        if (rate == tangent_.end()) continue;
        Trace t(session, arena_.make(Op::Deriv, {part, name}));
        t.differentiate();
        t.simplify();
        t.run("sigmoids");
        t.use_names();
        if (!arena_.is_number(t.line, 0)) terms.push_back(arena_.mul(t.line, rate->second));
      }
    }
    Trace t(session, arena_.sum(terms));
    if (terms.size() <= most_terms_simplified) {
      t.simplify();
    } else {
      t.run("tidy");
    }
    return t.line;
  }

  Engine& engine_;
  Arena& arena_;
  Model extended_;  // with the adjoints as definitions
  Expr cost_;
  std::vector<Expr> wrt_;
  std::vector<Statement> statements_;  // definitions and adjoints, in order
  ExprMap<Expr> adjoint_symbols_, adjoints_, tangent_;
  SecondOrder out_;
};

}  // namespace

SecondOrder second_order(Engine& engine, const Model& model, const std::string& of,
                         const std::vector<std::string>& wrt) {
  DeriveRequest request;
  request.of = of;
  request.wrt = wrt;
  request.method = DeriveRequest::Method::chain;
  request.steps = false;
  Arena& arena = engine.arena;
  if (wrt.empty()) {
    for (const Expr p : model.params) request.wrt.push_back(arena.name(p));
  }
  const std::vector<Derivation> first = derive(engine, model, request);
  std::vector<Expr> variables;
  for (const std::string& name : request.wrt) variables.push_back(arena.symbol(name));
  Session session(engine, model, false);
  for (const Expr by : variables) {
    for (const Expr variable : variables) {
      if (!session.dependents(by).contains(variable)) continue;
      throw Error({}, fmt::format("there is no second derivative by `{}` and `{}`: `{}` depends on `{}`",
                                  arena.name(by), arena.name(variable), arena.name(variable), arena.name(by)));
    }
  }
  return Writer(engine, model, of.empty() ? model.definitions.back().symbol : arena.symbol(of), std::move(variables))
      .run(first);
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Ways to a cost of which only is known what it depends on: \partial L/\partial h is more than what comes by way of z
// where h also reaches a name o, and it is not said that L does not depend on o.
#include <fmt/format.h>

#include <algorithm>

#include "document/differentials.h"
#include "document/layers.h"
#include "document/meaning.h"
#include "document/nodes.h"
#include "document/reading.h"

namespace gradus::document {
namespace {

bool is_same(const StepName& a, const StepName& b) {
  return a.stem == b.stem && a.at.letter == b.at.letter && a.at.offset == b.at.offset;
}

// What derivatives or functions with a prime stand in is no step on the way to a cost.
bool stands_for_derivative(const Node& value) {
  bool found = false;
  walk(value, [&](const Node& n) {
    for (std::size_t k = 1; n.is(Node::Kind::product) && k < n.kids.size(); ++k)
      found = found || (n.ops[k] == "/" && is_d(n.kids[k]));
    found = found || n.primes > 0 || n.differential || n.is_symbol("\\nabla") || n.is_symbol("\\delta") ||
            (n.is(Node::Kind::fraction) && n.kids[1].is(Node::Kind::product) && is_d(n.kids[1].kids[0]));
    return !found;
  });
  return found;
}

}  // namespace

// A number that is called as costs are.
bool Meaning::is_cost(Expr symbol) {
  const std::string& name = arena_.name(symbol);
  return shape(symbol).empty() &&
         (is_cost_letter(name.substr(0, name.find_first_of("_^("))) || costs_.contains(plain(name)));
}

std::optional<std::string> Meaning::open_way(Expr left, Expr right, std::size_t end) {
  const std::vector<Expr> sides{left, right};
  for (const Expr n : reachable(arena_, sides)) {
    if (!arena_.is(n, Op::Deriv) || arena_.count(n) != 2) continue;
    const Expr of = arena_.child(n, 0), by = arena_.child(n, 1);
    const std::set<std::string> below = everything_in(of);
    const bool of_cost = arena_.is(of, Op::Symbol) && is_cost(of);
    const bool open = std::ranges::any_of(below, [&](const std::string& name) {
      const auto held = held_.find(name);
      const bool layer = of_cost && held != held_.end() && name.find('^') != std::string::npos;  // a^{L-1}
      return is_free(arena_.symbol(name)) && (layer || is_cost(arena_.symbol(name))) &&
             (held == held_.end() || !held->second.said);
    });
    // A term of w^L, or of all w, in a cost that is differentiated by w^l.
    const Definition* const d = of_cost ? model_.definition(arena_.name(of)) : nullptr;
    for (const Expr s : d == nullptr ? std::vector<Expr>{} : symbols(arena_, d->value)) {
      const auto own = step_name(arena_.name(by));
      const std::string& name = arena_.name(s);
      const bool parameter = own && std::ranges::none_of(layer_equations_, [&](const LayerEquation& e) {
                               return !e.set && e.name.is(Node::Kind::symbol) && e.name.text == own->stem;
                             });
      if (parameter && s != by && name.substr(0, name.find_first_of("_^")) == own->stem &&
          layer_of_name(own->at.letter) && !depends(s, by))
        return fmt::format("it is not said whether `{}` is one of all `{}`", plain(arena_.name(by)), plain(name));
    }
    if (!open) continue;
    if (auto why = open_way(of, by, below, end)) return why;
  }
  return std::nullopt;
}

// `below`: what `of` depends on by what is said.
std::optional<std::string> Meaning::open_way(Expr of, Expr by, const std::set<std::string>& below, std::size_t end) {
  const auto is_variable = [&](Expr x) {
    return std::ranges::any_of(held_, [&](const auto& h) {
      return below.contains(h.first) &&
             std::ranges::any_of(h.second.variables, [&](const Variable& v) { return v.name == x; });
    });
  };
  const auto cost = arena_.is(of, Op::Symbol) ? step_name(arena_.name(of)) : std::nullopt;
  const auto not_said = [&](const std::string& name) {
    return fmt::format("it is not said whether `{}` depends on `{}`",
                       plain(arena_.is(of, Op::Symbol) ? arena_.name(of) : print(arena_, of)), plain(name));
  };
  std::vector<Expr> open{by};
  std::set<std::string> seen{arena_.name(by)};
  const auto reach = [&](Expr x) {
    if (!is_variable(x) && seen.insert(arena_.name(x)).second) open.push_back(x);
  };
  while (!open.empty()) {
    const Expr x = open.back();
    open.pop_back();
    if (is_variable(x)) continue;  // all that comes by way of it is in its slope
    // Of the layer or the step after.
    const auto here = step_name(arena_.name(x));
    for (const LayerEquation& e : layer_equations_) {
      if (!here || e.set || e.name.begin > end || !e.name.is(Node::Kind::symbol) || stands_for_derivative(e.value) ||
          is_cost_letter(e.name.text) || name_of_adjoint(e.name))
        continue;
      const auto own = layer_of(e.name.above[0]);
      if (!own || own->letter != here->at.letter) continue;
      std::optional<long> shift;
      walk(e.value, [&](const Node& n) {
        if (!n.is(Node::Kind::symbol) || !at_layer(n) || (n.bold ? "*" : "") + n.text != here->stem) return true;
        const auto at = layer_of(n.above[0]);
        if (at && at->letter == own->letter) shift = here->at.offset - at->offset;
        return true;
      });
      if (!shift) continue;
      const StepName user{(e.name.bold ? "*" : "") + e.name.text, {own->letter, own->offset + *shift}};
      if (cost && cost->at.letter == own->letter && user.at.offset > cost->at.offset) continue;  // after the cost
      const auto known = std::ranges::find_if(below, [&](const std::string& name) {
        const auto step = step_name(name);
        return step && is_same(*step, user);
      });
      Node later = e.name;
      shift_layers(later, own->letter, {own->letter, *shift});
      if (known == below.end()) return not_said(label(later));
      reach(arena_.symbol(*known));
    }
    for (const Definition& d : model_.definitions) {
      const auto names = symbols(arena_, d.value);
      if (std::ranges::find(names, x) == names.end()) continue;
      if (below.contains(d.name)) {
        reach(d.symbol);
        continue;
      }
      if (d.symbol == of || held_.contains(d.name) || d.place.begin > end || is_cost(d.symbol)) continue;
      const auto nodes = reachable(arena_, d.value);
      const bool derivative = std::ranges::any_of(nodes, [&](Expr n) {
        return arena_.is(n, Op::Deriv) || (arena_.is(n, Op::Call) && arena_.name(n).ends_with('\''));
      });
      const std::string stem = d.name.substr(0, d.name.find_first_of("_^("));
      // Names of adjoints.
      const bool apart = derivative || stem == "\\delta" || (stem.size() > 1 && stem[0] == 'd');
      if (!apart) return not_said(d.name);
    }
  }
  return std::nullopt;
}

}  // namespace gradus::document

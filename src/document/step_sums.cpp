// SPDX-License-Identifier: GPL-2.0-or-later
// Costs that are sums over steps, L = \sum_t l(o_t), where the state of a step depends on the one before.
//
// L is what step t adds, and the rest, of which only matters what it depends on: names of later steps. So derivatives
// by names of step t are decided for every t that is not the last one. A parameter of all steps is one of each step by
// itself, and \partial L/\partial W is the sum of the derivatives by these. Sums over all steps are equal if their
// terms are, for every step; if these differ, nothing is decided.
#include "document/step_sums.h"

#include <fmt/format.h>

#include <algorithm>

#include "document/differentials.h"
#include "document/layers.h"
#include "document/meaning.h"
#include "document/nodes.h"

namespace gradus::document {
namespace {

const Node& inside(const Node& n) {
  return n.is(Node::Kind::group) && n.bare() && (n.text == "(" || n.text == "[" || n.text == "{}") && n.kids.size() == 1
             ? inside(n.kids[0])
             : n;
}

// The name of a layer or a step without its indices.
Node without_indices(const Node& name) {
  Node out = name;
  out.below.clear();
  return out;
}

}  // namespace

// \sum_{t=1}^T or \sum_t of names of the step t.
bool Meaning::is_over_steps(const Node& n) const {
  if (!n.is(Node::Kind::big) || n.text != "sum" || n.kids.empty() || n.below.size() != 1 || n.above.size() > 1)
    return false;
  const Node& item = n.below[0];
  const Node& letter = item.is(Node::Kind::relation) && item.kids.size() == 2 ? item.kids[0] : item;
  const bool from_one = !item.is(Node::Kind::relation) || (item.ops[0] == "=" && item.kids[1].is(Node::Kind::number) &&
                                                           item.kids[1].text == "1" && !n.above.empty());
  const bool whole = n.above.empty() || (n.above[0].is(Node::Kind::symbol) && n.above[0].bare());
  return from_one && whole && letter.is(Node::Kind::symbol) && letter.bare() && layers_.contains(letter.text) &&
         names_in(n.kids[0]).contains(letter.text);
}

bool Meaning::has_step_sum(const Node& n) const {
  bool found = false;
  walk(n, [&](const Node& part) {
    found = found || is_over_steps(part);
    return !found;
  });
  return found;
}

// A sum over steps, or a number times it.
bool Meaning::is_scaled_step_sum(const Node& given) const {
  const Node& n = inside(given);
  if (is_over_steps(n)) return true;
  const auto number = [](const Node& f) {
    return f.is(Node::Kind::number) ||
           (f.is(Node::Kind::fraction) && f.bare() && f.kids[0].is(Node::Kind::number) &&
            (f.kids[1].is(Node::Kind::number) || (f.kids[1].is(Node::Kind::symbol) && f.kids[1].bare())));
  };
  if (n.is(Node::Kind::sum)) return n.kids.size() == 1 && is_scaled_step_sum(n.kids[0]);
  return n.is(Node::Kind::product) && is_over_steps(inside(n.kids.back())) &&
         std::all_of(n.kids.begin(), n.kids.end() - 1, number) &&
         std::ranges::all_of(n.ops, [](const std::string& op) { return op.empty() || op == "cdot"; });
}

// Whether sums over steps are only added, and multiplied with what is none.
bool Meaning::is_linear_in_step_sums(const Node& given) const {
  const Node& n = inside(given);
  if (!has_step_sum(n)) return true;
  if (is_over_steps(n)) return !has_step_sum(n.kids[0]);
  const auto linear = [&](const Node& part) { return is_linear_in_step_sums(part); };
  if (n.is(Node::Kind::sum)) return std::ranges::all_of(n.kids, linear);
  if (n.is(Node::Kind::fraction)) return linear(n.kids[0]) && !has_step_sum(n.kids[1]);
  if (!n.is(Node::Kind::product)) return false;
  return std::ranges::count_if(n.kids, [&](const Node& f) { return has_step_sum(f); }) == 1 &&
         std::ranges::all_of(n.kids, linear) &&
         std::ranges::none_of(n.ops, [](const std::string& op) { return op == "/" || op == "div"; });
}

StepRange range_of_steps(const Node& sum) {
  const Node& item = sum.below[0];
  return {(item.is(Node::Kind::relation) ? item.kids[0] : item).text,
          sum.above.empty() ? std::string() : label(sum.above[0])};
}

// Stands before what is added over all steps.
Expr Meaning::sum_over(const StepRange& over) {
  const std::string key = fmt::format("the sum over {}{}", over.letter, over.last.empty() ? "" : " to " + over.last);
  if (const Named* known = find(key)) return known->symbol;
  const Expr out = introduce(key, Named{}, {}, {}).symbol;
  step_symbols_.insert(arena_.name(out));
  return out;
}

Value Meaning::over_steps(const Node& n) {
  if (!is_over_steps(n)) fail(n, "a sum over layers or steps");
  const StepRange over = range_of_steps(n);
  if (!steps_.each || *steps_.each != over || steps_.inside) fail(n, "a sum over layers or steps");
  steps_.inside = true;
  const Value term = value(n.kids[0]);
  steps_.inside = false;
  return multiply({sum_over(over), false}, term, "");
}

// What the sums over steps of a claim run over, if no name of a step stands outside of them. A claim of the step t - 1
// is read as the same one of the step t.
void Meaning::read_steps_of(Node& left, Node& right) {
  steps_ = {};
  if (step_sums_.empty()) return;
  std::set<std::string> letters;
  std::map<std::string, long> first;  // step by which is differentiated, by its letter
  const Node* sum = nullptr;
  const std::function<void(const Node&)> outside = [&](const Node& n) {
    if (is_over_steps(n)) {
      sum = &n;
      return;
    }
    if (n.is(Node::Kind::symbol)) letters.insert(n.text);
    for (const auto* part : {&n.kids, &n.below, &n.above}) {
      for (const Node& c : *part) outside(c);
    }
  };
  for (const Node* side : {&left, &right}) {
    outside(*side);
    walk(*side, [&](const Node& n) {
      const bool adjoint = n.is(Node::Kind::symbol) && (n.text == "\\delta" || n.differential);
      const bool quotient = n.is(Node::Kind::fraction) && n.kids[1].is(Node::Kind::product) && is_d(n.kids[1].kids[0]);
      if (!adjoint && !quotient) return true;
      const Node& by = adjoint ? n : n.kids[1].kids.back();
      if (!by.is(Node::Kind::symbol) || !at_layer(by)) return true;
      if (const auto at = layer_of(by.above[0])) first[at->letter] = std::min(first[at->letter], at->offset);
      return true;
    });
  }
  if (sum != nullptr) {
    if (!is_linear_in_step_sums(left) || !is_linear_in_step_sums(right)) return;
    const StepRange over = range_of_steps(*sum);
    if (!letters.contains(over.letter) && first[over.letter] == 0) steps_.each = over;
    return;
  }
  for (const auto& [letter, offset] : first) {
    if (offset == 0 || letter.empty()) continue;
    for (Node* side : {&left, &right}) shift_layers(*side, letter, {letter, -offset});
  }
}

// A number that stands for what a cost adds at the other steps than this one.
std::string Meaning::rest_of_steps(const std::string& cost, const std::string& letter) {
  const std::string key = fmt::format("the other steps of {}{}", cost, letter.empty() ? "" : " than " + letter);
  if (find(key) == nullptr) step_symbols_.insert(arena_.name(introduce(key, Named{}, {}, {}).symbol));
  return key;
}

// c*(l_t + rest) for c*\sum_t l_t, and with another letter for t.
Node Meaning::with_one_step(const Node& value_node, const std::string& letter, const std::string& rest) const {
  Node out = value_node;
  if (is_over_steps(value_node)) {
    Node term = group_of(value_node.kids[0]), others = number_at("", value_node);
    if (!letter.empty()) shift_layers(term, range_of_steps(value_node).letter, {letter, 0});
    others.kind = Node::Kind::symbol;
    others.text = rest;
    Node sum;
    sum.kind = Node::Kind::sum;
    sum.begin = value_node.begin;
    sum.end = value_node.end;
    sum.kids = {term, others};
    sum.ops = {"+", "+"};
    return group_of(sum);
  }
  for (Node& c : out.kids) c = with_one_step(c, letter, rest);
  return out;
}

// Of a cost that was just defined.
void Meaning::learn_step_sum(const Node& name, const Node& value_node) {
  const auto symbol = symbol_of(name);
  if (!symbol || !shape(*symbol).empty()) return;
  StepRange over;
  walk(value_node, [&](const Node& n) {
    if (is_over_steps(n)) over = range_of_steps(n);
    return over.letter.empty();
  });
  const Expr rest = find(rest_of_steps(label(name), ""))->symbol;
  step_sums_[arena_.name(*symbol)] = {over, value_node, {{over.letter, {*symbol, rest}}}};
}

// The cost, with what it is at the step of this letter by itself, and what stands for its other steps.
std::optional<std::pair<Expr, Expr>> Meaning::cost_at(const std::string& cost, const std::string& letter) {
  StepSum& sum = step_sums_.at(cost);
  if (const auto known = sum.at.find(letter); known != sum.at.end()) return known->second;
  const std::string rest = rest_of_steps(cost, letter);
  std::optional<std::pair<Expr, Expr>> out;
  aside([&] {
    const Value v = value(with_one_step(sum.value, letter, rest));
    if (!free_.empty() || !shape(v.e).empty()) return;
    Named n;
    n.role = Named::Role::definition;
    const Expr symbol = introduce(fmt::format("{} at {}", cost, letter), n, {}, {}).symbol;
    add_definition(arena_.name(symbol), symbol, v.e, {});
    out = sum.at[letter] = {symbol, find(rest)->symbol};
  });
  return out;
}

// The symbol of which a name of a step is, or has its entries.
std::optional<Expr> Meaning::symbol_of_step(const Node& name) {
  mention(name);
  return whole_of(name);
}

// Lets the rest of a cost depend on what depends on the variable at later steps.
void Meaning::reach_later(Expr rest, const Node& variable) {
  std::vector<Node> open{without_indices(variable)};
  std::set<std::string> seen{label(open[0])};
  while (!open.empty()) {
    const Node name = open.back();
    open.pop_back();
    const Layer here = *layer_of(name.above[0]);
    const auto e = symbol_of_step(name);
    // An equation by which it is known that this depends on the variable was not read.
    const auto known = symbol_of_step(variable);
    if (!e || !known || (*e != *known && !depends(*e, *known)))
      fail(variable, "a derivative of a sum over steps by this");
    if (here.offset > 0) {
      hold(rest, *e, {});
      continue;
    }
    for (const LayerEquation& equation : std::vector<LayerEquation>(layer_equations_)) {
      if (equation.set || !equation.name.is(Node::Kind::symbol)) continue;
      const auto own = layer_of(equation.name.above[0]);
      if (!own || own->letter.empty()) continue;
      walk(equation.value, [&](const Node& n) {
        if (!n.is(Node::Kind::symbol) || n.text != name.text || n.bold != name.bold || !at_layer(n)) return true;
        const auto at = layer_of(n.above[0]);
        if (!at || at->letter != own->letter) return true;
        Node user = without_indices(equation.name);
        shift_layers(user, own->letter, {here.letter, here.offset - at->offset});
        if (seen.insert(label(user)).second) open.push_back(user);
        return true;
      });
    }
  }
}

// A parameter of all steps as it is used at the step t: a name of its own, which stands in the equations of this step.
Node Meaning::used_at_step(const Node& parameter, Expr cost, Expr rest, const StepRange& over) {
  Node out = parameter;
  const Expr whole = named(parameter).e;
  if (!arena_.is(whole, Op::Symbol)) fail(parameter, "a derivative of a sum over steps by this");
  out.text = fmt::format("{} at {}", label(parameter), over.letter);
  out.below.clear();
  // All that is said of this step, and what that reaches at later ones.
  for (const LayerEquation& equation : std::vector<LayerEquation>(layer_equations_)) {
    const auto own = equation.name.is(Node::Kind::symbol) ? layer_of(equation.name.above[0]) : std::nullopt;
    if (equation.set || !own || own->letter != over.letter) continue;
    Node name = without_indices(equation.name);
    shift_layers(name, over.letter, {over.letter, -own->offset});
    reach_later(rest, name);
  }
  const std::string key = (out.bold ? "*" : "") + label(out);
  if (find(key) == nullptr) {
    Named n;
    n.role = Named::Role::definition;
    const Expr made = introduce(key, n, shape(whole), {}).symbol;
    add_definition(arena_.name(made), made, whole, {});
    used_at_[arena_.name(made)] = {whole, over.letter};
  }
  const Expr at_step = find(key)->symbol;
  const std::set<std::string> below = everything_in(cost);
  for (const Definition& d : std::vector<Definition>(model_.definitions)) {
    const auto names = symbols(arena_, d.value);
    if (d.symbol == at_step || std::ranges::find(names, whole) == names.end()) continue;
    const auto step = step_name(d.name);
    const bool of_step = step && step->at.letter == over.letter;
    if ((of_step && step->at.offset == 0) || d.symbol == cost) {
      add_definition(d.name, d.symbol, substitute(arena_, d.value, {{whole, at_step}}), d.place);
    } else if (below.contains(d.name) && !of_step) {
      fail(parameter, "a derivative of a sum over steps by this");
    }
  }
  return out;
}

// Why a parameter may be used in more places than were known when something was differentiated by it.
std::optional<std::string> Meaning::doubt_of_uses(const std::set<std::string>& names) {
  for (const auto& [at_step, use] : used_at_) {
    if (!names.contains(at_step)) continue;
    for (const Definition& d : model_.definitions) {
      if (d.name == at_step || !names.contains(d.name)) continue;
      const auto step = step_name(d.name);
      const bool other_step = step && step->at.letter == use.second && step->at.offset != 0;
      const auto inside = symbols(arena_, d.value);
      if (std::ranges::find(inside, use.first) != inside.end() && !other_step)
        return fmt::format("an equation that is said of `{}` was not used", plain(d.name));
    }
  }
  return std::nullopt;
}

// Whether all that is said of steps is said of a step by itself and the one before: no way reaches from one step to
// another one but by the names of the steps between.
bool Meaning::only_next_steps(const StepSum& sum) const {
  const auto fits = [&](const Node& in, const std::string& letter, long own, bool alone) {
    bool out = true;
    walk(in, [&](const Node& n) {
      if (!n.is(Node::Kind::symbol) || !at_any_step(n)) return out;
      const auto at = layer_of(n.above[0]);
      out = out && at && at->letter == letter && (at->offset == own || (!alone && at->offset == own - 1));
      return out;
    });
    return out;
  };
  bool out = true;
  walk(sum.value, [&](const Node& n) {
    if (is_over_steps(n)) out = out && fits(n.kids[0], sum.over.letter, 0, true);
    return out;
  });
  for (const LayerEquation& e : layer_equations_) {
    const Node& name = e.name.is(Node::Kind::product) ? e.name.kids[0] : e.name;
    const auto own = layer_of(name.above[0]);
    if (e.set || !own) continue;
    if (own->letter == sum.over.letter) out = out && fits(e.value, own->letter, own->offset, is_cost_letter(name.text));
    if (own->letter.empty()) out = out && names_in(e.value).empty();  // h_0 = 0, but not h_0 = Wc
  }
  return out;
}

Value Meaning::derivative_of_step_sum(const std::string& name, const Node& by_node, const Node& at) {
  const StepRange over = step_sums_.at(name).over;
  const Node by = inside(by_node);
  const auto layer = by.is(Node::Kind::symbol) && at_layer(by) ? layer_of(by.above[0]) : Layer{over.letter};
  if (!by.is(Node::Kind::symbol) || !layer || layer->letter.empty() || !only_next_steps(step_sums_.at(name)))
    fail(at, "a derivative of a sum over steps by this");
  const auto cost = cost_at(name, layer->letter);
  if (!cost) fail(at, "a derivative of a sum over steps");
  const Value of{cost->first, false};
  if (at_layer(by)) {
    // No step comes after the last one.
    if (layer->letter != over.last) {
      reach_later(cost->second, by);
      report(fmt::format("read derivatives of `{}` by names of step `{}` as those at every step but the last",
                         plain(name), layer->letter));
    }
    return plain_derivative_of(of, by, at);
  }
  if (!steps_.each || *steps_.each != over || steps_.inside)
    fail(at, "a derivative of a sum over steps by what all of them have");
  return multiply({sum_over(over), false},
                  plain_derivative_of(of, used_at_step(by, cost->first, cost->second, over), at), "");
}

}  // namespace gradus::document

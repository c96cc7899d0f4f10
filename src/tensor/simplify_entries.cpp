// SPDX-License-Identifier: GPL-2.0-or-later
// Results that have no form without indices: entries, simplified by the rules of scalars.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "tensor/readable.h"
#include "tensor/simplify.h"

namespace gradus::tensor {
namespace {

std::vector<Expr> factors_of(const Arena& arena, Expr e) {
  return arena.is(e, Op::Mul) ? arena.children_copy(e) : std::vector{e};
}

}  // namespace

// A sum over several indices of `body`; factors in which none of them stands come before it.
Expr Simplifier::sum_over(const SumForms::Opened& sum, Expr body) {
  std::vector<Expr> outside, inside;
  for (const Expr f : factors_of(arena_, body)) {
    const bool bound = std::ranges::any_of(sum.bound, [&](const auto& b) { return contains(arena_, f, b.first); });
    (bound ? inside : outside).push_back(f);
  }
  if (inside.empty()) std::swap(inside, outside);
  Expr out = arena_.product(inside);
  for (std::size_t k = sum.bound.size(); k-- > 0;)
    out = arena_.make(Op::Sum, {sum.bound[k].first, sum.bound[k].second, out});
  outside.push_back(out);
  return arena_.product(outside);
}

// Terms that are sums over the same dimensions become one sum: what they have in common can then be taken out.
Expr Simplifier::merged_sums(Expr e) {
  return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
    if (!arena_.is(node, Op::Add)) return node;
    std::map<std::vector<Expr>, std::vector<Expr>> groups;  // terms, by the dimensions that they sum over
    std::vector<Expr> terms;
    for (const Expr t : arena_.children_copy(node)) {
      std::vector<Expr> factors = factors_of(arena_, t);
      const auto is_sum = [&](Expr f) { return arena_.is(f, Op::Sum); };
      if (std::ranges::count_if(factors, is_sum) != 1) {
        terms.push_back(t);
        continue;
      }
      std::vector<Expr> over;
      for (const auto& b : sums_.open(*std::ranges::find_if(factors, is_sum)).bound) over.push_back(b.second);
      groups[over].push_back(t);
    }
    for (const auto& [over, members] : groups) {
      if (members.size() == 1) {
        terms.push_back(members[0]);
        continue;
      }
      SumForms::Opened common;
      for (const Expr d : over) common.bound.emplace_back(entries_.fresh(), d);
      std::vector<Expr> bodies;
      for (const Expr t : members) {
        std::vector<Expr> factors = factors_of(arena_, t);
        const auto at = std::ranges::find_if(factors, [&](Expr f) { return arena_.is(f, Op::Sum); });
        const SumForms::Opened own = sums_.open(*at);
        ExprMap<Expr> renamed;
        for (std::size_t k = 0; k < over.size(); ++k) renamed[own.bound[k].first] = common.bound[k].first;
        *at = substitute(arena_, own.body, renamed);
        bodies.push_back(arena_.product(factors));
      }
      terms.push_back(sum_over(common, arena_.sum(bodies)));
    }
    return arena_.sum(terms);
  });
}

// The scalars that entries are, as `closed` names them: definitions that act entry by entry hold at every list of
// indices that stands in `e` behind a name of the same shape.
Model Simplifier::entry_model(Expr e) {
  std::map<Shape, std::set<std::vector<Expr>>> places;
  for (const Expr node : reachable(arena_, e)) {
    if (!arena_.is(node, Op::Entry) || !arena_.is(arena_.child(node, 0), Op::Symbol)) continue;
    std::vector<Expr> at = arena_.children_copy(node);
    at.erase(at.begin());
    places[entries_.shape(arena_.child(node, 0))].insert(at);
  }
  Model out;
  out.functions = model_.functions;
  out.introduced = model_.introduced;
  ExprMap<Expr>& atoms = entry_names_;
  atoms.clear();
  for (const Definition& d : scalar_.definitions) {
    const std::vector<Expr> names = symbols(arena_, d.value);
    const auto is_atom = [&](Expr s) { return definition_atoms_.contains(s); };
    if (is_atom(d.symbol) || std::ranges::any_of(names, is_atom)) continue;
    const Shape shape = entries_.shape(d.symbol);
    const auto define = [&](Expr name, Expr value) {
      const Definition scalar{arena_.name(name), name, closed(value, atoms), d.place};
      out.definition_index.emplace(scalar.name, out.definitions.size());
      out.definitions.push_back(scalar);
    };
    if (shape.empty()) {
      define(d.symbol, d.value);
      continue;
    }
    const auto at = places.find(shape);
    if (at == places.end()) continue;
    for (const auto& indices : at->second)
      define(closed(entries_.at(d.symbol, indices), atoms), entries_.at(d.value, indices));
  }
  for (const Assumption& a : scalar_.assumptions) {
    const Shape shape = entries_.shape(a.condition);
    if (shape.empty()) {
      out.assumptions.push_back(a);
      continue;
    }
    const auto at = places.find(shape);
    if (at == places.end()) continue;
    for (const auto& indices : at->second)
      out.assumptions.push_back({closed(entries_.at(a.condition, indices), atoms), a.place});
  }
  return out;
}

// With entries and sums as names of scalars.
Expr Simplifier::simple_part(Session& session, Line& line, Expr part) {
  ExprMap<Expr> atoms;
  Trace t(session, closed(part, atoms));
  t.simplify();
  t.use_names();
  atoms.insert(entry_names_.begin(), entry_names_.end());  // those that came in by their definitions
  const auto opened = [&](Expr e) { return substitute(arena_, e, atoms); };
  const Expr whole = line.line;
  for (Step s : t.steps) {
    s.before = opened(s.before);
    s.after = opened(s.after);
    s.line = line.line = substitute(arena_, whole, {{part, opened(s.line)}});
    line.derivation.steps.push_back(std::move(s));
  }
  return opened(t.line);
}

// What is summed comes first.
Expr Simplifier::simple_entry(Session& session, Line& line, Expr e) {
  std::vector<Expr> open{e}, sums;
  std::unordered_set<Expr, ExprHash> seen;
  while (!open.empty()) {
    const Expr node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    if (arena_.is(node, Op::Sum))
      sums.push_back(node);
    else
      for (const Expr c : arena_.children(node)) open.push_back(c);
  }
  std::ranges::sort(sums);
  for (const Expr node : sums) {
    const SumForms::Opened sum = sums_.open(node);
    const Expr body = simple_entry(session, line, sum.body);
    Expr as_it_stands = body;
    for (std::size_t k = sum.bound.size(); k-- > 0;)
      as_it_stands = arena_.make(Op::Sum, {sum.bound[k].first, sum.bound[k].second, as_it_stands});
    const Expr simple = sum_over(sum, body);
    line.step("contract", substitute(arena_, line.line, {{as_it_stands, simple}}), "Constants stand before the sums.");
    e = substitute(arena_, e, {{node, simple}});
  }
  return simple_part(session, line, e);
}

// What an entry of each definition is that does not act entry by entry.
const std::vector<Simplifier::Pattern>& Simplifier::patterns() {
  if (patterns_) return *patterns_;
  patterns_.emplace();
  for (const Definition& d : model_.definitions) {
    if (acts_by_entries(arena_, d.value)) continue;
    Pattern p{d.symbol, {}, {}, 0};
    for (std::size_t k = 0; k < entries_.shape(d.symbol).size(); ++k)
      p.indices.push_back(arena_.symbol(fmt::format("place {}", k + 1)));
    p.value = with_common_sums(arena_, sums_.contracted(entries_.at(d.value, p.indices)));
    p.height = sum_height(arena_, p.value);
    if (!arena_.is(p.value, Op::Entry)) patterns_->push_back(p);
  }
  return *patterns_;
}

// Names of definitions that do not act entry by entry, for what an entry of them is: h[i] for tanh(sum[k](W[i,
// k]*x[k])). The indices are those that stand in `e`.
Expr Simplifier::with_entry_names(Expr e) {
  constexpr std::size_t most_places = 200;
  std::map<Expr, std::set<Expr>> over;  // dimension -> indices
  for (const Expr node : reachable(arena_, e)) {
    if (!arena_.is(node, Op::Entry)) continue;
    const Shape shape = entries_.shape(arena_.child(node, 0));
    for (std::size_t k = 0; k < shape.size(); ++k) over[shape[k]].insert(arena_.child(node, k + 1));
  }
  std::unordered_set<Expr, ExprHash> nodes;
  for (const Expr node : reachable(arena_, e)) nodes.insert(node);
  for (const Pattern& p : patterns()) {
    std::vector<std::vector<Expr>> places{{}};
    for (const Expr dimension : entries_.shape(p.name)) {
      std::vector<std::vector<Expr>> longer;
      for (const auto& place : places) {
        for (const Expr i : over[dimension]) {
          // The index of a sum around it is higher than those of the sums in it.
          if (arena_.is(i, Op::Symbol) && sum_height(arena_, i) != 0 && sum_height(arena_, i) <= p.height) continue;
          longer.push_back(place);
          longer.back().push_back(i);
        }
      }
      places = std::move(longer);
      if (places.size() > most_places) places.clear();
    }
    ExprMap<Expr> names;
    for (const auto& place : places) {
      ExprMap<Expr> at;
      for (std::size_t k = 0; k < place.size(); ++k) at[p.indices[k]] = place[k];
      const Expr value = substitute(arena_, p.value, at);
      if (nodes.contains(value)) names[value] = entries_.at(p.name, place);
    }
    if (names.empty()) continue;
    e = substitute(arena_, e, names);
    for (const Expr node : reachable(arena_, e)) nodes.insert(node);
  }
  return e;
}

Expr Simplifier::entry(Line& line, Expr e, const std::vector<Expr>& indices) {
  // Letters for the indices of the result; those of sums get theirs when they are shown.
  ExprMap<Expr> letters;
  std::vector<Expr> free;
  const Expr shown_free = readable(arena_, model_, arena_.call("indices", indices), indices);
  for (std::size_t k = 0; k < indices.size(); ++k) {
    free.push_back(arena_.child(shown_free, static_cast<std::uint32_t>(k)));
    if (arena_.is(indices[k], Op::Symbol)) letters[indices[k]] = free.back();
  }
  const auto shown = [&](Expr x) { return readable(arena_, model_, x, free); };
  const auto as_form = [&](Expr x) { return substitute(arena_, with_common_sums(arena_, x), letters); };
  const auto normal = [&] { return sums_.multiplied_out(e); };
  struct Form {
    Expr e;
    bool multiplied_out = false;
    Expr merged;
  };
  std::vector<Form> forms{{e, false, merged_sums(e)}};
  if (const Expr n = normal(); n != e) forms.push_back({n, true, merged_sums(n)});
  std::optional<Derivation> best;
  Expr result;
  for (const Form& f : forms) {
    for (const bool merge : {false, true}) {
      if (merge && f.merged == f.e) continue;
      Derivation trial = line.derivation;
      const std::size_t before = trial.steps.size();
      Line at{trial, as_form(e)};
      if (f.multiplied_out)
        at.step("sum-normal-form", as_form(f.e), "Products are multiplied out, and sums taken term by term.");
      if (merge) at.step("merge-sums", as_form(f.merged), "Sums over the same indices are one sum.");
      at.step("use-name", with_entry_names(at.line), "Names stand for what they are defined as.");
      const Model model = entry_model(at.line);
      Session session(engine_, model);
      const Expr simple = simple_entry(session, at, at.line);
      at.step("contract", simple, "Equal sums are equally simplified.");
      at.key();
      if (best && cost(simple) >= cost(result)) continue;
      for (std::size_t k = before; k < trial.steps.size(); ++k) {
        Step& s = trial.steps[k];
        s.before = shown(s.before);
        s.after = shown(s.after);
        s.line = shown(s.line);
      }
      best = std::move(trial);
      result = simple;
    }
  }
  line.derivation = std::move(*best);
  if (!line.derivation.steps.empty()) line.line = line.derivation.steps.back().line;
  line.step("rename-index", shown(result), "The name of an index that is summed over does not matter.");
  return line.line;
}

}  // namespace gradus::tensor

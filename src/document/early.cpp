// SPDX-License-Identifier: GPL-2.0-or-later
// What the document says of a name behind its first use.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {

void Meaning::aside(const std::function<void()>& what) {
  auto bound = std::exchange(bound_, {});
  auto free = std::exchange(free_, {});
  auto arguments = std::exchange(arguments_, {});
  auto independent = std::exchange(independent_, std::nullopt);
  auto doubtful = std::exchange(doubtful_, std::nullopt);
  const bool broadcast = broadcast_;
  const StepReading steps = std::exchange(steps_, {});
  try {
    what();
  } catch (const NotRead&) {
  } catch (const Mismatch&) {
  } catch (const ShapeError&) {
  } catch (const LimitError&) {
  }
  bound_ = std::move(bound);
  free_ = std::move(free);
  arguments_ = std::move(arguments);
  independent_ = std::move(independent);
  doubtful_ = std::move(doubtful);
  broadcast_ = broadcast;
  steps_ = steps;
}

// Where a name's equation comes behind its first use. Whether there is one that could be read.
bool Meaning::define_early(const Node& symbol, bool call) {
  const std::string own = (symbol.bold ? "*" : "") + stem_of(symbol), other = stem_of(symbol);
  // x_i = ... and x(t) = ... are two things.
  auto keys = call                   ? std::vector{own + "()", other + "()"}
              : symbol.below.empty() ? std::vector{own, other, own + "()", other + "()", own + "_", other + "_"}
                                     : std::vector{own + "_", other + "_", own, other, "*" + other};
  for (const std::string& key : keys) {
    const auto it = later_.find(key);
    if (it == later_.end()) continue;
    const Equation equation = it->second;
    // The equation of another layer is another one's.
    const bool layer = at_layer(symbol);
    if (layer && script_above(equation.name) != script_above(symbol)) continue;
    // "Let E be any cost", and under another heading: E = ...
    const bool elsewhere = section_at(symbol.begin) != section_at(equation.name.begin);
    if (layer && !symbol.step && equation_of_layer(symbol)) {
      if (elsewhere) continue;
      suspect(symbol, fmt::format("`{}` has an equation of its own, beside that of all layers", plain(label(symbol))),
              Doubt::of_refutations);
    }
    if (elsewhere && !call && symbol.bare() && equation.name.is(Node::Kind::symbol) &&
        differentiated_.contains(stem_of(symbol)))
      continue;
    later_.erase(it);
    bool done = false;
    aside([&] {
      if (!is_new(equation.name)) return;
      define(equation.name, equation.value, equation.place);
      early_.insert(equation.name.begin);
      done = true;
    });
    if (done) return true;
  }
  return false;
}

// The same for the sets that are said of it.
// "J(w) = w^T w, with w in R^d": in the words behind.
bool Meaning::declare_from_behind(const Node& symbol) {
  constexpr std::size_t near = 300;
  for (const std::string& key : {(symbol.bold ? "*" : "") + stem_of(symbol), stem_of(symbol)}) {
    const auto it = later_sets_.find(key);
    if (it == later_sets_.end()) continue;
    const std::size_t at = it->second.first.begin;
    return at > symbol.begin && at < symbol.begin + near && declare_early(symbol);
  }
  return false;
}

bool Meaning::declare_early(const Node& symbol) {
  std::vector keys{(symbol.bold ? "*" : "") + stem_of(symbol), stem_of(symbol)};
  if (!symbol.below.empty()) keys.push_back("*" + stem_of(symbol));  // x_i of a bold x
  for (const std::string& key : keys) {
    const auto it = later_sets_.find(key);
    if (it == later_sets_.end()) continue;
    const Node names = it->second.first, set = it->second.second;
    std::erase_if(later_sets_, [&](const auto& entry) { return entry.second.first.begin == names.begin; });
    bool done = false;
    aside([&] { done = declare(names, set); });
    if (!done) continue;
    early_.insert(names.begin);
    return known_symbol(symbol);
  }
  return false;
}

void Meaning::learn_set(const Node& names, const Node& set) {
  const std::vector<Node> all = names.is(Node::Kind::list) ? names.kids : std::vector<Node>{names};
  for (const Node& n : all) {
    if (n.is(Node::Kind::symbol)) later_sets_.emplace((n.bold ? "*" : "") + stem_of(n), std::pair(names, set));
  }
}

void Meaning::learn_equation(const Node& name, const Node& value, const Place& place) {
  const Node* symbol = &name;
  std::string call = name.is(Node::Kind::symbol) && !name.below.empty() && stem_of(name) != label(name) ? "_" : "";
  if (name.is(Node::Kind::product) && name.kids.size() == 2 && name.ops[1].empty() &&
      name.kids[1].is(Node::Kind::group) && name.kids[1].bare())
    call = "()";
  if (call == "()") symbol = &name.kids[0];
  if (!symbol->is(Node::Kind::symbol) || symbol->primes > 0) return;
  const std::string stem = (symbol->bold ? "*" : "") + stem_of(*symbol);
  if (call.empty()) alone_.insert(stem);
  later_.emplace(stem + call, Equation{name, value, place});
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// Functions of which only is known what they depend on: a loss that is "a differentiable function of z".
//
// Of such a function nothing but its value and its first derivatives can matter where it is differentiated once, and
// these may be anything. So it stands for `value + sum of slope * variable`, whose value and derivatives are free: what
// holds for it holds for every differentiable function, and where it does not hold this function shows it. Second
// derivatives of it are not read.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "document/meaning.h"

namespace gradus::document {

// Definitions use only what comes before them, in whatever order they are read.
void Meaning::add_definition(const std::string& name, Expr symbol, Expr value, const Place& place) {
  std::erase(model_.inputs, symbol);
  std::erase_if(model_.definitions, [&](const Definition& d) { return d.name == name; });
  std::vector<Definition> all = std::exchange(model_.definitions, {});
  all.push_back({name, symbol, value, place});
  std::map<std::string, std::size_t> index;
  for (std::size_t k = 0; k < all.size(); ++k) index[all[k].name] = k;
  model_.definition_index.clear();
  std::vector<int> state(all.size(), 0);
  const std::function<void(std::size_t)> visit = [&](std::size_t k) {
    if (state[k] != 0) return;
    state[k] = 1;
    for (const Expr s : symbols(arena_, all[k].value)) {
      if (const auto it = index.find(arena_.name(s)); it != index.end()) visit(it->second);
    }
    model_.definition_index.emplace(all[k].name, model_.definitions.size());
    model_.definitions.push_back(all[k]);
  };
  for (std::size_t k = 0; k < all.size(); ++k) visit(k);
}

Model Meaning::without_values(const std::vector<Expr>& symbols) const {
  Model out = model_;
  for (const Expr s : symbols) {
    std::erase_if(out.assumptions, [&](const Assumption& a) {
      return arena_.is(a.condition, Op::Eq) && (arena_.child(a.condition, 0) == s || arena_.child(a.condition, 1) == s);
    });
    const auto is_it = [&](const Definition& d) { return d.symbol == s; };
    if (std::erase_if(out.definitions, is_it) > 0) out.inputs.push_back(s);
  }
  out.definition_index.clear();
  for (std::size_t k = 0; k < out.definitions.size(); ++k) out.definition_index.emplace(out.definitions[k].name, k);
  return out;
}

void Meaning::mention(const Node& name) {
  if (!name.is(Node::Kind::symbol) || is_transpose(name)) return;
  Node stem = name;
  if (!stem.above.empty() && is_transpose(stem.above[0])) stem.above.clear();
  aside([&] { named(stem); });
}

std::optional<Expr> Meaning::symbol_of(const Node& name) {
  const bool call = name.is(Node::Kind::product) && name.kids[0].is(Node::Kind::symbol);
  const Node& stem = call ? name.kids[0] : name;
  if (!known_symbol(stem)) return std::nullopt;
  std::optional<Expr> out;
  aside([&] {
    const Expr e = named(stem).e;
    if (arena_.is(e, Op::Symbol)) out = e;
  });
  return out;
}

// Whether an expression depends on a name by what the document says.
bool Meaning::depends(Expr e, Expr name) { return everything_in(e).contains(arena_.name(name)); }

// Whether nothing defines a name, or only what it depends on.
bool Meaning::is_free(Expr symbol) {
  return arena_.is(symbol, Op::Symbol) &&
         (std::ranges::find(model_.inputs, symbol) != model_.inputs.end() || held_.contains(arena_.name(symbol)));
}

// Makes a name a function of this variable, and of those that it was a function of before, but for what reaches it by
// way of this one. Whether it could.
bool Meaning::hold(Expr symbol, Expr variable, const std::vector<std::pair<std::size_t, std::size_t>>& shared) {
  const std::string name = arena_.name(symbol);
  if (!is_free(symbol) || symbol == variable || depends(variable, symbol)) return false;
  const Shape own = shape(symbol), theirs = shape(variable);
  if (own.size() + theirs.size() - shared.size() > 3) return false;
  const bool first = !held_.contains(name);
  Held& held = held_[name];
  if (held.said) return false;
  const auto input = [&](const std::string& called, const Shape& of) {
    Named n;
    return introduce(called, n, of, {}).symbol;
  };
  if (first) held.offset = input(fmt::format("the value of {}", name), own);
  // Where a = \sigma(w x + b) stands before z = w x + b, the cost is one of z by way of a.
  for (const Variable& v : held.variables) {
    if (!depends(variable, v.name)) use_name(variable, v.name);
  }
  std::erase_if(held.variables, [&](const Variable& v) {
    const bool drop = depends(variable, v.name);
    if (drop) std::erase(model_.inputs, v.slope);
    return drop;
  });
  Shape slope = own;
  for (std::size_t k = 0; k < theirs.size(); ++k) {
    if (std::ranges::none_of(shared, [&](const auto& pair) { return pair.second == k; })) slope.push_back(theirs[k]);
  }
  held.variables.push_back(
      {variable, shared, input(fmt::format("\\partial {}/\\partial {}", name, arena_.name(variable)), slope)});
  write_held(symbol, held);
  return true;
}

void Meaning::write_held(Expr symbol, Held& held) {
  const Shape own = shape(symbol);
  const auto entry_of = [&](Expr of, std::vector<Expr> at) {
    if (at.empty()) return of;
    at.insert(at.begin(), of);
    return arena_.make(Op::Entry, at);
  };
  const Value v = over_indices(own, false, [&](const std::vector<Expr>& i) {
    std::vector<Expr> terms{entry_of(held.offset, i)};
    for (const Variable& x : held.variables) {
      const Shape theirs = shape(x.name);
      std::vector<Expr> at(theirs.size()), slope = i;
      std::vector<std::pair<Expr, Expr>> summed;
      for (const auto& [p, q] : x.shared) at[q] = i[p];
      for (std::size_t k = 0; k < at.size(); ++k) {
        if (at[k] != Expr{}) continue;
        at[k] = entries_->fresh();
        summed.emplace_back(at[k], theirs[k]);
        slope.push_back(at[k]);
      }
      Expr term = arena_.mul(entry_of(x.slope, slope), entry_of(x.name, at));
      for (std::size_t k = summed.size(); k-- > 0;)
        term = arena_.make(Op::Sum, {summed[k].first, summed[k].second, term});
      terms.push_back(term);
    }
    return arena_.sum(terms);
  });
  add_definition(arena_.name(symbol), symbol, v.e, {});
}

std::optional<Expr> Meaning::whole_of(const Node& name) {
  if (!name.is(Node::Kind::symbol) || !known_symbol(name)) return std::nullopt;
  std::optional<Expr> out;
  aside([&] {
    Expr e = named(name).e;
    while (arena_.is(e, Op::Table)) e = arena_.child(e, 2);
    if (arena_.is(e, Op::Entry)) e = arena_.child(e, 0);
    if (arena_.is(e, Op::Symbol)) out = e;
  });
  return out;
}

std::vector<Expr> Meaning::inputs_under(const std::vector<Expr>& variables, Expr left, Expr right) {
  std::set<std::string> reached;
  for (const Expr v : variables) {
    for (const std::string& name : everything_in(v)) reached.insert(name);
  }
  std::set<std::string> names = everything_in(left);
  names.merge(everything_in(right));
  std::set<std::string> free;
  for (const auto& [name, held] : held_) {
    if (!names.contains(name)) continue;
    const std::set<std::string> below = everything_in(arena_.symbol(name));
    if (std::ranges::none_of(variables, [&](Expr v) { return below.contains(arena_.name(v)); })) continue;
    free.insert(arena_.name(held.offset));
    for (const Variable& v : held.variables) free.insert(arena_.name(v.slope));
  }
  std::vector<Expr> out;
  for (const Expr input : model_.inputs) {
    const std::string& name = arena_.name(input);
    if (free.contains(name) || (names.contains(name) && reached.contains(name))) out.push_back(input);
  }
  return out;
}

bool Meaning::is_unspecified(Expr side) {
  while (arena_.is(side, Op::Table)) side = arena_.child(side, 2);
  if (arena_.is(side, Op::Entry)) side = arena_.child(side, 0);
  return is_free(side) || is_unspecified_function(side);
}

bool Meaning::is_unspecified_function(Expr side) {
  if (arena_.is(side, Op::Symbol)) return held_.contains(arena_.name(side));
  const ModelFunction* f = arena_.is(side, Op::Call) ? model_.function(arena_.name(side)) : nullptr;
  return f != nullptr && !f->body;
}

// The names in an expression, and those in their definitions.
std::set<std::string> Meaning::everything_in(Expr e) {
  std::set<std::string> names;
  for (const Expr s : symbols(arena_, e)) names.insert(arena_.name(s));
  for (std::size_t k = model_.definitions.size(); k-- > 0;) {
    if (!names.contains(model_.definitions[k].name)) continue;
    for (const Expr s : symbols(arena_, model_.definitions[k].value)) names.insert(arena_.name(s));
  }
  return names;
}

std::optional<std::string> Meaning::doubt(Expr left, Expr right) {
  const std::set<std::string> here = everything_in(left), there = everything_in(right);
  std::set<std::string> names = here;
  names.insert(there.begin(), there.end());
  for (const std::string& name : names) {
    if (spoken_of_.contains(name) && model_.definition(name) != nullptr)
      return fmt::format("an equation that is said of `{}` was not used", name);
  }
  if (auto why = doubt_of_refutation(left, right, names)) return why;
  for (const std::string& name : beside_matrices_) {
    if (names.contains(name) && guessed_.contains(name)) return fmt::format("it is not said what `{}` is", name);
  }
  for (const std::string& name : guessed_functions_) {
    const auto calls = [&](Expr side) {
      const auto nodes = reachable(arena_, side);
      return std::ranges::any_of(nodes, [&](Expr n) {
        return arena_.is(n, Op::Call) && arena_.name(n).substr(0, arena_.name(n).find('\'')) == name;
      });
    };
    const auto differentiated = [&](Expr side) {
      const auto nodes = reachable(arena_, side);
      return std::ranges::any_of(nodes, [&](Expr n) {
        return arena_.is(n, Op::Deriv) || (arena_.is(n, Op::Call) && arena_.name(n) == name + "'");
      });
    };
    if (!differentiated(left) && !differentiated(right)) continue;
    const bool used = calls(left) || calls(right) || std::ranges::any_of(model_.definitions, [&](const Definition& d) {
                        return names.contains(d.name) && calls(d.value);
                      });
    if (used) return fmt::format("it is not said what `{}` is", name);
  }
  for (const auto& [name, why] : unsettled_) {
    if (names.contains(name) && std::ranges::find(model_.dims, arena_.symbol(name)) == model_.dims.end()) return why;
  }
  for (const auto& entry : restricted_) {
    const std::string& name = entry.first;
    const bool by_equation = entry.second;
    if (!names.contains(name)) continue;
    const bool by_formula = std::ranges::any_of(model_.assumptions, [&](const Assumption& a) {
      Expr condition = a.condition;
      while (arena_.is(condition, Op::Table)) condition = arena_.child(condition, 2);
      return (!by_equation || arena_.is(condition, Op::Eq)) && contains(arena_, condition, arena_.symbol(name));
    });
    if (!by_formula) return fmt::format("a word that restricts `{}` is not read", name);
  }
  // Values, but for what is differentiated.
  std::set<std::string> values;
  const std::function<void(Expr)> visit = [&](Expr e) {
    if (arena_.is(e, Op::Symbol)) values.insert(arena_.name(e));
    if (arena_.is(e, Op::Deriv) && arena_.is(arena_.child(e, 0), Op::Symbol)) return;
    for (const Expr c : arena_.children_copy(e)) visit(c);
  };
  visit(left);
  visit(right);
  for (const auto& [name, held] : held_) {
    if (!names.contains(name) || held.said) continue;
    // p_\theta(x) depends on \theta and x.
    std::string subscript = name.substr(std::min(name.find('_'), name.size()));
    for (const auto& [key, known] : names_) {
      if (known.symbol == arena_.symbol(name) && known.decoration) subscript += ' ' + plain(label(*known.decoration));
    }
    const bool shown = std::ranges::all_of(
        held.variables, [&](const Variable& v) { return subscript.find(arena_.name(v.name)) != std::string::npos; });
    if (shown || has_step_equation(name)) continue;
    const bool guessed =
        std::ranges::any_of(held.variables, [&](const Variable& v) { return guessed_.contains(arena_.name(v.name)); });
    if (guessed || values.contains(name)) return fmt::format("it is not said what `{}` is a function of", name);
  }
  // max(a x, x) may be meant for a < 1 only.
  const bool pieces = std::ranges::any_of(std::array{left, right}, [&](Expr side) {
    const auto nodes = reachable(arena_, side);
    return std::ranges::any_of(nodes, [&](Expr n) {
      return arena_.is(n, Op::Where) ||
             (arena_.is(n, Op::Call) && (arena_.name(n) == "max" || arena_.name(n) == "min"));
    });
  });
  for (const std::string& name : names) {
    if (pieces && guessed_.contains(name)) return fmt::format("it is not said for which `{}` this holds", name);
  }
  // w_{ij} and W
  const auto dimension = [&](const std::string& name) {
    return std::ranges::find(model_.dims, arena_.symbol(name)) != model_.dims.end();
  };
  const auto letter = [](const std::string& name) { return lowered(name.substr(0, name.find_first_of("_^( "))); };
  const auto only = [](const std::set<std::string>& in, const std::set<std::string>& out, const std::string& name) {
    return in.contains(name) && !out.contains(name);
  };
  const auto scripted = [](const std::string& name) { return name.find_first_of("_^") != std::string::npos; };
  for (const std::string& one : names) {
    if (inferred_.contains(one) || dimension(one) || one.starts_with("index ")) continue;
    for (const std::string& two : names) {
      if (scripted(one) && scripted(two)) continue;  // c_t and c_{t-1}
      // Of y_T and y both are introduced; w_{ij} is an entry of W all the same.
      const bool both_said = one[0] == two[0] && !guessed_.contains(one) && !guessed_.contains(two);
      const bool apart = !both_said && ((only(here, there, one) && only(there, here, two)) || guessed_.contains(one));
      if (one != two && !two.starts_with("index ") && apart && !inferred_.contains(two) && !dimension(two) &&
          letter(one) == letter(two) && one.find("value of") == std::string::npos)
        return fmt::format("it is not said whether `{}` belongs to `{}`", one, two);
    }
  }
  return std::nullopt;
}

// Whether a derivative of a function that is not specified stands in it: another one is unknown.
bool Meaning::twice_held(Expr e) {
  for (const Expr part : reachable(arena_, e)) {
    if (!arena_.is(part, Op::Deriv)) continue;
    for (const auto& [name, held] : held_) {
      const Expr symbol = arena_.symbol(name);
      if (arena_.child(part, 0) == symbol || depends(arena_.child(part, 0), symbol)) return true;
    }
  }
  return false;
}

}  // namespace gradus::document

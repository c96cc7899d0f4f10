// SPDX-License-Identifier: GPL-2.0-or-later
// Why a verdict on what was read may be none on what was meant.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "document/nodes.h"
#include "document/prose.h"
#include "document/reader.h"

namespace gradus::document {
namespace {

// What counts something, or scales it: N, T.
bool counts(const std::string& name) { return name == "N" || name == "T"; }

}  // namespace

void Meaning::suspect(const Node& name, const std::string& why, Doubt how) {
  for (const std::string& key : {label(name), "*" + label(name), stem_of(name)}) {
    auto& all = how == Doubt::always ? never_decided_ : never_refuted_;
    all.emplace(key, why);
  }
}

std::optional<std::string> Meaning::never_decided(const Node& side) const {
  std::optional<std::string> out;
  walk(side, [&](const Node& n) {
    if (n.is(Node::Kind::symbol)) {
      if (const auto it = never_decided_.find(stem_of(n)); it != never_decided_.end()) out = it->second;
    }
    for (const std::string& op : n.is(Node::Kind::product) ? n.ops : std::vector<std::string>{}) {
      if (op == "*" && topics_.contains(Topic::convolution))
        out = "the text speaks of another operation, which `*` may be";
      if (op == "times" && topics_.contains(Topic::cross_product)) out = "the text speaks of the cross product";
    }
    return !out;
  });
  return out;
}

void Meaning::suspect_indices(const std::string& one, const std::string& other) { maybe_apart_.insert({one, other}); }

// The first of these names among `names`, with why it matters.
std::optional<std::string> Meaning::suspected(const std::map<std::string, std::string>& all,
                                              const std::set<std::string>& names) {
  for (const auto& [key, why] : all) {
    const Named* known = find(key);
    if (known != nullptr && names.contains(arena_.name(known->symbol))) return why;
  }
  return std::nullopt;
}

std::optional<std::string> Meaning::doubt_of_refutation(Expr left, Expr right, const std::set<std::string>& names) {
  if (auto why = other_functions(left, right)) return why;
  if (auto why = doubt_of_derivatives(left, right, names)) return why;
  if (auto why = doubt_of_adjoints(left, right)) return why;
  if (auto why = maybe_member(names)) return why;
  if (auto why = steps_apart(names)) return why;
  if (auto why = suspected(never_refuted_, names)) return why;
  if (auto why = suspected(never_refuted_, functions_in(left, right))) return why;
  if (auto why = suspected(never_decided_, names)) return why;
  for (const std::string& name : names) {
    const Expr symbol = arena_.symbol(name);
    const bool defined = model_.definition(name) != nullptr;
    if (name.starts_with("\\bar{") && !defined) return fmt::format("it is not said what `{}` is", plain(name));
    const Shape& s = shape(symbol);
    if (speaks_of_symmetry_ && !defined && s.size() == 2 && s[0] == s[1] && !is_factor_name(name))
      return fmt::format("it is not said whether `{}` is symmetric", plain(name));
  }
  for (const std::string& name : step_symbols_) {
    if (names.contains(name)) return "of a sum over steps only one step is looked at";
  }
  for (const auto& [one, other] : maybe_apart_) {
    const Expr i = arena_.symbol("index " + one), j = arena_.symbol("index " + other);
    const auto has = [&](Expr index) { return contains(arena_, left, index) || contains(arena_, right, index); };
    if (has(i) && has(j)) return fmt::format("it is not said whether {} = {} is meant as well", one, other);
  }
  return std::nullopt;
}

// The functions that are called in them, and in what their names stand for.
std::set<std::string> Meaning::functions_in(Expr left, Expr right) {
  std::vector<Expr> sides{left, right};
  std::set<std::string> names = everything_in(left);
  names.merge(everything_in(right));
  for (const std::string& name : names) {
    if (const Definition* d = model_.definition(name)) sides.push_back(d->value);
  }
  for (const ModelFunction& f : model_.functions) {
    if (f.body) sides.push_back(*f.body);
  }
  std::set<std::string> out;
  for (const Expr e : reachable(arena_, sides)) {
    if (arena_.is(e, Op::Call)) out.insert(arena_.name(e).substr(0, arena_.name(e).find('\'')));
  }
  return out;
}

// Numbers of which nothing is said, each with a dimension that is inferred: it may be what the number counts.
std::vector<std::pair<Expr, Expr>> Meaning::maybe_counted(Expr left, Expr right) {
  std::set<std::string> names = everything_in(left);
  names.merge(everything_in(right));
  std::vector<std::pair<Expr, Expr>> out;
  for (const std::string& size : names) {
    if (!inferred_.contains(size)) continue;
    for (const std::string& name : names) {
      const Expr symbol = arena_.symbol(name);
      const bool number = std::ranges::find(model_.inputs, symbol) != model_.inputs.end() && shape(symbol).empty();
      if (number) out.emplace_back(symbol, arena_.symbol(size));
    }
  }
  return out;
}

std::vector<std::pair<std::string, std::vector<Expr>>> Meaning::maybe_one_hot(Expr left, Expr right) {
  std::set<std::string> names = everything_in(left);
  names.merge(everything_in(right));
  std::vector<std::pair<std::string, std::vector<Expr>>> out;
  for (const std::string& name : names) {
    const Expr e = arena_.symbol(name);
    const Shape s = shape(e);
    if (!guessed_.contains(name) || model_.definition(name) != nullptr || s.empty() || s.size() > 2) continue;
    const Expr bits = arena_.make(Op::In, {e, arena_.number(0), arena_.number(1)});
    for (std::size_t along = 0; along < s.size(); ++along) {
      std::vector<Expr> parts{e};
      for (std::size_t k = 0; k < s.size(); ++k) parts.push_back(entries_->fresh());
      Expr total = arena_.make(Op::Sum, {parts[along + 1], s[along], arena_.make(Op::Entry, parts)});
      total = arena_.make(Op::Eq, {total, arena_.number(1)});
      if (s.size() == 2) total = arena_.make(Op::Table, {parts[2 - along], s[1 - along], total});
      out.push_back({name, {total, bits}});
    }
  }
  return out;
}

// "to base 2", "in degrees": other functions than those that the names have. Complex numbers: another meaning of all.
std::optional<std::string> Meaning::other_functions(Expr left, Expr right) {
  if (topics_.contains(Topic::other_numbers)) return "the text speaks of other numbers than the real ones";
  std::vector<Expr> sides{left, right};
  for (const Definition& d : model_.definitions) sides.push_back(d.value);
  for (const Expr e : reachable(arena_, sides)) {
    if (!arena_.is(e, Op::Call)) continue;
    const std::string& name = arena_.name(e);
    if (topics_.contains(Topic::other_base) && name == "ln") return "the text speaks of logarithms to another base";
    if (topics_.contains(Topic::degrees) && (name == "sin" || name == "cos" || name == "tan"))
      return "the text speaks of degrees";
  }
  return std::nullopt;
}

std::optional<std::string> Meaning::doubt_of_proof(Expr left, Expr right, std::size_t end) {
  std::set<std::string> names = everything_in(left);
  names.merge(everything_in(right));
  if (auto why = suspected(never_decided_, names)) return why;
  if (auto why = other_functions(left, right)) return why;
  if (auto why = doubt_of_derivatives(left, right, names)) return why;
  if (auto why = open_way(left, right, end)) return why;
  if (auto why = doubt_of_uses(names)) return why;
  for (const auto& [family, number] : beside_) {
    const bool joined = depends(arena_.symbol(number), arena_.symbol(family));  // C is the mean of all C_x
    if (!joined && names.contains(family) && names.contains(number) && guessed_.contains(family))
      return fmt::format("it is not said whether `{}` belongs to `{}`", plain(family), plain(number));
  }
  for (const std::string& name : maybe_tensors_) {
    const auto differentiated = [&](Expr side) {
      const auto nodes = reachable(arena_, side);
      return std::ranges::any_of(
          nodes, [&](Expr n) { return arena_.is(n, Op::Deriv) && arena_.child(n, 0) == arena_.symbol(name); });
    };
    if (differentiated(left) || differentiated(right)) continue;  // a cost
    if (names.contains(name) && guessed_.contains(name) && shape(arena_.symbol(name)).empty())
      return fmt::format("it is not said what `{}` is", plain(name));
  }
  return std::nullopt;
}

// Names of which nothing is said are numbers here; what is transposed, or in a norm, was rather meant as a tensor.
void Meaning::seem_tensors(Expr e) {
  for (const std::string& name : everything_in(e)) {
    if (guessed_.contains(name) || parameters_.contains(name)) maybe_tensors_.insert(name);
  }
}

// A capital letter beside a vector, or beside another capital.
void Meaning::seem_tensors(Expr a, Expr b) {
  const auto capital = [&](Expr e) {
    return arena_.is(e, Op::Symbol) && shape(e).empty() && guessed_.contains(arena_.name(e)) &&
           is_capital_name(arena_.name(e)) && !counts(arena_.name(e));
  };
  for (const auto& [one, other] : {std::pair(a, b), std::pair(b, a)}) {
    if (capital(one) && (capital(other) || !shape(other).empty())) maybe_tensors_.insert(arena_.name(one));
  }
}

// A letter that is a function, or was defined with what it is applied to.
bool Meaning::is_function(const Node& n) {
  if (!n.is(Node::Kind::symbol) || !n.bare()) return false;
  const Named* known = find(label(n));
  return any_function_.contains(n.text) ||
         (known != nullptr && (known->role == Named::Role::function || known->body.has_value()));
}

bool Meaning::is_a_number(const Node& name) {
  const Named* known = find((name.bold ? "*" : "") + label(name));
  const Definition* d = known == nullptr ? nullptr : model_.definition(arena_.name(known->symbol));
  return d != nullptr && symbols(arena_, d->value).empty();
}

bool Meaning::is_of_derivative(const Node& name) {
  const Named* known = find((name.bold ? "*" : "") + label(name));
  const Definition* d = known == nullptr ? nullptr : model_.definition(arena_.name(known->symbol));
  if (d == nullptr) return false;
  const auto nodes = reachable(arena_, d->value);
  return std::ranges::any_of(nodes, [&](Expr e) { return arena_.is(e, Op::Deriv); });
}

bool Meaning::is_square(const Node& name) {
  const Named* known = find((name.bold ? "*" : "") + label(name));
  if (known == nullptr) return false;
  const Shape s = shape(known->symbol);
  return s.size() == 2 && s[0] == s[1];
}

// A vector, a matrix or a family of numbers.
bool Meaning::is_tensor(const std::string& letter) {
  if (conventions_.columns.contains(letter) || conventions_.matrices.contains(letter)) return true;
  return std::ranges::any_of(std::array{letter, letter + "_", "*" + letter}, [&](const std::string& key) {
    const Named* known = find(key);
    return known != nullptr && known->role != Named::Role::function && !shape(known->symbol).empty();
  });
}

bool Meaning::is_defined(const Node& name) {
  const Named* known = find((name.bold ? "*" : "") + label(name));
  return known != nullptr && model_.definition(arena_.name(known->symbol)) != nullptr;
}

bool Meaning::depends_by_definition(const Node& name, const Node& by) {
  const Named *of = find(label(name)), *variable = find(label(by));
  if (of == nullptr || variable == nullptr || model_.definition(arena_.name(of->symbol)) == nullptr) return false;
  return depends(of->symbol, variable->symbol);
}

std::set<std::string> Meaning::maybe_tensors() const {
  std::set<std::string> out;
  // Numbers, and families of numbers.
  const auto is_number = [&](const std::string& name) {
    const auto shape = model_.shapes.find(name);
    return shape == model_.shapes.end() || std::ranges::any_of(names_, [&](const auto& n) {
             return arena_.name(n.second.symbol) == name && n.second.slots == 1 && shape->second.size() == 1 &&
                    name.find('^') == std::string::npos;
           });
  };
  for (const std::string& name : maybe_tensors_) {
    if ((guessed_.contains(name) || parameters_.contains(name)) && is_number(name)) out.insert(plain(name));
  }
  return out;
}

void Meaning::call_matrix(const std::string& name) {
  maybe_tensors_.insert(name);
  maybe_tensors_.insert("*" + name);
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// Adjoints by their names: `dZ`, `\delta^{[l]}`. And differentials: `d\ell` of increments `dW`.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "document/differentials.h"
#include "document/meaning.h"

namespace gradus::document {
namespace {

// The name that a table of entries is taken from.
Expr name_in(const Arena& arena, Expr e) {
  while (arena.is(e, Op::Table)) e = arena.child(e, 2);
  return arena.is(e, Op::Entry) ? arena.child(e, 0) : e;
}

std::string stem(const std::string& key) {
  const std::size_t from = key.starts_with("*") ? 1 : 0;
  return key.substr(from, key.find_first_of("_^(", from) - from);
}

// d(of)/d(by) alone, by this name: what defines its adjoint.
bool is_derivative_by(const Node& value, const Node& name) {
  const auto same = [&](const Node& n) { return n.is(Node::Kind::symbol) && label(n) == label(name); };
  if (value.is(Node::Kind::fraction)) {
    const Node& bottom = value.kids[1];
    return bottom.is(Node::Kind::product) && bottom.kids.size() == 2 && is_d(bottom.kids[0]) && same(bottom.kids[1]);
  }
  return value.is(Node::Kind::product) && value.kids[0].is_symbol("\\nabla") && !value.kids[0].below.empty() &&
         same(value.kids[0].below[0]) && value.kids.size() <= 3;
}

}  // namespace

// Z of dZ, z^l of \delta^l; nothing of other names.
std::optional<Node> Meaning::name_of_adjoint(const Node& symbol) {
  if (symbol.primes > 0) return std::nullopt;
  Node out = symbol;
  if (symbol.differential) {
    out.text = symbol.text.substr(1);
    out.word = out.differential = false;
    return out;
  }
  if (symbol.text != "\\delta" || delta_said_ || (symbol.below.empty() && symbol.above.empty())) return std::nullopt;
  for (const char* z : {"z", "Z"}) {
    out.text = z;
    for (const bool bold : {symbol.bold, !symbol.bold}) {
      out.bold = bold;
      if (known_symbol(out) || define_layer(out)) return out;
    }
  }
  return std::nullopt;
}

// The cost that a name reaches, the last one where there are several.
std::optional<Expr> Meaning::cost_of(Expr variable) {
  const auto is_cost = [&](const std::string& key) { return is_cost_letter(stem(key)) || costs_.contains(plain(key)); };
  std::vector<Node> later;
  for (const auto& [key, equation] : later_) {
    if (!is_cost(key.ends_with("()") ? key.substr(0, key.size() - 2) : key)) continue;
    later.push_back(equation.name.is(Node::Kind::product) ? equation.name.kids[0] : equation.name);
  }
  for (const Node& name : later) define_early(name) || define_early(name, true);
  std::vector<Expr> reached, free;
  for (const auto& [key, n] : names_) {
    if (!is_cost(key) || n.role == Named::Role::dimension || !n.implicit.empty() || n.slots > 0) continue;
    if (n.role == Named::Role::function && !n.quantity) continue;
    const Expr e = n.value.value_or(n.symbol);
    if (!shape(e).empty() || e == variable) continue;
    if (depends(e, variable)) {
      if (std::ranges::find(reached, e) == reached.end()) reached.push_back(e);
    } else if (is_free(e) && !depends(variable, e)) {
      free.push_back(e);
    }
  }
  std::erase_if(reached, [&](Expr one) {
    return std::ranges::any_of(reached, [&](Expr other) { return other != one && depends(other, one); });
  });
  if (reached.size() == 1) return reached[0];
  if (reached.empty() && free.size() == 1) return free[0];
  return std::nullopt;
}

// The cost of which `dZ` is the derivative where nothing is said of one: the one that is differentiated elsewhere, else
// one that is not written.
std::optional<Expr> Meaning::unwritten_cost() {
  std::vector<std::string> written;
  std::ranges::copy_if(differentiated_, std::back_inserter(written),
                       [](const std::string& name) { return is_cost_letter(name); });
  const bool one = written.size() == 1;
  const std::string key = one ? written[0] : std::string(unwritten_cost_name);
  if (const Named* known = find(key)) {
    const bool free = known->role == Named::Role::input && is_free(known->symbol);
    return free ? std::optional(known->symbol) : std::nullopt;
  }
  Named n;
  n.guessed = one;
  if (!one) report("it is not written of which cost: read names with a d as derivatives of some cost");
  const Expr cost = introduce(key, n, {}, {}).symbol;
  if (n.guessed) guessed_.insert(arena_.name(cost));
  return cost;
}

// The size over which a cost is a mean: 1/m of a sum of the losses of m examples.
std::optional<Expr> Meaning::examples_of(Expr cost) {
  const Definition* d = model_.definition(arena_.name(cost));
  if (d == nullptr || held_.contains(arena_.name(cost))) {
    const Named* m = averaged_over_.empty() ? nullptr : find(averaged_over_);
    return m == nullptr ? std::nullopt : std::optional(m->symbol);
  }
  for (const Expr e : reachable(arena_, d->value)) {
    if (!arena_.is(e, Op::Pow) || !arena_.is_number(arena_.child(e, 1)) || arena_.value(arena_.child(e, 1)) != -1)
      continue;
    const Expr m = arena_.child(e, 0);
    if (std::ranges::find(model_.dims, m) != model_.dims.end()) return m;
  }
  return std::nullopt;
}

// Whether adjoints of a cost that is not given may be something else.
std::optional<std::string> Meaning::doubt_of_adjoints(Expr left, Expr right) {
  std::set<std::string> names = everything_in(left);
  names.merge(everything_in(right));
  const auto has = [&](const std::string& key) {
    const Named* known = find(key);
    return known != nullptr && names.contains(arena_.name(known->symbol));
  };
  // du = u'(x) dx: a d may be that of a differential.
  if (has(std::string(unwritten_cost_name)) && !topics_.contains(Topic::costs))
    return "it is not written of which cost";
  const bool held = std::ranges::any_of(
      held_, [&](const auto& h) { return names.contains(h.first) && is_cost(arena_.symbol(h.first)); });
  if (held && !averaged_over_.empty() && !conventions_.per_example && has(averaged_over_))
    return "it is not said whether adjoints are those of each example's own loss";
  return std::nullopt;
}

// What the name of an adjoint means, if nothing else is said of it.
std::optional<Value> Meaning::adjoint(const Node& symbol) {
  if (conventions_.differentials == Differentials::increments && symbol.differential) return increment(symbol);
  const auto name = name_of_adjoint(symbol);
  if (!name || !working_.insert(label(symbol)).second) return std::nullopt;
  struct Done {
    std::set<std::string>& all;
    std::string one;
    ~Done() { all.erase(one); }
  } const done{working_, label(symbol)};
  for (const auto& [key, equation] : later_) {
    if (label(equation.name) == label(symbol) && is_derivative_by(equation.value, *name)) return std::nullopt;
  }
  if (!known_symbol(*name) && !declare_early(*name) && !define_early(*name) && !define_layer(*name))
    return std::nullopt;
  const Value by = named(*name);
  const Expr variable = name_in(arena_, by.e);
  if (!arena_.is(variable, Op::Symbol)) return std::nullopt;
  auto cost = cost_of(variable);
  if (!cost && symbol.differential && adjoint_equations_.size() > 1) cost = unwritten_cost();
  if (!cost) return std::nullopt;
  if (conventions_.differentials == Differentials::maybe_adjoints && symbol.differential)
    doubtful_ = fmt::format("it is not said that `{}` is a derivative", plain(label(symbol)));
  Value out = derivative_of({*cost, false}, *name, symbol);
  std::string reading = fmt::format("read `{}` as the derivative of `{}` by `{}`", plain(label(symbol)),
                                    plain(arena_.name(*cost)), plain(label(*name)));
  if (const auto m = examples_of(*cost)) {
    const Shape s = shape(variable);
    // Of Z, with a column for each example, of which no size is said.
    const bool columns = s.size() == 2 && example_columns_ && model_.definition(arena_.name(variable)) != nullptr;
    if (columns && s[1] != *m && inferred_.contains(arena_.name(s[1]))) unify(s[1], *m);
    if (std::ranges::find(s, *m) != s.end()) {
      means_ = true;
      if (conventions_.per_example) {
        out.e = arena_.mul(*m, out.e);
        reading = fmt::format("read `{}` as the derivative of each example's own loss by its `{}`",
                              plain(label(symbol)), plain(label(*name)));
      }
    }
  }
  report(reading);
  return out;
}

std::optional<Node> Meaning::cost_reached_by(const Node& variable) {
  std::optional<Node> out;
  aside([&] {
    const auto cost = cost_of(name_in(arena_, named(variable).e));
    if (!cost) return;
    out.emplace();
    out->text = arena_.name(*cost);
    out->begin = variable.begin;
    out->end = variable.end;
  });
  return out;
}

bool Meaning::is_adjoint(const Node& symbol) {
  bool out = false;
  aside([&] { out = adjoint(symbol).has_value(); });
  return out;
}

// dW of what is given is any matrix of its shape; d\ell is the differential of \ell for these.
std::optional<Value> Meaning::increment(const Node& symbol) {
  Node name = symbol;
  name.text = symbol.text.substr(1);
  name.word = name.differential = false;
  if (!known_symbol(name) && !declare_early(name) && !define_early(name)) return std::nullopt;
  const Value of = named(name);
  const Shape s = shape(of.e);
  const auto increment_of = [&](Expr input) {
    const std::string key = "d" + arena_.name(input);
    if (const Named* known = find(key)) return known->symbol;
    Named n;
    return introduce(key, n, shape(input), {}).symbol;
  };
  if (std::ranges::find(model_.inputs, of.e) != model_.inputs.end()) return Value{increment_of(of.e), of.row};
  std::vector<Expr> by;
  for (const Expr input : model_.inputs) {
    if (incremented_.contains(plain(arena_.name(input))) && depends(of.e, input)) by.push_back(input);
  }
  if (by.empty()) return std::nullopt;
  return over_indices(s, of.row, [&](const std::vector<Expr>& i) {
    std::vector<Expr> terms;
    for (const Expr input : by) {
      std::vector<Expr> j, at{arena_.make(Op::Deriv, {of.e, input})}, where{increment_of(input)};
      at.insert(at.end(), i.begin(), i.end());
      for (std::size_t k = 0; k < shape(input).size(); ++k) j.push_back(entries_->fresh());
      at.insert(at.end(), j.begin(), j.end());
      where.insert(where.end(), j.begin(), j.end());
      const auto entry_of = [&](const std::vector<Expr>& parts) {
        return parts.size() == 1 ? parts[0] : arena_.make(Op::Entry, parts);
      };
      Expr term = arena_.mul(entry_of(at), entry_of(where));
      for (std::size_t k = j.size(); k-- > 0;) term = arena_.make(Op::Sum, {j[k], shape(input)[k], term});
      terms.push_back(term);
    }
    return arena_.sum(terms);
  });
}

}  // namespace gradus::document

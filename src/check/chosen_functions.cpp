// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/chosen_functions.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace gradus {
namespace {

/// The name before the primes, and their number.
std::pair<std::string, std::size_t> split_primes(const std::string& name) {
  const std::size_t end = name.find('\'');
  if (end == std::string::npos) return {name, 0};
  return {name.substr(0, end), name.size() - end};
}

const ModelFunction* unspecified(const Forms& forms, Expr e) {
  const Arena& arena = forms.arena();
  if (!arena.is(e, Op::Call)) return nullptr;
  const ModelFunction* f = forms.model().function(split_primes(arena.name(e)).first);
  return f != nullptr && !f->body ? f : nullptr;
}

/// c*u^n
Expr term(Arena& arena, const Rational& c, Expr u, long n) {
  if (n == 0) return arena.number(c);
  const Expr power = n == 1 ? u : arena.pow(u, arena.number(n));
  return c == 1 ? power : arena.mul(arena.number(c), power);
}

/// The n-th derivative of the k-th choice at `u`: a polynomial whose derivatives all differ, then an exponential,
/// for what needs a positive value.
Expr choice(Arena& arena, std::size_t k, std::size_t n, Expr u, long scale) {
  if (k == 1) {
    // exp(t*scale/2)
    const Expr c = arena.number(Rational(scale) / 2);
    const Expr value = arena.call("exp", {arena.mul(c, u)});
    return n == 0 ? value : arena.mul(arena.number(cln::expt(Rational(scale) / 2, static_cast<int>(n))), value);
  }
  static constexpr std::array<long, 5> coefficients{2, 3, 5, 1, 1};
  std::vector<Expr> terms;
  for (std::size_t power = n; power < coefficients.size(); ++power) {
    Rational c = coefficients[power] * (power == 0 ? scale : 1);
    for (std::size_t j = 0; j < n; ++j) c = c * static_cast<long>(power - j);
    terms.push_back(term(arena, c, u, static_cast<long>(power - n)));
  }
  return arena.sum(terms);
}

/// The k-th choice for several arguments: a polynomial without symmetries, or an exponential.
Expr choice(Arena& arena, std::size_t k, const std::vector<Expr>& arguments, long scale) {
  std::vector<Expr> terms;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    terms.push_back(term(arena, static_cast<long>(i + 2), arguments[i], 1));
    if (k == 1) continue;
    terms.push_back(term(arena, static_cast<long>(i + 1), arguments[i], 3));
    for (std::size_t j = 0; j < i; ++j) {
      terms.push_back(arena.mul(arguments[i], term(arena, static_cast<long>(i + j + 1), arguments[j], 2)));
    }
  }
  if (k == 1) return arena.call("exp", {arena.mul(arena.fraction(scale, 2), arena.sum(terms))});
  terms.push_back(arena.number(scale));
  return arena.sum(terms);
}

}  // namespace

bool has_unspecified(Forms& forms, const std::vector<Expr>& roots) {
  const auto cone = forms.cone(roots);
  return std::any_of(cone.begin(), cone.end(), [&](Expr e) { return unspecified(forms, e) != nullptr; });
}

std::optional<ChosenFunctions> choose_functions(Forms& forms, const std::vector<Expr>& sides, std::size_t k) {
  if (k > 1) return std::nullopt;
  Arena& arena = forms.arena();
  const Model& model = forms.model();
  bool possible = true;
  const auto specified = [&](Expr root) {
    return map_bottom_up(arena, root, [&](Arena&, Expr e) {
      const ModelFunction* f = unspecified(forms, e);
      if (f == nullptr) return e;
      const long scale = 1 + (f - model.functions.data());
      const std::size_t primes = split_primes(arena.name(e)).second;
      if (arena.count(e) == 1) return choice(arena, k, primes, arena.child(e, 0), scale);
      possible = possible && primes == 0;
      return choice(arena, k, arena.children_copy(e), scale);
    });
  };
  // Only those are mentioned on which the link depends.
  std::unordered_set<std::string> named;
  for (const Expr e : forms.cone(sides)) {
    if (const ModelFunction* f = unspecified(forms, e)) named.insert(f->name);
  }
  ChosenFunctions out{model, {}, {}};
  for (Definition& d : out.model.definitions) d.value = specified(d.value);
  for (Assumption& a : out.model.assumptions) a.condition = specified(a.condition);
  for (std::size_t j = 0; j < model.functions.size(); ++j) {
    const ModelFunction& f = model.functions[j];
    ModelFunction& g = out.model.functions[j];
    if (f.body) {
      g.body = specified(*f.body);
      continue;
    }
    const auto scale = static_cast<long>(j + 1);
    g.body =
        f.parameters.size() == 1 ? choice(arena, k, 0, f.parameters[0], scale) : choice(arena, k, f.parameters, scale);
    if (!named.contains(f.name)) continue;
    out.words += (out.words.empty() ? "" : ", ") + f.name + "(";
    for (const Expr p : f.parameters) out.words += (p == f.parameters[0] ? "" : ", ") + arena.name(p);
    out.words += ") = " + print(arena, *g.body);
  }
  for (const Expr s : sides) out.sides.push_back(specified(s));
  if (!possible) return std::nullopt;
  return out;
}

}  // namespace gradus

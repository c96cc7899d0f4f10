// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/relations.h"

#include <algorithm>

namespace gradus::algebra {
namespace {

// Sets s to `value` in what has been set before.
void replace(Ring& ring, ExprMap<Rat>& given, Var s, const Poly& value) {
  for (auto& [symbol, r] : given) {
    const std::vector<Poly> parts = r.num.coefficients(s);
    Poly sum = parts[0], power = value;
    for (std::size_t k = 1; k < parts.size(); ++k) {
      sum = sum + ring.multiply(parts[k], power);
      if (k + 1 < parts.size()) power = ring.multiply(power, value);
    }
    r.num = sum;
  }
}

}  // namespace

bool mentions(Ring& ring, const Poly& p, const SymbolSet& wanted) {
  if (wanted.empty()) return false;
  for (const Var v : p.variables()) {
    for (const Expr s : symbols(ring.arena(), ring.at(v).expr)) {
      if (wanted.contains(s)) return true;
    }
  }
  return false;
}

void use_equalities(Ring& ring, Signs& signs, Hints& hints, const std::vector<Expr>& equalities, ExprMap<Rat>& given,
                    SymbolSet& confined) {
  bool related = false;
  for (const Expr e : equalities) {
    // What is left unused confines all its symbols, those that other symbols are expressed by included.
    const auto confine = [&] {
      for (const Expr s : symbols(ring.arena(), e)) {
        confined.insert(s);
        const auto it = given.find(s);
        if (it == given.end()) continue;
        for (const Var v : it->second.num.variables()) confined.insert(ring.at(v).expr);
      }
    };
    Poly p;
    try {
      Normaliser plain(ring, signs, hints);
      plain.given = given;
      const Rat r = ring.canonical(plain.convert(e));
      if (!r.factors.empty()) throw GaveUp("a denominator");
      p = r.num;
    } catch (const GaveUp&) {
      confine();
      continue;
    } catch (const Infeasible&) {
      confine();
      continue;
    }
    if (p.zero()) continue;
    if (p.constant()) throw Infeasible();
    const std::vector<Var> variables = p.variables();
    if (!std::all_of(variables.begin(), variables.end(),
                     [&](Var v) { return ring.at(v).kind == Kernel::Kind::symbol; })) {
      confine();
      continue;
    }
    const auto linear = std::find_if(variables.rbegin(), variables.rend(),
                                     [&](Var v) { return p.degree(v) == 1 && p.coefficients(v)[1].constant(); });
    if (linear != variables.rend()) {
      const std::vector<Poly> parts = p.coefficients(*linear);
      const Poly value = parts[0].scaled(-cln::recip(parts[1].constant_term()));
      replace(ring, given, *linear, value);
      given[ring.at(*linear).expr] = {value, {}};
      continue;
    }
    confine();
    const auto monic =
        std::find_if(variables.rbegin(), variables.rend(), [&](Var v) { return p.coefficients(v).back().constant(); });
    if (monic == variables.rend() || related) continue;
    related = true;
    const std::vector<Poly> parts = p.coefficients(*monic);
    const Poly lead = Poly::variable(*monic, p.degree(*monic)).scaled(parts.back().constant_term());
    ring.relate(*monic, p.degree(*monic), (p - lead).scaled(-cln::recip(parts.back().constant_term())));
  }
}

}  // namespace gradus::algebra

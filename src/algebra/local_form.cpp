// SPDX-License-Identifier: GPL-2.0-or-later
// The normal form around a point: every sign is what it is at the point.
#include <algorithm>

#include "algebra/cases.h"
#include "algebra/relations.h"
#include "gradus/algebra/normal.h"

namespace gradus {
namespace {

using namespace algebra;  // NOLINT(google-build-using-namespace): this file is a part of it

constexpr std::size_t most_nodes_of_local_form = 20'000;
constexpr std::uint64_t steps_of_local_form = 1'000'000;
constexpr int most_restarts_of_local_form = 20;
constexpr long precision = 512;

/// Signs by enclosures at the point. A continuous function that is positive there is positive around it.
class SignsAt : public Signs {
 public:
  SignsAt(const EvalContext& context, const Point& point) : context_(context), point_(point) {}

  int sign(Ring& ring, FactorId id, bool required) override {
    const int s = at(ring, ring.factor(id));
    if (s == 0 && required) throw GaveUp("a sign changes at the point");
    return s;
  }
  void deduce(Ring& ring, FactorId id, int s) override {
    const int here = at(ring, ring.factor(id));
    if (here == 0) throw GaveUp("a sign changes at the point");
    if (here != s) throw Infeasible();
  }
  bool single_valued(Ring&, const Poly&) override { return false; }  // they have been put in
  bool nonzero(Ring& ring, const Poly& p) override {
    if (at(ring, p) == 0) throw GaveUp("a sign changes at the point");
    return true;
  }

 private:
  int at(Ring& ring, const Poly& p) {
    const Expr e = ring.expr(p);
    const auto [it, added] = signs_.try_emplace(e, 0);
    if (!added) return it->second;
    const Enclosure v = enclose(ring.arena(), e, point_, context_, precision);
    if (v.state == Enclosure::State::defined) it->second = v.exact_lower > 0 ? 1 : v.exact_upper < 0 ? -1 : 0;
    return it->second;
  }

  const EvalContext& context_;
  const Point& point_;
  ExprMap<int> signs_;
};

LocalForm form_of(Arena& arena, const FunctionTable& functions, const Model* model, Expr e, const Point& point) {
  Unfolder unfold(arena, functions, model, most_nodes_of_local_form);
  const Expr base = unfold(e);
  std::unordered_set<Expr, ExprHash> relevant;
  const Assumed known = assumed(arena, unfold, model, nullptr, relevant);
  const EvalContext context{functions, nullptr};
  SignsAt signs(context, point);
  Budget budget(steps_of_local_form);
  Hints hints;
  for (int k = 0; k < most_restarts_of_local_form; ++k) {
    Ring ring(arena, budget);
    ExprMap<Rat> given;
    for (const Expr s : known.discrete) {
      const auto it = point.find(s);
      if (it != point.end()) given[s] = Ring::constant(it->second);
    }
    try {
      SymbolSet confined;
      use_equalities(ring, signs, hints, known.equalities, given, confined);
      Normaliser normaliser(ring, signs, hints);
      normaliser.given = given;
      return {LocalForm::State::value, ring.expr(normaliser.convert(base))};
    } catch (const Restart&) {
    } catch (const Infeasible&) {
      return {LocalForm::State::no_value, {}};
    } catch (const NoValue&) {
      return {LocalForm::State::no_value, {}};
    }
  }
  return {};
}

}  // namespace

LocalForm local_form(Arena& arena, const FunctionTable& functions, const Model* model, Expr e, const Point& point) {
  try {
    return form_of(arena, functions, model, e, point);
  } catch (const GaveUp&) {
  } catch (const LimitError&) {
  } catch (const cln::runtime_exception&) {
  }
  return {};
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/tensor_proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "check/forms.h"
#include "gradus/algebra/facts.h"
#include "gradus/algebra/normal.h"
#include "gradus/expr/tensor_function.h"
#include "tensor/inverse.h"

namespace gradus {

using namespace tensor;

namespace {

constexpr std::size_t most_unfolded_in_proof = 4;  // names, one by one
constexpr int most_multiplied = 2;                 // matrices of which there is an inverse, one by one
constexpr int most_multipliers = 3;                // that are tried
constexpr int most_steps = 3;                      // of the chain rule, before all is carried out

}  // namespace

TensorProof::TensorProof(Engine& engine, const Model& model, Entries& entries)
    : engine_(engine),
      arena_(engine.arena),
      model_(model),
      scalar_(functions_of(model)),
      entries_(entries),
      adjoints_(engine, model, entries),
      sums_(engine.arena, entries) {
  sums_.split_exponentials();
  std::vector<Expr> matrices;
  for (const Assumption& a : model.assumptions) {
    if (const auto name = symmetric(arena_, a.condition)) matrices.push_back(*name);
  }
  sums_.set_symmetric(std::move(matrices));
}

bool TensorProof::proved(Expr a, Expr b, Effort effort, std::string& reason) {
  exceptions_.clear();
  const Expr c = without_adjoint_names(a), d = without_adjoint_names(b);
  return vanishes(a, b, effort, reason) || ((c != a || d != b) && vanishes(c, d, effort, reason));
}

// Names for the derivatives, which are not replaced when definitions are.
Expr TensorProof::with_atoms(Expr e) {
  ExprMap<Expr> map;
  for (const Expr d : adjoints_.derivatives(e)) {
    const bool indexed = arena_.is(d, Op::Entry);
    const Expr of = indexed ? arena_.child(d, 0) : d;
    // The indices of what is differentiated, as in d(Z[i, j])/dW, stay seen: a sum may bind them.
    std::vector<Expr> parts{of};
    ExprMap<Expr> places;
    for (const Expr s : symbols(arena_, arena_.child(of, 0))) {
      if (!is_fresh_index(arena_, s)) continue;
      places[s] = arena_.symbol(fmt::format("place {}", parts.size()));
      parts.push_back(s);
    }
    const Expr name = arena_.symbol("derivative " + print(arena_, substitute(arena_, of, places)));
    if (parts.size() == 1) {
      map[of] = name;
      continue;
    }
    parts[0] = name;
    for (std::size_t k = 1; indexed && k < arena_.count(d); ++k) parts.push_back(arena_.child(d, k));
    map[d] = arena_.make(Op::Entry, parts);
  }
  return substitute(arena_, e, map);
}

// Names of derivatives, as `delta = dJ/dz`, are replaced by these.
Expr TensorProof::without_adjoint_names(Expr e) {
  for (std::size_t k = model_.definitions.size(); k-- > 0;) {
    const Definition& d = model_.definitions[k];
    if (!has_derivative(d.value)) continue;
    ExprMap<Expr> map;
    for (const Expr node : reachable(arena_, e)) {
      if (arena_.is(node, Op::Entry) && arena_.child(node, 0) == d.symbol) {
        std::vector<Expr> at = arena_.children_copy(node);
        at.erase(at.begin());
        map[node] = entries_.at(d.value, at);
      } else if (node == d.symbol && entries_.shape(node).empty()) {
        map[node] = entries_.at(d.value, {});
      }
    }
    if (!map.empty()) e = substitute(arena_, e, map);
  }
  return e;
}

bool TensorProof::has_derivative(Expr e) {
  const auto nodes = reachable(arena_, e);
  return std::ranges::any_of(nodes, [&](Expr n) { return arena_.is(n, Op::Deriv); });
}

Expr TensorProof::one_step(Expr e) {
  ExprMap<Expr> steps;
  for (const Expr d : adjoints_.derivatives(e)) steps[d] = adjoints_.one_step(d);
  return substitute(arena_, e, steps);
}

bool TensorProof::vanishes(Expr a, Expr b, Effort effort, std::string& reason) {
  const bool all = effort == Effort::all;
  // Names as little unfolded as will do.
  const auto attempt = [&](const std::function<Expr()>& difference, bool whole) {
    try {
      const Expr d = difference();
      return zero(d) || zero_unfolded(d) || (whole && zero(adjoints_.unfolded(d)));
    } catch (const LimitError& e) {
      reason = e.what();
    } catch (const Error& e) {
      reason = e.message;
    }
    return false;
  };
  // Derivatives as they stand, those to the left a few steps further, those to the right, all carried out.
  if (attempt([&] { return with_atoms(arena_.sub(a, b)); }, all)) return true;
  Expr c = a, d = b;
  for (int k = 0; k < most_steps; ++k) {
    if (attempt([&] { return with_atoms(arena_.sub(c = one_step(c), b)); }, all && k == 0)) return true;
    if (attempt([&] { return with_atoms(arena_.sub(a, d = one_step(d))); }, all && k == 0)) return true;
  }
  if (all && attempt([&] { return adjoints_.resolved(arena_.sub(a, b)); }, true)) return true;
  if (reason.empty()) reason = "the normal form of the difference is not 0";
  return false;
}

// Whether it is zero when a few of its names are unfolded, the last ones first.
bool TensorProof::zero_unfolded(Expr e) {
  for (std::size_t k = 0; k < most_unfolded_in_proof; ++k) {
    const auto next = adjoints_.unfolded_once(e);
    if (!next) return false;
    if (zero(e = *next)) return true;
  }
  return false;
}

bool TensorProof::zero(Expr e) {
  auto known = zeros_.find(e);
  if (known == zeros_.end()) {
    const std::vector<std::string> before = std::exchange(exceptions_, {});
    const bool zero = is_zero(e) || zero_without_inverses(e);
    known = zeros_.emplace(e, Zero{zero, std::exchange(exceptions_, before)}).first;
  }
  for (const std::string& x : known->second.exceptions) {
    if (known->second.zero && std::ranges::find(exceptions_, x) == exceptions_.end()) exceptions_.push_back(x);
  }
  return known->second.zero;
}

// A vector is zero if its product with a matrix that has an inverse is.
bool TensorProof::zero_without_inverses(Expr e) {
  const auto nodes = reachable(arena_, e);
  const auto is_inverse = [&](Expr n) { return is_inverse_entry(arena_, n); };
  return std::ranges::any_of(nodes, is_inverse) && zero_multiplied(e, 0);
}

bool TensorProof::zero_multiplied(Expr e, int depth) {
  sums_.begin(e);
  const Expr all = sums_.expression(sums_.settled(sums_.terms(by_assumptions(e))));
  if (arena_.is_number(all, 0)) return true;
  if (depth == most_multiplied) return is_zero(all);
  int tried = 0;
  for (const Expr node : reachable(arena_, all)) {
    if (!is_inverse_entry(arena_, node)) continue;
    const Expr matrix = arena_.child(arena_.child(node, 0), 0);
    const auto inside = symbols(arena_, arena_.child(arena_.child(matrix, 2), 2));
    const auto is_own = [&](Expr s) {
      return s == arena_.child(matrix, 0) || s == arena_.child(arena_.child(matrix, 2), 0);
    };
    // Not one that depends on an index that a sum around it binds.
    if (std::ranges::any_of(inside, [&](Expr s) { return is_bound(s) && !is_own(s) && !binds(matrix, s); })) continue;
    for (std::size_t side = 0; side < 2; ++side) {
      const Expr index = arena_.child(node, 1 + side);
      if (arena_.is_number(index) || is_bound(index) || contains(arena_, matrix, index)) continue;
      if (++tried > most_multipliers) return is_zero(all);
      const Expr k = entries_.fresh(), place = entries_.fresh();
      const Expr factor = entries_.at(matrix, side == 0 ? std::vector<Expr>{place, k} : std::vector<Expr>{k, place});
      const Expr body = arena_.mul(factor, substitute(arena_, all, {{index, k}}));
      if (zero_multiplied(arena_.make(Op::Sum, {k, arena_.child(matrix, 1), body}), depth + 1)) return true;
    }
  }
  return depth > 0 && is_zero(all);
}

// Whether an index is bound somewhere within `e`.
bool TensorProof::binds(Expr e, Expr index) const {
  const auto nodes = reachable(arena_, e);
  return std::ranges::any_of(nodes, [&](Expr n) { return binds_index(arena_.op(n)) && arena_.child(n, 0) == index; });
}

bool TensorProof::is_zero(Expr e, int splits) {
  sums_.begin(e);
  Terms terms = sums_.settled(sums_.terms(by_assumptions(e)));
  // What cancelled may have left a sum of which something is assumed.
  for (std::size_t k = 0; k < most_unfolded_in_proof && (!assumed().empty() || !bits().empty()); ++k) {
    const Expr all = sums_.expression(terms), known = by_assumptions(all);
    if (known == all) break;
    terms = sums_.settled(sums_.terms(known));
  }
  if (terms.empty()) return true;
  if (splits < most_splits) {
    const Expr all = sums_.expression(terms);
    for (const Expr node : reachable(arena_, all)) {
      if (!is_delta(arena_, node)) continue;
      const Expr i = arena_.child(node, 0), j = arena_.child(node, 1);
      if (is_bound(i) || is_bound(j)) continue;
      const auto& [from, to] = arena_.is_number(i) ? std::pair(j, i) : std::pair(i, j);
      return is_zero(substitute(arena_, all, {{node, arena_.number(0)}}), splits + 1) &&
             is_zero(substitute(arena_, substitute(arena_, all, {{node, arena_.number(1)}}), {{from, to}}), splits + 1);
    }
  }
  const Facts facts(arena_, engine_.catalogue.functions, &scalar_);
  if (!primes_) primes_.emplace(engine_, scalar_);
  const auto is_zero_of_scalars = [&](Expr d) {
    const ZeroTest test = zero_test(arena_, engine_.catalogue.functions, &scalar_, facts, primes_->written_out(d));
    return test.answer == ZeroTest::Answer::zero;
  };
  // Where a condition holds for single values alone, what stands there does not matter; but that is said.
  const auto vanishes = [&](Expr of_scalars) {
    const std::vector<Expr> jumps = jumps_in(of_scalars);
    if (!jumps.empty() && is_zero_of_scalars(with_symbols(of_scalars, true))) return true;
    if (!is_zero_of_scalars(with_symbols(of_scalars, false))) return false;
    for (const Expr jump : jumps) {
      const std::string shown = shown_exception(jump);
      if (std::ranges::find(exceptions_, shown) == exceptions_.end()) exceptions_.push_back(shown);
    }
    return true;
  };
  if (vanishes(sums_.expression(terms))) return true;
  // Sums over the same dimensions become one sum; it is zero if what is summed is.
  return zero_by_groups(terms, vanishes, false) || zero_by_groups(terms, vanishes, true);
}

// `spread`: n times something is a sum of it as well.
bool TensorProof::zero_by_groups(const Terms& terms, const std::function<bool(Expr)>& vanishes, bool spread) {
  std::map<std::vector<Expr>, std::vector<Expr>> groups;
  for (const auto& [given, c] : terms) {
    std::vector<Expr> over, factors{arena_.number(c)};
    Powers powers = given;
    const bool has_sum = std::ranges::any_of(powers, [&](const auto& p) { return arena_.is(p.first, Op::Sum); });
    for (const Expr d : model_.dims) {
      const auto at = powers.find(d);
      if (!spread || has_sum || !over.empty() || at == powers.end() || at->second != 1) continue;
      over.push_back(d);
      powers.erase(at);
    }
    for (const auto& [kernel, n] : powers) {
      if (over.empty() && n == 1 && arena_.is(kernel, Op::Sum)) {
        const SumForms::Opened sum = sums_.open(kernel);
        ExprMap<Expr> common;  // the same names in all of them
        for (const auto& [index, dimension] : sum.bound) {
          common[index] = arena_.symbol(fmt::format("common index {}", over.size()));
          over.push_back(dimension);
        }
        factors.push_back(substitute(arena_, sum.body, common));
      } else {
        factors.push_back(arena_.pow(kernel, arena_.number(n)));
      }
    }
    groups[over].push_back(arena_.product(factors));
  }
  return std::ranges::all_of(groups, [&](const auto& group) { return vanishes(arena_.sum(group.second)); });
}

// Whether an index is bound by a sum of a normal form.
bool TensorProof::is_bound(Expr index) const { return arena_.is(index, Op::Symbol) && arena_.name(index)[0] == '#'; }

// The names whose entries stand in a part of an expression.
std::unordered_set<Expr, ExprHash> TensorProof::named(Expr part) const {
  std::unordered_set<Expr, ExprHash> out, indices;
  for (const Expr node : reachable(arena_, part)) {
    const auto children = arena_.children(node);
    if (arena_.is(node, Op::Entry)) indices.insert(children.begin() + 1, children.end());
    if (binds_index(arena_.op(node))) indices.insert(children.begin(), children.begin() + 2);
  }
  for (const Expr s : symbols(arena_, part)) {
    if (!indices.contains(s) && std::ranges::find(model_.dims, s) == model_.dims.end()) out.insert(s);
  }
  return out;
}

// Whether a sum, or greatest, is of polynomials.
bool TensorProof::is_polynomial(Expr reduction) const {
  std::vector<Expr> open{reduction};
  while (!open.empty()) {
    const Expr e = open.back();
    open.pop_back();
    if (arena_.is(e, Op::Entry) || arena_.count(e) == 0) continue;
    const bool power =
        arena_.is(e, Op::Pow) && arena_.is_integer(arena_.child(e, 1)) && arena_.value(arena_.child(e, 1)) > 0;
    if (!power && !arena_.is(e, Op::Add) && !arena_.is(e, Op::Mul) && !is_reduction(arena_.op(e))) return false;
    for (const Expr c : arena_.children(e)) open.push_back(c);
  }
  return true;
}

// Whether `e`, in which sums become names, is zero almost nowhere for all sizes, as an expression of independent names
// is: a sum may be equal to one of its terms, the greatest entry is equal to an entry. Where a name stands in one of
// its parts alone, nothing else can be equal to that. An index has single values; so may have what equations and sets
// confine.
bool TensorProof::is_generic(Expr e) const {
  const auto all = reachable(arena_, e);
  if (std::ranges::any_of(all, [&](Expr n) { return tensor_call(arena_, n) != nullptr; })) return false;
  std::unordered_set<Expr, ExprHash> confined;
  for (const Assumption& a : model_.assumptions) {
    const auto nodes = reachable(arena_, a.condition);
    if (std::ranges::none_of(nodes, [&](Expr n) { return arena_.is(n, Op::Eq) || arena_.is(n, Op::In); })) continue;
    for (const Expr s : symbols(arena_, a.condition)) confined.insert(s);
  }
  std::vector<Expr> open{e}, reductions;
  ExprMap<std::pair<int, bool>> parts;  // in how many parts a name stands, and whether they change with it
  std::unordered_set<Expr, ExprHash> seen;
  while (!open.empty()) {
    const Expr node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    const bool reduction = is_reduction(arena_.op(node));
    if (!reduction && !arena_.is(node, Op::Entry) && !arena_.is(node, Op::Symbol)) {
      for (const Expr c : arena_.children(node)) open.push_back(c);
      continue;
    }
    const bool derivative = arena_.is(node, Op::Symbol) && arena_.name(node).starts_with("derivative ");
    if (arena_.is(node, Op::Symbol) && !derivative && !model_.introduced.contains(arena_.name(node))) return false;
    if (reduction) reductions.push_back(node);
    for (const Expr name : named(node)) {
      auto& [count, changes] = parts[name];
      ++count;
      changes = (!reduction || is_polynomial(node)) && !confined.contains(name);
    }
  }
  const auto is_free = [](const auto& p) { return p.second.second; };
  return (reductions.empty() && (parts.empty() || std::ranges::any_of(parts, is_free))) ||
         std::ranges::any_of(parts, [](const auto& p) { return p.second.first == 1 && p.second.second; });
}

// What has another value where an equation holds, which it does for single values alone.
std::vector<Expr> TensorProof::jumps_in(Expr e) const {
  std::vector<Expr> out;
  for (const Expr node : reachable(arena_, e)) {
    if (!arena_.is(node, Op::Where)) continue;
    const Expr condition = arena_.child(node, 0);
    const bool equation = arena_.is(condition, Op::Eq) || arena_.is(condition, Op::Ne);
    if (equation && is_generic(condition)) out.push_back(node);
  }
  return out;
}

std::string TensorProof::shown_exception(Expr jump) {
  const Expr condition = arena_.child(jump, 0);
  ExprMap<Expr> letters;
  for (const Expr s : symbols(arena_, condition)) {
    const bool index = is_fresh_index(arena_, s) || arena_.name(s).starts_with("common index ");
    if (index) letters[s] = arena_.symbol(tensor::index_letter(letters.size()));
  }
  return print(arena_, substitute(arena_, arena_.make(Op::Ne, {arena_.child(condition, 0), arena_.child(condition, 1)}),
                                  letters));
}

// Entries and sums as names of scalars; so are values that jump where something is zero that may well be.
Expr TensorProof::with_symbols(Expr e, bool jumps_too) {
  ExprMap<Expr> map;
  for (const Expr node : reachable(arena_, e)) {
    const bool jumps =
        arena_.is(node, Op::Where) ||
        (arena_.is(node, Op::Call) && (arena_.name(node) == "sign" || arena_.name(node).ends_with('\'')));
    if (arena_.is(node, Op::Entry) || is_reduction(arena_.op(node)) || is_delta(arena_, node) ||
        tensor_call(arena_, node) != nullptr || (jumps && !is_generic(arena_.child(node, 0))) ||
        (jumps_too && arena_.is(node, Op::Where))) {
      map[node] = arena_.symbol(fmt::format("entry {}", node.id));
    }
  }
  return substitute(arena_, e, map);
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/sums.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "gradus/diag/source.h"
#include "gradus/expr/size.h"
#include "gradus/expr/tensor_function.h"
#include "tensor/inverse.h"
#include "tensor/nesting.h"
#include "tensor/readable.h"

namespace gradus::tensor {
namespace {

constexpr int deepest_sum = 3'000;
constexpr std::size_t most_nested = 40;                 // sums
constexpr std::size_t most_terms = 20'000;              // of one expression
constexpr std::size_t most_steps_of_sums = 20'000'000;  // nodes looked at and products of terms, of one link
constexpr long largest_power = 8;                       // of a sum that is multiplied out
constexpr long largest_exponent = 1'000;                // of an exponential
constexpr std::size_t most_permuted = 5;                // bound indices whose order is tried

}  // namespace

void SumForms::spend(std::size_t steps) {
  if ((spent_ += steps) > most_steps_of_sums) throw LimitError("multiplying out the sums takes too many steps");
}

void SumForms::add(Terms& to, const Terms& from, const Rational& c) {
  for (const auto& [powers, coefficient] : from) {
    spend();
    Rational& sum = to[powers];
    sum = sum + c * coefficient;
    if (sum == 0) to.erase(powers);
  }
  if (to.size() > most_terms) throw LimitError(fmt::format("more than {} terms", most_terms));
}

Terms SumForms::product(const Terms& a, const Terms& b) {
  Terms out;
  for (const auto& [p, c] : a) {
    for (const auto& [q, d] : b) {
      Powers both = p;
      for (const auto& [kernel, n] : q) {
        if ((both[kernel] += n) == 0) both.erase(kernel);
      }
      add(out, {{both, d}}, c);
    }
  }
  return out;
}

Terms SumForms::kernel(Expr e, long power) { return {{{{e, power}}, 1}}; }

Expr SumForms::product(const Powers& powers) {
  std::vector<Expr> factors;
  for (const auto& [kernel, n] : powers) factors.push_back(n == 1 ? kernel : arena_.pow(kernel, arena_.number(n)));
  return arena_.product(factors);
}

Expr SumForms::expression(const Terms& terms) {
  std::vector<Expr> out;
  for (const auto& [powers, c] : terms) {
    if (powers.empty()) {
      out.push_back(arena_.number(c));
      continue;
    }
    const Expr p = product(powers);
    out.push_back(c == 1 ? p : arena_.mul(arena_.number(c), p));
  }
  return with_parts(arena_.sum(out));
}

Terms SumForms::terms(Expr e) {
  const Nesting nesting(depth_, deepest_sum, "sums within one another are nested too deeply");
  if (const auto it = known_.find(e); it != known_.end()) return it->second;
  Terms out;
  switch (arena_.op(e)) {
    case Op::Number:
      if (arena_.value(e) != 0) out[{}] = arena_.value(e);
      break;
    case Op::Add:
      for (const Expr c : arena_.children_copy(e)) add(out, terms(c), 1);
      break;
    case Op::Mul:
      out[{}] = 1;
      for (const Expr c : arena_.children_copy(e)) out = product(out, terms(c));
      break;
    case Op::Pow:
      out = power(e);
      break;
    case Op::Sum:
      out = summed(e);
      break;
    case Op::Max:
    case Op::Min:
      out = greatest(e);
      break;
    case Op::Eq:
    case Op::Ne:
      out = equation(e);
      break;
    case Op::Where:
      out = where(e);
      break;
    case Op::Symbol: {
      const auto made = entries_.sizes().find(e);
      out = made == entries_.sizes().end() ? kernel(e) : terms(made->second);
      break;
    }
    case Op::Entry:
      if (is_inverse_entry(arena_, e)) {
        out = inverse(e);
      } else if (is_symmetric_entry(e) && arena_.child(e, 2) < arena_.child(e, 1)) {
        out = entry(transposed_entry(arena_, e));
      } else {
        out = entry(e);
      }
      break;
    case Op::Call:
      if (arena_.name(e) == "det") {
        out = determinant(e);
        break;
      }
      if (is_delta(arena_, e)) {
        out = delta(arena_.child(e, 0), arena_.child(e, 1));
        break;
      }
      if (splits_ && arena_.name(e) == "exp") {
        out = exponential(arena_.child(e, 0));
        break;
      }
      if (splits_ && arena_.name(e) == "ln") {
        out = logarithm(arena_.child(e, 0));
        break;
      }
      [[fallthrough]];
    default: {
      // A function of tensors that stays one is the same whatever stands in it.
      if (arena_.count(e) == 0 || arena_.is(e, Op::Deriv) || tensor_call(arena_, e) != nullptr) {
        out = kernel(e);
        break;
      }
      std::vector<Expr> children;
      for (const Expr c : arena_.children_copy(e)) children.push_back(normal(c));
      out = kernel(arena_.rebuild(e, children));
    }
  }
  known_.emplace(e, out);
  return out;
}

// exp(2*a + b) is exp(a)^2*exp(b).
Terms SumForms::exponential(Expr argument) {
  Powers powers;
  for (const auto& [factors, c] : terms(argument)) {
    const bool whole = cln::denominator(c) == 1 && cln::abs(c) <= largest_exponent;
    const Expr part = product(factors);
    const Expr inside = whole || c == 1 ? part : arena_.mul(arena_.number(c), part);
    const long n = whole ? std::lround(cln::double_approx(c)) : 1;
    if ((powers[arena_.call("exp", {inside})] += n) == 0) powers.erase(arena_.call("exp", {inside}));
  }
  return {{powers, 1}};
}

// ln(exp(a)^n*b) is n*a + ln(b).
Terms SumForms::logarithm(Expr argument) {
  const Terms inside = terms(argument);
  Terms out;
  if (inside.size() != 1) return kernel(arena_.call("ln", {expression(inside)}));
  Powers rest;
  for (const auto& [factor, n] : inside.begin()->first) {
    if (arena_.is(factor, Op::Call) && arena_.name(factor) == "exp") {
      add(out, terms(arena_.child(factor, 0)), n);
    } else {
      rest[factor] = n;
    }
  }
  const Terms left{{rest, inside.begin()->second}};
  if (!(rest.empty() && inside.begin()->second == 1)) add(out, kernel(arena_.call("ln", {expression(left)})), 1);
  return out;
}

Terms SumForms::power(Expr e) {
  const Expr exponent = arena_.child(e, 1);
  const Terms base = terms(arena_.child(e, 0));
  if (!arena_.is_integer(exponent) || cln::abs(arena_.value(exponent)) > 1'000)
    return kernel(arena_.pow(expression(base), normal(exponent)));
  const long n = std::lround(cln::double_approx(arena_.value(exponent)));
  if (base.empty()) {
    if (n <= 0) throw Error({}, "a denominator is zero");
    return {};
  }
  if (base.size() == 1) {
    Powers powers;
    for (const auto& [kernel, k] : base.begin()->first) {
      if (n != 0) powers[kernel] = k * n;
    }
    return {{powers, cln::expt(base.begin()->second, cln::cl_I(n))}};
  }
  if (n < 0 || n > largest_power) return kernel(expression(base), n);
  Terms out{{{}, 1}};
  for (long k = 0; k < n; ++k) out = product(out, base);
  return out;
}

SumForms::Opened SumForms::open(Expr kernel) const {
  Opened out{{}, kernel};
  for (; arena_.is(out.body, Op::Sum); out.body = arena_.child(out.body, 2))
    out.bound.emplace_back(arena_.child(out.body, 0), arena_.child(out.body, 1));
  return out;
}

void SumForms::begin(Expr e) {
  spent_ = 0;
  ExprMap<std::size_t> heights;
  for (const Expr node : reachable(arena_, e)) {
    std::size_t h = 0;
    for (const Expr c : arena_.children(node)) h = std::max(h, heights[c]);
    heights[node] = h + (is_reduction(arena_.op(node)) ? 1 : 0);
  }
  if (heights[e] > most_nested) throw LimitError(fmt::format("more than {} sums within one another", most_nested));
}

// A name for the index of a sum that stands nowhere in it. Where equal parts stand in sums of equal depth the name is
// the same, so that what is known of them is found.
Expr SumForms::index_for(Expr e, std::size_t skipped) {
  const std::vector<Expr> nodes = reachable(arena_, e);
  spend(nodes.size());
  ExprMap<std::size_t> heights;
  std::unordered_set<Expr, ExprHash> names;
  for (const Expr node : nodes) {
    std::size_t h = 0;
    for (const Expr c : arena_.children(node)) h = std::max(h, heights[c]);
    heights[node] = h + (is_reduction(arena_.op(node)) ? 1 : 0);
    if (arena_.is(node, Op::Symbol)) names.insert(node);
  }
  for (std::size_t h = heights[e];; ++h) {
    const Expr name = arena_.symbol("index at " + std::to_string(h));
    if (!names.contains(name) && skipped-- == 0) return name;
  }
}

Terms SumForms::summed(Expr e) {
  const Expr k = index_for(e), dimension = arena_.child(e, 1);
  const Expr body = substitute(arena_, arena_.child(e, 2), {{arena_.child(e, 0), k}});
  Terms out;
  for (const auto& [powers, c] : terms(body)) add(out, summed({{k, dimension}}, powers, c), 1);
  return out;
}

// The sum of one term over indices.
Terms SumForms::summed(Bound bound, const Powers& given, const Rational& c) {
  spend();
  const auto depends = [&](Expr e) {
    return std::ranges::any_of(bound, [&](const auto& b) { return contains(arena_, e, b.first); });
  };
  // Sums that depend on the indices belong to one sum over all of them.
  Powers powers;
  std::vector<std::pair<Expr, long>> open_factors(given.begin(), given.end());
  while (!open_factors.empty()) {
    const auto [kernel, n] = open_factors.back();
    open_factors.pop_back();
    if (n < 1 || !arena_.is(kernel, Op::Sum) || !depends(kernel)) {
      if ((powers[kernel] += n) == 0) powers.erase(kernel);
      continue;
    }
    for (long copy = 0; copy < n; ++copy) {
      const Opened inner = open(kernel);
      ExprMap<Expr> renamed;
      for (const auto& [index, dimension] : inner.bound) {
        bound.emplace_back(entries_.fresh(), dimension);
        renamed[index] = bound.back().first;
      }
      const Terms body = terms(substitute(arena_, inner.body, renamed));
      for (const auto& f : body.begin()->first) open_factors.push_back(f);
    }
  }
  if (const auto joined = joined_places(powers)) {
    Terms out;
    for (const auto& [p, d] : *joined) add(out, summed(bound, p, d), c);
    return out;
  }
  // A delta takes the place of an index.
  for (const auto& [kernel, n] : powers) {
    if (!is_delta(arena_, kernel) || n < 1) continue;
    for (std::size_t side = 0; side < 2; ++side) {
      const Expr index = arena_.child(kernel, side), other = arena_.child(kernel, 1 - side);
      const auto at = std::ranges::find(bound, index, &std::pair<Expr, Expr>::first);
      if (at == bound.end()) continue;
      bound.erase(at);
      Powers rest = powers;
      rest.erase(kernel);
      Terms out;
      for (const auto& [p, d] : terms(substitute(arena_, product(rest), {{index, other}})))
        add(out, summed(bound, p, d), c);
      return out;
    }
  }
  if (auto rest = cancelled(bound, powers, c)) return std::move(*rest);
  // What hangs together stays together.
  Terms out{{{}, c}};
  std::vector<bool> done(bound.size());
  Powers left = powers;
  for (std::size_t k = 0; k < bound.size(); ++k) {
    if (done[k]) continue;
    Bound part{bound[k]};
    done[k] = true;
    Powers inside;
    for (bool grown = true; grown;) {
      grown = false;
      for (auto it = left.begin(); it != left.end();) {
        const Expr f = it->first;
        if (std::ranges::none_of(part, [&](const auto& b) { return contains(arena_, f, b.first); })) {
          ++it;
          continue;
        }
        inside.insert(*it);
        it = left.erase(it);
        grown = true;
        for (std::size_t j = 0; j < bound.size(); ++j) {
          if (!done[j] && contains(arena_, f, bound[j].first)) {
            done[j] = true;
            part.push_back(bound[j]);
          }
        }
      }
    }
    if (inside.empty()) {  // as many equal terms as the dimension says
      out = product(out, terms(bound[k].second));
    } else {
      out = product(out, kernel(component(part, inside)));
    }
  }
  return product(out, {{left, 1}});
}

// Canonical names for indices, in each order of those with the same dimension. "#1" is the innermost; `below` are those
// that stand in what is bound.
void SumForms::for_each_order(const Bound& bound, std::size_t below,
                              const std::function<void(const ExprMap<Expr>&)>& look) {
  std::vector<std::size_t> order(bound.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  do {
    const auto same = [&](std::size_t k) { return bound[order[k]].second == bound[k].second; };
    bool keeps = true;
    for (std::size_t k = 0; k < order.size(); ++k) keeps = keeps && same(k);
    if (!keeps) continue;
    ExprMap<Expr> names;
    for (std::size_t k = 0; k < order.size(); ++k)
      names[bound[order[k]].first] = arena_.symbol("#" + std::to_string(below + k + 1));
    look(names);
  } while (bound.size() <= most_permuted && std::ranges::next_permutation(order).found);
}

// One connected sum; its indices in the order that gives the least factors.
Expr SumForms::component(const Bound& given, const Powers& powers) {
  Bound bound = given;
  std::ranges::stable_sort(bound, {}, &std::pair<Expr, Expr>::second);
  const auto below = static_cast<std::size_t>(sum_height(arena_, product(powers)));
  std::optional<Powers> best;
  for_each_order(bound, below, [&](const ExprMap<Expr>& names) {
    Powers candidate;
    for (const auto& [f, n] : powers) {
      // The parts of a kernel are in the order of their names.
      spend(reachable(arena_, f).size());
      candidate[normal(substitute(arena_, f, names))] += n;
    }
    if (!best || candidate < *best) best = candidate;
  });
  return bound_by(Op::Sum, bound, below, product(*best));
}

// `body` with its canonical names bound.
Expr SumForms::bound_by(Op op, const Bound& bound, std::size_t below, Expr body) {
  for (std::size_t k = bound.size(); k-- > 0;)
    body = arena_.make(op, {arena_.symbol("#" + std::to_string(below + k + 1)), bound[k].second, body});
  return body;
}

}  // namespace gradus::tensor

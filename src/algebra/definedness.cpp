// SPDX-License-Identifier: GPL-2.0-or-later
// Where an expression has a value.
#include <algorithm>
#include <set>

#include "algebra/evaluator.h"
#include "gradus/algebra/facts.h"

namespace gradus {
namespace {

constexpr std::size_t most_visits = 200'000;

class Walk {
 public:
  Walk(Arena& arena, const FunctionTable& functions, const Model* model)
      : arena_(arena), functions_(functions), model_(model) {}

  std::vector<Expr> run(Expr root) {
    visit(root, std::nullopt);
    while (!open_.empty() && seen_.size() < most_visits) {
      const auto [e, guard] = open_.back();
      open_.pop_back();
      node(e, guard);
    }
    return std::move(out_);
  }

 private:
  using Guard = std::optional<Expr>;

  void visit(Expr e, const Guard& guard) {
    // The id of the guard plus one; 0 for none.
    if (seen_.insert({e.id, guard ? guard->id + 1 : 0}).second) open_.emplace_back(e, guard);
  }

  void require(Expr condition, const Guard& guard) {
    if (guard) {
      const Expr outside = arena_.is(*guard, Op::Not) ? arena_.child(*guard, 0) : arena_.make(Op::Not, {*guard});
      condition = arena_.make(Op::Or, {outside, condition});
    }
    if (emitted_.insert(condition).second) out_.push_back(condition);
  }

  Guard both(const Guard& guard, Expr condition) {
    if (!guard || *guard == condition) return condition;
    return arena_.make(Op::And, {*guard, condition});
  }

  void power(Expr e, const Guard& guard) {
    const Expr base = arena_.child(e, 0), exponent = arena_.child(e, 1);
    if (arena_.is(base, Op::Constant) || (arena_.is_number(base) && arena_.value(base) > 0)) return;
    const Expr zero = arena_.number(0);
    if (arena_.is_number(base, 0) && !arena_.is_number(exponent)) {
      require(arena_.make(Op::Gt, {exponent, zero}), guard);
    } else if (!arena_.is_number(exponent)) {
      symbolic_power(base, exponent, guard);
    } else if (!arena_.is_integer(exponent)) {
      require(arena_.make(arena_.value(exponent) > 0 ? Op::Ge : Op::Gt, {base, zero}), guard);
    } else if (arena_.value(exponent) < 0) {
      require(arena_.make(Op::Ne, {base, zero}), guard);
    }
  }

  void symbolic_power(Expr base, Expr exponent, const Guard& guard) {
    const Expr zero = arena_.number(0);
    const Expr positive = arena_.make(Op::Gt, {base, zero}), nonzero = arena_.make(Op::Ne, {base, zero});
    if (!takes_single_values(exponent)) return require(positive, guard);
    const auto range = integers(exponent, 0);
    if (!range) {
      const Expr whole = arena_.make(Op::And, {arena_.call("integer", {exponent}), nonzero});
      return require(arena_.make(Op::Or, {positive, whole}), guard);
    }
    if (range->first < 0) require(nonzero, guard);
  }

  /// Whether an exponent can be an integer on more than a set without interior: it depends on inputs with sets only.
  bool takes_single_values(Expr exponent) {
    if (!discrete_) discrete_ = algebra::discrete_symbols(arena_, model_);
    if (discrete_->empty()) return false;
    std::vector<Expr> open = symbols(arena_, exponent);
    std::set<Expr> seen(open.begin(), open.end());
    while (!open.empty()) {
      const Expr s = open.back();
      open.pop_back();
      const Definition* d = model_->definition(arena_.name(s));
      if (d == nullptr && !discrete_->contains(s)) return false;
      if (d == nullptr) continue;
      for (const Expr t : symbols(arena_, d->value)) {
        if (seen.insert(t).second) open.push_back(t);
      }
    }
    return true;
  }

  using Integers = std::optional<std::pair<Rational, Rational>>;

  /// The least and the greatest value of a sum or product of integers.
  Integers integers(Expr e, int depth) {
    constexpr int most_depth = 20;
    if (depth > most_depth) return std::nullopt;
    switch (arena_.op(e)) {
      case Op::Number:
        if (!arena_.is_integer(e)) return std::nullopt;
        return std::make_pair(arena_.value(e), arena_.value(e));
      case Op::Symbol: {
        const Definition* d = model_->definition(arena_.name(e));
        return d != nullptr ? integers(d->value, depth + 1) : integers_of_set(e);
      }
      case Op::Add:
      case Op::Mul: {
        const bool sum = arena_.is(e, Op::Add);
        std::pair<Rational, Rational> out(sum ? 0 : 1, sum ? 0 : 1);
        for (const Expr c : arena_.children_copy(e)) {
          const Integers one = integers(c, depth + 1);
          if (!one) return std::nullopt;
          if (sum) {
            out = {out.first + one->first, out.second + one->second};
          } else {
            const auto products = {out.first * one->first, out.first * one->second, out.second * one->first,
                                   out.second * one->second};
            out = {std::min(products), std::max(products)};
          }
        }
        return out;
      }
      default:
        return std::nullopt;
    }
  }

  Integers integers_of_set(Expr symbol) {
    for (const Assumption& a : model_->assumptions) {
      std::vector<Expr> open{a.condition};
      while (!open.empty()) {
        const Expr c = open.back();
        open.pop_back();
        if (arena_.is(c, Op::And)) {
          for (const Expr part : arena_.children(c)) open.push_back(part);
        }
        if (!arena_.is(c, Op::In) || arena_.child(c, 0) != symbol) continue;
        Integers out;
        for (std::size_t k = 1; k < arena_.count(c); ++k) {
          const Expr v = arena_.child(c, k);
          if (!arena_.is_integer(v)) return std::nullopt;
          if (!out) out.emplace(arena_.value(v), arena_.value(v));
          out = {std::min(out->first, arena_.value(v)), std::max(out->second, arena_.value(v))};
        }
        return out;
      }
    }
    return std::nullopt;
  }

  void call(Expr e, const Guard& guard) {
    const std::string name = functions_.canonical(arena_.name(e));
    const std::size_t n = arena_.count(e);
    const auto arguments = [&](const std::vector<Expr>& parameters) {
      ExprMap<Expr> map;
      for (std::size_t k = 0; k < n; ++k) map[parameters[k]] = arena_.child(e, k);
      return map;
    };
    const ModelFunction* defined = model_ == nullptr ? nullptr : model_->function(name);
    if (defined != nullptr) {
      if (defined->body && defined->parameters.size() == n) {
        visit(substitute(arena_, *defined->body, arguments(defined->parameters)), guard);
      }
      return;
    }
    const Function* known = functions_.find(name, n);
    if (known != nullptr) {
      const auto map = arguments(known->parameters);
      for (const Expr condition : known->domain) split(substitute(arena_, condition, map), guard);
    } else if (n == 1 && (name == "ln" || name == "sqrt")) {
      require(arena_.make(name == "ln" ? Op::Gt : Op::Ge, {arena_.child(e, 0), arena_.number(0)}), guard);
    }
  }

  void split(Expr condition, const Guard& guard) {
    if (!arena_.is(condition, Op::And)) return require(condition, guard);
    for (const Expr part : arena_.children_copy(condition)) split(part, guard);
  }

  void node(Expr e, const Guard& guard) {
    if (arena_.is(e, Op::Deriv)) return;
    if (arena_.is(e, Op::Where)) {
      const Expr condition = arena_.child(e, 0);
      const Expr otherwise =
          arena_.is(condition, Op::Not) ? arena_.child(condition, 0) : arena_.make(Op::Not, {condition});
      visit(arena_.child(e, 2), both(guard, otherwise));
      visit(arena_.child(e, 1), both(guard, condition));
      visit(condition, guard);
      return;
    }
    if (arena_.is(e, Op::Pow)) power(e, guard);
    if (arena_.is(e, Op::Call)) call(e, guard);
    const std::vector<Expr> children = arena_.children_copy(e);
    for (std::size_t k = children.size(); k-- > 0;) visit(children[k], guard);
  }

  Arena& arena_;
  const FunctionTable& functions_;
  const Model* model_;
  std::vector<std::pair<Expr, Guard>> open_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen_;
  std::set<Expr> emitted_;
  std::optional<std::unordered_set<Expr, ExprHash>> discrete_;
  std::vector<Expr> out_;
};

}  // namespace

std::vector<Expr> definedness(Arena& arena, const FunctionTable& functions, const Model* model, Expr e) {
  return Walk(arena, functions, model).run(e);
}

}  // namespace gradus

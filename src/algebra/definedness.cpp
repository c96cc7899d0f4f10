// SPDX-License-Identifier: GPL-2.0-or-later
// Where an expression has a value.
#include <set>

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
      require(arena_.make(Op::Gt, {base, zero}), guard);
    } else if (!arena_.is_integer(exponent)) {
      require(arena_.make(arena_.value(exponent) > 0 ? Op::Ge : Op::Gt, {base, zero}), guard);
    } else if (arena_.value(exponent) < 0) {
      require(arena_.make(Op::Ne, {base, zero}), guard);
    }
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
  std::vector<Expr> out_;
};

}  // namespace

std::vector<Expr> definedness(Arena& arena, const FunctionTable& functions, const Model* model, Expr e) {
  return Walk(arena, functions, model).run(e);
}

}  // namespace gradus

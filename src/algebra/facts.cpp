// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/algebra/facts.h"

#include <fmt/format.h>

#include <map>

#include "algebra/knowledge.h"
#include "algebra/shown.h"

namespace gradus {
namespace {

constexpr std::size_t most_contexts = 100;

void conjuncts(Arena& arena, Expr condition, std::vector<Expr>& out) {
  std::vector<Expr> open{condition};
  while (!open.empty()) {
    const Expr e = open.back();
    open.pop_back();
    if (arena.is(e, Op::And)) {
      const auto parts = arena.children(e);
      for (std::size_t k = parts.size(); k-- > 0;) open.push_back(parts[k]);
    } else if (arena.is(e, Op::Not) && is_comparison(arena.op(arena.child(e, 0)))) {
      out.push_back(algebra::negated(arena, arena.child(e, 0)));
    } else if (arena.is(e, Op::Not) && arena.is(arena.child(e, 0), Op::Or)) {
      const std::vector<Expr> parts = arena.children_copy(arena.child(e, 0));
      for (std::size_t k = parts.size(); k-- > 0;) open.push_back(algebra::negated(arena, parts[k]));
    } else {
      out.push_back(e);
    }
  }
}

}  // namespace

struct Facts::Impl {
  const FunctionTable& functions;
  const Model* model;
  std::vector<algebra::Fact> facts;
  std::vector<Expr> conditions;
  std::unique_ptr<algebra::Knowledge> knowledge;
  std::map<std::vector<Expr>, std::unique_ptr<algebra::Knowledge>> local;
};

Facts::Facts(Arena& arena, const FunctionTable& functions, const Model* model)
    : impl_(std::make_unique<Impl>(Impl{functions, model, {}, {}, nullptr, {}})) {
  if (model != nullptr) {
    std::vector<Expr> parts;
    for (const Assumption& a : model->assumptions) conjuncts(arena, a.condition, parts);
    for (const Expr c : parts) impl_->facts.push_back({c, fmt::format("{} is assumed", algebra::shown(arena, c))});
    ExprMap<bool> seen;
    for (const Definition& d : model->definitions) {
      for (const Expr c : definedness(arena, functions, model, d.value)) {
        if (!seen.try_emplace(c, true).second) continue;
        impl_->facts.push_back(
            {c, fmt::format("{} is needed by the definition of {}", algebra::shown(arena, c), d.name)});
      }
    }
  }
  for (const algebra::Fact& f : impl_->facts) impl_->conditions.push_back(f.condition);
  impl_->knowledge = std::make_unique<algebra::Knowledge>(arena, functions, model, impl_->facts);
}

Facts::~Facts() = default;
Facts::Facts(Facts&&) noexcept = default;

Decision Facts::decide(Arena& arena, Expr condition) const { return impl_->knowledge->decide(arena, condition); }

Decision Facts::decide(Arena& arena, Expr condition, const std::vector<Expr>& also) const {
  if (also.empty()) return decide(arena, condition);
  if (Decision d = decide(arena, condition); d.truth != Truth::unknown) return d;
  if (impl_->local.size() > most_contexts) impl_->local.clear();
  auto& local = impl_->local[also];
  if (!local) {
    std::vector<algebra::Fact> facts = impl_->facts;
    std::vector<Expr> parts;
    for (const Expr c : also) conjuncts(arena, c, parts);
    for (const Expr c : parts) facts.push_back({c, fmt::format("{} holds in this branch", algebra::shown(arena, c))});
    local = std::make_unique<algebra::Knowledge>(arena, impl_->functions, impl_->model, std::move(facts));
  }
  return local->decide(arena, condition);
}

const std::vector<Expr>& Facts::conditions() const { return impl_->conditions; }

}  // namespace gradus

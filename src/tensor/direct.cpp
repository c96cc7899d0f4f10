// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/direct.h"

#include <fmt/format.h>

#include <algorithm>

#include "tensor/chain.h"

namespace gradus::tensor {
namespace {

constexpr std::uint64_t largest_unfolded = 2'000;  // nodes, as a tree

class Direct {
 public:
  Direct(Engine& engine, const Model& model, Expr of, Expr wrt)
      : engine_(engine), arena_(engine.arena), model_(model), of_(of), wrt_(wrt), entries_(arena_, model_) {
    model_.per_example.reset();
    std::unordered_set<Expr, ExprHash> depend{wrt};
    for (const Definition& d : model_.definitions) {
      const std::vector<Expr> used = symbols(arena_, d.value);
      const bool depends = std::ranges::any_of(used, [&](Expr s) { return depend.contains(s); });
      if (d.symbol == wrt || !depends) continue;
      depend.insert(d.symbol);
      const std::vector<Expr> nodes = reachable(arena_, d.value);
      if (std::ranges::none_of(nodes, [&](Expr e) { return arena_.is(e, Op::MatMul); })) written_out_.insert(d.symbol);
    }
    depends_ = depend.contains(of);
    // What a name that stays is computed from stays as well: else only a part of what depends on it would be left.
    std::unordered_set<Expr, ExprHash> below;
    for (std::size_t k = model_.definitions.size(); k-- > 0;) {
      const Definition& d = model_.definitions[k];
      const bool stays =
          depend.contains(d.symbol) && d.symbol != wrt && d.symbol != of && !written_out_.contains(d.symbol);
      if (!stays && !below.contains(d.symbol)) continue;
      written_out_.erase(d.symbol);
      for (const Expr s : symbols(arena_, d.value)) below.insert(s);
    }
  }

  std::vector<Derivation> run() {
    Derivation out;
    out.of = of_;
    out.wrt = wrt_;
    out.method = "direct";
    out.start = out.result = arena_.make(Op::Deriv, {of_, wrt_});
    Definition* const cost = find(of_);
    if (cost == nullptr || !depends_ || of_ == wrt_) {
      out.declined = fmt::format("`{}` does not depend on `{}`", arena_.name(of_), arena_.name(wrt_));
      return {out};
    }
    Expr value = cost->value;
    steps_ = &out.steps;
    step("definition", value, fmt::format("What `{}` stands for.", cost->name));
    if (!unfold(value, out.declined)) {
      out.steps.clear();
      return {out};
    }
    key();
    cost->value = with_logarithms(value);
    key();
    const std::vector<Expr> own = symbols(arena_, cost->value);
    std::vector<Derivation> all = Chain(engine_, model_).run(of_, {wrt_});
    for (Derivation& d : all) {
      d.method = "direct";
      if (std::ranges::find(own, d.wrt) == own.end()) continue;
      // By what stands in the cost that was rewritten.
      std::vector<Step> steps = out.steps;
      for (Step& s : steps) {
        for (Expr* e : {&s.before, &s.after, &s.line}) *e = by(*e, d.wrt);
      }
      steps.insert(steps.end(), d.steps.begin(), d.steps.end());
      d.steps = std::move(steps);
    }
    return all;
  }

 private:
  // The derivative by the variable as one by another name.
  Expr by(Expr e, Expr name) {
    return arena_.is(e, Op::Deriv) && arena_.child(e, 1) == wrt_ ? arena_.make(Op::Deriv, {arena_.child(e, 0), name})
                                                                 : e;
  }

  Definition* find(Expr name) {
    const auto at = std::ranges::find(model_.definitions, name, &Definition::symbol);
    return at == model_.definitions.end() ? nullptr : &*at;
  }

  void step(std::string rule, Expr value, std::string why) {
    Step s;
    s.rule = std::move(rule);
    s.before = steps_->empty() ? arena_.make(Op::Deriv, {of_, wrt_}) : steps_->back().line;
    s.after = s.line = arena_.make(Op::Deriv, {value, wrt_});
    s.why = std::move(why);
    steps_->push_back(std::move(s));
  }
  void key() { steps_->back().key = true; }

  // Names on the way to the variable, the last one first.
  bool unfold(Expr& value, std::string& why) {
    while (true) {
      const Definition* last = nullptr;
      for (const Expr s : symbols(arena_, value)) {
        const Definition* d = written_out_.contains(s) ? find(s) : nullptr;
        if (d != nullptr && (last == nullptr || d > last)) last = d;
      }
      if (last == nullptr) return true;
      if (entries_.shape(last->value) != entries_.shape(last->symbol)) {
        why = fmt::format("`{}` is a number that is stretched", last->name);
        return false;
      }
      value = substitute(arena_, value, {{last->symbol, last->value}});
      if (const std::uint64_t size = tree_size(arena_, value); size > largest_unfolded) {
        why = fmt::format("written out down to {}, {} has {} nodes; the direct method is limited to {}",
                          arena_.name(wrt_), arena_.name(of_), size, largest_unfolded);
        return false;
      }
      step("definition", value, fmt::format("What `{}` stands for.", last->name));
    }
  }

  Expr with_logarithms(Expr value) {
    // Where all stands at the same entry the rules of scalars hold; a softmax is no function of an entry.
    const Expr opened = map_bottom_up(arena_, value, [&](Arena& a, Expr e) {
      const bool ln = a.is(e, Op::Call) && a.name(e) == "ln";
      const Expr inside = ln ? a.child(e, 0) : e;
      if (!ln || !a.is(inside, Op::Call) || a.name(inside) != "softmax") return e;
      return a.sub(a.child(inside, 0), a.call("logsumexp", a.children_copy(inside)));
    });
    if (opened != value) {
      step("ln-of-softmax", opened, "The logarithm of a softmax is the exponent less that of the sum.");
      key();
    }
    SumForms sums(arena_, entries_);
    Simplifier simplifier(engine_, model_, entries_, sums);
    Derivation inside;
    Line line{inside, opened};
    const Expr out = simplifier.with_logarithms(line, opened);
    for (Step& s : inside.steps) {
      s.line = arena_.make(Op::Deriv, {s.line, wrt_});
      steps_->push_back(std::move(s));
    }
    return out;
  }

  Engine& engine_;
  Arena& arena_;
  Model model_;
  Expr of_, wrt_;
  Entries entries_;
  bool depends_ = false;
  std::unordered_set<Expr, ExprHash> written_out_;
  std::vector<Step>* steps_ = nullptr;
};

}  // namespace

std::vector<Derivation> direct_derivations(Engine& engine, const Model& model, Expr of, Expr wrt) {
  return Direct(engine, model, of, wrt).run();
}

}  // namespace gradus::tensor

// SPDX-License-Identifier: GPL-2.0-or-later
#include "accuracy/search.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace gradus::accuracy {
namespace {

constexpr std::size_t most_rounds = 8;
constexpr std::size_t rounds_after_success = 2;  // something cheaper may be near
constexpr std::size_t rounds_in_vain = 2;        // without a form that is accurate at more points
constexpr std::size_t frontier = 8, specialists = 6;
constexpr std::size_t most_forms = 300;
constexpr std::size_t most_rewritings = 4;  // of one rule at one place
constexpr std::size_t largest_form = 400;   // nodes
constexpr std::size_t most_regrouped = 5;   // terms of a sum whose order is tried
const char* const strategy_of_offers = "offers";

// The rules that a strategy names, in its order.
void collect_rules(const Catalogue& catalogue, const Strategy& s, std::vector<const Rule*>& out) {
  if (s.kind == Strategy::Kind::group) {
    if (const auto members = catalogue.groups.find(s.name); members != catalogue.groups.end()) {
      for (const std::size_t k : members->second) out.push_back(&catalogue.rules[k]);
    }
  } else if (s.kind == Strategy::Kind::rule) {
    if (const Rule* rule = catalogue.rule(s.name)) out.push_back(rule);
  } else if (s.kind == Strategy::Kind::named) {
    collect_rules(catalogue, catalogue.strategies.at(s.name), out);
  }
  for (const Strategy& child : s.children) collect_rules(catalogue, child, out);
}

double bits(double error) { return std::min(64.0, std::log2(1 + error)); }

}  // namespace

Search::Search(Engine& engine, const Setting& setting, const Truths& truths, Rewriter& rewriter,
               const AccuracyOptions& options)
    : engine_(engine), truths_(truths), rewriter_(rewriter), options_(options), lowering_(engine, setting.model) {
  const auto offers = engine.catalogue.strategies.find(strategy_of_offers);
  if (offers != engine.catalogue.strategies.end()) collect_rules(engine.catalogue, offers->second, rules_);
}

void Search::set_sample(Sample sample) {
  sample_ = std::move(sample);
  truth_.clear();
  for (const auto& point : sample_.points) truth_.push_back(truths_.at(point));
  columns_ = std::make_unique<Columns>(engine_, lowering_, sample_, options_.real);
  for (Form& f : forms_) f = measure(f.e);
}

Form Search::measure(Expr e) {
  Form out;
  out.e = e;
  const std::vector<double>& computed = columns_->values(e);
  const Expr root = lowering_(e);
  out.cost = machine_cost(engine_, lowering_, std::span<const Expr>(&root, 1));
  for (std::size_t k = 0; k < computed.size(); ++k) {
    const Deviation d = truths_.deviation(truth_[k], sample_.points[k], computed[k]);
    if (truth_[k].state != TrueValue::State::none) ++out.compared;
    out.errors.push_back(d.normalised);
    out.raw.push_back(d.raw);
    out.worst = std::max(out.worst, d.normalised);
    if (d.normalised > options_.ulp) ++out.failing;
    out.total += bits(d.normalised);
  }
  return out;
}

bool Search::known(Expr form) { return !seen_.insert(rewriter_.forms().canonical(form)).second; }

void Search::offer(Expr form) {
  if (reachable(engine_.arena, form).size() <= largest_form && !known(form)) add(form);
}

void Search::add(Expr form) {
  try {
    forms_.push_back(measure(form));
  } catch (const Error&) {
    // No code can be generated for it.
  }
}

void Search::regroup(Expr line, std::vector<std::size_t>& found) {
  Arena& arena = engine_.arena;
  for (const Expr node : reachable(arena, line)) {
    const std::size_t n = arena.count(node);
    const Op op = arena.op(node);
    if ((op != Op::Add && op != Op::Mul) || n < 3 || n > most_regrouped) continue;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i + 1; j < n; ++j) {
        std::vector<Expr> parts{arena.make(op, {arena.child(node, i), arena.child(node, j)})};
        for (std::size_t k = 0; k < n; ++k) {
          if (k != i && k != j) parts.push_back(arena.child(node, k));
        }
        const std::size_t before = forms_.size();
        const Expr form = substitute(arena, line, {{node, arena.make(op, parts)}});
        if (ordered_.insert(form).second) add(form);
        if (forms_.size() > before) found.push_back(before);
      }
    }
  }
}

// The product with a divisor taken from a power and divided by at once: u/v^2 as (u/v)/v, which overflows later.
void Search::divide_in_steps(Expr line, std::vector<std::size_t>& found) {
  Arena& arena = engine_.arena;
  for (const Expr node : reachable(arena, line)) {
    const std::size_t n = arena.count(node);
    if (!arena.is(node, Op::Mul) || n > most_regrouped) continue;
    for (std::size_t i = 0; i < n; ++i) {
      const Expr power = arena.child(node, i);
      if (!arena.is(power, Op::Pow) || !arena.is_number(arena.child(power, 1))) continue;
      const Rational exponent = arena.value(arena.child(power, 1));
      if (exponent > -2 || exponent < -4 || cln::denominator(exponent) != 1) continue;
      const Expr base = arena.child(power, 0);
      for (std::size_t j = 0; j < n; ++j) {
        if (j == i || arena.is_number(arena.child(node, j))) continue;
        std::vector<Expr> parts{arena.mul(arena.child(node, j), arena.pow(base, arena.number(-1)))};
        for (std::size_t k = 0; k < n; ++k) {
          if (k == i) parts.push_back(arena.pow(base, arena.number(exponent + 1)));
          if (k != i && k != j) parts.push_back(arena.child(node, k));
        }
        const std::size_t before = forms_.size();
        const Expr form = substitute(arena, line, {{node, arena.make(Op::Mul, parts)}});
        if (ordered_.insert(form).second) add(form);
        if (forms_.size() > before) found.push_back(before);
      }
    }
  }
}

void Search::expand(std::size_t from, std::vector<std::size_t>& found) {
  const Expr line = forms_[from].e;
  for (const Expr node : reachable(engine_.arena, line)) {
    for (const Rule* rule : rules_) {
      for (const Rewriting& rewriting : rewriter_.rewritings(*rule, node, most_rewritings)) {
        const Expr next = substitute(engine_.arena, line, {{rewriting.before, rewriting.after}});
        // What can be put together is; where nothing cancels, the order in which the rule writes it may matter.
        const Expr tidy = rewriter_.run("tidy", next), together = rewriter_.run("collect", next);
        const bool cancelled = tree_size(engine_.arena, together) < tree_size(engine_.arena, tidy);
        for (const Expr form : {together, tidy}) {
          if (forms_.size() >= most_forms) return;
          if (form == tidy && cancelled) continue;
          const std::size_t before = forms_.size();
          offer(form);
          if (forms_.size() > before) found.push_back(before);
        }
      }
    }
  }
}

// The most accurate ones, and for points at which the best of them fails those that do best there.
std::vector<std::size_t> Search::best(const std::vector<std::size_t>& of) const {
  std::vector<std::size_t> order = of;
  const auto better = [&](std::size_t a, std::size_t b) {
    const Form &x = forms_[a], &y = forms_[b];
    if (x.failing != y.failing) return x.failing < y.failing;
    if (x.failing > 0 && x.total != y.total) return x.total < y.total;
    if (x.cost != y.cost) return x.cost < y.cost;
    return a < b;
  };
  std::sort(order.begin(), order.end(), better);
  std::vector<std::size_t> out(order.begin(),
                               order.begin() + static_cast<std::ptrdiff_t>(std::min(frontier, order.size())));
  if (out.empty()) return out;
  std::unordered_set<std::size_t> taken(out.begin(), out.end());
  std::size_t added = 0;
  for (std::size_t k = 0; k < sample_.points.size() && added < specialists; ++k) {
    if (forms_[out.front()].errors[k] <= options_.ulp) continue;
    const auto special = std::min_element(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return forms_[a].errors[k] < forms_[b].errors[k];
    });
    if (forms_[*special].errors[k] <= options_.ulp && taken.insert(*special).second) {
      out.push_back(*special);
      ++added;
    }
  }
  return out;
}

void Search::explore() {
  std::vector<std::size_t> found(forms_.size());
  for (std::size_t k = 0; k < found.size(); ++k) found[k] = k;
  std::unordered_set<std::size_t> done;
  std::size_t successes = 0, in_vain = 0, fewest = sample_.points.size() + 1;
  for (std::size_t round = 0; round < most_rounds; ++round) {
    std::size_t failing = fewest;
    for (const Form& f : forms_) failing = std::min(failing, f.failing);
    in_vain = failing < fewest ? 0 : in_vain + 1;
    fewest = failing;
    if (in_vain > rounds_in_vain) return;
    if (std::ranges::any_of(forms_, [](const Form& f) { return f.failing == 0; }) && ++successes > rounds_after_success)
      return;
    std::vector<std::size_t> next;
    for (const std::size_t k : best(found)) {
      if (!done.insert(k).second) continue;
      expand(k, next);
      // The order of a sum is part of its meaning here.
      if (forms_[k].failing > 0) {
        regroup(forms_[k].e, next);
        divide_in_steps(forms_[k].e, next);
      }
    }
    if (next.empty()) return;
    // What was not gone on from may still be better than what came of the rest.
    std::erase_if(found, [&](std::size_t k) { return done.contains(k); });
    found.insert(found.end(), next.begin(), next.end());
  }
}

long machine_cost(const Engine& engine, const emit::Lowering& lowering, std::span<const Expr> lowered) {
  const Arena& arena = engine.arena;
  const auto table = engine.catalogue.costs.find("machine");
  if (table == engine.catalogue.costs.end()) throw Error({}, "there is no cost table `machine` in the rules");
  const auto weight = [&](const std::string& key, long otherwise) {
    const auto w = table->second.find(key);
    return w == table->second.end() ? otherwise : w->second;
  };
  const long function = weight("function", 20), add = weight("Add", 1), mul = weight("Mul", 1),
             quotient = weight("quotient", 4), where = weight("Where", 2), pow = weight("Pow", 40);
  long sum = 0;
  for (const Expr e : reachable(arena, lowered)) {
    const auto n = static_cast<long>(arena.count(e));
    switch (arena.op(e)) {
      case Op::Add:
        sum += add * (n - 1);
        break;
      case Op::Mul:
        if (!emit::is_negation(arena, e)) sum += mul * (n - 1);
        break;
      case Op::Pow:
        if (arena.is_number(arena.child(e, 1), -1)) {
          sum += quotient;
        } else if (arena.is_number(arena.child(e, 1), 2) || arena.is_number(arena.child(e, 1), 3)) {
          sum += 2 * mul;
        } else {
          sum += pow;
        }
        break;
      case Op::Call: {
        const long own = weight(arena.name(e), -1);
        const emit::DetailFunction* f = lowering.body(e);
        sum += own >= 0 || f == nullptr ? (own >= 0 ? own : function)
                                        : machine_cost(engine, lowering, std::span<const Expr>(&f->body, 1));
        break;
      }
      case Op::Where:
        sum += where;
        break;
      default:
        if (is_condition(arena.op(e))) sum += add;
    }
  }
  return sum;
}

}  // namespace gradus::accuracy

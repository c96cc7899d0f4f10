// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/tensor_claims.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "check/links.h"
#include "check/primes.h"
#include "check/tensor_mend.h"
#include "gradus/algebra/facts.h"
#include "gradus/algebra/normal.h"
#include "tensor/adjoints.h"
#include "tensor/instance.h"
#include "tensor/per_example.h"

namespace gradus {
namespace {

using namespace tensor;

constexpr std::pair<long, long> smallest_sizes{1, 2};
constexpr std::size_t most_unfolded = 4;  // names, one by one

class TensorJudge {
 public:
  TensorJudge(Engine& engine, const Model& model)
      : engine_(engine),
        arena_(engine.arena),
        model_(model),
        entries_(engine.arena, model),
        adjoints_(engine, model, entries_),
        sums_(engine.arena, entries_) {
    scalar_.functions = model.functions;
    for (const ModelFunction& f : model.functions) scalar_.introduced.emplace(f.name, f.place);
    for (const auto& sizes : {std::pair(2L, 3L), std::pair(3L, 2L)}) sizes_.push_back(sizes);
  }

  void require_convention() { require_per_example(arena_, model_, entries_, sums_); }

  LinkVerdict judge(const Claim& claim, Expr left, Expr right) {
    free_.clear();
    Expr inside = right;
    for (std::size_t k = 0; k < claim.free_indices; ++k) {
      free_.emplace_back(arena_.child(inside, 0), arena_.child(inside, 1));
      inside = arena_.child(inside, 2);
    }
    const auto for_all = [&](Expr side) {
      for (std::size_t k = free_.size(); k-- > 0;)
        side = arena_.make(Op::Table, {free_[k].first, free_[k].second, side});
      return side;
    };
    LinkVerdict v = without_mend(left, right);
    if (v.verdict != Verdict::refuted) return v;
    for (const TensorChange& change : tensor_changes(engine_, model_, inside, free_)) {
      if (!holds(left, for_all(change.side))) continue;
      v.mend = change.words;
      v.mended = print(arena_, change.side);
      break;
    }
    return v;
  }

 private:
  // Whether an equation is proved; a few points first.
  bool holds(Expr left, Expr right) {
    try {
      const Shape a = entries_.shape(left), b = entries_.shape(right);
      if (a != b && !(is_single(arena_, a) && is_single(arena_, b))) return false;
      LinkVerdict v;
      v.left = left;
      v.right = right;
      std::string unused;
      return !refuted(v, a, b, true, unused) && proved(v, a, b, unused);
    } catch (const ShapeError&) {
    } catch (const LimitError&) {
    } catch (const Error&) {
    }
    return false;
  }

  LinkVerdict without_mend(Expr left, Expr right) {
    LinkVerdict v;
    v.left = left;
    v.right = right;
    try {
      judge(v);
    } catch (const ShapeError& e) {
      v.verdict = Verdict::refuted;
      v.reason = e.what();
      if (!e.hint.empty()) v.reason += "; " + e.hint;
    } catch (const LimitError& e) {
      v.verdict = Verdict::undecided;
      v.reason = std::string("a limit was passed: ") + e.what();
    } catch (const Error& e) {
      v.verdict = Verdict::undecided;
      v.reason = e.message;
    }
    return v;
  }

  void judge(LinkVerdict& v) {
    const Shape left = entries_.shape(v.left), right = entries_.shape(v.right);
    const bool single = is_single(arena_, left) && is_single(arena_, right);
    if (left != right && !single && !is_constant(v.left) && !is_constant(v.right)) {
      v.verdict = Verdict::refuted;
      v.reason =
          fmt::format("the shapes differ: left {}, right {}", print_shape(arena_, left), print_shape(arena_, right));
      return;
    }
    std::string tried, reason;
    if (refuted(v, left, right, true, tried)) return;
    if (!empty_.empty()) {
      v.verdict = Verdict::undecided;
      v.reason = empty_;
      return;
    }
    if (proved(v, left, right, reason)) {
      if (is_partial(v.left) || is_partial(v.right)) require_values(v, left, right);
      return;
    }
    if (refuted(v, left, right, false, tried)) return;
    v.verdict = Verdict::undecided;
    v.reason = tried.empty() ? reason : fmt::format("{}; for {} it is proved, not for all sizes", reason, tried);
  }

  // Numbers and dimensions alone are the same at every entry.
  bool is_constant(Expr side) const {
    const std::vector<Expr> names = symbols(arena_, side);
    return std::ranges::all_of(names, [&](Expr s) { return std::ranges::find(model_.dims, s) != model_.dims.end(); });
  }

  // The indices of a side, where the other one's dimensions are `shape` and its indices these.
  template <class Index>
  static std::vector<Index> indices_of(const Shape& own, const Shape& shape, const std::vector<Index>& indices,
                                       Index one) {
    if (own.empty()) return {};
    return shape.empty() || own.size() != shape.size() ? std::vector<Index>(own.size(), one) : indices;
  }

  // Whether a side, as it is written, may have no value where the definitions have theirs.
  bool is_partial(Expr side) const {
    const auto nodes = reachable(arena_, side);
    return std::ranges::any_of(nodes, [&](Expr e) {
      if (arena_.is(e, Op::Pow)) {
        const Expr base = arena_.child(e, 0), n = arena_.child(e, 1);
        const bool dimension = std::ranges::find(model_.dims, base) != model_.dims.end() || arena_.is_number(base);
        return !dimension && !(arena_.is_integer(n) && arena_.value(n) >= 0);
      }
      if (!arena_.is(e, Op::Call)) return false;
      const Function* f = engine_.catalogue.functions.find(arena_.name(e), arena_.count(e));
      return f != nullptr && !f->domain.empty();
    });
  }

  // The normal form says nothing of where the sides have values. At the sizes tried they have, at a few points each; at
  // smaller ones an entry is judged as a link of scalars.
  void require_values(LinkVerdict& v, const Shape& left, const Shape& right) {
    if (!smallest_) smallest_ = std::make_unique<Instance>(engine_, model_, entries_, sizes(smallest_sizes));
    const Facts facts(arena_, engine_.catalogue.functions, &smallest_->model());
    const Expr a = smallest_->entry(v.left, std::vector<long>(left.size(), 1));
    const Expr b = smallest_->entry(v.right, std::vector<long>(right.size(), 1));
    const LinkVerdict w = check_equation(engine_, smallest_->model(), facts, a, b);
    if (w.verdict == Verdict::proved) return;
    v.verdict = w.verdict;
    v.counterexample = w.counterexample;
    v.reason = w.verdict == Verdict::refuted
                   ? fmt::format("{} at the first entry, for {}", w.reason, shown(smallest_sizes))
                   : fmt::format("the normal forms are equal, but for {}: {}", shown(smallest_sizes), w.reason);
  }

  // --- small sizes ---

  ExprMap<long> sizes(const std::pair<long, long>& of) const {
    ExprMap<long> out;
    for (std::size_t k = 0; k < model_.dims.size(); ++k) out[model_.dims[k]] = k % 2 == 0 ? of.first : of.second;
    // Not below what is assumed of a dimension.
    for (const Assumption& a : model_.assumptions) {
      if (!arena_.is(a.condition, Op::Ge) && !arena_.is(a.condition, Op::Gt)) continue;
      const auto size = out.find(arena_.child(a.condition, 0));
      const Expr bound = arena_.child(a.condition, 1);
      if (size == out.end() || !arena_.is_integer(bound)) continue;
      const long least =
          std::lround(cln::double_approx(arena_.value(bound))) + (arena_.is(a.condition, Op::Gt) ? 1 : 0);
      if (least < 10) size->second = std::max(size->second, least);
    }
    return out;
  }

  Instance& instance(std::size_t k) {
    while (instances_.size() <= k)
      instances_.push_back(std::make_unique<Instance>(engine_, model_, entries_, sizes(sizes_[instances_.size()])));
    return *instances_[k];
  }

  // At small sizes: `screen` by a few points each, else as links of scalars are judged. Whether it is refuted; `tried`
  // gets the sizes for which it is proved.
  bool refuted(LinkVerdict& v, const Shape& left, const Shape& right, bool screen, std::string& tried) {
    for (std::size_t k = 0; k < sizes_.size(); ++k) {
      try {
        Instance& at = instance(k);
        const Facts facts(arena_, engine_.catalogue.functions, &at.model());
        std::vector<std::pair<Expr, Expr>> equations;
        const Shape& shape = left.empty() ? right : left;
        const std::vector<std::vector<long>> all = all_indices(at.sizes(shape));
        for (const auto& indices : all) {
          equations.emplace_back(at.entry(v.left, indices_of(left, shape, indices, 1L)),
                                 at.entry(v.right, indices_of(right, shape, indices, 1L)));
        }
        const std::vector<LinkVerdict> found = check_equations(engine_, at.model(), facts, equations, screen);
        const LinkVerdict& last = found.back();
        if (last.reason.starts_with("no point of the domain")) empty_ = last.reason;
        if (last.verdict == Verdict::refuted) {
          v.verdict = Verdict::refuted;
          v.counterexample = last.counterexample;
          v.reason = last.reason;
          const auto& indices = all[found.size() - 1];
          if (!indices.empty()) v.reason += " at " + shown(indices);
          if (!model_.dims.empty()) v.reason += fmt::format(", for {}", shown(sizes_[k]));
          return true;
        }
        if (std::ranges::all_of(found, [](const LinkVerdict& w) { return w.verdict == Verdict::proved; }))
          tried += (tried.empty() ? "" : " and ") + shown(sizes_[k]);
      } catch (const LimitError&) {
      }
    }
    return false;
  }

  std::string shown(const std::vector<long>& indices) const {
    if (free_.empty()) return fmt::format("entry [{}]", fmt::join(indices, ", "));
    std::string out;
    for (std::size_t k = 0; k < indices.size(); ++k)
      out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", arena_.name(free_[k].first), indices[k]);
    return out;
  }

  std::string shown(const std::pair<long, long>& of) const {
    const ExprMap<long> at = sizes(of);
    std::string out;
    for (const Expr d : model_.dims) out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", arena_.name(d), at.at(d));
    return out.empty() ? "the given sizes" : out;
  }

  // --- all sizes ---

  // Names for the derivatives, which are not replaced when definitions are.
  Expr with_atoms(Expr e) {
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
  Expr without_adjoint_names(Expr e) {
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

  bool has_derivative(Expr e) {
    const auto nodes = reachable(arena_, e);
    return std::ranges::any_of(nodes, [&](Expr n) { return arena_.is(n, Op::Deriv); });
  }

  Expr one_step(Expr e) {
    ExprMap<Expr> steps;
    for (const Expr d : adjoints_.derivatives(e)) steps[d] = adjoints_.one_step(d);
    return substitute(arena_, e, steps);
  }

  bool proved(LinkVerdict& v, const Shape& left, const Shape& right, std::string& reason) {
    const Shape& shape = left.empty() ? right : left;
    const std::vector<Expr> i = entries_.fresh(shape);
    const Expr a = entries_.at(v.left, indices_of(left, shape, i, arena_.number(1)));
    const Expr b = entries_.at(v.right, indices_of(right, shape, i, arena_.number(1)));
    const Expr c = without_adjoint_names(a), d = without_adjoint_names(b);
    return proved(v, a, b, reason) || ((c != a || d != b) && proved(v, c, d, reason));
  }

  // Of an entry of each side.
  bool proved(LinkVerdict& v, Expr a, Expr b, std::string& reason) {
    const Expr difference = arena_.sub(a, b);
    // Derivatives as they stand, one step of those to the left, one of those to the right, all carried out; names as
    // little unfolded as will do.
    const auto vanishes = [&](Expr d) { return zero(d) || zero_unfolded(d) || zero(adjoints_.unfolded(d)); };
    const auto attempts = std::to_array<std::function<bool()>>({
        [&] { return vanishes(with_atoms(difference)); },
        [&] { return vanishes(with_atoms(arena_.sub(one_step(a), b))); },
        [&] { return vanishes(with_atoms(arena_.sub(a, one_step(b)))); },
        [&] { return vanishes(adjoints_.resolved(difference)); },
    });
    for (const auto& attempt : attempts) {
      try {
        if (!attempt()) continue;
        v.verdict = Verdict::proved;
        v.reason = entries_.shape(v.left).empty() && entries_.shape(v.right).empty()
                       ? "the difference of the two sides has the normal form 0"
                       : "entry by entry the difference of the two sides has the normal form 0";
        return true;
      } catch (const LimitError& e) {
        reason = e.what();
      } catch (const Error& e) {
        reason = e.message;
      }
    }
    if (reason.empty()) reason = "the normal form of the difference is not 0";
    return false;
  }

  // Whether it is zero when a few of its names are unfolded, the last ones first.
  bool zero_unfolded(Expr e) {
    for (std::size_t k = 0; k < most_unfolded; ++k) {
      const auto next = adjoints_.unfolded_once(e);
      if (!next) return false;
      if (zero(e = *next)) return true;
    }
    return false;
  }

  // Equations that are assumed: what stands on their left side, for any indices.
  struct Assumed {
    Expr left, right;
    std::vector<Expr> indices;
  };
  const std::vector<Assumed>& assumed() {
    if (assumed_) return *assumed_;
    assumed_.emplace();
    for (const Assumption& a : model_.assumptions) {
      const Shape shape = entries_.shape(a.condition);
      const std::vector<Expr> i = entries_.fresh(shape);
      const Expr condition = entries_.at(a.condition, i);
      if (!arena_.is(condition, Op::Eq)) continue;
      const Expr left = adjoints_.unfolded(arena_.child(condition, 0)),
                 right = adjoints_.unfolded(arena_.child(condition, 1));
      const Terms terms = sums_.terms(left);
      if (terms.size() != 1 || terms.begin()->second != 1 || terms.begin()->first.size() != 1) continue;
      const auto& [kernel, power] = *terms.begin()->first.begin();
      if (power == 1 && arena_.is(kernel, Op::Sum)) assumed_->push_back({kernel, right, i});
    }
    return *assumed_;
  }

  bool matches(Expr pattern, Expr e, const std::vector<Expr>& indices, ExprMap<Expr>& bound) {
    if (std::ranges::find(indices, pattern) != indices.end() && arena_.is(pattern, Op::Symbol)) {
      const auto [it, fresh] = bound.emplace(pattern, e);
      return fresh || it->second == e;
    }
    if (pattern == e) return true;
    if (arena_.op(pattern) != arena_.op(e) || arena_.count(pattern) != arena_.count(e) || arena_.count(e) == 0)
      return false;
    if (arena_.is(e, Op::Call) && arena_.name(e) != arena_.name(pattern)) return false;
    for (std::size_t k = 0; k < arena_.count(e); ++k) {
      if (!matches(arena_.child(pattern, k), arena_.child(e, k), indices, bound)) return false;
    }
    return true;
  }

  // A sum over several indices, one of which stands in nothing but what the assumption sums.
  std::optional<Expr> within(const Assumed& a, Expr node) {
    const SumForms::Opened pattern = sums_.open(a.left), sum = sums_.open(node);
    if (pattern.bound.size() != 1 || sum.bound.size() < 2 || !arena_.is(sum.body, Op::Mul)) return std::nullopt;
    const std::vector<Expr> factors = arena_.children_copy(sum.body);
    for (std::size_t k = 0; k < sum.bound.size(); ++k) {
      const auto [index, dimension] = sum.bound[k];
      std::vector<Expr> own, rest;
      for (const Expr f : factors) (contains(arena_, f, index) ? own : rest).push_back(f);
      if (dimension != pattern.bound[0].second || own.size() != 1) continue;
      std::vector<Expr> open = a.indices;
      open.push_back(pattern.bound[0].first);
      ExprMap<Expr> bound{{pattern.bound[0].first, index}};
      if (!matches(pattern.body, own[0], open, bound)) continue;
      rest.push_back(substitute(arena_, a.right, bound));
      Expr out = arena_.product(rest);
      for (std::size_t j = sum.bound.size(); j-- > 0;) {
        if (j != k) out = arena_.make(Op::Sum, {sum.bound[j].first, sum.bound[j].second, out});
      }
      return out;
    }
    return std::nullopt;
  }

  // With what is assumed in its place.
  Expr by_assumptions(Expr e) {
    if (assumed().empty()) return e;
    e = sums_.normal(e);
    ExprMap<Expr> map;
    for (const Expr node : reachable(arena_, e)) {
      if (!arena_.is(node, Op::Sum)) continue;
      for (const Assumed& a : assumed()) {
        ExprMap<Expr> bound;
        if (matches(a.left, node, a.indices, bound)) map[node] = substitute(arena_, a.right, bound);
        if (const auto inside = within(a, node); !map.contains(node) && inside) map[node] = *inside;
      }
    }
    return substitute(arena_, e, map);
  }

  // Two indices that are the same, and two that are not: a delta of indices that no sum binds.
  static constexpr int most_splits = 4;

  bool zero(Expr e, int splits = 0) {
    sums_.begin(e);
    const Terms terms = sums_.settled(sums_.terms(by_assumptions(e)));
    if (terms.empty()) return true;
    if (splits < most_splits) {
      const Expr all = sums_.expression(terms);
      for (const Expr node : reachable(arena_, all)) {
        if (!is_delta(arena_, node)) continue;
        const Expr i = arena_.child(node, 0), j = arena_.child(node, 1);
        if (is_bound(i) || is_bound(j)) continue;
        const auto& [from, to] = arena_.is_number(i) ? std::pair(j, i) : std::pair(i, j);
        return zero(substitute(arena_, all, {{node, arena_.number(0)}}), splits + 1) &&
               zero(substitute(arena_, substitute(arena_, all, {{node, arena_.number(1)}}), {{from, to}}), splits + 1);
      }
    }
    const Facts facts(arena_, engine_.catalogue.functions, &scalar_);
    if (!primes_) primes_.emplace(engine_, scalar_);
    const auto vanishes = [&](Expr of_scalars) {
      const ZeroTest test = zero_test(arena_, engine_.catalogue.functions, &scalar_, facts,
                                      primes_->written_out(with_symbols(of_scalars)));
      return test.answer == ZeroTest::Answer::zero;
    };
    if (vanishes(sums_.expression(terms))) return true;
    // Sums over the same dimensions become one sum; it is zero if what is summed is.
    return zero_by_groups(terms, vanishes, false) || zero_by_groups(terms, vanishes, true);
  }

  // `spread`: n times something is a sum of it as well.
  bool zero_by_groups(const Terms& terms, const std::function<bool(Expr)>& vanishes, bool spread) {
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
  bool is_bound(Expr index) const { return arena_.is(index, Op::Symbol) && arena_.name(index)[0] == '#'; }

  // Entries and sums as names of scalars.
  Expr with_symbols(Expr e) {
    ExprMap<Expr> map;
    for (const Expr node : reachable(arena_, e)) {
      if (arena_.is(node, Op::Entry) || arena_.is(node, Op::Sum) || is_delta(arena_, node)) {
        map[node] = arena_.symbol(fmt::format("entry {}", node.id));
      }
    }
    return substitute(arena_, e, map);
  }

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  Model scalar_;
  std::optional<Primes> primes_;
  Entries entries_;
  Adjoints adjoints_;
  SumForms sums_;
  FreeIndices free_;  // of the claim
  std::vector<std::pair<long, long>> sizes_;
  std::unique_ptr<Instance> smallest_;
  std::string empty_;  // why there are no points of the domain
  std::optional<std::vector<Assumed>> assumed_;
  std::vector<std::unique_ptr<Instance>> instances_;
};

}  // namespace

std::vector<LinkVerdict> check_tensors(Engine& engine, const Model& model) {
  TensorJudge judge(engine, model);
  judge.require_convention();
  return judge_links(model, [&](const Claim& claim, Expr left, Expr right) { return judge.judge(claim, left, right); });
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/tensor_claims.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "check/links.h"
#include "check/tensor_mend.h"
#include "check/tensor_proof.h"
#include "gradus/algebra/facts.h"
#include "tensor/instance.h"
#include "tensor/per_example.h"

namespace gradus {
namespace {

using namespace tensor;

constexpr std::pair<long, long> smallest_sizes{1, 2};
constexpr std::string_view no_point = "no point of the domain";

class TensorJudge {
 public:
  TensorJudge(Engine& engine, const Model& model)
      : engine_(engine),
        arena_(engine.arena),
        model_(model),
        entries_(engine.arena, model),
        proof_(engine, model, entries_) {
    for (const auto& sizes : {std::pair(2L, 3L), std::pair(3L, 2L)}) sizes_.push_back(sizes);
  }

  void require_convention() { require_per_example(arena_, model_, entries_, proof_.sums()); }

  LinkVerdict judge(const Claim& claim, Expr left, Expr right, Mends mends) {
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
    if (v.verdict != Verdict::refuted || mends == Mends::none) return v;
    for (const TensorChange& change : tensor_changes(engine_, model_, inside, free_)) {
      if (!holds(left, for_all(change.side))) continue;
      v.mend = change.words;
      v.mended = engine_.shown(change.side);
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
  bool is_constant(Expr side) {
    if (!entries_.shape(side).empty()) return false;  // an identity matrix
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
    // The assumptions may exclude these sizes: a standard deviation that is positive. At others there are points.
    if (w.reason.starts_with(no_point)) {
      v.reason += fmt::format("; for {} no point of the domain was found", shown(smallest_sizes));
      return;
    }
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
        if (last.reason.starts_with(no_point)) empty_ = last.reason;
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
    for (std::size_t k = 0; k < std::min(free_.size(), indices.size()); ++k)
      out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", arena_.name(free_[k].first), indices[k]);
    // The sides may have entries of their own.
    if (indices.size() > free_.size())
      out += fmt::format(", entry [{}]",
                         fmt::join(indices.begin() + static_cast<std::ptrdiff_t>(free_.size()), indices.end(), ", "));
    return out;
  }

  std::string shown(const std::pair<long, long>& of) const {
    const ExprMap<long> at = sizes(of);
    std::string out;
    for (const Expr d : model_.dims) out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", arena_.name(d), at.at(d));
    return out.empty() ? "the given sizes" : out;
  }

  // --- all sizes ---

  bool proved(LinkVerdict& v, const Shape& left, const Shape& right, std::string& reason) {
    const Shape& shape = left.empty() ? right : left;
    const std::vector<Expr> i = entries_.fresh(shape);
    const Expr a = entries_.at(v.left, indices_of(left, shape, i, arena_.number(1)));
    const Expr b = entries_.at(v.right, indices_of(right, shape, i, arena_.number(1)));
    if (!proof_.proved(a, b, reason)) return false;
    v.verdict = Verdict::proved;
    v.reason = left.empty() && right.empty() ? "the difference of the two sides has the normal form 0"
                                             : "entry by entry the difference of the two sides has the normal form 0";
    return true;
  }

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  Entries entries_;
  TensorProof proof_;
  FreeIndices free_;  // of the claim
  std::vector<std::pair<long, long>> sizes_;
  std::unique_ptr<Instance> smallest_;
  std::string empty_;  // why there are no points of the domain
  std::vector<std::unique_ptr<Instance>> instances_;
};

}  // namespace

std::vector<LinkVerdict> check_tensors(Engine& engine, const Model& model, Mends mends) {
  TensorJudge judge(engine, model);
  judge.require_convention();
  return judge_links(model,
                     [&](const Claim& claim, Expr left, Expr right) { return judge.judge(claim, left, right, mends); });
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/tensor_claims.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "check/inverted.h"
#include "check/links.h"
#include "check/small_sizes.h"
#include "check/tensor_mend.h"
#include "check/tensor_proof.h"
#include "check/tensor_values.h"
#include "gradus/algebra/facts.h"
#include "gradus/expr/slice.h"
#include "tensor/instance.h"
#include "tensor/per_example.h"

namespace gradus {
namespace {

using namespace tensor;

constexpr long least_size = 2;  // a sum over one entry shows little
constexpr std::string_view no_point = "no point of the domain", no_value = "a side has no value";

class TensorJudge {
 public:
  TensorJudge(Engine& engine, const Model& model)
      : engine_(engine),
        arena_(engine.arena),
        model_(model),
        entries_(engine.arena, model),
        proof_(engine, model, entries_),
        values_(engine, model, entries_, proof_.adjoints()),
        sizes_(arena_, model),
        inverted_(arena_, model, entries_, proof_, sizes_) {}

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
      entries_.check_indices(right);
      if (a != b && !(is_single(arena_, a) && is_single(arena_, b))) return false;
      LinkVerdict v;
      v.left = left;
      v.right = right;
      std::string unused;
      return !refuted(v, a, b, true, unused) && proved(v, a, b, TensorProof::Effort::all, unused);
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

  // `u` for a derivative of shape [n], as `derive` writes it: whether its dimensions of 1 stretch to that.
  bool stretches(const Shape& from, const Shape& to) const {
    if (from.empty()) return true;
    if (from.size() != to.size()) return false;
    for (std::size_t k = 0; k < from.size(); ++k) {
      if (from[k] != to[k] && !arena_.is_number(from[k], 1)) return false;
    }
    return true;
  }

  Expr stretched(Expr e, const Shape& shape) {
    const std::vector<Expr> i = entries_.fresh(shape);
    return table(arena_, i, shape, entries_.at(e, entries_.shape(e).empty() ? Shape{} : i));
  }

  void judge(LinkVerdict& v) {
    entries_.check_indices(v.left);
    entries_.check_indices(v.right);
    const Shape left = entries_.shape(v.left), right = entries_.shape(v.right);
    const bool single = is_single(arena_, left) && is_single(arena_, right);
    if (left != right && !single && !is_constant(v.right) && arena_.is(v.left, Op::Deriv) && stretches(right, left)) {
      LinkVerdict of_all;
      of_all.left = v.left;
      of_all.right = stretched(v.right, left);
      judge(of_all);
      of_all.right = v.right;
      v = of_all;
      v.reason += fmt::format("; the right side, {}, is meant for every entry of {}",
                              right.empty() ? "a scalar" : print_shape(arena_, right), print_shape(arena_, left));
      return;
    }
    if (left != right && !single && !is_constant(v.left) && !is_constant(v.right)) {
      v.verdict = Verdict::refuted;
      v.reason =
          fmt::format("the shapes differ: left {}, right {}", print_shape(arena_, left), print_shape(arena_, right));
      return;
    }
    std::string tried, reason;
    // What follows in a step or two from what is next to it needs no points: networks may be deep. But for those where
    // sides have no values, and for those that show that the domain has any.
    const bool has_values = values_.everywhere(v.left) && values_.everywhere(v.right);
    const bool quickly = proved(v, left, right, TensorProof::Effort::little, reason);
    if (!(quickly && has_values) && refuted(v, left, right, true, tried)) return;
    if (const std::string why = empty_domain(); !why.empty()) {
      v.verdict = Verdict::undecided;
      v.reason = why;
      return;
    }
    if (quickly || proved(v, left, right, TensorProof::Effort::all, reason)) {
      if (!has_values) require_values(v, left, right);
      return;
    }
    if (refuted(v, left, right, false, tried)) return;
    if (model_.dims.empty() && !tried.empty()) {
      v.verdict = Verdict::proved;
      v.reason = "at every entry the difference of the two sides has the normal form 0";
      return;
    }
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

  // The normal form says nothing of where the sides have values. At the sizes tried they have, at a few points each; at
  // smaller ones an entry is judged as a link of scalars.
  void require_values(LinkVerdict& v, const Shape& left, const Shape& right) {
    const std::size_t choices = !inverted_.any({v.left, v.right}) ? 1 : sizes_.choices(dimensions(v));
    LinkVerdict w = v;
    std::string skipped;
    for (std::size_t k = 0; k < choices; ++k) {
      // A matrix may have no inverse at these sizes, whatever its entries are; others are meant then.
      bool singular = inverted_.is_singular({v.left, v.right}, k, 1);
      if (!singular || k + 1 == choices) {
        w = v;
        require_values(w, left, right, k);
        singular = w.reason.starts_with(no_value);
      }
      if (!singular) break;
      skipped += fmt::format("; for {} a matrix has no inverse", sizes_.shown(k, 1));
    }
    v = w;
    if (v.verdict == Verdict::proved) v.reason += skipped;
  }

  void require_values(LinkVerdict& v, const Shape& left, const Shape& right, std::size_t choice) {
    Instance& smallest = instance(choice, 1);
    const Model model = part(smallest, {v.left, v.right});
    const Facts facts(arena_, engine_.catalogue.functions, &model);
    const Expr a = smallest.entry(v.left, std::vector<long>(left.size(), 1));
    const Expr b = smallest.entry(v.right, std::vector<long>(right.size(), 1));
    const LinkVerdict w = check_equation(engine_, model, facts, a, b);
    if (w.verdict == Verdict::proved) return;
    // Where their difference is too large at once, each side for itself: that they are equal is known.
    const auto has_values = [&](Expr e) {
      return check_equation(engine_, model, facts, e, e).verdict == Verdict::proved;
    };
    if (w.verdict == Verdict::undecided && has_values(a) && has_values(b)) return;
    const std::string sizes = sizes_.shown(choice, 1);
    // The assumptions may exclude these sizes: a standard deviation that is positive. At others there are points.
    if (w.reason.starts_with(no_point)) {
      v.reason += fmt::format("; for {} no point of the domain was found", sizes);
      return;
    }
    v.verdict = w.verdict;
    v.counterexample = with_tensors(w.counterexample, smallest);
    v.reason = w.verdict == Verdict::refuted
                   ? fmt::format("{} at the first entry, for {}", w.reason, sizes)
                   : fmt::format("the normal forms are equal, but for {}: {}", sizes, w.reason);
  }

  // --- the domain ---

  // The definitions that may have no value; that the others have is known.
  const std::vector<Expr>& partial() {
    if (!partial_) {
      partial_.emplace();
      for (const Definition& d : model_.definitions) {
        if (!values_.everywhere(d.value)) partial_->push_back(d.symbol);
      }
    }
    return *partial_;
  }

  // Why there are no points of the domain; empty if there are some, or the model is too large to be written out.
  const std::string& empty_domain() {
    if (empty_) return *empty_;
    empty_.emplace();
    if (partial().empty() && model_.assumptions.empty()) return *empty_;
    // X.T @ X has an inverse at some sizes only: there are points if there are some at one of the choices.
    std::vector<Expr> names;
    for (const Definition& d : model_.definitions) names.push_back(d.symbol);
    for (std::size_t k = 0; k < sizes_.choices({}); ++k) {
      if (inverted_.is_singular(names, k, least_size) && k + 1 < sizes_.choices({})) continue;
      try {
        const Model model = part(instance(k, least_size), {});
        const Facts facts(arena_, engine_.catalogue.functions, &model);
        const Expr zero = arena_.number(0);
        const LinkVerdict v = check_equations(engine_, model, facts, {{zero, zero}}, true).front();
        empty_ = v.reason.starts_with(no_point) ? v.reason : "";
      } catch (const LimitError&) {
        empty_ = "";
      }
      if (empty_->empty()) break;
    }
    return *empty_;
  }

  // --- small sizes ---

  Instance& instance(std::size_t choice, long least) {
    auto& known = instances_[{choice, least}];
    if (!known) known = std::make_unique<Instance>(engine_, model_, entries_, sizes_.sizes(choice, least));
    return *known;
  }

  // The definitions that these sides depend on, and those on which the domain depends.
  Model part(Instance& of, std::vector<Expr> sides) {
    sides.insert(sides.end(), partial().begin(), partial().end());
    return of.part(std::move(sides));
  }

  // The dimensions on which the sides depend.
  Names dimensions(const LinkVerdict& v) {
    Names out = names_below(arena_, model_, {v.left, v.right});
    for (const Expr s : Names(out)) {
      for (const Expr d : entries_.shape(s)) out.insert(d);
    }
    return out;
  }

  // A point has names of entries; a reader wants to see whole tensors.
  std::optional<Counterexample> with_tensors(std::optional<Counterexample> c, const Instance& at) {
    if (!c) return c;
    for (const auto* group : {&model_.inputs, &model_.params}) {
      for (const Expr s : *group) {
        const Shape shape = entries_.shape(s);
        if (!shape.empty()) c->tensors.emplace_back(arena_.name(s), at.sizes(shape));
      }
    }
    return c;
  }

  // At small sizes: `screen` by a few points each, else as links of scalars are judged. Whether it is refuted; `tried`
  // gets the sizes for which it is proved.
  bool refuted(LinkVerdict& v, const Shape& left, const Shape& right, bool screen, std::string& tried) {
    const std::size_t choices = sizes_.choices(dimensions(v));
    std::optional<LinkVerdict> without_value;
    bool has_value = false;
    for (std::size_t k = 0; k < choices; ++k) {
      if (inverted_.is_singular({v.left, v.right}, k, least_size)) continue;
      try {
        LinkVerdict at = v;
        if (!refuted_at_small(at, left, right, screen, k, tried)) {
          has_value = true;
        } else if (at.reason.starts_with(no_value) && inverted_.any({v.left, v.right})) {
          if (!without_value) without_value = at;
        } else {
          v = at;
          return true;
        }
      } catch (const LimitError&) {
      }
    }
    // X.T @ X has an inverse at some sizes: these are meant.
    if (!without_value || has_value) return false;
    v = *without_value;
    return true;
  }

  // What is too large to be written out may be small enough at smaller sizes still.
  bool refuted_at_small(LinkVerdict& v, const Shape& left, const Shape& right, bool screen, std::size_t choice,
                        std::string& tried) {
    try {
      return refuted_at(v, left, right, screen, choice, least_size, tried);
    } catch (const LimitError&) {
      return refuted_at(v, left, right, screen, choice, 1, tried);
    }
  }

  bool refuted_at(LinkVerdict& v, const Shape& left, const Shape& right, bool screen, std::size_t choice, long least,
                  std::string& tried) {
    Instance& at = instance(choice, least);
    const Model model = part(at, {v.left, v.right});
    const Facts facts(arena_, engine_.catalogue.functions, &model);
    std::vector<std::pair<Expr, Expr>> equations;
    const Shape& shape = left.empty() ? right : left;
    const std::vector<std::vector<long>> all = all_indices(at.sizes(shape));
    for (const auto& indices : all) {
      equations.emplace_back(at.entry(v.left, indices_of(left, shape, indices, 1L)),
                             at.entry(v.right, indices_of(right, shape, indices, 1L)));
    }
    const std::vector<LinkVerdict> found = check_equations(engine_, model, facts, equations, screen);
    const LinkVerdict& last = found.back();
    const std::string sizes = sizes_.shown(choice, least);
    if (last.verdict == Verdict::refuted) {
      v.verdict = Verdict::refuted;
      v.counterexample = with_tensors(last.counterexample, at);
      v.reason = last.reason;
      const auto& indices = all[found.size() - 1];
      if (!indices.empty()) v.reason += " at " + shown(indices);
      if (!model_.dims.empty()) v.reason += fmt::format(", for {}", sizes);
      return true;
    }
    if (std::ranges::all_of(found, [](const LinkVerdict& w) { return w.verdict == Verdict::proved; }))
      tried += (tried.empty() ? "" : " and ") + sizes;
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

  // --- all sizes ---

  bool proved(LinkVerdict& v, const Shape& left, const Shape& right, TensorProof::Effort effort, std::string& reason) {
    const Shape& shape = left.empty() ? right : left;
    const std::vector<Expr> i = entries_.fresh(shape);
    const Expr a = entries_.at(v.left, indices_of(left, shape, i, arena_.number(1)));
    const Expr b = entries_.at(v.right, indices_of(right, shape, i, arena_.number(1)));
    if (!proof_.proved(a, b, effort, reason)) return false;
    v.verdict = Verdict::proved;
    v.reason = left.empty() && right.empty() ? "the difference of the two sides has the normal form 0"
                                             : "entry by entry the difference of the two sides has the normal form 0";
    for (const std::string& e : proof_.exceptions()) v.reason += (e == proof_.exceptions()[0] ? "; for " : " and ") + e;
    return true;
  }

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  Entries entries_;
  TensorProof proof_;
  TensorValues values_;
  SmallSizes sizes_;
  Inverted inverted_;
  FreeIndices free_;  // of the claim
  std::map<std::pair<std::size_t, long>, std::unique_ptr<Instance>> instances_;
  std::optional<std::vector<Expr>> partial_;
  std::optional<std::string> empty_;
};

}  // namespace

std::vector<LinkVerdict> check_tensors(Engine& engine, const Model& model, Mends mends) {
  TensorJudge judge(engine, model);
  judge.require_convention();
  return judge_links(model,
                     [&](const Claim& claim, Expr left, Expr right) { return judge.judge(claim, left, right, mends); });
}

}  // namespace gradus

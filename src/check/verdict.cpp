// SPDX-License-Identifier: GPL-2.0-or-later
// One link: a few points first, then the proof, then many points, then what would mend it.
#include "gradus/check/verdict.h"

#include <algorithm>

#include "check/chosen_functions.h"
#include "check/layer_claims.h"
#include "check/links.h"
#include "check/mend.h"
#include "check/prove.h"
#include "check/refute.h"
#include "check/tensor_claims.h"

namespace gradus {
namespace {

constexpr std::size_t most_screened = 100;  // tries at points, for one choice of functions

/// All that is shared by the links of one model.
class Judge {
 public:
  Judge(Engine& engine, const Model& model, const Facts& facts)
      : engine_(engine),
        model_(model),
        context_{engine.catalogue.functions, &model},
        forms_(engine.arena, engine.catalogue.functions, model),
        domain_(forms_, facts, context_),
        points_(forms_, domain_, engine.effort),
        resolver_(engine, model, forms_),
        prover_(engine, forms_, domain_, points_, context_, facts, [this](Expr u) { return is_generic(u); }) {}

  enum class Depth {
    screen,  ///< a few points: refuted, or undecided
    refute,  ///< no mend is looked for
    all,
  };
  LinkVerdict judge(Expr left, Expr right, Depth depth = Depth::all) {
    LinkVerdict v;
    v.left = left;
    v.right = right;
    try {
      judge(v, depth);
    } catch (const LimitError& e) {
      undecided(v, std::string("a limit was passed: ") + e.what());
    } catch (const Error& e) {
      undecided(v, e.message);
    }
    return v;
  }

 private:
  static void undecided(LinkVerdict& v, std::string reason) {
    v.verdict = Verdict::undecided;
    v.counterexample.reset();
    v.reason = std::move(reason);
  }

  /// A name that is neither given nor defined, or an empty string.
  std::string unknown_name(Expr left, Expr right) {
    for (const Expr side : {left, right}) {
      for (const Expr s : symbols(engine_.arena, side)) {
        const std::string& name = engine_.arena.name(s);
        if (model_.definition(name) != nullptr) continue;
        const auto& base = domain_.base();
        if (std::find(base.begin(), base.end(), s) == base.end()) return name;
      }
    }
    return {};
  }

  void judge(LinkVerdict& v, Depth depth) {
    if (const std::string name = unknown_name(v.left, v.right); !name.empty()) {
      return undecided(v, "`" + name + "` is not defined");
    }
    if (is_unspecified() || has_unspecified(forms_, {v.left, v.right})) return judge_for_all(v);
    const Side left = resolver_.side(v.left), right = resolver_.side(v.right);
    if (points_.point(0) == nullptr) {
      return undecided(v, "no point of the domain was found: the assumptions and definitions may exclude each other");
    }
    Refuter refuter(engine_, forms_, domain_, points_, context_, left, right);
    if (refuter.screen()) return refuted(v, refuter, left, right, depth);
    if (depth == Depth::screen) return undecided(v, "a few points show no difference");
    const Proof proof = prover_.prove(left, right);
    if (proof.proved) {
      v.verdict = Verdict::proved;
      v.reason = proof.reason;
      return;
    }
    if (refuter.violate(proof.unknown) || refuter.search(proof.region)) return refuted(v, refuter, left, right, depth);
    undecided(v, proof.reason);
  }

  void refuted(LinkVerdict& v, const Refuter& refuter, const Side& left, const Side& right, Depth depth) {
    v.verdict = Verdict::refuted;
    v.counterexample = refuter.counterexample();
    const Counterexample& c = *v.counterexample;
    const bool missing = c.left.starts_with("undefined") || c.right.starts_with("undefined");
    v.reason = missing ? "a side has no value at a point of the domain, nor around it" : "the sides differ";
    if (depth != Depth::all) return;
    if (const auto m = mend(engine_, forms_, resolver_, points_, prover_, left, right)) {
      v.mend = m->words;
      v.mended = m->mended;
    }
  }

  /// Whether the domain of the model depends on functions that are not specified.
  bool is_unspecified() {
    if (!unspecified_) {
      std::vector<Expr> roots = domain_.assumptions();
      for (const Definition& d : model_.definitions) roots.push_back(d.value);
      const bool declared =
          std::any_of(model_.functions.begin(), model_.functions.end(), [](const ModelFunction& f) { return !f.body; });
      unspecified_ = declared && has_unspecified(forms_, roots);
    }
    return *unspecified_;
  }

  /// A link with functions that are not specified: proved for all of them, or refuted by one. The domain may be empty
  /// for some functions, which does not count against a proof.
  void judge_for_all(LinkVerdict& v) {
    // An instance has another derivative than the one that is given.
    const bool any = std::none_of(model_.functions.begin(), model_.functions.end(),
                                  [](const ModelFunction& f) { return f.derivative.has_value(); });
    if (any && refuted_by_instance(v, Depth::screen)) return;
    std::string reason;
    try {
      const Proof proof = prover_.prove(resolver_.side(v.left), resolver_.side(v.right));
      reason = proof.reason;
      if (proof.proved) {
        v.verdict = Verdict::proved;
        v.reason = reason;
        return;
      }
    } catch (const Error& e) {
      reason = e.message;
    }
    if (!any || !refuted_by_instance(v, Depth::refute)) undecided(v, reason);
  }

  bool is_generic(Expr u) {
    const auto one = choose_functions(forms_, {u}, 0);
    if (!one) return false;
    const Facts facts(engine_.arena, engine_.catalogue.functions, &one->model);
    return Judge(engine_, one->model, facts).prover_.nonzero_almost_everywhere(one->sides[0]);
  }

  bool refuted_by_instance(LinkVerdict& v, Depth depth) {
    for (std::size_t k = 0;; ++k) {
      const auto one = choose_functions(forms_, {v.left, v.right}, k);
      if (!one) return false;
      const Facts facts(engine_.arena, engine_.catalogue.functions, &one->model);
      Judge judge(engine_, one->model, facts);
      // Polynomials within one another soon are too large for an exponential: the next choice may be quick.
      if (depth == Depth::screen) judge.points_.limit(most_screened);
      const LinkVerdict w = judge.judge(one->sides[0], one->sides[1], depth);
      if (w.verdict != Verdict::refuted) continue;
      v.verdict = Verdict::refuted;
      v.counterexample = w.counterexample;
      v.reason = w.reason + ", for example for " + one->words;
      return true;
    }
  }

  Engine& engine_;
  const Model& model_;
  EvalContext context_;
  Forms forms_;
  Domain domain_;
  PointSource points_;
  Resolver resolver_;
  Prover prover_;
  std::optional<bool> unspecified_;
};

/// Matrices that are written out, of a model of numbers.
bool has_indices(const Arena& arena, const std::vector<Claim>& claims) {
  std::vector<Expr> sides;
  for (const Claim& c : claims) sides.insert(sides.end(), c.sides.begin(), c.sides.end());
  const auto nodes = reachable(arena, sides);
  return std::any_of(nodes.begin(), nodes.end(),
                     [&](Expr e) { return binds_index(arena.op(e)) || arena.is(e, Op::MatMul); });
}

/// The model without primes, if it has any that can be written out. What cannot be leaves links undecided.
std::optional<Model> written_out(Engine& engine, const Model& model) {
  try {
    return Primes(engine, model).model_written_out();
  } catch (const LimitError&) {
  } catch (const Error&) {
  }
  return std::nullopt;
}

}  // namespace

std::vector<LinkVerdict> check(Engine& engine, const Model& as_written, Mends mends) {
  if (as_written.claims.empty()) return {};
  if (as_written.layers) return check_layers(engine, as_written, mends);
  if (as_written.has_tensors() || has_indices(engine.arena, as_written.claims))
    return check_tensors(engine, as_written, mends);
  const auto without_primes = written_out(engine, as_written);
  const Model& model = without_primes ? *without_primes : as_written;
  const Facts facts(engine.arena, engine.catalogue.functions, &model);
  Judge judge(engine, model, facts);
  const auto depth = mends == Mends::search ? Judge::Depth::all : Judge::Depth::refute;
  return judge_links(model, [&](const Claim&, Expr left, Expr right) { return judge.judge(left, right, depth); });
}

std::vector<LinkVerdict> check_equations(Engine& engine, const Model& as_written, const Facts& facts,
                                         const std::vector<std::pair<Expr, Expr>>& equations, bool screen) {
  const auto without_primes = written_out(engine, as_written);
  const Model& model = without_primes ? *without_primes : as_written;
  Judge judge(engine, model, facts);
  std::vector<LinkVerdict> out;
  for (const auto& [left, right] : equations) {
    out.push_back(judge.judge(left, right, screen ? Judge::Depth::screen : Judge::Depth::all));
    if (out.back().verdict == Verdict::refuted) break;
  }
  return out;
}

LinkVerdict check_equation(Engine& engine, const Model& model, const Facts& facts, Expr left, Expr right) {
  return check_equations(engine, model, facts, {{left, right}}, false).front();
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// One link: a few points first, then the proof, then many points, then what would mend it.
#include "gradus/check/verdict.h"

#include <algorithm>

#include "check/instances.h"
#include "check/mend.h"
#include "check/prove.h"
#include "check/refute.h"

namespace gradus {
namespace {

/// All that is shared by the links of one model.
class Judge {
 public:
  Judge(Engine& engine, const Model& model, const Facts& facts)
      : engine_(engine),
        model_(model),
        facts_(facts),
        context_{engine.catalogue.functions, &model},
        forms_(engine.arena, engine.catalogue.functions, model),
        domain_(forms_, facts, context_),
        points_(forms_, domain_),
        resolver_(engine, model, forms_),
        prover_(engine, forms_, domain_, points_, context_, facts) {}

  /// With `mending` false no mend is looked for.
  LinkVerdict judge(Expr left, Expr right, bool mending = true) {
    LinkVerdict v;
    v.left = left;
    v.right = right;
    try {
      judge(v, mending);
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

  void judge(LinkVerdict& v, bool mending) {
    if (const std::string name = unknown_name(v.left, v.right); !name.empty()) {
      return undecided(v, "`" + name + "` is not defined");
    }
    const Side left = resolver_.side(v.left), right = resolver_.side(v.right);
    if (has_unspecified(forms_, {left.guarded, right.guarded})) return judge_for_all(v, left, right);
    if (points_.point(0) == nullptr) {
      return undecided(v, "no point of the domain was found: the assumptions and definitions may exclude each other");
    }
    Refuter refuter(engine_, forms_, domain_, points_, context_, facts_, left, right);
    if (refuter.screen()) return refuted(v, refuter, left, right, mending);
    const Proof proof = prover_.prove(left, right);
    if (proof.proved) {
      v.verdict = Verdict::proved;
      v.reason = proof.reason;
      return;
    }
    if (refuter.violate(proof.unknown) || refuter.search()) return refuted(v, refuter, left, right, mending);
    undecided(v, proof.reason);
  }

  void refuted(LinkVerdict& v, const Refuter& refuter, const Side& left, const Side& right, bool mending) {
    v.verdict = Verdict::refuted;
    v.counterexample = refuter.counterexample();
    const Counterexample& c = *v.counterexample;
    const bool missing = c.left.starts_with("undefined") || c.right.starts_with("undefined");
    v.reason = missing ? "a side has no value at a point of the domain, nor around it" : "the sides differ";
    if (!mending) return;
    if (const auto m = mend(engine_, forms_, resolver_, points_, prover_, left, right)) {
      v.mend = m->words;
      v.mended = m->mended;
    }
  }

  /// A link with functions that are not specified: proved for all of them, or refuted by one.
  void judge_for_all(LinkVerdict& v, const Side& left, const Side& right) {
    // Points cannot be tested in the model itself: a domain that a function may make empty does not count against a
    // proof.
    const Proof proof = prover_.prove(left, right);
    if (proof.proved) {
      v.verdict = Verdict::proved;
      v.reason = proof.reason;
      return;
    }
    for (std::size_t k = 0;; ++k) {
      const auto one = instance(forms_, {left.plain, right.plain}, k);
      if (!one) break;
      const Facts facts(engine_.arena, engine_.catalogue.functions, &one->model);
      Judge judge(engine_, one->model, facts);
      const LinkVerdict w = judge.judge(one->sides[0], one->sides[1], false);
      if (w.verdict != Verdict::refuted) continue;
      v.verdict = Verdict::refuted;
      v.counterexample = w.counterexample;
      v.reason = w.reason + ", for example for " + one->words;
      return;
    }
    undecided(v, proof.reason);
  }

  Engine& engine_;
  const Model& model_;
  const Facts& facts_;
  EvalContext context_;
  Forms forms_;
  Domain domain_;
  PointSource points_;
  Resolver resolver_;
  Prover prover_;
};

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

std::vector<LinkVerdict> check(Engine& engine, const Model& as_written) {
  std::vector<LinkVerdict> out;
  if (as_written.claims.empty()) return out;
  const auto without_primes = written_out(engine, as_written);
  const Model& model = without_primes ? *without_primes : as_written;
  const Facts facts(engine.arena, engine.catalogue.functions, &model);
  Judge judge(engine, model, facts);
  for (std::size_t k = 0; k < model.claims.size(); ++k) {
    const Claim& claim = model.claims[k];
    bool wrong = false;
    for (std::size_t j = 0; j + 1 < claim.sides.size(); ++j) {
      LinkVerdict v = judge.judge(claim.sides[j], claim.sides[j + 1]);
      v.chain = k + 1;
      v.link = j + 1;
      v.left_place = claim.places[j];
      v.right_place = claim.places[j + 1];
      v.first_wrong = v.verdict == Verdict::refuted && !wrong;
      wrong = wrong || v.verdict == Verdict::refuted;
      out.push_back(std::move(v));
    }
  }
  return out;
}

LinkVerdict check_equation(Engine& engine, const Model& as_written, const Facts& facts, Expr left, Expr right) {
  const auto without_primes = written_out(engine, as_written);
  const Model& model = without_primes ? *without_primes : as_written;
  Judge judge(engine, model, facts);
  return judge.judge(left, right);
}

}  // namespace gradus

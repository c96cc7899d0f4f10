// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/layer_claims.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "check/layer_splits.h"
#include "check/links.h"
#include "check/tensor_claims.h"
#include "gradus/diag/source.h"
#include "gradus/tensor/derive.h"
#include "tensor/layer_derivations.h"

namespace gradus {
namespace {

using namespace tensor;

constexpr std::array<long, 2> depths{2, 3};  // at which a claim may be refuted

class LayerJudge {
 public:
  LayerJudge(Engine& engine, const Model& model)
      : engine_(engine), arena_(engine.arena), model_(model), layers_(*model.layers) {}

  LinkVerdict judge(const Claim& claim, Expr left, Expr right, Mends mends) {
    LinkVerdict v;
    v.left = left;
    v.right = right;
    Claim link;
    link.sides = {left, right};
    link.places = {claim.place, claim.place};
    link.free_indices = claim.free_indices;
    std::string why;
    std::vector<Part> on_parts;
    try {
      on_parts = judge_on_parts(link, mends);
    } catch (const Error& e) {
      why = e.message;
    } catch (const ShapeError& e) {
      why = e.what();
    } catch (const LimitError& e) {
      why = std::string("a limit was passed: ") + e.what();
    }
    const auto proved = [](const Part& p) { return p.verdict.verdict == Verdict::proved; };
    if (why.empty() && !on_parts.empty() && std::ranges::all_of(on_parts, proved)) {
      v.verdict = Verdict::proved;
      v.reason = on_parts.front().verdict.reason + ", for each number of layers";
      return v;
    }
    for (const long depth : depths) {
      if (refuted(v, link, depth)) {
        take_mend(v, on_parts);
        return v;
      }
    }
    const auto open = std::ranges::find_if_not(on_parts, proved);
    v.verdict = Verdict::undecided;
    v.reason = !why.empty() ? why : open == on_parts.end() ? "no part of the model decides it" : open->verdict.reason;
    if (open != on_parts.end() && open->verdict.verdict == Verdict::refuted)
      v.reason =
          "it does not hold for everything that the other layers may be, and for two and three layers no point "
          "refutes it";
    return v;
  }

 private:
  // What is judged on a part of the model: the whole equation, or one of the sums it falls into.
  enum class Of { whole, each, first, behind };
  struct Part {
    Of of;
    Expr right;
    LinkVerdict verdict;
  };

  // --- for each number of layers ---

  LayerParts& parts(Expr cost) {
    auto& known = parts_[cost];
    if (!known) known = std::make_unique<LayerParts>(engine_, model_, cost);
    return *known;
  }

  // What is differentiated: it must be the same everywhere.
  Expr cost_of(const Claim& link) const {
    std::vector<Expr> found;
    for (const Expr e : reachable(arena_, link.sides)) {
      if (!arena_.is(e, Op::Deriv)) continue;
      const Expr of = arena_.child(e, 0);
      const bool global = arena_.is(of, Op::Symbol) && model_.definition(arena_.name(of)) != nullptr;
      if (global && std::ranges::find(found, of) == found.end()) found.push_back(of);
    }
    if (found.size() > 1) throw Error({}, "it has derivatives of more than one name, which is not decided for layers");
    return found.empty() ? model_.definitions.back().symbol : found[0];
  }

  // The cost itself, not as what is differentiated, is another one in a part that does not see all that is behind it.
  void require_no_value_of(Expr cost, const Claim& link) const {
    ExprMap<Expr> without;
    for (const Expr e : reachable(arena_, link.sides)) {
      if (arena_.is(e, Op::Deriv) && arena_.child(e, 0) == cost) without[e] = arena_.number(0);
    }
    for (const Expr side : link.sides) {
      if (!contains(arena_, substitute(arena_, side, without), cost)) continue;
      throw Error({}, fmt::format("`{}` is computed from all layers, and the claim is about one", arena_.name(cost)));
    }
  }

  static bool in(const Model& part, const Arena& arena, const Claim& link, std::string& unknown) {
    std::unordered_set<std::string> bound;
    for (const Expr e : reachable(arena, link.sides)) {
      if (binds_index(arena.op(e)) && arena.is(arena.child(e, 0), Op::Symbol))
        bound.insert(arena.name(arena.child(e, 0)));
    }
    for (const Expr side : link.sides) {
      for (const Expr s : symbols(arena, side)) {
        if (bound.contains(arena.name(s)) || part.introduced.contains(arena.name(s))) continue;
        unknown = arena.name(s);
        return false;
      }
    }
    return true;
  }

  LinkVerdict on_part(Model part, const Claim& link, Mends mends) {
    std::string unknown;
    if (!in(part, arena_, link, unknown)) {
      throw Error({}, fmt::format("`{}` is too far from the other layers of this claim, or no layer of it", unknown));
    }
    part.claims = {link};
    return check_tensors(engine_, part, mends).front();
  }

  Claim moved(Claim link, const LayerName& to) {
    for (Expr& side : link.sides) side = at_layer(arena_, side, arena_.name(layers_.index), to);
    return link;
  }

  // Derivatives by what stands outside of the layers, as sums of what is made of it by the layers, before and behind.
  Claim with_sums_over_layers(Claim link, Expr cost) {
    for (Expr& side : link.sides) {
      for (const Expr e : reachable(arena_, side)) {
        const bool sum = arena_.is(e, Op::Sum) && arena_.child(e, 0) == layers_.index;
        if (sum && with_sums_over_layers(arena_.child(e, 2), cost) != arena_.child(e, 2))
          throw Error({}, "a derivative that is a sum over layers stands in such a sum");
      }
      side = with_sums_over_layers(side, cost);
    }
    return link;
  }

  Expr with_sums_over_layers(Expr side, Expr cost) {
    ExprMap<Expr> map;
    for (const Expr e : reachable(arena_, side)) {
      if (!arena_.is(e, Op::Deriv) || arena_.child(e, 0) != cost) continue;
      const Expr by = arena_.child(e, 1);
      const auto layer = layer_name(arena_.name(by));
      if ((layer && layers_.names.contains(layer->base)) || !parts(cost).reaches_layers(by)) continue;
      map[e] = sum_over_layers(e);
    }
    return map.empty() ? side : substitute(arena_, side, map);
  }

  Expr sum_over_layers(Expr derivative) {
    if (const auto known = sums_.find(derivative); known != sums_.end()) return known->second;
    const Expr cost = arena_.child(derivative, 0), by = arena_.child(derivative, 1);
    Model plain = model_;
    plain.per_example.reset();
    for (const Derivation& d : derive_layers(engine_, plain, cost, {arena_.name(by)})) {
      if (d.wrt != by) continue;
      if (!d.declined.empty()) throw Error({}, d.declined);
      const Expr sum = claim_of_results(arena_, plain, d.start, d.start, d.result).sides[1];
      if (parts(cost).shape_with_layers(sum) != parts(cost).shape_with_layers(by))
        throw Error({}, fmt::format("`{}` is written as what is stretched to its shape", print(arena_, derivative)));
      // Those by what is computed from the name, in their turn.
      return sums_[derivative] = with_sums_over_layers(sum, cost);
    }
    throw Error({}, fmt::format("`{}` is not derived", print(arena_, derivative)));
  }

  std::vector<Part> judge_on_parts(const Claim& written, Mends mends) {
    const Expr cost = cost_of(written);
    LayerParts& of = parts(cost);
    const LayerSplit split(arena_, of, cost);
    Claim given = with_sums_over_layers(written, cost);
    // By what the last layer gets from the one before: as for any layer.
    if (split.is_before_last(given.sides)) {
      for (Expr& side : given.sides) side = at_layer(arena_, side, arena_.name(layers_.depth), of.general_layer());
    }
    const LayerSpan span = split.span(given.sides);
    std::vector<Part> out;
    const auto on = [&](Model part, Of what, const Claim& link) {
      out.push_back({what, link.sides[1], on_part(std::move(part), link, mends)});
    };
    if (span.where == LayerSpan::Where::general) {
      const Claim link = moved(given, of.general_layer(span.shift));
      require_no_value_of(cost, link);
      on(of.general(), Of::whole, link);
      if (span.has_first) on(of.first(), Of::whole, moved(given, {{}, {}, 1}));
      if (!span.has_next) on(of.last(), Of::whole, moved(link, of.last_layer()));
      return out;
    }
    if (span.where == LayerSpan::Where::last && split.has_sums(given.sides)) {
      // Sums that the model has as well.
      Claim whole = given;
      for (Expr& side : whole.sides) side = of.in_last(side);
      std::string unknown;
      const Model last = of.last();
      if (in(last, arena_, whole, unknown)) {
        LinkVerdict v = on_part(last, whole, Mends::none);
        if (v.verdict == Verdict::proved) return {{Of::whole, given.sides[1], v}};
      }
    }
    // Sums over layers: what each layer adds is the same on both sides, and so is what comes before and behind them.
    const LayerSplit::Linear left = split.linear(given.sides[0]), right = split.linear(given.sides[1]);
    const auto equation = [&](std::optional<Expr> LayerSplit::Linear::*part) -> std::optional<Claim> {
      if (!(left.*part) && !(right.*part)) return std::nullopt;
      Claim link = given;
      link.sides = {(left.*part).value_or(arena_.number(0)), (right.*part).value_or(arena_.number(0))};
      return link;
    };
    if (const auto each = equation(&LayerSplit::Linear::each)) {
      split.require_one_layer(each->sides);
      require_no_value_of(cost, *each);
      on(of.general(), Of::each, moved(*each, of.general_layer()));
      on(of.last(), Of::each, moved(*each, of.last_layer()));
    }
    if (const auto first = equation(&LayerSplit::Linear::first)) {
      require_no_value_of(cost, *first);
      on(of.first(), Of::first, *first);
    }
    if (const auto behind = equation(&LayerSplit::Linear::behind)) on(of.last(), Of::behind, *behind);
    return out;
  }

  // --- for two layers, and for three ---

  // The claim for each layer for which all its names are there.
  std::vector<std::pair<std::string, Claim>> instances(const Claim& link, long depth) {
    std::vector<std::pair<std::string, Claim>> out;
    const std::string l = arena_.name(layers_.index), shown = arena_.name(layers_.depth);
    const bool general = LayerSplit::names_layer(arena_, link.sides, l, layers_);
    for (long k = general ? 1 : depth; k <= depth; ++k) {
      Claim at = link;
      for (Expr& side : at.sides) side = parts(cost_of(link)).fixed(general ? at_layer_free(side, k) : side, depth);
      const std::string where = fmt::format("{} = {}", shown, depth);
      out.emplace_back(general ? fmt::format("{} = {}, {}", l, k, where) : where, std::move(at));
    }
    return out;
  }

  // The layer that the claim is about: sums over layers keep theirs.
  Expr at_layer_free(Expr side, long k) {
    ExprMap<Expr> there, back;
    for (const Expr e : reachable(arena_, side)) {
      if (!arena_.is(e, Op::Sum) || arena_.child(e, 0) != layers_.index) continue;
      there[e] = arena_.symbol(fmt::format("layers {}", e.id));
      back[there[e]] = e;
    }
    const LayerName to{{}, {}, k};
    return substitute(arena_, at_layer(arena_, substitute(arena_, side, there), arena_.name(layers_.index), to), back);
  }

  const Model& unrolled(Expr cost, long depth) {
    auto& known = unrolled_[{cost, depth}];
    if (!known) known = std::make_unique<Model>(parts(cost).unrolled(depth));
    return *known;
  }

  bool refuted(LinkVerdict& v, const Claim& link, long depth) {
    try {
      Model all = unrolled(cost_of(link), depth);
      for (const auto& [where, claim] : instances(link, depth)) {
        std::string unknown;
        if (!in(all, arena_, claim, unknown)) continue;
        all.claims = {claim};
        const LinkVerdict w = check_tensors(engine_, all, Mends::none).front();
        if (w.verdict != Verdict::refuted) continue;
        v.verdict = Verdict::refuted;
        v.counterexample = w.counterexample;
        v.reason =
            fmt::format("{}{} {}", w.reason, w.reason.find(", for ") == std::string::npos ? ", for" : ",", where);
        return true;
      }
    } catch (const LimitError&) {
    } catch (const Error&) {
    }
    return false;
  }

  // A change of the equation, or of one of the sums it falls into, that makes it true on each part of the model.
  void take_mend(LinkVerdict& v, const std::vector<Part>& on_parts) const {
    const auto wrong = std::ranges::find_if(on_parts, [](const Part& p) { return !p.verdict.mend.empty(); });
    if (wrong == on_parts.end()) return;
    std::vector<std::string> terms;
    std::optional<Of> listed;
    for (const Part& p : on_parts) {
      const bool fits =
          p.of == wrong->of ? p.verdict.mend == wrong->verdict.mend : p.verdict.verdict == Verdict::proved;
      if (!fits) return;
      if (std::exchange(listed, p.of) == p.of || (p.of != wrong->of && arena_.is_number(p.right, 0))) continue;
      const std::string term = p.of == wrong->of ? p.verdict.mended : print(arena_, p.right);
      terms.push_back(p.of == Of::each ? fmt::format("sum[{}]({})", arena_.name(layers_.index), term) : term);
    }
    v.mend = wrong->verdict.mend;
    v.mended = fmt::format("{}", fmt::join(terms, " + "));
  }

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  const Layers& layers_;
  std::map<Expr, std::unique_ptr<LayerParts>> parts_;
  ExprMap<Expr> sums_;  // derivatives, as sums over layers
  std::map<std::pair<Expr, long>, std::unique_ptr<Model>> unrolled_;
};

}  // namespace

std::vector<LinkVerdict> check_layers(Engine& engine, const Model& model, Mends mends) {
  if (model.definitions.empty())
    throw Error({}, "a model with layers needs a definition of what is computed from them");
  LayerJudge judge(engine, model);
  return judge_links(model,
                     [&](const Claim& claim, Expr left, Expr right) { return judge.judge(claim, left, right, mends); });
}

}  // namespace gradus

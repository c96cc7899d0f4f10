// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/layer_claims.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

#include "check/layer_splits.h"
#include "check/links.h"
#include "check/tensor_claims.h"
#include "gradus/algebra/facts.h"

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
    std::vector<LinkVerdict> on_parts;
    try {
      on_parts = judge_on_parts(link, mends, why);
    } catch (const Error& e) {
      why = e.message;
    } catch (const ShapeError& e) {
      why = e.what();
    } catch (const LimitError& e) {
      why = std::string("a limit was passed: ") + e.what();
    }
    const auto proved = [](const LinkVerdict& w) { return w.verdict == Verdict::proved; };
    if (why.empty() && !on_parts.empty() && std::ranges::all_of(on_parts, proved)) {
      v.verdict = Verdict::proved;
      v.reason = on_parts.front().reason + ", for each number of layers";
      return v;
    }
    for (const long depth : depths) {
      if (refuted(v, link, depth)) {
        take_mend(v, link, on_parts, why);
        return v;
      }
    }
    const auto open = std::ranges::find_if_not(on_parts, proved);
    v.verdict = Verdict::undecided;
    v.reason = !why.empty() ? why : open == on_parts.end() ? "no part of the model decides it" : open->reason;
    if (open != on_parts.end() && open->verdict == Verdict::refuted)
      v.reason =
          "it does not hold for everything that the other layers may be, and for two and three layers no point "
          "refutes it";
    return v;
  }

 private:
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

  // Whether the cost stands there itself, not as what is differentiated. In a part it is another one.
  bool has_value_of(Expr cost, const Claim& link) const {
    ExprMap<Expr> without;
    for (const Expr e : reachable(arena_, link.sides)) {
      if (arena_.is(e, Op::Deriv) && arena_.child(e, 0) == cost) without[e] = arena_.number(0);
    }
    return std::ranges::any_of(link.sides,
                               [&](Expr side) { return contains(arena_, substitute(arena_, side, without), cost); });
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

  std::vector<LinkVerdict> judge_on_parts(const Claim& written, Mends mends, std::string& why) {
    using enum LayerParts::Shared;
    Claim given = written;
    const Expr cost = cost_of(given);
    LayerParts& of = parts(cost);
    const LayerSplit split(arena_, of, cost);
    // By what the last layer gets from the one before: as for any layer.
    if (split.is_before_last(written.sides)) {
      for (Expr& side : given.sides) side = at_layer(arena_, side, arena_.name(layers_.depth), of.general_layer());
    }
    const LayerSpan span = split.span(given.sides);
    if (!span.why.empty()) {
      why = span.why;
      return {};
    }
    std::vector<LinkVerdict> out;
    if (span.where == LayerSpan::Where::general) {
      const Claim link = moved(given, of.general_layer(span.shift));
      if (has_value_of(cost, link)) {
        why = fmt::format("`{}` is computed from all layers, and the claim is about one", arena_.name(cost));
        return {};
      }
      out.push_back(on_part(of.general(common), link, mends));
      if (span.has_first) out.push_back(on_part(of.first(common), moved(given, {{}, {}, 1}), mends));
      if (!span.has_next) out.push_back(on_part(of.last(common), moved(link, of.last_layer()), mends));
      return out;
    }
    if (span.where == LayerSpan::Where::first) {
      if (has_value_of(cost, given)) {
        why = fmt::format("`{}` is computed from all layers, and the claim is about the first", arena_.name(cost));
        return {};
      }
      return {on_part(of.first(common), given, mends)};
    }
    if (!split.has_totals(given.sides)) return {on_part(of.last(common), given, mends)};
    if (!split.has_total_derivatives(given.sides)) {
      // Sums that the model has as well.
      Claim whole = given;
      for (Expr& side : whole.sides) side = of.in_last(side, common);
      std::string unknown;
      const Model last = of.last(common);
      if (in(last, arena_, whole, unknown)) {
        LinkVerdict v = on_part(last, whole, Mends::none);
        if (v.verdict == Verdict::proved) return {v};
      }
    }
    // Sums over layers: what each layer adds is the same on both sides, and so is what remains.
    Claim each = given, remains = given;
    for (std::size_t k = 0; k < given.sides.size(); ++k) {
      const auto parts = split.linear(given.sides[k]);
      if (!parts) {
        why = "a sum over layers stands within something that is no sum";
        return {};
      }
      each.sides[k] = parts->each.value_or(arena_.number(0));
      remains.sides[k] = parts->remains.value_or(arena_.number(0));
    }
    out.push_back(on_part(of.general(own), split.with_shares(each, of.general_layer()), mends));
    out.push_back(on_part(of.last(own), split.with_shares(moved(each, of.last_layer()), of.last_layer()), mends));
    out.push_back(on_part(of.last(own), remains, mends));
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

  // A change is found on one part; it must hold on all.
  void take_mend(LinkVerdict& v, const Claim&, const std::vector<LinkVerdict>& on_parts, const std::string&) {
    const auto has = std::ranges::find_if(on_parts, [](const LinkVerdict& w) { return !w.mend.empty(); });
    if (has == on_parts.end()) return;
    const bool everywhere = std::ranges::all_of(
        on_parts, [&](const LinkVerdict& w) { return w.verdict == Verdict::proved || (w.mend == has->mend); });
    if (!everywhere || (on_parts.size() > 1 && std::ranges::count(on_parts, has->mend, &LinkVerdict::mend) < 2)) return;
    v.mend = has->mend;
    v.mended = has->mended;
  }

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  const Layers& layers_;
  std::map<Expr, std::unique_ptr<LayerParts>> parts_;
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

// SPDX-License-Identifier: GPL-2.0-or-later
// Connecting the two sides of a link that somebody wrote: both are taken the same way towards a normal form, and where
// the ways meet, the second is read backwards.
#include <fmt/format.h>

#include <algorithm>

#include "derive/session.h"
#include "gradus/algebra/normal.h"

namespace gradus {
namespace {

constexpr std::uint64_t largest_side = 4'000;  // nodes, as a tree

// The way of one side: the trace, and after how many steps each station was reached.
struct Way {
  Trace trace;
  std::vector<std::pair<std::size_t, Expr>> stations;

  Way(Session& s, Expr side) : trace(s, side) { stop(); }
  void stop() {
    if (stations.empty() || stations.back().second != trace.line) stations.emplace_back(trace.steps.size(), trace.line);
  }
};

// The derivative of one name by another, the way the chain rule finds it; false if that is not what `found` is.
bool resolve_by_chain(Session& s, Way& way, Expr found) {
  const Expr of = s.arena.child(found, 0), by = s.arena.child(found, 1);
  if (s.definition(of) == nullptr || of == by) return false;
  const auto derivations = chain_derivations(s, of, {by});
  const auto it =
      std::find_if(derivations.begin(), derivations.end(), [&](const Derivation& d) { return d.start == found; });
  if (it == derivations.end() || contains(s.arena, it->result, found)) return false;
  Expr line = found;
  for (const Step& step : it->steps) {
    way.trace.step(step.rule, line, step.line, step.why, step.evidence);
    if (!way.trace.steps.empty()) way.trace.steps.back().quiet = step.quiet;
    line = step.line;
    way.stop();
  }
  return true;
}

void resolve(Session& s, Way& way) {
  // Innermost derivatives first.
  for (int round = 0; round < 100; ++round) {
    const auto nodes = reachable(s.arena, way.trace.line);
    const auto it = std::find_if(nodes.begin(), nodes.end(), [&](Expr n) { return s.arena.is(n, Op::Deriv); });
    if (it == nodes.end()) return;
    const std::size_t before = way.trace.steps.size();
    if (!resolve_by_chain(s, way, *it)) {
      // Written out down to its variable, then carried out.
      const Expr by = s.arena.child(*it, 1);
      const Expr inside = s.unfolded_to(s.arena.child(*it, 0), by);
      way.trace.step("definition", *it, s.arena.make(Op::Deriv, {inside, by}),
                     fmt::format("Written out down to `{}`.", s.arena.name(by)));
      way.trace.differentiate();
      way.stop();
    }
    if (way.trace.steps.size() == before) return;
  }
}

// Over a common denominator, by exact polynomial arithmetic.
void common_denominator(Session& s, Way& way) {
  const auto fraction = rational_form(s.arena, way.trace.line);
  if (!fraction) return;
  const Expr whole = s.arena.is_number(fraction->denominator, 1)
                         ? fraction->numerator
                         : s.arena.div(fraction->numerator, fraction->denominator);
  way.trace.step("common-denominator", way.trace.line, whole,
                 "Over one denominator, expanded, without common factors.");
  way.stop();
}

Way way_of(Session& s, Expr side) {
  Way way(s, side);
  const auto small = [&] { return tree_size(s.arena, way.trace.line) <= largest_side; };
  way.trace.run("tidy");
  way.stop();
  resolve(s, way);
  if (!small()) return way;
  way.trace.simplify();
  way.stop();
  way.trace.use_names();
  way.stop();
  common_denominator(s, way);
  way.trace.run("sigmoids");
  way.trace.simplify();
  way.stop();
  const Expr all = s.unfolded(way.trace.line, [](const Definition&) { return true; });
  if (tree_size(s.arena, all) > largest_side) return way;
  for (const Definition& d : s.model.definitions) {
    const auto used = s.names_in(way.trace.line);
    if (std::find(used.begin(), used.end(), d.symbol) == used.end()) continue;
    const Expr value = s.unfolded(d.value, [](const Definition&) { return true; });
    way.trace.step("definition", d.symbol, value, fmt::format("What `{}` stands for.", d.name));
  }
  way.stop();
  way.trace.run("logarithms");
  way.stop();
  way.trace.run("unfold");
  way.trace.run("logarithms");
  way.stop();
  way.trace.run("expand");
  way.stop();
  way.trace.run("sigmoids");
  way.trace.simplify();
  way.stop();
  common_denominator(s, way);
  return way;
}

Step backwards(const Session& s, Step step, Expr line_before) {
  std::swap(step.before, step.after);
  step.line = line_before;
  step.at = position_of(s.arena, step.line, step.after);
  step.why += " (Read from right to left.)";
  return step;
}

// A condition that `one` needs to have a value and `other` does not, if it is not known to hold: rules are named for
// equality where both sides have one.
std::optional<Expr> lost_domain(Session& s, Expr one, Expr other) {
  AcForms& forms = s.rewriter.forms();
  const auto& functions = s.engine.catalogue.functions;
  const std::vector<Expr> given = definedness(s.arena, functions, &s.model, other);
  for (const Expr needed : definedness(s.arena, functions, &s.model, one)) {
    if (std::any_of(given.begin(), given.end(), [&](Expr g) { return forms.equal(g, needed); })) continue;
    if (s.facts.decide(s.arena, needed, given).truth == Truth::yes) continue;
    // On the border itself nothing is lost but a set without interior.
    const bool strict = s.arena.is(needed, Op::Gt) || s.arena.is(needed, Op::Lt);
    if (strict) {
      const Expr weak = s.arena.make(s.arena.is(needed, Op::Gt) ? Op::Ge : Op::Le, s.arena.children_copy(needed));
      if (s.facts.decide(s.arena, weak, given).truth == Truth::yes) continue;
    }
    return needed;
  }
  return std::nullopt;
}

void connect(Session& s, LinkDerivation& link) {
  AcForms& forms = s.rewriter.forms();
  if (forms.equal(link.left, link.right)) {
    Trace t(s, link.left);
    t.step("reorder", link.left, link.right, "The order of terms and of factors does not matter.");
    link.steps = std::move(t.steps);
    link.connected = true;
    return;
  }
  const Way left = way_of(s, link.left), right = way_of(s, link.right);
  std::size_t best_left = 0, best_right = 0, best = 0;
  for (const auto& [i, a] : left.stations) {
    for (const auto& [j, b] : right.stations) {
      if (forms.equal(a, b) && (!link.connected || i + j < best)) {
        link.connected = true;
        best = i + j;
        best_left = i;
        best_right = j;
      }
    }
  }
  if (!link.connected) {
    const Expr l = resolve_derivatives(s.engine, s.model, link.left),
               r = resolve_derivatives(s.engine, s.model, link.right);
    const ZeroTest same = zero_test(s.arena, s.engine.catalogue.functions, &s.model, s.facts, s.arena.sub(l, r));
    if (same.answer != ZeroTest::Answer::zero) {
      link.reason = same.answer == ZeroTest::Answer::gave_up
                        ? same.reason
                        : "no chain of rules was found, and the normal forms of the two sides differ";
      return;
    }
    Trace t(s, link.left);
    t.step("equal-normal-forms", link.left, link.right,
           "Both sides are the same rational function of their exponentials, logarithms and roots.",
           "the normal form of the difference is 0");
    link.steps = std::move(t.steps);
    link.connected = true;
    return;
  }
  const auto line_of = [](const Way& w, std::size_t k, Expr start) {
    return k == 0 ? start : w.trace.steps[k - 1].line;
  };
  link.steps.assign(left.trace.steps.begin(), left.trace.steps.begin() + static_cast<std::ptrdiff_t>(best_left));
  const Expr meet_left = line_of(left, best_left, link.left), meet_right = line_of(right, best_right, link.right);
  if (meet_left != meet_right) {
    Trace t(s, meet_left);
    t.step("reorder", meet_left, meet_right, "The order of terms and of factors does not matter.");
    t.steps.back().quiet = true;
    link.steps.push_back(t.steps.back());
  }
  for (std::size_t k = best_right; k-- > 0;)
    link.steps.push_back(backwards(s, right.trace.steps[k], line_of(right, k, link.right)));
  if (!link.steps.empty()) link.steps.back().key = true;
}

void require_one_domain(Session& s, LinkDerivation& link) {
  const Expr left = resolve_derivatives(s.engine, s.model, link.left),
             right = resolve_derivatives(s.engine, s.model, link.right);
  auto lost = lost_domain(s, left, right);
  if (!lost) lost = lost_domain(s, right, left);
  if (!lost) return;
  link.connected = false;
  link.steps.clear();
  link.reason =
      fmt::format("the sides agree where both have a value, but one of them needs `{}`", print(s.arena, *lost));
}

}  // namespace

std::vector<LinkDerivation> derive_via(Engine& engine, const Model& model) {
  Session s(engine, model);
  std::vector<LinkDerivation> out;
  for (std::size_t c = 0; c < model.claims.size(); ++c) {
    const Claim& claim = model.claims[c];
    for (std::size_t k = 0; k + 1 < claim.sides.size(); ++k) {
      LinkDerivation link;
      link.chain = c + 1;
      link.link = k + 1;
      link.left = claim.sides[k];
      link.right = claim.sides[k + 1];
      link.left_place = claim.places[k];
      link.right_place = claim.places[k + 1];
      connect(s, link);
      if (link.connected) require_one_domain(s, link);
      out.push_back(std::move(link));
    }
  }
  return out;
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Equations that claim something, and what is found of them.
#include <fmt/format.h>

#include <algorithm>

#include "document/judge.h"
#include "document/nodes.h"
#include "document/reader.h"

namespace gradus::document {
namespace {

// "L = -\ln 0.9 = 0.105": numbers of an example, and rounded ones.
std::optional<std::string> decimal(const Node& left, const Node& right) {
  for (const Node* side : {&left, &right}) {
    if (is_example(*side)) return "the numbers of an example, or rounded ones";
  }
  return std::nullopt;
}

}  // namespace

std::string readable(std::string text) {
  constexpr std::string_view index = "index ", of = "of ";
  std::string out;
  for (std::size_t k = 0; k < text.size();) {
    if (text.compare(k, index.size(), index) != 0) {
      out += text[k++];
      continue;
    }
    // "index i", or "index of 12": the name ends where its letters or digits do.
    std::size_t stop = k + index.size();
    if (text.compare(stop, of.size(), of) == 0)
      stop = std::min(text.find_first_not_of("0123456789", stop + of.size()), text.size());
    out += stop == k + index.size() ? std::string() : written(text.substr(k, stop - k));
    k = stop;
  }
  return out;
}

void Reader::claim(const Node& left, const Node& right) {
  if (const auto numbers = of_any_number(left, right)) return claim(numbers->first, numbers->second);
  LinkVerdict& v = links.back();
  v.verdict = Verdict::undecided;
  Claimed& claimed = claimed_[links.size() - 1] = {left, right, 0, meaning_.cases(), {}, current_};
  for (const Node* side : {&left, &right}) {
    if (const auto why = meaning_.never_decided(*side)) {
      v.reason = *why;
      claimed.doubted = !redefined_.contains(*why);
      return;
    }
  }
  try {
    const Meaning::Sides sides = meaning_.equation(left, right);
    claimed.free = sides.free;
    v.left = sides.left;
    v.right = sides.right;
    if (sides.independent) {
      v.reason = *sides.independent;
      return;
    }
    Pending p{links.size() - 1, meaning_.model().claims.size(), false, {}, {}, current_};
    if (!sides.guessed.empty()) {
      p.doubtful = true;
      p.why = fmt::format("it is not said what `{}` is", sides.guessed[0]);
    }
    const bool condition = is_first_order_condition(left, right);
    if (condition) optimum_in_ = section_;
    if (condition || is_at_optimum(left, right)) {
      p.doubtful = true;
      p.why = "it may be said of where a derivative is zero";
    }
    if (is_loosely_said(current_)) {
      p.doubtful = true;
      p.why = "the text says that this holds in some sense, or in some case";
    }
    if (sides.broadcast)
      p.unproved = "a number is added to a vector, and it is not said that it is meant for every entry";
    if (assumes_too_much(left, right))
      p.unproved = "the text says that this holds in general, and something was assumed";
    if (const auto why = point_of(left, right)) {
      p.doubtful = true;
      p.unproved = p.why = *why;
    }
    if (sides.unclear) {
      p.doubtful = true;
      p.unproved = p.why = *sides.unclear;
    }
    if (sides.doubtful) {
      p.doubtful = true;
      p.why = *sides.doubtful;
    }
    // Whether the words give a name another meaning is not known where they are not read.
    const Node& name = left.is(Node::Kind::product) && left.kids.size() == 2 ? left.kids[0] : left;
    if (foreign_ && link_ == 1 && name.is(Node::Kind::symbol) && !has_derivative(left) && !has_derivative(right)) {
      p.doubtful = true;
      p.why = fmt::format("it may be another equation for `{}`: the text is in a language that is not read",
                          plain(label(name)));
    }
    if (const auto why = decimal(left, right)) {
      p.doubtful = true;
      p.why = *why;
    }
    for (const Node* side : {&left, &right}) {
      for (const std::string& n : names_in(*side)) {
        if (!poisoned_.contains(n) && !is_defined_in_unread(n)) continue;
        p.doubtful = true;
        p.why = fmt::format("something that is said of `{}` was not read", n);
      }
    }
    if (v.relation != "=") claim_proportion(right, sides, p);
    meaning_.model().claims.push_back(
        {{sides.left, sides.right}, {v.left_place, v.right_place}, v.left_place, sides.free});
    pending_.push_back(std::move(p));
  } catch (const NotRead& e) {
    v.reason = fmt::format("not read: {}", e.reason);
    not_read(e);
  } catch (const Mismatch& e) {
    mismatch(v, left, right, e.reason);
  } catch (const ShapeError& e) {
    mismatch(v, left, right, e.what());
  } catch (const LimitError& e) {
    v.reason = fmt::format("a limit was passed: {}", e.what());
  }
}

// Shapes that do not fit refute what is written, if all that is said of the names was read.
void Reader::mismatch(LinkVerdict& v, const Node& left, const Node& right, const std::string& reason) {
  v.reason = reason;
  v.verdict = decimal(left, right) ? Verdict::undecided : Verdict::refuted;
  for (const Node* side : {&left, &right}) {
    walk(*side, [&](const Node& n) {
      if (!n.is(Node::Kind::symbol)) return true;
      for (const std::string& name : {n.text, label(n), stem_of(n), "*" + label(n)}) {
        if (poisoned_.contains(name) || meaning_.is_guessed(name)) v.verdict = Verdict::undecided;
      }
      // What another section introduced may be another thing here.
      const auto at = sections_.find(label(n));
      const bool here = at != sections_.end() ? at->second == section_ : section_ == 0;
      if (!here) v.verdict = Verdict::undecided;
      return true;
    });
  }
  if (v.verdict == Verdict::undecided && !decimal(left, right)) ++misfits_;
}

// The verdict on the one claim of a model, which no other reading shares.
LinkVerdict Reader::judged_aside(Model& model, Mends mends) {
  KnownVerdicts own{{}, known_.effort};
  LinkVerdict out = judge_claims(engine_, model, own, mends)[0];
  known_.effort = own.effort;
  return out;
}

// Judges what was claimed so far.
void Reader::judge() {
  {
    const std::vector<LinkVerdict> found = judge_claims(engine_, meaning_.model(), known_);
    for (Pending& p : pending_) {
      LinkVerdict& v = links[p.link];
      const std::optional<Proportion>& proportion = claimed_.at(p.link).proportion;
      LinkVerdict w = found[p.claim];
      if (proportion && w.verdict != Verdict::proved)
        w = verdict_on(meaning_.model(), meaning_.model().claims[p.claim], proportion);
      v.verdict = w.verdict;
      claimed_.at(p.link).doubted = !p.unproved.empty();
      if (v.verdict == Verdict::refuted && !p.doubtful) {
        const Claim& c = meaning_.model().claims[p.claim];
        auto why = meaning_.doubt(c.sides[0], c.sides[1]);
        if (!why) why = doubt_of_counts(c);
        if (!why) why = doubt_of_totals(c);
        if (why) {
          p.doubtful = true;
          p.why = *why;
        }
      }
      v.reason = readable(w.reason);
      for (const IndexCase& c : claimed_.at(p.link).cases)
        v.reason += fmt::format("; claimed for {} {} {}", c.one, c.equal ? "=" : "!=", c.other);
      v.counterexample = w.counterexample;
      if (v.counterexample) meaning_.show_symmetric(*v.counterexample);
      v.mend = readable(w.mend);
      v.mended = readable(w.mended);
      if (v.verdict == Verdict::refuted && w.reason.starts_with("a side has no value") && !p.doubtful) {
        p.doubtful = true;
        p.why = "a side has no value for some numbers, and it is not said whether these are meant";
      }
      if (v.verdict == Verdict::proved) {
        const Claim& c = meaning_.model().claims[p.claim];
        if (p.unproved.empty()) p.unproved = doubt_of_values(p).value_or("");
        // Where it may be said of one value, what holds for all others says nothing.
        if (p.unproved.empty() && v.reason.find("; for ") != std::string::npos &&
            meaning_.has_indicator(c.sides[0], c.sides[1]))
          p.unproved = "it holds only where an indicator is 0";
        claimed_.at(p.link).doubted = !p.unproved.empty();
        if (p.unproved.empty())
          p.unproved = meaning_.doubt_of_proof(c.sides[0], c.sides[1], v.right_place.end).value_or("");
        if (!p.unproved.empty()) {
          v.verdict = Verdict::undecided;
          v.reason = p.unproved;
        }
      }
      if (v.verdict == Verdict::refuted && p.doubtful) {
        v.verdict = Verdict::undecided;
        v.reason = p.why;
        v.counterexample.reset();
        v.mend.clear();
        v.mended.clear();
      }
    }
  }
  pending_.clear();
  meaning_.model().claims.clear();
}

void Reader::mark_first_wrong() {
  std::size_t wrong_chain = 0;
  for (LinkVerdict& v : links) {
    v.first_wrong = v.verdict == Verdict::refuted && wrong_chain != v.chain;
    if (v.verdict == Verdict::refuted) wrong_chain = v.chain;
  }
}

}  // namespace gradus::document

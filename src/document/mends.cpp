// SPDX-License-Identifier: GPL-2.0-or-later
// What would make a refuted link true: a small change of its text, or else of what it means.
#include <fmt/format.h>

#include "document/edits.h"
#include "document/judge.h"
#include "document/reader.h"

namespace gradus::document {
namespace {

constexpr std::size_t most_edits = 400;            // of a link
constexpr std::size_t most_of_a_document = 2'000;  // edits that are judged

}  // namespace

// Whether an equation that the document might have written holds.
bool Reader::holds(const Node& left, const Node& right, const std::optional<Proportion>& proportion) {
  try {
    const Meaning::Sides sides = meaning_.equation(left, right);
    if (sides.independent || !sides.guessed.empty() || sides.doubtful || sides.broadcast) return false;
    const Claim claim{{sides.left, sides.right}, {Place{}, Place{}}, Place{}, sides.free};
    return verdict_on(meaning_.model(), claim, proportion).verdict == Verdict::proved;
  } catch (const NotRead&) {
  } catch (const Mismatch&) {
  } catch (const ShapeError&) {
  } catch (const LimitError&) {
  } catch (const Unify&) {
  }
  return false;
}

void Reader::mend(LinkVerdict& v, const Claimed& claimed, std::size_t& most) {
  std::vector<std::string> dimensions;
  for (const Expr d : meaning_.model().dims) dimensions.push_back(engine_.arena.name(d));
  for (Edit& e : edits(claimed.left, claimed.right, source_->text, dimensions, std::min(most, most_edits))) {
    --most;
    const Node& right = claimed.right;  // that the left side is proportional to itself mends nothing
    const std::string whole = source_->text.substr(right.begin, right.end - right.begin);
    if (claimed.proportion && e.says.starts_with(fmt::format("`{}` should be", whole))) continue;
    if (!holds(claimed.left, e.side, claimed.proportion)) continue;
    v.mend = std::move(e.says);
    v.mended = std::move(e.written);
    return;
  }
  if (v.left == Expr{} || claimed.proportion) return;
  Model model = meaning_.model();
  model.claims = {{{v.left, v.right}, {Place{}, Place{}}, Place{}, claimed.free}};
  const LinkVerdict w = judged_aside(model, Mends::search);
  v.mend = readable(w.mend);
  v.mended = readable(w.mended);
}

void Reader::mend() {
  if (!anew_.empty()) return;  // names mean something else by now
  std::size_t most = most_of_a_document, chain = 0;
  const Node* before = nullptr;  // the side before the first mistake of the chain
  for (const auto& [link, claimed] : claimed_) {
    LinkVerdict& v = links[link];
    if (v.verdict != Verdict::refuted) continue;
    meaning_.set_cases(claimed.cases);
    if (v.chain == chain && before != nullptr && holds(*before, claimed.right, claimed.proportion)) {
      v.mend = "nothing: the mistake is in the line before, and this one is right again";
      continue;
    }
    if (v.chain != chain) before = &claimed.left;
    chain = v.chain;
    mend(v, claimed, most);
  }
}

}  // namespace gradus::document

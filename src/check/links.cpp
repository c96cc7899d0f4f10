// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/links.h"

namespace gradus {

std::vector<LinkVerdict> judge_links(const Model& model,
                                     const std::function<LinkVerdict(const Claim&, Expr, Expr)>& judge) {
  std::vector<LinkVerdict> out;
  for (std::size_t k = 0; k < model.claims.size(); ++k) {
    const Claim& claim = model.claims[k];
    bool wrong = false;
    for (std::size_t j = 0; j + 1 < claim.sides.size(); ++j) {
      LinkVerdict v = judge(claim, claim.sides[j], claim.sides[j + 1]);
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

}  // namespace gradus

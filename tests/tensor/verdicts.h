// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "check/lab.h"

namespace gradus {

/// The verdict on each claim of a model, of which there must be some.
inline void require_all(const std::string& text, Verdict wanted) {
  lab::Lab lab;
  const std::vector<LinkVerdict> all = lab.verdicts(text);
  BOOST_REQUIRE(!all.empty());
  for (const LinkVerdict& v : all) BOOST_TEST((v.verdict == wanted), lab::show(lab.arena, v));
}

/// The verdict on each of these claims about a model.
inline void require_verdicts(std::string model, const std::vector<std::string>& claims, Verdict wanted) {
  for (const std::string& claim : claims) model += "claim " + claim + "\n";
  require_all(model, wanted);
}

}  // namespace gradus

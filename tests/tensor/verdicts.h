// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>

#include "check/lab.h"

namespace gradus {

/// The verdict on each claim of a model, of which there must be some.
inline void require_all(const std::string& text, Verdict wanted) {
  lab::Lab lab;
  const std::vector<LinkVerdict> all = lab.verdicts(text);
  BOOST_REQUIRE(!all.empty());
  for (const LinkVerdict& v : all) BOOST_TEST((v.verdict == wanted), lab::show(lab.arena, v));
}

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Documents and what should be found of them: a letter for each link. p: proved, r: refuted, u: undecided.
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <memory>
#include <string>

#include "check/lab.h"
#include "gradus/document/check.h"
#include "gradus/report/latex.h"

namespace documents {

using namespace gradus;
using document::Format;

inline document::DocumentVerdicts checked(const std::string& text, Format format = Format::markdown) {
  lab::Lab lab;
  lab.engine.notation = [&](Expr e) {
    return latex(lab.arena, lab.catalogue.functions, e, 10'000, {document::written, true});
  };
  const auto source = std::make_shared<Source>(Source{"test.md", text});
  return document::check_document(lab.engine, source, format);
}

/// Of large collections of documents every so many are checked: all, but every fourth in a build with sanitizers, where
/// one takes ten times as long. GRADUS_EVERY=1 checks all of them there as well.
inline std::size_t every() {
  if (const char* const wish = std::getenv("GRADUS_EVERY")) return std::max(1UL, std::strtoul(wish, nullptr, 10));
#ifdef GRADUS_SANITIZED
  return 4;
#else
  return 1;
#endif
}

inline std::string letters(const document::DocumentVerdicts& v) {
  std::string out;
  for (const LinkVerdict& link : v.links)
    out += link.verdict == Verdict::proved ? 'p' : link.verdict == Verdict::refuted ? 'r' : 'u';
  return out;
}

inline void expect(const std::string& text, const std::string& wanted, Format format = Format::markdown) {
  BOOST_TEST_CONTEXT(text) {
    const document::DocumentVerdicts v = checked(text, format);
    BOOST_TEST(letters(v) == wanted);
    for (const LinkVerdict& link : v.links) BOOST_TEST_MESSAGE(link.reason);
    for (const auto& u : v.unread) BOOST_TEST_MESSAGE("not read: " << u.reason);
  }
}

inline bool reads(const document::DocumentVerdicts& v, const std::string& words) {
  return std::ranges::any_of(v.readings, [&](const std::string& r) { return r.find(words) != std::string::npos; });
}

}  // namespace documents

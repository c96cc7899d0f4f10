// SPDX-License-Identifier: GPL-2.0-or-later
// What the tests of derive share: models from text, and looking for lines in derivations.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "check/lab.h"
#include "gradus/algebra/normal.h"
#include "gradus/derive/derivation.h"
#include "gradus/rule/rewrite.h"

namespace gradus::lab {

struct Derived : Lab {
  Model model;
  AcForms forms{arena};

  explicit Derived(const std::string& text) : model(read(text).models.at(0)) {}

  std::vector<Derivation> derive(const std::string& of, const std::vector<std::string>& wrt,
                                 DeriveRequest::Method method, bool steps = true) {
    return gradus::derive(engine, model, {of, wrt, method, steps});
  }
  /// The derivation of one derivative.
  Derivation one(const std::string& of, const std::string& wrt, DeriveRequest::Method method) {
    for (Derivation& d : derive(of, {wrt}, method)) {
      if (arena.name(d.of) == of && arena.name(d.wrt) == wrt) return std::move(d);
    }
    throw std::runtime_error("there is no derivation of d" + of + "/d" + wrt);
  }
  Expr expression(const std::string& text) {
    return parse_expression(arena, catalogue.functions, std::make_shared<const Source>(Source{"expected", text}),
                            {.model = &model});
  }
  bool same_up_to_order(Expr e, const std::string& text) { return forms.equal(e, expression(text)); }
  bool proved_equal(Expr a, Expr b) {
    const Facts facts(arena, catalogue.functions, &model);
    return zero_test(arena, catalogue.functions, &model, facts, arena.sub(a, b)).answer == ZeroTest::Answer::zero;
  }
  /// Whether the lines are passed in this order, up to the order of terms and factors; with `parts`, a line may stand
  /// within a longer one.
  bool passes(const Derivation& d, const std::vector<std::string>& lines, bool parts = false) {
    std::size_t next = 0;
    for (const Step& s : d.steps) {
      while (next < lines.size() && shows(s.line, lines[next], parts)) ++next;
    }
    if (next < lines.size()) BOOST_TEST_MESSAGE("not passed: " << lines[next]);
    return next == lines.size();
  }

 private:
  bool shows(Expr line, const std::string& wanted, bool parts) {
    if (same_up_to_order(line, wanted)) return true;
    if (!parts) return false;
    for (const Expr e : reachable(arena, line)) {
      if (same_up_to_order(e, wanted)) return true;
    }
    return false;
  }
};

/// Every step rewrites a part of the line before it, or undoes such a rewriting; the last line is the result.
inline void check_trace(Arena& arena, Expr line, const std::vector<Step>& steps, Expr result) {
  for (const Step& s : steps) {
    BOOST_TEST_INFO(s.rule << ": " << print(arena, s.before) << " -> " << print(arena, s.after));
    BOOST_CHECK(s.before != s.after);
    BOOST_CHECK(contains(arena, line, s.before));
    BOOST_CHECK(substitute(arena, line, {{s.before, s.after}}) == s.line ||
                substitute(arena, s.line, {{s.after, s.before}}) == line);
    BOOST_CHECK(!s.rule.empty() && !s.why.empty());
    line = s.line;
  }
  BOOST_CHECK(line == result);
}

}  // namespace gradus::lab

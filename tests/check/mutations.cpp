// SPDX-License-Identifier: GPL-2.0-or-later
// Mutants of the articles: refuted unless they equal the original. Respellings: proved. Which is which is decided by
// numbers that have nothing to do with the checker.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>
#include <random>

#include "check/lab.h"
#include "check/mutate.h"
#include "gradus/algebra/facts.h"

using namespace gradus;
using Answer = lab::Reference::Answer;

namespace {

struct Case {
  const Model* model;
  Expr left, right;
  std::string kind;
};

/// Cases of all links of the example articles, shuffled by a fixed seed.
std::vector<Case> cases(lab::Lab& lab, const std::vector<ModelFile>& files, bool mistakes) {
  std::vector<Case> out;
  for (const ModelFile& file : files) {
    for (const Model& model : file.models) {
      std::vector<Expr> names = model.inputs;
      for (const Definition& d : model.definitions) names.push_back(d.symbol);
      for (const Claim& claim : model.claims) {
        for (std::size_t k = 0; k + 1 < claim.sides.size(); ++k) {
          const auto list = mistakes ? lab::mutants(lab.arena, claim.sides[k + 1], names)
                                     : lab::respellings(lab.arena, claim.sides[k + 1]);
          for (const auto& m : list) out.push_back({&model, claim.sides[k], m.side, m.kind});
        }
      }
    }
  }
  std::mt19937_64 random(7);
  for (std::size_t k = out.size(); k > 1; --k) std::swap(out[k - 1], out[random() % k]);
  return out;
}

std::vector<ModelFile> article_models(lab::Lab& lab) {
  std::vector<ModelFile> files;
  for (const char* name : {"article-1.gr", "article-2.gr"}) {
    files.push_back(lab.read_file(std::string(GRADUS_SOURCE_DIR) + "/examples/" + name));
  }
  return files;
}

std::size_t wanted(std::size_t usual) {
  const char* more = std::getenv("GRADUS_MUTANTS");
  return more != nullptr ? static_cast<std::size_t>(std::strtoul(more, nullptr, 10)) : usual;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mutations)

BOOST_AUTO_TEST_CASE(mutants_are_refuted_unless_they_equal_the_original) {
  lab::Lab lab;
  const auto files = article_models(lab);
  const auto all = cases(lab, files, true);
  std::map<const Model*, std::unique_ptr<Facts>> facts;
  std::map<std::string, std::size_t> kinds;
  std::size_t unequal = 0, refuted = 0, equal = 0, proved = 0, undecided = 0, mended = 0, unclear = 0;
  const std::size_t most = wanted(400);
  for (std::size_t k = 0; k < all.size() && unequal + equal < most; ++k) {
    const Case& c = all[k];
    auto& f = facts[c.model];
    if (!f) f = std::make_unique<Facts>(lab.arena, lab.catalogue.functions, c.model);
    const lab::Reference reference(lab.arena, *c.model);
    const Answer truth = reference.compare(c.left, c.right, 1000 + static_cast<unsigned>(k));
    if (truth == Answer::unclear) {
      ++unclear;
      continue;
    }
    const LinkVerdict v = check_equation(lab.engine, *c.model, *f, c.left, c.right);
    const std::string text = c.kind + ": " + lab::show(lab.arena, v);
    undecided += v.verdict == Verdict::undecided ? 1 : 0;
    if (truth == Answer::equal) {
      ++equal;
      proved += v.verdict == Verdict::proved ? 1 : 0;
      BOOST_CHECK_MESSAGE(v.verdict != Verdict::refuted, "equal, yet refuted: " << text);
      if (v.verdict == Verdict::undecided) BOOST_TEST_MESSAGE("equal, undecided: " << text);
    } else {
      ++unequal;
      ++kinds[c.kind];
      refuted += v.verdict == Verdict::refuted ? 1 : 0;
      mended += v.mend.empty() ? 0 : 1;
      BOOST_CHECK_MESSAGE(v.verdict == Verdict::refuted, "unequal, yet not refuted: " << text);
      if (v.verdict == Verdict::refuted) BOOST_CHECK_MESSAGE(v.counterexample, text);
    }
  }
  BOOST_TEST_MESSAGE("mutants: " << unequal << " unequal, " << refuted << " refuted, " << mended << " with a mend; "
                                 << equal << " equal, " << proved << " proved; undecided " << undecided << "; unclear "
                                 << unclear << " (of " << all.size() << ")");
  for (const auto& [kind, n] : kinds) BOOST_TEST_MESSAGE("  " << kind << ": " << n);
  BOOST_CHECK_GE(unequal, 250U);
  BOOST_CHECK_EQUAL(refuted, unequal);
  BOOST_CHECK_GE(kinds.size(), 7U);
  BOOST_CHECK_LE(unclear * 10, unequal);
}

BOOST_AUTO_TEST_CASE(respellings_are_proved) {
  lab::Lab lab;
  const auto files = article_models(lab);
  const auto all = cases(lab, files, false);
  std::map<const Model*, std::unique_ptr<Facts>> facts;
  std::map<std::string, std::size_t> kinds;
  std::size_t right = 0, proved = 0;
  const std::size_t most = wanted(300);
  for (std::size_t k = 0; k < all.size() && right < most; ++k) {
    const Case& c = all[k];
    auto& f = facts[c.model];
    if (!f) f = std::make_unique<Facts>(lab.arena, lab.catalogue.functions, c.model);
    const lab::Reference reference(lab.arena, *c.model);
    if (reference.compare(c.left, c.right, 1000 + static_cast<unsigned>(k)) != Answer::equal) continue;
    ++right;
    ++kinds[c.kind];
    const LinkVerdict v = check_equation(lab.engine, *c.model, *f, c.left, c.right);
    proved += v.verdict == Verdict::proved ? 1 : 0;
    BOOST_CHECK_MESSAGE(v.verdict == Verdict::proved, c.kind << ": " << lab::show(lab.arena, v));
  }
  BOOST_TEST_MESSAGE("respellings: " << right << " right, " << proved << " proved (of " << all.size() << ")");
  for (const auto& [kind, n] : kinds) BOOST_TEST_MESSAGE("  " << kind << ": " << n);
  BOOST_CHECK_GE(right, 150U);
  BOOST_CHECK_GE(kinds.size(), 8U);
}

BOOST_AUTO_TEST_SUITE_END()

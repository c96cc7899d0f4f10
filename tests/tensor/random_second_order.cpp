// SPDX-License-Identifier: GPL-2.0-or-later
// Derivatives of the layers of random networks, and Hessians of their costs: none is wrong, most are proved.
#include <boost/test/unit_test.hpp>

#include "tensor/derivations.h"
#include "tensor/network.h"

using namespace gradus;

namespace {

struct Counts {
  std::size_t proved = 0, all = 0;
};

void judge(lab::Lab& lab, Model& model, const std::vector<Derivation>& all, const std::string& text, Counts& counts) {
  claim_results(lab, model, all);
  for (const LinkVerdict& v : check(lab.engine, model)) {
    BOOST_TEST((v.verdict != Verdict::refuted), text << lab::show(lab.arena, v));
    ++counts.all;
    counts.proved += v.verdict == Verdict::proved ? 1 : 0;
  }
  model.claims.clear();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_second_order)

BOOST_AUTO_TEST_CASE(results_of_random_networks_are_right) {
  std::mt19937 random(11);
#ifdef GRADUS_SANITIZED
  constexpr int networks = 1;
#else
  constexpr int networks = 8;
#endif
  Counts counts;
  for (int k = 0; k < networks; ++k) {
    const std::string text = random_network(random);
    lab::Lab lab;
    Model model = lab.read(text).models[0];
    DeriveRequest jacobian;
    jacobian.of = model.definitions[model.definitions.size() - 2].name;
    judge(lab, model, derive_tensors(lab.engine, model, jacobian), text, counts);
    DeriveRequest hessian;
    hessian.order = 2;
    judge(lab, model, derive_tensors(lab.engine, model, hessian), text, counts);
  }
  BOOST_TEST(10 * counts.proved >= 9 * counts.all, counts.proved << " of " << counts.all << " are proved");
  BOOST_TEST_MESSAGE(counts.proved << " of " << counts.all << " are proved");
}

BOOST_AUTO_TEST_SUITE_END()

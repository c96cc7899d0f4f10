// SPDX-License-Identifier: GPL-2.0-or-later
// Labels that are numbers: `onehot`, and what is known of them.
#include <boost/test/unit_test.hpp>

#include "check/lab.h"
#include "gradus/tensor/derive.h"
#include "tensor/derivations.h"
#include "tensor/verdicts.h"

using namespace gradus;

namespace {

const char* const labelled = R"(dim n, k, m
input X[n, m], c[1, m]
assume c in 1..k
param W[k, n], b[k, 1]
Z = W @ X + b
P = softmax(Z, axis=0)
Y = onehot(c, k)
L = -sum(Y*ln(P), axis=0)
J = mean(L)
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(labels)

BOOST_AUTO_TEST_CASE(softmax_regression_on_classes) {
  lab::Lab lab;
  ModelFile file = lab.read(labelled);
  const std::vector<Derivation> all = derive_tensors(lab.engine, file.models[0], {});
  std::vector<std::string> got;
  for (const Derivation& d : all) got.push_back(shown(lab, d));
  const std::vector<std::string> wanted{"dJ/dL = 1/m", "dJ/dP = -Y/(m*P)", "dJ/dZ = (P - Y)/m", "dJ/dW = dJ/dZ @ X.T",
                                        "dJ/db = sum(dJ/dZ, axis=1)"};
  BOOST_TEST(got == wanted, boost::test_tools::per_element());
  require_proved(lab, file.models[0], all);
}

BOOST_AUTO_TEST_CASE(what_is_proved_for_all_sizes) {
  require_all(std::string(labelled) + R"(claim sum(Y, axis=0) = 1
claim sum(Y) = m
claim dJ/dZ = (P - onehot(c, k))/m
claim L = logsumexp(Z, axis=0) - sum(Y*Z, axis=0)
claim Y[i, j] = where(c[1, j] == 1, 1, 0) + Y[i, j] - where(c[1, j] == 1, 1, 0)
claim d(sum(Y*Z))/dc = 0
)",
              Verdict::proved);
  require_all(
      "dim k\ninput c\nparam z[k]\nL = logsumexp(z) - dot(onehot(c, k), z)\n"
      "claim dL/dz = softmax(z) - onehot(c, k)\n",
      Verdict::proved);
}

BOOST_AUTO_TEST_CASE(wrong_claims_are_refuted) {
  require_all(std::string(labelled) + R"(claim dJ/dZ = (Y - P)/m
claim sum(Y, axis=0) = 2
claim sum(Y, axis=1) = 1
claim Y = 0
claim Y[i, j] = where(c[1, j] == 1, 1, 0)
claim Y[1, j] = where(c[1, j] == 0, 1, 0)
claim onehot(c, k) = onehot(c + 1, k)
)",
              Verdict::refuted);
  // Without the assumption a number may be none of the places.
  require_all("dim k, m\ninput c[1, m]\nclaim sum(onehot(c, k), axis=0) = 1\n", Verdict::refuted);
}

// What has single values is equal to one of them, however independent its name is.
BOOST_AUTO_TEST_CASE(labels_are_no_independent_names) {
  lab::Lab lab;
  for (const LinkVerdict& v :
       lab.verdicts("dim k, m\ninput c[1, m], y[m]\nassume c in 1..k, y in {0, 1}\n"
                    "claim sum[j](where(c[1, j] == 1, 1, 0)) = 0\nclaim sum[j](where(y[j] == 1, 1, 0)) = 0\n"))
    BOOST_TEST((v.verdict == Verdict::refuted), lab::show(lab.arena, v));
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// The greatest and the least entry: what they mean, their derivatives, and what is proved of them.
#include <boost/test/unit_test.hpp>

#include "check/lab.h"
#include "gradus/tensor/derive.h"
#include "tensor/derivations.h"
#include "tensor/verdicts.h"

using namespace gradus;

namespace {

const char* const head = R"(dim n, m
input X[n, m], x[n], y[m]
param z[n], Z[n, m], c
)";

void require_verdicts(const std::string& text, Verdict wanted) { require_all(head + text, wanted); }

void require_results(const std::string& text, const std::vector<std::string>& wanted) {
  lab::Lab lab;
  ModelFile file = lab.read(head + text);
  const std::vector<Derivation> all = derive_tensors(lab.engine, file.models[0], {});
  std::vector<std::string> got;
  for (const Derivation& d : all) {
    if (!lab.arena.is_number(d.result, 0)) got.push_back(shown(lab, d));  // those of parameters that are in it
  }
  BOOST_TEST(got == wanted, boost::test_tools::per_element());
  require_proved(lab, file.models[0], all);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(greatest_entries)

BOOST_AUTO_TEST_CASE(derivatives_are_those_of_the_entry_that_it_is) {
  require_results("J = max(z)\n", {"dJ/dz = hardmax(z)"});
  require_results("J = min(z)\n", {"dJ/dz = hardmax(-z)"});
  require_results("M = max(Z, axis=0)\nJ = sum(M^2)\n", {"dJ/dM = 2*M", "dJ/dZ = 2*M*hardmax(Z, axis=0)"});
  require_results("M = min(Z, axis=1)\nJ = sum(M*M)\n", {"dJ/dM = 2*M", "dJ/dZ = 2*M*hardmax(-Z, axis=1)"});
  // Over an index, of what is not written as a tensor.
  require_results("J = max[i](z[i]^2)\n", {"dJ/dz = 2*hardmax(z^2)*z"});
  require_results("J = max(X.T @ z)\n", {"dJ/dz = X @ hardmax(X.T @ z)"});
}

BOOST_AUTO_TEST_CASE(what_is_proved_for_all_sizes) {
  require_verdicts(R"(
claim softmax(Z - max(Z, axis=0), axis=0) = softmax(Z, axis=0)
claim logsumexp(z) = max(z) + ln(sum(exp(z - max(z))))
claim max(z + c) = max(z) + c
claim max(3*z) = 3*max(z)
claim max(-2*z) = -2*min(z)
claim min(z) = -max(-z)
claim min(Z.T) = min(Z)
claim max(max(Z, axis=0)) = max[i](max[j](Z[i, j])) = max[j](max[i](Z[i, j])) = max(Z)
claim max[i in n](c) = c
claim max(Z, axis=1)[i, 1] = max[j](Z[i, j])
claim mean[i](z[i]) = mean(z) = sum[i](z[i])/n
claim hardmax(z + c) = hardmax(z)
claim sum(hardmax(Z, axis=0), axis=0) = 1
claim d(max(z))/dz = hardmax(z)
claim d(min(Z))/dZ = hardmax(-Z)
claim d(max[i](max[j](Z[i, j])))/dZ = hardmax(Z)
claim d(max(z)^2)/dz = 2*max(z)*hardmax(z)
claim hardmax(Z, axis=0) = where(Z == max(Z, axis=0), 1, 0)/sum(where(Z == max(Z, axis=0), 1, 0), axis=0)
claim d(sum(max(c*Z, axis=0)))/dc = sum(hardmax(c*Z, axis=0)*Z)
claim d(max[i](z[i]^2))/dz[k] = 2*z[k]*where(z[k]^2 == max(z^2), 1, 0)/sum[i](where(z[i]^2 == max(z^2), 1, 0))
)",
                   Verdict::proved);
}

// Away from ties these are equal, and at ties they are not: that is no reason to refute, nor is it proved from names.
BOOST_AUTO_TEST_CASE(ties_refute_nothing) {
  lab::Lab lab;
  const std::string text =
      "claim hardmax(z) = where(z == max(z), 1, 0)\n"
      "claim d(max(z))/dz = where(z == max(z), 1, 0)\n"
      "claim d(max(z))/dz[i] = where(z[i] >= max(z), 1, 0)\n";
  for (const LinkVerdict& v : lab.verdicts(head + text))
    BOOST_TEST((v.verdict != Verdict::refuted), lab::show(lab.arena, v));
}

BOOST_AUTO_TEST_CASE(wrong_claims_are_refuted) {
  require_verdicts(R"(
claim max(Z) = max(Z, axis=0)
claim max(-z) = -max(z)
claim max(2*z) = max(z)
claim max(z^2) = max(z)^2
claim max(z + x) = max(z) + max(x)
claim min(z) = max(z)
claim d(max(z))/dz = softmax(z)
claim d(max(z))/dz = where(z == max(z), 0, 1)
claim d(min(z))/dz = hardmax(z)
claim d(max(Z))/dZ = hardmax(Z, axis=0)
claim sum(hardmax(Z, axis=0)) = 1
claim hardmax(z) = 0
claim where(z == max(z), 1, 0) = 0
claim d(max[i](z[i]^2))/dz = hardmax(z^2)
)",
                   Verdict::refuted);
}

// What is the greatest entry may be equal to one on an open set, whatever the sizes.
BOOST_AUTO_TEST_CASE(names_that_depend_on_each_other_prove_nothing) {
  lab::Lab lab;
  const auto proved = [&](const std::string& claim) {
    return lab.verdicts(head + ("claim " + claim + "\n")).at(0).verdict == Verdict::proved;
  };
  // Right for n > 1 alone, almost everywhere.
  for (const char* const claim :
       {"where(z[1] == sum(z), 1, 0) = 0", "where(z[1] >= sum(z), 1, 0) = where(z[1] > sum(z), 1, 0)",
        "sign(z[1] - sum(z))^2 = 1"})
    BOOST_TEST(!proved(claim), claim);
  // A name that stands in one of the parts alone is independent of the others.
  for (const char* const claim :
       {"where(sum(z) > c, sum(z), c) = max(sum(z), c)", "where(sum(z) == c, 1, 0) = 0",
        "where(sum(z) >= x[1], 1, 0) = where(sum(z) > x[1], 1, 0)", "where(max(z) == c, 1, 0) = 0"})
    BOOST_TEST(proved(claim), claim);
}

BOOST_AUTO_TEST_SUITE_END()

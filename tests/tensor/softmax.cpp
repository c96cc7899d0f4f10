// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/softmax.h"

#include <boost/test/unit_test.hpp>

#include "check/lab.h"

using namespace gradus;

namespace {

std::string written(const std::string& formula) {
  lab::Lab lab;
  const ModelFile file = lab.read("dim k, m\nparam Z[k, m], A[k, m], s\nf = " + formula + "\n");
  return print(lab.arena, tensor::with_softmax(lab.arena, file.models[0].definitions[0].value));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(softmax_by_its_name)

BOOST_AUTO_TEST_CASE(exponentials_over_their_sum) {
  BOOST_TEST(written("exp(Z)/sum(exp(Z), axis=0)") == "softmax(Z, axis=0)");
  BOOST_TEST(written("s*exp(Z/s)*A/sum(exp(Z/s))") == "s*softmax(Z/s)*A");
  BOOST_TEST(written("sum(exp(Z)*A, axis=1)/sum(exp(Z), axis=1)") == "sum(softmax(Z, axis=1)*A, axis=1)");
  BOOST_TEST(written("ln(sum(exp(Z), axis=0))") == "logsumexp(Z, axis=0)");
  BOOST_TEST(written("exp(Z)/sum(exp(Z), axis=0)*exp(A)/sum(exp(A), axis=1)") ==
             "softmax(Z, axis=0)*softmax(A, axis=1)");
}

BOOST_AUTO_TEST_CASE(what_is_something_else_stays) {
  for (const std::string formula :
       {"exp(Z)/sum(exp(A), axis=0)", "exp(Z)*sum(exp(Z), axis=0)", "sum(exp(Z)*A, axis=1)/sum(exp(Z), axis=0)",
        "sum(exp(Z)*A)/sum(exp(Z), axis=0)", "sum(exp(Z)^2, axis=0)/sum(exp(Z), axis=0)", "ln(sum(Z, axis=0))",
        "exp(Z)/sum(exp(Z), axis=0)^2"})
    BOOST_TEST(written(formula) == formula);
}

BOOST_AUTO_TEST_SUITE_END()

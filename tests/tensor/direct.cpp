// SPDX-License-Identifier: GPL-2.0-or-later
// The direct method for tensors: ln and exp cancel before the cost is differentiated.
#include <boost/test/unit_test.hpp>

#include "gradus/diag/source.h"
#include "tensor/derivations.h"
#include "tensor/network.h"

using namespace gradus;

namespace {

std::vector<Derivation> direct(lab::Lab& lab, const Model& model, const std::vector<std::string>& wrt) {
  DeriveRequest request;
  request.wrt = wrt;
  request.method = DeriveRequest::Method::direct;
  return derive_tensors(lab.engine, model, request);
}

// The results, which are proved; `rewritten` is the cost before it is differentiated.
void require(const std::string& text, const std::vector<std::string>& wrt, const std::string& rewritten,
             const std::vector<std::string>& expected) {
  lab::Lab lab;
  const ModelFile file = lab.read(text);
  Model model = file.models[0];
  const std::vector<Derivation> all = direct(lab, model, wrt);
  std::vector<std::string> got;
  for (const Derivation& d : all) got.push_back(shown(lab, d));
  BOOST_TEST(got == expected, boost::test_tools::per_element());
  bool seen = false;
  for (const Step& s : all.at(0).steps) seen = seen || print(lab.arena, s.line) == rewritten;
  BOOST_TEST(seen, text << ": no line `" << rewritten << "`");
  require_proved(lab, model, all);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor_direct)

BOOST_AUTO_TEST_CASE(the_cross_entropy_of_a_sigmoid_is_rewritten_first) {
  require(network, {"Z2", "W2", "W1"}, "d(sum(-(Z2*Y - ln(1 + exp(Z2))))/m)/dZ2",
          {"dJ/dZ2 = (A2 - Y)/m", "dJ/dW2 = dJ/dZ2 @ A1.T", "dJ/dA1 = W2.T @ dJ/dZ2",
           "dJ/dZ1 = (W2.T @ dJ/dZ2)*(1 - A1^2)", "dJ/dW1 = dJ/dZ1 @ X.T"});
}

BOOST_AUTO_TEST_CASE(the_logarithm_of_a_softmax_is_rewritten_first) {
  require(
      "dim n, c, m\ninput X[n, m], Y[c, m]\nparam W[c, n], b[c, 1]\nZ = W @ X + b\nP = softmax(Z, axis=0)\n"
      "J = -sum(Y*ln(P))/m\n",
      {"Z", "W"}, "d(-sum(Y*(Z - logsumexp(Z, axis=0)))/m)/dZ",
      {"dJ/dZ = (P*sum(Y, axis=0) - Y)/m", "dJ/dW = dJ/dZ @ X.T"});
}

// K is used by r, which stays: by K itself, J has both ways.
BOOST_AUTO_TEST_CASE(what_stays_keeps_what_it_is_computed_from) {
  require("dim m\ninput D[m, m]\nparam a[m], g\nK = exp(g*D)\nr = K @ a\nJ = sum(r^2) + dot(a, K @ a)\n", {"g"},
          "d(sum(r^2) + dot(a, K @ a))/dr", {"dJ/dr = 2*r", "dJ/dK = outer(2*r + a, a)", "dJ/dg = sum(dJ/dK*K*D)"});
}

// The sum over j in V stands where j is bound already: another j.
BOOST_AUTO_TEST_CASE(an_index_of_what_is_put_in_is_its_own) {
  const std::string text =
      "dim h, t, d\ninput X[t, d], P[h, t, t]\nparam W[h, d, d]\nV[a, i, c] = sum[j](X[i, j]*W[a, j, c])\n"
      "O[a, i, c] = sum[j](P[a, i, j]*V[a, j, c])\nJ = sum(O^2)\n";
  require(text, {"W"}, "d(sum(O^2))/dW",
          {"(dJ/dW)[i, j, k] = 2*sum[l](sum[p](P[i, l, p]*V[i, p, k])*sum[q](P[i, l, q]*X[q, j]))"});
}

BOOST_AUTO_TEST_CASE(what_it_cannot_do_is_said) {
  lab::Lab lab;
  const auto message = [&](const std::string& text) {
    const ModelFile file = lab.read(text);
    try {
      direct(lab, file.models[0], {});
    } catch (const Error& e) {
      return e.message;
    }
    return std::string();
  };
  BOOST_TEST(message(std::string(network) + "convention per-example over m\n") ==
             "the direct method finds derivatives of the cost itself, and the model has a convention of examples");
  const ModelFile file = lab.read("dim n\ninput x[n]\nparam w, v\nJ = w*sum(x)\n");
  BOOST_TEST(direct(lab, file.models[0], {"v"}).at(0).declined == "`J` does not depend on `v`");
}

BOOST_AUTO_TEST_SUITE_END()

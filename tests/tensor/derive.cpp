// SPDX-License-Identifier: GPL-2.0-or-later
// Derivations of tensor models: the closed forms of textbooks, and random networks whose gradients are proved.
#include "gradus/tensor/derive.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "check/lab.h"
#include "tensor/derivations.h"
#include "tensor/network.h"

using namespace gradus;

namespace {

// "dW = dZ @ X.T" for each derivative.
std::vector<std::string> results(lab::Lab& lab, const std::string& text, const DeriveRequest& request = {}) {
  const ModelFile file = lab.read(text);
  std::vector<std::string> out;
  for (const Derivation& d : derive_tensors(lab.engine, file.models[0], request)) {
    BOOST_TEST((d.steps.empty() || d.steps.back().line == d.result), "the result is not the last line");
    out.push_back(print(lab.arena, d.start) + " = " + print(lab.arena, d.result));
  }
  return out;
}

void require(const std::string& text, const std::vector<std::string>& wanted) {
  lab::Lab lab;
  const std::vector<std::string> got = results(lab, text);
  BOOST_TEST(got == wanted, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor_derivations)

BOOST_AUTO_TEST_CASE(the_network_of_the_course) {
  require(network, {"dJ/dLoss = 1/m", "dJ/dA2 = ((1 - Y)/(1 - A2) - Y/A2)/m", "dJ/dZ2 = (A2 - Y)/m",
                    "dJ/dA1 = W2.T @ dJ/dZ2", "dJ/dZ1 = (W2.T @ dJ/dZ2)*(1 - A1^2)", "dJ/dW1 = dJ/dZ1 @ X.T",
                    "dJ/db1 = sum(dJ/dZ1, axis=1)", "dJ/dW2 = dJ/dZ2 @ A1.T", "dJ/db2 = sum(dJ/dZ2, axis=1)"});
  require(std::string(network) + "convention per-example over m\n",
          {"dLoss = 1", "dA2 = (1 - Y)/(1 - A2) - Y/A2", "dZ2 = A2 - Y", "dA1 = W2.T @ dZ2",
           "dZ1 = (W2.T @ dZ2)*(1 - A1^2)", "dW1 = (dZ1 @ X.T)/m", "db1 = sum(dZ1, axis=1)/m", "dW2 = (dZ2 @ A1.T)/m",
           "db2 = sum(dZ2, axis=1)/m"});
}

BOOST_AUTO_TEST_CASE(softmax_with_cross_entropy) {
  const std::string head = "dim n, k, m\ninput X[n, m], Y[k, m]\nparam W[k, n]\n";
  const std::string body = "Z = W @ X\nP = softmax(Z, axis=0)\nL = -sum(Y*ln(P), axis=0)\nJ = sum(L)/m\n";
  require(head + body, {"dJ/dL = 1/m", "dJ/dP = -Y/(m*P)", "dJ/dZ = (P*sum(Y, axis=0) - Y)/m", "dJ/dW = dJ/dZ @ X.T"});
  require(head + "assume sum(Y, axis=0) = 1\n" + body,
          {"dJ/dL = 1/m", "dJ/dP = -Y/(m*P)", "dJ/dZ = (P - Y)/m", "dJ/dW = dJ/dZ @ X.T"});
}

BOOST_AUTO_TEST_CASE(regression_factorisation_and_traces) {
  require("dim n, m\ninput X[m, n], y[m], lambda\nparam w[n]\nr = X @ w - y\nJ = dot(r, r) + lambda*dot(w, w)\n",
          {"dJ/dr = 2*r", "dJ/dw = 2*(X.T @ r + lambda*w)"});
  require("dim n, k, m\ninput R[n, m]\nparam U[n, k], V[k, m]\nE = U @ V - R\nJ = sum(E^2)\n",
          {"dJ/dE = 2*E", "dJ/dU = 2*(E @ V.T)", "dJ/dV = 2*(U.T @ E)"});
  require("dim n\nparam W[n, n]\nJ = trace(W.T @ W)\n", {"dJ/dW = 2*W"});
}

BOOST_AUTO_TEST_CASE(inverses_and_determinants) {
  require(
      "dim n\ninput x[n, 1]\nparam S[n, n], mu[n, 1]\nassume S = S.T\nr = x - mu\nJ = (logdet(S) + r.T @ inv(S) @ "
      "r)/2\n",
      {"dJ/dr = inv(S) @ r", "dJ/dS = 1/2*inv(S) - 1/2*(inv(S) @ r @ (r.T @ inv(S)))", "dJ/dmu = -(inv(S) @ r)"});
  require("dim m, n\nparam X[m, n]\nJ = logdet(X.T @ X)/2\n", {"dJ/dX = X @ inv(X.T @ X)"});
  require("dim n\ninput B[n, n]\nparam A[n, n]\nJ = trace(B @ inv(A))\n", {"dJ/dA = -(inv(A).T @ B.T @ inv(A).T)"});
  require("dim n\nparam A[n, n]\nJ = det(A)\n", {"dJ/dA = J*inv(A).T"});
}

BOOST_AUTO_TEST_CASE(word_vectors_with_negative_samples) {
  require("dim d, k\nparam v[d], u[d], N[k, d]\nJ = -ln(sigmoid(dot(u, v))) - sum(ln(sigmoid(-(N @ v))))\n",
          {"dJ/dv = (sigmoid(sum(u*v)) - 1)*u + N.T @ sigmoid(N @ v)", "dJ/du = (sigmoid(sum(u*v)) - 1)*v",
           "dJ/dN = outer(sigmoid(N @ v), v)"});
}

BOOST_AUTO_TEST_CASE(temperature_and_smoothed_labels) {
  require(
      "dim k, m\ninput Y[k, m], T\nparam Z[k, m], eps\nassume T > 0\nQ = (1 - eps)*Y + eps/k\n"
      "J = -sum(Q*(Z/T - logsumexp(Z/T, axis=0)))/m\n",
      {"dJ/dQ = (logsumexp(Z/T, axis=0) - Z/T)/m", "dJ/dZ = (softmax(Z/T, axis=0)*sum(Q, axis=0) - Q)/(T*m)",
       "dJ/deps = sum(dJ/dQ*(1/k - Y))"});
}

BOOST_AUTO_TEST_CASE(an_assumption_is_used_as_the_shapes_allow_it) {
  // 1 is no operand of `@`: a column of ones sums the rows.
  require(
      "dim n, k, m\ninput X[n, m], Y[k, m]\nparam w[n, 1]\nassume sum(Y.T, axis=1) = 1\n"
      "J = sum(sum(Y, axis=0) @ X.T @ w)\n",
      {"dJ/dw = sum(X, axis=1)"});
}

BOOST_AUTO_TEST_CASE(what_has_no_matrix_form_is_given_by_its_entries) {
  lab::Lab lab;
  const ModelFile file =
      lab.read("dim n\ninput T[n, n, n]\nparam w[n]\nJ = sum[i](sum[j](sum[k](T[i,j,k]*w[i]*w[j]*w[k])))\n");
  const auto all = derive_tensors(lab.engine, file.models[0], {});
  BOOST_REQUIRE(all.size() == 1U);
  BOOST_TEST(print(lab.arena, all[0].start).starts_with("(dJ/dw)"), print(lab.arena, all[0].start));
}

// A row that is stretched over the rows of a matrix is added once for each of them.
BOOST_AUTO_TEST_CASE(a_sum_of_what_is_stretched_is_not_what_is_assumed) {
  lab::Lab lab;
  const auto gradient = [&](const std::string& q) {
    const ModelFile file = lab.read(
        "dim c, m\ninput y[c, m], r[1, m]\nparam Z[c, m]\nassume sum(y, axis=0) = 1, sum(r, axis=0) = 1\nq = " + q +
        "\nJ = -sum(q*ln(softmax(Z, axis=0)))\n");
    return print(lab.arena, derive_tensors(lab.engine, file.models[0], {}).back().result);
  };
  BOOST_TEST(gradient("y/2 + 1/(2*c)") == "softmax(Z, axis=0) - q");
  BOOST_TEST(gradient("y + r") == "softmax(Z, axis=0)*sum(q, axis=0) - q");
}

// Layers, activations and losses put together by chance. What `derive` finds is proved by `check`, which refutes at
// small sizes by the engine of scalars and knows nothing of how it was found.
// What becomes the number 0 on the way to a form of matrices is no matrix any more.
BOOST_AUTO_TEST_CASE(a_factor_that_is_zero) {
  lab::Lab lab;
  Model model = lab.read("dim n\nparam A[n, n]\nJ = sum((A - A) @ inv(A))\n").models[0];
  const std::vector<Derivation> all = derive_tensors(lab.engine, model, {});
  BOOST_REQUIRE_EQUAL(all.size(), 1U);
  require_proved(lab, model, all);
}

BOOST_AUTO_TEST_CASE(gradients_of_random_networks_are_proved) {
  std::mt19937 random(7);
#ifdef GRADUS_SANITIZED
  constexpr int networks = 8;
#else
  constexpr int networks = 60;
#endif
  std::size_t proved = 0;
  for (int k = 0; k < networks; ++k) {
    const std::string text = random_network(random);
    lab::Lab lab;
    Model model = lab.read(text).models[0];
    for (const Derivation& d : derive_tensors(lab.engine, model, {})) {
      Claim claim;
      claim.sides = {lab.arena.make(Op::Deriv, {d.of, d.wrt}), d.result};
      claim.places = {Place{}, Place{}};
      // A number stands for a tensor all of whose entries it is.
      if (symbols(lab.arena, d.result).empty()) continue;
      model.claims.push_back(claim);
    }
    for (const LinkVerdict& v : check(lab.engine, model)) {
      BOOST_TEST((v.verdict == Verdict::proved), text << lab::show(lab.arena, v));
      proved += v.verdict == Verdict::proved ? 1 : 0;
    }
  }
  BOOST_TEST(proved >= 3U * networks);
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// Models with layers: derived once for a layer, the same as when written out.
#include <boost/test/unit_test.hpp>
#include <random>

#include "tensor/layered.h"

using namespace gradus;
using namespace gradus::layered;

namespace {

#ifdef GRADUS_SANITIZED
constexpr std::size_t random_models = 4;
#else
constexpr std::size_t random_models = 40;
#endif

std::vector<std::string> results(lab::Lab& lab, const Model& model, const std::vector<std::string>& wrt = {}) {
  DeriveRequest request;
  request.wrt = wrt;
  std::vector<std::string> out;
  for (const Derivation& d : derive_tensors(lab.engine, model, request)) {
    const bool ranged = d.note.starts_with("for ");
    out.push_back(shown(lab, d) + (ranged ? "  " + d.note.substr(0, d.note.find(';')) : ""));
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor_layers)

BOOST_AUTO_TEST_CASE(the_recursion_is_derived_once) {
  lab::Lab lab;
  const ModelFile file = lab.read(perceptron);
  const std::vector<std::string> expected{"dJ/dLoss = 1/m",
                                          "dJ/dA[depth] = (A[depth] - Y)/m",
                                          "dJ/dA[l] = W[l+1].T @ dJ/dZ[l+1]  for l = 1, ..., depth - 1",
                                          "dJ/dZ[depth] = (A[depth] - Y)*(1 - A[depth]^2)/m",
                                          "dJ/dZ[l] = (W[l+1].T @ dJ/dZ[l+1])*(1 - A[l]^2)  for l = 1, ..., depth - 1",
                                          "dJ/dlambda = 1/2*sum[l](sum(W[l]^2))",
                                          "dJ/dW[l] = dJ/dZ[l] @ A[l-1].T + lambda*W[l]  for l = 1, ..., depth",
                                          "dJ/db[l] = sum(dJ/dZ[l], axis=1)  for l = 1, ..., depth"};
  const std::vector<std::string> got = results(lab, file.models[0]);
  BOOST_TEST(got == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_convention_of_the_course_holds_for_layers) {
  lab::Lab lab;
  const ModelFile file = lab.read(classifier);
  const std::vector<std::string> expected{"dLoss = 1",
                                          "da = (1 - Y)/(1 - a) - Y/a",
                                          "dz = a - Y",
                                          "dA[depth] = V.T @ dz",
                                          "dA[l] = W[l+1].T @ dZ[l+1]  for l = 1, ..., depth - 1",
                                          "dZ[depth] = (V.T @ dz)*g'(Z[depth])",
                                          "dZ[l] = (W[l+1].T @ dZ[l+1])*g'(Z[l])  for l = 1, ..., depth - 1",
                                          "dV = (dz @ A[depth].T)/m",
                                          "dc = sum(dz)/m",
                                          "dW[l] = (dZ[l] @ A[l-1].T)/m  for l = 1, ..., depth",
                                          "db[l] = sum(dZ[l], axis=1)/m  for l = 1, ..., depth"};
  const std::vector<std::string> got = results(lab, file.models[0]);
  BOOST_TEST(got == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_all_layers_share_is_summed_over_them) {
  lab::Lab lab;
  const ModelFile file = lab.read(recurrent);
  const std::vector<std::string> expected{
      "dJ/dLoss = 1/m",
      "dJ/dp[t] = (p[t] - y[t])/m  for t = 1, ..., T",
      "dJ/ds[T] = w.T @ dJ/dp[T] + mu*s[T-1]",
      "dJ/ds[t] = w.T @ dJ/dp[t] + V.T @ dJ/dz[t+1] + mu*s[t-1] + mu*s[t+1]  for t = 1, ..., T - 1",
      "dJ/dz[T] = (w.T @ dJ/dp[T] + mu*s[T-1])*(1 - s[T]^2)",
      "dJ/dz[t] = dJ/ds[t]*(1 - s[t]^2)  for t = 1, ..., T - 1",
      "dJ/dU = sum[t](dJ/dz[t] @ x[t].T)",
      "dJ/dV = sum[t](dJ/dz[t] @ s[t-1].T)",
      "dJ/db = sum[t](sum(dJ/dz[t], axis=1))",
      "dJ/dw = sum[t](dJ/dp[t] @ s[t].T)",
      "dJ/dmu = sum[t](sum(s[t-1]*s[t]))"};
  const std::vector<std::string> got = results(lab, file.models[0]);
  BOOST_TEST(got == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_comes_before_the_layers_has_derivatives) {
  lab::Lab lab;
  const ModelFile file = lab.read(classifier);
  const std::vector<std::string> got = results(lab, file.models[0], {"X"});
  BOOST_TEST_REQUIRE(got.size() >= 2U);
  BOOST_TEST(got[got.size() - 2] == "dA[0] = W[1].T @ dZ[1]");
  BOOST_TEST(got.back() == "dX = W[1].T @ dZ[1]");
}

BOOST_AUTO_TEST_CASE(what_is_defined_before_the_layers_passes_on_what_it_gets) {
  const auto without_layers = [](const char* text) {
    lab::Lab lab;
    const ModelFile file = lab.read(text);
    std::vector<std::string> got = results(lab, file.models[0]);
    std::erase_if(got, [](const std::string& line) { return line.find("] = ") != std::string::npos; });
    std::erase_if(got, [](const std::string& line) { return line.find("  for ") != std::string::npos; });
    return got;
  };
  const std::vector<std::string> expected{"dJ/dC = sum[l](dJ/dZ[l])", "dJ/dB = W[1].T @ dJ/dZ[1] + 2*B + dJ/dC*r",
                                          "dJ/dV = dJ/dB @ X.T", "dJ/dr = 1 + sum(dJ/dC*B)"};
  const std::vector<std::string> got = without_layers(prepared);
  BOOST_TEST(got == expected, boost::test_tools::per_element());
  const std::vector<std::string> of_squares{
      "dJ/dQ = sum[l](dJ/dZ[l] @ X.T)",
      "dJ/dP = sum[l](dJ/dZ[l] @ A[l-1].T) + (P.T @ dJ/dQ + dJ/dQ @ P.T)",
      "dJ/dV = V.T @ dJ/dP + dJ/dP @ V.T",
  };
  const std::vector<std::string> got_of_squares = without_layers(squared);
  BOOST_TEST(got_of_squares == of_squares, boost::test_tools::per_element());
  for (const char* const text : {prepared, squared}) {
    lab::Lab lab;
    const ModelFile file = lab.read(text);
    Model model = file.models[0];
    const std::vector<Derivation> all = derive_tensors(lab.engine, model, {});
    require_proved(lab, model, all);
    for (const long depth : {1, 2}) require_same_as_written_out(lab, model, all, depth);
  }
}

BOOST_AUTO_TEST_CASE(results_are_proved_and_hold_for_layers_that_are_written_out) {
  for (const char* const text : {perceptron, recurrent, cell}) {
    lab::Lab lab;
    const ModelFile file = lab.read(text);
    Model model = file.models[0];
    std::vector<Derivation> all = derive_tensors(lab.engine, model, {});
    require_proved(lab, model, all);
    for (const long depth : {1, 2, text == cell ? 2 : 3}) require_same_as_written_out(lab, model, all, depth);
  }
}

// Layers and costs as they come: each derivation holds for the model that is written out.
BOOST_AUTO_TEST_CASE(random_models_are_derived_as_when_they_are_written_out) {
  std::mt19937 random(20261126);
  std::size_t declined = 0;
  const auto pick = [&](const std::vector<std::string>& of) { return of[random() % of.size()]; };
  for (std::size_t round = 0; round < random_models; ++round) {
    std::string text = "dim k, m\nlayer l in 1..L\ninput X[k, m], Y[k, m], q[l]\nparam W[l][k, k], V[k, k], c[l], r\n";
    // Before the layers: nothing, or what the first one, all of them, the cost use.
    const std::string P = pick({"X", "P", "P", "Q"});
    text += pick({"P = V @ X\n", "P = r*X\n", "P = tanh(V @ X) + r\n"}) + pick({"Q = P + X\n", "Q = r*P^2\n"});
    text += "A[0] = " + pick({"X\n", "V @ X\n", "r*X\n", "P\n", "Q\n"});
    text += "Z[l] = " + pick({"W[l] @ A[l-1]", "V @ A[l-1]", "W[l] @ (V @ A[l-1])", "A[l-1]*c[l] + r*" + P}) + "\n";
    text += "A[l] = " + pick({"tanh(Z[l])", "Z[l]^2", "sigmoid(Z[l]) + A[l-1]", "Z[l] + r*A[l-1]", "q[l]*Z[l]"}) + "\n";
    text += "J = " +
            pick({"sum((A[L] - Y)^2)/m", "sum((A[L] - " + P + ")^2)", "sum(Y*A[L])", "sum(V*W[L])*sum(A[L]^2)",
                  "norm(A[L] - Y)^2"}) +
            pick({"", " + sum[l](c[l]^2)", " + r*sum[l](sum(A[l]*Y))", " + sum[l](sum(A[l]*A[l-1]))/m"}) + "\n";
    BOOST_TEST_INFO_SCOPE(text);
    lab::Lab lab;
    const ModelFile file = lab.read(text);
    Model model = file.models[0];
    std::vector<Derivation> all = derive_tensors(lab.engine, model, {});
    const std::size_t listed = all.size();
    std::erase_if(all, [](const Derivation& d) { return !d.declined.empty(); });
    declined += listed - all.size();
    for (const long depth : {1, 2}) require_same_as_written_out(lab, model, all, depth);
  }
  BOOST_TEST(declined <= random_models / 10);
}

BOOST_AUTO_TEST_SUITE_END()

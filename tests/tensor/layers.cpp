// SPDX-License-Identifier: GPL-2.0-or-later
// Models with layers: derived once for a layer, proved for each number of layers, the same as when written out.
#include "tensor/layers.h"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <random>

#include "gradus/tensor/layers.h"
#include "tensor/derivations.h"

using namespace gradus;

namespace {

#ifdef GRADUS_SANITIZED
constexpr std::size_t changed_claims = 30, random_models = 4;
#else
constexpr std::size_t changed_claims = 250, random_models = 40;
#endif

// A perceptron of any depth; `n[0]` inputs.
const char* const perceptron = R"(dim m
layer l in 1..depth
dim n[l]
input X[n[0], m], Y[n[depth], m]
param W[l][n[l], n[l-1]], b[l][n[l], 1], lambda
A[0] = X
Z[l] = W[l] @ A[l-1] + b[l]
A[l] = tanh(Z[l])
Loss = sum((A[depth] - Y)^2, axis=0)/2
J = sum(Loss)/m + lambda/2*sum[l](sum(W[l]^2))
)";

// Hidden layers with an activation that is not specified, and an output layer of its own.
const char* const classifier = R"(dim m
layer l in 1..depth
dim n[l]
input X[n[0], m], Y[1, m]
param W[l][n[l], n[l-1]], b[l][n[l], 1], V[1, n[depth]], c
function g(t)
A[0] = X
Z[l] = W[l] @ A[l-1] + b[l]
A[l] = g(Z[l])
z = V @ A[depth] + c
a = sigmoid(z)
Loss = -(Y*ln(a) + (1 - Y)*ln(1 - a))
J = sum(Loss)/m
convention per-example over m
)";

// A recurrent network with a loss in each step, and one that compares steps.
const char* const recurrent = R"(dim k, h, m
layer t in 1..T
input x[t][k, m], y[t][1, m], h0[h, m]
param U[h, k], V[h, h], b[h, 1], w[1, h], mu
s[0] = h0
z[t] = U @ x[t] + V @ s[t-1] + b
s[t] = tanh(z[t])
p[t] = w @ s[t]
Loss = sum[t]((p[t] - y[t])^2)/2
J = sum(Loss)/m + sum[t](mu*sum(s[t-1]*s[t]))
)";

// A cell with two things that go from step to step.
const char* const cell = R"(dim n, h
layer t in 1..T
input x[t][n], y[t][h], h0[h], c0[h]
param Wi[h, n], Ui[h, h], Wf[h, n], Uf[h, h], Wg[h, n], Ug[h, h]
s[0] = h0
c[0] = c0
i[t] = sigmoid(Wi @ x[t] + Ui @ s[t-1])
f[t] = sigmoid(Wf @ x[t] + Uf @ s[t-1])
g[t] = tanh(Wg @ x[t] + Ug @ s[t-1])
c[t] = f[t]*c[t-1] + i[t]*g[t]
s[t] = tanh(c[t])
J = sum[t](sum((s[t] - y[t])^2))/2
)";

// Residual layers with a scale that all of them share.
const char* const residual = R"(dim d, m
layer l in 1..L
input X[d, m], Y[d, m], mask[l][d, m]
param U[l][d, d], c[l][d, 1], gamma
H[0] = X
F[l] = U[l] @ H[l-1] + c[l]
G[l] = relu(F[l])*mask[l]
H[l] = H[l-1] + gamma*G[l]
Loss = -sum(Y*ln(softmax(H[L], axis=0)), axis=0)
J = mean(Loss)
assume sum(Y, axis=0) = 1
)";

// What is defined before the layers, and used by the first one, by all of them, behind them, and by one another.
const char* const prepared = R"(dim k, m
layer l in 1..L
input X[k, m], Y[k, m]
param W[l][k, k], V[k, k], r
B = V @ X
C = r*B
A[0] = B
Z[l] = W[l] @ A[l-1] + C
A[l] = tanh(Z[l])
J = sum((A[L] - Y)^2)/m + sum(B^2) + r
)";

// Two that all layers use, one computed from the other.
const char* const squared = R"(dim k, m
layer l in 1..L
input X[k, m], Y[k, m]
param W[l][k, k], V[k, k]
P = V @ V
Q = P @ P
A[0] = X
Z[l] = (W[l] + P) @ A[l-1] + Q @ X
A[l] = tanh(Z[l])
J = sum((A[L] - Y)^2)
)";

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

// The same formulas, as claims about the model that is written out: another way altogether.
void require_same_as_written_out(lab::Lab& lab, const Model& model, const std::vector<Derivation>& all, long depth) {
  const tensor::LayerParts parts(lab.engine, model, model.definitions.back().symbol);
  const std::string l = lab.arena.name(model.layers->index);
  Model written = with_depth(lab.engine, model, depth);
  std::vector<Derivation> instances;
  for (const Derivation& d : all) {
    const bool ranged = d.note.starts_with("for ");
    const long last = !ranged ? 1 : d.note.find(" - 1") != std::string::npos ? depth - 1 : depth;
    for (long k = 1; k <= last; ++k) {
      Derivation at = d;
      for (Expr* side : {&at.start, &at.result}) {
        if (ranged) *side = at_layer(lab.arena, *side, l, {{}, {}, k});
        *side = parts.fixed(*side, depth);
      }
      at.steps.clear();
      instances.push_back(at);
    }
  }
  require_proved(lab, written, instances);
}

void require_verdicts(const std::string& model, const std::vector<std::string>& claims, Verdict wanted) {
  std::string text = model;
  for (const std::string& claim : claims) text += "claim " + claim + "\n";
  lab::Lab lab;
  const std::vector<LinkVerdict> all = lab.verdicts(text);
  BOOST_REQUIRE(all.size() == claims.size());
  for (const LinkVerdict& v : all) BOOST_TEST((v.verdict == wanted), lab::show(lab.arena, v));
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

BOOST_AUTO_TEST_CASE(the_examples_are_proved) {
  for (const auto& [name, links] : {std::pair("perceptron", 11U), std::pair("recurrent", 9U)}) {
    lab::Lab lab;
    const ModelFile file = lab.read_file(fmt::format("{}/examples/{}.gr", GRADUS_SOURCE_DIR, name));
    const std::vector<LinkVerdict> all = check(lab.engine, file.models[0]);
    BOOST_TEST(all.size() == links);
    for (const LinkVerdict& v : all) BOOST_TEST((v.verdict == Verdict::proved), lab::show(lab.arena, v));
  }
}

BOOST_AUTO_TEST_CASE(right_claims_are_proved_for_each_number_of_layers) {
  require_verdicts(
      perceptron,
      {"dJ/dA[depth] = (A[depth] - Y)/m", "dJ/dZ[l] = (W[l+1].T @ dJ/dZ[l+1])*(1 - A[l]^2)",
       "dJ/dZ[l-1] = (W[l].T @ dJ/dZ[l])*(1 - A[l-1]^2)", "dJ/dA[l-1] = W[l].T @ dJ/dZ[l]",
       "dJ/dW[l][i, j] = sum[k](dJ/dZ[l][i, k]*A[l-1][j, k]) + lambda*W[l][i, j]", "A[depth] = tanh(Z[depth])",
       "dJ/dW[depth] = dJ/dZ[depth] @ A[depth-1].T + lambda*W[depth]", "dJ/dX = W[1].T @ dJ/dZ[1]",
       "dJ/dA[depth-1] = W[depth].T @ dJ/dZ[depth]", "dJ/dlambda = sum[l](sum(W[l]^2))/2"},
      Verdict::proved);
  require_verdicts(residual,
                   {"dJ/dH[L] = (softmax(H[L], axis=0) - Y)/m", "dJ/dH[l-1] = dJ/dH[l] + U[l].T @ dJ/dF[l]",
                    "dJ/dgamma = sum[l](sum(dJ/dH[l]*G[l]))", "dJ/dc[l] = sum(dJ/dF[l], axis=1)"},
                   Verdict::proved);
  require_verdicts(classifier,
                   {"dZ[l] = (W[l+1].T @ dZ[l+1])*g'(Z[l])", "dW[l] = (1/m)*(dZ[l] @ A[l-1].T)",
                    "dZ[depth] = (V.T @ dz)*g'(Z[depth])", "dX = W[1].T @ dZ[1]"},
                   Verdict::proved);
  require_verdicts(recurrent,
                   {"dJ/dV = sum[t](dJ/dz[t] @ s[t-1].T)", "dJ/dmu = sum[t](sum(s[t-1]*s[t]))",
                    "2*dJ/db = sum(sum[t](2*dJ/dz[t]), axis=1)", "dJ/dh0 = V.T @ dJ/dz[1] + mu*s[1]"},
                   Verdict::proved);
}

BOOST_AUTO_TEST_CASE(wrong_claims_are_refuted) {
  require_verdicts(perceptron,
                   {"dJ/dZ[l] = (W[l].T @ dJ/dZ[l+1])*(1 - A[l]^2)", "dJ/dZ[l] = W[l+1].T @ dJ/dZ[l+1]",
                    "dJ/dZ[l] = (W[l+1].T @ dJ/dZ[l+1])*(1 - A[l+1]^2)", "dJ/dW[l] = dJ/dZ[l] @ A[l-1].T",
                    "dJ/dW[depth] = dJ/dZ[depth] @ A[depth-1].T", "dJ/dX = 0*X", "dJ/dZ[l] = dJ/dZ[l+1]",
                    "dJ/dlambda = sum(W[depth]^2)/2", "J = sum(Loss)/m"},
                   Verdict::refuted);
  // What a layer adds beside what the next one makes of it, what all of them share, what the first one begins with.
  require_verdicts(recurrent,
                   {"dJ/ds[t] = V.T @ dJ/dz[t+1]", "dJ/ds[t-1] = V.T @ dJ/dz[t]",
                    "dJ/ds[t] = w.T @ dJ/dp[t] + V.T @ dJ/dz[t+1] + mu*s[t-1]", "dJ/ds[T-1] = V.T @ dJ/dz[T]",
                    "dJ/dV = dJ/dz[T] @ s[T-1].T", "dJ/dV = sum[t](dJ/dz[t] @ s[t].T)", "dJ/dmu = sum(s[T-1]*s[T])",
                    "dJ/dh0 = V.T @ dJ/dz[1]", "dJ/dh0 = 0*h0", "dJ/dz[t] = dJ/dz[T]"},
                   Verdict::refuted);
  require_verdicts(residual,
                   {"dJ/dH[l-1] = U[l].T @ dJ/dF[l]", "dJ/dgamma = sum(dJ/dH[L]*G[L])", "dJ/dF[l] = dJ/dG[l]*mask[l]"},
                   Verdict::refuted);
  // By what the layer before has, which that one uses as well; a sum over layers of what is one.
  require_verdicts(recurrent,
                   {"sum[t](dJ/ds[t-1]) = sum[t](V.T @ dJ/dz[t] + mu*s[t])",
                    "sum[t](sum(dJ/db)) = sum[t](sum(dJ/dz[t]))", "sum[t](J) = J"},
                   Verdict::refuted);
  // What is stretched is added more than once.
  require_verdicts(recurrent, {"sum(sum[t](p[t]) + h0) = sum[t](sum(p[t])) + sum(h0)"}, Verdict::refuted);
  const std::string stretched =
      "dim k, m\nlayer l in 1..L\ninput X[k, m], u[k, 1]\nparam W[l][k, k], V[k, k]\nP = V @ X\nA[0] = X\n"
      "A[l] = tanh(W[l] @ A[l-1]) + P\nJ = sum(A[L]) + sum(u*P)\n";
  require_verdicts(stretched, {"sum(dJ/dP) = sum[l](sum(dJ/dA[l])) + sum(u)"}, Verdict::refuted);
  require_verdicts(prepared,
                   {"dJ/dB = dJ/dA[0] + 2*B", "dJ/dr = 1", "dJ/dB = W[1].T @ dJ/dZ[1] + dJ/dC*r", "dJ/dC = dJ/dZ[L]"},
                   Verdict::refuted);
  require_verdicts(squared, {"dJ/dP = sum[l](dJ/dZ[l] @ A[l-1].T)", "dJ/dV = 0*V"}, Verdict::refuted);
  require_verdicts(cell, {"dJ/dc[t] = dJ/ds[t]*(1 - s[t]^2)", "dJ/dc[t] = dJ/dc[t+1]*f[t+1]", "dJ/ds[t] = s[t] - y[t]"},
                   Verdict::refuted);
}

// Claims that are changed somewhere: what is proved of parts of a model holds for the model that is written out.
BOOST_AUTO_TEST_CASE(no_wrong_claim_is_proved) {
  struct Family {
    const char* model;
    std::vector<std::string> claims, names, layers;
  };
  const std::vector<Family> families{
      {perceptron,
       {"dJ/dZ[l] = (W[l+1].T @ dJ/dZ[l+1])*(1 - A[l]^2)", "dJ/dA[l-1] = W[l].T @ dJ/dZ[l]",
        "dJ/dW[l] = dJ/dZ[l] @ A[l-1].T + lambda*W[l]", "dJ/dA[depth] = (A[depth] - Y)/m"},
       {"Z", "A", "W", "b"},
       {"[l]", "[l-1]", "[l+1]", "[depth]", "[0]", "[1]", "[depth-1]"}},
      {recurrent,
       {"dJ/ds[t] = w.T @ dJ/dp[t] + V.T @ dJ/dz[t+1] + mu*(s[t-1] + s[t+1])", "dJ/ds[T] = w.T @ dJ/dp[T] + mu*s[T-1]",
        "dJ/dV = sum[t](dJ/dz[t] @ s[t-1].T)", "dJ/dmu = sum[t](sum(s[t-1]*s[t]))",
        "dJ/dh0 = V.T @ dJ/dz[1] + mu*s[1]"},
       {"z", "s", "p", "x"},
       {"[t]", "[t-1]", "[t+1]", "[T]", "[0]", "[1]", "[T-1]"}},
      {prepared,
       {"dJ/dB = W[1].T @ dJ/dZ[1] + 2*B + dJ/dC*r", "dJ/dC = sum[l](dJ/dZ[l])", "dJ/dA[0] = W[1].T @ dJ/dZ[1]",
        "dJ/dB = dJ/dA[0] + 2*B + r*sum[l](dJ/dZ[l])", "dJ/dV = dJ/dA[0] @ X.T + 2*B @ X.T + dJ/dC*r @ X.T",
        "dJ/dr = 1 + sum(sum[l](dJ/dZ[l])*B)"},
       {"Z", "A", "W"},
       {"[l]", "[l-1]", "[l+1]", "[L]", "[0]", "[1]", "[L-1]"}}};
  std::mt19937 random(7);
  const auto below = [&](std::size_t n) { return random() % n; };
  std::size_t judged = 0, proved = 0;
  for (std::size_t round = 0; round < changed_claims; ++round) {
    const Family& family = families[below(families.size())];
    std::string claim = family.claims[below(family.claims.size())];
    // Another layer, another name, a term or a factor less.
    const std::size_t changes = 1 + below(2);
    for (std::size_t k = 0; k < changes; ++k) {
      const std::size_t open = claim.find('[', below(claim.size()));
      if (open == std::string::npos) continue;
      const std::size_t close = claim.find(']', open), plus = claim.find(" + ");
      switch (below(3)) {
        case 0:
          claim.replace(open, close + 1 - open, family.layers[below(family.layers.size())]);
          break;
        case 1:
          claim.replace(open - 1, 1, family.names[below(family.names.size())]);
          break;
        default:
          if (plus != std::string::npos) claim.erase(plus, below(2) == 0 ? claim.size() - plus : 2);
      }
    }
    lab::Lab lab;
    ModelFile file;
    std::vector<LinkVerdict> all;
    try {
      file = lab.read(family.model + ("claim " + claim + "\n"));
    } catch (const std::runtime_error&) {
      continue;
    }
    const Model& model = file.models[0];
    ++judged;
    if (check(lab.engine, model).at(0).verdict != Verdict::proved) continue;
    ++proved;
    const tensor::LayerParts parts(lab.engine, model, model.definitions.back().symbol);
    // Sums over layers stand in claims about none of them.
    const bool summed = claim.find("sum[" + lab.arena.name(model.layers->index) + "]") != std::string::npos;
    for (const long depth : {1, 2, 3}) {
      Model written = with_depth(lab.engine, model, depth);
      for (long l = 1; l <= depth; ++l) {
        Claim at = model.claims[0];
        for (Expr& side : at.sides) {
          if (!summed) side = at_layer(lab.arena, side, lab.arena.name(model.layers->index), {{}, {}, l});
          side = parts.fixed(side, depth);
        }
        const auto there = [&](Expr s) { return written.introduced.contains(lab.arena.name(s)); };
        if (std::ranges::all_of(at.sides, [&](Expr e) { return std::ranges::all_of(symbols(lab.arena, e), there); }))
          written.claims.push_back(at);
      }
      for (const LinkVerdict& v : check(lab.engine, written, Mends::none))
        BOOST_TEST((v.verdict != Verdict::refuted),
                   claim << ", for " << depth << " layers: " << lab::show(lab.arena, v));
    }
  }
  BOOST_TEST(judged > changed_claims / 4, judged);
  BOOST_TEST(proved > 5U, proved);
  BOOST_TEST_MESSAGE(judged << " judged, " << proved << " proved");
}

BOOST_AUTO_TEST_CASE(a_mend_is_one_for_all_layers) {
  lab::Lab lab;
  const auto mend = [&](const std::string& claim) {
    const LinkVerdict v = lab.verdicts(std::string(perceptron) + "claim " + claim + "\n").at(0);
    BOOST_TEST((v.verdict == Verdict::refuted), claim);
    return v.mend + ": " + v.mended;
  };
  BOOST_TEST(mend("dJ/dZ[l] = (W[l+1] @ dJ/dZ[l+1])*(1 - A[l]^2)") ==
             "`W[l+1]` must be transposed: (W[l+1].T @ dJ/dZ[l+1])*(1 - A[l]^2)");
  BOOST_TEST(mend("dJ/db[l] = -sum(dJ/dZ[l], axis=1)") == "the sign is wrong: sum(dJ/dZ[l], axis=1)");
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

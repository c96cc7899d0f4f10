// SPDX-License-Identifier: GPL-2.0-or-later
// Claims about models with layers: proved for each number of layers, refuted at a few.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <random>

#include "tensor/layered.h"
#include "tensor/verdicts.h"

using namespace gradus;
using namespace gradus::layered;

namespace {

#ifdef GRADUS_SANITIZED
constexpr std::size_t changed_claims = 30;
#else
constexpr std::size_t changed_claims = 250;
#endif

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor_layer_claims)

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

// True, but no proof adds what is stretched over the others, nor takes entries of a number.
BOOST_AUTO_TEST_CASE(what_is_stretched_is_no_summand) {
  require_verdicts(
      "dim k, m\nlayer l in 1..L\ninput X[k, m], B[k, m]\nparam W[l][k, k], b[l][k, 1], r\nA[0] = X\n"
      "A[l] = tanh(W[l] @ A[l-1] + b[l])\nJ = sum(A[L])\n",
      {"(r + sum[l](b[l]))[1, 1] = r + sum[l](b[l][1, 1])", "mean(sum[l](b[l]) + B) = mean(B) + mean(sum[l](b[l]))",
       "(sum[l](b[l]) + B).T @ B = sum[l](b[l]).T @ B + B.T @ B"},
      Verdict::undecided);
}

BOOST_AUTO_TEST_SUITE_END()

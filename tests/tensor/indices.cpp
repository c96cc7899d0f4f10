// SPDX-License-Identifier: GPL-2.0-or-later
// Models by index notation: the same as by matrices, derived, checked and read back.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "check/lab.h"
#include "gradus/tensor/derive.h"
#include "tensor/entries.h"
#include "tensor/verdicts.h"

using namespace gradus;

namespace {

// Two layers, by their entries.
constexpr const char* layers = R"(dim n, h, m
input X[n, m], Y[1, m]
param W[h, n], b[h], V[1, h], c
Z[i, j] = sum[k](W[i, k]*X[k, j]) + b[i]
A[i, j] = tanh(Z[i, j])
O[1, j] = sum[i](V[1, i]*A[i, j]) + c
J = sum[j]((O[1, j] - Y[1, j])^2)/m
)";

// Matrices, a tensor of three indices, a quadratic form.
constexpr const char* forms = R"(dim n, m
input A[n, n], T[n, n, n], X[n, m], x[n]
param w[n], W[n, n], lambda
G[i, k] = sum[j](X[i, j]*X[k, j])
q = sum[i](sum[j](A[i, j]*w[i]*w[j]))
v[i] = sum[j](sum[k](T[i, j, k]*w[j]*w[k]))
E[i, j] = delta(i, j)*exp(w[i]) + lambda*W[i, j]
J = q + sum[i](v[i]^2) + sum(E*G)
)";

std::vector<std::string> lines(lab::Lab& lab, const Model& model) {
  std::vector<std::string> out;
  for (const Derivation& d : derive_tensors(lab.engine, model, {}))
    out.push_back(print(lab.arena, d.start) + " = " + print(lab.arena, d.result));
  return out;
}

void require_derived(const std::string& text, const std::vector<std::string>& wanted) {
  lab::Lab lab;
  const std::vector<std::string> got = lines(lab, lab.read(text).models[0]);
  BOOST_TEST(got == wanted, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor_indices)

BOOST_AUTO_TEST_CASE(entries_are_those_of_the_matrices) {
  require_all(std::string(layers) + R"(claim A = tanh(Z)
claim O = V @ A + c
claim J = sum((O - Y)^2)/m
claim Z[i, j] = (W @ X)[i, j] + b[i]
claim Z[i, j] - b[i] = sum[k](W[i, k]*X[k, j]) = (X.T @ W.T)[j, i]
claim table[i](table[j](W[i, j])) = W
claim table[j](table[i](W[i, j])) = W.T
claim sum(Z) = sum[i](sum[j](Z[i, j]))
claim sum[i](sum[j](W[i, j])) = sum[j](sum[i](W[i, j]))
claim sum[k in n](1) = n
)",
              Verdict::proved);
  require_all(std::string(layers) + R"(claim Z[i, j] = sum[k](W[i, k]*X[k, j])
claim A[i, j] = Z[i, j]
claim sum[i](W[i, k]) = n
claim table[i](b[i]) = 2*b
)",
              Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(claims_hold_for_all_indices) {
  require_all(std::string(layers) + R"(claim dJ/dO[1, j] = 2*(O[1, j] - Y[1, j])/m
claim dJ/dA[i, j] = V[1, i]*dJ/dO[1, j]
claim dJ/dZ[i, j] = dJ/dA[i, j]*(1 - A[i, j]^2) = V[1, i]*dJ/dO[1, j]/cosh(Z[i, j])^2
claim dJ/dW[i, k] = sum[j](dJ/dZ[i, j]*X[k, j]) = (dJ/dZ @ X.T)[i, k]
claim dJ/dV[1, i] = sum[j](dJ/dO[1, j]*A[i, j])
claim dJ/db[i] = sum[j](dJ/dZ[i, j])
claim dJ/dc = sum[j](dJ/dO[1, j])
claim d(Z[i, j])/dW[p, q] = delta(i, p)*X[q, j]
claim d(Z[i, j])/db[p] = delta(i, p) = delta(p, i)
claim d(A[i, j])/dZ[p, q] = delta(i, p)*delta(j, q)*(1 - A[p, q]^2)
claim dZ/dW[i, j, p, q] = delta(i, p)*X[q, j]
claim d(sum[j](A[i, j]))/dZ[p, q] = delta(i, p)*(1 - A[i, q]^2)
)",
              Verdict::proved);
  require_all(std::string(layers) + R"(claim dJ/dO[1, j] = 2*(O[1, j] - Y[1, j])
claim dJ/dA[i, j] = V[1, i]
claim dJ/dW[i, k] = sum[j](dJ/dZ[i, j]*X[k, j])/m
claim d(Z[i, j])/dW[p, q] = X[q, j]
claim d(A[i, j])/dZ[p, q] = delta(i, p)*(1 - A[i, j]^2)
)",
              Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(deltas_pick_entries) {
  require_all(std::string(forms) + R"(claim sum[j](delta(i, j)*w[j]) = w[i]
claim sum[i](sum[j](delta(i, j)*A[i, j])) = trace(A)
claim sum[i](sum[j](delta(i, j)*A[i, j])) = sum[k](A[k, k])
claim delta(i, j)*w[i] = delta(i, j)*w[j]
claim delta(i, j)*delta(j, k)*T[i, j, k] = delta(i, k)*delta(i, j)*T[k, k, k]
claim delta(i, j)*delta(i, j)*w[i] = delta(i, j)*w[j]
claim (delta(i, j) + w[i])*delta(i, j) = delta(i, j)*(1 + w[j])
claim table[i](table[j](delta(i, j)*w[i])) = diag(w)
claim table[i in n](table[j in n](delta(i, j))) @ A = A
claim sum[i in n](sum[j in n](delta(i, j))) = n
claim x[i]*delta(i, 1) = x[1]*delta(i, 1)
)",
              Verdict::proved);
  require_all(std::string(forms) + R"(claim delta(i, j)*w[i] = w[j]
claim sum[j](delta(i, j)*w[j]) = w[1]
claim delta(i, j)*w[i] = delta(i, j)*x[j]
claim sum[i in n](sum[j in n](delta(i, j))) = n^2
)",
              Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(gradients_are_matrices_where_they_can_be) {
  require_derived(
      layers, {"dJ/dO = 2*(O - Y)/m", "dJ/dA = V.T @ dJ/dO", "dJ/dZ = (V.T @ dJ/dO)*(1 - A^2)", "dJ/dW = dJ/dZ @ X.T",
               "dJ/db = sum[i]((dJ/dZ)[:, i])", "dJ/dV = dJ/dO @ A.T", "dJ/dc = sum(dJ/dO)"});
  // By indices as by matrices.
  require_derived(
      "dim n, k, m\ninput X[n, m], Y[k, m]\nparam W[k, n]\nassume sum(Y, axis=0) = 1\n"
      "Z[i, j] = sum[p](W[i, p]*X[p, j])\nP[i, j] = exp(Z[i, j])/sum[p](exp(Z[p, j]))\n"
      "L[1, j] = -sum[i](Y[i, j]*ln(P[i, j]))\nJ = sum[j](L[1, j])/m\n",
      {"dJ/dL = 1/m", "dJ/dP = -Y/(m*P)", "dJ/dZ = (P - Y)/m", "dJ/dW = dJ/dZ @ X.T"});
  require_derived(
      "dim n, m\ninput X[m, n], y[m], lambda\nparam w[n]\nr[i] = sum[j](X[i, j]*w[j]) - y[i]\n"
      "J = sum[i](r[i]^2) + lambda*sum[j](w[j]^2)\n",
      {"dJ/dr = 2*r", "dJ/dw = 2*(X.T @ r + lambda*w)"});
}

// What derive prints is read back as claims, and proved.
BOOST_AUTO_TEST_CASE(what_is_derived_is_read_back) {
  for (const std::string text : {layers, forms}) {
    lab::Lab lab;
    std::string claims;
    std::size_t by_entries = 0;
    for (const std::string& line : lines(lab, lab.read(text).models[0])) {
      claims += "claim " + line + "\n";
      by_entries += line.starts_with("(") ? 1 : 0;
    }
    BOOST_TEST((text == layers || by_entries >= 1U), claims);
    require_all(text + claims, Verdict::proved);
  }
}

BOOST_AUTO_TEST_CASE(names_of_a_convention_have_entries) {
  const std::string text =
      "dim n, m\ninput X[n, m], Y[1, m]\nparam w[1, n], b\nZ[1, j] = sum[k](w[1, k]*X[k, j]) + b\n"
      "A[1, j] = sigmoid(Z[1, j])\nLoss[1, j] = -(Y[1, j]*ln(A[1, j]) + (1 - Y[1, j])*ln(1 - A[1, j]))\n"
      "J = sum[j](Loss[1, j])/m\nconvention per-example over m\n";
  require_all(text +
                  "claim dZ[1, j] = A[1, j] - Y[1, j]\nclaim dw[1, k] = sum[j](dZ[1, j]*X[k, j])/m\n"
                  "claim dw = dZ @ X.T/m\nclaim db = sum[j](dZ[1, j])/m\n",
              Verdict::proved);
  require_all(text + "claim dZ[1, j] = (A[1, j] - Y[1, j])/m\n", Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(a_refuted_equation_of_entries_says_where_and_gets_a_mend) {
  lab::Lab lab;
  const auto verdict = [&](const std::string& claim) {
    const LinkVerdict v = lab.verdicts(std::string(layers) + "claim " + claim + "\n").at(0);
    BOOST_TEST((v.verdict == Verdict::refuted), claim);
    return v;
  };
  BOOST_TEST(verdict("dJ/dZ[i, j] = dJ/dA[i, j]").reason ==
             "the sides differ at i = 1, j = 1, for n = 2, h = 3, m = 2");
  const auto mend = [&](const std::string& claim) {
    const LinkVerdict v = verdict(claim);
    return v.mend + ": " + v.mended;
  };
  BOOST_TEST(mend("dJ/dZ[i, j] = dJ/dA[i, j]") ==
             "the derivative of `A`, `1 - A[i, j]^2`, is missing: (dJ/dA)[i, j]*(1 - A[i, j]^2)");
  BOOST_TEST(mend("dJ/dO[1, j] = 2*(Y[1, j] - O[1, j])/m") == "the sign is wrong: -2*(Y[1, j] - O[1, j])/m");
  BOOST_TEST(mend("dJ/dO[1, j] = 2*(O[1, j] - Y[1, j])") == "a factor `1/m` is missing: 2*(O[1, j] - Y[1, j])/m");
  const std::string square = "dim n\ninput A[n, n]\nparam w[n]\nJ = sum[i](sum[j](A[i, j]*w[i]*w[j]))\n";
  const LinkVerdict v = lab.verdicts(square + "claim dJ/dw[i] = sum[j](A[i, j]*w[j] + A[i, j]*w[j])\n").at(0);
  BOOST_TEST((v.verdict == Verdict::refuted));
  const LinkVerdict turned = lab.verdicts(square + "claim (A @ w)[i] = sum[j](A[j, i]*w[j])\n").at(0);
  BOOST_TEST(turned.mend + ": " + turned.mended == "the indices of `A[j, i]` are swapped: sum[j](A[i, j]*w[j])");
}

// The entry k of what sums over a k of its own, and over another one within that.
BOOST_AUTO_TEST_CASE(an_index_is_not_caught_by_a_sum_within) {
  lab::Lab lab;
  Arena& arena = lab.arena;
  const ModelFile file = lab.read("dim n\ninput A[n, n], B[n, n, n]\nJ = sum(A) + sum(B)\n");
  tensor::Entries entries(arena, file.models[0]);
  const Expr n = arena.symbol("n"), i = arena.symbol("i"), k = arena.symbol("k"), a = arena.symbol("A"),
             b = arena.symbol("B");
  const auto sum = [&](Expr body) { return arena.make(Op::Sum, {k, n, body}); };
  const auto row = [&](Expr body) { return arena.make(Op::Table, {i, n, body}); };
  const Expr one = entries.at(row(sum(arena.make(Op::Entry, {a, i, k}))), {k});
  BOOST_REQUIRE(arena.is(one, Op::Sum));
  const Expr own = arena.child(one, 0);
  BOOST_TEST((own != k));
  BOOST_TEST((arena.child(one, 2) == arena.make(Op::Entry, {a, k, own})), print(arena, one));
  // sum[k](B[i, k, k] + sum[k](A[i, k])) at k
  const Expr two =
      entries.at(row(sum(arena.add(arena.make(Op::Entry, {b, i, k, k}), sum(arena.make(Op::Entry, {a, i, k}))))), {k});
  const Expr outer = arena.child(two, 0), body = arena.child(two, 2), inner = arena.child(body, 1);
  BOOST_TEST((arena.child(body, 0) == arena.make(Op::Entry, {b, k, outer, outer})), print(arena, two));
  BOOST_TEST((arena.child(inner, 0) != outer && arena.child(inner, 0) != k));
  BOOST_TEST((arena.child(inner, 2) == arena.make(Op::Entry, {a, k, arena.child(inner, 0)})), print(arena, two));
}

BOOST_AUTO_TEST_SUITE_END()

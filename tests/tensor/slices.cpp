// SPDX-License-Identifier: GPL-2.0-or-later
// `X[:, j]`, and sums over an index of tensors: in all jobs the same as entry by entry.
#include <boost/test/unit_test.hpp>

#include "gradus/expr/slice.h"
#include "tensor/derivations.h"
#include "tensor/entries.h"
#include "tensor/verdicts.h"

using namespace gradus;

namespace {

const char* const tensors = R"(dim n, m, h
input X[n, m], Y[n, m], T[h, n, m], z[n], Q[n, n]
param W[h, n]
v = X[:, 1]
u = v[1]*X[:, 1] + X[1, 1]*v
P[:, j] = softmax(X[:, j])
V[j, :, :] = T[:, 1, :]*z[j]
)";

// A classifier, example by example.
const char* const by_columns = R"(dim n, h, m
input X[n, m], Y[h, m]
param W[h, n], b[h]
Z[:, j] = W @ X[:, j] + b
P[:, j] = softmax(Z[:, j])
Loss[j] = -dot(Y[:, j], ln(P[:, j]))
J = mean[j](Loss[j])
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor_slices)

BOOST_AUTO_TEST_CASE(right_claims_are_proved) {
  require_verdicts(tensors,
                   {"X[1, :] = table[j](X[1, j])",
                    "X[:, :] = X",
                    "sum(X[1, :]) = sum[j](X[1, j])",
                    "(X + Y)[:, 1] = X[:, 1] + Y[:, 1]",
                    "X.T[1, :] = X[:, 1]",
                    "softmax(X[:, 1]) = softmax(X, axis=0)[:, 1]",
                    "P = softmax(X, axis=0)",
                    "(W @ X)[:, 1] = W @ X[:, 1]",
                    "sum[j](outer(X[:, j], Y[:, j])) = X @ Y.T",
                    "mean[j](X[:, j]) = sum[j](X[:, j])/m",
                    "max[j](X[:, j])[1] = max(X, axis=1)[1, 1]",
                    "v[1] = X[1, 1]",
                    "u = 2*X[1, 1]*v",
                    "u[1] = 2*X[1, 1]^2",
                    "sum(u) = 2*X[1, 1]*sum(X[:, 1])",
                    "T[1, :, j] = table[i](T[1, i, j])",
                    "V[j, 1, :] = z[j]*T[1, 1, :]",
                    "sum[i](V[i, :, :]) = sum(z)*T[:, 1, :]",
                    "Q @ z = sum[i](Q[:, i]*z[i])",
                    "norm(X[:, 1])^2 = dot(v, v)",
                    "X[:, 1][1] = X[1, 1]",
                    "(Q @ Q)[i, :] = Q[i, :] @ Q",
                    "(Q @ Q)[i, j] = dot(Q[i, :], Q[:, j])",
                    "d(norm(X)^2)/dX[:, j] = 2*X[:, j]"},
                   Verdict::proved);
  require_verdicts(by_columns,
                   {"Z[i, j] = sum[k](W[i, k]*X[k, j]) + b[i]", "P = softmax(Z, axis=0)",
                    "dJ/dZ[:, j] = (P[:, j]*sum(Y[:, j]) - Y[:, j])/m", "dJ/dW = sum[j](outer(dJ/dZ[:, j], X[:, j]))",
                    "dJ/dW[i, :] = sum[j](dJ/dZ[i, j]*X[:, j])", "dJ/db = sum[j](dJ/dZ[:, j])"},
                   Verdict::proved);
}

BOOST_AUTO_TEST_CASE(wrong_claims_are_refuted) {
  require_verdicts(tensors,
                   {"X[1, :] = Y[1, :]", "Q[1, :] = Q[:, 1]", "softmax(X[:, 1]) = softmax(X, axis=1)[:, 1]",
                    "sum[j](outer(X[:, j], Y[:, j])) = Y @ X.T", "u[1] = X[1, 1]^2", "u = X[1, 1]*v",
                    "sum[i](V[i, :, :]) = z[1]*T[:, 1, :]", "(Q @ Q)[i, j] = dot(Q[i, :], Q[j, :])",
                    "d(norm(X)^2)/dX[:, j] = X[:, j]", "P[:, j] = softmax(X)[:, j]"},
                   Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(layers_have_columns) {
  const std::string layers =
      "layer l in 1..depth\ndim m, n[l]\ninput X[n[0], m], Y[n[depth], m]\nparam W[l][n[l], n[l-1]], b[l][n[l]]\n"
      "A[0] = X\nZ[l][:, j] = W[l] @ A[l-1][:, j] + b[l]\nA[l] = tanh(Z[l])\n"
      "J = mean[j](norm(A[depth][:, j] - Y[:, j])^2)\n";
  require_verdicts(layers,
                   {"dJ/dW[l] = sum[j](outer(dJ/dZ[l][:, j], A[l-1][:, j]))", "dJ/db[l] = sum[j](dJ/dZ[l][:, j])",
                    "dJ/dZ[l][:, j] = (W[l+1].T @ dJ/dZ[l+1][:, j])*(1 - A[l][:, j]^2)"},
                   Verdict::proved);
  require_verdicts(layers,
                   {"dJ/dZ[l][:, j] = (W[l+1] @ dJ/dZ[l+1][:, j])*(1 - A[l][:, j]^2)", "dJ/db[l] = dJ/dZ[l][:, 1]",
                    "dJ/dZ[l][:, j] = W[l+1].T @ dJ/dZ[l+1][:, j]"},
                   Verdict::refuted);
}

// A slice within a slice may bind the same name, where one is put in: the numbers within it stay.
BOOST_AUTO_TEST_CASE(names_of_slices_may_be_bound_again) {
  lab::Lab lab;
  Arena& arena = lab.arena;
  const Model read = lab.read("dim n\ninput x[n], A[n, n]\n").models[0];
  const auto name = [&](const char* text) { return arena.symbol(text); };
  const Expr all = slice_indices(arena, name("x"), 1)[0], q = name("q"), n = name("n"), two = arena.number(2);
  const Expr inner = arena.make(Op::Table, {all, n, arena.mul(two, arena.make(Op::Entry, {name("x"), all}))});
  const Expr summand = arena.mul(arena.make(Op::Entry, {inner, q}), arena.make(Op::Entry, {name("A"), all, q}));
  const Expr outer = arena.make(Op::Table, {all, n, arena.make(Op::Sum, {q, n, summand})});
  tensor::Entries entries(arena, read);
  const Expr at = entries.at(outer, {two}), k = arena.child(at, 0);
  const Expr entry_of_x = arena.make(Op::Entry, {name("x"), k}),
             entry_of_A = arena.make(Op::Entry, {name("A"), two, k});
  BOOST_TEST(print(arena, arena.child(at, 2)) == print(arena, arena.mul(arena.mul(two, entry_of_x), entry_of_A)));
}

BOOST_AUTO_TEST_CASE(a_refutation_says_which_entry) {
  lab::Lab lab;
  const LinkVerdict v = lab.verdicts(std::string(by_columns) + "claim dJ/dZ[:, j] = (P[:, j] + Y[:, j])/m\n").at(0);
  BOOST_TEST((v.verdict == Verdict::refuted));
  BOOST_TEST(v.reason == "the sides differ at j = 1, entry [1], for n = 2, h = 3, m = 2");
  const LinkVerdict mended = lab.verdicts(std::string(by_columns) + "claim dJ/db = -sum[j](dJ/dZ[:, j])\n").at(0);
  BOOST_TEST(mended.mend == "the sign is wrong");
  BOOST_TEST(mended.mended == "sum[j]((dJ/dZ)[:, j])");
}

BOOST_AUTO_TEST_CASE(derivatives_are_those_of_whole_tensors) {
  const auto results = [](const std::string& text) {
    lab::Lab lab;
    const Model read = lab.read(text).models[0];
    std::vector<std::string> out;
    const std::vector<Derivation> all = derive_tensors(lab.engine, read, {});
    for (const Derivation& d : all) out.push_back(shown(lab, d));
    Model claims = read;
    require_proved(lab, claims, all);
    return out;
  };
  const std::vector<std::string> expected{"dJ/dLoss = 1/m", "dJ/dP = -Y/(m*P)", "dJ/dZ = (P*sum(Y, axis=0) - Y)/m",
                                          "dJ/dW = dJ/dZ @ X.T", "dJ/db = sum[i]((dJ/dZ)[:, i])"};
  BOOST_TEST(results(by_columns) == expected, boost::test_tools::per_element());
  // What has a form without them has that.
  BOOST_TEST(results("dim n, m\nparam X[n, m], w[m]\nJ = sum[i](dot(X[i, :], w)^2)\n") ==
                 (std::vector<std::string>{"dJ/dX = 2*outer(X @ w, w)", "dJ/dw = 2*(X.T @ (X @ w))"}),
             boost::test_tools::per_element());
  BOOST_TEST(results("dim n, m\ninput X[n, m]\nparam w[m]\nJ = dot(X[1, :], w)\n") ==
                 std::vector<std::string>{"dJ/dw = X[1, :]"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

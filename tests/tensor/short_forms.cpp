// SPDX-License-Identifier: GPL-2.0-or-later
// Results are as short as those of textbooks, whichever names the author of a model gave, and each of them is proved.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/test/unit_test.hpp>
#include <set>

#include "check/lab.h"
#include "tensor/derivations.h"

using namespace gradus;

namespace {

// The results that are asked for are among those of the model.
void require_results(const std::string& text, const std::set<std::string>& wanted, int order, bool proved) {
  lab::Lab lab;
  ModelFile file = lab.read(text);
  Model& model = file.models[0];
  DeriveRequest request;
  request.order = order;
  const std::vector<Derivation> all = derive_tensors(lab.engine, model, request);
  std::set<std::string> got;
  for (const Derivation& d : all) got.insert(shown(lab, d));
  for (const std::string& w : wanted)
    BOOST_TEST(got.contains(w), "no `" << w << "` for\n" << text << fmt::format("{}", fmt::join(got, "\n")));
  if (proved) require_proved(lab, model, all);
}

// The same, and all results are proved.
void require_short(const std::string& text, const std::set<std::string>& wanted, int order = 1) {
  require_results(text, wanted, order, true);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(short_forms)

BOOST_AUTO_TEST_CASE(what_stands_in_a_definition_need_not_have_a_name) {
  const std::string logistic =
      "dim n, m\ninput X[n, m], y[1, m]\nparam w[1, n], b\na = sigmoid(w @ X + b)\n"
      "J = -1/m*sum(y*ln(a) + (1 - y)*ln(1 - a))\n";
  require_short(logistic, {"dJ/dw = ((a - y) @ X.T)/m", "dJ/db = sum(a - y)/m"});
  require_short(logistic,
                {"(diff(J, w, w))[1, i, 1, j] = (((X*a*(1 - a)) @ X.T)/m)[i, j]",
                 "diff(J, w, b) = ((a*(1 - a)) @ X.T)/m", "diff(J, b, b) = sum(a*(1 - a))/m"},
                2);
  require_short(
      "dim n, m\ninput X[m, n], y[m]\nparam w[n], b\n"
      "J = -1/m*sum(y*ln(sigmoid(X @ w + b)) + (1 - y)*ln(1 - sigmoid(X @ w + b)))\n",
      {"dJ/dw = (X.T @ (sigmoid(X @ w + b) - y))/m", "dJ/db = sum(sigmoid(X @ w + b) - y)/m"});
  require_short(
      "dim n, h, m\ninput X[n, m], Y[1, m]\nparam W1[h, n], b1[h, 1], W2[1, h], b2\n"
      "A1 = tanh(W1 @ X + b1)\nA2 = sigmoid(W2 @ A1 + b2)\nJ = -mean(Y*ln(A2) + (1 - Y)*ln(1 - A2))\n",
      {"dJ/dA1 = (W2.T @ (A2 - Y))/m", "dJ/dW1 = (dJ/dA1*(1 - A1^2)) @ X.T", "dJ/dW2 = ((A2 - Y) @ A1.T)/m",
       "dJ/db2 = sum(A2 - Y)/m"});
}

BOOST_AUTO_TEST_CASE(transposes_of_named_products_have_names) {
  require_short("dim n, m\ninput X[n, m]\nparam w[1, n], b\na = sigmoid(w @ X + b)\nJ = sum(a)\n",
                {"(da/dw)[1, i, 1, j] = (a.T*(1 - a.T)*X.T)[i, j]"}, 2);
}

BOOST_AUTO_TEST_CASE(a_name_stands_for_its_mean) {
  // The derivative by the mean is that without the deviation: it is 0 that the deviations add up to.
  require_short(
      "dim n\ninput t[n], eps\nparam x[n], g[n], b[n]\nassume eps > 0\nmu = mean(x)\n"
      "s = sqrt(mean((x - mu)^2) + eps)\ny = g*(x - mu)/s + b\nJ = sum(y*t)\n",
      {"dJ/dmu = -sum(t*g)/s", "dJ/dx = (dJ/dmu + dJ/ds*(x - mu)/s)/n + t*g/s"});
}

BOOST_AUTO_TEST_CASE(facts_of_entries_are_facts_of_tensors) {
  require_short(
      "dim n, k, m\ninput X[n, m], Y[k, m]\nparam W[k, n], b[k, 1]\nassume sum[c](Y[c, i]) = 1\n"
      "P = softmax(W @ X + b, axis=0)\nJ = -1/m*sum(Y*ln(P))\n",
      {"dJ/dW = ((P - Y) @ X.T)/m", "dJ/db = sum(P - Y, axis=1)/m"});
  require_short("dim k\ninput y[k]\nparam z[k]\nassume sum[i](y[i]) = 1\nJ = -sum[i](y[i]*ln(softmax(z)[i]))\n",
                {"dJ/dz = softmax(z) - y"});
  // Of the rows it says nothing.
  require_short(
      "dim k, m\ninput Y[k, m]\nparam Z[k, m]\nassume sum[i](Y[c, i]) = 1\nP = softmax(Z, axis=0)\n"
      "J = -sum(Y*ln(P))\n",
      {"dJ/dZ = P*sum(Y, axis=0) - Y"});
}

BOOST_AUTO_TEST_CASE(signs_and_transposes_stand_inside) {
  require_short(
      "dim n, d\nparam Q[n, d], K[n, d], tau\nassume tau > 0\nS = Q @ K.T/tau\n"
      "J = -mean(diag(S) - logsumexp(S, axis=1)[:, 1])\n",
      {"dJ/dS = (softmax(S, axis=1) - eye(n))/n", "dJ/dQ = (dJ/dS @ K)/tau"});
  require_short("dim n, d\ninput x[n]\nparam W[n, d], z[d]\nJ = 1/2*sum((x - W @ z)^2)\n",
                {"dJ/dW = outer(W @ z - x, z)", "dJ/dz = W.T @ (W @ z - x)"});
  require_short("dim n\nparam w[n, 1], c\nJ = c*sum(w^2)\n", {"dJ/dc = sum(w^2)"});
  require_short("dim n, m\ninput X[m, n], y[m]\nparam w[n]\nJ = mean(ln(1 + exp(-y*(X @ w))))\n",
                {"dJ/dw = -(X.T @ ((1 - sigmoid(y*(X @ w)))*y))/m"});
}

BOOST_AUTO_TEST_CASE(inverses_cancel) {
  require_short(
      "dim n\ninput x[n]\nparam mu[n], S[n, n]\nassume S = S.T\n"
      "J = 1/2*dot(x - mu, inv(S) @ (x - mu)) + 1/2*logdet(S)\n",
      {"dJ/dmu = inv(S) @ (mu - x)"});
  require_short("dim n\nparam A[n, n]\nJ = ln(det(inv(A)))\n", {"dJ/dA = -inv(A).T"});
  require_short("dim n\nparam A[n, n]\nJ = trace(A @ inv(A)) + trace(inv(inv(A)) @ A)\n", {"dJ/dA = 2*A.T"});
  // inv(A) next to B, or next to the transpose of A, is no identity.
  require_short("dim n\nparam A[n, n], B[n, n]\nJ = trace(inv(A) @ B)\n",
                {"dJ/dA = -(inv(A).T @ (B.T @ inv(A).T))", "dJ/dB = inv(A).T"});
  require_short("dim n\ninput C[n, n]\nparam A[n, n]\nJ = trace(C @ inv(A).T @ A)\n", {});
}

BOOST_AUTO_TEST_CASE(factors_one_behind_another_have_the_name_of_their_product) {
  require_short("dim n, h, k\ninput x[n], t[k]\nparam A[h, n], B[k, h]\nP = B @ A\nJ = 1/2*sum((P @ x - t)^2)\n",
                {"dJ/dP = outer(P @ x - t, x)"});
  require_short("dim n, m\nparam X[m, n], y[m]\nw = inv(X.T @ X) @ X.T @ y\nJ = sum((X @ w - y)^2)\n",
                {"dJ/dw = 2*(X.T @ (X @ w - y))"});
}

BOOST_AUTO_TEST_CASE(names_of_products_are_found_within_longer_ones) {
  require_short(
      "dim n, m, k\ninput B[m, n], D[k, k]\nparam t[k], C[n, k]\nP = B @ C\n"
      "J = 1/2*sum((B @ (C @ (D @ t)))^2) + sum(P)\n",
      {"dJ/dt = D.T @ P.T @ (P @ D @ t)", "dJ/dC = sum(B.T, axis=1) + outer(B.T @ (P @ D @ t), D @ t)"});
  // The factors of a name stand in any order.
  require_short(
      "dim n\ninput x[n], y\nparam w[n], b\na = sigmoid(sum(x*w) + b)\n"
      "J = -(y*ln(sigmoid(sum(w*x) + b)) + (1 - y)*ln(1 - sigmoid(sum(w*x) + b)))\n",
      {"dJ/dw = x*(a - y)", "dJ/db = a - y"});
}

BOOST_AUTO_TEST_CASE(numbers_stand_before_a_product_if_all_terms_have_them) {
  require_short("dim n, k\ninput A[k, n], x[n], y[n]\nparam v[k]\nJ = dot(v, A @ (2*x - 2*y))\n",
                {"dJ/dv = 2*(A @ (x - y))"});
  require_short("dim n, k\ninput A[k, n], x[n], y[n]\nparam v[k]\nJ = dot(v, A @ (2*x - 3*y))\n",
                {"dJ/dv = A @ (2*x - 3*y)"});
}

BOOST_AUTO_TEST_CASE(a_product_with_sums_that_are_one_is_a_sum) {
  require_short(
      "dim h, m, k\ninput Y[m, k], Z[k, m]\nassume sum(Y, axis=1) = 1\nassume sum(Z, axis=0) = 1\n"
      "param b[h, 1], c[1, h]\ninput A[h, m], B[m, h]\n"
      "J = sum(b*(A @ sum(Y, axis=1))) + sum(c*(sum(Z, axis=0) @ B))\n",
      {"dJ/db = sum(A, axis=1)", "dJ/dc = sum(B, axis=0)"});
}

BOOST_AUTO_TEST_CASE(what_is_the_same_along_an_axis_stands_before_the_sum) {
  require_short(
      "dim n, k, m\ninput S[n, m], R[1, m], c[1, m]\nparam W[k, n]\nassume c in 1..k\n"
      "P = softmax(W @ S, axis=0)\nJ = -sum(R*sum(onehot(c, k)*ln(P), axis=0))/m\n",
      {"dJ/dP = -R*onehot(c, k)/(m*P)", "dJ/dW = ((R*(P - onehot(c, k))) @ S.T)/m"});
  // A column is not the same along the axis of the rows.
  require_short("dim n, k\ninput A[k, n], c[k, 1]\nparam b[1, n]\nJ = sum(b*sum(c*exp(A), axis=0))\n",
                {"dJ/db = c.T @ exp(A)"});
}

BOOST_AUTO_TEST_CASE(the_entries_of_a_softmax_add_up_to_one) {
  const std::string soft = "dim k\ninput t[k]\nparam z[k], T\nassume T > 0\np = softmax(t/T)\nq = softmax(z/T)\n";
  require_short(soft + "J = T^2*sum(p*(ln(p) - ln(q)))\n", {"dJ/dz = T*(q - p)"});
  // Along the other axis, and of what is no softmax, they do not.
  require_short(
      "dim k, m\ninput Y[k, m]\nparam Z[k, m]\nP = softmax(Y, axis=1)\nQ = softmax(Z, axis=0)\n"
      "J = -sum(P*ln(Q))\n",
      {"dJ/dZ = Q*sum(P, axis=0) - P"});
}

BOOST_AUTO_TEST_CASE(a_neuron_is_written_in_many_ways) {
  for (const std::string product : {"dot(w, x)", "dot(x, w)", "w @ x", "sum[i](x[i]*w[i])"}) {
    require_short(
        "dim n\ninput x[n], y\nparam w[n], b\np = sigmoid(" + product + " + b)\nJ = -(y*ln(p) + (1 - y)*ln(1 - p))\n",
        {"dJ/dw = x*(p - y)", "dJ/db = p - y"});
  }
}

BOOST_AUTO_TEST_CASE(indices_of_entries_are_those_of_the_left_side) {
  require_short("dim m, n\ninput F[m, n]\nparam c[m, 1], v[m]\nJ = sum(diag(v) @ (F*c))\n",
                {"(dJ/dc)[i, 1] = (v*sum[j](F[:, j]))[i]"});
  // The last line names sums as the result does.
  require_short("dim n, m\nparam A[n, m], B[m, n]\nJ = ln(det(A @ B))\n",
                {"(diff(J, A, A))[i, j, k, l] = -sum[p](B[l, p]*inv(A @ B)[p, i])*sum[p](B[j, p]*inv(A @ B)[p, k])"},
                2);
}

BOOST_AUTO_TEST_CASE(what_is_zero_is_zero) {
  // For all sizes the proof does not see it: at those that it tries.
  require_results("dim n, m\nparam A[n, m], C[m, n]\nB = softmax(A @ C, axis=0)\nJ = sum(B)\n",
                  {"dJ/dA = 0", "dJ/dC = 0"}, 1, false);
  require_short("dim n\nparam x[n], y[n]\nJ = sum(where(x > y, y, 0))\n", {"dJ/dx = 0", "dJ/dy = where(x > y, 1, 0)"});
}

BOOST_AUTO_TEST_CASE(facts_hold_of_transposes) {
  const std::string rows = "dim m, k\ninput Y[m, k]\nassume sum(Y, axis=1) = 1\n";
  require_short(rows + "param b[1, k], A[m, k]\nP = softmax(A + b, axis=1)\nJ = -sum(Y*ln(P))\n",
                {"dJ/db = sum(P - Y, axis=0)", "dJ/dA = P - Y"});
  require_short(rows + "param A[k, m]\nP = softmax(A.T, axis=1)\nJ = -sum(Y*ln(P))\n", {"dJ/dA = P.T - Y.T"});
  require_short(rows + "param A[k, m]\nP = softmax(A.T, axis=0)\nJ = -sum(Y*ln(P))\n",
                {"dJ/dA = P.T*sum(Y.T, axis=1) - Y.T"});
  require_short("dim n\nparam A[n, n], x[n], y[n]\nJ = dot(x, inv(A.T) @ y)\n",
                {"dJ/dA = -outer(inv(A).T @ y, inv(A) @ x)", "dJ/dx = inv(A).T @ y"});
}

BOOST_AUTO_TEST_SUITE_END()

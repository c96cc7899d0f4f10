// SPDX-License-Identifier: GPL-2.0-or-later
// Derivatives of vectors and matrices, and of traces, norms and forms: what textbooks print. Each is also proved by
// `check`, which knows nothing of how it was found.
#include <boost/test/unit_test.hpp>

#include "tensor/derivations.h"

using namespace gradus;

namespace {

// The last derivative of `of` by `wrt` is printed so, and is proved.
void require(const std::string& declarations, const std::string& of, const std::string& wrt,
             const std::string& wanted) {
  lab::Lab lab;
  Model model = lab.read("dim n, m, k\n" + declarations).models[0];
  DeriveRequest request;
  request.of = of;
  request.wrt = {wrt};
  const auto all = derive_tensors(lab.engine, model, request);
  BOOST_REQUIRE(!all.empty());
  BOOST_TEST(shown(lab, all.back()) == wanted);
  require_proved(lab, model, all);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(jacobians)

BOOST_AUTO_TEST_CASE(of_linear_maps) {
  require("input A[m, n]\nparam x[n]\ny = A @ x\n", "y", "x", "dy/dx = A");
  require("input A[m, n]\nparam x[m]\ny = A.T @ x\n", "y", "x", "dy/dx = A.T");
  require("param x[n]\ny = x - mean(x)\n", "y", "x", "dy/dx = eye(n) - 1/n");
  require("param X[n, m]\nY = X.T\n", "Y", "X", "(dY/dX)[i, j, l, p] = delta(j, l)*delta(i, p)");
  require("input A[k, n], B[m, k]\nparam X[n, m]\nY = A @ X @ B\n", "Y", "X", "(dY/dX)[i, j, l, p] = B[p, j]*A[i, l]");
  require("param x[n]\nD = diag(x)\n", "D", "x", "(dD/dx)[i, j, l] = delta(i, j)*delta(i, l)");
}

BOOST_AUTO_TEST_CASE(of_layers) {
  const std::string layer = "input x[n]\nparam W[m, n], b[m]\nz = W @ x + b\na = tanh(z)\n";
  require(layer, "a", "z", "da/dz = diag(1 - a^2)");
  require(layer, "a", "x", "da/dx = diag(1 - a^2) @ W");
  require(layer, "a", "b", "da/db = diag(1 - a^2)");
  require(layer, "z", "W", "(dz/dW)[i, j, l] = x[l]*delta(i, j)");
  require(layer, "a", "W", "(da/dW)[i, j, l] = delta(i, j)*(1 - a[i]^2)*x[l]");
  require("input W[m, n], V[k, m]\nparam x[n]\nh = relu(W @ x)\ny = V @ h\n", "y", "x",
          "dy/dx = V @ diag(where(W @ x > 0, 1, 0)) @ W");
  require("param t, x[n]\ny = tanh(t*x)\n", "y", "t", "dy/dt = (1 - y^2)*x");
}

BOOST_AUTO_TEST_CASE(of_softmax) {
  require("param z[n]\np = softmax(z)\n", "p", "z", "dp/dz = diag(p) - outer(p, p)");
  require("input X[m, n]\nparam w[n]\np = softmax(X @ w)\n", "p", "w", "dp/dw = diag(p) @ X - outer(p, X.T @ p)");
  require("param Z[n, m]\nP = softmax(Z, axis=0)\n", "P", "Z",
          "(dP/dZ)[i, j, l, p] = P[i, j]*delta(j, p)*(delta(i, l) - P[l, j])");
  require("param x[n]\ny = ln(softmax(x))\n", "y", "x", "(dy/dx)[i, j] = delta(i, j) - softmax(x)[j]");
  require("param x[n]\ny = x - logsumexp(x)\n", "y", "x", "(dy/dx)[i, j] = delta(i, j) - softmax(x)[j]");
  require("param z[n]\ninput y[n]\nassume sum(y) = 1\nJ = -sum(y*ln(softmax(z)))\n", "J", "z",
          "dJ/dz = softmax(z) - y");
  require("param Q[n, k]\ninput K[m, k], V[m, k]\nP = softmax(Q @ K.T, axis=1)\nO = P @ V\n", "O", "Q",
          "(dO/dQ)[i, j, l, p] = delta(i, l)*sum[q](P[i, q]*V[q, j]*(K[q, p] - sum[r](P[i, r]*K[r, p])))");
}

BOOST_AUTO_TEST_CASE(of_columns) {
  // Dimensions of 1 have an index too.
  require("input A[m, n]\nparam x[n, 1]\ny = A @ x\n", "y", "x", "(dy/dx)[i, 1, j, 1] = A[i, j]");
  require("input X[n, m]\nparam W[1, n]\nZ = W @ X\nA = sigmoid(Z)\n", "A", "Z",
          "(dA/dZ)[1, i, 1, j] = (eye(m)*A*(1 - A))[i, j]");
  require("input X[n, m]\nparam W[1, n]\nZ = W @ X\nA = sigmoid(Z)\n", "A", "W",
          "(dA/dW)[1, i, 1, j] = (A.T*(1 - A.T)*X.T)[i, j]");
  require("param z[n, 1]\np = softmax(z, axis=0)\n", "p", "z", "(dp/dz)[i, 1, j, 1] = (eye(n)*p - (p @ p.T))[i, j]");
}

BOOST_AUTO_TEST_CASE(of_vectors_that_are_scaled) {
  require("param x[n]\ny = x/norm(x)\n", "y", "x", "dy/dx = eye(n)/norm(x) - outer(x, x)/norm(x)^3");
  require("param x[n]\ny = dot(x, x)*x\n", "y", "x", "dy/dx = sum(x^2)*eye(n) + 2*outer(x, x)");
  require("param x[n], a[n]\ny = dot(a, x)*x\n", "y", "x", "dy/dx = sum(a*x)*eye(n) + outer(x, a)");
  require("param x[n], y[m]\nY = outer(x, y)\n", "Y", "y", "(dY/dy)[i, j, l] = x[i]*delta(j, l)");
  require("param x[n]\nY = outer(x, x)\n", "Y", "x", "(dY/dx)[i, j, l] = x[i]*delta(j, l) + x[j]*delta(i, l)");
}

// Names of layers stand for what they are, in sums too.
BOOST_AUTO_TEST_CASE(by_the_names_of_the_model) {
  require("param W[m, n], V[k, m]\ninput x[n]\nh = tanh(W @ x)\nr = V @ h\n", "r", "W",
          "(dr/dW)[i, j, l] = V[i, j]*(1 - h[j]^2)*x[l]");
  require("param W[m, n], V[k, m], U[n, k]\ninput x[n]\nh = tanh(W @ x)\ng = tanh(V @ h)\nr = U @ g\n", "r", "W",
          "(dr/dW)[i, j, l] = sum[p](U[i, p]*(1 - g[p]^2)*V[p, j])*(1 - h[j]^2)*x[l]");
}

BOOST_AUTO_TEST_CASE(of_products_of_matrices) {
  require("param X[n, n]\nY = X @ X\n", "Y", "X", "(dY/dX)[i, j, l, p] = X[i, l]*delta(j, p) + X[p, j]*delta(i, l)");
  require("param X[n, m]\nY = X.T @ X\n", "Y", "X", "(dY/dX)[i, j, l, p] = X[l, i]*delta(j, p) + X[l, j]*delta(i, p)");
}

BOOST_AUTO_TEST_CASE(what_does_not_depend) {
  require("param x[n], y[n]\nz = 2*x\n", "z", "y", "dz/dy = 0");
  require("param x[n]\nz = 2*x\nJ = sum(z)\n", "z", "x", "dz/dx = 2*eye(n)");
}

BOOST_AUTO_TEST_CASE(of_traces) {
  require("input A[n, m]\nparam X[m, n]\nJ = trace(A @ X)\n", "J", "X", "dJ/dX = A.T");
  require("input A[n, m]\nparam X[n, m]\nJ = trace(A.T @ X)\n", "J", "X", "dJ/dX = A");
  require("input A[n, m], B[k, n]\nparam X[m, k]\nJ = trace(A @ X @ B)\n", "J", "X", "dJ/dX = A.T @ B.T");
  require("input A[n, n]\nparam X[n, m]\nJ = trace(X.T @ A @ X)\n", "J", "X", "dJ/dX = (A.T + A) @ X");
  require("input A[n, n]\nparam X[m, n]\nJ = trace(X @ A @ X.T)\n", "J", "X", "dJ/dX = X @ (A + A.T)");
  require("param X[n, n]\nJ = trace(X)\n", "J", "X", "dJ/dX = eye(n)");
  require("param X[n, n]\nJ = trace(X @ X)\n", "J", "X", "dJ/dX = 2*X.T");
  require("param X[n, m]\nJ = trace(X.T @ X)\n", "J", "X", "dJ/dX = 2*X");
  require("input A[n, n]\nparam X[n, n]\nJ = trace(A @ X @ X)\n", "J", "X", "dJ/dX = X.T @ A.T + A.T @ X.T");
  require("input A[n, n], B[m, m]\nparam X[n, m]\nJ = trace(X.T @ A @ X @ B)\n", "J", "X",
          "dJ/dX = A.T @ X @ B.T + A @ X @ B");
}

BOOST_AUTO_TEST_CASE(of_norms) {
  require("param x[n]\nJ = norm(x)\n", "J", "x", "dJ/dx = x/J");
  require("param x[n]\nJ = norm(x)^2\n", "J", "x", "dJ/dx = 2*x");
  require("input a[n]\nparam x[n]\nJ = norm(x - a)\n", "J", "x", "dJ/dx = (x - a)/J");
  require("param X[n, m]\nJ = norm(X)\n", "J", "X", "dJ/dX = X/J");
  require("param X[n, m]\nJ = norm(X)^2\n", "J", "X", "dJ/dX = 2*X");
  require("input A[n, m], B[n, k]\nparam X[m, k]\nJ = norm(A @ X - B)^2\n", "J", "X", "dJ/dX = 2*(A.T @ (A @ X - B))");
  require("input A[m, n], b[m]\nparam x[n]\nJ = norm(A @ x - b)\n", "J", "x", "dJ/dx = (A.T @ (A @ x - b))/J");
  require("param X[n, m]\nJ = norm(X.T @ X)^2\n", "J", "X", "dJ/dX = 4*(X @ (X.T @ X))");
}

BOOST_AUTO_TEST_CASE(of_forms) {
  const std::string bilinear = "param A[n, m], x[n], y[m]\nJ = dot(x, A @ y)\n";
  require(bilinear, "J", "A", "dJ/dA = outer(x, y)");
  require(bilinear, "J", "x", "dJ/dx = A @ y");
  require(bilinear, "J", "y", "dJ/dy = A.T @ x");
  require("input A[n, n], b[n]\nparam x[n]\nJ = dot(x, A @ x) + dot(b, x)\n", "J", "x", "dJ/dx = (A.T + A) @ x + b");
  require("input a[n], b[n]\nparam X[m, n]\nJ = dot(X @ a, X @ b)\n", "J", "X",
          "dJ/dX = outer(X @ a, b) + outer(X @ b, a)");
  require("input a[n], b[m]\nparam X[m, n]\nJ = dot(X @ a - b, X @ a - b)\n", "J", "X",
          "dJ/dX = 2*outer(X @ a - b, a)");
  require("input A[n, m]\nparam X[n, m]\nJ = dot(A, X)\n", "J", "X", "dJ/dX = A");
  require("param X[n, m]\nJ = mean(X^2)\n", "J", "X", "dJ/dX = 2*X/(n*m)");
  require("input x[n]\nparam w[n]\nJ = dot(w, x)/(norm(w)*norm(x))\n", "J", "w",
          "dJ/dw = (x/norm(w) - sum(w*x)*w/norm(w)^3)/norm(x)");
}

BOOST_AUTO_TEST_SUITE_END()

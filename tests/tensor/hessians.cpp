// SPDX-License-Identifier: GPL-2.0-or-later
// Hessians of models of tensors and their products with a direction. Each derivative on the way is proved by `check`.
#include <boost/test/unit_test.hpp>

#include "tensor/derivations.h"

using namespace gradus;

namespace {

std::vector<Derivation> hessian(lab::Lab& lab, const Model& model, bool product,
                                const std::vector<std::string>& wrt = {}) {
  DeriveRequest request;
  request.wrt = wrt;
  request.order = 2;
  request.product = product;
  return derive_tensors(lab.engine, model, request);
}

// The last results, the Hessian and its product with a direction.
void require(const std::string& text, const std::string& wanted, const std::string& product,
             const std::vector<std::string>& wrt = {}) {
  lab::Lab lab;
  Model model = lab.read("dim n, m, k\n" + text).models[0];
  const auto all = hessian(lab, model, false, wrt), with = hessian(lab, model, true, wrt);
  BOOST_REQUIRE(!all.empty());
  BOOST_TEST(shown(lab, all.back()) == wanted);
  BOOST_TEST(shown(lab, with.back()) == product);
  BOOST_TEST(with.size() > all.size());
  require_proved(lab, model, all);
  // The direction is an input of the shape of the variable.
  const Expr by = with.back().wrt, v = lab.arena.symbol("v");
  model.inputs.push_back(v);
  model.introduced.emplace("v", Place{});
  if (model.shapes.contains(lab.arena.name(by))) model.shapes["v"] = Shape(model.shapes.at(lab.arena.name(by)));
  require_proved(lab, model, {with.back()});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hessians)

BOOST_AUTO_TEST_CASE(of_regressions) {
  require(
      "input X[n, m], y[m]\nparam w[n]\nz = X.T @ w\na = sigmoid(z)\n"
      "J = -sum(y*ln(a) + (1 - y)*ln(1 - a))/m\n",
      "diff(J, w, w) = (X @ diag(a*(1 - a)) @ X.T)/m", "d(dot(dJ/dw, v))/dw = (X @ ((X.T @ v)*a*(1 - a)))/m");
  const std::string squares = "input X[m, n], y[m], lambda\nparam w[n]\nr = X @ w - y\nJ = dot(r, r)/(2*m)";
  require(squares + "\n", "diff(J, w, w) = (X.T @ X)/m", "d(dot(dJ/dw, v))/dw = (X.T @ (X @ v))/m");
  require(squares + " + lambda/2*dot(w, w)\n", "diff(J, w, w) = lambda*eye(n) + (X.T @ X)/m",
          "d(dot(dJ/dw, v))/dw = v*lambda + (X.T @ (X @ v))/m");
  require(
      "input X[n, m], Y[k, m]\nparam W[k, n]\nassume sum(Y, axis=0) = 1\nZ = W @ X\nP = softmax(Z, axis=0)\n"
      "J = -sum(Y*ln(P))/m\n",
      "(diff(J, W, W))[i, j, l, p] = sum[q](X[j, q]*P[i, q]*(delta(i, l) - P[l, q])*X[p, q])/m",
      "d(dot(dJ/dW, v))/dW = ((P*(v @ X - sum((v @ X)*P, axis=0))) @ X.T)/m");
}

BOOST_AUTO_TEST_CASE(of_forms_and_norms) {
  require("input A[n, n], b[n]\nparam x[n]\nJ = dot(x, A @ x) - dot(b, x)\n", "diff(J, x, x) = A.T + A",
          "d(dot(dJ/dx, v))/dx = (A + A.T) @ v");
  // A symmetric matrix, whichever way that is said.
  for (const char* const assumed : {"assume A = A.T\n", "assume A.T = A\n"}) {
    require("input A[n, n], b[n]\nparam x[n]\nJ = dot(x, A @ x)/2 - dot(b, x)\n" + std::string(assumed),
            "diff(J, x, x) = A", "d(dot(dJ/dx, v))/dx = A @ v");
  }
  require("param x[n]\nJ = norm(x)\n", "diff(J, x, x) = eye(n)/J - outer(x, x)/J^3",
          "d(dot(dJ/dx, v))/dx = v/J - x*sum(v*x)/J^3");
  require("param x[n]\nJ = sum(exp(x))\n", "diff(J, x, x) = diag(exp(x))", "d(dot(dJ/dx, v))/dx = exp(x)*v");
}

BOOST_AUTO_TEST_CASE(of_log_sum_exp) {
  require("param z[n]\nJ = logsumexp(z)\n", "diff(J, z, z) = diag(softmax(z)) - outer(softmax(z), softmax(z))",
          "d(dot(dJ/dz, v))/dz = softmax(z)*(v - sum(v*softmax(z)))");
  require("param z[n]\np = softmax(z)\nJ = logsumexp(z)\n", "diff(J, z, z) = diag(p) - outer(p, p)",
          "d(dot(dJ/dz, v))/dz = p*(v - sum(v*p))");
}

BOOST_AUTO_TEST_CASE(by_a_name_that_is_computed) {
  require(
      "input X[n, m], y[m]\nparam w[n]\nz = X.T @ w\na = sigmoid(z)\n"
      "J = -sum(y*ln(a) + (1 - y)*ln(1 - a))/m\n",
      "diff(J, z, z) = diag(a*(1 - a))/m", "d(dot(dJ/dz, v))/dz = a*(1 - a)*v/m", {"z"});
}

BOOST_AUTO_TEST_CASE(of_several_variables) {
  lab::Lab lab;
  Model model = lab.read(
                       "dim n, m\ninput X[n, m], y[m]\nparam w[n], b\nz = X.T @ w + b\nr = z - y\n"
                       "J = dot(r, r)/2\n")
                    .models[0];
  const auto all = hessian(lab, model, false);
  std::vector<std::string> second;
  for (const Derivation& d : all) {
    if (!lab.arena.is(d.of, Op::Symbol)) second.push_back(shown(lab, d));
  }
  const std::vector<std::string> wanted{"diff(J, w, w) = X @ X.T", "diff(J, w, b) = sum[i](X[:, i])",
                                        "diff(J, b, b) = m"};
  BOOST_TEST(second == wanted, boost::test_tools::per_element());
  require_proved(lab, model, all);
}

BOOST_AUTO_TEST_CASE(of_scalars) {
  require("input x, y\nparam w\nz = w*x\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n",
          "diff(L, w, w) = x^2*a*(1 - a)", "d(dL/dw*v)/dw = x^2*a*(1 - a)*v");
}

BOOST_AUTO_TEST_CASE(what_has_none) {
  lab::Lab lab;
  const Model model = lab.read("dim n\nparam w[n]\nz = 2*w\np = softmax(z)\n").models[0];
  BOOST_CHECK_EXCEPTION(hessian(lab, model, false), Error,
                        [](const Error& e) { return e.message == "`p` is [n]: the Hessian is that of a scalar"; });
  const Model two = lab.read("dim n\nparam w[n]\nz = 2*w\nJ = sum(z)\n").models[0];
  BOOST_CHECK_EXCEPTION(hessian(lab, two, false, {"w", "z"}), Error, [](const Error& e) {
    return e.message == "`z` depends on `w`: there is no second derivative by both";
  });
}

// Second derivatives in claims: proved for all sizes, refuted at small ones.
BOOST_AUTO_TEST_CASE(in_claims) {
  lab::Lab lab;
  const Model model = lab.read(
                             "dim n, m\ninput X[n, m], y[m], A[n, n]\nparam w[n]\nz = X.T @ w\na = sigmoid(z)\n"
                             "J = -sum(y*ln(a) + (1 - y)*ln(1 - a))/m\nQ = dot(w, A @ w)\n"
                             "claim d(dJ/dw)/dw = X @ diag(a*(1 - a)) @ X.T/m\n"
                             "claim diff(J, w, w) = X @ diag(a*(1 - a)) @ X.T/m\n"
                             "claim d(dJ/dw)/dw = X @ diag(a) @ X.T/m\n"
                             "claim diff(Q, w, w) = A + A.T\n"
                             "claim diff(Q, w, w) = 2*A\n"
                             "claim d(w)/dw = eye(n)\n"
                             "claim w*w/w = eye(n)\n"
                             "claim eye(n) @ w = w\n")
                          .models[0];
  const std::vector<Verdict> wanted{Verdict::proved,  Verdict::proved, Verdict::refuted, Verdict::proved,
                                    Verdict::refuted, Verdict::proved, Verdict::refuted, Verdict::proved};
  const auto found = check(lab.engine, model);
  BOOST_REQUIRE(found.size() == wanted.size());
  for (std::size_t k = 0; k < wanted.size(); ++k)
    BOOST_TEST((found[k].verdict == wanted[k]), lab::show(lab.arena, found[k]));
}

BOOST_AUTO_TEST_SUITE_END()

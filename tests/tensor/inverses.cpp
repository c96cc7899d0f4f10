// SPDX-License-Identifier: GPL-2.0-or-later
// Inverses and determinants: what is proved of them for all sizes, what is refuted, and their derivatives.
#include <boost/test/unit_test.hpp>

#include "tensor/derivations.h"
#include "tensor/verdicts.h"

using namespace gradus;

namespace {

const char* const matrices = R"(dim n, m
input X[m, n], U[n, m], C[m, m], V[m, n], y[m, 1], x[n]
param A[n, n], B[n, n], S[n, n], lambda
assume lambda > 0
assume S = S.T
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(inverses)

BOOST_AUTO_TEST_CASE(a_matrix_and_its_inverse_cancel) {
  require_verdicts(matrices,
                   {"A @ inv(A) = eye(n)", "inv(A) @ A = eye(n)", "B @ A @ inv(A) @ x = B @ x", "inv(inv(A)) = A",
                    "inv(A.T) = inv(A).T", "inv(A @ B) = inv(B) @ inv(A)", "inv(2*A) = inv(A)/2",
                    "inv(lambda*eye(n)) = eye(n)/lambda", "inv(diag(x))[i, j] = delta(i, j)/x[i]",
                    "inv(A) - inv(B) = inv(A) @ (B - A) @ inv(B)", "inv(S).T = inv(S)", "x @ inv(S) = inv(S) @ x",
                    "inv(eye(n) + A) @ A = eye(n) - inv(eye(n) + A)", "inv(A + A) = inv(A)/2"},
                   Verdict::proved);
  require_verdicts(matrices,
                   {"inv(A @ B) = inv(A) @ inv(B)", "inv(A).T = inv(A)", "A @ inv(B) = eye(n)", "inv(2*A) = 2*inv(A)",
                    "inv(A + B) = inv(A) + inv(B)", "inv(A) - inv(B) = inv(A) @ (A - B) @ inv(B)", "inv(X) = X"},
                   Verdict::refuted);
}

// (X^T X + lambda I)^{-1}: what cancels is a sum of terms, of which one is a product.
BOOST_AUTO_TEST_CASE(inverses_of_sums_cancel) {
  require_verdicts(std::string(matrices) + "G = X.T @ X + lambda*eye(n)\nw = inv(G) @ X.T @ y\n",
                   {"G @ w = X.T @ y", "X.T @ (X @ w - y) = -lambda*w", "inv(G) = inv(G).T",
                    "inv(X.T @ X + lambda*eye(n)) @ X.T = X.T @ inv(X @ X.T + lambda*eye(m))"},
                   Verdict::proved);
  require_verdicts(std::string(matrices) + "H = X @ inv(X.T @ X) @ X.T\n",
                   {"H @ H = H", "H.T = H", "H @ X = X", "trace(H) = n", "(eye(m) - H) @ (eye(m) - H) = eye(m) - H"},
                   Verdict::proved);
  require_verdicts(matrices,
                   {"inv(A + U @ C @ V) = inv(A) - inv(A) @ U @ inv(inv(C) + V @ inv(A) @ U) @ V @ inv(A)",
                    "inv(A + outer(x, x)) = inv(A) - outer(inv(A) @ x, inv(A).T @ x)/(1 + dot(x, inv(A) @ x))"},
                   Verdict::proved);
  require_verdicts(matrices,
                   {"inv(A + U @ C @ V) = inv(A) + inv(A) @ U @ inv(inv(C) + V @ inv(A) @ U) @ V @ inv(A)",
                    "inv(A + outer(x, x)) = inv(A) - outer(inv(A) @ x, inv(A) @ x)/(1 + dot(x, inv(A) @ x))",
                    "inv(X.T @ X + lambda*eye(n)) @ X.T = X.T @ inv(X @ X.T - lambda*eye(m))"},
                   Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(determinants) {
  require_verdicts(matrices,
                   {"det(A @ B) = det(A)*det(B)", "det(A.T) = det(A)", "det(inv(A)) = 1/det(A)", "det(eye(n)) = 1",
                    "det(2*A) = 2^n*det(A)", "logdet(lambda*eye(n)) = n*ln(lambda)", "det(A - A) = 0"},
                   Verdict::proved);
  require_verdicts(std::string(matrices) + "assume det(A) > 0\n",
                   {"logdet(A) = ln(det(A))", "logdet(lambda*A) = n*ln(lambda) + logdet(A)"}, Verdict::proved);
  require_verdicts(matrices,
                   {"det(2*A) = 2*det(A)", "det(A + B) = det(A) + det(B)", "logdet(lambda*A) = ln(lambda) + logdet(A)"},
                   Verdict::refuted);
}

// X.T @ X has an inverse where there are at least as many rows as columns; outer(x, x) has none but for one row.
BOOST_AUTO_TEST_CASE(sizes_at_which_there_is_no_inverse_refute_only_if_there_are_no_others) {
  require_verdicts(matrices, {"inv(X.T @ X) @ X.T @ X = eye(n)", "inv(X @ X.T) @ X @ X.T = eye(m)"}, Verdict::proved);
  require_verdicts(matrices, {"inv(outer(x, x)) @ outer(x, x) = eye(n)", "inv(A - A) @ x = x"}, Verdict::refuted);
  // What was left out is said.
  lab::Lab lab;
  const std::string reason = lab.verdicts("dim m, n\ninput X[m, n]\nclaim inv(X.T @ X) @ X.T @ X = eye(n)\n")[0].reason;
  BOOST_TEST(reason.ends_with("; for m = 1, n = 2 a matrix has no inverse"), reason);
}

BOOST_AUTO_TEST_CASE(inverses_within_one_another_have_a_limit) {
  std::string deep = "A";
  for (int k = 0; k < 400; ++k) deep = "inv(" + deep + ")";
  require_verdicts(matrices, {deep + " = A"}, Verdict::undecided);
}

BOOST_AUTO_TEST_CASE(derivatives) {
  const std::string costs =
      std::string(matrices) +
      "J = logdet(A)\nK = trace(B @ inv(A))\nq = dot(x, inv(A) @ x)\nM = inv(lambda*A)\nD = det(A)\n";
  require_verdicts(costs,
                   {"dJ/dA = inv(A).T", "dK/dA = -(inv(A) @ B @ inv(A)).T", "dq/dA = -outer(inv(A).T @ x, inv(A) @ x)",
                    "dM/dlambda = -inv(A)/lambda^2", "dD/dA = D*inv(A).T", "d(logdet(X.T @ X))/dX = 2*X @ inv(X.T @ X)",
                    "d(dot(x, inv(S) @ x))/dS = -outer(inv(S) @ x, inv(S) @ x)"},
                   Verdict::proved);
  require_verdicts(costs,
                   {"dJ/dA = inv(A)", "dK/dA = (inv(A) @ B @ inv(A)).T", "dK/dA = -inv(A) @ B @ inv(A)",
                    "dM/dlambda = -inv(A)/lambda", "dD/dA = D*inv(A)"},
                   Verdict::refuted);
}

// A delta of an index with itself is 1 at each of them.
BOOST_AUTO_TEST_CASE(traces_of_diagonals) {
  require_verdicts(
      "dim n\nparam A[n, n], b[n], s\nJ = trace(s*eye(n))\nK = trace(A + diag(b))\nL = sum((A + s*eye(n))^2)\n",
      {"dJ/ds = n", "(dK/db)[i] = 1", "dL/ds = 2*trace(A) + 2*n*s"}, Verdict::proved);
  lab::Lab lab;
  const ModelFile file = lab.read("dim n\nparam A[n, n], s\nJ = sum((A + s*eye(n))^2)\n");
  std::vector<Derivation> all = derive_tensors(lab.engine, file.models[0], {});
  Model model = file.models[0];
  require_proved(lab, model, all);
}

// What holds for a symmetric matrix alone is not differentiated by it.
BOOST_AUTO_TEST_CASE(second_derivatives_by_symmetric_matrices) {
  for (const char* const text : {"dim n\nparam mu[n], S[n, n]\nassume S = S.T\nJ = dot(mu, inv(S) @ mu)/2\n",
                                 "dim n\nparam mu[n], S[n, n]\nassume S = S.T\nJ = dot(mu, S @ mu)/2\n"}) {
    lab::Lab lab;
    const ModelFile file = lab.read(text);
    DeriveRequest request;
    request.order = 2;
    std::vector<Derivation> all = derive_tensors(lab.engine, file.models[0], request);
    BOOST_TEST(all.size() == 5U);
    Model model = file.models[0];
    require_proved(lab, model, all);
  }
  lab::Lab lab;
  const ModelFile file = lab.read("dim n\nparam X[n, n], s\nK = X @ X.T + s^2*eye(n)\nJ = logdet(K)\n");
  DeriveRequest request;
  request.wrt = {"K"};
  request.order = 2;
  std::vector<Derivation> all = derive_tensors(lab.engine, file.models[0], request);
  Model model = file.models[0];
  require_proved(lab, model, all);
}

BOOST_AUTO_TEST_CASE(what_is_zero_is_no_denominator) {
  require_verdicts("dim n\nparam b[n], z[n]\nP = eye(n) - outer(b, b)/dot(b, b)\np = softmax(z)\n",
                   {"1/det(P) = 1/det(P)", "det(P)/det(P) = 1", "1/(sum(p) - 1) = 1/(sum(p) - 1)"}, Verdict::refuted);
}

// A term under an inverse that is the same in each row or column.
BOOST_AUTO_TEST_CASE(terms_that_are_stretched) {
  require_verdicts("dim n\nparam A[n, n], q[n, 1], b[n], s\n", {"inv(q + A) = A", "inv(eye(n) + s) @ b = b"},
                   Verdict::refuted);
}

BOOST_AUTO_TEST_SUITE_END()

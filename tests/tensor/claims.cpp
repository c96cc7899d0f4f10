// SPDX-License-Identifier: GPL-2.0-or-later
// Claims about tensors: proved for all sizes, refuted at small ones, refused where the shapes differ.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "check/lab.h"
#include "tensor/network.h"
#include "tensor/verdicts.h"

using namespace gradus;

namespace {

const char* const vectors = R"(dim n, m
input X[n, m], y[m], A[n, n], x[n]
param w[n], v[n], W[n, n], lambda
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor_claims)

BOOST_AUTO_TEST_CASE(the_network_of_the_course_is_proved_in_both_conventions) {
  lab::Lab lab;
  const ModelFile file = lab.read_file(std::string(GRADUS_SOURCE_DIR) + "/examples/network.gr");
  const std::vector<LinkVerdict> all = check(lab.engine, file.models[0]);
  BOOST_TEST(all.size() == 13U);
  for (const LinkVerdict& v : all) BOOST_TEST((v.verdict == Verdict::proved), lab::show(lab.arena, v));
}

BOOST_AUTO_TEST_CASE(wrong_lines_of_the_network_are_refuted) {
  for (const char* const claim : {"dJ/dZ2 = A2 - Y",                      // without 1/m
                                  "dJ/dZ1 = W2.T @ dJ/dZ2",               // without the derivative of the activation
                                  "dJ/dZ1 = (W2.T @ dJ/dZ2) * (1 - A1)",  // that of another one
                                  "dJ/dW1 = (dJ/dZ1 @ X.T)/m",            // 1/m twice
                                  "dJ/dW2 = -dJ/dZ2 @ A1.T",              // a sign
                                  "dJ/db2 = sum(dJ/dZ2)/m",               // a mean for a sum
                                  "J = sum(Loss)"}) {
    require_all(std::string(network) + "claim " + claim + "\n", Verdict::refuted);
  }
}

BOOST_AUTO_TEST_CASE(what_is_assumed_of_entries_holds_for_all_of_them) {
  const std::string head = R"(dim n, m
input Y[n, m], A[n, n], x[n], y[n]
param Z[n, m]
assume sum[k](Y[k, j]) = 1, Y[k, j] >= 0, A[i, j] = A[j, i], x[i] = 2*y[i]
P = softmax(Z, axis=0)
J = -sum(Y*ln(P)) + sum[i](sum[j](x[i]*A[i, j]*x[j]))
)";
  for (const char* const claim : {"dJ/dZ = P - Y", "sum[k](3*Y[k, j]) = 3", "A = A.T", "dJ/dx = 2*A @ x",
                                  "sum(x) = 2*sum(y)", "x[i]*y[j] = 2*y[i]*y[j]"})
    require_all(head + "claim " + claim + "\n", Verdict::proved);
  for (const char* const claim : {"dJ/dZ = Y - P", "sum[k](Y[j, k]) = 1", "x = y", "dJ/dx = A @ x"})
    BOOST_TEST((lab::Lab().verdicts(head + "claim " + claim + "\n").at(0).verdict != Verdict::proved), claim);
}

// What single values have is proved for all others, and that is said.
BOOST_AUTO_TEST_CASE(exceptions_are_named) {
  const auto reason = [](const std::string& claim) {
    lab::Lab lab;
    const LinkVerdict v =
        lab.verdicts("dim m\ninput y[m], c, d\nparam w\nJ = sum(where(y == 0, c*w, d*w))\nclaim " + claim + "\n").at(0);
    BOOST_TEST((v.verdict == Verdict::proved), claim);
    return v.reason;
  };
  const std::string zero = "the difference of the two sides has the normal form 0";
  BOOST_TEST(reason("dJ/dw = sum(where(y == 0, c, d))") == zero);
  BOOST_TEST(reason("dJ/dw = sum(where(y == 0, 17, d))") == zero + "; for y[i] != 0");
  BOOST_TEST(reason("dJ/dw = m*d") == zero + "; for y[i] != 0");
}

// `derive` writes what is the same for every entry without indices; a claim may as well.
BOOST_AUTO_TEST_CASE(the_right_side_of_a_derivative_stretches) {
  const std::string head =
      "dim n, m\ninput Y[1, m]\nparam f[n], u, Z[n, m]\nS = sum(Z, axis=0)\nJ = u*sum(f) + sum((S - Y)^2)/2\n";
  require_verdicts(head, {"dJ/df = u", "dJ/dZ = S - Y"}, Verdict::proved);
  require_verdicts(head, {"dJ/df = 2*u", "dJ/dZ = S + Y", "f = u", "Z = S", "dJ/dZ = sum(Z, axis=1)"},
                   Verdict::refuted);
  lab::Lab lab;
  BOOST_TEST(lab.verdicts(head + "claim dJ/df = u\n").at(0).reason ==
             "entry by entry the difference of the two sides has the normal form 0; the right side, a scalar, is meant "
             "for every entry of [n]");
}

BOOST_AUTO_TEST_CASE(shapes_that_differ_refute) {
  lab::Lab lab;
  const auto reason = [&](const std::string& claim) {
    const LinkVerdict v = lab.verdicts(std::string(network) + "claim " + claim + "\n").at(0);
    BOOST_TEST((v.verdict == Verdict::refuted), claim);
    return v.reason;
  };
  BOOST_TEST(reason("dJ/dW2 = A1 @ dJ/dZ2.T") == "the shapes differ: left [1, h], right [h, 1]");
  BOOST_TEST(reason("dJ/db1 = sum(dJ/dZ1, axis=0)") == "the shapes differ: left [h, 1], right [1, m]");
  BOOST_TEST(reason("dJ/dA1 = W2 @ dJ/dZ2") ==
             "the inner dimensions of `@` differ: `W2` is [1, h], `dJ/dZ2` is [1, m]; the left one may have to be "
             "transposed");
}

BOOST_AUTO_TEST_CASE(a_counterexample_names_the_entry_and_the_sizes) {
  lab::Lab lab;
  const LinkVerdict v = lab.verdicts(std::string(network) + "claim dJ/dZ2 = A2 - Y\n").at(0);
  BOOST_TEST(v.reason == "the sides differ at entry [1, 1], for n = 2, h = 3, m = 2");
  BOOST_REQUIRE(v.counterexample.has_value());
  BOOST_TEST(v.counterexample->point.front().first == "X[1, 1]");
}

BOOST_AUTO_TEST_CASE(masks_are_their_own_squares) {
  const std::string head =
      "dim n, m, k\ninput R[n, m], M[n, m], lambda\nparam P[n, k], Q[m, k], mu\nassume M[i, j] in {0, 1}\n"
      "E = M*(mu + P @ Q.T - R)\nJ = sum(E^2)/2 + lambda/2*sum(P^2)\n";
  require_verdicts(head, {"dJ/dP = E @ Q + lambda*P", "dJ/dmu = sum(E)", "M^3 = M", "M*E = E"}, Verdict::proved);
  require_verdicts(head, {"dJ/dP = M @ Q + lambda*P", "E^2 = E", "M*R = R"}, Verdict::refuted);
  // Of some entries alone.
  for (const char* const some : {"X[i, 1]", "X[i, i]"}) {
    lab::Lab lab;
    const LinkVerdict v =
        lab.verdicts(fmt::format("dim n\ninput X[n, n]\nassume {} in {{0, 1}}\nclaim X^2 = X\n", some)).at(0);
    BOOST_TEST((v.verdict == Verdict::refuted), some << ": " << v.reason);
  }
}

// In a term, and with the names of numbers.
BOOST_AUTO_TEST_CASE(a_term_of_a_refuted_line_is_mended) {
  lab::Lab lab;
  const auto mend = [&](const std::string& claim) {
    const std::string model =
        "dim n, m, k\ninput X[n, m], Y[k, m], lambda, tau, x[n], y[k]\nparam W[k, n], M[n, n], A[n, n], Q[n, k], K[m, "
        "k]\n"
        "Z = W @ X\nP = tanh(Z)\nJ = sum((P - Y)^2)/(2*m) + lambda/2*sum(W^2)\nT = trace(A @ M)\n"
        "L = sum((W @ x - y)^2)/2\nS = Q @ K.T/sqrt(k)\nR = sum(S^2)/tau\n";
    const LinkVerdict v = lab.verdicts(model + "claim " + claim + "\n").at(0);
    BOOST_TEST((v.verdict == Verdict::refuted), claim);
    return v.mend + ": " + v.mended;
  };
  BOOST_TEST(mend("dJ/dZ = (P - Y)*(1 - P)/m") == "`P` should be squared: (P - Y)*(1 - P^2)/m");
  BOOST_TEST(mend("dJ/dW = dJ/dZ @ X.T - lambda*W") == "the sign of `lambda*W` should be +: dJ/dZ @ X.T + lambda*W");
  BOOST_TEST(mend("dJ/dW = dJ/dZ @ X.T + W") == "the factor `lambda` of `W` is missing: dJ/dZ @ X.T + lambda*W");
  BOOST_TEST(mend("dJ/dW = dJ/dZ @ X.T + lambda*W/m") ==
             "the factor `1/m` of `lambda*W/m` is too much: dJ/dZ @ X.T + lambda*W");
  BOOST_TEST(mend("dT/dM = A") == "`A` must be transposed: A.T");
  BOOST_TEST(mend("dL/dW = outer(x, W @ x - y)") ==
             "the operands of `outer(x, W @ x - y)` are swapped: outer(W @ x - y, x)");
  BOOST_TEST(mend("dR/dQ = dR/dS @ K") == "a factor `1/sqrt(k)` is missing: (dR/dS @ K)/sqrt(k)");
  BOOST_TEST(mend("dR/dS = 2*S") == "a factor `1/tau` is missing: 2*S/tau");
  BOOST_TEST(mend("dJ/dP = (P + Y)/m") == "the sign of `Y` should be -: (P - Y)/m");
  BOOST_TEST(mend("dL/dW = -outer(W @ x - y, x)") == "the sign is wrong: outer(W @ x - y, x)");
  BOOST_TEST(mend("dR/dS = -4*S/tau") == ": ");
}

BOOST_AUTO_TEST_CASE(a_refuted_line_gets_the_mend_of_a_reviewer) {
  lab::Lab lab;
  const auto mend = [&](const std::string& claim) {
    const LinkVerdict v = lab.verdicts(std::string(network) + "claim " + claim + "\n").at(0);
    BOOST_TEST((v.verdict == Verdict::refuted), claim);
    return v.mend + ": " + v.mended;
  };
  BOOST_TEST(mend("dJ/dZ2 = A2 - Y") == "a factor `1/m` is missing: (A2 - Y)/m");
  BOOST_TEST(mend("dJ/dZ2 = (Y - A2)/m") == "the sign is wrong: -(Y - A2)/m");
  BOOST_TEST(mend("dJ/dW2 = A1 @ dJ/dZ2.T") == "the product must be transposed: dJ/dZ2 @ A1.T");
  BOOST_TEST(mend("dJ/dW2 = dJ/dZ2 @ A1") == "`A1` must be transposed: dJ/dZ2 @ A1.T");
  BOOST_TEST(mend("dJ/dA1 = dJ/dZ2 @ W2.T") == "the operands of the matrix product are swapped: W2.T @ dJ/dZ2");
  BOOST_TEST(mend("dJ/db2 = dJ/dZ2") == "the sum along axis 1 is missing: sum(dJ/dZ2, axis=1)");
  BOOST_TEST(mend("dJ/db1 = sum(dJ/dZ1, axis=0)") == "the sum runs along the other axis: sum(dJ/dZ1, axis=1)");
  BOOST_TEST(mend("dJ/dW1 = (dJ/dZ1 @ X.T)/m") == "the factor `1/m` is too much: dJ/dZ1 @ X.T");
  BOOST_TEST(mend("dJ/dZ1 = W2.T @ dJ/dZ2") ==
             "the derivative of `A1`, `1 - A1^2`, is missing: (W2.T @ dJ/dZ2)*(1 - A1^2)");
  BOOST_TEST(mend("dJ/dZ1 = dJ/dA1 @ (1 - A1^2)") ==
             "the product is one entry by entry, not of matrices: dJ/dA1*(1 - A1^2)");
  BOOST_TEST(mend("dJ/dW2 = dJ/dZ2 * A1") ==
             "the product is one of matrices, `dJ/dZ2 @ A1.T`, not entry by entry: dJ/dZ2 @ A1.T");
}

BOOST_AUTO_TEST_CASE(numbers_and_dimensions_are_the_same_at_every_entry) {
  require_all(std::string(network) + "claim dJ/dLoss = 1/m\nclaim 1/m = dJ/dLoss\n", Verdict::proved);
  require_all(std::string(network) + "claim dJ/dLoss = 1/m^2\nclaim dJ/dLoss = 1\nclaim dJ/dZ2 = J\n",
              Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(deep_networks_end_within_their_budget) {
  std::string text = "dim n, m\ninput X[n, m]\nparam W[n, n]\n", before = "X";
  for (int k = 1; k <= 300; ++k) {
    const std::string name = "A" + std::to_string(k);
    text += name + " = tanh(W @ " + before + ")\n";
    before = name;
  }
  text += "J = sum(" + before + "^2)/m\n";
  require_all(text + "claim dJ/dA299 = W.T @ (dJ/dA300*(1 - A300^2))\n", Verdict::proved);
  // Too large but where each dimension is as small as can be.
  require_all(text + "claim dJ/dW = W\n", Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(sides_must_have_values) {
  const std::string text = "dim n, m\ninput X[n, m], p[n]\nparam w[n]\nA = sigmoid(w)\nJ = sum(ln(A))\n";
  require_all(text + "claim dJ/dA = 1/A\nclaim p/p = 1\nclaim ln(exp(p)) = p\n", Verdict::proved);
  require_all(text + "claim sum(ln(X)) = sum(ln(X))\nclaim sqrt(p)^2 = p\nclaim ln(p^2) = 2*ln(p)\n", Verdict::refuted);
  // Where no point that is tried first is without a value.
  lab::Lab lab;
  BOOST_TEST((lab.verdicts(text + "claim sqrt(p + 1000)^2 = p + 1000\n").at(0).verdict != Verdict::proved));
  require_all("dim n\ninput X[n]\nK = sum(ln(-X^2))\nclaim K = K\nclaim dK/dX = 2/X\n", Verdict::undecided);
}

// A proof needs no points, but where there are none nothing is proved.
BOOST_AUTO_TEST_CASE(a_domain_without_points_decides_nothing) {
  const std::string head = "dim n\ninput x[n], y[n]\n";
  for (const char* const none : {"assume sum(x^2) = -1\n", "K = ln(-x^2)\n", "K = sum(sqrt(-1 - x^2))\n"})
    require_all(head + none + "claim y + y = 2*y\nclaim sum(y) = sum(y)\nclaim y = 2*y\n", Verdict::undecided);
  // Each of these has points, whether that is seen at once or not.
  for (const char* const some : {"K = ln(1 + x^2)\n", "K = ln(x)\n", "K = ln(softmax(x))\n", "K = 1/(x - y)\n"}) {
    require_all(head + some + "claim y + y = 2*y\nclaim sum(y) = sum(y)\n", Verdict::proved);
    require_all(head + some + "claim y = 2*y\n", Verdict::refuted);
  }
}

// A definition that a line does not use may still say where it is meant.
BOOST_AUTO_TEST_CASE(definitions_that_are_not_used_restrict_the_domain) {
  const std::string head = "dim n\ninput x[n], y[n]\n";
  require_all(head + "claim sqrt(x^2) = x\nclaim sum(abs(x)) = sum(x)\n", Verdict::refuted);
  require_all(head + "K = ln(x)\nclaim sqrt(x)^2 = x\n", Verdict::proved);
  lab::Lab lab;
  BOOST_TEST((lab.verdicts(head + "K = ln(x)\nclaim sqrt(x^2) = x\n").at(0).verdict != Verdict::refuted));
  require_all(head + "K = ln(x)\nclaim sqrt(x*y)^2 = x*y\n", Verdict::refuted);
}

// Sizes that happen to be the same hide nothing: each two dimensions are told apart.
BOOST_AUTO_TEST_CASE(each_two_dimensions_differ_in_one_choice_of_sizes) {
  const std::vector<std::string> names{"n", "h", "k", "m", "p", "q"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = 0; j < names.size(); ++j) {
      if (i == j) continue;
      std::string text = "dim n, h, k, m, p, q\ninput ";
      for (const std::string& d : names) text += fmt::format("{}x{}[{}]", d == "n" ? "" : ", ", d, d);
      text += fmt::format("\nclaim {0}*sum(x{1})/{1} = sum(x{1})\n", names[i], names[j]);
      require_all(text, Verdict::refuted);
    }
  }
  // No size is below what is assumed of it.
  lab::Lab lab;
  const LinkVerdict v = lab.verdicts("dim n, m\nassume n >= 4\ninput x[n], y[m]\nclaim sum(x) = n*sum(y)\n").at(0);
  BOOST_TEST(v.reason == "the sides differ, for n = 4, m = 3");
}

BOOST_AUTO_TEST_CASE(identities_of_sums_hold_for_all_sizes) {
  for (const char* const claim :
       {"sum(x)^2 = sum[i](sum[j](x[i]*x[j]))", "sum[i](x[i] + w[i]) = sum(x) + sum(w)",
        "sum[i](sum[j](x[i]*A[i,j])) = sum[p](sum[q](A[q,p]*x[q]))", "sum[i](3*lambda*x[i]) = 3*lambda*sum(x)",
        "trace(A @ W) = trace(W @ A)", "dot(x, A @ w) = dot(A.T @ x, w)", "(A @ W).T = W.T @ A.T",
        "A @ (W @ x) = (A @ W) @ x", "mean(X, axis=1) = sum(X, axis=1)/m", "trace(outer(x, w)) = dot(x, w)",
        "diag(diag(x)) = x", "norm(x)^2 = dot(x, x)", "sum(softmax(x)) = 1", "sum[i](exp(x[i])) = exp(logsumexp(x))"}) {
    require_all(std::string(vectors) + "claim " + claim + "\n", Verdict::proved);
  }
  for (const char* const claim : {"sum(x)^2 = sum[i](x[i]^2)", "trace(A @ W) = trace(A)*trace(W)", "A @ W = W @ A",
                                  "dot(x, A @ w) = dot(A @ x, w)", "mean(X, axis=1) = sum(X, axis=1)/n",
                                  "sum[i](lambda + x[i]) = lambda + sum(x)", "norm(x) = dot(x, x)"}) {
    require_all(std::string(vectors) + "claim " + claim + "\n", Verdict::refuted);
  }
}

BOOST_AUTO_TEST_CASE(derivatives_of_traces_forms_norms_and_softmax) {
  require_all(std::string(vectors) + R"(q = dot(w, A @ w)
t = trace(W.T @ A @ W)
r = norm(w - x)
p = softmax(w)
l = logsumexp(w)
c = sum((X.T @ w - y)^2)/m + lambda*dot(w, w)
G = dc/dw
N = sum(G^2)
claim dq/dw = (A + A.T) @ w
claim dq/dA = outer(w, w)
claim d(dq/dw)/dw = A + A.T
claim dt/dW = (A + A.T) @ W
claim dt/dA = W @ W.T
claim dr/dw = (w - x)/r
claim dp/dw = diag(p) - outer(p, p)
claim dl/dw = softmax(w)
claim dc/dw = (2/m)*(X @ (X.T @ w - y)) + 2*lambda*w
claim d(dc/dw)/dw = (2/m)*(X @ X.T) + 2*lambda*d(w)/dw
claim dN/dw = (4/m)*(X @ X.T @ G) + 4*lambda*G
)",
              Verdict::proved);
  require_all(std::string(vectors) + R"(q = dot(w, A @ w)
p = softmax(w)
N = sum((A @ w)^2)
claim dq/dw = 2*(A @ w)
claim dq/dA = outer(w, x)
claim dp/dw = diag(p)
claim dN/dw = 2*(A @ A @ w)
)",
              Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(the_examples_are_proved) {
  for (const char* name : {"softmax-regression", "word2vec", "policy-gradient", "factorisation"}) {
    lab::Lab lab;
    const ModelFile file = lab.read_file(fmt::format("{}/examples/{}.gr", GRADUS_SOURCE_DIR, name));
    for (const LinkVerdict& v : check(lab.engine, file.models[0]))
      BOOST_TEST((v.verdict == Verdict::proved), name << ": " << lab::show(lab.arena, v));
  }
}

// Sums whose terms are equal by the rules of scalars alone, under sums of different depth.
BOOST_AUTO_TEST_CASE(sums_are_compared_term_by_term) {
  const std::string head = "dim d, k\nparam N[k, d], v[d]\n";
  require_all(head + "claim N.T @ (1 - sigmoid(-(N @ v))) = N.T @ sigmoid(N @ v)\n", Verdict::proved);
  require_all(head + "claim N.T @ (1 - sigmoid(-(N @ v))) = N.T @ sigmoid(-(N @ v))\n", Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(assumptions_about_sums_are_used) {
  const std::string without = R"(dim n, k, m
input X[n, m], Y[k, m]
param W[k, n]
P = softmax(W @ X, axis=0)
J = -sum(Y*ln(P))/m
)";
  require_all(without + "claim dJ/dW = (1/m)*((P*sum(Y, axis=0) - Y) @ X.T)\n", Verdict::proved);
  require_all(without + "claim dJ/dW = (1/m)*((P - Y) @ X.T)\n", Verdict::refuted);
}

// What cancels may leave a sum of which something is assumed, over other sums as well.
BOOST_AUTO_TEST_CASE(assumptions_are_used_after_what_cancels) {
  const std::string regression =
      "dim N, D, K\ninput X[N, D], T[N, K]\nparam B[D, K]\nassume sum(T, axis=1) = 1\nZ = X @ B\n"
      "P = table[n in N](table[k in K](exp(Z[n, k])/sum[j](exp(Z[n, j]))))\nL = sum(T*ln(P))\n";
  require_all(regression + "claim dL/dB = X.T @ (T - P)\nclaim sum(T) = N\n", Verdict::proved);
  require_all(regression + "claim dL/dB = X.T @ (P - T)\nclaim sum(T) = 2*N\n", Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(a_softmax_does_not_see_a_shift) {
  const std::string head = "dim K\ninput z[K], c\n";
  require_all(head +
                  "claim exp(z[i] + c)/sum[j](exp(z[j] + c)) = exp(z[i])/sum[j](exp(z[j]))\n"
                  "claim ln(sum[j](exp(z[j] + c))) = c + ln(sum[j](exp(z[j])))\n"
                  "claim sum[j](exp(2*z[j] - c)) = exp(-c)*sum[j](exp(z[j])^2)\n",
              Verdict::proved);
  require_all(head + "claim ln(sum[j](exp(z[j] + c))) = ln(sum[j](exp(z[j])))\n", Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(functions_that_are_not_specified_act_on_entries) {
  const std::string text = R"(dim n, h, m
input X[n, m]
param W[h, n]
function g(t)
Z = W @ X
A = g(Z)
J = sum(A^2)
)";
  require_all(text + "claim dJ/dZ = 2*A*g'(Z)\nclaim dJ/dW = (2*A*g'(Z)) @ X.T\n", Verdict::proved);
  require_all(text + "claim dJ/dZ = 2*A\n", Verdict::refuted);
}

BOOST_AUTO_TEST_CASE(the_convention_is_refused_where_it_does_not_fit) {
  lab::Lab lab;
  const auto message = [&](const std::string& definitions) -> std::string {
    try {
      lab.verdicts("dim n, m\ninput X[n, m], Y[1, m]\nparam w[n, 1]\nZ = w.T @ X\n" + definitions +
                   "convention per-example over m\nclaim dZ = 2*(Z - Y)\n");
    } catch (const Error& e) {
      return e.message;
    }
    return "accepted";
  };
  BOOST_TEST(message("L = (Z - Y)^2\nJ = mean(L)\n") == "accepted");
  BOOST_TEST(message("L = (Z - Y)^2\nJ = sum(L)/m + dot(w, w)\n") == "accepted");
  BOOST_TEST(message("L = (Z - Y)^2\nJ = sum(L)\n") ==
             "the convention does not fit: `J` is not the mean over `m` of a loss that has a name, plus terms without "
             "examples");
  BOOST_TEST(message("B = Z - mean(Z, axis=1)\nL = (B - Y)^2\nJ = mean(L)\n") ==
             "the convention does not fit: `B` of one example depends on `Z` of others");
  BOOST_TEST(message("s = sum(Z)\nL = (Z*s - Y)^2\nJ = mean(L)\n") ==
             "the convention does not fit: `s` mixes the examples on the way to `L`");
}

// Indices that do not fit are wrong, as shapes that do not.
BOOST_AUTO_TEST_CASE(indices_that_do_not_fit_are_refuted) {
  const std::string model = "dim n, h, m\ninput X[n, m], Y[h, m]\nparam W[h, n]\nZ = W @ X\nJ = sum((Z - Y)^2)/2\n";
  lab::Lab lab;
  const std::vector<LinkVerdict> all =
      lab.verdicts(model +
                   "claim dJ/dW[i, k] = sum[j](dJ/dZ[i, j]*X[j, k])\nclaim dJ/dW[i, k] = X[i, k]\n"
                   "claim sum[j](dJ/dZ[i, j]*X[j, k]) = dJ/dW[i, k]\n"
                   "claim dJ/dW[i, k] = sum[j](dJ/dZ[i, j]*X[k, j]) = sum[j](sum[p in n](delta(p, j)*X[k, j]))\n");
  BOOST_REQUIRE_EQUAL(all.size(), 5U);
  BOOST_TEST((all[0].verdict == Verdict::refuted));
  BOOST_TEST(all[0].reason == "`j` runs over `m`, but over `n` in `X[j, k]`");
  BOOST_TEST(all[0].mend == "the indices of `X[j, k]` are swapped");
  BOOST_TEST((all[1].verdict == Verdict::refuted));
  BOOST_TEST(all[1].reason == "`i` runs over `h`, but over `n` in `X[i, k]`");
  BOOST_TEST((all[2].verdict == Verdict::refuted));
  BOOST_TEST(all[2].reason == all[0].reason);
  BOOST_TEST((all[3].verdict == Verdict::proved));
  BOOST_TEST(all[4].reason == "`j` runs over `n`, but over `m` in `X[k, j]`");
}

BOOST_AUTO_TEST_SUITE_END()

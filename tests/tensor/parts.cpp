// SPDX-License-Identifier: GPL-2.0-or-later
// `X[2..n]`, and dimensions that are made of others: in all jobs the same as entry by entry.
#include <boost/test/unit_test.hpp>
#include <memory>

#include "gradus/expr/size.h"
#include "gradus/syntax/parse.h"
#include "gradus/tensor/program.h"
#include "tensor/derivations.h"
#include "tensor/entries.h"
#include "tensor/sums.h"
#include "tensor/verdicts.h"

using namespace gradus;

namespace {

const char* const parts = R"(dim h, k, m, q
dim n = h + k, p = n + q, g = 4*h
input X[n, m], Y[m, p], v[n], Z[g, m], r[p], T[m, n, h], a[p]
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor_parts)

BOOST_AUTO_TEST_CASE(right_claims_are_proved) {
  require_verdicts(parts,
                   {"X[1..h, 1] = X[:, 1][1..h]",
                    "X[h + 1..n] = X[h + 1..n, :]",
                    "X[1..n] = X",
                    "exp(X)[1..h] = exp(X[1..h])",
                    "X[1..h]*X[1..h] = (X*X)[1..h]",
                    "1/v[1..h] = (1/v)[1..h]",
                    "(X @ Y)[1..h, 1..n] = X[1..h] @ Y[:, 1..n]",
                    "X[1..h].T = X.T[:, 1..h]",
                    "r[1..n][1..h] = r[1..h]",
                    "r[1..n][h + 1..n] = r[h + 1..n]",
                    "eye(n)[1..h] @ v = v[1..h]",
                    "v @ eye(n)[1..h].T = v[1..h]",
                    "eye(n)[1..h] @ eye(n)[1..h].T = eye(h)",
                    "eye(n)[1..h] @ eye(n)[h + 1..n].T = 0",
                    "sum(eye(n)[1..h]) = h",
                    "trace(eye(n)) = h + k",
                    "sum(v*0 + 1) = n",
                    "sum[i in p](1) = h + k + q",
                    "T[1, 1..h, :] = T[1, :, :][1..h]",
                    "sum[i](eye(5)[2..4][i, 1]) = 0",
                    "sum[i](eye(5)[2..4][i, 3]) = 1",
                    "sum[i](eye(5)[2..4][i, 5]) = 0",
                    "sum[i](sum[j](eye(n)[1..h][i, l]*eye(n)[1..h][j, l]*T[1, 1, i]*T[1, 1, j])) = "
                    "sum[i](eye(n)[1..h][i, l]*T[1, 1, i]^2)",
                    "d(sum(v[1..h]^2))/dv = 2*(eye(n)[1..h].T @ v[1..h])",
                    "d(sum(v[1..h]^2))/dv[1..h] = 2*v[1..h]",
                    "d(sum(v[1..h]^2))/dv[h + 1..n] = 0*v[h + 1..n]",
                    "d(dot(a[1..n], v))/da = eye(p)[1..n].T @ v"},
                   Verdict::proved);
}

BOOST_AUTO_TEST_CASE(parts_of_parts_are_parts) {
  require_verdicts("dim a\ndim b = a + 1, c = a + 2\ninput x[c], X[c, c]\n",
                   {"x[2..c][2..b] = x[3..c]", "X[2..c, 1..b][1..a, 2..b] = X[2..b, 2..b]",
                    "eye(b)[2..b] @ eye(c)[2..c] = eye(c)[3..c]"},
                   Verdict::proved);
}

// Points refute wrong claims before a proof is tried: what the proof takes for zero is looked at by itself.
BOOST_AUTO_TEST_CASE(only_parts_without_a_common_place_are_orthogonal) {
  lab::Lab lab;
  const Model model = lab.read(parts).models[0];
  tensor::Entries entries(lab.arena, model, "index of test ");
  tensor::SumForms sums(lab.arena, entries);
  const auto is_zero = [&](const std::string& text) {
    ExpressionOptions options;
    options.model = &model;
    const Expr e =
        parse_expression(lab.arena, lab.catalogue.functions, std::make_shared<Source>(Source{"", text}), options);
    return sums.terms(entries.at(e, {})).empty();
  };
  BOOST_TEST(is_zero("sum(eye(p)[1..n] @ eye(p)[n + 1..p].T)"));
  BOOST_TEST(is_zero("sum(eye(g)[h + 1..2*h] @ eye(g)[3*h + 1..g].T)"));
  BOOST_TEST(!is_zero("sum(eye(p)[1..n] @ eye(p)[h + 1..n].T)"));
  BOOST_TEST(!is_zero("sum(eye(p)[1..n] @ eye(p)[1..n].T)"));
  BOOST_TEST(!is_zero("sum(eye(p)[1..h] @ eye(p)[k + 1..n].T)"));  // they overlap where k < h
}

BOOST_AUTO_TEST_CASE(wrong_claims_are_refuted) {
  require_verdicts(
      parts,
      {"d(sum(v[1..h]^2))/dv = 2*v", "norm(v[1..h])^2 = norm(v)^2", "Z[h + 1..2*h, 1][1] = Z[1, 1]",
       "eye(n)[1..h].T @ eye(n)[1..h] = eye(n)", "r[h + 1..n] = r[1..n][1..k]", "sum(eye(n)[1..h]) = n",
       "(X @ Y)[1..h] = 2*(X[1..h] @ Y)", "n = h*k", "exp(sum(v[1..h])) = sum(exp(v[1..h]))",
       "sum(v) = sum(v[h + 1..n])", "v = -(eye(n)[h + 1..n].T @ v[h + 1..n])", "norm(v) = norm(v[h + 1..n])"},
      Verdict::refuted);
}

// That parts make up the whole is seen at sizes that are tried, which is no proof.
BOOST_AUTO_TEST_CASE(what_is_not_proved_for_all_sizes_is_not_decided) {
  require_verdicts(parts, {"sum(v[1..h]) + sum(v[h + 1..n]) = sum(v)"}, Verdict::undecided);
}

BOOST_AUTO_TEST_CASE(derivatives_are_zero_outside_of_a_part) {
  const auto results = [](const std::string& text) {
    lab::Lab lab;
    Model model = lab.read(text).models[0];
    std::vector<std::string> out;
    const std::vector<Derivation> all = derive_tensors(lab.engine, model, {});
    for (const Derivation& d : all) out.push_back(shown(lab, d));
    require_proved(lab, model, all);
    return out;
  };
  BOOST_TEST(results("dim h, k\ndim n = h + k\nparam x[n]\nJ = sum(exp(x[1..h]))\n") ==
                 std::vector<std::string>{"dJ/dx = eye(n)[1..h].T @ exp(x[1..h])"},
             boost::test_tools::per_element());
  BOOST_TEST(results("dim h, k, m\ndim n = h + k\nparam X[m, n]\ninput Y[m, h]\nJ = sum((X[:, 1..h] - Y)^2)/2\n") ==
                 std::vector<std::string>{"dJ/dX = (X[:, 1..h] - Y) @ eye(n)[1..h]"},
             boost::test_tools::per_element());
  BOOST_TEST(results("dim h, k\ndim n = h + k\nparam x[n], y[n]\nJ = dot(x[1..h], y[1..h])\n") ==
                 (std::vector<std::string>{"dJ/dx = eye(n)[1..h].T @ y[1..h]", "dJ/dy = eye(n)[1..h].T @ x[1..h]"}),
             boost::test_tools::per_element());
}

// A sum over rows of the identity has one term: no matrix of zeros and ones is stored, and none is multiplied with.
BOOST_AUTO_TEST_CASE(rows_of_the_identity_are_not_stored) {
  for (const char* text : {"dim k\ndim n = k + 1\nparam x[n]\nd = x[2..n] - x[1..k]\nJ = sum(sqrt(d^2 + 1))\n",
                           "dim h, k\ndim n = h + k\nparam x[n]\nJ = sum(exp(x[1..h])) + sum(x[h + 1..n])\n",
                           "dim k\ndim n = k + 1\nparam x[n], w[2]\nJ = sum(exp(x[1..k]*w[1] + x[2..n]*w[2]))\n"}) {
    lab::Lab lab;
    AccuracyOptions options;
    options.points = 10;
    const TensorProgram program = tensor_program(lab.engine, lab.read(text).models[0], "", {}, options);
    for (const TensorStatement& s : program.statements)
      BOOST_TEST(s.shape.size() < 2U, text << print(lab.arena, s.target));
  }
}

// The ends of a part have one spelling, whatever they were written as: equal parts are one expression.
BOOST_AUTO_TEST_CASE(parts_are_printed_as_they_are_read) {
  lab::Lab lab;
  const Model model = lab.read(parts).models[0];
  const auto again = [&](const std::string& text) {
    ExpressionOptions options;
    options.model = &model;
    const auto parsed = [&](const std::string& t) {
      return parse_expression(lab.arena, lab.catalogue.functions, std::make_shared<Source>(Source{"", t}), options);
    };
    const Expr e = parsed(text);
    const std::string printed = print(lab.arena, e);
    BOOST_TEST((parsed(printed) == e), text << " is printed as " << printed);
    return printed;
  };
  BOOST_TEST(again("X[h+1..h + k, :]") == "X[h + 1..n]");
  BOOST_TEST(again("Y[:, n + 1..p]") == "Y[:, n + 1..p]");
  BOOST_TEST(again("(X @ Y)[1..h, 1..n]") == "(X @ Y)[1..h][:, 1..n]");
  BOOST_TEST(again("X.T[:, 1..h] @ X[1..h]") == "X.T[:, 1..h] @ X[1..h]");
  BOOST_TEST(again("Z[2*h + 1..4*h - h]^2") == "Z[2*h + 1..3*h]^2");
  BOOST_TEST(again("eye(n)[1..h].T") == "eye(n)[1..h].T");
  BOOST_TEST(again("X[1..n, 1]") == "X[:, 1]");
}

BOOST_AUTO_TEST_CASE(sizes_are_sums_of_multiples) {
  Arena arena;
  const Expr h = arena.symbol("h"), k = arena.symbol("k"), n = arena.symbol("n");
  const Sizes sizes{{n, arena.add(h, k)}};
  const auto size = [&](Expr e) { return size_of(arena, sizes, e); };
  const Size expected{{{h, 3}, {k, 1}}, -2};
  BOOST_TEST((size(arena.sub(arena.add(n, arena.mul(arena.number(2), h)), arena.number(2))) == expected));
  BOOST_TEST(!size(arena.mul(h, k)).has_value());
  BOOST_TEST(!size(arena.div(h, arena.number(2))).has_value());
  BOOST_TEST(!size(arena.number(2'000'000)).has_value());
  BOOST_TEST(!expected.is_never_negative());
  BOOST_TEST((expected - Size{{{h, 3}}, -2}).is_never_negative());
  const Size before{{{h, 1}, {k, 1}}, -1}, one{{{k, 1}}, 0};
  BOOST_TEST(print(arena, named(arena, sizes, before)) == "n - 1");
  BOOST_TEST(print(arena, named(arena, {{n, arena.add(k, arena.number(1))}}, one)) == "k");
  BOOST_TEST(print(arena, expression(arena, expected)) == "3*h + k - 2");
  ExprMap<long> dimensions{{h, 2}, {k, 5}};
  complete(arena, sizes, dimensions);
  BOOST_TEST(dimensions.at(n) == 7);
}

BOOST_AUTO_TEST_SUITE_END()

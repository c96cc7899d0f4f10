// SPDX-License-Identifier: GPL-2.0-or-later
// --convention: what the statement in a model says, from outside.
#include "cli/program.h"
#include "tensor/network.h"

using namespace cli_test;

BOOST_AUTO_TEST_SUITE(convention)

BOOST_AUTO_TEST_CASE(it_does_what_the_statement_does) {
  const Folder folder;
  const std::string stated = std::string(network) + "convention per-example over m\n";
  folder.write("plain.gr", network);
  folder.write("stated.gr", stated);
  folder.write("claims.gr", network + std::string("claim dZ2 = A2 - Y\nclaim dW2 = dZ2 @ A1.T/m\n"));
  const std::string expected = folder.run({"derive", "stated.gr"}).out;
  BOOST_TEST(expected.find("dZ2 = A2 - Y") != std::string::npos);
  for (const char* words : {"per-example over m", "per-example"}) {
    BOOST_TEST(folder.run({"derive", "plain.gr", "--convention", words}).out == expected);
    BOOST_TEST(folder.run({"derive", "stated.gr", "--convention", words}).out == expected);
    const Result checked = folder.run({"check", "claims.gr", "--convention", words});
    BOOST_TEST(checked.code == 0);
    BOOST_TEST(checked.out.find("2 links: 2 proved") != std::string::npos);
  }
  BOOST_TEST(folder.run({"derive", "-", "--convention", "per-example"}, network).out == expected);
}

BOOST_AUTO_TEST_CASE(none_leaves_out_what_the_model_states) {
  const Folder folder;
  folder.write("plain.gr", network);
  folder.write("stated.gr", std::string(network) + "convention per-example over m\nclaim dZ2 = A2 - Y\n");
  const Result plain = folder.run({"derive", "plain.gr"});
  BOOST_TEST(plain.code == 0);
  BOOST_TEST(folder.run({"derive", "stated.gr", "--convention", "none"}).out == plain.out);
  refuses(folder, {"check", "stated.gr", "--convention", "none"},
          "stated.gr:11:7: error: unknown name `dZ2`\n  claim dZ2 = A2 - Y\n        ^~~\n"
          "  a derivative is written without blanks: `dZ2/d...`\n");
}

BOOST_AUTO_TEST_CASE(the_cost_is_the_one_that_is_asked_for) {
  const Folder folder;
  folder.write("two.gr", std::string(network) + "hits = sum(where(A2 > 1/2, Y, 1 - Y))\n");
  const Result r = folder.run(
      {"derive", "two.gr", "--of", "J", "--wrt", "Z2", "--steps", "none", "--convention", "per-example over m"});
  BOOST_TEST(r.code == 0);
  BOOST_TEST(r.out.ends_with("\ndZ2 = A2 - Y\n  note: shape [1, m]\n"));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit) {
  const Folder folder;
  folder.write("n.gr", network);
  folder.write("l.gr", logistic);
  folder.write("s.gr", "dim n, m\ninput X[n, m]\nparam w[n]\ns = sum(X.T @ w)\n");
  folder.write("one.gr", "dim m\ninput x[m]\nparam w\ns = sum(w*x)\n");
  refuses(folder, {"derive", "n.gr", "--convention", "per-example over mm"},
          "gradus: error: --convention: the model has no dimension `mm`\n  did you mean `m`?\n");
  refuses(folder, {"check", "n.gr", "--convention", "per-example over q"},
          "gradus: error: --convention: the model has no dimension `q`\n  its dimensions: n, h, m\n");
  refuses(folder, {"check", "n.gr", "--convention", "per-exmple"},
          "gradus: error: --convention cannot be `per-exmple`\n  did you mean `per-example`?\n");
  refuses(folder, {"check", "n.gr", "--convention", "over m"},
          "gradus: error: --convention cannot be `over m`\n  use one of: 'per-example over m', per-example, none\n");
  refuses(folder, {"check", "l.gr", "--convention", "per-example"},
          "gradus: error: --convention: `l.gr` is a model of scalars, which has no examples\n"
          "  examples are counted by a dimension: `dim m`\n");
  refuses(folder, {"derive", "s.gr", "--convention", "per-example over m"},
          "s.gr:4:5: error: the convention does not fit: `s` is not the mean over `m` of a loss that has a name, plus "
          "terms without examples\n  s = sum(X.T @ w)\n      ^~~~~~~~~~~~\n"
          "  it needs J = sum(Loss)/m, Loss of each example by itself\n");
  refuses(folder, {"derive", "s.gr", "--convention", "per-example"},
          "s.gr:4:5: error: --convention per-example fits none of `n`, `m`\n  s = sum(X.T @ w)\n      ^~~~~~~~~~~~\n"
          "  it needs J = sum(Loss)/m, Loss of each example by itself\n");
  refuses(folder, {"derive", "one.gr", "--convention", "per-example"},
          "one.gr:4:5: error: the convention does not fit: `s` is not the mean over `m` of a loss that has a name, "
          "plus terms without examples\n  s = sum(w*x)\n      ^~~~~~~~\n"
          "  it needs J = sum(Loss)/m, Loss of each example by itself\n");
  refuses(folder, {"derive", "-e", "x^2", "--wrt", "x", "--convention", "none"},
          "gradus: error: --convention means nothing with -e\n");
  folder.write("d.md", "text\n");
  refuses(folder, {"check", "d.md", "--convention", "none"},
          "gradus: error: --convention is for model files, and `d.md` is read as a document\n");
}

BOOST_AUTO_TEST_SUITE_END()

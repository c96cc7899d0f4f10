// SPDX-License-Identifier: GPL-2.0-or-later
// --dim depth=2: models with layers, written out.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "cli/program.h"

using namespace cli_test;

namespace {

const char* const perceptron = R"(dim m
layer l in 1..depth
dim n[l]
input X[n[0], m], Y[n[depth], m]
param W[l][n[l], n[l-1]], b[l][n[l], 1]
A[0] = X
Z[l] = W[l] @ A[l-1] + b[l]
A[l] = tanh(Z[l])
J = sum((A[depth] - Y)^2)/m + sum[l](sum(W[l]^2))
)";

// Each entry of the gradient against a central difference.
const char* const user_of_layers = R"(#include <cstdio>
#include <vector>
#include "perceptron.hpp"
int main() {
  perceptron::Dims dims;
  dims.m = 2; dims.n_0 = 3; dims.n_1 = 2; dims.n_2 = 1;
  double next = 0.37;
  const auto draw = [&](std::size_t count) {
    std::vector<double> out(count);
    for (double& v : out) v = next = 3.7*next*(1 - next);
    return out;
  };
  std::vector<double> X = draw(6), Y = draw(2), W1 = draw(6), b1 = draw(2), W2 = draw(2), b2 = draw(1);
  std::vector<double> gW1(6), gb1(2), gW2(2), gb2(1), work(perceptron::workspace_size(dims));
  perceptron::Inputs in; in.X = X; in.Y = Y;
  perceptron::Params p; p.W_1 = W1; p.b_1 = b1; p.W_2 = W2; p.b_2 = b2;
  perceptron::Gradient g; g.W_1 = gW1; g.b_1 = gb1; g.W_2 = gW2; g.b_2 = gb2;
  perceptron::value_and_gradient(dims, in, p, g, work);
  int wrong = 0;
  const auto all = [&](std::vector<double>& v, const std::vector<double>& gradient) {
    for (std::size_t k = 0; k < v.size(); ++k) {
      const double at = v[k], h = 1e-6;
      v[k] = at + h; const double up = perceptron::value(dims, in, p, work);
      v[k] = at - h; const double down = perceptron::value(dims, in, p, work);
      v[k] = at;
      const double d = (up - down)/(2*h) - gradient[k];
      if (!(d < 1e-7 && d > -1e-7)) { std::printf("%g is off by %g\n", gradient[k], d); ++wrong; }
    }
  };
  all(W1, gW1); all(b1, gb1); all(W2, gW2); all(b2, gb2);
  return wrong;
}
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_layers)

BOOST_AUTO_TEST_CASE(the_code_of_two_layers_agrees_with_differences) {
  const Folder folder;
  folder.write("perceptron.gr", perceptron);
  const Result r = folder.run({"gen", "perceptron.gr", "--dim", "depth=2", "-o", "perceptron.hpp", "--sample", "20"});
  BOOST_TEST(r.code == 0, r.err);
  BOOST_TEST(r.out ==
             "perceptron.hpp: namespace perceptron: J and its gradient with respect to W[1], b[1], W[2], b[2]\n");
  const Result ran = folder.compiled(user_of_layers);
  BOOST_TEST(ran.code == 0, ran.out << ran.err);
}

BOOST_AUTO_TEST_CASE(layers_are_written_out_where_that_is_asked_for) {
  const Folder folder;
  folder.write("perceptron.gr", perceptron);
  const Result r = folder.run({"derive", "perceptron.gr", "--dim", "depth=2", "--wrt", "W", "--steps", "none"});
  BOOST_TEST(r.code == 0, r.err);
  BOOST_TEST(r.out.find("dJ/dZ[1] = (W[2].T @ dJ/dZ[2])*(1 - A[1]^2)\n") != std::string::npos, r.out);
  BOOST_TEST(r.out.find("dJ/dW[1] = dJ/dZ[1] @ A[0].T + 2*W[1]\n") != std::string::npos, r.out);
  BOOST_TEST(folder.run({"derive", "perceptron.gr", "--dim", "depth=1", "--order", "2", "--wrt", "b[depth]"}).code ==
             0);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_said) {
  const Folder folder;
  folder.write("perceptron.gr", perceptron);
  const auto says = [&](std::vector<std::string> arguments, const std::string& wanted) {
    const Result r = folder.run(arguments);
    BOOST_TEST(r.code == 2);
    BOOST_TEST(r.out.empty());
    BOOST_TEST(r.err == wanted);
  };
  says({"gen", "perceptron.gr"},
       "gradus: error: the number of layers, `depth`, is not fixed\n  say how many there are: --dim depth=3\n");
  says({"gen", "perceptron.gr", "--dim", "depth=5000"}, "gradus: error: --dim depth=5000: 1000 layers at most\n");
  says({"derive", "perceptron.gr", "--dim", "m=3"},
       "gradus: error: --dim m: `derive` takes the number of layers alone\n  the sizes of tensors stay symbols\n");
  says({"derive", "perceptron.gr", "--order", "2"},
       "gradus: error: second derivatives are derived where the number of layers is fixed\n  add `--dim depth=2`\n");
  says({"derive", "perceptron.gr", "--of", "Z"},
       "gradus: error: `Z` is of one layer: derivatives are those of what is computed from all of them\n");
  says({"derive", "perceptron.gr", "--wrt", "W[7]"},
       "gradus: error: --wrt: the model has no name `W[7]`\n  did you mean `W[l]`?\n");
}

BOOST_AUTO_TEST_SUITE_END()

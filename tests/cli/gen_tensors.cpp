// SPDX-License-Identifier: GPL-2.0-or-later
// What `gradus gen` writes for models of tensors, compiled with all warnings and run.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "tensor/network.h"

using namespace cli_test;

namespace {

// The network of the course by hand, example by example, and what a user has to do for the generated one.
constexpr const char* user_of_network = R"(#include <cmath>
#include <cstdio>
#include <vector>
#include "network.hpp"
using R = REAL;
int main() {
  int wrong = 0;
  for (const std::size_t m : {1, 2, 5, 0}) for (const std::size_t n : {1, 3, 0}) {
    network::Dims dims;
    dims.n = n;
    dims.m = m;
    const std::size_t h = dims.h;
    const auto numbers = [](std::size_t count, double first) {
      std::vector<R> out;
      for (std::size_t k = 0; k < count; ++k) out.push_back(static_cast<R>(std::sin(first + 1.7*static_cast<double>(k))));
      return out;
    };
    const std::vector<R> X = numbers(n*m, 1), W1 = numbers(h*n, 2), b1 = numbers(h, 3), W2 = numbers(h, 4), b2 = numbers(1, 5);
    std::vector<R> b2copy = b2;
    std::vector<R> Y(m), gW1(h*n), gb1(h), gW2(h), gb2(1);
    for (std::size_t j = 0; j < m; ++j) Y[j] = static_cast<R>(j % 2);
    network::Inputs in;
    in.X = X;
    in.Y = Y;
    network::Params p;
    p.W1 = W1;
    p.b1 = b1;
    p.W2 = W2;
    network::Span<R> last = b2copy;
    network::Span<R> again = last;
    p.b2 = again;
    network::Gradient g;
    g.W1 = gW1;
    g.b1 = gb1;
    g.W2 = gW2;
    g.b2 = gb2;
    std::vector<R> workspace(network::workspace_size(dims));
    const double value = network::value(dims, in, p, workspace);
    const double both = network::value_and_gradient(dims, in, p, g, workspace);
    double J = 0;
    std::vector<double> wW1(h*n), wb1(h), wW2(h), wb2(1);
    for (std::size_t j = 0; j < m; ++j) {
      std::vector<double> a(h);
      double z2 = static_cast<double>(b2[0]);
      for (std::size_t i = 0; i < h; ++i) {
        double z = static_cast<double>(b1[i]);
        for (std::size_t k = 0; k < n; ++k) z += static_cast<double>(W1[i*n + k])*static_cast<double>(X[k*m + j]);
        a[i] = std::tanh(z);
        z2 += static_cast<double>(W2[i])*a[i];
      }
      const double y = static_cast<double>(Y[j]), count = static_cast<double>(m);
      J += (std::log1p(std::exp(z2)) - y*z2)/count;
      const double d = (1/(1 + std::exp(-z2)) - y)/count;
      wb2[0] += d;
      for (std::size_t i = 0; i < h; ++i) {
        wW2[i] += d*a[i];
        const double e = d*static_cast<double>(W2[i])*(1 - a[i]*a[i]);
        wb1[i] += e;
        for (std::size_t k = 0; k < n; ++k) wW1[i*n + k] += e*static_cast<double>(X[k*m + j]);
      }
    }
    const auto expect = [&](double got, double wanted) {
      if (!(std::abs(got - wanted) <= TOLERANCE*(1 + std::abs(wanted)))) {
        std::printf("n = %d, m = %d: %.17g instead of %.17g\n", static_cast<int>(n), static_cast<int>(m), got, wanted);
        ++wrong;
      }
    };
    const auto all = [&](const std::vector<R>& got, const std::vector<double>& wanted) {
      for (std::size_t k = 0; k < got.size(); ++k) expect(static_cast<double>(got[k]), wanted[k]);
    };
    if (m > 0) {  // a mean over nothing is no number
      expect(value, J);
      expect(both, J);
    } else if (!std::isnan(value) || !std::isnan(both)) {
      ++wrong;
    }
    all(gW1, wW1);
    all(gb1, wb1);
    all(gW2, wW2);
    all(gb2, wb2);
  }
  return wrong;
}
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(gen_tensors)

BOOST_AUTO_TEST_CASE(the_network_computes_what_is_written_by_hand) {
  const Folder folder;
  folder.write("network.gr", network);
  for (const auto& [real, tolerance] : {std::pair("double", "1e-13"), std::pair("float", "1e-5")}) {
    const Result r =
        folder.run({"gen", "network.gr", "-o", "network.hpp", "--sample", "20", "--dim", "h=4", "--real", real});
    BOOST_TEST(r.code == 0, r.err);
    BOOST_TEST(r.out == "network.hpp: namespace network: J and its gradient with respect to W1, b1, W2, b2\n");
    const Result ran = folder.compiled(user_of_network, fmt::format("-DREAL={} -DTOLERANCE={}", real, tolerance));
    BOOST_TEST(ran.code == 0, real << "\n" << ran.out << ran.err);
  }
}

BOOST_AUTO_TEST_CASE(the_header_reads_as_written_by_hand) {
  const Folder folder;
  folder.write("network.gr", network);
  const std::string text = folder.run({"gen", "network.gr", "--sample", "20"}).out;
  BOOST_TEST(text.find("  // Z1 = W1 @ X + b1\n"
                       "  for (std::size_t i = 0; i < h; ++i) {\n"
                       "    for (std::size_t j = 0; j < m; ++j) Z1[i*m + j] = 0.0;\n"
                       "    for (std::size_t k = 0; k < n; ++k) {\n"
                       "      for (std::size_t j = 0; j < m; ++j) Z1[i*m + j] += p.W1[i*n + k]*in.X[k*m + j];\n"
                       "    }\n") != std::string::npos);
  BOOST_TEST(text.find("  // dJ/dW2 = dJ/dZ2 @ A1.T\n"
                       "  for (std::size_t i = 0; i < h; ++i) {\n"
                       "    double sum = 0.0;\n"
                       "    for (std::size_t j = 0; j < m; ++j) sum += dJ_dZ2[j]*A1[i*m + j];\n"
                       "    gradient.W2[i] = sum;\n"
                       "  }\n") != std::string::npos);
  // The same bytes again.
  BOOST_TEST(folder.run({"gen", "network.gr", "--sample", "20"}).out == text);
}

BOOST_AUTO_TEST_CASE(a_diagonal_matrix_is_not_built) {
  const Folder folder;
  folder.write("d.gr", "dim n, m\nparam X[n, m]\nc[i] = sum[j](X[i, j]^2)\nJ = sum(sqrt(c))\n");
  BOOST_TEST(folder.run({"derive", "d.gr", "--wrt", "X", "--steps", "none"}).out.find("diag(1/sqrt(c)) @ X") !=
             std::string::npos);
  const Result r = folder.run({"gen", "d.gr", "--sample", "20"});
  BOOST_TEST(r.code == 0, r.err);
  BOOST_TEST(r.out.find("n*n") == std::string::npos, r.out);
  folder.write("e.gr", "dim n\ninput A[n, n]\nparam x[n]\nB = A + eye(n)\nJ = dot(x, B @ x)*trace(eye(n))\n");
  BOOST_TEST(folder.run({"gen", "e.gr", "--check", "--points", "20", "--dim", "n=1"}).code != 2);
}

// Nothing that is not used is declared: `m` is no part of `std::max`.
BOOST_AUTO_TEST_CASE(dimensions_that_are_not_needed_are_not_declared) {
  const Folder folder;
  folder.write("r.gr", "dim n, m\ninput c[n]\nparam x[n], X[n, m]\nr = norm(x - c)\n");
  const Result r = folder.run({"gen", "r.gr", "--wrt", "x", "--sample", "20", "-o", "r.hpp"});
  BOOST_TEST(r.code == 0, r.err);
  const Result compiled = folder.compiled("#include \"r.hpp\"\nint main() { return 0; }\n");
  BOOST_TEST(compiled.code == 0, compiled.err);
}

BOOST_AUTO_TEST_CASE(a_softmax_does_not_overflow) {
  const Folder folder;
  folder.write("s.gr", "dim k\ninput Y[k]\nparam z[k], T\nassume T > 0\nJ = -sum(Y*ln(softmax(z/T)))\n");
  BOOST_TEST(folder.run({"gen", "s.gr", "-o", "s.hpp", "--sample", "20"}).code == 0);
  const Result ran = folder.compiled(R"(#include <array>
#include <cmath>
#include "s.hpp"
int main() {
  const std::array<double, 3> z{1000, -1000, 998}, Y{0, 1, 0};
  std::array<double, 3> dz{};
  std::array<double, 20> workspace{};
  s::Dims dims;
  dims.k = 3;
  s::Inputs in;
  in.Y = Y;
  s::Params p;
  p.z = z;
  p.T = 2;
  s::Gradient g;
  g.z = dz;
  const double a = 1/(1 + std::exp(-1)), J = s::value_and_gradient(dims, in, p, g, workspace);
  const auto near = [](double x, double y) { return std::abs(x - y) <= 1e-14*std::abs(y); };
  const bool ok = near(J, 1000 + std::log1p(std::exp(-1))) && near(dz[0], a/2) && dz[1] == -0.5 && near(dz[2], (1 - a)/2);
  return ok ? 0 : 1;
}
)");
  BOOST_TEST(ran.code == 0, ran.out << ran.err);
}

BOOST_AUTO_TEST_CASE(check_writes_the_model_out) {
  const Folder folder;
  folder.write("q.gr", "dim n, m\ninput x[m]\nparam w[n]\nJ = sum(tanh(w))*sum(sigmoid(x))\n");
  const Result r = folder.run({"gen", "q.gr", "--check", "--points", "50", "--dim", "n=1"});
  BOOST_TEST(r.code == 0, r.out << r.err);
  BOOST_TEST(r.out.starts_with("at n = 1, m = 3:\ncompiled by"));
  BOOST_TEST(r.out.find("dJ/dw[1] by value_and_gradient()") != std::string::npos);
  const Result json = folder.run({"gen", "q.gr", "--check", "--points", "50", "--format", "json", "-o", "q.hpp"});
  BOOST_TEST(nlohmann::json::parse(json.out)["sizes"]["m"] == 3);
  refuses(folder, {"gen", "q.gr", "--check", "--dim", "m=100000"},
          "gradus: error: the model is too large to be checked: a tensor of more than 10000 entries\n"
          "  give smaller sizes with --dim, such as --dim m=2\n");
}

BOOST_AUTO_TEST_CASE(no_warning_without_assertions) {
  const Folder folder;
  folder.write("e.gr", "dim n, m\ninput X[n, m]\nparam w[m], s\nJ = X[1, 1]*s + sum[i](w[i])\n");
  const Result r = folder.run({"gen", "e.gr", "-o", "e.hpp", "--sample", "5"});
  BOOST_TEST(r.code == 0, r.err);
  BOOST_TEST(slurp(folder / "e.hpp").find("  assert(m >= 1);\n") != std::string::npos);
  for (const char* more : {"", "-DNDEBUG"}) {
    const Result ran = folder.compiled("#include \"e.hpp\"\nint main() {}\n", more);
    BOOST_TEST(ran.code == 0, ran.out << ran.err);
  }
}

BOOST_AUTO_TEST_CASE(our_names_give_way) {
  const Folder folder;
  folder.write("e.gr",
               "dim n, Dims\nparam out[n], p[Dims], dims, i, gradient, Span, workspace, workspace_size, sum1, t1\n"
               "J = sum(out)*sum(p)*dims*i*gradient*Span*workspace*workspace_size*sum1*t1\n");
  BOOST_TEST(folder.run({"gen", "e.gr", "-o", "e.hpp", "--sample", "5"}).code == 0);
  const Result ran = folder.compiled("#include \"e.hpp\"\nint main() {}\n");
  BOOST_TEST(ran.code == 0, ran.out << ran.err);
}

BOOST_AUTO_TEST_CASE(a_norm_does_not_overflow) {
  const Folder folder;
  folder.write("n.gr", "dim k\nparam z[k]\nJ = norm(z)\n");
  BOOST_TEST(folder.run({"gen", "n.gr", "-o", "n.hpp", "--sample", "20"}).code == 0);
  const Result ran = folder.compiled(R"(#include <array>
#include <cmath>
#include "n.hpp"
int main() {
  n::Dims dims;
  dims.k = 2;
  std::array<double, 20> workspace{};
  n::Params p;
  for (const double scale : {1e-200, 1.0, 1e200}) {
    const std::array<double, 2> z{3*scale, -4*scale};
    p.z = z;
    if (!(std::abs(n::value(dims, {}, p, workspace) - 5*scale) <= 1e-15*5*scale)) return 1;
  }
  const std::array<double, 2> zero{};
  p.z = zero;
  return n::value(dims, {}, p, workspace) == 0 ? 0 : 2;
}
)");
  BOOST_TEST(ran.code == 0, ran.out << ran.err);
}

// A function that a product of matrices reads is computed once for each entry, not in its innermost loop.
BOOST_AUTO_TEST_CASE(operands_are_computed_once) {
  const Folder folder;
  folder.write("o.gr", "dim n, m, k\nparam A[n, m], B[m, k]\nJ = sum(tanh(A) @ B)\n");
  const std::string text = folder.run({"gen", "o.gr", "--sample", "5"}).out;
  BOOST_TEST(text.find("[i*m + j] = std::tanh(p.A[i*m + j]);\n") != std::string::npos, text);
}

// Layers that differ in their names alone are measured once, and each is reported by its own names.
BOOST_AUTO_TEST_CASE(the_report_names_every_layer) {
  const Folder folder;
  folder.write("l.gr",
               "dim h\nparam W[h, h], V[h, h], x[h]\nz = W @ x\nb = tanh(z)\ny = V @ b\na = tanh(y)\nJ = sum(a)\n");
  const std::string report = folder.run({"gen", "l.gr", "--accuracy", "report", "--sample", "10"}).out;
  BOOST_TEST(report.find("\nb = tanh(z)\n") != std::string::npos, report);
  BOOST_TEST(report.find("\na = tanh(y)\n") != std::string::npos, report);
  BOOST_TEST(report.find("name 0") == std::string::npos, report);
  // So is what is read transposed alone.
  folder.write("t.gr", "dim h\nparam A[h, h]\nB = A*exp(A)\nC = tanh(B.T)\nJ = sum(C)\n");
  const std::string transposed = folder.run({"gen", "t.gr", "--accuracy", "report", "--sample", "10"}).out;
  BOOST_TEST(transposed.find("\nB = A*exp(A)\n") != std::string::npos, transposed);
}

// What two statements compute on the way has two names.
BOOST_AUTO_TEST_CASE(variables_are_declared_once) {
  const Folder folder;
  std::size_t k = 0;
  for (const char* const text :
       {"dim n\ninput x[n], c\nparam u\nJ = sum(x) + c/(1 + u^2)\n",
        "dim n, m\ninput X[m, n], y[m]\nparam w[n], s\nJ = norm(y - X @ w)^2/(1 + s^2) + ln(1 + s^2)\n",
        "dim d\ninput f[d], g[d]\nparam h[d]\nt = norm(f - h)^2 - norm(g - h)^2\nL = max(t, 0)\n",
        "dim n\nparam f[n], h[n], u\nJ = ln(1 + max(h)/(1 + sum(f)/(1 + u^2)^2)^2)\n"}) {
    const std::string name = "v" + std::to_string(++k);
    folder.write(name + ".gr", text);
    const Result r = folder.run({"gen", name + ".gr", "-o", name + ".hpp", "--sample", "40"});
    BOOST_TEST(r.code == 0, r.err);
    const Result ran = folder.compiled("#include \"" + name + ".hpp\"\nint main() { return 0; }\n");
    BOOST_TEST(ran.code == 0, ran.err);
  }
}

BOOST_AUTO_TEST_CASE(what_is_asked_for_wrongly) {
  const Folder folder;
  folder.write("n.gr", network);
  refuses(folder, {"gen", "n.gr", "--dim", "q=3"}, "gradus: error: --dim q=3: the model has no dimension `q`\n");
  refuses(folder, {"gen", "n.gr", "--dim", "h"}, "gradus: error: --dim h: not NAME=N, as in h=64\n");
  refuses(folder, {"gen", "n.gr", "--dim", "h=0"}, "gradus: error: --dim 0: not a whole number from 1 to 1000000000\n");
  refuses(folder, {"gen", "n.gr", "--dim", "h=2", "--dim", "h=3"},
          "gradus: error: --dim h=3: `h` has a size already\n");
  refuses(folder, {"gen", "n.gr", "--order", "2"},
          "gradus: error: second derivatives are generated for models of scalars so far\n  leave out --order\n");
  refuses(folder, {"gen", "n.gr", "--stats"},
          "gradus: error: --stats counts for models of scalars: here the counts depend on the sizes\n");
  folder.write("t.gr", "dim m\ninput x[m]\nparam w\nB = w*x\n");
  refuses(
      folder, {"gen", "t.gr"},
      "t.gr:4:5: error: `B` has the shape [m]; code is generated for the gradient of a scalar\n  B = w*x\n      ^~~\n"
      "  name the cost: --of\n");
  folder.write("s.gr", "param x\nL = x^2\n");
  refuses(folder, {"gen", "s.gr", "--dim", "h=3"}, "gradus: error: --dim h=3: the model has no dimension `h`\n");
}

// The same numbers as from the model of whole matrices.
BOOST_AUTO_TEST_CASE(columns_and_rows_are_no_copies) {
  const Folder folder;
  const std::string names = "dim n, h, m\ninput X[n, m], Y[h, m]\nparam W[h, n], b[h]\n";
  folder.write("s.gr", names +
                           "Z[:, j] = W @ X[:, j] + b\nP[:, j] = softmax(Z[:, j])\n"
                           "J = -mean[j](dot(Y[:, j], ln(P[:, j])))\n");
  folder.write("w.gr", names + "Z[i, j] = sum[k](W[i, k]*X[k, j]) + b[i]\nJ = -sum(Y*ln(softmax(Z, axis=0)))/m\n");
  for (const char* name : {"s", "w"})
    BOOST_TEST(
        folder.run({"gen", fmt::format("{}.gr", name), "-o", fmt::format("{}.hpp", name), "--sample", "20"}).code == 0);
  BOOST_TEST(slurp(folder / "s.hpp").find("ln(softmax") == std::string::npos);
  const Result ran = folder.compiled(R"(#include <array>
#include <cmath>
#include "s.hpp"
#include "w.hpp"
constexpr std::size_t n = 3, h = 2, m = 4;
std::array<double, n*m> X;
std::array<double, h*m> Y;
std::array<double, h*n> W, dW[2];
std::array<double, h> b, db[2];
template <class Dims, class Inputs, class Params, class Gradient, class F>
double run(int k, F value_and_gradient) {
  static std::array<double, 200> workspace;
  Dims dims;
  dims.n = n, dims.h = h, dims.m = m;
  Inputs in;
  in.X = X, in.Y = Y;
  Params p;
  p.W = W, p.b = b;
  Gradient g;
  g.W = dW[k], g.b = db[k];
  return value_and_gradient(dims, in, p, g, workspace);
}
int main() {
  unsigned seed = 1;
  const auto fill = [&](auto& a) { for (double& x : a) x = ((seed = seed*1664525u + 1013904223u) >> 16)/16384.0 - 2; };
  fill(X), fill(Y), fill(W), fill(b);
  W[0] = 900;  // where exponentials overflow
  const double s = run<s::Dims, s::Inputs, s::Params, s::Gradient>(0, [](auto&... a) { return s::value_and_gradient(a...); });
  const double w = run<w::Dims, w::Inputs, w::Params, w::Gradient>(1, [](auto&... a) { return w::value_and_gradient(a...); });
  const auto near = [](double x, double y) { return std::abs(x - y) <= 1e-13*(1 + std::abs(y)); };
  bool ok = near(s, w);
  for (std::size_t k = 0; k < h*n; ++k) ok = ok && near(dW[0][k], dW[1][k]);
  for (std::size_t k = 0; k < h; ++k) ok = ok && near(db[0][k], db[1][k]);
  return ok ? 0 : 1;
}
)");
  BOOST_TEST(ran.code == 0, ran.out << ran.err << slurp(folder / "s.hpp"));
}

// No kernel, no file: one error at the definition.
BOOST_AUTO_TEST_CASE(what_has_no_kernel_is_refused) {
  const Folder folder;
  folder.write("i.gr", "dim n\nparam A[n, n]\nB = A + eye(n)\nJ = logdet(B)\n");
  const Result r = folder.run({"gen", "i.gr", "-o", "i.hpp"});
  BOOST_TEST(r.code == 2);
  BOOST_TEST(r.out == "");
  BOOST_TEST(r.err == "i.gr:4:5: error: no code can be generated yet for `logdet`\n  J = logdet(B)\n      ^~~~~~~~~\n");
  BOOST_TEST(!std::filesystem::exists(folder / "i.hpp"));
}

BOOST_AUTO_TEST_SUITE_END()

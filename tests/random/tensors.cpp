// SPDX-License-Identifier: GPL-2.0-or-later
// The tensor programs of random networks, written out at small sizes, against central differences; and the headers of
// some of them, compiled and run.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "check/points.h"
#include "emit/bench.h"
#include "gradus/emit/tensor_header.h"
#include "gradus/tensor/program.h"
#include "random/differences.h"
#include "tensor/catalogue.h"
#include "tensor/instance.h"
#include "tensor/network.h"

using namespace gradus;

namespace {

// GRADUS_RANDOM says how many networks are tried.
int networks_to_try() {
  const char* wish = std::getenv("GRADUS_RANDOM");
#ifdef GRADUS_SANITIZED
  const int otherwise = 20;
#else
  const int otherwise = 500;
#endif
  return wish == nullptr ? otherwise : std::atoi(wish);
}

struct Network {
  std::string text;
  Model model, scalar;
  TensorProgram program;
  ExprMap<long> sizes;
  Point at;
};

// What people train by gradient, beside the networks and what examples/catalogue has.
const std::vector<std::string> more{
    "dim n, m\ninput X[m, n], y[m]\nparam w[n], b\nJ = norm(X @ w + b - y)^2/(2*m)\n",
    "dim n, m\ninput X[m, n], y[m, 1]\nparam w[n, 1], lambda\nJ = sum((X @ w - y)^2)/2 + lambda/2*norm(w)^2\n",
    "dim n, m\ninput X[m, n], y[m]\nparam w[n], b\nJ = mean(softplus((1 - 2*y)*(X @ w + b)))\n",
    "dim n, k, m\ninput X[n, m], Y[k, m]\nparam W[k, n], b[k, 1]\nZ = W @ X + b\nP = softmax(Z, axis=0)\n"
    "J = -sum(Y*ln(P))/m\n",
    "dim k, m\ninput Y[k, m]\nparam Z[k, m], T, eps\nassume T > 0\nQ = (1 - eps)*Y + eps/k\n"
    "J = -sum(Q*(Z/T - logsumexp(Z/T, axis=0)))/m\n",
    "dim n, m, r\ninput X[n, m]\nparam U[n, r], V[m, r], lambda\n"
    "J = sum((X - U @ V.T)^2)/2 + lambda*(norm(U)^2 + norm(V)^2)\n",
    "dim n\ninput A[n, n], c[n]\nparam x[n]\nJ = dot(x, A @ x)/2 - dot(c, x)\n",
    "dim n, m\ninput A[n, m], B[n, n]\nparam X[m, n]\nJ = trace(A @ X @ B) + sum((X @ B)^2)\n",
    "dim d, k\nparam v[d], u[d], N[k, d]\nJ = -ln(sigmoid(dot(u, v))) - sum(ln(sigmoid(-(N @ v))))\n",
    "dim a, s\ninput S[s, a], R[s, 1], O[s, a]\nparam T[a, a]\nJ = -sum(R*O*ln(softmax(S @ T, axis=1)))\n",
    "dim n, m\ninput X[n, m]\nparam W[n, n]\nJ = sum[i](sum[j](X[i, j]*W[i, i])^2) + sum(diag(W))\n",
    "dim n\nparam x[n], t\nJ = logsumexp(t*x) + sum(abs(x))*norm(x)\n",
    "dim n\nparam A[n, n]\nB = A*exp(A)\nJ = sum(tanh(B.T)*B)\n",
    "dim n\nparam x[n]\nf(u) = u^2 + exp(u)\nJ = sum(f(x))*f(2)\n",
    "dim h, k, m\ndim n = h + k\nparam A[n, m], B[m, k]\nC = A[h + 1..n] @ (B*A[h + 1..n].T)[:, 1..k]\n"
    "J = sum(exp(A[1..h])^2) + sum(tanh(C)*(eye(n)[1..k] @ eye(n)[h + 1..n].T))\n",
    "dim k\ndim j = k + 1, n = k + 2\nparam x[n]\nJ = sum((x[3..n] - 2*x[2..k + 1] + x[1..k])^2) + "
    "max(x[2..n])*x[1..2][2]\n",
    "dim h, k\ndim n = h + k\nparam x[n]\nJ = sum(exp(x[1..h])) + sum(x[h + 1..n])\n",
    "dim n\nparam x[n], W[3, n], V[2, 3]\nJ = sum((V @ (W @ x))^2) + W[2, 1]*V[1, 2]\n",
};

Network network_of(lab::Lab& lab, std::mt19937& random, const std::string& text, const std::string& name = {}) {
  Network out;
  out.text = text;
  out.model = *lab.read(out.text).find(name);
  AccuracyOptions options;
  options.points = 10;
  out.program = tensor_program(lab.engine, out.model, "", {}, options);
  for (const Expr d : out.model.dims) out.sizes[d] = 1 + static_cast<long>(random() % 2);
  complete(lab.arena, out.model.sizes, out.sizes);
  tensor::Entries entries(lab.arena, out.model);
  out.scalar = tensor::Instance(lab.engine, out.model, entries, out.sizes).whole();
  if (!out.scalar.assumptions.empty()) {  // a point where they hold
    Forms forms(lab.arena, lab.catalogue.functions, out.scalar);
    const EvalContext context{lab.catalogue.functions, &out.scalar};
    Domain domain(forms, Facts(lab.arena, lab.catalogue.functions, &out.scalar), context);
    PointSource points(forms, domain, nullptr);
    const Point* at = points.point(random() % 8);
    BOOST_REQUIRE(at != nullptr);
    out.at = *at;
    return out;
  }
  for (const auto* names : {&out.scalar.inputs, &out.scalar.params}) {
    for (const Expr e : *names) out.at[e] = Rational(static_cast<long>(random() % 33) - 16) / 8;
  }
  return out;
}

// Texts with the names of their models.
std::vector<std::pair<std::string, std::string>> catalogue() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& text : more) out.emplace_back(text, "");
  for (const auto& path : catalogue_files()) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    lab::Lab lab;
    for (const Model& model : lab.read(text.str()).models) {
      if (!model.definitions.empty()) out.emplace_back(text.str(), model.name);
    }
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_networks)

BOOST_AUTO_TEST_CASE(tensor_programs_agree_with_central_differences) {
  std::mt19937 random(11);
  const int networks = networks_to_try();
  int compared = 0;
  for (int block = 0; block * 20 < networks; ++block) {
    lab::Lab lab;
    for (int k = block * 20; k < std::min(networks, block * 20 + 20); ++k) {
      const Network n = network_of(lab, random, random_network(random));
      BOOST_TEST_CONTEXT("network " << k << "\n" << n.text) {
        random::Trial trial(lab, n.scalar, written_out(lab.arena, n.program, n.sizes), n.text);
        if (trial.compare(n.at)) ++compared;
      }
    }
  }
  BOOST_TEST_MESSAGE(compared << " of " << networks << " networks compared");
  BOOST_TEST(compared * 10 >= networks * 8);
}

BOOST_AUTO_TEST_CASE(the_catalogue_agrees_with_central_differences) {
  std::mt19937 random(13);
  for (const auto& [text, name] : catalogue()) {
    lab::Lab lab;
    int compared = 0;
    for (int k = 0; k < 4; ++k) {
      const Network n = network_of(lab, random, text, name);
      random::Trial trial(lab, n.scalar, written_out(lab.arena, n.program, n.sizes), n.text);
      if (trial.compare(n.at)) ++compared;
    }
    BOOST_TEST(compared > 0, name << " of\n" << text);
  }
}

BOOST_AUTO_TEST_CASE(tensor_headers_agree_with_enclosures) {
  lab::Lab lab;
  std::mt19937 random(12);
  bench::Workshop workshop;
  std::string includes, body;
  int entries = 0;
  auto texts = catalogue();
  for (int k = 0; k < 12; ++k) texts.emplace_back(random_network(random), "");
  for (std::size_t k = 0; k < texts.size(); ++k) {
    const Network n = network_of(lab, random, texts[k].first, texts[k].second);
    const random::Trial trial(lab, n.scalar, written_out(lab.arena, n.program, n.sizes), n.text);
    const std::string name = fmt::format("m{}", k);
    TensorEmitOptions emit;
    emit.common.name_space = name;
    workshop.write(name + ".hpp",
                   emit_instance_header(lab.engine, n.model, n.program, emit, n.sizes, name + "_entries"));
    includes += fmt::format("#include \"{}.hpp\"\n", name);
    body += fmt::format("  {{\n    {0}_entries::Inputs in;\n    {0}_entries::Params p;\n    {0}_entries::Gradient g;\n",
                        name);
    const auto assign = [&](const char* to, const std::vector<Expr>& symbols) {
      for (std::size_t i = 0; i < symbols.size(); ++i)
        body += fmt::format("    {}.x{} = {:.17g};\n", to, i, cln::double_approx(n.at.at(symbols[i])));
    };
    assign("in", n.scalar.inputs);
    assign("p", n.scalar.params);
    body += fmt::format(
        "    expect(\"{0}: value\", {0}_entries::value(in, p), {0}_entries::value_and_gradient(in, p, g));\n", name);
    for (std::size_t i = 0; i < trial.unfolded().gradient.size(); ++i) {
      const auto wanted = trial.value(trial.unfolded().gradient[i].second, n.at);
      if (!wanted || wanted->most() > 1e9) continue;
      body += fmt::format("    expect(\"{0}: {1}\", g.x{1}, {2:.17g});\n", name, i, wanted->lower);
      ++entries;
    }
    body += "  }\n";
  }
  BOOST_TEST(entries > 60);
  workshop.write("main.cpp", "#include <cmath>\n#include <cstdio>\n" + includes + R"(
namespace {
bool ok = true;
void expect(const char* what, double computed, double wanted) {
  if (std::abs(computed - wanted) <= 1e-11*(1 + std::abs(wanted))) return;
  std::printf("%s: %.17g, not %.17g\n", what, computed, wanted);
  ok = false;
}
}  // namespace
int main() {
)" + body + "  return ok ? 0 : 1;\n}\n");
  BOOST_TEST(!bench::compilers().empty(), "no compiler was found");
  for (const std::string& compiler : bench::compilers()) {
    const std::string said = workshop.compile_and_run(compiler);
    BOOST_TEST(said == "ok", compiler << ": " << said);
  }
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: GPL-2.0-or-later
// Generated headers, compiled with all warnings as errors and run: the value against plain evaluation, the gradient
// against finite differences. All headers go into one translation unit.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <deque>

#include "emit/bench.h"
#include "emit/names.h"

using namespace bench;

namespace {

// Central differences, extrapolated once: the error is O(h^4).
const char* const harness = R"(
#include <cmath>
#include <cstdio>
static int failures = 0, checks = 0;
static void expect(const char* what, double got, double wanted, double tolerance) {
  ++checks;
  if (std::fabs(got - wanted) <= tolerance * (1 + std::fabs(wanted))) return;
  ++failures;
  std::printf("%s: %.17g instead of %.17g\n", what, got, wanted);
}
template <class F>
double slope(F f, double x) {
  const double h = 1e-3 * std::fmax(1.0, std::fabs(x));
  const auto d = [&](double s) { return (f(x + s) - f(x - s)) / (2 * s); };
  return (4 * d(h / 2) - d(h)) / 3;
}
)";

class Trial {
 public:
  void add(const Problem& p) {
    workshop_.write(p.name + ".hpp", p.header());
    includes_ += fmt::format("#include \"{}.hpp\"\n", p.name);
    body_ += fmt::format(
        "  {{\n    namespace g = {};\n    g::Inputs in{{}};\n    g::Params par{{}};\n    g::Gradient grad{{}};\n",
        p.options.name_space);
    const Arena& a = Problem::arena();
    const auto id = [&](Expr e) { return emitted(a.name(e)); };
    for (const Expr e : p.model.inputs) body_ += fmt::format("    in.{} = {:.17g};\n", id(e), p.point.at(a.name(e)));
    for (const Expr e : p.model.params) body_ += fmt::format("    par.{} = {:.17g};\n", id(e), p.point.at(a.name(e)));
    body_ += fmt::format("    expect(\"{0}: value\", g::value(in, par), {1:.17g}, 1e-12);\n", p.name,
                         p.value(p.model.definitions.back().name));
    body_ += fmt::format("    expect(\"{0}: both\", g::value_and_gradient(in, par, grad), g::value(in, par), 1e-14);\n",
                         p.name);
    for (const auto& [e, adjoint] : p.program.gradient) {
      const bool input = std::find(p.model.inputs.begin(), p.model.inputs.end(), e) != p.model.inputs.end();
      body_ += fmt::format(
          "    expect(\"{0}: {1}\", grad.{1}, slope([&](double t) {{ auto q = {2}; q.{1} = t; return g::value({3}); "
          "}}, {2}.{1}), 2e-8);\n",
          p.name, id(e), input ? "in" : "par", input ? "q, par" : "in, q");
      ++gradients_;
    }
    body_ += "    (void)in;\n    (void)par;\n    (void)grad;\n  }\n";
    ++problems_;
  }
  void line(const std::string& text) { body_ += text + "\n"; }

  void run(int least_problems) {
    BOOST_TEST(problems_ >= least_problems);
    workshop_.write(
        "main.cpp",
        includes_ + harness + "int main() {\n" + body_ +
            "  std::printf(\"%d of \", failures);\n  if (checks == 0) return 1;\n  return failures == 0 ? 0 : 1;\n}\n");
    BOOST_TEST(!compilers().empty(), "no compiler was found");
    for (const std::string& c : compilers()) {
      const std::string said = workshop_.compile_and_run(c);
      BOOST_TEST(said == "0 of ok", c << ": " << said);
    }
  }

 private:
  static std::string emitted(const std::string& name) {
    // The public names of the header give way.
    for (const char* taken : {"value", "Inputs", "Params", "Gradient", "value_and_gradient", "detail"}) {
      if (name == taken) return name + "_";
    }
    return gradus::emit::to_identifier(name);
  }
  Workshop workshop_;
  std::string includes_, body_;
  int problems_ = 0, gradients_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(generated_code)

BOOST_AUTO_TEST_CASE(agrees_with_evaluation_and_finite_differences) {
  Trial trial;
  // Every function of the table, alone and of an inner expression.
  struct Sample {
    const char* function;
    std::vector<double> at;
  };
  int covered = 0;
  for (const gradus::Function& f : catalogue().functions.all()) {
    if (f.name == "polygamma") continue;  // of an integer; trigamma calls it
    const auto among = [&](std::initializer_list<const char*> names) {
      return std::find(names.begin(), names.end(), f.name) != names.end();
    };
    const bool positive =
        among({"ln", "sqrt", "log1p", "log2", "log10", "xlogx", "xlogy", "lgamma", "acosh", "digamma", "trigamma"});
    const bool unit = among({"logit", "asin", "acos", "atanh"});
    const double low = f.name == "acosh" ? 1.5 : 0.4;
    for (const double at : unit ? std::vector{0.3, 0.8} : positive ? std::vector{low, 2.5} : std::vector{-1.3, 0.7}) {
      Problem p(fmt::format("f_{}_{}_{}", f.name, f.parameters.size(),
                            at > 0.5 && (unit || !positive) ? "b"
                            : at > 2                        ? "b"
                                                            : "a"));
      const Ex u = p.param("u", at), v = p.param("v", 0.25), k = p.input("k", 1.1);
      std::vector<Ex> arguments{u};
      if (f.parameters.size() == 2) arguments.push_back(v);
      const Ex s = p.define("s", fn(f.name, arguments));
      std::vector<Ex> inner{unit ? u * (1 - v) : u + k * pow(v, 2)};
      if (f.parameters.size() == 2) inner.push_back(u * v);
      p.define("L", s * v + fn(f.name, inner) * k);
      p.differentiate({"u", "v", "k"});
      trial.add(p);
    }
    ++covered;
  }
  BOOST_TEST(covered >= 20);

  {
    Problem p("powers");
    const Ex x = p.param("x", 1.7), y = p.param("y", -0.6), n = p.param("n", 2.3);
    Ex sum = pow(x, n) + pow(2, n) + pow(constant("e"), y) + pow(x, ratio(1, 2)) + pow(x, ratio(-1, 2)) +
             pow(x, ratio(1, 3)) + pow(x, ratio(5, 7)) + pow(x, 0) * y + pow(Ex(3), 5) + pow(-y, 3) + pow(-y, 4) +
             pow(x, 20) / 1000;
    for (int k = -9; k <= 9; ++k) sum = sum + pow(y, k) / (k * k + 1);
    p.define("L", sum);
    p.differentiate();
    trial.add(p);
  }
  {
    Problem p("signs");
    const Ex x = p.param("x", 1.25), y = p.param("y", -0.75), z = p.param("z", 0.5);
    const Ex m = Ex(-1);
    p.define("L", op(Op::Mul, {x, m, y}) - op(Op::Mul, {m, op(Op::Mul, {m, x})}) +
                      op(Op::Add, {m, op(Op::Mul, {m, y, z}), Ex(-2), x}) - (-(x - y)) -
                      op(Op::Mul, {Ex(-3), x, ratio(1, 3), pow(z, -1)}) + x / y / z + x / (y / z) + x / (y * z) +
                      op(Op::Mul, {x, ratio(-2, 3)}) * y + op(Op::Mul, {m, ratio(1, 7), x}) +
                      pow(op(Op::Mul, {m, x}), 3) + (x - (y - z)) - (x + (y + z)) + 1 / (1 / z) * -x);
    p.differentiate();
    trial.add(p);
  }
  {
    Problem p("numbers");
    const Ex x = p.param("x", 1.5);
    p.define("L", x * ratio(1, 10) + ratio(1, 3) + x * ratio(22, 7) +
                      big("123456789012345678901234567890") * x / big("100000000000000000000000000000") +
                      big("1/987654321987654321987654321") * x + x * constant("pi") + constant("e") * x +
                      big("9007199254740993") / big("9007199254740992") * x + ratio(1, 1000000) * x + ratio(-5, 8) +
                      x / 1024 + 100000 * x + big("100000000000000000000000") * x * big("1/100000000000000000000000"));
    p.differentiate();
    trial.add(p);
  }
  for (const double at : {-0.5, 0.3, 2.0}) {
    Problem p(fmt::format("branches_{}", at < 0 ? "a" : at < 1 ? "b" : "c"));
    const Ex x = p.param("x", at), y = p.param("y", 0.75), k = p.input("k", at < 1 ? 2 : 3);
    const Ex inside = op(Op::And, {op(Op::Ge, {x, 0}), op(Op::Lt, {x, y + 1})});
    const Ex far = op(Op::Or, {op(Op::Gt, {x, 1}), inside, op(Op::Not, {op(Op::Le, {x * y, 5})})});
    const Ex r = p.define("r", where(inside, fn("exp", {x * y}) / x, where(op(Op::Eq, {x, y}), 1, pow(x, 3) * y)));
    p.define("L", r +
                      where(far, fn("ln", {fn("max", {x, ratio(1, 10)})}), pow(x, 2)) *
                          where(op(Op::In, {k * k, 1, 4, ratio(1, 4)}), y, 3 * y) +
                      where(op(Op::Ne, {x, x}), 7, x) +
                      where(op(Op::Not, {inside}), fn("abs", {x}), fn("min", {x, y})));
    p.differentiate();
    trial.add(p);
  }
  {
    Problem p("functions");
    const Ex x = p.param("x", 0.4), s = p.input("scale", 1.5);
    const Ex u = p.parameter("u"), v = p.parameter("double");
    p.function("swish", {"u"}, u * fn("sigmoid", {u}));
    p.function("twice", {"u", "double"}, fn("swish", {fn("swish", {u})}) + pow(v, 2) + 1 / v);
    p.function("constant", {"u"}, Ex(3));
    p.function("open", {"u"}, u * s + fn("swish", {u}));
    p.define("L", fn("twice", {x, fn("open", {x + 1})}) + fn("constant", {x}));
    p.differentiate({"x", "scale"});
    trial.add(p);
  }
  {
    Problem p("awkward");
    std::deque<Ex> all;
    for (const char* n :
         {"double", "xor",    "int",      "std",      "value",  "Inputs",   "Params",    "Gradient",
          "in",     "p",      "gradient", "detail",   "NAN",    "INFINITY", "M_PI",      "y0",
          "j1",     "gamma",  "signgam",  "sigmoid",  "θ",      "β_1",      "exp_neg_x", "t1",
          "linux",  "x_",     "X",        "x",        "EOF",    "errno",    "exp",       "value_and_gradient",
          "main",   "__y",    "_Z",       "a__b",     "size_t", "double_t", "index",     "time",
          "stdin",  "and_eq", "char8_t",  "assert",   "L_",     "dL_dx",    "abs",       "log",
          "isnan",  "FILE",   "t2",       "co_await", "near"}) {
      all.push_back(all.size() % 2 == 0 ? p.param(n, 0.5 + 0.01 * static_cast<double>(all.size()))
                                        : p.input(n, 0.7 + 0.01 * static_cast<double>(all.size())));
    }
    // The same names again, as variables of the function.
    Ex sum = fn("sigmoid", {all[0]});
    for (std::size_t k = 0; k < all.size(); ++k) sum = sum + fn("exp", {-all[k]}) * all[(k + 1) % all.size()];
    p.define("L", sum);
    std::vector<std::string> wrt;
    for (const Ex& e : all) wrt.push_back(Problem::arena().name(e.e));
    p.differentiate(wrt);
    trial.add(p);
  }
  {
    Problem p("awkward_locals");
    Ex last = p.param("w", 0.3);
    for (const char* n :
         {"double",   "xor",       "std",       "value", "Inputs",  "Params", "Gradient", "in",      "p",
          "gradient", "detail",    "NAN",       "M_E",   "y1",      "jn",     "gamma",    "signgam", "sigmoid",
          "θ",        "ϕ",         "exp_neg_w", "t1",    "unix",    "exp",    "main",     "_x",      "__y",
          "size_t",   "double_t",  "div_t",     "index", "time",    "stdout", "dL_dw",    "dL_dt1",  "d",
          "abs",      "log",       "isnan",     "and",   "environ", "read",   "remove",   "sin",     "float_t",
          "wait",     "signal",    "max",       "min",   "round",   "major",  "timezone", "optarg",  "pow",
          "clock_t",  "dvalue_dw", "return",    "L__"}) {
      last = p.define(
          n, fn("sin", {last}) + fn("exp", {-p.parameter("w")}) * (1 + fn("exp", {-p.parameter("w")})) * ratio(1, 50));
    }
    p.define("L", pow(last, 2));
    p.differentiate();
    trial.add(p);
  }
  {
    Problem p("nothing");
    p.define("L", ratio(1, 2));
    p.differentiate();
    trial.add(p);
  }
  {
    Problem p("unused");
    p.input("x", 1);
    p.param("w", 2);
    const Ex y = p.param("y", 2);
    p.define("dead", fn("exp", {p.parameter("x")}));
    const Ex k = p.define("k", y);
    const Ex k2 = p.define("k2", y);
    p.define("L", k * k2 + k);
    p.differentiate();
    const std::string text = p.header();
    BOOST_TEST(text.find("dead") == std::string::npos);
    trial.add(p);
  }
  {
    // Wide: sums and products of hundreds of terms; long names.
    Problem p("wide");
    std::vector<Ex> terms, factors;
    const Ex x = p.param(std::string(150, 'x'), 0.9), y = p.param("y", 1.01);
    for (int k = 1; k <= 300; ++k) {
      terms.push_back(pow(x, k % 7) / k);
      factors.push_back(k % 2 == 0 ? y : Ex(1) / y);
    }
    p.define("L", op(Op::Add, terms) * op(Op::Mul, factors) + op(Op::Mul, std::vector<Ex>(40, y)));
    p.differentiate();
    trial.add(p);
  }
  trial.run(50);
}

// The cross-entropy of a sigmoid, with the gradient a - y.
BOOST_AUTO_TEST_CASE(the_cross_entropy_of_a_sigmoid_does_not_overflow) {
  Arena& arena = Problem::arena();
  Workshop workshop;
  std::string includes, body;
  for (int form = 0; form < 2; ++form) {
    Problem p(form == 0 ? "plain" : "negated");
    const Ex z = p.param("z", 1), y = p.input("y", 1);
    const Ex a = p.define("a", fn("sigmoid", {z}));
    const Ex L = p.define("L", form == 0 ? fn("softplus", {z}) - y * z : -(y * z - fn("softplus", {z})));
    const Expr dz = arena.make(Op::Deriv, {L.e, z.e});
    p.program = {
        L.e, {{a.e, fn("sigmoid", {z}).e}, {L.e, p.model.definitions.back().value}}, {{dz, (a - y).e}}, {{z.e, dz}}};
    workshop.write(p.name + ".hpp", p.header());
    includes += "#include \"" + p.name + ".hpp\"\n";
    body += fmt::format(
        "  failures += sweep<{0}::Inputs, {0}::Params, {0}::Gradient>([](auto& i, auto& q, auto& g) {{ return "
        "{0}::value_and_gradient(i, q, g); }});\n",
        p.name);
  }
  workshop.write("main.cpp", "#include <cmath>\n#include <cstdio>\n" + includes + R"(
template <class I, class P, class G, class F>
int sweep(F f) {
  int failures = 0;
  for (int k = -8000; k <= 8000; ++k) {
    for (int j = 0; j <= 10; ++j) {
      I in;
      P par;
      G gradient;
      in.y = j / 10.0;
      par.z = k / 10.0;
      const double value = f(in, par, gradient), z = par.z, y = in.y;
      // Far out the loss is linear: (1 - y)*z above, -y*z below.
      const bool far = std::fabs(z) > 100;
      const double line = z > 0 ? z - y * z : -(y * z);
      if (!std::isfinite(value) || !std::isfinite(gradient.z) || value < -1e-12) ++failures;
      if (far && std::fabs(value - line) > 1e-9) ++failures;
      if (std::fabs(gradient.z - (1 / (1 + std::exp(-z)) - y)) > 1e-15) ++failures;
    }
  }
  return failures;
}
int main() {
  int failures = 0;
)" + body + "  std::printf(\"%d of \", failures);\n  return failures == 0 ? 0 : 1;\n}\n");
  for (const std::string& c : compilers()) {
    const std::string said = workshop.compile_and_run(c, "-O1");
    BOOST_TEST(said == "0 of ok", c << ": " << said);
  }
}

BOOST_AUTO_TEST_SUITE_END()

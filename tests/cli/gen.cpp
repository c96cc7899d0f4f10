// SPDX-License-Identifier: GPL-2.0-or-later
// What `gradus gen` writes for the models of users: compiled with all warnings and run, with every option.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/program.h"

using namespace cli_test;

namespace {

std::vector<std::string> compilers() {
  std::vector<std::string> out;
  for (const char* c : {"g++", "clang++"}) {
    if (std::system(fmt::format("command -v {} >/dev/null", c).c_str()) == 0) out.emplace_back(c);
  }
  return out;
}

const char* const warnings = "-std=c++17 -Wall -Wextra -Wpedantic -Wconversion -Wdouble-promotion -Wshadow -Werror";

// Compiles `main.cpp` of the folder with every compiler and runs it; it must print nothing and return 0.
void runs_well(const Folder& folder, const std::string& options) {
  BOOST_REQUIRE(!compilers().empty());
  for (const std::string& c : compilers()) {
    const Result r = folder.shell(fmt::format("{} {} {} -o program main.cpp && ./program", c, warnings, options));
    BOOST_TEST(r.code == 0, c << " " << options << ": " << r.out << r.err);
  }
}

// N layers h = tanh(w*h + b), each with its own parameters.
std::string layers(int n) {
  std::string params, code;
  for (int k = 1; k <= n; ++k) {
    params += fmt::format("{}w{}, b{}", k > 1 ? ", " : "", k, k);
    code += fmt::format("h{0} = tanh(w{0}*{1} + b{0})\n", k, k > 1 ? fmt::format("h{}", k - 1) : "x");
  }
  return fmt::format("input x, y\nparam {}\n{}L = (h{} - y)^2\n", params, code, n);
}

// Models on the parameters u, v and the input x that between them use what can be written.
struct Sample {
  const char* name;
  const char* text;
};
const Sample samples[] = {
    {"neuron", "z = u*x + v\na = sigmoid(z)\nL = -(x^2*ln(a) + (1 - x^2)*ln(1 - a))\n"},
    {"gauss", "L = v + (x - u)^2/(2*exp(2*v))\n"},
    {"kinks", "r = abs(u*x - v^3)\nL = where(r <= 1/4, r^2/2, r/4 - 1/32)*max(u, v) + relu(u)*v^2\n"},
    {"powers", "s = u^3/(v^2 + 1)\nL = sqrt(s^2 + 1) + u^v + 2^u + s*exp(-v) - s^5/3\n"},
    {"function", "blend(t) = t*sigmoid(t)\np = blend(u*x + v)\nL = blend(p)*p + cos(p)\n"},
    {"flat", "L = u*2 + 1\n"},
    {"hidden", "h = tanh(u*x + v)\nk = tanh(v*h + u)\nL = (k - x)^2 + ln(1 + exp(k)) + u*v\n"}};

std::string model(const Sample& s) { return fmt::format("input x\nparam u, v\n{}", s.text); }

}  // namespace

BOOST_AUTO_TEST_SUITE(gen)

BOOST_AUTO_TEST_CASE(stats_count_what_is_written) {
  const Folder folder;
  folder.write("layer.gr", layers(1));
  const Result text = folder.run({"gen", "layer.gr", "--sample", "5", "-o", "l.hpp", "--stats"});
  BOOST_TEST(text.code == 0);
  BOOST_TEST(text.out ==
             "l.hpp: namespace layer: L and its gradient with respect to w1, b1\n"
             "  value                  4 operations,    1 calls\n"
             "  value_and_gradient     8 operations,    2 calls  2.00 times value\n");
  const auto json = nlohmann::json::parse(
      folder.run({"gen", "layer.gr", "--sample", "5", "-o", "l.hpp", "--stats", "--format", "json"}).out);
  BOOST_TEST(json["stats"]["value"]["operations"] == 4);
  BOOST_TEST(json["stats"]["value"]["calls"] == 1);
  BOOST_TEST(json["stats"]["value"].contains("ratio") == false);
  BOOST_TEST(json["stats"]["value_and_gradient"]["ratio"] == 2.0);
  BOOST_TEST(
      !nlohmann::json::parse(folder.run({"gen", "layer.gr", "--sample", "5", "-o", "l.hpp", "--format", "json"}).out)
           .contains("stats"));
  // Without -o the header is not disturbed.
  const Result plain = folder.run({"gen", "layer.gr", "--sample", "5", "--stats"});
  BOOST_TEST(plain.out.ends_with("}  // namespace layer\n"));
  BOOST_TEST(plain.err.starts_with("  value                  4 operations"));
  BOOST_TEST(
      nlohmann::json::parse(
          folder.run({"gen", "layer.gr", "--sample", "5", "--stats", "--format", "json"}).err)["value"]["calls"] == 1);
}

BOOST_AUTO_TEST_CASE(the_gradient_of_layers_costs_less_than_three_values) {
  const Folder folder;
  for (const int n : {10, 100}) {
    folder.write("layers.gr", layers(n));
    const auto stats = nlohmann::json::parse(
        folder.run({"gen", "layers.gr", "-o", "l.hpp", "--stats", "--format", "json"}).out)["stats"];
    BOOST_TEST(stats["value"]["operations"] == 2 * n + 2);
    BOOST_TEST(stats["value"]["calls"] == n);
    BOOST_TEST(stats["value_and_gradient"]["ratio"].get<double>() <= 2.67);
  }
}

// All derivatives of first and second order against differences, at several points.
BOOST_AUTO_TEST_CASE(second_derivatives_agree_with_differences) {
  const Folder folder;
  std::string includes, body;
  for (const Sample& s : samples) {
    folder.write(fmt::format("{}.gr", s.name), model(s));
    const Result r = folder.run({"gen", fmt::format("{}.gr", s.name), "-o", fmt::format("{}.hpp", s.name), "--order",
                                 "2", "--sample", "5", "--namespace", fmt::format("n_{}", s.name)});
    BOOST_TEST(r.code == 0, s.name << ": " << r.err);
    includes += fmt::format("#include \"{}.hpp\"\n", s.name);
    body += fmt::format(R"(  check<n_{0}::Inputs, n_{0}::Params, n_{0}::Gradient, n_{0}::Hessian>("{0}",
    [](auto& i, auto& p) {{ return n_{0}::value(i, p); }},
    [](auto& i, auto& p, auto& g) {{ return n_{0}::value_and_gradient(i, p, g); }},
    [](auto& i, auto& p, auto& g, auto& h) {{ return n_{0}::value_gradient_and_hessian(i, p, g, h); }},
    [](auto& i, auto& p, auto& d, auto& g) {{ return n_{0}::hessian_vector_product(i, p, d, g); }});
)",
                        s.name);
  }
  folder.write("main.cpp", includes + R"(
#include <cmath>
#include <cstdio>
int failures = 0;
void near(const char* name, const char* what, double got, double wanted, double tolerance) {
  if (std::fabs(got - wanted) <= tolerance * (1 + std::fabs(wanted))) return;
  std::printf("%s %s: %.15g instead of %.15g\n", name, what, got, wanted);
  ++failures;
}
template <class F>
double slope(F f, double at) {
  const double h = 1e-3;
  const auto d = [&](double s) { return (f(at + s) - f(at - s)) / (2 * s); };
  return (4 * d(h / 2) - d(h)) / 3;
}
template <class I, class P, class G, class H, class V, class VG, class VGH, class HV>
void check(const char* name, V value, VG first, VGH second, HV product) {
  const double points[][3] = {{0.7, 1.3, 0.4}, {-0.6, 0.8, 0.9}, {0.3, 0.2, -1.1}};
  for (const auto& at : points) {
    if (at[2] < 0 && name[0] == 'p') continue;  // u^v needs u > 0
    I in;
    P p;
    in.x = at[0];
    p.u = at[1];
    p.v = at[2];
    const auto gradient = [&](double u, double v) {
      P q;
      G g;
      q.u = u;
      q.v = v;
      first(in, q, g);
      return g;
    };
    G g, plain, along;
    H h;
    near(name, "value", second(in, p, g, h), value(in, p), 1e-14);
    first(in, p, plain);
    near(name, "u", g.u, plain.u, 1e-14);
    near(name, "v", g.v, plain.v, 1e-14);
    near(name, "slope", g.u, slope([&](double t) { P q = p; q.u = t; return value(in, q); }, p.u), 1e-8);
    near(name, "u_u", h.u_u, slope([&](double t) { return gradient(t, p.v).u; }, p.u), 1e-8);
    near(name, "u_v", h.u_v, slope([&](double t) { return gradient(p.u, t).u; }, p.v), 1e-8);
    near(name, "u_v", h.u_v, slope([&](double t) { return gradient(t, p.v).v; }, p.u), 1e-8);
    near(name, "v_v", h.v_v, slope([&](double t) { return gradient(p.u, t).v; }, p.v), 1e-8);
    P direction;
    direction.u = 0.75;
    direction.v = -1.5;
    near(name, "value", product(in, p, direction, along), value(in, p), 1e-14);
    near(name, "product u", along.u, 0.75 * h.u_u - 1.5 * h.u_v, 1e-12);
    near(name, "product v", along.v, 0.75 * h.u_v - 1.5 * h.v_v, 1e-12);
  }
}
int main() {
)" + body + "  return failures;\n}\n");
  runs_well(folder, "-O0");
}

BOOST_AUTO_TEST_CASE(the_hessian_of_a_neuron_reads_as_in_a_book) {
  const Folder folder;
  folder.write("logistic.gr", logistic);
  const Result r = folder.run({"gen", "logistic.gr", "--order", "2"});
  BOOST_TEST(r.out.find("struct Hessian {\n  double w_w = 0.0;  // diff(L, w, w)\n  double w_b = 0.0;  // diff(L, w, "
                        "b)\n  double b_b = 0.0;  // diff(L, b, b)\n};\n") != std::string::npos);
  // 1 - a has no digits where a is near 1.
  BOOST_TEST(r.out.find("hessian.w_w = t1_times_a*(in.x*in.x);  // diff(L, w, w) = (sigmoid(-z)*a)*x^2\n") !=
             std::string::npos);
  BOOST_TEST(r.out.find("hessian.b_b = t1_times_a;  // diff(L, b, b) = sigmoid(-z)*a\n") != std::string::npos);
  // The entries are true: check proves what the comments say.
  std::string claims;
  for (std::size_t at = r.out.find("// diff("); at != std::string::npos; at = r.out.find("// diff(", at + 1)) {
    const std::string line = r.out.substr(at + 3, r.out.find('\n', at) - at - 3);
    if (line.find('=') != std::string::npos) claims += "claim " + line + "\n";
  }
  folder.write("claims.gr", logistic + claims);
  const Result checked = folder.run({"check", "claims.gr"});
  BOOST_TEST(checked.code == 0);
  BOOST_TEST(checked.out.find("4 links: 4 proved") != std::string::npos, checked.out);
}

BOOST_AUTO_TEST_CASE(names_of_second_order_give_way) {
  const Folder folder;
  folder.write("names.gr",
               "input direction, x_dot\nparam a, a_b, b, b_c, c, hessian\nx = a*x_dot + a_b\n"
               "product = sin(x)*hessian\nL = product^2*c + b*b_c*direction\n");
  BOOST_TEST(folder.run({"gen", "names.gr", "--order", "2", "--sample", "5", "-o", "names.hpp"}).code == 0);
  const std::string text = slurp(folder / "names.hpp");
  BOOST_TEST(text.find("double a_b_c = 0.0;  // diff(L, a, b_c)\n") != std::string::npos);
  BOOST_TEST(text.find("double a_b_c_ = 0.0;  // diff(L, a_b, c)\n") != std::string::npos);
  folder.write(
      "main.cpp",
      "#include \"names.hpp\"\nint main() {\n  names::Inputs in;\n  names::Params p, d;\n  names::Gradient g;\n  "
      "names::Hessian h;\n  in.direction = 3.0;\n  d.b = 1.0;\n"
      "  names::value_gradient_and_hessian(in, p, g, h);\n  const bool one = h.b_b_c == 3.0;\n"
      "  names::hessian_vector_product(in, p, d, g);\n  return one && g.b_c == 3.0 ? 0 : 1;\n}\n");
  runs_well(folder, "-O0");
  folder.write("l.gr", logistic);
  refuses(folder, {"gen", "l.gr", "--order", "3"}, "gradus: error: --order cannot be `3`\n  use one of: 1, 2\n");
  refuses(folder, {"gen", "l.gr", "--order", "2", "--wrt", "w,z"},
          "gradus: error: there is no second derivative by `w` and `z`: `z` depends on `w`\n");
}

BOOST_AUTO_TEST_CASE(floats_throughout) {
  const Folder folder;
  std::string includes, body;
  for (const Sample& s : samples) {
    folder.write("m.gr", model(s));
    for (const char* real : {"double", "float"}) {
      const std::string name = fmt::format("{}_{}", s.name, real);
      const Result r = folder.run({"gen", "m.gr", "-o", name + ".hpp", "--real", real, "--order", "2", "--sample", "5",
                                   "--namespace", "n_" + name});
      BOOST_TEST(r.code == 0, s.name << ": " << r.err);
      includes += fmt::format("#include \"{}.hpp\"\n", name);
      const std::string text = slurp(folder / (name + ".hpp"));
      const bool narrow = real == std::string("float");
      BOOST_TEST((text.find("double ") == std::string::npos) == narrow, name);
      BOOST_TEST((text.find("All numbers are floats.") != std::string::npos) == narrow, name);
    }
    body += fmt::format(R"(  {{
    n_{0}_double::Inputs i;
    n_{0}_double::Params p;
    n_{0}_double::Gradient g;
    n_{0}_float::Inputs fi;
    n_{0}_float::Params fp;
    n_{0}_float::Gradient fg;
    i.x = 0.625;
    fi.x = 0.625F;
    p.u = 0.875;
    fp.u = 0.875F;
    p.v = 0.375;
    fp.v = 0.375F;
    static_assert(std::is_same_v<decltype(n_{0}_float::value_and_gradient(fi, fp, fg)), float>);
    near("{0}", n_{0}_float::value_and_gradient(fi, fp, fg), n_{0}_double::value_and_gradient(i, p, g));
    near("{0} u", fg.u, g.u);
    near("{0} v", fg.v, g.v);
  }}
)",
                        s.name);
  }
  folder.write("main.cpp", includes + R"(#include <cmath>
#include <cstdio>
#include <type_traits>
static int failures = 0;
static void near(const char* name, float got, double wanted) {
  if (std::fabs(static_cast<double>(got) - wanted) <= 1e-5 * (1 + std::fabs(wanted))) return;
  std::printf("%s: %.9g instead of %.9g\n", name, static_cast<double>(got), wanted);
  ++failures;
}
int main() {
)" + body + "  return failures;\n}\n");
  runs_well(folder, "-O1");
  refuses(folder, {"gen", "m.gr", "--real", "half"},
          "gradus: error: --real cannot be `half`\n  use one of: double, float\n");
  folder.write("large.gr", "param u\nL = u*1e39\n");
  BOOST_TEST(folder.run({"gen", "large.gr"}).code == 0);
  refuses(folder, {"gen", "large.gr", "--real", "float"},
          "gradus: error: cannot generate code: a number of about 10^39 is too large for a float\n");
}

// What -ffast-math may change on a normal range: roundings.
BOOST_AUTO_TEST_CASE(fast_math_keeps_the_results_on_a_normal_range) {
  const Folder folder;
  std::string includes, strict, fast, body, both;
  for (const Sample& s : samples) {
    folder.write("m.gr", model(s));
    BOOST_TEST(folder
                   .run({"gen", "m.gr", "-o", fmt::format("{}.hpp", s.name), "--sample", "5", "--namespace",
                         "NAMESPACE_" + std::string(s.name)})
                   .code == 0);
    includes += fmt::format("#define NAMESPACE_{0} PREFIX({0})\n#include \"{0}.hpp\"\n", s.name);
    body += fmt::format(R"(  if (k == {1}) {{
    PREFIX({0})::Inputs i;
    PREFIX({0})::Params p;
    PREFIX({0})::Gradient g;
    i.x = x;
    p.u = u;
    p.v = v;
    out[0] = PREFIX({0})::value_and_gradient(i, p, g);
    out[1] = g.u;
    out[2] = g.v;
    out[3] = PREFIX({0})::value(i, p);
  }}
)",
                        s.name, &s - samples);
  }
  for (const char* kind : {"strict", "fast"}) {
    folder.write(
        fmt::format("{}.cpp", kind),
        fmt::format("#define PREFIX(name) {0}_##name\n{1}void {0}(int k, double x, double u, double v, double* "
                    "out);\nvoid {0}(int k, double x, double u, double v, double* out) {{\n{2}}}\n",
                    kind, includes, body));
  }
  folder.write("main.cpp", R"(#include <cmath>
#include <cstdio>
void strict(int k, double x, double u, double v, double* out);
void fast(int k, double x, double u, double v, double* out);
int main() {
  int failures = 0;
  for (int k = 0; k < )" + std::to_string(std::size(samples)) +
                               R"(; ++k) {
    for (int n = 0; n < 1000; ++n) {
      const double x = 0.01 + 0.9 * std::fmod(n * 0.618033988749895, 1.0), u = 0.1 + 3 * std::fmod(n * 0.7548776662, 1.0),
                   v = 0.1 + 2 * std::fmod(n * 0.5698402909, 1.0);
      double a[4] = {}, b[4] = {};
      strict(k, x, u, v, a);
      fast(k, x, u, v, b);
      for (int j = 0; j < 4; ++j) {
        if (std::fabs(a[j] - b[j]) <= 1e-12 * (1 + std::fabs(a[j]))) continue;
        std::printf("%d at %g %g %g: %.17g and %.17g\n", k, x, u, v, a[j], b[j]);
        ++failures;
      }
    }
  }
  return failures == 0 ? 0 : 1;
}
)");
  BOOST_REQUIRE(!compilers().empty());
  for (const std::string& c : compilers()) {
    const Result r =
        folder.shell(fmt::format("{0} {1} -O2 -c strict.cpp && {0} {1} -O2 -ffast-math -c fast.cpp && {0} {1} "
                                 "-O1 -o program main.cpp strict.o fast.o && ./program",
                                 c, warnings));
    BOOST_TEST(r.code == 0, c << ": " << r.out << r.err);
  }
}

BOOST_AUTO_TEST_CASE(a_defined_name_in_wrt_becomes_a_parameter) {
  const Folder folder;
  folder.write("l.gr", logistic);
  const auto has = [](const Result& r, const char* part) { return r.out.find(part) != std::string::npos; };
  const Result z = folder.run({"gen", "l.gr", "--wrt", "z"});
  BOOST_TEST(has(z, "struct Inputs {\n  double y = 0.0;\n};"));
  BOOST_TEST(has(z, "struct Params {\n  double z = 0.0;\n};"));
  BOOST_TEST(has(z, "std::log1p(std::exp(-std::abs(p.z)))"));
  BOOST_TEST(!has(z, "p.w"));
  // Where the name is computed from another one, it stays computed.
  const Result both = folder.run({"gen", "l.gr", "--wrt", "z,w"});
  BOOST_TEST(has(both, "struct Params {\n  double w = 0.0;\n  double b = 0.0;\n};"));
  BOOST_TEST(has(both, "gradient.z = dL_dz;"));
  BOOST_TEST(has(both, "gradient.w = dL_dz*in.x;"));
  // The innermost is cut, what depends on it is not.
  const Result chain = folder.run({"gen", "l.gr", "--wrt", "a,z"});
  BOOST_TEST(has(chain, "struct Params {\n  double z = 0.0;\n};"));
  BOOST_TEST(has(chain, "const double exp_neg_abs_z = std::exp(-std::abs(p.z));"));
  // What others need stays.
  folder.write("f.gr", "input x, k, unused\nparam w\nf(t, s) = t*s\nz = w*x + k\nL = f(z, x)^2\n");
  const Result f = folder.run({"gen", "f.gr", "--wrt", "z", "-o", "f.hpp", "--order", "2"});
  BOOST_TEST(f.code == 0, f.err);
  const std::string text = slurp(folder / "f.hpp");
  BOOST_TEST(text.find("struct Inputs {\n  double x = 0.0;\n  double unused = 0.0;\n};") != std::string::npos, text);
  BOOST_TEST(text.find("struct Params {\n  double z = 0.0;\n};") != std::string::npos, text);
  folder.write(
      "main.cpp",
      "#include \"f.hpp\"\nint main() {\n  f::Inputs in;\n  f::Params p;\n  f::Gradient g;\n  f::Hessian h;\n  "
      "in.x = 2.0;\n  p.z = 3.0;\n  const double L = f::value_gradient_and_hessian(in, p, g, h);\n  return L "
      "== 36.0 && g.z == 24.0 && h.z_z == 8.0 ? 0 : 1;\n}\n");
  runs_well(folder, "-O0");
}

BOOST_AUTO_TEST_SUITE_END()

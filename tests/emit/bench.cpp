// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/bench.h"

#include <cln/rational_io.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "gradus/syntax/model.h"

namespace bench {
namespace {

std::unique_ptr<Arena> shared_arena;

gradus::Catalogue read_catalogue() {
  return gradus::load_catalogue(
      Problem::arena(),
      {std::make_shared<const gradus::Source>(gradus::Source{
          "rules/functions.rules", read_file(std::string(GRADUS_SOURCE_DIR) + "/rules/functions.rules")})});
}

bool is_zero(Expr e) { return Problem::arena().is_number(e, 0); }
Ex plus(Ex a, Ex b) { return is_zero(a.e) ? b : is_zero(b.e) ? a : a + b; }
Ex times(Ex a, Ex b) {
  if (is_zero(a.e) || is_zero(b.e)) return 0;
  if (Problem::arena().is_number(a.e, 1)) return b;
  return Problem::arena().is_number(b.e, 1) ? a : a * b;
}

// The derivatives of the functions of one argument, from a table of integrals and not from ours.
Ex slope(const std::string& f, Ex u) {
  if (f == "exp" || f == "expm1") return fn("exp", {u});
  if (f == "ln") return 1 / u;
  if (f == "log1p") return 1 / (1 + u);
  if (f == "sqrt") return ratio(1, 2) / fn("sqrt", {u});
  if (f == "abs") return fn("sign", {u});
  if (f == "sign") return 0;
  if (f == "sin") return fn("cos", {u});
  if (f == "cos") return -fn("sin", {u});
  if (f == "tan") return 1 / pow(fn("cos", {u}), 2);
  if (f == "atan") return 1 / (1 + pow(u, 2));
  if (f == "sinh") return fn("cosh", {u});
  if (f == "cosh") return fn("sinh", {u});
  if (f == "tanh") return 1 - pow(fn("tanh", {u}), 2);
  if (f == "sigmoid") return fn("sigmoid", {u}) * (1 - fn("sigmoid", {u}));
  if (f == "logit") return 1 / (u * (1 - u));
  if (f == "softplus") return fn("sigmoid", {u});
  if (f == "relu") return where(op(Op::Gt, {u, 0}), 1, 0);
  if (f == "leaky_relu") return where(op(Op::Gt, {u, 0}), 1, ratio(1, 100));
  if (f == "log2" || f == "log10") return 1 / (u * fn("ln", {f == "log2" ? 2 : 10}));
  if (f == "xlogx") return fn("ln", {u}) + 1;
  if (f == "asin" || f == "acos") return (f == "asin" ? 1 : Ex(-1)) / fn("sqrt", {1 - u * u});
  if (f == "asinh") return 1 / fn("sqrt", {u * u + 1});
  if (f == "acosh") return 1 / fn("sqrt", {u * u - 1});
  if (f == "atanh") return 1 / (1 - u * u);
  const Ex bell = fn("exp", {-u * u});
  if (f == "erf" || f == "erfc") return (f == "erf" ? Ex(2) : Ex(-2)) * bell / fn("sqrt", {constant("pi")});
  if (f == "erfcx") return 2 * u * fn("erfcx", {u}) - 2 / fn("sqrt", {constant("pi")});
  if (f == "lgamma") return fn("digamma", {u});
  if (f == "digamma") return fn("trigamma", {u});
  if (f == "trigamma") return fn("polygamma", {2, u});
  const Ex density = fn("exp", {-u * u / 2}) / fn("sqrt", {2 * constant("pi")}), below = fn("normal_cdf", {u});
  if (f == "normal_pdf") return -u * density;
  if (f == "normal_cdf") return density;
  if (f == "log_normal_cdf") return density / below;
  if (f == "inverse_mills") return -density / below * (u + density / below);
  if (f == "elu" || f == "selu") {
    const Ex size = f == "elu" ? Ex(1) : big("16732632423543772848/10000000000000000000");
    const Ex both = f == "elu" ? Ex(1) : big("10507009873554804934/10000000000000000000");
    return both * where(op(Op::Gt, {u, 0}), 1, size * fn("exp", {u}));
  }
  const Ex s = fn("sigmoid", {u});
  if (f == "silu") return s + u * s * (1 - s);
  if (f == "gelu") return below + u * density;
  if (f == "gelu_tanh") {
    const Ex c = fn("sqrt", {2 / constant("pi")}), t = fn("tanh", {c * (u + big("44715/1000000") * pow(u, 3))});
    return ratio(1, 2) * (1 + t) + ratio(1, 2) * u * (1 - t * t) * c * (1 + 3 * big("44715/1000000") * u * u);
  }
  if (f == "mish") {
    const Ex t = fn("tanh", {fn("softplus", {u})});
    return t + u * (1 - t * t) * s;
  }
  if (f == "hard_sigmoid") return where(op(Op::Lt, {fn("abs", {u}), 3}), ratio(1, 6), 0);
  if (f == "hard_tanh") return where(op(Op::Lt, {fn("abs", {u}), 1}), 1, 0);
  if (f == "softsign") return pow(1 + fn("abs", {u}), -2);
  throw std::logic_error("no slope for " + f);
}

double normal(double u) { return (1 + std::erf(u / std::sqrt(2.0))) / 2; }
double density(double u) { return std::exp(-u * u / 2) / std::sqrt(2 * std::acos(-1.0)); }

// Of order 0, 1, 2, ...: slowly, by its series. What is left of the sum is nearly an integral.
double polygamma(int n, double u) {
  constexpr int terms = 200'000;
  double sum = 0, factorial = 1;
  for (int k = 1; k <= n; ++k) factorial *= k;
  if (n == 0) {
    for (int k = terms - 1; k >= 0; --k) sum -= 1 / (u + k) - 1 / (k + 1.0);
    return sum - 0.57721566490153286 + (u - 1) / (terms + u / 2);
  }
  for (int k = terms - 1; k >= 0; --k) sum += std::pow(u + k, -n - 1);
  sum += std::pow(u + terms - 0.5, -n) / n;
  return (n % 2 == 1 ? 1 : -1) * factorial * sum;
}

double call(const std::string& f, const std::vector<double>& a) {
  using Unary = double (*)(double);
  static const std::map<std::string, Unary> table = {
      {"exp", std::exp},
      {"ln", std::log},
      {"log1p", std::log1p},
      {"expm1", std::expm1},
      {"sqrt", std::sqrt},
      {"abs", std::fabs},
      {"sin", std::sin},
      {"cos", std::cos},
      {"tan", std::tan},
      {"atan", std::atan},
      {"sinh", std::sinh},
      {"cosh", std::cosh},
      {"tanh", std::tanh},
      {"sign", [](double u) { return u > 0   ? 1.0
                                     : u < 0 ? -1.0
                                             : 0.0; }},
      {"sigmoid", [](double u) { return 1 / (1 + std::exp(-u)); }},
      {"logit", [](double u) { return std::log(u / (1 - u)); }},
      {"softplus", [](double u) { return std::log(1 + std::exp(u)); }},
      {"relu", [](double u) { return u > 0 ? u : 0; }},
      {"log2", std::log2},
      {"log10", std::log10},
      {"xlogx", [](double u) { return u * std::log(u); }},
      {"asin", std::asin},
      {"acos", std::acos},
      {"asinh", std::asinh},
      {"acosh", std::acosh},
      {"atanh", std::atanh},
      {"erf", std::erf},
      {"erfc", [](double u) { return 1 - std::erf(u); }},
      {"erfcx", [](double u) { return std::exp(u * u) * std::erfc(u); }},
      {"lgamma", std::lgamma},
      {"digamma", [](double u) { return polygamma(0, u); }},
      {"trigamma", [](double u) { return polygamma(1, u); }},
      {"normal_pdf", density},
      {"normal_cdf", normal},
      {"log_normal_cdf", [](double u) { return std::log(normal(u)); }},
      {"inverse_mills", [](double u) { return density(u) / normal(u); }},
      {"elu", [](double u) { return u > 0 ? u : std::exp(u) - 1; }},
      {"selu", [](double u) { return 1.0507009873554805 * (u > 0 ? u : 1.6732632423543772 * (std::exp(u) - 1)); }},
      {"silu", [](double u) { return u / (1 + std::exp(-u)); }},
      {"gelu", [](double u) { return u * normal(u); }},
      {"gelu_tanh",
       [](double u) { return u / 2 * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (u + 0.044715 * u * u * u))); }},
      {"mish", [](double u) { return u * std::tanh(std::log(1 + std::exp(u))); }},
      {"hard_sigmoid", [](double u) { return u > 3    ? 1
                                             : u < -3 ? 0
                                                      : u / 6 + 0.5; }},
      {"hard_tanh", [](double u) { return u > 1    ? 1
                                          : u < -1 ? -1
                                                   : u; }},
      {"softsign", [](double u) { return u / (1 + std::fabs(u)); }}};
  if (a.size() == 1 && f != "leaky_relu") return table.at(f)(a[0]);
  if (f == "elu") return a[0] > 0 ? a[0] : a[1] * (std::exp(a[0]) - 1);
  if (f == "logaddexp") return std::log(std::exp(a[0]) + std::exp(a[1]));
  if (f == "xlogy") return a[0] * std::log(a[1]);
  if (f == "hypot") return std::sqrt(a[0] * a[0] + a[1] * a[1]);
  if (f == "polygamma") return polygamma(static_cast<int>(a[0]), a[1]);
  if (f == "max") return a[0] > a[1] ? a[0] : a[1];
  if (f == "min") return a[0] < a[1] ? a[0] : a[1];
  if (f == "leaky_relu") return a[0] > 0 ? a[0] : a[0] * (a.size() == 2 ? a[1] : 0.01);
  throw std::logic_error("no value for " + f);
}

std::string run(const std::string& command) {
  std::string out;
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return "cannot run " + command;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) out.append(buffer.data(), n);
  return ::pclose(pipe) == 0 ? out + "ok" : out + "failed";
}

}  // namespace

Arena& Problem::arena() {
  if (!shared_arena) shared_arena = std::make_unique<Arena>();
  return *shared_arena;
}

gradus::Catalogue& catalogue() {
  static gradus::Catalogue c = read_catalogue();
  return c;
}

Ex::Ex(int n) : e(Problem::arena().number(n)) {}
Ex operator+(Ex a, Ex b) { return Problem::arena().add(a.e, b.e); }
Ex operator-(Ex a, Ex b) { return Problem::arena().sub(a.e, b.e); }
Ex operator-(Ex a) { return Problem::arena().negate(a.e); }
Ex operator*(Ex a, Ex b) { return Problem::arena().mul(a.e, b.e); }
Ex operator/(Ex a, Ex b) { return Problem::arena().div(a.e, b.e); }
Ex pow(Ex a, Ex b) { return Problem::arena().pow(a.e, b.e); }
Ex ratio(long p, long q) { return Problem::arena().fraction(p, q); }
Ex constant(const std::string& name) { return Problem::arena().constant(name); }
Ex big(const std::string& digits) {
  std::istringstream in(digits);
  gradus::Rational value;
  in >> value;
  return Problem::arena().number(value);
}
Ex op(Op o, const std::vector<Ex>& parts) {
  std::vector<Expr> children;
  for (const Ex& p : parts) children.push_back(p.e);
  return Problem::arena().make(o, children);
}
Ex fn(const std::string& name, const std::vector<Ex>& arguments) {
  std::vector<Expr> children;
  for (const Ex& p : arguments) children.push_back(p.e);
  return Problem::arena().call(name, children);
}
Ex where(Ex condition, Ex p, Ex q) { return op(Op::Where, {condition, p, q}); }

Problem::Problem(std::string n) : name(std::move(n)) {
  options.name_space = name;
  options.source_name = name + ".gr";
  options.command = "gradus gen " + name + ".gr";
}

Ex Problem::input(const std::string& n, double v) {
  model.inputs.push_back(arena().symbol(n));
  point[n] = v;
  return model.inputs.back();
}
Ex Problem::param(const std::string& n, double v) {
  model.params.push_back(arena().symbol(n));
  point[n] = v;
  return model.params.back();
}
Ex Problem::define(const std::string& n, Ex value) {
  model.definition_index[n] = model.definitions.size();
  model.definitions.push_back({n, arena().symbol(n), value.e, {}});
  return model.definitions.back().symbol;
}
void Problem::function(const std::string& n, const std::vector<std::string>& parameters, std::optional<Ex> body) {
  gradus::ModelFunction f;
  f.name = n;
  for (const std::string& p : parameters) f.parameters.push_back(arena().symbol(p));
  if (body) f.body = body->e;
  model.functions.push_back(f);
}

bool Problem::depends(Expr e, Expr by) const {
  for (const Expr n : gradus::reachable(arena(), e)) {
    if (n == by) return true;
    const gradus::ModelFunction* f = arena().is(n, Op::Call) ? model.function(arena().name(n)) : nullptr;
    if (f != nullptr && f->body && depends(*f->body, by)) return true;
  }
  return false;
}

Expr Problem::derivative(Expr e, Expr by) const {
  Arena& a = arena();
  if (e == by) return a.number(1);
  if (!depends(e, by)) return a.number(0);
  const std::vector<Expr> c = a.children_copy(e);
  const auto d = [&](std::size_t k) { return Ex(derivative(c[k], by)); };
  switch (a.op(e)) {
    case Op::Add: {
      Ex sum = 0;
      for (std::size_t k = 0; k < c.size(); ++k) sum = plus(sum, d(k));
      return sum.e;
    }
    case Op::Mul: {
      Ex sum = 0;
      for (std::size_t k = 0; k < c.size(); ++k) {
        Ex term = d(k);
        for (std::size_t j = 0; j < c.size(); ++j) {
          if (j != k) term = times(term, c[j]);
        }
        sum = plus(sum, term);
      }
      return sum.e;
    }
    case Op::Pow: {
      const Ex u = c[0], v = c[1];
      const Ex by_base = times(times(v, pow(u, v - 1)), d(0));
      if (a.is_number(c[1])) return times(times(v, pow(u, a.number(a.value(c[1]) - 1))), d(0)).e;
      return plus(by_base, times(times(pow(u, v), fn("ln", {u})), d(1))).e;
    }
    case Op::Where:
      return where(c[0], d(1), d(2)).e;
    case Op::Call: {
      const std::string& f = a.name(e);
      if (const gradus::ModelFunction* m = model.function(f)) {
        gradus::ExprMap<Expr> map;
        for (std::size_t j = 0; j < c.size(); ++j) map[m->parameters[j]] = c[j];
        const bool own = std::find(m->parameters.begin(), m->parameters.end(), by) != m->parameters.end();
        Ex sum = own ? Ex(0) : Ex(gradus::substitute(a, derivative(*m->body, by), map));
        for (std::size_t k = 0; k < c.size(); ++k) {
          sum = plus(sum, times(gradus::substitute(a, derivative(*m->body, m->parameters[k]), map), d(k)));
        }
        return sum.e;
      }
      if (c.size() == 1) return times(slope(f, c[0]), d(0)).e;
      if (f == "max") return where(op(Op::Gt, {c[0], c[1]}), d(0), d(1)).e;
      if (f == "min") return where(op(Op::Lt, {c[0], c[1]}), d(0), d(1)).e;
      if (f == "logaddexp") {
        const Ex share = 1 / (1 + fn("exp", {Ex(c[1]) - c[0]}));
        return plus(times(share, d(0)), times(1 - share, d(1))).e;
      }
      if (f == "hypot") return (plus(times(Ex(c[0]), d(0)), times(Ex(c[1]), d(1))) / Ex(e)).e;
      if (f == "xlogy") return plus(times(fn("ln", {c[1]}), d(0)), times(Ex(c[0]) / c[1], d(1))).e;
      if (f == "polygamma") return times(fn(f, {Ex(c[0]) + 1, c[1]}), d(1)).e;
      if (f == "elu") {
        const Ex power = fn("exp", {c[0]});
        return where(op(Op::Gt, {c[0], 0}), d(0), plus(times(times(c[1], power), d(0)), times(power - 1, d(1)))).e;
      }
      return where(op(Op::Gt, {c[0], 0}), d(0), plus(times(d(0), c[1]), times(c[0], d(1)))).e;
    }
    default:
      throw std::logic_error("no derivative");
  }
}

void Problem::differentiate(const std::vector<std::string>& wrt) {
  Arena& a = arena();
  program = {};
  program.cost = model.definitions.back().symbol;
  for (const auto& d : model.definitions) program.forward.push_back({d.symbol, d.value});
  std::vector<Expr> names;
  for (const auto& d : model.definitions) names.push_back(d.symbol);
  std::vector<Expr> wanted;
  for (const std::string& w : wrt) wanted.push_back(a.symbol(w));
  if (wrt.empty()) wanted = model.params;
  names.insert(names.begin(), model.params.begin(), model.params.end());
  names.insert(names.begin(), model.inputs.begin(), model.inputs.end());
  gradus::ExprMap<Expr> adjoint;
  adjoint[program.cost] = a.number(1);
  for (auto it = names.rbegin(); it != names.rend(); ++it) {
    if (*it == program.cost) continue;
    Ex sum = 0;
    for (const auto& d : model.definitions) {
      if (!adjoint.contains(d.symbol) || !depends(d.value, *it)) continue;
      sum = plus(sum, times(adjoint.at(d.symbol), derivative(d.value, *it)));
    }
    if (is_zero(sum.e)) {
      adjoint[*it] = sum.e;
      continue;
    }
    adjoint[*it] = a.make(Op::Deriv, {program.cost, *it});
    program.backward.push_back({adjoint[*it], sum.e});
  }
  for (const Expr w : wanted) program.gradient.emplace_back(w, adjoint.at(w));
}

std::string Problem::header() const {
  gradus::Engine engine{arena(), catalogue()};
  return gradus::emit_header(engine, model, program, options);
}

double Problem::evaluate(Expr e, const Values& values) const {
  const Arena& a = arena();
  std::vector<double> c;
  if (a.is(e, Op::Symbol)) return values.at(a.name(e));
  if (a.is(e, Op::Where)) return evaluate(a.child(e, evaluate(a.child(e, 0), values) != 0 ? 1 : 2), values);
  for (const Expr x : a.children(e)) c.push_back(evaluate(x, values));
  const auto all = [&](auto f) {
    double out = c[0];
    for (std::size_t k = 1; k < c.size(); ++k) out = f(out, c[k]);
    return out;
  };
  switch (a.op(e)) {
    case Op::Number:
      return cln::double_approx(a.value(e));
    case Op::Constant:
      return a.name(e) == "pi" ? std::acos(-1.0) : std::exp(1.0);
    case Op::Add:
      return all(std::plus<>());
    case Op::Mul:
      return all(std::multiplies<>());
    case Op::Pow:
      return std::pow(c[0], c[1]);
    case Op::Eq:
      return c[0] == c[1];
    case Op::Ne:
      return c[0] != c[1];
    case Op::Lt:
      return c[0] < c[1];
    case Op::Le:
      return c[0] <= c[1];
    case Op::Gt:
      return c[0] > c[1];
    case Op::Ge:
      return c[0] >= c[1];
    case Op::Not:
      return c[0] == 0;
    case Op::And:
      return all(std::logical_and<>());
    case Op::Or:
      return all(std::logical_or<>());
    case Op::In:
      return std::find(c.begin() + 1, c.end(), c[0]) != c.end();
    case Op::Call:
      break;
    default:
      throw std::logic_error("no value");
  }
  if (const gradus::ModelFunction* f = model.function(a.name(e))) {
    Values inner = values;
    for (std::size_t k = 0; k < c.size(); ++k) inner[a.name(f->parameters[k])] = c[k];
    return evaluate(*f->body, inner);
  }
  return call(a.name(e), c);
}

double Problem::value(const std::string& wanted) const {
  Values values = point;
  for (const auto& d : model.definitions) {
    values[d.name] = evaluate(d.value, values);
    if (d.name == wanted) break;
  }
  return values.at(wanted);
}

std::vector<std::string> compilers() {
  std::vector<std::string> out;
  for (const char* c : {"g++", "clang++", "clang++-14"}) {
    if (c == std::string("clang++-14") && out.size() == 2) continue;
    if (run(std::string(c) + " --version").ends_with("ok")) out.emplace_back(c);
  }
  return out;
}

Workshop::Workshop() {
  std::string name = (std::filesystem::temp_directory_path() / "gradus-emit-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  directory_ = name;
}
Workshop::~Workshop() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}
void Workshop::write(const std::string& file, const std::string& text) const {
  std::ofstream(directory_ + "/" + file) << text;
}

std::string Workshop::compile(const std::string& compiler, const std::string& flags) const {
  return run(fmt::format(
      "cd '{}' && {} -std=c++17 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror {} main.cpp -o program",
      directory_, compiler, flags));
}
std::string Workshop::compile_and_run(const std::string& compiler, const std::string& flags) const {
  const std::string built = compile(compiler, flags);
  return built == "ok" ? run("'" + directory_ + "/program'") : built;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace bench

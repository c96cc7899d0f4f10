// SPDX-License-Identifier: GPL-2.0-or-later
#include <boost/test/unit_test.hpp>

#include "gradus/algebra/normal.h"
#include "lab.h"

namespace gradus::test {
namespace {

using Answer = ZeroTest::Answer;
using Pairs = std::vector<std::pair<std::string, std::string>>;

ZeroTest difference(Lab& lab, const std::string& left, const std::string& right) {
  const Facts facts(lab.arena, lab.functions, &lab.model);
  return zero_test(lab.arena, lab.functions, &lab.model, facts, lab.arena.sub(lab(left), lab(right)));
}

void equal(Lab& lab, const Pairs& pairs) {
  for (const auto& [left, right] : pairs) {
    const ZeroTest z = difference(lab, left, right);
    BOOST_TEST((z.answer == Answer::zero), left << " = " << right << ": " << z.reason);
  }
}

void not_proved(Lab& lab, const Pairs& pairs) {
  for (const auto& [left, right] : pairs) {
    const ZeroTest z = difference(lab, left, right);
    BOOST_TEST((z.answer != Answer::zero), left << " = " << right << " must not be proved");
    BOOST_TEST(!z.reason.empty(), left << " = " << right);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(zero_tests)

BOOST_AUTO_TEST_CASE(the_logistic_neuron) {
  Lab lab;
  lab.define("z", "w*x + b").define("a", "sigmoid(z)").define("L", "-(y*ln(a) + (1 - y)*ln(1 - a))");
  equal(lab, {{"L", "-(y*z - ln(1 + exp(z)))"},
              {"L", "-(y*(-ln(1 + exp(-z))) + (1 - y)*(-z - ln(1 + exp(-z))))"},
              {"L", "-(-y*ln(1 + exp(-z)) - z - ln(1 + exp(-z)) + y*z + y*ln(1 + exp(-z)))"},
              {"L", "-(y*z - (ln(exp(z)) + ln(1 + exp(-z))))"},
              {"L", "-(y*z - ln(exp(z)*(1 + exp(-z))))"},
              {"L", "-(y*z - ln(exp(z) + exp(z - z)))"},
              {"L", "softplus(z) - y*z"},
              {"L", "y*softplus(-z) + (1 - y)*softplus(z)"},
              {"L", "-ln(a^y*(1 - a)^(1 - y))"},
              {"ln(a)", "-ln(1 + exp(-z))"},
              {"ln(1 - a)", "-z - ln(1 + exp(-z))"},
              {"ln(1 - a)", "ln(exp(-z)/(1 + exp(-z)))"},
              {"z", "ln(a/(1 - a))"},
              {"logit(a)", "w*x + b"},
              {"(-y/a + (1 - y)/(1 - a))*(a*(1 - a))", "a - y"},
              {"(-y*(1 - a) + a*(1 - y))/(a*(1 - a))*(a*(1 - a))", "-y + y*a + a - a*y"},
              {"-(1 + exp(-z))^(-2)*(-exp(-z))", "a*(1 - a)"},
              {"exp(-z)/(1 + exp(-z))^2", "1/(1 + exp(-z))*((1 + exp(-z) - 1)/(1 + exp(-z)))"},
              {"a*(1 - a)", "1/(2 + exp(z) + exp(-z))"},
              {"a*(1 - a)", "1/(4*cosh(z/2)^2)"},
              {"a", "(1 + tanh(z/2))/2"},
              {"a", "exp(z)/(1 + exp(z))"},
              {"a", "exp(w*x)*exp(b)/(1 + exp(w*x + b))"},
              {"1 - a", "sigmoid(-z)"},
              {"-(y*x - 1/(1 + exp(w*x + b))*exp(w*x + b)*x)", "x*(a - y)"},
              {"a - y", "(1 - y)*sigmoid(z) - y*sigmoid(-z)"},
              {"(a*(1 - a))^2 - a^2", "a^2*(a - 2)*a"}});
  not_proved(lab, {{"L", "-(y*z + ln(1 + exp(z)))"},
                   {"L", "-(y*z - ln(1 - exp(z)))"},
                   {"L", "softplus(z) + y*z"},
                   {"L", "softplus(-z) - y*z"},
                   {"ln(a)", "-ln(1 + exp(z))"},
                   {"ln(1 - a)", "z - ln(1 + exp(-z))"},
                   {"(-y/a - (1 - y)/(1 - a))*(a*(1 - a))", "a - y"},
                   {"(-y/a + (1 - y)/(1 - a))*a", "a - y"},
                   {"exp(-z)/(1 + exp(-z))", "a*(1 - a)"},
                   {"a*(1 - a)", "1/(1 + exp(z) + exp(-z))"},
                   {"a", "(1 + tanh(z))/2"},
                   {"a", "exp(z)/(1 + exp(-z))"},
                   {"1 - a", "-sigmoid(-z)"},
                   {"x*(a - y)", "x*(y - a)"},
                   {"a - y", "a*y"},
                   {"a*(1 - a)", "a*(1 + a)"},
                   {"a^2", "a"}});
}

BOOST_AUTO_TEST_CASE(rational_functions) {
  Lab lab;
  equal(lab, {{"(x + y)^2", "x^2 + 2*x*y + y^2"},
              {"(x^2 - 1)/(x - 1)", "x + 1"},
              {"1/x + 1/y", "(x + y)/(x*y)"},
              {"(x^3 - y^3)/(x - y)", "x^2 + x*y + y^2"},
              {"1/(1 - y) - x/(y*(1 - y))", "(y - x)/(y - y^2)"},
              {"x^(-2)*x^3", "x"},
              {"(1 + x)^100000", "(1 + x)^99999*(1 + x)"},
              {"(1 + x)^100000/(1 + x)^99998", "1 + 2*x + x^2"},
              {"x^0", "1"},
              {"0*ln(x)", "0"},
              {"1/(1/x)", "x"},
              {"x - x", "0"},
              {"(a + b + c)^3 - (a + b)^3", "3*(a + b)^2*c + 3*(a + b)*c^2 + c^3"},
              {"1/(x - 1) - 1/(x + 1)", "2/(x^2 - 1)"},
              {"0.1 + 0.2", "0.3"}});
  not_proved(lab, {{"(x + y)^2", "x^2 + y^2"},
                   {"1/x + 1/y", "1/(x + y)"},
                   {"(1 + x)^100000", "1 + 100000*x"},
                   {"1/(x - x)", "1/(y - y)"},
                   {"x/(x - x)", "0"},
                   {"x^3 - y^3", "(x - y)*(x^2 - x*y + y^2)"}});
}

BOOST_AUTO_TEST_CASE(exponentials_and_logarithms) {
  Lab lab;
  equal(lab, {{"exp(2*u)", "exp(u)^2"},
              {"exp(u/2)^2", "exp(u)"},
              {"exp(u)*exp(-u)", "1"},
              {"exp(u + v)", "exp(u)*exp(v)"},
              {"exp(u/3)*exp(u/6)", "sqrt(exp(u))"},
              {"exp(ln(x))", "x"},
              {"exp(-ln(x))", "1/x"},
              {"exp(ln(x) + ln(y))", "x*y"},
              {"exp(2*ln(x) + y*ln(x))", "x^(y + 2)"},
              {"exp((y + x*ln(x))/x)", "x*exp(y/x)"},
              {"e^x", "exp(x)"},
              {"ln(e)", "1"},
              {"e*exp(x)", "exp(1 + x)"},
              {"ln(exp(x))", "x"},
              {"ln(x^2)", "2*ln(abs(x))"},
              {"ln(x^3)", "3*ln(x)"},
              {"ln(6)", "ln(2) + ln(3)"},
              {"ln(8)/ln(2)", "3"},
              {"ln(0.5)", "-ln(2)"},
              {"ln(x*y)", "ln(abs(x)) + ln(abs(y))"},
              {"ln(x/y) - ln(x)", "-ln(y)"},
              {"ln(x^2 - 1)", "ln(abs(x - 1)) + ln(abs(x + 1))"},
              {"ln(x^2 + 2*x + 1)", "2*ln(abs(1 + x))"},
              {"ln(sqrt(x))", "ln(x)/2"},
              {"ln(1 + exp(z))", "z + ln(1 + exp(-z))"},
              {"ln(exp(x) + exp(y))", "x + ln(1 + exp(y - x))"},
              {"ln(exp(x) + exp(y))", "max(x, y) + ln(1 + exp(-abs(x - y)))"},
              {"softplus(z)", "max(z, 0) + log1p(exp(-abs(z)))"},
              {"softplus(z) - softplus(-z)", "z"},
              {"expm1(2*u)", "expm1(u)*(expm1(u) + 2)"},
              {"log1p(exp(u)) + log1p(exp(-u))", "2*log1p(exp(u)) - u"},
              {"x^y*x^(-y)", "1"},
              {"(x^y)^2", "x^(2*y)"},
              {"x^(y + 1)/x", "x^y"},
              {"2^x*2^(-x)", "1"},
              {"4^x", "2^(2*x)"},
              {"ln(x^y)", "y*ln(x)"},
              {"(x*w)^y/x^y", "w^y + 0*ln(w)*ln(x)"},
              {"exp(x)^y", "exp(x*y)"},
              {"exp(exp(x))^2", "exp(2*exp(x))"},
              {"exp(1000000*x)/exp(999999*x)", "exp(x)"}});
  not_proved(lab, {{"exp(2*u)", "2*exp(u)"},
                   {"exp(u*v)", "exp(u)*exp(v)"},
                   {"exp(u^2)", "exp(u)^2"},
                   {"ln(x + y)", "ln(x) + ln(y)"},
                   {"ln(x^2)", "2*ln(x) + ln(-x)"},
                   {"ln(x)*ln(y)", "ln(x + y)"},
                   {"ln(x)^2", "2*ln(x)"},
                   {"ln(6)", "ln(2)*ln(3)"},
                   {"ln(1 + exp(z))", "z"},
                   {"exp(ln(x)*2)", "2*x"},
                   {"exp(ln(x) + y)", "x + exp(y)"},
                   {"x^y*x^y", "x^(y^2)"},
                   {"(x + 1)^y", "x^y + 1"},
                   {"e^x", "x^e"},
                   {"ln(-x)", "-ln(x) + ln(x)"},
                   {"softplus(z)", "max(z, 0)"},
                   {"softplus(z)", "max(z, 0) + log1p(exp(abs(z)))"}});
}

BOOST_AUTO_TEST_CASE(roots_signs_and_pieces) {
  Lab lab;
  equal(lab, {{"sqrt(x)^2", "x"},
              {"sqrt(x^2)", "abs(x)"},
              {"(x^2)^(1/2)", "abs(x)"},
              {"sqrt(x)*sqrt(y)", "sqrt(x*y) + 0*ln(x)"},
              {"sqrt(8)", "2*sqrt(2)"},
              {"sqrt(2)*sqrt(3)", "sqrt(6)"},
              {"1/sqrt(2)", "sqrt(2)/2"},
              {"(sqrt(x) - 1)*(sqrt(x) + 1)", "x - 1"},
              {"1/(sqrt(x) + x)", "1/(sqrt(x)*(1 + sqrt(x)))"},
              {"ln(sqrt(x) - 1) + ln(sqrt(x) + 1)", "ln(x - 1)"},
              {"x^(1/3)*x^(2/3)", "x"},
              {"x^(1/2)*x^(1/3)", "x^(5/6)"},
              {"x/sqrt(x^2 + 1) - sqrt(x^2 + 1)/x", "-1/(x*sqrt(x^2 + 1))"},
              {"sqrt(x^2 + 2*x + 1)", "abs(x + 1)"},
              {"sqrt(x^4)", "x^2"},
              {"(x^6)^(1/3)", "x^2"},
              {"abs(x)^2", "x^2"},
              {"abs(x*y)", "abs(x)*abs(y)"},
              {"abs(-x)", "abs(x)"},
              {"abs(x)", "x*sign(x)"},
              {"sign(x)^2", "1"},
              {"sign(x*y)", "sign(x)*sign(y)"},
              {"abs(exp(x))", "exp(x)"},
              {"abs(1 + x^2)", "1 + x^2"},
              {"max(x, y) + min(x, y)", "x + y"},
              {"max(x, y) - min(x, y)", "abs(x - y)"},
              {"max(x, y)", "(x + y + abs(x - y))/2"},
              {"max(x, max(y, z))", "max(max(x, y), z)"},
              {"min(x, min(y, z))", "min(min(z, x), y)"},
              {"relu(x) - relu(-x)", "x"},
              {"relu(x) + relu(-x)", "abs(x)"},
              {"relu(x)", "x*where(x > 0, 1, 0)"},
              {"relu(x)^2", "x*relu(x)"},
              {"where(x > 0, ln(x), 0)", "where(x <= 0, 0, ln(x))"},
              {"where(x > 0, 1/(1 + sign(x)), 5)", "where(x > 0, 1/2, 5)"},
              {"where(x > 0 and y > 0, 1, 0)", "where(x > 0, 1, 0)*where(y > 0, 1, 0)"},
              {"where(x > 0 or y > 0, 1, 0)", "1 - where(not x > 0, 1, 0)*where(y <= 0, 1, 0)"},
              {"where(x > 0 and ln(x) > 1, 1, 0)", "where(ln(x^2) > 2 and x >= 0, 1, 0)"},
              {"max(0, 1 - y*z)", "where(y*z < 1, 1 - y*z, 0)"},
              {"where(abs(r) <= 1, r^2/2, abs(r) - 1/2)", "where(r > 1, r - 1/2, where(r < -1, -r - 1/2, r^2/2))"},
              {"where(abs(r) <= 1, r, sign(r))", "max(-1, min(1, r))"},
              {"min(max(x, 0), 1)", "max(min(x, 1), 0)"},
              {"leaky_relu(x)", "max(x, x/100)"},
              {"where(x == 1, 5, x)", "x"},
              {"where(x != y, 1, 0)", "1"},
              {"where(x > 0, where(x > 0, 1, 2), 3)", "where(x > 0, 1, 3)"},
              {"max(x^2, -1)", "x^2"},
              {"max(exp(x), exp(y))", "exp(max(x, y)) + 0*x"}});
  not_proved(lab, {{"sqrt(x^2)", "x"},
                   {"(x^2)^(1/2)", "x"},
                   {"sqrt(x + y)", "sqrt(x) + sqrt(y)"},
                   {"sqrt(x^2 + 1)", "x + 1"},
                   {"x^(1/2)*x^(1/3)", "x^(1/6)"},
                   {"abs(x + y)", "abs(x) + abs(y)"},
                   {"abs(x)", "x"},
                   {"abs(x)", "-x"},
                   {"sign(x)", "1"},
                   {"max(x, y)", "x + y - max(x, y)"},
                   {"max(x, y)", "x"},
                   {"relu(x) + relu(-x)", "x"},
                   {"relu(x)", "x"},
                   {"where(x > 0, 1/(1 + sign(x)), 5)", "1/2 + 5/2 - 5*sign(x)/2"},
                   {"where(x > 0, ln(x), 1)", "ln(abs(x))*where(x > 0, 1, 0)"},
                   {"where(x > 0 and y > 0, 1, 0)", "where(x > 0, 1, 0)"},
                   {"where(ln(x) > 1 and x > 0, 0, 7)", "0"},
                   {"where(x > 0 or y > 0, 1, 0)", "where(x > 0, 1, 0) + where(y > 0, 1, 0)"},
                   {"where(abs(r) <= 1, r^2/2, abs(r))", "where(r > 1, r - 1/2, where(r < -1, -r - 1/2, r^2/2))"},
                   {"min(max(x, 0), 1)", "max(min(x, 0), 1)"},
                   {"where(x == 1, 5, x)", "5"},
                   {"sqrt(2) + sqrt(3)", "sqrt(5)"}});
}

BOOST_AUTO_TEST_CASE(trigonometric_and_hyperbolic) {
  Lab lab;
  equal(lab, {{"sin(x)^2 + cos(x)^2", "1"},
              {"sin(2*x)", "2*sin(x)*cos(x)"},
              {"cos(2*x)", "1 - 2*sin(x)^2"},
              {"sin(3*x)", "3*sin(x) - 4*sin(x)^3"},
              {"sin(x + y)", "sin(x)*cos(y) + cos(x)*sin(y)"},
              {"cos(x - y) - cos(x + y)", "2*sin(x)*sin(y)"},
              {"sin(-x)", "-sin(x)"},
              {"cos(-x)", "cos(x)"},
              {"sin(x/2)*cos(x/2)", "sin(x)/2"},
              {"tan(x)", "sin(x)/cos(x)"},
              {"1 + tan(x)^2", "1/cos(x)^2"},
              {"tan(2*x)", "2*tan(x)/(1 - tan(x)^2)"},
              {"tan(x/2)", "sin(x)/(1 + cos(x))"},
              {"(1 - cos(x))/sin(x)", "sin(x)/(1 + cos(x))"},
              {"sin(pi/6)", "1/2"},
              {"sin(x + pi)", "-sin(x)"},
              {"cos(x + pi/2)", "-sin(x)"},
              {"cos(pi/4)*sqrt(2)", "1"},
              {"sin(pi)", "0"},
              {"atan(-x)", "-atan(x)"},
              {"atan(1)", "pi/4"},
              {"atan(x*y/y)", "atan(x)"},
              {"sin(atan(x))", "x/sqrt(1 + x^2)"},
              {"tan(atan(x))", "x"},
              {"cosh(x)^2 - sinh(x)^2", "1"},
              {"sinh(2*x)", "2*sinh(x)*cosh(x)"},
              {"tanh(x)", "sinh(x)/cosh(x)"},
              {"1 - tanh(x)^2", "1/cosh(x)^2"},
              {"tanh(x)", "2*sigmoid(2*x) - 1"},
              {"tanh(x)", "(exp(2*x) - 1)/(exp(2*x) + 1)"},
              {"tanh(x + y)", "(tanh(x) + tanh(y))/(1 + tanh(x)*tanh(y))"},
              {"cos(w*x + b)", "cos(w*x)*cos(b) - sin(w*x)*sin(b)"}});
  not_proved(lab, {{"sin(2*x)", "2*sin(x)"},
                   {"sin(x + y)", "sin(x) + sin(y)"},
                   {"cos(2*x)", "1 - sin(x)^2"},
                   {"cos(-x)", "-cos(x)"},
                   {"tan(x)", "cos(x)/sin(x)"},
                   {"1 + tan(x)^2", "cos(x)^2"},
                   {"sin(pi/6)", "sqrt(3)/2"},
                   {"sin(atan(x))", "1/sqrt(1 + x^2)"},
                   {"cosh(x)^2 + sinh(x)^2", "1"},
                   {"1 - tanh(x)^2", "1/cosh(x)"},
                   {"tanh(x)", "2*sigmoid(x) - 1"},
                   {"tanh(x)^2", "tanh(2*x)"}});
}

BOOST_AUTO_TEST_CASE(functions) {
  Lab lab;
  lab.function("g", "t", "")
      .function("f", "t", "t^2 + exp(t)")
      .function("h", "x", "f(x) - f(-x)")
      .define("u", "g(x*w)");
  equal(lab, {{"g(x + y)", "g(y + x)"},
              {"g((x^2 - 1)/(x - 1))", "g(1 + x)"},
              {"u*2", "g(w*x) + g(x*w)"},
              {"g'(2*x)*2 - 2*g'(x + x)", "0"},
              {"f(x + 1)", "x^2 + 2*x + 1 + e*exp(x)"},
              {"h(w)", "2*sinh(w)"},
              {"g(f(x) - x^2)", "g(exp(x))"},
              {"sigmoid'(x)", "sigmoid(x)*(1 - sigmoid(x))"},
              {"exp(g(x))*exp(-g(x))", "1"},
              {"ln(exp(g(x))^2)", "2*g(x)"}});
  not_proved(lab, {{"g(x + y)", "g(x) + g(y)"},
                   {"g(2*x)", "2*g(x)"},
                   {"g(-x)", "-g(x)"},
                   {"g'(x)", "g(x)"},
                   {"f'(x)", "2*x + exp(x)*2"},
                   {"h(x)", "sinh(x)"}});
}

BOOST_AUTO_TEST_CASE(assumptions) {
  Lab lab;
  lab.assume("y in {0, 1}").assume("t in {-1, 1}").assume("p1 + p2 == 1");
  lab.assume("0 < q and q < 1").assume("s > 0").assume("d > 0").assume("c^2 + k^2 == 1").assume("m >= 0");
  equal(lab, {{"y^2", "y"},
              {"t^2", "1"},
              {"where(y == 1, -ln(q), -ln(1 - q))", "-y*ln(q) - (1 - y)*ln(1 - q)"},
              {"ln(1 + exp(-t*z))", "where(t == 1, softplus(-z), softplus(z))"},
              {"abs(y - q)", "y + q - 2*y*q"},
              {"max(0, 1 - t*z)", "where(t > 0, relu(1 - z), relu(1 + z))"},
              {"1 - p1", "p2"},
              {"p1^2 + 2*p1*p2 + p2^2", "1"},
              {"sqrt(s^2)", "s"},
              {"abs(m)", "m"},
              {"ln(s*x) - ln(x)", "ln(s)"},
              {"ln(s^2)", "2*ln(s)"},
              {"sqrt(q^2)/q", "1"},
              {"abs(q - 1)", "1 - q"},
              {"where(abs(r) <= d, r^2/2, d*(abs(r) - d/2))",
               "where(r > d, d*r - d^2/2, where(r < -d, -d*r - d^2/2, r^2/2))"},
              {"c^4 + 2*c^2*k^2 + k^4", "1"},
              {"c^2 - 1", "-k^2"},
              {"where(y == 0 or y == 1, 3, 4)", "3"},
              {"where(y in {1}, 3, 4)", "4 - y"}});
  not_proved(lab, {{"y^2", "1"},
                   {"t", "1"},
                   {"t^3", "1"},
                   {"where(y == 1, 5, 7)", "7"},
                   {"where(y != 0, 5, 7)", "5"},
                   {"sign(y)", "1"},
                   {"1 - p1", "-p2"},
                   {"abs(x)", "x"},
                   {"where(c^2 + k^2 == 1, 5, 7)", "7"},
                   {"where(c^2 + k^2 >= 1, 5, 7)", "7"},
                   {"sign(c^2 + k^2 - 1)^2", "1"},
                   {"sqrt((q - 1)^2)", "q - 1"}});
}

BOOST_AUTO_TEST_CASE(softmax_and_likelihoods) {
  Lab lab;
  lab.define("S", "exp(z1) + exp(z2) + exp(z3)")
      .define("p1", "exp(z1)/S")
      .define("p2", "exp(z2)/S")
      .define("p3", "exp(z3)/S");
  lab.assume("y1 + y2 + y3 == 1");
  lab.define("L", "-(y1*ln(p1) + y2*ln(p2) + y3*ln(p3))")
      .define("lse", "m + ln(exp(z1 - m) + exp(z2 - m) + exp(z3 - m))");
  equal(lab, {{"p1 + p2 + p3", "1"},
              {"L", "ln(S) - y1*z1 - y2*z2 - y3*z3"},
              {"-y1/p1*p1*(1 - p1) + y2/p2*p1*p2 + y3/p3*p1*p3", "p1 - y1"},
              {"p1", "1/(1 + exp(z2 - z1) + exp(z3 - z1))"},
              {"p1", "exp(z1 - z3)/(exp(z1 - z3) + exp(z2 - z3) + 1)"},
              {"lse", "ln(S)"},
              {"ln(p1) - ln(p2)", "z1 - z2"},
              {"p1*(1 - p1)", "p1*p2 + p1*p3"},
              {"-ln(sigmoid(d))", "softplus(-d)"},
              {"-ln(1 - sigmoid(d))", "softplus(d)"},
              {"(1 - sigmoid(d))^2*ln(sigmoid(d))", "-softplus(-d)/(1 + exp(d))^2"},
              {"ln(exp(l)^n*exp(-exp(l)))", "n*l - exp(l)"},
              {"ln(1/sqrt(2*pi*exp(v))*exp(-(x - mu)^2/(2*exp(v))))", "-(ln(2*pi) + v + (x - mu)^2*exp(-v))/2"},
              {"-(1 + v - mu^2 - exp(v))/2", "(exp(v) + mu^2 - 1)/2 - ln(sqrt(exp(v)))"},
              {"sigmoid(z1/T)", "1/(1 + exp(-z1/T))"},
              {"sigmoid(z1/T)^T", "exp(-T*ln(1 + exp(-z1/T)))"}});
  not_proved(lab, {{"L", "ln(S) - y1*z1 - y2*z2"},
                   {"p1 - p2", "z1 - z2"},
                   {"lse", "m + ln(S)"},
                   {"-y1/p1*p1*(1 - p1) + y2/p2*p1*p2", "p1 - y1"},
                   {"p1*(1 - p1)", "p1*p2"}});
}

BOOST_AUTO_TEST_CASE(ends_within_its_budget) {
  Lab lab;
  for (const std::string text :
       {"(a + b + c + d + f + g)^40 - 1", "(1 + x + y)^1000 - x", "exp(exp(exp(10))) - x", "sin(1000*x) - y",
        "(x + 1)^(1/9973) - y", "abs(a)+abs(b)+abs(c)+abs(d)+abs(f)+abs(g)+abs(h)+abs(k)+abs(l)+abs(m)-1",
        "10^100000 - x", "2^(1/2)^(1/3) - y", "ln((x^60 - 1)*(y^60 - 1)*(w^60-1)) - z"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST((difference(lab, text, "0").answer != Answer::zero)); }
  }
  // A million names, each in terms of the one before.
  Lab deep;
  deep.define("n0", "x");
  const Expr one = deep("1");
  for (int k = 1; k < 300'000; ++k) {
    const std::string name = "n" + std::to_string(k);
    const Expr value = deep.arena.add(deep.arena.call("sin", {deep.arena.symbol("n" + std::to_string(k - 1))}), one);
    deep.model.definition_index[name] = deep.model.definitions.size();
    deep.model.definitions.push_back({name, deep.arena.symbol(name), value, {}});
  }
  const ZeroTest z = difference(deep, "n299999", "x");
  BOOST_TEST((z.answer == Answer::gave_up));
  BOOST_TEST(z.reason.find("unfolding") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace gradus::test

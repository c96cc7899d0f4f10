// SPDX-License-Identifier: GPL-2.0-or-later
// Links that are true, over many losses: all are proved.
#include <boost/test/unit_test.hpp>
#include <vector>

#include "check/lab.h"

using namespace gradus;

namespace {

struct TrueLinks {
  const char* head;
  std::vector<const char*> links;
};

const std::vector<TrueLinks> all_true_links{
    {"input y\nparam z\ns = sigmoid(z)\nL = -(y*ln(s) + (1 - y)*ln(1 - s))",
     {"dL/dz = s - y", "dL/dz = -y*(1 - s) + (1 - y)*s", "L = softplus(z) - y*z", "L = ln(1 + exp(z)) - y*z",
      "L = y*softplus(-z) + (1 - y)*softplus(z)", "L = y*ln(1 + exp(-z)) + (1 - y)*(z + ln(1 + exp(-z)))",
      "ds/dz = exp(z)/(1 + exp(z))^2", "ds/dz = 1/(2 + exp(z) + exp(-z))", "1 - s = sigmoid(-z)", "logit(s) = z",
      "ln(s/(1 - s)) = z", "d(s*(1 - s))/dz = s*(1 - s)*(1 - 2*s)", "s = (1 + tanh(z/2))/2"}},
    // GAN
    {"param d\nG = -ln(sigmoid(d))\nH = -ln(1 - sigmoid(d))",
     {"dG/dd = sigmoid(d) - 1", "dG/dd = -sigmoid(-d)", "dH/dd = sigmoid(d)", "dG/dd = -1/(1 + exp(d))",
      "G = softplus(-d)", "H - G = d", "H = d + G", "d(ln(1 - sigmoid(d)))/dd = -1/(1 + exp(-d))"}},
    // focal loss
    {"input g\nparam z\nassume g > 0\np = sigmoid(z)\nF = -(1 - p)^g*ln(p)",
     {"dF/dp = g*(1 - p)^(g - 1)*ln(p) - (1 - p)^g/p", "dF/dz = (1 - p)^g*(g*p*ln(p) - (1 - p))",
      "dF/dz = g*p*(1 - p)^g*ln(p) - (1 - p)^(g + 1)"}},
    // hinge and Huber
    {"input x, y, delta\nparam w\nassume delta > 0\nr = y - w*x\nh = max(0, 1 - y*w*x)\n"
     "E = where(abs(r) <= delta, r^2/2, delta*(abs(r) - delta/2))",
     {"dh/dw = where(1 - y*w*x > 0, -y*x, 0)", "h = relu(1 - y*w*x)",
      "dE/dr = where(abs(r) <= delta, r, delta*sign(r))", "dE/dw = -x*where(abs(r) <= delta, r, delta*sign(r))",
      "dE/dr = max(-delta, min(r, delta))"}},
    // Poisson with log link, with a constant
    {"input x, y\nparam w, b\nmu = exp(w*x + b)\nL = mu - y*ln(mu)",
     {"dL/dw = (mu - y)*x", "dL/db = mu - y", "L = exp(w*x + b) - y*(w*x + b)", "dL/dmu = 1 - y/mu",
      "d(dL/dw)/dw = x^2*mu"}},
    // Gaussian with log variance
    {"input y\nparam m, s\nL = (s + (y - m)^2*exp(-s) + ln(2*pi))/2",
     {"dL/dm = (m - y)*exp(-s)", "dL/ds = (1 - (y - m)^2/exp(s))/2", "dL/dm = (m - y)/exp(s)",
      "L = (ln(2*pi*exp(s)) + (y - m)^2/exp(s))/2", "dL/ds = 1/2 - exp(-s)*(y^2 - 2*y*m + m^2)/2"}},
    {"input y\nparam m, s\nassume s > 0\nL = ln(s) + (y - m)^2/(2*s^2)",
     {"dL/ds = 1/s - (y - m)^2/s^3", "dL/ds = (s^2 - (y - m)^2)/s^3", "dL/dm = -(y - m)/s^2"}},
    // Gaussian KL of a variational autoencoder
    {"param m, v\nK = -(1 + v - m^2 - exp(v))/2",
     {"dK/dm = m", "dK/dv = (exp(v) - 1)/2", "K = (exp(v) + m^2 - 1 - v)/2", "dK/dv = exp(v/2)*sinh(v/2)"}},
    // softmax over three logits
    {"input y1, y2, y3\nparam u, v, w\nassume y1 + y2 + y3 = 1\nS = exp(u) + exp(v) + exp(w)\np = exp(u)/S\nq = "
     "exp(v)/S\nr = exp(w)/S\n"
     "L = -(y1*ln(p) + y2*ln(q) + y3*ln(r))",
     {"dp/du = p*(1 - p)", "dp/dv = -p*q", "p + q + r = 1", "dL/du = p - y1", "L = ln(S) - y1*u - y2*v - y3*w",
      "dL/dv = (y1 + y2 + y3)*q - y2", "p = 1/(1 + exp(v - u) + exp(w - u))"}},
    // one-hot labels: which values go together is part of the assumptions
    {"input y1, y2, y3\nparam u, v, w\nassume y1 in {0, 1}, y2 in {0, 1}, y3 in {0, 1}, y1 + y2 + y3 = 1\n"
     "S = exp(u) + exp(v) + exp(w)\nL = -(y1*ln(exp(u)/S) + y2*ln(exp(v)/S) + y3*ln(exp(w)/S))",
     {"y1*y2 = 0", "(y1 + y2)^2 = 1 - y3", "L = -ln((y1*exp(u) + y2*exp(v) + y3*exp(w))/S)", "dL/dv = exp(v)/S - y2",
      "L = where(y1 == 1, ln(S) - u, where(y2 == 1, ln(S) - v, ln(S) - w))", "max(y1, max(y2, y3)) = 1"}},
    {"input y, k\nassume y in {0, 1, 2}, y >= 1, k in {1, 2}, k <= y",
     {"(y - 1)*(y - 2) = 0", "k*(y - 1) = (y - 1)*k", "abs(y - 3/2) = 1/2",
      "(k - 2)*(y - 1)*(y - k) = where(y == 2 and k == 1, -1, 0)", "1/y = 3/2 - y/2"}},
    // exponents that take single values: a base that is negative has powers
    {"input y, k\nparam p\nassume y in {0, 1}, k in {0, 1, 2}\nL = p^y*(1 - p)^(1 - y)",
     {"L = y*p + (1 - y)*(1 - p)", "dL/dp = 2*y - 1", "(p + 1)^y = 1 + y*p", "(-1)^y = 1 - 2*y",
      "p^(y - 1) = where(y == 1, 1, 1/p)", "sqrt(p^(2*y)) = abs(p)^y", "d(p^k)/dp = k*p^(k - 1)",
      "p^k = where(k == 0, 1, where(k == 1, p, p^2))"}},
    // tanh with the squared error
    {"input x, y\nparam w, b\nz = w*x + b\na = tanh(z)\nL = (a - y)^2/2",
     {"dL/dw = (a - y)*(1 - a^2)*x", "da/dz = 1 - a^2", "da/dz = 4/(exp(z) + exp(-z))^2",
      "a = (exp(2*z) - 1)/(exp(2*z) + 1)", "a = 2*sigmoid(2*z) - 1", "da/dz = (1 - a)*(1 + a)", "a = sinh(z)/cosh(z)",
      "1/cosh(z)^2 = 1 - a^2"}},
    // softplus, temperature, labels -1 and +1
    {"input T, y\nparam z\nassume T > 0, y in {-1, 1}\ns = sigmoid(z/T)\nM = ln(1 + exp(-y*z))",
     {"ds/dz = s*(1 - s)/T", "d(softplus(z))/dz = sigmoid(z)", "softplus(z) - softplus(-z) = z",
      "dM/dz = -y*sigmoid(-y*z)", "dM/dz = -y/(1 + exp(y*z))", "y^2 = 1", "d(softplus(z/T)*T)/dz = s",
      "ds/dT = -z*s*(1 - s)/T^2", "M = where(y == 1, softplus(-z), softplus(z))"}},
    // other functions
    {"input x\nparam t",
     {"d(ln(1 + x^2))/dx = 2*x/(1 + x^2)", "d(atan(x))/dx = 1/(1 + x^2)", "sin(t)^2 + cos(t)^2 = 1",
      "d(sin(t)*cos(t))/dt = cos(t)^2 - sin(t)^2", "d(x^3 - 2*x)/dx = 3*x^2 - 2", "sqrt(x^2) = abs(x)",
      "ln(exp(x)) = x", "exp(x + t)/exp(t) = exp(x)", "d(sqrt(1 + x^2))/dx = x/sqrt(1 + x^2)",
      "d(leaky_relu(x))/dx = where(x > 0, 1, 1/100)", "relu(x) - relu(-x) = x", "max(x, t) + min(x, t) = x + t",
      "abs(x) = max(x, -x)", "d(exp(-x^2/2))/dx = -x*exp(-x^2/2)",
      "d(x*sigmoid(x))/dx = sigmoid(x)*(1 + x*(1 - sigmoid(x)))", "diff(exp(2*x), x, x) = 4*exp(2*x)",
      "cosh(x)^2 - sinh(x)^2 = 1", "expm1(x) = exp(x) - 1"}},
    {"input x\nparam k\nfunction g(t)\nf(u) = u^2 + g(u)\nz = k*x",
     {"d(g(z))/dx = k*g'(z)", "d(f(z))/dk = (2*z + g'(z))*x", "d(g(x)*g(x))/dx = 2*g(x)*g'(x)", "f(x) - g(x) = x^2",
      "f'(x) = 2*x + g'(x)", "f''(x) - g''(x) = 2", "d(f'(z))/dk = x*(2 + g''(z))", "d(f(g(x)))/dx = f'(g(x))*g'(x)",
      "sigmoid'(x) = sigmoid(x)*sigmoid(-x)", "tanh''(x) = -2*tanh(x)*(1 - tanh(x)^2)"}},
    {"input x\nf(u) = u^3\nz = f'(x)", {"z = 3*x^2", "dz/dx = f''(x)", "dz/dx = 6*x"}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(true_links)

BOOST_AUTO_TEST_CASE(all_are_proved) {
  std::size_t links = 0, proved = 0;
  for (const TrueLinks& g : all_true_links) {
    lab::Lab lab;
    for (const char* link : g.links) {
      ++links;
      try {
        const LinkVerdict v = lab.verdict(g.head, link);
        proved += v.verdict == Verdict::proved ? 1 : 0;
        BOOST_CHECK_MESSAGE(v.verdict == Verdict::proved, lab::show(lab.arena, v));
      } catch (const std::exception& e) {
        BOOST_ERROR(std::string(link) + ": " + e.what());
      }
    }
  }
  BOOST_TEST_MESSAGE("true links: " << proved << " of " << links << " proved");
  BOOST_CHECK_GE(links, 60U);
}

BOOST_AUTO_TEST_SUITE_END()

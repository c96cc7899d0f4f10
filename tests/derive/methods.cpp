// SPDX-License-Identifier: GPL-2.0-or-later
// Costs that people train with, by both methods: the results, and the form that the direct method reaches first.
#include "derive/lines.h"

using namespace gradus;
using Method = DeriveRequest::Method;

namespace {

struct Case {
  const char *name, *model, *of, *wrt;
  const char* result;     // up to the order of terms and factors, by either method
  const char* rewritten;  // what the direct method differentiates; null: the cost as it is
};

const Case cases[] = {
    {"tanh and squared error", "input x, y\nparam w\nz = w*x\na = tanh(z)\nL = (a - y)^2/2\n", "L", "w",
     "(a - y)*(1 - a^2)*x", nullptr},
    {"softplus", "input x\nparam w\nz = w*x\nL = softplus(z)\n", "L", "w", "sigmoid(z)*x", "ln(1 + exp(z))"},
    {"generator of a GAN", "param d\nL = -ln(sigmoid(d))\n", "L", "d", "sigmoid(d) - 1", "ln(1 + exp(-d))"},
    {"discriminator of a GAN", "param d\nL = -ln(1 - sigmoid(d))\n", "L", "d", "sigmoid(d)", "ln(1 + exp(d))"},
    {"temperature", "input y, T\nparam z\nassume T > 0\na = sigmoid(z/T)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n", "L",
     "z", "(a - y)/T", "y*z/T - ln(1 + exp(z/T))"},
    {"labels -1 and 1", "input x, y\nparam w\nassume y in {-1, 1}\nz = w*x\nL = ln(1 + exp(-y*z))\n", "L", "z",
     "(sigmoid(y*z) - 1)*y", "ln(1 + exp(-y*z))"},
    {"Poisson with log link", "input x, y\nparam w\neta = w*x\nmu = exp(eta)\nL = mu - y*ln(mu)\n", "L", "w",
     "(mu - y)*x", "exp(eta) - y*eta"},
    {"Gaussian with log variance", "input y\nparam mu, s\nv = exp(s)\nL = (ln(v) + (y - mu)^2/v)/2\n", "L", "mu",
     "(mu - y)/v", nullptr},
    {"the same, by the log variance", "input y\nparam mu, s\nv = exp(s)\nL = (ln(v) + (y - mu)^2/v)/2\n", "L", "s",
     "1/2 - 1/2*(y - mu)^2/v", nullptr},
    {"divergence of Gaussians", "param mu, s\nv = exp(s)\nL = (mu^2 + v - ln(v) - 1)/2\n", "L", "mu", "mu", nullptr},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(methods)

BOOST_AUTO_TEST_CASE(results_of_both_methods) {
  for (const Case& c : cases) {
    lab::Derived d(c.model);
    BOOST_TEST_CONTEXT(c.name) {
      for (const Method m : {Method::chain, Method::direct}) {
        const Derivation one = d.one(c.of, c.wrt, m);
        BOOST_TEST_INFO(print(d.arena, one.result));
        BOOST_CHECK(d.proved_equal(one.result, d.expression(c.result)));
        lab::check_trace(d.arena, one.start, one.steps, one.result);
        if (m == Method::direct && c.rewritten != nullptr) {
          BOOST_CHECK(d.passes(one, {c.rewritten}, true) ||
                      d.passes(one, {"-(" + std::string(c.rewritten) + ")"}, true));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(results_are_as_short_as_a_textbooks) {
  for (const Case& c : cases) {
    lab::Derived d(c.model);
    Rewriter measure(d.arena, d.catalogue, &d.model, {});
    const long wanted = measure.cost("default", d.expression(c.result));
    for (const Method m : {Method::chain, Method::direct}) {
      const Expr result = d.one(c.of, c.wrt, m).result;
      BOOST_TEST_INFO(c.name << ": " << print(d.arena, result));
      BOOST_CHECK_LE(measure.cost("default", result), wanted + 2);
    }
  }
}

BOOST_AUTO_TEST_CASE(softmax_over_three_logits) {
  const std::string head = "input y1, y2, y3\nparam z1, z2, z3\n";
  const std::string body =
      "s = exp(z1) + exp(z2) + exp(z3)\np1 = exp(z1)/s\np2 = exp(z2)/s\np3 = exp(z3)/s\n"
      "L = -(y1*ln(p1) + y2*ln(p2) + y3*ln(p3))\n";
  lab::Derived with(head + "assume y1 + y2 + y3 = 1\n" + body), without(head + body);
  for (const Method m : {Method::chain, Method::direct}) {
    BOOST_CHECK(print(with.arena, with.one("L", "z2", m).result) == "p2 - y2");
    BOOST_CHECK(without.proved_equal(without.one("L", "z2", m).result, without.expression("(y1 + y2 + y3)*p2 - y2")));
  }
}

BOOST_AUTO_TEST_CASE(focal_loss) {
  lab::Derived d("input g\nparam z\nassume g > 0\np = sigmoid(z)\nL = -(1 - p)^g*ln(p)\n");
  for (const Method m : {Method::chain, Method::direct}) {
    for (const Derivation& one : d.derive("L", {"z"}, m)) {
      Expr result = one.result;
      // The chain rule may leave the adjoint of p by its name.
      for (const Derivation& p : d.derive("L", {"p"}, m)) result = substitute(d.arena, result, {{p.start, p.result}});
      if (d.arena.name(one.of) != "L" || d.arena.name(one.wrt) != "z") continue;
      BOOST_CHECK(d.proved_equal(result, d.expression("(1 - p)^g*(g*p*ln(p) - (1 - p))")));
    }
  }
}

BOOST_AUTO_TEST_CASE(kinks) {
  lab::Derived hinge("input x, y\nparam w\nL = max(0, 1 - y*w*x)\n");
  lab::Derived huber("input x, k\nparam w\nassume k > 0\nr = w*x\nL = where(abs(r) <= k, r^2/2, k*(abs(r) - k/2))\n");
  for (const Method m : {Method::chain, Method::direct}) {
    BOOST_CHECK(hinge.proved_equal(hinge.one("L", "w", m).result, hinge.expression("where(y*w*x < 1, -y*x, 0)")));
    BOOST_CHECK(
        huber.proved_equal(huber.one("L", "w", m).result, huber.expression("where(abs(r) <= k, r, k*sign(r))*x")));
  }
}

BOOST_AUTO_TEST_CASE(more_ways_to_one_name_are_added_up) {
  lab::Derived d("input x\nparam w\nu = w^2\nv = w*u\nL = u*v + w\n");
  const auto all = d.derive("", {"w"}, Method::both);
  std::size_t seen = 0;
  for (const Derivation& one : all) {
    if (d.arena.name(one.of) != "L" || d.arena.name(one.wrt) != "w") continue;
    ++seen;
    Expr result = one.result;
    for (const Derivation& other : all) result = substitute(d.arena, result, {{other.start, other.result}});
    BOOST_TEST_INFO(print(d.arena, result));
    BOOST_CHECK(d.proved_equal(result, d.expression("5*w^4 + 1")));
  }
  BOOST_CHECK_EQUAL(seen, 2U);
}

BOOST_AUTO_TEST_CASE(what_does_not_depend_is_zero) {
  lab::Derived d("input x, t\nparam w\nz = w*x\nL = z^2\n");
  for (const Method m : {Method::chain, Method::direct}) {
    const Derivation one = d.one("L", "t", m);
    BOOST_CHECK(d.arena.is_number(one.result, 0));
    BOOST_CHECK(!one.note.empty());
  }
}

BOOST_AUTO_TEST_CASE(direct_declines_above_its_limit) {
  std::string text = "param w\na0 = w\n";
  for (int k = 1; k <= 12; ++k)
    text += "a" + std::to_string(k) + " = a" + std::to_string(k - 1) + "*a" + std::to_string(k - 1) + "\n";
  lab::Derived d(text);
  const Derivation one = d.one("a12", "w", Method::direct);
  BOOST_CHECK(one.steps.empty());
  BOOST_CHECK_MESSAGE(one.declined.find("the direct method is limited to 2000") != std::string::npos, one.declined);
}

// `u` is a product in which all cancels: it was put in for nothing, again and again.
BOOST_AUTO_TEST_CASE(a_name_for_one_ends) {
  lab::Lab lab;
  const ModelFile file = lab.read("input x\nparam w\nu = x/x\nv = u*w^2/x\nL = v + x*w/(1 + w^2)\n");
  for (const Derivation& d : derive(lab.engine, file.models[0], {})) BOOST_CHECK(d.declined.empty());
}

BOOST_AUTO_TEST_CASE(unknown_names_are_errors) {
  lab::Derived d("param weight\nL = weight^2\n");
  try {
    d.derive("L", {"wieght"}, Method::chain);
    BOOST_ERROR("no error");
  } catch (const Error& e) {
    BOOST_CHECK_EQUAL(e.message, "the model has no name `wieght`");
    BOOST_CHECK_MESSAGE(e.hint.find("weight") != std::string::npos, e.hint);
  }
}

BOOST_AUTO_TEST_SUITE_END()

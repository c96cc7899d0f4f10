// SPDX-License-Identifier: GPL-2.0-or-later
// The forms that are chosen, and what they compute.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "accuracy/columns.h"
#include "check/lab.h"
#include "gradus/accuracy/accurate.h"
#include "gradus/report/accuracy.h"

namespace {

using namespace gradus;

struct Made {
  lab::Lab lab;
  ModelFile file;
  GradientProgram program;
  AccuracyReport report;
  AccuracyOptions options;

  explicit Made(const std::string& text, Real real = Real::float64) : file(lab.read(text)) {
    options.real = real;
    const Model& model = file.models[0];
    program = accurate_program(lab.engine, model, gradient_program(lab.engine, model, "", {}), options, &report);
  }
  std::string form(const std::string& name) {
    for (const auto* statements : {&program.forward, &program.backward}) {
      for (const Statement& s : *statements) {
        if (print(lab.arena, s.name) == name) return print(lab.arena, s.value);
      }
    }
    return "none";
  }
  // What the program computes for a name at one point.
  double value(const std::string& name, const std::vector<std::pair<std::string, double>>& at) {
    accuracy::Sample sample;
    sample.points.emplace_back();
    for (const auto& [variable, v] : at) {
      sample.variables.push_back(lab.arena.symbol(variable));
      sample.points[0].push_back(v);
    }
    emit::Lowering lowering(lab.engine, file.models[0]);
    accuracy::Columns columns(lab.engine, lowering, sample, options.real);
    for (const auto* statements : {&program.forward, &program.backward}) {
      for (const Statement& s : *statements) {
        columns.assign(s.name, s.value);
        if (print(lab.arena, s.name) == name) return columns.values(s.name)[0];
      }
    }
    return std::nan("");
  }
};

void all_reached(const Made& made, const std::string& text) {
  BOOST_REQUIRE(!made.report.results.empty());
  for (const Measured& m : made.report.results) {
    BOOST_CHECK_MESSAGE(m.reached, text << print(made.lab.arena, m.name) << ": " << m.note);
    BOOST_CHECK_LE(m.trials[0].worst, made.options.ulp);
    BOOST_CHECK_GE(m.points, 300U);
  }
}

const std::string cross_entropy =
    "input y\nparam z\nassume y in {0, 1}\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(forms)

BOOST_AUTO_TEST_CASE(cross_entropy_keeps_its_digits_on_both_sides) {
  Made made(cross_entropy);
  all_reached(made, cross_entropy);
  BOOST_CHECK_EQUAL(made.form("dL/dz"), "(1 - y)*a - y*sigmoid(-z)");
  for (const Measured& m : made.report.statements) BOOST_CHECK_LE(m.trials.at(0).worst_raw, 4);
  // exp(-40)/(1 + exp(-40)) and ln(1 + exp(-40)), from tables of high precision.
  BOOST_CHECK_CLOSE(made.value("dL/dz", {{"y", 1}, {"z", 40}}), -4.2483542552915889e-18, 1e-13);
  BOOST_CHECK_CLOSE(made.value("L", {{"y", 1}, {"z", 40}}), 4.2483542552915889e-18, 1e-13);
  BOOST_CHECK_EQUAL(made.value("L", {{"y", 0}, {"z", 1e300}}), 1e300);
  BOOST_CHECK_EQUAL(made.value("dL/dz", {{"y", 0}, {"z", -1e300}}), 0);
}

BOOST_AUTO_TEST_CASE(what_loses_digits_is_measured_as_such) {
  const Made made(cross_entropy);
  bool seen = false;
  for (const Measured& m : made.report.statements) {
    for (const Trial& t : m.trials) {
      if (print(made.lab.arena, t.form) != "sigmoid(z) - y") continue;
      seen = true;
      BOOST_CHECK_GT(t.worst, 1e10);
    }
  }
  BOOST_CHECK(seen);
}

BOOST_AUTO_TEST_CASE(textbook_formulas_reach_the_bound) {
  for (const char* text : {
           "param x\nL = exp(x) - 1\n",
           "param x\nL = 1 - cos(x)\n",
           "param x\nL = ln(1 - x)\n",
           "param x\nassume x >= 0\nL = sqrt(x + 1) - sqrt(x)\n",
           "param x\nL = 1/(x + 1) - 1/x\n",
           "param x, y\nL = sqrt(x^2 + y^2)\n",
           "param z\nL = ln(1 + exp(z))\n",
           "param a, b\nL = ln(exp(a) + exp(b))\n",
           "param d\nL = -ln(1 - sigmoid(d))\n",
           "param z\np = sigmoid(z)\nL = -(1 - p)^2*ln(p)\n",
           "input y\nparam z\nassume y in {-1, 1}\nL = ln(1 + exp(-y*z))\n",
           "input y\nparam eta\nassume y >= 0\nL = exp(eta) - y*eta\n",
           "input y\nparam mu, s\nL = (y - mu)^2/(2*exp(s)) + s/2\n",
           "param mu, s\nL = (mu^2 + exp(s) - 1 - s)/2\n",
           "param u\nL = -ln(normal_cdf(u))\n",
           "param u, v\nassume u > 0\nassume v > 0\nL = ln(u) - ln(v)\n",
       }) {
    const Made made(text);
    all_reached(made, text);
  }
}

BOOST_AUTO_TEST_CASE(formulas_with_expected_forms) {
  BOOST_CHECK_EQUAL(Made("param x\nL = exp(x) - 1\n").form("L"), "expm1(x)");
  BOOST_CHECK_EQUAL(Made("param x, y\nL = sqrt(x^2 + y^2)\n").form("L"), "hypot(x, y)");
  BOOST_CHECK_EQUAL(Made("param x\nL = sqrt(x + 1) - sqrt(x)\n").form("L"), "1/(sqrt(x + 1) + sqrt(x))");
  BOOST_CHECK_EQUAL(Made("param d\nL = -ln(sigmoid(d))\n").form("L"), "softplus(-d)");
}

BOOST_AUTO_TEST_CASE(a_name_that_hides_digits_is_not_taken_as_given) {
  // u is rounded before the roots are subtracted.
  const std::string text = "param x\nassume x > 0\nu = x + 1\nL = sqrt(u) - sqrt(x)\n";
  Made made(text);
  all_reached(made, text);
  BOOST_CHECK_CLOSE(made.value("L", {{"x", 1e20}}), 5e-11, 1e-12);
}

BOOST_AUTO_TEST_CASE(names_have_the_digits_of_the_forms_that_they_stand_for) {
  // p2 as it is written overflows.
  Made made(
      "input y\nparam z1, z2\nassume 0 <= y <= 1\nS = exp(z1) + exp(z2)\np1 = exp(z1)/S\np2 = exp(z2)/S\n"
      "L = -(y*ln(p1) + (1 - y)*ln(p2))\n");
  BOOST_CHECK_CLOSE(made.value("dL/dz2", {{"y", 0.25}, {"z1", 428}, {"z2", 724}}), 0.25, 1e-12);
}

BOOST_AUTO_TEST_CASE(regimes_are_found) {
  Made made("param mu, s\nL = (mu^2 + exp(s) - 1 - s)/2\n");
  BOOST_CHECK_MESSAGE(made.form("L").starts_with("where("), made.form("L"));
  // s^2/4 + s^3/12.
  BOOST_CHECK_CLOSE(made.value("L", {{"mu", 0}, {"s", 1e-8}}), 2.5000000083333333e-17, 1e-12);
  BOOST_CHECK_CLOSE(made.value("L", {{"mu", 0}, {"s", 1}}), (std::exp(1) - 2) / 2, 1e-12);
}

BOOST_AUTO_TEST_CASE(joints_have_the_derivative_of_the_mathematics) {
  Made made("input y\nparam z\nL = max(z, 0) - y*z + log1p(exp(-abs(z)))\n");
  BOOST_CHECK_CLOSE(made.value("dL/dz", {{"y", 0.3}, {"z", 0}}), 0.2, 1e-12);
  BOOST_CHECK_CLOSE(made.value("dL/dz", {{"y", 0.3}, {"z", -0.0}}), 0.2, 1e-12);
}

BOOST_AUTO_TEST_CASE(true_kinks_stay) {
  Made made("param z\nL = abs(z) + max(z, 0)\n");
  BOOST_CHECK_EQUAL(made.value("dL/dz", {{"z", 2}}), 2);
  BOOST_CHECK_EQUAL(made.value("dL/dz", {{"z", -2}}), -1);
  BOOST_CHECK_EQUAL(made.value("dL/dz", {{"z", 0}}), 0);
}

BOOST_AUTO_TEST_CASE(removable_gaps_are_filled) {
  Made made("param x\nassume x >= 0\nL = x*ln(x)\n");
  BOOST_CHECK_EQUAL(made.value("L", {{"x", 0}}), 0);
  BOOST_CHECK_CLOSE(made.value("L", {{"x", 2}}), 2 * std::log(2), 1e-12);
}

BOOST_AUTO_TEST_CASE(floats_are_measured_as_floats) {
  Made made(cross_entropy, Real::float32);
  all_reached(made, cross_entropy);
  const auto v = made.value("dL/dz", {{"y", 1}, {"z", 40}});
  BOOST_CHECK_EQUAL(v, static_cast<double>(static_cast<float>(v)));
  BOOST_CHECK_CLOSE(v, -4.2483542e-18, 1e-4);
}

BOOST_AUTO_TEST_CASE(the_same_input_gives_the_same_choice) {
  const Made a(cross_entropy), b(cross_entropy);
  BOOST_CHECK_EQUAL(accuracy_text(a.lab.arena, a.report, a.options), accuracy_text(b.lab.arena, b.report, b.options));
  BOOST_CHECK_EQUAL(accuracy_json(a.lab.arena, a.report, a.options), accuracy_json(b.lab.arena, b.report, b.options));
}

BOOST_AUTO_TEST_CASE(what_has_no_true_value_is_not_called_accurate) {
  const Made made("param x\nassume x > 0\nL = ln(-x)\n");
  for (const auto* found : {&made.report.statements, &made.report.results}) {
    for (const Measured& m : *found) {
      if (print(made.lab.arena, m.name) != "L") continue;
      BOOST_CHECK(!m.reached);
      BOOST_CHECK_EQUAL(m.points, 0U);
      BOOST_CHECK_EQUAL(m.note, "no point with a true value was found: nothing was measured");
    }
  }
  BOOST_CHECK(!made.report.results.empty());
}

BOOST_AUTO_TEST_CASE(large_programs_are_not_measured_and_say_so) {
  std::string text = "input y\nparam w\nh0 = w\n";
  for (int k = 1; k <= 60; ++k) text += "h" + std::to_string(k) + " = tanh(w*h" + std::to_string(k - 1) + " + y)\n";
  const Made made(text + "L = (h60 - y)^2\n");
  BOOST_REQUIRE(!made.report.statements.empty());
  for (const Measured& m : made.report.statements) {
    BOOST_CHECK_EQUAL(m.note, "not measured: the program is large");
    BOOST_CHECK(!m.reached);
  }
}

BOOST_AUTO_TEST_SUITE_END()

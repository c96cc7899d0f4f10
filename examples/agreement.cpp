// SPDX-License-Identifier: GPL-2.0-or-later
// Compares the gradient that `gradus gen examples/logistic.gr` wrote with central finite differences of its value.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

#include "logistic.hpp"

namespace {

// Uniform in [low, high]; the same numbers with every standard library.
double uniform(std::mt19937_64& random, double low, double high) {
  return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
}

double central_difference(const logistic::Inputs& inputs, logistic::Params params, double logistic::Params::*member) {
  const double step = 1e-5;
  const double at = params.*member;
  params.*member = at + step;
  const double above = logistic::value(inputs, params);
  params.*member = at - step;
  const double below = logistic::value(inputs, params);
  return (above - below) / (2 * step);
}

// Relative for gradients above 1, absolute below: near a minimum a difference quotient has no relative accuracy.
double error(double gradient, double difference) {
  return std::abs(gradient - difference) / std::max(1.0, std::abs(gradient));
}

}  // namespace

int main() {
  constexpr int points = 10000;
  constexpr double tolerance = 1e-7;
  std::mt19937_64 random(2024);
  double worst = 0;
  for (int k = 0; k < points; ++k) {
    logistic::Inputs inputs{};
    inputs.x = uniform(random, -3, 3);
    inputs.y = uniform(random, 0, 1);
    logistic::Params params{};
    params.w = uniform(random, -3, 3);
    params.b = uniform(random, -3, 3);
    logistic::Gradient gradient{};
    const double value = logistic::value_and_gradient(inputs, params, gradient);
    if (!(std::abs(value - logistic::value(inputs, params)) <= 1e-12 * std::max(1.0, value))) {
      std::printf("the two functions give different values at point %d\n", k);
      return 1;
    }
    const double w = error(gradient.w, central_difference(inputs, params, &logistic::Params::w));
    const double b = error(gradient.b, central_difference(inputs, params, &logistic::Params::b));
    if (!(w <= tolerance && b <= tolerance)) {
      std::printf("no agreement at x = %g, y = %g, w = %g, b = %g\n", inputs.x, inputs.y, params.w, params.b);
      return 1;
    }
    worst = std::max({worst, w, b});
  }
  std::printf("gradient and central differences agree at %d points; worst relative error %.1e (allowed: %.0e)\n",
              points, worst, tolerance);
  return 0;
}

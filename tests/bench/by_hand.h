// SPDX-License-Identifier: GPL-2.0-or-later
// What a careful programmer writes for the same costs and gradients: one exponential, log1p, a loop over arrays.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace by_hand {

struct Logistic {
  double cost, activation;
};

inline Logistic logistic(double z, double y) {
  const double e = std::exp(-std::fabs(z));
  const double larger = 1 / (1 + e);
  return {std::fmax(z, 0.0) + std::log1p(e) - y * z, z >= 0 ? larger : e * larger};
}

// The structs are those of the generated header, so that both are called with the same data.
template <class Inputs, class Params, class Gradient>
double logistic_2(const Inputs& in, const Params& p, Gradient& gradient) {
  const Logistic out = logistic(p.w * in.x + p.b, in.y);
  const double slope = out.activation - in.y;
  gradient.w = slope * in.x;
  gradient.b = slope;
  return out.cost;
}

template <class Inputs, class Params, class Gradient>
double logistic_5(const Inputs& in, const Params& p, Gradient& gradient) {
  const double inverse = 1 / p.t;
  const double z = (p.w1 * in.x1 + p.w2 * in.x2 + p.w3 * in.x3 + p.b) * inverse;
  const Logistic out = logistic(z, in.y);
  const double slope = (out.activation - in.y) * inverse;
  gradient.w1 = slope * in.x1;
  gradient.w2 = slope * in.x2;
  gradient.w3 = slope * in.x3;
  gradient.b = slope;
  gradient.t = -slope * z;
  return out.cost;
}

template <std::size_t N>
struct Chain {
  std::array<double, N> w, b;
};

// The layers forwards, then the gradient by a loop backwards over what they left.
template <std::size_t N>
double chain(double x, double y, const Chain<N>& p, Chain<N>& gradient) {
  std::array<double, N + 1> h;
  h[0] = x;
  for (std::size_t k = 0; k < N; ++k) h[k + 1] = std::tanh(p.w[k] * h[k] + p.b[k]);
  const double difference = h[N] - y;
  double adjoint = 2 * difference;
  for (std::size_t k = N; k-- > 0;) {
    const double slope = adjoint * (1 - h[k + 1] * h[k + 1]);
    gradient.w[k] = slope * h[k];
    gradient.b[k] = slope;
    adjoint = slope * p.w[k];
  }
  return difference * difference;
}

}  // namespace by_hand

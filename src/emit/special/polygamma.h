// SPDX-License-Identifier: GPL-2.0-or-later
// Copied into generated headers; there it belongs to whoever generated them.

// The n-th derivative of the digamma function, n = 1, 2, 3, ... NaN at its poles 0, -1, -2, ... and for other n.
template <class Real>
Real polygamma(Real order, Real argument) {
  const double pi = 3.14159265358979323846;
  const double n = static_cast<double>(order);
  const double x = static_cast<double>(argument);
  if (!(n >= 1.0) || n > 170.0 || std::nearbyint(n) < n || std::nearbyint(n) > n)
    return std::numeric_limits<Real>::quiet_NaN();
  const bool odd = std::fmod(n, 2.0) > 0.0;
  double factorial = 1.0;  // n!
  for (double k = 2.0; k <= n; k += 1.0) factorial *= k;
  // For positive y: n! times the sum of 1/(y + k)^(n + 1), the first of them term by term, the others by the
  // asymptotic series; all relative to the first term, which may be beyond the numbers when its factor n! is not. All
  // terms are positive; the smallest are added first.
  const auto magnitude = [&](double y) {
    double steps = 0.0;
    if (y < n + 12.0) steps = std::ceil(n + 12.0 - y);
    const double z = y + steps;
    // B(2k)/(2k)! * (2k + n - 1)!/n! / z^(2k) for k = 1, 2, ...
    static const double bernoulli[] = {1.0 / 6.0,       -1.0 / 30.0,      1.0 / 42.0, -1.0 / 30.0,
                                       5.0 / 66.0,      -691.0 / 2730.0,  7.0 / 6.0,  -3617.0 / 510.0,
                                       43867.0 / 798.0, -174611.0 / 330.0};
    double ratio = 1.0 / n, tail = 0.0;
    double terms[10];
    for (int k = 0; k < 10; ++k) {
      const double m = 2.0 * k + 1.0;
      // (m + n)!/(m + 1)!/n! from (m + n - 2)!/(m - 1)!/n!
      ratio *= (k == 0 ? n / 2.0 * (n + 1.0) / 1.0 : (m + n - 1.0) / m * (m + n) / (m + 1.0)) / (z * z);
      terms[k] = bernoulli[k] * ratio;
    }
    for (int k = 9; k >= 0; --k) tail += terms[k];
    double sum = std::pow(y / z, n) * y * (1.0 / n + 0.5 / z + tail);
    for (double k = steps - 1.0; k >= 0.0; k -= 1.0) sum += std::pow(y / (y + k), n + 1.0);
    const double root = std::pow(y, -0.5 * (n + 1.0));
    return factorial * root * sum * root;
  };
  if (x > 0.0) return static_cast<Real>(odd ? magnitude(x) : -magnitude(x));
  // The distance from the nearest integer is exact.
  const double nearest = std::nearbyint(x), distance = x - nearest;
  if (!(std::fabs(distance) > 0.0)) return std::numeric_limits<Real>::quiet_NaN();
  if (n > 20.0) {
    // Only the poles nearby count.
    double sum = 0.0;
    for (double k = 12.0; k >= 1.0; k -= 1.0) {
      sum += std::pow(distance + k, -n - 1.0);
      if (-k >= nearest) sum += std::pow(distance - k, -n - 1.0);
    }
    sum += std::pow(distance, -n - 1.0);
    return static_cast<Real>(odd ? factorial * sum : -factorial * sum);
  }
  // polygamma(n, x) = (-1)^n polygamma(n, 1 - x) - pi*d^n/dx^n cot(pi*x), the derivative as a polynomial in the
  // cotangent whose coefficients all have the same sign.
  double coefficients[24] = {0.0, 1.0};
  for (int step = 1; step <= static_cast<int>(n); ++step) {
    double next[24] = {};
    for (int k = 1; k <= step; ++k) {
      next[k - 1] += k * coefficients[k];
      next[k + 1] += k * coefficients[k];
    }
    for (int k = 0; k < 24; ++k) coefficients[k] = next[k];
  }
  const double cotangent = 1.0 / std::tan(pi * distance);
  double value = coefficients[static_cast<int>(n) + 1];
  for (int k = static_cast<int>(n); k >= 0; --k) value = value * cotangent + coefficients[k];
  const double cotangents = std::pow(pi, n + 1.0) * (odd ? value : -value);
  return static_cast<Real>(cotangents - magnitude(1.0 - x));
}

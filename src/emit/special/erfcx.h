// SPDX-License-Identifier: GPL-2.0-or-later
// Copied into generated headers; there it belongs to whoever generated them.

// The scaled complementary error function exp(x^2)*erfc(x), which does not underflow.
template <class Real>
Real erfcx(Real argument) {
  const double x = static_cast<double>(argument);
  if (x < 3.0) {
    // What is lost in rounding the square is made good: the square multiplies it.
    const double square = x * x, lost = std::fma(x, x, -square);
    if (square < 700.0) return static_cast<Real>(std::exp(square) * (1.0 + lost) * std::erfc(x));
    if (square > 720.0) return std::numeric_limits<Real>::infinity();
    // Half the exponential, so that it does not overflow before the result does.
    const double half = std::exp(square - 0.6931471805599453) * (1.0 + lost);
    return static_cast<Real>(half * std::erfc(x) * 2.0);
  }
  // A continued fraction of positive terms.
  double fraction = x;
  for (double k = 40.0; k >= 1.0; k -= 1.0) fraction = x + 0.5 * k / fraction;
  return static_cast<Real>(0.5641895835477563 / fraction);
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Copied into generated headers; there it belongs to whoever generated them.

// The digamma function, the derivative of the logarithm of the gamma function. NaN at its poles 0, -1, -2, ...
template <class Real>
Real digamma(Real argument) {
  const double pi = 3.14159265358979323846;
  double x = static_cast<double>(argument);
  double sum = 0.0;
  if (x < -0.5) {
    // digamma(x) = digamma(1 - x) - pi/tan(pi*x); the distance from the nearest integer is exact.
    const double distance = x - std::nearbyint(x);
    if (!(std::fabs(distance) > 0.0)) return std::numeric_limits<Real>::quiet_NaN();
    sum = -pi / std::tan(pi * distance);
    x = 1.0 - x;
  }
  if (!(std::fabs(x) > 0.0)) return std::numeric_limits<Real>::quiet_NaN();
  // digamma(x) = digamma(x + 1) - 1/x, from the outside inwards so that the small terms are added first.
  double pole = 0.0;
  if (x < 1.0) {
    pole = 1.0 / x;
    x += 1.0;
    if (x < 1.0) {
      pole += 1.0 / x;
      x += 1.0;
    }
  }
  double value = 0.0;
  if (x < 10.0) {
    double above = 0.0;
    while (x > 2.0) {
      x -= 1.0;
      above += 1.0 / x;
    }
    // Between 1 and 2: (x - root) times a polynomial in 2*x - 3; the root to twice the precision.
    static const double polynomial[] = {
        0.9510558760318328,     -0.2118137106407303,     0.06013562106019684,    -0.018550615381735008,
        0.005936795278301761,   -0.0019350666648613071,  0.0006368880303865817,  -0.00021074841138175561,
        6.995018825112794e-05,  -2.3258242519113285e-05, 7.741234508636364e-06,  -2.578093954045772e-06,
        8.589060721930695e-07,  -2.863161166883193e-07,  9.543298288278275e-08,  -3.162911147408454e-08,
        1.0527692435026686e-08, -3.7083753242807277e-09, 1.2469984616707403e-09, -2.7580994814377e-10,
        8.734528429142953e-11,  -8.50550766013261e-11,   2.918622732168261e-11};
    const double t = 2.0 * x - 3.0;
    double quotient = 0.0;
    for (int k = 22; k >= 0; --k) quotient = quotient * t + polynomial[k];
    value = ((x - 1.4616321449683622) - 9.549995429965697e-17) * quotient + above;
  } else {
    // The asymptotic series: ln(x) - 1/(2x) - sum of B(2k)/(2k*x^(2k)).
    const double r = 1.0 / x, s = r * r;
    const double series =
        s * (1.0 / 12.0 -
             s * (1.0 / 120.0 -
                  s * (1.0 / 252.0 -
                       s * (1.0 / 240.0 -
                            s * (1.0 / 132.0 - s * (691.0 / 32760.0 - s * (1.0 / 12.0 - s * 3617.0 / 8160.0)))))));
    value = std::log(x) - (0.5 * r + series);
  }
  return static_cast<Real>(sum + (value - pole));
}

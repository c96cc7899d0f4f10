// SPDX-License-Identifier: GPL-2.0-or-later
// Every function of the table as generated code computes it, in double and in float, against enclosures: within 4 ulp
// times 1 + the condition number, and finite where the true value is.
#include <cln/dfloat.h>
#include <cln/float.h>
#include <cln/rational.h>
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "emit/bench.h"
#include "emit/expression.h"
#include "emit/lower.h"
#include "emit/number.h"
#include "emit/primitives.h"
#include "gradus/algebra/enclose.h"

namespace {

using namespace gradus;
using emit::Lowering;

// Lowered expressions, operation by operation.
template <class Real>
class Machine {
 public:
  Machine(const Arena& arena, Lowering& lowering) : arena_(arena), lowering_(lowering) {}

  Real value(Expr e, const ExprMap<Real>& names) {
    if (const auto it = names.find(e); it != names.end()) return it->second;
    const auto child = [&](std::size_t k) { return value(arena_.child(e, k), names); };
    switch (arena_.op(e)) {
      case Op::Number:
        return static_cast<Real>(emit::nearest_double(arena_.value(e)));
      case Op::Constant:
        return static_cast<Real>(arena_.name(e) == "pi" ? 3.1415926535897932 : 2.7182818284590452);
      case Op::Add:
      case Op::Mul:
        return sum_or_product(e, names);
      case Op::Pow: {
        const Real b = child(0);
        if (emit::is_inverse(arena_, e)) return 1 / b;
        if (arena_.is_number(arena_.child(e, 1), 2)) return b * b;
        if (arena_.is_number(arena_.child(e, 1), 3)) return b * b * b;
        return std::pow(b, child(1));
      }
      case Op::Where:
        return truth(arena_.child(e, 0), names) ? child(1) : child(2);
      case Op::Call:
        return call(e, names);
      default:
        throw std::logic_error("no value for " + print(arena_, e));
    }
  }

 private:
  Real sum_or_product(Expr e, const ExprMap<Real>& names) {
    const bool sum = arena_.is(e, Op::Add);
    if (emit::is_negation(arena_, e)) return -value(arena_.child(e, 1), names);
    Real out = 0;
    bool first = true;
    for (const emit::Operand& o : emit::operands(arena_, e)) {
      const auto divisor = arena_.is_number(o.e) ? emit::unit_denominator(arena_.value(o.e)) : std::nullopt;
      const Real v = !sum && !first && divisor ? static_cast<Real>(std::stod(*divisor)) : value(o.e, names);
      if (first) {
        out = o.turned ? -v : v;
      } else if (sum) {
        out = o.turned ? out - v : out + v;
      } else {
        out = o.turned || divisor ? out / v : out * v;
      }
      first = false;
    }
    return out;
  }

  bool truth(Expr e, const ExprMap<Real>& names) {
    const Real a = value(arena_.child(e, 0), names), b = value(arena_.child(e, 1), names);
    switch (arena_.op(e)) {
      case Op::Eq:
        return !(a < b) && !(a > b);
      case Op::Lt:
        return a < b;
      case Op::Le:
        return a <= b;
      case Op::Gt:
        return a > b;
      case Op::Ge:
        return a >= b;
      default:
        throw std::logic_error("no truth of " + print(arena_, e));
    }
  }

  Real call(Expr e, const ExprMap<Real>& names) {
    std::vector<Real> arguments;
    for (const Expr c : arena_.children_copy(e)) arguments.push_back(value(c, names));
    if (const emit::DetailFunction* f = lowering_.body(e)) {
      ExprMap<Real> inner;
      for (std::size_t k = 0; k < arguments.size(); ++k) inner[f->parameters[k]] = arguments[k];
      lowering_.lower(std::span<const Expr>(&f->body, 1));
      return value(lowering_(f->body), inner);
    }
    const auto* p = emit::find_primitive<Real>(lowering_.primitive(e), arguments.size());
    if (p == nullptr) throw std::logic_error("no primitive for " + print(arena_, e));
    return arguments.size() == 1 ? p->unary(arguments[0]) : p->binary(arguments[0], arguments[1]);
  }

  const Arena& arena_;
  Lowering& lowering_;
};

// CLN knows no denormal numbers.
Rational exact(double x) {
  int exponent = 0;
  const double mantissa = std::frexp(x, &exponent);
  const auto whole = static_cast<long>(std::ldexp(mantissa, 53));
  return Rational(whole) * cln::expt(Rational(2), cln::cl_I(exponent - 53));
}

// Of a number that is not negative.
double approximate(const Rational& r) {
  if (r > exact(1e300)) return 1e300;
  return r < exact(1e-300) ? 0 : cln::double_approx(r);
}

template <class Real>
Real random_number(std::mt19937_64& random) {
  for (;;) {
    // All magnitudes alike, or those around 1.
    if (random() % 2 == 0) {
      using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
      const auto bits = static_cast<Bits>(random());
      Real x = 0;
      std::memcpy(&x, &bits, sizeof x);
      if (std::isfinite(x)) return x;
    } else {
      const double size =
          std::ldexp(1.0 + static_cast<double>(random() >> 12U) * 0x1p-52, static_cast<int>(random() % 24U) - 14);
      return static_cast<Real>(random() % 2 == 0 ? size : -size);
    }
  }
}

template <class Real>
std::vector<Real> special_numbers() {
  using L = std::numeric_limits<Real>;
  std::vector<Real> out;
  for (const double x : {0.0,
                         0.5,
                         0.6931471805599453,
                         1.0,
                         1.4616321449683623,
                         2.0,
                         3.0,
                         8.0,
                         10.0,
                         20.0,
                         37.5,
                         38.0,
                         40.0,
                         88.0,
                         103.0,
                         708.0,
                         709.5,
                         745.0,
                         1e4,
                         1e8,
                         1e16}) {
    const auto r = static_cast<Real>(x);
    for (const Real y : {r, std::nextafter(r, L::infinity()), std::nextafter(r, -L::infinity())}) {
      out.push_back(y);
      out.push_back(-y);
    }
  }
  for (const Real x : {L::min(), L::denorm_min(), L::max(), std::sqrt(L::max()), std::sqrt(L::min()), L::epsilon()}) {
    out.push_back(x);
    out.push_back(-x);
  }
  return out;
}

struct Worst {
  double error = 0;
  std::string at;
  int points = 0, beyond = 0;  // beyond: no true value was found, mostly because it is beyond all numbers
};

// Where the definition is enclosed only by numbers beyond all bounds: an asymptotic value, with its relative error
// below the last digit that counts.
template <class Real>
class Measure {
 public:
  Measure(Engine& engine, const Function& f)
      : arena_(engine.arena),
        functions_(engine.catalogue.functions),
        f_(f),
        lowering_(engine, model_),
        machine_(arena_, lowering_) {
    call_ = arena_.call(f.name, f.parameters);
    lowering_.lower(std::span<const Expr>(&call_, 1));
    for (const Expr d : f.derivative) slopes_.push_back(d);
  }

  Worst run(int wanted) {
    std::seed_seq seed(f_.name.begin(), f_.name.end());
    std::mt19937_64 random(seed);
    const std::vector<Real> special = special_numbers<Real>();
    for (int k = 0; worst_.points < wanted && k < 40 * wanted; ++k) {
      std::vector<Real> point;
      for (std::size_t j = 0; j < f_.parameters.size(); ++j) {
        const auto at = static_cast<std::size_t>(k);
        if (integral(f_.parameters[j])) {
          point.push_back(static_cast<Real>(1 + random() % 12));
        } else if (f_.parameters.size() == 1 && at < special.size()) {
          point.push_back(special[at]);
        } else if (f_.parameters.size() == 2 && random() % 4 == 0) {
          point.push_back(special[random() % special.size()]);
        } else {
          point.push_back(random_number<Real>(random));
        }
      }
      // A second argument near the first, or its negative.
      if (point.size() == 2 && !integral(f_.parameters[0]) && random() % 8 == 0)
        point[1] = random() % 2 == 0 ? point[0] : -point[0];
      try_point(point);
    }
    return worst_;
  }

 private:
  bool integral(Expr parameter) const {
    for (const Expr c : f_.domain) {
      if (arena_.is(c, Op::Call) && arena_.child(c, 0) == parameter) return true;
    }
    return false;
  }

  void try_point(const std::vector<Real>& point) {
    constexpr long most_bits = 4096;
    const EvalContext context{functions_, nullptr};
    Point at;
    for (std::size_t k = 0; k < point.size(); ++k) at[f_.parameters[k]] = exact(static_cast<double>(point[k]));
    for (const Expr c : f_.domain) {
      if (holds_at(arena_, c, at, context) != true) return;
    }
    const Enclosure truth = enclose(arena_, f_.definition.value_or(call_), at, context, most_bits);
    if (truth.state != Enclosure::State::defined) {
      ++worst_.beyond;
      return;
    }
    const Rational middle = (truth.exact_lower + truth.exact_upper) / 2, size = cln::abs(middle);
    if (size > exact(static_cast<double>(std::numeric_limits<Real>::max()))) return;
    ExprMap<Real> names;
    for (std::size_t k = 0; k < point.size(); ++k) names[f_.parameters[k]] = point[k];
    const Real got = machine_.value(lowering_(call_), names);
    ++worst_.points;
    double error = std::numeric_limits<double>::infinity(), kappa = 0;
    if (std::isfinite(got)) {
      for (std::size_t k = 0; k < point.size(); ++k) {
        if (integral(f_.parameters[k]) || middle == 0) continue;
        const Enclosure slope = enclose(arena_, slopes_[k], at, context, most_bits);
        if (slope.state != Enclosure::State::defined) continue;
        const Rational s = (slope.exact_lower + slope.exact_upper) / 2 * at[f_.parameters[k]] / middle;
        kappa += approximate(cln::abs(s));
      }
      const Rational miss = cln::abs(exact(static_cast<double>(got)) - middle) / ulp(size);
      error = approximate(miss) / (1 + kappa);
    }
    if (error > worst_.error || worst_.at.empty()) {
      worst_.error = error;
      std::vector<double> shown(point.begin(), point.end());
      worst_.at = fmt::format("at {}: {:.17g} for {}, condition {:.3g}", fmt::join(shown, ", "),
                              static_cast<double>(got), truth.midpoint, kappa);
    }
  }

  // The distance of two neighbours near a value.
  static Rational ulp(const Rational& size) {
    const auto least = exact(static_cast<double>(std::numeric_limits<Real>::min()));
    const double near = size < least ? static_cast<double>(std::numeric_limits<Real>::min()) : cln::double_approx(size);
    int exponent = 0;
    (void)std::frexp(near, &exponent);
    return cln::expt(Rational(2), cln::cl_I(exponent - std::numeric_limits<Real>::digits));
  }

  Arena& arena_;
  const FunctionTable& functions_;
  const Function& f_;
  Model model_;
  Lowering lowering_;
  Machine<Real> machine_;
  Expr call_;
  std::vector<Expr> slopes_;
  Worst worst_;
};

template <class Real>
void measure(const char* type) {
  constexpr double most = 4;
#ifdef GRADUS_SANITIZED
  constexpr int wanted = 300;
#else
  constexpr int wanted = 2000;
#endif
  Engine engine{bench::Problem::arena(), bench::catalogue()};
  for (const Function& f : engine.catalogue.functions.all()) {
    const Worst w = Measure<Real>(engine, f).run(wanted);
    const std::string text =
        fmt::format("{}/{} in {}: {:.3g} ulp*(1 + condition) at worst, {} points ({} without a true value); {}", f.name,
                    f.parameters.size(), type, w.error, w.points, w.beyond, w.at);
    BOOST_TEST_MESSAGE(text);
    BOOST_TEST(w.error <= most, text);
    BOOST_TEST(w.points >= wanted, text);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(accuracy_of_functions)

BOOST_AUTO_TEST_CASE(in_double) { measure<double>("double"); }
BOOST_AUTO_TEST_CASE(in_float) { measure<float>("float"); }

// Far out, where the definition is too small for an enclosure: by the asymptotic series.
BOOST_AUTO_TEST_CASE(far_out) {
  Engine engine{bench::Problem::arena(), bench::catalogue()};
  Arena& arena = engine.arena;
  Model model;
  Lowering lowering(engine, model);
  Machine<double> machine(arena, lowering);
  const auto at = [&](const char* f, double x) {
    const Expr u = arena.symbol("u"), call = arena.call(f, {u});
    lowering.lower(std::span<const Expr>(&call, 1));
    return machine.value(lowering(call), {{u, x}});
  };
  BOOST_TEST(at("log_normal_cdf", -1e10) == -5e19, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(at("log_normal_cdf", -1e150) == -5e299, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(at("inverse_mills", -1e10) == 1e10, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(at("asinh", 1e300) == std::log(2.0) + 300 * std::log(10.0), boost::test_tools::tolerance(1e-15));
  BOOST_TEST(at("asinh", 1e-300) == 1e-300);
  BOOST_TEST(at("mish", 1e300) == 1e300);
  BOOST_TEST(at("mish", -1e300) == 0.0);
  BOOST_TEST(at("gelu", -1e300) == 0.0);
  BOOST_TEST(at("gelu_tanh", -1e300) == 0.0);
  BOOST_TEST(at("gelu_tanh", 1e300) == 1e300);
  BOOST_TEST(at("xlogx", 0.0) == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()

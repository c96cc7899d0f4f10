// SPDX-License-Identifier: GPL-2.0-or-later
// Functions that a model declares and does not specify are tried with one fixed smooth function per name: what
// holds for every function holds for this one, and what holds for this one by accident alone is unlikely.
#include <cstdint>

#include "algebra/value.h"

namespace gradus::algebra {
namespace {

using State = Enclosure::State;

// FNV-1a, then a multiplicative generator: the same numbers on every machine.
class Coefficients {
 public:
  explicit Coefficients(std::string_view name) {
    for (const char c : name) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  }
  // A rational number in ±[1/8, 2], never zero.
  Rational next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto r = static_cast<long>(state_ >> 40U);
    const long size = 1 + r % 16;
    const long sign = ((r >> 8) & 1) != 0 ? -1 : 1;
    return Rational(sign * size) / Rational(8);
  }

 private:
  std::uint64_t state_ = 0xCBF29CE484222325ULL;
};

}  // namespace

Value Natives::unspecified(std::string_view name, unsigned order, const std::vector<const Value*>& arguments,
                           Expr at) const {
  constexpr unsigned highest_order = 20;
  if (arguments.empty() || order > highest_order || (order > 0 && arguments.size() != 1))
    return failure(State::unknown, at);
  Coefficients draw(name);
  std::vector<Value> parts;
  const auto product = [&](std::vector<Value> factors) {
    std::vector<const Value*> pointers;
    for (const Value& f : factors) pointers.push_back(&f);
    return this->product(pointers, at);
  };
  const auto sum = [&] {
    std::vector<const Value*> pointers;
    for (const Value& p : parts) pointers.push_back(&p);
    return this->sum(pointers, at);
  };
  if (arguments.size() > 1) {
    // c + sum a_i t_i + sum b_ij t_i t_j + A sin(sum w_i t_i + p)
    std::vector<Value> phase{number(draw.next())};
    parts.push_back(number(draw.next()));
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      parts.push_back(product({number(draw.next()), *arguments[i]}));
      phase.push_back(product({number(draw.next()), *arguments[i]}));
      for (std::size_t j = 0; j <= i; ++j)
        parts.push_back(product({number(draw.next()), *arguments[i], *arguments[j]}));
    }
    std::vector<const Value*> pointers;
    for (const Value& p : phase) pointers.push_back(&p);
    const Value angle = this->sum(pointers, at);
    if (!angle.defined()) return angle;
    const Value wave = *function("sin", angle, at);
    if (!wave.defined()) return wave;
    parts.push_back(product({number(draw.next()), wave}));
  } else {
    // sum c_k t^k (k <= 4) + A sin(w t + p); its derivative of the given order.
    const Value& t = *arguments[0];
    for (unsigned k = 0; k <= 4; ++k) {
      Rational c = draw.next();
      if (k < order) continue;
      for (unsigned j = 0; j < order; ++j) c = c * Rational(static_cast<long>(k - j));
      const Value factor = integer_power(t, static_cast<long>(k - order), at);
      if (!factor.defined()) return factor;
      parts.push_back(product({number(c), factor}));
    }
    const Rational size = draw.next();
    const Rational frequency = draw.next();
    const Rational shift = draw.next();
    const Value turned = product({number(frequency), t});
    const Value phase = number(shift);
    const Value angle = this->sum({&turned, &phase}, at);
    if (!angle.defined()) return angle;
    const Value wave = *function(order % 2 == 0 ? "sin" : "cos", angle, at);
    if (!wave.defined()) return wave;
    const bool flipped = order % 4 == 2 || order % 4 == 3;
    const Rational scale = size * cln::expt(frequency, cln::cl_I(order));
    parts.push_back(product({number(flipped ? -scale : scale), wave}));
  }
  for (const Value& p : parts) {
    if (!p.defined()) return p;
  }
  Value v = sum();
  for (const Value* a : arguments) v.discrete = v.discrete && a->discrete;
  return v;
}

}  // namespace gradus::algebra

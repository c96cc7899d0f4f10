// SPDX-License-Identifier: GPL-2.0-or-later
// Random models of one cost: definitions that use earlier names and every function of the table.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "check/lab.h"
#include "gradus/algebra/enclose.h"

namespace gradus::random {

struct Sample {
  std::string text;           ///< the file, to be shown with what fails
  Model model;                ///< its last definition is the cost
  std::vector<Point> points;  ///< inside the domain, dyadic numbers: doubles hold them
};

/// Makes models. Whether a function may stand somewhere is not known here by its name: its domain and kinks are read
/// from the table and tried at the points of the model.
class Generator {
 public:
  Generator(lab::Lab& lab, std::uint64_t seed) : lab_(lab), random_(seed) {}
  Sample next();

 private:
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  /// Between 1/2 and 2 if positive, else between -2 and 2; never at 0.
  Rational number(bool positive);
  std::string term(const std::vector<std::string>& names, int depth);
  std::string call(const std::vector<std::string>& names, int depth);
  [[nodiscard]] bool good(const Sample& sample) const;

  lab::Lab& lab_;
  std::mt19937_64 random_;
};

}  // namespace gradus::random

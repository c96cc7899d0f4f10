// SPDX-License-Identifier: GPL-2.0-or-later
/// Verdicts on the links of claims.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradus/derive/derivation.h"

namespace gradus {

enum class Verdict { proved, refuted, undecided };

/// A point of the domain where the two sides differ (or where one side has no value), with both values.
struct Counterexample {
  std::vector<std::pair<std::string, Rational>> point;  ///< in the order of the model's names
  std::string left, right;                              ///< decimal values, or "undefined (ln of -1/2)"
  /// Tensors with their sizes, whose entries are names of the point: `W[1, 2]` is one of `W`.
  std::vector<std::pair<std::string, std::vector<long>>> tensors = {};
};

struct LinkVerdict {
  std::size_t chain = 0, link = 0;  ///< from 1
  Place left_place, right_place;
  Expr left, right;
  std::string relation = "=";  ///< what is claimed of the sides: of documents `\propto` as well
  Verdict verdict = Verdict::undecided;
  std::string reason;  ///< how it was proved, why it is undecided, what the exceptions are ("for x != 0")
  std::optional<Counterexample> counterexample;
  std::string mend;          ///< the smallest change that would make it true, worded; empty if none was found
  std::string mended;        ///< the right side after the mend, in our notation
  bool first_wrong = false;  ///< the first refuted link of its chain
};

/// Whether changes that would make a refuted link true are looked for.
enum class Mends { search, none };

/// Judges every link of every claim of the model, each on its own.
std::vector<LinkVerdict> check(Engine& engine, const Model& model, Mends mends = Mends::search);

/// Judges equations in order, up to the first that is refuted. `screen`: by a few points alone, so that none is proved.
std::vector<LinkVerdict> check_equations(Engine& engine, const Model& model, const Facts& facts,
                                         const std::vector<std::pair<Expr, Expr>>& equations, bool screen);

/// Judges one equation.
LinkVerdict check_equation(Engine& engine, const Model& model, const Facts& facts, Expr left, Expr right);

}  // namespace gradus

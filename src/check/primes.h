// SPDX-License-Identifier: GPL-2.0-or-later
// Primes of functions that have a definition: `f'(u)` is the derivative of what `f` means, taken at `u`.
#pragma once

#include <optional>
#include <string>

#include "gradus/derive/derivation.h"

namespace gradus {

/// Writes primes out. Those of functions that are not specified stay.
class Primes {
 public:
  Primes(Engine& engine, const Model& model) : engine_(engine), model_(model) {}

  /// Throws Error or LimitError if a derivative cannot be computed.
  Expr written_out(Expr e);
  /// The model with all primes in definitions, functions and assumptions written out; nothing if there are none.
  std::optional<Model> model_written_out();

 private:
  /// The function with one parameter that `call` is a derivative of, as a body over `parameter_`.
  std::optional<Expr> derivative_of(Expr call);

  Engine& engine_;
  const Model& model_;
  std::map<std::string, Expr> bodies_;  ///< by the name with its primes
};

}  // namespace gradus

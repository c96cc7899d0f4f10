// SPDX-License-Identifier: GPL-2.0-or-later
/// Expressions in LaTeX (for amsmath's math mode).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "gradus/expr/expr.h"
#include "gradus/expr/function.h"

namespace gradus {

/// A name: `w_1` and `W1` with a subscript, `yhat` with a hat, Greek letters by name, several letters upright.
std::string latex_name(std::string_view name);

/// How names are written, and whether as people type: matrices beside each other, plain parentheses, a space between
/// factors, the general entry of a tensor for itself.
struct LatexStyle {
  std::function<std::string(std::string_view)> name = latex_name;
  bool typed = false;
};

/// `e` in LaTeX: fractions, exponents, partial derivatives, `cases` for where; functions by their template
/// (`Function::latex`), others by name. Braces and \left/\right are balanced. Iterative.
/// Throws LimitError if the text is longer than `max_length` bytes.
std::string latex(const Arena& arena, const FunctionTable& functions, Expr e, std::size_t max_length = 1U << 24,
                  const LatexStyle& style = {});

/// Running text for `\text{}`: the special characters escaped.
std::string latex_text(std::string_view text);

}  // namespace gradus

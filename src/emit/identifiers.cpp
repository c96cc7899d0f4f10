// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/identifiers.h"

#include <fmt/format.h>

#include <algorithm>

#include "gradus/diag/source.h"

namespace gradus::emit {

void check_namespace(const std::string& text) {
  std::size_t begin = 0;
  for (bool first = true; begin <= text.size(); first = false) {
    const std::size_t end = std::min(text.find("::", begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    if (!is_identifier(part) || part == "std") {
      throw Error({}, fmt::format("`{}` is no name for a namespace of C++", comment_text(text)));
    }
    if (first && clashes_as_namespace(part)) {
      throw Error({}, fmt::format("a namespace cannot be called `{}`: the C++ library has the name already", part),
                  fmt::format("`{}_model` would do", part));
    }
    begin = end + 2;
  }
}

void Identifiers::claim(const std::vector<Expr>& names) {
  const auto symbol = [&](Expr e) { return arena_.is(e, Op::Symbol); };
  for (const Expr e : names) {
    if (symbol(e) && is_identifier(arena_.name(e))) claim(e);
  }
  for (const Expr e : names) {
    if (symbol(e)) claim(e);
  }
  for (const Expr e : names) claim(e);
}

void Identifiers::claim(Expr e) {
  if (!identifiers_.contains(e)) identifiers_[e] = scope.claim(proposed(e));
}

// dL_dz for dL/dz, d2L_dw_dz for the derivative of dL/dw by z.
std::string Identifiers::proposed(Expr e) const {
  std::string by;
  std::size_t order = 0;
  Expr of = e;
  for (; arena_.is(of, Op::Deriv) && arena_.is(arena_.child(of, 1), Op::Symbol); of = arena_.child(of, 0)) {
    by.insert(0, "_d" + part(arena_.child(of, 1)));
    ++order;
  }
  if (order == 0 || !arena_.is(of, Op::Symbol)) return to_identifier(print(arena_, e));
  return fmt::format("d{}{}{}", order == 1 ? "" : std::to_string(order), part(of), by);
}

std::string Identifiers::part(Expr symbol) const {
  std::string text = to_identifier(arena_.name(symbol));
  while (text.size() > 1 && text.back() == '_') text.pop_back();
  return text;
}

}  // namespace gradus::emit

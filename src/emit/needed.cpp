// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/needed.h"

#include <fmt/format.h>

#include <algorithm>

namespace gradus::emit {

Needed needed(const Arena& arena, const std::vector<const Statement*>& statements, const std::vector<Expr>& results,
              const Form& form) {
  Needed out;
  Names wanted, seen, assigned;
  std::vector<Expr> open;
  const auto is_name = [&](Expr e) { return arena.is(e, Op::Symbol) || arena.is(e, Op::Deriv); };
  const auto collect = [&](Expr root, bool inside) {
    open.assign({root});
    while (!open.empty()) {
      const Expr e = open.back();
      open.pop_back();
      if (is_name(e)) {
        wanted.insert(e);
        if (inside) out.referenced.insert(e);
      } else if (seen.insert(e).second) {
        for (const Expr c : arena.children(e)) open.push_back(c);
      }
    }
  };
  for (const Expr r : results) collect(form(r), !is_name(r));
  for (auto it = statements.rbegin(); it != statements.rend(); ++it) {
    if (!wanted.contains((*it)->name)) continue;
    if (!assigned.insert((*it)->name).second) {
      throw Error({}, fmt::format("cannot generate code: `{}` is assigned twice", print(arena, (*it)->name)));
    }
    out.statements.push_back(*it);
    collect(form((*it)->value), true);
  }
  std::reverse(out.statements.begin(), out.statements.end());
  return out;
}

}  // namespace gradus::emit

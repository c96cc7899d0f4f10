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
  const auto collect = [&](Expr root, bool by_statement) {
    open.assign({root});
    while (!open.empty()) {
      const Expr e = open.back();
      open.pop_back();
      if (arena.is(e, Op::Symbol) || arena.is(e, Op::Deriv)) {
        wanted.insert(e);
        if (by_statement) out.referenced.insert(e);
      } else if (seen.insert(e).second) {
        for (const Expr c : arena.children(e)) open.push_back(c);
      }
    }
  };
  // The results come last: what they contain is not yet used by a statement.
  for (const Expr r : results) {
    collect(form(r), false);
    if (!arena.is(r, Op::Symbol) && !arena.is(r, Op::Deriv)) out.referenced.insert(wanted.begin(), wanted.end());
  }
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

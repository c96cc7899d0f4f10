// SPDX-License-Identifier: GPL-2.0-or-later
// The cost of an expression by a table of the rules.
#include <fmt/format.h>

#include <algorithm>

#include "gradus/rule/rewrite.h"

namespace gradus {

const Rewriter::Weights& Rewriter::weights(const std::string& table) const {
  static const char* const op_names[] = {
#define OP(name, children, precedence, spelling) #name,
#include "gradus/expr/op.def"
#undef OP
  };
  const auto [found, added] = weights_.try_emplace(table);
  Weights& out = found->second;
  if (!added) return out;
  const auto it = catalogue_.costs.find(table);
  if (it == catalogue_.costs.end()) throw Error({}, fmt::format("there is no cost table `{}` in the rules", table));
  const auto weight = [&](const std::string& key, long otherwise) {
    const auto w = it->second.find(key);
    return w == it->second.end() ? otherwise : w->second;
  };
  for (const char* const name : op_names) out.of_op.push_back(weight(name, 1));
  out.quotient = weight("quotient", weight("Pow", 1));
  out.minus = weight("minus", 1);
  out.function = weight("function", 2);
  out.by_name = &it->second;
  return out;
}

long Rewriter::cost(const std::string& table, Expr e) const {
  constexpr long most = 1L << 40U;
  const Weights& weight = weights(table);
  const auto of_op = [&](Op op) { return weight.of_op[static_cast<std::size_t>(op)]; };
  const std::vector<Expr> nodes = reachable(arena_, e);
  std::vector<long> total(nodes.size());
  const auto of = [&](Expr node) -> long& {
    return total[static_cast<std::size_t>(std::lower_bound(nodes.begin(), nodes.end(), node) - nodes.begin())];
  };
  for (const Expr node : nodes) {
    const Op op = arena_.op(node);
    long sum = of_op(op);
    if (op == Op::Add || op == Op::Mul) {
      sum *= static_cast<long>(arena_.count(node) - 1);
      if (op == Op::Mul && arena_.is_number(arena_.child(node, 0), -1))
        sum -= of_op(op) + of_op(Op::Number) - weight.minus;
    } else if (op == Op::Call) {
      const auto own = weight.by_name->find(arena_.name(node));
      sum = own == weight.by_name->end() ? weight.function : own->second;
    } else if (op == Op::Pow && arena_.is_number(arena_.child(node, 1), -1)) {
      sum = weight.quotient - of_op(Op::Number);
    }
    // The derivative of a name is a name itself; that of an expression costs what is in it.
    const bool name = op == Op::Deriv && arena_.is(arena_.child(node, 0), Op::Symbol);
    for (const Expr c : arena_.children(node)) sum += name ? 0 : of(c);
    of(node) = std::min(sum, most);
  }
  return of(e);
}

}  // namespace gradus

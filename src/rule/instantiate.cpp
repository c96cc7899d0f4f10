// SPDX-License-Identifier: GPL-2.0-or-later
#include <cln/integer.h>

#include <algorithm>

#include "rule/match.h"

namespace gradus {
namespace {

class Instantiation {
 public:
  Instantiation(Arena& arena, const Rule& rule, const Match& match) : arena_(arena), rule_(rule), match_(match) {}

  Expr build(Expr p) {
    switch (arena_.op(p)) {
      case Op::Number:
      case Op::Constant:
        return p;
      case Op::Symbol:
        if (const Expr* bound = match_.variables.find(p)) return *bound;
        return p;
      case Op::Rest:
        return joined(home(p), rest(p));
      case Op::Add:
      case Op::Mul:
        if (const auto value = computed(p)) return arena_.number(*value);
        return sequence(p);
      case Op::Call:
        return call(p);
      default: {
        if (const auto value = computed(p)) return arena_.number(*value);
        std::vector<Expr> children;
        for (const Expr c : arena_.children_copy(p)) children.push_back(build(c));
        if (arena_.is(p, Op::Pow)) {
          if (const auto n = computed(arena_.child(p, 1)); n && *n == 1) return children[0];
          if (const auto n = computed(arena_.child(p, 1)); n && *n == 0) return arena_.number(1);
        }
        return arena_.rebuild(p, children);
      }
    }
  }

 private:
  const std::vector<Expr>& rest(Expr p) const {
    static const std::vector<Expr> nothing;
    const std::vector<Expr>* bound = match_.rests.find(p);
    return bound == nullptr ? nothing : *bound;
  }

  Expr joined(Op op, const std::vector<Expr>& parts) {
    return op == Op::Add ? arena_.sum(parts) : arena_.product(parts);
  }

  // The value of arithmetic on numerals and number variables; nothing if there is another part or no variable.
  std::optional<Rational> computed(Expr p) const {
    bool variable = false;
    const auto value = arithmetic(p, variable);
    return variable ? value : std::nullopt;
  }
  std::optional<Rational> arithmetic(Expr p, bool& variable) const {
    switch (arena_.op(p)) {
      case Op::Number:
        return arena_.value(p);
      case Op::Symbol: {
        const auto type = rule_.variables.find(arena_.name(p));
        if (type == rule_.variables.end() || (type->second != VarType::number && type->second != VarType::integer))
          return std::nullopt;
        const Expr* bound = match_.variables.find(p);
        if (bound == nullptr || !arena_.is_number(*bound)) return std::nullopt;
        variable = true;
        return arena_.value(*bound);
      }
      case Op::Add:
      case Op::Mul: {
        Rational total = arena_.is(p, Op::Add) ? 0 : 1;
        for (const Expr c : arena_.children(p)) {
          const auto v = arithmetic(c, variable);
          if (!v) return std::nullopt;
          total = arena_.is(p, Op::Add) ? total + *v : total * *v;
        }
        return total;
      }
      case Op::Pow: {
        const auto base = arithmetic(arena_.child(p, 0), variable);
        const auto exponent = arithmetic(arena_.child(p, 1), variable);
        if (!base || !exponent || cln::denominator(*exponent) != 1 || cln::abs(*exponent) > 64) return std::nullopt;
        if (*base == 0 && *exponent <= 0) return std::nullopt;
        return cln::expt(*base, cln::numerator(*exponent));
      }
      default:
        return std::nullopt;
    }
  }

  // The rest variable of a sum that stands below `p` outside of any sum of its own: `p` is meant for each of its terms.
  std::optional<Expr> spread_by(Expr p) const {
    if (arena_.is(p, Op::Rest)) return std::nullopt;
    std::vector<Expr> open{p};
    while (!open.empty()) {
      const Expr e = open.back();
      open.pop_back();
      if (arena_.is(e, Op::Rest) && home(e) == Op::Add) return e;
      if (arena_.is(e, Op::Add)) continue;
      for (const Expr c : arena_.children(e)) open.push_back(c);
    }
    return std::nullopt;
  }

  Expr sequence(Expr p) {
    const Op op = arena_.op(p);
    std::vector<Expr> parts;
    const auto splice = [&](Expr value) {
      if (arena_.is(value, op)) {
        const auto inner = arena_.children_copy(value);
        parts.insert(parts.end(), inner.begin(), inner.end());
      } else {
        parts.push_back(value);
      }
    };
    for (const Expr c : arena_.children_copy(p)) {
      if (arena_.is(c, Op::Rest) && home(c) == op) {
        const auto& inner = rest(c);
        parts.insert(parts.end(), inner.begin(), inner.end());
      } else if (const auto by = op == Op::Add ? spread_by(c) : std::nullopt) {
        for (const Expr element : rest(*by)) {
          Match one = match_;
          one.rests.set(*by, {element});
          splice(Instantiation(arena_, rule_, one).build(c));
        }
      } else {
        splice(build(c));
      }
    }
    return joined(op, op == Op::Mul ? with_one_number(p, parts) : without_made_zeros(p, parts));
  }

  // Numbers that came together are multiplied, and a 1 is not written, unless the pattern itself has it so.
  std::vector<Expr> with_one_number(Expr p, const std::vector<Expr>& parts) const {
    Rational product = 1;
    std::vector<Expr> out;
    for (const Expr part : parts) {
      if (arena_.is_number(part)) {
        product = product * arena_.value(part);
      } else {
        out.push_back(part);
      }
    }
    const auto own = arena_.children(p);
    const bool written =
        std::any_of(own.begin(), own.end(), [&](Expr c) { return arena_.is_number(c) && arena_.value(c) == product; });
    if (product == 0) return {arena_.number(0)};
    if (product != 1 || out.empty() || written) out.insert(out.begin(), arena_.number(product));
    return out;
  }
  std::vector<Expr> without_made_zeros(Expr p, std::vector<Expr> parts) const {
    const auto own = arena_.children(p);
    if (std::any_of(own.begin(), own.end(), [&](Expr c) { return arena_.is_number(c, 0); })) return parts;
    std::erase_if(parts, [&](Expr e) { return arena_.is_number(e, 0); });
    return parts;
  }

  // What the rest variable is a part of on the left side: a product or a sum.
  Op home(Expr rest) const {
    for (const Expr e : reachable(arena_, rule_.from)) {
      if (!arena_.is(e, Op::Mul)) continue;
      const auto children = arena_.children(e);
      if (std::find(children.begin(), children.end(), rest) != children.end()) return Op::Mul;
    }
    return Op::Add;
  }

  Expr call(Expr p) {
    std::vector<Expr> arguments;
    for (const Expr c : arena_.children_copy(p)) arguments.push_back(build(c));
    std::string name = arena_.name(p);
    const std::string variable = name.substr(0, name.find('\''));
    if (const auto it = match_.functions.find(variable); it != match_.functions.end())
      name = it->second + name.substr(variable.size());
    return arena_.call(name, arguments);
  }

  Arena& arena_;
  const Rule& rule_;
  const Match& match_;
};

}  // namespace

Expr instantiate(Arena& arena, const Rule& rule, const Match& match, Expr pattern) {
  return Instantiation(arena, rule, match).build(pattern);
}

}  // namespace gradus

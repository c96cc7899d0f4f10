// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/witness.h"

#include <algorithm>

#include "gradus/algebra/enclose.h"

namespace gradus::algebra {
namespace {

constexpr int most_tries = 400, points_needed = 12, tries_for_one = 40;
constexpr long few_bits = 256, many_bits = 4096;

/// How far the parts of a kernel are understood.
enum Level : int {
  tower,      ///< rational in symbols, exponentials and logarithms of such: unique factors
  algebraic,  ///< with single roots, sines and cosines of such
  obscure,
};

Level level_of(const Arena& arena, Expr root) {
  ExprMap<Level> levels;
  for (const Expr e : reachable(arena, root)) {
    Level most = tower;
    for (const Expr c : arena.children(e)) most = std::max(most, levels.at(c));
    switch (arena.op(e)) {
      case Op::Number:
      case Op::Constant:
      case Op::Symbol:
      case Op::Add:
      case Op::Mul:
        break;
      case Op::Pow: {
        if (arena.is_integer(arena.child(e, 1))) break;
        const bool root_of_tower = arena.is_number(arena.child(e, 1)) && levels.at(arena.child(e, 0)) == tower;
        // The root of a symbol takes the place of the symbol.
        const bool of_symbol = arena.is(arena.child(e, 0), Op::Symbol);
        most = !root_of_tower ? obscure : of_symbol ? tower : algebraic;
        break;
      }
      case Op::Call: {
        const std::string& name = arena.name(e);
        const Expr u = arena.child(e, 0);
        if (name == "exp") {
          most = most <= algebraic ? tower : obscure;
        } else if (name == "ln") {
          const bool of_size = arena.is(u, Op::Call) && arena.name(u) == "abs";
          most = levels.at(of_size ? arena.child(u, 0) : u) == tower ? tower : obscure;
        } else if (name == "sin" || name == "cos") {
          most = most <= algebraic && !symbols(arena, u).empty() ? algebraic : obscure;
        } else {
          most = obscure;
        }
        break;
      }
      default:
        most = obscure;
    }
    levels[e] = most;
  }
  return levels.at(root);
}

enum class Sign { zero_possible, nonzero, none };

Sign value_at(Arena& arena, const EvalContext& context, Expr e, const Point& point, long bits) {
  const Enclosure v = enclose(arena, e, point, context, bits);
  if (v.state != Enclosure::State::defined)
    return v.state == Enclosure::State::unknown ? Sign::zero_possible : Sign::none;
  return v.exact_lower > 0 || v.exact_upper < 0 ? Sign::nonzero : Sign::zero_possible;
}

bool inside(Arena& arena, const EvalContext& context, const std::vector<SignOf>& region, const Point& point) {
  return std::all_of(region.begin(), region.end(), [&](const SignOf& s) {
    const Enclosure v = enclose(arena, s.factor, point, context, few_bits);
    if (v.state != Enclosure::State::defined) return false;
    return s.sign > 0 ? v.exact_lower > 0 : v.exact_upper < 0;
  });
}

/// Values of all sizes and signs, the same each time.
class Draws {
 public:
  Rational next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto bits = static_cast<long>(state_ >> 33U);
    static constexpr long scales[] = {1, 1, 1, 10, 10, 100, 1000};
    const Rational size = Rational(2 * (bits % 499) + 1) / Rational(997) * scales[(bits / 1000) % 7];
    return (bits / 10000) % 2 == 0 ? size : -size;
  }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15ULL;
};

}  // namespace

bool independent(Ring& ring, const Poly& p) {
  const std::vector<Var> variables = p.variables();
  return std::all_of(variables.begin(), variables.end(),
                     [&](Var v) { return level_of(ring.arena(), ring.at(v).expr) != obscure; });
}

bool zero_almost_nowhere(Ring& ring, const FunctionTable& functions, const Poly& p, const std::vector<SignOf>& region) {
  const std::vector<Var> variables = p.variables();
  const auto is_symbol = [&](Var v) { return ring.at(v).kind == Kernel::Kind::symbol; };
  if (std::all_of(variables.begin(), variables.end(), is_symbol)) return true;
  Arena& arena = ring.arena();
  const EvalContext context{functions, nullptr};
  const Expr e = ring.expr(p);
  const std::vector<Expr> own = symbols(arena, e);
  if (own.empty()) return value_at(arena, context, e, {}, many_bits) == Sign::nonzero;
  const bool plain = independent(ring, p);
  std::vector<Expr> names = own;
  if (!plain) {
    for (const SignOf& s : region) {
      for (const Expr t : symbols(arena, s.factor)) {
        if (std::find(names.begin(), names.end(), t) == names.end()) names.push_back(t);
      }
    }
  }
  Draws draws;
  int good = 0;
  for (int k = 0; k < (plain ? tries_for_one : most_tries); ++k) {
    Point point;
    for (const Expr s : names) point[s] = draws.next();
    ring.budget().spend(100);
    if (!plain && !inside(arena, context, region, point)) continue;
    const Sign v = value_at(arena, context, e, point, few_bits);
    if (v == Sign::nonzero && ++good >= (plain ? 1 : points_needed)) return true;
    if (v == Sign::zero_possible && !plain) return false;
  }
  // Independent kernels without a value at any of the points (too large for a ball, say) are independent all the same.
  return plain;
}

}  // namespace gradus::algebra

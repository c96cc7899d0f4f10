// SPDX-License-Identifier: GPL-2.0-or-later
// Printing and parsing are each other's inverse: on random expressions, and on random texts.
#include <cln/integer.h>

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

#include "table.h"

namespace {

using namespace gradus;

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  long between(long low, long high) { return low + static_cast<long>(below(static_cast<std::size_t>(high - low + 1))); }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  std::mt19937_64 engine_;
};

// Names that could be mistaken: for derivatives, exponents, words.
const std::vector<std::string> names{"x",    "y",  "z",  "da", "db", "a",    "b",   "d",
                                     "diff", "e1", "d2", "σ",  "dσ", "notx", "x_1", "logit"};

class Expressions {
 public:
  Expressions(Arena& arena, Random& random) : arena_(arena), random_(random) {}

  Expr value(int depth) {
    if (!pool_.empty() && random_.below(6) == 0) return random_.pick(pool_);  // shared parts
    const Expr e = depth == 0 ? leaf() : inner(depth - 1);
    pool_.push_back(e);
    return e;
  }

  Expr condition(int depth) {
    static const std::vector<Op> comparisons{Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge};
    switch (depth <= 0 ? 0 : random_.below(6)) {
      case 0:
      case 1:
        return arena_.make(random_.pick(comparisons), {value(1), value(1)});
      case 2:
        return arena_.make(Op::Not, {condition(depth - 1)});
      case 3:
        return arena_.make(Op::In, several(depth - 1, 2));
      default: {
        std::vector<Expr> parts;
        for (std::size_t k = 2 + random_.below(2); k > 0; --k) parts.push_back(condition(depth - 1));
        return arena_.make(random_.below(2) == 0 ? Op::And : Op::Or, parts);
      }
    }
  }

 private:
  Expr number() {
    switch (random_.below(8)) {
      case 0:
        return arena_.number(-1);
      case 1:
        return arena_.number(1);
      case 2:
        return arena_.fraction(1, random_.between(2, 5));
      case 3:
        return arena_.fraction(random_.between(-7, 7), random_.between(2, 9));
      case 4: {
        const Expr n = arena_.fraction(random_.between(1, 99), 1000);
        arena_.set_spelling(n, decimal(n));
        return n;
      }
      case 5: {
        const Expr n = arena_.negate(arena_.fraction(random_.between(1, 99), 1000));
        arena_.set_spelling(n, decimal(n));
        return n;
      }
      default:
        return arena_.number(random_.between(-12, 12));
    }
  }
  // Of a multiple of 1/1000 below 1.
  std::string decimal(Expr n) const {
    const Rational scaled = arena_.value(n) * 1000;
    const long k = cln::cl_I_to_long(cln::numerator(scaled));
    const std::string digits = std::to_string(k < 0 ? -k : k);
    return std::string(k < 0 ? "-0." : "0.") + std::string(3 - digits.size(), '0') + digits;
  }
  Expr leaf() {
    switch (random_.below(5)) {
      case 0:
      case 1:
        return number();
      case 2:
        return arena_.constant(random_.below(2) == 0 ? "pi" : "e");
      default:
        return arena_.symbol(random_.pick(names));
    }
  }
  std::vector<Expr> several(int depth, std::size_t least) {
    std::vector<Expr> out;
    for (std::size_t k = least + random_.below(3); k > 0; --k) out.push_back(value(depth));
    return out;
  }
  Expr inner(int depth) {
    switch (random_.below(14)) {
      case 0:
      case 1:
      case 2:
        return arena_.make(Op::Add, several(depth, 2));
      case 3:
      case 4: {
        std::vector<Expr> factors = several(depth, 2);
        if (random_.below(3) == 0) factors[0] = number();
        return arena_.make(Op::Mul, factors);
      }
      case 5: {
        std::vector<Expr> factors = several(depth, 2);
        factors[0] = arena_.number(-1);
        return arena_.make(Op::Mul, factors);
      }
      case 6:
      case 7:
        return arena_.pow(value(depth), number());
      case 8:
        return arena_.pow(value(depth), value(depth));
      case 9: {
        const std::vector<std::string> functions{"ln", "exp", "sigmoid'", "tanh''", "sqrt"};
        return arena_.call(random_.pick(functions), {value(depth)});
      }
      case 10:
        return arena_.call("max", {value(depth), value(depth)});
      case 11:
        return arena_.make(Op::Where, {condition(depth), value(depth), value(depth)});
      default:
        return arena_.make(Op::Deriv, {value(depth), arena_.symbol(random_.pick(names))});
    }
  }

  Arena& arena_;
  Random& random_;
  std::vector<Expr> pool_;
};

// Texts of the grammar, with blanks and parentheses where they are allowed.
class Texts {
 public:
  explicit Texts(Random& random) : random_(random) {}
  std::string sum(int depth) {
    std::string out = product(depth);
    for (std::size_t k = random_.below(3); k > 0; --k) out += blank() + random_.pick(signs_) + blank() + product(depth);
    return out;
  }

 private:
  std::string blank() { return random_.below(3) == 0 ? " " : ""; }
  std::string product(int depth) {
    std::string out = signed_operand(depth);
    for (std::size_t k = random_.below(3); k > 0; --k) {
      out += blank() + (random_.below(2) == 0 ? "*" : "/") + blank() + signed_operand(depth);
    }
    return out;
  }
  std::string signed_operand(int depth) {
    return random_.below(4) == 0 ? random_.pick(signs_) + blank() + signed_operand(depth) : power(depth);
  }
  std::string power(int depth) {
    std::string out = atom(depth);
    if (random_.below(4) == 0) out += blank() + "^" + blank() + (random_.below(3) == 0 ? "-" : "") + power(depth);
    return out;
  }
  std::string atom(int depth) {
    const std::vector<std::string> simple{"x",  "y",  "2",  "3", "1",     "0.5",   "1e-3", "2.5e1", ".25",
                                          "12", "da", "db", "a", "dL/dw", "da/dz", "pi",   "e",     "0"};
    if (depth == 0) return random_.pick(simple);
    switch (random_.below(8)) {
      case 0:
        return "ln(" + sum(depth - 1) + ")";
      case 1:
        return "d(" + sum(depth - 1) + ")/dx";
      case 2:
        return "diff(" + sum(depth - 1) + ", x, y)";
      case 3:
        return "where(" + sum(0) + " < " + sum(0) + " <= 3, " + sum(depth - 1) + ", 1)";
      case 4:
      case 5:
        return "(" + blank() + sum(depth - 1) + blank() + ")";
      default:
        return random_.pick(simple);
    }
  }

  Random& random_;
  const std::vector<std::string> signs_{"+", "-"};
};

Expr parsed(Arena& arena, const FunctionTable& table, const std::string& text) {
  try {
    return parse_expression(arena, table, test::source_of(text));
  } catch (const Error& e) {
    BOOST_FAIL(render(e));
    throw;
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_expressions_are_read_back) {
  std::size_t longest = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Arena arena;
    const FunctionTable table = test::small_table(arena);
    Random random(seed);
    Expressions expressions(arena, random);
    for (int k = 0; k < 50; ++k) {
      const Expr e =
          random.below(5) == 0 ? expressions.condition(3) : expressions.value(static_cast<int>(1 + random.below(4)));
      const std::string text = print(arena, e);
      longest = std::max(longest, text.size());
      const Expr again = parsed(arena, table, text);
      BOOST_REQUIRE_MESSAGE(again == e, "seed " << seed << ": " << text << " is read as " << print(arena, again));
    }
  }
  BOOST_TEST(longest > 200U);
}

BOOST_AUTO_TEST_CASE(random_texts_are_stable) {
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Arena arena;
    const FunctionTable table = test::small_table(arena);
    Random random(seed);
    Texts texts(random);
    for (int k = 0; k < 50; ++k) {
      const std::string typed = texts.sum(static_cast<int>(random.below(4)));
      Expr e;
      try {
        e = parse_expression(arena, table, test::source_of(typed));
      } catch (const Error& error) {  // towers of numbers
        BOOST_REQUIRE_MESSAGE(error.message == "a power of more than 10000 digits", render(error));
        ++refused;
        continue;
      }
      const std::string printed = print(arena, e);
      const Expr again = parsed(arena, table, printed);
      BOOST_REQUIRE_MESSAGE(again == e, "seed " << seed << ": " << typed << " is printed as " << printed
                                                << ", which is " << print(arena, again));
      BOOST_TEST(print(arena, again) == printed);
    }
  }
  BOOST_TEST(refused < 500);  // of 5,000
}

BOOST_AUTO_TEST_CASE(patterns_are_read_back) {
  Arena arena;
  const FunctionTable table = test::small_table(arena);
  ExpressionOptions options;
  options.pattern = true;
  const Expr implicit = arena.make(Op::Deriv, {arena.symbol("u"), arena.symbol("_")});
  const std::vector<std::pair<std::string, Expr>> cases{
      {"d(u)", implicit},
      {"d(u)^2", arena.pow(implicit, arena.number(2))},
      {"d(u)/d(u)", arena.div(implicit, implicit)},
      {"d(u) / dv", arena.div(implicit, arena.symbol("dv"))},
      {"d(u)/dv", arena.make(Op::Deriv, {arena.symbol("u"), arena.symbol("v")})},
      {"d(d(u))/dv", arena.make(Op::Deriv, {implicit, arena.symbol("v")})},
      {"f'(u)*d(u)", arena.mul(arena.call("f'", {arena.symbol("u")}), implicit)},
      {"a + b + rest...", arena.make(Op::Add, {arena.symbol("a"), arena.symbol("b"), arena.rest("rest")})},
      {"rest...*(-1)", arena.mul(arena.rest("rest"), arena.number(-1))},
      {"integer(n) and n > 0", arena.make(Op::And, {arena.call("integer", {arena.symbol("n")}),
                                                    arena.make(Op::Gt, {arena.symbol("n"), arena.number(0)})})},
  };
  for (const auto& [text, e] : cases) {
    BOOST_TEST((parse_expression(arena, table, test::source_of(text), options) == e), text);
    const std::string printed = print(arena, e);
    BOOST_TEST((parse_expression(arena, table, test::source_of(printed), options) == e), printed);
  }
}

// SPDX-License-Identifier: GPL-2.0-or-later
/// The expression DAG: immutable, hash-consed nodes in an arena. Building an expression never changes it.
#pragma once

#include <cln/rational.h>

#include <compare>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gradus {

enum class Op : std::uint8_t {
#define OP(name, children, precedence, spelling) name,
#include "gradus/expr/op.def"
#undef OP
};

/// Number of children of an operator, or -1 if it is n-ary.
int arity(Op op);
int precedence(Op op);
std::string_view spelling(Op op);
bool is_comparison(Op op);  ///< Eq .. Ge
bool is_condition(Op op);   ///< a comparison, In, Not, And, Or
bool is_reduction(Op op);   ///< Sum, Max, Min: of an index, its dimension and what stands for each
bool binds_index(Op op);    ///< a reduction, or Table

/// An expression: the index of its node. Equal indices, equal expressions (in one arena). Children have smaller
/// indices than their parents, so the order of indices is topological.
struct Expr {
  std::uint32_t id = 0;
  auto operator<=>(const Expr&) const = default;
};

struct ExprHash {
  std::size_t operator()(Expr e) const noexcept { return e.id * 0x9E3779B97F4A7C15ULL; }
};
template <class T>
using ExprMap = std::unordered_map<Expr, T, ExprHash>;

using Rational = cln::cl_RA;

/// A stated limit was passed (see `limits`). The caller gives it a place.
class LimitError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace limits {
inline constexpr long max_digits = 10'000;          ///< decimal digits of a numerator or denominator
inline constexpr std::size_t max_nodes = 1U << 28;  ///< nodes of an arena
inline constexpr int max_nesting = 500;  ///< parentheses, calls, signs and powers within one another in a text
}  // namespace limits

/// Owns all nodes. Not thread-safe; not copyable. Everything that is compared by `Expr` lives in one arena.
class Arena {
 public:
  Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // --- building; each returns the existing node if there is an equal one ---
  Expr number(const Rational& value);  ///< throws LimitError above limits::max_digits
  Expr number(long value) { return number(Rational(value)); }
  Expr fraction(long p, long q) { return number(Rational(p) / Rational(q)); }
  Expr symbol(std::string_view name);
  Expr constant(std::string_view name);  ///< "pi" or "e"
  Expr rest(std::string_view name);
  Expr call(std::string_view function, std::span<const Expr> arguments);
  Expr call(std::string_view function, std::initializer_list<Expr> arguments);
  /// Any operator without a payload. n-ary operators keep order and nesting; Add and Mul need two children or more.
  Expr make(Op op, std::span<const Expr> children);
  Expr make(Op op, std::initializer_list<Expr> children);
  /// The node of `e` with other children (same operator and payload, same number of children unless n-ary).
  Expr rebuild(Expr e, std::span<const Expr> children);

  // Shorthands. They build what they say; nothing is simplified.
  /// A sum of any number of terms: none gives 0, one gives itself.
  Expr sum(std::span<const Expr> terms);
  /// A product of any number of factors: none gives 1, one gives itself.
  Expr product(std::span<const Expr> factors);
  Expr add(Expr a, Expr b) { return make(Op::Add, {a, b}); }
  Expr mul(Expr a, Expr b) { return make(Op::Mul, {a, b}); }
  Expr pow(Expr a, Expr b) { return make(Op::Pow, {a, b}); }
  /// What the notation means by `-a` for an `a` that is not in parentheses: a number is negated; a product whose
  /// first factor is a number other than 1 and above 0 has that negated; a product that begins with another
  /// factor than a number gets -1 as its first factor; anything else is `(-1)*a`. (For a product in parentheses the
  /// notation means `mul(number(-1), a)`.)
  Expr negate(Expr a);
  /// What the notation means by `1/a`: an integer n >= 2 gives the number 1/n; `b^n` with a number n > 0 gives
  /// `b^(-n)`; anything else `a^(-1)`.
  Expr reciprocal(Expr a);
  /// What the notation means by `a - b`: one sum of the terms of `a` (if it is a sum) and `negate(b)`.
  Expr sub(Expr a, Expr b);
  /// What the notation means by `a/b`: one product of the factors of `a` (if it is a product) and `reciprocal(b)`.
  /// An integer over an integer >= 2 without a common factor is a number; `1/b` is `reciprocal(b)`.
  Expr div(Expr a, Expr b);

  // --- reading ---
  [[nodiscard]] Op op(Expr e) const { return nodes_[e.id].op; }
  /// Valid until the next node is built: copy what you keep.
  [[nodiscard]] std::span<const Expr> children(Expr e) const {
    const Node& n = nodes_[e.id];
    return {children_.data() + n.first, n.count};
  }
  [[nodiscard]] std::vector<Expr> children_copy(Expr e) const;
  [[nodiscard]] Expr child(Expr e, std::size_t k) const { return children_[nodes_[e.id].first + k]; }
  [[nodiscard]] std::size_t count(Expr e) const { return nodes_[e.id].count; }
  [[nodiscard]] const Rational& value(Expr number) const;  ///< of a Number
  [[nodiscard]] const std::string& name(Expr e) const;     ///< of a Symbol, Constant, Rest or Call
  [[nodiscard]] bool is(Expr e, Op o) const { return op(e) == o; }
  [[nodiscard]] bool is_number(Expr e) const { return op(e) == Op::Number; }
  [[nodiscard]] bool is_number(Expr e, long value) const;
  [[nodiscard]] bool is_integer(Expr e) const;  ///< a Number that is an integer
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  /// Whether the symbol of this name has been built.
  [[nodiscard]] bool has_symbol(std::string_view name) const;

  /// Remembers that a number was typed as a decimal (`0.1`, `1e-3`) and is to be printed so. The first wins.
  void set_spelling(Expr number, std::string text);
  [[nodiscard]] const std::string* spelling_of(Expr number) const;

 private:
  struct Node {
    std::uint32_t first;  // into children_
    std::uint32_t count;
    std::uint32_t payload;  // into numbers_ or names_
    std::uint32_t hash;
    Op op;
  };
  Expr intern(Op op, std::uint32_t payload, std::span<const Expr> children);
  std::uint32_t intern_name(std::string_view name);
  void grow();
  Expr negated_number(Expr a);  // keeps the spelling

  std::vector<Node> nodes_;
  std::vector<Expr> children_;
  std::vector<std::uint32_t> table_;  // open addressing; 0 is empty, else id + 1
  std::vector<Rational> numbers_;
  std::unordered_multimap<std::uint32_t, std::uint32_t> number_index_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::uint32_t> name_index_;
  ExprMap<std::string> spellings_;
};

/// All nodes reachable from the roots, children before parents, each once. Iterative.
std::vector<Expr> reachable(const Arena& arena, std::span<const Expr> roots);
std::vector<Expr> reachable(const Arena& arena, Expr root);
/// Those of them that are not older than `oldest`. A node is younger than its children: no other one contains it.
std::vector<Expr> reachable_since(const Arena& arena, std::span<const Expr> roots, Expr oldest);

/// `e` with every node that is a key replaced by its value (not again inside the value). Keys may be any
/// expressions; the outermost match wins. The cut name of a Deriv (its second child) is not replaced. Iterative.
Expr substitute(Arena& arena, Expr e, const ExprMap<Expr>& map);

/// Rebuilds `e` from the leaves: `f(arena, node)` gets each reachable node once, its children already replaced,
/// and returns what stands for it. Iterative.
Expr map_bottom_up(Arena& arena, Expr e, const std::function<Expr(Arena&, Expr)>& f);

/// The free names (Symbols) of `e`, in order of first appearance from left to right; those in Deriv included.
std::vector<Expr> symbols(const Arena& arena, Expr e);
/// Whether `part` occurs in `e` (as a node).
bool contains(const Arena& arena, Expr e, Expr part);
/// Nodes of `e` written out as a tree, saturating at 2^40.
std::uint64_t tree_size(const Arena& arena, Expr e);

/// `e` in our notation. Parsing the result gives the same expression. Iterative. Throws LimitError if the text is
/// longer than `max_length` bytes.
std::string print(const Arena& arena, Expr e, std::size_t max_length = 1U << 26);

}  // namespace gradus

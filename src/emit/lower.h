// SPDX-License-Identifier: GPL-2.0-or-later
// Expressions in the form in which C++ computes them.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "gradus/derive/derivation.h"

namespace gradus::emit {

// Rewrites expressions such that each node is one operation of C++: a product with a sign is the negation of a product
// (always of two factors, -1 first), powers are squares, products of these, roots, reciprocals or calls of pow and exp,
// sums and products have two operands, functions without a C++ form are unfolded. Of a + b and b + a, and of a - b and
// b - a, one is computed. The value in real numbers, and the order of sums and products, stay what they were; but
// 1/b*a becomes a/b, and numbers that are factors of one product become one.
class Lowering {
 public:
  static constexpr std::size_t max_width = 32;  // operands of `and` and `or`

  Lowering(Engine& engine, const Model& model);

  // Lowers everything that is reachable from the roots; linear in its size.
  void lower(std::span<const Expr> roots);
  // The lowered form of a root.
  [[nodiscard]] Expr operator()(Expr root) const { return image_.at(unfolded_.at(root)); }
  // The expression that a lowered one stands for, for comments.
  [[nodiscard]] Expr origin(Expr lowered) const;
  // The function of the model that a call calls, if it uses nothing but its own parameters: then it is generated as a
  // function of C++. Calls of others are unfolded.
  [[nodiscard]] const ModelFunction* generated(Expr call) const;

 private:
  Expr unfold(Expr root);
  void unfold(std::span<const Expr> roots);
  Expr unfold_call(Expr call);
  void require_arguments(const std::vector<Expr>& parameters, Expr call) const;
  Expr instance(const std::vector<Expr>& parameters, Expr body, Expr call);
  Expr node(Expr e);
  Expr product(Expr e);
  Expr power(Expr base, Expr exponent);
  Expr integer_power(Expr base, long n);
  Expr negation(Expr e);
  [[nodiscard]] bool opposite(Expr e) const;
  Expr nested(Op op, std::span<const Expr> parts);
  Expr pair(Op op, Expr a, Expr b);
  Expr chunked(Expr e);
  Expr call(const char* function, Expr argument);
  const ModelFunction* defined(const std::string& name) const;

  Arena& arena_;
  const FunctionTable& functions_;
  std::map<std::string, const ModelFunction*> defined_;
  std::set<std::string> open_;  // functions that use names of the model
  std::map<std::string, Expr> open_bodies_;
  ExprMap<Expr> image_, origin_, unfolded_;
  std::unordered_set<Expr, ExprHash> pairs_;  // sums and products of two
  std::size_t budget_;
};

// -x as the lowering writes it.
bool is_negation(const Arena& arena, Expr e);
// q^(-1).
bool is_inverse(const Arena& arena, Expr e);
// Number, constant, name, or the negation of one.
bool is_trivial(const Arena& arena, Expr e);

}  // namespace gradus::emit

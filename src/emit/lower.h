// SPDX-License-Identifier: GPL-2.0-or-later
// Expressions in the form in which C++ computes them.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "gradus/derive/derivation.h"

namespace gradus::emit {

// A function that is generated in `detail`: one of the model, or one of the table by its computed form.
struct DetailFunction {
  std::string name;
  std::vector<Expr> parameters;
  Expr body;     // to be lowered before it is written or evaluated
  Expr meaning;  // for the comment: the definition
  bool of_model = false;
};

// Rewrites expressions such that each node is one operation of C++: a product with a sign is the negation of a product
// (always of two factors, -1 first), powers are squares, products of these, roots, reciprocals or calls of pow and exp,
// sums and products have two operands, functions without a C++ form are unfolded. Of a + b and b + a, and of a - b and
// b - a, one is computed. Calls whose computed forms have an expensive part in common (sigmoid(z) and softplus(-z)) are
// replaced by these forms, so that the part is computed once. The value in real numbers, and the order of sums and
// products, stay what they were; but 1/b*a becomes a/b, and numbers that are factors of one product become one.
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
  // All functions that may be generated, each after those that it calls: of the table those with a computed form, of
  // the model those that use nothing but their own parameters (calls of the others are unfolded).
  [[nodiscard]] const std::vector<DetailFunction>& detail() const { return detail_; }
  // The one that a lowered call calls; null: it calls the C++ library, or a function in `src/emit/special`.
  [[nodiscard]] const DetailFunction* body(Expr call) const;
  // What such a call calls, without template arguments: `std::exp`. Empty if its C++ form is something else than a
  // call.
  [[nodiscard]] std::string primitive(Expr call) const;

 private:
  Expr unfold(Expr root);
  void unfold(std::span<const Expr> roots);
  Expr unfold_call(Expr call);
  void require_arguments(const std::vector<Expr>& parameters, Expr call) const;
  Expr instance(const std::vector<Expr>& parameters, Expr body, Expr call);
  void collect_detail(const Model& model);
  void lower_nodes(const std::vector<Expr>& nodes);
  // The lowered form of `e` with these lowered children.
  Expr node(Expr e, std::vector<Expr> children);
  Expr relation(Op op, Expr left, Expr right);
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

  // inline.cpp
  struct Inlined {
    Expr e;                  // the computed form at the argument, without calls of other computed forms
    std::vector<Expr> work;  // the calls in it that are worth computing once
  };
  // Marks calls, among nodes that are lowered, that are to be replaced by their computed forms; whether there are any.
  bool mark_inlined(const std::vector<Expr>& nodes);
  const Inlined& inlined(Expr lowered_call);
  Expr flat_body(const DetailFunction& f);

  Arena& arena_;
  const FunctionTable& functions_;
  std::map<std::string, const ModelFunction*> defined_;
  std::set<std::string> open_;  // functions that use names of the model
  std::map<std::string, Expr> open_bodies_;
  std::vector<DetailFunction> detail_;
  std::map<std::pair<std::string, std::size_t>, std::size_t> detail_index_;
  ExprMap<Expr> image_, origin_, unfolded_;
  std::unordered_set<Expr, ExprHash> inline_;  // calls, unfolded but not lowered
  ExprMap<Inlined> inlined_;
  std::map<std::pair<std::string, std::size_t>, Expr> flat_bodies_;
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

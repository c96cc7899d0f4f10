// SPDX-License-Identifier: GPL-2.0-or-later
// Facts and questions as normal forms: signs by factors, squares completed, linear combinations of facts.
#pragma once

#include <memory>
#include <unordered_set>

#include "algebra/knowledge.h"
#include "algebra/linear.h"
#include "algebra/normaliser.h"
#include "algebra/unfold.h"

namespace gradus::algebra {

class Polynomials {
 public:
  Polynomials(Arena& arena, const FunctionTable& functions, const Model* model, Ranges& ranges,
              const std::vector<Fact>& facts);
  ~Polynomials();

  struct Answer {
    unsigned set = any;
    std::string why;
  };
  /// The signs that `difference` may have.
  Answer signs(Expr difference);

  enum class Vanishing { everywhere, almost_nowhere, not_known };
  /// Whether `e` is zero only on a set without interior.
  Vanishing vanishing(Expr e);

 private:
  class Passive;
  struct Known {
    Inequality row;
    std::string why;
  };
  void build();
  void learn(const Fact& fact);
  unsigned factor_signs(FactorId id, int depth, std::string& why);
  unsigned poly_signs(const Poly& p, int depth, std::string& why);
  unsigned by_square_root(const Poly& p, Var v, int depth, std::string& why);
  unsigned by_combination(const Poly& p, std::string& why);
  unsigned product_signs(const Product& p, std::string& why);
  template <class F>
  void attempt(F f);

  Arena& arena_;
  const FunctionTable& functions_;
  Ranges& ranges_;
  const std::vector<Fact>& facts_;
  Unfolder unfold_;
  Hints hints_;
  Budget budget_;
  std::unique_ptr<Ring> ring_;
  std::unique_ptr<Passive> passive_;
  std::unique_ptr<Normaliser> normaliser_;
  bool broken_ = false, everything_confined_ = false;
  std::unordered_set<Expr, ExprHash> confined_;
  std::unordered_set<Expr, ExprHash> discrete_;
  std::map<std::vector<FactorId>, std::pair<unsigned, std::string>> products_;  // odd factors -> signs
  std::map<FactorId, std::pair<unsigned, std::string>> known_factors_;
  std::vector<Known> rows_;
};

}  // namespace gradus::algebra

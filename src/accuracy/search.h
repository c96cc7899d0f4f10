// SPDX-License-Identifier: GPL-2.0-or-later
// The forms of one formula that the rules of the group `stable` lead to, each with its error at every point.
#pragma once

#include <functional>
#include <memory>
#include <unordered_set>
#include <vector>

#include "accuracy/columns.h"
#include "accuracy/truth.h"
#include "gradus/rule/rewrite.h"

namespace gradus::accuracy {

/// A form that was measured.
struct Form {
  Expr e;
  long cost = 0;
  std::vector<double> errors;  ///< normalised, by point
  std::vector<double> raw;
  double worst = 0;
  std::size_t compared = 0;  ///< points with a true value
  std::size_t failing = 0;   ///< points beyond the bound
  double total = 0;          ///< the sum of log2(1 + error), each at most 64
};

class Search {
 public:
  Search(Engine& engine, const Setting& setting, const Truths& truths, Rewriter& rewriter,
         const AccuracyOptions& options);

  /// The points at which all forms are measured from now on.
  void set_sample(Sample sample);
  [[nodiscard]] const Sample& sample() const { return sample_; }

  /// Measures a form, unless it is known.
  void offer(Expr form);
  /// Goes on from the best forms by the rules, a round at a time, until nothing is left to be tried.
  void explore();
  /// All forms, in the order in which they were found.
  [[nodiscard]] const std::vector<Form>& forms() const { return forms_; }
  [[nodiscard]] Form measure(Expr form);
  /// The values of an expression at the points.
  const std::vector<double>& values(Expr e) { return columns_->values(e); }
  [[nodiscard]] double bound() const { return options_.ulp; }

 private:
  std::vector<std::size_t> best(const std::vector<std::size_t>& of) const;
  void expand(std::size_t form, std::vector<std::size_t>& found);
  /// The same with two terms or factors taken together first.
  void regroup(Expr form, std::vector<std::size_t>& found);
  void divide_in_steps(Expr form, std::vector<std::size_t>& found);
  bool known(Expr form);
  void add(Expr form);

  Engine& engine_;
  const Truths& truths_;
  Rewriter& rewriter_;
  const AccuracyOptions& options_;
  Sample sample_;
  std::vector<TrueValue> truth_;
  emit::Lowering lowering_;
  std::unique_ptr<Columns> columns_;
  std::vector<const Rule*> rules_;  ///< that the strategy `offers` names
  std::vector<Form> forms_;
  std::unordered_set<Expr, ExprHash> seen_;     ///< up to the order of sums and products
  std::unordered_set<Expr, ExprHash> ordered_;  ///< those that differ from others in nothing but the order
};

/// What it costs to compute lowered expressions together, each part once, by the cost table `machine`.
long machine_cost(const Engine& engine, const emit::Lowering& lowering, std::span<const Expr> lowered);

}  // namespace gradus::accuracy

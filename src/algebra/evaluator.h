// SPDX-License-Identifier: GPL-2.0-or-later
// Rigorous evaluation of an expression at a point, at one precision.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_set>

#include "algebra/value.h"

namespace gradus::algebra {

/// Symbols that an assumption confines to a finite set (or to the integers): between their values there is nothing.
std::unordered_set<Expr, ExprHash> discrete_symbols(const Arena& arena, const Model* model);

/// One evaluation. Nothing recurses: names and function bodies are frames on an explicit stack.
class Evaluator {
 public:
  Evaluator(const Arena& arena, const Point& point, const EvalContext& context,
            const std::unordered_set<Expr, ExprHash>& discrete, long precision, unsigned long exact_bits,
            std::uint64_t& budget)
      : arena_(arena),
        point_(point),
        context_(context),
        discrete_(discrete),
        natives_(precision, exact_bits),
        cost_(1 + static_cast<std::uint64_t>(precision) / 256),
        budget_(budget) {}

  Value run(Expr e);

 private:
  // What is known inside one function body: its arguments by parameter, and the values so far.
  struct Scope {
    ExprMap<Value> parameters;
    ExprMap<Value> values;
    std::unordered_set<Expr, ExprHash> open;
  };
  struct Frame {
    std::size_t scope;
    Expr e;
    std::size_t next = 0;  // children that are done
    std::size_t body = 0;  // the scope of the called function's body; 0: none
    Expr body_expr{};
    bool entered = false;
  };

  void step();
  /// True if the value is there; else a frame for it has been pushed.
  bool ready(std::size_t scope, Expr e);
  const Value& value(std::size_t scope, Expr e) const { return scopes_[scope].values.at(e); }
  void done(Value v);
  bool children_ready(Frame& frame);
  [[nodiscard]] std::vector<const Value*> children(const Frame& frame) const;
  void symbol(Frame& frame);
  void where(Frame& frame);
  void call(Frame& frame);
  void enter(Frame& frame, Expr body, const std::vector<Expr>& parameters);

  const Arena& arena_;
  const Point& point_;
  const EvalContext& context_;
  const std::unordered_set<Expr, ExprHash>& discrete_;
  Natives natives_;
  std::uint64_t cost_;
  std::uint64_t& budget_;
  std::deque<Scope> scopes_;
  std::vector<Frame> frames_;
};

}  // namespace gradus::algebra

// SPDX-License-Identifier: GPL-2.0-or-later
/// Applying rules: matching modulo associativity and commutativity, conditions, and strategies over whole lines.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "gradus/rule/rule.h"
#include "gradus/syntax/model.h"

namespace gradus {

/// What a few names of a pattern stand for; each is a Symbol or Rest of the rule.
template <class Value>
class Bindings {
 public:
  [[nodiscard]] const Value* find(Expr name) const {
    for (const auto& [bound, value] : values_) {
      if (bound == name) return &value;
    }
    return nullptr;
  }
  void push(Expr name, Value value) {
    constexpr std::size_t usual = 4;
    if (values_.capacity() == 0) values_.reserve(usual);
    values_.emplace_back(name, std::move(value));
  }
  void pop() { values_.pop_back(); }
  /// Instead of what the name was bound to.
  void set(Expr name, Value value) {
    std::erase_if(values_, [&](const auto& pair) { return pair.first == name; });
    push(name, std::move(value));
  }

 private:
  std::vector<std::pair<Expr, Value>> values_;
};

/// What the variables of a pattern stand for.
struct Match {
  Bindings<Expr> variables;
  Bindings<std::vector<Expr>> rests;
  std::map<std::string, std::string> functions;
};

/// Decides a condition that needs knowledge about the model: the evidence if it is known to hold, else nothing.
using Oracle = std::function<std::optional<std::string>(Expr condition)>;

/// Expressions up to the order and nesting of their sums and products.
class AcForms {
 public:
  explicit AcForms(Arena& arena) : arena_(arena) {}
  /// The same expression for all that are equal up to order and nesting of + and *.
  Expr canonical(Expr e);
  bool equal(Expr a, Expr b) { return a == b || canonical(a) == canonical(b); }

 private:
  Arena& arena_;
  ExprMap<Expr> memo_;
};

/// One rewriting that was found: `before` may be replaced by `after`.
struct Rewriting {
  std::string rule;
  Expr before, after;
  std::string why, evidence;
  bool quiet = false;
};

/// Called for each step, in order, with the line before and after it.
using Recorder = std::function<void(const Rewriting&, Expr line_before, Expr line_after)>;

/// Puts rules and strategies to work. Every change of a line goes through `apply` and is recorded.
class Rewriter {
 public:
  /// `model` gives the functions that the model defines; null if there is none.
  Rewriter(Arena& arena, const Catalogue& catalogue, const Model* model, Oracle oracle, Recorder recorder = {});

  /// Replaces `before` by `after` wherever it stands in the line, and records the step. The only way to change a line.
  Expr apply(Expr line, const Rewriting& rewriting);

  /// Tries a rule at the root of `e`.
  std::optional<Rewriting> try_rule(const Rule& rule, Expr e);
  /// All that a rule can make of the root of `e`, at most `limit`, in the order in which its pattern matches.
  std::vector<Rewriting> rewritings(const Rule& rule, Expr e, std::size_t limit);

  /// Runs the strategy with this name from the catalogue; throws Error if there is none.
  Expr run(const std::string& strategy, Expr line);

  /// How often a condition was put to the oracle so far, or was known from when it was: a run during which this does
  /// not grow depends on nothing but the shape of the line.
  std::uint64_t questions() const { return questions_; }

  /// Whether fuel ran out since the last call; the strategy that did.
  std::optional<std::string> exhausted();

  AcForms& forms() { return forms_; }
  void set_recorder(Recorder recorder) { recorder_ = std::move(recorder); }

  /// The cost of an expression by a cost table of the catalogue.
  long cost(const std::string& table, Expr e) const;

 private:
  /// The weights of a cost table, by operator, and of what is written in a way of its own.
  struct Weights {
    std::vector<long> of_op;
    long quotient = 0, minus = 0, function = 0;
    const std::map<std::string, long>* by_name = nullptr;
  };
  const Weights& weights(const std::string& table) const;
  /// What a strategy did to a line.
  struct Run {
    std::vector<std::tuple<Rewriting, Expr, Expr>> steps;
    Expr result;
  };
  Expr run(const Strategy& s, Expr line);
  Expr run_named(const Strategy& s, Expr line);
  Run run_silently(const Strategy& s, Expr line);
  Expr replay(const Run& done);
  Expr walk(const Strategy& s, Expr line, bool top_down);
  std::optional<Rewriting> try_at(const Strategy& s, Expr e);
  std::optional<Rewriting> try_group(const Strategy& group, Expr e);
  std::optional<std::string> holds(const Rule& rule, const Match& match, Expr condition);
  /// The rule, group or strategy that a strategy names, looked up once.
  struct Named {
    bool builtin = false;
    const Rule* rule = nullptr;
    const Strategy* strategy = nullptr;
    std::map<Op, std::vector<const Rule*>> members;  // of a group, by the operator that their patterns need
  };
  Named& named(const Strategy& s);
  const std::vector<const Rule*>& candidates(const Strategy& group, Op op);

  Arena& arena_;
  const Catalogue& catalogue_;
  const Model* model_;
  Oracle oracle_;
  Recorder recorder_;
  AcForms forms_;
  std::map<const Strategy*, ExprMap<bool>> irreducible_;  // nothing is left to do below; whether the oracle was asked
  std::unordered_map<const Strategy*, Named> named_;
  mutable std::map<std::string, Weights> weights_;
  Expr variable_;                                          // by which a rule of differentiation derives
  int trying_ = 0;                                         // depth of `best-by`
  std::map<std::pair<const Strategy*, Expr>, Run> tried_;  // what its alternatives have done so far
  std::uint64_t questions_ = 0;
  std::string exhausted_;
};

/// A rewriting of the root of `e` that no pattern can express, for strategies to name like a rule:
/// "fold-numbers": sums, products and integer powers of literal numbers are computed, 0 and 1 left out of them;
/// "flatten": sums within sums and products within products are opened;
/// "order-factors", "order-terms": numbers before other factors before denominators; a term without a minus first;
/// "derivative-of-function": `d(f(u))/dx` by the derivative of f in the table of functions, `d(where(...))` by cases;
/// "definition-of-function": a call of a function that has a definition is unfolded;
/// "open-logarithms": the same, inside logarithms, and for functions that are logarithms by definition (softplus).
std::optional<Rewriting> builtin_rule(const std::string& name, Arena& arena, const Catalogue& catalogue,
                                      const Model* model, Expr e);
/// The names of the built-in rules.
const std::vector<std::string>& builtin_rules();

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// What the derivations of one model share: its facts, its rewriter, who depends on whom, and the recording of steps.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "gradus/algebra/facts.h"
#include "gradus/derive/derivation.h"
#include "gradus/rule/rewrite.h"

namespace gradus {

class Session {
 public:
  /// `with_steps`: whether the steps are kept, or the results alone.
  explicit Session(Engine& engine, const Model& model, bool with_steps = true);

  Engine& engine;
  Arena& arena;
  const Model& model;
  Facts facts;
  Rewriter rewriter;
  const bool with_steps;

  /// The steps of a strategy from a line to its result.
  struct Run {
    std::vector<Step> steps;
    Expr result;
  };
  /// Runs a strategy of the catalogue. A run that asked for no facts holds for any other names as well: the layers of
  /// a deep model are worked out once.
  Run run(const std::string& strategy, Expr line);

  /// The definition that a symbol stands for, or null.
  const Definition* definition(Expr symbol) const;
  /// The names that `e` uses directly, each once, in order.
  std::vector<Expr> names_in(Expr e) const { return symbols(arena, e); }
  /// The definitions that depend on `name`, directly or through others (not the name itself).
  const std::unordered_set<Expr, ExprHash>& dependents(Expr name);
  /// `e` with every name replaced by its definition that depends on `by`; `by` itself is cut.
  Expr unfolded_to(Expr e, Expr by);
  /// `e` with the names in `which` replaced by their definitions, the definitions of those too.
  Expr unfolded(Expr e, const std::function<bool(const Definition&)>& which);
  /// What stands in the model for something longer: definitions, and assumptions `E = c`.
  struct Abbreviation {
    Expr value, name;
    std::string rule, why;
  };
  /// Forms up to order -> the abbreviation for exactly that.
  const ExprMap<Abbreviation>& abbreviations();
  /// The abbreviations for sums and products that may stand for a part of `e`: those whose last part stands in it.
  std::vector<const Abbreviation*> partial_abbreviations(Expr e);

 private:
  std::map<Expr, std::unordered_set<Expr, ExprHash>> dependents_;
  void abbreviate(Abbreviation a);
  /// What was found for a line whose names are numbered.
  struct Known {
    Run run;
    bool general = false;
  };
  Run run_here(const std::string& strategy, Expr line);
  Expr rename(Expr e, const ExprMap<Expr>& map);
  std::map<std::string, ExprMap<Known>> known_;
  bool abbreviated_ = false;
  ExprMap<Abbreviation> abbreviations_;
  ExprMap<std::vector<Abbreviation>> partial_;  // by the form of their last factor's base or last term
};

/// A line and the steps that led to it. Every change of the line is one recorded step.
class Trace {
 public:
  Trace(Session& session, Expr start);

  Expr line;
  std::vector<Step> steps;

  /// Replaces `before` by `after` everywhere in the line, as one step.
  void step(std::string rule, Expr before, Expr after, std::string why, std::string evidence = {});
  /// Runs a strategy of the catalogue on the line.
  void run(const std::string& strategy);
  /// Simplifies, with less effort the larger the line is.
  void simplify();
  /// Writes sigmoids for what they are; simplifies where there were some.
  void find_sigmoids();
  /// Carries out all derivatives; the names in them must have been unfolded.
  void differentiate() { run("differentiate"); }
  /// Writes names of the model for what they stand for, and uses assumptions `E = c`, where that stands in the line.
  void use_names() { abbreviate(true); }
  /// Uses the assumptions alone.
  void use_assumptions() { abbreviate(false); }
  /// The last step so far shows a line for the board.
  void mark_key();

 private:
  void abbreviate(bool names);
  Session& session_;
};

/// The place of `part` in `whole`: "" if it is the whole, "0.2" by children, "everywhere" if it stands there more than
/// once.
std::string position_of(const Arena& arena, Expr whole, Expr part);
/// The step that `rewriting` is, from one line to the next.
Step step_of(const Arena& arena, const Rewriting& rewriting, Expr line_before, Expr line_after);

/// The derivations of the chain rule, backwards from `of`, for the names in `wrt` and all between.
std::vector<Derivation> chain_derivations(Session& session, Expr of, const std::vector<Expr>& wrt);
/// The direct derivation.
Derivation direct_derivation(Session& session, Expr of, Expr wrt);
/// The value of `of`, rewritten by the rules of ln and exp until nothing cancels; itself if there is nothing to do.
Trace direct_value(Session& session, Expr of, Expr start);
/// `e` with f'(u) replaced by its value for the functions that the model defines.
Expr without_primes(Session& session, Expr e);

}  // namespace gradus

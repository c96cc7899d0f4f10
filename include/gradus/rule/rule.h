// SPDX-License-Identifier: GPL-2.0-or-later
/// Rules, strategies and the catalogue that holds them: data, read from `rules/*.rules`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gradus/diag/source.h"
#include "gradus/expr/expr.h"
#include "gradus/expr/function.h"

namespace gradus {

/// What a pattern variable may stand for.
enum class VarType {
  any,       ///< any expression
  number,    ///< a Number (exact rational); products and sums of such variables on the right side are computed
  integer,   ///< a Number that is an integer
  name,      ///< a Symbol
  function,  ///< the name of a function that is not specified (`f(u)`)
  rest,      ///< what is left of a sum or product, possibly nothing (`rest...`)
};

/// One named rewriting rule: wherever `from` matches and every condition is known to hold, `to` may stand.
struct Rule {
  std::string name;
  std::string group;  ///< the group (file) it belongs to
  Expr from, to;      ///< patterns; their Symbols are variables, `d(E)` is a Deriv by the symbol `_`
  std::map<std::string, VarType> variables;
  std::vector<Expr> conditions;  ///< over the variables; also calls `free(E)`: E does not depend on the variable `_`
  bool enlarges = false;         ///< `to` may be defined where `from` is not (allowed; never the other way round)
  std::string says;              ///< one sentence for the reader
  std::string cite;
  std::vector<std::map<std::string, Rational>> rejects;  ///< points that the conditions must refuse
  bool quiet = false;  ///< folding of constants, reordering: left out of reports unless all steps are asked for
  Place place;
};

/// A strategy: how rules are put to work. An immutable tree.
struct Strategy {
  enum class Kind { rule, group, named, seq, first, attempt, repeat, topdown, bottomup, best_by };
  Kind kind = Kind::seq;
  std::string name;  ///< of the rule, group, strategy or cost
  std::vector<Strategy> children;
  std::size_t fuel = 0;  ///< of `repeat`: greatest number of rounds; running out is reported
  Place place;
};

/// All rules, functions, costs and strategies, by name.
struct Catalogue {
  FunctionTable functions;
  std::vector<Rule> rules;  ///< in the order of the files (sorted by name) and lines
  std::map<std::string, std::size_t> rule_index;
  std::map<std::string, std::vector<std::size_t>> groups;
  std::map<std::string, Strategy> strategies;
  std::map<std::string, std::map<std::string, long>> costs;  ///< cost name -> (operator, function or `name` -> weight)

  [[nodiscard]] const Rule* rule(const std::string& name) const;
};

/// Reads rule files in the order given. A rule that no strategy names, a duplicate, an unbound name on the right
/// side, an unknown field, condition, group or strategy: Error with its place.
Catalogue load_catalogue(Arena& arena, const std::vector<SourcePtr>& files);

/// The rule files that are compiled into the program, sorted by name.
std::vector<SourcePtr> embedded_rules();
/// The `*.rules` files of a directory, sorted by name. Throws Error if there are none or one cannot be read.
std::vector<SourcePtr> rules_from_directory(const std::string& directory);

}  // namespace gradus

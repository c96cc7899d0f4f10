// SPDX-License-Identifier: GPL-2.0-or-later
// What the formulas of a document mean: names, shapes, indices. A model grows while the document is read.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "document/known.h"
#include "document/layers.h"
#include "document/named.h"
#include "document/nodes.h"
#include "document/phrases.h"
#include "document/prose.h"
#include "document/step_sums.h"
#include "gradus/check/verdict.h"
#include "gradus/derive/derivation.h"
#include "tensor/entries.h"

namespace gradus::document {

class Meaning : public Known {
 public:
  Meaning(Engine& engine, const Conventions& conventions);

  [[nodiscard]] Model& model() { return model_; }
  // The model in which nothing is said of what these names are.
  [[nodiscard]] Model without_values(const std::vector<Expr>& symbols) const;
  // A name that stands in the text, of which nothing is made.
  void mention(const Node& name);
  // What a name stands for, where that is a name of the model.
  std::optional<Expr> symbol_of(const Node& name);
  // The name of which it is an entry, or all of it.
  std::optional<Expr> whole_of(const Node& name);
  // The inputs, of these sides, that these names are made of, and what is free in functions of them.
  std::vector<Expr> inputs_under(const std::vector<Expr>& variables, Expr left, Expr right);
  // Whether a side is a name, or a call, of which nothing is known but what it depends on; a function, and no number.
  [[nodiscard]] bool is_unspecified(Expr side);
  [[nodiscard]] bool is_unspecified_function(Expr side);
  // Whether a name is written with what it depends on.
  bool has_arguments(const Node& name);
  // Defines it as what an equation behind says, if there is one.
  bool define_from_behind(const Node& side);
  // The names that an expression is made of, through definitions.
  std::set<std::string> everything_in(Expr e);
  [[nodiscard]] const std::vector<std::string>& readings() const { return readings_; }
  // A reading that the report names, once.
  void report(const std::string& reading) {
    if (std::ranges::find(readings_, reading) == readings_.end()) readings_.push_back(reading);
  }
  // Names that were read as numbers, and may be columns.
  [[nodiscard]] const std::set<std::string>& maybe_columns() const { return beside_matrices_; }
  // Guessed numbers that look like tensors.
  [[nodiscard]] std::set<std::string> maybe_tensors() const;
  // Whether it matters how far a minus, or a d/dx, reaches.
  [[nodiscard]] bool reach_is_unclear() const { return reach_unclear_; }
  // Whether a scalar was differentiated by a vector.
  [[nodiscard]] bool has_gradients() const { return gradients_; }
  // Whether a vector was differentiated by one of the same length.
  [[nodiscard]] bool has_square_jacobians() const { return squares_; }
  // Whether there is an adjoint of what has a column for each of the examples over which a cost is a mean.
  [[nodiscard]] bool has_adjoints_of_means() const { return means_; }
  Shape shape(Expr e) { return entries_->shape(e); }

  // A name of a dimension, before the document is read.
  void learn_dimension(const Node& name) {
    if (find(label(name)) == nullptr) dimension_named(label(name));
  }
  // Whether a letter may stand for an index: nothing else is said of it.
  [[nodiscard]] bool may_be_index(const std::string& letter) const {
    return letters_.contains(letter) || indexing_.contains(letter) || !names_.contains(letter);
  }
  // Whether a name has a meaning of its own; whether it is a size.
  [[nodiscard]] bool has_name(const std::string& key) const { return names_.contains(key); }
  [[nodiscard]] bool is_dimension(const std::string& key) const {
    const auto at = names_.find(key);
    return at != names_.end() && at->second.role == Named::Role::dimension;
  }
  // Under which cases what follows is claimed.
  [[nodiscard]] const std::vector<IndexCase>& cases() const { return cases_; }
  void set_cases(std::vector<IndexCase> cases) { cases_ = std::move(cases); }
  // Letters of layers in these sides (layers.cpp), and what is said of their names.
  void learn_layers(const std::vector<Node>& sides);
  void learn_layer_equation(const Node& name, const Node& value, const Place& place, bool set);
  // Whether an equation that stands before says what the name is of another layer.
  [[nodiscard]] bool equation_of_layer(const Node& symbol) const;
  // Whether it is a name of one layer, by its own letter or number, where an equation before is of all layers, and says
  // something else of this one.
  [[nodiscard]] bool is_of_certain_layer(const Node& name, const Node& value) const;
  // The name of the cost that a variable reaches.
  std::optional<Node> cost_reached_by(const Node& variable);
  // A number of which is said what it depends on, and what that is does not matter.
  void settle(const Node& name);
  // "a differentiable function of z".
  void learn_function(const Node& names, const Node& variables);
  // What a word says of these names: a fact, or that a point where a claim fails may be one that is excluded.
  void restrict(const Node& names, Restriction how);
  void restrict(const Named& known, Restriction how);
  // doubts.cpp
  enum class Doubt { of_refutations, always };
  void suspect(const Node& name, const std::string& why, Doubt how);
  // Why nothing is decided of a side, by the names that are written in it.
  [[nodiscard]] std::optional<std::string> never_decided(const Node& side) const;
  void suspect_indices(const std::string& one, const std::string& other);
  void call_matrix(const std::string& name);
  std::set<std::string> functions_in(Expr left, Expr right);
  bool is_defined(const Node& name);
  bool is_a_number(const Node& name);  // by its definition
  bool is_of_derivative(const Node& name);
  bool is_square(const Node& name);  // a matrix
  bool is_tensor(const std::string& letter);
  bool is_function(const Node& n);
  // The function of the catalogue that a word names.
  [[nodiscard]] std::optional<std::string> function_by_name(const Node& word) const;
  bool depends_by_definition(const Node& name, const Node& by);
  std::vector<std::pair<Expr, Expr>> maybe_counted(Expr left, Expr right);
  // Names of which no set is said and that may be one-hot, along each of their indices, with what holds then.
  std::vector<std::pair<std::string, std::vector<Expr>>> maybe_one_hot(Expr left, Expr right);
  // Why a proof may be one of something else. What stands behind `end` is not yet said.
  std::optional<std::string> doubt_of_proof(Expr left, Expr right, std::size_t end);
  // Whether an indicator that is 1 for one value alone is written in one of these sides.
  [[nodiscard]] bool has_indicator(Expr left, Expr right) const {
    return std::ranges::any_of(indicators_,
                               [&](Expr e) { return contains(arena_, left, e) || contains(arena_, right, e); });
  }
  /// Of a name that is a sum over layers or steps, or by its step before, which was not read, no derivative is decided.
  void learn_unread(const Node& name, const Node& value);

  // "A is symmetric", of a square matrix that nothing defines yet. Whether it could be said.
  bool make_symmetric(const Node& name);
  bool make_symmetric(Expr symbol);
  bool make_definite(Expr symbol);
  void show_symmetric(Counterexample& c) const;
  // "scores x_i(\theta)": names with what they depend on, of which nothing else is said.
  void learn_dependence(const Node& calls);
  // What a prime differentiates by.
  void set_prime(const Node& variable) { prime_ = variable; }
  [[nodiscard]] bool is_guess(Expr name) const { return guessed_.contains(arena_.name(name)); }
  // Whether a letter was used before anything was said of it.
  [[nodiscard]] bool is_guessed(const std::string& letter) const {
    const auto it = names_.find(letter);
    if (it == names_.end() || !it->second.guessed) return false;
    const std::string name = arena_.name(it->second.symbol);
    if (guessed_functions_.contains(name)) return true;
    if (parameters_.contains(name) && maybe_tensors_.contains(name)) return true;
    return guessed_.contains(name) && !held_.contains(name);
  }

  // --- declarations (declare.cpp) ---

  // `names \in set`. Whether it was understood.
  bool declare(const Node& names, const Node& set);
  // `k = 1, \dots, n`: whether it is a range; then k runs over n.
  bool declare_range(const Node& index, const Node& range);
  // `f : \mathbb{R} \to \mathbb{R}`
  bool declare_function(const Node& name, const Node& from, const Node& to);
  // `\Phi'(x) = \phi(x)`, of a function of which nothing else is said.
  bool give_derivative(const Node& left, const Node& right);
  // A comparison that is said to hold.
  bool assume(const Node& left, const std::string& relation, const Node& right);
  // "have the rows `names`": these are the rows (columns) of the matrix that was declared last.
  void name_rows(const Node& names, bool columns);

  // --- definitions (define.cpp) ---

  // Whether the side is a name that says nothing yet, so that an equation can define it.
  bool is_new(const Node& side);
  bool is_primed_name(const Node& side);
  // Whether it is a name of which a set or a shape is said, or that was used, but that no equation defines yet.
  bool is_open(const Node& side);
  // Defines it as what `value` says. Throws NotRead and Mismatch.
  void define(const Node& name, const Node& value, const Place& place);
  bool is_known(const Node& name) { return known_symbol(name); }
  // From here on a name that is defined means what another expression says: `da/dz = (1/(1+e^{-z}))'`, where `a` does
  // not depend on `z` by its definition. What it was, as text; nothing if it is not so.
  std::optional<std::string> read_anew(const Node& name, const Node& by, const Node& value);
  // Whether it is only known, or guessed, what a name depends on.
  [[nodiscard]] bool is_unspecified(const Node& name) {
    const Named* known = name.is(Node::Kind::symbol) ? find(label(name)) : nullptr;
    return known != nullptr && held_.contains(arena_.name(known->symbol));
  }
  // f(x) where f is known as f(x, y): another number of arguments, or a vector for a number.
  [[nodiscard]] bool is_of_other_arguments(const Node& name);
  // What is said of a name holds no longer: it is introduced anew.
  void forget(const Node& name);
  // An equation that the document has for a name: it is read when the name is first needed.
  void learn_equation(const Node& name, const Node& value, const Place& place);
  void learn_set(const Node& names, const Node& set);
  // Whether this side was defined by its equation before it was reached.
  [[nodiscard]] bool defined_early(const Node& side) const { return early_.contains(side.begin); }

  // --- expressions (expressions.cpp) ---

  // Both sides, with tables over the indices that are free in them.
  struct Sides {
    Expr left, right;
    std::vector<std::string> guessed;  // names of which nothing is said, on one side only
    std::optional<std::string> doubtful;
    bool broadcast = false;                  // a number that is no constant is added to a vector
    std::size_t free = 0;                    // indices for all values of which it is claimed
    std::optional<std::string> independent;  // a derivative of what does not depend on the variable
    std::optional<std::string> unclear;      // why it may mean either of two things
  };
  Sides equation(const Node& left, const Node& right);
  // Why a point where the sides differ would refute no more than a guess of ours: what they depend on is not said.
  std::optional<std::string> doubt(Expr left, Expr right);

 private:
  // names.cpp
  bool has_label(const Node& symbol) const;
  bool has_role(const std::string& name) const;
  bool known_symbol(const Node& n);
  Expr dimension_of_letter(const std::string& letter);
  std::string base(const Node& symbol) const;
  Named* find(const std::string& name);
  Value named(const Node& symbol);
  Value value_of(Named& n, const std::vector<Expr>& indices, const std::string& name,
                 const std::map<std::string, Node>& letters = {});
  std::optional<Value> entry_of_tensor(const Node& symbol, std::vector<Node> subscripts);
  std::optional<Value> entry_of_lying(const Node& symbol);
  std::optional<Value> example_of(const Node& symbol);
  std::optional<Expr> range_of(const std::string& letter);
  std::optional<Expr> open_symbol(const Node& side, std::vector<Expr>& indices);
  bool define_early(const Node& symbol, bool call = false);
  bool declare_from_behind(const Node& symbol);
  bool declare_early(const Node& symbol);
  // Does something else while a formula is read. What cannot be read in it is left.
  void aside(const std::function<void()>& what);
  static bool matches(const Node& pattern, const Node& n, const std::vector<std::string>& letters,
                      std::map<std::string, Node>& found);
  Value guess(const Node& symbol, const std::string& label);
  std::optional<Value> entry_of_bold(const Node& symbol);
  Value guess_tensor(const std::string& key, bool matrix);
  std::optional<Expr> index(const Node& n, Expr dimension);
  bool is_index(const std::string& letter);
  bool is_used(const std::string& letter);
  Expr dimension_named(const std::string& name);
  Expr inferred_dimension(const std::string& letter);
  // Throws Unify if one of them was inferred.
  void unify(Expr a, Expr b) const;
  void unify(const Shape& s, const Shape& t) const;
  [[nodiscard]] const std::set<Restriction>& kinds_of(const std::string& key) const;
  [[nodiscard]] bool is_called(const std::string& key, Restriction kind) const;
  void use_kinds(const std::string& key);
  Named& introduce(const std::string& name, Named n, const Shape& shape, const Place& place);
  std::string fresh_name(const std::string& wanted);

  // subsets.cpp
  [[nodiscard]] std::optional<Node> owner_of_set(const Node& set) const;
  Expr weight_of_member(const Node& item, const Bound& member);

  // index_cases.cpp
  Expr weight_of_cases(const Node& at);

  // series.cpp
  struct Series {
    Node body;  // with the letter where the members differ
    std::string letter;
    Expr dimension;
    long start = 0;  // the number of the first member
  };
  std::optional<Series> series(const Node& first, const Node& last, const std::string& letter);
  std::optional<Series> series(const std::vector<Node>& before, const Node& last);
  Value at_index(const Series& s, Expr index);
  Value total(const Series& s);
  Expr weight_from(Expr index, long start);
  Value vector(const Node& list, bool lies = false);
  Value grid(const Node& n, std::size_t rows, std::size_t columns);
  Value matrix(const Node& n);

  // define.cpp
  [[nodiscard]] bool stands_in(const Node& name, const Node& in) const;
  bool implied_sums(std::vector<Node>& sides) const;

  // expressions.cpp
  Value value(const Node& n);
  Value sum(const Node& n);
  std::optional<Expr> special_index(const Node& term, Expr dimension);
  Value factors(const std::vector<Node>& kids, const std::vector<std::string>& ops, std::size_t begin, std::size_t end);
  Value factor(const std::vector<Node>& kids, const std::vector<std::string>& ops, std::size_t& k, std::size_t end);
  Value symbol(const Node& n);
  Value group(const Node& n);
  bool bind(const Node& relation, const std::vector<Node>& upper, std::vector<Bound>& out);
  Value multiply(Value a, Value b, const std::string& op);
  Value divide(Value a, Value b);
  Value add(Value a, Value b, bool minus);
  void align(Value& a, Value& b);
  [[nodiscard]] bool stretch(const Shape& s, const Shape& t) const;
  Value big(const Node& n);
  std::optional<Node> summed_letter(const Node& body);
  std::optional<Value> largest(const Node& name, const Node& argument, bool over_index);
  Value constant(const Node& n);
  Value powers(Value v, const Node& n);
  Value transposed(Value v);
  std::optional<Value> inverse_of(const Value& v, const Node& n);
  bool made_of(Expr symbol, const std::function<Expr(Expr)>& value);
  bool takes_letters(const std::string& function, const Node& first);
  [[nodiscard]] bool has_meaning(const Node& word) const;
  void make_square(const Value& v, const Node& at, std::string_view function);
  std::optional<std::string> suspected(const std::map<std::string, std::string>& all,
                                       const std::set<std::string>& names);
  void learn_shifted(const Node& name, Expr symbol, const Node& value);
  std::optional<std::string> doubt_of_derivatives(Expr left, Expr right, const std::set<std::string>& names);
  bool is_summed(const std::string& name, Expr left, Expr right, const std::set<std::string>& names);
  std::optional<std::string> maybe_member(const std::set<std::string>& names);
  // step_sums.cpp
  [[nodiscard]] bool is_over_steps(const Node& n) const;
  [[nodiscard]] bool has_step_sum(const Node& n) const;
  [[nodiscard]] bool is_scaled_step_sum(const Node& n) const;
  [[nodiscard]] bool is_linear_in_step_sums(const Node& n) const;
  Value over_steps(const Node& n);
  void read_steps_of(Node& left, Node& right);
  Node with_one_step(const Node& value_node, const std::string& letter, const std::string& rest) const;
  std::string rest_of_steps(const std::string& cost, const std::string& letter);
  void learn_step_sum(const Node& name, const Node& value_node);
  std::optional<std::pair<Expr, Expr>> cost_at(const std::string& cost, const std::string& letter);
  void reach_later(Expr rest, const Node& variable);
  Node used_at_step(const Node& parameter, Expr cost, Expr rest, const StepRange& over);
  [[nodiscard]] bool only_next_steps(const StepSum& sum) const;
  std::optional<std::string> doubt_of_uses(const std::set<std::string>& names);
  Value derivative_of_step_sum(const std::string& cost, const Node& by, const Node& at);
  std::optional<Expr> symbol_of_step(const Node& name);
  Expr sum_over(const StepRange& over);
  // open_ways.cpp
  std::optional<std::string> open_way(Expr left, Expr right, std::size_t end);
  std::optional<std::string> open_way(Expr of, Expr by, const std::set<std::string>& below, std::size_t end);
  bool is_cost(Expr symbol);
  std::optional<std::string> doubt_of_refutation(Expr left, Expr right, const std::set<std::string>& names);
  std::optional<Value> of_example(const Node& symbol);
  std::optional<std::string> other_functions(Expr left, Expr right);
  void seem_tensors(Expr e);
  void seem_tensors(Expr a, Expr b);
  bool is_ones(const Node& n);
  bool is_label_below(const Node& script);
  Value ones(const Node& n);
  void settle_identity(Value& v, const Shape& beside);
  Value cases(const Node& n);
  Value over_indices(const Shape& shape, bool row, const std::function<Expr(const std::vector<Expr>&)>& entry);
  Expr entry(Expr e, const std::vector<Expr>& indices);
  Expr scalar(const Value& v, const Node& n);
  Expr condition(const Node& n);
  Expr indicator(const Node& n);
  bool is_kronecker(const Node& n);

  // calls.cpp
  std::optional<Value> call(const std::vector<Node>& kids, const std::vector<std::string>& ops, std::size_t& k,
                            std::size_t end);
  bool is_given(Expr e);
  void drop_contradictions(Expr condition);
  std::optional<Value> own_value(Named& function, const Node& at);
  std::optional<Value> unspecified(const Node& name, const Node& arguments);
  [[nodiscard]] std::optional<std::string> letter_of_index(Expr at) const;
  std::optional<Value> of_family(const Named& function, const Node& argument, const Node& at);
  Value apply(const std::string& function, const Node& name, const std::vector<Value>& arguments);
  std::optional<std::string> function_of(const Node& n);

  // definitions.cpp
  struct Called {
    std::vector<std::string> parameters;
    std::optional<Node> decoration;
    bool functional = false;  // the parameters are names of numbers or vectors
    bool known = true;        // all of them are names of the document
  };
  void define_open(const Node& written, Expr open, const std::vector<Expr>& written_indices, const Node& value_node,
                   const Place& place);
  Called called(Node& name, const Node& value_node);
  void define_function(const Node& name, const Called& call, const Node& value_node, const Place& place);
  bool is_derivative_by_row(const Node& value_node);
  void define_name(const Node& name, const std::optional<Node>& decoration, const Node& value_node, const Place& place);

  // layers.cpp
  [[nodiscard]] bool is_layer(const Node& n) const;
  // Whether a layer or a step stands above a name.
  [[nodiscard]] bool at_layer(const Node& symbol) const {
    return !symbol.above.empty() && (symbol.step || is_layer(symbol.above[0]) || is_last_step(symbol));
  }
  // h^{(T)} beside h^{(t)}: no transpose.
  [[nodiscard]] bool is_last_step(const Node& symbol) const {
    return symbol.above[0].is(Node::Kind::group) && symbol.above[0].text == "(" && symbol.above[0].bare() &&
           symbol.above[0].kids[0].is_symbol("T") && symbol.above[0].kids[0].bare() &&
           layer_stems_.contains(symbol.text);
  }
  // The same by its number: h^{(3)} where there is h^{(t)}.
  [[nodiscard]] bool at_any_step(const Node& symbol) const {
    return at_layer(symbol) || (!symbol.above.empty() && layer_stems_.contains(symbol.text) &&
                                layer_of(symbol.above[0]).has_value() && symbol.above[0].is(Node::Kind::group));
  }
  [[nodiscard]] bool layer_of_name(std::string_view script) const;
  [[nodiscard]] bool has_layer_matrices() const;
  [[nodiscard]] std::optional<std::size_t> rank_at_layer(const Node& symbol) const;
  bool define_layer(const Node& symbol);
  std::optional<Value> entry_at_layer(const Node& symbol);
  [[nodiscard]] bool is_beside_general(const Node& symbol) const;
  std::optional<Node> layer_in(Expr of, const Node& letter);
  void hold_last_layers(Expr of, const Node& by, Expr variable);
  Expr computed_with(const Node& by, Expr variable);
  [[nodiscard]] bool is_of_last_layer(const std::string& name, const std::string& general) const;
  [[nodiscard]] bool has_step_equation(const std::string& name) const;
  [[nodiscard]] bool is_of_step(const LayerEquation& e, const std::string& name) const;
  [[nodiscard]] bool step_equation_has(const std::string& name, const Node& variable) const;
  bool has_partial_above(const Node& side) const;
  std::optional<std::string> steps_apart(const std::set<std::string>& names);
  [[nodiscard]] std::optional<std::string> added_over_steps(const Node& side) const;
  [[nodiscard]] bool is_step_beside(const std::string& name, const std::string& step) const;
  [[nodiscard]] std::optional<LayerEquation> for_layer(const LayerEquation& equation, const Node& symbol) const;

  // adjoints.cpp
  std::optional<Node> name_of_adjoint(const Node& symbol);
  std::optional<Expr> cost_of(Expr variable);
  std::optional<Expr> unwritten_cost();
  std::optional<std::string> doubt_of_adjoints(Expr left, Expr right);
  [[nodiscard]] std::optional<Expr> examples_of(Expr cost);
  std::optional<Value> adjoint(const Node& symbol);
  bool is_adjoint(const Node& symbol);
  std::optional<Value> increment(const Node& symbol);

  // held.cpp
  void add_definition(const std::string& name, Expr symbol, Expr value, const Place& place);
  bool depends(Expr e, Expr name);
  bool is_free(Expr symbol);
  bool hold(Expr symbol, Expr variable, const std::vector<std::pair<std::size_t, std::size_t>>& shared);
  void write_held(Expr symbol, Held& held);
  bool twice_held(Expr e);

  // fold.cpp
  Expr use_name(Expr e, Expr name);

  // derivatives.cpp
  struct Operator {
    std::vector<Node> by;
    std::optional<Node> of;
    bool partial = false;
  };
  Value direct(const Value& of, const Node& by, const Node& at);
  std::optional<Operator> derivative(const Node& fraction);
  Value derivative_of(const Value& given, const Node& by, const Node& at);
  Value plain_derivative_of(const Value& given, const Node& by, const Node& at);
  std::optional<Value> gradient(const std::vector<Node>& kids, const std::vector<std::string>& ops, std::size_t& k,
                                std::size_t end);
  Value gradient_by(const Value& of, const std::vector<Node>& names, const Node& at);
  Value primed(const Value& of, const Node& at);

  [[noreturn]] static void fail(const Node& n, std::string reason);
};

}  // namespace gradus::document

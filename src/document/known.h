// SPDX-License-Identifier: GPL-2.0-or-later
// What is known of the names of a document while it is read.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/layers.h"
#include "document/learnt.h"
#include "document/named.h"
#include "document/step_sums.h"
#include "gradus/derive/derivation.h"
#include "tensor/entries.h"

namespace gradus::document {

/// The name of the cost of which names with a d are derivatives where none is written.
inline constexpr std::string_view unwritten_cost_name = "\\text{cost}";

class Known : public Learnt {
 protected:
  Known(Engine& engine, const Conventions& conventions)
      : engine_(engine), arena_(engine.arena), conventions_(conventions) {}

  struct Bound {
    std::string letter;
    Expr index;
    std::optional<Expr> dimension;
    long start = 1;  // the first value that is meant
  };

  // What is said of a name.
  struct Equation {
    Node name, value;
    Place place;
  };
  // What is said of a name of a layer or a step: its set, or its equation.
  struct LayerEquation {
    Node name, value;
    Place place;
    bool set;
  };
  // A function of which only is said what it depends on.
  struct Variable {
    Expr name;
    std::vector<std::pair<std::size_t, std::size_t>> shared;  // indices of the function that are indices of this
    Expr slope;
  };
  struct Held {
    std::vector<Variable> variables;
    bool said = false;  // what it depends on is said
    Expr offset;
  };

  Engine& engine_;
  Arena& arena_;
  Conventions conventions_;
  Model model_;
  std::optional<tensor::Entries> entries_;
  std::map<std::string, Named> names_;
  std::map<std::string, Expr> letters_;            // indices of which a range is said
  std::map<std::string, Expr> ranges_of_letters_;  // of indices over what nothing is said of
  std::map<std::string, std::string> inferred_;    // dimensions of these, by name, and what they are called here
  std::map<std::string, Equation> families_;       // by an index: p_0 is what p_i is
  std::map<std::string, Equation> later_;          // the first equation of each name, until it is read
  std::set<std::string> alone_;                    // names that have an equation without indices
  std::map<std::string, std::pair<Node, Node>> later_sets_;
  std::set<std::size_t> early_;       // where the names stand that were defined before they were reached
  std::map<std::string, Held> held_;  // functions of which is said what they depend on, by name
  std::vector<Bound> bound_;
  std::vector<std::pair<std::string, Expr>> free_;       // indices of the formula that is read, with their dimensions
  std::vector<IndexCase> apart_;                         // indices that differ throughout
  std::vector<IndexCase> cases_;                         // of the display that is read
  std::map<std::string, Value> arguments_;               // of the function whose body is read
  std::set<std::string> guessed_;                        // names of which nothing was said
  std::optional<Node> partial_by_;                       // of \partial_i, the last time
  std::optional<Node> prime_;                            // what a prime differentiates by
  std::map<std::string, std::size_t> layer_subscripts_;  // of names of layers: the most indices that stand below them
  std::set<std::string> layer_stems_;                    // letters of names of layers
  std::set<std::string> before_others_;                  // names of layers that stand before other ones
  bool example_columns_ = false, example_rows_ = false;  // W^l A^{l-1}, A^{l-1} W^l: of all examples at once
  std::set<std::string> before_small_;                   // capital ones, before small ones: matrices before vectors
  std::set<std::string> layers_;                         // letters of layers
  std::map<std::string, std::string> unsettled_;         // names of which a reading is a guess, and why
  std::map<std::string, bool> restricted_;               // names, and whether only an equation says how
  std::set<std::pair<std::string, Restriction>> restricted_so_;  // names, and what was made of words for them
  std::set<std::string> guessed_functions_;
  std::set<std::string> of_vectors_;  // functions from vectors to numbers
  std::vector<LayerEquation> layer_equations_;
  std::map<std::string, StepSum> step_sums_;  // costs, by the names of their symbols
  std::map<std::string, std::pair<Expr, std::string>>
      used_at_;                         // of a parameter as one step uses it: all of it, and the letter
  std::set<std::string> step_symbols_;  // what stands for other steps, and for all of them
  StepReading steps_;
  std::set<std::string> working_;  // names of layers, and of adjoints, that are being read
  bool means_ = false;
  std::set<std::string> beside_matrices_;  // numbers, as it seems, that are multiplied with matrices
  // Names of which the text says what is not used, and why that keeps from refuting, or from deciding.
  std::map<std::string, std::string> never_refuted_, never_decided_;
  std::map<std::string, std::string> unread_;                   // their derivatives are not decided
  std::map<std::string, std::set<std::string>> shifted_stems_;  // h of h_{t-1}, by the name in whose equation it is
  std::set<std::pair<std::string, std::string>> maybe_apart_;   // indices that the text says are different somewhere
  std::vector<std::pair<std::string, std::string>>
      beside_;                           // numbers x_i, and the number x: what joins them is not said
  std::set<std::string> maybe_tensors_;  // guessed numbers that look like something else
  std::set<std::string> parameters_;     // of functions: numbers that were guessed, by their names
  std::set<std::string> spoken_of_;      // names of equations in the text that were not used
  bool broadcast_ = false;
  std::optional<std::string> doubtful_;  // why the equation that is read may be another one
  // Steps in what is differentiated, and by what: they may depend on it.
  std::vector<std::pair<Expr, Expr>> earlier_steps_;
  std::optional<std::string> independent_;
  std::set<Expr> indicators_;          // that two values are equal, and no indices
  std::optional<Expr> ones_;           // the size of the vector of ones, where it is said
  std::optional<Expr> identity_;       // stands for the identity matrix until its size is known
  std::optional<Expr> identity_size_;  // that was said last: of I_n
  bool squares_ = false, gradients_ = false, reach_unclear_ = false;
  std::vector<std::string> readings_;
  std::string last_matrix_;
  int depth_ = 0;
};

}  // namespace gradus::document

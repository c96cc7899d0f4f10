// SPDX-License-Identifier: GPL-2.0-or-later
// What a survey of the whole document tells of its names before it is read from the beginning.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "document/named.h"
#include "document/phrases.h"
#include "document/prose.h"

namespace gradus::document {

class Learnt {
 public:
  [[nodiscard]] bool speaks_of(Topic topic) const { return topics_.contains(topic); }
  // Names that stand in one list: none is a function of another one.
  void learn_list(const Node& names) {
    lists_.emplace_back();
    for (const Node& n : names.kids) lists_.back().insert(label(n));
  }
  [[nodiscard]] bool given_beside(const std::string& name, const Node& other) const {
    return std::ranges::any_of(lists_, [&](const auto& l) { return l.contains(name) && l.contains(label(other)); });
  }
  // A name without scripts that is differentiated somewhere.
  void learn_differentiated(const std::string& name) { differentiated_.insert(name); }
  // A bold letter, alone or with what stands below it.
  void learn_bold(const std::string& letter, bool alone) { (alone ? bold_alone_ : bold_indexed_).insert(letter); }
  // From where on an index that stands twice is summed over.
  void learn_summation(std::size_t begin) {
    if (!summed_from_) summed_from_ = begin;
  }
  // Where headings stand: the places of the first formulas behind them.
  void learn_section(std::size_t begin) { section_starts_.push_back(begin); }
  [[nodiscard]] std::size_t section_at(std::size_t place) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(section_starts_, place) - section_starts_.begin());
  }
  void learn_index(const std::string& letter) { indexing_.insert(letter); }
  [[nodiscard]] bool indexes(const std::string& letter) const { return indexing_.contains(letter); }
  // "sum over x" of examples x: these names have a value for each example.
  void learn_examples(const std::string& letter, const std::set<std::string>& names) {
    example_ = letter;
    of_examples_ = names;
    indexing_.erase(letter);
  }
  // What a directive says of a call as it is written, whatever else is said of the function.
  void settle_call(const Node& call, const Node& value) { settled_calls_[label(call)] = value; }
  // e is a name of the document, not the number.
  void learn_e() { e_is_a_name_ = true; }
  // A letter that never stands without an argument.
  void learn_called(const std::string& letter) { called_.insert(letter); }
  // A letter that stands with one and the same argument, and without it.
  void learn_quantity(const std::string& letter) { quantities_.insert(letter); }
  [[nodiscard]] bool is_quantity(const std::string& letter) const {
    return quantities_.contains(letter) && !any_function_.contains(letter);
  }
  // Names that are called costs, and those that have increments.
  void learn_cost(const Node& name) { costs_.insert(label(name)); }
  // Derivatives by d are total ones: then those by \partial leave steps before as they are.
  void learn_total() { total_ = true; }
  /// The same of names with the step above, h^{(t)}: then others with \partial may be direct ones.
  void learn_total_above() { total_above_ = true; }
  // dW = ..., and m where it is 1/m dZ A^T
  void learn_adjoint_equation(const std::string& name, const std::string& m) {
    adjoint_equations_.insert(name);
    if (!m.empty()) averaged_over_ = m;
  }
  // \delta is given by an equation with a derivative.
  void learn_delta() { delta_said_ = true; }
  void learn_increment(const std::string& name) { incremented_.insert(name); }
  // "a differentiable function \sigma": not the usual one.
  void learn_any_function(const std::string& letter) { any_function_.insert(letter); }
  // "the softplus \sigma"
  void learn_said_function(const std::string& letter, const std::string& function) {
    const auto [at, first] = said_functions_.emplace(letter, function);
    if (!first && at->second != function) at->second = any_function;
  }
  // "one-hot", "symmetric": what words call a name, without its indices.
  void learn_kind(const std::string& stem, Restriction kind) { kinds_[stem].insert(kind); }
  // (y - Xb)': what has a prime is transposed, where no function has one.
  void learn_transposing_primes() { transposing_primes_ = true; }
  // A name that stands without indices somewhere.
  void learn_bare(const std::string& name) { bare_.insert(name); }
  // W of W^Q and W^K, which never stands alone: what stands above it are labels.
  void learn_labelled(const std::string& stem) { labelled_.insert(stem); }
  void learn_symmetry() { speaks_of_symmetry_ = true; }
  void learn_topic(Topic topic) { topics_.insert(topic); }
  // Superscripts are numbers of layers: a^1.
  void learn_numbers_above() { numbered_above_ = true; }

 protected:
  std::vector<std::set<std::string>> lists_;  // names that are introduced together
  std::vector<std::size_t> section_starts_;
  std::set<std::string> differentiated_;
  std::set<std::string> indexing_;  // letters that are indices somewhere in the document
  std::set<std::string> any_function_, called_, quantities_;
  std::map<std::string, std::string> said_functions_;  // functions that words call them
  std::map<std::string, Node> settled_calls_;
  std::map<std::string, std::set<Restriction>> kinds_;
  std::set<std::string> costs_, incremented_;
  std::set<Topic> topics_;  // what the text speaks of
  std::set<std::string> adjoint_equations_;
  std::string averaged_over_;  // the number of examples in these
  std::set<std::string> bare_;
  std::set<std::string> labelled_;     // capital letters with capital letters above
  std::string example_;                // the letter of sums over examples
  std::set<std::string> of_examples_;  // what is given for each of them
  std::set<std::string> bold_alone_, bold_indexed_;
  std::optional<std::size_t> summed_from_;
  bool delta_said_ = false, total_ = false, total_above_ = false, e_is_a_name_ = false;
  bool transposing_primes_ = false;
  bool speaks_of_symmetry_ = false, numbered_above_ = false;
};

}  // namespace gradus::document

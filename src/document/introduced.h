// SPDX-License-Identifier: GPL-2.0-or-later
// Where the letters of a document are introduced: by sets, by words, as parameters, by equations.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "document/reader.h"

namespace gradus::document {

// What a name is called here: `x`, `x_` for x_i, `W_1`, `*x` for a bold x.
std::string key_of_letter(const Node& symbol);
// The letters that the value of a formula is made of: no indices, no labels, no bounds of sums, no signs of
// derivatives.
void visit_letters(const Node& n, const std::function<void(const Node&)>& visit);

struct Introduction {
  enum class How { set, words, parameter, equation };
  How how;
  std::size_t formula;
  const Node* name;                  // where it stands
  std::string arguments = {};        // of an equation for a function
  bool number = false;               // of an equation: what it says is a number
  bool circular = false;             // of an equation: the name stands on both sides
  bool let = false;                  // of an equation: "let", "consider" in its sentence
  std::vector<const Node*> value{};  // of an equation: what stands beside the name
};

class Introductions {
 public:
  explicit Introductions(const std::vector<Formula>& formulas);

  // In their order.
  [[nodiscard]] const std::vector<Introduction>& of(const std::string& key) const;
  // The same for a letter with any scripts, bold or not.
  template <class Predicate>
  [[nodiscard]] bool any_of_letter(const std::string& letter, const Predicate& is) const {
    return std::ranges::any_of(of_, [&](const auto& entry) {
      return std::ranges::any_of(entry.second, [&](const Introduction& i) { return i.name->text == letter && is(i); });
    });
  }
  // The formulas in which a letter stands, with any scripts.
  [[nodiscard]] const std::set<std::size_t>& uses(const std::string& letter) const;

 private:
  void statement(std::size_t formula, const Statement& s, bool by_words, bool let);
  void add(const Node& name, Introduction introduction);

  std::map<std::string, std::vector<Introduction>> of_;
  std::map<std::string, std::set<std::size_t>> uses_;
};

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// Equations that hold where a derivative is zero, and for no other value of what it is taken by: dS/db = 0, and what
// follows from it.
#include <algorithm>

#include "document/nodes.h"
#include "document/prose.h"
#include "document/reader.h"
#include "document/words.h"

namespace gradus::document {
namespace {

// "Setting this to zero gives", "at the minimum": whether a sentence speaks of where something is least or greatest.
bool speaks_of_optimum(const std::string& sentence) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"to zero", "equals zero",    "is zero", "be zero",  "Setting ",      "setting ",   "we set ",    "Set ",
       "quating", "ormal equation", "vanish",  "tationar", "ptimum",        "ptimal",     "inimum",     "inimis",
       "inimiz",  "aximum",         "aximis",  "aximiz",   "ritical point", "irst-order", "irst order", "saddle"});
  return says(sentence, words);
}

bool is_zero(const Node& n) { return n.is(Node::Kind::number) && n.bare() && n.text == "0"; }

}  // namespace

// What derivatives are taken by, and where first: d/dx, \nabla_x, and the arguments of f in f'(x), \nabla f(x), \nabla
// f.
void Reader::learn_variables(const std::vector<Node>& sides) {
  std::map<std::string, std::vector<Node>> arguments;
  const auto arguments_of = [](const Node& group) {
    const Node& inside = group.kids[0];
    return inside.is(Node::Kind::list) ? inside.kids : std::vector<Node>{inside};
  };
  for (const Node& side : sides) {
    walk(side, [&](const Node& n) {
      for (std::size_t k = 0; k < n.kids.size(); ++k) {
        if (calls_at(n, k)) arguments.emplace(stem_of(n.kids[k]), arguments_of(n.kids[k + 1]));
      }
      return true;
    });
  }
  const auto variable = [&](const Node& name, const Node& at) {
    differentiated_by_.emplace(label(name), at.begin);
    if (name.is(Node::Kind::symbol)) variables_.insert(name.text);
  };
  const auto by = [&](const std::vector<Node>& names, const Node& at) {
    for (const Node& name : names) {
      if (name.is(Node::Kind::symbol)) variable(name, at);
    }
  };
  const auto arguments_at = [&](const Node& product, std::size_t k) {
    if (calls_at(product, k)) return arguments_of(product.kids[k + 1]);
    const bool symbol = k < product.kids.size() && product.kids[k].is(Node::Kind::symbol);
    const auto known = symbol ? arguments.find(stem_of(product.kids[k])) : arguments.end();
    return known == arguments.end() ? std::vector<Node>{} : known->second;
  };
  for (const Node& side : sides) {
    walk(side, [&](const Node& n) {
      if (n.is(Node::Kind::fraction) && n.kids[1].is(Node::Kind::product) && is_d(n.kids[1].kids[0]))
        variable(n.kids[1].kids.back(), n);
      if (n.is_symbol("\\nabla") && !n.below.empty()) variable(n.below[0], n);
      for (std::size_t k = 0; n.is(Node::Kind::product) && k < n.kids.size(); ++k) {
        const bool gradient = n.kids[k].is_symbol("\\nabla") && n.kids[k].below.empty();
        if (gradient) by(arguments_at(n, k + 1), n);
        if (n.kids[k].is(Node::Kind::symbol) && n.kids[k].primes > 0) by(arguments_at(n, k), n);
      }
      return true;
    });
  }
}

// dS/db = ... = 0
bool Reader::is_first_order_condition(const Node& left, const Node& right) const {
  if (!is_zero(left) && !is_zero(right)) return false;
  const Formula& f = formulas_[current_];
  const std::string sentence = sentence_before(current_);
  if (solves(sentence) || speaks_of_optimum(sentence)) return true;
  return !has_derivative(left) && !has_derivative(right) && std::ranges::any_of(f.statements, [](const Statement& s) {
    return std::ranges::any_of(s.sides, has_derivative);
  });
}

// "Setting it to zero gives X^T X w = X^T y": an equation that may be one for what was differentiated by.
bool Reader::is_at_optimum(const Node& left, const Node& right) const {
  if (has_derivative(left) || has_derivative(right) || (!chain_sides_.empty() && has_derivative(chain_sides_[0])))
    return false;
  if (formulas_[current_].kind == Piece::Kind::display && speaks_of_optimum(sentence_before(current_))) return true;
  if (optimum_in_ != section_) return false;
  std::set<std::string> names;
  for (const Node* side : {&left, &right}) {
    walk(*side, [&](const Node& n) {
      if (n.is(Node::Kind::symbol)) names.insert(n.text);
      return true;
    });
  }
  return std::ranges::any_of(variables_, [&](const std::string& v) { return names.contains(v); });
}

}  // namespace gradus::document

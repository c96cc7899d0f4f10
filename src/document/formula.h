// SPDX-License-Identifier: GPL-2.0-or-later
// Formulas as they are written: what stands beside, above and below what. What letters mean is not known here.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "document/tokens.h"

namespace gradus::document {

struct Node {
  enum class Kind {
    number,
    symbol,    // a letter, a word, `\hat{y}`
    group,     // in parentheses: text is what opens it
    list,      // separated by commas
    sum,       // ops: "+", "-" or "pm" before each term
    product,   // ops: what stands before each factor, "" for nothing
    fraction,  // above, below
    root,      // what stands in it, and the degree if there is one
    big,       // \sum, \prod and so on by name: the body, or nothing
    cases,     // value, condition, value, condition ...
    matrix,    // ops: the number of columns; the entries
    dots,
    relation,  // within parentheses and scripts: sides, and ops between them
  };
  Kind kind = Kind::symbol;
  std::string text = {};
  bool bold = false, word = false;
  bool step = false;          // what stands above is written below: a step in time (steps.h)
  bool differential = false;  // of a d and a name (differentials.h)
  std::vector<Node> kids = {};
  std::vector<std::string> ops = {};
  std::vector<Node> below = {}, above = {};  // scripts: none or one
  int primes = 0;
  std::size_t begin = 0, end = 0;  // in the source

  [[nodiscard]] bool is(Kind k) const { return kind == k; }
  [[nodiscard]] bool is_symbol(std::string_view name) const { return kind == Kind::symbol && text == name; }
  [[nodiscard]] bool bare() const { return below.empty() && above.empty() && primes == 0; }
};

// Sides with relations between them: "=", ":=", "approx", "propto", "in", "<", "leq", "neq", "to", "sim" ...
struct Statement {
  std::vector<Node> sides;
  std::vector<std::string> relations;
  bool continues = false;  // begins with a relation: its first side is that of the statement before
  std::size_t begin = 0, end = 0;
};

// What could not be read, with its place in the source.
struct NotRead {
  std::size_t begin, end;
  std::string reason;
};

// The statements of a formula, in order. `words` are names of several letters that the document writes without a
// command. What cannot be read is reported, and the rest read.
std::vector<Statement> read_formula(const Tokens& tokens, const std::set<std::string>& words,
                                    std::vector<NotRead>& not_read);

// Runs of three letters or more at the beginning of a statement: names, not products.
void find_words(const Tokens& tokens, std::set<std::string>& words);

// Two capitals are a name where neither of them stands without the other.
void drop_products(const std::vector<Tokens>& all, std::set<std::string>& words);

// Whether a relation says that both sides are equal.
bool says_equal(std::string_view relation);

// Each node of a formula, from the outside in; `visit` says whether to look inside.
void walk(const Node& node, const std::function<bool(const Node&)>& visit);

}  // namespace gradus::document

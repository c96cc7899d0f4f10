// SPDX-License-Identifier: GPL-2.0-or-later
// What names of a document stand for, and how a document is read where it can be read in several ways.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "document/formula.h"
#include "gradus/expr/expr.h"

namespace gradus::document {

// A node as text, the same for the same meaning: `x_{ij}`.
std::string label(const Node& n);
// Letters that stand for functions where they stand before parentheses and nothing else is said of them.
bool is_function_letter(const std::string& text);

// Letters of the document's notation, for messages.
std::string plain(const std::string& label);
// Whether a name is that of the matrix that a symmetric one is made of.
bool is_factor_name(std::string_view name);

// The same without indices: `x` for `x_{ij}`, and `x_{out}` for itself.
std::string stem_of(const Node& n);
// `ij`, `i,j`, `n1`: one after the other.
std::vector<Node> components(const Node& script);
// `^{[l]}`, or nothing.
std::string script_above(const Node& n);

// What a d before a name means in a document (differentials.h). A \delta that stands for it may mean something else.
enum class Differentials { none, adjoints, maybe_adjoints, increments };

// How a document is read where it can be read in several ways.
struct Conventions {
  Differentials differentials = Differentials::none;
  // An adjoint of what has a column for each example is that of the example's own loss, not of the mean.
  bool per_example = false;
  bool numerator_layout = false;  // the derivative of a scalar by a column is a row
  // The derivative of a vector by a vector has the index of the variable first; that of a vector by a number is a row.
  bool denominator_layout = false;
  // Along which axis a softmax of a matrix runs, if the text says so.
  std::optional<int> axis = {};
  // A number may be added to every entry of a vector.
  bool broadcasts = false;
  // The derivative of a vector by one of the same length is that of each entry by its own, and products with a dot are
  // entry by entry.
  bool entrywise = false;
  // A minus before a sum is one of all that the sum reaches over, and `d/dx (f) g` differentiates all of the product.
  bool far_reaching = false;
  // Names of which nothing is said that are columns.
  std::set<std::string> columns = {}, matrices = {};
  // Dimensions that are inferred, and what they turned out to be: `n_j` is `d`.
  std::map<std::string, std::string> dimensions = {};
};

// A dimension that was inferred is another one: the document is read again.
struct Unify {
  std::string inferred, other;
};

// An expression, and whether a vector lies.
struct Value {
  Expr e;
  bool row = false;
};

// Shapes that do not fit: a statement about what is written, not about what is read.
struct Mismatch {
  std::string reason;
};

// What a name of the document stands for.
struct Named {
  enum class Role { input, definition, function, dimension, rows, columns };
  Role role = Role::input;
  Expr symbol;
  bool row = false;
  std::size_t slots = 0;              // subscripts that are its first indices
  std::vector<std::string> implicit;  // indices that a definition depends on and does not show
  bool guessed = false;               // used before anything is said of it
  // Of a function: its parameters and, for functions of tensors, what it is of them.
  std::vector<std::string> parameters;
  std::optional<Node> body;
  std::optional<Node> decoration;  // what stands in parentheses behind the name where it means the value: `(a, y)`
  bool quantity = false;           // whether the name alone means its value
  std::optional<Expr> value = {};  // the name of that value, where it is another
};

// Indices that are equal, or differ, where something is claimed.
struct IndexCase {
  std::string one, other;
  bool equal;
};

}  // namespace gradus::document

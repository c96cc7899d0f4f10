// SPDX-License-Identifier: GPL-2.0-or-later
/// A model: names, definitions, assumptions and claims, with the place of each.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gradus/diag/source.h"
#include "gradus/expr/expr.h"
#include "gradus/expr/shape.h"
#include "gradus/expr/size.h"

namespace gradus {

struct Definition {
  std::string name;
  Expr symbol;
  Expr value;   ///< in terms of inputs, parameters and earlier names
  Place place;  ///< of the right side
};

/// `f(u, v) = body`: a function that the model defines. Calls of it stay calls until a rule unfolds them.
struct ModelFunction {
  std::string name;
  std::vector<Expr> parameters;
  std::optional<Expr> body;  ///< none: declared by `function g(t)`, differentiable, not specified
  Place place;
  std::optional<Expr> derivative = {};  ///< of the parameter, if that is all that is known of it
};

/// A condition that holds by assumption: comparisons, `In`, `And` of these.
struct Assumption {
  Expr condition;
  Place place;
};

/// `claim A = B = C`: sides[0] = sides[1], sides[1] = sides[2], ...
struct Claim {
  std::vector<Expr> sides;
  std::vector<Place> places;  ///< one per side
  Place place;
  std::size_t free_indices = 0;  ///< of an equation of entries: each side is a table over these, the same for all
};

/// `convention per-example over m`: `dZ` stands for the derivative of each example's own loss.
struct PerExample {
  Expr over;  ///< the dimension
  Expr cost;  ///< the last name before it
  Place place;
};

/// `layer l in 1..depth`: names that stand once for each layer, `W[l]`.
struct Layers {
  enum class Kind { dimension, input, param, definition };
  struct Name {
    Kind kind;
    long first = 1;  ///< the lowest layer for which it stands
    Place place;
  };
  Expr index, depth;  ///< `l`, and the dimension that says how many layers there are, at least 1
  Place place;
  std::map<std::string, Name> names;    ///< by what stands before the brackets
  std::vector<std::string> order;       ///< the same as they were introduced
  std::vector<Definition> first;        ///< `A[0] = X`: where what goes from layer to layer begins
  std::vector<Definition> definitions;  ///< of layer `l`, in order
};

struct Model {
  std::string name;  ///< empty for the first one of a file that has no `model` line before it
  std::vector<Expr> inputs;
  std::vector<Expr> params;
  std::vector<Expr> dims;               ///< dimensions: positive integers that are not known; none of layers
  Sizes sizes;                          ///< of the dimensions that are made of others
  std::map<std::string, Shape> shapes;  ///< of the names that are not scalars; those of layers as they are used
  std::optional<PerExample> per_example;
  std::optional<Layers> layers;
  std::vector<Definition> definitions;  ///< in order; each uses only what comes before it. Those of layers are apart
  std::vector<ModelFunction> functions;
  std::vector<Assumption> assumptions;
  std::vector<Claim> claims;
  std::map<std::string, Place> introduced;  ///< where each name was introduced

  /// The definition of a name, or null for inputs, parameters and unknown names. O(log n).
  [[nodiscard]] const Definition* definition(const std::string& name) const;
  [[nodiscard]] const ModelFunction* function(const std::string& name) const;
  std::map<std::string, std::size_t> definition_index;

  /// Whether a name has a shape or is a dimension.
  [[nodiscard]] bool has_tensors() const { return !dims.empty() || !shapes.empty(); }
};

/// A `.gr` file: one or more models on the same inputs, parameters and functions.
struct ModelFile {
  SourcePtr source;
  std::vector<Model> models;

  /// The model with this name; an empty name gives the first. Null if there is none.
  [[nodiscard]] const Model* find(const std::string& name) const;
};

}  // namespace gradus

// SPDX-License-Identifier: GPL-2.0-or-later
// Names that the text describes before it has an equation for them. "The hidden state h" says what h is for, and the
// equation defines it; "the gradient g" says what it is, and the equation may be wrong.
#include <algorithm>

#include "document/nodes.h"
#include "document/reader.h"
#include "document/words.h"

namespace gradus::document {
namespace {

// Words of which a reader can tell what a quantity is made of, or how to compute it.
bool speaks_of_operation(const std::string& sentence) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"radient",  "erivative", "acobian",  "essian",    "slope",      "sum",        "mean ",     "mean,",
       "verage",   "total",     "roduct",   "ratio",     "quotient",   "ifference",  "square",    "cube",
       "root",     "nverse",    "ciprocal", "norm",      "length of",  "istance",    "log",       "xponen",
       "power",    "sigmoid",   "tanh",     "softmax",   "hyperbol",   "elu",        "maxim",     "minim",
       "largest",  "smallest",  "bsolute",  "egative",   "half",       "wice",       "times",     "ranspose",
       "etermin",  "trace",     "ntropy",   "ikelihood", "ivergence",  "ariance",    "eviation",  "odds",
       "robab",    "istribut",  "densit",   "margin",    "esidual",    "ombination", "cale",      "shift",
       "raction",  "percent",   "area",     "volume",    "cosine",     "sine",       "angle",     "xpect",
       "umber of", "diagonal",  "dentity",  "obtain",    "comput",     "given by",   "defin",     "equal",
       "satisf",   "such that", "so that",  "roportion", "projection", "solution",   "solve",     "eigen",
       "image",    "appl",      "linear",   "affine",    "Newton",     "ncrement",   "update",    "decrement",
       "regress",  "ositive",   "zero",     "symmetr",   "rthogon",    "unit ",      "unit-",     "nvert",
       "onoton",   "onvex",     "onstant",  "ncreas",    "ecreas",     "nteger",     " even",     " odd",
       "estimat",  "convol",    "kernel",   "omplement", "one-hot",    "one hot",    "indicator", "regulari",
       "penalty"});
  return says(sentence, words);
}

}  // namespace

// Notes whether the sentence around these names may say what they are.
void Reader::describe(const Node& names, std::set<std::string>& described) const {
  if (!foreign_ && !speaks_of_operation(sentence_before(current_) + " " + sentence_behind(current_))) return;
  for (const Node& n : names.is(Node::Kind::list) ? names.kids : std::vector<Node>{names}) described.insert(label(n));
}

// Whether a sentence that speaks of a name may say what it is.
bool Reader::is_described(const Node& name) const {
  Node stem = name;  // "a number y" speaks of y^2
  if (stem.is(Node::Kind::symbol) && !stem.above.empty() && !stem.above[0].is(Node::Kind::group)) stem.above.clear();
  return described_.contains(label(name)) || described_.contains(label(stem));
}

// Whether that, the sentence with its set, or something that was not read may say what it is.
bool Reader::is_said_otherwise(const Node& name) const {
  if (is_described(name) || described_with_set_.contains(label(name))) return true;
  if (name.is(Node::Kind::symbol) && (name.step || meaning_.equation_of_layer(name))) return true;
  return std::ranges::any_of(names_in(name), [&](const std::string& n) { return poisoned_.contains(n); });
}

}  // namespace gradus::document

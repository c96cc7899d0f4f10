// SPDX-License-Identifier: GPL-2.0-or-later
// What the tests of check share: models from text, their verdicts, and values computed in another way.
#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "gradus/check/verdict.h"
#include "gradus/syntax/parse.h"

namespace gradus::lab {

/// An arena with the built-in catalogue.
struct Lab {
  Arena arena;
  Catalogue catalogue;
  Engine engine{arena, catalogue};

  Lab();
  ModelFile read(const std::string& text, const std::string& name = "test.gr");
  ModelFile read_file(const std::string& path);
  /// The verdicts of the first model of a text.
  std::vector<LinkVerdict> verdicts(const std::string& text);
  /// The verdict on `left = right` in a model with the given head.
  LinkVerdict verdict(const std::string& head, const std::string& link);
};

/// The files `article-1.gr` and `article-2.gr` of the examples and, where they lie beside the source, of the articles.
std::vector<std::string> article_files();

std::string name_of(Verdict v);
/// "left = right: verdict; reason; at x = 2: 1 against 3; mend: ..."
std::string show(const Arena& arena, const LinkVerdict& v);

/// Thrown by Reference for a function that it has no value of its own for.
struct UnknownFunction : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Values by long double, recursion and finite differences: nothing in common with the checker. NaN: no value.
class Reference {
 public:
  Reference(const Arena& arena, const Model& model) : arena_(arena), model_(model) {}
  using Values = std::map<std::string, long double>;

  long double value(Expr e, const Values& values) const;
  /// Whether all definitions have a value and all assumptions hold.
  bool in_domain(const Values& values) const;
  /// Random values in the domain, the same for the same seed; fewer than `count` if they are hard to find.
  std::vector<Values> points(std::size_t count, unsigned seed) const;

  enum class Answer { equal, unequal, unclear };
  /// Whether two sides are equal on the domain, by values at random points.
  Answer compare(Expr left, Expr right, unsigned seed) const;

 private:
  long double function(const std::string& name, const std::vector<long double>& u) const;

  const Arena& arena_;
  const Model& model_;
};

}  // namespace gradus::lab

// SPDX-License-Identifier: GPL-2.0-or-later
// The edits of one side (edits.h), in the order in which they are tried.
#pragma once

#include <set>

#include "document/edits.h"

namespace gradus::document {

class Edits {
 public:
  Edits(const Node& left, const Node& side, const std::string& text, const std::vector<std::string>& dimensions,
        std::size_t most)
      : left_(left), side_(side), text_(text), dimensions_(dimensions), most_(most) {}

  std::vector<Edit> run();

 private:
  using Step = void (Edits::*)(const Node&, const std::vector<std::size_t>&);

  // Every node but those of derivatives and those in scripts, from the outside in.
  void visit(const Node& n, std::vector<std::size_t>& path, Step step);

  static Node* at(Node& root, const std::vector<std::size_t>& path) {
    Node* n = &root;
    for (const std::size_t k : path) n = &n->kids[k];
    return n;
  }

  std::string source(const Node& n) const { return source(n.begin, n.end); }
  std::string source(std::size_t begin, std::size_t end) const {
    if (begin >= end || end > text_.size()) return {};
    return text_.substr(begin, end - begin);
  }
  // With a transpose behind it.
  std::string turned_text(const Node& n) const;
  // A part as its author wrote it; where macros stand between, by its meaning.
  std::string quoted(const Node& n) const;

  // A change of one node, and of what is written at its place.
  void put(const std::vector<std::size_t>& path, Node by, std::string says, std::size_t begin, std::size_t end,
           const std::string& written);

  void whole();

  // Where the sign of a term stands, if it can be seen.
  std::size_t sign_of(const Node& sum, std::size_t k) const;

  void terms(const Node& n, const std::vector<std::size_t>& path);

  // Letters that stand in scripts on either side.
  std::set<std::string> indices() const;

  // Indices, powers, transposes.
  void scripts(const Node& n, const std::vector<std::size_t>& path);

  // f(x), or a factor and parentheses: one thing.
  static bool is_call(const Node& product, std::size_t k);

  void products(const Node& n, const std::vector<std::size_t>& path);

  // A numerator or a denominator that is too much.
  void without_parts(const Node& n, const std::vector<std::size_t>& path);

  // What stands behind a factor, or behind a sum, belongs to it: a (b - c).
  void parentheses(const Node& n, const std::vector<std::size_t>& path);

  // Factors that stand elsewhere, numbers, and divisions by sizes.
  void missing();

  void times(const Node& term, const std::vector<std::size_t>& path, const Node& factor, const std::string& written);

  // A name that was mistaken for another one.
  void names(const Node& n, const std::vector<std::size_t>& path);

  const Node &left_, &side_;
  const std::string& text_;
  const std::vector<std::string>& dimensions_;
  std::size_t most_;
  std::set<std::string> seen_;
  std::vector<Edit> out_;
};

// Whether a node does something with what stands behind it.
bool is_operator(const Node& n);

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// d\tanh(x)/dx = 1 - \tanh^2(x) beside data x_1, x_2, ...: what is said of a function of any number. The letter of its
// argument is another one than that of what other parts of the document introduce.
#include <fmt/format.h>

#include <algorithm>

#include "document/nodes.h"
#include "document/reader.h"

namespace gradus::document {
namespace {

// What a formula of one number is made of.
struct Lone {
  std::set<std::string> letters;  // all that is no function
  bool plain = true;              // nothing that is of tensors, and no scripts below

  void in(const Node& n, bool called) {
    static const std::set<Node::Kind> of_numbers{Node::Kind::number, Node::Kind::symbol,  Node::Kind::group,
                                                 Node::Kind::sum,    Node::Kind::product, Node::Kind::fraction,
                                                 Node::Kind::root};
    const bool bars = n.is(Node::Kind::group) && n.text != "(" && n.text != "[" && n.text != "{" && n.text != "{}";
    plain = plain && of_numbers.contains(n.kind) && n.below.empty() && !n.bold && !bars;
    if (!n.above.empty()) plain = plain && !is_transpose(n.above[0]);
    const bool constant = n.is_symbol("e") || n.is_symbol("\\pi") || n.is_symbol("d") || n.is_symbol("\\partial");
    if (n.is(Node::Kind::symbol) && !called && !constant && !n.word) letters.insert(n.text);
    for (std::size_t k = 0; k < n.kids.size(); ++k) {
      const bool next = n.is(Node::Kind::product) && k + 1 < n.kids.size() && n.ops[k + 1].empty() &&
                        n.kids[k + 1].is(Node::Kind::group);
      in(n.kids[k], next);
    }
    for (const Node& a : n.above) in(a, false);
  }
};

void rename(Node& n, const std::string& from, const std::string& to) {
  if (n.is_symbol(from)) n.text = to;
  for (auto* part : {&n.kids, &n.above}) {
    for (Node& c : *part) rename(c, from, to);
  }
}

}  // namespace

// Both sides with a number of its own for their only letter, where that stands for a vector or a matrix elsewhere and
// something is differentiated in the chain.
std::optional<std::pair<Node, Node>> Reader::of_any_number(const Node& left, const Node& right) {
  if (!has_derivative(right) && std::ranges::none_of(chain_sides_, has_derivative)) return std::nullopt;
  Lone lone;
  lone.in(left, false);
  lone.in(right, false);
  if (!lone.plain || lone.letters.size() != 1) return std::nullopt;
  const std::string& letter = *lone.letters.begin();
  const auto said = sections_.find(letter);
  if ((said != sections_.end() && said->second == section_) || !meaning_.is_tensor(letter)) return std::nullopt;
  std::pair<Node, Node> out{left, right};
  const std::string number = fmt::format("{} (any number)", letter);
  rename(out.first, letter, number);
  rename(out.second, letter, number);
  return out;
}

}  // namespace gradus::document

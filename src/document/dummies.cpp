// SPDX-License-Identifier: GPL-2.0-or-later
// d\tanh(x)/dx = 1 - \tanh^2(x) beside data x_1, x_2, ..., R(x) = \max(0, x) = ... beside a column x: what is said of
// a function of any number. The letter of its argument is another one than that of what other parts of the document
// introduce.
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
                                                 Node::Kind::root,   Node::Kind::cases,   Node::Kind::relation};
    const bool bars = n.is(Node::Kind::group) && n.text != "(" && n.text != "[" && n.text != "{" && n.text != "{}";
    plain = plain && of_numbers.contains(n.kind) && n.below.empty() && !n.bold && !bars;
    if (!n.above.empty()) plain = plain && !is_transpose(n.above[0]);
    const bool constant = n.is_symbol("e") || n.is_symbol("\\pi") || n.is_symbol("d") || n.is_symbol("\\partial");
    if (n.is(Node::Kind::symbol) && !called && !constant && !n.word) letters.insert(n.text);
    for (std::size_t k = 0; k < n.kids.size(); ++k) {
      const bool next = n.is(Node::Kind::product) && k + 1 < n.kids.size() && n.ops[k + 1].empty() &&
                        n.kids[k + 1].is(Node::Kind::group);
      const bool listed = k > 0 && n.is(Node::Kind::product) && n.kids[k - 1].word && n.ops[k].empty() &&
                          n.kids[k].is(Node::Kind::group) && n.kids[k].bare() && n.kids[k].text == "(" &&
                          n.kids[k].kids[0].is(Node::Kind::list);
      if (listed) {  // \max(0, x)
        for (const Node& argument : n.kids[k].kids[0].kids) in(argument, false);
      } else {
        in(n.kids[k], next);
      }
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

// R(x), R'(x): a function of one letter, by its name.
bool is_function_of(const Node& n, const std::string& letter) {
  return n.is(Node::Kind::product) && n.kids.size() == 2 && n.ops[1].empty() && n.kids[0].is(Node::Kind::symbol) &&
         n.kids[1].is(Node::Kind::group) && n.kids[1].text == "(" && n.kids[1].bare() &&
         n.kids[1].kids[0].is_symbol(letter) && n.kids[1].kids[0].bare();
}

}  // namespace

// Whether an equation has a meaning as it stands.
bool Reader::can_be_read(const Node& left, const Node& right) {
  try {
    meaning_.equation(left, right);
    return true;
  } catch (const NotRead&) {
  } catch (const Mismatch&) {
  } catch (const ShapeError&) {
  } catch (const LimitError&) {
  }
  return false;
}

// Both sides with a number of its own for their only letter, where that stands for a vector or a matrix elsewhere and
// something is differentiated in the chain, or the chain says what a function of this letter is and does so for
// numbers.
std::optional<std::pair<Node, Node>> Reader::of_any_number(const Node& left, const Node& right) {
  Lone lone;
  lone.in(left, false);
  lone.in(right, false);
  if (!lone.plain || lone.letters.size() != 1) return std::nullopt;
  const std::string& letter = *lone.letters.begin();
  const bool differentiated = has_derivative(right) || std::ranges::any_of(chain_sides_, has_derivative);
  const bool parameter = !chain_sides_.empty() && is_function_of(chain_sides_[0], letter);
  if (!differentiated && (!parameter || can_be_read(left, right))) return std::nullopt;
  const auto said = sections_.find(letter);
  if ((said != sections_.end() && said->second == section_) || !meaning_.is_tensor(letter)) return std::nullopt;
  std::pair<Node, Node> out{left, right};
  const std::string number = letter + std::string(any_number);
  rename(out.first, letter, number);
  rename(out.second, letter, number);
  return out;
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// Signs, terms and parentheses.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "document/meaning.h"
#include "document/nodes.h"
#include "document/side_edits.h"

namespace gradus::document {

bool is_operator(const Node& n) {
  return is_d(n) || n.is_symbol("\\nabla") || (n.is(Node::Kind::symbol) && n.word) || n.is(Node::Kind::dots);
}

std::vector<Edit> Edits::run() {
  std::vector<std::size_t> path;
  whole();
  visit(side_, path, &Edits::terms);
  visit(side_, path, &Edits::scripts);
  visit(side_, path, &Edits::products);
  visit(side_, path, &Edits::parentheses);
  missing();
  visit(side_, path, &Edits::names);
  put({}, transposed(group_of(side_)), "the whole must be transposed, as in the other layout", side_.begin, side_.end,
      "\\left(" + source(side_) + "\\right)^T");
  if (out_.size() > most_) out_.resize(most_);
  return std::move(out_);
}

void Edits::visit(const Node& n, std::vector<std::size_t>& path, Step step) {
  if (is_quotient(n)) {
    if (step == &Edits::scripts && n.bare())
      put(path, transposed(n), fmt::format("{} must be transposed", quoted(n)), n.begin, n.end, turned_text(n));
    return;
  }
  (this->*step)(n, path);
  for (std::size_t k = 0; k < n.kids.size(); ++k) {
    path.push_back(k);
    visit(n.kids[k], path, step);
    path.pop_back();
  }
}

std::string Edits::turned_text(const Node& n) const {
  const std::string s = source(n);
  if (s.empty()) return s;
  if (n.is(Node::Kind::fraction) || n.is(Node::Kind::sum) || n.is(Node::Kind::product))
    return "\\left(" + s + "\\right)^T";
  return n.above.empty() ? s + "^T" : "{" + s + "}^T";
}

std::string Edits::quoted(const Node& n) const {
  constexpr std::size_t longest = 80;
  std::string s = source(n);
  std::ranges::replace(s, '\n', ' ');
  return "`" + (s.empty() || s.size() > longest ? plain(label(n)) : s) + "`";
}

void Edits::put(const std::vector<std::size_t>& path, Node by, std::string says, std::size_t begin, std::size_t end,
                const std::string& written) {
  if (out_.size() >= most_) return;
  Edit e{side_, std::move(says), {}};
  *at(e.side, path) = std::move(by);
  const bool within = begin >= side_.begin && begin <= end && end <= side_.end && side_.end <= text_.size();
  if (within && !written.empty()) e.written = source(side_.begin, begin) + written + source(end, side_.end);
  if (seen_.insert(label(e.side)).second) out_.push_back(std::move(e));
}

void Edits::whole() {
  seen_.insert(label(side_));
  Node negative;
  negative.kind = Node::Kind::sum;
  negative.begin = side_.begin;
  negative.end = side_.end;
  const bool sum = side_.is(Node::Kind::sum);
  if (sum && side_.kids.size() == 1 && side_.ops[0] == "-") {
    put({}, side_.kids[0], "the sign is wrong", side_.begin, side_.kids[0].begin, " ");
    return;
  }
  negative.kids = {sum ? group_of(side_) : side_};
  negative.ops = {"-"};
  put({}, negative, "the sign is wrong", side_.begin, side_.end,
      sum ? "-\\left(" + source(side_) + "\\right)" : "-" + source(side_));
}

std::size_t Edits::sign_of(const Node& sum, std::size_t k) const {
  std::size_t at = std::min(sum.kids[k].begin, text_.size());
  const std::size_t from = k == 0 ? sum.begin : sum.kids[k - 1].end;
  while (at > from) {
    --at;
    if (text_[at] == '+' || text_[at] == '-') return at;
  }
  return std::string::npos;
}

void Edits::terms(const Node& n, const std::vector<std::size_t>& path) {
  if (!n.is(Node::Kind::sum)) return;
  for (std::size_t k = 0; k < n.kids.size(); ++k) {
    Node flipped = n;
    const bool minus = n.ops[k] == "-";
    flipped.ops[k] = minus ? "+" : "-";
    const std::size_t sign = sign_of(n, k);
    const std::string term = quoted(n.kids[k]);
    const std::string says =
        term.empty() ? "a sign is wrong" : fmt::format("the sign of {} should be {}", term, minus ? "+" : "-");
    if (sign != std::string::npos) {
      put(path, flipped, says, sign, sign + 1, minus ? (k == 0 ? " " : "+") : "-");
    } else {
      put(path, flipped, says, n.kids[k].begin, n.kids[k].begin, k == 0 && !minus ? "-" : "");
    }
  }
  for (std::size_t k = 0; k < n.kids.size() && n.kids.size() > 1; ++k) {
    Node without = n;
    without.kids.erase(without.kids.begin() + static_cast<std::ptrdiff_t>(k));
    without.ops.erase(without.ops.begin() + static_cast<std::ptrdiff_t>(k));
    const std::size_t sign = sign_of(n, k), next = k + 1 < n.kids.size() ? sign_of(n, k + 1) : std::string::npos;
    const std::string says = fmt::format("the term {} is too much", quoted(n.kids[k]));
    if (sign != std::string::npos) {
      put(path, without, says, sign, n.kids[k].end, " ");
    } else if (next != std::string::npos) {
      put(path, without, says, n.kids[k].begin, without.ops[0] == "+" ? next + 1 : next, " ");
    } else {
      put(path, without, says, 0, 0, {});
    }
  }
}

void Edits::parentheses(const Node& n, const std::vector<std::size_t>& path) {
  if (!n.is(Node::Kind::sum)) return;
  for (std::size_t k = 0; k + 1 < n.kids.size(); ++k) {
    Node term = n.kids[k];
    Node* last = &term;
    std::vector<Node*> chain{last};
    while (last->is(Node::Kind::product) || (last->is(Node::Kind::big) && !last->kids.empty())) {
      last = last->is(Node::Kind::product) ? &last->kids.back() : &last->kids[0];
      chain.push_back(last);
    }
    for (std::size_t j = 1; j < chain.size(); ++j) {
      Node with = n, copy = n.kids[k];
      Node* place = &copy;
      for (std::size_t i = 0; i < j; ++i)
        place = place->is(Node::Kind::product) ? &place->kids.back() : &place->kids[0];
      Node inside;
      inside.kind = Node::Kind::sum;
      inside.begin = place->begin;
      inside.end = n.kids[k + 1].end;
      inside.kids = {*place, n.kids[k + 1]};
      inside.ops = {"+", n.ops[k + 1]};
      const std::size_t begin = place->begin, end = n.kids[k + 1].end;
      *place = group_of(inside);
      with.kids[k] = copy;
      with.kids.erase(with.kids.begin() + static_cast<std::ptrdiff_t>(k + 1));
      with.ops.erase(with.ops.begin() + static_cast<std::ptrdiff_t>(k + 1));
      const std::string written = source(begin, end).empty() ? "" : "(" + source(begin, end) + ")";
      put(path, with,
          written.empty() ? "parentheses are missing" : fmt::format("parentheses are missing: `{}`", written), begin,
          end, written);
    }
  }
}

std::vector<Edit> edits(const Node& left, const Node& side, const std::string& text,
                        const std::vector<std::string>& dimensions, std::size_t most) {
  return Edits(left, side, text, dimensions, most).run();
}

}  // namespace gradus::document

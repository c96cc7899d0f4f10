// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/nodes.h"

#include "document/meaning.h"

namespace gradus::document {

Node number_at(std::string digits, const Node& at) {
  Node out;
  out.kind = Node::Kind::number;
  out.text = std::move(digits);
  out.begin = at.begin;
  out.end = at.end;
  return out;
}

bool is_capital_name(const std::string& name) {
  const std::size_t letter = name.starts_with("\\") ? 1 : 0;
  return name.size() > letter && name[letter] >= 'A' && name[letter] <= 'Z';
}

Node product_of(std::vector<Node> factors) {
  Node out;
  out.kind = Node::Kind::product;
  out.begin = factors.front().begin;
  out.end = factors.back().end;
  out.ops.assign(factors.size(), "");
  out.kids = std::move(factors);
  return out;
}

Node fraction_of(Node above, Node below) {
  Node out;
  out.kind = Node::Kind::fraction;
  out.begin = above.begin;
  out.end = below.end;
  out.kids = {std::move(above), std::move(below)};
  return out;
}

Node group_of(Node inside) {
  Node out;
  out.kind = Node::Kind::group;
  out.text = "(";
  out.begin = inside.begin;
  out.end = inside.end;
  out.kids = {std::move(inside)};
  return out;
}

Node transposed(Node n) {
  Node t;
  t.text = "T";
  t.begin = n.begin;
  t.end = n.end;
  if (!n.above.empty() && is_transpose(n.above[0])) {
    n.above.clear();
    return n;
  }
  if (n.above.empty() && n.primes == 0) {
    n.above = {t};
    return n;
  }
  Node out = group_of(n);
  out.text = "{}";
  out.above = {t};
  return out;
}

bool is_quotient(const Node& n) {
  if (!n.is(Node::Kind::fraction)) return false;
  const auto begins = [](const Node& part) {
    const Node* p = &part;
    while (p->is(Node::Kind::group) && p->text == "{}" && p->bare()) p = &p->kids[0];
    return is_d(*p) || (p->is(Node::Kind::product) && is_d(p->kids[0]));
  };
  return begins(n.kids[0]) && begins(n.kids[1]);
}

bool calls_at(const Node& product, std::size_t k) {
  return product.is(Node::Kind::product) && k + 1 < product.kids.size() && product.kids[k].is(Node::Kind::symbol) &&
         product.ops[k + 1].empty() && product.kids[k + 1].is(Node::Kind::group) && product.kids[k + 1].text == "(";
}

std::set<std::string> names_in(const Node& n) {
  std::set<std::string> out;
  walk(n, [&](const Node& part) {
    if (part.is(Node::Kind::symbol)) out.insert(part.text);
    return true;
  });
  return out;
}

// (q_1, ..., q_n) or {q_1, ..., q_n} of q.
bool names_entries(const Node& tuple, const Node& name) {
  if (!tuple.is(Node::Kind::group) || !tuple.bare() || tuple.kids.empty() || !tuple.kids[0].is(Node::Kind::list) ||
      !name.is(Node::Kind::symbol) || !name.below.empty())
    return false;
  const std::vector<Node>& items = tuple.kids[0].kids;
  const auto is_entry = [&](const Node& n) { return n.is_symbol(name.text) && !n.below.empty() && n.above.empty(); };
  const auto is_dots = [](const Node& n) { return n.is(Node::Kind::dots); };
  return std::ranges::any_of(items, is_dots) &&
         std::ranges::all_of(items, [&](const Node& n) { return is_dots(n) || is_entry(n); });
}

bool is_log(const Node& n) { return n.word && n.bare() && (n.text == "log" || n.text == "ln"); }

const Node& called(const Node& n) {
  if (!n.is(Node::Kind::product) || !n.kids[0].is(Node::Kind::symbol)) return n;
  return is_log(n.kids[0]) ? n.kids.back() : n.kids[0];
}

bool is_power_of_argument(const Node& side, const Node& call) {
  return side.is(Node::Kind::symbol) && !side.above.empty() && side.above[0].is(Node::Kind::number) &&
         call.is(Node::Kind::product) && names_in(call).contains(side.text);
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// Sums over indices, indicators and cases.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "document/meaning.h"
#include "document/nodes.h"

namespace gradus::document {

// The same with a number for a letter.
void replace_letter(Node& n, const std::string& letter, const Node& number) {
  if (n.is_symbol(letter) && n.bare() && !n.word) {
    Node out = number;
    out.begin = n.begin;
    out.end = n.end;
    n = std::move(out);
    return;
  }
  for (auto* part : {&n.kids, &n.below, &n.above}) {
    for (Node& c : *part) replace_letter(c, letter, number);
  }
}

// One index of a sum: `k`, `k=1`, `k \in V`; `k \ne i` says where terms are left out.
bool Meaning::bind(const Node& item, const std::vector<Node>& upper, std::vector<Bound>& out) {
  const bool relation = item.is(Node::Kind::relation);
  const Node& letter = relation ? item.kids[0] : item;
  if (!letter.is(Node::Kind::symbol) || !letter.bare() || letter.word) return false;
  const bool same = std::ranges::any_of(out, [&](const Bound& b) { return b.letter == letter.text; });
  if (relation && item.kids.size() == 2 && item.ops[0] == "!=") {
    // The indices are known when the body is.
    if (!same) {
      out.push_back({letter.text, entries_->fresh(), std::nullopt, 1});
      if (const auto known = letters_.find(letter.text); known != letters_.end()) out.back().dimension = known->second;
    }
    return true;
  }
  if (same) return false;
  const bool examples = letter.text == example_;
  Bound b{examples ? "each " + letter.text : letter.text, entries_->fresh(), std::nullopt, 1};
  if (examples) {
    b.dimension = inferred_dimension(b.letter);
    out.push_back(b);
    return true;
  }
  if (relation) {
    if (item.kids.size() != 2) return false;
    if (item.ops[0] == "in") {
      if (!owner_of_set(item.kids[1])) b.dimension = dimension_named(label(item.kids[1]));
    } else if (item.ops[0] == "=") {
      const Node& from = item.kids[1];
      const bool number = from.is(Node::Kind::number) && from.bare() && from.text.size() == 1 && from.text != "0";
      if (!number) fail(item, "a sum that does not begin with 1");
      b.start = std::stol(from.text);
      if (upper.empty()) return false;
    } else {
      return false;
    }
  }
  if (!upper.empty() && !b.dimension) {
    const Node& top = upper[0];
    if (top.is(Node::Kind::number)) {
      if (top.text.size() > 3 || top.text.find('.') != std::string::npos) return false;
      b.dimension = arena_.number(std::stol(top.text));
    } else if (top.is(Node::Kind::symbol)) {
      const Named* known = find(label(top));
      if (known != nullptr && known->role != Named::Role::dimension) fail(top, "a sum up to what is no dimension");
      b.dimension = dimension_named(label(top));
    } else {
      fail(top, "a sum up to this");
    }
  }
  if (!b.dimension) {
    if (const auto known = letters_.find(b.letter); known != letters_.end()) b.dimension = known->second;
  }
  out.push_back(b);
  return true;
}

namespace {

// \sum_{j=0}^n: the term of 0, and the others.
bool begins_with_zero(const Node& n) {
  const Node& from = n.below[0];
  return from.is(Node::Kind::relation) && from.kids.size() == 2 && from.ops[0] == "=" && !n.above.empty() &&
         from.kids[0].is(Node::Kind::symbol) && from.kids[1].is(Node::Kind::number) && from.kids[1].text == "0";
}

}  // namespace

// i of \sum x_i: the one index that stands in it and is not used around it.
std::optional<Node> Meaning::summed_letter(const Node& body) {
  std::map<std::string, Node> letters;
  walk(body, [&](const Node& part) {
    for (const Node& b : part.below) {
      for (const Node& c : components(b)) {
        if (c.is(Node::Kind::symbol) && c.bare() && may_be_index(c.text) &&
            (is_index(c.text) || indexing_.contains(c.text)))
          letters.emplace(c.text, c);
      }
    }
    return true;
  });
  if (letters.size() != 1 || is_used(letters.begin()->first)) return std::nullopt;
  return letters.begin()->second;
}

Value Meaning::big(const Node& n) {
  const bool product = n.text == "prod";
  if (!n.below.empty() && begins_with_zero(n)) {
    Node rest = n, first = n.kids[0];
    rest.below[0].kids[1].text = "1";
    replace_letter(first, n.below[0].kids[0].text, n.below[0].kids[1]);
    const Value term = value(first), others = big(rest);
    return product ? multiply(term, others, "") : add(term, others, false);
  }
  if (n.below.empty()) {
    const auto letter = n.above.empty() ? summed_letter(n.kids[0]) : std::nullopt;
    if (!letter) fail(n, "a sum over what is not said");
    Node written = n;
    written.below = {*letter};
    return big(written);
  }
  std::vector<Bound> indices;
  std::vector<Node> items = n.below[0].is(Node::Kind::list) ? n.below[0].kids : std::vector<Node>{n.below[0]};
  // ij and i, j: two indices
  if (items.size() == 1 && items[0].is(Node::Kind::product)) items = components(items[0]);
  // (n, m): all pairs
  if (items.size() == 1 && items[0].is(Node::Kind::group) && items[0].text == "(" && items[0].bare() &&
      items[0].kids[0].is(Node::Kind::list))
    items = items[0].kids[0].kids;
  for (const Node& item : items) {
    if (!bind(item, n.above, indices)) fail(item, "a sum over this");
  }
  // Names of a layer or a step are names of their own, and no entries.
  for (const Bound& b : indices) {
    if (layers_.contains(b.letter) && names_in(n.kids[0]).contains(b.letter)) return over_steps(n);
  }
  const std::size_t before = bound_.size();
  for (const Bound& b : indices) bound_.push_back(b);
  Value body;
  try {
    body = value(n.kids[0]);
    for (const Node& item : items) {
      if (!item.is(Node::Kind::relation) || item.ops[0] != "!=") continue;
      Node equal = item;
      equal.ops[0] = "=";
      body = multiply({arena_.sub(arena_.number(1), indicator(equal)), false}, body, "");
    }
  } catch (...) {
    bound_.resize(before);
    throw;
  }
  for (std::size_t k = 0; k < indices.size(); ++k) indices[k] = bound_[before + k];
  bound_.resize(before);
  for (Bound& b : indices) {
    if (!b.dimension) fail(n, fmt::format("what `{}` runs over is not known", b.letter));
  }
  for (const Node& item : items) {
    if (!item.is(Node::Kind::relation) || item.ops[0] != "in" || !owner_of_set(item.kids[1])) continue;
    if (product) fail(n, "a product over this");
    const auto member = std::ranges::find(indices, item.kids[0].text, &Bound::letter);
    if (member == indices.end()) fail(item, "a sum over this");
    body = multiply({weight_of_member(item, *member), false}, body, "");
  }
  const Shape s = shape(body.e);
  if (product) body.e = arena_.call("ln", {body.e});
  for (const Bound& b : indices) {
    if (b.start > 1) body.e = arena_.mul(weight_from(b.index, b.start), body.e);
  }
  Value out = over_indices(s, body.row, [&](const std::vector<Expr>& i) {
    Expr e = entry(body.e, i);
    for (std::size_t k = indices.size(); k-- > 0;)
      e = arena_.make(Op::Sum, {indices[k].index, *indices[k].dimension, e});
    return e;
  });
  if (product) out.e = arena_.call("exp", {out.e});
  return out;
}

// \delta_{ij}. In \delta_{h1}, where no index is called h, stands a label: it is a name, of an adjoint.
bool Meaning::is_kronecker(const Node& n) {
  if (!n.is_symbol("\\delta") || n.below.empty() || !n.above.empty()) return false;
  const std::vector<Node> parts = components(n.below[0]);
  if (parts.size() != 2) return false;
  const bool numbered = parts[0].is(Node::Kind::number) != parts[1].is(Node::Kind::number);
  const Node& letter = parts[0].is(Node::Kind::number) ? parts[1] : parts[0];
  const bool list = n.below[0].is(Node::Kind::list);  // \delta_{h,1}
  return !numbered || list || is_index(letter.text) || indexing_.contains(letter.text);
}

// 1 where two indices are equal, else 0.
Expr Meaning::indicator(const Node& n) {
  std::vector<Node> sides;
  if (n.is(Node::Kind::relation)) {
    if (n.kids.size() != 2 || (n.ops[0] != "=" && n.ops[0] != "=="))
      return arena_.make(Op::Where, {condition(n), arena_.number(1), arena_.number(0)});
    sides = n.kids;
  } else if (n.below[0].is(Node::Kind::relation)) {
    return indicator(n.below[0]);
  } else {
    sides = components(n.below[0]);
    if (sides.size() != 2) fail(n, "this indicator");
  }
  const auto dimension_of = [&](const Node& s) -> std::optional<Expr> {
    if (!s.is(Node::Kind::symbol)) return std::nullopt;
    for (std::size_t k = bound_.size(); k-- > 0;) {
      if (bound_[k].letter == s.text) return bound_[k].dimension;
    }
    for (const auto& [letter, of] : free_) {
      if (letter == s.text) return of;
    }
    if (const auto known = letters_.find(s.text); known != letters_.end()) return known->second;
    return std::nullopt;
  };
  auto dimension = dimension_of(sides[0]);
  if (!dimension) dimension = dimension_of(sides[1]);
  const bool letters = std::ranges::all_of(sides, [&](const Node& s) { return s.is(Node::Kind::symbol) && s.bare(); });
  if (!dimension && !letters) {  // of values
    const Expr a = scalar(value(sides[0]), n), b = scalar(value(sides[1]), n);
    const Expr out = arena_.make(Op::Where, {arena_.make(Op::Eq, {a, b}), arena_.number(1), arena_.number(0)});
    indicators_.insert(out);
    return out;
  }
  if (!dimension && letters) dimension = inferred_dimension(sides[0].text);
  if (!dimension) fail(n, "what these indices run over is not known");
  const auto i = index(sides[0], *dimension), j = index(sides[1], *dimension);
  if (!i || !j) fail(n, "this condition");
  return entries_->delta(*i, *j);
}

Expr Meaning::condition(const Node& n) {
  if (!n.is(Node::Kind::relation) || n.kids.size() < 2) fail(n, "this condition");
  std::vector<Expr> all;
  for (std::size_t k = 0; k + 1 < n.kids.size(); ++k) {
    const Expr a = scalar(value(n.kids[k]), n), b = scalar(value(n.kids[k + 1]), n);
    const std::string& op = n.ops[k];
    const Op which = op == "<"                 ? Op::Lt
                     : op == ">"               ? Op::Gt
                     : op == "<="              ? Op::Le
                     : op == ">="              ? Op::Ge
                     : op == "!="              ? Op::Ne
                     : op == "=" || op == "==" ? Op::Eq
                                               : Op::In;
    if (which == Op::In) fail(n, "this condition");
    all.push_back(arena_.make(which, {a, b}));
  }
  return all.size() == 1 ? all[0] : arena_.make(Op::And, all);
}

// The last case is what is left by those before.
Value Meaning::cases(const Node& n) {
  if (n.kids.size() < 2) fail(n, "these cases");
  std::set<std::tuple<std::string, std::string, std::string>> conditions;
  for (std::size_t k = 1; k < n.kids.size(); k += 2) {
    const Node& c = n.kids[k];
    if (!c.is(Node::Kind::relation) || c.kids.size() != 2) continue;
    std::pair sides{label(c.kids[0]), label(c.kids[1])};
    std::string relation = c.ops[0] == "==" ? "=" : c.ops[0];
    if ((relation == "=" || relation == "!=") && sides.second < sides.first) std::swap(sides.first, sides.second);
    if (!conditions.emplace(sides.first, relation, sides.second).second) fail(c, "a condition that stands twice");
  }
  Value out = value(n.kids[n.kids.size() - 2]);
  for (std::size_t k = n.kids.size() - 2; k >= 2;) {
    k -= 2;
    const Value here = value(n.kids[k]);
    const Node& c = n.kids[k + 1];
    const bool pair =
        c.is(Node::Kind::relation) && c.kids.size() == 2 && (c.ops[0] == "=" || c.ops[0] == "==" || c.ops[0] == "!=") &&
        std::ranges::all_of(
            c.kids, [&](const Node& s) { return s.is(Node::Kind::symbol) && s.bare() && find(s.text) == nullptr; });
    if (pair) {
      Node equal = c;
      equal.ops[0] = "=";
      Expr weight = indicator(equal);
      if (c.ops[0] == "!=") weight = arena_.sub(arena_.number(1), weight);
      out = add(multiply({weight, false}, here, ""), multiply({arena_.sub(arena_.number(1), weight), false}, out, ""),
                false);
    } else {
      out = {arena_.make(Op::Where, {condition(c), here.e, out.e}), out.row};
    }
  }
  return powers(out, n);
}

}  // namespace gradus::document

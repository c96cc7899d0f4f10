// SPDX-License-Identifier: GPL-2.0-or-later
// What a document says of its names: sets, ranges, facts.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"
#include "document/members.h"
#include "document/nodes.h"

namespace gradus::document {
namespace {

// A set of numbers: its conditions on one of them, and the sizes of tensors of them.
struct Set {
  std::vector<Node> sizes;
  std::vector<std::pair<Op, Rational>> bounds;
  std::vector<Rational> values;
};

std::optional<Rational> number_of(const Node& n) {
  if (n.is(Node::Kind::number) && n.bare() && n.text.size() < 10 && n.text.find('.') == std::string::npos)
    return Rational(std::stol(n.text));
  if (n.is(Node::Kind::sum) && n.kids.size() == 1 && n.ops[0] == "-") {
    if (const auto inner = number_of(n.kids[0])) return -*inner;
  }
  return std::nullopt;
}

bool read_sizes(const Node& n, std::vector<Node>& out) {
  const auto one = [&](const Node& size) {
    if (!size.is(Node::Kind::symbol) && !size.is(Node::Kind::number)) return false;
    if (!size.above.empty() && !size.above[0].is(Node::Kind::group)) return false;
    out.push_back(size);
    return true;
  };
  if (n.is(Node::Kind::product)) {
    for (std::size_t k = 0; k < n.kids.size(); ++k) {
      if (k > 0 && n.ops[k] != "times") return false;
      if (!one(n.kids[k])) return false;
    }
    return true;
  }
  return one(n);
}

std::optional<Set> set_of(const Node& n) {
  // {0, 1} of which the braces are not shown: they were written without a backslash.
  const Node& written = n.is(Node::Kind::group) && n.text == "{}" && n.bare() && n.kids.size() == 1 ? n.kids[0] : n;
  if (written.is(Node::Kind::list) &&
      std::ranges::all_of(written.kids, [](const Node& k) { return number_of(k).has_value(); })) {
    Node braces = group_of(written);
    braces.text = "{";
    return set_of(braces);
  }
  Set out;
  if (!n.above.empty() && !read_sizes(n.above[0], out.sizes)) return std::nullopt;
  if (n.is(Node::Kind::symbol)) {
    if (n.text != "\\R" && n.text != "\\mathcal{R}" && n.text != "R" && n.text != "\\mathbb{N}" &&
        n.text != "\\mathbb{Z}")
      return std::nullopt;
    if (!n.below.empty()) {
      const std::string below = label(n.below[0]);
      if (below != "+" && below != "++" && below != ">0") return std::nullopt;
      out.bounds.emplace_back(Op::Gt, Rational(0));
    }
    return out;
  }
  if (!n.is(Node::Kind::group) || n.kids.empty()) return std::nullopt;
  const Node& inside = n.kids[0];
  if (n.text == "{") {
    const std::vector<Node> items = inside.is(Node::Kind::list) ? inside.kids : std::vector<Node>{inside};
    if (items.size() > 2 && items.back().is(Node::Kind::dots)) {  // 0, 1, 2, ...: not below the first
      const auto first = number_of(items[0]);
      if (!first) return std::nullopt;
      out.bounds.emplace_back(Op::Ge, *first);
      return out;
    }
    for (const Node& i : items) {
      const auto v = number_of(i);
      if (!v) return std::nullopt;
      out.values.push_back(*v);
    }
    return out;
  }
  if (!inside.is(Node::Kind::list) || inside.kids.size() != 2) return std::nullopt;
  const bool left_open = n.text[0] == '(', right_open = n.text.size() > 1 ? n.text[1] == ')' : n.text[0] == '(';
  const auto low = number_of(inside.kids[0]), high = number_of(inside.kids[1]);
  if (low) out.bounds.emplace_back(left_open ? Op::Gt : Op::Ge, *low);
  if (high) out.bounds.emplace_back(right_open ? Op::Lt : Op::Le, *high);
  const auto infinite = [](const Node& b) { return label(b).ends_with("\\infty"); };
  if ((!low && !infinite(inside.kids[0])) || (!high && !infinite(inside.kids[1]))) return std::nullopt;
  return out;
}

}  // namespace

bool Meaning::declare(const Node& names, const Node& set) {
  const auto members = members_of(names);
  const auto kind = set_of(set);
  if (!members) return false;
  if (!kind) {
    // i, j \in \mathcal{V}: indices over a set.
    if (!set.is(Node::Kind::symbol) || set.text.starts_with("\\mathbb") || set.text == "\\R") return false;
    bool all = true;
    for (const Node& n : members->names) {
      const bool letter = n.is(Node::Kind::symbol) && n.bare() && indexing_.contains(n.text);
      if (letter) letters_[n.text] = dimension_named(label(set));
      all = all && letter;
    }
    return all && members->families.empty();
  }
  std::vector<Expr> own;
  for (const Node& size : kind->sizes) {
    if (size.is(Node::Kind::number)) {
      if (size.text.size() > 3) return false;
      own.push_back(arena_.number(std::stol(size.text)));
    } else {
      own.push_back(dimension_named(label(size)));
    }
  }
  // Rows and columns of one are vectors that lie, and stand.
  bool row = false;
  if (own.size() == 2 && arena_.is_number(own[0], 1)) {
    own.erase(own.begin());
    row = true;
  } else if (own.size() == 2 && arena_.is_number(own[1], 1)) {
    own.pop_back();
  }
  if (own.size() > 2) return false;
  const auto facts = [&](Expr e, const std::vector<std::pair<std::string, Expr>>& over) {
    std::vector<Expr> conditions;
    if (!kind->values.empty()) {
      std::vector<Expr> parts{e};
      for (const Rational& v : kind->values) parts.push_back(arena_.number(v));
      conditions.push_back(arena_.make(Op::In, parts));
    }
    for (const auto& [op, bound] : kind->bounds) conditions.push_back(arena_.make(op, {e, arena_.number(bound)}));
    for (Expr c : conditions) {
      for (std::size_t k = over.size(); k-- > 0;)
        c = arena_.make(Op::Table, {arena_.symbol("index " + over[k].first), over[k].second, c});
      model_.assumptions.push_back({c, {}});
    }
  };
  bool all = true;
  for (auto [first, last] : members->families) {
    if (!last.below.empty() && last.below[0].is_symbol(open_end)) {
      const Expr size = inferred_dimension(base(first));
      if (arena_.is_number(size)) return false;
      last.below[0].text = arena_.name(size);
    }
    const std::string letter = "\\dots";
    const auto found = series(first, last, letter);
    if (!found || found->start != 1 || !found->body.is(Node::Kind::symbol)) {
      all = false;
      continue;
    }
    // The place of the index that changes, below or above.
    Node stem = found->body;
    const Expr dimension = found->dimension;
    std::string rest;
    std::vector<Node> parts = stem.below.empty() ? std::vector<Node>{} : components(stem.below[0]);
    std::erase_if(parts, [&](const Node& p) { return p.text == letter; });
    if (!parts.empty()) {
      for (const Node& p : parts) rest += label(p);
      rest = rest.size() == 1 ? "_" + rest : "_{" + rest + "}";
    }
    const bool above = !stem.above.empty() && label(stem.above[0]).find(letter) != std::string::npos;
    if (!stem.above.empty() && !above) rest += script_above(stem);
    // x and x_1, ..., x_n: the number is another one than the family.
    const bool beside = std::ranges::any_of(
        members->names, [&](const Node& m) { return m.is_symbol(stem.text) && m.bare() && m.bold == stem.bold; });
    const std::string key = base(stem) + rest + (beside && rest.empty() ? "_" : "");
    if (Named* known = find(key); known != nullptr && !known->guessed) {
      facts(known->symbol, {});
      continue;
    }
    // z_{n1}, ..., z_{nK}: other letters are indices as well.
    Shape shape;
    std::size_t slots = 0;
    std::vector<Node> others;
    for (const Node& p : parts) {
      if (p.is(Node::Kind::symbol) && p.bare() && indexing_.contains(p.text) && !has_role(p.text)) {
        shape.push_back(dimension_of_letter(p.text));
        ++slots;
      }
    }
    const std::string stem_key = slots > 0 ? base(stem) + (above || stem.above.empty() ? "" : script_above(stem)) : key;
    shape.push_back(dimension);
    shape.insert(shape.end(), own.begin(), own.end());
    Named n;
    n.slots = slots + 1;
    n.row = row;
    facts(introduce(stem_key, n, shape, {}).symbol, {});
  }
  for (const Node& given : members->names) {
    Node n = given;
    if (n.is(Node::Kind::group) && n.text == "{}" && n.bare()) n = Node(n.kids[0]);
    if (is_ones(n) && own.size() == 1) {
      ones_ = own[0];
      continue;
    }
    if (!n.is(Node::Kind::symbol)) {
      // A fact of an expression.
      try {
        free_.clear();
        const Value v = value(n);
        facts(v.e, free_);
      } catch (const NotRead&) {
        all = false;
      } catch (const Mismatch&) {
        all = false;
      }
      continue;
    }
    const std::string key = (n.bold ? "*" : "") + label(n);
    if (Named* known = find(key); known != nullptr && known->role == Named::Role::input && known->slots == 0 &&
                                  known->implicit.empty() && !own.empty()) {
      // Another shape: another thing of the same name, from here on.
      const Shape before = shape(known->symbol);
      unify(before, own);
      if (before != own || known->row != row) names_.erase(key);
    }
    if (Named* known = find(key); known != nullptr) {
      if (known->role == Named::Role::dimension || known->role == Named::Role::function) continue;
      facts(known->symbol, {});
      continue;
    }
    if (!n.below.empty() || !n.above.empty()) {
      // An entry of what is known, or of a tensor with one entry for each index.
      free_.clear();
      try {
        if (!n.below.empty()) {
          if (const auto known = entry_of_tensor(n, components(n.below[0]))) {
            facts(known->e, free_);
            continue;
          }
        }
      } catch (const NotRead&) {
        all = false;
        continue;
      }
      Shape shape;
      std::string rest;
      std::size_t slots = 0;
      std::vector<Node> parts = n.below.empty() ? std::vector<Node>{} : components(n.below[0]);
      const bool example = !n.above.empty() && n.above[0].is(Node::Kind::group) &&
                           n.above[0].kids[0].is(Node::Kind::symbol) && indexing_.contains(n.above[0].kids[0].text) &&
                           !is_layer(n.above[0]);
      if (example) {
        shape.push_back(dimension_of_letter(n.above[0].kids[0].text));
        ++slots;
      }
      std::string labels;
      for (const Node& p : parts) {
        if (p.is(Node::Kind::symbol) && p.bare() && !p.word && indexing_.contains(p.text) && !has_role(p.text)) {
          shape.push_back(dimension_of_letter(p.text));
          ++slots;
        } else {
          labels += label(p);
        }
      }
      if (slots > 0) {
        if (!labels.empty()) rest = labels.size() == 1 ? "_" + labels : "_{" + labels + "}";
        if (!n.above.empty() && !example) rest += script_above(n);
        shape.insert(shape.end(), own.begin(), own.end());
        Named made;
        made.slots = slots;
        made.row = row;
        facts(introduce(base(n) + rest, made, shape, {}).symbol, {});
        continue;
      }
    }
    Named made;
    made.row = row;
    if (own.size() == 2) last_matrix_ = key;
    facts(introduce(key, made, own, {}).symbol, {});
  }
  return all;
}

Expr Meaning::dimension_of_letter(const std::string& letter) {
  if (const auto it = letters_.find(letter); it != letters_.end()) return it->second;
  return inferred_dimension(letter);
}

bool Meaning::declare_range(const Node& index, const Node& range) {
  if (index.is(Node::Kind::symbol) && index.bare() && layers_.contains(index.text)) return true;  // for each layer
  if (!range.is(Node::Kind::list) || range.kids.size() < 2) return false;
  const Node& last = range.kids.back();
  const bool dots = std::ranges::any_of(range.kids, [](const Node& n) { return n.is(Node::Kind::dots); });
  if (!dots || !range.kids[0].is(Node::Kind::number) || range.kids[0].text != "1") return false;
  const bool size = last.bare() && (last.is(Node::Kind::symbol) || last.is(Node::Kind::number));
  if (!size) return false;
  const auto members = members_of(index);
  if (!members || !members->families.empty()) return false;
  const Expr d =
      last.is(Node::Kind::number) ? arena_.number(std::stol(last.text.substr(0, 4))) : dimension_named(label(last));
  for (const Node& n : members->names) {
    if (!n.is(Node::Kind::symbol) || !n.bare()) return false;
    letters_[n.text] = d;
    indexing_.insert(n.text);
  }
  return true;
}

bool Meaning::declare_function(const Node& name, const Node& from, const Node& to) {
  // Of vectors: a number that depends on what it is applied to.
  if (from.is_symbol("\\R") && !from.bare() && to.is_symbol("\\R") && to.bare()) {
    of_vectors_.insert((name.bold ? "*" : "") + label(name));
    return true;
  }
  if (!from.is_symbol("\\R") || !to.is_symbol("\\R") || !from.bare() || !to.bare()) return false;
  const auto members = members_of(name);
  if (!members) return false;
  for (const Node& n : members->names) {
    if (!n.is(Node::Kind::symbol) || !n.bare()) return false;
    if (const Named* known = find(n.text); known != nullptr) {
      if (known->role != Named::Role::function || !known->guessed) return false;
      continue;  // it was used as one before
    }
    Named f;
    f.role = Named::Role::function;
    Named& made = introduce(n.text, f, {}, {});
    model_.functions.push_back({arena_.name(made.symbol), {arena_.symbol("t")}, std::nullopt, {}});
  }
  return true;
}

// The derivative is all that is known of it: what holds for each such function is proved, and nothing is refuted.
bool Meaning::give_derivative(const Node& left, const Node& right) {
  const bool call = left.is(Node::Kind::product) && left.kids.size() == 2 && left.kids[1].is(Node::Kind::group) &&
                    left.kids[1].text == "(" && left.kids[1].bare() && left.kids[1].kids[0].is(Node::Kind::symbol);
  Node letter = call ? left.kids[0] : left;
  if (!letter.is(Node::Kind::symbol) || letter.word || letter.primes != 1 || said_functions_.contains(letter.text))
    return false;
  letter.primes = 0;
  if (!letter.bare() || (letter.text == "\\sigma" && !any_function_.contains(letter.text))) return false;
  Node argument, value_node = right;
  argument.text = "t";
  if (call) {
    argument = left.kids[1].kids[0];
  } else {  // \Phi' = \phi
    if (!right.is(Node::Kind::symbol) || !right.bare() || right.word) return false;
    value_node = product_of({right, group_of(argument)});
  }
  const Named* known = find(letter.text);
  const bool defined = define_early(letter) || later_.contains(label(letter));
  if (known == nullptr && !defined) {
    Node reals;
    reals.text = "\\R";
    if (!declare_function(letter, reals, reals)) return false;
    known = find(letter.text);
  }
  if (known == nullptr || known->role != Named::Role::function) return false;
  const std::string name = arena_.name(known->symbol);
  const auto f = [&] { return std::ranges::find(model_.functions, name, &ModelFunction::name); };
  if (f() == model_.functions.end() || f()->body || f()->derivative) return false;
  guessed_functions_.erase(name);
  const Expr parameter = f()->parameters[0];
  auto saved = std::exchange(arguments_, {{label(argument), Value{parameter, false}}});
  std::optional<Expr> derivative;
  try {
    Value v = value(value_node);
    if (call && !contains(arena_, v.e, parameter)) {  // \phi(x) is a quantity that depends on x
      arguments_.clear();
      const Expr x = value(argument).e;
      v = value(value_node);
      for (std::size_t k = model_.definitions.size(); k-- > 0;) {
        const Definition& d = model_.definitions[k];
        if (depends(d.symbol, x)) v.e = substitute(arena_, v.e, {{d.symbol, d.value}});
      }
      v.e = substitute(arena_, v.e, {{x, parameter}});
    }
    if (shape(v.e).empty() && free_.empty()) derivative = v.e;
  } catch (const NotRead&) {
  }
  arguments_ = std::move(saved);
  free_.clear();
  if (derivative) f()->derivative = derivative;
  suspect(letter, fmt::format("all that is known of `{}` is its derivative", plain(label(letter))),
          Doubt::of_refutations);
  return true;
}

}  // namespace gradus::document

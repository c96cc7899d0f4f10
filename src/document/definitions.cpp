// SPDX-License-Identifier: GPL-2.0-or-later
// The kinds of definitions: of a name that has a shape already, of a function, of a name with its indices.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"
#include "document/nodes.h"

namespace gradus::document {

// What is given by an equation after its set: `B_{ij} = ...` of `B \\in \\mathbb{R}^{n \\times n}`.
void Meaning::define_open(const Node& written, Expr open, const std::vector<Expr>& written_indices,
                          const Node& value_node, const Place& place) {
  Value v = value(value_node);
  Expr e = v.e;
  if (depends(e, open)) fail(value_node, "an equation of a name for itself");
  for (const auto& [letter, dimension] : free_) {
    const Expr i = arena_.symbol("index " + letter);
    if (std::ranges::find(written_indices, i) == written_indices.end())
      fail(value_node, fmt::format("the index `{}` stands on one side only", letter));
  }
  for (std::size_t k = written_indices.size(); k-- > 0;) {
    const auto f = std::ranges::find_if(
        free_, [&](const auto& x) { return arena_.symbol("index " + x.first) == written_indices[k]; });
    if (f == free_.end()) fail(written, "an index that stands on one side only");
    e = arena_.make(Op::Table, {written_indices[k], f->second, e});
  }
  const Shape s = shape(open), t = shape(e);
  unify(s, t);
  if (s != t) {
    if (!t.empty()) fail(written, "its shape is another one");
    e = over_indices(s, false, [&](const std::vector<Expr>&) { return e; }).e;
  }
  for (auto& [key, known] : names_) {
    if (known.symbol == open && known.role == Named::Role::input) {
      known.role = Named::Role::definition;
      known.quantity = true;
      known.guessed = false;
      if (written_indices.empty()) known.row = v.row;
    }
  }
  guessed_.erase(arena_.name(open));
  add_definition(arena_.name(open), open, e, place);
}

namespace {

// Whether entries of a name stand in it, and not the name.
bool has_entries_of(const Node& in, const Node& name) {
  bool entries = false, whole = false;
  walk(in, [&](const Node& n) {
    if (n.is_symbol(name.text) && n.bold == name.bold && name.below.empty()) (n.below.empty() ? whole : entries) = true;
    return true;
  });
  return entries && !whole;
}

}  // namespace

// The name of a call and its parameters: f(x), softmax_k(z), P(w_o | w_c).
Meaning::Called Meaning::called(Node& name, const Node& value_node) {
  Called out;
  const Node inside = name.kids[1].kids[0];
  out.decoration = inside;
  out.functional = true;
  // softmax_k(z): the index belongs to what is in parentheses.
  if (!name.kids[0].below.empty() && name.kids[0].below[0].is(Node::Kind::symbol) && name.kids[0].below[0].bare() &&
      mentions_index(value_node, name.kids[0].below[0].text)) {
    out.decoration.emplace();
    out.decoration->kind = Node::Kind::list;
    out.decoration->kids = {name.kids[0].below[0], inside};
    name.kids[0].below.clear();
    out.functional = false;
  }
  const std::vector<Node> items = inside.is(Node::Kind::list) ? inside.kids : std::vector<Node>{inside};
  for (const Node& i : items) {
    if (!i.is(Node::Kind::symbol) || (i.bare() && !i.bold && mentions_index(value_node, i.text))) {
      out.functional = false;
      break;
    }
    if (!known_symbol(i)) declare_from_behind(i);             // "J(w) = ..., with w in ..."
    if (!known_symbol(i) && has_entries_of(value_node, i)) {  // f(\beta) = \sum_j \beta_j^2
      out.functional = false;
      break;
    }
    out.parameters.push_back((i.bold ? "*" : "") + label(i));
    const Named* named_so = find((i.bold ? "*" : "") + label(i));
    out.known = out.known && known_symbol(i) && (named_so == nullptr || named_so->slots == 0);
  }
  return out;
}

// A function: its parameters are names of its own, if nothing else is said of them.
void Meaning::define_function(const Node& name, const Called& call, const Node& value_node, const Place& place) {
  const std::string key = (name.bold ? "*" : "") + label(name);
  Named f;
  f.role = Named::Role::function;
  f.parameters = call.parameters;
  f.decoration = call.decoration;
  std::vector<Expr> symbols_of;
  auto saved = std::exchange(arguments_, {});
  for (const std::string& p : call.parameters) {
    const Expr s = arena_.symbol("of " + plain(p));
    symbols_of.push_back(s);
    arguments_[p] = {s, false};
  }
  std::optional<Expr> body;
  try {
    const Value v = value(value_node);
    if (shape(v.e).empty() && free_.empty()) body = v.e;
  } catch (const NotRead&) {
  } catch (const Mismatch&) {
  } catch (const ShapeError&) {
  }
  arguments_ = std::move(saved);
  free_.clear();
  // The value at the names themselves, where they are names of the document.
  bool quantity = true;
  std::optional<Value> own;
  if (call.known) {
    try {
      own = value(value_node);
    } catch (const NotRead&) {
      quantity = false;
    } catch (const Mismatch&) {
      quantity = false;
    } catch (const ShapeError&) {
      quantity = false;
    }
  } else {
    quantity = false;
  }
  const auto scalar_body = [&] {
    if (!body) return false;
    const auto nodes = reachable(arena_, *body);
    // Other names would be held when it is differentiated.
    return std::ranges::all_of(nodes, [&](Expr e) {
      if (arena_.is(e, Op::Entry) || binds_index(arena_.op(e)) || arena_.is(e, Op::Deriv) || arena_.is(e, Op::MatMul))
        return false;
      return !arena_.is(e, Op::Symbol) || std::ranges::find(symbols_of, e) != symbols_of.end();
    });
  }();
  if (!scalar_body) f.body = value_node;
  if (const Named* family = find(key); family != nullptr && family->slots > 0) {
    names_[key + "_"] = *family;
    names_.erase(key);
  }
  f.quantity = quantity && own.has_value();
  const Shape s = f.quantity ? shape(own->e) : Shape{};
  f.row = f.quantity && own->row;
  Named& made = introduce(key, f, s, place);
  const std::string own_name = arena_.name(made.symbol);
  if (scalar_body) model_.functions.push_back({own_name, symbols_of, body, place});
  if (made.quantity) {
    for (const auto& [letter, dimension] : free_) made.implicit.push_back(letter);
    for (std::size_t k = free_.size(); k-- > 0;)
      own->e = arena_.make(Op::Table, {arena_.symbol("index " + free_[k].first), free_[k].second, own->e});
    Shape whole = s;
    for (std::size_t k = free_.size(); k-- > 0;) whole.insert(whole.begin(), free_[k].second);
    if (!whole.empty()) model_.shapes[own_name] = whole;
    // The name of a function cannot be that of its value.
    if (scalar_body) {
      const std::string value_name = fresh_name(own_name + "(" + plain(label(*call.decoration)) + ")");
      made.value = arena_.symbol(value_name);
      model_.introduced.emplace(value_name, place);
      if (!whole.empty()) model_.shapes[value_name] = whole;
      add_definition(value_name, *made.value, own->e, place);
    } else {
      add_definition(own_name, made.symbol, own->e, place);
    }
  }
}

// \partial E/\partial u_j of a row u: the derivatives lie as it does.
bool Meaning::is_derivative_by_row(const Node& value_node) {
  if (!is_quotient(value_node) || conventions_.numerator_layout) return false;
  const Node& below = value_node.kids[1];
  if (!below.is(Node::Kind::product) || below.kids.size() != 2 || below.kids[1].below.empty()) return false;
  Node whole = below.kids[1];
  whole.below.clear();
  if (!whole.is(Node::Kind::symbol) || !known_symbol(whole)) return false;
  bool out = false;
  aside([&] {
    const Value v = named(whole);
    out = v.row && shape(v.e).size() == 1;
  });
  return out;
}

// Its free indices are subscripts of the name, or it depends on them without saying so.
void Meaning::define_name(const Node& name, const std::optional<Node>& decoration, const Node& value_node,
                          const Place& place) {
  Named n;
  n.role = Named::Role::definition;
  n.decoration = decoration;
  const Value v = value(value_node);
  n.row = v.row;
  n.quantity = true;
  // Subscripts that are indices of what it is defined as.
  std::vector<std::string> slots;
  std::string rest;
  std::vector<Node> parts = name.below.empty() ? std::vector<Node>{} : components(name.below[0]);
  const bool example = !name.above.empty() && name.above[0].is(Node::Kind::group) &&
                       name.above[0].kids[0].is(Node::Kind::symbol) && !is_layer(name.above[0]);
  if (example) parts.insert(parts.begin(), name.above[0].kids[0]);
  std::string labels;
  bool above_is_index = false;
  for (const Node& p : parts) {
    const bool free = p.is(Node::Kind::symbol) && p.bare() &&
                      std::ranges::any_of(free_, [&](const auto& f) { return f.first == p.text; });
    if (free) {
      if (std::ranges::find(slots, p.text) != slots.end()) fail(name, "the same index twice");
      slots.push_back(p.text);
      above_is_index = above_is_index || (example && &p == &parts[0]);
    } else if (!(example && &p == &parts[0])) {
      labels += label(p);
    }
  }
  if (!labels.empty()) rest = labels.size() == 1 ? "_" + labels : "_{" + labels + "}";
  if (!above_is_index) rest += script_above(name);
  n.slots = slots.size();
  std::vector<std::string> order;
  for (const auto& [letter, dimension] : free_) {
    if (std::ranges::find(slots, letter) == slots.end()) {
      n.implicit.push_back(letter);
      indexing_.insert(letter);
    }
  }
  order = n.implicit;
  order.insert(order.end(), slots.begin(), slots.end());
  Expr e = v.e;
  Shape s = shape(e);
  for (std::size_t k = order.size(); k-- > 0;) {
    const auto f = std::ranges::find(free_, order[k], &std::pair<std::string, Expr>::first);
    e = arena_.make(Op::Table, {arena_.symbol("index " + order[k]), f->second, e});
    s.insert(s.begin(), f->second);
  }
  std::string key =
      (name.bold ? "*" : "") + name.text + rest + std::string(static_cast<std::size_t>(name.primes), '\'');
  if (slots.size() == 1 && labels.empty() && !above_is_index && is_derivative_by_row(value_node)) n.row = true;
  // \sigma_i beside a function \sigma, y_t beside y
  const Named* same = find(key);
  if (n.slots > 0 &&
      ((alone_.contains(key) && name.above.empty()) || (same != nullptr && same->role == Named::Role::function)))
    key += "_";
  Named& made = introduce(key, n, s, place);
  if (slots.size() == 1 && !above_is_index) families_[base(name)] = {name, value_node, place};
  const std::string own = arena_.name(made.symbol);
  add_definition(own, made.symbol, e, place);
}

}  // namespace gradus::document

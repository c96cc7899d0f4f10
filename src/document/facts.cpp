// SPDX-License-Identifier: GPL-2.0-or-later
// What a document says holds: conditions, functions of what, symmetry, rows and columns.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"
#include "document/members.h"

namespace gradus::document {

bool Meaning::assume(const Node& left, const std::string& relation, const Node& right) {
  const auto letter = [&](const Node& n) {
    return n.is(Node::Kind::symbol) && n.bare() && !n.word && !has_role(n.text);
  };
  if (left.is(Node::Kind::symbol) && left.bare() && layers_.contains(left.text)) return true;  // of layers
  if (relation == "!=") {
    const auto members = members_of(left);
    if (members && members->names.size() == 1 && letter(members->names[0]) && letter(right)) {
      apart_.push_back({members->names[0].text, right.text, false});
      indexing_.insert(members->names[0].text);
      indexing_.insert(right.text);
      return true;
    }
  }
  const Op op = relation == "<"    ? Op::Lt
                : relation == ">"  ? Op::Gt
                : relation == "<=" ? Op::Le
                : relation == ">=" ? Op::Ge
                : relation == "!=" ? Op::Ne
                                   : Op::Eq;
  const auto members = members_of(left);
  if (!members) return false;
  for (const auto& family : members->families) {  // y_1, ..., y_c > 0
    Node list;
    list.kind = Node::Kind::list;
    list.kids = {family.first, Node{.kind = Node::Kind::dots}, family.last};
    Node reals;
    reals.text = "\\R";
    if (!declare(list, reals)) return false;
    Node stem = family.first;
    std::vector<Node> parts = stem.below.empty() ? std::vector<Node>{} : components(stem.below[0]);
    const Named* known = find(base(stem));
    if (known == nullptr || parts.size() != 1) return false;
    const Value bound = value(right);
    model_.assumptions.push_back({arena_.make(op, {known->symbol, bound.e}), {}});
  }
  for (const Node& n : members->names) {
    if (n.is(Node::Kind::symbol) && find(label(n)) != nullptr && find(label(n))->role == Named::Role::dimension) {
      const Node& bound = right;
      if (bound.is(Node::Kind::number) && (op == Op::Ge || op == Op::Gt))
        model_.assumptions.push_back({arena_.make(op, {find(label(n))->symbol, value(bound).e}), {}});
      continue;
    }
    if (n.is(Node::Kind::symbol) && !known_symbol(n)) {
      if (op == Op::Ne) return true;  // w != 0 may be said of a vector
      Node reals;
      reals.text = "\\R";
      if (!declare(n, reals)) return false;
    }
    free_.clear();
    Value a = value(n), b = value(right);
    settle_identity(a, shape(b.e));
    settle_identity(b, shape(a.e));
    // An equation of what has a definition, or of functions, claims something; what is given has none.
    if (op == Op::Eq && (!is_given(a.e) || !is_given(b.e))) {
      for (const Expr side : {a.e, b.e}) {
        for (const Expr s : symbols(arena_, side)) {
          if (std::ranges::find(model_.dims, s) == model_.dims.end()) spoken_of_.insert(arena_.name(s));
        }
      }
      return true;
    }
    unify(shape(a.e), shape(b.e));
    // A number of which something is said.
    const bool number = op != Op::Ne && op != Op::Eq;
    if (number && n.is(Node::Kind::symbol) && n.bare() && arena_.is(a.e, Op::Symbol)) guessed_.erase(arena_.name(a.e));
    Expr c = arena_.make(op, {a.e, b.e});
    for (std::size_t k = free_.size(); k-- > 0;)
      c = arena_.make(Op::Table, {arena_.symbol("index " + free_[k].first), free_[k].second, c});
    shape(c);
    model_.assumptions.push_back({c, {}});
    drop_contradictions(c);
  }
  return true;
}

bool Meaning::is_given(Expr e) {
  const auto nodes = reachable(arena_, e);
  return std::ranges::none_of(nodes, [&](Expr n) {
    if (arena_.is(n, Op::Deriv)) return true;
    if (arena_.is(n, Op::Symbol)) return model_.definition(arena_.name(n)) != nullptr;
    return arena_.is(n, Op::Call) && model_.function(arena_.name(n)) != nullptr;
  });
}

// "for x > 0" and "for x < 0" speak of two cases; neither is a fact.
void Meaning::drop_contradictions(Expr condition) {
  const auto is_bound = [&](Expr c) {
    return (arena_.is(c, Op::Lt) || arena_.is(c, Op::Le) || arena_.is(c, Op::Gt) || arena_.is(c, Op::Ge)) &&
           arena_.is_number(arena_.child(c, 1));
  };
  if (!is_bound(condition)) return;
  const Expr of = arena_.child(condition, 0);
  std::optional<Rational> low, high;
  bool open = false;
  for (const Assumption& a : model_.assumptions) {
    if (!is_bound(a.condition) || arena_.child(a.condition, 0) != of) continue;
    const Rational bound = arena_.value(arena_.child(a.condition, 1));
    const bool below = arena_.is(a.condition, Op::Gt) || arena_.is(a.condition, Op::Ge);
    open = open || arena_.is(a.condition, Op::Gt) || arena_.is(a.condition, Op::Lt);
    auto& side = below ? low : high;
    if (!side || (below ? bound > *side : bound < *side)) side = bound;
  }
  if (!low || !high || *low < *high || (*low == *high && !open)) return;
  std::erase_if(model_.assumptions,
                [&](const Assumption& a) { return is_bound(a.condition) && arena_.child(a.condition, 0) == of; });
}

void Meaning::restrict(const Node& names, Restriction how) {
  const auto members = members_of(names);
  if (!members || how == Restriction::none) return;
  std::vector<Node> all = members->names;
  for (Family f : members->families) {  // q of q_1, ..., q_n
    f.first.below.clear();
    all.push_back(f.first);
  }
  for (const Node& n : all) {
    if (!n.is(Node::Kind::symbol)) continue;
    // A column of which only this is said: "y is a one-hot vector".
    const std::string own = (n.bold ? "*" : "") + label(n);
    const bool of_entries = how == Restriction::one_hot || how == Restriction::simplex || how == Restriction::total;
    if (of_entries && n.bare() && !known_symbol(n) && !later_.contains(own) && !later_sets_.contains(own) &&
        conventions_.columns.contains(plain(own)))
      guess_tensor(own, false);
    for (const std::string& key : {(n.bold ? "*" : "") + label(n), (n.bold ? "*" : "") + stem_of(n)}) {
      const Named* known = find(key);
      if (known == nullptr) continue;
      restrict(*known, how);
      break;
    }
  }
}

void Meaning::restrict(const Named& known, Restriction how) {
  const Expr e = known.symbol;
  const std::string name = arena_.name(e);
  if (!restricted_so_.insert({name, how}).second) return;
  const Shape s = shape(e);
  const bool vector = s.size() == 1 && known.implicit.empty();
  if (vector && how == Restriction::unit) {
    model_.assumptions.push_back({arena_.make(Op::Eq, {arena_.call("dot", {e, e}), arena_.number(1)}), {}});
    return report(fmt::format("read `{}` as a vector of norm 1", plain(name)));
  }
  if (how == Restriction::definite && make_definite(e)) return;
  const bool sum = how == Restriction::one_hot || how == Restriction::simplex || how == Restriction::total;
  if (!vector || !sum) {
    if (how == Restriction::definite && s.empty()) return;  // the covariance of numbers
    restricted_[name] = how != Restriction::sign && how != Restriction::negative && how != Restriction::definite;
    return;
  }
  const Expr one = arena_.number(1), none = arena_.number(0);
  model_.assumptions.push_back({arena_.make(Op::Eq, {arena_.call("sum", {e}), one}), {}});
  report(fmt::format("read the entries of `{}` as {} that sum to 1", plain(name),
                     how == Restriction::one_hot   ? "zeros and ones"
                     : how == Restriction::simplex ? "numbers that are not negative and"
                                                   : "numbers"));
  if (how == Restriction::total) return;
  model_.assumptions.push_back(
      {how == Restriction::one_hot ? arena_.make(Op::In, {e, none, one}) : arena_.make(Op::Ge, {e, none}), {}});
}

// What words call a name, where they do so before anything is known of it.
const std::set<Restriction>& Meaning::kinds_of(const std::string& key) const {
  static const std::set<Restriction> none;
  std::string stem = plain(key);
  if (stem.ends_with('_')) stem.pop_back();  // of y_k beside a number y
  const auto at = kinds_.find(stem);
  return at == kinds_.end() ? none : at->second;
}

bool Meaning::is_called(const std::string& key, Restriction kind) const { return kinds_of(key).contains(kind); }

// Of a name that is new.
void Meaning::use_kinds(const std::string& key) {
  const Named known = *find(key);
  const Shape s = shape(known.symbol);
  for (const Restriction kind : kinds_of(key)) {
    if (s.empty()) continue;  // a number beside the vector that is meant
    if (kind == Restriction::symmetric) {
      make_symmetric(known.symbol);
    } else {
      restrict(known, kind);
    }
  }
}

void Meaning::settle(const Node& name) {
  if (!name.is(Node::Kind::list) && (!name.is(Node::Kind::symbol) || name.word)) return;
  if (name.bare() && indexing_.contains(name.text)) return;  // "the k-th entry depends on ..."
  Node reals;
  reals.text = "\\R";
  if (name.is(Node::Kind::list) || !known_symbol(name)) aside([&] { declare(name, reals); });
  if (const Named* known = find((name.bold ? "*" : "") + label(name))) guessed_.erase(arena_.name(known->symbol));
}

void Meaning::learn_dependence(const Node& calls) {
  for (const Node& one : calls.is(Node::Kind::list) ? calls.kids : std::vector<Node>{calls}) {
    const bool call = one.is(Node::Kind::product) && one.bare() && one.kids.size() == 2 && one.ops[1].empty() &&
                      one.kids[0].is(Node::Kind::symbol) && !one.kids[0].word && one.kids[0].primes == 0 &&
                      one.kids[0].above.empty() && one.kids[1].is(Node::Kind::group) && one.kids[1].text == "(" &&
                      one.kids[1].bare();
    if (!call || known_symbol(one.kids[0])) continue;
    const Node& name = one.kids[0];
    const bool defined = std::ranges::any_of(later_, [&](const auto& entry) {
      const Node& other = entry.second.name;
      return label(other.is(Node::Kind::product) ? other.kids[0] : other) == label(name);
    });
    if (defined) continue;
    const Node& inside = one.kids[1].kids[0];
    std::vector<Node> arguments = inside.is(Node::Kind::list) ? inside.kids : std::vector<Node>{inside};
    const bool names = std::ranges::all_of(arguments, [&](const Node& a) {
      return a.is(Node::Kind::symbol) && a.primes == 0 && (known_symbol(a) || declare_early(a));
    });
    // \sigma(z_j) is a function of any number, and no quantity that depends on z.
    const auto of_a_number = [&] {
      if (!is_function_letter(name.text) || !name.below.empty() || !inside.is(Node::Kind::symbol)) return false;
      bool number = false;
      aside([&] { number = shape(value(inside).e).empty(); });
      return number;
    };
    if (names && !of_a_number()) aside([&] { unspecified(name, inside); });
  }
}

void Meaning::learn_function(const Node& names, const Node& variables) {
  const auto members = members_of(names), of = members_of(variables);
  if (!members || !of) return;
  // The names by which the variables are known.
  std::vector<Expr> by;
  const auto symbol_of = [&](const Node& n) -> std::optional<Expr> {
    const auto saved = free_;
    const bool known = known_symbol(n) || declare_early(n) || define_early(n) || define_layer(n);
    std::optional<Expr> out;
    if (known) {
      Expr e = named(n).e;
      while (arena_.is(e, Op::Table)) e = arena_.child(e, 2);
      if (arena_.is(e, Op::Entry)) e = arena_.child(e, 0);
      if (arena_.is(e, Op::Symbol)) out = e;
    }
    free_ = saved;
    return out;
  };
  const auto first_of = [&](const Members& m, const auto& use) {
    for (const Family& f : m.families) use(f.first);
    for (const Node& n : m.names) {
      if (n.is(Node::Kind::symbol)) use(n);
    }
  };
  first_of(*of, [&](const Node& n) {
    if (const auto e = symbol_of(n)) by.push_back(*e);
  });
  if (by.empty()) return;
  Node reals;
  reals.text = "\\R";
  if (!members->families.empty() && !known_symbol(members->families[0].first)) declare(names, reals);
  first_of(*members, [&](const Node& n) {
    if (!known_symbol(n)) declare(n, reals);
    const auto e = symbol_of(n);
    if (!e) return;
    for (const Expr v : by) hold(*e, v, {});
    // Of the last layer: what layers lie between is not said.
    const auto layered = [&](const Node& v) { return !v.above.empty() && is_layer(v.above[0]); };
    bool layers = false;
    first_of(*of, [&](const Node& v) { layers = layers || layered(v); });
    if (const auto held = held_.find(arena_.name(*e)); held != held_.end()) held->second.said = !layers;
  });
}

void Meaning::name_rows(const Node& names, bool columns) {
  const auto members = members_of(names);
  if (!members || last_matrix_.empty()) return;
  Named* matrix = find(last_matrix_);
  if (matrix == nullptr) return;
  Node member;
  if (!members->families.empty()) {
    member = members->families[0].first;
  } else if (!members->names.empty()) {
    member = members->names[0];
  } else {
    return;
  }
  while (member.is(Node::Kind::group) && member.text == "(" && member.below.empty()) member = Node(member.kids[0]);
  const bool above = !member.above.empty() && member.above[0].is(Node::Kind::group);
  if (!member.is(Node::Kind::symbol) || (member.below.empty() && !above)) return;
  Named n = *matrix;
  n.role = columns ? Named::Role::columns : Named::Role::rows;
  names_[base(member)] = n;
}

}  // namespace gradus::document

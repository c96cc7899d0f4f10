// SPDX-License-Identifier: GPL-2.0-or-later
// Equations that define a name, and equations that claim something.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "document/meaning.h"
#include "document/repeated.h"
#include "gradus/expr/tensor_function.h"

namespace gradus::document {

Meaning::Meaning(Engine& engine, const Conventions& conventions) : Known(engine, conventions) {
  entries_.emplace(arena_, model_, "index of ");
}

bool mentions_index(const Node& in, const std::string& letter) {
  bool found = false;
  walk(in, [&](const Node& n) {
    for (const Node& b : n.is(Node::Kind::big) ? std::vector<Node>{} : n.below) {
      walk(b, [&](const Node& s) {
        found = found || (s.is_symbol(letter) && s.bare());
        return true;
      });
    }
    return !found;
  });
  return found;
}

namespace {

// A name with parentheses behind it: L(a, y).
bool is_call(const Node& n) {
  return n.is(Node::Kind::product) && n.kids.size() == 2 && n.ops[1].empty() && n.kids[0].is(Node::Kind::symbol) &&
         n.kids[1].is(Node::Kind::group) && n.kids[1].bare() && (n.kids[1].text == "(" || n.kids[1].text == "[");
}

// V_{lb} \delta_{bm}: whether a letter is an index of two factors.
bool repeats(const Node& in, const std::string& letter) {
  bool found = false;
  walk(in, [&](const Node& n) {
    if (n.is(Node::Kind::product)) {
      std::size_t factors = 0;
      for (const Node& f : n.kids) factors += mentions_index(f, letter) ? 1 : 0;
      found = found || factors > 1;
    }
    return !found;
  });
  return found;
}

// softmax(z) = (softmax_1(z), ...): whether a function of the catalogue stands on both sides.
bool names_itself(const Node& name, const Node& value) {
  if (!is_call(name) || !name.kids[0].word || tensor_function(name.kids[0].text) == nullptr) return false;
  bool found = false;
  walk(value, [&](const Node& n) {
    found = found || (n.word && n.is_symbol(name.kids[0].text));
    return !found;
  });
  return found;
}

}  // namespace

// Whether a name stands in an expression, with the same scripts; not what scripts are made of.
bool Meaning::stands_in(const Node& name, const Node& in) const {
  const auto below = [](const Node& n) { return n.below.empty() ? std::string() : label(n.below[0]); };
  if (in.is(Node::Kind::symbol) && in.text == name.text && in.bold == name.bold && !name.word == !in.word &&
      in.primes == name.primes && below(in) == below(name) && script_above(in) == script_above(name))
    return true;
  const auto inside = [&](const Node& n) { return stands_in(name, n); };
  const bool labelled = in.is(Node::Kind::symbol) && has_label(in);  // Q of W^Q
  const bool power = !in.above.empty() && !in.above[0].is(Node::Kind::group) && !labelled;
  return std::ranges::any_of(in.kids, inside) || (power && stands_in(name, in.above[0])) ||
         (!in.above.empty() && in.above[0].is(Node::Kind::group) && in.above[0].text == "{}" && inside(in.above[0]));
}

// \theta' beside a vector \theta, or a number that is given: no derivative, but another name.
bool Meaning::is_primed_name(const Node& side) {
  Node stem = side;
  stem.primes = 0;
  if (side.primes > 1 || known_symbol(side) || find((side.bold ? "*" : "") + label(side)) != nullptr) return false;
  if (!known_symbol(stem) && !declare_early(stem)) {
    // "Let a' = 2a" of what nothing else is said: a name, not a function or what is defined behind.
    const bool function = is_function_letter(side.text) || side.text == "y" || side.text == "u";
    const bool beside = std::ranges::any_of(names_, [](const auto& n) { return n.first.ends_with('\''); });
    return side.below.empty() && side.above.empty() && (beside || !function) && !any_function_.contains(side.text) &&
           !later_.contains(label(stem)) && !later_.contains(label(stem) + "()") && find(label(stem)) == nullptr;
  }
  const auto saved = free_;
  bool out = false;
  try {
    const Expr e = named(stem).e;
    const bool given = arena_.is(e, Op::Symbol) && std::ranges::find(model_.inputs, e) != model_.inputs.end();
    out = !shape(e).empty() || (given && !held_.contains(arena_.name(e)));
  } catch (const NotRead&) {
  }
  free_ = saved;
  return out && find((side.bold ? "*" : "") + label(stem))->role != Named::Role::function;
}

// Whether a word is a function that no equation defines: exp, tr, Det; a softmax may be of what the text says.
bool Meaning::has_meaning(const Node& word) const {
  if (engine_.catalogue.functions.has_name(word.text)) return true;
  static const std::set<std::string> of_matrices{"tr", "trace", "det", "inv", "logdet"};
  const auto function = function_by_name(word);
  return function && of_matrices.contains(*function);
}

bool Meaning::is_new(const Node& side) {
  if (side.is(Node::Kind::symbol)) {
    if (side.primes > 0 && !side.word && side.below.empty()) return is_primed_name(side);
    if (!side.above.empty() && is_transpose(side.above[0])) return false;
    if (side.text == "\\nabla" || side.text == "\\grad" || side.text == "\\partial" ||
        (side.text == "\\pi" && side.below.empty()) || side.text == "\\mathbb{1}" || side.text == "\\mathbb{E}")
      return false;
    if (side.text == "e" && !side.above.empty()) return false;
    if (is_kronecker(side)) return false;
    if (is_index(side.text) && side.bare()) return false;
    // The power of a name that is known is no name.
    Node stem = side;
    stem.above.clear();
    if (!side.above.empty() && !side.above[0].is(Node::Kind::group) && !side.above[0].word && !at_layer(side) &&
        known_symbol(stem))
      return false;
    if (known_symbol(side)) return false;
    if (is_adjoint(side)) return false;
    if (working_.empty() && equation_of_layer(side)) {
      define_layer(side);
      return false;
    }
    return true;
  }
  if (side.is(Node::Kind::big) && side.kids.empty()) {
    Node name = side;
    name.kind = Node::Kind::symbol;
    name.text = "\\" + side.text;
    return side.below.empty() && side.above.empty() && !known_symbol(name);
  }
  // \log L = ...: what L is.
  if (side.is(Node::Kind::product) && side.kids.size() >= 2 && is_log(side.kids[0])) {
    Node rest = side;
    rest.kids.erase(rest.kids.begin());
    rest.ops.erase(rest.ops.begin());
    return is_new(rest.kids.size() == 1 ? rest.kids[0] : rest) && rest.kids.size() <= 2;
  }
  if (is_call(side)) {
    const Node& f = side.kids[0];
    if (f.primes > 0 || (!f.above.empty() && (f.above[0].is(Node::Kind::number) || is_inverse(f.above[0]))))
      return false;
    const Named* known = find((f.bold ? "*" : "") + label(f));
    const bool unspecified = known != nullptr && known->role == Named::Role::function && known->guessed;
    if ((known != nullptr && !unspecified) || (f.word && f.below.empty() && has_meaning(f))) return false;
    // softmax_k(z): an entry of softmax(z), which needs no equation.
    if (f.word && !f.below.empty() && f.below[0].is(Node::Kind::symbol) && f.below[0].bare() && !f.below[0].word &&
        find(f.text) == nullptr && tensor_function(f.text) != nullptr)
      return false;
    if (!unspecified && known_symbol(f)) return false;
    // Parameters are names, not numbers.
    const Node& inside = side.kids[1].kids[0];
    const auto plain_argument = [](const Node& a) {
      return a.is(Node::Kind::symbol) || a.is(Node::Kind::group) || a.is(Node::Kind::dots) || a.is(Node::Kind::list) ||
             (a.is(Node::Kind::relation) && a.ops[0] == "mid");
    };
    if (inside.is(Node::Kind::list)) return std::ranges::all_of(inside.kids, plain_argument);
    return plain_argument(inside);
  }
  return false;
}

// The tensor of which a side names the entries, if nothing defines it yet; `indices` gets those that are written.
std::optional<Expr> Meaning::open_symbol(const Node& side, std::vector<Expr>& indices) {
  if (!side.is(Node::Kind::symbol) || side.primes > 0 || !known_symbol(side)) return std::nullopt;
  if (is_index(side.text) && side.bare()) return std::nullopt;
  const auto saved = free_;
  std::optional<Expr> out;
  try {
    Expr e = named(side).e;
    while (arena_.is(e, Op::Table)) e = arena_.child(e, 2);
    const bool entry = arena_.is(e, Op::Entry);
    const Expr symbol = entry ? arena_.child(e, 0) : e;
    if (arena_.is(symbol, Op::Symbol) && std::ranges::find(model_.inputs, symbol) != model_.inputs.end() &&
        !held_.contains(arena_.name(symbol))) {
      out = symbol;
      indices.clear();
      for (std::size_t k = 1; entry && k < arena_.count(e); ++k) {
        const Expr i = arena_.child(e, k);
        const bool free =
            std::ranges::any_of(free_, [&](const auto& f) { return arena_.symbol("index " + f.first) == i; });
        const bool own = arena_.is(i, Op::Symbol) && arena_.name(i).starts_with("index of ");
        if (!free && !own) out.reset();
        if (std::ranges::find(indices, i) != indices.end()) out.reset();
        if (free) indices.push_back(i);
        if (!out) break;
      }
    }
  } catch (const NotRead&) {
    out.reset();
  }
  free_ = saved;
  return out;
}

bool Meaning::has_arguments(const Node& name) {
  const Named* known = find((name.bold ? "*" : "") + label(name));
  return known != nullptr && (known->role == Named::Role::function || known->decoration);
}

bool Meaning::define_from_behind(const Node& side) {
  return is_call(side) ? define_early(side.kids[0], true) : define_early(side);
}

bool Meaning::is_of_other_arguments(const Node& name) {
  if (!is_call(name)) return false;
  const Named* known = find((name.kids[0].bold ? "*" : "") + label(name.kids[0]));
  if (known == nullptr || !known->decoration) return false;
  const auto arguments = [](const Node& n) { return n.is(Node::Kind::list) ? n.kids : std::vector<Node>{n}; };
  const std::vector<Node> old = arguments(*known->decoration), own = arguments(name.kids[1].kids[0]);
  const auto is_name = [](const Node& n) { return n.is(Node::Kind::symbol); };
  return std::ranges::all_of(old, is_name) && std::ranges::all_of(own, is_name) &&
         (old.size() != own.size() || old[0].bold != own[0].bold);
}

void Meaning::forget(const Node& name) {
  const Node& symbol = is_call(name) ? name.kids[0] : name;
  names_.erase((symbol.bold ? "*" : "") + label(symbol));
  names_.erase((symbol.bold ? "*" : "") + stem_of(symbol));
}

std::optional<std::string> Meaning::read_anew(const Node& name, const Node& by, const Node& value_node) {
  if (!known_symbol(name)) return std::nullopt;
  free_.clear();
  const Expr symbol = named(name).e;
  const Definition* before = arena_.is(symbol, Op::Symbol) ? model_.definition(arena_.name(symbol)) : nullptr;
  if (before == nullptr || !shape(symbol).empty()) return std::nullopt;
  const Value variable = named(by), v = value(value_node);
  if (depends(symbol, variable.e) || !depends(v.e, variable.e) || depends(v.e, symbol) || !shape(v.e).empty())
    return std::nullopt;
  const std::string was = print(arena_, before->value);
  add_definition(arena_.name(symbol), symbol, v.e, before->place);
  return was;
}

bool Meaning::is_open(const Node& side) {
  std::vector<Expr> indices;
  return open_symbol(side, indices).has_value();
}

void Meaning::define(const Node& written, const Node& given_value, const Place& place) {
  Node name = written, value_node = given_value;
  free_.clear();
  std::erase_if(later_, [&](const auto& entry) { return entry.second.name.begin == written.begin; });
  if (name.is(Node::Kind::big)) {
    name.kind = Node::Kind::symbol;
    name.text = "\\" + name.text;
  }
  if (name.is(Node::Kind::product) && is_log(name.kids[0])) {
    Node exponential;
    exponential.kind = Node::Kind::symbol;
    exponential.text = "e";
    exponential.begin = value_node.begin;
    exponential.end = value_node.end;
    exponential.above.push_back(value_node);
    Node rest = name;
    rest.kids.erase(rest.kids.begin());
    rest.ops.erase(rest.ops.begin());
    define(rest.kids.size() == 1 ? rest.kids[0] : rest, exponential, place);
    return;
  }
  if (stands_in(is_call(name) ? name.kids[0] : name, value_node) || names_itself(name, value_node))
    fail(value_node, "an equation of a name for itself");
  // y^2 = 2y says something of y; s^2 = ... may name a square.
  if (name.is(Node::Kind::symbol) && !name.above.empty() && !name.above[0].is(Node::Kind::group) && !at_layer(name) &&
      !name.above[0].word) {
    Node stem = name;
    stem.above.clear();
    if (stands_in(stem, value_node)) fail(value_node, "an equation of a name for its own power");
  }
  // x = (x_1, x_2, ...): what its entries are called.
  if (name.is(Node::Kind::symbol) && value_node.is(Node::Kind::group) && value_node.bare() &&
      value_node.kids[0].is(Node::Kind::list)) {
    const Node& list = value_node.kids[0];
    const bool own = list.kids[0].is_symbol(name.text) && !list.kids[0].below.empty() &&
                     std::ranges::any_of(list.kids, [](const Node& n) { return n.is(Node::Kind::dots); });
    Node reals;
    reals.text = "\\R";
    if (own && !known_symbol(name) && declare(list, reals)) return;
  }
  std::vector<Node> sides{name, value_node};
  if (!implied_sums(sides)) fail(value_node, "which indices are summed over");
  value_node = sides[1];
  std::vector<Expr> written_indices;
  if (const auto open = open_symbol(name, written_indices)) {
    learn_shifted(name, *open, value_node);
    return define_open(name, *open, written_indices, value_node, place);
  }
  Called call;
  if (is_call(name)) {
    call = called(name, value_node);
    name = Node(name.kids[0]);
  }
  const Node whole = value_node;
  const bool over_steps = name.bare() && is_scaled_step_sum(whole);
  if (over_steps) value_node = with_one_step(whole, "", rest_of_steps(label(name), ""));
  if (call.functional) {
    define_function(name, call, value_node, place);
  } else {
    define_name(name, call.decoration, value_node, place);
    if (name.is(Node::Kind::symbol) && !name.below.empty() && known_symbol(name)) {
      free_.clear();
      learn_shifted(name, named(name).e, value_node);
    }
  }
  if (over_steps) learn_step_sum(name, whole);
  // What it is written with are variables.
  for (const std::string& p : call.parameters) {
    if (const Named* known = find(p); known != nullptr && shape(known->symbol).empty() &&
                                      !beside_matrices_.contains(arena_.name(known->symbol)) &&
                                      guessed_.erase(arena_.name(known->symbol)) > 0)
      parameters_.insert(arena_.name(known->symbol));
  }
}

// Writes the sums that a document does not, where it says that an index that stands twice is summed over.
bool Meaning::implied_sums(std::vector<Node>& sides) const {
  if (!summed_from_ || sides[0].begin < *summed_from_) return true;
  return write_sums(sides,
                    [&](const std::string& letter) { return may_be_index(letter) && !layers_.contains(letter); });
}

Meaning::Sides Meaning::equation(const Node& given_left, const Node& given_right) {
  std::vector<Node> sides{given_left, given_right};
  const bool clear = implied_sums(sides);
  const Node &left = sides[0], &right = sides[1];
  free_.clear();
  independent_.reset();
  doubtful_.reset();
  earlier_steps_.clear();
  broadcast_ = false;
  read_steps_of(sides[0], sides[1]);
  Value a = value(left), b = value(right);
  settle_identity(a, shape(b.e));
  settle_identity(b, shape(a.e));
  align(a, b);
  const Shape s = shape(a.e), t = shape(b.e);
  const auto numbers = [&](Expr e) { return symbols(arena_, e).empty(); };
  unify(s, t);
  if (s.size() == 1 && t.size() == 1 && a.row != b.row) throw Mismatch{"one side is a row, the other one a column"};
  if (s != t && !(is_single(arena_, s) && is_single(arena_, t)) && !numbers(a.e) && !numbers(b.e))
    throw Mismatch{fmt::format("the shapes differ: left {}, right {}", print_shape(arena_, s), print_shape(arena_, t))};
  for (const auto& [letter, dimension] : free_) {
    const Expr i = arena_.symbol("index " + letter);
    const bool here = contains(arena_, a.e, i), there = contains(arena_, b.e, i);
    if (here != there && repeats(here ? left : right, letter))
      doubtful_ = fmt::format("whether `{}` is summed over is not said", letter);
  }
  for (const Node* side : {&left, &right}) {
    if (const auto by = added_over_steps(*side))
      doubtful_ = fmt::format("it is not said whether `{}` reaches a step by those before it as well", *by);
  }
  std::optional<std::string> unclear;
  if (total_above_ && (has_partial_above(left) || has_partial_above(right)))
    unclear = "it is not said which derivatives are direct ones";
  if (!clear) unclear = "it is not clear which indices are summed over";
  for (const auto& [step, by] : earlier_steps_) {
    if (!depends(step, by))
      unclear = fmt::format("it is not said whether `{}` depends on `{}` as well", plain(arena_.name(step)),
                            plain(arena_.name(by)));
  }
  Sides out{a.e, b.e, {}, doubtful_, broadcast_ && !conventions_.broadcasts, free_.size(), independent_, unclear};
  const Expr weight = weight_of_cases(left);
  if (!arena_.is_number(weight, 1)) {
    out.left = arena_.mul(weight, out.left);
    out.right = arena_.mul(weight, out.right);
  }
  for (std::size_t k = free_.size(); k-- > 0;) {
    const Expr index = arena_.symbol("index " + free_[k].first);
    out.left = arena_.make(Op::Table, {index, free_[k].second, out.left});
    out.right = arena_.make(Op::Table, {index, free_[k].second, out.right});
  }
  // Names of which nothing is said, on one side only.
  const auto guessed_in = [&](Expr e) {
    std::set<std::string> names;
    for (const Expr x : symbols(arena_, e)) {
      if (guessed_.contains(arena_.name(x))) names.insert(arena_.name(x));
    }
    return names;
  };
  std::set<std::string> defined;
  for (const Definition& d : model_.definitions) defined.merge(guessed_in(d.value));
  std::set<std::string> one = guessed_in(out.left), two = guessed_in(out.right);
  for (const auto& name : one) {
    if (!two.contains(name) && !defined.contains(name)) out.guessed.push_back(name);
  }
  for (const auto& name : two) {
    if (!one.contains(name) && !defined.contains(name)) out.guessed.push_back(name);
  }
  return out;
}

}  // namespace gradus::document

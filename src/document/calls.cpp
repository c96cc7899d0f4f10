// SPDX-License-Identifier: GPL-2.0-or-later
// Functions and what they are applied to.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "document/meaning.h"
#include "gradus/expr/tensor_function.h"

namespace gradus::document {
namespace {

// Whether a name stands somewhere without parentheses behind it.
bool has_bare(const Node& in, const Node& name) {
  bool found = false;
  const auto is = [&](const Node& n) {
    return n.is(Node::Kind::symbol) && n.text == name.text && n.below.size() == name.below.size();
  };
  walk(in, [&](const Node& n) {
    if (n.is(Node::Kind::product)) {
      for (std::size_t k = 0; k < n.kids.size(); ++k) {
        const bool called = k + 1 < n.kids.size() && n.ops[k + 1].empty() && n.kids[k + 1].is(Node::Kind::group);
        found = found || (is(n.kids[k]) && !called);
      }
    } else {
      for (const Node& c : n.kids) found = found || is(c);
    }
    return !found;
  });
  return found;
}

}  // namespace

// Whether what stands in parentheses is what the name was introduced with, but for the letters of its indices.
bool Meaning::matches(const Node& pattern, const Node& n, const std::vector<std::string>& letters,
                      std::map<std::string, Node>& found) {
  if (pattern.is(Node::Kind::symbol) && pattern.bare() && n.bare() &&
      std::ranges::find(letters, pattern.text) != letters.end() &&
      (n.is(Node::Kind::symbol) || n.is(Node::Kind::number))) {
    const auto [it, fresh] = found.emplace(pattern.text, n);
    return fresh || label(it->second) == label(n);
  }
  if (pattern.is(Node::Kind::dots) && n.is(Node::Kind::dots)) return true;
  if (pattern.kind != n.kind || pattern.text != n.text || pattern.primes != n.primes || pattern.ops != n.ops ||
      pattern.kids.size() != n.kids.size() || pattern.below.size() != n.below.size() ||
      pattern.above.size() != n.above.size())
    return false;
  const auto all = [&](const std::vector<Node>& p, const std::vector<Node>& q) {
    for (std::size_t k = 0; k < p.size(); ++k) {
      if (!matches(p[k], q[k], letters, found)) return false;
    }
    return true;
  };
  return all(pattern.kids, n.kids) && all(pattern.below, n.below) && all(pattern.above, n.above);
}

// The function that a symbol names, where it may be applied; nothing for names of values.
std::optional<std::string> Meaning::function_of(const Node& n) {
  if (!n.is(Node::Kind::symbol)) return std::nullopt;
  Node stem = n;
  stem.above.clear();
  stem.primes = 0;
  for (const std::string& key : {base(stem) + label(stem).substr(stem.text.size()), label(stem)}) {
    const Named* known = find(key);
    if (known == nullptr) continue;
    if (known->role == Named::Role::function || known->body) return key;
    return std::nullopt;
  }
  if (arguments_.contains(label(stem))) return std::nullopt;
  if (!n.below.empty() && !n.word) return std::nullopt;
  return function_by_name(n);
}

// A function without its argument: its value at the names that it was introduced with.
std::optional<Value> Meaning::own_value(Named& function, const Node& at) {
  if (!function.decoration || at.primes > 0 || !at.above.empty()) return std::nullopt;
  const Node arguments = *function.decoration;
  const std::string key = base(at) + label(at).substr(at.text.size());
  std::vector<Value> values;
  for (const Node& a : arguments.is(Node::Kind::list) ? arguments.kids : std::vector<Node>{arguments}) {
    if (!a.is(Node::Kind::symbol)) return std::nullopt;
    // \sigma(t) of any t, where it is not differentiated as what depends on t.
    const bool any = !a.bold && function.parameters.size() == 1 && a.text == "t" && !differentiated_.contains(at.text);
    if (any && shape(value(a).e).empty()) return std::nullopt;
    values.push_back(value(a));
  }
  const Value v = apply(key, at, values);
  // It gets a name, by which something can be differentiated.
  const bool names = std::ranges::all_of(values, [&](const Value& a) { return arena_.is(a.e, Op::Symbol); });
  if (function.body || !arguments_.empty() || !names || !shape(v.e).empty()) return v;
  const std::string name = fresh_name(fmt::format("{}({})", at.text, plain(label(arguments))));
  function.value = arena_.symbol(name);
  function.quantity = true;
  model_.introduced.emplace(name, Place{});
  add_definition(name, *function.value, v.e, {});
  for (const Value& a : values) {
    if (guessed_.erase(arena_.name(a.e)) > 0) parameters_.insert(arena_.name(a.e));
  }
  return Value{*function.value, false};
}

// softmax(u_i) of numbers u_1, ..., u_n: what it says of all of them, where the argument depends on one index.
std::optional<Value> Meaning::of_family(const Named& function, const Node& argument, const Node& at) {
  if (!function.body || function.parameters.size() != 1 || !function.decoration) return std::nullopt;
  const Node& parameter = *function.decoration;
  const bool family = parameter.is(Node::Kind::symbol) && parameter.above.empty() && !parameter.below.empty() &&
                      parameter.below[0].is(Node::Kind::symbol) && parameter.below[0].bare() &&
                      indexing_.contains(parameter.below[0].text);
  if (!family) return std::nullopt;
  const Value v = value(argument);
  if (!shape(v.e).empty()) return std::nullopt;
  std::set<Expr> inside;
  for (const Expr s : symbols(arena_, v.e)) inside.insert(s);
  std::optional<std::pair<Expr, Expr>> index;
  for (std::size_t k = bound_.size(); k-- > 0 && !index;) {
    if (inside.contains(bound_[k].index) && bound_[k].dimension) index.emplace(bound_[k].index, *bound_[k].dimension);
  }
  for (const auto& [letter, dimension] : free_) {
    const Expr i = arena_.symbol("index " + letter);
    if (!index && inside.contains(i)) index.emplace(i, dimension);
  }
  if (!index) fail(at, "a function of a family of numbers, applied to one of them");
  const Expr j = entries_->fresh();
  const Expr all = arena_.make(Op::Table, {j, index->second, substitute(arena_, v.e, {{index->first, j}})});
  auto saved = std::exchange(arguments_, {});
  arguments_[base(parameter)] = {all, false};
  bound_.push_back({parameter.below[0].text, index->first, index->second});
  const Node body = *function.body;
  std::optional<Value> out;
  try {
    out = value(body);
  } catch (...) {
    bound_.pop_back();
    arguments_ = std::move(saved);
    throw;
  }
  bound_.pop_back();
  arguments_ = std::move(saved);
  return out;
}

// A function at `k`, and what it is applied to; nothing if there is none. Moves behind it.
std::optional<Value> Meaning::call(const std::vector<Node>& kids, const std::vector<std::string>& ops, std::size_t& k,
                                   std::size_t end) {
  const Node& n = kids[k];
  if (!n.is(Node::Kind::symbol) || n.differential || n.step) return std::nullopt;
  const bool next = k + 1 < end && ops[k + 1].empty();
  const bool parentheses =
      next && kids[k + 1].is(Node::Kind::group) &&
      (kids[k + 1].text == "(" || kids[k + 1].text == "[" || kids[k + 1].text == "{" || kids[k + 1].text == "{}");
  if (parentheses && !settled_calls_.empty()) {
    const auto settled = settled_calls_.find(label(n) + label(kids[k + 1]));
    if (settled != settled_calls_.end()) {
      k += 2;
      return value(settled->second);
    }
  }
  if (parentheses && topics_.contains(Topic::iterates) && !n.above.empty() && n.above[0].is(Node::Kind::number))
    fail(n, "whether this is a power or an iterate");
  // \delta^{[l]} (a^{[l-1]})^T: what stands for a layer is a value.
  if (parentheses && (at_layer(n) || labelled_.contains(n.text)) && n.primes == 0 && !n.step && !function_of(n) &&
      (known_symbol(n) || define_early(n) || define_layer(n)))
    return std::nullopt;
  // A name that is written with what it depends on: L(a, y).
  Node stem = n;
  stem.above.clear();
  stem.primes = 0;
  if (parentheses) {
    for (const std::string& key : {(n.bold ? "*" : "") + label(n), (stem.bold ? "*" : "") + label(stem)}) {
      Named* known = find(key);
      if (known == nullptr && define_early(stem, true)) known = find(key);
      if (known == nullptr || !known->decoration || !known->quantity) continue;
      if (n.primes > 0 && (!known->body || n.primes > 1 || !kids[k + 1].kids[0].is(Node::Kind::symbol))) continue;
      std::map<std::string, Node> letters;
      if (!matches(*known->decoration, kids[k + 1].kids[0], known->implicit, letters)) continue;
      const Node& g = kids[k + 1];
      k += 2;
      Node rest = g;
      rest.below.clear();
      Value v = value_of(*known, {}, key, letters);
      if (n.primes > 0) v = derivative_of(v, g.kids[0], n);
      if (key == (stem.bold ? "*" : "") + label(stem)) {
        Node power = n;
        power.below.clear();
        power.primes = 0;
        v = powers(v, power);
      }
      return powers(v, rest);
    }
  }
  // softmax_k(z)
  if (parentheses && n.below.size() == 1 && n.primes == 0) {
    Node without = stem;
    without.below.clear();
    const std::string key = base(without);
    if (find(key) == nullptr) define_early(without, true);
    if (Named* known = find(key); known != nullptr && known->decoration && known->decoration->is(Node::Kind::list)) {
      Node all;
      all.kind = Node::Kind::list;
      all.kids = {n.below[0], kids[k + 1].kids[0]};
      std::map<std::string, Node> letters;
      if (matches(*known->decoration, all, known->implicit, letters)) {
        Node power = n, rest = kids[k + 1];
        power.below.clear();
        rest.below.clear();
        k += 2;
        return powers(powers(value_of(*known, {}, key, letters), power), rest);
      }
    }
  }
  if (n.word && !parentheses && find(n.text) == nullptr && n.below.empty() && !function_of(n)) define_early(stem, true);
  std::optional<std::string> function = function_of(n);
  std::string name = function.value_or("");
  // \sigma(1 - \sigma): a number that is called as the function is, times what stands in parentheses
  if (function && parentheses && n.primes == 0) {
    if (const Named* known = find(name); known != nullptr && known->quantity && has_bare(kids[k + 1], n)) {
      ++k;
      return powers(named(stem), n);
    }
  }
  // p_\theta(x): a subscript that is no index belongs to the name.
  const bool plain_name = n.below.empty() || (n.below[0].is(Node::Kind::symbol) && n.below[0].bare() && !n.word &&
                                              !indexing_.contains(n.below[0].text) && !is_index(n.below[0].text));
  if (!function && parentheses && find((n.bold ? "*" : "") + label(stem)) == nullptr && plain_name) {
    const bool usual = is_function_letter(n.text) || n.primes > 0 || called_.contains(n.text);
    const Node& inside = kids[k + 1].kids[0];
    const bool of_vectors = of_vectors_.contains((n.bold ? "*" : "") + label(stem));
    const bool names = of_vectors || inside.is(Node::Kind::list) ||
                       ((!usual || !n.below.empty()) &&
                        (inside.is(Node::Kind::symbol) ||
                         (inside.is(Node::Kind::product) && inside.kids.size() == 2 &&
                          inside.kids[0].is(Node::Kind::symbol) && inside.kids[1].is(Node::Kind::group))));
    // Of one number: a function. Of vectors, or of several things: a number that depends on them.
    bool one = usual && !of_vectors && n.below.empty() && !inside.is(Node::Kind::list);
    if (names && !n.bold && !n.word && n.below.empty() && inside.is(Node::Kind::symbol) && !is_index(n.text)) {
      const auto saved = free_;
      if (!known_symbol(inside)) declare_from_behind(inside);  // L(w), "with w in ..."
      try {
        one = shape(value(inside).e).empty() && !is_quantity(n.text);
      } catch (const NotRead&) {
      }
      free_ = saved;
      if (is_quantity(n.text) && is_index(inside.text))
        fail(inside, fmt::format("what `{}` runs over is not known", inside.text));
    }
    if (names && !one && !n.bold && !n.word && n.primes == 0 && kids[k + 1].text == "(" && !is_index(n.text)) {
      if (auto v = unspecified(stem, inside)) {
        Node power = n, rest = kids[k + 1];
        power.below.clear();
        rest.below.clear();
        k += 2;
        return powers(powers(*v, power), rest);
      }
    }
    if (one && !n.bold) {
      const auto said = said_functions_.find(n.text);
      const bool certain = said != said_functions_.end() && said->second != any_function;
      if (certain || (n.text == "\\sigma" && said == said_functions_.end() && !any_function_.contains(n.text))) {
        name = certain ? said->second : "sigmoid";
        const std::string reading =
            fmt::format("read `{}` as {}", n.text, name == "sigmoid" ? "the logistic sigmoid" : name);
        report(reading);
      } else {
        Named f;
        f.role = Named::Role::function;
        f.guessed = true;
        Named& made = introduce(n.text, f, {}, {});
        if (!any_function_.contains(n.text)) guessed_functions_.insert(arena_.name(made.symbol));
        model_.functions.push_back({arena_.name(made.symbol), {arena_.symbol("t")}, std::nullopt, {}});
        report(fmt::format("read `{}` as a differentiable function that is not specified", n.text));
        name = n.text;
      }
      function = name;
    } else if (n.word) {
      fail(n, fmt::format("it is not said what `{}` is", n.text));
    }
  }
  if (!function && n.bare() && (n.text == "const" || n.text == "Const" || n.text == "constant")) {
    ++k;
    return constant(n);
  }
  if (!function) {
    // Bold \phi(x): a function with vectors for values, and no product.
    if (n.bold && parentheses && n.text.starts_with('\\') && is_function_letter(n.text) && !known_symbol(stem) &&
        !later_.contains("*" + label(stem)) && !later_sets_.contains("*" + label(stem)))
      fail(n, fmt::format("it is not said what `{}` is", plain(label(stem))));
    if (n.word && find(n.text) == nullptr && find("*" + n.text) == nullptr && n.below.empty())
      fail(n, fmt::format("it is not said what `{}` is", n.text));
    return std::nullopt;
  }
  Node outside = n;  // powers of the function: \tanh^2(x)
  outside.below.clear();
  outside.primes = 0;
  if ((name == "max" || name == "min") && find(name) == nullptr && next && n.above.empty() && n.primes == 0) {
    const bool over_index = !n.below.empty();
    const bool list = kids[k + 1].is(Node::Kind::group) && kids[k + 1].kids[0].is(Node::Kind::list);
    if (over_index || (parentheses && !list)) {
      const Node& g = kids[k + 1];
      const Node& inside = g.is(Node::Kind::group) && g.bare() && !list ? g.kids[0] : g;
      if (auto v = largest(n, inside, over_index)) {
        k += 2;
        return *v;
      }
    }
  }
  const bool entry_of_vector = !n.below.empty() && n.word && find(name) == nullptr && tensor_function(name) != nullptr;
  if (!n.below.empty() && n.word && find(name) == nullptr && !entry_of_vector) {
    const std::string b = label(n.below[0]);
    if (name == "ln" && b == "2") {
      name = "log2";
    } else if (name == "ln" && b == "10") {
      name = "log10";
    } else if (!(name == "ln" && b == "e")) {
      fail(n, fmt::format("`{}` with this subscript", n.text));
    }
  }
  if (!n.above.empty() && n.above[0].is(Node::Kind::sum)) fail(n, "the inverse of a function");
  if (parentheses) {
    const Node& g = kids[k + 1];
    k += 2;
    if (const Named* known = find(name); known != nullptr && n.primes == 0 && g.bare() && n.above.empty()) {
      if (auto v = of_family(*known, g.kids[0], n)) return v;
    }
    std::vector<Value> arguments;
    const Node& inside = g.kids[0];
    const bool entries = name == "diag" && find(name) == nullptr;
    if (inside.is(Node::Kind::list) && entries) {
      arguments.push_back(vector(inside));
    } else if (inside.is(Node::Kind::list)) {
      for (const Node& a : inside.kids) arguments.push_back(value(a));
    } else {
      arguments.push_back(value(inside));
    }
    Value v = apply(name, n, arguments);
    if (!g.below.empty() || entry_of_vector) {  // softmax(z)_j, softmax_j(z)
      const std::vector<Node> parts = components(g.below.empty() ? n.below[0] : g.below[0]);
      const Shape s = shape(v.e);
      if (parts.size() != s.size()) fail(g, "a subscript of what has no entries");
      std::vector<Expr> where;
      for (std::size_t j = 0; j < parts.size(); ++j) {
        const auto i = index(parts[j], s[j]);
        if (!i) fail(parts[j], "this index");
        where.push_back(*i);
      }
      v = {entry(v.e, where), false};
    }
    Node behind = g;
    behind.below.clear();
    return powers(powers(v, outside), behind);
  }
  if (!n.word || !next) {
    if (!n.word) return std::nullopt;
    fail(n, fmt::format("`{}` of nothing", n.text));
  }
  // What stands next, without parentheses; a number and the letters behind it; \sin kx.
  ++k;
  const auto is_letter = [&](std::size_t at) {
    return at < end && kids[at].is(Node::Kind::symbol) && !kids[at].word && !is_d(kids[at]);
  };
  const bool number = kids[k].is(Node::Kind::number);
  const bool letters = is_letter(k) && is_letter(k + 1) && ops[k + 1].empty() && takes_letters(name, kids[k]);
  std::size_t stop = end;
  Value argument = factor(kids, ops, k, stop);
  // tr A B
  while ((name == "tr" || name == "det") && k < end && ops[k].empty())
    argument = multiply(argument, factor(kids, ops, k, end), "");
  while ((number || letters) && is_letter(k) && ops[k].empty())
    argument = multiply(argument, factor(kids, ops, k, end), "");
  return powers(apply(name, n, {argument}), outside);
}

}  // namespace gradus::document

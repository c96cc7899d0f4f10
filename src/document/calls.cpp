// SPDX-License-Identifier: GPL-2.0-or-later
// Functions and what they are applied to.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "document/meaning.h"
#include "gradus/expr/tensor_function.h"

namespace gradus::document {
namespace {

// Letters that stand for functions where they stand before parentheses and nothing else is said of them.
constexpr auto function_letters =
    std::to_array<std::string_view>({"f", "g", "h", "F", "G", "\\phi", "\\psi", "\\sigma", "\\varphi"});

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
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
  if (n.word) {
    const std::string name = engine_.catalogue.functions.canonical(n.text == "lg" ? "log10" : lowered(n.text));
    if (engine_.catalogue.functions.has_name(name) || tensor_function(name) != nullptr || name == "tr") return name;
    return std::nullopt;
  }
  return std::nullopt;
}

Value Meaning::apply(const std::string& function, const Node& at, const std::vector<Value>& given) {
  std::vector<Value> arguments = given;
  if (Named* known = find(function)) {
    if (known->body) {
      // A function of tensors: what it says of its arguments.
      if (at.primes > 0) fail(at, "the derivative of this function");
      if (known->parameters.size() != arguments.size()) fail(at, "another number of arguments");
      auto saved = std::exchange(arguments_, {});
      for (std::size_t k = 0; k < arguments.size(); ++k) arguments_[known->parameters[k]] = arguments[k];
      const Node body = *known->body;
      Value out;
      try {
        out = value(body);
      } catch (...) {
        arguments_ = std::move(saved);
        throw;
      }
      arguments_ = std::move(saved);
      return out;
    }
    const ModelFunction* f = model_.function(arena_.name(known->symbol));
    if (f == nullptr || f->parameters.size() != arguments.size()) fail(at, "another number of arguments");
  }
  const std::string name = find(function) != nullptr ? arena_.name(find(function)->symbol)
                           : function == "tr"        ? "trace"
                                                     : function;
  std::vector<Expr> parts;
  for (const Value& v : arguments) parts.push_back(v.e);
  const std::string primes(static_cast<std::size_t>(at.primes), '\'');
  if (const TensorFunction* t = tensor_function(name); t != nullptr && find(function) == nullptr) {
    if (t->arguments != parts.size() || at.primes > 0) fail(at, fmt::format("`{}` of this", name));
    if (shape(parts[0]).empty()) fail(at, fmt::format("`{}` of a number", name));
    return {arena_.call(t->name, parts), arguments[0].row};
  }
  if (find(function) == nullptr) {
    if (engine_.catalogue.functions.find(name, parts.size()) == nullptr) {
      if (parts.size() > 2 && (name == "max" || name == "min")) fail(at, "more than two arguments");
      fail(at, fmt::format("`{}` of {} arguments", name, parts.size()));
    }
  }
  bool row = false;
  for (const Value& v : arguments) row = row || v.row;
  return {arena_.call(name + primes, parts), row};
}

// A function at `k`, and what it is applied to; nothing if there is none. Moves behind it.
std::optional<Value> Meaning::call(const std::vector<Node>& kids, const std::vector<std::string>& ops, std::size_t& k,
                                   std::size_t end) {
  const Node& n = kids[k];
  if (!n.is(Node::Kind::symbol)) return std::nullopt;
  const bool next = k + 1 < end && ops[k + 1].empty();
  const bool parentheses =
      next && kids[k + 1].is(Node::Kind::group) &&
      (kids[k + 1].text == "(" || kids[k + 1].text == "[" || kids[k + 1].text == "{" || kids[k + 1].text == "{}");
  // A name that is written with what it depends on: L(a, y).
  Node stem = n;
  stem.above.clear();
  stem.primes = 0;
  if (parentheses) {
    for (const std::string& key : {(n.bold ? "*" : "") + label(n), (stem.bold ? "*" : "") + label(stem)}) {
      Named* known = find(key);
      if (known == nullptr && define_early(stem)) known = find(key);
      if (known == nullptr || !known->decoration || n.primes > 0 || !known->quantity) continue;
      std::map<std::string, Node> letters;
      if (!matches(*known->decoration, kids[k + 1].kids[0], known->implicit, letters)) continue;
      const Node& g = kids[k + 1];
      k += 2;
      Node rest = g;
      rest.below.clear();
      Value v = value_of(*known, {}, key, letters);
      if (key == (stem.bold ? "*" : "") + label(stem)) {
        Node power = n;
        power.below.clear();
        v = powers(v, power);
      }
      return powers(v, rest);
    }
  }
  std::optional<std::string> function = function_of(n);
  std::string name = function.value_or("");
  if (!function && parentheses && find((n.bold ? "*" : "") + label(stem)) == nullptr && n.below.empty()) {
    const bool usual = std::ranges::find(function_letters, n.text) != function_letters.end() || n.primes > 0;
    if (usual && !n.bold) {
      if (n.text == "\\sigma") {
        name = "sigmoid";
        if (readings_.empty() ||
            std::ranges::find(readings_, "read `\\sigma` as the logistic sigmoid") == readings_.end())
          readings_.emplace_back("read `\\sigma` as the logistic sigmoid");
      } else {
        Named f;
        f.role = Named::Role::function;
        Named& made = introduce(n.text, f, {}, {});
        model_.functions.push_back({arena_.name(made.symbol), {arena_.symbol("t")}, std::nullopt, {}});
        readings_.push_back(fmt::format("read `{}` as a differentiable function that is not specified", n.text));
        name = n.text;
      }
      function = name;
    } else if (n.word) {
      fail(n, fmt::format("it is not said what `{}` is", n.text));
    }
  }
  if (!function) {
    if (n.word && find(n.text) == nullptr && find("*" + n.text) == nullptr && n.below.empty())
      fail(n, fmt::format("it is not said what `{}` is", n.text));
    return std::nullopt;
  }
  Node outside = n;  // powers of the function: \tanh^2(x)
  outside.below.clear();
  outside.primes = 0;
  if (!n.below.empty() && n.word && find(name) == nullptr) {
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
    std::vector<Value> arguments;
    const Node& inside = g.kids[0];
    if (inside.is(Node::Kind::list)) {
      for (const Node& a : inside.kids) arguments.push_back(value(a));
    } else {
      arguments.push_back(value(inside));
    }
    Value v = apply(name, n, arguments);
    if (!g.below.empty()) {  // softmax(z)_j
      Node whole = g;
      whole.above.clear();
      const std::vector<Node> parts = components(g.below[0]);
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
  // What stands next, without parentheses; a number and the letters behind it.
  ++k;
  const bool number = kids[k].is(Node::Kind::number);
  std::size_t stop = end;
  Value argument = factor(kids, ops, k, stop);
  while (number && k < end && ops[k].empty() && kids[k].is(Node::Kind::symbol) && !kids[k].word)
    argument = multiply(argument, factor(kids, ops, k, end), "");
  return powers(apply(name, n, {argument}), outside);
}

}  // namespace gradus::document

// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers, names, fractions, powers and what stands in parentheses.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {
namespace {

constexpr int deepest_expression = 300;

}  // namespace

Value Meaning::value(const Node& n) {
  struct Depth {
    int& d;
    explicit Depth(int& depth) : d(depth) { ++d; }
    ~Depth() { --d; }
  } const depth(depth_);
  if (depth_ > deepest_expression) fail(n, "the formula is nested too deeply");
  Value out;
  switch (n.kind) {
    case Node::Kind::number: {
      if (is_ones(n)) return powers(ones(n), n);
      if (n.text.size() > 40) fail(n, "a number of this length");
      const std::size_t point = n.text.find('.');
      std::string digits = n.text;
      if (point != std::string::npos) digits.erase(point, 1);
      const cln::cl_I all(digits.c_str());
      const Rational r = point == std::string::npos
                             ? Rational(all)
                             : all / cln::expt_pos(cln::cl_I(10), static_cast<uintL>(n.text.size() - point - 1));
      out = {arena_.number(r), false};
      if (!n.below.empty()) return {indicator(n), false};
      break;
    }
    case Node::Kind::symbol:
      return symbol(n);
    case Node::Kind::group:
      return group(n);
    case Node::Kind::sum:
      return sum(n);
    case Node::Kind::product:
      return factors(n.kids, n.ops, 0, n.kids.size());
    case Node::Kind::fraction:
      if (const auto d = derivative(n)) {
        if (!d->of) fail(n, "what is differentiated is missing");
        Value v = value(*d->of);
        for (const Node& by : d->by) v = total_ && d->partial ? direct(v, by, n) : derivative_of(v, by, n);
        out = v;
      } else {
        // What stands below is read first: its sums say what has indices.
        const Value below = value(n.kids[1]), above = value(n.kids[0]);
        out = divide(above, below);
      }
      break;
    case Node::Kind::root: {
      const Value v = value(n.kids[0]);
      if (n.kids.size() > 1) {
        out = {arena_.pow(scalar(v, n), arena_.reciprocal(scalar(value(n.kids[1]), n))), false};
      } else {
        out = {arena_.call("sqrt", {v.e}), v.row};
      }
      break;
    }
    case Node::Kind::big: {
      if (!n.kids.empty()) return big(n);
      Node name = n;
      name.kind = Node::Kind::symbol;
      name.text = "\\" + n.text;
      return symbol(name);
    }
    case Node::Kind::cases:
      return cases(n);
    case Node::Kind::matrix:
      out = matrix(n);
      break;
    case Node::Kind::list:
      out = vector(n);
      break;
    case Node::Kind::dots:
      fail(n, "dots");
    case Node::Kind::relation:
      fail(n, "a relation within a formula");
  }
  return powers(out, n);
}

Expr Meaning::scalar(const Value& v, const Node& n) {
  const Shape& s = shape(v.e);
  if (s.empty()) return v.e;
  if (is_single(arena_, s)) return entry(v.e, std::vector<Expr>(s.size(), arena_.number(1)));
  fail(n, "a number is expected here");
}

Expr Meaning::entry(Expr e, const std::vector<Expr>& indices) { return entries_->at(e, indices); }

// What stands above and behind: transposes, powers, primes.
Value Meaning::powers(Value v, const Node& n) {
  if (n.primes > 0) {
    if (n.primes > 1) fail(n, "more than one prime");
    v = primed(v, n);
  }
  if (n.above.empty()) return v;
  const Node& up = n.above[0];
  if (is_transpose(up)) return transposed(v);
  if (up.is(Node::Kind::product) && up.kids.size() == 2 && is_transpose(up.kids[1])) {
    Node inner = n;
    inner.primes = 0;
    inner.above = {up.kids[0]};
    return transposed(powers(v, inner));
  }
  if (const auto inverse = inverse_of(v, n)) return *inverse;
  const bool layer = numbered_above_ && n.is(Node::Kind::symbol) && up.is(Node::Kind::number);
  if (layer) fail(n, "whether this is a power");
  const Value exponent = value(up);
  if (!shape(exponent.e).empty()) fail(up, "an exponent that is no number");
  if (const Shape s = shape(v.e); s.size() == 2) {
    const auto inferred = [&](Expr d) { return arena_.is(d, Op::Symbol) && inferred_.contains(arena_.name(d)); };
    if (s[0] == s[1] && up.is(Node::Kind::number) && up.text.size() == 1 && up.text[0] >= '2' && up.text[0] <= '4' &&
        !conventions_.entrywise && !topics_.contains(Topic::entries) && !topics_.contains(Topic::broadcasting)) {
      Expr out = v.e;
      for (char k = '1'; k < up.text[0]; ++k) out = arena_.make(Op::MatMul, {out, v.e});
      return {out, v.row};
    }
    if (s[0] == s[1] || inferred(s[0]) || inferred(s[1])) fail(n, "powers of matrices");
  }
  return {arena_.pow(v.e, exponent.e), v.row};
}

Value Meaning::transposed(Value v) {
  const Shape s = shape(v.e);
  if (s.empty()) {
    seem_tensors(v.e);
    return v;
  }
  if (s.size() == 1) return {v.e, !v.row};
  if (arena_.is(v.e, Op::Transpose)) return {arena_.child(v.e, 0), false};
  return {arena_.make(Op::Transpose, {v.e}), false};
}

Value Meaning::symbol(const Node& n) {
  // A name may have what looks like a power or a prime in it.
  const std::string own = label(n);
  for (const std::string& key : {(n.bold ? "*" : "") + own, (n.bold ? "" : "*") + own}) {
    const Named* known = find(key);
    if (known != nullptr && known->role != Named::Role::function) {
      Node whole = n;
      whole.text = own;
      whole.below.clear();
      whole.above.clear();
      whole.primes = 0;
      Node as_is = n;
      as_is.primes = 0;
      if (n.primes > 0) return named(whole);
      return named(n);
    }
  }
  if (n.primes > 0 && !n.above.empty()) {  // x'^2 of a name x'
    Node inner = n, outer = n;
    inner.above.clear();
    outer.below.clear();
    outer.primes = 0;
    const Named* known = find((n.bold ? "*" : "") + label(inner));
    if (known != nullptr && known->role != Named::Role::function) return powers(symbol(inner), outer);
  }
  if (n.primes > 0 && !n.below.empty()) {  // p'_k of a family p'
    Node whole = n;
    whole.text += std::string(static_cast<std::size_t>(n.primes), '\'');
    whole.primes = 0;
    if (auto e = entry_of_tensor(whole, components(n.below[0]))) return *e;
  }
  Node stem = n;
  stem.primes = 0;
  Node rest = n;
  rest.below.clear();
  const bool e = n.text == "e" && !e_is_a_name_ && n.below.empty() && !n.bold && find("e") == nullptr && n.primes == 0;
  if (e && n.above.empty()) return {arena_.constant("e"), false};
  if (e && !is_transpose(n.above[0])) {
    const Value exponent = value(n.above[0]);
    return {arena_.call("exp", {exponent.e}), exponent.row};
  }
  if (n.text == "\\pi" && n.below.empty() && find("\\pi") == nullptr) {
    rest.text.clear();
    return powers({arena_.constant("pi"), false}, n);
  }
  const bool one =
      (n.text == "\\delta" || n.text == "\\mathbb{1}" || n.text == "\\mathbf{1}" || n.text == "\\mathbb{I}") &&
      !n.below.empty();
  if (one && n.below[0].is(Node::Kind::relation)) return powers({indicator(n), false}, rest);
  if (is_kronecker(n)) return {indicator(n), false};
  if (!n.above.empty()) {
    const Node& up = n.above[0];
    if (has_label(n) || declare_early(n) || define_early(n)) return named(stem);
    if (up.is(Node::Kind::product) && up.kids.size() == 2 && is_transpose(up.kids[1])) {
      stem.above = {up.kids[0]};
      return transposed(symbol(stem));
    }
    const auto is_label = [](const Node& p) { return p.is(Node::Kind::group) && (p.text == "(" || p.text == "["); };
    const bool several = up.is(Node::Kind::product) && up.bare() && std::ranges::all_of(up.kids, is_label);
    const bool word = up.is(Node::Kind::symbol) && up.word && up.text.size() > 1;  // w^{\text{new}}
    const bool label_above = is_label(up) || several || word;                      // a^{[2](i)}
    if (!label_above) {
      stem.above.clear();
      return powers(named(stem), rest);
    }
  }
  rest.above.clear();
  return powers(named(stem), rest);
}

// Whether a name with this label above it is known: U^L.
bool Meaning::has_label(const Node& n) const {
  if (n.above.empty()) return false;
  if (at_layer(n) || (labelled_.contains(n.text) && n.above[0].is(Node::Kind::symbol) && !is_transpose(n.above[0])))
    return true;
  const std::string up = label(n.above[0]), suffix = up.size() == 1 ? "^" + up : "^{" + up + "}";
  const std::string braced = "^{" + up + "}";
  return std::ranges::any_of(names_, [&](const auto& named) {
    const std::string key = plain(named.first);
    return key.starts_with(n.text) && (key.ends_with(suffix) || key.ends_with(braced)) &&
           (key.size() <= n.text.size() + suffix.size() + 2 || key[n.text.size()] == '_');
  });
}

Value Meaning::group(const Node& n) {
  if (n.kids.empty()) fail(n, "nothing stands in these parentheses");
  const Node& inside = n.kids[0];
  const char open = n.text[0];
  if (n.text == "[" && inside.is(Node::Kind::relation)) return powers({indicator(inside), false}, n);
  if (n.text == "langle" && inside.is(Node::Kind::list) && inside.kids.size() == 2) {
    const Value a = value(inside.kids[0]), b = value(inside.kids[1]);
    const Shape s = shape(a.e), t = shape(b.e);
    unify(s, t);
    if (s != t)
      throw Mismatch{fmt::format("the shapes differ: {} and {} have an inner product", print_shape(arena_, s),
                                 print_shape(arena_, t))};
    const Expr product = arena_.mul(a.e, b.e);
    return powers({s.empty() ? product : arena_.call("sum", {product}), false}, n);
  }
  if (inside.is(Node::Kind::list)) {  // a tuple is a column, however it lies on the page
    Node rest = n;
    if (!rest.above.empty() && is_transpose(rest.above[0])) rest.above.clear();
    return powers(vector(inside), rest);
  }
  Value v = value(inside);
  const bool bars = open == '|' || n.text == "Vert" || n.text == "lVert" || n.text == "lvert" || n.text == "vert";
  if (n.text == "langle") fail(n, "angle brackets");
  if (n.text != "(" && n.text != "{}" && !bars && topics_.contains(Topic::other_brackets)) fail(n, "these brackets");
  if (bars) {
    const Shape s = shape(v.e);
    const bool says_two = s.size() == 1 && !n.below.empty() && n.below[0].is(Node::Kind::number);  // |x|_2
    if (!s.empty() && topics_.contains(Topic::other_norm) && !says_two) fail(n, "this norm");
    if (!n.below.empty()) {
      const Node& kind = n.below[0];
      const bool euclidean = kind.bare() && ((kind.is(Node::Kind::number) && kind.text == "2") || kind.is_symbol("F"));
      if (!euclidean) fail(n, "this norm");
    }
    if (s.empty()) {
      if (open != '|' && n.text.find("Vert") != std::string::npos) seem_tensors(v.e);
      v = {arena_.call("abs", {v.e}), false};
    } else if (n.text == "|" && s.size() == 2 && s[0] == s[1] && n.below.empty()) {
      if (!n.above.empty()) fail(n, "whether this is a determinant or a norm");
      v = {arena_.call("det", {v.e}), false};
    } else {
      // Its square has a derivative everywhere.
      const bool squared = !n.above.empty() && n.above[0].is(Node::Kind::number) && n.above[0].text == "2";
      if (squared) return {arena_.call("sum", {arena_.pow(v.e, arena_.number(2))}), false};
      v = {arena_.call("norm", {v.e}), false};
    }
    Node rest = n;
    rest.below.clear();
    return powers(v, rest);
  }
  if (!n.below.empty()) {  // (XB)_{nk}
    const std::vector<Node> parts = components(n.below[0]);
    const Shape s = shape(v.e);
    if (parts.size() != s.size()) fail(n, "a subscript of what has no entries");
    std::vector<Expr> where;
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const auto i = index(parts[k], s[k]);
      if (!i) fail(parts[k], "this index");
      where.push_back(*i);
    }
    v = {entry(v.e, where), false};
  }
  return powers(v, n);
}

}  // namespace gradus::document

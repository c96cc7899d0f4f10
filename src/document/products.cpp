// SPDX-License-Identifier: GPL-2.0-or-later
// Sums, products and quotients.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {
namespace {

constexpr std::size_t most_nodes = 200'000;  // of a side

// Whether a letter stands in a subscript (or a label above) of a part that does not bind it.
bool mentions(const Node& n, const std::string& letter) {
  bool found = false;
  walk(n, [&](const Node& part) {
    if (found) return false;
    if (part.is(Node::Kind::big) && !part.below.empty()) {
      bool binds = false;
      walk(part.below[0], [&](const Node& s) {
        binds = binds || (s.is_symbol(letter) && s.bare());
        return true;
      });
      if (binds) return false;
    }
    for (const auto* scripts : {&part.below, &part.above}) {
      if (part.is(Node::Kind::big)) continue;
      if (scripts == &part.above && (scripts->empty() || !(*scripts)[0].is(Node::Kind::group))) continue;
      for (const Node& s : *scripts) {
        walk(s, [&](const Node& inner) {
          found = found || (inner.is_symbol(letter) && inner.bare());
          return true;
        });
      }
    }
    return !found;
  });
  return found;
}

// The letters that a sum runs over.
std::vector<std::string> letters_of(const Node& n) {
  std::vector<std::string> out;
  if (n.below.empty()) return out;
  const auto item = [&](const Node& i) {
    const Node& first = i.is(Node::Kind::relation) ? i.kids[0] : i;
    if (first.is(Node::Kind::symbol)) out.push_back(first.text);
  };
  if (n.below[0].is(Node::Kind::list)) {
    for (const Node& i : n.below[0].kids) item(i);
  } else {
    item(n.below[0]);
  }
  return out;
}

// The sum at the end of a term.
Node* last_big(Node& term) {
  if (term.is(Node::Kind::big)) return term.kids.empty() ? nullptr : &term;
  if (term.is(Node::Kind::product)) return last_big(term.kids.back());
  return nullptr;
}

}  // namespace

// A scalar with the identity in it, as the matrix that it is.
void Meaning::settle_identity(Value& v, const Shape& beside) {
  if (!identity_ || !contains(arena_, v.e, *identity_)) return;
  const Shape own = shape(v.e);
  if (own.empty() && beside.size() == 2 && beside[0] == beside[1]) {
    const Expr rest = substitute(arena_, v.e, {{*identity_, arena_.number(1)}});
    v = over_indices(beside, false,
                     [&](const std::vector<Expr>& i) { return arena_.mul(entries_->delta(i[0], i[1]), rest); });
  } else if (!own.empty()) {
    v.e = substitute(arena_, v.e, {{*identity_, arena_.number(1)}});
  }
}

// A column or a row as a matrix, beside a matrix that is one.
void Meaning::align(Value& a, Value& b) {
  const auto lies = [&](const Value& v) {
    const Shape s = shape(v.e);
    return s.size() == 2 && arena_.is_number(s[0], 1) != arena_.is_number(s[1], 1);
  };
  const auto raise = [&](Value& v, const Value& beside) {
    const Shape s = shape(v.e);
    if (s.size() != 1 || !lies(beside)) return;
    const Expr of = v.e, one = arena_.number(1);
    v = v.row ? over_indices({one, s[0]}, false, [&](const std::vector<Expr>& i) { return entry(of, {i[1]}); })
              : over_indices({s[0], one}, false, [&](const std::vector<Expr>& i) { return entry(of, {i[0]}); });
  };
  raise(a, b);
  raise(b, a);
}

// Whether sizes are equal, or 1 where they stretch.
bool Meaning::stretch(const Shape& s, const Shape& t) const {
  if (s.size() != 2 || t.size() != 2) return false;
  for (std::size_t k = 0; k < 2; ++k) {
    if (s[k] != t[k] && !arena_.is_number(s[k], 1) && !arena_.is_number(t[k], 1)) return false;
  }
  return true;
}

Value Meaning::add(Value a, Value b, bool minus) {
  settle_identity(a, shape(b.e));
  settle_identity(b, shape(a.e));
  align(a, b);
  Shape s = shape(a.e), t = shape(b.e);
  if (s.empty() != t.empty() || is_single(arena_, s) != is_single(arena_, t)) {
    if (const Expr number = s.empty() ? a.e : b.e; s.empty() != t.empty() && arena_.is(number, Op::Symbol))
      seem_tensors(number);
    // Constants stand for themselves at every entry; other numbers where the text says so.
    const auto names = symbols(arena_, s.empty() ? a.e : b.e);
    broadcast_ = broadcast_ || (s.empty() != t.empty() && std::ranges::any_of(names, [&](Expr n) {
                                  return std::ranges::find(model_.dims, n) == model_.dims.end();
                                }));
  } else if (s.size() == t.size()) {
    if (s.size() == 1 && a.row != b.row) throw Mismatch{"a row and a column are added"};
    if (!stretch(s, t)) unify(s, t);
    if (s != t && !stretch(s, t))
      throw Mismatch{
          fmt::format("the shapes differ: {} and {} are added", print_shape(arena_, s), print_shape(arena_, t))};
  } else if (s.size() == 2 && t.size() == 1) {  // a column for every example
    const std::size_t axis = b.row ? 1 : 0;
    unify(s[axis], t[0]);
    if (s[axis] != t[0])
      throw Mismatch{
          fmt::format("the shapes differ: {} and {} are added", print_shape(arena_, s), print_shape(arena_, t))};
    const Expr of = b.e;
    b = over_indices(s, false, [&](const std::vector<Expr>& i) { return entry(of, {i[axis]}); });
  } else {
    throw Mismatch{
        fmt::format("the shapes differ: {} and {} are added", print_shape(arena_, s), print_shape(arena_, t))};
  }
  return {minus ? arena_.sub(a.e, b.e) : arena_.add(a.e, b.e), s.empty() ? b.row : a.row};
}

// The one index that stands in a term.
std::optional<Expr> Meaning::special_index(const Node& term, Expr dimension) {
  std::set<std::string> letters;
  std::optional<Node> at;
  walk(term, [&](const Node& part) {
    for (const Node& b : part.is(Node::Kind::big) ? std::vector<Node>{} : part.below) {
      for (const Node& c : components(b)) {
        const bool letter = c.is(Node::Kind::symbol) && c.bare() && !c.word && c.text.size() == 1;
        if (!letter || (find(c.text) != nullptr && !is_index(c.text))) continue;
        letters.insert(c.text);
        at = c;
      }
    }
    return true;
  });
  return letters.size() == 1 ? index(*at, dimension) : std::nullopt;
}

Value Meaning::sum(const Node& n) {
  // x_1 + x_2 + ... + x_n
  for (std::size_t k = 0; k < n.kids.size(); ++k) {
    if (!n.kids[k].is(Node::Kind::dots)) continue;
    if (k == 0 || k + 1 >= n.kids.size() || n.ops[k] != n.ops[k + 1]) fail(n.kids[k], "dots");
    // ... + s + ...: the term of one index is another one.
    const bool special = k + 3 < n.kids.size() && n.kids[k + 2].is(Node::Kind::dots) && n.ops[k] == "+" &&
                         n.ops[k + 2] == "+" && n.ops[k + 3] == "+";
    const std::size_t last = special ? k + 3 : k + 1;
    // The longest run of terms that goes on as it began: from the first index, or from where others stand before it.
    std::size_t first = k;
    std::optional<Series> found;
    for (std::size_t from = k - std::min<std::size_t>(k, 4); from < k && !found; ++from) {
      const std::vector<Node> before(n.kids.begin() + static_cast<std::ptrdiff_t>(from),
                                     n.kids.begin() + static_cast<std::ptrdiff_t>(k));
      // All have the sign of the last one.
      const auto minus = [&](std::size_t j) { return n.ops[j] == "-"; };
      bool same = true;
      for (std::size_t j = from; j < k; ++j) same = same && minus(j) == minus(last);
      if (!same) continue;
      found = series(before, n.kids[last]);
      if (found && found->start > 1 && before.size() == 1 && found->start != static_cast<long>(from) + 1) found.reset();
      first = from;
    }
    if (!found) fail(n.kids[k], "dots");
    Node all = n;
    Value total_value = total(*found);
    const bool negative = n.ops[k + 1] == "-";
    if (special) {
      const auto at = special_index(n.kids[k + 1], found->dimension);
      if (!at) fail(n.kids[k + 1], "of which index this term is");
      total_value = add(add(total_value, at_index(*found, *at), true), value(n.kids[k + 1]), false);
    }
    all.kids.erase(all.kids.begin() + static_cast<std::ptrdiff_t>(first),
                   all.kids.begin() + static_cast<std::ptrdiff_t>(last + 1));
    all.ops.erase(all.ops.begin() + static_cast<std::ptrdiff_t>(first),
                  all.ops.begin() + static_cast<std::ptrdiff_t>(last + 1));
    if (negative) total_value = {arena_.negate(total_value.e), total_value.row};
    return all.kids.empty() ? total_value : add(total_value, sum(all), false);
  }
  Value out;
  for (std::size_t k = 0; k < n.kids.size(); ++k) {
    const bool minus = n.ops[k] == "-";
    Node term = n.kids[k];
    std::size_t taken = 0;
    if (Node* last = last_big(term); last != nullptr && k + 1 < n.kids.size()) {
      // A sum reaches over later terms that have its index.
      const std::vector<std::string> letters = letters_of(*last);
      Node body;
      body.kind = Node::Kind::sum;
      body.kids.push_back(last->kids[0]);
      body.ops.emplace_back("+");
      std::size_t reach = 0;
      for (std::size_t j = k + 1; j < n.kids.size(); ++j) {
        const bool inside =
            std::ranges::any_of(letters, [&](const std::string& l) { return !is_used(l) && mentions(n.kids[j], l); });
        if (inside) reach = j - k;
      }
      for (std::size_t j = k + 1; j <= k + reach; ++j) {
        body.kids.push_back(n.kids[j]);
        body.ops.emplace_back((n.ops[j] == "-") != (minus && !conventions_.far_reaching) ? "-" : "+");
      }
      if (reach > 0) last->kids[0] = std::move(body);
      reach_unclear_ = reach_unclear_ || (reach > 0 && minus);
      taken = reach;
    }
    const Value v = value(term);
    if (k == 0) {
      out = minus ? Value{arena_.negate(v.e), v.row} : v;
    } else {
      out = add(out, v, minus);
    }
    k += taken;
    if (reachable(arena_, out.e).size() > most_nodes) fail(n, "the formula is too large");
  }
  return out;
}

Value Meaning::divide(Value a, Value b) {
  // By a vector or a matrix: entry by entry, as 1/(1 + e^{-Z}).
  if (!shape(b.e).empty() && !shape(a.e).empty()) {
    align(a, b);
    if (!stretch(shape(a.e), shape(b.e))) {
      unify(shape(a.e), shape(b.e));
      if (shape(a.e) != shape(b.e) || a.row != b.row) throw Mismatch{"a division by what is no number"};
    }
  }
  return {arena_.div(a.e, b.e), shape(a.e).empty() ? b.row : a.row};
}

Value Meaning::multiply(Value a, Value b, const std::string& op) {
  if (op == "odot") align(a, b);
  seem_tensors(a.e, b.e);
  const Shape s = shape(a.e), t = shape(b.e);
  // K a: a name of which nothing is said is a number here, and may be a column.
  for (const auto& [one, other] : {std::pair(a.e, t), std::pair(b.e, s)}) {
    if (other.size() == 2 && arena_.is(one, Op::Symbol) && shape(one).empty() && guessed_.contains(arena_.name(one)))
      beside_matrices_.insert(arena_.name(one));
  }
  if (s.empty() || t.empty()) {
    Value out{arena_.mul(a.e, b.e), s.empty() ? b.row : a.row};
    settle_identity(out, {});
    return out;
  }
  const auto differ = [&](std::string_view how) {
    throw Mismatch{fmt::format("the shapes do not fit: {} {} {}", print_shape(arena_, s), how, print_shape(arena_, t))};
  };
  const auto lengths = [&](Expr x, Expr y) {
    unify(x, y);
    if (x != y) differ("times");
  };
  if (op == "odot" || (op == "*" && s == t)) {
    if (!stretch(s, t)) unify(s, t);
    if ((s != t && !stretch(s, t)) || (s.size() == 1 && a.row != b.row)) differ("entry by entry with");
    return {arena_.mul(a.e, b.e), a.row};
  }
  if (op == "otimes") fail({}, "this product");
  if (s.size() == 2 && t.size() == 2) {
    lengths(s[1], t[0]);
    return {arena_.make(Op::MatMul, {a.e, b.e}), false};
  }
  if (s.size() == 2 && t.size() == 1) {
    if (b.row) {
      if (!arena_.is_number(s[1], 1)) differ("times the row");
      return over_indices({s[0], t[0]}, false, [&](const std::vector<Expr>& i) {
        return arena_.mul(entry(a.e, {i[0], arena_.number(1)}), entry(b.e, {i[1]}));
      });
    }
    lengths(s[1], t[0]);
    return {arena_.make(Op::MatMul, {a.e, b.e}), false};
  }
  if (s.size() == 1 && t.size() == 2) {
    if (!a.row) {
      if (!arena_.is_number(t[0], 1)) differ("times");
      return over_indices({s[0], t[1]}, false, [&](const std::vector<Expr>& i) {
        return arena_.mul(entry(a.e, {i[0]}), entry(b.e, {arena_.number(1), i[1]}));
      });
    }
    lengths(s[0], t[0]);
    return {arena_.make(Op::MatMul, {arena_.make(Op::Transpose, {b.e}), a.e}), true};
  }
  if (s.size() == 1 && t.size() == 1) {
    if (a.row && !b.row) {
      lengths(s[0], t[0]);
      return {arena_.call("dot", {a.e, b.e}), false};
    }
    if (!a.row && b.row) return {arena_.call("outer", {a.e, b.e}), false};
    if (conventions_.entrywise && op == "cdot" && s == t && a.row == b.row) return {arena_.mul(a.e, b.e), a.row};
    if (op == "cdot" && s == t) return {arena_.call("dot", {a.e, b.e}), false};
    if (op == "times") fail({}, "a product of vectors by a cross");
  }
  differ("times");
  return a;
}

// One factor, with what it is applied to.
Value Meaning::factor(const std::vector<Node>& kids, const std::vector<std::string>& ops, std::size_t& k,
                      std::size_t end) {
  // dE/dY
  if (is_d(kids[k]) && k + 3 < end) {
    std::size_t slash = k + 2;
    while (slash + 1 < end && slash < k + 4 && ops[slash].empty()) ++slash;
    if (slash + 1 < end && ops[slash] == "/" && is_d(kids[slash]) && kids[slash].text == kids[k].text &&
        ops[slash + 1].empty()) {
      Node quotient;
      quotient.kind = Node::Kind::fraction;
      quotient.begin = kids[k].begin;
      quotient.end = kids[slash + 1].end;
      for (const auto& [from, to] : {std::pair(k, slash), std::pair(slash, slash + 2)}) {
        Node part;
        part.kind = Node::Kind::product;
        part.begin = kids[from].begin;
        part.end = kids[to - 1].end;
        part.kids.assign(kids.begin() + static_cast<std::ptrdiff_t>(from),
                         kids.begin() + static_cast<std::ptrdiff_t>(to));
        part.ops.assign(to - from, "");
        quotient.kids.push_back(std::move(part));
      }
      k = slash + 2;
      return value(quotient);
    }
  }
  const Node& n = kids[k];
  if (n.is(Node::Kind::fraction) && n.bare()) {
    const auto d = derivative(n);
    if (d && d->of && d->by.size() == 1 && d->of->is(Node::Kind::symbol)) {
      // df/dx, or df/du (x), of functions
      const std::optional<std::string> f = function_of(*d->of);
      const Named* known = f ? find(*f) : nullptr;
      if (known != nullptr && !known->quantity && !known->body) {
        Node primed = *d->of;
        primed.primes += 1;
        if (k + 1 < end && ops[k + 1].empty() && kids[k + 1].is(Node::Kind::group) && kids[k + 1].text == "(") {
          k += 2;
          return powers(apply(*f, primed, {value(kids[k - 1].kids[0])}), kids[k - 1]);
        }
        if (d->by[0].is(Node::Kind::symbol) && !function_of(d->by[0])) {
          ++k;
          return apply(*f, primed, {value(d->by[0])});
        }
      }
    }
    if (d && !d->of) {  // an operator
      std::size_t stop = k + 1;
      if (stop >= end) fail(n, "what is differentiated is missing");
      const bool parentheses =
          kids[stop].is(Node::Kind::group) && kids[stop].above.empty() && !conventions_.far_reaching;
      while (stop < end && (stop == k + 1 || ops[stop].empty()) && !(stop > k + 1 && parentheses)) ++stop;
      reach_unclear_ = reach_unclear_ || (parentheses && k + 2 < end && ops[k + 2].empty());
      Value v = factors(kids, ops, k + 1, stop);
      for (const Node& by : d->by) v = derivative_of(v, by, n);
      k = stop;
      return v;
    }
  }
  // 1(k == i) and \mathbb{1}\{k = i\}
  const bool one = (n.is(Node::Kind::number) && n.text == "1") || n.is_symbol("\\mathbb{1}") || n.is_symbol("I") ||
                   n.is_symbol("\\mathbb{I}") || n.is_symbol("\\mathbf{1}");
  if (one && n.bare() && k + 1 < end && ops[k + 1].empty() && kids[k + 1].is(Node::Kind::group) &&
      kids[k + 1].kids[0].is(Node::Kind::relation)) {
    const Node& g = kids[k + 1];
    k += 2;
    return powers({indicator(g.kids[0]), false}, g);
  }
  if (auto v = gradient(kids, ops, k, end)) return *v;
  if (auto v = call(kids, ops, k, end)) return *v;
  ++k;
  // 2\pi, where \pi_k are weights
  if (n.is_symbol("\\pi") && n.below.empty() && n.above.empty() && k > 1 && kids[k - 2].is(Node::Kind::number)) {
    if (const Named* known = find("\\pi"); known != nullptr && !shape(known->symbol).empty())
      return {arena_.constant("pi"), false};
  }
  return value(n);
}

Value Meaning::factors(const std::vector<Node>& kids, const std::vector<std::string>& ops, std::size_t begin,
                       std::size_t end) {
  std::size_t k = begin;
  Value out = factor(kids, ops, k, end);
  while (k < end) {
    const std::string op = ops[k];
    const bool applied = k + 1 < end && ops[k + 1].empty();
    if (op == "odot" && k == begin + 1 && !applied && is_function(kids[k - 1]) && is_function(kids[k]))
      fail(kids[k], "whether this is a product");
    const Node& before = kids[k - 1];
    const bool behind_row = op.empty() && !before.above.empty() && is_transpose(before.above[0]);
    // a \odot W^T d: entry by entry with the product behind it, where it fits in no other way.
    std::size_t stop = k + 1;
    while (stop < end && ops[stop].empty()) ++stop;
    if (op == "odot" && stop > k + 1) {
      const std::size_t from = k;
      const auto saved = free_;
      try {
        out = multiply(out, factor(kids, ops, k, end), op);
      } catch (const Mismatch&) {
        free_ = saved;
        out = multiply(out, factors(kids, ops, from, stop), op);
        k = stop;
      }
      continue;
    }
    const Value next = factor(kids, ops, k, end);
    if (behind_row && shape(next.e).empty()) seem_tensors(next.e);
    out = op == "/" ? divide(out, next) : multiply(out, next, op);
  }
  return out;
}

}  // namespace gradus::document

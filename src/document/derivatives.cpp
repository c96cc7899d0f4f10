// SPDX-License-Identifier: GPL-2.0-or-later
// Quotients of differentials, gradients and primes.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {

bool is_d(const Node& n) {
  return n.is(Node::Kind::symbol) && n.below.empty() && n.primes == 0 && !n.bold &&
         (n.text == "\\partial" || n.text == "d" || n.text == "\\delta" || n.text == "\\mathrm{d}");
}

namespace {

// \partial^2: how often.
std::optional<long> order(const Node& d) {
  if (d.above.empty()) return 1;
  if (d.above[0].is(Node::Kind::number) && d.above[0].text == "2") return 2;
  return std::nullopt;
}

Node product_from(const Node& from, std::size_t begin) {
  Node out = from;
  out.kids.erase(out.kids.begin(), out.kids.begin() + static_cast<std::ptrdiff_t>(begin));
  out.ops.erase(out.ops.begin(), out.ops.begin() + static_cast<std::ptrdiff_t>(begin));
  out.ops[0].clear();
  out.begin = out.kids[0].begin;
  if (out.kids.size() == 1) return out.kids[0];
  return out;
}

// C_x of C, E^q of E.
bool is_part_of(const std::string& part, const std::string& whole) {
  const auto letter = [](const std::string& name) { return name.substr(0, name.find_first_of("_^( ")); };
  return letter(part) == letter(whole);
}

const Node& opened(const Node& n) {
  const Node* out = &n;
  while (out->is(Node::Kind::group) && out->text == "{}" && out->bare()) out = &out->kids[0];
  return *out;
}

}  // namespace

// d(of)/d(by), or the operator d/d(by).
std::optional<Meaning::Operator> Meaning::derivative(const Node& fraction) {
  const Node& top = opened(fraction.kids[0]);
  const Node& bottom = opened(fraction.kids[1]);
  if (!bottom.is(Node::Kind::product) || !is_d(bottom.kids[0])) return std::nullopt;
  Operator out;
  // \partial -\log p: what is differentiated begins with a minus.
  const bool minus = top.is(Node::Kind::sum) && top.ops[0] == "+" && top.kids.size() > 1 && top.ops[1] == "-" &&
                     top.kids[0].bare() && is_d(top.kids[0]);
  const Node& d = top.is(Node::Kind::product) || minus ? top.kids[0] : top;
  if (!is_d(d)) return std::nullopt;
  if (d.text == "\\delta" && bottom.kids[0].text != "\\delta") return std::nullopt;
  out.partial = d.text == "\\partial";
  const auto times = order(d);
  if (!times) fail(fraction, "a derivative of this order");
  if (top.is(Node::Kind::product)) out.of = product_from(top, 1);
  if (minus) {
    Node rest = top;
    rest.kids.erase(rest.kids.begin());
    rest.ops.erase(rest.ops.begin());
    rest.begin = d.end;
    out.of = rest;
  }
  // What it is taken by: one or two differentials.
  std::vector<Node> parts;
  for (std::size_t k = 0; k < bottom.kids.size();) {
    if (!is_d(bottom.kids[k]) || k + 1 >= bottom.kids.size()) fail(fraction, "this derivative");
    if (!order(bottom.kids[k]) || *order(bottom.kids[k]) != 1) fail(fraction, "this derivative");
    std::size_t stop = k + 1;
    while (stop < bottom.kids.size() && !is_d(bottom.kids[stop])) ++stop;
    Node one = bottom;
    one.kids.assign(bottom.kids.begin() + static_cast<std::ptrdiff_t>(k + 1),
                    bottom.kids.begin() + static_cast<std::ptrdiff_t>(stop));
    one.ops.assign(one.kids.size(), "");
    parts.push_back(one.kids.size() == 1 ? one.kids[0] : one);
    k = stop;
  }
  if (*times == 2 && parts.size() == 1) {
    Node by = parts[0];
    const bool squared = !by.above.empty() && by.above[0].is(Node::Kind::number) && by.above[0].text == "2";
    if (!squared) fail(fraction, "this derivative");
    by.above.clear();
    out.by = {by, by};
  } else {
    if (static_cast<long>(parts.size()) != *times) fail(fraction, "this derivative");
    out.by.assign(parts.rbegin(), parts.rend());
  }
  return out;
}

Value Meaning::derivative_of(const Value& given, const Node& by_node, const Node& at) {
  if (!step_sums_.empty()) {
    for (const auto& [cost, sum] : step_sums_) {
      if (arena_.is(given.e, Op::Symbol) && arena_.name(given.e) == cost)
        return derivative_of_step_sum(cost, by_node, at);
      if (everything_in(given.e).contains(cost)) fail(at, "a derivative of what depends on a sum over steps");
    }
  }
  return plain_derivative_of(given, by_node, at);
}

Value Meaning::plain_derivative_of(const Value& given, const Node& by_node, const Node& at) {
  Node target = opened(by_node);
  if (target.is(Node::Kind::group) && target.bare() && target.text == "(") target = Node(target.kids[0]);
  // By \sigma^2: the derivative by \sigma over that of \sigma^2.
  if (target.is(Node::Kind::symbol) && !target.above.empty() && target.above[0].is(Node::Kind::number) &&
      target.above[0].text == "2" && target.primes == 0) {
    Node stem = target;
    stem.above.clear();
    const bool own = known_symbol(target);
    if (!own && known_symbol(stem)) {
      const Value s = named(stem);
      if (arena_.is(s.e, Op::Symbol) && shape(s.e).empty() && shape(given.e).empty()) {
        const Value once = derivative_of(given, stem, at);
        return {arena_.mul(once.e, arena_.reciprocal(arena_.mul(arena_.number(2), s.e))), once.row};
      }
    }
  }
  const Value by = target.is(Node::Kind::symbol) ? symbol(target) : value(target);
  // An entry, or a table of entries, of a name.
  Expr inside = by.e;
  std::vector<std::pair<Expr, Expr>> tables;
  for (; arena_.is(inside, Op::Table); inside = arena_.child(inside, 2))
    tables.emplace_back(arena_.child(inside, 0), arena_.child(inside, 1));
  const bool is_entry = arena_.is(inside, Op::Entry);
  const Expr name = is_entry ? arena_.child(inside, 0) : inside;
  if (!arena_.is(name, Op::Symbol)) fail(at, "a derivative by what is no name");
  if (model_.definition(arena_.name(name)) == nullptr && std::ranges::find(model_.inputs, name) == model_.inputs.end())
    fail(at, "a derivative by what is no variable");
  const Value of{depends(given.e, name) ? given.e : use_name(given.e, name), given.row};
  std::vector<Expr> behind;
  for (std::size_t k = 1; is_entry && k < arena_.count(inside); ++k) behind.push_back(arena_.child(inside, k));
  // What is differentiated: a name, an entry of one, or an expression.
  Expr e = of.e;
  std::vector<Expr> front;
  std::vector<std::pair<Expr, Expr>> of_tables;
  Expr of_inside = e;
  for (; arena_.is(of_inside, Op::Table); of_inside = arena_.child(of_inside, 2))
    of_tables.emplace_back(arena_.child(of_inside, 0), arena_.child(of_inside, 1));
  const bool of_entry = arena_.is(of_inside, Op::Entry) && arena_.is(arena_.child(of_inside, 0), Op::Symbol);
  const Shape of_shape = shape(e);
  const Shape by_shape = shape(by.e);
  // A later step depends on the ones before: h_T on h_t.
  if (!depends(of.e, name)) {
    const std::string step = arena_.name(name);
    for (const std::string& one : everything_in(of.e)) {
      if (has_step_equation(step) && is_step_beside(one, step) && is_free(arena_.symbol(one)))
        hold(arena_.symbol(one), name, {});
    }
  }
  hold_last_layers(of.e, target, name);
  // A parameter of every step: the steps before depend on it too, if nothing else is said of them.
  if (depends(of.e, name)) {
    for (const std::string& one : everything_in(of.e)) {
      const Expr step = arena_.symbol(one);
      if (!given_beside(one, target) && step != name && is_free(step) && step_equation_has(one, target))
        earlier_steps_.emplace_back(step, name);
    }
  }
  if (!depends(of.e, name) && !symbols(arena_, of.e).empty()) {
    bool held = false;
    if (of_entry || arena_.is(e, Op::Symbol)) {
      const Expr function = of_entry ? arena_.child(of_inside, 0) : e;
      std::vector<std::pair<std::size_t, std::size_t>> shared;  // L_i of z_i
      for (std::size_t p = 1; of_entry && is_entry && p < arena_.count(of_inside); ++p) {
        for (std::size_t q = 1; q < arena_.count(inside); ++q) {
          if (arena_.child(of_inside, p) == arena_.child(inside, q)) shared.emplace_back(p - 1, q - 1);
        }
      }
      held = hold(function, name, shared);
      // C is the mean of all C_x: these depend on it.
      for (const std::string& part : held ? std::set<std::string>{} : everything_in(e)) {
        const Expr s = arena_.symbol(part);
        if (guessed_.contains(part) && is_free(s) && is_part_of(part, arena_.name(function)) &&
            !has_step_equation(part))
          held = hold(s, name, {}) || held;
      }
    } else {
      // A function of other things is more likely one of this as well than a number is.
      const bool functions =
          std::ranges::any_of(symbols(arena_, e), [&](Expr s) { return held_.contains(arena_.name(s)); });
      for (const Expr s : symbols(arena_, e)) {
        const bool may = functions ? held_.contains(arena_.name(s)) : guessed_.contains(arena_.name(s));
        if (may && is_free(s)) held = hold(s, name, {}) || held;
      }
    }
    if (!held) {
      independent_ =
          fmt::format("what is differentiated does not depend on `{}` by what the document says", arena_.name(name));
    }
  } else if (twice_held(of.e)) {
    fail(at, "a second derivative of a function that is not specified");
  }
  const auto take = [&](const std::vector<Expr>& own, const std::vector<Expr>& theirs) {
    Expr differentiated = e;
    std::vector<Expr> indices;
    if (of_entry && (of_tables.empty() || own.size() == of_tables.size())) {
      differentiated = arena_.child(of_inside, 0);
      ExprMap<Expr> map;
      for (std::size_t k = 0; k < of_tables.size(); ++k) map[of_tables[k].first] = own[k];
      for (std::size_t k = 1; k < arena_.count(of_inside); ++k)
        indices.push_back(substitute(arena_, arena_.child(of_inside, k), map));
    } else {
      indices = own;
    }
    const Expr d = arena_.make(Op::Deriv, {differentiated, name});
    ExprMap<Expr> map;
    for (std::size_t k = 0; k < tables.size(); ++k) map[tables[k].first] = theirs[k];
    if (is_entry) {
      for (const Expr b : behind) indices.push_back(substitute(arena_, b, map));
    } else {
      indices.insert(indices.end(), theirs.begin(), theirs.end());
    }
    if (indices.empty()) return d;
    std::vector<Expr> parts{d};
    parts.insert(parts.end(), indices.begin(), indices.end());
    return arena_.make(Op::Entry, parts);
  };
  if (is_single(arena_, of_shape) && !of_shape.empty()) fail(at, "a derivative of a tensor of one entry");
  if (of_shape.empty() && by_shape.empty()) return {take({}, {}), false};
  if (of_shape.empty()) {
    gradients_ = gradients_ || by_shape.size() == 1;
    const bool row = by_shape.size() == 1 && conventions_.numerator_layout != by.row;
    return over_indices(by_shape, row, [&](const std::vector<Expr>& j) { return take({}, j); });
  }
  const bool denominator = conventions_.denominator_layout && of_shape.size() == 1;
  if (by_shape.empty())
    return over_indices(of_shape, of.row != denominator, [&](const std::vector<Expr>& i) { return take(i, {}); });
  // Entry by entry: the only reading of matrices by matrices, and one of two of vectors.
  if (of_shape.size() == 1 && of_shape == by_shape) squares_ = true;
  if (of_shape == by_shape && (of_shape.size() == 2 || conventions_.entrywise))
    return over_indices(of_shape, of.row, [&](const std::vector<Expr>& i) { return take(i, i); });
  if (denominator && by_shape.size() == 1)
    return over_indices({by_shape[0], of_shape[0]}, false,
                        [&](const std::vector<Expr>& i) { return take({i[1]}, {i[0]}); });
  if (of_shape.size() == 1 && by_shape.size() == 1)
    return over_indices({of_shape[0], by_shape[0]}, false,
                        [&](const std::vector<Expr>& i) { return take({i[0]}, {i[1]}); });
  fail(at, "a derivative with more than two indices");
}

// The direct derivative: what steps before contribute is taken away from the total one.
Value Meaning::direct(const Value& of, const Node& by, const Node& at) {
  const auto earlier = earlier_steps_;
  Value out = derivative_of(of, by, at);
  earlier_steps_ = earlier;
  const Expr variable = value(by).e;
  if (!arena_.is(of.e, Op::Symbol) || !arena_.is(variable, Op::Symbol)) return out;
  for (const std::string& name : everything_in(of.e)) {
    const Expr step = arena_.symbol(name);
    if (step == of.e || !is_free(step) || !has_step_equation(name)) continue;
    if (!depends(step, variable) && !hold(step, variable, {})) continue;
    if (!shape(of.e).empty() || !shape(step).empty() || !shape(variable).empty())
      fail(at, "a direct derivative of a vector");
    const auto held = held_.find(name);
    if (held == held_.end()) continue;
    for (const Variable& v : held->second.variables) {
      if (v.name == variable) out.e = arena_.sub(out.e, arena_.mul(arena_.make(Op::Deriv, {of.e, step}), v.slope));
    }
  }
  return out;
}

// The column of the derivatives by several numbers.
Value Meaning::gradient_by(const Value& of, const std::vector<Node>& names, const Node& at) {
  constexpr std::size_t most = 8;
  const bool numbers = std::ranges::all_of(names, [&](const Node& by) {
    return by.is(Node::Kind::symbol) && known_symbol(by) && shape(value(by).e).empty();
  });
  if (!numbers || names.size() > most || !shape(of.e).empty()) fail(at, "a gradient by what is not said");
  const Expr size = arena_.number(static_cast<long>(names.size()));
  return over_indices({size}, conventions_.numerator_layout, [&](const std::vector<Expr>& i) {
    std::vector<Expr> terms;
    for (std::size_t k = 0; k < names.size(); ++k)
      terms.push_back(arena_.mul(entries_->delta(i[0], arena_.number(static_cast<long>(k + 1))),
                                 derivative_of(of, names[k], at).e));
    return arena_.sum(terms);
  });
}

// \nabla_w L and \partial_x f, before what they are applied to.
std::optional<Value> Meaning::gradient(const std::vector<Node>& kids, const std::vector<std::string>& ops,
                                       std::size_t& k, std::size_t end) {
  const Node& n = kids[k];
  const bool nabla = n.is_symbol("\\nabla"), partial = n.is_symbol("\\partial") && !n.below.empty();
  if ((!nabla && !partial) || k + 1 >= end) return std::nullopt;
  // \nabla\nabla f is \nabla^2 f.
  const bool pair =
      nabla && n.bare() && k + 2 < end && ops[k + 1].empty() && kids[k + 1].is_symbol("\\nabla") && kids[k + 1].bare();
  const bool twice = pair || (nabla && !n.above.empty() && n.above[0].is(Node::Kind::number) && n.above[0].text == "2");
  if (pair) ++k;
  if ((!pair && !n.above.empty() && !twice) || n.primes > 0) fail(n, "this operator");
  ++k;
  // \nabla f(x)^T: the gradient is transposed, where f(x) is a number.
  const std::size_t last = k + 1 < end && ops[k + 1].empty() && kids[k + 1].is(Node::Kind::group) ? k + 1 : k;
  if (!kids[last].above.empty() && is_transpose(kids[last].above[0]) && kids[k].is(Node::Kind::symbol)) {
    std::vector<Node> plain_kids = kids;
    plain_kids[last].above.clear();
    const auto saved = free_;
    std::size_t stop = k;
    const bool number = shape(factor(plain_kids, ops, stop, end).e).empty();
    free_ = saved;
    if (number && stop == last + 1) {
      std::size_t begin = k - 1;
      const auto out = gradient(plain_kids, ops, begin, last + 1);
      k = begin;
      return transposed(*out);
    }
  }
  const std::size_t from = k;
  Value of = factor(kids, ops, k, end);
  const Value one = of;
  const std::size_t behind = k;
  // 1/2 u^T u: over as many factors as make a number that is none of the numbers before it.
  const auto whole = [&](const Value& v) { return shape(v.e).empty() && !symbols(arena_, v.e).empty(); };
  while (nabla && k < end && ops[k].empty() && !whole(of)) {
    const Value next = factor(kids, ops, k, end);
    of = multiply(of, next, "");
  }
  if (!whole(of)) {
    of = one;
    k = behind;
  }
  // \partial_i f(a): by a_i
  if (partial && n.below[0].is(Node::Kind::symbol) && n.below[0].bare() && !known_symbol(n.below[0])) {
    std::optional<Node> by;
    for (std::size_t j = from; j < kids.size() && !by; ++j) {
      walk(kids[j], [&](const Node& part) {
        const bool argument = part.is(Node::Kind::group) && part.text == "(" && part.kids[0].is(Node::Kind::symbol) &&
                              part.kids[0].below.empty() && known_symbol(part.kids[0]);
        if (argument && !by) by = part.kids[0];
        return !by;
      });
    }
    if (!by) by = partial_by_;
    if (!by) fail(n, "a derivative by what is not said");
    partial_by_ = by;
    by->below = n.below;
    return derivative_of(of, *by, n);
  }
  const auto taken = [&](const Node& by) {
    const Value once = derivative_of(of, by, n);
    return twice ? derivative_of(once, by, n) : once;
  };
  if (!n.below.empty()) {
    const Node& by = n.below[0];
    const auto layered = by.is(Node::Kind::symbol) && by.bare() ? layer_in(of.e, by) : std::nullopt;
    if (layered) return taken(*layered);
    return taken(by);
  }
  // By what it is written with: f(x), f(x, y), or was where it got its equation.
  const bool call = from + 1 < kids.size() && k == from + 2 && kids[from + 1].is(Node::Kind::group);
  const Named* function = !call && k == from + 1 && kids[from].is(Node::Kind::symbol)
                              ? find((kids[from].bold ? "*" : "") + label(kids[from]))
                              : nullptr;
  if (!call && (function == nullptr || !function->decoration)) fail(n, "a gradient by what is not said");
  const Node inside = call ? kids[from + 1].kids[0] : *function->decoration;
  if (!call) doubtful_ = "it is not said by what the gradient is taken";
  // \nabla^2 may be the Laplacian of a function of several numbers.
  if (twice && !inside.is(Node::Kind::symbol)) fail(n, "a gradient by what is not said");
  if (inside.is(Node::Kind::list)) return gradient_by(of, inside.kids, n);
  if (!inside.is(Node::Kind::symbol)) fail(n, "a gradient by what is not said");
  return taken(inside);
}

// The derivative of what a prime stands behind.
Value Meaning::primed(const Value& of, const Node& at) {
  if (prime_) {
    const Value v = derivative_of(of, *prime_, at);
    if (!shape(v.e).empty() || !prime_->below.empty())
      doubtful_ = "it is not said by which of them a prime differentiates";
    return v;
  }
  // X' of a matrix or a vector.
  if (transposing_primes_ && !shape(of.e).empty()) {
    doubtful_ = "it is not said whether a prime is a transpose";
    return transposed(of);
  }
  if (arena_.is(of.e, Op::Symbol) && model_.definition(arena_.name(of.e)) == nullptr &&
      !held_.contains(arena_.name(of.e)))
    fail(at, "a derivative of what nothing is said of");
  // By the one number that it depends on.
  std::vector<Expr> names;
  for (const Expr input : model_.inputs) {
    if (depends(of.e, input)) names.push_back(input);
  }
  if (names.size() != 1 || !shape(names[0]).empty() || !shape(of.e).empty())
    fail(at, "a derivative by what is not said");
  return {arena_.make(Op::Deriv, {of.e, names[0]}), false};
}

}  // namespace gradus::document
